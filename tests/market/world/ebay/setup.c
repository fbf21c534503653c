/* setup.c - worlds as JSON, and what people do without an API. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "messages.h"
#include "state.h"

#define IMAGES "https://i.ebayimg.com/images/g/"

int
relative_time(const char *s, int64_t now, int64_t *ms)
{
	int64_t sum = 0, sign;

	if (!strcmp(s, "now")) {
		*ms = now;
		return 0;
	}
	if (*s != '-' && *s != '+')
		return instant_parse(s, ms);
	sign = *s++ == '-' ? -1 : 1;
	do {
		char *unit;
		long n = strtol(s, &unit, 10);

		if (unit == s || n < 0 || n > 1000000)
			return -1;
		switch (*unit) {
		case 's': sum += n * SECOND; break;
		case 'm': sum += n * MINUTE; break;
		case 'h': sum += n * HOUR; break;
		case 'd': sum += n * DAY; break;
		default: return -1;
		}
		s = unit + 1;
	} while (*s);
	*ms = now + sign * sum;
	return 0;
}

/* The time under key; `otherwise` when it is not given. */
static int
time_at(const json_t *o, const char *key, int64_t now, int64_t otherwise, int64_t *ms, struct err *err)
{
	const char *s = json_text(o, key);

	*ms = otherwise;
	if (s && relative_time(s, now, ms))
		return fail(err,
			    "world: \"%s\": found \"%s\", expected a time such as \"-3d\" or "
			    "\"2026-10-02T12:31:00Z\"",
			    key, s);
	return 0;
}

static const char *
needed(const json_t *o, const char *key, struct err *err)
{
	const char *s = json_text(o, key);

	if (!s)
		fail(err, "world: \"%s\" is missing or no text", key);
	return s;
}

static struct buyer *
needed_buyer(struct ebay *e, const json_t *o, struct err *err)
{
	const char *name = needed(o, "buyer", err);
	struct buyer *b = name ? find_buyer(e, name) : NULL;

	if (name && !b)
		fail(err, "world: no buyer \"%s\"; add it under \"buyers\"", name);
	return b;
}

static struct listing *
needed_listing(struct ebay *e, const json_t *o, struct err *err)
{
	const char *item = needed(o, "item", err);
	struct listing *l = item ? find_listing(e, item) : NULL;

	if (item && !l)
		fail(err, "world: no listing \"%s\"; add it under \"listings\"", item);
	return l;
}

static int
set_application(struct ebay *e, const json_t *o, int64_t now, struct err *err)
{
	if (time_at(o, "signing_ends", now, e->signing_ends, &e->signing_ends, err))
		return -1;
	if (json_text(o, "client_id"))
		set_text(&e->client_id, json_text(o, "client_id"));
	if (json_text(o, "client_secret"))
		set_text(&e->client_secret, json_text(o, "client_secret"));
	if (json_text(o, "ru_name"))
		set_text(&e->ru_name, json_text(o, "ru_name"));
	if (json_text(o, "signing_key"))
		set_text(&e->signing_key, json_text(o, "signing_key"));
	if (json_text(o, "signing_jwe"))
		set_text(&e->signing_jwe, json_text(o, "signing_jwe"));
	return 0;
}

/* A token that is named again lives again. */
static void
put_token(struct ebay *e, const char *value, int64_t ends, int refreshable)
{
	for (size_t i = 0; i < e->n_tokens; i++)
		if (e->tokens[i].refreshable == refreshable && !strcmp(e->tokens[i].value, value)) {
			e->tokens[i].ends = ends;
			return;
		}
	*GROW(e->tokens, e->n_tokens) =
		(struct token){must_strdup(value), ends, must_strdup(e->scopes), 0, refreshable, 0};
}

static void
rename_seller(struct ebay *e, const char *name)
{
	set_text(&e->username, name);
	for (size_t i = 0; i < e->n_orders; i++)
		e->orders[i]->edition++;
	for (size_t i = 0; i < e->n_conversations; i++)
		e->conversations[i]->edition++;
}

