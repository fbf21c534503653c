/* cancellations.c - orders that somebody wants to cancel: /post-order/v2/cancellation/search and /cancellation/{id}.  Post-Order: GraphQL
 * will replace it.
 *
 * The search knows no "open", only who asked and since when, so the last 40 days are walked, newest first.  A cancellation is read whole when it
 * is new or its row has changed, and once more when it grows too old for the list.  Buyers' and sellers' cancellations are two lists and two
 * streams: the first has the clock.
 */
#include "ebay.h"

#include "base/text.h"

#include <string.h>

#define PAGE        500
#define STEP        490 /* pages overlap */
#define BACK        (40 * DAY)
#define MAX_HISTORY 200

/* ---- asking ---- */

int
ebay_cancellation_open(const struct task *t, struct request *r, const char *method, const char *id,
		       const char *what, struct err *err)
{
	if (!id || !*id)
		return fail(err, "eBay: it is not said which dispute is meant");
	if (post_order_open(t, r, method, "cancellation/", err))
		return -1;
	url_encode(&r->url, id);
	buf_put(&r->url, what);
	return ebay_fits(r, err);
}

static int
list_ask(const struct task *t, struct request *r, const char *role, struct err *err)
{
	const struct open_list *l = open_list_read(t);
	const struct open_id *wanted = open_list_wanted(l);
	char from[INSTANT_TEXT];

	if (wanted)
		return ebay_cancellation_open(t, r, "GET", wanted->id, "", err);
	if (post_order_open(t, r, "GET", "cancellation/search", err))
		return -1;
	instant_format(l->start - BACK, from);
	buf_fmt(&r->url, "?role=%s&creation_date_range_from=", role);
	url_encode(&r->url, from);
	buf_fmt(&r->url, "&sort=-CANCEL_REQUEST_DATE&limit=%d&offset=%lld", PAGE, (long long)l->offset);
	return ebay_fits(r, err);
}

int
ebay_cancellations_ask(const struct task *t, struct request *r, struct err *err)
{
	return list_ask(t, r, "BUYER", err);
}

int
ebay_cancellations_ours_ask(const struct task *t, struct request *r, struct err *err)
{
	return list_ask(t, r, "SELLER", err);
}

/* ---- what its words mean ---- */

static const struct post_order_word statuses[] = {
	{"CANCEL_REQUESTED", POST_ORDER_BY_STATE},
	{"CANCEL_PENDING", POST_ORDER_BY_STATE},
	{"CANCEL_REJECTED", DISPUTE_RESOLVED},
	{"CANCEL_CLOSED_WITH_REFUND", DISPUTE_RESOLVED},
	{"CANCEL_CLOSED_NO_REFUND", DISPUTE_RESOLVED},
	{"CANCEL_CLOSED_UNKNOWN_REFUND", DISPUTE_RESOLVED},
	{"CANCEL_CLOSED_FOR_COMMITMENT", DISPUTE_RESOLVED},
	{"INVALID", DISPUTE_WITHDRAWN},
	{NULL, 0},
};

static const struct post_order_word states[] = {
	{"INITIAL", DISPUTE_AWAITING_SELLER},
	{"APPROVAL_PENDING", DISPUTE_AWAITING_SELLER},
	{"CONFIRM_REFUND_PENDING", DISPUTE_AWAITING_BUYER},
	{"REFUND_PENDING", DISPUTE_UNDER_REVIEW},
	{"REFUND_INITIATED", DISPUTE_UNDER_REVIEW},
	{"CLOSED", DISPUTE_RESOLVED},
	{"OTHER", DISPUTE_UNDER_REVIEW},
	{NULL, 0},
};

enum dispute_status
ebay_cancellation_status(const char *status, const char *state)
{
	return post_order_status(statuses, status, states, state);
}

/* ---- one cancellation ---- */

