"""What a person may do about a dispute: it is shown with its needs, refused with the reason, and done."""
import unittest

from harness import SHIPPED, Case
from disputes_test import BOTH, FULL, LIMITS


class Act(Case):
    def a_return(self):
        m, s = self.shop(rules="", world=BOTH, application=FULL, keys=LIMITS)
        d = m.dispute("return", SHIPPED["id"], reason="DEFECTIVE_ITEM")
        row = s.wait_for(lambda: s.get("disputes")["disputes"], "the dispute")[0]
        return m, s, d, row

    def test_what_can_be_done_is_shown(self):
        m, s, d, row = self.a_return()
        shown = s.get("act", id=row["id"])
        options = {o["kind"]: o for o in shown["options"]}
        self.assertEqual("return", shown["subject"])
        self.assertTrue(shown["respond_by_at"])
        self.assertEqual({"value": "24.00", "currency": "EUR"}, shown["left"])
        self.assertEqual({"value": "100.00", "currency": "EUR"}, shown["limits"]["refund_per_order"])
        self.assertTrue(options["accept"]["possible"])
        self.assertIn("amount", options["offer"]["needs"])
        self.assertEqual(["return"], list({o["action"].split(".")[0] for o in shown["options"]}))
        text = s.cli("act", row["id"]).stdout
        self.assertIn("refund_per_order 100.00 EUR", text)
        self.assertIn("offer", text)

    def test_what_is_missing_is_said_at_once(self):
        m, s, d, row = self.a_return()
        for args, said in ((dict(kind="offer"), "amount"), (dict(kind="offer", amount="5"), "20.00 EUR"),
                           (dict(kind="offer", amount="25.00 EUR"), "more than can go back"),
                           (dict(kind="appeal"), "no way"), (dict(kind="order.refund"), "return"),
                           (dict(kind="accept", files=[{"name": "x", "base64": "!"}]), "base64"),
                           (dict(kind="accept", files=[{"name": "../x", "base64": "YWJj"}]), "no picture")):
            with self.subTest(args):
                refused = s.api("act", id=row["id"], **args)
                self.assertFalse(refused["ok"])
                self.assertIn(said, refused["text"])
        self.assertEqual([], s.actions())
        self.assertFalse(s.api("act", id="a1", kind="accept")["ok"])
        self.assertEqual("not-found", s.api("act", id="d99", kind="accept")["code"])

    def test_it_is_done(self):
        m, s, d, row = self.a_return()
        s.cli("act", row["id"], "offer", "5.00", "EUR", "--text", "Sorry for the trouble.")
        s.wait_for(lambda: s.actions(kind="return.offer", state="sent"), "the offer")
        self.assertEqual({"OFFER_PARTIAL_REFUND": 1}, m.truth(d)["actions"])


if __name__ == "__main__":
    unittest.main()
