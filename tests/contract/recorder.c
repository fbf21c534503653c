#include "recorder.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "base/json.h"
#include "base/text.h"

static const char *const outcomes[] = {"DONE", "MORE", "LATER", "UNSURE", "LOGIN", "REFUSED"};

const char *
outcome_name(enum outcome o)
{
	return (unsigned)o < sizeof(outcomes) / sizeof(outcomes[0]) ? outcomes[o] : "no outcome";
}

/* ---- members of a line ---- */

static void
key(struct buf *b, const char *name)
{
	char last = b->len ? b->data[b->len - 1] : '{';

	if (last != '{' && last != '[')
		buf_char(b, ',');
	buf_fmt(b, "\"%s\":", name);
}

static void
text(struct buf *b, const char *name, const char *value)
{
	if (value) {
		key(b, name);
		json_quote(b, value);
	}
}

static void
content(struct buf *b, const char *name, const struct buf *value)
{
	text(b, name, value->len ? value->data : NULL);
}

static void
number(struct buf *b, const char *name, int64_t value)
{
	if (value) {
		key(b, name);
		buf_fmt(b, "%" PRId64, value);
	}
}

static void
instant(struct buf *b, const char *name, int64_t ms)
{
	char out[INSTANT_TEXT];

	if (ms) {
		instant_format(ms, out);
		text(b, name, out);
	}
}

static void
amount(struct buf *b, const char *name, const struct money *m)
{
	char out[MONEY_TEXT];

	if (m->currency[0]) {
		money_format(m, out);
		key(b, name);
		buf_fmt(b, "\"%s %s\"", out, m->currency);
	}
}

static void
party(struct buf *b, const struct buyer *p)
{
	key(b, "buyer");
	buf_char(b, '{');
	text(b, "remote", p->remote);
	text(b, "name", p->name);
	text(b, "locale", p->locale);
	text(b, "country", p->country);
	buf_char(b, '}');
}

/* ---- callbacks ---- */

/* Begins a line; the buffer to write it to. */
static struct buf *
line(struct found *f, const char *kind)
{
	struct buf *b = &((struct recorder *)f)->lines;

	buf_fmt(b, "{\"%s\":{", kind);
	return b;
}

static int
line_end(struct found *f)
{
	struct recorder *r = (struct recorder *)f;

	buf_put(&r->lines, "}}\n");
	return ++r->calls == r->fail_at ? -1 : 0;
}

static int
on_order(struct found *f, const struct order *o)
{
	struct buf *b = line(f, "order");
	size_t i;

	text(b, "remote", o->remote);
	text(b, "marketplace", o->marketplace);
	text(b, "status", o->status);
	text(b, "payment", payment_name(o->payment));
	text(b, "fulfilment", fulfilment_name(o->fulfilment));
	text(b, "cancellation", cancellation_name(o->cancellation));
	party(b, &o->buyer);
	amount(b, "total", &o->total);
	instant(b, "created", o->created);
	instant(b, "changed", o->changed);
	instant(b, "ship_by", o->ship_by);
	instant(b, "eta_from", o->eta_from);
	instant(b, "eta_to", o->eta_to);
	text(b, "buyer_note", o->buyer_note);
	key(b, "items");
	buf_char(b, '[');
	for (i = 0; i < o->nitems; i++) {
		const struct order_item *item = &o->items[i];

		buf_put(b, i ? ",{" : "{");
		text(b, "remote", item->remote);
		text(b, "listing", item->listing);
		text(b, "sku", item->sku);
		text(b, "title", item->title);
		number(b, "quantity", item->quantity);
		amount(b, "price", &item->price);
		buf_char(b, '}');
	}
	buf_char(b, ']');
	return line_end(f);
}

static int
on_shipment(struct found *f, const struct shipment *s)
{
	struct buf *b = line(f, "shipment");

	text(b, "order", s->order);
	text(b, "remote", s->remote);
	text(b, "carrier", s->carrier);
	text(b, "tracking", s->tracking);
	instant(b, "shipped", s->shipped);
	return line_end(f);
}

static int
on_message(struct found *f, const struct message *m)
{
	struct buf *b = line(f, "message");
	size_t i;

	text(b, "remote", m->remote);
	text(b, "conversation", m->conversation);
	text(b, "marketplace", m->marketplace);
	text(b, "direction", m->direction == INCOMING ? "incoming" : "outgoing");
	party(b, &m->buyer);
	text(b, "subject", m->subject);
	text(b, "text", m->text);
	text(b, "listing", m->listing);
	text(b, "order", m->order);
	instant(b, "sent", m->sent);
	number(b, "automatic", m->automatic);
	key(b, "attachments");
	buf_char(b, '[');
	for (i = 0; i < m->nattachments; i++) {
		buf_put(b, i ? ",{" : "{");
		text(b, "name", m->attachments[i].name);
		text(b, "type", m->attachments[i].type);
		text(b, "url", m->attachments[i].url);
		buf_char(b, '}');
	}
	buf_char(b, ']');
	return line_end(f);
}

