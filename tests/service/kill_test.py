"""Random kill -9 over real sockets while the market loses, delays and refuses: nothing lost, nothing doubled.

All at once: questions that a rule answers, some of them also by hand on the web site at the same moment; drafts that a person approves,
replies and refunds that a person wishes; returns that a rule pays, inquiries that it answers; notifications; tokens that end and logins.
KILLS=1000 SEED=7 makes it longer, and another.
"""
import os
import random
import time
import unittest

from disputes_test import FULL, rule
from harness import BUYER, LISTING, QUESTION, RULES, SHIPPED, Case
from push_test import ADDRESS, TOKEN, free_port
from stop_at_every_step_test import RETURN

KILLS = int(os.environ.get("KILLS", "50"))
SEED = int(os.environ.get("SEED", "1"))
RATE = 200
LIVES = 0.3  # seconds at most between two kills

LIMITS = "".join("refund_per_%s = 100000.00 EUR\n" % what for what in ("order", "buyer", "day")) + "daily_cap = 100000\n"
MIX = [("question", 30), ("answered by hand", 8), ("approval", 12), ("reply", 12), ("refund", 12), ("return", 12), ("inquiry", 6),
       ("notification", 4), ("expired token", 2), ("login", 2)]
PATHS = ["/commerce/message/v1/send_message", "*/issue_refund", "*/provide_shipment_info"]
FAULTS = [{"act": "accept-then-close"}, {"act": "drop"}, {"act": "drop-then-act", "act_ms": 300}, {"act": "cut", "bytes": 10},
          {"act": "late", "late_ms": 60000, "lost": True}, {"act": "status", "status": 429, "retry_after": "20"}, {"act": "status", "status": 500, "executed": True},
          {"act": "status", "status": 503}]


class Trade:
    """What goes on at the market and in the office while the service dies and comes back; every part knows how often it happened."""

    def __init__(self, m, s, kills, seed):
        self.m, self.s, self.to = m, s, None
        self.luck = random.Random(seed)
        kinds = self.luck.choices([kind for kind, _ in MIX], [weight for _, weight in MIX], k=kills)
        self.todo = [kind for kind, _ in MIX] + kinds  # each at least once
        self.happened = {kind: [] for kind, _ in MIX}
        self.log_in = False
        self.logins = 0
        self.wishes = []  # of people: (verb, is it there?, the request)
        n = len(self.todo)
        m.world(listings=[dict(LISTING, item=self.item(i)) for i in range(n)], buyers=[dict(BUYER, username=self.buyer(i)) for i in range(n)],
                orders=[dict(SHIPPED, id=self.order(i), buyer=self.buyer(i), items=[{"item": self.item(i)}]) for i in range(n)])

    def buyer(self, i):
        return "example_buyer_%d" % i

    def item(self, i):
        return "11%010d" % i

    def order(self, i):
        return "12-%05d-00001" % i

    def one(self, sql, *values):
        rows = self.s.rows(sql, *values)
        return rows[0][0] if rows else None

    def happens(self):
        i = len(self.todo) - 1
        kind = self.todo.pop()
        question = dict(QUESTION, buyer=self.buyer(i), item=self.item(i))
        if kind in ("question", "answered by hand"):
            self.m.ask("message", question)
            if kind == "answered by hand":
                self.answers_by_hand(i)
        elif kind == "approval":
            self.m.ask("message", dict(question, text=RETURN))
        elif kind == "reply":
            self.m.ask("message", dict(question, text="Passt der Deckel auch auf das alte Modell?"))
            self.wishes.append(("reply", lambda: self.one("SELECT 1 FROM outbox WHERE text = ?", self.words(i)), lambda: dict(
                conversation="c%d" % self.one("SELECT c.id FROM conversation c JOIN buyer b ON b.id = c.buyer WHERE b.remote = ?", self.buyer(i)),
                text=self.words(i))))
        elif kind == "refund":
            self.wishes.append(("act", lambda: self.one(
                "SELECT 1 FROM outbox a JOIN orders o ON o.id = a.order_id WHERE a.kind = 'order.refund' AND o.remote = ?", self.order(i)), lambda: dict(
                    id="o%d" % self.one("SELECT id FROM orders WHERE remote = ?", self.order(i)), kind="refund", amount="5.00 EUR", text="Sorry.")))
        elif kind == "return":
            self.m.dispute("return", self.order(i), reason="DEFECTIVE_ITEM")
        elif kind == "inquiry":
            self.m.dispute("inquiry", self.order(i))
        elif kind == "notification":
            self.m.ask("push", {"to": self.to, "topic": "ORDER_RETURN_ACTIVITY", "dispute": self.m.dispute("return", self.order(i), reason="DEFECTIVE_ITEM")})
        elif kind == "expired token":
            self.m.ask("expire", {})
        elif kind == "login":
            self.log_in = True
        self.happened[kind].append(i)

    def answers_by_hand(self, i):
        """On the web site, at about the moment in which the rule's answer leaves."""
        self.m.fault(method="GET", path="/commerce/message/v1/conversation/*", act="slow", ms=100, times=2)
        until = time.time() + self.luck.random()
        while time.time() < until and not self.one(
                "SELECT 1 FROM outbox a JOIN conversation c ON c.id = a.conversation JOIN buyer b ON b.id = c.buyer WHERE b.remote = ?", self.buyer(i)):
            time.sleep(0.01)
        self.m.ask("answer", {"buyer": self.buyer(i), "item": self.item(i), "text": "Kommt morgen!"})

    def words(self, i):
        return "Ja, der Deckel Nr. %d passt." % i

    def people_act(self):
        """Who does not know whether the last wish arrived looks first; drafts are approved."""
        try:
            login = self.s.get("account list")["accounts"][0]["login"]
            if self.log_in or login not in ("ok", "pending"):  # a code is worth one try: who sees that it was lost logs in again
                self.s.get("account redeem", account="toys-de", pasted=self.m.consent(self.s.get("account consent", account="toys-de")["url"]))
                self.log_in = False
                self.logins += 1
            for wish in list(self.wishes):
                verb, there, args = wish
                if there():
                    self.wishes.remove(wish)
                else:
                    self.s.get(verb, **args())
            for row in self.s.rows("SELECT id FROM outbox WHERE state = 'draft'"):
                self.s.get("approve", ids=["a%d" % row[0]])
        except (OSError, ValueError, TypeError, AssertionError):
            pass  # it was killed under our hands, or has not read it yet

    def misbehaves(self):
        self.m.fault(method="POST", path=self.luck.choice(PATHS), times=1, **self.luck.choice(FAULTS))

    def over(self):
        """Everything that the market shows is read, everything that people wished is there, and nothing is on its way."""
        self.people_act()
        written = sum(len(self.happened[k]) for k in ("question", "answered by hand", "approval", "reply"))
        return (not self.wishes and self.s.answers()
                and self.one("SELECT count(*) FROM message WHERE direction = 'in'") == written
                and {d["dispute"] for d in self.m.ask("disputes")} == {r[0] for r in self.s.rows("SELECT remote FROM dispute")}
                and not self.one("SELECT count(*) FROM event WHERE check_at IS NOT NULL AND kind = 'message.received'")
                and not self.one("SELECT count(*) FROM outbox WHERE state IN ('draft', 'ready', 'sending', 'unsure')"))


