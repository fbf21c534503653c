/* dispute_control.c - disputes without an API: buyers open them, all sides act, and a test asks how it went. */
#include <string.h>

#include "base/json.h"
#include "call.h"
#include "disputes.h"

static const struct machine *const openable[] = {[RETURN] = &returns,
						 [INQUIRY] = &inquiries,
						 [CANCELLATION] = &cancellations,
						 [CHARGEBACK] = &chargebacks};

static int
time_of(const json_t *x, const char *key, int64_t now, int64_t *at, struct err *err)
{
	*at = now;
	if (*text_of(x, key) && relative_time(text_of(x, key), now, at))
		return fail(err, "dispute: \"%s\": found \"%s\", expected a time", key, text_of(x, key));
	return 0;
}

static int
amount_of(const json_t *x, const struct order *o, struct money *m, struct err *err)
{
	const char *value = text_of(x, "amount");

	return *value ? money_parse(value, order_remains(o).currency, m, err) : 0;
}

static struct line *
line_of(struct order *o, const char *item)
{
	for (size_t i = 0; i < o->n_lines; i++)
		if (!*item || !strcmp(o->lines[i].listing->item, item))
			return &o->lines[i];
	return NULL;
}

const char *
ebay_dispute(struct ebay *e, const json_t *x, int64_t now, struct err *err)
{
	struct order *o = find_order(e, text_of(x, "order"));
	struct line *l = o ? line_of(o, text_of(x, "item")) : NULL;
	const struct machine *m = NULL;
	struct dispute *d;
	int64_t at;
	size_t kind;

	for (kind = 0; kind < sizeof openable / sizeof *openable; kind++)
		if (openable[kind] && !strcmp(openable[kind]->name, text_of(x, "kind"))) {
			m = openable[kind];
			break;
		}
	if (!m)
		return fail(err,
			    "dispute: \"kind\": found \"%s\", expected return, inquiry, cancellation or "
			    "chargeback",
			    text_of(x, "kind")),
		       NULL;
	if (!l)
		return fail(err, "dispute: no order \"%s\" with this item", text_of(x, "order")), NULL;
	if (time_of(x, "at", now, &at, err))
		return NULL;
	d = dispute_open(e, (enum dispute_kind)kind, o, l, at);
	if (amount_of(x, o, &d->amount, err))
		return NULL;
	if (*text_of(x, "reason"))
		set_text(&d->reason, text_of(x, "reason"));
	if (*text_of(x, "text"))
		set_text(&d->text, text_of(x, "text"));
	m->open(e, d, at);
	if (*text_of(x, "evidence")) {
		const struct deed ask = {
			.actor = "EBAY", .verb = "ask", .text = text_of(x, "evidence"), .now = at};

		dispute_act(e, d, &ask);
	}
	return d->id;
}

const char *
ebay_dispute_act(struct ebay *e, const json_t *x, int64_t now, struct err *err)
{
	struct dispute *d = find_dispute(e, -1, text_of(x, "dispute"));
	struct deed deed = {.by_hand = 1, .now = now};
	int bad;

	if (!d)
		return fail(err, "dispute: no \"%s\"", text_of(x, "dispute")), NULL;
	disputes_tick(e, now);
	deed.actor = !strcmp(text_of(x, "by"), "buyer")  ? "BUYER"
		     : !strcmp(text_of(x, "by"), "ebay") ? "EBAY"
							 : "SELLER";
	deed.verb = text_of(x, "act");
	deed.text = text_of(x, "text");
	deed.carrier = text_of(x, "carrier");
	deed.tracking = text_of(x, "tracking");
	if (amount_of(x, d->order, &deed.amount, err))
		return NULL;
	if ((bad = dispute_act(e, d, &deed)))
		return fail(err, "dispute: %s is not possible in %s (%d)", deed.verb, d->status, bad), NULL;
	return d->id;
}

static json_t *
counts_json(const struct count *list, size_t n)
{
	json_t *o = json_object();

	for (size_t i = 0; i < n; i++)
		json_object_set_new(o, list[i].name, json_integer(list[i].n));
	return o;
}

static json_t *
turns_json(const struct dispute *d)
{
	json_t *list = json_array(), *o;

	for (size_t i = 0; i < d->n_turns; i++) {
		const struct turn *t = &d->turns[i];

		o = json_pack("{s:s,s:o}", "action", t->action, "due", time_json(t->due));
		if (t->answered > 0)
			json_object_set_new(o, "answered_at", time_json(t->answered));
		json_array_append_new(list, o);
	}
	return list;
}

/* null: nothing was missed, and not everything is answered yet. */
static json_t *
met(const struct dispute *d)
{
	int waiting = 0;

	for (size_t i = 0; i < d->n_turns; i++) {
		if (d->turns[i].answered < 0)
			return json_false();
		waiting |= !d->turns[i].answered;
	}
	return waiting && !d->closed ? json_null() : json_true();
}

static json_t *
files_json(const struct dispute *d)
{
	json_t *list = json_array();

	for (size_t i = 0; i < d->n_files; i++)
		json_array_append_new(list, json_string(d->files[i].purpose));
	return list;
}

json_t *
ebay_disputes(struct ebay *e, int64_t now)
{
	json_t *list = json_array(), *o;
	char refunded[MONEY_TEXT];

	disputes_tick(e, now);
	for (size_t i = 0; i < e->n_disputes; i++) {
		const struct dispute *d = e->disputes[i];
		const struct turn *t = d->n_turns ? &d->turns[d->n_turns - 1] : NULL;

		money_format(&d->refunded, refunded);
		o = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:o,s:o,s:o,s:o,s:s,s:o,s:o}", "dispute", d->id,
			      "kind", machine_of(d)->name, "order", d->order->id, "buyer",
			      d->order->buyer->username, "state", d->state, "status", d->status, "opened",
			      time_json(d->opened), "met", met(d), "actions", counts_json(d->acts, d->n_acts),
			      "by_hand", counts_json(d->by_hand, d->n_by_hand), "refunded", refunded, "turns",
			      turns_json(d), "files", files_json(d));
		if (t)
			json_object_set_new(o, "due", time_json(t->due));
		if (t && t->answered > 0)
			json_object_set_new(o, "answered_at", time_json(t->answered));
		if (d->closed) {
			json_object_set_new(o, "closed", time_json(d->closed));
			json_object_set_new(o, "ending", json_string(d->ending));
		}
		if (d->parent)
			json_object_set_new(o, "parent", json_string(d->parent->id));
		if (d->by_seller)
			json_object_set_new(o, "by_seller", json_true());
		if (d->kind == CHARGEBACK)
			json_object_set_new(o, "revision", json_integer(d->revision));
		json_array_append_new(list, o);
	}
	return list;
}

json_t *
ebay_refunds(struct ebay *e, int64_t now)
{
	json_t *list = json_array();
	char value[MONEY_TEXT];

	disputes_tick(e, now);
	for (size_t i = 0; i < e->n_orders; i++)
		for (size_t k = 0; k < e->orders[i]->n_refunds; k++) {
			const struct refund *r = &e->orders[i]->refunds[k];

			money_format(&r->amount, value);
			json_array_append_new(list, json_pack("{s:s,s:s,s:s,s:s,s:s,s:o,s:s*,s:s*}", "refund",
							      r->id, "order", e->orders[i]->id, "value",
							      value, "currency", r->amount.currency, "via",
							      r->via, "at", time_json(r->at), "reason",
							      r->reason, "comment", r->comment));
		}
	return list;
}
