"""The service as a seller runs it, against the bundled marketplace, for tests.

Real processes, real sockets, real files.  Time runs RATE times faster for both sides (SUPERCARGO_TEST_CLOCK), so that minutes of
waiting take moments; nothing here depends on how fast the machine is: tests wait for facts, with a bound.
"""
import contextlib
import datetime
import json
import os
import pwd
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time
import urllib.parse
import urllib.request
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("BUILD", os.path.join(ROOT, "build"))
RATE = int(os.environ.get("RATE", "100"))
PATIENCE = float(os.environ.get("PATIENCE", "60"))  # real seconds until a fact that should come counts as missing


def read(path):
    """A text file, "" when it is not there."""
    try:
        with open(path, errors="replace") as f:
            return f.read()
    except FileNotFoundError:
        return ""


class Seller:
    """One seller's marketplace."""

    def __init__(self, port):
        self.port = port
        self.endpoint = "http://127.0.0.1:%d" % self.port
        self.world(application={"client_id": "ExampleClientId", "client_secret": SECRET,
                                "ru_name": "Example_Seller-Example-RuName"}, seller={"username": "example_seller"})

    def ask(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.endpoint + "/_market/" + path, data)
        with urllib.request.urlopen(request, timeout=30) as answer:
            text = answer.read()
        return json.loads(text) if text.strip() else None

    def world(self, **parts):
        self.ask("world", parts)

    def load(self, name):
        with open(os.path.join(ROOT, "tests/market/worlds", name)) as f:
            self.ask("world", json.load(f))

    def fault(self, **what):
        self.ask("fault", what)

    def consent(self, url):
        """What the browser's address bar shows after a person agreed on the page at url."""
        state = urllib.parse.parse_qs(urllib.parse.urlparse(url).query)["state"][0]
        code = self.ask("code", {})["code"]
        return "https://seller.example/accepted?" + urllib.parse.urlencode({"state": state, "code": code, "expires_in": 299})

    def sent(self):
        return self.ask("sent")

    def delivered(self):
        """How many messages arrived in all, doubles counted."""
        return sum(m["times"] for m in self.sent())

    def dispute(self, kind, order, **what):
        """A buyer opens a dispute about an order: the platform's id."""
        return self.ask("dispute", dict(what, kind=kind, order=order))["dispute"]

    def deed(self, dispute, by, act, **what):
        """The buyer, eBay, or the seller on the web site does something about it."""
        self.ask("dispute", dict(what, dispute=dispute, by=by, act=act))

    def truth(self, dispute):
        return next(d for d in self.ask("disputes") if d["dispute"] == dispute)

    def refunds(self, order=None):
        return [r for r in self.ask("refunds") if order in (None, r["order"])]

    def feedback(self, **what):
        return self.ask("feedback", what)["feedback"]

    def feedback_truth(self, feedback):
        return next(f for f in self.ask("feedback") if f["feedback"] == feedback)


class Market(Seller):
    """One running tests/market: a seller's, and with --worlds also those of `others`."""

    def __init__(self, folder, anchor, *options, rate=None):
        self.port_file = os.path.join(folder, "market-%d.port" % len(os.listdir(folder)))
        env = dict(os.environ, SUPERCARGO_TEST_CLOCK="%d:%d" % (anchor, rate or RATE))
        self.log = open(self.port_file + ".log", "wb")
        self.process = subprocess.Popen(
            [os.path.join(BUILD, "tests/market/market"), "--port", "0", "--port-file", self.port_file, *options],
            env=env, stdout=self.log, stderr=self.log)
        until = time.time() + PATIENCE
        while not read(self.port_file).strip():
            if self.process.poll() is not None or time.time() > until:
                raise RuntimeError("the market did not start: " + read(self.port_file + ".log"))
            time.sleep(0.01)
        ports = [int(line) for line in read(self.port_file).split()]
        super().__init__(ports[0])
        self.others = [Seller(port) for port in ports[1:]]

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait()
        self.log.close()


RULES = """
[rule "where is my order"]
on = message.received
intent = order_status_where_is_my_order not_received
fulfilment = shipped partial
action = reply
template = post_where_is_order
mode = auto

[rule "not shipped yet"]
on = message.received
intent = order_status_where_is_my_order not_received
fulfilment = open
action = reply
template = post_not_shipped_yet
mode = auto

[rule "cancel too late"]
on = message.received
intent = cancel_order
fulfilment = shipped partial
action = reply
template = post_cancel_too_late
mode = auto

[rule "return"]
on = message.received
intent = return_or_exchange
action = reply
template = post_return_instructions
mode = approve
"""

APPLICATION = """
[application "{name}"]
platform = ebay
client_id = ExampleClientId
client_secret = "{secret}"
redirect = Example_Seller-Example-RuName
"""

