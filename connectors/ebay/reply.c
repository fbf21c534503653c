/* reply.c - an answer in a conversation: POST /commerce/message/v1/send_message.
 *
 * eBay knows no idempotency key here, so a lost answer is settled by reading the conversation whole.
 */
#include "ebay.h"

#include "base/text.h"

#include <string.h>

#define PAGE 50

int
ebay_reply_look_ask(const struct task *t, struct request *r, struct err *err)
{
	const struct sweep *s = sweep_read(t);

	if (!t->out->conversation || !*t->out->conversation)
		return fail(err, "eBay: a reply needs its conversation");
	if (!*account_get(t->account, "identity"))
		return fail(err, "eBay: our own user name is not known yet");
	return ebay_conversation_ask(t, r, t->out->conversation, "FROM_MEMBERS", s->offset, err);
}

enum outcome
ebay_reply_look_read(const struct task *t, const struct response *rs, struct found *f)
{
	const struct ebay_conversation c = {.type = "FROM_MEMBERS",
					    .id = t->out->conversation,
					    .listing = t->out->listing,
					    .me = account_get(t->account, "identity"),
					    .own = 1};
	struct sweep *s = sweep_read(t);
	enum outcome o;
	json_t *root = ebay_answer(t, rs, 0, f, &o);
	struct sweep_rows rows;
	size_t odd;
	int64_t total;

	if (!root)
		return o;
	if (!json_list(root, "messages") || json_int(root, "total", -1) < 0)
		return later(f, "eBay: the answer is not a conversation");
	rows = sweep_rows(t, json_list(root, "messages"), "messageId");
	if (sweep_repeats(s, rows))
		return later(f, "eBay: the conversation shows the same page again");
	if (ebay_conversation_read(t, root, &c, f, &odd, &total))
		return LATER;

	sweep_page(s, rows, PAGE, 0, total);
	s->seen -= (int64_t)odd; /* one that was not understood might be ours */
	return sweep_look(s, f);
}

int
ebay_message_check(const struct outgoing *out, struct err *err)
{
	if (!out->text || !*out->text)
		return fail(err, "eBay: a message needs a text");
	if (utf16_length(out->text) > EBAY_REPLY_UTF16)
		return fail(err, "eBay: the text has %zu characters, at most %d are allowed",
			    utf16_length(out->text), EBAY_REPLY_UTF16);
	if (out->nfiles)
		return fail(err,
			    "eBay: files can only be sent from a public address, which this service has not");
	return 0;
}

int
ebay_reply_ask(const struct task *t, struct request *r, struct err *err)
{
	const struct outgoing *out = t->out;

	if (!out->conversation || !*out->conversation)
		return fail(err, "eBay: a reply needs its conversation");
	if (ebay_message_check(out, err))
		return -1;
	if (ebay_post(t, r, "api", "/commerce/message/v1/send_message", err))
		return -1;
	buf_put(&r->body, "{\"conversationId\":");
	json_quote(&r->body, out->conversation);
	buf_put(&r->body, ",\"messageText\":");
	json_quote(&r->body, out->text);
	buf_char(&r->body, '}');
	return ebay_fits(r, err);
}

enum outcome
ebay_reply_read(const struct task *t, const struct response *rs, struct found *f)
{
	enum outcome o;
	json_t *root = ebay_answer(t, rs, 1, f, &o);
	const char *id = json_id(t->arena, root, "messageId");

	if (!root)
		return o;
	if (!id) {
		fail(&f->err, "eBay: the answer names no message");
		return UNSURE;
	}
	buf_set(&f->remote, id, strlen(id));
	return DONE;
}
