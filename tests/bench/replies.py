#!/usr/bin/env python3
"""Own work of the service per automatic reply, from event to sent.  replies.py [RUNS] [REPLIES]

The same questions come in twice: to a service with a rule that answers them and to one without rules.  The difference is what a
reply costs beyond taking the question in: the rule, the text, the last look, the mark, the send, the answer.
"""
import sys

from common import Bench, cpu_seconds, free_port, metric, three, value, wait_until

RULE = """
[rule "where is my order"]
on = message.received
intent = order_status_where_is_my_order not_received
action = reply
template = post_where_is_order
mode = auto
"""
QUESTION = "Guten Tag, wo bleibt mein Paket? Ich warte schon seit einer Woche auf meine Bestellung."
DONE = {True: "SELECT count(*) FROM outbox WHERE state = 'sent'",
        False: "SELECT count(*) FROM event WHERE check_at IS NULL AND kind = 'message.received'"}
N = int(sys.argv[2]) if len(sys.argv) > 2 else 200
RUNS = int(sys.argv[1]) if len(sys.argv) > 1 else 5


def world():
    buyers, orders = [], []
    for i in range(N):
        name = "example_buyer_%d" % i
        buyers.append({"username": name, "name": "Erika Mustermann", "street": "Musterstr. 1", "city": "Berlin", "postal": "10115",
                       "country": "DE"})
        orders.append({"id": "12-%05d-00001" % i, "buyer": name, "marketplace": "EBAY_DE", "at": "-5d", "items": [{"item": "110012345678"}],
                       "shipped": "-3d", "carrier": "DHL", "tracking": "003400000000%08d" % i})
    return {"listings": [{"item": "110012345678", "title": "Example kettle", "price": "24.00", "marketplace": "EBAY_DE"}],
            "buyers": buyers, "orders": orders}


def measure(rules):
    """CPU seconds and commits from before the questions until all is done."""
    with Bench() as bench:
        m = bench.market()
        m.world(**world())
        port = free_port()
        s = bench.service({"shop": m.endpoint}, rules=rules, poll="15s")
        s.edit_conf("undo = 0s\n", "undo = 0s\nmetrics_port = %d\n" % port)
        s.edit_conf("language = en\n", "language = en\ndaily_cap = 100000\n")
        s.start()
        s.login("shop", m)
        s.wait_for(lambda: s.swept("shop"), "the first import")
        s.get("account arm", account="shop", mode="auto")
        commits, cpu = metric(port, "supercargo_commits_total"), cpu_seconds(s.process.pid)
        m.world(messages=[{"buyer": "example_buyer_%d" % i, "item": "110012345678", "at": "now", "text": QUESTION} for i in range(N)])
        wait_until(lambda: value(s.store, DONE[bool(rules)]) == N, 60, s)
        cpu = cpu_seconds(s.process.pid) - cpu
        commits = metric(port, "supercargo_commits_total") - commits
        assert m.delivered() == (N if rules else 0)
        return cpu / N * 1e6, commits / N


def main():
    runs = [(measure(""), measure(RULE)) for _ in range(RUNS)]
    print("%d runs of %d replies, with and without a rule in turns; min, median, max" % (RUNS, N))
    print("%-36s %s" % ("us CPU per question, no rule", three([q[0] for q, _ in runs], "%8.0f")))
    print("%-36s %s" % ("us CPU per reply, beyond that", three([r[0] - q[0] for q, r in runs], "%8.0f")))
    print("%-36s %s" % ("commits per question, no rule", three([q[1] for q, _ in runs])))
    print("%-36s %s" % ("commits per reply, beyond that", three([r[1] - q[1] for q, r in runs])))


if __name__ == "__main__":
    main()