ACCOUNT = """
[account "{name}"]
platform = ebay
application = {application}
shop = "Example Shop"
endpoint = "{endpoint}"
history = {history}
poll = {poll}
language = en
"""

SECRET = "ExampleClientSecret-canary-5b1e"


class Service:
    """A configuration, a store and, when started, the daemon."""

    def __init__(self, folder, anchor, accounts, rules=RULES, extra="", history="90d", poll="20s", undo="0s", rate=None, keys="",
                 application="", service="", applications=1):
        self.folder = folder
        self.rate = rate or RATE
        self.env = dict(os.environ, SUPERCARGO_TEST_CLOCK="%d:%d" % (anchor, self.rate), SUPERCARGO_SHARE=ROOT,
                        SUPERCARGO_LIBEXEC=os.path.join(BUILD, "libexec"), LC_ALL="C.UTF-8")
        self.binary = os.path.join(BUILD, "supercargo")
        self.conf = os.path.join(folder, "supercargo.conf")
        self.socket = os.path.join(folder, "s.sock")
        self.store = os.path.join(folder, "supercargo.db")
        self.log = os.path.join(folder, "log")
        self.process = None
        self.write_conf(accounts, rules, extra, history, poll, undo, keys, application, service, applications)

    def write_conf(self, accounts, rules=RULES, extra="", history="90d", poll="20s", undo="0s", keys="", application="", service="",
                   applications=1):
        """`keys` are further lines of every account, `application` of each application, `service` of the service.  The accounts share so
        many applications evenly, and so their quotas."""
        names = ["shop-app"] + ["shop-app-%d" % i for i in range(1, applications)]
        text = '[service]\nstate = "%s"\nsocket = "%s"\nkey_file = "%s/key"\ntemplates = "%s/templates"\nundo = %s\n' % (
            self.store, self.socket, self.folder, self.folder, undo)
        text += service + "".join(APPLICATION.format(name=name, secret=SECRET) + application for name in names)
        for i, (name, endpoint) in enumerate(accounts.items()):
            text += ACCOUNT.format(name=name, application=names[i % applications], endpoint=endpoint, history=history, poll=poll) + keys
        with open(self.conf, "w") as f:
            f.write(text + rules + extra)
        os.chmod(self.conf, 0o600)

    def start(self, *options, wait=True, env=None):
        self.out = open(self.log, "ab")
        self.process = subprocess.Popen([self.binary, "run", "-c", self.conf, *options], stdout=self.out, stderr=self.out,
                                        env=env or self.env, start_new_session=True)
        if wait:
            self.wait_for(lambda: self.process.poll() is not None or self.answers(), "the service to answer")
        return self

    def answers(self):
        try:
            return self.api("status")["ok"]
        except (OSError, ValueError):
            return False

    def api(self, verb, **args):
        """One request on the socket, as the command line makes it."""
        with socket.socket(socket.AF_UNIX) as s:
            s.settimeout(30)
            s.connect(self.socket)
            s.sendall(json.dumps({"verb": verb, "args": args, "lang": "en"}).encode() + b"\n")
            data = b""
            while not data.endswith(b"\n"):
                piece = s.recv(65536)
                if not piece:
                    break
                data += piece
        return json.loads(data)

    def api_as(self, user, verb, **args):
        """The same as another user of this machine; only root can be somebody else."""
        os.chmod(self.folder, 0o711)
        ours, theirs = os.pipe()
        child = os.fork()
        if not child:
            try:
                os.setuid(pwd.getpwnam(user).pw_uid)
                os.write(theirs, json.dumps(self.api(verb, **args)).encode())
            finally:
                os._exit(0)
        os.close(theirs)
        with open(ours) as answer:
            text = answer.read()
        os.waitpid(child, 0)
        return json.loads(text)

    def get(self, verb, **args):
        answer = self.api(verb, **args)
        assert answer["ok"], answer
        return answer["result"]

    def cli(self, *words, input=None, check=True):
        done = subprocess.run([self.binary, *words, "-c", self.conf], env=self.env, input=input, capture_output=True, text=True,
                              timeout=PATIENCE)
        if check and done.returncode:
            raise AssertionError("supercargo %s: %d\n%s%s" % (" ".join(words), done.returncode, done.stdout, done.stderr))
        return done

    def login(self, name, market):
        url = self.get("account consent", account=name)["url"]
        self.get("account redeem", account=name, pasted=market.consent(url))
        self.wait_for(lambda: self.get("account list", account=name)["accounts"][0]["login"] == "ok", "the login of " + name)

    def swept(self, name, since=None):
        """Orders and messages of the account have been read to their end (after `since`, an ISO time)."""
        for account in self.get("status")["accounts"]:
            if account["name"] == name:
                read_to = {x["name"]: x for x in account["streams"] if x["covered_at"]}
                return all(n in read_to and (since is None or read_to[n]["covered_at"] > since) for n in ("orders", "messages"))
        return False

    def now(self, name):
        """The latest time by which an account's streams are known; what is asked for afterwards is later."""
        return max(x["last_ok_at"] for a in self.get("status")["accounts"] if a["name"] == name for x in a["streams"])

    def edit_conf(self, old, new):
        text = read(self.conf)
        assert old in text, old
        with open(self.conf, "w") as f:
            f.write(text.replace(old, new))

    def actions(self, **conditions):
        return [a for a in self.get("outbox", limit=1000)["actions"] if all(a[k] == v for k, v in conditions.items())]

    def rows(self, question, *values):
        """Straight from the store, which others may read while the service runs."""
        with contextlib.closing(sqlite3.connect("file:%s?mode=ro" % self.store, uri=True)) as db:
            return db.execute(question, values).fetchall()

    def known(self, remote, what="dispute"):
        """Our id of the platform's dispute, feedback or order ("d3", "f1", "o2"), once the service has read it."""
        found = self.wait_for(lambda: self.rows("SELECT id FROM %s WHERE remote = ?" % what, remote), "%s %s to be read" % (what, remote))
        return "%s%d" % (what[0], found[0][0])

    def wait_for(self, fact, what, pause=0.02):
        until = time.time() + PATIENCE
        while True:
            value = fact()
            if value:
                return value
            if time.time() > until:
                raise AssertionError("waited in vain for %s\n--- log\n%s" % (what, self.log_text()[-4000:]))
            time.sleep(pause)

    def log_text(self):
        return read(self.log)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.out.close()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.kill()
                raise AssertionError("the service did not stop\n" + self.log_text()[-2000:])
        if self.process and not self.out.closed:
            self.out.close()
        return self.process.returncode if self.process else None


