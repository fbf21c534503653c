/* trading.c - the old XML API: every answer is HTTP 200, the element Ack says how it went. */
#include <inttypes.h>
#include <string.h>

#include "trading.h"

#define VERSION "1423"
#define BUILD   "E1423_CORE_API_EXAMPLE_R1"

void
put_element(struct buf *out, const char *name, const char *text)
{
	buf_fmt(out, "<%s>", name);
	xml_escape(out, text);
	buf_fmt(out, "</%s>", name);
}

void
trading_time(struct buf *out, const char *name, int64_t ms)
{
	char text[INSTANT_TEXT];

	instant_format(ms, text);
	put_element(out, name, text);
}

void
trading_head(struct trading *t, const char *ack)
{
	const char *correlation = t->root ? xml_text(t->arena, t->root, "MessageID") : NULL;

	t->c->rs->type = "text/xml;charset=utf-8";
	buf_fmt(t->out,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<%sResponse "
		"xmlns=\"urn:ebay:apis:eBLBaseComponents\">",
		t->name);
	trading_time(t->out, "Timestamp", t->c->now);
	put_element(t->out, "Ack", ack);
	if (correlation)
		put_element(t->out, "CorrelationID", correlation);
}

void
trading_version(struct trading *t)
{
	put_element(t->out, "Version", VERSION);
	put_element(t->out, "Build", BUILD);
}

void
trading_tail(struct trading *t)
{
	buf_fmt(t->out, "</%sResponse>", t->name);
}

/* A refusal; `more` is XML that may follow the build. */
void
trading_refuse(struct trading *t, const char *code, const char *words, const char *more)
{
	trading_head(t, "Failure");
	buf_put(t->out, "<Errors>");
	put_element(t->out, "ShortMessage", words);
	put_element(t->out, "LongMessage", words);
	put_element(t->out, "ErrorCode", code);
	put_element(t->out, "SeverityCode", "Error");
	put_element(t->out, "ErrorClassification", "RequestError");
	buf_put(t->out, "</Errors>");
	trading_version(t);
	buf_put(t->out, more);
	trading_tail(t);
}

const char *
trading_field(const struct trading *t, const char *name)
{
	const char *s = xml_text(t->arena, t->root, name);

	return s ? s : "";
}

const char *
trading_message_id(const struct trading *t, const struct message *m)
{
	return arena_fmt(t->arena, "%" PRId64, INT64_C(1234500000000) + m->serial);
}

/* Calls f for every message that can be seen, conversation by conversation. */
void
trading_each(struct trading *t,
	     void (*f)(struct trading *, const struct conversation *, const struct message *, void *),
	     void *with)
{
	const struct ebay *e = t->c->e;

	for (size_t i = 0; i < e->n_conversations; i++)
		for (size_t k = 0; k < e->conversations[i]->n_messages; k++)
			if (e->conversations[i]->messages[k]->visible <= t->c->now)
				f(t, e->conversations[i], e->conversations[i]->messages[k], with);
}

static const struct {
	const char *name;
	void (*serve)(struct trading *);
} calls[] = {
	{"GetMyMessages", trading_my_messages},
	{"GetMemberMessages", trading_member_messages},
	{"AddMemberMessageRTQ", trading_reply},
};

static void
dispatch(struct trading *t)
{
	const char *site = http_header(t->c->rq, "X-EBAY-API-SITEID"),
		   *level = http_header(t->c->rq, "X-EBAY-API-COMPATIBILITY-LEVEL");
	const struct token *token = NULL;
	size_t i, n = sizeof calls / sizeof *calls;

	for (i = 0; i < n && strcmp(calls[i].name, t->name); i++)
		;
	count_call(t->c->e, i < n ? t->name : "unknown");
	if (i == n) {
		t->name = "";
		trading_refuse(t, "2", "Unsupported API call.", "");
	} else if (over_quota(t->c->e, "trading", t->c->now)) {
		trading_refuse(t, "518", "Call usage limit has been reached.", "");
	} else if (!site || !level) {
		trading_refuse(t, "10007", "The site id or the compatibility level header is missing.", "");
	} else if (!t->root || strcmp(xml_name(t->root), arena_fmt(t->arena, "%sRequest", t->name))) {
		trading_refuse(t, "5", "XML parse error, or the root element does not fit the call name.",
			       "");
	} else {
		switch (check_token(t->c->e, http_header(t->c->rq, "X-EBAY-API-IAF-TOKEN"), t->c->now,
				    &token)) {
		case TOKEN_NONE: trading_refuse(t, "930", "No token.", ""); break;
		case TOKEN_UNKNOWN: trading_refuse(t, "21916984", "Invalid IAF token.", ""); break;
		case TOKEN_EXPIRED: trading_refuse(t, "21917053", "Expired IAF token.", ""); break;
		case TOKEN_GOOD: calls[i].serve(t); break;
		}
	}
}

void
trading_call(struct call *c)
{
	const char *name = http_header(c->rq, "X-EBAY-API-CALL-NAME");
	struct trading t = {.c = c, .arena = arena_new(), .name = name ? name : "", .out = &c->rs->body};
	struct xml *doc = xml_read(c->rq->body, c->rq->len, NULL);

	t.root = doc ? xml_root(doc) : NULL;
	dispatch(&t);
	xml_free(doc);
	arena_free(t.arena);
}
