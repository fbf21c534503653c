"""Disputes end to end: each is answered before its clock runs out, by rule or after approval, once."""
import base64
import unittest

from harness import BUYER, LISTING, SHIPPED, WORLD, Case

FULL = "scopes = full\n"
LIMITS = "refund_per_order = 100.00 EUR\nrefund_per_buyer = 200.00 EUR\nrefund_per_day = 1000.00 EUR\n"
POT = {"item": "110012345679", "title": "Example pot", "price": "24.00", "marketplace": "EBAY_DE"}
RETURN_ADDRESS = 'return_address = "Example Seller | Example Street 1 | Riga | | LV-1001 | LV | 0000000000"\n'
OPEN = {"id": "12-34567-89013", "buyer": "example_buyer", "marketplace": "EBAY_DE", "at": "-1d", "items": [{"item": POT["item"]}]}
BOTH = dict(WORLD, listings=[LISTING, POT], orders=[SHIPPED, OPEN])  # an inquiry names no order: buyer and item tell
PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")


def rule(name, dispute, action, on="dispute.opened", mode="auto", **keys):
    lines = ["", '[rule "%s"]' % name, "on = " + on, "dispute = " + dispute, "action = " + action, "mode = " + mode]
    return "\n".join(lines + ["%s = %s" % pair for pair in keys.items()]) + "\n"


ACCEPT = rule("accept returns", "return", "accept", template="post_dispute_accept")
ASKED = rule("accept returns", "return", "accept", mode="approve", template="post_dispute_accept")


