"""The first start on a long history: taken in whole, answered by nobody until armed."""
import json
import sqlite3
import unittest

from harness import QUESTION, WORLD, Case


class FirstImport(Case):
    def test_ninety_days_with_500_unanswered_messages(self):
        m = self.market("--history", "90", "--messages", "500", "--orders", "300", "--seed", "7")
        m.world(**WORLD)
        s = self.service({"toys-de": m.endpoint}).start()
        s.login("toys-de", m)
        s.wait_for(lambda: s.swept("toys-de"), "the import")
        state = m.ask("state")
        there = sum(1 for c in state["conversations"] for x in c["messages"] if c["type"] == "FROM_MEMBERS")
        self.assertGreaterEqual(there, 500)
        taken = 0
        after = None
        while True:
            page = s.get("inbox", all=True, limit=200, **({"after": after} if after else {}))
            for c in page["conversations"]:
                taken += len(s.get("show", id=c["id"])["messages"])
            after = page.get("next")
            if not after:
                break
        self.assertEqual(there, taken)
        self.assertEqual([], [a for a in s.actions() if a["state"] not in ("cancelled",)])
        self.assertEqual(0, m.delivered())
        notices = " ".join(n["text"] for n in s.get("status")["notices"])
        self.assertIn("500", notices)

        shown = s.get("inbox", limit=20)["conversations"]
        self.assertTrue(shown and all(c["language"] and c["intent"] for c in shown))
        self.assertIn("older", json.dumps(s.get("explain", id=s.get("show", id=shown[0]["id"])["messages"][0]["id"])))
        s.get("account arm", account="toys-de", mode="auto")
        before = s.now("toys-de")
        s.wait_for(lambda: s.swept("toys-de", before), "a sweep after arming")
        self.assertEqual(0, m.delivered())
        m.ask("message", QUESTION)
        s.wait_for(lambda: m.delivered() == 1, "the reply to the new message")
        before = s.now("toys-de")
        s.wait_for(lambda: s.swept("toys-de", before), "one more sweep")
        self.assertEqual(1, m.delivered())

    def test_an_import_that_stops_every_few_steps_is_whole(self):
        """Page and cursor are one: wherever the process stops, nothing is skipped."""
        m = self.market("--history", "30", "--messages", "60", "--orders", "40", "--seed", "3")
        m.world(**WORLD)
        s = self.service({"toys-de": m.endpoint}, poll="1h").start()
        s.login("toys-de", m)
        s.kill()
        stops = 0

        def swept():
            try:
                return s.swept("toys-de")
            except (OSError, ValueError):
                return False

        while not stops or s.process.returncode is not None:
            s.out.close()
            s.start("--stop-after", str(8 + stops % 11), wait=False)
            s.wait_for(lambda: s.process.poll() is not None or swept(), "the sweep or the stop")
            stops += s.process.returncode is not None
        self.assertGreater(stops, 5)
        with sqlite3.connect("file:%s?mode=ro" % s.store, uri=True) as db:
            orders, messages = (db.execute("SELECT count(*) FROM " + t).fetchone()[0] for t in ("orders", "message"))
        state = m.ask("state")
        self.assertEqual(len(state["orders"]), orders)
        self.assertEqual(sum(len(c["messages"]) for c in state["conversations"]), messages)


if __name__ == "__main__":
    unittest.main()
