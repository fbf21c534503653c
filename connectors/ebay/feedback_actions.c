/* feedback_actions.c - feedback.reply: POST /commerce/feedback/v1/respond_to_feedback; order.feedback: POST /commerce/feedback/v1/feedback.
 *
 * eBay refuses a second reply and a second feedback.  That refusal does not say whose the first one was, so a lost answer is settled by reading:
 * a reply by its text, a feedback by whether eBay still awaits it.
 */
#include "ebay.h"

#include "base/text.h"

#include <string.h>

/* error ids */
#define REPLIED      501032
#define FOLLOWED     501033
#define ALREADY_LEFT 501008

static int
text_fits(const struct outgoing *out, struct err *err)
{
	if (!out->text || !*out->text)
		return fail(err, "eBay: a feedback needs a text");
	if (utf16_length(out->text) > EBAY_FEEDBACK_UTF16)
		return fail(err, "eBay: the text has %zu characters, at most %d are allowed",
			    utf16_length(out->text), EBAY_FEEDBACK_UTF16);
	return 0;
}

/* ---- feedback.reply ---- */

int
ebay_feedback_look_ask(const struct task *t, struct request *r, struct err *err)
{
	if (!t->out->feedback || !*t->out->feedback)
		return fail(err, "eBay: it is not said which feedback is meant");
	if (!*account_get(t->account, "identity"))
		return fail(err, "eBay: our own user name is not known yet");
	if (ebay_get(t, r, "api", err))
		return -1;
	buf_put(&r->url, "/commerce/feedback/v1/feedback?user_id=");
	url_encode(&r->url, account_get(t->account, "identity"));
	buf_put(&r->url, "&feedback_type=FEEDBACK_RECEIVED&feedback_id=");
	url_encode(&r->url, t->out->feedback);
	return ebay_fits(r, err);
}

enum outcome
ebay_feedback_look_read(const struct task *t, const struct response *rs, struct found *f)
{
	enum outcome o;
	json_t *root = ebay_answer(t, rs, 0, f, &o), *list;
	size_t i;

	if (!root)
		return o;
	if (!(list = json_list(root, "feedbackEntries")))
		return later(f, "eBay: the answer is not a list of feedback");
	for (i = 0; i < json_array_size(list); i++) {
		struct feedback k = {0};
		struct own own = {0};

		if (ebay_feedback_read_one(t, json_array_get(list, i), 0, &k, &f->err))
			return LATER;
		if (strcmp(k.remote, t->out->feedback))
			continue;
		if (f->feedback(f, &k))
			return LATER;
		own = (struct own){.remote = arena_fmt(t->arena, "reply-%s", k.remote), .text = k.reply};
		if (k.reply && *k.reply && f->own(f, &own))
			return LATER;
		f->complete = 1;
	}
	if (f->complete)
		return DONE;
	fail(&f->err, "eBay: feedback %s is not there any more", t->out->feedback);
	return REFUSED;
}

int
ebay_feedback_reply_ask(const struct task *t, struct request *r, struct err *err)
{
	const struct outgoing *out = t->out;

	if (!out->feedback || !*out->feedback)
		return fail(err, "eBay: it is not said which feedback is meant");
	if (!out->buyer || !*out->buyer)
		return fail(err, "eBay: it is not known who gave the feedback");
	if (text_fits(out, err) || ebay_post(t, r, "api", "/commerce/feedback/v1/respond_to_feedback", err))
		return -1;
	buf_put(&r->body, "{\"feedbackId\":");
	json_quote(&r->body, out->feedback);
	buf_put(&r->body, ",\"recipientUserId\":");
	json_quote(&r->body, out->buyer);
	buf_put(&r->body, ",\"responseText\":");
	json_quote(&r->body, out->text);
	buf_put(&r->body, ",\"responseType\":\"REPLY\"}");
	return ebay_fits(r, err);
}

enum outcome
ebay_feedback_reply_read(const struct task *t, const struct response *rs, struct found *f)
{
	enum outcome o;
	int64_t id;

	if (!ebay_answer(t, rs, 1, f, &o)) {
		id = o == REFUSED ? ebay_error_id(t, rs) : 0;
		return id == REPLIED || id == FOLLOWED ? UNSURE : o; /* the text will tell whose it is */
	}
	buf_fmt(&f->remote, "reply-%s", t->out->feedback);
	return DONE;
}

/* ---- order.feedback: who is still to get one ---- */

/* Names go into a list "name:value,name:value". */
static int
is_plain(const char *s)
{
	return s && *s && !strpbrk(s, ",:");
}

