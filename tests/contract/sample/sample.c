/* sample.c - a whole connector for a marketplace that does not exist.
 *
 * Its answers are the files in tape/.  It uses everything that connector.h offers, each thing in its simplest form: start
 * reading at the table on the last page.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "sample.h"

#define API "https://api.sample.example"

/* ---- requests ---- */

/* Method, path with an id at its end, and token. */
static int
request(const struct task *t, struct request *r, const char *method, const char *path, const char *id,
	struct err *err)
{
	if (t->token[strcspn(t->token, "\r\n")])
		return fail(err, "sample: the token has a line break; log in again");
	r->method = method;
	buf_fmt(&r->url, API "%s", path);
	url_encode(&r->url, id ? id : "");
	buf_fmt(&r->headers, "Authorization: Bearer %s\n", t->token);
	return 0;
}

static int
finished(struct request *r, struct err *err)
{
	if (r->url.over || r->headers.over || r->body.over || r->from.over || r->to.over)
		return fail(err, "sample: the request is longer than allowed");
	return 0;
}

/* A JSON object of texts as body: key, text, ..., NULL. */
static int
body(struct request *r, struct err *err, ...)
{
	const char *key, *text;
	va_list ap;

	buf_char(&r->body, '{');
	va_start(ap, err);
	while ((key = va_arg(ap, const char *))) {
		text = va_arg(ap, const char *);
		buf_fmt(&r->body, "%s\"%s\":", r->body.len > 1 ? "," : "", key);
		json_quote(&r->body, text ? text : "");
	}
	va_end(ap);
	buf_char(&r->body, '}');
	return finished(r, err);
}

/* The JSON object of an answer that was carried out; else NULL, and *o says what that means. */
static json_t *
answer(const struct task *t, const struct response *rs, int once, struct found *f, enum outcome *o)
{
	json_t *root = NULL;

	if ((*o = outcome_of(rs, once, f)) == DONE &&
	    !json_is_object(root = json_read(t->arena, rs->body, rs->len, &f->err))) {
		*o = later(f, "sample: the answer is no JSON object");
		*o = once ? UNSURE : LATER;
		root = NULL;
	}
	return root;
}

/* For answers with one id: it goes to `to`. */
static enum outcome
id_read(const struct task *t, const struct response *rs, int once, struct found *f, const char *key,
	struct buf *to)
{
	enum outcome o;
	const char *id = json_id(t->arena, answer(t, rs, once, f, &o), key);

	if (id)
		buf_set(to, id, strlen(id));
	else if (o == DONE)
		o = (later(f, "sample: the answer has no id"), once ? UNSURE : LATER);
	return o;
}

/* ---- events: a queue that is read and then acknowledged ---- */

static int
events_ask(const struct task *t, struct request *r, struct err *err)
{
	return request(t, r, "GET", "/events?after=", t->cursor, err) ? -1 : finished(r, err);
}

static int
event(const struct task *t, json_t *item, struct found *f)
{
	const char *type = json_text(item, "type");
	struct order o = {.remote = json_id(t->arena, item, "order"), .status = json_text(item, "status")};
	struct message m = {.remote = json_id(t->arena, item, "id"), .text = json_text(item, "text")};
	char why[ERR_MAX], *raw;
	int failed;

	if (type && !strcmp(type, "order") && o.remote && json_money(item, "total", &o.total) >= 0 &&
	    json_time(item, "at", &o.changed) > 0) {
		o.buyer.remote = json_id(t->arena, item, "buyer");
		o.payment = json_flag(item, "paid", 0) ? PAYMENT_PAID : PAYMENT_UNPAID;
		return f->order(f, &o);
	}
	if (type && !strcmp(type, "message") && m.remote && m.text && json_time(item, "at", &m.sent) > 0) {
		m.buyer.remote = json_id(t->arena, item, "buyer");
		m.conversation = json_id(t->arena, item, "conversation");
		m.order = o.remote;
		return f->message(f, &m);
	}
	pack(why, "sample: an event of type %s is not understood", type ? type : "?");
	raw = json_dumps(item, JSON_COMPACT | JSON_ENCODE_ANY);
	failed = f->odd(f, raw, strlen(raw), why);
	free(raw);
	return failed;
}

static enum outcome
events_read(const struct task *t, const struct response *rs, struct found *f)
{
	enum outcome o;
	json_t *root = answer(t, rs, 0, f, &o), *list = json_list(root, "events"), *item;
	const char *next = json_text(root, "next"), *receipt = json_text(root, "receipt");
	size_t i;

	if (!root)
		return o;
	if (!list || !next)
		return later(f, "sample: the events have no list or no end");
	json_array_foreach(list, i, item) {
		if (event(t, item, f))
			return later(f, "sample: the events could not be stored");
	}
	buf_set(&f->cursor, next, strlen(next));
	if (receipt)
		buf_set(&f->ack, receipt, strlen(receipt));
	f->covered = t->now;
	return json_flag(root, "more", 0) ? MORE : DONE;
}

