"""Everything that the platform shows is stored once, whatever happens; after an outage the service says once what it covered."""
import json
import random
import sqlite3
import unittest

from harness import BUYER, LISTING, QUESTION, WORLD, Case

MINUTE = 60 * 1000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
TIMES = {"from", "start", "hour", "wide", "whole"}  # of the connector's cursors


class Gap(Case):
    def reports(self, s):
        return [json.loads(x[0]) for x in s.rows("SELECT facts FROM journal WHERE kind = 'gap' ORDER BY id")]

    def last(self, s):
        return s.get("status")["accounts"][0]["coverage"]

    def outage(self, s, ms):
        """The service, which stands still, did its last work so long ago."""
        with sqlite3.connect(s.store) as db:
            for rowid, name, cursor in db.execute("SELECT account, name, cursor FROM stream").fetchall():
                place = json.loads(cursor) if cursor else {}
                place = {k: v - ms if k in TIMES and v else v for k, v in place.items()}
                db.execute("UPDATE stream SET (cursor, last_ok, covered, swept, next_at) = (?, last_ok - ?, covered - ?, swept - ?, next_at - ?)"
                           " WHERE account = ? AND name = ?", (json.dumps(place) if place else cursor, ms, ms, ms, ms, rowid, name))
            db.execute("UPDATE meta SET value = value - ? WHERE key = 'last_commit'", (ms,))

    def told(self, s, number=1):
        """The reports, once so many outages were told."""
        return s.wait_for(lambda: len(self.reports(s)) >= number and self.reports(s), "report %d" % number)

    def same(self, m, s):
        """What the platform has, and how often it is stored."""
        state = m.ask("state")
        truth = {"orders": {o["orderId"] for o in state["orders"]},
                 "message": {x["messageId"] for c in state["conversations"] for x in c["messages"]},
                 "dispute": {d["dispute"] for d in m.ask("disputes")}, "feedback": {f["feedback"] for f in m.ask("feedback")}}
        ours = {table: [r[0] for r in s.rows("SELECT remote FROM %s" % table)] for table in truth}
        return all(sorted(ours[t]) == sorted(truth[t]) for t in truth), {
            t: (sorted(truth[t] - set(ours[t])), sorted(set(ours[t]) - truth[t]), len(ours[t]) - len(set(ours[t]))) for t in truth}


