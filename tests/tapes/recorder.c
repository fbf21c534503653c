#include "recorder.h"

#include "base/json.h"

#include <stdlib.h>
#include <string.h>

static struct recorder *
recorder_of(struct found *f)
{
	struct recorder *r = (struct recorder *)f;

	r->records++;
	return r;
}

static void
text(struct buf *b, const char *key, const char *value)
{
	if (!value)
		return;
	buf_fmt(b, "%s\"%s\":", b->data[b->len - 1] == '{' ? "" : ",", key);
	json_quote(b, value);
}

static void
number(struct buf *b, const char *key, int64_t value)
{
	if (value)
		buf_fmt(b, "%s\"%s\":%lld", b->data[b->len - 1] == '{' ? "" : ",", key, (long long)value);
}

static void
instant(struct buf *b, const char *key, int64_t value)
{
	char s[INSTANT_TEXT];

	if (!value)
		return;
	instant_format(value, s);
	text(b, key, s);
}

static void
amount(struct buf *b, const char *key, const struct money *m)
{
	if (*m->currency)
		buf_fmt(b, ",\"%s\":\"%lld %s\"", key, (long long)m->minor, m->currency);
}

static void
person(struct buf *b, const struct buyer *p)
{
	text(b, "buyer", p->remote);
	text(b, "buyer_name", p->name);
	text(b, "buyer_locale", p->locale);
	text(b, "buyer_country", p->country);
}

static int
on_order(struct found *f, const struct order *o)
{
	struct buf *b = recorder_of(f)->out;
	size_t i;

	if (!b)
		return 0;
	buf_put(b, "order {");
	text(b, "remote", o->remote);
	text(b, "marketplace", o->marketplace);
	text(b, "status", o->status);
	text(b, "payment", payment_name(o->payment));
	text(b, "fulfilment", fulfilment_name(o->fulfilment));
	text(b, "cancellation", cancellation_name(o->cancellation));
	person(b, &o->buyer);
	amount(b, "total", &o->total);
	instant(b, "created", o->created);
	instant(b, "changed", o->changed);
	instant(b, "ship_by", o->ship_by);
	instant(b, "eta_from", o->eta_from);
	instant(b, "eta_to", o->eta_to);
	text(b, "note", o->buyer_note);
	buf_put(b, "}\n");
	for (i = 0; i < o->nitems; i++) {
		const struct order_item *item = &o->items[i];

		buf_put(b, "  item {");
		text(b, "remote", item->remote);
		text(b, "listing", item->listing);
		text(b, "sku", item->sku);
		text(b, "title", item->title);
		number(b, "quantity", item->quantity);
		amount(b, "price", &item->price);
		buf_put(b, "}\n");
	}
	return 0;
}

static int
on_shipment(struct found *f, const struct shipment *s)
{
	struct buf *b = recorder_of(f)->out;

	if (!b)
		return 0;
	buf_put(b, "shipment {");
	text(b, "order", s->order);
	text(b, "remote", s->remote);
	text(b, "carrier", s->carrier);
	text(b, "tracking", s->tracking);
	instant(b, "shipped", s->shipped);
	buf_put(b, "}\n");
	return 0;
}

static int
on_message(struct found *f, const struct message *m)
{
	struct buf *b = recorder_of(f)->out;
	size_t i;

	if (!b)
		return 0;
	buf_put(b, "message {");
	text(b, "remote", m->remote);
	text(b, "conversation", m->conversation);
	text(b, "marketplace", m->marketplace);
	text(b, "direction", m->direction == INCOMING ? "in" : "out");
	person(b, &m->buyer);
	text(b, "subject", m->subject);
	text(b, "text", m->text);
	text(b, "listing", m->listing);
	text(b, "order", m->order);
	instant(b, "sent", m->sent);
	number(b, "automatic", m->automatic);
	buf_put(b, "}\n");
	for (i = 0; i < m->nattachments; i++) {
		buf_put(b, "  attachment {");
		text(b, "name", m->attachments[i].name);
		text(b, "type", m->attachments[i].type);
		text(b, "url", m->attachments[i].url);
		buf_put(b, "}\n");
	}
	return 0;
}

static int
on_own(struct found *f, const struct own *o)
{
	struct buf *b = recorder_of(f)->out;

	if (!b)
		return 0;
	buf_put(b, "own {");
	text(b, "remote", o->remote);
	text(b, "text", o->text);
	instant(b, "at", o->at);
	buf_put(b, "}\n");
	return 0;
}

static int
on_odd(struct found *f, const char *item, size_t len, const char *why)
{
	struct buf *b = recorder_of(f)->out;
	char english[ERR_MAX], *copy;

	if (!b)
		return 0;
	copy = must_strndup(item, len);
	err_english(why, english, sizeof english);
	buf_put(b, "odd {");
	text(b, "why", english);
	text(b, "item", copy);
	buf_put(b, "}\n");
	free(copy);
	return 0;
}

void
recorder_init(struct recorder *r, struct buf *out)
{
	*r = (struct recorder){.found = {.order = on_order,
					 .shipment = on_shipment,
					 .message = on_message,
					 .own = on_own,
					 .odd = on_odd,
					 .cursor = BUF_MAX(256 * 1024),
					 .ack = BUF_MAX(64 * 1024),
					 .token = BUF_MAX(16 * 1024),
					 .grant = BUF_MAX(16 * 1024),
					 .identity = BUF_MAX(1024),
					 .remote = BUF_MAX(1024)},
			       .out = out};
}

void
recorder_free(struct recorder *r)
{
	buf_free(&r->found.cursor);
	buf_free(&r->found.ack);
	buf_free(&r->found.token);
	buf_free(&r->found.grant);
	buf_free(&r->found.identity);
	buf_free(&r->found.remote);
}

static const char *const outcomes[] = {"DONE", "MORE", "LATER", "UNSURE", "LOGIN", "REFUSED"};

void
recorder_outcome(const struct recorder *r, enum outcome o, struct buf *out)
{
	const struct found *f = &r->found;
	char english[ERR_MAX];

	buf_fmt(out, "outcome {\"outcome\":\"%s\"", outcomes[o]);
	text(out, "cursor", f->cursor.data);
	text(out, "ack", f->ack.data);
	text(out, "token", f->token.data);
	instant(out, "token_until", f->token_until);
	text(out, "grant", f->grant.data);
	instant(out, "grant_until", f->grant_until);
	text(out, "identity", f->identity.data);
	text(out, "remote", f->remote.data);
	number(out, "complete", f->complete);
	instant(out, "covered", f->covered);
	number(out, "wait", f->wait);
	if (f->err.text[0]) {
		err_english(f->err.text, english, sizeof english);
		text(out, "err", english);
	}
	buf_put(out, "}\n");
}
