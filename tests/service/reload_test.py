"""SIGHUP: a right configuration is taken without losing anything, a wrong one leaves the old one in force."""
import os
import signal
import unittest

from harness import QUESTION, RULES, WORLD, Case, read

SEND = {"method": "POST", "path": "/commerce/message/v1/send_message"}
LOOK = {"method": "GET", "path": "/commerce/message/v1/conversation/*"}


class Reload(Case):
    def reload(self, s, words="configuration read again"):
        before = s.log_text().count(words)
        s.process.send_signal(signal.SIGHUP)
        s.wait_for(lambda: s.log_text().count(words) > before, words)

    def test_a_wrong_configuration_keeps_the_old_one(self):
        m, s = self.shop(world=WORLD)
        right = read(s.conf)
        for wrong in ("[account", right + "\n[rule \"x\"]\non = nothing\n", right.replace("ebay", "nowhere"), "\x00\xff" * 1000,
                      "include = %s\n" % s.conf, right.replace("key_file", "keyfile"), "[" * 100000,
                      right + '\n[rule "y"]\non = message.received\naction = reply\ntemplate = ../../../etc/passwd\n'):
            with open(s.conf, "w", encoding="latin-1") as f:
                f.write(wrong)
            self.reload(s, "the old configuration stays in force")
        os.unlink(s.conf)
        self.reload(s, "the old configuration stays in force")
        m.ask("message", QUESTION)
        s.wait_for(lambda: m.delivered() == 1, "the reply")

    def test_while_requests_are_in_flight(self):
        m, s = self.shop(world=WORLD)
        m.fault(**LOOK, act="slow", ms=300, times=4)
        m.fault(**SEND, act="slow", ms=300, times=1)
        m.ask("message", QUESTION)
        while not s.actions(state="sent"):
            self.reload(s)
        self.assertEqual(1, m.delivered())

    def test_an_account_with_open_rows_goes_and_comes_back(self):
        m, s = self.shop(world=WORLD, mode="draft")
        m.ask("message", QUESTION)
        a = s.wait_for(lambda: s.actions(state="draft"), "the draft")[0]
        s.edit_conf('[account "toys-de"]', '[account "toys-other"]')
        self.reload(s)
        refused = s.api("approve", ids=[a["id"]])
        self.assertFalse(refused["ok"])
        self.assertIn("toys-de", refused["text"])
        for verb, args in (("show", {"id": a["id"]}), ("explain", {"id": a["id"]}), ("status", {}), ("deadlines", {})):
            s.get(verb, **args)
        s.edit_conf('[account "toys-other"]', '[account "toys-de"]')
        self.reload(s)
        s.get("approve", ids=[a["id"]])
        s.wait_for(lambda: m.delivered() == 1, "the reply")

    def test_a_rule_that_went_or_changed_sends_nothing(self):
        m, s = self.shop(world=WORLD, rules=RULES.replace("template = post_where_is_order\n", "template = post_where_is_order\ndelay = 10m\n"))
        m.ask("message", QUESTION)
        s.wait_for(lambda: s.actions(state="ready"), "the waiting reply")
        s.edit_conf('[rule "where is my order"]', '[rule "another name"]')
        self.reload(s)
        s.wait_for(lambda: s.actions(state="cancelled"), "the row to be cancelled")
        last = s.now("toys-de")
        s.wait_for(lambda: s.swept("toys-de", last), "another sweep")
        self.assertEqual(0, m.delivered())  # the new rule is younger than the message

    def test_hostile_templates(self):
        m = self.market()
        m.world(**WORLD)
        s = self.service({"toys-de": m.endpoint})
        own = os.path.join(self.folder, "templates")
        for name, conf, text in (("post_where_is_order", b"\xff\x00" * 100, b"{" * 100000),
                                 ("x" * 200, b"[scenario]\n", b"{a, plural, other{" * 5000),
                                 ("..evil", b"", b""), ("loop", b"", b"")):
            os.makedirs(os.path.join(own, name))
            for file, data in (("template.conf", conf), ("de.txt", text), ("zz-\u202e.txt", text)):
                with open(os.path.join(own, name, file), "wb") as f:
                    f.write(data)
        os.symlink("/dev/zero", os.path.join(own, "loop", "fr.txt"))
        os.mkfifo(os.path.join(own, "loop", "it.txt"))
        s.start(wait=False)
        s.wait_for(lambda: s.process.poll() is not None or s.answers(), "the service to decide")
        self.assertIn(s.process.poll(), (None, 1), s.log_text()[-2000:])


if __name__ == "__main__":
    unittest.main()