static void
read_history(const struct task *t, const json_t *j, struct dispute *d)
{
	const json_t *list = json_list(j, "activityHistories");
	struct dispute_entry *all = arena_zalloc(t->arena, MAX_HISTORY * sizeof *all);
	char at[INSTANT_TEXT];
	size_t i;

	d->history = all;
	for (i = 0; i < json_array_size(list) && d->nhistory < MAX_HISTORY; i++) {
		const json_t *one = json_array_get(list, i);
		struct dispute_entry *e = &all[d->nhistory];

		e->actor = post_order_actor(json_text(one, "activityParty"));
		e->what = json_text(one, "activityType");
		e->at = post_order_time(one, "actionDate");
		if (!e->what || !e->at)
			continue;
		instant_format(e->at, at);
		e->remote = ebay_fingerprint_of(t->arena, (const char *const[]){at, e->what, NULL});
		d->nhistory++;
	}
}

int
ebay_cancellation_read(const struct task *t, const json_t *j, const char *id, struct dispute *d,
		       struct err *why)
{
	const char *status = json_text(j, "cancelStatus"), *state = json_text(j, "cancelState"),
		   *by = json_text(j, "requestorType"), *end = json_text(j, "cancelCloseReason");

	d->kind = DISPUTE_CANCELLATION;
	if (!(d->remote = json_id(t->arena, j, "cancelId")))
		return fail(why, "eBay: a cancellation without cancelId");
	if (strcmp(d->remote, id) != 0)
		return fail(why, "eBay: the answer is about another dispute: found %s, expected %s",
			    d->remote, id);
	if (!status || !state)
		return fail(why, "eBay: cancellation %s without a status", d->remote);
	if (post_order_money(j, "requestRefundAmount", &d->amount) < 0)
		return fail(why, "eBay: cancellation %s: its amount cannot be read", d->remote);
	d->status = ebay_cancellation_status(status, state);
	if (d->status == DISPUTE_AWAITING_SELLER && by && !strcmp(by, "SELLER"))
		d->status = DISPUTE_UNDER_REVIEW; /* our own: nothing is left to us */
	d->raw = arena_fmt(t->arena, "%s/%s%s%s", status, state, end ? "/" : "", end ? end : "");
	d->marketplace = json_text(j, "marketplaceId");
	d->order = json_id(t->arena, j, "legacyOrderId");
	d->listing = json_id(t->arena, json_array_get(json_list(j, "lineItems"), 0), "itemId");
	d->reason = json_text(j, "cancelReason");
	d->opened = post_order_time(j, "cancelRequestDate");
	d->closed = post_order_time(j, "cancelCloseDate");
	d->options = "";
	if (d->status == DISPUTE_AWAITING_SELLER) {
		d->due_action = status;
		d->respond_by = post_order_time(j, "sellerResponseDueDate");
		d->options = "accept decline";
	}
	read_history(t, j, d);
	return 0;
}

/* ---- the list ---- */

static const char *
print_of(const struct task *t, const json_t *row)
{
	const char *status = json_text(row, "cancelStatus"), *state = json_text(row, "cancelState");
	char until[INSTANT_TEXT];

	instant_format(post_order_time(row, "sellerResponseDueDate"), until);
	return ebay_fingerprint_of(
		t->arena, (const char *const[]){status ? status : "", state ? state : "", until, NULL});
}

static const struct post_order_list pages = {
	.name = "cancellations",
	.rows = "cancellations",
	.total = "total",
	.id = "cancelId",
	.step = STEP,
	.print = print_of,
};

static enum outcome
read_one(const struct task *t, const struct response *rs, struct open_list *l, struct found *f)
{
	enum outcome o;
	json_t *root = post_order_answer(t, rs, 0, f, &o), *detail = json_obj(root, "cancelDetail");
	struct dispute d = {0};
	struct err why;

	if (!root)
		return open_list_failed(l, rs, o, f);
	if (!detail)
		return later(f, "eBay: the answer is not a cancellation");
	if (ebay_cancellation_read(t, detail, open_list_wanted(l)->id, &d, &why)) {
		if (ebay_odd(f, detail, why.text))
			return LATER;
	} else if (f->dispute(f, &d)) {
		return LATER;
	}
	open_list_done_one(l, d.status < DISPUTE_WON);
	return open_list_next(l, f);
}

enum outcome
ebay_cancellations_read(const struct task *t, const struct response *rs, struct found *f)
{
	struct open_list *l = open_list_read(t);

	return open_list_wanted(l) ? read_one(t, rs, l, f) : post_order_page(t, rs, &pages, l, f);
}