static void
entries(struct buf *b, const struct dispute *d)
{
	size_t i;

	key(b, "history");
	buf_char(b, '[');
	for (i = 0; i < d->nhistory; i++) {
		const struct dispute_entry *e = &d->history[i];

		buf_put(b, i ? ",{" : "{");
		text(b, "remote", e->remote);
		text(b, "actor", actor_name(e->actor));
		text(b, "what", e->what);
		text(b, "text", e->text);
		amount(b, "amount", &e->amount);
		instant(b, "at", e->at);
		buf_char(b, '}');
	}
	buf_char(b, ']');
}

static void
files(struct buf *b, const struct dispute *d)
{
	size_t i;

	key(b, "files");
	buf_char(b, '[');
	for (i = 0; i < d->nfiles; i++) {
		const struct dispute_file *f = &d->files[i];
		struct buf bytes = BUF_MAX(16 << 20);

		buf_put(b, i ? ",{" : "{");
		text(b, "remote", f->remote);
		text(b, "name", f->name);
		text(b, "type", f->type);
		text(b, "actor", actor_name(f->actor));
		text(b, "url", f->url);
		if (f->bytes) {
			base64_encode(&bytes, f->bytes, f->len);
			text(b, "bytes", buf_str(&bytes));
		}
		buf_free(&bytes);
		buf_char(b, '}');
	}
	buf_char(b, ']');
}

static void
link_to(struct buf *b, const char *name, const struct dispute_link *l)
{
	if (l->remote) {
		key(b, name);
		buf_fmt(b, "{\"%s\":", dispute_kind_name(l->kind));
		json_quote(b, l->remote);
		buf_char(b, '}');
	}
}

static int
on_dispute(struct found *f, const struct dispute *d)
{
	struct buf *b = line(f, "dispute");

	text(b, "remote", d->remote);
	text(b, "kind", dispute_kind_name(d->kind));
	text(b, "status", dispute_status_name(d->status));
	text(b, "raw", d->raw);
	text(b, "marketplace", d->marketplace);
	text(b, "order", d->order);
	text(b, "line", d->line);
	text(b, "listing", d->listing);
	party(b, &d->buyer);
	text(b, "reason", d->reason);
	text(b, "text", d->text);
	amount(b, "amount", &d->amount);
	text(b, "due_action", d->due_action);
	instant(b, "respond_by", d->respond_by);
	text(b, "options", d->options);
	text(b, "revision", d->revision);
	text(b, "memo", d->memo);
	instant(b, "opened", d->opened);
	instant(b, "changed", d->changed);
	instant(b, "closed", d->closed);
	link_to(b, "parent", &d->parent);
	link_to(b, "next", &d->next);
	entries(b, d);
	files(b, d);
	return line_end(f);
}

static int
on_feedback(struct found *f, const struct feedback *k)
{
	struct buf *b = line(f, "feedback");

	text(b, "remote", k->remote);
	text(b, "direction", k->direction == INCOMING ? "incoming" : "outgoing");
	text(b, "rating", rating_name(k->rating));
	text(b, "marketplace", k->marketplace);
	text(b, "order", k->order);
	text(b, "line", k->line);
	text(b, "listing", k->listing);
	text(b, "title", k->title);
	party(b, &k->buyer);
	text(b, "text", k->text);
	text(b, "reply", k->reply);
	text(b, "follow_up", k->follow_up);
	instant(b, "given", k->given);
	instant(b, "changed", k->changed);
	number(b, "revisable", k->revisable);
	number(b, "automatic", k->automatic);
	return line_end(f);
}

static int
on_refund(struct found *f, const struct refund *r)
{
	struct buf *b = line(f, "refund");

	text(b, "order", r->order);
	text(b, "remote", r->remote);
	amount(b, "amount", &r->amount);
	text(b, "status", refund_status_name(r->status));
	instant(b, "at", r->at);
	return line_end(f);
}

