/* quarrels.c - buyers open disputes and go on with them, the seller's people answer some on the site, and feedback is left. */
#include <stdlib.h>
#include <string.h>

#include "crowd.h"

#define DISPUTES_EVERY (7 * DAY / 24) /* of one shop */
#define FEEDBACK_EVERY (9 * HOUR)

struct quarrel {
	struct shop *shop;
	struct dispute *dispute;
	int stubborn; /* escalates rather than gives in */
};

static int
acts(struct people *p, const struct quarrel *q, const char *by, const char *what, json_t *more)
{
	struct err err = {""};
	json_t *act = json_pack("{s:s,s:s,s:s}", "dispute", q->dispute->id, "by", by, "act", what);
	const int done = (json_object_update(act, more),
			  ebay_dispute_act(market_of(p, q->shop), act, p->w->now, &err) != NULL);

	json_decref(act);
	json_decref(more);
	if (done)
		trace(p->w, "seller %d: dispute %s: %s by hand of the %s", q->shop->number, q->dispute->id,
		      what, by);
	return done;
}

static int
is(const struct quarrel *q, const char *status)
{
	return !strcmp(q->dispute->status, status);
}

/* What the buyer, or the bank, does next; nothing while it is the seller's turn, mostly. */
static void
buyer_goes_on(struct people *p, const struct quarrel *q)
{
	const int gives_in = luck_one_in(&p->luck, q->stubborn ? 20 : 4);

	if (is(q, "READY_FOR_SHIPPING"))
		acts(p, q, "buyer", "ship",
		     json_pack("{s:s,s:s}", "carrier", "DHL", "tracking", "EXAMPLE000000000002"));
	else if (is(q, "ITEM_SHIPPED"))
		acts(p, q, "buyer", "deliver", NULL);
	else if (is(q, "PARTIAL_REFUND_REQUESTED"))
		acts(p, q, "buyer", q->stubborn ? "decline" : "accept", NULL);
	else if (is(q, "WAITING_BUYER_RESPONSE") && q->stubborn)
		acts(p, q, "buyer", "escalate", NULL);
	else if (is(q, "WAITING_BUYER_RESPONSE") && gives_in)
		acts(p, q, "buyer", "close", NULL);
	else if (q->dispute->kind == CHARGEBACK && is(q, "OPEN") && luck_one_in(&p->luck, 6))
		acts(p, q, "ebay", q->stubborn ? "lose" : "win", NULL);
	else if (q->dispute->kind == RETURN && is(q, "RETURN_REQUESTED") && luck_one_in(&p->luck, 5))
		acts(p, q, "buyer", "message", json_pack("{s:s}", "text", "Please answer me soon."));
	else if (gives_in && luck_one_in(&p->luck, 3))
		acts(p, q, "buyer", "close", NULL);
}

static void
goes_on(struct people *p, void *who)
{
	struct quarrel *q = who;

	disputes_tick(market_of(p, q->shop), p->w->now);
	if (q->dispute->next) {
		q->dispute = q->dispute->next;
		q->stubborn = 0;
	}
	if (q->dispute->closed)
		return;
	buyer_goes_on(p, q);
	plan(p, some_time(p, 14 * HOUR), goes_on, q);
}

/* By hand on the site, as the rules would have answered, or otherwise. */
static void
is_answered_on_the_site(struct people *p, void *who)
{
	const struct quarrel *q = who;
	const int yes = luck_one_in(&p->luck, 2);
	int done = 0;

	disputes_tick(market_of(p, q->shop), p->w->now);
	if (!turn_now(q->dispute))
		return;
	switch (q->dispute->kind) {
	case RETURN: done = acts(p, q, "seller", is(q, "ITEM_DELIVERED") ? "refund" : "APPROVE", NULL); break;
	case INQUIRY:
		done = acts(p, q, "seller", yes ? "refund" : "message",
			    json_pack("{s:s}", "text", "We look into it."));
		break;
	case CANCELLATION: done = acts(p, q, "seller", yes ? "approve" : "reject", NULL); break;
	case CHARGEBACK: done = acts(p, q, "seller", yes ? "accept" : "contest", NULL); break;
	default: break;
	}
	p->w->counts.hand_decisions += done;
}

static int
fits(struct people *p, const struct purchase *b, enum dispute_kind kind)
{
	const struct order *o = b->order;

	if (!is_paid(o) || order_remains(o).minor <= 0 || strcmp(o->cancel_state, "NONE_REQUESTED") != 0)
		return 0;
	for (size_t i = 0; i < market_of(p, b->shop)->n_disputes; i++)
		if (market_of(p, b->shop)->disputes[i]->order == o)
			return 0;
	if (kind == CANCELLATION)
		return !o->n_shipments || o->shipments[0].at > p->w->now - DAY;
	return o->n_shipments && o->shipments[0].at < p->w->now - DAY;
}

static const struct purchase *
any_purchase(struct people *p, const struct shop *s, enum dispute_kind kind)
{
	for (int tries = 0; tries < 60; tries++) {
		const struct purchase *b = s->purchases[luck_below(&p->luck, (int64_t)s->npurchases)];

		if (fits(p, b, kind))
			return b;
	}
	return NULL;
}

static const char *
reason(struct people *p, enum dispute_kind kind)
{
	static const char *const of_returns[] = {"DEFECTIVE_ITEM", "ARRIVED_DAMAGED", "NOT_AS_DESCRIBED",
						 "NO_LONGER_NEED_ITEM", "WRONG_SIZE"};
	static const char *const of_banks[] = {"ITEM_NOT_RECEIVED", "SIGNIFICANTLY_NOT_AS_DESCRIBED",
					       "FRAUD"};

	return kind == RETURN       ? of_returns[luck_below(&p->luck, 5)]
	       : kind == CHARGEBACK ? of_banks[luck_below(&p->luck, 3)]
				    : "";
}

