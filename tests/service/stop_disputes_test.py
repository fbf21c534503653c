"""The service left at step N, for every N: every action about disputes, each with a lost answer somewhere (stops.py)."""
import base64
import unittest

from disputes_test import FULL, LIMITS, PNG, RETURN_ADDRESS
from harness import BUYER, LISTING, SHIPPED
from stops import Steps

PICTURE = [{"name": "proof.png", "base64": base64.b64encode(PNG).decode()}]
PICTURES = [{"name": "proof-%d.png" % i, "base64": base64.b64encode(PNG + bytes([i])).decode()} for i in range(3)]
WORDS = "Wir haben das geprüft."


def order(i, **what):
    """An order of its own, by a buyer of its own, of a thing of its own: an inquiry names no order."""
    return dict(SHIPPED, id="12-34567-%05d" % i, buyer="example_buyer_%d" % i, items=[{"item": "1100123456%02d" % i}], **what)


def unshipped(i):
    return {k: v for k, v in order(i, at="-1d").items() if k not in ("shipped", "carrier", "tracking")}


class Disputes(Steps):
    configuration = {"application": FULL, "keys": LIMITS + RETURN_ADDRESS, "rules": ""}
    orders = []

    def world(self, m):
        m.world(listings=[dict(LISTING, item=o["items"][0]["item"]) for o in self.orders],
                buyers=[dict(BUYER, username=o["buyer"]) for o in self.orders], orders=self.orders)

    def opened(self, m, person, i, kind, **what):
        """The platform's id and ours."""
        d = m.dispute(kind, self.orders[i]["id"], **what)
        return d, person.knows(d)

    def acted(self, facts):
        """Who did what about the dispute of each order."""
        return [(d[1], d[4]) for d in facts["disputes"]]


class Returns(Disputes):
    """One declined after a message, one settled for part of the money, one with label, parcel, evidence and escalation."""
    orders = [order(i) for i in range(3)]

    def world(self, m):
        super().world(m)
        m.fault(method="POST", path="*/send_message", act="drop", times=1)
        m.fault(method="POST", path="*/decide", act="accept-then-close", times=2)
        m.fault(method="POST", path="*/file/upload", act="accept-then-close", times=1)
        m.fault(method="POST", path="*/mark_as_received", act="status", status=500, executed=True, times=1)
        m.fault(method="POST", path="*/escalate", act="cut", bytes=5, times=1)

    def play(self, m, s, person):
        refused, a = self.opened(m, person, 0, "return", reason="NO_LONGER_NEED_ITEM")
        bargained, b = self.opened(m, person, 1, "return", reason="ARRIVED_DAMAGED")
        sent_back, c = self.opened(m, person, 2, "return", reason="DEFECTIVE_ITEM")
        person.does(a, "message", "return.message", text=WORDS)
        person.does(b, "offer", "return.offer", amount="5.00 EUR", text=WORDS)
        person.does(c, "accept", "return.accept", reason="APPROVE_WITHOUT_EBAY_LABEL", text=WORDS)
        person.sees(kind="return.offer")
        m.deed(bargained, "buyer", "accept")
        person.sees(kind="return.accept")  # before that eBay offers no label
        person.does(c, "label", "return.label", files=PICTURE, text=WORDS)
        person.sees(kind="return.message")
        person.does(a, "decline", "return.decline", text=WORDS)
        person.sees(kind="return.label")
        person.does(c, "received", "return.received", text=WORDS)
        person.sees(kind="return.received")
        person.does(c, "evidence", "return.evidence", files=PICTURE)
        person.sees(kind="return.evidence")
        person.does(c, "escalate", "return.escalate", reason="OTHER", text=WORDS)
        for kind in ("return.decline", "return.escalate"):
            person.sees(kind=kind)

    def judge(self, facts):
        self.assertEqual([("return", {"message": 1, "DECLINE": 1}), ("return", {"OFFER_PARTIAL_REFUND": 1}), ("case", {}),
                          ("return", {"APPROVE_WITHOUT_EBAY_LABEL": 1, "label": 1, "received": 1, "escalate": 1})], self.acted(facts))
        self.assertEqual(1, facts["disputes"][3][6])
        self.assertEqual([[self.orders[1]["id"], "5.00", "return"]], facts["refunds"])

    def test_every_step(self):
        self.every_step()


