/* wishes.c - answers and refunds by hand, through the service.  Who does not know whether it heard looks first. */
#include <stdlib.h>
#include <string.h>

#include "errands.h"

#define TRIES_OF_ONE 2 /* a wish without an answer is repeated once */

/* ---- what the marketplace shows ---- */

static int
texts_there(const struct conversation *c, const char *text)
{
	int n = 0;

	for (size_t i = 0; c && text && i < c->n_messages; i++)
		n += c->messages[i]->from == FROM_SELLER && c->messages[i]->via != VIA_SITE &&
		     !strcmp(c->messages[i]->text, text);
	return n;
}

static int
marketplace_has_it(const struct ebay *e, const struct by_hand *h)
{
	for (size_t i = 0; i < e->n_conversations; i++)
		if (texts_there(e->conversations[i], h->text))
			return 1;
	for (size_t i = 0; i < e->n_orders; i++)
		for (size_t k = 0; k < e->orders[i]->n_refunds; k++)
			if (!strcmp(e->orders[i]->refunds[k].via, "order") &&
			    e->orders[i]->refunds[k].amount.minor == h->minor)
				return 1;
	return 0;
}

int
is_done_already(const struct people *p, const json_t *row)
{
	const char *text = json_text(row, "text");
	const int refund = is_word(row, "kind", "order.refund");
	struct money m = {0};

	if (refund)
		json_money(row, "amount", &m);
	for (size_t i = 0; i < p->nby_hand; i++)
		if (p->by_hand[i]->seller == shop_of(row) &&
		    (refund ? p->by_hand[i]->minor == m.minor : text && !strcmp(p->by_hand[i]->text, text)))
			return marketplace_has_it(p->w->sellers[shop_of(row)], p->by_hand[i]);
	return 0;
}

/* ---- wishes ---- */

void
wished(struct people *p, const struct errand *e, const json_t *result)
{
	struct wish *w = e->wish;

	if (!result)
		return;
	if (*w->order)
		p->w->counts.by_hand_refunds++;
	else
		p->w->counts.by_hand_sends++;
	if (!*w->order && luck_one_in(&p->luck, 12))
		errand(p, verb("undo", "id", json_text(json_obj(result, "action"), "id")), undone, "");
}

static void
ask_for_reply(struct people *p, struct wish *w)
{
	json_t *q = verb("reply", "conversation", w->conversation);

	json_object_set_new(json_object_get(q, "args"), "text", json_string(w->hand->text));
	w->hand->times++;
	errand(p, q, wished, w->conversation)->wish = w;
}

static void
ask_for_refund(struct people *p, struct wish *w)
{
	json_t *q = verb("act", "id", w->order), *args = json_object_get(q, "args");
	char amount[40];

	snprintf(amount, sizeof amount, "%lld.%02lld %s", (long long)w->hand->minor / 100,
		 (long long)w->hand->minor % 100, p->shops[w->hand->seller].currency);
	json_object_set_new(args, "kind", json_string("refund"));
	json_object_set_new(args, "amount", json_string(amount));
	w->hand->times++;
	errand(p, q, wished, w->order)->wish = w;
}

static int
under_way(const json_t *shown)
{
	static const char *const states[] = {"draft", "ready", "sending", "unsure", "held"};
	json_t *a;
	size_t i;

	json_array_foreach(json_list(shown, "actions"), i, a)
		for (size_t k = 0; k < sizeof states / sizeof *states; k++)
			if (is_word(a, "state", states[k]))
				return 1;
	return 0;
}

static void
looked_at_conversation(struct people *p, const struct errand *e, const json_t *result)
{
	struct wish *w;

	if (!result || under_way(result))
		return;
	w = own(p, sizeof *w);
	snprintf(w->conversation, sizeof w->conversation, "%s", e->id);
	w->hand = write_by_hand(p, shop_of(result), "Hello, we have asked the carrier and tell you tomorrow");
	if (json_text(result, "order") && luck_one_in(&p->luck, 12)) {
		snprintf(w->order, sizeof w->order, "%s", json_text(result, "order"));
		ask_for_refund(p, w);
	} else {
		ask_for_reply(p, w);
	}
}

void
inbox_told(struct people *p, const struct errand *e, const json_t *result)
{
	json_t *c;
	size_t i;

	(void)e;
	json_array_foreach(json_list(result, "conversations"), i, c) {
		if (age(p, c, "unanswered_since_at") < 3 * HOUR || !luck_one_in(&p->luck, 25))
			continue;
		errand(p, verb("show", "id", json_text(c, "id")), looked_at_conversation, json_text(c, "id"));
	}
}

void
tasks_told(struct people *p, const struct errand *e, const json_t *result)
{
	json_t *t;
	size_t i;

	(void)e;
	json_array_foreach(json_list(result, "tasks"), i, t)
		if (luck_one_in(&p->luck, 3) || in_a_hurry(p))
			errand(p, verb("task done", "id", json_text(t, "id")), nothing_told,
			       json_text(t, "id"));
}

/* ---- without an answer ---- */

static int
knows_of_it(const json_t *shown, const struct by_hand *h)
{
	json_t *a;
	struct money m;
	size_t i;

	json_array_foreach(json_list(shown, "actions"), i, a)
		if (is_word(a, "text", h->text) || (is_word(a, "kind", "order.refund") &&
						    json_money(a, "amount", &m) > 0 && m.minor == h->minor))
			return 1;
	return 0;
}

static void
looked_whether_it_was_heard(struct people *p, const struct errand *e, const json_t *result)
{
	struct wish *w = e->wish;

	if (!result || knows_of_it(result, w->hand) ||
	    marketplace_has_it(p->w->sellers[w->hand->seller], w->hand) || w->hand->times >= TRIES_OF_ONE ||
	    shop_of(result) != w->hand->seller || in_a_hurry(p))
		return;
	p->w->counts.asked_again++;
	if (*w->order)
		ask_for_refund(p, w);
	else
		ask_for_reply(p, w);
}

void
look_after_doubts(struct people *p)
{
	struct staff *s = p->staff;
	size_t kept = 0;

	for (size_t i = 0; i < s->ndoubtful; i++) {
		struct wish *w = s->doubtful[i];
		const char *id = *w->order ? w->order : w->conversation;

		if (p->w->now - w->asked < SHOWS_AFTER)
			s->doubtful[kept++] = w;
		else
			errand(p, verb("show", "id", id), looked_whether_it_was_heard, id)->wish = w;
	}
	s->ndoubtful = kept;
}
