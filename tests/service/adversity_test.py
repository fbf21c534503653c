"""What goes wrong outside: each gives a message that a seller can act on, and nothing stored is lost or half written."""
import os
import sqlite3
import subprocess
import time
import unittest

from harness import BUILD, QUESTION, SECRET, WORLD, Case, read

CONVERSATIONS = {"method": "GET", "path": "/commerce/message/v1/conversation"}


def bytes_of(path):
    if not os.path.exists(path):
        return b""
    with open(path, "rb") as f:
        return f.read()


class Adversity(Case):
    def told(self, s, words):
        def fact():
            status = s.get("status")
            texts = [n["text"] for n in status["notices"]] + [a["stopped"] or "" for a in status["accounts"]]
            texts += [x["stopped"] or "" for a in status["accounts"] for x in a["streams"]]
            return [t for t in texts if all(w in t for w in words)]
        return s.wait_for(fact, "a notice with %s" % (words,))[0]

    def whole(self, s):
        with sqlite3.connect("file:%s?mode=ro" % s.store, uri=True) as db:
            self.assertEqual("ok", db.execute("PRAGMA integrity_check").fetchone()[0])

    def test_the_network_is_gone_and_comes_back(self):
        m, s = self.shop(world=WORLD)
        m.fault(path="*", act="reset", times=-1)
        m.ask("message", QUESTION)
        self.told(s, ["connect"])
        m.ask("fault", {"clear": True})
        s.wait_for(lambda: m.delivered() == 1, "the reply")
        s.wait_for(lambda: s.actions(state="sent"), "the row")
        self.assertEqual(1, m.delivered())
        self.whole(s)

    def test_the_token_is_revoked(self):
        m, s = self.shop(world=WORLD)
        m.ask("revoke", {})
        text = self.told(s, ["account login toys-de"])
        self.assertTrue(text)
        m.ask("message", QUESTION)
        s.login("toys-de", m)
        s.wait_for(lambda: m.delivered() == 1, "the reply after the new login")

    def test_200_megabytes(self):
        m, s = self.shop(world=WORLD)
        m.fault(**CONVERSATIONS, act="huge", bytes=200 << 20, times=-1)
        self.told(s, ["larger"])
        peak = [int(line.split()[1]) for line in read("/proc/%d/status" % s.process.pid).splitlines() if line.startswith("VmHWM")][0]
        self.assertLess(peak, 200 * 1024)
        m.ask("fault", {"clear": True})
        m.ask("message", QUESTION)
        s.wait_for(lambda: m.delivered() == 1, "the reply")
        self.whole(s)

    def hostile_xml(self, act):
        m = self.market()
        m.world(**WORLD)
        s = self.service({"toys-de": m.endpoint}, poll="5s")
        s.edit_conf("redirect =", "messages = trading\nredirect =")
        m.fault(method="POST", path="/ws/api.dll", act=act, times=-1)
        s.start().login("toys-de", m)
        self.told(s, ["DOCTYPE"])
        self.assertNotIn("root:", s.log_text() + str(s.get("status")) + str(s.get("odd")))
        m.ask("fault", {"clear": True})
        m.ask("message", QUESTION)
        s.wait_for(lambda: s.get("inbox")["conversations"], "the conversation afterwards")

    def test_an_entity_bomb(self):
        self.hostile_xml("bomb")

    def test_an_external_entity(self):
        self.hostile_xml("external")

    def test_five_errors_in_the_configuration_in_one_run(self):
        m = self.market()
        s = self.service({"toys-de": m.endpoint})
        with open(s.conf, "a") as f:
            f.write('\n[account "toys-fr"]\nplatfrom = ebay\napplication = nobody\nhistory = 90\nendpoint = "http://shop.example:80"\n'
                    '[ruel "x"]\n')
        done = s.cli("check", check=False)
        self.assertEqual(1, done.returncode)
        lines = [x for x in (done.stdout + done.stderr).splitlines() if "supercargo.conf:" in x]
        self.assertGreaterEqual(len(lines), 5, done.stdout + done.stderr)
        self.assertIn("platform", " ".join(lines))
        s.start(wait=False)
        self.assertEqual(1, s.process.wait(30))
        self.assertGreaterEqual(s.log_text().count("supercargo.conf:"), 5)

    def test_a_second_copy_is_refused(self):
        m, s = self.shop(world=WORLD)
        second = subprocess.run([s.binary, "run", "-c", s.conf], env=s.env, capture_output=True, text=True, timeout=30)
        self.assertEqual(1, second.returncode)
        self.assertIn(str(s.process.pid), second.stderr)
        m.ask("message", QUESTION)
        s.wait_for(lambda: m.delivered() == 1, "the first one to go on")

    def shop_on_a_disk_that_fills(self, rules="", **kw):
        """A shop as ever, and the file whose presence makes the disk full."""
        m = self.market()
        m.world(**WORLD)
        s = self.service({"toys-de": m.endpoint}, poll="5s", **({"rules": rules} if rules is not None else {}), **kw)
        flag = os.path.join(self.folder, "full")
        env = dict(s.env, LD_PRELOAD=os.path.join(BUILD, "tests/service/libfull_disk.so"), FULL_DISK_WHEN=flag)
        s.start(env=env).login("toys-de", m)
        s.wait_for(lambda: s.swept("toys-de"), "the import")
        s.get("account arm", account="toys-de", mode="auto")
        return m, s, flag

    def fill(self, s, flag):
        open(flag, "w").close()
        lost = s.log_text().count("disk")
        # a person asks for something, since what polls alone write may wait
        s.wait_for(lambda: not s.api("pause", all=True)["ok"] and s.log_text().count("disk") > lost + 1, "the log to say so")

    def test_the_disk_is_full(self):
        m, s, flag = self.shop_on_a_disk_that_fills(rules=None)
        open(flag, "w").close()
        m.ask("message", QUESTION)
        s.wait_for(lambda: "disk" in s.log_text(), "the log to say so")
        self.assertEqual(0, m.delivered())
        refused = s.api("pause", all=True)
        self.assertFalse(refused["ok"])
        self.assertIn("disk", refused["text"])
        os.unlink(flag)
        s.wait_for(lambda: m.delivered() == 1, "the reply when there is room again")
        self.whole(s)

    def test_the_disk_is_full_when_a_reply_is_due(self):
        """What cannot be marked as sending does not leave."""
        m, s, flag = self.shop_on_a_disk_that_fills(undo="60s")
        m.ask("message", QUESTION)
        c = s.wait_for(lambda: s.get("inbox")["conversations"], "the conversation")[0]
        s.get("reply", conversation=c["id"], text="Guten Tag, es ist unterwegs.")
        due = time.time() + 61 / s.rate
        self.fill(s, flag)
        while time.time() < due:  # until it would have left: the one fact that shows by nothing but time
            time.sleep(0.02)
        self.fill(s, flag)
        self.assertEqual(0, m.delivered())
        os.unlink(flag)
        s.wait_for(lambda: s.actions(state="sent"), "the reply when there is room again")
        self.assertEqual(1, m.delivered())

    def test_the_disk_is_full_when_the_answer_comes(self):
        """An answer that could not be stored is not lost."""
        m, s, flag = self.shop_on_a_disk_that_fills()
        m.ask("message", QUESTION)
        c = s.wait_for(lambda: s.get("inbox")["conversations"], "the conversation")[0]
        m.fault(method="POST", path="/commerce/message/v1/send_message", act="slow", ms=700, times=1)
        s.get("reply", conversation=c["id"], text="Guten Tag, es ist unterwegs.")
        s.wait_for(lambda: m.delivered() == 1, "the reply to arrive")
        answered = time.monotonic() + 1.5  # twice as long as the market takes
        self.fill(s, flag)
        s.wait_for(lambda: not s.api("pause", all=True)["ok"] and time.monotonic() > answered, "the answer to come while the disk is full")
        os.unlink(flag)
        s.wait_for(lambda: s.actions(state="sent"), "the row to be settled")
        self.assertEqual(1, m.delivered())
        self.assertNotIn("unsure", [e["kind"] for e in s.get("explain", id=s.actions(state="sent")[0]["id"])["entries"]])

    def stopped_with_a_reply_ready(self):
        m, s = self.shop(world=WORLD)
        s.get("pause", all=True)
        m.ask("message", QUESTION)
        s.wait_for(lambda: s.actions(state="ready"), "the row")
        s.stop()
        with sqlite3.connect(s.store) as db:
            db.execute("UPDATE account SET paused = 0")
            db.execute("UPDATE outbox SET next_at = 0, not_before = 0")
        return m, s

    def test_a_store_that_stood_still_is_read_before_it_sends(self):
        m, s = self.stopped_with_a_reply_ready()
        with sqlite3.connect(s.store) as db:
            db.execute("UPDATE meta SET value = value - 7200000 WHERE key = 'last_commit'")
        os.unlink(s.store + ".lock")  # which remembers better: only the clock tells
        m.fault(**CONVERSATIONS, act="status", status=503, times=-1)
        s.start()
        s.wait_for(lambda: s.log_text().count("messages: did not work") > 1, "the polls to fail")
        self.assertEqual(0, m.delivered())
        m.ask("fault", {"clear": True})
        s.wait_for(lambda: s.actions(state="sent"), "the reply after the sweep")
        self.assertEqual(1, m.delivered())

    def test_a_clock_that_was_set_back(self):
        """Nothing leaves until it is right again."""
        m, s = self.stopped_with_a_reply_ready()
        two_hours_back = self.anchor + 7200000 // (s.rate - 1)
        behind = dict(s.env, SUPERCARGO_TEST_CLOCK="%d:%d" % (two_hours_back, s.rate))
        s.start(env=behind)
        self.told(s, ["clock"])
        calls = lambda: sum(m.ask("calls")["operations"].values())
        polled = calls()
        s.wait_for(lambda: calls() > polled + 5, "the polls")
        self.assertEqual(0, m.delivered())
        self.assertTrue(s.get("status")["sends_wait_for_clock"])
        s.stop()
        s.start()
        s.wait_for(lambda: s.actions(state="sent"), "the reply when the clock is right")
        self.assertEqual(1, m.delivered())

    def test_a_clock_that_had_been_ahead(self):
        """A person says that it is right now."""
        m, s = self.stopped_with_a_reply_ready()
        with sqlite3.connect(s.store) as db:
            db.execute("UPDATE meta SET value = value + 86400000 WHERE key = 'last_commit'")
        s.start()
        self.told(s, ["clock"])
        self.assertEqual(0, m.delivered())
        s.get("resume", all=True)
        s.wait_for(lambda: s.actions(state="sent"), "the reply")
        self.assertEqual(1, m.delivered())

    def test_a_hung_poll_delays_no_reply(self):
        m, s = self.shop(world=WORLD, rules="")
        m.ask("message", QUESTION)
        c = s.wait_for(lambda: s.get("inbox")["conversations"], "the conversation")[0]
        m.fault(**CONVERSATIONS, act="hang", times=-1)
        m.fault(method="GET", path="/sell/fulfillment/*", act="hang", times=-1)
        s.wait_for(lambda: "hang" in [f["act"] for f in m.ask("fault") if f["acted"]], "a poll to hang")
        s.get("reply", conversation=c["id"], text="Guten Tag, es ist unterwegs.")
        s.wait_for(lambda: m.delivered() == 1, "the reply")

    def test_a_hung_host_delays_nobody_else(self):
        hung, fine = self.market(), self.market()
        fine.world(**WORLD)
        hung.world(**WORLD)
        s = self.service({"toys-hung": hung.endpoint, "toys-fine": fine.endpoint}, poll="5s").start()
        for name, market in (("toys-hung", hung), ("toys-fine", fine)):
            s.login(name, market)
            s.wait_for(lambda: s.swept(name), "the import")
            s.get("account arm", account=name, mode="auto")
        hung.fault(path="*", act="hang", times=-1)
        hung.ask("message", QUESTION)
        for i in range(3):
            last = s.now("toys-fine")
            s.wait_for(lambda: s.swept("toys-fine", last), "a sweep of the healthy account")
        fine.ask("message", QUESTION)
        s.wait_for(lambda: fine.delivered() == 1, "the healthy account's reply")
        self.assertEqual(0, hung.delivered())

    def test_secrets_and_texts_are_nowhere_they_must_not_be(self):
        """A canary: the secret, the tokens, the buyer's name and text, in logs, arguments, /metrics; tokens in the store."""
        canary = "Canary-Text-9d2f Wo bleibt mein Paket? Ich warte schon seit einer Woche auf meine Bestellung."
        m, s = self.shop(world=WORLD)
        m.ask("message", dict(QUESTION, text=canary))
        s.wait_for(lambda: m.delivered() == 1, "the reply")
        arguments = read("/proc/%d/cmdline" % s.process.pid)
        token = s.get("account list")["accounts"][0]
        self.assertNotIn("token", str(token).replace("token_", ""))
        s.stop()
        log = s.log_text()
        store = b"".join(bytes_of(s.store + end) for end in ("", "-wal"))
        for secret in (SECRET, "Canary-Text-9d2f", "Erika Mustermann", "Musterstr"):
            self.assertNotIn(secret, log)
            self.assertNotIn(secret, arguments)
        self.assertNotIn(SECRET.encode(), store)
        for token in m.ask("tokens")["tokens"]:
            self.assertNotIn(token, log)
            self.assertNotIn(token.encode(), store)
        self.assertEqual(0o600, os.stat(s.store).st_mode & 0o777)


if __name__ == "__main__":
    unittest.main()
