/* orders.c - the Fulfillment API, as far as it reads. */
#include <string.h>

#include "call.h"
#include "disputes.h"

#define ORDER_IDS_MAX 50
#define HISTORY_YEARS 2
#define WINDOW        (90 * DAY)

/* eBay withholds personal data of older orders. */
#define EMAIL_KEPT   (14 * DAY)
#define ADDRESS_KEPT (90 * DAY)

static json_t *
ship_to(struct call *c, const struct order *o)
{
	const struct buyer *b = o->buyer;
	json_t *to = json_object(), *address;

	if (!has_come(c, o->created + ADDRESS_KEPT)) {
		address = json_pack("{s:s*,s:s*,s:s*,s:s*,s:s*}", "addressLine1", b->street, "city", b->city,
				    "stateOrProvince", b->state, "postalCode", b->postal, "countryCode",
				    b->country);
		json_object_set_new(to, "fullName", json_string(b->name ? b->name : b->username));
		json_object_set_new(to, "contactAddress", address);
		if (b->phone)
			json_object_set_new(to, "primaryPhone", json_pack("{s:s}", "phoneNumber", b->phone));
	}
	if (b->email && !has_come(c, o->created + EMAIL_KEPT))
		json_object_set_new(to, "email", json_string(b->email));
	return to;
}

static json_t *
line_json(const struct order *o, const struct line *l)
{
	const struct listing *x = l->listing;
	struct money cost = x->price, total = x->price;

	cost.minor *= l->quantity;
	total.minor = cost.minor + x->postage.minor;
	return json_pack("{s:s,s:s,s:s*,s:s,s:o,s:i,s:s,s:s,s:s,s:s,s:o,s:{s:o},s:[],s:[],s:{s:b},s:{s:o,s:o,"
			 "s:o,s:b},s:{s:s,s:s}}",
			 "lineItemId", l->id, "legacyItemId", x->item, "sku", x->sku, "title", x->title,
			 "lineItemCost", amount_json(&cost), "quantity", l->quantity, "soldFormat",
			 "FIXED_PRICE", "listingMarketplaceId", x->marketplace, "purchaseMarketplaceId",
			 o->marketplace, "lineItemFulfillmentStatus",
			 l->shipment ? "FULFILLED" : "NOT_STARTED", "total", amount_json(&total),
			 "deliveryCost", "shippingCost", amount_json(&x->postage), "appliedPromotions",
			 "taxes", "properties", "buyerProtection", 1, "lineItemFulfillmentInstructions",
			 "minEstimatedDeliveryDate", time_json(o->created + 5 * DAY),
			 "maxEstimatedDeliveryDate", time_json(o->created + 10 * DAY), "shipByDate",
			 time_json(o->ship_by), "guaranteedDelivery", 0, "itemLocation", "location", "Riga",
			 "countryCode", "LV");
}

static json_t *
payment_json(struct call *c, const struct order *o, const struct money *total)
{
	json_t *summary = json_pack("{s:o,s:[],s:[{s:s,s:s,s:o,s:s}]}", "totalDueSeller", amount_json(total),
				    "refunds", "payments", "paymentMethod", "EBAY", "paymentReferenceId",
				    o->lines[0].id, "amount", amount_json(total), "paymentStatus",
				    strcmp(o->payment, "PENDING") ? "PAID" : "PENDING");
	json_t *refunds = json_object_get(summary, "refunds");

	if (strcmp(o->payment, "PENDING"))
		json_object_set_new(json_array_get(json_object_get(summary, "payments"), 0), "paymentDate",
				    time_json(o->created));
	for (size_t i = 0; i < o->n_refunds; i++)
		if (has_come(c, o->refunds[i].visible))
			json_array_append_new(
				refunds,
				json_pack("{s:s,s:o,s:o,s:s,s:s}", "refundId", o->refunds[i].id, "refundDate",
					  time_json(o->refunds[i].at), "amount",
					  amount_json(&o->refunds[i].amount), "refundStatus",
					  has_come(c, o->refunds[i].settled) ? "REFUNDED" : "PENDING",
					  "refundReferenceId", o->refunds[i].id));
	return summary;
}

/* getOrders never fills cancelRequests; getOrder (single) does. */
static json_t *
cancel_json(const struct ebay *e, const struct order *o, int single)
{
	json_t *cancel = json_pack("{s:s,s:[]}", "cancelState", o->cancel_state, "cancelRequests");
	int done = !strcmp(o->cancel_state, "CANCELED");
	const struct dispute *d = NULL;
	json_t *asked;

	if (done)
		json_object_set_new(cancel, "cancelledDate", time_json(o->cancel_at));
	if (!single || !o->cancel_reason)
		return cancel;
	for (size_t i = 0; i < e->n_disputes; i++)
		if (e->disputes[i]->order == o && e->disputes[i]->kind == CANCELLATION)
			d = e->disputes[i];
	asked = json_pack("{s:s,s:s,s:s,s:s,s:o}", "cancelRequestId", d ? d->id : o->lines[0].id,
			  "cancelRequestState",
			  done             ? "COMPLETED"
			  : d && d->closed ? "REJECTED"
					   : "REQUESTED",
			  "cancelInitiator", d && d->by_seller ? "SELLER" : "BUYER", "cancelReason",
			  o->cancel_reason, "cancelRequestedDate", time_json(o->cancel_at));
	if (done)
		json_object_set_new(asked, "cancelCompletedDate", time_json(o->cancel_at));
	json_array_append_new(json_object_get(cancel, "cancelRequests"), asked);
	return cancel;
}

