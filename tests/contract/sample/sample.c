/* sample.c - a whole connector for a marketplace that does not exist; its answers are in tape/.  Read the tables at the end first. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "sample.h"

#define API "https://api.sample.example"

static int
finished(const struct request *r, struct err *err)
{
	if (r->url.over || r->headers.over || r->body.over || r->from.over || r->to.over)
		return fail(err, "sample: the request is longer than allowed");
	return 0;
}

/* Method, path with an id at its end, token; then the body, a JSON object of texts: key, text, …, NULL. */
static int __attribute__((sentinel)) request(const struct task *t, struct request *r, struct err *err,
					     const char *method, const char *path, const char *id, ...)
{
	const char *key, *text;
	va_list ap;

	if (t->token[strcspn(t->token, "\r\n")])
		return fail(err, "sample: the token has a line break; log in again");
	r->method = method;
	buf_fmt(&r->url, API "%s", path);
	url_encode(&r->url, id ? id : "");
	buf_fmt(&r->headers, "Authorization: Bearer %s\n", t->token);
	va_start(ap, id);
	while ((key = va_arg(ap, const char *))) {
		text = va_arg(ap, const char *);
		buf_fmt(&r->body, "%s\"%s\":", r->body.len ? "," : "{", key);
		json_quote(&r->body, text ? text : "");
	}
	va_end(ap);
	if (r->body.len)
		buf_char(&r->body, '}');
	return finished(r, err);
}

/* An answer that cannot be read: what was asked once may have happened. */
static enum outcome
unreadable(struct found *f, int once)
{
	later(f, "sample: the answer is not understood");
	return once ? UNSURE : LATER;
}

/* The JSON object of an answer that was carried out; else NULL, and *o says what that means. */
static json_t *
answer(const struct task *t, const struct response *rs, int once, struct found *f, enum outcome *o)
{
	json_t *root = NULL;

	*o = outcome_of(rs, once, f);
	if (*o == DONE && !json_is_object(root = json_read(t->arena, rs->body, rs->len, &f->err)))
		*o = unreadable(f, once);
	return *o == DONE ? root : NULL;
}

/* Events are a queue that is read and, once that is stored, acknowledged. */
static int
events_ask(const struct task *t, struct request *r, struct err *err)
{
	return request(t, r, err, "GET", "/events?after=", t->cursor, NULL);
}

static int
event(const struct task *t, json_t *item, struct found *f)
{
	const char *type = json_text(item, "type") ? json_text(item, "type") : "?";
	struct own own = {.remote = json_id(t->arena, item, "id"), .text = json_text(item, "text")};
	struct order o = {.remote = json_id(t->arena, item, "order"), .status = json_text(item, "status")};
	struct message m = {.remote = own.remote, .text = own.text, .order = o.remote};
	int dated = json_time(item, "at", &own.at) > 0, failed;
	char why[ERR_MAX], *raw;

	m.sent = o.changed = own.at;
	m.conversation = json_id(t->arena, item, "conversation");
	m.buyer.remote = o.buyer.remote = json_id(t->arena, item, "buyer");
	o.payment = json_flag(item, "paid", 0) ? PAYMENT_PAID : PAYMENT_UNPAID;
	if (!strcmp(type, "order") && o.remote && dated && json_money(item, "total", &o.total) >= 0)
		return f->order(f, &o);
	if (!strcmp(type, "message") && m.remote && m.conversation && dated)
		return f->message(f, &m);
	if (!strcmp(type, "sent") && own.remote && dated)
		return t->out ? f->own(f, &own) : 0;
	if (t->out) /* it could be ours: what a look does not list counts as not sent */
		return -1;
	pack(why, "sample: an event of type %s is not understood", type);
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

	if (!list || !next)
		return root ? unreadable(f, 0) : o;
	json_array_foreach(list, i, item)
		if (event(t, item, f))
			return later(f, "sample: the events could not be taken in");
	buf_put(&f->cursor, next);
	buf_put(&f->ack, receipt ? receipt : "");
	f->covered = t->now;
	f->complete = 1;
	return json_flag(root, "more", 0) ? MORE : DONE;
}

static int
ack_ask(const struct task *t, struct request *r, struct err *err)
{
	return request(t, r, err, "DELETE", "/events/", t->cursor, NULL);
}

static enum outcome
ack_read(const struct task *t, const struct response *rs, struct found *f)
{
	(void)t;
	return outcome_of(rs, 0, f);
}

/* A reply takes two steps, a draft and its sending, and nothing makes a second one harmless.  A refund may be
 * repeated with the same key; a shipment is refused when the revision is no longer that of the order. */
static int
send_ask(const struct task *t, struct request *r, struct err *err)
{
	const struct outgoing *out = t->out;
	char amount[MONEY_TEXT];

	r->once = !strcmp(out->kind, "reply");
	if (*t->cursor)
		return request(t, r, err, "POST", "/send/", t->cursor, NULL);
	money_format(&out->amount, amount);
	buf_fmt(&r->headers, "Idempotency-Key: %s\n", t->key);
	return request(t, r, err, "POST", "/", out->kind, "conversation", out->conversation, "order",
		       out->order, "text", out->text, "amount", amount, "currency", out->amount.currency,
		       "revision", out->revision, NULL);
}

static enum outcome
send_read(const struct task *t, const struct response *rs, struct found *f)
{
	int once = !strcmp(t->out->kind, "reply"), more = once && !*t->cursor;
	enum outcome o;
	const char *id = json_id(t->arena, answer(t, rs, once, f, &o), "id");

	if (!id)
		return o == DONE ? unreadable(f, once) : o;
	buf_put(more ? &f->cursor : &f->remote, id);
	return more ? MORE : DONE;
}