static int
ack_ask(const struct task *t, struct request *r, struct err *err)
{
	return request(t, r, "DELETE", "/events/", t->cursor, err) ? -1 : finished(r, err);
}

static enum outcome
ack_read(const struct task *t, const struct response *rs, struct found *f)
{
	enum outcome o;

	answer(t, rs, 0, f, &o);
	return o;
}

/* ---- reply: a draft, then the draft is sent; nothing makes a second one harmless ---- */

static int
reply_ask(const struct task *t, struct request *r, struct err *err)
{
	const struct outgoing *out = t->out;

	r->once = 1;
	if (request(t, r, "POST", *t->cursor ? "/send/" : "/drafts", t->cursor, err))
		return -1;
	if (*t->cursor)
		return finished(r, err);
	return body(r, err, "conversation", out->conversation, "text", out->text, NULL);
}

static enum outcome
reply_read(const struct task *t, const struct response *rs, struct found *f)
{
	enum outcome o;

	if (*t->cursor)
		return id_read(t, rs, 1, f, "message", &f->remote);
	o = id_read(t, rs, 1, f, "draft", &f->cursor);
	return o == DONE ? MORE : o;
}

static int
look_ask(const struct task *t, struct request *r, struct err *err)
{
	return request(t, r, "GET", "/conversations/", t->out->conversation, err) ? -1 : finished(r, err);
}

static enum outcome
look_read(const struct task *t, const struct response *rs, struct found *f)
{
	enum outcome o;
	json_t *root = answer(t, rs, 0, f, &o), *list = json_list(root, "sent"), *item;
	size_t i;

	if (!root)
		return o;
	if (!list)
		return later(f, "sample: the conversation has no list");
	json_array_foreach(list, i, item) {
		struct own own = {.remote = json_id(t->arena, item, "id"), .text = json_text(item, "text")};

		if (!own.remote || json_time(item, "at", &own.at) < 0)
			return later(f, "sample: the answer has no id");
		if (f->own(f, &own))
			return later(f, "sample: the events could not be stored");
	}
	f->complete = json_flag(root, "complete", 0);
	return DONE;
}

/* ---- refund (idempotency key), ship (revision) ---- */

static int
refund_ask(const struct task *t, struct request *r, struct err *err)
{
	char amount[MONEY_TEXT];

	if (request(t, r, "POST", "/refunds", "", err))
		return -1;
	money_format(&t->out->amount, amount);
	buf_fmt(&r->headers, "Idempotency-Key: %s\n", t->key);
	return body(r, err, "order", t->out->order, "amount", amount, "currency", t->out->amount.currency,
		    NULL);
}

static int
ship_ask(const struct task *t, struct request *r, struct err *err)
{
	if (request(t, r, "PUT", "/shipments/", t->out->order, err))
		return -1;
	buf_put(&r->headers, "If-Match: ");
	url_encode(&r->headers, t->out->revision ? t->out->revision : "");
	buf_char(&r->headers, '\n');
	return finished(r, err);
}

static enum outcome
made_read(const struct task *t, const struct response *rs, struct found *f)
{
	return id_read(t, rs, 0, f, "id", &f->remote);
}

/* ---- invoice: a mail ---- */

static int
invoice_ask(const struct task *t, struct request *r, struct err *err)
{
	const char *buyer = t->out->buyer ? t->out->buyer : "";

	r->medium = BY_MAIL;
	r->once = 1;
	buf_put(&r->from, account_get(t->account, "sender"));
	url_encode(&r->to, buyer);
	buf_put(&r->to, "@relay.sample.example");
	buf_fmt(&r->body, "From: <%s>\r\nTo: <%s>\r\nMessage-ID: <%s@supercargo.invalid>\r\n",
		buf_str(&r->from), buf_str(&r->to), t->key);
	buf_put(&r->body, "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
			  "Content-Transfer-Encoding: base64\r\nSubject: Invoice\r\n\r\n");
	base64_encode(&r->body, t->out->text, strlen(t->out->text));
	return finished(r, err);
}

/* SMTP says plainly what happened: 4yz and 5yz were not accepted (RFC 5321, 4.2.1). */
static enum outcome
invoice_read(const struct task *t, const struct response *rs, struct found *f)
{
	(void)t;
	if (rs->status / 100 == 2)
		return DONE;
	later(f, "sample: the mail server answered %ld", rs->status);
	return rs->status / 100 == 4 ? LATER : rs->status / 100 == 5 ? REFUSED : UNSURE;
}

/* ---- login: consent in a browser; each refresh ends the former grant ---- */

