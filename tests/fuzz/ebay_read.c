/* ebay_read.c - any answer of eBay's, for every read function.
 *
 * Links: connectors
 *
 * The input is a tape (tests/tapes): its first line names the exchange, further lines may give cursor and status, and what follows the
 * empty line is the answer.  So the tapes are the corpus.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "connector.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* Reads all of a text, so that a bad pointer is seen. */
static void
touch(const char *s)
{
	volatile size_t n = s ? strlen(s) : 0;

	(void)n;
}

static int
on_order(struct found *f, const struct order *o)
{
	size_t i;

	(void)f;
	touch(o->remote);
	touch(o->status);
	touch(o->marketplace);
	touch(o->buyer.name);
	touch(o->buyer_note);
	for (i = 0; i < o->nitems; i++)
		touch(o->items[i].title);
	return 0;
}

static int
on_shipment(struct found *f, const struct shipment *s)
{
	(void)f;
	touch(s->order);
	touch(s->remote);
	touch(s->tracking);
	return 0;
}

static int
on_message(struct found *f, const struct message *m)
{
	size_t i;

	(void)f;
	touch(m->remote);
	touch(m->conversation);
	touch(m->buyer.remote);
	touch(m->text);
	for (i = 0; i < m->nattachments; i++)
		touch(m->attachments[i].url);
	return 0;
}

static void
touch_bytes(const void *bytes, size_t len)
{
	volatile unsigned sum = 0;
	size_t i;

	for (i = 0; i < len; i++)
		sum += ((const unsigned char *)bytes)[i];
	(void)sum;
}

static int
on_dispute(struct found *f, const struct dispute *d)
{
	size_t i;

	(void)f;
	touch(d->remote);
	touch(dispute_kind_name(d->kind));
	touch(dispute_status_name(d->status));
	touch(d->raw);
	touch(d->order);
	touch(d->buyer.remote);
	touch(d->reason);
	touch(d->text);
	touch(d->due_action);
	touch(d->options);
	touch(d->memo);
	touch(d->parent.remote);
	touch(d->next.remote);
	for (i = 0; i < d->nhistory; i++) {
		touch(d->history[i].remote);
		touch(actor_name(d->history[i].actor));
		touch(d->history[i].what);
		touch(d->history[i].text);
	}
	for (i = 0; i < d->nfiles; i++) {
		touch(d->files[i].remote);
		touch(d->files[i].name);
		touch(d->files[i].url);
		touch_bytes(d->files[i].bytes, d->files[i].len);
	}
	return 0;
}

static int
on_feedback(struct found *f, const struct feedback *k)
{
	(void)f;
	touch(k->remote);
	touch(rating_name(k->rating));
	touch(k->buyer.remote);
	touch(k->text);
	touch(k->reply);
	return 0;
}

static int
on_refund(struct found *f, const struct refund *r)
{
	(void)f;
	touch(r->order);
	touch(r->remote);
	touch(refund_status_name(r->status));
	return 0;
}

static int
on_metric(struct found *f, const struct metric *m)
{
	(void)f;
	touch(m->name);
	touch(m->scope);
	touch(m->value);
	return 0;
}

static int
on_own(struct found *f, const struct own *o)
{
	(void)f;
	touch(o->remote);
	touch(o->text);
	return 0;
}

static int
on_odd(struct found *f, const char *item, size_t len, const char *why)
{
	char *copy = must_strndup(item, len);

	(void)f;
	touch(copy);
	touch(why);
	free(copy);
	return 0;
}

/* The value of a line of the head, in the arena; "" when there is none. */
static const char *
head_value(struct arena *arena, const char *head, size_t len, const char *word)
{
	const char *p = head, *end = head + len, *eol;
	size_t n = strlen(word);

	for (; p < end; p = eol + 1) {
		if (!(eol = memchr(p, '\n', (size_t)(end - p))))
			eol = end;
		if ((size_t)(eol - p) > n && !memcmp(p, word, n) && p[n] == ' ')
			return arena_strndup(arena, p + n + 1, strnlen(p + n + 1, (size_t)(eol - p) - n - 1));
	}
	return "";
}

