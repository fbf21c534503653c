"""Hours: what is promised while nobody is there, what waits for the buyer's morning, and that no deadline knows of either."""
import datetime
import os
import shutil
import signal
import unittest

from harness import QUESTION, ROOT, SHIPPED, WORLD, Case, read

FESTIVAL = "zone = Asia/Shanghai\nhours = mon-fri 09:00-18:00\nclosed = 2027-02-05..2027-02-12\n"
AWAY = """
[rule "nobody is there"]
on = message.received
hours = closed
template = post_complaint_holding
mode = auto

[rule "where is my order"]
on = message.received
template = post_where_is_order
mode = auto
"""
NIGHT = """
[rule "thanks"]
on = message.received
intent = thanks_or_positive
template = post_thanks_reply
mode = auto
quiet = 22:00-08:00

[rule "accept returns"]
on = dispute.opened
dispute = return
action = accept
template = post_dispute_accept
mode = auto
"""
THANKS = dict(QUESTION, text="Vielen Dank, alles gut angekommen! Ich bin sehr zufrieden.")


def later(text, **by):
    at = datetime.datetime.fromisoformat(text.replace("Z", "+00:00")) + datetime.timedelta(**by)
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + "%03dZ" % (at.microsecond // 1000)


class Hours(Case):
    def asked(self, s):
        return s.wait_for(lambda: s.get("inbox")["conversations"], "the conversation")[0]

    def test_a_reply_promised_over_the_festival_names_the_right_day(self):
        self.begin_at("2027-02-08T02:00:00Z")  # a Monday, 10:00 in Shanghai
        m, s = self.shop(world=WORLD, rules=AWAY, keys=FESTIVAL)
        m.ask("message", QUESTION)
        s.wait_for(m.sent, "the acknowledgement")
        self.assertIn("15. Februar 2027, 11:00 Uhr", m.sent()[0]["text"])  # Monday, the end of the first day: 18:00 there
        # it is no answer, and nobody's clock stands still
        c = self.asked(s)
        self.assertEqual(later(c["unanswered_since_at"], hours=24), c["answer_by_at"])
        due = s.get("deadlines")["deadlines"][0]
        self.assertEqual((c["id"], c["answer_by_at"]), (due["id"], due["at"]))
        self.assertEqual("2027-02-15T01:00:00.000Z", s.get("deadlines")["away"][0]["back_at"])
        for verb in ("status", "deadlines"):
            self.assertIn("toys-de: nobody is there until 2027-02-15 01:00", s.cli(verb).stdout)

    def test_while_somebody_is_there_it_is_answered(self):
        self.begin_at("2027-02-15T02:00:00Z")
        m, s = self.shop(world=WORLD, rules=AWAY, keys=FESTIVAL)
        m.ask("message", QUESTION)
        s.wait_for(lambda: s.actions(state="sent"), "the reply")
        self.assertEqual(["post_where_is_order"], [a["template"] for a in s.actions()])
        account = s.get("status")["accounts"][0]
        self.assertEqual((True, "2027-02-15T10:00:00.000Z"), (account["there"], account["leaves_at"]))
        self.assertNotIn("nobody is there", s.cli("deadlines").stdout)

    def test_where_it_is_counted_against_the_seller_no_rule_says_it(self):
        """The next rule answers."""
        self.begin_at("2027-02-08T02:00:00Z")
        share = os.path.join(self.folder, "share")
        for part in ("connectors", "templates", "i18n/phrases"):
            shutil.copytree(os.path.join(ROOT, part), os.path.join(share, part))
        path = os.path.join(share, "connectors/ebay/policy.conf")
        text = read(path)
        self.assertIn("allowed = yes", text)
        with open(path, "w") as f:
            f.write(text.replace("allowed = yes", "allowed = no"))
        m = self.market()
        m.world(**WORLD)
        s = self.service({"toys-de": m.endpoint}, rules=AWAY, keys=FESTIVAL)
        s.env["SUPERCARGO_SHARE"] = share
        self.assertIn("the rule nobody is there only says that nobody is there", s.cli("check").stdout)
        s.start()
        s.login("toys-de", m)
        s.wait_for(lambda: s.swept("toys-de"), "the first import")
        s.get("account arm", account="toys-de", mode="auto")
        m.ask("message", QUESTION)
        s.wait_for(lambda: s.actions(state="sent"), "the reply")
        self.assertEqual(["post_where_is_order"], [a["template"] for a in s.actions()])

    def test_no_deadline_moves_when_the_shop_closes(self):
        self.begin_at("2026-11-07T07:40:00Z")  # Friday 23:40 on the Pacific coast, Saturday in Shanghai
        m, s = self.shop(world=WORLD, mode="draft", rules="", application="scopes = full\n")
        m.ask("message", QUESTION)
        m.dispute("return", SHIPPED["id"], reason="DEFECTIVE_ITEM")
        before = s.wait_for(lambda: [d for d in s.get("deadlines")["deadlines"]][1:] and s.get("deadlines")["deadlines"], "both clocks")
        s.edit_conf("language = en\n", "language = en\nzone = Asia/Shanghai\nhours = mon-fri 09:00-18:00\nclosed = 2026-11-01..2026-12-01\n")
        s.process.send_signal(signal.SIGHUP)
        s.wait_for(lambda: s.get("deadlines")["away"], "the closure")
        m.dispute("return", SHIPPED["id"], reason="DEFECTIVE_ITEM")
        m.ask("message", dict(QUESTION, text="Hallo? Bitte antworten Sie."))
        s.wait_for(lambda: s.rows("SELECT 1 FROM message WHERE text LIKE 'Hallo%'"), "the second message")
        after = {d["id"]: d for d in s.get("deadlines")["deadlines"]}
        for d in before:
            self.assertEqual((d["at"], d["given_by"]), (after[d["id"]]["at"], after[d["id"]]["given_by"]))
        for d in after.values():
            if d["id"][0] == "d":
                self.assertEqual("2026-11-12T07:59:59.000Z", d["at"])  # Wednesday, the third business day

    def test_a_thank_you_waits_for_the_morning_and_a_dispute_does_not(self):
        self.begin_at("2026-11-20T22:00:00Z")  # 23:00 in Berlin, where the order goes
        m, s = self.shop(world=WORLD, rules=NIGHT, application="scopes = full\n")
        m.ask("message", THANKS)
        row = s.wait_for(lambda: s.actions(kind="reply"), "the thanks")[0]
        m.dispute("return", SHIPPED["id"], reason="DEFECTIVE_ITEM")
        s.wait_for(lambda: s.actions(kind="return.accept", state="sent"), "the answer to the return")
        row = s.get("show", id=row["id"])
        self.assertEqual(("ready", "2026-11-21T07:00:00.000Z"), (row["state"], row["not_before_at"]))
        self.assertEqual(0, m.delivered())
        decided = [e["facts"] for e in s.get("explain", id=row["id"])["entries"] if e["kind"] == "decide"]
        self.assertEqual(["2026-11-21T07:00:00.000Z"], [f.get("quiet_until_at") for f in decided])
        self.assertIn("the buyer sleeps until", s.cli("explain", row["id"]).stdout)

    def test_nothing_waits_into_a_deadline(self):
        self.begin_at("2026-11-20T22:00:00Z")
        m, s = self.shop(world=WORLD, rules=NIGHT, keys="answer_within = 10h\n")
        m.ask("message", THANKS)
        s.wait_for(m.delivered, "the thanks")


if __name__ == "__main__":
    unittest.main()
