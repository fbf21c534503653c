/* ship.c - order.ship: tells eBay how an order left, POST …/order/{id}/shipping_fulfillment.
 *
 * The request names every line with its quantity.  So a send has two steps: read the order, then tell what of it has not left yet.
 */
#include "ebay.h"

#include "base/text.h"

#include <string.h>

#define MAX_LINES    500
#define MAX_TRACKING 100

static const char fulfilment_path[] = "/shipping_fulfillment";

/* eBay takes letters and digits only; spaces and hyphens stand on many labels and mean nothing.  NULL: it holds something else. */
static const char *
plain_tracking(const struct task *t)
{
	const char *p = t->out->tracking;
	size_t n = 0, len = strlen(p);
	char *out;

	if (len > MAX_TRACKING)
		return NULL;
	out = arena_zalloc(t->arena, len + 1);
	for (; *p; p++) {
		if (*p == ' ' || *p == '-')
			continue;
		if (!((*p >= '0' && *p <= '9') || (*p >= 'A' && *p <= 'Z') || (*p >= 'a' && *p <= 'z')))
			return NULL;
		out[n++] = *p;
	}
	return n ? out : NULL;
}

/* ---- look: is there a parcel with our number? ---- */

int
ebay_ship_look_ask(const struct task *t, struct request *r, struct err *err)
{
	if (ebay_order_ask(t, r, err))
		return -1;
	buf_put(&r->url, fulfilment_path);
	return ebay_fits(r, err);
}

enum outcome
ebay_ship_look_read(const struct task *t, const struct response *rs, struct found *f)
{
	enum outcome o;
	json_t *root = ebay_answer(t, rs, 0, f, &o), *list;
	const char *ours = t->out->tracking ? plain_tracking(t) : NULL;
	size_t i;

	if (!root)
		return o;
	list = json_list(root, "fulfillments");
	if (!list && json_int(root, "total", -1) != 0)
		return later(f, "eBay: the answer is not a list of parcels");
	f->complete = 1;
	for (i = 0; i < json_array_size(list); i++) {
		struct shipment parcel = {.order = t->out->order};

		if (ebay_parcel_read(t, json_array_get(list, i), &parcel)) {
			f->complete = 0;
			continue;
		}
		if (f->shipment(f, &parcel))
			return LATER;
		/* When it left says nothing about when we told so. */
		if (ours && parcel.tracking && !strcmp(parcel.tracking, ours) &&
		    f->own(f, &(struct own){.remote = parcel.remote}))
			return LATER;
	}
	return DONE;
}

/* ---- send: what has not left, then the parcel ---- */

/* The second step's lines, as the first one left them in the cursor; NULL: it is the first step. */
static json_t *
lines_of(const struct task *t)
{
	return *t->cursor ? json_list(json_read(t->arena, t->cursor, strlen(t->cursor), NULL), "lines")
			  : NULL;
}

static int
tell(const struct task *t, struct request *r, const json_t *lines, struct err *err)
{
	const char *tracking = plain_tracking(t);
	char shipped[INSTANT_TEXT];
	struct buf path = BUF_MAX(4096);
	size_t i;
	int bad;

	if (!tracking)
		return fail(err, "eBay: the tracking number \"%s\" holds more than letters and digits",
			    t->out->tracking);
	buf_put(&path, "/sell/fulfillment/v1/order/");
	url_encode(&path, t->out->order);
	buf_put(&path, fulfilment_path);
	bad = path.over ? fail(err, "eBay: the request is longer than allowed")
			: ebay_post(t, r, "api", buf_str(&path), err);
	buf_free(&path);
	if (bad)
		return -1;
	buf_put(&r->body, "{\"lineItems\":[");
	for (i = 0; i < json_array_size(lines); i++) {
		json_t *line = json_array_get(lines, i);
		const char *id = json_text(line, "id");

		buf_put(&r->body, i ? ",{\"lineItemId\":" : "{\"lineItemId\":");
		json_quote(&r->body, id ? id : "");
		buf_fmt(&r->body, ",\"quantity\":%lld}", (long long)json_int(line, "quantity", 1));
	}
	instant_format(t->out->shipped > 0 ? t->out->shipped : t->now, shipped);
	buf_fmt(&r->body, "],\"shippedDate\":\"%s\",\"shippingCarrierCode\":", shipped);
	json_quote(&r->body, t->out->carrier);
	buf_put(&r->body, ",\"trackingNumber\":");
	json_quote(&r->body, tracking);
	buf_char(&r->body, '}');
	return ebay_fits(r, err);
}

