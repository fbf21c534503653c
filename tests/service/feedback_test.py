"""Feedback end to end: read, answered once, and what only a person can do becomes a task."""
import unittest

from harness import SHIPPED, WORLD, Case
from disputes_test import FULL

REPLY = """
[rule "answer criticism"]
on = feedback.received
rating = negative neutral
action = reply
template = post_feedback_public_reply
mode = %s
"""
REVISION = """
[rule "ask to think again"]
on = feedback.received
rating = negative
action = revision
template = post_feedback_revision
mode = auto
"""
CHANGED = """
[rule "answer a change"]
on = feedback.changed
rating = positive
action = reply
template = post_feedback_public_reply
mode = auto
"""
RESPOND = {"method": "POST", "path": "*/respond_to_feedback"}
SAID = {"order": SHIPPED["id"], "rating": "NEGATIVE", "text": "Kam zu spät."}


class Feedback(Case):
    def shop(self, **kw):
        return super().shop(**dict({"world": WORLD, "application": FULL}, **kw))

    def test_negative_feedback_is_answered_after_approval(self):
        m, s = self.shop(rules=REPLY % "approve")
        f = m.feedback(**SAID)
        row = s.wait_for(lambda: s.actions(state="draft"), "the draft")[0]
        self.assertIsNone(m.feedback_truth(f).get("reply"))
        s.get("approve", ids=[row["id"]])
        s.wait_for(lambda: s.actions(kind="feedback.reply", state="sent"), "the reply")
        truth = m.feedback_truth(f)
        self.assertEqual((1, row["text"]), (truth["replies"], truth["reply"]))
        self.assertNotIn("example_buyer", truth["reply"])  # everybody reads it
        self.assertNotIn(SHIPPED["id"], truth["reply"])

    def test_a_reply_is_left_once_whatever_is_lost(self):
        for fault in ({"act": "accept-then-close"}, {"act": "drop"}, {"act": "status", "status": 500, "executed": True},
                      {"act": "cut", "bytes": 0}, {"act": "late", "lost": True}):
            with self.subTest(fault["act"]):
                self.afresh()
                m, s = self.shop(rules=REPLY % "auto")
                m.fault(**RESPOND, times=1, **fault)
                f = m.feedback(**SAID)
                s.wait_for(lambda: s.actions(kind="feedback.reply", state="sent"), "the reply")
                self.assertEqual(1, m.feedback_truth(f)["replies"])

    def test_answered_on_the_web_site_meanwhile(self):
        m, s = self.shop(rules=REPLY % "approve")
        f = m.feedback(**SAID)
        row = s.wait_for(lambda: s.actions(state="draft"), "the draft")[0]
        m.feedback(feedback=f, reply="Das tut uns leid.")
        s.api("approve", ids=[row["id"]])
        s.wait_for(lambda: s.get("show", id=row["id"])["state"] == "cancelled", "the draft to be cancelled")
        self.assertEqual((0, "Das tut uns leid."), (m.feedback_truth(f)["replies"], m.feedback_truth(f)["reply"]))

    def test_positive_feedback_needs_no_answer(self):
        m, s = self.shop(rules=REPLY % "auto")
        f = m.feedback(order=SHIPPED["id"], rating="POSITIVE", text="Prima!")
        s.known(f, "feedback")
        now = s.now("toys-de")
        s.wait_for(lambda: s.swept("toys-de", now), "another sweep")
        self.assertEqual([], s.actions())

    def test_asking_for_a_revision_is_a_task(self):
        m, s = self.shop(rules=REVISION)
        f = m.feedback(**SAID)
        ours = s.known(f, "feedback")
        task = s.wait_for(lambda: s.rows("SELECT state, text, link FROM task"), "the task")[0]
        self.assertEqual("open", task[0])
        self.assertTrue(task[1])
        self.assertTrue(task[2])
        self.assertEqual([], s.actions(state="sent"))
        m.feedback(feedback=f, rating="POSITIVE", text="Ersatz kam sofort.")
        s.wait_for(lambda: s.rows("SELECT 1 FROM task WHERE state = 'done'"), "the task to be done by what the buyer did")
        self.assertEqual([("positive",)], s.rows("SELECT rating FROM feedback WHERE id = ?", int(ours[1:])))

    def test_revised_feedback_is_news(self):
        m, s = self.shop(rules=CHANGED)
        f = m.feedback(**SAID)
        s.known(f, "feedback")
        m.feedback(feedback=f, rating="POSITIVE", text="Ersatz kam sofort.")
        s.wait_for(lambda: s.actions(kind="feedback.reply", state="sent"), "the reply")
        self.assertEqual(1, m.feedback_truth(f)["replies"])


if __name__ == "__main__":
    unittest.main()
