"""The socket under hostile requests: an answer to every line, nothing sent, nothing crashed."""
import json
import os
import pwd
import random
import shutil
import socket
import subprocess
import unittest

from harness import QUESTION, WORLD, Case

REQUESTS = int(os.environ.get("REQUESTS", "1500"))
VERBS = ["status", "inbox", "find", "show", "outbox", "deadlines", "explain", "odd", "account list", "reply", "edit", "drop", "undo",
         "note", "pause", "approve", "resolve", "resume", "account arm", "account mode", "account consent", "account redeem",
         "template render"]
KEYS = ["id", "ids", "conversation", "text", "template", "locale", "account", "all", "limit", "after", "words", "state", "outcome",
        "mode", "marketplace", "pasted", "order", "set", "all-locales"]
TEXTS = ["", "c1", "a1", "m1", "o1", "b1", "e1", "toys-de", "auto", "draft", "off", "sent", "not-sent", "post_where_is_order", "de",
         "ready", "a99999999999999999999", "a-1", "a0", "c1x", "../../etc/passwd", "'; DROP TABLE message; --", "%s%n%d%999999d",
         "\u202e\u2066\u200d\u0301" * 50, "\ud83d\ude00" * 2000, "\x01\x02\x1e\x1f\x7f", "x" * 70000, "NEAR(\"", "* OR *", "\"", "^\u00b7",
         "\ufdfa" * 3000, "{0, plural, other{", "<b>", "\uffff\ufffe", "2026-11-22T00:00:00Z", "zh-Hans-u-ca-" + "x" * 300, "\u0000"]
OTHERS = [None, True, False, 0, -1, 1, 2 ** 63 - 1, -2 ** 63, 1e308, 0.1, [], {}, [[]], ["a1", "a1", None, 3, {"x": []}], {"packed": "x"},
          {"packed": {"packed": "%s"}}, ["a%d" % i for i in range(3000)]]


class Api(Case):
    def talk(self, s, lines):
        """Each line gets one answer in turn; the answers."""
        answers = []
        with socket.socket(socket.AF_UNIX) as c:
            c.settimeout(30)
            c.connect(s.socket)
            stream = c.makefile("rwb")
            for line in lines:
                stream.write(line + b"\n")
                stream.flush()
                answers.append(json.loads(stream.readline()))
        return answers

    def value(self, luck, depth=0):
        what = luck.random()
        if what < 0.6 or depth > 3:
            return luck.choice(TEXTS)
        if what < 0.8:
            return luck.choice(OTHERS)
        if what < 0.9:
            return [self.value(luck, depth + 1) for _ in range(luck.randrange(4))]
        return {luck.choice(KEYS): self.value(luck, depth + 1) for _ in range(luck.randrange(4))}

    def request(self, luck):
        verb = luck.choice(VERBS) if luck.random() < 0.97 else self.value(luck)
        args = {luck.choice(KEYS): self.value(luck) for _ in range(luck.randrange(5))}
        if luck.random() < 0.5:
            args["account"] = "toys-de"
        line = json.dumps({"verb": verb, "args": args if luck.random() < 0.97 else self.value(luck),
                           "lang": luck.choice(["en", "zh", "xx", 3])}).encode()
        if luck.random() < 0.2:
            line = bytearray(line)
            for _ in range(luck.randrange(1, 5)):
                line[luck.randrange(len(line))] = luck.randrange(256)
            if luck.random() < 0.3:
                del line[luck.randrange(len(line)):]
            line = bytes(line).replace(b"\n", b" ")
        return line

    def test_every_verb_with_anything(self):
        m, s = self.shop(mode="draft", world=WORLD)
        m.ask("message", QUESTION)
        s.wait_for(lambda: s.actions(state="draft"), "the draft")
        luck = random.Random(int(os.environ.get("SEED", "1")))
        for start in range(0, REQUESTS, 50):
            for answer in self.talk(s, [self.request(luck) for _ in range(50)]):
                self.assertIn(answer["ok"], (True, False))
                if not answer["ok"]:
                    self.assertTrue(answer["text"], answer)
        self.assertEqual(0, s.stop(), s.log_text()[-3000:])
        self.assertNotIn("runtime error", s.log_text())

    def test_too_long_too_deep_and_not_json(self):
        m = self.market()
        s = self.service({"toys-de": m.endpoint}).start()
        for line in (b"[" * 200000, b'{"verb":' * 5000, b"\x00" * 100, b"\xff\xfe", b"null", b"[]", b'"status"', b"{}", b"1e999999",
                     b'{"verb":"status","verb":"status"}', b'{"verb":"show","args":{"id":"\\ud800"}}',
                     b'{"verb":"show","args":{"id":"a\\u0000b"}}', b"{" + b" " * 1000000):
            self.assertFalse(self.talk(s, [line])[0]["ok"], line[:40])
        self.assertTrue(s.api("status")["ok"])

    def test_roles(self):
        me = pwd.getpwuid(os.getuid()).pw_name
        least = {"viewer": 0, "agent": 1, "approver": 2, "admin": 3}
        needs = dict.fromkeys(["reply", "edit", "drop", "undo", "note", "pause"], 1)
        needs.update(dict.fromkeys(["approve", "resolve", "resume"], 2))
        needs.update(dict.fromkeys(["account arm", "account mode", "account consent", "account redeem"], 3))
        m = self.market()
        for role, level in least.items():
            s = self.service({"toys-de": m.endpoint}, extra='\n[operator "someone"]\nuser = %s\nrole = %s\n' % (me, role)).start()
            for verb in VERBS:
                denied = s.api(verb).get("code") == "denied"
                self.assertEqual(needs.get(verb, 0) > level, denied, (role, verb))
            s.stop()

    def test_people_who_are_no_operators(self):
        m = self.market()
        s = self.service({"toys-de": m.endpoint}, extra='\n[operator "someone"]\nuser = daemon\nrole = admin\n').start(wait=False)
        s.wait_for(lambda: os.path.exists(s.socket), "the socket")
        os.chmod(self.folder, 0o755)  # only so that a stranger gets as far as the service
        os.chmod(s.socket, 0o666)
        ask = ("import socket, sys; c = socket.socket(socket.AF_UNIX); c.connect(sys.argv[1]);"
               "c.sendall(b'{\"verb\": \"status\"}\\n'); print(c.recv(65536).decode())")
        stranger = {"user": pwd.getpwnam("nobody").pw_uid} if os.getuid() == 0 else {}
        told = subprocess.run([shutil.which("python3", path="/usr/bin"), "-c", ask, s.socket], capture_output=True, text=True,
                              cwd="/", **stranger)
        self.assertEqual("denied", json.loads(told.stdout)["code"], told.stderr)

    def test_clients_that_never_finish(self):
        """As many as may connect, each with half a line: the next is told so, and the work goes on."""
        m, s = self.shop(world=WORLD)
        half = [socket.socket(socket.AF_UNIX) for _ in range(64)]
        for c in half:
            c.connect(s.socket)
            c.sendall(b'{"verb": "status"')
        try:
            m.ask("message", QUESTION)
            s.wait_for(lambda: m.delivered() == 1, "the reply")
        finally:
            for c in half:
                c.close()
        s.wait_for(s.answers, "a place")


if __name__ == "__main__":
    unittest.main()
