/* cancellations_api.c - cancellations as the Post-Order API shows and takes them. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "messages.h"
#include "post_order.h"

#define CANCEL_DAYS 30

static json_t *
summary_json(const struct call *c, const struct dispute *d)
{
	const struct turn *t = d->n_turns ? &d->turns[0] : NULL;
	json_t *o = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:o,s:o}", "cancelId", d->id, "marketplaceId",
			      d->order->marketplace, "legacyOrderId", d->order->id, "requestorType",
			      d->by_seller ? "SELLER" : "BUYER", "cancelReason", d->reason, "cancelState",
			      d->state, "cancelStatus", d->status, "paymentStatus",
			      is_paid(d->order) ? "ONLINE_PAID" : "NOT_PAID", "cancelRequestDate",
			      value_time_json(d->opened), "requestRefundAmount", number_json(&d->amount));

	(void)c;
	if (t)
		json_object_set_new(o, "sellerResponseDueDate", value_time_json(t->due));
	if (d->shipped)
		json_object_set_new(o, "shipmentDate", value_time_json(d->shipped));
	if (d->closed) {
		json_object_set_new(o, "cancelCloseDate", value_time_json(d->closed));
		json_object_set_new(o, "cancelCloseReason", json_string(d->ending));
	}
	return o;
}

void
cancellations_search(struct call *c)
{
	struct page p;
	struct buf role = BUF_MAX(64);
	struct search s;
	struct rows rows = NO_ROWS;
	int sellers;

	if (page_from_zero(c, 10, 500, &p))
		return;
	query_get(c->rq, "role", &role);
	sellers = strcmp(buf_str(&role), "BUYER") != 0;
	search_read(c, &s, "creation_date_range_from", "creation_date_range_to");
	for (size_t i = c->e->n_disputes; i-- > 0;) {
		struct dispute *d = c->e->disputes[i];

		if (d->kind == CANCELLATION && d->by_seller == sellers && search_finds(c, &s, d) &&
		    fits_query(c, "cancel_id", d->id) && fits_query(c, "legacy_order_id", d->order->id) &&
		    on_page(&p))
			put_dispute(c, &rows, d, summary_json);
	}
	rows_answer(c, &rows, "{s:r,s:o,s:i}", "cancellations", "paginationOutput", post_order_page_json(&p),
		    "total", (int)p.total);
	buf_free(&role);
}

void
cancellations_get(struct call *c)
{
	struct dispute *d = wanted_dispute(c, CANCELLATION);
	json_t *o, *lines, *history;
	char transaction[32];

	if (!d)
		return;
	o = summary_json(c, d);
	lines = json_array();
	history = json_array();
	for (size_t i = 0; i < d->order->n_lines; i++) {
		const struct line *l = &d->order->lines[i];

		snprintf(transaction, sizeof transaction, "%" PRId64, transaction_of(l));
		json_array_append_new(lines, json_pack("{s:s,s:s,s:s,s:i}", "itemId", l->listing->item,
						       "transactionId", transaction, "itemTitle",
						       l->listing->title, "cancelQuantity", l->quantity));
	}
	for (size_t i = 0; i < d->n_history; i++) {
		const struct entry *x = &d->history[i];

		if (x->visible <= c->now)
			json_array_append_new(history,
					      json_pack("{s:s,s:s,s:o,s:s,s:s}", "activityType", x->what,
							"activityParty", x->actor, "actionDate",
							value_time_json(x->at), "cancelStateFrom", x->from,
							"cancelStateTo", x->to));
	}
	json_object_set_new(o, "lineItems", lines);
	json_object_set_new(o, "activityHistories", history);
	json_answer(c, 200, json_pack("{s:o}", "cancelDetail", o));
}

void
cancellations_approve(struct call *c)
{
	struct deed deed = {.verb = "approve"};

	if (serve_deed(c, CANCELLATION, &deed))
		json_answer(c, 200, json_object());
}

void
cancellations_reject(struct call *c)
{
	json_t *root = body_json(c);
	struct deed deed = {.verb = "reject"};

	if (!root)
		return;
	deed.tracking = text_of(root, "trackingNumber");
	json_time(json_obj(root, "shipmentDate"), "value", &deed.shipped);
	if (serve_deed(c, CANCELLATION, &deed))
		json_answer(c, 200, json_object());
	json_decref(root);
}

/* NULL: it may be cancelled; else the vendor's word for why not. */
static const char *
obstacle(struct call *c, const struct order *o)
{
	if (!o || o->created > c->now)
		return "INVALID_ORDER";
	for (size_t i = 0; i < c->e->n_disputes; i++) {
		const struct dispute *d = c->e->disputes[i];

		if (d->order == o && d->kind == CANCELLATION &&
		    (!d->closed || !strcmp(o->cancel_state, "CANCELED")))
			return "CANCELLATION_EXIST";
		if (d->order == o && !d->closed)
			return d->kind == RETURN       ? "RETURN_EXIST"
			       : d->kind == CHARGEBACK ? "PAYPAL_DISPUTE_EXIST"
						       : "CASE_EXIST";
	}
	if (!strcmp(o->cancel_state, "CANCELED"))
		return "CANCELLATION_EXIST";
	if (o->created + CANCEL_DAYS * DAY < c->now)
		return "CANCEL_WINDOW_ELAPSED";
	if (o->n_refunds)
		return order_remains(o).minor > 0 ? "PARTIAL_REFUNDED_ORDER" : "FULL_REFUNDED_ORDER";
	return NULL;
}

static json_t *
eligibility_json(const char *id, const char *why_not)
{
	json_t *o = json_pack("{s:s,s:b,s:[],s:[]}", "legacyOrderId", id, "eligible", !why_not,
			      "eligibleCancelReason", "itemEligibilityResult");

	if (why_not)
		json_object_set_new(o, "failureReason", json_pack("[s]", why_not));
	else
		json_object_set_new(o, "eligibleCancelReason",
				    json_pack("[s,s,s]", "BUYER_ASKED_CANCEL",
					      "OUT_OF_STOCK_OR_CANNOT_FULFILL", "ADDRESS_ISSUES"));
	return o;
}

void
cancellations_eligible(struct call *c)
{
	json_t *root = body_json(c);
	const char *id;

	if (!root)
		return;
	id = text_of(root, "legacyOrderId");
	json_answer(c, 200, eligibility_json(id, obstacle(c, find_order(c->e, id))));
	json_decref(root);
}

void
cancellations_create(struct call *c)
{
	static const char *const reasons[] = {"BUYER_ASKED_CANCEL", "OUT_OF_STOCK_OR_CANNOT_FULFILL",
					      "ADDRESS_ISSUES", NULL};
	json_t *root = body_json(c);
	struct dispute *d;
	struct order *o;
	const char *why_not;

	if (!root)
		return;
	o = find_order(c->e, text_of(root, "legacyOrderId"));
	if (!one_of(text_of(root, "cancelReason"), reasons)) {
		post_order_error(c, BAD_INPUT);
	} else if ((why_not = obstacle(c, o))) {
		post_order_error(c, BAD_STATE);
	} else {
		d = dispute_open(c->e, CANCELLATION, o, &o->lines[0], c->now);
		d->by_seller = 1;
		set_text(&d->reason, text_of(root, "cancelReason"));
		cancellations.open(c->e, d, c->now);
		json_answer(c, 200, json_pack("{s:s}", "cancelId", d->id));
	}
	json_decref(root);
}
