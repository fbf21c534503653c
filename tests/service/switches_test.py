"""Switches that people flip hold for everything that has not left."""
import unittest

from harness import QUESTION, RULES, WORLD, Case

WAITING = RULES.replace("template = post_where_is_order\n", "template = post_where_is_order\ndelay = 10m\n")


class Switches(Case):
    def test_draft_mode_holds_what_was_automatic(self):
        m, s = self.shop(world=WORLD, rules=WAITING)
        m.ask("message", QUESTION)
        s.wait_for(lambda: s.actions(state="ready"), "the waiting reply")
        s.get("account mode", account="toys-de", mode="draft")
        s.wait_for(lambda: s.actions(state="draft") or s.actions(state="sent"), "it to go on")
        self.assertEqual(0, m.delivered())
        s.get("approve", ids=[s.actions()[0]["id"]])
        s.wait_for(lambda: m.delivered() == 1, "the approved reply")

    def looked_at(self):
        """A reply whose last look is under way."""
        m, s = self.shop(world=WORLD)
        m.fault(method="GET", path="/commerce/message/v1/conversation/*", act="slow", ms=700, times=2)  # a poll reads it first
        m.ask("message", QUESTION)
        row = s.wait_for(s.actions, "the reply")[0]
        s.wait_for(lambda: m.ask("fault")[0]["acted"] == 2, "the look")
        return m, s, row["id"]

    def looked(self, m, s):
        """Some time after the answer to the look: the polls went on."""
        for _ in range(6):
            last = s.now("toys-de")
            s.wait_for(lambda: s.swept("toys-de", last), "a sweep")

    def test_a_pause_holds_what_is_being_looked_at(self):
        m, s, row = self.looked_at()
        s.get("pause", account="toys-de")
        self.looked(m, s)
        self.assertEqual((0, "ready"), (m.delivered(), s.get("show", id=row)["state"]))
        s.get("resume", account="toys-de")
        s.wait_for(lambda: m.delivered() == 1, "the reply")

    def test_what_is_dropped_while_it_is_looked_at_stays(self):
        m, s, row = self.looked_at()
        s.get("drop", ids=[row])
        self.looked(m, s)
        self.assertEqual((0, "dropped"), (m.delivered(), s.get("show", id=row)["state"]))


if __name__ == "__main__":
    unittest.main()
