"""What nobody approved in time: its fallback leaves instead, once, and never more than it may."""
import unittest

from disputes_test import BOTH, FULL, LIMITS, OPEN, rule
from harness import QUESTION, SHIPPED, WORLD, Case

HOUR = 3600 * 1000
FAST = 500  # half an hour in three and a half seconds
ASK = """
[rule "where is my order"]
on = message.received
intent = order_status_where_is_my_order not_received
action = reply
template = post_where_is_order
mode = approve
fallback = reply post_complaint_holding
fallback_before = 23h
"""
PAY = dict(template="post_dispute_accept", mode="approve", fallback_before="20d")


def accepted(**keys):
    return rule("return", "return", "accept", fallback="accept", mode="approve", template="post_dispute_accept", fallback_before="30d", **keys)


class Fallbacks(Case):
    def shop(self, **kw):
        return super().shop(**dict({"world": BOTH, "application": FULL, "keys": LIMITS, "rate": FAST}, **kw))

    def draft(self, s):
        return s.wait_for(lambda: s.actions(state="draft"), "the draft")[0]

    def taken(self, s, row, kind):
        """The waiting one is over, and the other was sent."""
        over = s.wait_for(lambda: s.actions(id=row["id"], state="expired"), "the fallback of " + row["id"])[0]
        s.wait_for(lambda: s.actions(id=over["instead"], state="sent"), "%s to be sent" % over["instead"])
        other = s.actions(id=over["instead"])[0]
        self.assertEqual((kind, row["id"], None), (other["kind"], other["instead_of"], other["operator"]))
        self.assertEqual(0, over["attempt"])
        self.assertIn(other["id"], over["reason"])
        self.assertEqual(2, len(s.actions()))
        return other

    def told(self, s, cause):
        return [n for n in s.get("status")["notices"] if n["cause"] == cause]

    def test_a_holding_reply_and_then_nothing_more(self):
        m, s = self.shop(rules=ASK, world=WORLD)
        m.ask("message", QUESTION)
        row = self.draft(s)
        shown = s.get("outbox")["actions"][0]
        self.assertEqual("reply", shown["fallback"])
        self.assertEqual(shown["fallback_at"], s.get("show", id=row["id"])["fallback_at"])
        self.assertEqual(shown["fallback_at"], s.get("explain", id=row["id"])["fallback_at"])
        self.assertEqual([("reply", shown["fallback_at"])],
                         [(d["fallback"], d["fallback_at"]) for d in s.get("deadlines")["deadlines"] if d["id"] == row["conversation"]])
        for words in (["outbox"], ["show", row["id"]], ["explain", row["id"]], ["deadlines"]):
            self.assertIn("without approval", s.cli(*words).stdout)
        other = self.taken(s, row, "reply")
        self.assertEqual("post_complaint_holding", other["template"])
        self.assertEqual([other["text"].strip()], [x["text"].strip() for x in m.sent()])
        late = s.api("approve", ids=[row["id"]])
        self.assertFalse(late["ok"])
        self.assertIn("its fallback %s took its place" % other["id"], late["text"])
        self.assertIn(row["conversation"], [d["id"] for d in s.get("deadlines")["deadlines"]])  # it acknowledges, and answers nothing
        self.assertEqual(1, m.delivered())
        self.assertIn(other["id"], str(s.get("explain", id=row["id"])["entries"]))
        self.assertEqual(1, len(self.told(s, "fallback/" + row["id"])))

    def test_approved_in_time(self):
        m, s = self.shop(rules=accepted())
        d = m.dispute("return", SHIPPED["id"], reason="DEFECTIVE_ITEM")
        row = self.draft(s)
        self.assertEqual(1, len(s.wait_for(lambda: self.told(s, "approve/" + row["id"]), "the notice before")))
        s.get("approve", ids=[row["id"]])
        s.wait_for(lambda: s.actions(state="sent"), "the acceptance")
        s.wait_for(lambda: not self.told(s, "approve/" + row["id"]), "the notice to be over")
        s.wait_for(lambda: s.now("toys-de") > row["fallback_at"], "its time to pass")
        self.assertEqual(1, len(s.actions()))
        self.assertEqual({"APPROVE": 1}, m.truth(d)["actions"])

    def test_an_escalation(self):
        m, s = self.shop(rules=rule("ask", "inquiry", "tracking", mode="approve", template="post_dispute_evidence",
                                    fallback="escalate", fallback_before="30d"))
        d = m.dispute("inquiry", SHIPPED["id"], text="Nichts angekommen.")
        self.taken(s, self.draft(s), "inquiry.escalate")
        self.assertEqual({"escalate": 1}, m.truth(d)["actions"])

    def test_money_only_with_a_limit_of_its_own(self):
        for up_to, paid in ((None, []), ("23.99 EUR", []), ("24.00 EUR", ["24.00"])):
            with self.subTest(up_to):
                self.afresh()
                keys = dict({"fallback_up_to": up_to} if up_to else {}, **PAY)
                m, s = self.shop(rules=rule("pay", "inquiry", "refund", fallback='"refund post_dispute_accept"', **keys))
                m.dispute("inquiry", OPEN["id"])
                row = self.draft(s)
                if paid:
                    self.taken(s, row, "inquiry.refund")
                else:
                    s.wait_for(lambda: self.told(s, "fallback/" + row["id"]), "the notice")
                    self.assertEqual(["draft"], [a["state"] for a in s.actions()])
                    self.assertIn("fallback_up_to", str(s.get("explain", id=row["id"])))
                self.assertEqual(paid, [r["value"] for r in m.refunds()])

    def test_never_above_what_one_person_may_approve(self):
        m, s = self.shop(keys=LIMITS + "second_person_above = 10.00 EUR\n",
                         rules=rule("pay", "inquiry", "refund", fallback='"refund post_dispute_accept"', fallback_up_to="50.00 EUR", **PAY))
        m.dispute("inquiry", OPEN["id"])
        row = self.draft(s)
        s.wait_for(lambda: self.told(s, "fallback/" + row["id"]), "the notice")
        self.assertIn("second_person_above", str(s.get("explain", id=row["id"])))
        self.assertEqual([], m.refunds())

    def test_in_draft_mode_it_is_told_instead(self):
        m, s = self.shop(rules=accepted(), mode="draft")
        d = m.dispute("return", SHIPPED["id"], reason="DEFECTIVE_ITEM")
        row = self.draft(s)
        s.wait_for(lambda: self.told(s, "fallback/" + row["id"]), "the notice")
        self.assertEqual(["draft"], [a["state"] for a in s.actions()])
        s.get("approve", ids=[row["id"]])
        s.wait_for(lambda: s.actions(state="sent"), "the acceptance")
        self.assertEqual({"APPROVE": 1}, m.truth(d)["actions"])

    def test_while_paused_nothing_takes_its_place(self):
        m, s = self.shop(rules=ASK, world=WORLD)
        m.ask("message", QUESTION)
        row = self.draft(s)
        s.get("pause", account="toys-de")
        s.wait_for(lambda: self.told(s, "fallback/" + row["id"]), "the notice")
        self.assertEqual(["draft"], [a["state"] for a in s.actions()])
        s.get("resume", account="toys-de")
        self.taken(s, row, "reply")

    def test_taken_back_its_clock_counts_again(self):
        m, s = self.shop(rules=ASK, world=WORLD, undo="20m")
        m.ask("message", QUESTION)
        row = self.draft(s)
        s.get("approve", ids=[row["id"]])
        s.get("undo", ids=[row["id"]])
        self.taken(s, row, "reply")
        self.assertEqual(1, m.delivered())

    def test_the_account_says_what_waits_and_what_is_never_done(self):
        accept = rule("accept", "return", "accept", template="post_dispute_accept")
        m, s = self.shop(keys=LIMITS + "approve = return.*\nnever = cancellation.*\n", rules=accept + rule("cancel", "cancellation", "accept"))
        d = m.dispute("cancellation", OPEN["id"])
        m.dispute("return", SHIPPED["id"], reason="DEFECTIVE_ITEM")
        row = self.draft(s)
        self.assertIn("only when a person approves", row["reason"])
        ours = s.known(d)
        s.wait_for(lambda: "no rule do this" in str(s.get("explain", id=ours)), "the reason")
        s.get("act", id=ours, kind="accept")  # a person may
        s.wait_for(lambda: s.actions(kind="cancellation.accept", state="sent"), "the cancellation")
        printed = s.cli("check", "--print").stdout
        self.assertIn("approve = return.*\n", printed)
        self.assertIn("never = cancellation.*\n", printed)
        found = s.cli("template", "lint", check=False).stdout
        self.assertIn("which never names", found)
        self.assertIn("which approve names", found)

    def test_a_kind_becomes_stricter_while_it_waits_to_leave(self):
        m, s = self.shop(rules=rule("accept", "return", "accept", template="post_dispute_accept", delay="2h"))
        m.dispute("return", SHIPPED["id"], reason="DEFECTIVE_ITEM")
        s.wait_for(lambda: s.actions(state="ready"), "the wish")
        s.edit_conf(LIMITS, LIMITS + "approve = *.accept\n")
        s.process.send_signal(1)
        self.assertIn("only when a person approves", self.draft(s)["reason"])


if __name__ == "__main__":
    unittest.main()
