"""What the tests share that leave the service at step N, for every N: machinery for scenarios.

Steps (daemon/step.h) stand before and after everything that outlives the process.  A scenario is played once without a stop and then
with one at every step; how it ends, on the market and in the store, must be the same.  STEPS=12,40 takes only those steps, STRIDE=1 each (the
default: every 17th), OFFSET=2 begins at the third.
"""
import concurrent.futures
import os
import sqlite3

import harness
from harness import Case

STEPS = [int(n) for n in os.environ.get("STEPS", "").split(",") if n]
STRIDE = int(os.environ.get("STRIDE", "17"))
OFFSET = int(os.environ.get("OFFSET", "0"))
RATE = int(os.environ.get("RATE", "500"))
AT_ONCE = 6
FEWEST = 40  # steps that every process gets in again_and_again()
STOPPED = 70  # exit status of a process that --stop-after ended


class Stubborn:
    """A service that is started again whenever it stopped, and a person who asks until there is an answer."""

    def __init__(self, service, stop_after, again):
        self.service = service
        self.stop_after = stop_after
        self.again = again
        self.stops = 0
        self.refused = None
        service.start(*self.options(stop_after), wait=False)

    def options(self, stop_after):
        return ["--stop-after", str(stop_after)] if stop_after else []

    def start_again(self):
        s = self.service
        if s.process.poll() is not None:
            if s.process.returncode != STOPPED:
                raise RuntimeError("ended with %d\n%s" % (s.process.returncode, s.log_text()))
            self.stops += 1  # the next one goes on a little longer: a start alone takes ten steps, a look and its send as many
            s.out.close()
            s.start(*self.options(self.stop_after + self.stops % 9 if self.again else 0), wait=False)

    def insist(self, fact, what):
        def attempt():
            self.start_again()
            try:
                return fact()
            except (OSError, ValueError, AssertionError, sqlite3.Error) as e:  # it stopped under our hands, or does not offer this yet
                self.refused = e
                return None
        try:
            return self.service.wait_for(attempt, "%s (stop after %d)" % (what, self.stop_after), pause=0.04)
        except AssertionError as e:
            rows = self.service.rows("SELECT kind, state, reason FROM outbox") if os.path.exists(self.service.store) else []
            raise AssertionError("%s\nrefused last: %s\nrows: %s" % (e, self.refused, rows)) from None

    def knows(self, remote, what="dispute"):
        """Our id of the platform's dispute, feedback or order, once the service has read it."""
        return self.insist(lambda: ["%s%d" % (what[0], r[0]) for r in self.service.rows("SELECT id FROM %s WHERE remote = ?" % what, remote)],
                           "%s %s to be read" % (what, remote))[0]

    def does(self, thing, verb, kind, **args):
        """Wishes for one action about one of our records; who does not know whether the wish arrived looks first.  Its id."""
        subject = {"d": "dispute", "o": "order", "f": "feedback", "c": "conversation"}[thing[0]]

        def wished():
            return self.service.actions(kind=kind, **{subject: thing}) or (
                self.service.get("act", id=thing, kind=verb, **args) and self.service.actions(kind=kind, **{subject: thing}))

        return self.insist(wished, "%s of %s to be wished" % (kind, thing))[0]["id"]

    def sees(self, what="sent", **conditions):
        return self.insist(lambda: self.service.actions(state=what, **conditions), "%s to be %s" % (conditions, what))