static json_t *
order_json(struct call *c, const struct order *o, int single)
{
	struct money items, postage, total;
	json_t *lines = json_array(), *hrefs = json_array(), *order;
	struct buf href = BUF_MAX(1024);

	order_total(o, &items, &postage, &total);
	for (size_t i = 0; i < o->n_lines; i++)
		json_array_append_new(lines, line_json(o, &o->lines[i]));
	for (size_t i = 0; i < o->n_shipments; i++) {
		buf_clear(&href);
		buf_fmt(&href, "https://api.ebay.com/sell/fulfillment/v1/order/%s/shipping_fulfillment/%s",
			o->id, o->shipments[i].id);
		json_array_append_new(hrefs, json_string(buf_str(&href)));
	}
	order = json_pack("{s:s,s:o,s:o,s:s,s:s,s:s,s:{s:s,s:{s:s*,s:s*,s:s*}},s:s*,s:{s:o,s:o,s:o},s:o,s:o}",
			  "orderId", o->id, "creationDate", time_json(o->created), "lastModifiedDate",
			  time_json(o->modified), "orderFulfillmentStatus", order_fulfilment(o),
			  "orderPaymentStatus", o->payment, "sellerId", c->e->username, "buyer", "username",
			  o->buyer->username, "taxAddress", "city", o->buyer->city, "postalCode",
			  o->buyer->postal, "countryCode", o->buyer->country, "buyerCheckoutNotes", o->note,
			  "pricingSummary", "priceSubtotal", amount_json(&items), "deliveryCost",
			  amount_json(&postage), "total", amount_json(&total), "cancelStatus",
			  cancel_json(c->e, o, single), "paymentSummary", payment_json(c, o, &total));
	json_object_set_new(
		order, "fulfillmentStartInstructions",
		json_pack("[{s:s,s:o,s:o,s:b,s:{s:o,s:s}}]", "fulfillmentInstructionsType", "SHIP_TO",
			  "minEstimatedDeliveryDate", time_json(o->created + 5 * DAY),
			  "maxEstimatedDeliveryDate", time_json(o->created + 10 * DAY),
			  "ebaySupportedFulfillment", 0, "shippingStep", "shipTo", ship_to(c, o),
			  "shippingCarrierCode",
			  o->n_shipments && o->shipments[0].carrier ? o->shipments[0].carrier : "Other"));
	json_object_set_new(order, "fulfillmentHrefs", hrefs);
	json_object_set_new(order, "lineItems", lines);
	json_object_set_new(order, "ebayCollectAndRemitTax", json_false());
	json_object_set_new(order, "salesRecordReference", json_string(o->lines[0].id + 8));
	json_object_set_new(order, "totalFeeBasisAmount", amount_json(&total));
	buf_free(&href);
	return order;
}

static void
put_order(struct call *c, struct rows *rows, struct order *o)
{
	if (row_over(c, &o->row, o->edition))
		row_keep(c, &o->row, order_json(c, o, 0));
	row_put(rows, &o->row);
}

struct filter {
	int64_t from, to;
	int by_creation;
	int not_started, in_progress, fulfilled; /* all 0: any */
};

/* "[FROM..TO]", TO may be missing.  0 or the error id. */
static int
read_range(const char *s, size_t n, int64_t now, int64_t *from, int64_t *to)
{
	struct buf text = BUF_MAX(256);
	char *dots;
	int bad = 0;

	*to = now;
	if (n < 2 || n > 200 || s[0] != '[' || s[n - 1] != ']')
		return 30800;
	buf_set(&text, s + 1, n - 2);
	dots = strstr(text.data, "..");
	if (!dots)
		bad = 30800;
	else if (dots == text.data)
		bad = 30820;
	else {
		*dots = '\0';
		if (instant_parse(text.data, from) || (dots[2] && instant_parse(dots + 2, to)))
			bad = 30810;
		else if (*from > now || *to > now)
			bad = 30850;
		else if (*from > *to)
			bad = 30840;
		else if (*from < now - HISTORY_YEARS * 366 * DAY)
			bad = 30830;
	}
	buf_free(&text);
	return bad;
}

static int
read_status(const char *s, size_t n, struct filter *f)
{
	f->not_started = n == 25 && !strncmp(s, "{NOT_STARTED|IN_PROGRESS}", n);
	f->fulfilled = n == 23 && !strncmp(s, "{FULFILLED|IN_PROGRESS}", n);
	f->in_progress = f->not_started || f->fulfilled;
	return f->in_progress ? 0 : 30800;
}

