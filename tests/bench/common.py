"""What the benchmarks share: a folder with a market and a service in it, and the kernel's account of a process."""
import os
import re
import shutil
import socket
import sqlite3
import statistics
import sys
import tempfile
import time
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../service"))
from harness import Market, Service  # noqa: E402


def three(values, form="%8.2f"):
    """min, median, max"""
    return "  ".join(form % v for v in (min(values), statistics.median(values), max(values)))


def cpu_seconds(pid):
    """User and system time of a running process, to the nanosecond."""
    with open("/proc/%d/schedstat" % pid) as f:
        return int(f.read().split()[0]) / 1e9


def anonymous_mib(pid):
    with open("/proc/%d/status" % pid) as f:
        return int(re.search(r"^RssAnon:\s+(\d+) kB", f.read(), re.M).group(1)) / 1024


def value(path, sql):
    """Read from the service's file, so that asking costs the service nothing."""
    db = sqlite3.connect("file:%s?mode=ro" % path, uri=True, timeout=5)
    try:
        return db.execute(sql).fetchone()[0]
    finally:
        db.close()


def metric(port, name):
    with urllib.request.urlopen("http://127.0.0.1:%d/metrics" % port, timeout=10) as answer:
        return int(re.search(r"^%s (\d+)" % name, answer.read().decode(), re.M).group(1))


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_until(fact, seconds, service):
    until = time.time() + seconds
    while not fact():
        assert time.time() < until and service.process.poll() is None, service.log_text()[-2000:]
        time.sleep(0.05)


class Bench:
    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="supercargo-bench-")
        self.anchor = int(time.time() * 1000)
        self.ends = []
        return self

    def __exit__(self, *_):
        for thing in reversed(self.ends):
            thing.stop()
        if not os.environ.get("KEEP"):
            shutil.rmtree(self.folder, ignore_errors=True)

    def market(self, *options, rate=1):
        self.ends.append(Market(self.folder, self.anchor, *options, rate=rate))
        return self.ends[-1]

    def service(self, accounts, rate=1, **kw):
        self.ends.append(Service(self.folder, self.anchor, accounts, rate=rate, **kw))
        return self.ends[-1]
