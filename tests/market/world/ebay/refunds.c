/* refunds.c - money that goes back to buyers, and the Fulfillment API's way to send it. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "call.h"
#include "disputes.h"
#include "messages.h"

#define COMMENT_MAX 100
#define TOO_LATE    (180 * DAY)

int
is_paid(const struct order *o)
{
	return strcmp(o->payment, "PENDING") && strcmp(o->payment, "FAILED");
}

struct money
order_remains(const struct order *o)
{
	struct money items, postage, total;

	order_total(o, &items, &postage, &total);
	for (size_t i = 0; i < o->n_refunds; i++)
		total.minor -= o->refunds[i].amount.minor;
	return total;
}

struct refund *
pay_back(struct ebay *e, struct order *o, const struct money *m, const char *via, int64_t now)
{
	struct refund *r = GROW(o->refunds, o->n_refunds);

	snprintf(r->id, sizeof r->id, "%" PRId64, INT64_C(5000000000) + ++e->serial);
	r->amount = *m;
	r->at = now;
	r->visible = now + e->hide_sent;
	r->settled = now + e->refunds_take;
	r->via = via;
	o->modified = now;
	o->edition++;
	set_text(&o->payment, order_remains(o).minor > 0 ? "PARTIALLY_REFUNDED" : "FULLY_REFUNDED");
	return r;
}

/* One "refundAmount".  0 or the error id. */
static int
read_amount(const json_t *o, const char *key, const struct order *order, struct money *m)
{
	const json_t *amount = json_object_get(o, key);
	struct money total = order_remains(order);

	if (!*text_of(amount, "value"))
		return 34906;
	if (!*text_of(amount, "currency"))
		return 34908;
	if (strcmp(text_of(amount, "currency"), total.currency))
		return 34909;
	return json_money(o, key, m) == 1 && m->minor > 0 ? 0 : 34907;
}

static int
read_items(const json_t *items, const struct order *o, struct money *sum)
{
	struct money one;
	size_t i, k;
	json_t *x;
	int bad = 0;

	json_array_foreach(items, i, x) {
		if (!*text_of(x, "lineItemId"))
			return 34910;
		for (k = 0; k < o->n_lines && strcmp(o->lines[k].id, text_of(x, "lineItemId")); k++)
			;
		if (k == o->n_lines)
			return 34914;
		if ((bad = read_amount(x, "refundAmount", o, &one)))
			return bad;
		if (one.minor > o->lines[k].listing->price.minor * o->lines[k].quantity +
					o->lines[k].listing->postage.minor)
			return 34924;
		sum->minor += one.minor;
	}
	return 0;
}

/* Is it allowed at all?  0 or the error id. */
static int
check_order(struct call *c, const struct order *o)
{
	if (!o || o->created > c->now)
		return 34913;
	if (!is_paid(o))
		return 34929;
	if (o->created + TOO_LATE < c->now)
		return 34920;
	if (open_dispute_of(c->e, o))
		return 34916;
	for (size_t i = 0; i < o->n_refunds; i++)
		if (o->refunds[i].settled > c->now)
			return 34922;
	return order_remains(o).minor > 0 ? 0 : 34917;
}

static int
check_wish(const json_t *root, const struct order *o, struct money *sum)
{
	static const char *const reasons[] = {
		"BUYER_CANCEL",          "SELLER_CANCEL",    "ITEM_NOT_RECEIVED", "BUYER_RETURN",
		"ITEM_NOT_AS_DESCRIBED", "OTHER_ADJUSTMENT", "SHIPPING_DISCOUNT", NULL};
	const json_t *items = json_list(root, "refundItems");
	int bad = 0;

	*sum = order_remains(o);
	sum->minor = 0;
	if (!one_of(text_of(root, "reasonForRefund"), reasons))
		bad = 34903;
	else if (utf16_length(text_of(root, "comment")) > COMMENT_MAX)
		bad = 34921;
	else if (json_array_size(items))
		bad = read_items(items, o, sum);
	else if (json_obj(root, "orderLevelRefundAmount"))
		bad = read_amount(root, "orderLevelRefundAmount", o, sum);
	else
		bad = 34905;
	return bad ? bad : sum->minor > order_remains(o).minor ? 34915 : 0;
}

/* Nothing makes it idempotent: the same request twice is two refunds, as long as enough remains. */
void
orders_refund(struct call *c)
{
	struct order *o = find_order(c->e, c->arg);
	json_t *root = body_json(c);
	struct money sum;
	struct refund *r;
	int bad;

	if (!root)
		return;
	if ((bad = check_order(c, o)) || (bad = check_wish(root, o, &sum))) {
		rest_error(c, bad);
	} else {
		r = pay_back(c->e, o, &sum, "order", c->now);
		set_text(&r->reason, text_of(root, "reasonForRefund"));
		set_text(&r->comment, text_of(root, "comment"));
		json_answer(c, 200, json_pack("{s:s,s:s}", "refundId", r->id, "refundStatus", "PENDING"));
	}
	json_decref(root);
}
