"""An account from which nothing comes any more, although the platform answers every call."""
import sqlite3
import unittest

from harness import QUESTION, WORLD, Case

RATE = 600
HOUR = 3600 * 1000
WEEK = 7 * 24 * HOUR


class Silence(Case):
    def as_if_learned(self, s, an_hour):
        """Weeks of so many messages an hour, and gaps between them as chance makes them."""
        s.stop()
        with sqlite3.connect(s.store) as db:
            now = db.execute("SELECT max(last_ok) FROM stream").fetchone()[0]
            news = b"".join(int(an_hour * 3.15 * 1000).to_bytes(4, "big") for _ in range(168))
            db.execute("UPDATE arrivals SET since = ?, at = ?, news = ? WHERE stream = 'messages'", (now - 4 * WEEK, now, news))
            db.execute("UPDATE arrivals SET since = ? WHERE stream <> 'messages'", (now - 4 * WEEK,))
            db.execute("INSERT OR REPLACE INTO silence (account, since, last, gaps, tail, excess, came, expected)"
                       " VALUES (1, ?, ?, 200000, 74000, 74000, 20000, 20000)", (now - 4 * WEEK, now))
        s.start()
        return now

    def told(self, s):
        return [n for n in s.get("status")["notices"] if n["cause"] == "silence/toys-de"]

    def test_a_muted_account_is_told_and_its_first_news_ends_that(self):
        self.begin_at("2026-03-02T08:00:00Z", RATE)
        m, s = self.shop(world=WORLD, rate=RATE, poll="2m", mode="observe")
        self.as_if_learned(s, 20)
        status = s.get("status")
        self.assertTrue([q for q in status["quotas"] if q["quota"] == "message" and q["used"] > 0 and q["left"] < q["limit"]])
        m.ask("message", QUESTION)
        s.wait_for(lambda: s.rows("SELECT 1 FROM message"), "the message")
        age = s.wait_for(lambda: s.get("status")["accounts"][0]["message_age_ms"], "how old it was")
        self.assertLess(age, HOUR)
        m.fault(path="*", act="mute", times=-1)
        s.wait_for(lambda: m.ask("fault")[0]["acted"], "the mute")
        m.ask("message", dict(QUESTION, text="Hallo? Ist da jemand?"))
        muted = s.now("toys-de")
        told = s.wait_for(lambda: self.told(s), "the notice")
        self.assertEqual(1, len(told))
        self.assertEqual([], [n for n in s.get("status")["notices"] if n["cause"].startswith("stream/")], s.log_text()[-3000:])
        self.assertGreater(s.rows("SELECT at FROM notice WHERE cause = 'silence/toys-de'")[0][0]
                           - s.rows("SELECT last FROM silence")[0][0], HOUR // 4)
        self.assertEqual(1, s.rows("SELECT count(*) FROM message")[0][0])
        self.assertGreaterEqual(told[0]["at"], muted)
        m.fault(clear=True)
        s.wait_for(lambda: not self.told(s), "its end")
        self.assertEqual(2, s.rows("SELECT count(*) FROM message")[0][0])

    def test_what_is_not_asked_for_is_no_silence(self):
        """An account whose calls fail has other notices."""
        self.begin_at("2026-03-02T08:00:00Z", RATE)
        m, s = self.shop(world=WORLD, rate=RATE, poll="2m", mode="observe")
        began = self.as_if_learned(s, 20)
        m.fault(path="/post-order/*", act="status", status=503, times=-1)
        s.wait_for(lambda: s.rows("SELECT 1 FROM stream WHERE name = 'messages' AND last_ok > ?", began + 4 * HOUR), "hours of failures")
        self.assertTrue(s.rows("SELECT 1 FROM stream WHERE name = 'returns' AND fails > 5"))
        self.assertEqual([], self.told(s))


if __name__ == "__main__":
    unittest.main()