int
ebay_awaiting_ask(const struct task *t, struct request *r, struct err *err)
{
	const struct outgoing *out = t->out;

	if (!is_plain(out->buyer) || !is_plain(out->listing))
		return fail(err, "eBay: a feedback needs its buyer and the listing that was bought");
	if (ebay_get(t, r, "api", err))
		return -1;
	buf_put(&r->url, "/commerce/feedback/v1/awaiting_feedback?filter=");
	url_encode(&r->url, arena_fmt(t->arena, "listingId:%s,receiverName:%s,userRole:SELLER", out->listing,
				      out->buyer));
	buf_put(&r->url, "&limit=200");
	return ebay_fits(r, err);
}

/* The purchase that is meant, "LISTING-LINE", among those that await our feedback: the one with our order line, or the only one.  NULL when there is
 * none, or (*many) when it cannot be told. */
static const char *
awaited(const struct task *t, const json_t *root, int *many)
{
	json_t *list = json_list(root, "lineItems");
	const char *only = NULL, *line = t->out->line;
	size_t i, n = 0;

	*many = 0;
	for (i = 0; i < json_array_size(list); i++) {
		json_t *j = json_array_get(list, i);
		const char *listing = json_id(t->arena, j, "listingId"),
			   *id = json_id(t->arena, j, "orderLineItemId"),
			   *transaction = json_id(t->arena, j, "transactionId");

		if (!id || !listing || strcmp(listing, t->out->listing))
			continue;
		if (line && *line && transaction && !strcmp(line, transaction))
			return id;
		only = id;
		n++;
	}
	*many = n > 1;
	return n == 1 ? only : NULL;
}

static json_t *
awaiting_read(const struct task *t, const struct response *rs, int once, struct found *f, enum outcome *o)
{
	json_t *root = ebay_answer(t, rs, once, f, o);

	if (!root)
		return NULL;
	if (json_list(root, "lineItems"))
		return root;
	fail(&f->err, "eBay: the answer is not a list of purchases that await feedback");
	*o = once ? UNSURE : LATER;
	return NULL;
}

/* What eBay awaits no more was given: that is all that can be seen of ours. */
enum outcome
ebay_awaiting_look_read(const struct task *t, const struct response *rs, struct found *f)
{
	enum outcome o;
	json_t *root = awaiting_read(t, rs, 0, f, &o);
	struct own own = {.remote = "given"};
	int many;

	if (!root)
		return o;
	if (!awaited(t, root, &many) && !many && f->own(f, &own))
		return LATER;
	f->complete = !many;
	return DONE;
}

/* ---- order.feedback: leave it ---- */

/* The purchase, as the first step left it; NULL: it is the first step. */
static const char *
purchase_of(const struct task *t)
{
	json_t *root = *t->cursor ? json_read(t->arena, t->cursor, strlen(t->cursor), NULL) : NULL;

	return json_text(root, "purchase");
}

int
ebay_order_feedback_ask(const struct task *t, struct request *r, struct err *err)
{
	const char *purchase = purchase_of(t);

	if (text_fits(t->out, err))
		return -1;
	if (!purchase) {
		if (ebay_awaiting_ask(t, r, err))
			return -1;
		r->once = 1; /* of a send: nothing is settled by asking it twice */
		return 0;
	}
	if (ebay_post(t, r, "api", "/commerce/feedback/v1/feedback", err))
		return -1;
	buf_put(&r->body, "{\"orderLineItemId\":");
	json_quote(&r->body, purchase);
	buf_put(&r->body, ",\"commentType\":\"POSITIVE\",\"commentText\":");
	json_quote(&r->body, t->out->text);
	buf_char(&r->body, '}');
	return ebay_fits(r, err);
}

static enum outcome
find_purchase(const struct task *t, const struct response *rs, struct found *f)
{
	enum outcome o;
	json_t *root = awaiting_read(t, rs, 1, f, &o);
	const char *purchase;
	int many;

	if (!root)
		return o;
	if (!(purchase = awaited(t, root, &many))) {
		if (many)
			fail(&f->err,
			     "eBay: %s bought listing %s more than once, and it cannot be told which "
			     "purchase is meant",
			     t->out->buyer, t->out->listing);
		else
			fail(&f->err, "eBay: no feedback is awaited for this purchase: it was given, or it "
				      "is too late");
		return REFUSED;
	}
	buf_put(&f->cursor, "{\"purchase\":");
	json_quote(&f->cursor, purchase);
	buf_char(&f->cursor, '}');
	return MORE;
}

enum outcome
ebay_order_feedback_read(const struct task *t, const struct response *rs, struct found *f)
{
	enum outcome o;
	json_t *root;
	const char *id;

	if (!purchase_of(t))
		return find_purchase(t, rs, f);
	if (!(root = ebay_answer(t, rs, 1, f, &o)))
		return o == REFUSED && ebay_error_id(t, rs) == ALREADY_LEFT ? UNSURE : o;
	if (!(id = json_id(t->arena, root, "feedbackId"))) {
		fail(&f->err, "eBay: the answer names no feedback");
		return UNSURE;
	}
	buf_set(&f->remote, id, strlen(id));
	return DONE;
}
