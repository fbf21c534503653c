#!/usr/bin/env python3
"""What a seller would script: requests, json, sqlite3.  script.py ENDPOINT DB DAYS REFRESH_TOKEN

Reads the same pages as the service does on its first import, orders with their parcels and conversations with their messages, and keeps
the same rows.  No rules, no languages, no journal, no cursor.
"""
import json
import sqlite3
import sys
import time
from datetime import datetime, timedelta, timezone

import requests

PAGE = {"orders": 200, "messages": 50}
CLIENT = ("ExampleClientId", "ExampleClientSecret-canary-5b1e")

SCHEMA = """
PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
CREATE TABLE IF NOT EXISTS buyer (id INTEGER PRIMARY KEY, remote TEXT NOT NULL UNIQUE, name TEXT, country TEXT);
CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY, remote TEXT NOT NULL UNIQUE, marketplace TEXT, status TEXT, payment TEXT,
  fulfilment TEXT, cancellation TEXT, buyer INTEGER REFERENCES buyer, total INTEGER, currency TEXT, created INTEGER, changed INTEGER,
  ship_by INTEGER, eta_from INTEGER, eta_to INTEGER, buyer_note TEXT);
CREATE INDEX IF NOT EXISTS orders_buyer ON orders (buyer);
CREATE TABLE IF NOT EXISTS item (order_id INTEGER NOT NULL REFERENCES orders, remote TEXT NOT NULL, listing TEXT, sku TEXT, title TEXT,
  quantity INTEGER, price INTEGER, currency TEXT, PRIMARY KEY (order_id, remote));
CREATE TABLE IF NOT EXISTS shipment (order_remote TEXT NOT NULL, remote TEXT NOT NULL, carrier TEXT, tracking TEXT, shipped INTEGER,
  UNIQUE (order_remote, remote));
CREATE TABLE IF NOT EXISTS conversation (id INTEGER PRIMARY KEY, remote TEXT NOT NULL UNIQUE, buyer INTEGER REFERENCES buyer,
  listing TEXT, subject TEXT, last_at INTEGER);
CREATE INDEX IF NOT EXISTS conversation_last ON conversation (last_at);
CREATE INDEX IF NOT EXISTS conversation_buyer ON conversation (buyer, listing);
CREATE TABLE IF NOT EXISTS message (id INTEGER PRIMARY KEY, remote TEXT NOT NULL UNIQUE,
  conversation INTEGER NOT NULL REFERENCES conversation, direction TEXT, sent INTEGER, text TEXT, subject TEXT, photos INTEGER);
CREATE INDEX IF NOT EXISTS message_conversation ON message (conversation, sent);
"""


def ms(text):
    return int(datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() * 1000) if text else None


def minor(money):
    return (round(float(money["value"]) * 100), money["currency"]) if money else (None, None)


