"""Random kill -9 over real sockets while the market loses answers: nothing lost, nothing doubled."""
import os
import random
import time
import unittest

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


if __name__ == "__main__":
    unittest.main()
