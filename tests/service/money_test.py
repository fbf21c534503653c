"""Money goes back once, within the limits, and by two people where the seller wants two."""
import os
import pwd
import unittest

from harness import BUYER, SHIPPED, WORLD, Case
from disputes_test import BOTH, FULL, LIMITS, OPEN, rule

LOST = [  # what may happen to a request that moves money, and to its answer
    ("the answer is lost", {"act": "accept-then-close"}),
    ("the request is lost", {"act": "drop"}),
    ("a 500 although it was done", {"act": "status", "status": 500, "executed": True}),
    ("a 500 and nothing was done", {"act": "status", "status": 500}),
    ("the answer is cut", {"act": "cut", "bytes": 5}),
    ("the answer is a page", {"act": "html"}),
    ("it shows late", {"act": "late", "lost": True, "late_ms": 60000}),
]
PAY_RETURN = rule("pay", "return", "refund", amount="all", template="post_dispute_accept")
PAY_INQUIRY = rule("pay", "inquiry", "refund", template="post_dispute_accept")
CANCEL = rule("cancel", "cancellation", "accept")
# the published test key of RFC 9421, whose public half the market knows
SIGNING = 'signing_key = "MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF"\nsigning_jwe = example.signing.jwe\n'


class Money(Case):
    def shop(self, **kw):
        return super().shop(**dict({"world": BOTH, "application": FULL, "keys": LIMITS}, **kw))

    def once(self, kind, rules, path):
        """Whatever is lost, the buyer gets the money once, and the row knows it."""
        for what, fault in LOST:
            with self.subTest(what):
                self.afresh()
                m, s = self.shop(rules=rules)
                m.fault(method="POST", path=path, times=1, **fault)
                m.dispute(kind, OPEN["id"], reason="DEFECTIVE_ITEM" if kind == "return" else None)
                s.wait_for(lambda: s.actions(state="sent"), "the refund")
                self.assertEqual(["24.00"], [r["value"] for r in m.refunds()])
                self.assertEqual([], s.actions(state="held") + s.actions(state="unsure"))

    def test_a_return_is_paid_once(self):
        self.once("return", PAY_RETURN, "*/return/*/issue_refund")

    def test_an_inquiry_is_paid_once(self):
        self.once("inquiry", PAY_INQUIRY, "*/inquiry/*/issue_refund")

    def test_a_cancellation_is_paid_once(self):
        self.once("cancellation", CANCEL, "*/cancellation/*/approve")

    def test_part_of_an_order_is_paid_once(self):
        """The platform would pay the same part twice."""
        for what, fault in LOST:
            with self.subTest(what):
                self.afresh()
                m, s = self.shop(rules="")
                ours = s.known(OPEN["id"], "orders")
                m.fault(method="POST", path="*/issue_refund", times=1, **fault)
                s.get("act", id=ours, kind="refund", amount="5.00 EUR", text="Sorry for the scratch.")
                s.wait_for(lambda: s.actions(kind="order.refund", state="sent"), "the refund")
                self.assertEqual([("5.00", "order")], [(r["value"], r["via"]) for r in m.refunds()])

    def test_two_equal_parts_are_two_refunds(self):
        """What was there at the last look is not taken for what is paid now."""
        m, s = self.shop(rules="")
        ours = s.known(OPEN["id"], "orders")
        for n in (1, 2):
            if n == 2:
                m.fault(method="POST", path="*/issue_refund", times=1, act="drop")
            s.get("act", id=ours, kind="refund", amount="5.00 EUR", text="Sorry for the scratch.")
            s.wait_for(lambda: len(s.actions(kind="order.refund", state="sent")) == n, "refund %d" % n)
        self.assertEqual(["5.00", "5.00"], [r["value"] for r in m.refunds()])

    def test_killed_while_the_refund_is_under_way(self):
        m, s = self.shop(rules=PAY_RETURN)
        m.fault(method="POST", path="*/return/*/issue_refund", act="hang", executed=True, times=1)
        m.dispute("return", SHIPPED["id"], reason="DEFECTIVE_ITEM")
        s.wait_for(m.refunds, "the money")
        s.kill()
        s.start()
        s.wait_for(lambda: s.actions(kind="return.refund", state="sent"), "the row to be settled")
        self.assertEqual(1, len(m.refunds()))

    def test_without_limits_money_waits(self):
        m, s = self.shop(rules=PAY_RETURN, keys="")
        m.dispute("return", SHIPPED["id"], reason="DEFECTIVE_ITEM")
        row = s.wait_for(lambda: s.actions(state="draft"), "the draft")[0]
        self.assertIn("refund_per_order", row["reason"])
        self.assertEqual([], m.refunds())
        s.get("approve", ids=[row["id"]])
        s.wait_for(lambda: s.actions(state="sent"), "the approved refund")
        self.assertEqual(["24.00"], [r["value"] for r in m.refunds()])

    def test_what_is_over_the_limit_of_the_day_waits(self):
        """Three buyers, 24.00 each, 50.00 a day: two are paid, the third waits for a person."""
        buyers = [dict(BUYER, username="example_buyer_%d" % i) for i in range(3)]
        orders = [dict(SHIPPED, id="12-34567-%05d" % i, buyer=b["username"]) for i, b in enumerate(buyers)]
        m, s = self.shop(rules=PAY_RETURN, world=dict(WORLD, buyers=buyers, orders=orders),
                         keys=LIMITS.replace("refund_per_day = 1000.00", "refund_per_day = 50.00"))
        for o in orders:
            m.dispute("return", o["id"], reason="DEFECTIVE_ITEM")
        row = s.wait_for(lambda: s.actions(state="draft"), "the draft")[0]
        s.wait_for(lambda: len(s.actions(state="sent")) == 2, "two refunds")
        self.assertEqual(2, len(m.refunds()))
        self.assertIn("refund_per_day", row["reason"])
        s.get("approve", ids=[row["id"]])
        s.wait_for(lambda: len(m.refunds()) == 3, "the approved one")

    def test_refunds_by_hand_count_against_the_order(self):
        """20.00 of 24.00 went back on the web site: no more than the rest may follow."""
        m, s = self.shop(rules="", world=dict(BOTH, orders=[SHIPPED, dict(OPEN, refund={"value": "20.00"})]))
        ours = s.known(OPEN["id"], "orders")
        s.wait_for(lambda: s.rows("SELECT 1 FROM orders WHERE payment = 'partially_refunded'"), "the refund by hand")
        refused = s.api("act", id=ours, kind="refund", amount="5.00 EUR", text="Sorry.")
        self.assertFalse(refused["ok"])
        self.assertEqual(1, len(m.refunds()))

    @unittest.skipUnless(os.getuid() == 0, "only root can be two people")
    def test_who_asks_does_not_approve(self):
        me, other = pwd.getpwuid(os.getuid()).pw_name, "nobody"
        people = "".join('[operator "%s"]\nuser = %s\nrole = admin\n' % (n, u) for n, u in (("erika", me), ("max", other)))
        m, s = self.shop(rules="", keys=LIMITS + "second_person_above = 10.00 EUR\n", extra=people)
        ours = s.known(OPEN["id"], "orders")
        s.get("act", id=ours, kind="refund", amount="9.00 EUR", text="Sorry.")
        s.wait_for(lambda: len(m.refunds()) == 1, "what one person may do")
        s.get("act", id=ours, kind="refund", amount="11.00 EUR", text="Sorry.")
        row = s.wait_for(lambda: s.actions(state="draft"), "the draft")[0]
        refused = s.api("approve", ids=[row["id"]])
        self.assertFalse(refused["ok"] and all(x.get("ok", True) for x in refused["result"].get("actions", [])), refused)
        self.assertEqual("draft", s.get("show", id=row["id"])["state"])
        approved = s.api_as(other, "approve", ids=[row["id"]])
        self.assertTrue(approved["ok"], approved)
        s.wait_for(lambda: len(m.refunds()) == 2, "the approved refund")

    def test_sellers_in_the_eu_sign(self):
        m, s = self.shop(rules=PAY_RETURN, keys=LIMITS + "signatures = yes\n", application=FULL + SIGNING)
        m.world(seller={"signatures": True})
        m.dispute("return", SHIPPED["id"], reason="DEFECTIVE_ITEM")
        s.wait_for(lambda: s.actions(state="sent"), "the signed refund")
        self.assertEqual(1, len(m.refunds()))

    def test_a_missing_signature_is_told_and_not_repeated(self):
        m, s = self.shop(rules=PAY_RETURN)
        m.world(seller={"signatures": True})
        m.dispute("return", SHIPPED["id"], reason="DEFECTIVE_ITEM")
        row = s.wait_for(lambda: s.actions(state="held"), "the held row")[0]
        self.assertIn("215000", row["reason"])
        self.assertEqual([], m.refunds())
        self.assertEqual(1, m.ask("calls")["operations"]["issueReturnRefund"])

    def test_an_order_is_cancelled_by_hand_once(self):
        m, s = self.shop(rules="")
        m.fault(method="POST", path="/post-order/v2/cancellation", act="accept-then-close", times=1)
        s.get("act", id=s.known(OPEN["id"], "orders"), kind="cancel")
        s.wait_for(lambda: s.actions(kind="order.cancel", state="sent"), "the cancellation")
        self.assertEqual([("24.00", "cancellation")], [(r["value"], r["via"]) for r in m.refunds()])


if __name__ == "__main__":
    unittest.main()
