#!/usr/bin/env python3
"""How fast history is decided once more: two configurations, over the store of store_bench.  replay.py STORE

Every message is answered by a rule, so this is the slow end; the first line takes what messages meant from those days, as in a store that a
service has filled, the second reads all of them afresh.
"""
import json
import os
import resource
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "../..")
BUILD = os.environ.get("BUILD", os.path.join(ROOT, "build"))

CONF = """[service]
state = "%s"
socket = "%s/s"
key_file = "%s/key"
phrases = "%s/%s"
[application "a"]
platform = ebay
client_id = c
client_secret = s
redirect = r
[account "toys"]
platform = ebay
application = a
shop = "Example Shop"
language = en
[rule "all"]
on = message.received
action = reply
template = %s
[rule "shipped"]
on = order.shipped
action = reply
template = in_shipped
"""


def main():
    store = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for name, phrases, template in ("before", "p", "misc_language_fallback"), ("after", "p", "post_not_shipped_yet"), ("afresh", "q", "post_not_shipped_yet"):
            files.append(os.path.join(folder, name + ".conf"))
            with open(os.open(files[-1], os.O_WRONLY | os.O_CREAT, 0o600), "w") as f:
                f.write(CONF % (store, folder, folder, folder, phrases, template))
        env = dict(os.environ, SUPERCARGO_SHARE=ROOT, SUPERCARGO_LIBEXEC=os.path.join(BUILD, "libexec"))
        for changed in files[1:]:
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            out = subprocess.run([os.path.join(BUILD, "supercargo"), "replay", changed, "-c", files[0], "--since", "20000d", "--limit", "1", "--json"],
                                 env=env, check=True, capture_output=True, text=True).stdout
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            result = json.loads(out)
            print("%-8s %8d events, %7d answers on each side   %6.1f s CPU for both   %6.0f events a second   at most %d MiB" % (
                os.path.basename(changed)[:-5], result["events"], result["actions"]["after"], cpu, result["events"] / cpu, after.ru_maxrss / 1024), flush=True)


main()
