"""Notifications: the address answers for itself, eBay's own are believed, and a person whom eBay names is forgotten."""
import base64
import contextlib
import glob
import hashlib
import json
import os
import random
import socket
import threading
import time
import unittest
import urllib.error
import urllib.request

from harness import BUYER, QUESTION, SHIPPED, WORLD, Case
from disputes_test import ACCEPT, FULL

TOKEN = "71745723-d031-455c-bfa5-f90d11b4f20a"
ADDRESS = "https://seller.example/push/shop-app"
KNOWN = {"username": "example_vergissmeinnicht", "name": "Vera Vergissmeinnicht", "street": "Vergissmeinnichtweg 77", "city": "Berlin",
         "postal": "10115", "country": "DE", "email": "vergissmeinnicht@members.example", "phone": "00000000077"}
WORDS = ["ergissmeinnicht", "grüngelbgestreift", "Gelbgrünkariert"]  # of the person: names, address, what they wrote and what was said about it


def free_port():
    """Below those that connections take by themselves: a service that starts again finds it free still."""
    while True:
        port = random.randrange(10000, 30000)
        with contextlib.suppress(OSError), socket.socket() as s:
            s.bind(("127.0.0.1", port))
            return port


def traces(folder):
    """Which words about the person stand in a file of the store, wherever in it."""
    found = set()
    for name in glob.glob(os.path.join(folder, "*.db*")):
        with open(name, "rb") as f:
            data = f.read()
        found |= {w for w in WORDS if w.encode() in data}
    return found


