"""A wall clock that is wrong: nothing is sent while it stands before the last work, nothing is lost while it is ahead."""
import sqlite3
import unittest

from harness import QUESTION, WORLD, Case

HOUR = 3600 * 1000


class Clock(Case):
    def set_clock(self, s, ahead):
        """The service's clock stands so many ms ahead of the market's (from its next start)."""
        s.env["SUPERCARGO_TEST_CLOCK"] = "%d:%d" % (self.anchor - ahead // (s.rate - 1), s.rate)

    def sweeps(self, s, n):
        for _ in range(n):
            last = s.get("status")["accounts"][0]["streams"]
            last = {x["name"]: x["last_ok_at"] for x in last}["messages"]
            s.wait_for(lambda: {x["name"]: x["last_ok_at"] for x in s.get("status")["accounts"][0]["streams"]}["messages"] != last,
                       "another poll")

    def test_it_goes_back(self):
        m, s = self.shop(world=WORLD)
        s.stop()
        self.set_clock(s, -24 * HOUR)
        s.start()
        m.ask("message", QUESTION)
        s.wait_for(lambda: s.get("status")["sends_wait_for_clock"], "the pause")
        self.sweeps(s, 3)
        self.assertTrue(s.get("status")["sends_wait_for_clock"])
        self.assertIn("clock", str(s.get("status")["notices"]))
        self.assertEqual(0, m.delivered())
        s.get("resume", all=True)
        s.wait_for(lambda: not s.get("status")["sends_wait_for_clock"], "the end of the pause")

    def test_it_goes_back_in_a_turn_that_is_lost(self):
        """What a lost turn found out is found out, and told, once more."""
        m, s = self.shop(world=WORLD)
        s.stop()
        with sqlite3.connect(s.store) as db:
            db.execute("CREATE TRIGGER lost BEFORE INSERT ON notice BEGIN SELECT raise(ABORT, 'not today'); END")
        self.set_clock(s, -24 * HOUR)
        s.start(wait=False)
        s.wait_for(lambda: "not today" in s.log_text(), "the lost turn")
        with sqlite3.connect(s.store) as db:
            db.execute("DROP TRIGGER lost")
        s.wait_for(lambda: s.rows("SELECT 1 FROM notice WHERE cause = 'clock'"), "the notice")

    def test_it_was_ahead_at_a_start(self):
        """Before the platform's Date corrected it, a sweep began in the future; what comes until then must not be skipped."""
        m, s = self.shop(world=WORLD, mode="observe")
        s.stop()
        right = s.env["SUPERCARGO_TEST_CLOCK"]
        self.set_clock(s, 24 * HOUR)
        s.start()
        self.sweeps(s, 2)
        s.stop()
        s.env["SUPERCARGO_TEST_CLOCK"] = right
        s.start()
        self.sweeps(s, 1)
        m.ask("message", QUESTION)
        self.sweeps(s, 4)
        self.assertEqual(1, len(s.get("inbox")["conversations"]))

    def test_it_is_ahead_of_all_tokens(self):
        """A token lasts as long as the platform's clock says: ours, three hours ahead, must not ask for new ones without end."""
        m, s = self.shop(world=WORLD, mode="observe")
        s.stop()
        self.set_clock(s, 3 * HOUR)
        before = m.ask("calls")["operations"]["token"]
        s.start()
        self.sweeps(s, 1)
        m.ask("expire", {})
        self.sweeps(s, 4)
        self.assertLessEqual(m.ask("calls")["operations"]["token"] - before, 3)

    def test_nothing_is_lost_or_doubled_whatever_it_shows(self):
        m, s = self.shop(world=WORLD, mode="observe")
        for n, ahead in enumerate((72 * HOUR, -2 * HOUR, HOUR // 6, 0)):
            s.stop()
            self.set_clock(s, ahead)
            m.ask("message", dict(QUESTION, at="-1m"))
            s.start()
            m.ask("message", QUESTION)
            s.wait_for(lambda: s.rows("SELECT count(*) FROM message") == [(2 * n + 2,)], "both messages at %d" % ahead)
        self.sweeps(s, 3)
        self.assertEqual(8, s.rows("SELECT count(*) FROM message")[0][0])
        self.assertEqual(8, s.rows("SELECT count(*) FROM event WHERE kind = 'message.received'")[0][0])

    def ahead(self, **fault):
        """One question, answered while our clock stands half an hour ahead."""
        m, s = self.shop(world=WORLD)
        s.stop()
        self.set_clock(s, HOUR // 2)
        s.start()
        if fault:
            m.fault(method="POST", path="/commerce/message/v1/send_message", **fault)
        m.ask("message", QUESTION)
        s.wait_for(lambda: s.actions() and s.actions()[0]["state"] == "sent", "the reply")
        return m, s

    def test_a_lost_answer_is_found_by_the_platform_s_clock(self):
        m, s = self.ahead(act="accept-then-close", times=1)
        self.sweeps(s, 2)
        self.assertEqual(1, m.delivered())

    def test_a_reply_answers_only_what_was_there(self):
        """Our clock says nothing about the platform's messages: a second question after the reply waits for an answer."""
        m, s = self.ahead()
        m.ask("message", dict(QUESTION, text=QUESTION["text"] + " Und wann kommt es endlich an?"))
        self.sweeps(s, 3)
        self.assertEqual(1, len(s.get("inbox")["conversations"]), s.get("inbox", all=True))


if __name__ == "__main__":
    unittest.main()