static int
set_seller(struct ebay *e, const json_t *o, int64_t now, struct err *err)
{
	const char *refresh = json_text(o, "refresh_token"), *access = json_text(o, "access_token");

	(void)err;
	e->signatures = json_flag(o, "signatures", e->signatures);
	e->rotates = json_flag(o, "rotates", e->rotates);
	e->refunds_take = json_int(o, "refunds_take", e->refunds_take);
	if (json_text(o, "username"))
		rename_seller(e, json_text(o, "username"));
	if (json_text(o, "marketplace"))
		set_text(&e->marketplace, json_text(o, "marketplace"));
	if (json_text(o, "scopes"))
		set_text(&e->scopes, json_text(o, "scopes"));
	if (refresh)
		put_token(e, refresh, now + 540 * DAY, 1);
	if (access)
		put_token(e, access, now + 2 * HOUR, 0);
	return 0;
}

static int
add_listing(struct ebay *e, const json_t *o, int64_t now, struct err *err)
{
	const char *item = needed(o, "item", err), *title = needed(o, "title", err),
		   *price = needed(o, "price", err);
	const char *currency = json_text(o, "currency"), *postage = json_text(o, "postage"),
		   *market = json_text(o, "marketplace");
	struct listing *l;
	struct money m, p;

	(void)now;
	if (!item || !title || !price)
		return -1;
	if (!all_digits(item))
		return fail(err, "world: item \"%s\": expected digits only", item);
	currency = currency ? currency : "EUR";
	if (money_parse(price, currency, &m, err) || money_parse(postage ? postage : "0", currency, &p, err))
		return -1;
	if (find_listing(e, item))
		return 0;
	l = must_zalloc(sizeof *l);
	set_text(&l->item, item);
	set_text(&l->title, title);
	set_text(&l->sku, json_text(o, "sku"));
	set_text(&l->marketplace, market ? market : e->marketplace);
	l->price = m;
	l->postage = p;
	*GROW(e->listings, e->n_listings) = l;
	return 0;
}

static int
add_buyer(struct ebay *e, const json_t *o, int64_t now, struct err *err)
{
	const char *name = needed(o, "username", err);
	struct buyer *b;

	(void)now;
	if (!name)
		return -1;
	if (find_buyer(e, name))
		return 0;
	b = must_zalloc(sizeof *b);
	set_text(&b->username, name);
	set_text(&b->name, json_text(o, "name"));
	set_text(&b->street, json_text(o, "street"));
	set_text(&b->city, json_text(o, "city"));
	set_text(&b->state, json_text(o, "state"));
	set_text(&b->postal, json_text(o, "postal"));
	set_text(&b->country, json_text(o, "country"));
	set_text(&b->email, json_text(o, "email"));
	set_text(&b->phone, json_text(o, "phone"));
	*GROW(e->buyers, e->n_buyers) = b;
	return 0;
}

static int
add_lines(struct ebay *e, struct order *o, const json_t *list, struct err *err)
{
	struct listing *l;
	const json_t *x;
	size_t i;

	json_array_foreach(list, i, x) {
		int64_t quantity = json_int(x, "quantity", 1);

		if (!(l = needed_listing(e, x, err)))
			return -1;
		if (quantity < 1 || quantity > 10000)
			return fail(err, "world: \"quantity\": found %lld, expected 1 to 10000",
				    (long long)quantity);
		add_line(e, o, l, (int)quantity);
	}
	return 0;
}