/* "name:value,name:value"; commas stand only between filters.  0 or the error id. */
static int
read_filter(const char *s, int64_t now, struct filter *f)
{
	int bad = 0;

	*f = (struct filter){.from = now - WINDOW, .to = now, .by_creation = 1};
	for (int dated = 0; *s && !bad;) {
		size_t n = strcspn(s, ","), name = strcspn(s, ":");

		if (name >= n)
			return 30700;
		if (name == 16 && !strncmp(s, "lastmodifieddate", name)) {
			int64_t from, to;

			bad = read_range(s + name + 1, n - name - 1, now, &from, &to);
			if (!bad && !dated) /* a creation date given as well wins */
				f->from = from, f->to = to, f->by_creation = 0;
		} else if (name == 12 && !strncmp(s, "creationdate", name)) {
			bad = read_range(s + name + 1, n - name - 1, now, &f->from, &f->to);
			f->by_creation = dated = 1;
		} else if (name == 22 && !strncmp(s, "orderfulfillmentstatus", name)) {
			bad = read_status(s + name + 1, n - name - 1, f);
		} else {
			bad = 30700;
		}
		s += n + (s[n] == ',');
	}
	return bad;
}

static int
passes(const struct order *o, const struct filter *f, int64_t now)
{
	int64_t at = f->by_creation ? o->created : o->modified;
	const char *done;

	/* created in the future: a world set up in advance, not there yet */
	if (o->created > now || at < f->from || at > f->to)
		return 0;
	if (!f->in_progress)
		return 1;
	done = order_fulfilment(o);
	return !strcmp(done, "IN_PROGRESS") || (f->not_started && !strcmp(done, "NOT_STARTED")) ||
	       (f->fulfilled && !strcmp(done, "FULFILLED"));
}

static void
orders_by_id(struct call *c, char *ids)
{
	struct rows rows = NO_ROWS;
	struct page p = {.limit = ORDER_IDS_MAX};
	struct order *o;
	size_t asked = 0;
	char *rest;

	for (char *id = strtok_r(ids, ",", &rest); id; id = strtok_r(NULL, ",", &rest)) {
		asked++;
		if ((o = find_order(c->e, id)) && o->created <= c->now)
			put_order(c, &rows, o);
	}
	if (asked > ORDER_IDS_MAX) {
		buf_free(&rows.text);
		rest_error(c, 30900);
		return;
	}
	p.total = rows.n;
	rows_answer(c, &rows, "{p,s:r}", &p, "orders");
}

void
orders_list(struct call *c)
{
	struct buf text = BUF_MAX(16 << 10);
	struct filter f;
	struct rows rows = NO_ROWS;
	struct page p;
	int bad;

	if (query_get(c->rq, "orderIds", &text) && text.len) {
		orders_by_id(c, text.data);
		goto out;
	}
	if (query_get(c->rq, "fieldGroups", &text) && strcmp(buf_str(&text), "TAX_BREAKDOWN")) {
		rest_error(c, 32800);
		goto out;
	}
	query_get(c->rq, "filter", &text);
	if ((bad = read_filter(buf_str(&text), c->now, &f))) {
		rest_error(c, bad);
		goto out;
	}
	if (page_read(c, 50, 200, 31100, 31000, &p))
		goto out;

	for (size_t i = 0; i < c->e->n_orders; i++) {
		struct order *o = c->e->orders[i];

		if (passes(o, &f, c->now) && on_page(&p))
			put_order(c, &rows, o);
	}
	rows_answer(c, &rows, "{p,s:r}", &p, "orders");
out:
	buf_free(&text);
}

void
orders_get(struct call *c)
{
	const struct order *o = find_order(c->e, c->arg);

	if (!o || o->created > c->now)
		rest_error(c, 32100);
	else
		json_answer(c, 200, order_json(c, o, 1));
}

void
orders_shipments(struct call *c)
{
	const struct order *o = find_order(c->e, c->arg);
	json_t *list;

	if (!o || o->created > c->now) {
		rest_error(c, 32100);
		return;
	}
	list = json_array();
	for (size_t i = 0; i < o->n_shipments; i++) {
		const struct shipment *s = &o->shipments[i];
		json_t *lines;

		if (s->visible > c->now)
			continue;
		lines = json_array();
		for (size_t k = 0; k < o->n_lines; k++)
			if (o->lines[k].shipment == (int)i + 1)
				json_array_append_new(lines,
						      json_pack("{s:s,s:i}", "lineItemId", o->lines[k].id,
								"quantity", o->lines[k].quantity));
		json_array_append_new(list, json_pack("{s:s,s:s*,s:s*,s:o,s:o}", "fulfillmentId", s->id,
						      "shipmentTrackingNumber", s->tracking,
						      "shippingCarrierCode", s->carrier, "shippedDate",
						      time_json(s->at), "lineItems", lines));
	}
	json_answer(c, 200,
		    json_pack("{s:i,s:o}", "total", (int)json_array_size(list), "fulfillments", list));
}