static void
quarrels(struct people *p, void *who)
{
	static const int kinds[] = {
		[RETURN] = 9, [INQUIRY] = 6, [CASE] = 0, [CANCELLATION] = 4, [CHARGEBACK] = 2, -1};
	static const char *const names[] = {[RETURN] = "return",
					    [INQUIRY] = "inquiry",
					    [CANCELLATION] = "cancellation",
					    [CHARGEBACK] = "chargeback"};
	struct shop *s = who;
	const enum dispute_kind kind = (enum dispute_kind)luck_weighted(&p->luck, kinds);
	const struct purchase *b = any_purchase(p, s, kind);
	struct err err = {""};
	struct quarrel *q;
	const char *id;
	json_t *d;

	plan(p, some_time(p, DISPUTES_EVERY), quarrels, s);
	if (!b)
		return;
	d = json_pack("{s:s,s:s,s:s,s:s}", "kind", names[kind], "order", b->order->id, "reason",
		      reason(p, kind), "text",
		      text_of_buyer(&p->luck, b->tongue, kind == RETURN ? SEND_BACK : WHERE));
	if (kind == CHARGEBACK && luck_one_in(&p->luck, 3))
		json_object_set_new(d, "evidence", json_string("PROOF_OF_DELIVERY"));
	id = ebay_dispute(market_of(p, s), d, p->w->now, &err);
	json_decref(d);
	if (!id) {
		fprintf(stderr, "a simulated dispute: %s\n", err.text);
		abort();
	}
	p->w->counts.disputes++;
	q = own(p, sizeof *q);
	*q = (struct quarrel){s, find_dispute(market_of(p, s), (int)kind, id), luck_one_in(&p->luck, 4)};
	plan(p, some_time(p, 14 * HOUR), goes_on, q);
	if (luck_one_in(&p->luck, 3))
		plan(p, p->w->now + luck_between(&p->luck, SECOND, 30 * MINUTE), is_answered_on_the_site, q);
}

/* ---- feedback ---- */

struct criticism {
	struct shop *shop;
	char id[24];
};

static const char *
feedback(struct people *p, const struct shop *s, json_t *what)
{
	struct err err = {""};
	const char *id = ebay_feedback(market_of(p, s), what, p->w->now, &err);

	json_decref(what);
	return id;
}

static void
changes_mind(struct people *p, void *who)
{
	const struct criticism *c = who;

	if (luck_one_in(&p->luck, 3))
		feedback(p, c->shop, json_pack("{s:s,s:b}", "feedback", c->id, "withdraw", 1));
	else
		feedback(p, c->shop,
			 json_pack("{s:s,s:s,s:s}", "feedback", c->id, "rating", "POSITIVE", "text",
				   "All is well now."));
}

static void
is_replied_on_the_site(struct people *p, void *who)
{
	const struct criticism *c = who;
	const struct ebay *e = market_of(p, c->shop);

	for (size_t i = 0; i < e->n_feedback; i++)
		if (!strcmp(e->feedback[i]->id, c->id) && !e->feedback[i]->reply) {
			feedback(p, c->shop,
				 json_pack("{s:s,s:s}", "feedback", c->id, "reply",
					   "We are sorry about this."));
			p->w->counts.hand_decisions++;
		}
}

static int
has_feedback(const struct ebay *e, const struct order *o)
{
	for (size_t i = 0; i < e->n_feedback; i++)
		if (e->feedback[i]->order == o)
			return 1;
	return 0;
}

static void
judges(struct people *p, void *who)
{
	static const int ratings[] = {70, 15, 15, -1};
	static const char *const names[] = {"POSITIVE", "NEUTRAL", "NEGATIVE"},
				 *const words[] = {"Everything fine, thank you.", "It took rather long.",
						   "Broken, and nobody cares."};
	struct shop *s = who;
	const struct purchase *b = s->purchases[luck_below(&p->luck, (int64_t)s->npurchases)];
	const int rating = luck_weighted(&p->luck, ratings);
	struct criticism *c;
	const char *id;

	plan(p, some_time(p, FEEDBACK_EVERY), judges, s);
	if (!b->order->n_shipments || has_feedback(market_of(p, s), b->order))
		return;
	id = feedback(p, s,
		      json_pack("{s:s,s:s,s:s}", "order", b->order->id, "rating", names[rating], "text",
				words[rating]));
	if (!id)
		return;
	p->w->counts.feedback++;
	if (!rating)
		return;
	c = own(p, sizeof *c);
	c->shop = s;
	snprintf(c->id, sizeof c->id, "%s", id);
	if (luck_one_in(&p->luck, 4))
		plan(p, p->w->now + luck_between(&p->luck, MINUTE, 3 * DAY), changes_mind, c);
	if (luck_one_in(&p->luck, 4))
		plan(p, p->w->now + luck_between(&p->luck, MINUTE, 2 * HOUR), is_replied_on_the_site, c);
}

void
quarrels_live(struct people *p)
{
	for (int i = 0; i < SELLERS; i++) {
		plan(p, some_time(p, DISPUTES_EVERY), quarrels, &p->shops[i]);
		plan(p, some_time(p, FEEDBACK_EVERY), judges, &p->shops[i]);
	}
}
