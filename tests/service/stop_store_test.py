"""The service left at step N, for every N: a first import, the way back after ten days, a copy from before the sends, and copies (stops.py)."""
import datetime
import os
import shutil
import sqlite3
import time
import unittest

import harness
from disputes_test import ACCEPT, FULL, LIMITS
from feedback_test import REPLY
from harness import BUYER, LISTING, QUESTION, RULES, SHIPPED, WORLD, Case
from stops import RATE, STOPPED, Steps

DAY = 24 * 3600


def order(i, **what):
    return dict(SHIPPED, id="12-%05d-00001" % i, buyer="example_buyer_%d" % i, **what)


def buyers(n):
    return [dict(BUYER, username="example_buyer_%d" % i) for i in range(n)]


class Import(Steps):
    """Several pages of everything; nobody is answered."""
    market = ("--history", "30", "--messages", "60", "--orders", "230", "--seed", "3")
    alike = 5
    configuration = {"poll": "10m"}

    def world(self, m):
        m.world(**WORLD)

    def before(self, m, s):
        """The login alone: what is read then is read before the first stop."""
        s.start()
        s.get("pause", all=True)
        s.login("toys-de", m)
        s.kill()

    def play(self, m, s, person):
        person.insist(lambda: s.swept("toys-de"), "the import")
        return len(m.ask("state")["orders"])

    def judge(self, facts):
        self.assertEqual(facts["played"], facts["records"][0])
        self.assertGreater(facts["records"][0], 200)  # a page
        self.assertGreater(facts["records"][1], 50)   # a page
        self.assertEqual([], facts["texts"])

    def test_every_step(self):
        self.every_step()


class Outage(Steps):
    """Ten days in which nothing was read: all of it comes in, only what is younger than three days is answered."""
    configuration = {"application": FULL, "keys": LIMITS, "rules": RULES + ACCEPT + REPLY % "auto"}
    alike = 3
    quiet, asked = 10, 30  # buyers from before, buyers who wrote during the outage, one every eight hours

    def at(self, days):
        """So long before now, as an ISO time."""
        now = self.anchor + (time.time() * 1000 - self.anchor) * RATE
        return datetime.datetime.fromtimestamp(now / 1000 - days * DAY, datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def world(self, m):
        self.past = dict(listings=[LISTING], buyers=buyers(self.quiet + self.asked),
                         orders=[order(i, at=self.at(15), shipped=self.at(14)) for i in range(self.quiet + self.asked)],
                         messages=[dict(QUESTION, buyer="example_buyer_%d" % i, at=self.at(12)) for i in range(self.quiet)])
        m.world(**self.past)

    def before(self, m, s):
        """The same market as it was ten days ago, read to the end; then this one, with what happened since."""
        past = self.anchor + int(10 * DAY * 1000 // (RATE - 1))
        old = harness.Market(s.folder, past, rate=RATE)
        self.ends.append(old)
        old.world(**self.past)
        now = s.env
        s.env = dict(now, SUPERCARGO_TEST_CLOCK="%d:%d" % (past, RATE))
        s.edit_conf(m.endpoint, old.endpoint)
        super().before(old, s)
        for token in old.ask("tokens")["tokens"]:
            m.world(seller={"refresh_token": token})
        old.stop()
        s.env = now
        s.edit_conf(old.endpoint, m.endpoint)
        m.world(messages=[dict(QUESTION, buyer="example_buyer_%d" % (self.quiet + i), at=self.at(10 - (i + 0.5) / 3)) for i in range(self.asked)])
        for i, days in ((0, 2), (1, 1)):
            m.dispute("return", "12-%05d-00001" % i, reason="DEFECTIVE_ITEM", at=self.at(days))

    def play(self, m, s, person):
        person.insist(lambda: s.swept("toys-de", self.at(0.1)), "the sweep")
        person.insist(lambda: s.rows("SELECT count(*) FROM message WHERE direction = 'in'")[0][0] == self.quiet + self.asked, "the messages")
        person.insist(lambda: len(s.actions(state="sent", kind="reply")) >= 8, "the replies")

    def judge(self, facts):
        self.assertEqual({1}, {n for _, n in facts["texts"]})
        self.assertIn(len(facts["texts"]), (8, 9))
        self.assertEqual([self.quiet + self.asked, self.quiet + self.asked, self.quiet + self.asked, 2, 0, 0], facts["records"])

    def test_every_step(self):
        self.every_step()


class Restored(Steps):
    """A copy from before six replies left is put in the place of the store."""
    n = 6

    def world(self, m):
        m.world(listings=[LISTING], buyers=buyers(self.n + 1), orders=[order(i) for i in range(self.n + 1)])

    def before(self, m, s):
        super().before(m, s)
        s.start()
        s.get("pause", account="toys-de")
        for i in range(self.n):
            m.ask("message", dict(QUESTION, buyer="example_buyer_%d" % i))
        s.wait_for(lambda: len(s.actions(state="ready")) == self.n, "the waiting replies")
        copy = os.path.join(s.folder, "copy.db")
        s.cli("backup", copy)
        s.get("resume", account="toys-de")
        s.wait_for(lambda: len(s.actions(state="sent")) == self.n, "the replies")
        s.stop()
        for end in ("", "-wal", "-shm"):
            if os.path.exists(s.store + end):
                os.unlink(s.store + end)
        shutil.copyfile(copy, s.store)

    def play(self, m, s, person):
        m.ask("message", dict(QUESTION, buyer="example_buyer_%d" % self.n))
        person.insist(lambda: s.get("resume", account="toys-de"), "the end of the pause")
        person.insist(lambda: len(s.actions()) > self.n, "the row about the new message")

    def judge(self, facts):
        self.assertEqual({1}, {n for _, n in facts["texts"]})
        self.assertIn(len(facts["texts"]), (self.n, self.n + 1))

    def test_every_step(self):
        self.every_step()


class Copies(Case):
    """Under its name there is a whole copy or none, wherever the copying stops; and the service goes on."""

    def test_every_step(self):
        m, s = self.shop(world=WORLD)
        m.ask("message", QUESTION)
        s.wait_for(lambda: s.actions(state="sent"), "the reply")
        copy = os.path.join(self.folder, "copy.db")
        n = stopped = 0
        while not n or done.returncode:
            n += 1
            done = s.cli("backup", copy, "--stop-after", str(n), check=False)
            self.assertIn(done.returncode, (0, STOPPED), done.stderr)
            if not os.path.exists(copy):
                stopped += 1
                self.assertTrue(done.returncode)
                continue
            with sqlite3.connect(copy) as db:
                self.assertEqual("ok", db.execute("PRAGMA integrity_check").fetchone()[0])
                self.assertTrue(db.execute("SELECT value FROM meta WHERE key = 'backup_at'").fetchone())
                self.assertEqual([("sent",)], db.execute("SELECT state FROM outbox").fetchall())
            os.unlink(copy)
        self.assertGreater(stopped, 2)
        m.ask("message", dict(QUESTION, text="Danke, es ist da."))
        s.wait_for(lambda: s.rows("SELECT count(*) FROM message WHERE direction = 'in'") == [(2,)], "the next message")


if __name__ == "__main__":
    unittest.main()