static int
consent(const struct task *t, struct buf *url, struct err *err)
{
	buf_put(url, API "/authorize?client=");
	url_encode(url, account_get(t->account, "client"));
	buf_put(url, "&state=");
	url_encode(url, t->account->name);
	return url->over ? fail(err, "sample: the request is longer than allowed") : 0;
}

static int
token_ask(const struct task *t, struct request *r, const char *grant, struct err *err)
{
	r->once = 1;
	r->method = "POST";
	buf_put(&r->url, API "/token");
	return body(r, err, "secret", account_get(t->account, "secret"), "grant", grant, NULL);
}

static int
redeem_ask(const struct task *t, struct request *r, struct err *err)
{
	return token_ask(t, r, t->cursor, err);
}

static int
refresh_ask(const struct task *t, struct request *r, struct err *err)
{
	return token_ask(t, r, t->grant, err);
}

static enum outcome
token_read(const struct task *t, const struct response *rs, struct found *f)
{
	enum outcome o;
	json_t *root = answer(t, rs, 1, f, &o);
	const char *token = json_text(root, "token"), *grant = json_text(root, "grant");

	if (!root)
		return o;
	if (!token || !grant)
		return later(f, "sample: the answer has no token"), UNSURE;
	buf_set(&f->token, token, strlen(token));
	buf_set(&f->grant, grant, strlen(grant));
	f->token_until = t->now + HOUR;
	return DONE;
}

/* ---- push ---- */

static int
push_verify(const struct task *t, const struct response *n, struct err *err)
{
	const char *given = n->header(n, "X-Sample-Key"), *ours = account_get(t->account, "secret");
	unsigned char different = 0;
	size_t i;

	if (!given || !*ours || strlen(given) != strlen(ours))
		return fail(err, "sample: the notification is not signed by the platform");
	for (i = 0; ours[i]; i++) /* its duration must not tell how much was right */
		different |= (unsigned char)(given[i] ^ ours[i]);
	return different ? fail(err, "sample: the notification is not signed by the platform") : 0;
}

static int
push_due(const struct task *t, const struct response *n, const char *streams[], int max)
{
	const char *about = json_text(json_read(t->arena, n->body, n->len, NULL), "about");

	if (max < 1 || !about || strcmp(about, "events") != 0)
		return 0;
	streams[0] = "events";
	return 1;
}

/* ---- the tables ---- */

static const struct key keys[] = {
	{"client", "", "id of the application", KEY_TEXT, .application = 1, .required = 1},
	{"secret", "", "secret of the application", KEY_SECRET, .application = 1, .required = 1},
	{"sender", "shop@shop.example", "address that invoices come from", .type = KEY_TEXT},
	{0},
};
static const struct host hosts[] = {{"api.sample.example", 1}, {"*.files.sample.example", 0}, {0}};
static const struct budget budgets[] = {{"calls", 5000, DAY, 0, 20, 1}, {"mails", 100, HOUR, 0, 0, 0}, {0}};

/* clang-format off */
#define USER(ask, read) { ask, read, "user", "calls" }
/* clang-format on */

static const struct credential credentials[] = {
	{"user",
	 1,
	 consent,
	 {redeem_ask, token_read, NULL, "calls"},
	 {refresh_ask, token_read, NULL, "calls"}},
	{0},
};
static const struct stream streams[] = {
	{.name = "events",
	 .every = 5 * MINUTE,
	 .poll = USER(events_ask, events_read),
	 .ack = USER(ack_ask, ack_read)},
	{0},
};
static const struct action actions[] = {
	{"reply", REPEAT_NEVER, 2 * MINUTE, "tape/", USER(look_ask, look_read), USER(reply_ask, reply_read),
	 1000, NULL},
	{"refund", REPEAT_SAME_KEY, 0, "tape/", {0}, USER(refund_ask, made_read), 0, NULL},
	{"ship", REPEAT_GUARDED, 0, "tape/", {0}, USER(ship_ask, made_read), 0, NULL},
	{"invoice", REPEAT_NEVER, 0, "RFC 5321", {0}, {invoice_ask, invoice_read, NULL, "mails"}, 0, NULL},
	{0},
};
static const struct capability capabilities[] = {
	{"reply", BY_API, NULL, NULL},
	{"appeal", BY_PERSON, "the platform offers appeals on its pages only",
	 "https://www.sample.example/appeal/{order}"},
	{"feedback", NOT_HERE, "the platform has no feedback", NULL},
	{0},
};
static const struct push push = {push_verify, push_due};

const struct connector sample = {
	.name = "sample",
	.title = "Sample",
	.keys = keys,
	.hosts = hosts,
	.budgets = budgets,
	.credentials = credentials,
	.streams = streams,
	.actions = actions,
	.capabilities = capabilities,
	.push = &push,
};
