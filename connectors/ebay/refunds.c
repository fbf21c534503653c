/* refunds.c - money that went back to a buyer: the refunds that an order shows, and the action order.refund.
 *
 * An order shows each refund once, under paymentSummary when it was for the whole order and under its lines otherwise; an id that stands in
 * both places is one refund.  Some, made by hand, have no id: then the amount, and which of equal ones it is, must do.
 *
 * eBay's amounts are net: tax that eBay collects itself is not in them.  So for such an order the amount does not tell whose refund it is.
 */
#include "ebay.h"

#include "base/text.h"

#include <string.h>

#define MAX_REFUNDS 200

/* error ids of issueRefund */
#define MORE_THAN_ORDER 34915
#define CASE_IS_OPEN    34916
#define ALREADY         34917
#define STILL_RUNNING   34922
#define MORE_THAN_LEFT  34924

static const char reasons[] = EBAY_REFUND_REASONS;

/* ---- what an order shows ---- */

struct refunds {
	struct refund list[MAX_REFUNDS];
	size_t n;
};

static enum refund_status
status_of(const json_t *j)
{
	const char *s = json_text(j, "refundStatus");

	if (!s) /* lines do not say */
		return json_text(j, "refundDate") ? REFUND_DONE : REFUND_PENDING;
	if (!strcmp(s, "FAILED"))
		return REFUND_FAILED;
	return !strcmp(s, "PENDING") ? REFUND_PENDING : REFUND_DONE;
}

/* One of list[0..n) that has the id, or else the time. */
static struct refund *
known(struct refunds *r, size_t n, const char *id, int64_t at)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (id ? r->list[i].remote && !strcmp(r->list[i].remote, id) : at && r->list[i].at == at)
			return &r->list[i];
	return NULL;
}

/* What a line shows of one refund: more of the same when other lines showed it already. */
static int
add_up(struct refund *sum, const struct money *more)
{
	return strcmp(sum->amount.currency, more->currency) ||
			       __builtin_add_overflow(sum->amount.minor, more->minor, &sum->amount.minor)
		       ? -1
		       : 0;
}

/* One entry; `whole`: how many are of the whole order, which an entry of a line only repeats. */
static int
read_one(const struct task *t, struct refunds *r, const json_t *j, int of_line, size_t whole)
{
	struct refund one = {.remote = json_id(t->arena, j, "refundId"), .status = status_of(j)};
	struct refund *same;

	if (json_time(j, "refundDate", &one.at) < 0 || json_money(j, "amount", &one.amount) <= 0)
		return -1;
	if (of_line && known(r, whole, one.remote, one.at))
		return 0;
	if ((same = known(r, r->n, one.remote, of_line ? one.at : 0)))
		return of_line ? add_up(same, &one.amount) : 0;
	if (r->n == MAX_REFUNDS)
		return -1;
	r->list[r->n++] = one;
	return 0;
}

/* Those without an id get one that stays the same while they go from pending to done; eBay's refundReferenceId only comes with the latter. */
static void
name_the_nameless(const struct task *t, struct refunds *r)
{
	char amount[MONEY_TEXT];
	size_t i, j, nth;

	for (i = 0; i < r->n; i++) {
		if (r->list[i].remote)
			continue;
		for (j = 0, nth = 1; j < i; j++)
			nth += r->list[j].amount.minor == r->list[i].amount.minor;
		money_format(&r->list[i].amount, amount);
		r->list[i].remote = arena_fmt(t->arena, "%s %s %zu", amount, r->list[i].amount.currency, nth);
	}
}

/* All refunds of an order; NULL when one of them cannot be read. */
static struct refunds *
read_refunds(const struct task *t, const json_t *order)
{
	struct refunds *r = arena_zalloc(t->arena, sizeof *r);
	json_t *list = json_list(json_obj(order, "paymentSummary"), "refunds");
	json_t *lines = json_list(order, "lineItems");
	size_t i, j, whole;

	for (i = 0; i < json_array_size(list); i++)
		if (read_one(t, r, json_array_get(list, i), 0, 0))
			return NULL;
	whole = r->n;
	for (i = 0; i < json_array_size(lines); i++) {
		list = json_list(json_array_get(lines, i), "refunds");
		for (j = 0; j < json_array_size(list); j++)
			if (read_one(t, r, json_array_get(list, j), 1, whole))
				return NULL;
	}
	name_the_nameless(t, r);
	return r;
}

int
ebay_refunds_of(const struct task *t, const json_t *order, const char *id, struct found *f)
{
	struct refunds *r = read_refunds(t, order);
	struct err why;
	size_t i;

	if (!r) {
		fail(&why, "eBay: order %s: a refund cannot be read", id);
		return ebay_odd(f, order, why.text);
	}
	for (i = 0; i < r->n; i++) {
		r->list[i].order = id;
		if (f->refund(f, &r->list[i]))
			return -1;
	}
	return 0;
}

/* ---- order.refund ---- */

int
ebay_order_ask(const struct task *t, struct request *r, struct err *err)
{
	if (!t->out->order || !*t->out->order)
		return fail(err, "eBay: it is not said which order is meant");
	if (ebay_get(t, r, "api", err))
		return -1;
	buf_put(&r->url, "/sell/fulfillment/v1/order/");
	url_encode(&r->url, t->out->order);
	return ebay_fits(r, err);
}

