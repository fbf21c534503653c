/* trading_reply.c - an answer to a buyer's question by Trading: AddMemberMessageRTQ.
 *
 * InvocationID is documented to refuse a second call with the same value, but whether this call supports it is not: so the action
 * counts as not repeatable, and a lost answer is settled by GetMemberMessages, which lists the responses to that one question.  They
 * carry no id; ours is made of the question, the text and which of equal texts it is, so that it holds in any order.
 */
#include "ebay.h"

#include "base/text.h"

#include <string.h>

#define ASK       "GetMemberMessages"
#define SEND      "AddMemberMessageRTQ"
#define PAGE      100
#define MAX_EQUAL 200 /* responses of one question that are told apart */

/* "ITEM/BUYER" -> ITEM */
static const char *
item_of(const struct task *t)
{
	const char *c = t->out->conversation, *slash;

	if (t->out->listing && *t->out->listing)
		return t->out->listing;
	if (!c || !(slash = strchr(c, '/')) || slash == c)
		return NULL;
	return arena_strndup(t->arena, c, (size_t)(slash - c));
}

static const char *
buyer_of(const struct task *t)
{
	const char *c = t->out->conversation, *slash;

	if (t->out->buyer && *t->out->buyer)
		return t->out->buyer;
	return c && (slash = strchr(c, '/')) && slash[1] ? slash + 1 : NULL;
}

/* ---- look ---- */

int
trading_look_ask(const struct task *t, struct request *r, struct err *err)
{
	const struct sweep *s = sweep_read(t);

	if (!t->out->message || !*t->out->message)
		return fail(err, "eBay: a reply needs the message that it answers");
	if (trading_open(t, r, ASK, NULL, NULL, err))
		return -1;
	trading_element(&r->body, "ItemID", item_of(t));
	trading_element(&r->body, "MailMessageType", "All");
	buf_fmt(&r->body,
		"<Pagination><EntriesPerPage>%d</EntriesPerPage><PageNumber>%lld</PageNumber></Pagination>",
		PAGE, (long long)(s->offset / PAGE + 1));
	trading_element(&r->body, "MemberMessageID", t->out->message);
	return trading_close(r, ASK, err);
}

/* Which of the equal texts before it this one is; counted from 1. */
static int
occurrence(char seen[][17], int n, const char *print)
{
	int i, k = 1;

	for (i = 0; i < n; i++)
		k += !strcmp(seen[i], print);
	return k;
}

/* Every response of the question as our own: 1, 0 when there were too many to tell apart, -1 when a callback failed. */
static int
read_exchange(const struct task *t, const struct xml_node *exchange, struct found *f)
{
	const char *changed = xml_text(t->arena, exchange, "LastModifiedDate");
	char(*seen)[17] = arena_alloc(t->arena, MAX_EQUAL * sizeof *seen);
	const struct xml_node *e;
	int64_t at = 0;
	int n = 0;

	if (changed && instant_parse(changed, &at))
		at = 0;
	for (e = xml_child(exchange, "Response"); e && n < MAX_EQUAL; e = xml_next(e, "Response")) {
		struct own own = {.text = xml_content(t->arena, e), .at = at};
		const char *const texts[] = {own.text, NULL};

		ebay_fingerprint(texts, seen[n]);
		own.remote = arena_fmt(t->arena, "%s#%s.%d", t->out->message, seen[n],
				       occurrence(seen, n, seen[n]));
		n++;
		if (f->own(f, &own))
			return -1;
	}
	return !e;
}

enum outcome
trading_look_read(const struct task *t, const struct response *rs, struct found *f)
{
	struct sweep *s = sweep_read(t);
	const struct xml_node *exchange;
	const char *more, *id;
	enum outcome o;
	int whole;
	struct xml *doc = trading_answer(t, rs, ASK, 0, f, &o);

	if (!doc)
		return o;
	exchange = xml_child(xml_child(xml_root(doc), "MemberMessage"), "MemberMessageExchange");
	for (; exchange; exchange = xml_next(exchange, "MemberMessageExchange")) {
		id = xml_text(t->arena, xml_child(exchange, "Question"), "MessageID");
		if (!id || strcmp(id, t->out->message))
			continue;
		if ((whole = read_exchange(t, exchange, f)) < 0) {
			o = LATER;
			goto out;
		}
		s->seen += whole;
	}
	/* whole only when the question itself was shown: this call does not list every kind of message */
	s->total = 1;
	s->offset += PAGE;
	more = xml_text(t->arena, xml_root(doc), "HasMoreItems");
	s->last = !more || strcmp(more, "true");
	o = sweep_look(s, f);
out:
	xml_free(doc);
	return o;
}

/* ---- send ---- */

int
trading_reply_ask(const struct task *t, struct request *r, struct err *err)
{
	const struct outgoing *out = t->out;
	const char *buyer = buyer_of(t);

	if (!out->message || !*out->message || !buyer)
		return fail(err, "eBay: a reply needs the message that it answers");
	if (!out->text || !*out->text)
		return fail(err, "eBay: a reply needs a text");
	if (utf16_length(out->text) > EBAY_REPLY_UTF16)
		return fail(err, "eBay: the text has %zu characters, at most %d are allowed",
			    utf16_length(out->text), EBAY_REPLY_UTF16);
	if (out->nfiles)
		return fail(err,
			    "eBay: files can only be sent from a public address, which this service has not");
	if (trading_open(t, r, SEND, NULL, t->key, err))
		return -1;
	r->once = 1;
	trading_element(&r->body, "ItemID", item_of(t));
	buf_put(&r->body, "<MemberMessage><EmailCopyToSender>false</EmailCopyToSender>"
			  "<DisplayToPublic>false</DisplayToPublic>");
	trading_element(&r->body, "RecipientID", buyer);
	trading_element(&r->body, "Body", out->text);
	trading_element(&r->body, "ParentMessageID", out->message);
	buf_put(&r->body, "</MemberMessage>");
	return trading_close(r, SEND, err);
}

enum outcome
trading_reply_read(const struct task *t, const struct response *rs, struct found *f)
{
	enum outcome o;
	struct xml *doc = trading_answer(t, rs, SEND, 1, f, &o);

	if (!doc)
		return o;
	xml_free(doc);
	return DONE; /* eBay names no id of what was sent */
}
