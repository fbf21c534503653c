#include "people.h"

#include <stdlib.h>
#include <string.h>

#include "crowd.h"
#include "rush.h"

/* ---- the plan: what somebody is going to do, earliest first ---- */

struct plan {
	int64_t at;
	uint64_t number; /* of two at the same time the one that was planned first */
	deed *deed;
	void *who;
};

static int
before(const struct plan *a, const struct plan *b)
{
	return a->at != b->at ? a->at < b->at : a->number < b->number;
}

void
plan(struct people *p, int64_t at, deed *what, void *who)
{
	const struct plan new = {at, p->planned++, what, who};
	size_t i;

	if (at > p->w->end)
		return;
	(void)GROW(p->plan, p->nplan);
	for (i = p->nplan - 1; i > 0 && before(&new, &p->plan[(i - 1) / 2]); i = (i - 1) / 2)
		p->plan[i] = p->plan[(i - 1) / 2];
	p->plan[i] = new;
}

static struct plan
take_first(struct people *p)
{
	const struct plan first = p->plan[0], last = p->plan[--p->nplan];
	size_t i = 0, child;

	while ((child = 2 * i + 1) < p->nplan) {
		if (child + 1 < p->nplan && before(&p->plan[child + 1], &p->plan[child]))
			child++;
		if (!before(&p->plan[child], &last))
			break;
		p->plan[i] = p->plan[child];
		i = child;
	}
	p->plan[i] = last;
	return first;
}

int64_t
people_next(const struct people *p)
{
	const int64_t planned = p->nplan ? p->plan[0].at : INT64_MAX, staff = staff_next(p);

	return planned < staff ? planned : staff;
}

void
people_act(struct people *p)
{
	while (p->nplan && p->plan[0].at <= p->w->now) {
		const struct plan next = take_first(p);

		next.deed(p, next.who);
	}
	staff_act(p);
}

/* ---- time ---- */

int
awake(int64_t now)
{
	const int64_t hour = now / HOUR % 24;

	return hour >= 7 && hour < 21;
}

int64_t
some_time(struct people *p, int64_t mean)
{
	const int64_t waking = mean * 2 / 3; /* a night lets through one in eight of what a day does */
	int64_t at = p->w->now;

	do
		at += luck_wait(&p->luck, waking);
	while (!awake(at) && !luck_one_in(&p->luck, 8));
	return at;
}

/* ---- the world ---- */

void *
own(struct people *p, size_t n)
{
	return *GROW(p->owned, p->nowned) = must_zalloc(n);
}

struct ebay *
market_of(const struct people *p, const struct shop *s)
{
	return p->w->sellers[s->number];
}

void
change_world(struct people *p, const struct shop *s, json_t *change)
{
	struct err err = {""};

	if (!change || ebay_world(market_of(p, s), change, p->w->now, &err)) {
		fprintf(stderr, "the simulated world: %s\n", err.text);
		abort();
	}
	json_decref(change);
}

struct by_hand *
write_by_hand(struct people *p, int seller, const char *what)
{
	struct by_hand *h = *GROW(p->by_hand, p->nby_hand) = own(p, sizeof *h);

	h->seller = seller;
	snprintf(h->text, sizeof h->text, "%s (note %zu of shop %d)", what, p->nby_hand, seller + 1);
	h->minor = 100 + (int64_t)p->nby_hand;
	return h;
}

static void
open_shop(struct people *p, int number)
{
	static const enum tongue german[] = {DE, DE, DE, DE, DE, EN, FR, IT, AR},
				 american[] = {EN, EN, EN, EN, ES, ZH, JA},
				 european[] = {FR, FR, FR, IT, ES, EN, AR};
	static const struct shop kinds[SELLERS] = {
		{.marketplace = "EBAY_DE", .currency = "EUR", .tongues = german, .ntongues = 9},
		{.marketplace = "EBAY_US", .currency = "USD", .tongues = american, .ntongues = 7},
		{.marketplace = "EBAY_FR", .currency = "EUR", .tongues = european, .ntongues = 7},
	};
	struct shop *s = &p->shops[number];
	json_t *listings = json_array();
	char name[32], item[32], price[32];

	*s = kinds[number];
	s->number = number;
	s->listings = 40;
	p->w->sellers[number] = ebay_new(p->w->seed * SELLERS + (uint64_t)number);
	for (int i = 0; i < s->listings; i++) {
		snprintf(item, sizeof item, "11%010d", 1000 * number + i);
		snprintf(price, sizeof price, "%lld.%02lld", (long long)luck_between(&p->luck, 4, 120),
			 (long long)luck_below(&p->luck, 100));
		json_array_append_new(listings,
				      json_pack("{s:s,s:s,s:s,s:s,s:s,s:s}", "item", item, "title",
						"Example kettle", "price", price, "currency", s->currency,
						"postage", "3.90", "marketplace", s->marketplace));
	}
	snprintf(name, sizeof name, "example_seller_%d", number + 1);
	change_world(p, s,
		     json_pack("{s:{s:s,s:s,s:s},s:{s:s,s:s,s:b},s:o}", "application", "client_id",
			       "ExampleClientId", "client_secret", "ExampleClientSecret", "ru_name",
			       "Example_Seller-Example-RuName", "seller", "username", name, "marketplace",
			       s->marketplace, "rotates", number == SELLERS - 1, "listings", listings));
}

struct people *
people_new(struct world *w)
{
	struct people *p = must_zalloc(sizeof *p);

	p->w = w;
	p->luck = luck_new(w->seed, "people");
	for (int i = 0; i < SELLERS; i++)
		open_shop(p, i);
	staff_lives(p);
	if (w->rush) {
		rush_lives(p);
		return p;
	}
	buyers_live(p);
	quarrels_live(p);
	desk_lives(p);
	return p;
}

void
people_free(struct people *p)
{
	staff_free(p);
	for (int i = 0; i < SELLERS; i++)
		free(p->shops[i].purchases);
	for (size_t i = 0; i < p->nowned; i++)
		free(p->owned[i]);
	free(p->owned);
	free(p->plan);
	free(p->looks);
	free(p->approvals);
	free(p->by_hand);
	free(p);
}

void
people_see(struct people *p, int seller, const struct http_msg *m, const struct http_reply *r)
{
	if (!p->w->rush)
		desk_sees(p, seller, m, r);
}

const struct look *
people_looks(const struct people *p, size_t *n)
{
	*n = p->nlooks;
	return p->looks;
}

struct by_hand *const *
people_by_hand(const struct people *p, size_t *n)
{
	*n = p->nby_hand;
	return p->by_hand;
}

int
people_approved(const struct people *p, int seller, const char *text, int64_t since)
{
	int n = 0;

	for (size_t i = 0; i < p->napprovals; i++)
		n += p->approvals[i].seller == seller && p->approvals[i].at >= since &&
		     !strcmp(p->approvals[i].text, text);
	return n;
}
