/* buyers.c - buyers buy and write. */
#include <stdlib.h>
#include <string.h>

#include "crowd.h"

#define ORDERS_EVERY (WEEK / 200) /* of one shop */
#define TALKS_EVERY  (WEEK / 130) /* what follows makes them about 300 messages */
#define WEEK         (7 * DAY)

/* ---- orders ---- */

static const char *
new_buyer(struct people *p, struct shop *s, enum tongue t, char name[40])
{
	char full[80];

	snprintf(name, 40, "example_buyer_%d", ++s->buyers);
	snprintf(full, sizeof full, "%s %d", name_of_buyer(t),
		 s->buyers); /* so that the seller's people can tell them apart */
	change_world(p, s,
		     json_pack("{s:[{s:s,s:s,s:s,s:s,s:s,s:s}]}", "buyers", "username", name, "name", full,
			       "street", "Example Street 1", "city", "Exampleton", "postal", "00000",
			       "country", country_of_buyer(t)));
	return name;
}

static json_t *
cart(struct people *p, const struct shop *s)
{
	json_t *items = json_array();
	char item[32];
	const int n = luck_one_in(&p->luck, 8) ? 2 : 1;
	const int64_t first = luck_below(&p->luck, s->listings);

	for (int i = 0; i < n; i++) {
		snprintf(item, sizeof item, "11%010d", 1000 * s->number + (int)((first + i) % s->listings));
		json_array_append_new(items, json_pack("{s:s,s:i}", "item", item, "quantity",
						       luck_one_in(&p->luck, 10) ? 2 : 1));
	}
	return items;
}

void
change_order(struct people *p, const struct purchase *b, json_t *change)
{
	json_object_set_new(change, "id", json_string(b->order->id));
	change_world(p, b->shop, json_pack("{s:[o]}", "orders", change));
}

static void
pays(struct people *p, void *who)
{
	change_order(p, who, json_pack("{s:s}", "payment", "PAID"));
}

static void
is_shipped(struct people *p, void *who)
{
	const struct purchase *b = who;
	char tracking[40];
	json_t *change;

	if (!is_paid(b->order) || strcmp(b->order->cancel_state, "NONE_REQUESTED") != 0 ||
	    b->order->n_shipments || !order_remains(b->order).minor)
		return;
	change = json_pack("{s:s,s:s}", "shipped", "now", "carrier", "DHL");
	snprintf(tracking, sizeof tracking, "EXAMPLE%012lld", (long long)luck_below(&p->luck, 1000000));
	if (!luck_one_in(&p->luck, 10))
		json_object_set_new(change, "tracking", json_string(tracking));
	change_order(p, b, change);
}

/* The seller's people give some money back on the site, or call the sale off. */
static void
is_refunded(struct people *p, void *who)
{
	const struct purchase *b = who;

	if (is_paid(b->order) && order_remains(b->order).minor > 300 &&
	    !open_dispute_of(market_of(p, b->shop), b->order))
		change_order(p, b, json_pack("{s:{s:s}}", "refund", "value", "2.50"));
}

static void
is_called_off(struct people *p, void *who)
{
	const struct purchase *b = who;

	if (!b->order->n_shipments && !strcmp(b->order->cancel_state, "NONE_REQUESTED") &&
	    !strcmp(b->order->payment, "PENDING"))
		change_order(p, b, json_pack("{s:{s:s}}", "cancel", "state", "CANCELED"));
}

struct purchase *
buy(struct people *p, struct shop *s, int64_t at, int paid)
{
	struct purchase *b = *GROW(s->purchases, s->npurchases) = own(p, sizeof *b);
	char buyer[40], id[24], when[INSTANT_TEXT];
	const struct purchase *former =
		s->npurchases > 20 && !p->w->rush && luck_one_in(&p->luck, 7)
			? s->purchases[luck_below(&p->luck, (int64_t)s->npurchases - 1)]
			: NULL;

	b->shop = s;
	b->tongue = former ? former->tongue : s->tongues[luck_below(&p->luck, s->ntongues)];
	if (former)
		snprintf(buyer, sizeof buyer, "%s", former->order->buyer->username);
	else
		new_buyer(p, s, b->tongue, buyer);
	snprintf(id, sizeof id, "%02d-%05zu-%05lld", 10 + s->number, s->npurchases,
		 (long long)luck_between(&p->luck, 10000, 99999));
	instant_format(at, when);
	change_world(p, s,
		     json_pack("{s:[{s:s,s:s,s:s,s:s,s:o,s:s}]}", "orders", "id", id, "buyer", buyer,
			       "marketplace", s->marketplace, "at", when, "items", cart(p, s), "payment",
			       paid ? "PAID" : "PENDING"));
	b->order = find_order(market_of(p, s), id);
	p->w->counts.orders++;
	return b;
}