/* The events of one conversation, page by page; events_read() reads them. */
static int
look_ask(const struct task *t, struct request *r, struct err *err)
{
	if (request(t, r, err, "GET", "/events?conversation=", t->out->conversation, NULL))
		return -1;
	buf_put(&r->url, "&after=");
	url_encode(&r->url, t->cursor);
	return finished(r, err);
}

/* What is said about an order is a mail. */
static int
mail_ask(const struct task *t, struct request *r, struct err *err)
{
	r->medium = BY_MAIL;
	r->once = 1;
	buf_put(&r->from, account_get(t->account, "sender"));
	url_encode(&r->to, t->out->buyer ? t->out->buyer : "");
	buf_put(&r->to, "@relay.sample.example");
	buf_fmt(&r->body,
		"From: <%s>\r\nTo: <%s>\r\nMessage-ID: <%s@supercargo.invalid>\r\nSubject: Your order\r\n",
		buf_str(&r->from), buf_str(&r->to), t->key);
	buf_put(&r->body, "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
			  "Content-Transfer-Encoding: base64\r\n\r\n");
	base64_encode(&r->body, t->out->text, strlen(t->out->text));
	return finished(r, err);
}

/* SMTP says plainly what happened: 4yz and 5yz were not accepted (RFC 5321, 4.2.1). */
static enum outcome
mail_read(const struct task *t, const struct response *rs, struct found *f)
{
	(void)t;
	if (rs->status / 100 == 2)
		return DONE;
	later(f, "sample: the mail server answered %ld", rs->status);
	return rs->status / 100 == 4 ? LATER : rs->status / 100 == 5 ? REFUSED : UNSURE;
}

/* Login: consent in a browser; each refresh ends the former grant. */
static int
consent(const struct task *t, struct buf *url, struct err *err)
{
	buf_put(url, API "/authorize?state=");
	url_encode(url, t->account->name);
	return url->over ? fail(err, "sample: the address is longer than allowed") : 0;
}

/* To redeem, the cursor is what the person pasted; to refresh, there is a grant. */
static int
token_ask(const struct task *t, struct request *r, struct err *err)
{
	r->once = 1;
	return request(t, r, err, "POST", "/token", "", "secret", account_get(t->account, "secret"), "grant",
		       *t->cursor ? t->cursor : t->grant, NULL);
}

static enum outcome
token_read(const struct task *t, const struct response *rs, struct found *f)
{
	enum outcome o;
	json_t *root = answer(t, rs, 1, f, &o);
	const char *token = json_text(root, "token"), *grant = json_text(root, "grant");

	if (!token || !grant)
		return root ? unreadable(f, 1) : o;
	buf_put(&f->token, token);
	buf_put(&f->grant, grant);
	f->token_until = t->now + HOUR;
	return DONE;
}

static int
push_verify(const struct task *t, const struct response *n, struct err *err)
{
	const char *given = n->header(n, "X-Sample-Key"), *ours = account_get(t->account, "secret");
	int different = !given || !*ours || strlen(given) != strlen(ours);
	size_t i;

	for (i = 0; given && given[i] && ours[i]; i++) /* its duration must not tell how much was right */
		different |= given[i] ^ ours[i];
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

#define USER   "user", "calls" /* the credential and the budget of most exchanges */
#define SEND   send_ask, send_read, USER
#define LOOK   look_ask, events_read, USER
#define AMOUNT .takes = TAKES_AMOUNT, .moves = MOVES_AMOUNT
static const struct key keys[] = {
	{"secret", "", "secret of the application", KEY_SECRET, .application = 1, .required = 1},
	{"sender", "shop@shop.example", "address that mails to buyers come from", .type = KEY_TEXT},
	{0}};
static const struct host hosts[] = {{"api.sample.example", 1}, {"*.files.sample.example", 0}, {0}};
static const struct budget budgets[] = {
	{"calls", 5000, DAY, 0, 20, 1, 0}, {"mails", 100, HOUR, 0, 0, 0, 0}, {0}};
static const struct credential credentials[] = {
	{"user", 1, consent, {token_ask, token_read, NULL, "calls"}, {token_ask, token_read, NULL, "calls"}},
	{0}};
static const struct stream streams[] = {{"events",
					 5 * MINUTE,
					 {events_ask, events_read, USER},
					 {ack_ask, ack_read, USER},
					 0,
					 0,
					 0,
					 0,
					 0,
					 "order message"},
					{0}};
static const struct action actions[] = {
	{"reply", REPEAT_NEVER, 2 * MINUTE, "tape/", {LOOK}, {SEND}, 1000, 0, NULL, 0, 0, NULL, {0}},
	{"order.refund", REPEAT_SAME_KEY, 0, "tape/", .send = {SEND}, AMOUNT},
	{"order.ship", REPEAT_GUARDED, 0, "tape/", .send = {SEND}, .takes = TAKES_TRACKING},
	{"order.message", REPEAT_NEVER, 0, "RFC 5321", .send = {mail_ask, mail_read, NULL, "mails"}},
	{0}};
static const struct capability capabilities[] = {
	{.kind = "events"},
	{.kind = "reply"},
	{.kind = "order.refund"},
	{.kind = "order.ship"},
	{.kind = "order.message"},
	{"case.appeal", BY_PERSON, "only on its pages", "https://www.sample.example/appeal/{order}", NULL},
	{.kind = "feedback", .how = NOT_HERE, .why = "the platform has no feedback"},
	{0}};
static const struct check checks[] = {{"login", {events_ask, events_read, USER}, NULL}, {0}};
static const struct push push = {.verify = push_verify, .due = push_due};

const struct connector sample = {"sample", "Sample", keys,         hosts, budgets, credentials,
				 streams,  actions,  capabilities, &push, checks,  .zone = NULL};
