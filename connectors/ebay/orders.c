/* orders.c - orders, their refunds (refunds.c) and how they left: GET /sell/fulfillment/v1/order and …/order/{id}/shipping_fulfillment.
 *
 * eBay lists orders by creation date, so a changed order does not move while we page (sweep.c).  Carrier and tracking stand only in a
 * second request, made for each order that has left and changed within the last 30 days.  "Delivered" eBay does not report.
 */
#include "ebay.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define PAGE 200
#define OVERLAP                                                                                              \
	1 /* the last row of a page begins the next: else one that was erased in between has moved others out of sight */
#define PARCELS   (30 * DAY) /* older orders are not asked for parcels: a first import would ask thousands */
#define MAX_ITEMS 500

int
ebay_orders_ask(const struct task *t, struct request *r, struct err *err)
{
	struct sweep *s = sweep_read(t);
	char from[INSTANT_TEXT];

	if (ebay_get(t, r, "api", err))
		return -1;
	if (s->ntodo) {
		buf_put(&r->url, "/sell/fulfillment/v1/order/");
		url_encode(&r->url, s->todo[0].id);
		buf_put(&r->url, "/shipping_fulfillment");
	} else {
		instant_format(s->from, from);
		buf_put(&r->url, "/sell/fulfillment/v1/order?filter=");
		url_encode(&r->url, arena_fmt(t->arena, "lastmodifieddate:[%s..]", from));
		buf_fmt(&r->url, "&limit=%d&offset=%lld", PAGE, (long long)s->offset);
	}
	return ebay_fits(r, err);
}

/* ---- an order ---- */

static enum payment
payment_of(const char *s)
{
	if (!strcmp(s, "PAID"))
		return PAYMENT_PAID;
	if (!strcmp(s, "FULLY_REFUNDED"))
		return PAYMENT_REFUNDED;
	if (!strcmp(s, "PARTIALLY_REFUNDED"))
		return PAYMENT_PARTIALLY_REFUNDED;
	if (!strcmp(s, "PENDING") || !strcmp(s, "FAILED"))
		return PAYMENT_UNPAID;
	return PAYMENT_UNKNOWN;
}

static enum fulfilment
fulfilment_of(const char *s)
{
	if (!strcmp(s, "NOT_STARTED"))
		return FULFILMENT_OPEN;
	if (!strcmp(s, "IN_PROGRESS"))
		return FULFILMENT_PARTIAL;
	if (!strcmp(s, "FULFILLED"))
		return FULFILMENT_SHIPPED;
	return FULFILMENT_UNKNOWN;
}

/* eBay's list of states is not published whole; one we do not know is taken as a request, so that nobody writes as if all were well. */
static enum cancellation
cancellation_of(const char *s)
{
	if (!*s || !strcmp(s, "NONE_REQUESTED"))
		return CANCELLATION_NONE;
	if (!strcmp(s, "CANCELED"))
		return CANCELLATION_DONE;
	return CANCELLATION_REQUESTED;
}

static const char *
text_or_none(const json_t *o, const char *key)
{
	const char *s = json_text(o, key);

	return s ? s : "";
}

static void
earlier(int64_t *a, int64_t b)
{
	if (b && (!*a || b < *a))
		*a = b;
}

static void
later_of(int64_t *a, int64_t b)
{
	if (b > *a)
		*a = b;
}

