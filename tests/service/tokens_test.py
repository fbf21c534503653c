"""Tokens that are refused: one new login helps, and an account is stopped only when a fresh token is refused too."""
import time
import unittest

from harness import QUESTION, WORLD, Case

SEND = {"method": "POST", "path": "/commerce/message/v1/send_message"}
CONVERSATIONS = {"method": "GET", "path": "/commerce/message/v1/conversation"}
TOKEN = {"method": "POST", "path": "/identity/v1/oauth2/token"}


class Tokens(Case):
    def stopped(self, s):
        return s.get("status")["accounts"][0]["stopped"]

    def test_a_token_ends_during_an_outage(self):
        """What failed before for another reason says nothing about the token."""
        m, s = self.shop(world=WORLD)
        m.fault(**CONVERSATIONS, act="status", status=503, times=2)
        m.fault(**CONVERSATIONS, act="expire", times=1)
        m.ask("message", QUESTION)
        s.wait_for(lambda: m.delivered() == 1 or self.stopped(s), "the reply")
        self.assertIsNone(self.stopped(s))

    def test_sends_that_no_token_opens(self):
        """The polls go on with the same token, so only the send tells; logins must not go round and round."""
        m, s = self.shop(world=WORLD)
        m.fault(**SEND, act="status", status=401, times=-1)
        m.ask("message", QUESTION)
        s.wait_for(lambda: self.stopped(s), "the account to be stopped")
        self.assertEqual(2, m.ask("calls")["operations"]["token"])  # the login, and one fresh token
        self.assertEqual(0, m.delivered())

    def test_what_was_pasted_is_tried_once(self):
        """And a login that is refused does not end one that works."""
        def told():
            return [n for n in s.get("status")["notices"] if "the code is not accepted" in n["text"]]

        m, s = self.shop(world=WORLD)
        before = m.ask("calls")["operations"]["token"]
        pasted = m.consent(s.get("account consent", account="toys-de")["url"])
        s.get("account redeem", account="toys-de", pasted=pasted.replace("code=", "code=wrong"))
        s.wait_for(told, "the refusal")
        self.assertIsNone(self.stopped(s))
        m.ask("message", QUESTION)
        s.wait_for(lambda: m.delivered() == 1, "the reply")
        s.get("account redeem", account="toys-de", pasted=m.consent(s.get("account consent", account="toys-de")["url"]))
        s.wait_for(lambda: not told(), "the login")
        self.assertEqual(before + 2, m.ask("calls")["operations"]["token"])

    def test_a_first_login_that_is_refused_stops_the_account(self):
        m = self.market()
        m.world(**WORLD)
        s = self.service({"toys-de": m.endpoint}).start()
        pasted = m.consent(s.get("account consent", account="toys-de")["url"])
        s.get("account redeem", account="toys-de", pasted=pasted.replace("code=", "code=wrong"))
        s.wait_for(lambda: "not accepted" in (self.stopped(s) or ""), "the refusal")

    def test_a_login_without_a_network_is_not_tried_without_end(self):
        m = self.market()
        m.world(**WORLD)
        s = self.service({"toys-de": m.endpoint}).start()
        url = s.get("account consent", account="toys-de")["url"]
        m.fault(**TOKEN, act="reset", times=-1)
        began = time.monotonic()
        s.get("account redeem", account="toys-de", pasted=m.consent(url))
        s.wait_for(lambda: s.log_text().count("login did not work") >= 3, "three tries")
        self.assertGreater((time.monotonic() - began) * s.rate, 30)  # 15 seconds after the first, 30 after the second, less a random part


if __name__ == "__main__":
    unittest.main()