/* "ebay stream orders" -> its exchange; the first stream when it is none.  *kind: what is sent or looked for; *cursor: a check's own. */
static const struct exchange *
exchange_of(const struct connector *c, const char *words, int trading, const char **kind, const char **cursor)
{
	char what[32] = "", name[32] = "";
	const struct stream *s;
	const struct action *a, *k;
	const struct check *h;

	sscanf(words, "%*s %31s %31[^\n]", what, name);
	*kind = NULL;
	for (h = c->checks; h->name && !strcmp(what, "check"); h++)
		if (!strcmp(name, h->name)) {
			*cursor = h->name;
			return &h->x;
		}
	for (s = c->streams; s->name; s++)
		if (!strcmp(what, "stream") && !strcmp(name, s->name))
			return &s->poll;
	a = &c->actions[trading];
	for (k = c->actions; k->kind; k++)
		if (strcmp(name, "reply") && !strcmp(name, k->kind))
			a = k;
	*kind = a->kind;
	if (!strcmp(what, "look") && a->look.ask)
		return &a->look;
	if (!strcmp(what, "send"))
		return &a->send;
	*kind = NULL;
	if (!strcmp(what, "redeem"))
		return &c->credentials[0].redeem;
	if (!strcmp(what, "push"))
		return &c->push->key;
	if (!strcmp(what, "refresh"))
		return &c->credentials[0].refresh;
	return &c->streams[0].poll;
}

static const char *
no_header(const struct response *rs, const char *name)
{
	(void)rs;
	(void)name;
	return NULL;
}

/* Where the answer begins: after the first empty line. */
static size_t
body_at(const char *bytes, size_t size)
{
	const char *gap = memmem(bytes, size, "\n\n", 2);

	return gap ? (size_t)(gap - bytes) + 2 : size;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct setting settings[] = {{"identity", "example_seller"},
						  {"site", "EBAY_DE"},
						  {"signing_jwe", "example.jwe"},
						  {"push_address", "https://seller.example/push/shop"},
						  {NULL, NULL}};
	const struct connector *c = connector_find("ebay");
	struct account account = {.name = "example", .settings = settings, .connector = c};
	static const struct attachment_file file = {"a.png", "image/png", "P", 1};
	struct outgoing out = {.files = &file,
			       .nfiles = 1,
			       .conversation = "220000000001/example_buyer",
			       .message = "900001",
			       .order = "12-34567-89012",
			       .dispute = "5010000001",
			       .feedback = "5100000001",
			       .listing = "220000000001",
			       .line = "10050001",
			       .buyer = "example_buyer",
			       .reason = "OUT_OF_STOCK_OR_CANNOT_FULFILL",
			       .carrier = "DHL",
			       .tracking = "00340434161234567890",
			       .text = "Hello"};
	struct task t = {.account = &account,
			 .token = "t",
			 .grant = "g",
			 .key = "k",
			 .now = INT64_C(1790946000000),
			 .since = INT64_C(1788220800000)};
	struct found f = {.order = on_order,
			  .shipment = on_shipment,
			  .message = on_message,
			  .dispute = on_dispute,
			  .feedback = on_feedback,
			  .refund = on_refund,
			  .metric = on_metric,
			  .own = on_own,
			  .odd = on_odd,
			  .cursor = BUF_MAX(256 * 1024),
			  .ack = BUF_MAX(4096),
			  .token = BUF_MAX(4096),
			  .grant = BUF_MAX(4096),
			  .identity = BUF_MAX(256),
			  .remote = BUF_MAX(256)};
	struct response rs = {.header = no_header};
	const char *bytes = (const char *)data, *words;
	const struct exchange *x;
	static int ready;
	enum outcome o;
	size_t at;

	if (!size)
		return 0;
	if (!ready) {
		json_setup();
		ready = 1;
	}
	t.arena = arena_new();
	at = body_at(bytes, size);
	rs.status = atol(head_value(t.arena, bytes, at, "status"));
	rs.body = bytes + at;
	rs.len = size - at;
	t.cursor = head_value(t.arena, bytes, at, "cursor");
	words = head_value(t.arena, bytes, at, "exchange");
	x = exchange_of(c, words, !strcmp(head_value(t.arena, bytes, at, "set"), "messages=trading"),
			&out.kind, &t.cursor);
	if (out.kind)
		t.out = &out;
	o = x->read(&t, &rs, &f);
	if (o < DONE || o > REFUSED)
		abort();
	if (o != DONE && o != MORE && (f.cursor.len || f.token.len || f.grant.len || !f.err.text[0]))
		abort();
	arena_free(t.arena);
	buf_free(&f.cursor);
	buf_free(&f.ack);
	buf_free(&f.token);
	buf_free(&f.grant);
	buf_free(&f.identity);
	buf_free(&f.remote);
	return 0;
}