/* What happens to an order after it was placed. */
static int
change_order(struct ebay *e, struct order *o, const json_t *x, int64_t now, struct err *err)
{
	const json_t *cancel = json_obj(x, "cancel"), *refund = json_obj(x, "refund");
	int64_t shipped, cancelled, refunded, last = o->modified;
	size_t parts = (size_t)json_int(x, "shipped_lines", (int64_t)o->n_lines);
	struct shipment *s;
	struct money amount;

	o->edition++;
	if (time_at(x, "shipped", now, 0, &shipped, err) ||
	    time_at(x, "ship_by", now, o->ship_by, &o->ship_by, err))
		return -1;
	if (json_text(x, "payment"))
		set_text(&o->payment, json_text(x, "payment"));
	if (shipped) {
		s = add_shipment(e, o, shipped);
		set_text(&s->carrier, json_text(x, "carrier"));
		set_text(&s->tracking, json_text(x, "tracking"));
		for (size_t i = 0; i < o->n_lines && i < parts; i++)
			if (!o->lines[i].shipment)
				o->lines[i].shipment = (int)o->n_shipments;
		last = shipped > last ? shipped : last;
	}
	if (cancel) {
		if (time_at(cancel, "at", now, now, &cancelled, err))
			return -1;
		set_text(&o->cancel_state,
			 json_text(cancel, "state") ? json_text(cancel, "state") : "IN_PROGRESS");
		set_text(&o->cancel_reason,
			 json_text(cancel, "reason") ? json_text(cancel, "reason") : "ORDER_MISTAKE");
		o->cancel_at = cancelled;
		last = cancelled > last ? cancelled : last;
	}
	if (refund) {
		if (time_at(refund, "at", now, now, &refunded, err))
			return -1;
		if (!needed(refund, "value", err) ||
		    money_parse(json_text(refund, "value"), o->lines[0].listing->price.currency, &amount,
				err))
			return -1;
		pay_back(e, o, &amount, "site", refunded);
		if (json_text(x, "payment"))
			set_text(&o->payment, json_text(x, "payment"));
		last = refunded > last ? refunded : last;
	}
	o->modified = last;
	return 0;
}

static int
put_order(struct ebay *e, const json_t *x, int64_t now, struct err *err)
{
	const char *id = json_text(x, "id"), *market = json_text(x, "marketplace");
	struct order *o = id ? find_order(e, id) : NULL;
	struct buyer *b;
	int64_t at;

	if (o) {
		o->modified = now;
		return change_order(e, o, x, now, err);
	}
	if (!(b = needed_buyer(e, x, err)) || time_at(x, "at", now, now, &at, err))
		return -1;
	if (!json_array_size(json_object_get(x, "items")))
		return fail(err, "world: an order of %s has no \"items\"", b->username);
	for (size_t i = 0; i < json_array_size(json_object_get(x, "items")); i++)
		if (!needed_listing(e, json_array_get(json_object_get(x, "items"), i), err))
			return -1;
	o = add_order(e, id, b, market ? market : e->marketplace, at);
	set_text(&o->note, json_text(x, "note"));
	if (add_lines(e, o, json_object_get(x, "items"), err))
		return -1;
	return change_order(e, o, x, now, err);
}

const char *
ebay_message(struct ebay *e, const json_t *x, int64_t now, struct err *err)
{
	const char *text = needed(x, "text", err), *from = json_text(x, "from"), *image;
	struct listing *l = NULL;
	struct buyer *b = NULL;
	struct conversation *cv;
	struct message *m;
	struct buf url = BUF_MAX(4096);
	int64_t at, visible;
	const json_t *images = json_list(x, "images");
	int ebays = from && !strcmp(from, "ebay"), sellers = from && !strcmp(from, "seller");

	if (!text || time_at(x, "at", now, now, &at, err) || time_at(x, "visible", now, at, &visible, err))
		return NULL;
	if (!ebays && !(b = needed_buyer(e, x, err)))
		return NULL;
	if (json_text(x, "item") && !(l = needed_listing(e, x, err)))
		return NULL;
	if (!(cv = find_conversation_about(e, b, l)))
		cv = open_conversation(e, b, l, at);
	m = add_message(e, cv, ebays ? FROM_EBAY : sellers ? FROM_SELLER : FROM_BUYER, VIA_SITE, text, at);
	m->visible = visible;
	m->read = json_flag(x, "read", 0);
	if (json_text(x, "subject"))
		set_text(&m->subject, json_text(x, "subject"));
	if (!sellers && !strcmp(cv->status, "ARCHIVE"))
		cv->status = "ACTIVE"; /* news brings it back */
	for (size_t i = 0; i < json_array_size(images); i++) {
		if (!(image = json_string_value(json_array_get(images, i))))
			continue;
		buf_clear(&url);
		buf_fmt(&url, IMAGES "%s-%s", m->id, image);
		add_media(m, image, "IMAGE", buf_str(&url));
	}
	buf_free(&url);
	return m->id;
}

