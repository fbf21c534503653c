"""What people do by hand, and what they look at: tasks, evidence and kept files through the command line."""
import hashlib
import json
import os
import pwd
import struct
import unittest

from harness import SHIPPED, WORLD, Case
from disputes_test import FULL, RETURN_ADDRESS
from feedback_test import REVISION, SAID

LIMIT = 1500000  # bytes of eBay's evidence for a payment dispute, each and together


def contents(path):
    with open(path, "rb") as f:
        return f.read()


class Tasks(Case):
    def shop(self, **kw):
        return super().shop(**dict({"world": WORLD, "application": FULL}, **kw))

    def task(self):
        """Negative feedback whose revision only a person can ask for: market, service, the platform's id, and the task."""
        m, s = self.shop(rules=REVISION)
        f = m.feedback(**SAID)
        return m, s, f, s.wait_for(lambda: s.get("task")["tasks"], "the task")[0]

    def test_people_work_on_a_task(self):
        m, s, f, t = self.task()
        self.assertEqual(("t1", "feedback.revision", "open"), (t["id"], t["kind"], t["state"]))
        self.assertTrue(t["link"].startswith("https://"), t["link"])
        self.assertIn("ask for a revision", s.cli("task").stdout)
        s.cli("task", "claim", "t1")
        s.cli("task", "note", "t1", "Der Käufer ist im Urlaub")
        self.assertIn("snoozed", s.cli("task", "snooze", "t1", "4h").stdout)
        shown = s.get("show", id="t1")
        self.assertEqual(pwd.getpwuid(os.getuid()).pw_name, shown["operator"])
        self.assertEqual("Der Käufer ist im Urlaub", shown["notes"][0]["text"])
        refused = s.cli("task", "snooze", "t1", "soon", check=False)
        self.assertEqual(1, refused.returncode)
        self.assertIn("4h or 2d", refused.stderr)
        s.cli("task", "done", "t1")
        self.assertIn("Nothing is to be done by hand", s.cli("task").stdout)
        self.assertIn("done", s.cli("task", "--all").stdout)
        self.assertEqual("conflict", s.api("task drop", id="t1")["code"])
        steps = [e["facts"]["verb"] for e in s.get("explain", id="t1")["entries"] if e["kind"] == "task"]
        self.assertEqual(["open", "claim", "snooze", "done"], steps)

    def test_what_the_login_may_not_do_is_a_task_with_the_page(self):
        m, s = self.shop(application="scopes = read\n", rules="")
        offered = {c["kind"]: c["how"] for c in s.get("account list")["accounts"][0]["capabilities"]}
        self.assertEqual(("person", "api"), (offered["order.refund"], offered["return.refund"]))
        order = s.known(SHIPPED["id"], "orders")
        s.cli("act", order, "refund", "5.00 EUR")
        t = s.wait_for(lambda: s.get("task")["tasks"], "the task")[0]
        self.assertEqual("order.refund", t["kind"])
        self.assertIn(SHIPPED["id"], t["link"])
        self.assertIn("scopes = read", t["reason"])
        self.assertIn("5.00 EUR", t["text"])
        self.assertIn("scopes = read", s.cli("act", order).stdout)
        self.assertEqual([], m.refunds())

    def test_what_the_xml_calls_cannot_is_a_task_with_the_page(self):
        m = self.market()
        m.world(**WORLD)
        s = self.service({"toys-de": m.endpoint}, application="scopes = read\nmessages = trading\n", rules="").start()
        s.login("toys-de", m)
        order = s.known(SHIPPED["id"], "orders")
        s.cli("act", order, "message", "--text", "Ihr Paket ist unterwegs.")
        t = s.wait_for(lambda: s.get("task")["tasks"], "the task")[0]
        self.assertEqual(("order.message", "Ihr Paket ist unterwegs."), (t["kind"], t["text"]))
        self.assertIn(SHIPPED["id"], t["link"])

    def test_what_sleeps_wakes(self):
        m, s, f, t = self.task()
        s.get("task snooze", id="t1", duration="90s")
        self.assertEqual("snoozed", s.get("show", id="t1")["state"])
        s.wait_for(lambda: s.get("show", id="t1")["state"] == "open", "the task to wake")

    def test_a_viewer_only_looks(self):
        me = pwd.getpwuid(os.getuid()).pw_name
        s = self.service({"toys-de": self.market().endpoint}, extra='[operator "erika"]\nuser = %s\nrole = viewer\n' % me).start()
        for verb in ("task claim", "task snooze", "task done", "task drop", "task note"):
            self.assertEqual("denied", s.api(verb, id="t1", duration="4h", text="x")["code"], verb)
        for verb in ("task", "disputes", "feedback", "report"):
            self.assertTrue(s.api(verb)["ok"], verb)

    def test_disputes_feedback_and_the_report_are_shown(self):
        m, s = self.shop(rules="")
        d = s.known(m.dispute("return", SHIPPED["id"], reason="DEFECTIVE_ITEM"))
        f = s.known(m.feedback(**SAID), "feedback")
        self.assertIn("our turn", s.cli("disputes").stdout)
        self.assertIn("negative", s.cli("feedback").stdout)
        self.assertIn("computed", s.cli("report").stdout)
        self.assertIn("history", s.cli("show", d).stdout)
        self.assertIn("Kam zu spät.", s.cli("show", f).stdout)
        self.assertIn(d, s.cli("deadlines").stdout)
        self.assertEqual(1, s.get("status")["accounts"][0]["disputes"])

    def save(self, s, thing):
        folder = os.path.join(self.folder, "saved")
        os.mkdir(folder)
        return [os.path.join(folder, n) for n in json.loads(s.cli("save", thing, folder, "--json").stdout)["files"]]

    def test_evidence_is_built_sent_and_saved(self):
        m, s = self.shop(rules="", keys=RETURN_ADDRESS)
        d = m.dispute("chargeback", SHIPPED["id"], reason="SIGNIFICANTLY_NOT_AS_DESCRIBED", evidence="PROOF_OF_ITEM_AS_DESCRIBED")
        action = s.get("act", id=s.known(d), kind="evidence")["action"]["id"]
        s.wait_for(lambda: s.actions(kind="chargeback.evidence", state="sent"), "the evidence")
        names = [f["name"] for f in s.get("show", id=action)["files"]]
        self.assertEqual("1-cover.png", names[0])
        files = self.save(s, action)
        self.assertEqual([action + "-%d.png" % (i + 1) for i in range(len(names))], [os.path.basename(f) for f in files])
        pages = [contents(f) for f in files]
        for page in pages:
            self.assertEqual((b"\x89PNG\r\n\x1a\n", 1240), (page[:8], struct.unpack(">I", page[16:20])[0]))
        self.assertLessEqual(sum(map(len, pages)), LIMIT)
        noted = [e["facts"]["files"] for e in s.get("explain", id=s.known(d))["entries"] if e["kind"] == "evidence"]
        self.assertEqual([hashlib.sha256(p).hexdigest() for p in pages], [f["sha256"] for f in noted[0]])
        again = s.cli("save", action, os.path.dirname(files[0]), check=False)
        self.assertEqual(1, again.returncode)
        self.assertIn("there already", again.stderr)


if __name__ == "__main__":
    unittest.main()
