/* shipping.c - the Fulfillment API: an order is shipped. */
#include <string.h>

#include "base/json.h"
#include "call.h"

static int
alphanumeric(const char *s)
{
	return !s[strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")];
}

static struct line *
line_of(struct order *o, const char *id)
{
	for (size_t i = 0; i < o->n_lines; i++)
		if (!strcmp(o->lines[i].id, id))
			return &o->lines[i];
	return NULL;
}

/* 0 or the error id. */
static int
check(struct call *c, struct order *o, const json_t *root, int64_t *at)
{
	const char *tracking = text_of(root, "trackingNumber"),
		   *carrier = text_of(root, "shippingCarrierCode");
	const json_t *lines = json_list(root, "lineItems"), *x;
	size_t i;

	*at = c->now;
	if (!o || o->created > c->now)
		return 32100;
	if (!*tracking != !*carrier || !alphanumeric(tracking))
		return 32300;
	if (json_time(root, "shippedDate", at) < 0 || *at > c->now + DAY)
		return 32500;
	json_array_foreach(lines, i, x)
		if (!line_of(o, text_of(x, "lineItemId")))
			return 32200;
	return 0;
}

/* Not idempotent: a second request makes a second parcel, with the same number or another. */
void
orders_ship(struct call *c)
{
	struct order *o = find_order(c->e, c->arg);
	json_t *root = body_json(c), *lines, *x;
	struct buf location = BUF_MAX(1024);
	struct shipment *s;
	int64_t at;
	size_t i;
	int bad;

	if (!root)
		return;
	if ((bad = check(c, o, root, &at))) {
		rest_error(c, bad);
		goto out;
	}
	s = add_shipment(c->e, o, at);
	s->visible = c->now + c->e->hide_sent;
	if (*text_of(root, "trackingNumber")) {
		set_text(&s->carrier, text_of(root, "shippingCarrierCode"));
		set_text(&s->tracking, text_of(root, "trackingNumber"));
	}
	lines = json_list(root, "lineItems");
	for (i = 0; !json_array_size(lines) && i < o->n_lines; i++)
		o->lines[i].shipment = (int)o->n_shipments;
	json_array_foreach(lines, i, x)
		line_of(o, text_of(x, "lineItemId"))->shipment = (int)o->n_shipments;
	o->modified = c->now;
	o->edition++;
	json_answer(c, 201, json_object());
	buf_fmt(&location,
		"Location: https://api.ebay.com/sell/fulfillment/v1/order/%s/shipping_fulfillment/%s\r\n",
		o->id, s->id);
	buf_put(&c->rs->headers, buf_str(&location));
out:
	buf_free(&location);
	json_decref(root);
}
