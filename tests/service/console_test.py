"""The page behind a link: a GET changes nothing, a POST acts once, and only for who is logged in and may."""
import contextlib
import http.client
import os
import re
import socket
import time
import unittest
import urllib.parse

from disputes_test import LIMITS
from fallback_test import ASK
from harness import QUESTION, SHIPPED, WORLD, Case
from push_test import free_port

PASSWORD = "correct horse battery"
OPERATORS = """
[operator "chief"]
user = root
role = admin

[operator "erika"]
user = sys
role = approver

[operator "bob"]
user = daemon
role = approver

[operator "anna"]
user = games
role = agent

[operator "vera"]
user = nobody
role = viewer
"""
RETURN = dict(QUESTION, text="Hallo, ich möchte den Kessel zurückgeben. Wie geht das?")
HOSTILE = ("Ich möchte den Kessel zurückgeben. <script>alert('canary')</script><img src=x onerror=alert(1)>\"'><form action=/a/1>"
           "\u202eabc\u2069\u2067def \u0000\u0007 & </div></body>")


class Browser:
    """Keeps cookies, follows nothing."""

    def __init__(self, port, host=None):
        self.port, self.host, self.cookies = port, host or "127.0.0.1:%d" % port, {}

    def ask(self, method, path, form=None, **headers):
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        sent = {"Host": self.host}
        if self.cookies:
            sent["Cookie"] = "; ".join("%s=%s" % c for c in self.cookies.items())
        body = None
        if form is not None:
            body = urllib.parse.urlencode(form)
            sent.update({"Origin": "http://" + self.host, "Content-Type": "application/x-www-form-urlencoded"})
        sent.update({k.replace("_", "-"): v for k, v in headers.items()})
        with contextlib.closing(line):
            line.request(method, path, body, {k: v for k, v in sent.items() if v is not None})
            answer = line.getresponse()
            answer.text = answer.read().decode()
        for c in answer.headers.get_all("Set-Cookie") or []:
            name, value = c.split(";")[0].split("=", 1)
            self.cookies[name] = value
        return answer

    def get(self, path, **headers):
        return self.ask("GET", path, **headers)

    def login(self, name, password=PASSWORD, next=""):
        return self.ask("POST", "/login", {"name": name, "password": password, "next": next})

    def form(self, path, do):
        """What the button of the page would send."""
        page = self.get(path).text
        token = re.search('name="token" value="([0-9a-f]+)"', page).group(1)
        version = re.search('name="version" value="([0-9a-f]+)"', page)
        return {"token": token, "version": version.group(1) if version else "0" * 32, "do": do}


