"""The service left at step N, for every N: same end, nothing doubled, nothing lost.

The scenario: a login, two replies by rule (the answer to one is lost), an approved draft and a reply by hand.  Steps (daemon/step.h) stand
before and after every commit that writes, before every request and after every answer.  STEPS=12,40 runs only those.
"""
import concurrent.futures
import os
import unittest

import harness
from harness import BUYER, LISTING, QUESTION, SHIPPED, Case

STEPS = [int(n) for n in os.environ.get("STEPS", "").split(",") if n]
RATE = int(os.environ.get("RATE", "200"))
AT_ONCE = 4
STOPPED = 70  # exit status of a process that --stop-after ended

BUYERS = ["example_buyer_%d" % i for i in range(3)]
ORDER = "12-34567-%05d"
BY_HAND = "Guten Tag, Ihr Paket liegt in der Filiale."
RETURN = "Guten Tag, ich möchte den Artikel zurückschicken. Wie läuft die Rücksendung?"
# (buyer, how often that text arrived): what must have reached people in the end, wherever the process stopped
WANTED = sorted([(BUYERS[0], 1), (BUYERS[0], 1), (BUYERS[1], 1), (BUYERS[2], 1)])
WANTED_ROWS = sorted([("post_where_is_order", "sent"), ("post_where_is_order", "sent"), ("post_return_instructions", "sent"), ("", "sent")])


class Stubborn:
    """A service that is started again whenever it stopped, and a person who asks until there is an answer."""

    def __init__(self, service, stop_after, again):
        self.service = service
        self.stop_after = stop_after
        self.again = again
        self.stops = 0
        service.start(*self.options(stop_after), wait=False)

    def options(self, stop_after):
        return ["--stop-after", str(stop_after)] if stop_after else []

    def alive(self):
        s = self.service
        if s.process.poll() is not None:
            if s.process.returncode != STOPPED:
                raise RuntimeError("ended with %d\n%s" % (s.process.returncode, s.log_text()))
            self.stops += 1  # the next one goes on a little longer: a start alone takes ten steps, a look and its send as many
            s.out.close()
            s.start(*self.options(self.stop_after + self.stops % 9 if self.again else 0), wait=False)
        return s.answers()

    def insist(self, fact, what):
        def attempt():
            try:
                return self.alive() and fact()
            except (OSError, ValueError, AssertionError):  # it stopped under our hands
                return None
        return self.service.wait_for(attempt, "%s (stop after %d)" % (what, self.stop_after))


class StopAtEveryStep(Case):
    def scenario(self, folder, stop_after, again):
        """Runs to the end, restarting after the stop: (stops, what reached buyers, rows of the outbox)."""
        m = harness.Market(folder, self.anchor, rate=RATE)
        self.ends.append(m)
        m.world(listings=[LISTING], buyers=[dict(BUYER, username=b) for b in BUYERS],
                orders=[dict(SHIPPED, id=ORDER % i, buyer=b) for i, b in enumerate(BUYERS)])
        m.fault(method="POST", path="/commerce/message/v1/send_message", act="accept-then-close", times=1)
        s = harness.Service(folder, self.anchor, {"toys-de": m.endpoint}, poll="10s", rate=RATE)
        self.ends.append(s)
        person = Stubborn(s, stop_after, again)

        def logged_in():
            login = s.get("account list")["accounts"][0]["login"]
            if login not in ("ok", "pending"):
                url = s.get("account consent", account="toys-de")["url"]
                s.get("account redeem", account="toys-de", pasted=m.consent(url))
            return login == "ok"

        def approved():
            row = s.get("show", id=draft["id"])
            return row["state"] != "draft" or s.get("approve", ids=[draft["id"]])

        def replied():
            return [a for a in s.actions() if a["text"] == BY_HAND] or s.get("reply", conversation=conversation, text=BY_HAND)

        person.insist(logged_in, "the login")
        person.insist(lambda: s.swept("toys-de"), "the import")
        person.insist(lambda: s.get("account arm", account="toys-de", mode="auto"), "arming")
        for b in BUYERS[:2]:
            m.ask("message", dict(QUESTION, buyer=b))
        m.ask("message", {"buyer": BUYERS[2], "item": LISTING["item"], "text": RETURN})
        draft = person.insist(lambda: s.actions(template="post_return_instructions"), "the draft")[0]
        person.insist(approved, "the approval")
        conversation = person.insist(lambda: [a for a in s.actions(state="sent") if ORDER % 0 in a["text"]], "the reply by rule")[0]["conversation"]
        person.insist(replied, "the reply by hand")
        person.insist(lambda: len(s.actions(state="sent")) == 4, "all to be sent")
        rows = person.insist(lambda: sorted((a["template"] or "", a["state"]) for a in s.actions()), "the rows")
        reached = sorted((x["to"], x["times"]) for x in m.sent())
        s.stop()
        m.stop()
        return person.stops, reached, rows

    def run_one(self, n, again=False):
        folder = os.path.join(self.folder, "step-%d" % n)
        os.mkdir(folder)
        stops, reached, rows = self.scenario(folder, n, again)
        self.assertEqual(WANTED, reached, "stopped after step %d" % n)
        self.assertEqual(WANTED_ROWS, rows, "stopped after step %d" % n)
        return stops

    def test_every_step(self):
        self.assertEqual(0, self.run_one(0))
        stopped = beyond = 0
        numbers = iter(STEPS or range(1, 10000))
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
        print("stopped at %d steps" % stopped)
        self.assertGreaterEqual(stopped, len(STEPS) or 40)

    def test_every_process_stops_after_a_few_steps(self):
        """So that stops also fall on what a start and a reading back do."""
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            stops = sum(pool.map(lambda n: self.run_one(n, again=True), range(20, 32)))
        print("stopped at %d steps, again and again" % stops)
        self.assertGreater(stops, 50)


if __name__ == "__main__":
    unittest.main()
