/* post_order.c - refusals, searches and histories as the Post-Order API writes them. */
#include <stdio.h>
#include <string.h>

#include "post_order.h"

static const struct refusal {
	int id, status;
	const char *name, *message;
} refusals[] = {
	{NOT_FOUND, 404, "NotFound", "No such id"},
	{BAD_STATE, 400, "InvalidState", "Not possible in this state"},
	{BAD_AMOUNT, 400, "InvalidAmount", "The amount is not possible"},
	{BAD_INPUT, 400, "InvalidInput", "The request is not complete"},
	{BAD_TRACKING, 400, "InvalidTrackingNumber", "The tracking number is invalid"},
	{BAD_CARRIER, 400, "InvalidShippingCarrier", "The shipping carrier is invalid"},
};

void
post_order_error(struct call *c, int id)
{
	const struct refusal *r = refusals;

	while (r->id != id)
		if (++r == refusals + sizeof refusals / sizeof *refusals)
			abort();
	json_answer(c, r->status,
		    json_pack("{s:[{s:i,s:s,s:s,s:s,s:s,s:[],s:s,s:s,s:i}]}", "error", "errorId", id,
			      "domain", "resolutionsErrorDomain", "severity", "ERROR", "category", "REQUEST",
			      "message", r->message, "parameter", "errorName", r->name, "organization",
			      "Marketplace", "httpStatusCode", r->status));
}

struct dispute *
wanted_dispute(struct call *c, enum dispute_kind kind)
{
	struct dispute *d = find_dispute(c->e, kind, c->arg);

	if (!d || d->opened > c->now) {
		post_order_error(c, NOT_FOUND);
		return NULL;
	}
	return d;
}

struct dispute *
serve_deed(struct call *c, enum dispute_kind kind, struct deed *deed)
{
	struct dispute *d = wanted_dispute(c, kind);
	int bad;

	if (!d)
		return NULL;
	deed->actor = "SELLER";
	deed->now = c->now;
	if ((bad = dispute_act(c->e, d, deed))) {
		post_order_error(c, bad);
		return NULL;
	}
	return d;
}

void
serve_comment(struct call *c, enum dispute_kind kind, const char *verb, const char *key)
{
	json_t *root = body_json(c);
	struct deed deed = {.verb = verb};

	if (!root)
		return;
	deed.text = content_of(root, key);
	if (serve_deed(c, kind, &deed))
		json_answer(c, 200, json_object());
	json_decref(root);
}

void
put_dispute(struct call *c, struct rows *rows, struct dispute *d,
	    json_t *(*make)(const struct call *, const struct dispute *))
{
	if (row_over(c, &d->row, d->order->edition))
		row_keep(c, &d->row, make(c, d));
	row_put(rows, &d->row);
}

/* The time that the query has under this name; `otherwise` when it has none that can be read. */
static int64_t
bound(struct call *c, const char *name, int64_t otherwise)
{
	struct buf text = BUF_MAX(256);
	int64_t at;

	if (!query_get(c->rq, name, &text) || instant_parse(buf_str(&text), &at))
		at = otherwise;
	buf_free(&text);
	return at;
}

void
search_read(struct call *c, struct search *s, const char *from, const char *to)
{
	s->from = bound(c, from, INT64_MIN);
	s->to = bound(c, to, c->now);
	if (s->to > c->now)
		s->to = c->now;
	s->narrow = !fits_query(c, "item_id", "") || !fits_query(c, "transaction_id", "") ||
		    !fits_query(c, "order_id", "");
}

int
search_finds(struct call *c, const struct search *s, const struct dispute *d)
{
	char transaction[32];

	if (d->opened < s->from || d->opened > s->to)
		return 0;
	if (!s->narrow)
		return 1;
	snprintf(transaction, sizeof transaction, "%lld", (long long)transaction_of(d->line));
	return fits_query(c, "item_id", d->line->listing->item) &&
	       fits_query(c, "transaction_id", transaction) && fits_query(c, "order_id", d->order->id);
}

json_t *
money_movement_json(const struct entry *x)
{
	return json_pack("{s:[{s:o,s:s,s:o,s:s,s:{s:s}}]}", "moneyMovementEntryList", "amount",
			 number_json(&x->amount), "type", "REFUND", "date", value_time_json(x->at),
			 "fundingStatus", "FUNDED", "fundingSource", "type", "AVAILABLE_FUNDS");
}

json_t *
claim_history_json(const struct dispute *d, int64_t now)
{
	json_t *list = json_array();

	for (size_t i = 0; i < d->n_history; i++) {
		const struct entry *x = &d->history[i];
		json_t *o;

		if (x->visible > now)
			continue;
		o = json_pack("{s:s,s:s,s:o,s:s*}", "action", x->what, "actor", x->actor, "date",
			      value_time_json(x->at), "description", x->text);
		if (x->amount.minor)
			json_object_set_new(o, "moneyMovement", money_movement_json(x));
		json_array_append_new(list, o);
	}
	return list;
}
