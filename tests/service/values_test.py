"""What only people know: a text waits for it, nobody lets it leave without, and nobody says otherwise what the platform says."""
import json
import os
import signal
import unittest

from harness import QUESTION, SHIPPED, WORLD, Case

CONF = """[template]
phase = post
trigger = "a question about the way"
kinds = reply
answers = yes
mode = auto
reviewed = de

[variable "order_id"]
type = str
sample = 12-34567-89012
source = "order: its number"

[variable "days_max"]
type = int
sample = 9
source = "person: days, at most"

[variable "answer"]
type = str
sample = "Gern."
source = "person: the answer"

[variable "new_ship_date"]
type = date
optional = yes
sample = 2026-10-09T12:00:00Z
source = "person: when it leaves"
"""
TEXT = ("Bestellung {order_id}: {answer} Höchstens {days_max, plural, one{# Tag} other{# Tage}}."
        "{has_new_ship_date, select, yes{ Versand am {new_ship_date, date, long}.} other{}}")
RULE = """
[rule "the way"]
on = message.received
intent = order_status_where_is_my_order not_received
template = own_way
"""


class Values(Case):
    def template(self, conf=CONF, text=TEXT):
        own = os.path.join(self.folder, "templates", "own_way")
        os.makedirs(own, exist_ok=True)
        for name, content in {"template.conf": conf, "de.txt": text}.items():
            with open(os.path.join(own, name), "w") as f:
                f.write(content)

    def asked(self, rules="", **kw):
        """A shop whose buyer has asked: market, service, conversation."""
        self.template()
        m, s = self.shop(world=WORLD, rules=rules, **kw)
        m.ask("message", QUESTION)
        return m, s, s.wait_for(lambda: s.get("inbox")["conversations"], "the conversation")[0]["id"]

    def drafted(self, **kw):
        """A draft of the rule that waits for values."""
        m, s, c = self.asked(rules=RULE, **kw)
        return m, s, s.wait_for(lambda: s.actions(), "the draft")[0]["id"]

    def test_a_reply_with_values_arrives(self):
        m, s, c = self.asked()
        s.cli("reply", c, "--template", "own_way", "--set", "days_max=9", "--set", "answer= Es\nkommt.",
              "--set", "new_ship_date=2099-10-09")
        s.wait_for(m.delivered, "the reply")
        self.assertEqual("Bestellung 12-34567-89012: Es kommt. Höchstens 9 Tage. Versand am 9. Oktober 2099.", m.sent()[0]["text"])
        row = s.wait_for(lambda: s.actions(state="sent"), "the row")[0]
        self.assertEqual({"answer": "Es kommt.", "days_max": "9", "new_ship_date": "2099-10-09"}, row["values"])
        self.assertIsNone(row["needs"])
        told = json.dumps(s.get("explain", id=row["id"]))
        self.assertIn("Es kommt.", told)
        self.assertEqual(1, m.delivered())

    def test_values_are_checked(self):
        m, s, c = self.asked()
        for bad, why in (({"answer": "x", "days_max": "bald"}, "days_max"), ({"answer": " \n", "days_max": 3}, "answer"),
                         ({"answer": ["a", "b"], "days_max": 3}, "several"), ({"carrier": "DHL"}, "no variable"),
                         ({"answer": "a" * 1001}, "1001"), ({"new_ship_date": "2001-01-01"}, "has not passed"),
                         ({"new_ship_date": "9.10.2099"}, "2026-10-09"),
                         ({"answer": "write to someone@shop.example", "days_max": 3}, "someone@shop.example"),
                         ({"answer": "see {order_id}", "days_max": 3}, "brace")):
            refused = s.api("reply", conversation=c, template="own_way", set=bad)
            self.assertFalse(refused["ok"], bad)
            self.assertIn(why, refused["text"])
        self.assertFalse(s.api("reply", conversation=c, text="x", set={"answer": "x"})["ok"])
        self.assertEqual([], s.actions())
        self.assertEqual(0, m.delivered())

    def test_what_the_platform_says_is_not_given(self):
        m, s, c = self.asked()
        refused = s.api("reply", conversation=c, template="own_way", set={"order_id": "99-99999-99999", "answer": "x", "days_max": "9"})
        self.assertFalse(refused["ok"])
        self.assertIn("order_id is not given by hand", refused["text"])
        self.assertIn("days_max, answer", refused["text"])
        self.assertEqual([], s.actions())

    def short_beside(self, text):
        """What leaves when beside this text a short one stands."""
        self.template(text=text)
        with open(os.path.join(self.folder, "templates", "own_way", "de.short.txt"), "w") as f:
            f.write("Kurz: {answer}")
        m, s = self.shop(world=WORLD, rules="")
        m.ask("message", QUESTION)
        c = s.wait_for(lambda: s.get("inbox")["conversations"], "the conversation")[0]["id"]
        s.cli("reply", c, "--template", "own_way", "--set", "days_max=9", "--set", "answer=Bald.")
        s.wait_for(m.delivered, "the reply")
        return m.sent()[0]["text"]

    def test_fewer_words_where_the_whole_text_does_not_fit(self):
        self.assertEqual("Kurz: Bald.", self.short_beside(TEXT + " Wir danken Ihnen." * 120))

    def test_the_whole_text_where_it_fits(self):
        self.assertEqual("Bestellung 12-34567-89012: Bald. Höchstens 9 Tage.", self.short_beside(TEXT))

    def test_a_short_text_has_its_own_review(self):
        own = os.path.join(self.folder, "templates", "own_way")
        self.template(conf="[template]\nphase = post\ntrigger = x\nreviewed = de\n", text="Wir danken Ihnen. " * 120)
        with open(os.path.join(own, "de.short.txt"), "w") as f:
            f.write("Kurz.")
        m, s = self.shop(world=WORLD, rules=RULE)
        m.ask("message", QUESTION)
        row = s.wait_for(lambda: s.actions(), "the row")[0]
        self.assertEqual(("draft", "Kurz."), (row["state"], s.get("show", id=row["id"])["text"]))
        self.assertIn("own_way/de.short", row["reason"])
        self.assertEqual(0, m.delivered())

    def test_a_rule_waits_for_a_person(self):
        m, s, a = self.drafted()
        row = s.get("show", id=a)
        self.assertEqual(("draft", ["days_max", "answer"], ""), (row["state"], row["needs"], row["text"] or ""))
        self.assertIn("needs: days_max, answer", s.cli("outbox").stdout)
        self.assertIn("needs: days_max, answer", s.cli("inbox").stdout)
        refused = s.api("approve", ids=[a])
        self.assertFalse(refused["ok"])
        self.assertIn("needs days_max, answer", refused["text"])
        s.cli("edit", a, "--set", "answer=Bald.")
        self.assertEqual(["days_max"], s.get("show", id=a)["needs"])
        self.assertFalse(s.api("approve", ids=[a])["ok"])
        s.cli("edit", a, "--set", "days_max=1")
        self.assertIn("Höchstens 1 Tag.", s.get("show", id=a)["text"])
        self.assertEqual(0, m.delivered())
        s.get("approve", ids=[a])
        s.wait_for(m.delivered, "the reply")
        self.assertEqual("Bestellung 12-34567-89012: Bald. Höchstens 1 Tag.", m.sent()[0]["text"])

    def test_other_values_are_approved_anew(self):
        m, s, a = self.drafted(undo="10m")
        s.cli("edit", a, "--set", "answer=Bald.", "--set", "days_max=2")
        s.get("approve", ids=[a])
        s.get("edit", id=a, set={"days_max": "9"})
        row = s.get("show", id=a)
        self.assertEqual("draft", row["state"])
        self.assertIn("Bald. Höchstens 9 Tage.", row["text"])
        refused = s.api("edit", id=a, set={"answer": "call tel. 030 1234567"})
        self.assertFalse(refused["ok"])
        s.get("edit", id=a, set={"answer": ""})  # taken back
        self.assertEqual(["answer"], s.get("show", id=a)["needs"])
        self.assertEqual(0, m.delivered())

    def looked_at_again(self, **template):
        """Both values are given and approved, after the template has changed: market, service, the row after the last look."""
        m, s, a = self.drafted()
        s.cli("edit", a, "--set", "answer=Bald.", "--set", "days_max=2")
        self.template(**template)
        s.process.send_signal(signal.SIGHUP)
        s.wait_for(lambda: "configuration read again" in s.log_text(), "the new template")
        s.get("approve", ids=[a])
        s.wait_for(lambda: s.get("show", id=a)["state"] in ("draft", "held", "sent"), "the last look")
        return m, s, s.get("show", id=a)

    def test_values_are_said_again_at_the_last_look(self):
        m, s, row = self.looked_at_again(text=TEXT.replace("Bestellung", "Ihre Bestellung"))
        self.assertEqual(("draft", None), (row["state"], row["needs"]))
        self.assertEqual("Ihre Bestellung 12-34567-89012: Bald. Höchstens 2 Tage.", row["text"])
        self.assertEqual({"answer": "Bald.", "days_max": "2"}, row["values"])
        s.get("approve", ids=[row["id"]])
        s.wait_for(m.delivered, "the reply")
        self.assertEqual(row["text"], m.sent()[0]["text"])

    def test_a_template_that_asks_for_more_waits_again(self):
        more = CONF + '[variable "days_min"]\ntype = int\nsample = 1\nsource = "person: days, at least"\n'
        m, s, row = self.looked_at_again(conf=more, text=TEXT + " {days_min}")
        self.assertEqual(("draft", ["days_min"]), (row["state"], row["needs"]))
        refused = s.api("approve", ids=[row["id"]])
        self.assertFalse(refused["ok"])
        self.assertIn("needs days_min", refused["text"])
        self.assertEqual(0, m.delivered())

    def test_values_are_forgotten_with_the_person(self):
        m, s, a = self.drafted()
        s.cli("edit", a, "--set", "answer=canary-7f3e")
        self.assertIn("canary-7f3e", json.dumps(s.get("explain", id=a)))
        s.get("erase", account="toys-de", buyer="example_buyer")
        self.assertNotIn("canary-7f3e", json.dumps([s.get("explain", id=a), s.get("show", id=a)]))
        s.stop()
        for name in os.listdir(self.folder):
            if name.startswith("supercargo.db"):
                with open(os.path.join(self.folder, name), "rb") as f:
                    self.assertNotIn(b"canary-7f3e", f.read(), name)
        s.cli("verify")


if __name__ == "__main__":
    unittest.main()
