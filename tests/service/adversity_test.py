"""What goes wrong outside: each gives a message that a seller can act on, and nothing stored is lost or half written."""
import os
import sqlite3
import subprocess
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

    def test_the_disk_is_full(self):
        m = self.market()
        m.world(**WORLD)
        s = self.service({"toys-de": m.endpoint}, poll="5s")
        flag = os.path.join(self.folder, "full")
        env = dict(s.env, LD_PRELOAD=os.path.join(BUILD, "tests/service/libfull_disk.so"), FULL_DISK_WHEN=flag)
        s.start(env=env).login("toys-de", m)
        s.wait_for(lambda: s.swept("toys-de"), "the import")
        s.get("account arm", account="toys-de", mode="auto")
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
