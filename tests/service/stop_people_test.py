"""The service left at step N, for every N: what people switch, change and forget, and what the platform pushes (stops.py)."""
import re
import unittest

from disputes_test import ACCEPT, FULL
from feedback_test import REVISION
from harness import BUYER, LISTING, QUESTION, RULES, SHIPPED, read
from push_test import ADDRESS, KNOWN, TOKEN, free_port, traces
from stop_at_every_step_test import BY_HAND, RETURN
from stops import Steps

BUYERS = ["example_buyer_%d" % i for i in range(4)]
ORDERS = [dict(SHIPPED, id="12-34567-%05d" % i, buyer=b) for i, b in enumerate(BUYERS)]


class People(Steps):
    """Drafts that are edited, dropped and taken back while the account is paused; tasks that a person and a poll finish."""
    configuration = {"application": FULL, "rules": RULES + REVISION}

    def world(self, m):
        m.world(listings=[LISTING], buyers=[dict(BUYER, username=b) for b in BUYERS], orders=ORDERS)
        m.fault(method="POST", path="/commerce/message/v1/send_message", act="accept-then-close", times=1)

    def play(self, m, s, person):
        def becomes(row, state, verb, **args):
            """The verb, until the row is in that state (or further)."""
            person.insist(lambda: s.get("show", id=row)["state"] in (state, "sending", "sent") or s.api(verb, **args) and None,
                          "%s to be %s" % (row, state))

        def drafts():
            """By buyer: a page that shows several messages gives them in its own order."""
            return [id for _, id in sorted((s.get("show", id=a["conversation"])["buyer"], a["id"]) for a in s.actions(state="draft"))]

        for b in BUYERS[:3]:
            m.ask("message", {"buyer": b, "item": LISTING["item"], "text": RETURN})
        edited, dropped, taken_back = person.insist(lambda: len(found := drafts()) == 3 and found, "the drafts")
        becomes(dropped, "dropped", "drop", ids=[dropped])
        person.insist(lambda: s.get("show", id=edited)["text"] == BY_HAND or s.api("edit", id=edited, text=BY_HAND) and None, "the edit")
        becomes(edited, "ready", "approve", ids=[edited])
        person.sees(id=edited)
        person.insist(lambda: s.get("pause", account="toys-de"), "the pause")
        becomes(taken_back, "ready", "approve", ids=[taken_back])
        person.insist(lambda: s.get("show", id=taken_back)["state"] == "draft" or s.api("undo", id=taken_back) and None, "the undo")
        person.insist(lambda: s.get("resume", account="toys-de"), "the end of the pause")
        becomes(taken_back, "ready", "approve", ids=[taken_back])
        fed = [m.feedback(order=o["id"], rating="NEGATIVE", text="Kam zu spät.") for o in ORDERS[2:]]
        tasks = person.insist(lambda: len(s.get("task")["tasks"]) == 2 and s.get("task")["tasks"], "the tasks")
        theirs = next(t["id"] for t in tasks if s.get("show", id=t["id"])["feedback"] == person.knows(fed[0], "feedback"))
        person.insist(lambda: s.get("show", id=theirs)["state"] == "done" or s.api("task done", ids=[theirs]) and None, "the task to be done")
        m.feedback(feedback=fed[1], rating="POSITIVE", text="Ersatz kam sofort.")
        person.insist(lambda: not s.get("task")["tasks"], "the other task to be done")
        person.sees(id=taken_back)
        return sorted(s.rows("SELECT kind, state, done_by = 'platform' FROM task"))

    def judge(self, facts):
        self.assertEqual([[BUYERS[0], 1], [BUYERS[2], 1]], facts["texts"])
        self.assertEqual([("reply", "dropped"), ("reply", "sent"), ("reply", "sent")], facts["rows"])
        self.assertEqual(["done", "done"], [t[1] for t in facts["played"]])

    def test_every_step(self):
        self.every_step()


class Pushed(Steps):
    """Tokens that end and a second login; a notification, and one that names a person to be forgotten: eBay repeats what was not accepted."""

    def configured(self):
        return {"application": FULL + 'push_address = "%s"\nverification_token = %s\n' % (ADDRESS, TOKEN), "rules": ACCEPT + RULES,
                "service": "push_port = %d\n" % free_port(), "poll": "3m"}

    def world(self, m):
        m.world(listings=[LISTING], buyers=[BUYER, KNOWN],
                orders=[SHIPPED, dict(SHIPPED, id="12-34567-89077", buyer=KNOWN["username"], note="Bitte grüngelbgestreift einpacken")])

    def play(self, m, s, person):
        def accepted(**what):
            """eBay goes on until the notification is answered."""
            before = len(m.ask("push"))

            def attempt():
                posted = m.ask("push")[before:]
                if not posted or posted[-1]["status"] not in (0, 204):
                    m.ask("push", dict(what, to=to))
                return posted and posted[-1]["status"] == 204

            person.insist(attempt, "%s to be accepted" % what["topic"])

        to = "http://127.0.0.1:%s/push/shop-app" % re.search("push_port = ([0-9]+)", read(s.conf)).group(1)
        m.ask("message", dict(QUESTION, buyer=KNOWN["username"], text="Wo bleibt mein Paket? Gelbgrünkariert war bestellt."))
        person.sees(kind="reply")
        m.ask("expire", {})
        d = m.dispute("return", SHIPPED["id"], reason="DEFECTIVE_ITEM")
        accepted(topic="ORDER_RETURN_ACTIVITY", dispute=d)
        person.sees(kind="return.accept")
        m.ask("revoke", {})
        person.insist(lambda: s.get("account list")["accounts"][0]["login"] != "ok", "the login to be over")
        self.logged_in(m, s, person)
        accepted(topic="MARKETPLACE_ACCOUNT_DELETION", buyer=KNOWN["username"])
        person.insist(lambda: not traces(s.folder), "the person to be gone from every page")
        return sorted(traces(s.folder))

    def judge(self, facts):
        self.assertEqual([], facts["played"])
        self.assertEqual([[KNOWN["username"], 1]], facts["texts"])
        self.assertEqual([("reply", "sent"), ("return.accept", "sent")], facts["rows"])

    def test_every_step(self):
        self.every_step()


if __name__ == "__main__":
    unittest.main()
