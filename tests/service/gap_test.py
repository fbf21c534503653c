"""After an outage the service reads what it missed, and says once what it covered."""
import json
import unittest

from harness import BUYER, LISTING, QUESTION, WORLD, Case

HOUR = 3600 * 1000
DAY = 24 * HOUR


class Gap(Case):
    def later(self, s, m, ms):
        """Both clocks stand so much later from the next start of the service on."""
        self.anchor -= ms // (s.rate - 1)

    def reports(self, s):
        return [json.loads(x[0]) for x in s.rows("SELECT facts FROM journal WHERE kind = 'gap' ORDER BY id")]

    def last(self, s):
        return s.get("status")["accounts"][0]["coverage"]


class Outages(Gap):
    def test_the_first_import(self):
        m, s = self.shop(mode="observe", world=WORLD)
        s.wait_for(lambda: self.last(s), "the report")
        report = self.last(s)
        self.assertTrue(report["first"])
        self.assertEqual(0, report["unknown"])
        self.assertGreater(report["new"], 0)
        self.assertIn("first import", report["text"])
        self.assertEqual([], [n for n in s.get("status")["notices"] if n["cause"].startswith("gap/")])
        self.assertIn("first import", s.log_text())
        self.assertIn("first import", s.cli("status").stdout)
        self.assertIn("first import", s.cli("report").stdout)


if __name__ == "__main__":
    unittest.main()