static void
buys(struct people *p, void *who)
{
	struct shop *s = who;
	const int pays_later = luck_one_in(&p->luck, 15);
	struct purchase *b = buy(p, s, p->w->now, !pays_later);
	const int64_t paid = p->w->now + (pays_later ? luck_between(&p->luck, HOUR, 2 * DAY) : 0);

	plan(p, some_time(p, ORDERS_EVERY), buys, s);
	if (pays_later && luck_one_in(&p->luck, 4))
		plan(p, paid, is_called_off, b);
	else if (pays_later)
		plan(p, paid, pays, b);
	if (!luck_one_in(&p->luck, 20))
		plan(p, paid + luck_between(&p->luck, 3 * HOUR, 2 * DAY), is_shipped, b);
	if (luck_one_in(&p->luck, 40))
		plan(p, paid + luck_between(&p->luck, DAY, 5 * DAY), is_refunded, b);
}

/* ---- conversations ---- */

enum manner { ORDINARY, HASTY, ROBOT, ABSENT, HOSTILE };

struct talk {
	struct shop *shop;
	struct buyer *buyer;
	struct listing *listing;
	enum tongue tongue;
	enum manner manner;
	int more;      /* so often the buyer may write again */
	int64_t wrote; /* the last time */
};

static void
writes(struct people *p, struct talk *t, const char *text)
{
	struct err err = {""};
	char lag[32];
	json_t *m = json_pack("{s:s,s:s,s:s}", "buyer", t->buyer->username, "item", t->listing->item, "text",
			      text);

	if (luck_one_in(&p->luck, 12)) {
		snprintf(lag, sizeof lag, "+%llds", (long long)luck_between(&p->luck, 5, 8 * 60));
		json_object_set_new(m, "visible", json_string(lag));
		p->w->counts.messages_late++;
	}
	if (luck_one_in(&p->luck, 25))
		json_object_set_new(m, "images", json_pack("[s]", "photo.jpg"));
	if (!ebay_message(market_of(p, t->shop), m, p->w->now, &err)) {
		fprintf(stderr, "a simulated buyer: %s\n", err.text);
		abort();
	}
	json_decref(m);
	t->wrote = p->w->now;
	p->w->counts.messages++;
}

/* Has the seller written since?  Buyers see what was sent at once. */
static int
was_answered(const struct people *p, const struct talk *t)
{
	const struct conversation *c = find_conversation_about(market_of(p, t->shop), t->buyer, t->listing);
	const struct message *last = c && c->n_messages ? c->messages[c->n_messages - 1] : NULL;

	return last && last->from == FROM_SELLER && last->created >= t->wrote;
}

static int64_t
looks_again(struct people *p, const struct talk *t)
{
	return p->w->now + (t->manner == ROBOT || t->manner == ABSENT
				    ? luck_between(&p->luck, 3 * SECOND, 90 * SECOND)
				    : luck_between(&p->luck, 2 * HOUR, 20 * HOUR));
}

static void
looks(struct people *p, void *who)
{
	struct talk *t = who;
	char space[2100];
	const int quick = t->manner == ROBOT || t->manner == ABSENT;
	static const int next[] = {
		[WHERE] = 3, [CANCEL] = 1, [SEND_BACK] = 1, [SOMETHING_ELSE] = 3, [THANKS] = 6, -1};

	if (!was_answered(p, t)) {
		if (p->w->now - t->wrote < (quick ? 5 * HOUR : 2 * DAY))
			plan(p, looks_again(p, t), looks, t);
		return;
	}
	writes(p, t,
	       t->manner == ROBOT ? robot_text(&p->luck, space, sizeof space)
	       : t->manner == ABSENT
		       ? absence_text(t->tongue)
		       : text_of_buyer(&p->luck, t->tongue, (enum subject)luck_weighted(&p->luck, next)));
	if (--t->more > 0)
		plan(p, looks_again(p, t), looks, t);
}

