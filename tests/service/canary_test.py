"""Marks planted in everything private, and then looked for wherever they must not be."""
import base64
import contextlib
import os
import re
import resource
import signal
import sqlite3
import unittest
import urllib.request

from disputes_test import FULL, LIMITS, PNG
from channels import Mailbox, Robot
from harness import BUYER, LISTING, QUESTION, SECRET, SHIPPED, Case, read
from notices_test import Channel
from push_test import free_port

NAME, STREET, MAIL, PHONE, TEXT, ANSWER = ("Canary%s%s" % (what, "4d1c9a") for what in ("Name", "Street", "Mail", "Phone", "Text", "Answer"))
PRIVATE = {"name": NAME, "street": STREET, "mail": MAIL, "phone": PHONE, "text": TEXT, "answer": ANSWER}
PERSON = dict(BUYER, name="Erika " + NAME, street=STREET + " 1", email=MAIL + "@mail.example", phone=PHONE)


class Canary(Case):
    def work(self):
        """Everything that the service does, and everything that goes wrong."""
        self.channel, self.port = Channel(200), free_port()
        self.robot, self.mailbox = Robot(), Mailbox()
        self.ends += [self.channel, self.robot, self.mailbox]
        m = self.market()
        m.world(listings=[LISTING], buyers=[PERSON], orders=[dict(SHIPPED, note=TEXT + " bitte klingeln")])
        s = self.service({"toys-de": m.endpoint}, application=FULL, keys=LIMITS, extra=self.channel.section("phone") + self.robot.section("robot", "dialect = wecom") + self.mailbox.section("mail"),
                         service="metrics_port = %d\n" % self.port)
        self.temporary = os.path.join(self.folder, "tmp")
        os.mkdir(self.temporary)
        s.env["TMPDIR"] = self.temporary
        resource.setrlimit(resource.RLIMIT_CORE, [resource.getrlimit(resource.RLIMIT_CORE)[1]] * 2)  # the service forbids them itself
        s.start("--debug")
        url = s.get("account consent", account="toys-de")["url"]
        self.pasted = m.consent(url)
        s.get("account redeem", account="toys-de", pasted=self.pasted)
        s.wait_for(lambda: s.swept("toys-de"), "the first import")
        s.get("account arm", account="toys-de")
        for act in ("status", "cut", "html", "accept-then-close", "charset"):
            m.fault(method="GET", path="/commerce/message/v1/conversation*", act=act, status=500, bytes=300, times=2)
        m.fault(method="POST", path="/commerce/message/v1/send_message", act="accept-then-close", times=1)
        m.fault(method="POST", path="*/issue_refund", act="status", status=400, times=1)
        m.ask("message", dict(QUESTION, text=QUESTION["text"] + " " + TEXT))
        s.wait_for(lambda: s.actions(kind="reply", state="sent"), "the reply")
        s.get("reply", conversation=s.actions()[0]["conversation"], text="Noch etwas: " + ANSWER)
        ours = s.known(SHIPPED["id"], "orders")
        s.get("act", id=ours, kind="refund", amount="5.00 EUR", text=ANSWER)
        s.wait_for(lambda: s.actions(kind="order.refund", state="held"), "the refused refund")
        s.get("act", id=ours, kind="refund", amount="4.00 EUR", text=ANSWER)
        s.wait_for(lambda: s.actions(kind="order.refund", state="sent"), "the refund")
        d = s.known(m.dispute("chargeback", SHIPPED["id"], reason="SIGNIFICANTLY_NOT_AS_DESCRIBED", evidence="PROOF_OF_ITEM_AS_DESCRIBED"))
        s.get("act", id=d, kind="evidence")
        s.get("act", id=d, kind="evidence", files=[{"name": "proof.png", "base64": base64.b64encode(PNG).decode()}])
        s.wait_for(lambda: s.actions(kind="chargeback.evidence", state="sent"), "the evidence")
        m.ask("expire", {})
        s.cli("account", "doctor", "toys-de", check=False)
        s.wait_for(lambda: [g for g in self.channel.got if "refund" in g["text"] or "a%s" % s.actions(state="held")[0]["id"][1:] in g["text"]], "the notice")
        s.cli("backup", os.path.join(self.folder, "copy.db"))
        return m, s

    def secrets(self, m):
        """Whatever opens a door, as it is and as it goes over the line."""
        code = re.search("code=([^&]+)", self.pasted).group(1)
        tokens = [t for t in re.findall(r'"([^"]{16,})"', str(m.ask("tokens")).replace("'", '"'))]
        self.assertGreater(len(tokens), 1)
        basic = base64.b64encode(("ExampleClientId:" + SECRET).encode()).decode()
        return dict({"client secret": SECRET, "basic": basic, "code": code}, **{"token %d" % i: t for i, t in enumerate(tokens)})

    def absent(self, where, content, marks):
        content = content if isinstance(content, bytes) else content.encode()
        for what, mark in marks.items():
            self.assertNotIn(mark.encode(), content, "%s in %s" % (what, where))

    def columns_with(self, path, mark):
        with contextlib.closing(sqlite3.connect(path)) as db:
            tables = [t for t, in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '%\\_words%' ESCAPE '\\'")]
            return {(t, c[1]) for t in tables for c in db.execute("PRAGMA table_info(%s)" % t)
                    if db.execute("SELECT 1 FROM %s WHERE instr(CAST(%s AS BLOB), CAST(? AS BLOB))" % (t, c[1]), (mark,)).fetchone()}

    def test_marks_are_found_nowhere_they_must_not_be(self):
        m, s = self.work()
        secrets = self.secrets(m)
        everything = dict(secrets, **PRIVATE)
        with urllib.request.urlopen("http://127.0.0.1:%d/metrics" % self.port) as answer:
            metrics = answer.read()
        self.assertIn(b"actions", metrics)
        self.absent("/metrics", metrics, everything)
        proc = "/proc/%d/" % s.process.pid
        self.absent("arguments", read(proc + "cmdline"), everything)
        self.absent("environment", read(proc + "environ"), everything)
        self.assertRegex(read(proc + "limits"), r"Max core file size +0 +0 ")
        self.absent("notices", str(self.channel.got), everything)
        s.wait_for(lambda: self.robot.got and self.mailbox.got, "the other channels")
        self.absent("the robot", str(self.robot.got), everything)
        for mail in self.mailbox.mails():
            self.absent("mail", str(mail) + mail.get_content() + mail["Subject"], everything)
        self.absent("the list of notices", s.cli("notices", "--all").stdout, everything)
        self.absent("status", s.cli("status").stdout + s.cli("account", "list", "--json").stdout, everything)
        self.assertEqual([], os.listdir(self.temporary))  # where evidence was drawn
        os.kill(s.process.pid, signal.SIGABRT)  # as it would crash
        s.process.wait()
        self.assertEqual([], [f for f in os.listdir(self.folder) if f.startswith("core")])
        self.assertIn("it is not certain whether it arrived", s.log_text())  # it went wrong as it should, and was logged
        self.absent("the log", s.log_text(), everything)

        self.assertEqual({("message", "text"), ("orders", "buyer_note")}, self.columns_with(s.store, TEXT))
        self.assertEqual({("buyer", "name"), ("message", "text"), ("outbox", "text")}, self.columns_with(s.store, NAME))  # replies greet
        self.assertEqual({("message", "text"), ("outbox", "text")}, self.columns_with(s.store, ANSWER))
        never = {k: PRIVATE[k] for k in ("street", "mail", "phone")}
        for folder, _, files in os.walk(self.folder):
            for name in files:
                path = os.path.join(folder, name)
                if os.path.isfile(path) and not name.startswith(("supercargo.conf", "market")):
                    with open(path, "rb") as f:
                        self.absent(name, f.read(), dict(secrets, **never))


if __name__ == "__main__":
    unittest.main()
