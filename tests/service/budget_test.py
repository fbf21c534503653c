"""A call quota that is used up stops what needs it, and nothing else."""
import sqlite3
import unittest

from harness import QUESTION, WORLD, Case

RATE = 50  # a stop of an hour, after which everything is read before anything is sent, is 72 s of ours


class Budget(Case):
    def use_up(self, s, budget):
        """As if the application's calls of this day had been made (the service is stopped)."""
        with sqlite3.connect(s.store) as db:
            db.execute("DELETE FROM budget WHERE budget = ?", (budget,))
            row = db.execute("SELECT owner, window_start FROM budget WHERE budget = 'identity'").fetchone()
            db.execute("INSERT INTO budget (owner, budget, window_start, used) VALUES (?, ?, ?, 1000000)", (row[0], budget, row[1]))

    def test_orders_used_up_do_not_stop_messages(self):
        m, s = self.shop(world=WORLD, rate=RATE)
        s.wait_for(lambda: not s.get("status")["accounts"][0].get("quarantine"), "all streams, of which others need the same quota")
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
        m = self.market(rate=RATE)
        m.world(**WORLD)
        s = self.service({"toys-de": m.endpoint}, poll="30s", rate=RATE)
        s.edit_conf("redirect =", "messages = trading\nredirect =")
        s.start().login("toys-de", m)
        s.wait_for(lambda: not s.get("status")["accounts"][0].get("quarantine"), "the import")
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
        s.stop()  # what is counted may wait for something else to be written
        self.assertLess(s.rows("SELECT ifnull(max(used), 0) FROM budget WHERE budget = 'GetMemberMessages'")[0][0], 10)
        self.assertEqual(0, m.delivered())


if __name__ == "__main__":
    unittest.main()