/* Lines into order->items; -1 with why when one cannot be read. */
static int
read_items(const struct task *t, const json_t *lines, struct order *o, struct err *why)
{
	size_t n = json_array_size(lines), i;
	struct order_item *items;
	json_t *line;

	if (n > MAX_ITEMS)
		return fail(why, "eBay: an order with %zu lines", n);
	items = arena_zalloc(t->arena, (n ? n : 1) * sizeof *items);
	for (i = 0; i < n; i++) {
		struct order_item *item = &items[i];
		int64_t ship_by = 0;

		line = json_array_get(lines, i);
		item->remote = json_id(t->arena, line, "lineItemId");
		item->listing = json_id(t->arena, line, "legacyItemId");
		item->sku = json_text(line, "sku");
		item->title = json_text(line, "title");
		item->quantity = json_int(line, "quantity", 1);
		if (!item->remote)
			return fail(why, "eBay: an order line without lineItemId");
		if (json_money(line, "lineItemCost", &item->price) < 0)
			return fail(why, "eBay: the price of line %s cannot be read", item->remote);
		if (json_time(json_obj(line, "lineItemFulfillmentInstructions"), "shipByDate", &ship_by) > 0)
			earlier(&o->ship_by, ship_by);
		if (!o->marketplace)
			o->marketplace = json_text(line, "purchaseMarketplaceId");
		if (!o->marketplace)
			o->marketplace = json_text(line, "listingMarketplaceId");
	}
	o->items = items;
	o->nitems = n;
	return 0;
}

static void
read_delivery(const json_t *instructions, struct order *o)
{
	size_t i;
	json_t *one, *to;

	for (i = 0; i < json_array_size(instructions); i++) {
		int64_t at = 0;

		one = json_array_get(instructions, i);
		if (json_time(one, "minEstimatedDeliveryDate", &at) > 0)
			earlier(&o->eta_from, at);
		if (json_time(one, "maxEstimatedDeliveryDate", &at) > 0)
			later_of(&o->eta_to, at);
		if ((to = json_at(one, "shippingStep.shipTo")) && !o->buyer.name) {
			o->buyer.name = json_text(to, "fullName");
			o->buyer.country = json_text(json_obj(to, "contactAddress"), "countryCode");
		}
	}
}

static int
read_order(const struct task *t, const json_t *j, struct order *o, struct err *why)
{
	const char *payment = text_or_none(j, "orderPaymentStatus");
	const char *fulfilment = text_or_none(j, "orderFulfillmentStatus");
	const char *cancel = text_or_none(json_obj(j, "cancelStatus"), "cancelState");

	if (!(o->remote = json_id(t->arena, j, "orderId")))
		return fail(why, "eBay: an order without orderId");
	if (json_time(j, "creationDate", &o->created) <= 0 ||
	    json_time(j, "lastModifiedDate", &o->changed) <= 0)
		return fail(why, "eBay: order %s: its dates cannot be read", o->remote);
	if (json_money(json_obj(j, "pricingSummary"), "total", &o->total) < 0)
		return fail(why, "eBay: order %s: its total cannot be read", o->remote);
	if (read_items(t, json_list(j, "lineItems"), o, why))
		return -1;
	o->status = arena_fmt(t->arena, "%s/%s/%s", payment, fulfilment, cancel);
	o->payment = payment_of(payment);
	o->fulfilment = fulfilment_of(fulfilment);
	o->cancellation = cancellation_of(cancel);
	o->buyer.remote = json_text(json_obj(j, "buyer"), "username");
	o->buyer_note = json_text(j, "buyerCheckoutNotes");
	read_delivery(json_list(j, "fulfillmentStartInstructions"), o);
	return 0;
}

enum outcome
ebay_order_read(const struct task *t, const json_t *j, struct found *f)
{
	struct order order = {0};

	if (read_order(t, j, &order, &f->err))
		return LATER;
	if (f->order(f, &order) || ebay_refunds_of(t, j, order.remote, f))
		return LATER;
	return DONE;
}

static int
left_lately(const struct order *o, int64_t now)
{
	return (o->fulfilment == FULFILMENT_SHIPPED || o->fulfilment == FULFILMENT_PARTIAL) &&
	       o->changed >= now - PARCELS;
}

/* The row's own number of parcels goes along. */
static struct sweep_todo
todo_of(const struct task *t, const char *id, const json_t *order)
{
	const size_t parcels = json_array_size(json_list(order, "fulfillmentHrefs"));

	return (struct sweep_todo){id, arena_fmt(t->arena, "%zu", parcels),
				   ebay_fingerprint_row(t->arena, order), NULL};
}

