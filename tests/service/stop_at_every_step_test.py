"""The service left at step N, for every N: same end, nothing doubled, nothing lost.

Two scenarios.  Replies: a login, two by rule (the answer to one is lost), an approved draft and one by hand.  Refunds: a return that is
accepted and, when it came back, paid by rule, a part of another order that goes back by hand, and feedback that is answered; the answers
about money are lost.  Steps (daemon/step.h) stand before and after every commit that writes, before every request and after every
answer.  STEPS=12,40 runs only those, STRIDE=3 every third.
"""
import concurrent.futures
import os
import unittest

import harness
from disputes_test import ACCEPT, FULL, LIMITS, OPEN, POT, rule
from feedback_test import REPLY
from harness import BUYER, LISTING, QUESTION, SHIPPED, Case

STEPS = [int(n) for n in os.environ.get("STEPS", "").split(",") if n]
STRIDE = int(os.environ.get("STRIDE", "1"))
RATE = int(os.environ.get("RATE", "200"))
AT_ONCE = 4
FEWEST = 24  # steps that every process gets
STOPPED = 70  # exit status of a process that --stop-after ended

BUYERS = ["example_buyer_%d" % i for i in range(3)]
ORDER = "12-34567-%05d"
BY_HAND = "Guten Tag, Ihr Paket liegt in der Filiale."
RETURN = "Guten Tag, ich möchte den Artikel zurückschicken. Wie läuft die Rücksendung?"


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


