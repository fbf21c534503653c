"""What has to be told reaches the seller, whatever one of the channels does."""
import http.server
import json
import signal
import threading
import unittest

from harness import SHIPPED, Case
from disputes_test import ASKED, BOTH, FULL

HOUR = 3600 * 1000


class Channel:
    """A webhook: takes what comes (status), or never answers (status None)."""

    def __init__(self, status):
        self.got, self.held = [], threading.Event()
        channel = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                channel.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                if status is None:
                    channel.held.wait(30)
                self.send_response(status or 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def section(self, name):
        return '\n[notify "%s"]\nwebhook = "http://127.0.0.1:%d/"\n' % (name, self.server.server_address[1])

    def stop(self):
        self.held.set()
        self.server.shutdown()
        self.server.server_close()


class Notices(Case):
    def channel(self, status):
        c = Channel(status)
        self.ends.append(c)
        return c

    def test_a_channel_that_fails_holds_up_no_other(self):
        broken, fine = self.channel(500), self.channel(200)
        m = self.market()
        s = self.service({"toys-de": m.endpoint}, extra=broken.section("broken") + fine.section("fine")).start()
        s.wait_for(lambda: fine.got, "the notice at the channel that works")
        self.assertIn("login toys-de", fine.got[0]["text"])
        self.assertEqual(1, len(broken.got))

    def test_a_dispute_that_nobody_answers_is_told_before_its_time_is_over(self):
        """The draft waits for an approval that does not come."""
        fine = self.channel(200)
        m, s = self.shop(world=BOTH, application=FULL, rules=ASKED, extra=fine.section("fine"))
        m.dispute("return", SHIPPED["id"], reason="DEFECTIVE_ITEM")
        row = s.wait_for(lambda: s.actions(state="draft"), "the draft")[0]
        due = lambda: [x for x in fine.got if x["cause"].startswith("due/24h/" + row["dispute"])]
        self.assertEqual([], due())
        s.stop()
        left = s.rows("SELECT respond_by - opened FROM dispute")[0][0]  # the service's clock goes on without the market's
        s.env["SUPERCARGO_TEST_CLOCK"] = "%d:%d" % (self.anchor - (left - 23 * HOUR) // (s.rate - 1), s.rate)
        s.start()
        s.wait_for(due, "the notice")
        self.assertEqual(["due/24h/" + row["dispute"]], [x["cause"].split("@")[0] for x in s.get("status")["notices"] if "due/" in x["cause"]])
        s.get("approve", ids=[row["id"]])
        s.wait_for(lambda: "due/" not in str(s.get("status")["notices"]), "the notice to be over")

    def test_a_channel_that_hangs_does_not_hold_up_the_end(self):
        hung = self.channel(None)
        m = self.market()
        s = self.service({"toys-de": m.endpoint}, extra=hung.section("hung")).start()
        s.wait_for(lambda: hung.got, "the notice to be on its way")
        self.assertEqual(0, s.stop(), s.log_text())

    def test_a_channel_is_removed_while_it_is_told(self):
        fine, hung = self.channel(200), self.channel(None)
        m = self.market()
        s = self.service({"toys-de": m.endpoint}, extra=fine.section("fine") + hung.section("hung")).start()
        s.wait_for(lambda: hung.got, "the notice to be on its way")
        s.edit_conf(hung.section("hung"), "")
        s.process.send_signal(signal.SIGHUP)
        s.wait_for(lambda: "configuration read again" in s.log_text(), "the reload")
        hung.held.set()
        for _ in range(3):
            s.get("status")
        self.assertEqual(0, s.stop(), s.log_text())


if __name__ == "__main__":
    unittest.main()
