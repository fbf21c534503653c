"""The service left at step N, for every N: two actions that nobody approves, and what takes their places, each with a lost answer (stops.py)."""
import unittest

from disputes_test import BOTH, FULL, LIMITS
from fallback_test import ASK, accepted
from harness import QUESTION, SHIPPED
from stops import Steps


class Fallbacks(Steps):
    configuration = {"application": FULL, "keys": LIMITS, "rules": ASK + accepted()}

    def world(self, m):
        m.world(**BOTH)
        m.fault(method="POST", path="/commerce/message/v1/send_message", act="accept-then-close", times=1)
        m.fault(method="POST", path="*/decide", act="accept-then-close", times=1)

    def play(self, m, s, person):
        m.ask("message", QUESTION)
        m.dispute("return", SHIPPED["id"], reason="DEFECTIVE_ITEM")
        person.insist(lambda: s.rows("SELECT count(*) FROM outbox WHERE state = 'sent' AND instead_of") == [(2,)], "the fallbacks")
        return sorted(s.rows("SELECT i.kind, b.state, b.attempt FROM outbox b JOIN outbox i ON i.instead_of = b.id"))

    def judge(self, facts):
        self.assertEqual([("reply", "expired", 0), ("return.accept", "expired", 0)], facts["played"])
        self.assertEqual([("reply", "expired"), ("reply", "sent"), ("return.accept", "expired"), ("return.accept", "sent")], facts["rows"])
        self.assertEqual([1], [times for _, times in facts["texts"]])

    def test_every_step(self):
        self.every_step()


if __name__ == "__main__":
    unittest.main()