class Claims(Disputes):
    """Inquiries with tracking, a message and the money, and one that becomes a case and is appealed; cancellations, accepted and declined."""
    orders = [order(0), unshipped(1), order(2), unshipped(3), order(4)]

    def world(self, m):
        super().world(m)
        m.fault(method="POST", path="*/provide_shipment_info", act="accept-then-close", times=1)
        m.fault(method="POST", path="*/inquiry/*/issue_refund", act="accept-then-close", times=1)
        m.fault(method="POST", path="*/inquiry/*/escalate", act="drop", times=1)
        m.fault(method="POST", path="*/appeal", act="accept-then-close", times=1)
        m.fault(method="POST", path="*/approve", act="accept-then-close", times=1)
        m.fault(method="POST", path="*/reject", act="cut", bytes=1, times=1)

    def play(self, m, s, person):
        _, tracked = self.opened(m, person, 0, "inquiry")
        _, paid = self.opened(m, person, 1, "inquiry")
        _, quarrel = self.opened(m, person, 2, "inquiry")
        _, cancelled = self.opened(m, person, 3, "cancellation")
        _, too_late = self.opened(m, person, 4, "cancellation")
        person.does(tracked, "tracking", "inquiry.tracking", carrier="DHL", tracking="00340000000000000017",
                    shipped="2026-01-02T12:00:00Z", text=WORDS)
        person.does(paid, "message", "inquiry.message", text=WORDS)
        person.does(quarrel, "escalate", "inquiry.escalate", reason="OTHERS", text=WORDS)
        person.does(cancelled, "accept", "cancellation.accept")
        person.does(too_late, "decline", "cancellation.decline", carrier="DHL", tracking="00340000000000000017",
                    shipped="2026-01-02T12:00:00Z")
        person.sees(kind="inquiry.message")
        person.does(paid, "refund", "inquiry.refund", text=WORDS)
        person.sees(kind="inquiry.escalate")
        case = next(x["dispute"] for x in m.ask("disputes") if x["kind"] == "case")
        m.deed(case, "ebay", "lose")
        person.insist(lambda: s.rows("SELECT 1 FROM dispute WHERE kind = 'case' AND status = 'lost'"), "the lost case")
        person.does(person.knows(case), "appeal", "case.appeal", text=WORDS)
        for kind in ("inquiry.tracking", "inquiry.refund", "case.appeal", "cancellation.accept", "cancellation.decline"):
            person.sees(kind=kind)

    def judge(self, facts):
        self.assertEqual([("inquiry", {"tracking": 1}), ("inquiry", {"message": 1, "refund": 1}), ("case", {"appeal": 1}),
                          ("inquiry", {"escalate": 1}), ("cancellation", {"approve": 1}), ("cancellation", {"reject": 1})], self.acted(facts))
        self.assertEqual([(self.orders[1]["id"], "inquiry"), (self.orders[2]["id"], "case"), (self.orders[3]["id"], "cancellation")],
                         [(r[0], r[2]) for r in facts["refunds"]])

    def test_every_step(self):
        self.every_step()


class Payments(Disputes):
    """A payment dispute contested with three files, and one that is accepted; a parcel, a message, a cancellation and feedback about orders."""
    orders = [order(0), order(1), unshipped(2), unshipped(3), order(4)]

    def world(self, m):
        super().world(m)
        m.fault(method="POST", path="*/upload_evidence_file", act="accept-then-close", times=1, skip=1)
        m.fault(method="POST", path="*/add_evidence", act="accept-then-close", times=1)
        m.fault(method="POST", path="*/contest", act="cut", bytes=0, times=1)
        m.fault(method="POST", path="*/accept", act="drop", times=1)
        m.fault(method="POST", path="*/shipping_fulfillment", act="accept-then-close", times=1)
        m.fault(method="POST", path="*/send_message", act="accept-then-close", times=1)
        m.fault(method="POST", path="/post-order/v2/cancellation", act="accept-then-close", times=1)
        m.fault(method="POST", path="/commerce/feedback/v1/feedback", act="accept-then-close", times=1)

    def play(self, m, s, person):
        _, contested = self.opened(m, person, 0, "chargeback", reason="SIGNIFICANTLY_NOT_AS_DESCRIBED", evidence="PROOF_OF_ITEM_AS_DESCRIBED")
        _, given_up = self.opened(m, person, 1, "chargeback")
        shipped, cancelled, praised = (person.knows(self.orders[i]["id"], "orders") for i in (2, 3, 4))
        person.does(contested, "evidence", "chargeback.evidence", files=PICTURES)
        person.does(given_up, "accept", "chargeback.accept")
        person.does(shipped, "ship", "order.ship", carrier="DHL", tracking="00340000000000000099")
        person.does(shipped, "message", "order.message", text=WORDS)
        person.does(cancelled, "cancel", "order.cancel", reason="BUYER_ASKED_CANCEL")
        person.does(praised, "feedback", "order.feedback", text="Gern wieder!")
        person.sees(kind="chargeback.evidence")
        person.does(contested, "contest", "chargeback.contest", text=WORDS)
        for kind in ("chargeback.contest", "chargeback.accept", "order.ship", "order.message", "order.cancel", "order.feedback"):
            person.sees(kind=kind)

    def judge(self, facts):
        self.assertEqual([("chargeback", {"evidence": 1, "contest": 1}), ("chargeback", {"accept": 1}), ("cancellation", {})],
                         self.acted(facts))
        self.assertEqual([[self.orders[3]["id"], "24.00", "cancellation"]], facts["refunds"])
        self.assertEqual([[self.orders[2]["buyer"], 1]], facts["texts"])
        self.assertEqual(["sent"] * 7, [state for _, state in facts["rows"]])

    def test_every_step(self):
        self.every_step()


if __name__ == "__main__":
    unittest.main()
