"""Random kill -9 over real sockets while the market loses answers: nothing lost, nothing doubled."""
import os
import random
import time
import unittest

from disputes_test import FULL, rule
from harness import BUYER, LISTING, QUESTION, SHIPPED, Case

KILLS = int(os.environ.get("KILLS", "50"))
SEED = int(os.environ.get("SEED", "1"))


class Kill(Case):
    def test_kills(self):
        n = max(10, KILLS // 3)
        m = self.market()
        m.world(listings=[LISTING], buyers=[dict(BUYER, username="example_buyer_%d" % i) for i in range(n)],
                orders=[dict(SHIPPED, id="12-%05d-00001" % i, buyer="example_buyer_%d" % i) for i in range(n)])
        s = self.service({"toys-de": m.endpoint}, poll="60s").start()
        s.login("toys-de", m)
        s.wait_for(lambda: s.swept("toys-de"), "the import")
        s.edit_conf("language = en\n", "language = en\ndaily_cap = 100000\n")
        s.get("account arm", account="toys-de", mode="auto")
        luck = random.Random(SEED)
        asked = kills = 0
        while kills < KILLS:
            if asked < n and luck.random() < 0.5:
                m.ask("message", dict(QUESTION, buyer="example_buyer_%d" % asked))
                asked += 1
            if luck.random() < 0.3:
                m.fault(method="POST", path="/commerce/message/v1/send_message", times=1,
                        act=luck.choice(["accept-then-close", "drop", "cut"]), bytes=10)
            time.sleep(luck.random() * 0.25)
            s.kill()
            kills += 1
            s.start(wait=False)
        for i in range(asked, n):
            m.ask("message", dict(QUESTION, buyer="example_buyer_%d" % i))
        s.wait_for(lambda: s.answers() and len(s.actions(state="sent")) == n, "every question to be answered")
        self.assertEqual({1}, {x["times"] for x in m.sent()})
        self.assertEqual(n, m.delivered())
        self.assertEqual([], s.actions(state="held") + s.actions(state="unsure"))
        print("%d kills, %d replies, each once" % (kills, n))

    def test_kills_while_money_goes_back(self):
        """Some orders are paid back in part by hand, some returns whole by rule: each once."""
        n, kills = max(6, KILLS // 8), KILLS // 2
        m = self.market()
        m.world(listings=[LISTING], buyers=[BUYER], orders=[dict(SHIPPED, id="12-%05d-00002" % i) for i in range(2 * n)])
        limits = "".join("refund_per_%s = 100000.00 EUR\n" % what for what in ("order", "buyer", "day"))
        s = self.service({"toys-de": m.endpoint}, poll="60s", application=FULL, keys=limits + "daily_cap = 100000\n",
                         rules=rule("pay", "return", "refund", amount="all", template="post_dispute_accept")).start()
        s.login("toys-de", m)
        s.wait_for(lambda: s.swept("toys-de"), "the import")
        s.get("account arm", account="toys-de", mode="auto")
        orders = [s.known("12-%05d-00002" % (n + i), "orders") for i in range(n)]
        luck = random.Random(SEED)
        opened = asked = 0

        def wish():  # a person who does not know whether the last wish arrived looks first
            if len(s.actions(kind="order.refund")) == asked:
                s.get("act", id=orders[asked], kind="refund", amount="5.00 EUR", text="Sorry.")

        for _ in range(kills):
            if opened < n and luck.random() < 0.7:
                m.dispute("return", "12-%05d-00002" % opened, reason="DEFECTIVE_ITEM")
                opened += 1
            if luck.random() < 0.5:
                m.fault(method="POST", path="*/issue_refund", times=1, act=luck.choice(["accept-then-close", "drop", "cut"]), bytes=10)
            if asked < n and luck.random() < 0.7:
                s.wait_for(s.answers, "the service")
                wish()
                asked += 1
            time.sleep(luck.random() * 0.25)
            s.kill()
            s.start(wait=False)
        for i in range(opened, n):
            m.dispute("return", "12-%05d-00002" % i, reason="DEFECTIVE_ITEM")
        s.wait_for(s.answers, "the service")
        while asked < n:
            wish()
            asked += 1
        s.wait_for(lambda: s.answers() and len(s.actions(state="sent")) == 2 * n, "every refund")
        self.assertEqual(["24.00"] * n, [r["value"] for r in m.refunds() if r["via"] == "return"])
        self.assertEqual(["5.00"] * n, [r["value"] for r in m.refunds() if r["via"] == "order"])
        self.assertEqual(2 * n, len({r["order"] for r in m.refunds()}))
        self.assertEqual([], s.actions(state="held") + s.actions(state="unsure"))
        print("%d kills, %d refunds, each once" % (kills, 2 * n))


if __name__ == "__main__":
    unittest.main()
