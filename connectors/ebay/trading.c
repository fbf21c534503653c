/* trading.c - calls of the old XML interface (POST /ws/api.dll) and what its answers mean.
 *
 * Every answer is HTTP 200; Ack and Errors[] say what happened.  Elements of a request stand in the order of eBay's schema: base
 * fields first.
 */
#include "ebay.h"

#include <string.h>

#define SCHEMA     "1423"
#define NAMESPACE  "urn:ebay:apis:eBLBaseComponents"
#define QUOTA_WAIT MINUTE

/* error codes */
#define TOKEN_EXPIRED "21917053"
#define CALL_LIMIT    "518"

int
trading_wanted(const struct account *a)
{
	return !ebay_rest_wanted(a);
}

void
trading_element(struct buf *out, const char *name, const char *text)
{
	if (!text)
		return;
	buf_fmt(out, "<%s>", name);
	xml_escape(out, text);
	buf_fmt(out, "</%s>", name);
}

int
trading_open(const struct task *t, struct request *r, const char *call, const char *detail,
	     const char *invocation, struct err *err)
{
	const struct ebay_site *site = ebay_site(account_get(t->account, "site"));

	r->medium = BY_HTTP;
	r->method = "POST";
	buf_put(&r->url, "https://");
	ebay_authority(&r->url, t->account, "api");
	buf_put(&r->url, "/ws/api.dll");
	buf_fmt(&r->headers,
		"Content-Type: text/xml\nX-EBAY-API-CALL-NAME: %s\nX-EBAY-API-SITEID: %d\n"
		"X-EBAY-API-COMPATIBILITY-LEVEL: " SCHEMA "\n",
		call, site && site->trading >= 0 ? site->trading : 0);
	if (ebay_header(r, "X-EBAY-API-IAF-TOKEN", t->token, err))
		return -1;
	buf_fmt(&r->body, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<%sRequest xmlns=\"" NAMESPACE "\">",
		call);
	trading_element(&r->body, "DetailLevel", detail);
	trading_element(&r->body, "Version", SCHEMA);
	trading_element(&r->body, "InvocationID", invocation);
	return 0;
}

int
trading_close(struct request *r, const char *call, struct err *err)
{
	buf_fmt(&r->body, "</%sRequest>\n", call);
	return ebay_fits(r, err);
}

/* The token is of no use any more; only a new consent helps. */
static int
needs_consent(const char *code)
{
	static const char *const codes[] = {"930", "931", "932", "21916984"};
	size_t i;

	for (i = 0; i < sizeof codes / sizeof *codes; i++)
		if (!strcmp(code, codes[i]))
			return 1;
	return 0;
}

/* What one of Errors[] means. */
static enum outcome
refusal(const struct task *t, const char *code, const char *class, const char *words, int once,
	struct found *f)
{
	if (needs_consent(code)) {
		fail(&f->err,
		     "eBay: the permission has ended: %s (error %s); the seller must consent again: "
		     "supercargo account login %s",
		     words, code, t->account->name);
		return REFUSED;
	}
	fail(&f->err, "eBay: %s (error %s)", words, code);
	if (!strcmp(code, TOKEN_EXPIRED))
		return LOGIN;
	if (!strcmp(code, CALL_LIMIT)) {
		f->wait = QUOTA_WAIT;
		return LATER;
	}
	if (!strcmp(class, "RequestError"))
		return REFUSED;
	return once ? UNSURE : LATER;
}

/* An answer with Ack Failure, or one that says nothing we know. */
static enum outcome
failure(const struct task *t, const struct xml_node *root, int once, struct found *f)
{
	const struct xml_node *e;
	const char *code, *class, *words, *severity;

	if (once && xml_child(root, "DuplicateInvocationDetails")) {
		fail(&f->err, "eBay: a call with this InvocationID was made before");
		return UNSURE;
	}
	for (e = xml_child(root, "Errors"); e; e = xml_next(e, "Errors")) {
		if ((severity = xml_text(t->arena, e, "SeverityCode")) && !strcmp(severity, "Warning"))
			continue;
		code = xml_text(t->arena, e, "ErrorCode");
		class = xml_text(t->arena, e, "ErrorClassification");
		if (!(words = xml_text(t->arena, e, "LongMessage")))
			words = xml_text(t->arena, e, "ShortMessage");
		return refusal(t, code ? code : "?", class ? class : "", words ? words : "", once, f);
	}
	fail(&f->err, "eBay: the answer says neither success nor what went wrong");
	return once ? UNSURE : LATER;
}

struct xml *
trading_answer(const struct task *t, const struct response *rs, const char *call, int once, struct found *f,
	       enum outcome *o)
{
	const struct xml_node *root;
	const char *ack, *expected;
	struct err why = {""};
	char words[ERR_MAX];
	struct xml *doc;

	if (rs->status != 200 && (*o = outcome_of(rs, once, f)) != DONE)
		return NULL;
	if (rs->status != 200 || !(doc = xml_read(rs->body, rs->len, &why))) {
		err_english(why.text, words, sizeof words);
		fail(&f->err, "eBay: the answer cannot be read: %s", words);
		*o = once ? UNSURE : LATER;
		return NULL;
	}
	root = xml_root(doc);
	ack = xml_text(t->arena, root, "Ack");
	expected = arena_fmt(t->arena, "%sResponse", call);
	if (!strcmp(xml_name(root), expected) && ack && (!strcmp(ack, "Success") || !strcmp(ack, "Warning")))
		return doc;
	*o = failure(t, root, once, f);
	xml_free(doc);
	return NULL;
}
