"""Replies end to end: exactly once, in the buyer's language, only when armed."""
import os
import pwd
import re
import signal
import sqlite3
import unittest

from harness import BUYER, LISTING, QUESTION, ROOT, RULES, SHIPPED, WORLD, Case, read


class Replies(Case):
    def test_a_question_is_answered_once_in_german(self):
        m, s = self.shop(world=WORLD)
        m.ask("message", QUESTION)
        s.wait_for(lambda: m.sent(), "the reply")
        s.wait_for(lambda: s.actions(state="sent"), "the row to be sent")
        sent = m.sent()
        self.assertEqual(1, m.delivered())
        self.assertIn("12-34567-89012", sent[0]["text"])
        self.assertIn("00340000000000000017", sent[0]["text"])
        self.assertEqual("de", s.actions(state="sent")[0]["locale"])
        self.assertEqual([], s.actions(state="held"))

    def test_observe_mode_shows_and_sends_nothing(self):
        m, s = self.shop(mode="observe", world=WORLD)
        m.ask("message", QUESTION)
        row = s.wait_for(lambda: s.actions(state="observed"), "the observed row")[0]
        self.assertIn("12-34567-89012", row["text"])
        refused = s.api("approve", ids=[row["id"]])
        self.assertFalse(refused["ok"])
        answer = s.api("reply", conversation=row["conversation"], text="Hello")
        self.assertEqual("conflict", answer["code"])
        self.assertEqual(0, m.delivered())

    def test_draft_mode_waits_for_approval(self):
        m, s = self.shop(mode="draft", world=WORLD)
        m.ask("message", QUESTION)
        row = s.wait_for(lambda: s.actions(state="draft") + s.actions(state="sent"), "the draft")[0]
        self.assertEqual(0, m.delivered())
        s.get("approve", ids=[row["id"]])
        s.wait_for(lambda: s.actions(state="sent"), "the approved reply")
        self.assertEqual(1, m.delivered())

    def test_by_hand_goes_through_the_same_outbox(self):
        m, s = self.shop(world=WORLD, rules="")
        m.ask("message", QUESTION)
        c = s.wait_for(lambda: s.get("inbox")["conversations"], "the conversation")[0]
        s.cli("reply", c["id"], "Guten Tag, es ist unterwegs.")
        s.wait_for(lambda: m.delivered(), "the reply by hand")
        row = s.wait_for(lambda: s.actions(state="sent"), "the row")[0]
        self.assertIsNone(row["rule"])
        self.assertTrue(row["operator"])

    def test_undo_takes_back_what_has_not_left(self):
        m, s = self.shop(world=WORLD, rules="", undo="10m")
        m.ask("message", QUESTION)
        c = s.wait_for(lambda: s.get("inbox")["conversations"], "the conversation")[0]
        a = s.get("reply", conversation=c["id"], text="Too quick")["action"]
        now = s.now("toys-de")
        s.wait_for(lambda: s.swept("toys-de", now), "another sweep")
        s.get("undo", id=a["id"])
        self.assertEqual("draft", s.get("show", id=a["id"])["state"])
        self.assertEqual(0, m.delivered())

    def test_edited_text_is_what_the_buyer_gets(self):
        m, s = self.shop(mode="draft", world=WORLD)
        m.ask("message", QUESTION)
        row = s.wait_for(lambda: s.actions(state="draft"), "the draft")[0]
        s.get("edit", id=row["id"], text="Guten Tag, die Sendung kommt morgen.")
        s.get("approve", ids=[row["id"]])
        s.wait_for(lambda: m.delivered(), "the reply")
        self.assertEqual("Guten Tag, die Sendung kommt morgen.", m.sent()[0]["text"])

    def test_forbidden_text_is_refused_with_its_rule(self):
        m, s = self.shop(world=WORLD, rules="", undo="10m")
        m.ask("message", QUESTION)
        c = s.wait_for(lambda: s.get("inbox")["conversations"], "the conversation")[0]
        refused = s.api("reply", conversation=c["id"], text="Write to me at someone@shop.example instead")
        self.assertFalse(refused["ok"])
        self.assertIn("someone@shop.example", refused["text"])
        a = s.get("reply", conversation=c["id"], text="Guten Tag")["action"]
        refused = s.api("edit", id=a["id"], text="Write to me at someone@shop.example instead")
        self.assertFalse(refused["ok"])
        self.assertIn("someone@shop.example", refused["text"])
        self.assertEqual([], [x for x in m.sent() if "someone" in x["text"]])

    def test_two_orders_for_one_item_are_not_guessed(self):
        second = dict(SHIPPED, id="13-34567-89013", at="-4d")
        m, s = self.shop(world=dict(WORLD, orders=[SHIPPED, second]))
        m.ask("message", QUESTION)
        row = s.wait_for(lambda: s.actions(state="held"), "the held row")[0]
        self.assertIn("several orders", row["reason"])
        self.assertFalse(s.api("approve", ids=[row["id"]])["ok"])
        self.assertEqual(0, m.delivered())

    def test_answered_by_hand_meanwhile_is_not_answered_again(self):
        m, s = self.shop(mode="draft", world=WORLD)
        m.ask("message", QUESTION)
        row = s.wait_for(lambda: s.actions(state="draft"), "the draft")[0]
        m.ask("answer", {"buyer": "example_buyer", "item": LISTING["item"], "text": "Ist heute angekommen, oder?"})
        s.get("approve", ids=[row["id"]])
        s.wait_for(lambda: s.get("show", id=row["id"])["state"] in ("cancelled", "sent"), "the last look")
        self.assertEqual(0, m.delivered())

    def test_a_passed_date_is_not_promised(self):
        late = {"id": SHIPPED["id"], "buyer": "example_buyer", "marketplace": "EBAY_DE", "at": "-9d", "ship_by": "-2d",
                "items": SHIPPED["items"]}
        m, s = self.shop(world=dict(WORLD, orders=[late]))
        m.ask("message", QUESTION)
        row = s.wait_for(lambda: s.actions(state="held"), "the held row")[0]
        self.assertIn("ship_by", row["reason"])
        self.assertEqual(0, m.delivered())

    def test_a_shipment_changes_the_answer(self):
        unshipped = {"id": SHIPPED["id"], "buyer": "example_buyer", "marketplace": "EBAY_DE", "at": "-12h", "ship_by": "+1d",
                     "items": SHIPPED["items"]}
        m, s = self.shop(mode="draft", world=dict(WORLD, orders=[unshipped]))
        m.ask("message", QUESTION)
        row = s.wait_for(lambda: s.actions(state="draft"), "the draft")[0]
        self.assertEqual("post_not_shipped_yet", row["template"])
        m.world(orders=[{"id": SHIPPED["id"], "shipped": "now", "carrier": "DHL", "tracking": "00340000000000000017"}])
        s.wait_for(lambda: s.get("find", words=SHIPPED["id"])["orders"][0]["fulfilment"] == "shipped", "the shipment")
        s.get("approve", ids=[row["id"]])
        s.wait_for(lambda: s.get("show", id=row["id"])["state"] in ("cancelled", "sent"), "the last look")
        s.wait_for(lambda: [a["template"] for a in s.actions(state="draft")] == ["post_where_is_order"], "the draft that fits")
        self.assertEqual(0, m.delivered())

    def test_pictures_are_kept_and_looked_at_by_a_person(self):
        m, s = self.shop(world=WORLD)
        m.ask("message", dict(QUESTION, images=["box.jpg", "label.png"]))
        row = s.wait_for(lambda: s.actions(state="draft"), "the draft")[0]
        self.assertIn("pictures", row["reason"])

        def kept():
            with sqlite3.connect("file:%s?mode=ro" % s.store, uri=True) as db:
                return sorted(db.execute("SELECT a.sniffed, length(c.bytes) > 0 FROM attachment a JOIN content c ON c.hash = a.content"))
        s.wait_for(lambda: len(kept()) == 2, "both pictures")
        self.assertEqual([("image/jpeg", 1), ("image/png", 1)], kept())
        shown = s.get("show", id=row["conversation"])["attachments"]
        self.assertEqual(["image/jpeg", "image/png"], sorted(x["type"] for x in shown))

    def test_pause_stops_what_is_unsent(self):
        m, s = self.shop(world=WORLD)
        s.get("pause", all=True)
        m.ask("message", QUESTION)
        s.wait_for(lambda: s.actions(state="ready"), "the row")
        now = s.now("toys-de")
        s.wait_for(lambda: s.swept("toys-de", now), "another sweep")
        self.assertEqual(0, m.delivered())
        s.get("resume", all=True)
        s.wait_for(lambda: m.delivered() == 1, "the reply after resume")

    def test_a_newer_message_that_only_the_last_look_shows(self):
        m, s = self.shop(mode="draft", world=WORLD)
        m.ask("message", QUESTION)
        row = s.wait_for(lambda: s.actions(state="draft"), "the draft")[0]
        m.fault(method="GET", path="/commerce/message/v1/conversation", act="status", status=503, times=-1)
        m.ask("message", dict(QUESTION, text="Ist erledigt, mein Nachbar hatte das Paket."))
        s.get("approve", ids=[row["id"]])
        s.wait_for(lambda: s.get("show", id=row["id"])["state"] in ("cancelled", "sent"), "the last look")
        self.assertEqual("cancelled", s.get("show", id=row["id"])["state"])
        self.assertEqual(0, m.delivered())

    def test_the_mode_is_asked_again_before_anything_leaves(self):
        m, s = self.shop(world=WORLD)
        s.get("pause", all=True)
        m.ask("message", QUESTION)
        row = s.wait_for(lambda: s.actions(state="ready"), "the row")[0]
        s.get("account mode", account="toys-de", mode="observe")
        s.get("resume", all=True)
        s.wait_for(lambda: s.get("show", id=row["id"])["state"] in ("draft", "sent"), "the row to be looked at")
        self.assertEqual("draft", s.get("show", id=row["id"])["state"])
        self.assertEqual(0, m.delivered())

    def left_to_its_template(self, old, new):
        """No rule says how its text leaves; the seller's copy of the template says something of its own."""
        m = self.market()
        m.world(**WORLD)
        s = self.service({"toys-de": m.endpoint}, rules=RULES.replace("mode = auto\n", ""))
        own = os.path.join(self.folder, "templates", "post_where_is_order")
        os.makedirs(own)
        with open(os.path.join(own, "template.conf"), "w") as f:
            f.write(read(os.path.join(ROOT, "templates/post_where_is_order/template.conf")).replace(old, new))
        s.start().login("toys-de", m)
        s.wait_for(lambda: s.swept("toys-de"), "the import")
        s.get("account arm", account="toys-de", mode="auto")
        m.ask("message", QUESTION)
        return m, s

    def test_a_rule_leaves_it_to_its_template(self):
        m, s = self.left_to_its_template("mode     = auto\n", "mode     = approve\n")
        s.wait_for(lambda: s.actions(state="draft", template="post_where_is_order"), "the draft")
        self.assertEqual(0, m.delivered())

    def test_a_template_is_off_for_a_platform(self):
        m, s = self.left_to_its_template('[platform "ebay"]\n', '[platform "ebay"]\nmode = off\n')
        s.wait_for(lambda: s.rows("SELECT 1 FROM journal WHERE kind = 'decide' AND facts LIKE '%is off for this platform%'"), "the decision")
        self.assertEqual([], s.actions())

    def not_reviewed(self):
        own = os.path.join(self.folder, "templates", "post_where_is_order")
        os.makedirs(own)
        conf = read(os.path.join(ROOT, "templates/post_where_is_order/template.conf"))
        with open(os.path.join(own, "template.conf"), "w") as f:
            f.write(re.sub("(?m)^reviewed .*$", "reviewed = en", conf))

    def unreviewed(self, service=""):
        """The answer in a language whose text no native reader has reviewed."""
        m = self.market()
        m.world(**WORLD)
        s = self.service({"toys-de": m.endpoint}, service=service)
        self.not_reviewed()
        s.start().login("toys-de", m)
        s.wait_for(lambda: s.swept("toys-de"), "the import")
        s.get("account arm", account="toys-de", mode="auto")
        m.ask("message", QUESTION)
        row = s.wait_for(lambda: s.actions(template="post_where_is_order"), "the row")[0]
        return m, s, row

    def test_a_text_that_nobody_reviewed_waits(self):
        m, s, row = self.unreviewed(service="accept_unreviewed = post_where_is_order/fr post_not_shipped_yet/*\n")
        self.assertEqual("draft", row["state"])
        self.assertIn("reviewed", row["reason"])

    def test_a_text_whose_review_was_taken_back_waits(self):
        m, s = self.shop(world=WORLD)
        s.get("pause", all=True)
        m.ask("message", QUESTION)
        row = s.wait_for(lambda: s.actions(state="ready"), "the row")[0]
        self.not_reviewed()
        s.process.send_signal(signal.SIGHUP)
        s.wait_for(lambda: "configuration read again" in s.log_text(), "the new template")
        s.get("resume", all=True)
        s.wait_for(lambda: s.get("show", id=row["id"])["state"] in ("draft", "sent"), "the last look")
        self.assertEqual("draft", s.get("show", id=row["id"])["state"])
        self.assertEqual(0, m.delivered())

    def test_an_unreviewed_text_leaves_when_the_seller_accepts_it(self):
        m, s, row = self.unreviewed(service="accept_unreviewed = misc_*/* post_where_is_order/de\n")
        s.wait_for(m.delivered, "the reply")
        self.assertEqual(1, m.delivered())

    CLOSED = """
[rule "closed"]
on = message.received
closed = yes
template = misc_holiday_notice

[rule "where is my order"]
on = message.received
closed = no
template = post_where_is_order
"""

    def test_a_closed_shop_says_when_it_is_back(self):
        m, s = self.shop(world=WORLD, mode="draft", rules=self.CLOSED, keys="closed = 2020-01-01..2099-12-31\n")
        m.ask("message", QUESTION)
        row = s.wait_for(lambda: s.actions(), "the row")[0]
        self.assertEqual("misc_holiday_notice", row["template"])
        self.assertIn("31. Dezember 2099", s.get("show", id=row["id"])["text"])

    def test_an_open_shop_answers(self):
        m, s = self.shop(world=WORLD, mode="draft", rules=self.CLOSED, keys="closed = 2099-01-01..2099-12-31\n")
        m.ask("message", QUESTION)
        self.assertEqual("post_where_is_order", s.wait_for(lambda: s.actions(), "the row")[0]["template"])

    def test_a_viewer_looks_and_does_not_act(self):
        m = self.market()
        me = pwd.getpwuid(os.getuid()).pw_name
        s = self.service({"toys-de": m.endpoint}, extra='[operator "erika"]\nuser = %s\nrole = viewer\n' % me).start()
        self.assertTrue(s.api("inbox")["ok"])
        self.assertTrue(s.api("odd")["ok"])
        for verb, args in (("pause", {"all": True}), ("resume", {"all": True}), ("purge", {}), ("odd", {"retry": True})):
            refused = s.api(verb, **args)
            self.assertEqual((False, "denied"), (refused["ok"], refused.get("code")))

    def flood(self, n, cap, text=None):
        """n buyers ask at once; `text`: what the seller's own template says to each of them."""
        m = self.market()
        buyers = ["example_buyer_%d" % i for i in range(n)]
        m.world(listings=[LISTING], buyers=[dict(BUYER, username=b) for b in buyers],
                orders=[dict(SHIPPED, id="12-34567-%05d" % i, buyer=b, tracking="0034000000000000%04d" % i)
                        for i, b in enumerate(buyers)])
        s = self.service({"toys-de": m.endpoint})
        if text:
            own = os.path.join(self.folder, "templates", "post_where_is_order")
            os.makedirs(own)
            with open(os.path.join(own, "de.txt"), "w") as f:
                f.write(text)
        s.start().login("toys-de", m)
        s.wait_for(lambda: s.swept("toys-de"), "the import")
        s.edit_conf("language = en\n", "language = en\ndaily_cap = %d\n" % cap)
        s.process.send_signal(signal.SIGHUP)
        s.wait_for(lambda: "read again" in s.log_text(), "the reload")
        s.get("account arm", account="toys-de", mode="auto")
        for b in buyers:
            m.ask("message", dict(QUESTION, buyer=b))
        s.wait_for(lambda: len(s.actions(state="sent")) + len(s.actions(state="draft")) == n, "all to be decided")
        self.assertEqual(len(s.actions(state="sent")), m.delivered())
        return m.delivered(), s.get("status")["accounts"][0]["breaker"] or ""

    def test_the_breaker_stops_a_flood(self):
        sent, breaker = self.flood(8, cap=5)
        self.assertLessEqual(sent, 5)
        self.assertIn("daily cap", breaker)

    def test_the_breaker_stops_a_burst(self):
        sent, breaker = self.flood(16, cap=40)
        self.assertLessEqual(sent, 11)
        self.assertIn("within an hour", breaker)

    def test_the_breaker_stops_one_text_for_everybody(self):
        sent, breaker = self.flood(30, cap=1000, text="Guten Tag, wir kümmern uns darum.")
        self.assertLessEqual(sent, 25)
        self.assertIn("same text", breaker)


if __name__ == "__main__":
    unittest.main()