/* Tax that eBay collects makes the shown amount another one than ours. */
static int
amounts_are_net(const json_t *order)
{
	json_t *lines = json_list(order, "lineItems");
	size_t i;

	if (json_flag(order, "ebayCollectAndRemitTax", 0))
		return 1;
	for (i = 0; i < json_array_size(lines); i++)
		if (json_array_size(json_list(json_array_get(lines, i), "ebayCollectAndRemitTaxes")))
			return 1;
	return 0;
}

enum outcome
ebay_refund_look_read(const struct task *t, const struct response *rs, struct found *f)
{
	enum outcome o;
	json_t *root = ebay_answer(t, rs, 0, f, &o);
	struct refunds *r;
	int net;
	size_t i;

	if (!root)
		return o;
	if ((o = ebay_order_read(t, root, f)) != DONE)
		return o;
	if (!(r = read_refunds(t, root)))
		return later(f, "eBay: order %s: a refund cannot be read", t->out->order);
	net = amounts_are_net(root);
	for (i = 0; i < r->n; i++) {
		const struct refund *one = &r->list[i];
		struct own own = {.remote = one->remote, .at = one->at};

		if (!net && !strcmp(one->amount.currency, t->out->amount.currency))
			own.amount = one->amount;
		if (one->status != REFUND_FAILED && f->own(f, &own))
			return LATER;
	}
	f->complete = 1;
	return DONE;
}

static void
put_amount(struct buf *b, const struct money *m)
{
	char amount[MONEY_TEXT];

	money_format(m, amount);
	buf_fmt(b, "{\"value\":\"%s\",\"currency\":", amount);
	json_quote(b, m->currency);
	buf_char(b, '}');
}

int
ebay_refund_ask(const struct task *t, struct request *r, struct err *err)
{
	const struct outgoing *out = t->out;
	struct buf path = BUF_MAX(4096);
	int bad;

	if (!out->order || !*out->order)
		return fail(err, "eBay: it is not said which order is meant");
	if (!*out->amount.currency || out->amount.minor <= 0)
		return fail(err, "eBay: a refund needs an amount above zero");
	if (!out->reason || !ebay_one_of(reasons, out->reason))
		return fail(err, "eBay: \"%s\" is no reason here, expected one of: %s",
			    out->reason ? out->reason : "", reasons);
	if (out->text && utf16_length(out->text) > EBAY_COMMENT_UTF16)
		return fail(err, "eBay: the text has %zu characters, at most %d are allowed",
			    utf16_length(out->text), EBAY_COMMENT_UTF16);
	buf_put(&path, "/sell/fulfillment/v1/order/");
	url_encode(&path, out->order);
	buf_put(&path, "/issue_refund");
	bad = path.over ? fail(err, "eBay: the request is longer than allowed")
			: ebay_post(t, r, "api", buf_str(&path), err);
	buf_free(&path);
	if (bad)
		return -1;

	buf_put(&r->body, "{\"reasonForRefund\":");
	json_quote(&r->body, out->reason);
	if (out->text && *out->text) {
		buf_put(&r->body, ",\"comment\":");
		json_quote(&r->body, out->text);
	}
	if (out->line && *out->line) {
		buf_put(&r->body, ",\"refundItems\":[{\"lineItemId\":");
		json_quote(&r->body, out->line);
		buf_put(&r->body, ",\"refundAmount\":");
		put_amount(&r->body, &out->amount);
		buf_put(&r->body, "}]}");
	} else {
		buf_put(&r->body, ",\"orderLevelRefundAmount\":");
		put_amount(&r->body, &out->amount);
		buf_char(&r->body, '}');
	}
	return ebay_sign(t, r, err);
}

/* What a refusal means.  "Already" and "still running" may speak of ours, sent before and not shown yet: it is looked for again. */
static enum outcome
refused(const struct task *t, const struct response *rs, enum outcome o, struct found *f)
{
	if (o != REFUSED)
		return o;
	switch (ebay_error_id(t, rs)) {
	case ALREADY:
	case STILL_RUNNING: return UNSURE;
	case CASE_IS_OPEN:
		fail(&f->err,
		     "eBay: order %s has an open case, return or inquiry: refund there instead of on the "
		     "order",
		     t->out->order);
		return REFUSED;
	case MORE_THAN_ORDER:
	case MORE_THAN_LEFT:
		fail(&f->err, "eBay: the amount is more than order %s has left to give back", t->out->order);
		return REFUSED;
	default: return REFUSED;
	}
}

enum outcome
ebay_refund_read(const struct task *t, const struct response *rs, struct found *f)
{
	enum outcome o;
	json_t *root = ebay_answer(t, rs, 1, f, &o);
	const char *id = json_id(t->arena, root, "refundId"), *status = json_text(root, "refundStatus");

	if (!root)
		return refused(t, rs, o, f);
	if (status && !strcmp(status, "FAILED")) {
		fail(&f->err, "eBay: the refund of order %s failed; look at its payment", t->out->order);
		return REFUSED;
	}
	if (!id) {
		fail(&f->err, "eBay: the answer names no refund");
		return UNSURE;
	}
	buf_set(&f->remote, id, strlen(id));
	return DONE;
}
