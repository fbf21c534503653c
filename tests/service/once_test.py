"""Exactly once: lost answers, acts that never happened, late visibility, restarts."""
import unittest

from disputes_test import BOTH, FULL, OPEN
from harness import BUYER, QUESTION, SHIPPED, WORLD, Case

SEND = {"method": "POST", "path": "/commerce/message/v1/send_message"}


class Once(Case):
    def settled(self, **fault):
        m, s = self.shop(world=WORLD)
        m.fault(**SEND, **fault)
        m.ask("message", QUESTION)
        s.wait_for(lambda: s.actions(state="sent"), "the row to be settled")
        self.assertEqual(1, m.delivered())
        self.assertEqual([], s.actions(state="held"))
        return s.get("explain", id=s.actions(state="sent")[0]["id"])["entries"]

    def test_the_answer_is_lost(self):
        entries = self.settled(act="accept-then-close", times=1)
        self.assertIn("unsure", [e["kind"] for e in entries])

    def test_the_request_is_lost(self):
        entries = self.settled(act="drop", times=1)
        self.assertIn("unsure", [e["kind"] for e in entries])

    def test_the_answer_is_a_500_though_it_was_done(self):
        self.settled(act="status", status=500, executed=True, times=1)

    def test_the_answer_is_cut(self):
        self.settled(act="cut", bytes=20, times=1)

    def test_the_answer_is_garbage(self):
        self.settled(act="html", times=1)

    def test_a_429_though_it_was_done(self):
        """eBay does not say that a 429 means that nothing was done."""
        self.settled(act="status", status=429, executed=True, times=1)

    def test_a_408_though_it_was_done(self):
        self.settled(act="status", status=408, executed=True, times=1)

    def test_a_conversation_of_several_pages_is_looked_at_whole(self):
        """The reply stands on the first page, and the last one does not show it."""
        m, s = self.shop(world=dict(WORLD, messages=[dict(QUESTION, at="-%dh" % (i + 24)) for i in range(60)]))
        m.fault(**SEND, act="accept-then-close", times=1)
        m.ask("message", QUESTION)
        s.wait_for(lambda: s.actions(state="sent"), "the row to be settled")
        self.assertEqual(1, m.delivered())

    def test_what_never_arrives_is_held_in_the_end(self):
        m, s = self.shop(world=WORLD)
        m.fault(**SEND, act="drop", times=-1)
        m.ask("message", QUESTION)
        row = s.wait_for(lambda: s.actions(state="held"), "the row to be held")[0]
        self.assertIn("8 attempts", row["reason"])
        self.assertEqual(8, m.ask("fault")[0]["acted"])

    def test_it_shows_late(self):
        entries = self.settled(act="late", lost=True, late_ms=60000, times=1)
        self.assertIn("unsure", [e["kind"] for e in entries])

    def test_a_hand_answer_at_the_same_moment_is_not_taken_for_ours(self):
        m, s = self.shop(world=WORLD)
        m.fault(**SEND, act="drop", times=1)
        m.ask("message", QUESTION)
        row = s.wait_for(lambda: s.actions(state="unsure") or s.actions(state="cancelled"), "the unsure row")[0]
        m.ask("answer", {"buyer": "example_buyer", "item": QUESTION["item"], "text": "Kommt morgen!"})
        s.wait_for(lambda: s.get("show", id=row["id"])["state"] in ("cancelled", "sent"), "the row to be settled")
        self.assertEqual("cancelled", s.get("show", id=row["id"])["state"])
        self.assertEqual(0, m.delivered())

    def test_an_equal_text_sent_before_is_not_taken_for_ours(self):
        """Texts only narrow the search: what was there at last look is not what we sent now."""
        m, s = self.shop(world=WORLD, rules="")
        m.ask("message", QUESTION)
        c = s.wait_for(lambda: s.get("inbox")["conversations"], "the conversation")[0]
        s.get("reply", conversation=c["id"], text="Guten Tag, wir kümmern uns darum.")
        s.wait_for(lambda: m.delivered() == 1, "the first reply")
        s.wait_for(lambda: len(s.actions(state="sent")) == 1, "the first row")
        m.fault(**SEND, act="drop", times=1)
        s.get("reply", conversation=c["id"], text="Guten Tag, wir kümmern uns darum.")
        s.wait_for(lambda: len(s.actions(state="sent")) == 2, "the second row")
        self.assertEqual(2, m.delivered())

    def test_throttled_before_anything_happened(self):
        m, s = self.shop(world=WORLD)
        m.fault(**SEND, act="status", status=429, retry_after="30", times=2)
        m.ask("message", QUESTION)
        s.wait_for(lambda: s.actions(state="sent"), "the row")
        self.assertEqual(1, m.delivered())

    def test_sigterm_finishes_the_send_and_nothing_more(self):
        others = [dict(BUYER, username="example_buyer_%d" % i) for i in range(3)]
        m, s = self.shop(world=dict(WORLD, buyers=[BUYER, *others], orders=[SHIPPED] + [
            dict(SHIPPED, id="12-%05d-00001" % i, buyer=b["username"]) for i, b in enumerate(others)]))
        m.fault(**SEND, act="slow", ms=700, times=1)
        m.ask("message", QUESTION)
        s.wait_for(lambda: s.actions(state="sending"), "the send")
        for b in others:
            m.ask("message", dict(QUESTION, buyer=b["username"]))
        s.wait_for(lambda: len(s.actions()) == 4 or s.actions(state="sent"), "the others to wait")
        self.assertEqual(3, len(s.actions(state="ready")))
        s.process.terminate()
        self.assertEqual(0, s.process.wait(10))
        self.assertIn("a1: reply sent", s.log_text())
        self.assertEqual(1, m.delivered())

    def test_kill_while_the_request_is_under_way(self):
        m, s = self.shop(world=WORLD)
        m.fault(**SEND, act="hang", executed=True, times=1)
        m.ask("message", QUESTION)
        s.wait_for(lambda: m.delivered() == 1, "the act")
        s.kill()
        s.start()
        s.wait_for(lambda: s.actions(state="sent"), "the row to be settled")
        self.assertEqual(1, m.delivered())

    def test_a_parcel_of_yesterday_is_told_once(self):
        """When it left is not when the platform was told."""
        m, s = self.shop(world=BOTH, application=FULL)
        m.fault(method="POST", path="*/shipping_fulfillment", act="accept-then-close", times=1)
        order = s.known(OPEN["id"], "orders")
        day_before = s.rows("SELECT strftime('%Y-%m-%dT%H:%M:%SZ', max(last_ok) / 1000 - 86400, 'unixepoch') FROM stream")[0][0]
        s.get("act", id=order, kind="ship", carrier="DHL", tracking="00340000000000000099", shipped=day_before)
        s.wait_for(lambda: s.actions(state="sent"), "the row to be settled")
        self.assertEqual(1, m.ask("calls")["operations"]["createShippingFulfillment"])


if __name__ == "__main__":
    unittest.main()
