"""A call quota that is used up stops what needs it, and nothing else."""
import sqlite3
import unittest

from harness import QUESTION, WORLD, Case


class Budget(Case):
    def use_up(self, s, budget):
        """As if the application's calls of this day had been made (the service is stopped)."""
        with sqlite3.connect(s.store) as db:
            db.execute("DELETE FROM budget WHERE budget = ?", (budget,))
            row = db.execute("SELECT owner, window_start FROM budget WHERE budget = 'identity'").fetchone()
            db.execute("INSERT INTO budget (owner, budget, window_start, used) VALUES (?, ?, ?, 1000000)", (row[0], budget, row[1]))

    def test_orders_used_up_do_not_stop_messages(self):
        m, s = self.shop(world=WORLD)
        s.stop()
        self.use_up(s, "fulfillment")
        s.start()
        m.ask("message", QUESTION)
        s.wait_for(lambda: m.delivered() == 1, "the reply")
        told = lambda: [n for n in s.get("status")["notices"] if "fulfillment" in n["text"]]
        s.wait_for(told, "the notice")
        self.assertEqual(1, len(told()), "once a window")
        self.assertEqual(1, s.log_text().count('quota "fulfillment"'))

    def test_sends_used_up_do_not_burn_looks(self):
        m = self.market()
        m.world(**WORLD)
        s = self.service({"toys-de": m.endpoint}, poll="30s")
        s.edit_conf("redirect =", "messages = trading\nredirect =")
        s.start().login("toys-de", m)
        s.wait_for(lambda: all(x["covered_at"] for a in s.get("status")["accounts"] for x in a["streams"] if x["name"] != "identity"), "import")
        s.get("account arm", account="toys-de", mode="auto")
        s.stop()
        self.use_up(s, "AddMemberMessageRTQ")
        s.start()
        m.ask("message", QUESTION)
        s.wait_for(lambda: s.actions(state="ready"), "the wish")
        last = s.now("toys-de")
        s.wait_for(lambda: s.now("toys-de") > last, "a poll")
        last = s.now("toys-de")
        s.wait_for(lambda: s.now("toys-de") > last, "another poll")
        with sqlite3.connect("file:%s?mode=ro" % s.store, uri=True) as db:
            used = db.execute("SELECT used FROM budget WHERE budget = 'GetMemberMessages'").fetchone()[0]
        self.assertLess(used, 10)
        self.assertEqual(0, m.delivered())


if __name__ == "__main__":
    unittest.main()
