/* desk.c - the seller's people on the marketplace's own site: they answer without telling the service, and too often while it is about to. */
#include <stdlib.h>
#include <string.h>

#include "crowd.h"

#define CONVERSATION "/commerce/message/v1/conversation/"

struct moment {
	int seller;
	char conversation[24];
};

static const struct message *
newest(const struct conversation *c, int64_t now)
{
	return c ? latest_visible(c, now) : NULL;
}

static int
waits(const struct conversation *c, int64_t now)
{
	const struct message *m = newest(c, now);

	return m && c->buyer && m->from == FROM_BUYER;
}

static void
answers(struct people *p, int seller, const char *conversation)
{
	struct err err = {""};
	json_t *a = json_pack("{s:s,s:s}", "conversation", conversation, "text",
			      "Hello, we have looked into it and write to you again tomorrow.");

	if (!ebay_by_hand(p->w->sellers[seller], a, p->w->now, &err))
		abort();
	json_decref(a);
	trace(p->w, "seller %d: somebody answers in conversation %s by hand", seller, conversation);
}

static void
answers_now(struct people *p, void *who)
{
	const struct moment *m = who;

	if (waits(find_conversation(p->w->sellers[m->seller], m->conversation), p->w->now)) {
		answers(p, m->seller, m->conversation);
		p->w->counts.hand_answers_at_the_moment++;
	}
}

/* From time to time somebody opens the site and answers one of those that wait. */
static void
goes_through(struct people *p, void *who)
{
	const struct shop *s = who;
	const struct ebay *e = market_of(p, s);

	plan(p, some_time(p, 9 * HOUR), goes_through, who);
	for (size_t i = e->n_conversations; i-- > 0;) {
		if (!waits(e->conversations[i], p->w->now) || !luck_one_in(&p->luck, 3))
			continue;
		answers(p, s->number, e->conversations[i]->id);
		p->w->counts.hand_answers++;
		break;
	}
}

/* The answer gets back at once, and whole. */
static void
remember_look(struct people *p, int seller, const char *target)
{
	const size_t n = strcspn(target, "?");
	const char *id = target + n;
	struct look *look;

	while (id > target && id[-1] != '/')
		id--;
	look = GROW(p->looks, p->nlooks);
	*look = (struct look){.seller = seller, .at = p->w->now};
	snprintf(look->about, sizeof look->about, "%.*s", (int)(target + n - id), id);
}

void
desk_sees(struct people *p, int seller, const struct http_msg *m, const struct http_reply *r)
{
	const size_t n = strlen(CONVERSATION);
	struct moment *moment;

	if (strcmp(m->method, "GET") != 0 || r->status != 200)
		return;
	if (!r->how.delay_ms && !r->how.cut)
		remember_look(p, seller, m->target);
	if (strncmp(m->target, CONVERSATION, n) != 0)
		return;
	if (!luck_one_in(&p->luck, 60))
		return;
	moment = own(p, sizeof *moment);
	moment->seller = seller;
	snprintf(moment->conversation, sizeof moment->conversation, "%.*s", (int)strcspn(m->target + n, "?"),
		 m->target + n);
	if (waits(find_conversation(p->w->sellers[seller], moment->conversation), p->w->now))
		plan(p,
		     p->w->now +
			     luck_between(&p->luck, 0, luck_one_in(&p->luck, 2) ? SECOND / 2 : 3 * SECOND),
		     answers_now, moment);
}

/* The seller takes the consent back, and finds out soon enough. */
static void
revokes(struct people *p, void *who)
{
	const struct shop *s = &p->shops[luck_below(&p->luck, SELLERS)];

	ebay_revoke(market_of(p, s));
	p->w->counts.revocations++;
	trace(p->w, "seller %d: the consent is taken back", s->number);
	plan(p, some_time(p, 5 * DAY), revokes, who);
}

void
desk_lives(struct people *p)
{
	for (int i = 0; i < SELLERS; i++)
		plan(p, some_time(p, 9 * HOUR), goes_through, &p->shops[i]);
	plan(p, some_time(p, 5 * DAY), revokes, NULL);
}
