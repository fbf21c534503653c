"""account doctor: a healthy account is all good; whatever is wrong is told with what to do, in both languages."""
import json
import unittest

from harness import SECRET, WORLD, Case
from push_test import ADDRESS, TOKEN, free_port

FULL = "scopes = full\n"
KEY = "MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF"  # the published test key of RFC 9421
SIGNING = "signing_key = %s\nsigning_jwe = example.signing.jwe\n" % KEY
PUSH = 'push_address = "%s"\nverification_token = %s\n' % (ADDRESS, TOKEN)
ALL = "https://api.ebay.com/oauth/api_scope/"
PLACE = {"destinationId": "00000000-0000-4000-8000-000000000002", "name": "shop", "status": "ENABLED",
         "deliveryConfig": {"endpoint": ADDRESS, "verificationToken": TOKEN}}
DELETION = {"subscriptionId": "00000000-0000-4000-8000-000000000003", "topicId": "MARKETPLACE_ACCOUNT_DELETION", "status": "ENABLED",
            "creationDate": "2026-10-01T07:00:00.000Z", "destinationId": PLACE["destinationId"],
            "payload": {"format": "JSON", "schemaVersion": "1.0", "deliveryProtocol": "HTTPS"}}


class Doctor(Case):
    def shop(self, world={}, application=FULL + SIGNING + PUSH, **kw):
        self.port = free_port()
        world = dict(WORLD, application={"destinations": [PLACE], "subscriptions": [DELETION]}, **world)
        m, s = super().shop(**dict({"world": world, "application": application, "keys": "signatures = yes\n",
                                    "service": "push_port = %d\n" % self.port}, **kw))
        m.ask("push", {"to": "http://127.0.0.1:%d/push/shop-app" % self.port, "topic": "MARKETPLACE_ACCOUNT_DELETION",
                       "buyer": "example_buyer"})
        s.wait_for(lambda: (m.ask("push")[0] or {}).get("status"), "the answer to a notification")
        s.wait_for(lambda: all(x["last_ok_at"] for x in s.get("status")["accounts"][0]["streams"]), "every stream to be read")
        return m, s

    def doctor(self, s):
        """Health and words of each check, by name; the exit code must agree."""
        done = s.cli("account", "doctor", "toys-de", "--json", check=False)
        found = {c["name"]: (c["health"], (c["text"] or "") + c.get("mend", "")) for c in json.loads(done.stdout)["checks"]}
        self.assertEqual(any(health == "bad" for health, _ in found.values()), done.returncode == 1, done.stdout)
        return found

    def chinese(self, s):
        s.env["LC_ALL"] = "zh_CN.UTF-8"
        try:
            return s.cli("account", "doctor", "toys-de", check=False).stdout
        finally:
            s.env["LC_ALL"] = "C.UTF-8"

    def told(self, s, name, health, words, chinese):
        found = self.doctor(s)
        self.assertEqual(health, found[name][0], found)
        self.assertIn(words, found[name][1])
        self.assertIn(chinese, self.chinese(s))
        return found

    def test_a_healthy_account(self):
        m, s = self.shop()
        found = self.doctor(s)
        self.assertEqual({}, {name: x for name, x in found.items() if x[0] != "good"})
        for name in ("account", "clock", "listener", "stream: orders", "key set", "login", "scope: orders", "scope: messages",
                     "scope: payment disputes", "scope: feedback", "scope: seller standards", "returns", "signing key", "push address",
                     "deletion notices"):
            self.assertIn(name, found)
        english, chinese = s.cli("account", "doctor", "toys-de").stdout, self.chinese(s)
        self.assertIn("scope: payment disputes: good", english)
        self.assertIn("权限：付款纠纷: 正常", chinese)
        self.assertNotIn("scope", chinese)
        self.assertNotIn(SECRET, english)

    def test_nobody_uses_what_is_not_set_up(self):
        m, s = super().shop(world=WORLD, application="scopes = read\n")
        found = self.doctor(s)
        for name in ("scope: feedback", "scope: payment disputes", "signing key", "push address", "deletion notices", "stream: feedback"):
            self.assertNotIn(name, found)
        self.assertEqual([], [name for name, x in found.items() if x[0] == "bad"], found)

    def test_a_scope_is_missing(self):
        m, s = self.shop()
        m.world(seller={"scopes": " ".join(ALL + x for x in ("commerce.identity.readonly", "sell.fulfillment", "sell.finances",
                                                            "sell.payment.dispute", "sell.analytics.readonly", "commerce.message"))})
        s.login("toys-de", m)
        found = self.told(s, "scope: feedback", "bad", "commerce.feedback; let the seller consent again: supercargo account login toys-de",
                          "请让卖家重新授权")
        self.assertEqual(("good", ""), found["scope: orders"])

    def test_the_client_secret_is_wrong(self):
        m, s = self.shop()
        m.world(application={"client_secret": "AnotherSecret"})
        m.ask("expire", {})
        self.told(s, "account", "bad", "client_secret", "client_secret")

    def test_the_consent_was_taken_back(self):
        m, s = self.shop()
        m.ask("revoke", {})
        self.told(s, "account", "bad", "supercargo account login toys-de", "supercargo account login toys-de")

    def test_an_old_token_is_no_illness(self):
        m, s = self.shop(poll="1h")
        m.ask("expire", {})
        found = self.doctor(s)
        self.assertEqual({}, {name: x for name, x in found.items() if x[0] != "good"})

    def test_signing_keys(self):
        m, s = self.shop()
        m.world(application={"signing_ends": "+10d"})
        self.told(s, "signing key", "warning", "expires in 9 days", "将在 9 天后")
        m.world(application={"signing_ends": "-1d"})
        self.told(s, "signing key", "bad", "has expired; make a new one", "签名密钥已过期")
        m.world(application={"signing_ends": "+400d", "signing_jwe": "another.jwe"})
        self.told(s, "signing key", "bad", "not among the application's keys", "signing_jwe")
        s.edit_conf("signing_key = " + KEY + "\n", "")
        s.stop()
        s.start()
        self.told(s, "signing key", "bad", "needs signing_key and signing_jwe", "签名密钥")

    def test_the_clock_is_off(self):
        m, s = self.shop()
        s.stop()
        s.env["SUPERCARGO_TEST_CLOCK"] = "%d:%d" % (self.anchor - 600000 // (s.rate - 1), s.rate)
        s.start()
        s.wait_for(lambda: self.doctor(s)["clock"][0] == "bad", "the clock to be known")
        self.told(s, "clock", "bad", "timedatectl set-ntp true", "timedatectl set-ntp true")

    def test_push(self):
        m, s = self.shop()
        m.world(application={"destinations": [dict(PLACE, status="MARKED_DOWN")], "subscriptions": []})
        found = self.told(s, "push address", "bad", "stands there as MARKED_DOWN", "MARKED_DOWN")
        self.assertEqual("warning", found["deletion notices"][0])
        self.assertIn("MARKETPLACE_ACCOUNT_DELETION", found["deletion notices"][1])
        m.world(application={"destinations": [dict(PLACE, deliveryConfig={"endpoint": ADDRESS + "/", "verificationToken": TOKEN})]})
        self.told(s, "push address", "bad", "not registered as a destination", "推送")

    def test_a_stream_has_stopped(self):
        m, s = self.shop()
        m.fault(method="GET", path="/sell/fulfillment/v1/order", act="status", status=400, times=-1)
        s.wait_for(lambda: self.doctor(s)["stream: orders"][0] == "bad", "the stream to stop")
        self.told(s, "stream: orders", "bad", "supercargo resume toys-de", "supercargo resume toys-de")
        m.fault(clear=True)
        s.get("resume", account="toys-de")
        s.wait_for(lambda: self.doctor(s)["stream: orders"][0] == "good", "the stream to go on")

    def test_nobody_listens(self):
        m, s = super().shop(world=WORLD, application=FULL)
        self.assertEqual("warning", self.doctor(s)["listener"][0])
        self.told(s, "listener", "warning", "push_port is 0", "push_port")

    def test_one_that_never_logged_in(self):
        m = self.market()
        s = self.service({"toys-de": m.endpoint}, application=FULL).start()
        self.told(s, "account", "bad", "supercargo account login toys-de", "supercargo account login toys-de")


if __name__ == "__main__":
    unittest.main()
