"""Telling people: every channel at its own pace, at the right hour, to the right person, and nothing else."""
import contextlib
import json
import re
import sqlite3
import unittest

from channels import Authority, Mailbox, Robot
from harness import Case

MINUTE, HOUR = 60 * 1000, 3600 * 1000
HELD = "%s: a%lld is held and waits for you; see 'supercargo show a%lld'"


class Telling(Case):
    def robot(self, *answers):
        r = Robot(*answers)
        self.ends.append(r)
        return r

    def mailbox(self, *args, **kw):
        box = Mailbox(*args, **kw)
        self.ends.append(box)
        return box

    def quiet_service(self, extra, **kw):
        """An account that is logged in and read, so that nothing is told but what the test raises; stopped."""
        m = self.market(rate=kw.get("rate"))
        s = self.service({"toys-de": m.endpoint}, extra="", **kw).start()
        s.login("toys-de", m)
        s.wait_for(lambda: s.swept("toys-de"), "the first import")
        s.stop()
        with open(s.conf, "a") as f:
            f.write(extra)
        with contextlib.closing(sqlite3.connect(s.store)) as db:
            db.execute("UPDATE notice SET cleared = at WHERE cleared IS NULL")
            db.commit()
        return s

    def put(self, s, *notices):
        """Raises (cause, packed text) while the service does not run, at the time of its last work."""
        with contextlib.closing(sqlite3.connect(s.store)) as db:
            db.execute("PRAGMA foreign_keys = ON")
            at = db.execute("SELECT max(last_ok) FROM stream").fetchone()[0]
            for cause, text in notices:
                db.execute("INSERT INTO notice (cause, account, text, at) VALUES (?, (SELECT id FROM account), ?, ?)", (cause, text, at))
            db.commit()

    def held(self, *numbers):
        return [("held/a%d" % n, "\x1f".join([HELD, "toys-de", str(n), str(n)])) for n in numbers]

    def later(self, s, ms):
        """The service's clock stands so much later when it starts again."""
        anchor, rate = s.env["SUPERCARGO_TEST_CLOCK"].split(":")
        s.env["SUPERCARGO_TEST_CLOCK"] = "%d:%s" % (int(anchor) - ms // (int(rate) - 1), rate)

    def told(self, thing, word):
        return [t for t in thing.texts() if word in t]

    # ---- how much at once ----

    def test_two_hundred_events_at_once(self):
        robot = self.robot()
        s = self.quiet_service(robot.section("wecom", "dialect = wecom"))
        self.put(s, *self.held(*range(1001, 1201)))
        s.start()
        refs = lambda: set(re.findall(r"\ba(1\d\d\d) is held", "\n".join(robot.texts())))
        s.wait_for(lambda: len(refs()) == 200, "every event to be told")
        self.assertEqual({str(n) for n in range(1001, 1201)}, refs())
        self.assertLessEqual(len(robot.got), 20)
        window = 60 / s.rate  # a minute of the service's clock, in real seconds
        for at in robot.at:
            self.assertLessEqual(sum(at <= other < at + window for other in robot.at), 20)
        for got in robot.got:
            self.assertEqual("text", got["msgtype"])
            self.assertLessEqual(len(got["text"]["content"].encode()), 2048)
        s.wait_for(lambda: not s.rows("SELECT 1 FROM notice n WHERE NOT EXISTS (SELECT 1 FROM told t WHERE t.notice = n.id) AND cleared IS NULL"),
                   "all to be marked as told")
        posts = len(robot.got)
        s.stop()
        s.start()
        s.wait_for(lambda: s.swept("toys-de"), "it to run again")
        self.assertEqual(posts, len(robot.got), "told once")

    def test_a_flood_is_counted_and_stays_listed(self):
        robot = self.robot()
        s = self.quiet_service(robot.section("wecom", "dialect = wecom"))
        self.put(s, *self.held(*range(1001, 2001)))
        s.start()
        s.wait_for(lambda: self.told(robot, "more; all of them"), "the post that counts the rest")
        s.wait_for(lambda: not s.rows("SELECT 1 FROM notice n WHERE NOT EXISTS (SELECT 1 FROM told t WHERE t.notice = n.id) AND cleared IS NULL"),
                   "all to be marked as told")
        self.assertLessEqual(len(robot.got), 20)
        listed, after = set(), None
        while True:
            page = s.get("notices", limit=1000, **({"after": after} if after else {}))
            listed |= {n["cause"] for n in page["notices"]}
            after = page["next"]
            if not after:
                break
        self.assertLessEqual({"held/a%d" % n for n in range(1001, 2001)}, listed)

    def test_an_answer_of_200_that_refuses_is_no_success(self):
        robot = self.robot([(200, '{"errcode":45009,"errmsg":"api freq out of limit"}'), (200, '{"errcode":0,"errmsg":"ok"}')])
        s = self.quiet_service(robot.section("wecom", "dialect = wecom"))
        self.put(s, *self.held(1))
        s.start()
        s.wait_for(lambda: len(robot.got) == 2, "the second try")
        s.wait_for(lambda: s.rows("SELECT 1 FROM told"), "it to be told")
        self.assertEqual(*robot.texts())

    def test_what_is_told_stays_inside_its_string(self):
        evil = 'x"}},{"msgtype":"evil"\\\r\nBcc: victim@example.com\r\n.\r\nMAIL FROM:<x>'
        forms = {d: self.robot((200, '{"errcode":0,"code":0,"ok":true}')) for d in ("json", "wecom", "dingtalk", "feishu", "slack", "telegram")}
        box = self.mailbox()
        s = self.quiet_service("".join(r.section(d, "dialect = " + d, "chat = @example" if d == "telegram" else "") for d, r in forms.items())
                               + box.section("mail"))
        self.put(s, ("held/a1", evil))
        s.start()
        for d, robot in forms.items():
            s.wait_for(lambda: robot.got, d)
            self.assertIn("victim", str(robot.got))  # the text came, as a text
            self.assertNotIn("evil", [robot.got[0].get("msgtype")])
        self.assertEqual({"text", "chat_id", "link_preview_options"}, set(forms["telegram"].got[0]))
        self.assertEqual("text", forms["feishu"].got[0]["msg_type"])
        s.wait_for(lambda: box.got, "the mail")
        mail = box.mails()[0]
        self.assertIsNone(mail["Bcc"])
        self.assertEqual(["office@example.com", "second@example.com"], box.got[0][1])
        self.assertIn("Bcc: victim", mail.get_content())

    def test_a_form_of_ones_own(self):
        robot = self.robot((200, "fine"))
        s = self.quiet_service(robot.section("own", 'form = "own.form"'))
        with open(s.folder + "/own.form", "w") as f:
            f.write('# ours\nbytes 500\n\n{"title": "shop", "lines": ["{text}"]}\n')
        self.put(s, *self.held(7))
        s.start()
        s.wait_for(lambda: robot.got, "the post")
        self.assertEqual("shop", robot.got[0]["title"])
        self.assertIn("a7 is held", robot.got[0]["lines"][0])
        with open(s.folder + "/own.form", "w") as f:
            f.write('{"title": {text}}')
        self.assertIn("own.form", s.cli("check", check=False).stderr + s.cli("check", check=False).stdout)

    # ---- a channel that fails ----

    def test_a_dead_channel_is_told_by_the_others(self):
        dead, fine = self.robot((500, "no")), self.robot()
        s = self.quiet_service(dead.section("dead", "dialect = wecom") + fine.section("fine", "dialect = wecom"), rate=300)
        self.put(s, *self.held(1))
        s.start()
        s.wait_for(lambda: self.told(fine, "a1 is held"), "the one that works")
        s.wait_for(lambda: self.told(fine, "the channel dead takes no notices"), "the news that the other one does not")
        self.assertEqual(1, len(self.told(fine, "a1 is held")))
        self.assertNotIn("canary-key-77", s.log_text())
        dead.answers = [(200, '{"errcode":0}')]
        s.wait_for(lambda: s.rows("SELECT 1 FROM told WHERE channel = 'dead'"), "it to work again")
        s.wait_for(lambda: "takes no notices" not in str(s.get("status")["notices"]), "that to be over")

    # ---- when, and to whom ----

    def test_quiet_hours(self):
        self.begin_at("2026-11-24T22:30:00Z")
        robot = self.robot()
        s = self.quiet_service(robot.section("phone", "dialect = wecom", "quiet = 23:00-07:00", "zone = Europe/London"))
        self.put(s, *self.held(1), ("login/toys-de", "the login must be renewed"),
                 ("miss/d1@%d" % (1795564800000 + 10 * 60 * 1000), "soon due"), ("miss/d2@%d" % (1795564800000 + 20 * HOUR), "due later"))
        self.later(s, HOUR)  # half past eleven
        s.start()
        s.wait_for(lambda: self.told(robot, "renewed") and self.told(robot, "soon due"), "what may not wait")
        s.get("status")
        self.assertFalse(self.told(robot, "a1 is held") + self.told(robot, "due later"), robot.texts())
        s.stop()
        self.later(s, 8 * HOUR)  # half past seven
        s.start()
        s.wait_for(lambda: self.told(robot, "a1 is held") and self.told(robot, "due later"), "what waited for the morning")
        self.assertEqual(1, len(self.told(robot, "renewed")))

    def roster(self, *more):
        self.begin_at("2026-11-24T20:00:00Z")
        day, night, boss = (self.robot() for _ in range(3))
        s = self.quiet_service(
            day.section("day", "dialect = wecom", "on_call = 09:00-18:00", "zone = UTC") +
            night.section("night", "dialect = wecom", "on_call = 18:00-09:00", "zone = UTC") +
            boss.section("boss", "dialect = wecom", "second_after = 30m", "zone = UTC"))
        self.put(s, ("login/toys-de", "the login must be renewed"), *self.held(1))
        s.start()
        s.wait_for(lambda: self.told(night, "renewed"), "who is on call")
        self.assertFalse(day.got + boss.got)
        return s, day, night, boss

    def test_a_second_person_is_told_when_nobody_claims(self):
        s, day, night, boss = self.roster()
        s.wait_for(lambda: self.told(boss, "renewed"), "the second person")
        self.assertFalse(self.told(boss, "a1 is held"), "which can wait")
        self.assertFalse(day.got)

    def test_who_claims_it_ends_the_telling(self):
        s, day, night, boss = self.roster()
        notice = next(n for n in s.get("notices")["notices"] if n["kind"] == "login")
        self.assertTrue(notice["urgent"])
        self.assertEqual(["night"], notice["channels"])
        shown = s.cli("notices", "claim", notice["id"]).stdout
        self.assertIn("sees to it", shown)
        s.stop()
        self.later(s, HOUR)
        s.start()
        s.wait_for(lambda: s.swept("toys-de"), "it to run")
        s.stop()
        self.later(s, 14 * HOUR)  # the day's turn
        s.start()
        s.wait_for(lambda: self.told(day, "a1 is held"), "the day")
        self.assertFalse(boss.got)
        self.assertFalse(self.told(day, "renewed"))
        self.assertFalse(s.api("notices claim", ids=["n999999"])["ok"])

    def test_when_nobody_is_on_call_everybody_is_told(self):
        self.begin_at("2026-11-24T20:00:00Z")
        day = self.robot()
        s = self.quiet_service(day.section("day", "dialect = wecom", "on_call = 09:00-18:00", "zone = UTC"))
        self.put(s, ("login/toys-de", "the login must be renewed"), *self.held(1))
        s.start()
        s.wait_for(lambda: self.told(day, "renewed"), "the only one there is")
        self.assertFalse(self.told(day, "a1 is held"))

    def test_kinds_accounts_and_language(self):
        money, chinese = self.robot(), self.robot()
        s = self.quiet_service(money.section("some", "dialect = wecom", "kinds = login quota") +
                               chinese.section("chinese", "dialect = wecom", "language = zh", "accounts = toys-de"))
        self.put(s, ("login/toys-de", "the login must be renewed"), *self.held(5))
        s.start()
        s.wait_for(lambda: self.told(chinese, "a5") and self.told(chinese, "renewed"), "both")
        self.assertRegex(self.told(chinese, "a5")[0], "[\u4e00-\u9fff]")
        s.wait_for(lambda: self.told(money, "renewed"), "the login")
        self.assertFalse(self.told(money, "a5"))

    def test_the_digest_comes_once_a_day(self):
        self.begin_at("2026-11-24T07:00:00Z")
        robot = self.robot()
        s = self.quiet_service(robot.section("phone", "dialect = wecom", "digest = 08:30", "zone = UTC", "kinds = none"))
        self.put(s, *self.held(1))
        s.start()
        s.wait_for(lambda: s.rows("SELECT 1 FROM channel"), "the channel to be known")
        s.stop()
        self.later(s, 2 * HOUR)
        s.start()
        s.wait_for(lambda: self.told(robot, "how it stands"), "the digest")
        self.assertIn("Nothing is due", robot.texts()[0])
        s.wait_for(lambda: s.rows("SELECT 1 FROM channel WHERE digest IS NOT NULL"), "it to be noted")
        s.stop()
        s.start()
        s.wait_for(lambda: s.swept("toys-de"), "it to run again")
        self.assertEqual(1, len(robot.got), robot.texts())
        s.stop()
        self.later(s, 24 * HOUR)
        s.start()
        s.wait_for(lambda: len(robot.got) == 2, "that of the next day")

    # ---- mail ----

    def test_mail_goes_by_tls_and_says_what_it_is(self):
        box = self.mailbox(Authority(self.folder), password="canary-password-31")
        s = self.quiet_service(box.section("office", "user = shop", "password = file:pass", "language = zh"))
        with open(s.folder + "/pass", "w") as f:
            f.write("canary-password-31\n")
        self.put(s, *self.held(41, 42))
        s.start("--debug")
        s.wait_for(lambda: box.got, "the mail")
        sender, to, content, tls = box.got[0]
        mail = box.mails()[0]
        self.assertTrue(tls)
        self.assertEqual(["shop"], box.users[:1])
        self.assertEqual(("shop@example.org", ["office@example.com", "second@example.com"]), (sender, to))
        self.assertEqual("auto-generated", mail["Auto-Submitted"])
        self.assertRegex(mail["Message-ID"], r"^<supercargo\.[0-9a-f.]+@example\.org>$")
        self.assertTrue(mail["Date"].datetime)
        self.assertIn("Subject: =?UTF-8?B?", content.decode("ascii"))
        self.assertRegex(mail["Subject"], "2.*[\u4e00-\u9fff]")
        self.assertIn("a41", mail.get_content())
        self.assertIn("a42", mail.get_content())
        self.assertTrue(all(len(line) <= 78 for line in content.decode("ascii").split("\r\n")))
        self.assertNotIn("canary-password-31", s.log_text())
        self.assertNotIn("canary-password-31", s.cli("check", "--print").stdout)

    def test_mail_over_tls_from_the_first_byte(self):
        box = self.mailbox(Authority(self.folder), implicit=True)
        s = self.quiet_service(box.section("office"))
        self.put(s, *self.held(1))
        s.start()
        s.wait_for(lambda: box.got, "the mail")
        self.assertTrue(box.got[0][3])

    def test_what_the_server_says_is_shown(self):
        authority = Authority(self.folder)
        locked, naked, fine = self.mailbox(authority, password="right"), self.mailbox(authority, offer=False), self.mailbox(authority)
        robot = self.robot((200, '{"errcode":93000,"errmsg":"invalid webhook url"}'))
        s = self.quiet_service(locked.section("locked", "user = shop", "password = wrong") + naked.section("naked") +
                               fine.section("fine") + robot.section("robot", "dialect = wecom"))
        stranger = fine.section("stranger").replace(authority.ca, s.folder + "/other.pem")
        with open(s.conf, "a") as f:
            f.write(stranger)
        Authority.__init__(other := Authority.__new__(Authority), self.subfolder())
        with open(other.ca) as a, open(s.folder + "/other.pem", "w") as b:
            b.write(a.read())
        s.start()
        shown = s.cli("notify", "test", check=False)
        self.assertEqual(1, shown.returncode, shown.stdout)
        for words in ("locked: bad", "refused", "naked: bad", "offers no TLS", "fine: good", "taken as EXAMPLE-1", "robot: bad",
                      "invalid webhook url", "stranger: bad", "certificate"):
            self.assertIn(words, shown.stdout)
        self.assertEqual(0, s.cli("notify", "test", "fine").returncode)
        self.assertEqual([], naked.got)
        self.assertIn("no [notify", s.cli("notify", "test", "nobody", check=False).stderr)

    def subfolder(self):
        import os
        path = os.path.join(self.folder, "other")
        os.mkdir(path)
        return path

    # ---- links ----

    def test_links_name_the_action_and_nothing_else(self):
        robot = self.robot()
        s = self.quiet_service(robot.section("phone"), service="console_url = https://desk.example.com/\n")
        self.put(s, *self.held(9), ("login/toys-de", "the login must be renewed"))
        s.start()
        s.wait_for(lambda: len(robot.got) == 2, "both")
        links = {g["kind"]: g["link"] for g in robot.got}
        self.assertEqual({"held": "https://desk.example.com/a/9", "login": ""}, links)
        self.assertIn("https://desk.example.com/a/9", self.told(robot, "a9")[0])


if __name__ == "__main__":
    unittest.main()
