"""What shows late on the platform is neither lost nor taken for answered."""
import unittest

from harness import QUESTION, WORLD, Case


class Late(Case):
    def test_a_message_written_before_the_reply_and_shown_after_it(self):
        m, s = self.shop(world=WORLD)
        m.ask("message", dict(QUESTION, at="+0s"))
        s.wait_for(lambda: s.actions(state="sent"), "the reply")
        m.ask("message", dict(QUESTION, text="Wo bleibt mein Paket? Bitte antworten Sie mir endlich.", at="-5s", visible="+30s"))
        c = s.actions()[0]["conversation"]
        s.wait_for(lambda: len([x for x in s.get("show", id=c)["messages"] if x["direction"] == "in"]) == 2, "the second message")
        self.assertEqual([c], [x["id"] for x in s.get("inbox")["conversations"]], s.get("show", id=c))

    def test_an_answer_by_hand_closes_it(self):
        m, s = self.shop(world=WORLD, rules="")
        m.ask("message", QUESTION)
        s.wait_for(lambda: s.get("inbox")["conversations"], "the conversation")
        m.ask("answer", {"buyer": "example_buyer", "item": QUESTION["item"], "text": "Kommt morgen!"})
        s.wait_for(lambda: not s.get("inbox")["conversations"], "it to be closed")


if __name__ == "__main__":
    unittest.main()