class Console(Case):
    def shop(self, operators=OPERATORS, service="", **kw):
        self.port = free_port()
        kw.setdefault("undo", "1h")
        m, s = super().shop(world=WORLD, extra=operators, service="console_port = %d\n%s" % (self.port, service), **kw)
        for name in re.findall(r'operator "(\w+)"', operators):
            s.cli("operator", "password", name, input=PASSWORD + "\n")
        return m, s

    def browser(self, name=None, host=None):
        b = Browser(self.port, host)
        if name:
            self.assertEqual(303, b.login(name).status)
        return b

    def draft(self, m, s, message=RETURN):
        before = {a["id"] for a in s.actions(state="draft")}
        m.ask("message", message)
        return s.wait_for(lambda: [a for a in s.actions(state="draft") if a["id"] not in before], "the draft")[0]

    def state(self, s, a):
        return s.rows("SELECT state FROM outbox WHERE id = ?", int(a["id"][1:]))[0][0]

    def path(self, a):
        return "/a/" + a["id"][1:]

    def all_rows(self, s):
        return {t: s.rows("SELECT * FROM %s ORDER BY 1" % t) for t in ("outbox", "journal", "notice", "password", "message", "attempt")}

    def test_looking_changes_nothing_and_a_repeated_post_acts_once(self):
        m, s = self.shop(rate=10)
        a = self.draft(m, s)
        b, stranger = self.browser("erika"), self.browser()
        before = self.all_rows(s)
        for i in range(100):
            one = b if i % 2 else stranger
            answer = one.ask("HEAD" if i % 10 == 0 else "GET", self.path(a) + ("?do=approve&version=1" if i % 3 else ""))
            self.assertEqual(200 if i % 2 else 303, answer.status)
        self.assertEqual(405, b.ask("PUT", self.path(a), {"do": "approve"}).status)
        self.assertEqual(before, self.all_rows(s))
        form = b.form(self.path(a), "approve")
        for _ in range(5):
            answer = b.ask("POST", self.path(a), form)
            self.assertEqual((303, self.path(a)), (answer.status, answer.getheader("Location")))
        self.assertEqual("ready", self.state(s, a))
        self.assertEqual([("erika",)], s.rows("SELECT operator FROM outbox WHERE id = ?", int(a["id"][1:])))
        self.assertEqual(1, len(s.rows("SELECT 1 FROM journal WHERE kind = 'approve'")))
        self.assertIn("you have let it leave", b.get(self.path(a)).text)
        # and back again, once
        form = b.form(self.path(a), "undo")
        self.assertEqual(303, b.ask("POST", self.path(a), form).status)
        self.assertEqual(409, b.ask("POST", self.path(a), form).status)
        self.assertEqual("draft", self.state(s, a))

    def test_a_post_needs_session_token_host_and_origin(self):
        m, s = self.shop(rate=10)
        a = self.draft(m, s)
        b, other, stranger = self.browser("erika"), self.browser("bob"), self.browser()
        form, theirs = b.form(self.path(a), "approve"), other.form(self.path(a), "approve")
        self.assertNotEqual(form["token"], theirs["token"])
        before = self.all_rows(s)
        self.assertEqual(403, stranger.ask("POST", self.path(a), form).status)
        for wrong in ({"token": ""}, {"token": "0" * 64}, {"token": theirs["token"]}):
            self.assertEqual(403, b.ask("POST", self.path(a), dict(form, **wrong)).status)
        for wrong in ({"Origin": None}, {"Origin": "null"}, {"Origin": "https://evil.example"}, {"Origin": "https://" + b.host},
                      {"Origin": "http://localhost:1"}, {"Host": "evil.example"}, {"Host": "127.0.0.1.evil.example"},
                      {"Host": "evil.example", "Origin": "http://evil.example"}):
            self.assertEqual(403, b.ask("POST", self.path(a), form, **wrong).status, wrong)
        self.assertEqual(403, b.get(self.path(a), Host="evil.example").status)
        self.assertEqual(400, b.ask("POST", self.path(a), dict(form, do="resolve")).status)
        self.assertEqual(400, b.ask("POST", self.path(a), {k: v for k, v in form.items() if k != "version"}).status)
        self.assertEqual(404, b.ask("POST", "/a/999", form).status)
        self.assertEqual(before, self.all_rows(s))
        self.assertEqual(303, b.ask("POST", "/logout", form).status)
        b.cookies["supercargo"] = "0" * 64
        self.assertEqual(403, b.ask("POST", self.path(a), form).status)
        self.assertEqual("draft", self.state(s, a))

    def test_two_approvers_at_once(self):
        m, s = self.shop(rate=10)
        a = self.draft(m, s)
        b, c = self.browser("erika"), self.browser("bob")
        forms = [(b, b.form(self.path(a), "approve")), (c, c.form(self.path(a), "approve"))]
        lines = []
        for who, form in forms:  # both on the wire before either is answered
            body = urllib.parse.urlencode(form)
            line = socket.create_connection(("127.0.0.1", self.port))
            line.settimeout(60)
            line.sendall(("POST %s HTTP/1.1\r\nHost: %s\r\nOrigin: http://%s\r\nCookie: supercargo=%s\r\nContent-Length: %d\r\n\r\n%s" % (
                self.path(a), who.host, who.host, who.cookies["supercargo"], len(body), body)).encode())
            lines.append(line)
        answers = []
        for line in lines:
            with contextlib.closing(line):
                answers.append(line.recv(65536).split(b" ")[1])
        self.assertEqual([b"303", b"303"], answers)
        self.assertEqual(1, len(s.rows("SELECT 1 FROM journal WHERE kind = 'approve'")))
        winner = s.rows("SELECT operator FROM outbox WHERE id = ?", int(a["id"][1:]))[0][0]
        loser = c if winner == "erika" else b
        self.assertIn(winner + " has let it leave", loser.get(self.path(a)).text)

    def test_what_has_changed_is_shown_again(self):
        m, s = self.shop(rate=10)
        a = self.draft(m, s)
        b = self.browser("erika")
        form = b.form(self.path(a), "approve")
        s.get("edit", id=a["id"], text="Ein ganz anderer Text")
        answer = b.ask("POST", self.path(a), form)
        self.assertEqual(409, answer.status)
        self.assertIn("has changed since you looked", answer.text)
        self.assertIn("Ein ganz anderer Text", answer.text)
        self.assertEqual("draft", self.state(s, a))
        # and so what the buyer has said meanwhile
        form = b.form(self.path(a), "approve")
        m.ask("message", dict(RETURN, text="Hat sich erledigt, ich behalte ihn doch."))
        s.wait_for(lambda: s.rows("SELECT 1 FROM message WHERE text LIKE '%erledigt%'"), "the other message")
        answer = b.ask("POST", self.path(a), form)
        if self.state(s, a) == "draft":
            self.assertEqual(409, answer.status)
            self.assertIn("erledigt", answer.text)
        self.assertNotIn(self.state(s, a), ("ready", "sending", "sent"))

    def test_what_happens_without_a_decision_stands_there(self):
        m, s = self.shop(rate=200, rules=ASK)
        a = self.draft(m, s, QUESTION)
        b = self.browser("erika")
        form = b.form(self.path(a), "approve")
        self.assertIn("if nobody decides</dt><dd>reply, ", b.get(self.path(a)).text)
        s.wait_for(lambda: self.state(s, a) == "expired", "the fallback to take its place")
        answer = b.ask("POST", self.path(a), form)
        self.assertEqual(409, answer.status)
        self.assertIn("replaced by", answer.text)
        self.assertNotIn("<button name=", answer.text)
        self.assertEqual("expired", self.state(s, a))

    def test_above_the_sum_it_takes_two(self):
        """Who asked for the money does not let it go, here neither."""
        m, s = self.shop(rate=10, keys=LIMITS + "second_person_above = 1.00 EUR\n", rules="")
        order = s.known(SHIPPED["id"], "orders")
        a = s.get("act", id=order, kind="refund", amount="5.00 EUR")["action"]
        asker, other = self.browser("chief"), self.browser("erika")
        self.assertEqual(409, asker.ask("POST", self.path(a), asker.form(self.path(a), "approve")).status)
        self.assertEqual("draft", self.state(s, a))
        self.assertEqual(303, other.ask("POST", self.path(a), other.form(self.path(a), "approve")).status)
        self.assertEqual("ready", self.state(s, a))

    def test_roles(self):
        m, s = self.shop(rate=10)
        a = self.draft(m, s)
        b, agent, viewer = self.browser("erika"), self.browser("anna"), self.browser("vera")
        version = b.form(self.path(a), "approve")["version"]
        for who, do in ((viewer, "approve"), (viewer, "drop"), (viewer, "undo"), (agent, "approve")):
            page = who.get(self.path(a)).text
            self.assertNotIn('value="%s"' % do, page)
            form = {"token": re.search('name="token" value="([0-9a-f]+)"', page).group(1), "version": version, "do": do}
            self.assertEqual(403, who.ask("POST", self.path(a), form).status)
        self.assertEqual("draft", self.state(s, a))
        self.assertEqual(303, agent.ask("POST", self.path(a), agent.form(self.path(a), "drop")).status)
        self.assertEqual("dropped", self.state(s, a))

    def test_hostile_texts(self):
        m, s = self.shop(rate=10)
        a = self.draft(m, s, dict(RETURN, text=HOSTILE.replace("\u0000", "") + "x" * 100000))
        b = self.browser("erika")
        page = b.get(self.path(a))
        self.assertEqual(200, page.status)
        for canary in ("<script", "<img", "onerror=alert(1)>", "\u202e", "\u0007"):
            self.assertNotIn(canary, page.text)
        self.assertIn("&lt;script&gt;", page.text)
        self.assertEqual(page.text.count("\u2067"), page.text.count("\u2069"))
        self.assertEqual(1, page.text.count("</body>"))
        self.assertIn("default-src 'none'", page.getheader("Content-Security-Policy"))
        self.assertEqual("no-store", page.getheader("Cache-Control"))
        self.assertNotIn("Erika Mustermann", self.browser().get(self.path(a)).text)  # only for who is logged in
        self.assertNotIn("canary", self.browser().get("/login?next=%22%3E%3Cb%3E").text)
        self.assertNotIn("<b>", self.browser().get("/login?next=%22%3E%3Cb%3E").text)

    def test_long_texts_leave_room_for_the_buttons(self):
        m, s = self.shop(rate=10)
        for i in range(7):
            m.ask("message", dict(RETURN, text='"' * 60000))
        a = self.draft(m, s, dict(RETURN, text=RETURN["text"] + '"' * 60000))
        answer = self.browser("erika").get(self.path(a))
        self.assertEqual(200, answer.status)
        self.assertIn('value="approve"', answer.text)

    def test_wrong_passwords_wait(self):
        m, s = self.shop(rate=2)
        b = self.browser()
        for _ in range(5):
            self.assertEqual(403, b.login("erika", "wrong password").status)
        locked = b.login("erika")
        self.assertEqual(429, locked.status)
        self.assertGreater(int(locked.getheader("Retry-After")), 10)
        self.assertEqual(303, self.browser().login("bob").status)  # others are not
        # names that nobody has look the same, take as long, and are locked as well
        took = []
        for name in ("nobody here", "vera") * 3:
            began = time.monotonic()
            answer = b.login(name, "wrong password")
            took.append(time.monotonic() - began)
            self.assertEqual(403, answer.status)
        self.assertNotIn("supercargo", b.cookies)
        for _ in range(2):
            self.assertEqual(403, b.login("nobody here", "wrong").status)
        self.assertEqual(429, b.login("nobody here", "wrong").status)
        self.assertGreaterEqual(sum(took), 4)  # at most one a second

    def test_sessions_end(self):
        m, s = self.shop(rate=4000, poll="1d")
        b, c = self.browser("erika"), self.browser("bob")
        self.assertEqual(200, b.get("/").status)
        s.cli("operator", "password", "erika", input="another long password\n")
        self.assertEqual(303, b.get("/").status)
        self.assertEqual(403, b.login("erika").status)
        self.assertEqual(200, c.get("/").status)
        self.assertEqual(303, b.login("erika", "another long password", "12").status)
        # nobody looked for twelve hours
        time.sleep(12)
        self.assertEqual(303, c.get("/").status)
        stored = s.rows("SELECT hash FROM password WHERE operator = 'erika'")[0][0]
        self.assertTrue(stored.startswith("$argon2id$"))
        self.assertNotIn("another long", s.log_text() + str(s.rows("SELECT facts FROM journal")))
        self.assertEqual([], s.rows("SELECT 1 FROM session WHERE instr(hash, ?)", bytes.fromhex(b.cookies["supercargo"])))

    def test_a_copy_logs_nobody_in(self):
        m, s = self.shop(rate=10)
        b = self.browser("erika")
        copy = os.path.join(self.folder, "copy.db")
        s.cli("backup", copy)
        self.assertEqual(200, b.get("/").status)
        s.stop()
        s.cli("restore", copy)
        s.start()
        self.assertEqual(303, b.get("/").status)
        self.assertEqual(303, b.login("erika").status)
        self.assertEqual(200, b.get("/").status)

    def test_short_passwords_and_strangers_are_refused(self):
        m, s = self.shop(rate=10)
        self.assertNotEqual(0, s.cli("operator", "password", "erika", input="short\n", check=False).returncode)
        self.assertNotEqual(0, s.cli("operator", "password", "mallory", input=PASSWORD + "\n", check=False).returncode)
        cheap = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$RdescudvJCsgt3ub+b4dWRWJTmaaJObG"
        self.assertEqual("invalid", s.api("operator password", name="erika", hash=cheap)["code"])
        self.assertEqual("denied", s.api_as("nobody", "operator password", name="erika", hash=cheap)["code"])
        listed = {o["name"]: o for o in s.get("operator list")["operators"]}
        self.assertEqual({"chief", "erika", "bob", "anna", "vera"}, {n for n, o in listed.items() if o["password"]})

    def test_the_public_address(self):
        m, s = self.shop(rate=10, service='console_url = "https://desk.example.com"\n')
        a = self.draft(m, s)
        b = Browser(self.port, "desk.example.com")
        headers = {"Origin": "https://desk.example.com"}
        answer = b.ask("POST", "/login", {"name": "erika", "password": PASSWORD, "next": a["id"][1:]}, **headers)
        self.assertEqual((303, self.path(a)), (answer.status, answer.getheader("Location")))
        cookie = answer.getheader("Set-Cookie")
        for word in ("__Host-supercargo=", "; Secure", "; HttpOnly", "; SameSite=Strict", "; Path=/"):
            self.assertIn(word, cookie)
        form = b.form(self.path(a), "approve")
        self.assertEqual(403, b.ask("POST", self.path(a), form, Origin="http://desk.example.com").status)
        self.assertEqual(303, b.ask("POST", self.path(a), form, **headers).status)
        self.assertEqual("ready", self.state(s, a))

    def test_languages(self):
        m, s = self.shop(rate=10)
        a = self.draft(m, s)
        b = self.browser("erika")
        self.assertIn("批准", b.get(self.path(a), Accept_Language="zh-CN,zh;q=0.9,en;q=0.8").text)
        self.assertIn(">Approve<", b.get(self.path(a), Accept_Language="en-US,zh;q=0.9").text)
        self.assertIn("批准", b.get(self.path(a) + "?lang=zh").text)
        self.assertIn("批准", b.get(self.path(a), Accept_Language="en").text)

    def test_slow_and_large_clients_delay_nobody(self):
        m, s = self.shop(rate=2)
        a = self.draft(m, s)
        b = self.browser("erika")
        slow = []
        for i in range(20):
            line = socket.create_connection(("127.0.0.1", self.port))
            line.sendall(b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\na" if i % 2 else b"GET / HTTP/1.1\r\nHo")
            slow.append(line)
        began = time.monotonic()
        self.assertEqual(200, b.get(self.path(a)).status)
        self.assertLess(time.monotonic() - began, 5)
        with self.assertRaises((OSError, http.client.HTTPException)):
            b.ask("POST", "/login", {"name": "x" * 20000})
        self.assertIn(b.get("/" + "x" * 40000).status, (400, 413, 414, 431))
        self.assertEqual(200, b.get(self.path(a)).status)
        for line in slow:
            line.close()


if __name__ == "__main__":
    unittest.main()
