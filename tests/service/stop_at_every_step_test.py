"""The service left at step N, for every N: same end, nothing doubled, nothing lost.

The scenario has two replies by rule (one whose answer is lost), one approved draft and one reply by hand.
"""
import concurrent.futures
import os
import unittest

import harness
from harness import BUYER, LISTING, QUESTION, SHIPPED, Case

STEPS = [int(n) for n in os.environ.get("STEPS", "").split(",") if n] or None
STOPPED = 70


def people(n):
    return [dict(BUYER, username="example_buyer_%d" % i) for i in range(n)]


class StopAtEveryStep(Case):
    def scenario(self, folder, anchor, stop_after):
        """Runs to the end, restarting after the stop; returns (stops, end state)."""
        m = harness.Market(folder, anchor)
        self.ends.append(m)
        m.world(listings=[LISTING], buyers=people(3),
                orders=[dict(SHIPPED, id="12-34567-%05d" % i, buyer="example_buyer_%d" % i) for i in range(3)])
        s = harness.Service(folder, anchor, {"toys-de": m.endpoint}, poll="10s")
        self.ends.append(s)
        stops, armed = 0, False
        m.fault(method="POST", path="/commerce/message/v1/send_message", act="accept-then-close", times=1)
        s.start("--stop-after", str(stop_after), wait=False) if stop_after else s.start(wait=False)

        def alive():
            nonlocal stops
            if s.process.poll() is not None:
                assert s.process.returncode == STOPPED, s.log_text()
                stops += 1
                s.out.close()
                s.start(wait=False)
            return s.answers()

        def insist(fact, what):
            def attempt():
                try:
                    return alive() and fact()
                except (OSError, ValueError, AssertionError):
                    return None
            return s.wait_for(attempt, "%s (stop after %s)" % (what, stop_after))

        def login():
            if s.get("account list")["accounts"][0]["login"] == "ok":
                return True
            if s.get("account list")["accounts"][0]["login"] != "pending":
                url = s.get("account consent", account="toys-de")["url"]
                s.get("account redeem", account="toys-de", pasted=m.consent(url))
            return False

        insist(login, "the login")
        insist(lambda: s.swept("toys-de"), "the import")
        insist(lambda: s.get("account arm", account="toys-de", mode="auto"), "arming")
        for i in range(2):
            m.ask("message", dict(QUESTION, buyer="example_buyer_%d" % i))
        m.ask("message", {"buyer": "example_buyer_2", "item": LISTING["item"],
                          "text": "Guten Tag, ich möchte den Artikel zurückschicken. Wie läuft die Rücksendung?"})
        draft = insist(lambda: s.actions(state="draft") + s.actions(state="sent", template="post_return_instructions"), "the draft")[0]
        insist(lambda: s.get("show", id=draft["id"])["state"] != "draft" or s.get("approve", ids=[draft["id"]]), "the approval")
        by_hand = "Guten Tag, Ihr Paket liegt in der Filiale."
        conversation = insist(lambda: [a for a in s.actions(state="sent") if a["template"] == "post_where_is_order"], "a sent reply")[0]["conversation"]
        insist(lambda: [a for a in s.actions() if a["text"] == by_hand] or s.get("reply", conversation=conversation, text=by_hand), "the reply by hand")
        insist(lambda: len(s.actions(state="sent")) == 4, "all to be sent")
        insist(lambda: m.delivered() >= 4, "all to arrive")
        end = sorted((x["text"], x["to"], x["times"]) for x in m.sent())
        rows = sorted((a["template"] or "", a["state"]) for a in s.actions())
        s.stop()
        m.stop()
        return stops, end, rows

    def run_one(self, n):
        folder = os.path.join(self.folder, "step-%d" % n)
        os.mkdir(folder)
        return n, self.scenario(folder, self.anchor, n)

    def test_every_step(self):
        _, (_, want, want_rows) = self.run_one(0)
        self.assertTrue(all(times == 1 for _, _, times in want), want)
        self.assertEqual(4, len(want))
        numbers = STEPS or range(1, 1000)
        stopped = 0
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            futures = []
            for n in numbers:
                futures.append(pool.submit(self.run_one, n))
                if len(futures) < 4:
                    continue
                n_done, (stops, end, rows) = futures.pop(0).result()
                stopped += self.judge(n_done, stops, end, rows, want, want_rows)
                if not stops and not STEPS:
                    break
            for f in futures:
                n_done, (stops, end, rows) = f.result()
                stopped += self.judge(n_done, stops, end, rows, want, want_rows)
        print("stopped at %d steps" % stopped)
        self.assertGreater(stopped, len(STEPS) - 1 if STEPS else 40)

    def judge(self, n, stops, end, rows, want, want_rows):
        def texts(e):
            return sorted((to, times) for _, to, times in e)
        self.assertEqual(texts(want), texts(end), "stopped after step %d" % n)
        self.assertEqual(want_rows, rows, "stopped after step %d" % n)
        return stops


if __name__ == "__main__":
    unittest.main()