class Disputes(Case):
    def shop(self, **kw):
        return super().shop(**dict({"world": BOTH, "application": FULL}, **kw))

    def answered(self, m, s, dispute, kind):
        """The only row of that kind has been sent, once, before the clock ran out."""
        s.wait_for(lambda: s.actions(kind=kind, state="sent"), "%s to be sent" % kind)
        truth = m.truth(dispute)
        self.assertTrue(truth["met"], truth)
        self.assertLess(truth["answered_at"], truth["due"])
        self.assertEqual([], s.actions(state="held"))
        self.assertEqual(1, len(s.actions(kind=kind)))
        return truth

    def cancelled(self, s, row):
        """What waits for approval goes by itself, with the reason."""
        s.wait_for(lambda: s.get("show", id=row["id"])["state"] == "cancelled", "the draft to be cancelled")
        self.assertTrue(s.get("show", id=row["id"])["reason"])

    def test_a_return_opened_on_friday_night_is_accepted_in_time(self):
        self.begin_at("2026-11-07T07:40:00Z")  # Friday 23:40 on the Pacific coast
        m, s = self.shop(rules=ACCEPT)
        d = m.dispute("return", SHIPPED["id"], reason="DEFECTIVE_ITEM", text="Der Deckel schließt nicht.")
        row = s.wait_for(lambda: s.actions(kind="return.accept"), "the action")[0]
        self.assertEqual("2026-11-12T07:59:59.000Z", row["deadline_at"])  # Wednesday, the third business day
        truth = self.answered(m, s, d, "return.accept")
        self.assertEqual({"APPROVE": 1}, truth["actions"])
        self.assertEqual("READY_FOR_SHIPPING", truth["status"])

    def test_a_return_waits_for_approval(self):
        m, s = self.shop(rules=ASKED)
        d = m.dispute("return", SHIPPED["id"], reason="DEFECTIVE_ITEM")
        row = s.wait_for(lambda: s.actions(state="draft"), "the draft")[0]
        self.assertEqual({}, m.truth(d)["actions"])
        s.get("approve", ids=[row["id"]])
        self.answered(m, s, d, "return.accept")

    def test_part_of_the_money_is_offered(self):
        m, s = self.shop(keys=LIMITS, rules=rule("offer", "return", "offer", template="post_partial_refund_offer", amount="25%"))
        d = m.dispute("return", SHIPPED["id"], reason="ARRIVED_DAMAGED")
        truth = self.answered(m, s, d, "return.offer")
        self.assertEqual({"OFFER_PARTIAL_REFUND": 1}, truth["actions"])
        m.deed(d, "buyer", "accept")
        self.assertEqual(["6.00"], [r["value"] for r in m.refunds()])

    def test_what_was_offered_and_declined_can_still_be_paid_in_full(self):
        """The buyer declines at once: the same is due on the same day, and yet it is our turn again."""
        m, s = self.shop(keys=LIMITS, rules=rule("offer", "return", "offer", template="post_partial_refund_offer", amount="25%"))
        d = m.dispute("return", SHIPPED["id"], reason="ARRIVED_DAMAGED")
        s.wait_for(lambda: s.actions(kind="return.offer", state="sent"), "the offer")
        m.deed(d, "buyer", "decline")
        ours = s.known(d)
        s.wait_for(lambda: ours in [x["id"] for x in s.get("deadlines")["deadlines"]], "the new deadline")
        self.assertEqual("24.00", s.get("act", id=ours)["left"]["value"])
        s.get("act", id=ours, kind="refund", amount="24.00 EUR", text="Sorry.")
        s.wait_for(lambda: m.refunds(), "the refund")
        self.assertEqual("FULL_REFUNDED", m.truth(d)["ending"])

    def test_what_came_back_is_paid_on_its_own_clock(self):
        m, s = self.shop(keys=LIMITS, rules=ACCEPT + rule("pay", "return", "refund", on="dispute.due", due="SELLER_ISSUE_REFUND",
                                                         amount="all", template="post_dispute_accept"))
        d = m.dispute("return", SHIPPED["id"], reason="DEFECTIVE_ITEM")
        self.answered(m, s, d, "return.accept")
        m.deed(d, "buyer", "ship", carrier="DHL", tracking="EX1")
        m.deed(d, "buyer", "deliver")
        truth = self.answered(m, s, d, "return.refund")
        self.assertEqual("FULL_REFUNDED", truth["ending"])
        self.assertEqual([("24.00", "return")], [(r["value"], r["via"]) for r in m.refunds()])

    def test_an_inquiry_is_answered_with_tracking(self):
        m, s = self.shop(rules=rule("track", "inquiry", "tracking", fulfilment="shipped", template="post_dispute_evidence"))
        d = m.dispute("inquiry", SHIPPED["id"], text="Nichts angekommen.")
        truth = self.answered(m, s, d, "inquiry.tracking")
        self.assertEqual("TRACKING_PROVIDED", truth["state"])
        self.assertEqual({"tracking": 1}, truth["actions"])

    def test_an_inquiry_about_what_was_not_shipped_is_paid_back(self):
        m, s = self.shop(keys=LIMITS, rules=rule("pay", "inquiry", "refund", fulfilment="open", template="post_dispute_accept"))
        d = m.dispute("inquiry", OPEN["id"])
        truth = self.answered(m, s, d, "inquiry.refund")
        self.assertEqual("REFUNDED", truth["ending"])
        self.assertEqual(1, len(m.refunds()))

    def test_a_cancellation_is_accepted_and_paid_once(self):
        m, s = self.shop(keys=LIMITS, rules=rule("cancel", "cancellation", "accept", fulfilment="open"))
        d = m.dispute("cancellation", OPEN["id"])
        truth = self.answered(m, s, d, "cancellation.accept")
        self.assertEqual("FULL_REFUNDED", truth["ending"])
        self.assertEqual(1, len(m.refunds()))

    def test_a_dispute_waits_for_the_order_it_names(self):
        """A rule asks whether it was shipped, and orders cannot be read just then."""
        m, s = self.shop(keys=LIMITS, rules=rule("cancel", "cancellation", "accept", fulfilment="open"))
        m.fault(path="/sell/fulfillment/*", act="status", status=500, times=-1)
        m.world(orders=[dict(OPEN, id="12-34567-89014", at="now")])
        d = m.dispute("cancellation", "12-34567-89014")
        s.known(d)
        seen = s.now("toys-de")
        s.wait_for(lambda: s.now("toys-de") > seen, "another poll")
        m.fault(clear=True)
        self.answered(m, s, d, "cancellation.accept")

    def test_a_dispute_is_decided_anew_when_its_rule_applies_no_more(self):
        """The parcel leaves between the wish and the last look: then another rule answers."""
        m, s = self.shop(keys=LIMITS, rules=rule("cancel", "cancellation", "accept", fulfilment="open", delay="20m")
                         + rule("too late", "cancellation", "decline", fulfilment="shipped"))
        d = m.dispute("cancellation", OPEN["id"])
        s.wait_for(lambda: s.actions(kind="cancellation.accept", state="ready"), "the wish")
        m.world(orders=[{"id": OPEN["id"], "shipped": "now", "carrier": "DHL", "tracking": "00340000000000000017"}])
        self.answered(m, s, d, "cancellation.decline")
        self.assertEqual(["cancelled"], [a["state"] for a in s.actions(kind="cancellation.accept")])
        self.assertEqual([], m.refunds())

    def test_a_cancellation_after_shipping_is_declined_with_tracking(self):
        m, s = self.shop(rules=rule("too late", "cancellation", "decline", fulfilment="shipped"))
        d = m.dispute("cancellation", SHIPPED["id"])
        truth = self.answered(m, s, d, "cancellation.decline")
        self.assertEqual("SELLER_DECLINE", truth["ending"])
        self.assertEqual([], m.refunds())

    def test_a_payment_dispute_is_contested_with_evidence(self):
        m, s = self.shop(rules="", keys=RETURN_ADDRESS)
        d = m.dispute("chargeback", SHIPPED["id"], reason="SIGNIFICANTLY_NOT_AS_DESCRIBED", evidence="PROOF_OF_ITEM_AS_DESCRIBED")
        ours = s.known(d)
        s.get("act", id=ours, kind="evidence", files=[{"name": "proof.png", "base64": base64.b64encode(PNG).decode()}])
        s.wait_for(lambda: s.actions(kind="chargeback.evidence", state="sent"), "the evidence")
        s.get("act", id=ours, kind="contest", text="See the photo.")
        truth = self.answered(m, s, d, "chargeback.contest")
        self.assertEqual({"evidence": 1, "contest": 1}, truth["actions"])
        self.assertEqual("OPEN", truth["status"])

    def lost(self, dispute, order, verb, path, **keys):
        """The answer to the request is lost: it is looked for, and not sent again."""
        m, s = self.shop(keys=LIMITS, rules=rule(verb, dispute, verb, **keys))
        m.fault(method="POST", path="*/" + path, act="accept-then-close", times=1)
        truth = self.answered(m, s, m.dispute(dispute, order["id"]), "%s.%s" % (dispute, verb))
        self.assertEqual([1], list(truth["actions"].values()))

    def test_a_lost_approval_is_looked_for(self):
        self.lost("cancellation", OPEN, "accept", "approve")

    def test_lost_tracking_is_looked_for(self):
        self.lost("inquiry", SHIPPED, "tracking", "provide_shipment_info", template="post_dispute_evidence")

    def test_a_lost_refund_of_an_inquiry_is_looked_for(self):
        self.lost("inquiry", OPEN, "refund", "issue_refund", template="post_dispute_accept")

    def test_a_payment_dispute_ends_what_waits_in_the_others(self):
        m, s = self.shop(rules=ASKED)
        d = m.dispute("return", SHIPPED["id"], reason="DEFECTIVE_ITEM")
        row = s.wait_for(lambda: s.actions(state="draft"), "the draft")[0]
        m.dispute("chargeback", SHIPPED["id"])
        self.cancelled(s, row)
        self.assertEqual({}, m.truth(d)["actions"])

    def test_answered_by_hand_meanwhile(self):
        m, s = self.shop(rules=ASKED)
        d = m.dispute("return", SHIPPED["id"], reason="DEFECTIVE_ITEM")
        row = s.wait_for(lambda: s.actions(state="draft"), "the draft")[0]
        m.deed(d, "seller", "APPROVE")
        self.cancelled(s, row)
        truth = m.truth(d)
        self.assertEqual(({}, {"APPROVE": 1}), (truth["actions"], truth["by_hand"]))

    def test_closed_by_the_buyer_meanwhile(self):
        m, s = self.shop(rules=ASKED)
        d = m.dispute("return", SHIPPED["id"], reason="DEFECTIVE_ITEM")
        row = s.wait_for(lambda: s.actions(state="draft"), "the draft")[0]
        m.deed(d, "buyer", "close")
        self.cancelled(s, row)
        self.assertEqual({}, m.truth(d)["actions"])

    def test_observe_mode_answers_nothing(self):
        m, s = self.shop(rules=ACCEPT, mode="observe")
        d = m.dispute("return", SHIPPED["id"], reason="DEFECTIVE_ITEM")
        s.wait_for(lambda: s.actions(state="observed"), "the observed row")
        self.assertEqual({}, m.truth(d)["actions"])

    def test_a_case_is_appealed(self):
        m, s = self.shop(rules="")
        d = m.dispute("inquiry", SHIPPED["id"])
        m.deed(d, "buyer", "escalate")
        case = next(x["dispute"] for x in m.ask("disputes") if x["kind"] == "case")
        m.deed(case, "ebay", "lose")
        s.wait_for(lambda: s.rows("SELECT 1 FROM dispute WHERE kind = 'case' AND status = 'lost'"), "the lost case")
        s.get("act", id=s.known(case), kind="appeal", text="The tracking shows that it was delivered.")
        s.wait_for(lambda: s.actions(kind="case.appeal", state="sent"), "the appeal")
        self.assertEqual({"appeal": 1}, m.truth(case)["actions"])

    def test_lists_that_shift_while_they_are_read(self):
        """Pages come twice, backwards or with a hole: each dispute is answered once all the same."""
        orders = [dict(SHIPPED, id="12-34567-%05d" % i) for i in range(6)]
        m, s = self.shop(rules=ACCEPT, world=dict(WORLD, orders=orders, buyers=[BUYER]))
        for act in ("duplicate", "reorder", "omit"):
            m.fault(method="GET", path="*/return/search", act=act, times=2)
        disputes = [m.dispute("return", o["id"], reason="DEFECTIVE_ITEM") for o in orders]
        s.wait_for(lambda: len(s.actions(kind="return.accept", state="sent")) == len(orders), "every return to be accepted")
        for d in disputes:
            self.assertEqual({"APPROVE": 1}, m.truth(d)["actions"])


if __name__ == "__main__":
    unittest.main()
