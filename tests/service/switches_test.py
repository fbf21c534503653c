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


if __name__ == "__main__":
    unittest.main()