static int
on_metric(struct found *f, const struct metric *m)
{
	struct buf *b = line(f, "metric");

	text(b, "name", m->name);
	text(b, "scope", m->scope);
	text(b, "value", m->value);
	text(b, "level", m->level);
	text(b, "limit", m->limit);
	instant(b, "from", m->from);
	instant(b, "until", m->until);
	return line_end(f);
}

static int
on_own(struct found *f, const struct own *o)
{
	struct buf *b = line(f, "own");

	text(b, "remote", o->remote);
	text(b, "text", o->text);
	amount(b, "amount", &o->amount);
	instant(b, "at", o->at);
	return line_end(f);
}

static int
on_odd(struct found *f, const char *item, size_t len, const char *packed_why)
{
	struct buf *b = line(f, "odd"), copy = {.max = len};
	char why[ERR_MAX];

	buf_set(&copy, item, len);
	err_english(packed_why, why, sizeof(why));
	text(b, "item", buf_str(&copy));
	text(b, "why", why);
	buf_free(&copy);
	return line_end(f);
}

/* ---- the recorder ---- */

void
recorder_init(struct recorder *r)
{
	*r = (struct recorder){
		.found = {.order = on_order,
			  .shipment = on_shipment,
			  .message = on_message,
			  .dispute = on_dispute,
			  .feedback = on_feedback,
			  .refund = on_refund,
			  .metric = on_metric,
			  .own = on_own,
			  .odd = on_odd,
			  .cursor = BUF_MAX(256 * 1024),
			  .ack = BUF_MAX(64 * 1024),
			  .token = BUF_MAX(16 * 1024),
			  .grant = BUF_MAX(16 * 1024),
			  .identity = BUF_MAX(1024),
			  .remote = BUF_MAX(1024)},
		.lines = BUF_MAX(16 << 20),
	};
}

void
recorder_clear(struct recorder *r)
{
	struct found *f = &r->found;

	buf_clear(&f->cursor);
	buf_clear(&f->ack);
	buf_clear(&f->token);
	buf_clear(&f->grant);
	buf_clear(&f->identity);
	buf_clear(&f->remote);
	buf_clear(&r->lines);
	f->token_until = f->grant_until = f->covered = f->wait = 0;
	f->complete = r->calls = r->fail_at = 0;
	f->err.text[0] = '\0';
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
	buf_free(&r->lines);
}

void
recorder_end(struct recorder *r, enum outcome o)
{
	const struct found *f = &r->found;
	struct buf *b = &r->lines;
	char why[ERR_MAX];

	buf_char(b, '{');
	text(b, "outcome", outcome_name(o));
	content(b, "cursor", &f->cursor);
	content(b, "ack", &f->ack);
	content(b, "identity", &f->identity);
	content(b, "remote", &f->remote);
	number(b, "complete", f->complete);
	instant(b, "covered", f->covered);
	number(b, "wait", f->wait);
	if (f->err.text[0]) {
		err_english(f->err.text, why, sizeof(why));
		text(b, "why", why);
	}
	buf_put(b, "}\n");
}

/* ---- answers and requests ---- */

static const char *
answer_header(const struct response *rs, const char *name)
{
	struct answer *a = (struct answer *)(uintptr_t)rs;
	size_t n = strlen(name), len;
	const char *p;

	for (p = a->headers; p && *p; p += strcspn(p, "\n") + 1) {
		if (strncasecmp(p, name, n) || p[n] != ':')
			continue;
		p += n + 1 + strspn(p + n + 1, " ");
		len = strcspn(p, "\n");
		if (len >= sizeof(a->value))
			len = sizeof(a->value) - 1;
		memcpy(a->value, p, len);
		a->value[len] = '\0';
		return a->value;
	}
	return NULL;
}

void
answer_set(struct answer *a, long status, const char *body, size_t len)
{
	*a = (struct answer){.rs = {.status = status, .body = body, .len = len, .header = answer_header}};
}

void
request_init(struct request *r)
{
	*r = (struct request){
		.url = BUF_MAX(8 * 1024),
		.headers = BUF_MAX(64 * 1024),
		.body = BUF_MAX(32 << 20),
		.from = BUF_MAX(1024),
		.to = BUF_MAX(1024),
	};
}

void
request_clear(struct request *r)
{
	r->medium = BY_HTTP;
	r->method = NULL;
	r->once = 0;
	buf_clear(&r->url);
	buf_clear(&r->headers);
	buf_clear(&r->body);
	buf_clear(&r->from);
	buf_clear(&r->to);
}

void
request_free(struct request *r)
{
	buf_free(&r->url);
	buf_free(&r->headers);
	buf_free(&r->body);
	buf_free(&r->from);
	buf_free(&r->to);
}
