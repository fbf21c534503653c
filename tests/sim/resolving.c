/* resolving.c - of what may have been sent people say what became of it: they look at the marketplace and tell the truth. */
#include <stdlib.h>
#include <string.h>

#include "errands.h"

static struct buyer *
buyer_called(const struct ebay *e, const char *name)
{
	for (size_t i = 0; name && i < e->n_buyers; i++)
		if (!strcmp(e->buyers[i]->username, name) ||
		    (e->buyers[i]->name && !strcmp(e->buyers[i]->name, name)))
			return e->buyers[i];
	return NULL;
}

static const struct conversation *
conversation_shown(const struct ebay *e, const json_t *shown)
{
	const char *item = json_text(shown, "listing");

	return find_conversation_about(e, buyer_called(e, json_text(shown, "buyer")),
				       item ? find_listing(e, item) : NULL);
}

/* So many others of this kind, with this text or sum, are known to have been sent. */
static int
others_sent(const json_t *shown, const json_t *row)
{
	json_t *a;
	size_t i;
	int n = 0;

	json_array_foreach(json_list(shown, "actions"), i, a)
		n += is_word(a, "state", "sent") && is_word(a, "kind", json_text(row, "kind")) &&
		     json_equal(json_object_get(a, "text"), json_object_get(row, "text")) &&
		     json_equal(json_object_get(a, "amount"), json_object_get(row, "amount"));
	return n;
}

static int64_t
time_of_message(const json_t *shown, const char *id)
{
	int64_t at;
	json_t *m;
	size_t i;

	json_array_foreach(json_list(shown, "messages"), i, m)
		if (id && is_word(m, "id", id) && json_time(m, "sent_at", &at) > 0)
			return at;
	return 0;
}

static int
is_of_another(const json_t *shown, const char *message)
{
	json_t *a;
	size_t i;

	json_array_foreach(json_list(shown, "actions"), i, a)
		if (is_word(a, "remote", message))
			return 1;
	return 0;
}

/* An answer stands below its question.  (Equal ones above it answered earlier questions, also those that a store has forgotten which an older one replaced.) */
static int
answer_is_there(const struct ebay *e, const json_t *row, const json_t *shown)
{
	const struct conversation *c = conversation_shown(e, shown);
	const int64_t asked = time_of_message(shown, json_text(row, "message"));

	for (size_t i = 0; c && i < c->n_messages; i++) {
		const struct message *m = c->messages[i];

		if (m->from == FROM_SELLER && m->via != VIA_SITE && m->created > asked &&
		    is_word(row, "text", m->text) && !is_of_another(shown, m->id))
			return 1;
	}
	return 0;
}

const char *
deed_of_action(const char *kind)
{
	static const char *const words[][2] = {
		{"return.accept", "APPROVE"},
		{"return.decline", "DECLINE"},
		{"return.offer", "OFFER_PARTIAL_REFUND"},
		{"return.refund", "refund"},
		{"return.message", "message"},
		{"return.received", "received"},
		{"return.escalate", "escalate"},
		{"inquiry.tracking", "tracking"},
		{"inquiry.refund", "refund"},
		{"inquiry.message", "message"},
		{"inquiry.escalate", "escalate"},
		{"cancellation.accept", "approve"},
		{"cancellation.decline", "reject"},
		{"chargeback.contest", "contest"},
		{"chargeback.accept", "accept"},
		{"case.appeal", "appeal"},
	};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (!strcmp(words[i][0], kind))
			return words[i][1];
	return "";
}

static int
deeds_there(const struct ebay *e, const char *remote, const char *kind)
{
	const struct dispute *d = remote ? find_dispute(e, -1, remote) : NULL;

	for (size_t i = 0; d && i < d->n_acts; i++)
		if (!strcmp(d->acts[i].name, deed_of_action(kind)))
			return (int)d->acts[i].n;
	return 0;
}

static int
refunds_there(const struct ebay *e, const char *remote, const json_t *row)
{
	const struct order *o = remote ? find_order(e, remote) : NULL;
	struct money m;
	int n = 0;

	for (size_t i = 0; o && i < o->n_refunds; i++)
		n += !strcmp(o->refunds[i].via, "order") && json_money(row, "amount", &m) > 0 &&
		     o->refunds[i].amount.minor == m.minor;
	return n;
}

static int
replies_there(const struct ebay *e, const char *remote)
{
	for (size_t i = 0; remote && i < e->n_feedback; i++)
		if (!strcmp(e->feedback[i]->id, remote))
			return e->feedback[i]->replies;
	return 0;
}

static int
is_there(const struct ebay *e, const json_t *row, const json_t *shown)
{
	const char *kind = json_text(row, "kind"), *remote = json_text(shown, "remote");
	const int others = others_sent(shown, row);

	if (!strcmp(kind, "reply"))
		return answer_is_there(e, row, shown);
	if (!strcmp(kind, "order.refund"))
		return refunds_there(e, remote, row) > others;
	if (!strcmp(kind, "feedback.reply"))
		return replies_there(e, remote) > others;
	return deeds_there(e, remote, kind) > others;
}

static void
resolved(struct people *p, const struct errand *e, const json_t *result)
{
	p->w->counts.resolved += result != NULL;
	if (!result) /* it never left, or somebody was faster */
		drop(p, e->id);
}

static void
looked_at_the_thing(struct people *p, const struct errand *e, const json_t *result)
{
	const char *id = json_text(e->about, "id");
	json_t *q;

	if (!result)
		return;
	q = verb("resolve", "id", id);
	json_object_set_new(json_object_get(q, "args"), "outcome",
			    json_string(is_there(p->w->sellers[shop_of(e->about)], e->about, result)
						? "sent"
						: "not-sent"));
	errand(p, q, resolved, id);
}

static void
look_for_it(struct people *p, json_t *row)
{
	static const char *const things[] = {"dispute", "feedback", "order", "conversation"};
	const char *thing = is_word(row, "kind", "reply") ? json_text(row, "conversation") : NULL;

	for (size_t i = 0; !thing && i < sizeof things / sizeof *things; i++)
		thing = json_text(row, things[i]);
	if (thing)
		errand(p, verb("show", "id", thing), looked_at_the_thing, thing)->about = json_incref(row);
}

void
held_told(struct people *p, const struct errand *e, const json_t *result)
{
	json_t *row;
	size_t i;

	(void)e;
	json_array_foreach(json_list(result, "actions"), i, row) {
		const char *id = json_text(row, "id");

		if (json_int(row, "attempt", 0)) {
			if (age(p, row, "changed_at") > SHOWS_AFTER)
				look_for_it(p, row);
		} else if (is_word(row, "kind", "reply") && luck_one_in(&p->luck, 2)) {
			edit(p, id, shop_of(row));
		} else {
			drop(p, id);
		}
	}
}

/* The service looks for these itself; a person does when it takes long. */
void
unsure_told(struct people *p, const struct errand *e, const json_t *result)
{
	json_t *row;
	size_t i;

	(void)e;
	json_array_foreach(json_list(result, "actions"), i, row)
		if (age(p, row, "changed_at") > SHOWS_AFTER && luck_one_in(&p->luck, 2))
			look_for_it(p, row);
}