class Push(Case):
    def shop(self, **kw):
        self.port = free_port()
        settings = 'push_address = "%s"\nverification_token = %s\n' % (ADDRESS, TOKEN)
        m, s = super().shop(**dict({"application": FULL + settings, "service": "push_port = %d\n" % self.port}, **kw))
        self.to = "http://127.0.0.1:%d/push/shop-app" % self.port
        return m, s

    def pushed(self, m, s, **what):
        """Posts it and waits for the answer's status."""
        before = len(m.ask("push"))
        m.ask("push", dict(what, to=self.to))
        return s.wait_for(lambda: m.ask("push")[before]["status"], "the answer to the notification")

    def test_the_address_answers_for_itself(self):
        m, s = self.shop(world=WORLD)
        with urllib.request.urlopen(self.to + "?challenge_code=a8628072-3d33", timeout=30) as answer:
            self.assertEqual("application/json", answer.headers.get_content_type())
            expected = hashlib.sha256(("a8628072-3d33" + TOKEN + ADDRESS).encode()).hexdigest()
            self.assertEqual('{"challengeResponse":"%s"}' % expected, answer.read().decode())
        with self.assertRaises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(self.to.replace("shop-app", "other") + "?challenge_code=x", timeout=30)
        self.assertEqual(404, refused.exception.code)
        refused.exception.close()

    def test_news_are_read_at_once(self):
        m, s = self.shop(world=WORLD, rules=ACCEPT, poll="1h")
        d = m.dispute("return", SHIPPED["id"], reason="DEFECTIVE_ITEM")
        before = m.ask("calls")["operations"]
        self.assertEqual(412, self.pushed(m, s, topic="ORDER_RETURN_ACTIVITY", dispute=d, forged=True))
        self.assertEqual(before["searchReturns"], m.ask("calls")["operations"]["searchReturns"])
        self.assertEqual(204, self.pushed(m, s, topic="ORDER_RETURN_ACTIVITY", dispute=d))
        s.wait_for(lambda: m.truth(d)["actions"], "the answer")
        after = m.ask("calls")["operations"]
        self.assertEqual(before["searchInquiries"], after["searchInquiries"])  # an hour has not passed
        self.assertEqual(1, after["getPublicKey"])

    def test_forged_keys_leave_room_for_logins(self):
        """Whoever knows the address can name keys without end: each costs a request in the lane of the logins."""
        m, s = self.shop(world=WORLD)
        m.fault(path="/commerce/notification/v1/public_key/*", act="slow", ms=50, times=-1)
        stop = threading.Event()
        floods = [threading.Thread(target=self.flood, args=(stop, i)) for i in range(4)]
        for f in floods:
            f.start()
        try:
            s.wait_for(lambda: m.ask("calls")["operations"].get("getPublicKey", 0) > 2, "the forged keys to be asked for")
            before = m.ask("calls")["operations"]["token"]
            s.get("account redeem", account="toys-de", pasted=m.consent(s.get("account consent", account="toys-de")["url"]))
            s.wait_for(lambda: m.ask("calls")["operations"]["token"] > before, "the login", pause=0.1)
        finally:
            stop.set()
            for f in floods:
                f.join()

    def flood(self, stop, who):
        """Notifications, each by a key of its own that nobody has."""
        for i in range(10000):
            if stop.is_set():
                return
            words = json.dumps({"alg": "ecdsa", "kid": "forged-%d-%d" % (who, i), "signature": "AAAA", "digest": "SHA1"})
            request = urllib.request.Request(self.to, b"{}", {"X-EBAY-SIGNATURE": base64.b64encode(words.encode()).decode()})
            with contextlib.suppress(OSError):
                urllib.request.urlopen(request, timeout=1).close()

    def test_notifications_do_not_use_up_the_quota(self):
        """What comes right after a sweep is read ten seconds after it, once."""
        m, s = self.shop(world=WORLD, poll="1h", rate=5)
        d = m.dispute("return", SHIPPED["id"], reason="DEFECTIVE_ITEM")
        self.assertEqual(204, self.pushed(m, s, topic="ORDER_RETURN_ACTIVITY", dispute=d))
        s.known(d)
        before = m.ask("calls")["operations"]["searchReturns"]
        began = time.monotonic()
        for _ in range(40):
            self.assertEqual(204, self.pushed(m, s, topic="ORDER_RETURN_ACTIVITY", dispute=d))
        allowed = (time.monotonic() - began) * s.rate / 10 + 2
        self.assertLessEqual(m.ask("calls")["operations"]["searchReturns"] - before, allowed)

    def test_who_is_named_by_ebay_is_forgotten(self):
        world = dict(WORLD, buyers=[BUYER, KNOWN], orders=[SHIPPED, dict(SHIPPED, id="12-34567-89077", buyer=KNOWN["username"],
                                                                         note="Bitte grüngelbgestreift einpacken")])
        m, s = self.shop(world=world)
        m.ask("message", dict(QUESTION, buyer=KNOWN["username"], text="Wo bleibt mein Paket? Gelbgrünkariert war bestellt."))
        m.ask("message", QUESTION)
        s.wait_for(lambda: len(s.actions(state="sent")) == 2, "the replies")
        d = m.dispute("return", "12-34567-89077", reason="DEFECTIVE_ITEM", text="Nicht grüngelbgestreift!")
        f = m.feedback(order="12-34567-89077", rating="NEGATIVE", text="Gelbgrünkariert wäre schöner")
        s.known(d), s.known(f, "feedback")
        self.assertEqual(set(WORDS), traces(self.folder))
        self.assertEqual(412, self.pushed(m, s, topic="MARKETPLACE_ACCOUNT_DELETION", buyer=KNOWN["username"], forged=True))
        self.assertEqual(set(WORDS), traces(self.folder))
        self.assertEqual(204, self.pushed(m, s, topic="MARKETPLACE_ACCOUNT_DELETION", buyer=KNOWN["username"]))
        s.wait_for(lambda: not traces(self.folder), "the person to be gone from every page")
        backup = os.path.join(self.folder, "later")
        os.mkdir(backup)
        s.cli("backup", os.path.join(backup, "copy.db"))
        self.assertEqual(set(), traces(backup))
        self.assertEqual(0, s.cli("verify").returncode)
        # the marketplace still shows the order: it comes back without the person
        now = s.now("toys-de")
        m.world(orders=[{"id": "12-34567-89077", "shipped": "now"}])
        s.wait_for(lambda: s.swept("toys-de", now), "another sweep")
        self.assertEqual(set(), traces(self.folder))
        # and the others are still there
        self.assertTrue(s.rows("SELECT 1 FROM buyer WHERE name = ?", BUYER["name"]))


if __name__ == "__main__":
    unittest.main()