class Outages(Gap):
    def test_the_first_import(self):
        m, s = self.shop(mode="observe", world=WORLD)
        report = self.told(s)[0]
        self.assertTrue(report["first"])
        self.assertEqual(0, report["unknown"])
        self.assertGreater(report["new"], 0)
        self.assertEqual([], [n for n in s.get("status")["notices"] if n["cause"].startswith("gap/")])
        for text in (s.log_text(), s.cli("status").stdout, s.cli("report").stdout):
            self.assertIn("first import: covered from", text)
        s.env["LC_ALL"] = "zh_CN.UTF-8"
        self.assertIn("首次导入", s.cli("status").stdout)

    def test_ten_days(self):
        m, s = self.shop(world=WORLD)
        self.told(s)
        s.stop()
        self.outage(s, 10 * DAY)
        m.world(buyers=[dict(BUYER, username="example_buyer_2")],
                orders=[{"id": "12-34567-%05d" % i, "buyer": "example_buyer_2", "marketplace": "EBAY_DE", "at": "-%dd" % (1 + i % 9),
                         "items": [{"item": LISTING["item"]}]} for i in range(230)],
                messages=[dict(QUESTION, buyer="example_buyer_2", at="-%dh" % (30 + i)) for i in range(120)])
        m.feedback(order="12-34567-89012", rating="NEGATIVE", text="It came late.")
        m.dispute("return", "12-34567-00001", reason="ARRIVED_DAMAGED")
        s.start()
        report = self.told(s, 2)[1]
        self.assertTrue(*self.same(m, s))
        self.assertEqual((0, False), (report["unknown"], report["first"]))
        self.assertGreaterEqual(report["new"], 230 + 120 + 2)
        self.assertEqual(12, len(report["streams"]), report)
        self.assertIn("after an outage covered from", str(s.get("status")["notices"]))
        self.assertEqual(0, m.delivered())  # older than what rules answer
        before = s.now("toys-de")
        s.wait_for(lambda: s.swept("toys-de", before), "one more sweep")
        self.assertEqual(2, len(self.reports(s)))

    def test_it_is_killed_in_the_middle(self):
        """What came in before the kill counts, too."""
        m, s = self.shop(world=WORLD, mode="observe")
        self.told(s)
        s.stop()
        self.outage(s, 3 * DAY)
        m.world(messages=[dict(QUESTION, at="-%dh" % (1 + i)) for i in range(60)])
        stops = 0
        while len(self.reports(s)) < 2:
            s.out.close()
            s.start("--stop-after", str(20 + stops), wait=False)
            s.wait_for(lambda: s.process.poll() is not None or len(self.reports(s)) == 2, "the report or the stop")
            stops += s.process.returncode is not None
        self.assertGreater(stops, 2)
        self.assertEqual(60, self.reports(s)[1]["new"])

    def test_a_dead_token(self):
        m, s = self.shop(world=WORLD)
        self.told(s)
        m.ask("revoke", {})
        s.wait_for(lambda: s.get("status")["accounts"][0]["stopped"], "the account to stop")
        s.stop()
        self.outage(s, 5 * HOUR)
        s.start()
        m.ask("message", dict(QUESTION, at="-2h"))
        self.assertEqual(1, len(self.reports(s)))
        s.login("toys-de", m)
        report = self.told(s, 2)[1]
        self.assertEqual((1, 0), (report["new"], report["unknown"]))

    def test_what_cannot_be_known_is_named(self):
        m, s = self.shop(world=WORLD, mode="observe")
        self.told(s)
        s.stop()
        self.outage(s, 50 * DAY)
        m.fault(path="/post-order/v2/return/search", act="status", status=400, times=-1)
        m.fault(path="/sell/fulfillment/v1/order", act="strange", times=1)
        s.start()
        report = self.told(s, 2)[1]
        streams = {x["name"]: x for x in report["streams"]}
        self.assertEqual(1, streams["orders"]["odd"])
        self.assertTrue(streams["returns"]["why"])
        self.assertIn("40 days", str(self.last(s)["streams"]))
        self.assertEqual(4, report["unknown"], report)
        for words in ("4 unknown (orders, returns, cancellations, cancellations_ours)", "the platform shows only the last 40 days"):
            self.assertIn(words, s.cli("report").stdout)


    def test_what_nobody_asks_for_is_not_covered(self):
        """A stream that had stopped before the outage is not read after it: what it would have shown is unknown."""
        m, s = self.shop(world=WORLD, mode="observe")
        self.told(s)
        m.fault(path="/post-order/v2/return/search", act="status", status=400, times=1)
        s.wait_for(lambda: s.rows("SELECT 1 FROM stream WHERE name = 'returns' AND stopped IS NOT NULL"), "the stream to stop")
        s.stop()
        self.outage(s, 3 * DAY)
        s.start()
        report = self.told(s, 2)[1]
        returns = {x["name"]: x for x in report["streams"]}["returns"]
        self.assertTrue(returns["why"])
        self.assertEqual(1, report["unknown"], report)
        self.assertIn("1 unknown (returns)", s.cli("report").stdout)
        s.get("resume", all=True)  # and when it goes on, it is told what was covered then
        report = self.told(s, 3)[2]
        self.assertEqual((["returns"], 0), ([x["name"] for x in report["streams"]], report["unknown"]))


class Odd(Gap):
    def test_what_an_older_version_could_not_read(self):
        m = self.market()
        m.world(**WORLD)
        m.fault(path="/sell/fulfillment/v1/order", act="strange", times=1)
        s = self.service({"toys-de": m.endpoint}).start()
        s.login("toys-de", m)
        self.told(s)
        s.get("account arm", account="toys-de", mode="auto")
        before = s.now("toys-de")
        s.wait_for(lambda: s.swept("toys-de", before), "one more sweep")
        self.assertEqual((0, 1), s.rows("SELECT (SELECT count(*) FROM orders), (SELECT count(*) FROM odd)")[0])
        s.stop()
        with sqlite3.connect(s.store) as db:
            db.execute("UPDATE meta SET value = '0.0.0' WHERE key = 'read_by/toys-de'")
        s.start()
        s.wait_for(lambda: not s.get("odd")["odd"], "the item to be settled")
        self.assertTrue(*self.same(m, s))
        self.assertEqual([{"stream": "orders", "settled": 1, "left": False}],
                         [json.loads(r[0]) for r in s.rows("SELECT facts FROM journal WHERE kind = 'odd'")])
        self.assertEqual(0, s.rows("SELECT count(*) FROM event WHERE check_at IS NOT NULL")[0][0])
        self.assertEqual([], s.actions())

    def test_what_still_cannot_be_read_stays(self):
        m = self.market()
        m.world(**WORLD)
        m.fault(path="/sell/fulfillment/v1/order", act="strange", times=-1)
        s = self.service({"toys-de": m.endpoint}).start()
        s.login("toys-de", m)
        self.told(s)
        self.assertIn("read once more", s.cli("odd", "--retry").stdout)
        s.wait_for(lambda: s.rows("SELECT 1 FROM journal WHERE kind = 'odd'"), "the list to be read once more")
        self.assertEqual(1, len(s.get("odd")["odd"]))


if __name__ == "__main__":
    unittest.main()
