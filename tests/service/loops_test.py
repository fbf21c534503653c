"""Machines that answer us: at most the cap leaves, people are told once, and nothing is lost."""
import unittest

from harness import LISTING, QUESTION, RULES, SHIPPED, WORLD, Case, read

# Whatever a buyer writes is answered: the rule that a loop needs.
ANY = """
[rule "anything"]
on = message.received
action = reply
template = post_where_is_order
mode = auto
"""
ITEMS = ["1100123456%02d" % n for n in range(10, 20)]
MANY = dict(WORLD, listings=[LISTING] + [dict(LISTING, item=i) for i in ITEMS],
            orders=[SHIPPED] + [dict(SHIPPED, id="13-34567-890%s" % i[-2:], items=[{"item": i}]) for i in ITEMS])


class Loops(Case):
    def bot(self, m, s, words, rounds, item=lambda n: LISTING["item"]):
        """Something that answers each message at once, and each draft as well, so that it is asked about in every round."""
        for n in range(rounds):
            m.ask("message", {"buyer": "example_buyer", "item": item(n), "text": words(n)})
            s.wait_for(lambda: self.answered(s) == n + 1, "round %d to be decided" % n)
            s.wait_for(lambda: not s.actions(state="ready") and not s.actions(state="sending") and not s.actions(state="unsure"), "it to leave")

    def answered(self, s):
        return len(s.actions())

    def told(self, s):
        return [c for c, in s.rows("SELECT cause FROM notice WHERE cause LIKE 'loop/%'")]

    def waiting(self, s):
        return s.get("inbox")["conversations"]

    def test_the_same_words_again_and_again(self):
        m, s = self.shop(world=WORLD, rules=ANY, keys="conversation_cap = 100\nbuyer_cap = 100\n")
        self.bot(m, s, lambda n: QUESTION["text"], 5)
        self.assertEqual(1, m.delivered())
        self.assertEqual(1, len(self.told(s)))
        draft = s.actions(state="draft")
        self.assertEqual(1, len(draft))  # the older ones gave way
        self.assertIn("same words", draft[0]["reason"])
        self.assertEqual(1, len(self.waiting(s)))
        self.assertEqual(5, s.rows("SELECT count(*) FROM message WHERE direction = 'in'")[0][0])
        s.get("approve", ids=[draft[0]["id"]])  # a person may still want it
        s.wait_for(lambda: m.delivered() == 2, "the approved answer")

    def test_other_words_each_time(self):
        m, s = self.shop(world=WORLD, rules=ANY, keys="conversation_cap = 2\nbuyer_cap = 100\n")
        self.bot(m, s, lambda n: "%s Vorgang %d." % (QUESTION["text"], n), 5)
        self.assertLessEqual(m.delivered(), 2)
        self.assertGreaterEqual(m.delivered(), 1)
        self.assertLessEqual(len(self.told(s)), 1)
        self.assertEqual(1, len(self.waiting(s)))

    def test_another_conversation_each_time(self):
        m, s = self.shop(world=MANY, rules=ANY, keys="buyer_cap = 2\n")
        self.bot(m, s, lambda n: "%s Vorgang %d." % (QUESTION["text"], n), 6, item=lambda n: ITEMS[n])
        self.assertLessEqual(m.delivered(), 2)
        self.assertGreaterEqual(m.delivered(), 1)
        self.assertEqual(1, len(self.told(s)))
        self.assertEqual(6, len(s.rows("SELECT id FROM conversation")))
        self.assertEqual(6 - m.delivered(), len(s.actions(state="draft")))

    def test_many_conversations_in_one_page(self):
        """All are decided before the first answer leaves."""
        m, s = self.shop(mode="draft", world=MANY, rules=ANY, keys="buyer_cap = 2\n")
        s.get("pause", account="toys-de")
        s.get("account mode", account="toys-de", mode="auto")
        for n, item in enumerate(ITEMS):
            m.ask("message", {"buyer": "example_buyer", "item": item, "text": "%s Vorgang %d." % (QUESTION["text"], n)})
        s.wait_for(lambda: self.answered(s) == len(ITEMS), "all to be decided")
        s.get("resume", account="toys-de")
        s.wait_for(lambda: not s.actions(state="ready") and not s.actions(state="sending"), "them to leave")
        self.assertLessEqual(m.delivered(), 2)

    def test_out_of_office_is_not_answered(self):
        m, s = self.shop(world=WORLD, rules=ANY)
        m.ask("message", dict(QUESTION, text="Dies ist eine automatische Antwort: ich bin derzeit nicht im Büro."))
        row = s.wait_for(lambda: s.actions(state="draft"), "the draft")[0]
        self.assertIn("automatic message", row["reason"])
        self.assertEqual(1, len(self.waiting(s)))
        self.assertEqual(0, m.delivered())

    def test_our_own_text_comes_back(self):
        m, s = self.shop(world=WORLD, rules=ANY, keys="conversation_cap = 100\nbuyer_cap = 100\n")
        m.ask("message", QUESTION)
        s.wait_for(lambda: m.delivered() == 1, "the answer")
        m.ask("message", dict(QUESTION, text=m.sent()[0]["text"]))
        row = s.wait_for(lambda: s.actions(state="draft"), "the draft")[0]
        self.assertIn("our own automatic answer", row["reason"])
        self.assertEqual(1, m.delivered())

    def test_a_person_who_asks_something_else_is_answered(self):
        m, s = self.shop(world=WORLD, rules=RULES, keys="conversation_cap = 2\n")
        m.ask("message", QUESTION)
        s.wait_for(lambda: m.delivered() == 1, "the first answer")
        since = s.now("toys-de")
        s.wait_for(lambda: s.swept("toys-de", since), "some minutes")
        m.ask("message", dict(QUESTION, text="Können Sie die Bestellung bitte noch stornieren?"))
        s.wait_for(lambda: m.delivered() == 2, "the second answer")
        self.assertEqual([], self.told(s))


class Undo(Case):
    def test_an_approval_can_be_taken_back(self):
        m, s = self.shop(mode="draft", world=WORLD, undo="10m")
        m.ask("message", QUESTION)
        row = s.wait_for(lambda: s.actions(state="draft"), "the draft")[0]
        s.get("approve", ids=[row["id"]])
        shown = s.cli("outbox").stdout
        self.assertIn("ready", shown)
        since = s.now("toys-de")
        s.wait_for(lambda: s.swept("toys-de", since), "another sweep")
        s.get("undo", id=row["id"])
        self.assertEqual("draft", s.get("show", id=row["id"])["state"])
        self.assertEqual(0, m.delivered())
        s.edit_conf("undo = 10m", "undo = 0s")
        s.process.send_signal(1)
        s.wait_for(lambda: "undo" in read(s.conf) and s.answers(), "the reload")
        s.get("approve", ids=[row["id"]])
        s.wait_for(lambda: m.delivered() == 1, "the answer")


if __name__ == "__main__":
    unittest.main()
