"""A store that is older than the platform: nothing is sent twice, and nothing before every account was read again."""
import os
import shutil
import unittest

from disputes_test import FULL, LIMITS
from harness import BUYER, LISTING, QUESTION, RULES, SHIPPED, Case

N = 20
WAITING = RULES.replace("template = post_where_is_order\n", "template = post_where_is_order\ndelay = 8m\n")

PAY = """
[rule "part"]
on = message.received
intent = order_status not_received
action = refund
amount = 5.00 EUR
"""


class Restore(Case):
    def shop_of(self, n):
        return {"listings": [LISTING], "buyers": [dict(BUYER, username="example_buyer_%d" % i) for i in range(n)],
                "orders": [dict(SHIPPED, id="12-%05d-00001" % i, buyer="example_buyer_%d" % i) for i in range(n)]}

    def restore(self, s, copy):
        s.stop()
        for end in ("", "-wal", "-shm"):
            if os.path.exists(s.store + end):
                os.unlink(s.store + end)
        shutil.copyfile(copy, s.store)
        s.start()

    def test_a_backup_from_before_money_went_back(self):
        """The message comes in once more, and so does the rule's wish to pay: part of an order can be paid again and again."""
        m, s = self.shop(world=self.shop_of(1), application=FULL, keys=LIMITS, rules=PAY)
        copy = os.path.join(self.folder, "copy.db")
        s.cli("backup", copy)
        m.ask("message", dict(QUESTION, buyer="example_buyer_0"))
        s.wait_for(lambda: s.actions(kind="order.refund", state="sent"), "the refund")
        self.restore(s, copy)
        row = s.wait_for(lambda: s.actions(kind="order.refund", state="draft"), "the second wish to wait")[0]
        self.assertIn("in the meantime", row["reason"])
        self.assertEqual(["5.00"], [r["value"] for r in m.refunds()])

    def test_a_backup_from_before_twenty_sends(self):
        m, s = self.shop(world=self.shop_of(N), rules=WAITING)
        for i in range(N):
            m.ask("message", dict(QUESTION, buyer="example_buyer_%d" % i))
        s.wait_for(lambda: len(s.actions(state="ready")) == N, "the waiting replies")
        copy = os.path.join(self.folder, "copy.db")
        s.cli("backup", copy)
        s.wait_for(lambda: len(s.actions(state="sent")) == N, "the replies")
        self.restore(s, copy)
        s.wait_for(lambda: not s.actions(state="ready") and not s.actions(state="unsure"), "every row to be decided")
        last = s.now("toys-de")
        s.wait_for(lambda: s.swept("toys-de", last), "another sweep")
        self.assertEqual(N, m.delivered())
        self.assertEqual(N, len(s.actions(state="cancelled")) + len(s.actions(state="sent")), s.actions())
        self.assertIn("comes from a backup", s.log_text())
        s.stop()
        log = len(s.log_text())
        s.start()
        self.assertNotIn("comes from a backup", s.log_text()[log:])


if __name__ == "__main__":
    unittest.main()
