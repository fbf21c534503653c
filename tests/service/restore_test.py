"""A store that is older than the platform: nothing is sent twice, and nothing before every account was read again."""
import base64
import collections
import contextlib
import os
import shutil
import sqlite3
import unittest

from disputes_test import FULL, LIMITS, PNG
from harness import BUYER, LISTING, QUESTION, RULES, SHIPPED, Case

BY_RULE, BY_HAND, REFUNDS, OTHERS = 70, 20, 6, 4
MANY = BY_RULE + BY_HAND + REFUNDS
KEYS = "".join("refund_per_%s = 100000.00 EUR\n" % what for what in ("order", "buyer", "day")) + "daily_cap = 100000\n"
SEND = {"method": "POST", "path": "/commerce/message/v1/send_message"}

PAY = """
[rule "part"]
on = message.received
intent = order_status_where_is_my_order not_received
action = refund
amount = 5.00 EUR
"""


def order(i):
    return dict(SHIPPED, id="12-%05d-00001" % i, buyer="example_buyer_%d" % i, tracking="0034000000000000%04d" % i)


class Restore(Case):
    def shop_of(self, n):
        return {"listings": [LISTING], "buyers": [dict(BUYER, username="example_buyer_%d" % i) for i in range(n)],
                "orders": [order(i) for i in range(n)]}

    def ask(self, m, i):
        m.ask("message", dict(QUESTION, buyer="example_buyer_%d" % i))

    def put_back(self, s, copy):
        """What people do who know no `restore`: the file lies where it was."""
        for end in ("-wal", "-shm"):
            if os.path.exists(s.store + end):
                os.unlink(s.store + end)
        shutil.copyfile(copy, s.store)

    def restored(self, s, copy):
        s.stop()
        done = s.cli("restore", copy)
        kept = [f for f in os.listdir(self.folder) if ".replaced." in f]
        self.assertEqual(1, len(kept), kept)
        self.assertIn(kept[0], done.stdout)
        with contextlib.closing(sqlite3.connect(os.path.join(self.folder, kept[0]))) as old:
            self.assertEqual([("ok",)], old.execute("PRAGMA integrity_check").fetchall())
            self.assertGreater(old.execute("SELECT count(*) FROM outbox WHERE state = 'sent'").fetchone()[0], 0)
        s.start()

    def plain_copy(self, s):
        """As `cp` of a stopped service's file: no stamp."""
        copy = os.path.join(self.folder, "plain.db")
        with contextlib.closing(sqlite3.connect(s.store)) as a, contextlib.closing(sqlite3.connect(copy)) as b:
            a.backup(b)
        return copy

    def stamped_copy(self, s):
        copy = os.path.join(self.folder, "copy.db")
        s.cli("backup", copy)
        return copy

    def quarantine(self, s):
        return s.get("status")["accounts"][0].get("quarantine")

    def caught_up(self, s):
        """The quarantine is over, whatever was open is decided, and everything was read once more."""
        s.wait_for(lambda: not self.quarantine(s), "the end of the quarantine")
        s.wait_for(lambda: not [a for a in s.actions() if a["state"] in ("ready", "sending", "unsure")], "every row to be decided")
        last = s.now("toys-de")
        s.wait_for(lambda: s.swept("toys-de", last), "another sweep")

    def hundred(self):
        """A hundred sends of all kinds are ready, and nothing leaves yet."""
        rules = RULES.replace('[rule "return"]', '[rule "no"]')
        m, s = self.shop(world=self.shop_of(MANY + OTHERS), application=FULL, keys=KEYS, rules=rules)
        s.get("pause", all=True)
        for i in range(BY_RULE + BY_HAND):
            m.ask("message", dict(QUESTION, buyer="example_buyer_%d" % i,
                                  text=QUESTION["text"] if i < BY_RULE else "Passt das zu meinem Herd?"))
        feedback = s.known(m.feedback(order=order(MANY)["id"], rating="NEGATIVE", text="Kam nie an."), "feedback")
        first, second = (s.known(m.dispute("return", order(MANY + i)["id"], reason="DEFECTIVE_ITEM")) for i in (1, 2))
        s.wait_for(lambda: len(s.actions(state="ready")) == BY_RULE, "the replies of the rule")
        s.wait_for(lambda: len(s.get("inbox", limit=1000)["conversations"]) == BY_RULE + BY_HAND, "the conversations")
        answered = {a["conversation"] for a in s.actions()}
        for c in s.get("inbox", limit=1000)["conversations"]:
            if c["id"] not in answered:
                s.get("reply", conversation=c["id"], text="Ja, %s passt." % c["id"])
        for i in range(REFUNDS):
            s.get("act", id=s.known(order(BY_RULE + BY_HAND + i)["id"], "orders"), kind="refund", amount="5.00 EUR", text="Sorry.")
        s.get("act", id=first, kind="accept")
        s.get("act", id=second, kind="message", text="Wir melden uns morgen.")
        s.get("act", id=feedback, kind="reply", text="Das tut uns leid.")
        s.get("act", id=s.known(order(MANY + 3)["id"], "orders"), kind="message", text="Ihr Paket ist unterwegs.")
        self.assertEqual(100, len(s.actions(state="ready")), s.actions())
        return m, s

    def done(self, m):
        """What really happened on the platform, and how often."""
        return {"messages": sorted((x["conversation"], x["text"], x["times"]) for x in m.sent()),
                "refunds": sorted((r["order"], r["value"]) for r in m.refunds()),
                "disputes": sorted((d["dispute"], sorted(d["actions"].items())) for d in m.ask("disputes")),
                "feedback": sorted((f["feedback"], f["replies"]) for f in m.ask("feedback"))}

    def all_leave(self, m, s):
        s.get("resume", all=True)
        s.wait_for(lambda: len(s.actions(state="sent")) == 100, "the hundred")
        done = self.done(m)
        self.assertEqual((BY_RULE + BY_HAND + 1, REFUNDS), (m.delivered(), len(done["refunds"])))
        return done

    def nothing_twice(self, m, s, done):
        self.assertTrue(self.quarantine(s))
        self.assertIn("nothing is sent until", s.cli("status").stdout)
        self.assertIn("restored", [n["cause"] for n in s.get("status")["notices"]])
        s.get("resume", all=True)
        self.caught_up(s)
        self.assertEqual(done, self.done(m))
        ended = collections.Counter(a["state"] for a in s.actions())
        self.assertEqual({"cancelled", "draft"}, set(ended), ended)  # nothing was unclear enough to be held, nothing vanished
        self.assertEqual(100, sum(ended.values()))
        self.assertNotIn("restored", [n["cause"] for n in s.get("status")["notices"]])
        s.cli("verify")
        self.ask(m, MANY + OTHERS - 1)  # and then it goes on by itself
        s.wait_for(lambda: len(s.actions(state="sent")) == 1, "a new question to be answered")

    def test_a_backup_from_before_a_hundred_sends(self):
        m, s = self.hundred()
        copy = self.stamped_copy(s)
        done = self.all_leave(m, s)
        self.restored(s, copy)
        self.assertIn("comes from a backup", s.log_text())
        self.nothing_twice(m, s, done)
        s.stop()
        log = len(s.log_text())
        s.start()
        self.assertNotIn("comes from a backup", s.log_text()[log:])

    def test_an_old_file_that_somebody_put_back(self):
        """No stamp, and not old enough for the clock to tell: the lock file remembers."""
        m, s = self.hundred()
        copy = self.plain_copy(s)
        done = self.all_leave(m, s)
        s.stop()
        self.put_back(s, copy)
        s.start()
        self.assertIn("older than the service left it", s.log_text())
        self.nothing_twice(m, s, done)

    def test_what_was_sent_last_does_not_show_yet(self):
        """The platform shows messages almost as late as it may."""
        m = self.market(rate=20)
        m.world(**self.shop_of(4))
        m.fault(**SEND, act="late", late_ms=110000, times=-1)
        s = self.service({"toys-de": m.endpoint}, rate=20).start()
        s.login("toys-de", m)
        s.wait_for(lambda: s.swept("toys-de"), "the first import")
        s.get("account arm", account="toys-de")
        s.get("pause", all=True)
        for i in range(4):
            m.ask("message", dict(QUESTION, buyer="example_buyer_%d" % i, text=QUESTION["text"] if i < 2 else "Passt das zu meinem Herd?"))
        s.wait_for(lambda: len(s.get("inbox")["conversations"]) == 4 and len(s.actions(state="ready")) == 2, "the questions")
        answered = {a["conversation"] for a in s.actions()}
        for c in s.get("inbox")["conversations"]:
            if c["id"] not in answered:
                s.get("reply", conversation=c["id"], text="Ja, %s passt." % c["id"])
        copy = self.stamped_copy(s)
        s.get("resume", all=True)
        s.wait_for(lambda: len(s.actions(state="sent")) == 4, "the replies")
        self.restored(s, copy)
        s.get("resume", all=True)
        self.caught_up(s)
        self.assertEqual(4, m.delivered())

    def test_a_copy_from_the_middle_of_a_send(self):
        m, s = self.shop(world=self.shop_of(1))
        m.fault(**SEND, act="slow", ms=1500, times=1)
        self.ask(m, 0)
        s.wait_for(lambda: s.actions(state="sending"), "the send")
        copy = self.stamped_copy(s)
        with contextlib.closing(sqlite3.connect(copy)) as db:
            self.assertEqual([("sending",)], db.execute("SELECT state FROM outbox").fetchall())
        s.wait_for(lambda: s.actions(state="sent"), "the answer")
        self.restored(s, copy)
        self.caught_up(s)
        self.assertEqual((1, 1), (m.delivered(), len(s.actions(state="sent"))))

    def test_a_copy_from_between_two_steps(self):
        """Evidence is uploaded, then added; the attempt had begun and had to wait when the copy was made."""
        m, s = self.shop(world=self.shop_of(1), application=FULL)
        d = m.dispute("chargeback", order(0)["id"], reason="SIGNIFICANTLY_NOT_AS_DESCRIBED", evidence="PROOF_OF_ITEM_AS_DESCRIBED")
        m.fault(method="POST", path="*/upload_evidence_file", act="status", status=503, retry_after="600", times=1)
        s.get("act", id=s.known(d), kind="evidence", files=[{"name": "proof.png", "base64": base64.b64encode(PNG).decode()}])
        s.wait_for(lambda: s.rows("SELECT 1 FROM outbox WHERE state = 'ready' AND attempt_key IS NOT NULL"), "the attempt to wait")
        copy = self.stamped_copy(s)
        s.wait_for(lambda: s.actions(state="sent"), "the evidence")
        self.assertEqual(1, m.truth(d)["actions"]["evidence"])
        self.restored(s, copy)
        self.caught_up(s)
        self.assertEqual(1, m.truth(d)["actions"]["evidence"])

    def test_a_backup_from_before_money_went_back(self):
        """The message comes in once more, and so does the rule's wish to pay: part of an order can be paid again and again."""
        m, s = self.shop(world=self.shop_of(1), application=FULL, keys=LIMITS, rules=PAY)
        copy = self.stamped_copy(s)
        self.ask(m, 0)
        s.wait_for(lambda: s.actions(kind="order.refund", state="sent"), "the refund")
        self.restored(s, copy)
        row = s.wait_for(lambda: s.actions(kind="order.refund", state="draft"), "the second wish to wait")[0]
        self.assertIn("since then", row["reason"])
        self.assertEqual(["5.00"], [r["value"] for r in m.refunds()])

    def test_who_was_forgotten_and_what_was_switched_off_stays_so(self):
        m, s = self.shop(world=self.shop_of(2))
        self.ask(m, 0)
        s.wait_for(lambda: s.actions(state="sent"), "the reply")
        copy = self.stamped_copy(s)
        s.get("erase", account="toys-de", buyer="example_buyer_0")
        s.get("account mode", account="toys-de", mode="draft")
        s.get("pause", all=True)
        self.restored(s, copy)
        a = s.get("status")["accounts"][0]
        self.assertEqual(("draft", True), (a["mode"], a["paused"]))
        s.stop()
        with open(s.store, "rb") as f:
            bytes_ = f.read()
        self.assertNotIn(b"example_buyer_0", bytes_)
        self.assertIn(b"example_buyer_1", bytes_)
        s.start()
        s.cli("verify")

    def test_a_running_service_keeps_its_store(self):
        m, s = self.shop(world=self.shop_of(1))
        copy = self.stamped_copy(s)
        refused = s.cli("restore", copy, check=False)
        self.assertEqual(1, refused.returncode)
        self.assertIn("works with it already", refused.stderr)
        self.assertEqual([], [f for f in os.listdir(self.folder) if ".replaced." in f or ".restoring" in f])


if __name__ == "__main__":
    unittest.main()
