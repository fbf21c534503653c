#!/usr/bin/env python3
"""Anonymous memory of the service with many accounts, and whether the length of their history changes it.  memory.py [ACCOUNTS]

Each account reads the same market.  Measured right after everything was taken in, and after an hour of virtual time of polls.
"""
import os
import sys
import time

from common import Bench, anonymous_mib, cpu_seconds, value, wait_until

RATE = int(os.environ.get("RATE", "240"))


def measure(accounts, orders, messages):
    with Bench() as bench:
        m = bench.market("--history", "20", "--orders", str(orders), "--messages", str(messages), "--seed", "7", rate=1)
        names = ["shop-%03d" % i for i in range(accounts)]
        s = bench.service({n: m.endpoint for n in names}, rules="", history="30d", poll="5m")
        s.start()
        start = anonymous_mib(s.process.pid)
        for n in names:
            s.get("account redeem", account=n, pasted=m.consent(s.get("account consent", account=n)["url"]))
        wait_until(lambda: value(s.store, "SELECT count(*) FROM stream WHERE swept > 0 AND name IN ('orders', 'messages')") == 2 * accounts, 240, s)
        full = anonymous_mib(s.process.pid)
        rows = value(s.store, "SELECT (SELECT count(*) FROM orders) + (SELECT count(*) FROM message)")
        s.stop()
        # the same store an hour on: virtual time from here
        s.anchor = int(time.time() * 1000)
        s.env["SUPERCARGO_TEST_CLOCK"] = "%d:%d" % (s.anchor, RATE)
        s.start()
        cpu = cpu_seconds(s.process.pid)
        time.sleep(3600 / RATE)
        cpu = cpu_seconds(s.process.pid) - cpu
        print("%5d accounts %8d orders and messages   start %5.1f MiB   all taken in %5.1f MiB   an hour of polls %5.1f MiB (%.0f ms CPU)"
              % (accounts, rows, start, full, anonymous_mib(s.process.pid), cpu * 1e3), flush=True)


def main():
    accounts = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    for messages in (3, 30): # the quota of an application, shared by all, allows no more in one day
        measure(accounts, 10 * messages, messages)


if __name__ == "__main__":
    main()
