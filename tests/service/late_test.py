"""What shows late on the platform is neither lost nor taken for answered."""
import sqlite3
import unittest

from harness import BUYER, LISTING, QUESTION, WORLD, Case


class Late(Case):
    def test_a_message_written_before_the_reply_and_shown_after_it(self):
        m, s = self.shop(world=WORLD)
        m.ask("message", dict(QUESTION, at="+0s"))
        s.wait_for(lambda: s.actions(state="sent"), "the reply")
        m.ask("message", dict(QUESTION, text="Wo bleibt mein Paket? Bitte antworten Sie mir endlich.", at="-5s", visible="+30s"))
        c = s.actions()[0]["conversation"]
        s.wait_for(lambda: len([x for x in s.get("show", id=c)["messages"] if x["direction"] == "in"]) == 2, "the second message")
        self.assertEqual([c], [x["id"] for x in s.get("inbox")["conversations"]], s.get("show", id=c))

    def imported(self, conversations, orders, **fault):
        """What a first import holds when the platform shows pages wrongly once."""
        m = self.market()
        buyers = [dict(BUYER, username="example_buyer_%d" % i) for i in range(max(conversations, orders))]
        m.world(listings=[LISTING], buyers=buyers,
                orders=[{"id": "12-%05d-00001" % i, "buyer": "example_buyer_%d" % i, "marketplace": "EBAY_DE", "at": "-5d",
                         "items": [{"item": LISTING["item"]}]} for i in range(orders)],
                messages=[dict(QUESTION, buyer="example_buyer_%d" % i, at="-2d") for i in range(conversations)])
        m.fault(**fault)
        s = self.service({"toys-de": m.endpoint}, poll="5m").start()
        s.login("toys-de", m)
        s.wait_for(lambda: s.swept("toys-de"), "the import")
        with sqlite3.connect("file:%s?mode=ro" % s.store, uri=True) as db:
            self.assertEqual((conversations, orders), db.execute("SELECT (SELECT count(*) FROM conversation), (SELECT count(*) FROM orders)").fetchone())

    def test_a_list_of_conversations_that_repeats_its_first_page(self):
        self.imported(60, 0, path="/commerce/message/v1/conversation", query="offset=50", act="stuck", times=1)

    def test_a_list_of_conversations_with_every_row_twice(self):
        self.imported(60, 0, path="/commerce/message/v1/conversation", act="duplicate", times=2)

    def test_a_list_of_orders_that_repeats_its_first_page(self):
        self.imported(0, 230, path="/sell/fulfillment/v1/order", query="offset=200", act="stuck", times=1)

    def test_a_list_of_orders_with_every_row_twice(self):
        self.imported(0, 230, path="/sell/fulfillment/v1/order", act="duplicate", times=2)

    def test_an_answer_by_hand_closes_it(self):
        m, s = self.shop(world=WORLD, rules="")
        m.ask("message", QUESTION)
        s.wait_for(lambda: s.get("inbox")["conversations"], "the conversation")
        m.ask("answer", {"buyer": "example_buyer", "item": QUESTION["item"], "text": "Kommt morgen!"})
        s.wait_for(lambda: not s.get("inbox")["conversations"], "it to be closed")


if __name__ == "__main__":
    unittest.main()