class Shop:
    def __init__(self, endpoint, path, refresh_token):
        self.endpoint = endpoint
        self.http = requests.Session()
        self.http.headers["Host"] = "api.ebay.com"
        answer = self.http.post(endpoint + "/identity/v1/oauth2/token", auth=CLIENT,
                                data={"grant_type": "refresh_token", "refresh_token": refresh_token})
        answer.raise_for_status()
        self.http.headers["Authorization"] = "Bearer " + answer.json()["access_token"]
        self.me = self.get("/commerce/identity/v1/user/", host="apiz.ebay.com")["username"]
        self.db = sqlite3.connect(path, isolation_level=None)
        self.db.executescript(SCHEMA)

    def get(self, path, host="api.ebay.com", **query):
        answer = self.http.get(self.endpoint + path, params=query, headers={"Host": host})
        answer.raise_for_status()
        return json.loads(answer.content)

    def buyer(self, remote, name=None, country=None):
        self.db.execute("INSERT INTO buyer (remote, name, country) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET"
                        " name = ifnull(excluded.name, name), country = ifnull(excluded.country, country)", (remote, name, country))
        return self.db.execute("SELECT id FROM buyer WHERE remote = ?", (remote,)).fetchone()[0]

    def order(self, o):
        ship_by, eta_from, eta_to, to = [], [], [], {}
        for one in o.get("fulfillmentStartInstructions", []):
            eta_from.append(ms(one.get("minEstimatedDeliveryDate")))
            eta_to.append(ms(one.get("maxEstimatedDeliveryDate")))
            to = to or one.get("shippingStep", {}).get("shipTo", {})
        for line in o["lineItems"]:
            ship_by.append(ms(line.get("lineItemFulfillmentInstructions", {}).get("shipByDate")))
        buyer = self.buyer(o["buyer"]["username"], to.get("fullName"), to.get("contactAddress", {}).get("countryCode"))
        total, currency = minor(o["pricingSummary"].get("total"))
        state = (o["orderPaymentStatus"], o["orderFulfillmentStatus"], o["cancelStatus"]["cancelState"])
        self.db.execute(
            "INSERT INTO orders (remote, marketplace, status, payment, fulfilment, cancellation, buyer, total, currency, created, changed,"
            " ship_by, eta_from, eta_to, buyer_note) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
            " (status, payment, fulfilment, cancellation, total, changed, ship_by, eta_from, eta_to) ="
            " (excluded.status, excluded.payment, excluded.fulfilment, excluded.cancellation, excluded.total, excluded.changed,"
            " excluded.ship_by, excluded.eta_from, excluded.eta_to) WHERE excluded.changed >= changed",
            (o["orderId"], o["lineItems"][0].get("purchaseMarketplaceId"), "/".join(state), *state, buyer, total, currency,
             ms(o["creationDate"]), ms(o["lastModifiedDate"]), min(filter(None, ship_by), default=None),
             min(filter(None, eta_from), default=None), max(filter(None, eta_to), default=None), o.get("buyerCheckoutNotes")))
        id = self.db.execute("SELECT id FROM orders WHERE remote = ?", (o["orderId"],)).fetchone()[0]
        for line in o["lineItems"]:
            price, currency = minor(line.get("lineItemCost"))
            self.db.execute("INSERT INTO item VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET (quantity, price) ="
                            " (excluded.quantity, excluded.price)",
                            (id, line["lineItemId"], line.get("legacyItemId"), line.get("sku"), line.get("title"),
                             line.get("quantity", 1), price, currency))

    def orders(self, since):
        offset, total = 0, 1
        lately = time.time() * 1000 - 30 * 86400000
        while offset < total:
            page = self.get("/sell/fulfillment/v1/order", filter="lastmodifieddate:[%s..]" % since, limit=PAGE["orders"],
                            offset=offset)
            total = page["total"]
            self.db.execute("BEGIN")
            for o in page["orders"]:
                self.order(o)
            self.db.execute("COMMIT")
            for o in page["orders"]:
                if o["orderFulfillmentStatus"] != "NOT_STARTED" and ms(o["lastModifiedDate"]) >= lately:
                    self.parcels(o["orderId"])
            offset += len(page["orders"])

    def parcels(self, order):
        page = self.get("/sell/fulfillment/v1/order/%s/shipping_fulfillment" % order)
        self.db.execute("BEGIN")
        for p in page["fulfillments"]:
            self.db.execute("INSERT INTO shipment VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                            (order, p["fulfillmentId"], p.get("shippingCarrierCode"), p.get("shipmentTrackingNumber"),
                             ms(p.get("shippedDate"))))
        self.db.execute("COMMIT")

    def message(self, conversation, listing, m):
        ours = m["senderUsername"].lower() == self.me.lower()
        buyer = self.buyer(m["recipientUsername"] if ours else m["senderUsername"])
        sent = ms(m["createdDate"])
        self.db.execute("INSERT INTO conversation (remote, buyer, listing, subject, last_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO"
                        " UPDATE SET last_at = max(last_at, excluded.last_at)", (conversation, buyer, listing, m.get("subject"), sent))
        id = self.db.execute("SELECT id FROM conversation WHERE remote = ?", (conversation,)).fetchone()[0]
        self.db.execute("INSERT INTO message (remote, conversation, direction, sent, text, subject, photos) VALUES (?, ?, ?, ?, ?, ?, ?)"
                        " ON CONFLICT DO UPDATE SET text = excluded.text WHERE text IS NOT excluded.text",
                        (m["messageId"], id, "out" if ours else "in", sent, m.get("messageBody"), m.get("subject"),
                         len(m.get("messageMedia", []))))

    def conversation(self, c, kind):
        id = c["conversationId"]
        listing = c.get("referenceId") if c.get("referenceType") == "LISTING" else None
        offset, total = 0, 1
        while offset < total:
            page = self.get("/commerce/message/v1/conversation/" + id, conversation_type=kind, limit=PAGE["messages"], offset=offset)
            total = page["total"]
            self.db.execute("BEGIN")
            for m in page["messages"]:
                self.message(id, listing, m)
            self.db.execute("COMMIT")
            offset += PAGE["messages"]

    def messages(self, kind, **filters):
        offset, total = 0, 1
        while offset < total:
            page = self.get("/commerce/message/v1/conversation", conversation_type=kind, limit=PAGE["messages"], offset=offset, **filters)
            total = page["total"]
            for c in page["conversations"]:
                self.conversation(c, kind)
            offset += PAGE["messages"]


def main():
    endpoint, path, days, refresh_token = sys.argv[1:]
    since = (datetime.now(timezone.utc) - timedelta(days=float(days))).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    shop = Shop(endpoint, path, refresh_token)
    shop.orders(since)
    shop.messages("FROM_MEMBERS", start_time=since)
    shop.messages("FROM_EBAY")
    shop.db.close()


main()