static enum outcome
read_page(const struct task *t, const struct response *rs, struct sweep *s, struct found *f)
{
	enum outcome o;
	json_t *root = ebay_answer(t, rs, 0, f, &o), *list, *warnings;
	struct sweep_rows rows;
	int64_t total;
	size_t i;

	if (!root)
		return o;
	list = json_list(root, "orders");
	total = json_int(root, "total", -1);
	if (total < 0 || (!list && total > 0))
		return later(f, "eBay: the answer is not a list of orders");

	rows = sweep_rows(t, list, "orderId");
	if (sweep_repeats(s, rows))
		return later(f, "eBay: the list of orders shows the same page again");
	sweep_begin(s, t);
	for (i = 0; i < json_array_size(list); i++) {
		json_t *j = json_array_get(list, i);
		struct order order = {0};
		struct err why;

		if (read_order(t, j, &order, &why)) {
			if (ebay_odd(f, j, why.text))
				return LATER;
			continue;
		}
		if (f->order(f, &order) || ebay_refunds_of(t, j, order.remote, f))
			return LATER;
		if (left_lately(&order, t->now) && sweep_open(s, todo_of(t, order.remote, j)))
			return later(f, "eBay: a page of orders is longer than asked for");
	}
	warnings = json_list(root, "warnings");
	for (i = 0; i < json_array_size(warnings); i++) {
		struct err why;

		fail(&why, "eBay warns about a page of orders");
		if (ebay_odd(f, json_array_get(warnings, i), why.text))
			return LATER;
	}
	sweep_page(s, rows, PAGE, OVERLAP, total);
	return sweep_next(s, f);
}

/* ---- how it left ---- */

int
ebay_parcel_read(const struct task *t, const json_t *j, struct shipment *parcel)
{
	parcel->remote = json_id(t->arena, j, "fulfillmentId");
	parcel->carrier = json_text(j, "shippingCarrierCode");
	parcel->tracking = json_text(j, "shipmentTrackingNumber");
	return !parcel->remote || json_time(j, "shippedDate", &parcel->shipped) < 0 ? -1 : 0;
}

static enum outcome
read_parcels(const struct task *t, const struct response *rs, struct sweep *s, struct found *f)
{
	enum outcome o;
	json_t *root = ebay_answer(t, rs, 0, f, &o), *list;
	size_t i;

	if (!root)
		return sweep_failed(s, rs, o, f);
	list = json_list(root, "fulfillments");
	if (!list && json_int(root, "total", -1) != 0)
		return later(f, "eBay: the answer is not a list of parcels");
	for (i = 0; i < json_array_size(list); i++) {
		json_t *j = json_array_get(list, i);
		struct shipment parcel = {.order = s->todo[0].id};
		struct err why;
		int failed;

		if (ebay_parcel_read(t, j, &parcel)) {
			fail(&why, "eBay: order %s: a parcel cannot be read", parcel.order);
			failed = ebay_odd(f, j, why.text);
			sweep_doubt(s);
		} else {
			failed = f->shipment(f, &parcel);
		}
		if (failed)
			return LATER;
	}
	if ((int64_t)json_array_size(list) < json_int(root, "total", 0) && sweep_inner_again(s, f))
		return sweep_next(s, f);
	if (s->todo[0].item && json_array_size(list) < strtoul(s->todo[0].item, NULL, 10))
		sweep_doubt(s); /* an answer from before the row */
	sweep_done_one(s);
	return sweep_next(s, f);
}

enum outcome
ebay_orders_read(const struct task *t, const struct response *rs, struct found *f)
{
	struct sweep *s = sweep_read(t);

	return s->ntodo ? read_parcels(t, rs, s, f) : read_page(t, rs, s, f);
}
