#!/usr/bin/env python3
"""CPU of a first import: the service against script.py, on the same market.  intake.py [RUNS] [ORDERS] [MESSAGES]

Both read the same pages from the same process, in turns, and are charged user + system time of their whole process by the kernel.  An
import of nothing is measured too: what remains is the price of an order or a message.
"""
import os
import sqlite3
import subprocess
import sys
import time

from common import HERE, Bench, Service, three

PYTHON = os.environ.get("PYTHON", "/usr/bin/python3")
DAYS = 90
REFRESH = "v^1.1#bench-refresh"


def charged(process):
    """User + system seconds of an ended child."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, process.args
    return usage.ru_utime + usage.ru_stime


def script(market, folder, python):
    return charged(subprocess.Popen([python, os.path.join(HERE, "script.py"), market.endpoint, os.path.join(folder, "script.db"),
                                     str(DAYS), REFRESH], env=dict(os.environ, PYTHONDONTWRITEBYTECODE="1")))


def done(path):
    """Everything was read and decided; read from the file, so that asking costs the service nothing."""
    db = sqlite3.connect("file:%s?mode=ro" % path, uri=True, timeout=5)
    try:
        swept = db.execute("SELECT count(*) FROM stream WHERE swept > 0 AND name IN ('orders', 'messages', 'system', 'identity')").fetchone()[0]
        return swept == 4 and not db.execute("SELECT 1 FROM event WHERE check_at IS NOT NULL").fetchone()
    finally:
        db.close()


def service(market, folder, anchor):
    s = Service(folder, anchor, {"shop": market.endpoint}, rules="", history="%dd" % DAYS, poll="1h", rate=1)
    s.env.pop("SUPERCARGO_TEST_CLOCK")
    s.start()
    try:
        url = s.get("account consent", account="shop")["url"]
        s.get("account redeem", account="shop", pasted=market.consent(url))
        until = time.time() + 300
        while not done(s.store):
            assert time.time() < until and s.process.poll() is None, s.log_text()[-2000:]
            time.sleep(0.1)
        s.process.terminate()
        return charged(s.process)
    finally:
        if s.process.returncode is None:
            s.process.kill()
        s.out.close()


def rows(path):
    db = sqlite3.connect(path)
    return [db.execute("SELECT count(*) FROM " + t).fetchone()[0]
            for t in ("orders", "item", "shipment", "buyer", "conversation", "message")]


def main():
    runs, orders, messages = (int(a) for a in (sys.argv[1:] + ["5", "3000", "2000"][len(sys.argv) - 1:]))
    with Bench() as bench:
        history = ("--history", str(DAYS), "--orders", str(orders), "--messages", str(messages), "--seed", "7")
        markets = {"empty": bench.market(), "full": bench.market(*history)}
        for market in markets.values():
            market.world(seller={"username": "example_seller", "refresh_token": REFRESH})
        folder = bench.folder
        cpu = {}
        for run in range(runs):
            for name, market in markets.items():
                for who in ("script", "service"):
                    place = os.path.join(folder, "%d-%s-%s" % (run, name, who))
                    os.mkdir(place)
                    if who == "script":
                        cpu.setdefault((name, who), []).append(script(market, place, PYTHON))
                    else:
                        cpu.setdefault((name, who), []).append(service(market, place, bench.anchor))
        last = os.path.join(folder, "%d-full-" % (runs - 1))
        counts = rows(last + "script/script.db"), rows(last + "service/supercargo.db")
        net = {who: [a - b for a, b in zip(cpu["full", who], cpu["empty", who])] for who in ("script", "service")}
        things = counts[0][0] + counts[0][5]
        print("%d runs in turns; min, median, max.  Python: %s" % (runs, subprocess.run(
            [PYTHON, "-c", "import sys, requests; print(sys.version.split()[0], 'requests', requests.__version__)"],
            capture_output=True, text=True).stdout.strip()))
        print("rows (orders items shipments buyers conversations messages): script %s, service %s" % counts)
        for what, table in (("ms CPU, whole process", {w: cpu["full", w] for w in net}), ("ms CPU, nothing to import", {w: cpu["empty", w] for w in net}),
                            ("ms CPU, the import alone", net)):
            for who in ("script", "service"):
                print("%-32s %-8s %s" % (what, who, three([v * 1e3 for v in table[who]], "%8.0f")))
        print("%-32s %-8s %s" % ("us CPU per order or message", "script", three([v / things * 1e6 for v in net["script"]], "%8.0f")))
        print("%-32s %-8s %s" % ("us CPU per order or message", "service", three([v / things * 1e6 for v in net["service"]], "%8.0f")))
        print("%-32s %-8s %s" % ("service / script, the import", "", three([b / a for a, b in zip(net["script"], net["service"])])))
        print("%-32s %-8s %s" % ("service / script, whole process", "", three([b / a for a, b in zip(cpu["full", "script"], cpu["full", "service"])])))


main()
