"""The service left at step N, for every N: messages, money, feedback, and what people do to both (stops.py)."""
import unittest

from disputes_test import ACCEPT, FULL, LIMITS, OPEN, POT, rule
from feedback_test import REPLY
from harness import BUYER, LISTING, QUESTION, SHIPPED
from stops import Steps

BUYERS = ["example_buyer_%d" % i for i in range(3)]
ORDER = "12-34567-%05d"
BY_HAND = "Guten Tag, Ihr Paket liegt in der Filiale."
RETURN = "Guten Tag, ich möchte den Artikel zurückschicken. Wie läuft die Rücksendung?"


class Replies(Steps):
    """A login, two replies by rule (the answer to one is lost), an approved draft and one by hand."""

    def world(self, m):
        m.world(listings=[LISTING], buyers=[dict(BUYER, username=b) for b in BUYERS],
                orders=[dict(SHIPPED, id=ORDER % i, buyer=b) for i, b in enumerate(BUYERS)])
        m.fault(method="POST", path="/commerce/message/v1/send_message", act="accept-then-close", times=1)

    def before(self, m, s):
        """Nothing: also the first start and the login are left half-way."""

    def play(self, m, s, person):
        def approved():
            row = s.get("show", id=draft["id"])
            return row["state"] != "draft" or s.get("approve", ids=[draft["id"]])

        def replied():
            return [a for a in s.actions() if a["text"] == BY_HAND] or s.get("reply", conversation=conversation, text=BY_HAND)

        self.logged_in(m, s, person)
        person.insist(lambda: s.swept("toys-de"), "the import")
        person.insist(lambda: s.get("account arm", account="toys-de", mode="auto"), "arming")
        for b in BUYERS[:2]:
            m.ask("message", dict(QUESTION, buyer=b))
        m.ask("message", {"buyer": BUYERS[2], "item": LISTING["item"], "text": RETURN})
        draft = person.insist(lambda: s.actions(template="post_return_instructions"), "the draft")[0]
        person.insist(approved, "the approval")
        conversation = person.insist(lambda: [a for a in s.actions(state="sent") if ORDER % 0 in a["text"]], "the reply by rule")[0]["conversation"]
        person.insist(replied, "the reply by hand")

    def judge(self, facts):
        self.assertEqual([[BUYERS[0], 1], [BUYERS[0], 1], [BUYERS[1], 1], [BUYERS[2], 1]], facts["texts"])
        self.assertEqual([("reply", "sent")] * 4, facts["rows"])

    def test_every_step(self):
        self.every_step()

    def test_every_process_stops_after_a_few_steps(self):
        self.again_and_again()


class Refunds(Steps):
    """A return that is accepted and, when it came back, paid by rule, a part of another order that goes back by hand, and feedback
    that is answered; the answers about money are lost."""
    configuration = {
        "application": FULL, "keys": LIMITS,
        "rules": ACCEPT + REPLY % "auto" + rule("pay", "return", "refund", on="dispute.due", due="SELLER_ISSUE_REFUND", amount="all",
                                                template="post_dispute_accept")}

    def world(self, m):
        m.world(listings=[LISTING, POT], buyers=[BUYER], orders=[SHIPPED, OPEN])
        m.fault(method="POST", path="*/decide", act="accept-then-close", times=1)
        m.fault(method="POST", path="*/issue_refund", act="accept-then-close", times=2)

    def play(self, m, s, person):
        d = m.dispute("return", SHIPPED["id"], reason="DEFECTIVE_ITEM")
        m.feedback(order=SHIPPED["id"], rating="NEGATIVE", text="Kam zu spät.")
        person.does(person.knows(OPEN["id"], "orders"), "refund", "order.refund", amount="5.00 EUR", text=BY_HAND)
        person.sees(kind="return.accept")
        m.deed(d, "buyer", "deliver")
        for kind in ("order.refund", "return.refund", "feedback.reply"):
            person.sees(kind=kind)

    def judge(self, facts):
        self.assertEqual([[SHIPPED["id"], "return", "CLOSED", "FULL_REFUNDED", {"APPROVE": 1, "refund": 1}, {}, 0]], facts["disputes"])
        self.assertEqual([[SHIPPED["id"], "24.00", "return"], [OPEN["id"], "5.00", "order"]], facts["refunds"])
        self.assertEqual([[SHIPPED["id"], 1]], facts["feedback"])
        self.assertEqual([("feedback.reply", "sent"), ("order.refund", "sent"), ("return.accept", "sent"), ("return.refund", "sent")],
                         facts["rows"])

    def test_every_step(self):
        self.every_step()

    def test_every_process_stops_after_a_few_steps(self):
        self.again_and_again()


if __name__ == "__main__":
    unittest.main()