class Case(unittest.TestCase):
    """A folder of its own, a market and a service that are ended whatever happens."""

    def setUp(self):
        self.addCleanup(self.end)
        self.begin()

    def begin(self):
        self.folder = tempfile.mkdtemp(prefix="supercargo-")
        self.anchor = int(time.time() * 1000)
        self.ends = []

    def afresh(self):
        """Ends what runs: one more case in the same test."""
        self.end()
        self.begin()

    def end(self):
        try:
            for thing in reversed(self.ends):
                thing.stop()
        finally:
            if not os.environ.get("KEEP"):
                shutil.rmtree(self.folder, ignore_errors=True)

    def begin_at(self, text, rate=None):
        """Both clocks show this ISO time now; before the first market() or service()."""
        wanted = int(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() * 1000)
        rate = rate or RATE
        self.anchor = (int(time.time() * 1000) * rate - wanted) // (rate - 1)

    def market(self, *options, **kw):
        m = Market(self.folder, self.anchor, *options, **kw)
        self.ends.append(m)
        return m

    def markets(self, count, *options, **kw):
        """So many sellers in one process."""
        m = self.market("--worlds", str(count), *options, **kw)
        return [m] + m.others

    def service(self, accounts, **kw):
        s = Service(self.folder, self.anchor, accounts, **kw)
        self.ends.append(s)
        return s

    def shop(self, mode="auto", world=None, account="toys-de", **kw):
        """A market, a service that is logged in and has read everything, armed when asked."""
        m = self.market(rate=kw.get("rate"))
        if world:
            m.world(**world)
        s = self.service({account: m.endpoint}, **kw).start()
        s.login(account, m)
        s.wait_for(lambda: s.swept(account), "the first import")
        if mode in ("draft", "auto"):
            s.get("account arm", account=account, mode=mode)
        return m, s


BUYER = {"username": "example_buyer", "name": "Erika Mustermann", "street": "Musterstr. 1", "city": "Berlin", "postal": "10115",
         "country": "DE"}
LISTING = {"item": "110012345678", "title": "Example kettle", "price": "24.00", "marketplace": "EBAY_DE"}
SHIPPED = {"id": "12-34567-89012", "buyer": "example_buyer", "marketplace": "EBAY_DE", "at": "-5d", "items": [{"item": "110012345678"}],
           "shipped": "-3d", "carrier": "DHL", "tracking": "00340000000000000017"}
WORLD = {"listings": [LISTING], "buyers": [BUYER], "orders": [SHIPPED]}
QUESTION = {"buyer": "example_buyer", "item": "110012345678",
            "text": "Guten Tag, wo bleibt mein Paket? Ich warte schon seit einer Woche auf meine Bestellung."}