class Kill(Case):
    def test_kills(self):
        m = self.market(rate=RATE)
        port = free_port()
        s = self.service({"toys-de": m.endpoint}, poll="60s", rate=RATE, keys=LIMITS, service="push_port = %d\n" % port,
                         application=FULL + 'push_address = "%s"\nverification_token = %s\n' % (ADDRESS, TOKEN),
                         rules=RULES + rule("pay", "return", "refund", amount="all", template="post_dispute_accept")
                         + rule("track", "inquiry", "tracking", template="post_dispute_evidence"))
        trade = Trade(m, s, KILLS, SEED)
        trade.to = "http://127.0.0.1:%d/push/shop-app" % port
        s.start()
        s.login("toys-de", m)
        s.wait_for(lambda: s.swept("toys-de"), "the import")
        s.get("account arm", account="toys-de", mode="auto")
        began, kills = time.time(), 0
        while kills < KILLS:
            if trade.todo:
                trade.happens()
            if trade.luck.random() < 0.3:
                trade.misbehaves()
            time.sleep(trade.luck.random() * LIVES)
            trade.people_act()
            s.kill()
            kills += 1
            s.start(wait=False)
        while trade.todo:
            trade.happens()
        s.wait_for(trade.over, "everything to be settled", pause=0.2)
        last = s.now("toys-de")
        s.wait_for(lambda: s.swept("toys-de", last) and trade.over(), "another sweep", pause=0.2)
        self.judge(m, s, trade)
        self.tell(m, s, trade, kills, time.time() - began)

    def judge(self, m, s, trade):
        """Against the market's own truth."""
        sent = m.sent()
        texts = {}
        for x in sent:
            texts.setdefault(x["to"], []).extend([x["text"]] * x["times"])
        buyers = {kind: [trade.buyer(i) for i in all] for kind, all in trade.happened.items()}
        lost = [b for kind in ("question", "approval", "reply") for b in buyers[kind] if not texts.get(b)]
        doubled = [b for b in texts if len(texts[b]) > 1]
        self.assertEqual(([], []), (lost, doubled))
        self.assertLessEqual(set(texts), {b for kind in ("question", "answered by hand", "approval", "reply") for b in buyers[kind]})
        returned = sorted(trade.order(i) for kind in ("return", "notification") for i in trade.happened[kind])
        self.assertEqual(returned, sorted(r["order"] for r in m.refunds() if r["via"] == "return"))
        refunded = sorted((trade.order(i), "5.00") for i in trade.happened["refund"])
        self.assertEqual(refunded, sorted((r["order"], r["value"]) for r in m.refunds() if r["via"] == "order"))
        self.assertEqual([{"tracking": 1}] * len(trade.happened["inquiry"]), [d["actions"] for d in m.ask("disputes") if d["kind"] == "inquiry"])
        self.assertLessEqual({r[0] for r in s.rows("SELECT state FROM outbox")}, {"sent", "cancelled"})
        self.assertEqual([(0,)], s.rows("SELECT count(*) FROM odd"))
        self.assertEqual(0, s.cli("verify").returncode)

    def tell(self, m, s, trade, kills, seconds):
        faults = {}
        for f in m.ask("fault"):
            act = str(f.get("status", f["act"]))
            faults[act] = faults.get(act, 0) + f["acted"]
        doubts = s.rows("SELECT count(*) FROM journal WHERE kind = 'unsure'")[0][0]
        found = s.rows("SELECT count(*) FROM outbox WHERE reason LIKE '%reading back showed%'")[0][0]
        by_hand = s.rows("SELECT count(*) FROM outbox WHERE state = 'cancelled'")[0][0]
        print("%d kills in %d s: 0 lost, 0 doubled; %s; %d logins in all; %d cancelled for an answer by hand; in doubt %d times, %d found by "
              "reading back; faults: %s" % (kills, seconds, ", ".join("%d %s" % (len(v), k) for k, v in trade.happened.items()), trade.logins, by_hand, doubts, found,
            ", ".join("%d %s" % (n, act) for act, n in sorted(faults.items()))))


if __name__ == "__main__":
    unittest.main()