static void
adds(struct people *p, void *who)
{
	struct talk *t = who;

	writes(p, t, text_of_buyer(&p->luck, t->tongue, luck_one_in(&p->luck, 2) ? WHERE : SOMETHING_ELSE));
}

static void
begins(struct people *p, struct talk *t, enum subject subject)
{
	static const int manners[] = {
		[ORDINARY] = 78, [HASTY] = 10, [ROBOT] = 2, [ABSENT] = 4, [HOSTILE] = 6, -1};
	char space[2100];

	t->manner = (enum manner)luck_weighted(&p->luck, manners);
	t->more = t->manner == ROBOT ? 12 : t->manner == ABSENT ? 2 : luck_one_in(&p->luck, 2) ? 1 : 2;
	writes(p, t,
	       t->manner == HOSTILE ? hostile_text(&p->luck, space, sizeof space)
	       : t->manner == ROBOT ? robot_text(&p->luck, space, sizeof space)
				    : text_of_buyer(&p->luck, t->tongue, subject));
	if (t->manner == HASTY)
		plan(p, p->w->now + luck_between(&p->luck, SECOND, 40 * SECOND), adds, t);
	plan(p, looks_again(p, t), looks, t);
}

/* A question about an order, or about something that is for sale. */
static void
asks(struct people *p, void *who)
{
	static const int subjects[] = {
		[WHERE] = 55, [CANCEL] = 10, [SEND_BACK] = 15, [SOMETHING_ELSE] = 18, [THANKS] = 2, -1};
	struct shop *s = who;
	const int64_t recent = s->npurchases < 150 ? (int64_t)s->npurchases : 150;
	struct purchase *b = s->purchases[(int64_t)s->npurchases - 1 - luck_below(&p->luck, recent)];
	struct talk *t = own(p, sizeof *t);
	char name[40];

	plan(p, some_time(p, TALKS_EVERY), asks, s);
	*t = (struct talk){.shop = s,
			   .buyer = b->order->buyer,
			   .listing = b->order->lines[0].listing,
			   .tongue = b->tongue};
	if (luck_one_in(&p->luck, 6)) {
		t->buyer = find_buyer(market_of(p, s), new_buyer(p, s, t->tongue, name));
		begins(p, t, SOMETHING_ELSE);
	} else {
		begins(p, t, (enum subject)luck_weighted(&p->luck, subjects));
	}
}

static void
platform_writes(struct people *p, void *who)
{
	struct shop *s = who;
	struct err err = {""};
	json_t *m = json_pack("{s:s,s:s}", "from", "ebay", "text", platform_text(&p->luck));

	plan(p, some_time(p, DAY), platform_writes, s);
	if (!ebay_message(market_of(p, s), m, p->w->now, &err))
		abort();
	json_decref(m);
	p->w->counts.messages++;
}

/* A little past: orders of the last weeks, most of them shipped, and questions that nobody will answer. */
static void
past(struct people *p, struct shop *s)
{
	for (int i = 60; i-- > 0;) {
		struct purchase *b = buy(p, s, p->w->now - i * 6 * HOUR - HOUR, 1);
		char when[INSTANT_TEXT];
		struct err err = {""};
		json_t *m;

		if (i > 6) {
			instant_format(p->w->now - i * 6 * HOUR + 5 * HOUR, when);
			change_order(p, b,
				     json_pack("{s:s,s:s,s:s}", "shipped", when, "carrier", "DHL", "tracking",
					       "EXAMPLE000000000001"));
		}
		if (i % 4)
			continue;
		instant_format(p->w->now - i * 5 * HOUR - MINUTE, when);
		m = json_pack("{s:s,s:s,s:s,s:s}", "buyer", b->order->buyer->username, "item",
			      b->order->lines[0].listing->item, "at", when, "text",
			      text_of_buyer(&p->luck, b->tongue, WHERE));
		ebay_message(market_of(p, s), m, p->w->now, &err);
		json_decref(m);
		p->w->counts.messages++;
	}
}

void
buyers_live(struct people *p)
{
	for (int i = 0; i < SELLERS; i++) {
		struct shop *s = &p->shops[i];

		past(p, s);
		plan(p, some_time(p, ORDERS_EVERY), buys, s);
		plan(p, some_time(p, TALKS_EVERY), asks, s);
		plan(p, some_time(p, DAY), platform_writes, s);
	}
}