static int
put_dispute(struct ebay *e, const json_t *x, int64_t now, struct err *err)
{
	return ebay_dispute(e, x, now, err) ? 0 : -1;
}

static int
put_feedback(struct ebay *e, const json_t *x, int64_t now, struct err *err)
{
	return ebay_feedback(e, x, now, err) ? 0 : -1;
}

static int
put_message(struct ebay *e, const json_t *x, int64_t now, struct err *err)
{
	return ebay_message(e, x, now, err) ? 0 : -1;
}

const char *
ebay_by_hand(struct ebay *e, const json_t *x, int64_t now, struct err *err)
{
	const char *text = needed(x, "text", err), *id = json_text(x, "conversation");
	struct conversation *cv = id ? find_conversation(e, id) : NULL;
	struct listing *l = NULL;
	struct buyer *b;

	if (!text)
		return NULL;
	if (!id) {
		if (!(b = needed_buyer(e, x, err)) ||
		    (json_text(x, "item") && !(l = needed_listing(e, x, err))))
			return NULL;
		cv = find_conversation_about(e, b, l);
	}
	if (!cv) {
		fail(err, "world: there is no such conversation to answer");
		return NULL;
	}
	for (size_t i = 0; i < cv->n_messages; i++)
		if (cv->messages[i]->from == FROM_BUYER)
			cv->messages[i]->read = 1;
	return add_message(e, cv, FROM_SELLER, VIA_SITE, text, now)->id;
}

static int
set_quota(struct ebay *e, const json_t *all)
{
	struct quota *q;
	const char *resource;
	json_t *limit;

	json_object_foreach((json_t *)all, resource, limit) {
		q = NULL;
		for (size_t i = 0; i < e->n_quotas; i++)
			if (!strcmp(e->quotas[i].resource, resource))
				q = &e->quotas[i];
		if (!q) {
			q = GROW(e->quotas, e->n_quotas);
			q->resource = must_strdup(resource);
		}
		q->limit = (long)json_integer_value(limit);
	}
	return 0;
}

/* By what the world says, when it says something. */
static void
replace(json_t **kept, const json_t *given)
{
	if (given) {
		json_decref(*kept);
		*kept = json_deep_copy(given);
	}
}

int
ebay_world(struct ebay *e, const json_t *world, int64_t now, struct err *err)
{
	static const struct {
		const char *name;
		int (*put)(struct ebay *, const json_t *, int64_t, struct err *);
	} parts[] = {
		{"application", set_application},
		{"seller", set_seller},
		{"listings", add_listing},
		{"buyers", add_buyer},
		{"orders", put_order},
		{"messages", put_message},
		{"disputes", put_dispute},
		{"feedback", put_feedback},
	};
	const json_t *part;

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		part = json_object_get(world, parts[i].name);
		if (json_is_object(part) && parts[i].put(e, part, now, err))
			return -1;
		for (size_t k = 0; k < json_array_size(part); k++)
			if (parts[i].put(e, json_array_get(part, k), now, err))
				return -1;
	}
	replace(&e->standards, json_list(world, "standards"));
	replace(&e->metrics, json_obj(world, "metrics"));
	replace(&e->destinations, json_list(json_obj(world, "application"), "destinations"));
	replace(&e->subscriptions, json_list(json_obj(world, "application"), "subscriptions"));
	return json_obj(world, "quota") ? set_quota(e, json_obj(world, "quota")) : 0;
}