class Steps(Case):
    """What a scenario does with the service, wherever it stops; `wanted` is how it must end."""
    wanted = None

    def world(self, m):
        raise NotImplementedError

    def play(self, m, s, person):
        """To the end: the facts that are compared with `wanted`."""
        raise NotImplementedError

    def scenario(self, folder, stop_after, again):
        """Runs to the end, restarting after the stop: (stops, facts)."""
        m = harness.Market(folder, self.anchor, rate=RATE)
        self.ends.append(m)
        self.world(m)
        s = harness.Service(folder, self.anchor, {"toys-de": m.endpoint}, poll="10s", rate=RATE, **self.configuration)
        self.ends.append(s)
        person = Stubborn(s, stop_after, again)

        def logged_in():
            login = s.get("account list")["accounts"][0]["login"]
            if login not in ("ok", "pending"):
                url = s.get("account consent", account="toys-de")["url"]
                s.get("account redeem", account="toys-de", pasted=m.consent(url))
            return login == "ok"

        person.insist(logged_in, "the login")
        person.insist(lambda: s.swept("toys-de"), "the import")
        person.insist(lambda: s.get("account arm", account="toys-de", mode="auto"), "arming")
        facts = self.play(m, s, person)
        s.stop()
        m.stop()
        return person.stops, facts

    def run_one(self, n, again=False):
        folder = os.path.join(self.folder, "step-%d" % n)
        os.mkdir(folder)
        stops, facts = self.scenario(folder, n, again)
        self.assertEqual(self.wanted, facts, "stopped after step %d" % n)
        return stops

    def every_step(self):
        self.assertEqual(0, self.run_one(0))
        stopped = beyond = 0
        numbers = iter(STEPS or range(1, 10000, STRIDE))
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
        self.assertGreaterEqual(stopped, len(STEPS) or 40 // STRIDE)

    def again_and_again(self):
        """So that stops also fall on what a start and a reading back do."""
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            stops = sum(pool.map(lambda n: self.run_one(n, again=True), range(FEWEST, FEWEST + 12)))
        print("stopped at %d steps, again and again" % stops)
        self.assertGreater(stops, 50)


class Replies(Steps):
    configuration = {}
    # (buyer, how often that text arrived): what must have reached people in the end, wherever the process stopped; and the rows
    wanted = (sorted([(BUYERS[0], 1), (BUYERS[0], 1), (BUYERS[1], 1), (BUYERS[2], 1)]),
              sorted([("post_where_is_order", "sent"), ("post_where_is_order", "sent"), ("post_return_instructions", "sent"), ("", "sent")]))

    def world(self, m):
        m.world(listings=[LISTING], buyers=[dict(BUYER, username=b) for b in BUYERS],
                orders=[dict(SHIPPED, id=ORDER % i, buyer=b) for i, b in enumerate(BUYERS)])
        m.fault(method="POST", path="/commerce/message/v1/send_message", act="accept-then-close", times=1)

    def play(self, m, s, person):
        def approved():
            row = s.get("show", id=draft["id"])
            return row["state"] != "draft" or s.get("approve", ids=[draft["id"]])

        def replied():
            return [a for a in s.actions() if a["text"] == BY_HAND] or s.get("reply", conversation=conversation, text=BY_HAND)

        for b in BUYERS[:2]:
            m.ask("message", dict(QUESTION, buyer=b))
        m.ask("message", {"buyer": BUYERS[2], "item": LISTING["item"], "text": RETURN})
        draft = person.insist(lambda: s.actions(template="post_return_instructions"), "the draft")[0]
        person.insist(approved, "the approval")
        conversation = person.insist(lambda: [a for a in s.actions(state="sent") if ORDER % 0 in a["text"]], "the reply by rule")[0]["conversation"]
        person.insist(replied, "the reply by hand")
        person.insist(lambda: len(s.actions(state="sent")) == 4, "all to be sent")
        rows = person.insist(lambda: sorted((a["template"] or "", a["state"]) for a in s.actions()), "the rows")
        return sorted((x["to"], x["times"]) for x in m.sent()), rows

    def test_every_step(self):
        self.every_step()

    def test_every_process_stops_after_a_few_steps(self):
        self.again_and_again()


class Refunds(Steps):
    configuration = {
        "application": FULL, "keys": LIMITS,
        "rules": ACCEPT + REPLY % "auto" + rule("pay", "return", "refund", on="dispute.due", due="SELLER_ISSUE_REFUND", amount="all",
                                                template="post_dispute_accept")}
    # what was done about the return, what money went back by way of what, how often the feedback was answered; and the rows
    wanted = ({"APPROVE": 1, "refund": 1}, [("5.00", "order"), ("24.00", "return")], 1,
              [("feedback.reply", "sent"), ("order.refund", "sent"), ("return.accept", "sent"), ("return.refund", "sent")])

    def world(self, m):
        m.world(listings=[LISTING, POT], buyers=[BUYER], orders=[SHIPPED, OPEN])
        m.fault(method="POST", path="*/decide", act="accept-then-close", times=1)
        m.fault(method="POST", path="*/issue_refund", act="accept-then-close", times=2)

    def play(self, m, s, person):
        def refunded():
            return s.actions(kind="order.refund") or s.get("act", id=order, kind="refund", amount="5.00 EUR", text=BY_HAND)

        order = s.known(OPEN["id"], "orders")
        d = m.dispute("return", SHIPPED["id"], reason="DEFECTIVE_ITEM")
        f = m.feedback(order=SHIPPED["id"], rating="NEGATIVE", text="Kam zu spät.")
        person.insist(refunded, "the refund by hand")
        person.insist(lambda: s.actions(kind="return.accept", state="sent"), "the return to be accepted")
        m.deed(d, "buyer", "deliver")
        person.insist(lambda: len(s.actions(state="sent")) == 4, "all to be sent")
        rows = person.insist(lambda: sorted((a["kind"], a["state"]) for a in s.actions()), "the rows")
        return m.truth(d)["actions"], sorted(((r["value"], r["via"]) for r in m.refunds()), key=lambda r: r[1]), m.feedback_truth(f)["replies"], rows

    def test_every_step(self):
        self.every_step()

    def test_every_process_stops_after_a_few_steps(self):
        self.again_and_again()


if __name__ == "__main__":
    unittest.main()