int
ebay_ship_ask(const struct task *t, struct request *r, struct err *err)
{
	const struct outgoing *out = t->out;
	json_t *lines = lines_of(t);

	if (!out->order || !*out->order)
		return fail(err, "eBay: it is not said which order is meant");
	if (!out->carrier || !*out->carrier || !out->tracking || !*out->tracking)
		return fail(err, "eBay: a parcel needs its carrier and its tracking number");
	if (lines)
		return tell(t, r, lines, err);
	if (ebay_order_ask(t, r, err))
		return -1;
	r->once = 1; /* of a send: nothing is settled by asking it twice */
	return 0;
}

/* The lines that have not left, or the one that is meant, into the cursor.  Their number. */
static size_t
note_lines(const struct task *t, const json_t *order, struct buf *cursor)
{
	json_t *list = json_list(order, "lineItems");
	const char *only = t->out->line;
	size_t i, n = 0;

	buf_put(cursor, "{\"lines\":[");
	for (i = 0; i < json_array_size(list) && n < MAX_LINES; i++) {
		json_t *line = json_array_get(list, i);
		const char *id = json_id(t->arena, line, "lineItemId"),
			   *state = json_text(line, "lineItemFulfillmentStatus");

		if (!id || (only && *only && strcmp(only, id)) || (state && !strcmp(state, "FULFILLED")))
			continue;
		buf_put(cursor, n++ ? ",{\"id\":" : "{\"id\":");
		json_quote(cursor, id);
		buf_fmt(cursor, ",\"quantity\":%lld}", (long long)json_int(line, "quantity", 1));
	}
	buf_put(cursor, "]}");
	return n;
}

static enum outcome
order_read(const struct task *t, const struct response *rs, struct found *f)
{
	enum outcome o;
	json_t *root = ebay_answer(t, rs, 1, f, &o);

	if (!root)
		return o;
	if (!json_list(root, "lineItems")) {
		fail(&f->err, "eBay: the answer is not an order");
		return UNSURE;
	}
	if (!note_lines(t, root, &f->cursor) || f->cursor.over) {
		buf_clear(&f->cursor);
		fail(&f->err, "eBay: order %s has nothing left to ship", t->out->order);
		return REFUSED;
	}
	return MORE;
}

/* Made, as the Location header says: …/shipping_fulfillment/ID.  There is no body. */
static const char *
made(const struct task *t, const struct response *rs)
{
	const char *at = rs->status == 201 ? rs->header(rs, "Location") : NULL, *id;

	if (!at || !(id = strstr(at, fulfilment_path)))
		return NULL;
	id += strlen(fulfilment_path);
	return *id == '/' && id[1] ? arena_strndup(t->arena, id + 1, strcspn(id + 1, "/?#")) : NULL;
}

enum outcome
ebay_ship_read(const struct task *t, const struct response *rs, struct found *f)
{
	const char *id;
	enum outcome o;

	if (!lines_of(t))
		return order_read(t, rs, f);
	if ((id = made(t, rs))) {
		buf_set(&f->remote, id, strlen(id));
		return DONE;
	}
	if (!ebay_answer(t, rs, 1, f, &o))
		return o;
	fail(&f->err, "eBay: the answer names no parcel");
	return UNSURE;
}