class Steps(Case):
    """What a scenario does with the service, wherever it stops."""
    configuration = {}
    market = ()  # options
    alike = 1    # of so many steps one is taken when not all are: pages are like one another

    def configured(self):
        return self.configuration

    def world(self, m):
        raise NotImplementedError

    def before(self, m, s):
        """In a process that is not stopped: logged in, everything read, armed."""
        s.start()
        s.login("toys-de", m)
        s.wait_for(lambda: s.swept("toys-de"), "the import")
        s.get("account arm", account="toys-de", mode="auto")
        s.stop()

    def logged_in(self, m, s, person):
        """A person who logs in until the account has a token."""
        def attempt():
            login = s.get("account list")["accounts"][0]["login"]
            if login not in ("ok", "pending"):
                url = s.get("account consent", account="toys-de")["url"]
                s.get("account redeem", account="toys-de", pasted=m.consent(url))
            return login == "ok"

        person.insist(attempt, "the login")

    def play(self, m, s, person):
        """To the end: further facts that are compared."""
        raise NotImplementedError

    def judge(self, facts):
        """The end without a stop: what must have come of it."""
        raise NotImplementedError

    def settled(self, m, s, person):
        """Everything that was wished is decided, and all that the market shows is read."""
        person.insist(lambda: not [a for a in s.actions() if a["state"] in ("ready", "sending", "unsure")], "every action to be decided")
        last = person.insist(lambda: s.now("toys-de"), "the time")
        person.insist(lambda: s.swept("toys-de", last), "a sweep after the last action")
        for d in m.ask("disputes"):
            person.knows(d["dispute"])

    def scenario(self, folder, stop_after, again):
        """Runs to the end, restarting after the stop: (stops, facts)."""
        m = harness.Market(folder, self.anchor, *self.market, rate=RATE)
        self.ends.append(m)
        self.world(m)
        s = harness.Service(folder, self.anchor, {"toys-de": m.endpoint}, rate=RATE, **dict({"poll": "60s"}, **self.configured()))
        self.ends.append(s)
        self.before(m, s)
        person = Stubborn(s, stop_after, again)
        facts = {"played": self.play(m, s, person)}
        self.settled(m, s, person)
        s.stop()
        facts.update(self.on_the_market(m), **self.in_the_store(s))
        m.stop()
        return person.stops, facts

    def on_the_market(self, m):
        state = m.ask("state")
        return {
            "disputes": sorted(([d["order"], d["kind"], d["status"], d.get("ending"), d["actions"], d["by_hand"],
                                 d["files"].count("ITEM_RELATED")] for d in m.ask("disputes")), key=str),
            "refunds": sorted([r["order"], r["value"], r["via"]] for r in m.refunds()),
            "texts": sorted([x["to"], x["times"]] for x in m.sent()),
            "feedback": sorted([f["order"], f["replies"]] for f in m.ask("feedback")),
            "orders": sorted([o["orderId"], o["payment"], o["fulfilment"], o["cancel"]] for o in state["orders"]),
        }

    def in_the_store(self, s):
        def count(table, where="true"):
            return s.rows("SELECT count(*) FROM %s WHERE %s" % (table, where))[0][0]

        return {
            "rows": sorted(s.rows("SELECT kind, state FROM outbox")),
            "tasks": sorted(s.rows("SELECT kind, state FROM task")),
            "records": [count("orders"), count("conversation"), count("message", "direction = 'in'"), count("dispute"), count("feedback"),
                        count("odd")],
            "verified": s.cli("verify").returncode,
            "waiting": self.explained(s),
        }

    @staticmethod
    def explained(s):
        """What waits for people, and why."""
        return "\n".join(s.cli("explain", "a%d" % row[0]).stdout for row in s.rows("SELECT id FROM outbox WHERE state IN ('held', 'draft')"))

    def run_one(self, n, again=False):
        folder = os.path.join(self.folder, "step-%d" % n)
        os.mkdir(folder)
        stops, facts = self.scenario(folder, n, again)
        waiting = facts.pop("waiting")
        if n:
            self.assertEqual(self.wanted, facts, "stopped after step %d\n%s" % (n, waiting))
        else:
            self.judge(facts)
            self.assertEqual((0, 0), (stops, facts["verified"]))
            self.wanted = facts
        return stops

    def every_step(self, fewest=40):
        self.maxDiff = None
        self.run_one(0)
        stopped = beyond = 0
        stride = STRIDE * self.alike if STRIDE > 1 else 1
        numbers = iter(STEPS or range(1 + OFFSET, 10000, stride))
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            running = []
            # how many steps there are differs a little from run to run: the end is where several in a row did not stop
            while beyond < AT_ONCE:
                for n in numbers:
                    running.append(pool.submit(self.run_one, n))
                    if len(running) == AT_ONCE:
                        break
                if not running:
                    break
                stops = running.pop(0).result()
                stopped += stops
                beyond = 0 if stops else beyond + 1
        print("%s: stopped at %d steps" % (type(self).__name__, stopped))
        self.assertGreaterEqual(stopped, len(STEPS) or fewest // stride)

    def again_and_again(self):
        """So that stops also fall on what a start and a reading back do."""
        self.run_one(0)
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            stops = sum(pool.map(lambda n: self.run_one(n, again=True), range(FEWEST, FEWEST + 12)))
        print("%s: stopped at %d steps, again and again" % (type(self).__name__, stops))
        self.assertGreater(stops, 50)
