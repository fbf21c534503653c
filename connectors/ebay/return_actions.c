/* return_actions.c - what a seller may do in a return, and how it is recognised in its history afterwards.
 *
 * Post-Order knows no idempotency key, so a lost answer is settled by reading the return (returns.c).  eBay wants decisions and refunds
 * signed by sellers of the EU and the UK.  GraphQL will replace this file.
 */
#include "ebay.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

struct verb {
	const char *kind;
	const char *path; /* behind the return's id */
	int (*body)(const struct task *, struct buf *, struct err *);
	int is_signed;
	const char *activities; /* what the history calls it */
};

/* ---- bodies ---- */

static int
needs_text(const struct task *t, struct err *err)
{
	return t->out->text && *t->out->text ? 0 : fail(err, "eBay: the text is missing");
}

static int
decision(const struct task *t, struct buf *b, const char *word)
{
	buf_put(b, "{\"decision\":");
	json_quote(b, word);
	post_order_put_text(b, "comments", t->out->text);
	buf_char(b, '}');
	return 0;
}

static int
accept(const struct task *t, struct buf *b, struct err *err)
{
	(void)err;
	return decision(t, b, t->out->reason && *t->out->reason ? t->out->reason : "APPROVE");
}

static int
decline(const struct task *t, struct buf *b, struct err *err)
{
	return needs_text(t, err) ? -1 : decision(t, b, "DECLINE");
}

/* The buyer keeps the item. */
static int
offer(const struct task *t, struct buf *b, struct err *err)
{
	if (ebay_return_needs_amount(t, err))
		return -1;
	buf_put(b, "{\"decision\":\"OFFER_PARTIAL_REFUND\",");
	post_order_put_amount(b, "partialRefundAmount", &t->out->amount);
	buf_put(b, ",\"keepOriginalItem\":true");
	post_order_put_text(b, "comments", t->out->text);
	buf_char(b, '}');
	return 0;
}

static int
message(const struct task *t, struct buf *b, struct err *err)
{
	if (needs_text(t, err))
		return -1;
	buf_char(b, '{');
	post_order_put_text(b, "message", t->out->text);
	buf_char(b, '}');
	return 0;
}

static int
received(const struct task *t, struct buf *b, struct err *err)
{
	(void)err;
	buf_char(b, '{');
	post_order_put_text(b, "comments", t->out->text);
	buf_char(b, '}');
	return 0;
}

static int
escalate(const struct task *t, struct buf *b, struct err *err)
{
	(void)err;
	buf_put(b, "{\"reason\":");
	json_quote(b, t->out->reason && *t->out->reason ? t->out->reason : "OTHER");
	post_order_put_text(b, "comments", t->out->text);
	buf_char(b, '}');
	return 0;
}

static int
upload(const struct task *t, struct buf *b, const char *purpose, struct err *err)
{
	const struct attachment_file *file = t->out->files;

	if (t->out->nfiles != 1)
		return fail(err, "eBay: found %zu files, expected one", t->out->nfiles);
	buf_put(b, "{\"fileName\":");
	json_quote(b, file->name);
	buf_put(b, ",\"filePurpose\":");
	json_quote(b, purpose);
	buf_put(b, ",\"data\":\"");
	base64_encode(b, file->bytes, file->len);
	buf_put(b, "\"}");
	return 0;
}

static int
evidence(const struct task *t, struct buf *b, struct err *err)
{
	return upload(t, b, t->out->reason && *t->out->reason ? t->out->reason : "ITEM_RELATED", err);
}

/* A label takes two steps: the file, then (its id is the cursor) what it is. */
static int
label_file(const struct task *t, struct buf *b, struct err *err)
{
	return upload(t, b, "LABEL_RELATED", err);
}

static int
label(const struct task *t, struct buf *b, struct err *err)
{
	static const char carriers[] =
		" AUSTRALIA_POST BARTOLINI CANADA_POST COLISSIMO COLLECT_PLUS CORREOS DEUTSCHE_POST DHL "
		"FEDEX "
		"HERMES LA_POSTE MONDIAL_RELAY MRW NEXIVE PARCEL_FORCE POSTE ROYAL_MAIL SEUR UPS USPS ";
	const char *carrier = t->out->carrier;

	(void)err;
	buf_put(b, "{\"labelAction\":\"UPLOAD_LABEL\",\"fileId\":");
	json_quote(b, t->cursor);
	if (carrier && *carrier) {
		int known = !strchr(carrier, ' ') &&
			    strstr(carriers, arena_fmt(t->arena, " %s ", carrier)) != NULL;

		buf_put(b, known ? ",\"carrierEnum\":" : ",\"carrierEnum\":\"OTHER\",\"carrierName\":");
		json_quote(b, carrier);
	}
	if (t->out->tracking && *t->out->tracking) {
		buf_put(b, ",\"trackingNumber\":");
		json_quote(b, t->out->tracking);
	}
	post_order_put_text(b, "comments", t->out->text);
	buf_char(b, '}');
	return 0;
}

/* ---- sending ---- */

static const struct verb verbs[] = {
	{"return.accept", "/decide", accept, 1,
	 " SELLER_APPROVE_REQUEST SELLER_OFFER_RETURNS AUTO_APPROVE_REMORSE SELLER_PROVIDE_RMA "},
	{"return.decline", "/decide", decline, 1, " SELLER_DECLINE_REQUEST "},
	{"return.offer", "/decide", offer, 1, " SELLER_OFFER_PARTIAL_REFUND "},
	{"return.refund", "/issue_refund", ebay_return_refund, 1,
	 " SELLER_ISSUE_REFUND SELLER_RETRY_REFUND SELLER_ISSUE_STORE_CREDIT_REFUND "
	 "SELLER_MARK_REFUND_SENT "},
	{"return.message", "/send_message", message, 0, " SELLER_SEND_MESSAGE "},
	{"return.received", "/mark_as_received", received, 0, " SELLER_MARK_AS_RECEIVED "},
	{"return.evidence", "/file/upload", evidence, 0, " SUBMIT_FILE "},
	{"return.label", "/add_shipping_label", label, 0, " SELLER_PROVIDE_LABEL "},
	{"return.escalate", "/escalate", escalate, 0, " SELLER_ESCALATE "},
};

static const struct verb label_upload = {"return.label", "/file/upload", label_file, 0, ""};

static const struct verb *
verb_of_kind(const char *kind)
{
	size_t i;

	for (i = 0; i < sizeof verbs / sizeof *verbs; i++)
		if (!strcmp(kind, verbs[i].kind))
			return &verbs[i];
	return NULL;
}

/* The step of it that is due. */
static const struct verb *
verb_of(const struct task *t)
{
	const struct verb *v = verb_of_kind(t->out->kind);

	return v && v->body == label && !*t->cursor ? &label_upload : v;
}

int
ebay_return_act_ask(const struct task *t, struct request *r, struct err *err)
{
	const struct verb *v = verb_of(t);

	if (!v)
		return fail(err, "eBay: no action %s in a return", t->out->kind);
	if (!t->out->dispute || !*t->out->dispute)
		return fail(err, "eBay: it is not said which dispute is meant");
	if (post_order_open(t, r, "POST", "return/", err))
		return -1;
	url_encode(&r->url, t->out->dispute);
	buf_put(&r->url, v->path);
	if (v->body(t, &r->body, err) || ebay_fits(r, err))
		return -1;
	return v->is_signed ? ebay_sign(t, r, err) : 0;
}

/* A refund, or a decision that moved money, tells how that went. */
static enum outcome
money_moved(const char *status, int expected, struct found *f)
{
	if (!status && !expected)
		return DONE;
	if (status &&
	    (!strcmp(status, "SUCCESS") || !strcmp(status, "PENDING") || !strcmp(status, "REQUESTED")))
		return DONE;
	if (status && !strcmp(status, "FAILED")) {
		fail(&f->err, "eBay: the refund failed; look at how the account is funded");
		return REFUSED;
	}
	fail(&f->err, "eBay: the answer does not say what became of the refund");
	return UNSURE;
}

enum outcome
ebay_return_act_read(const struct task *t, const struct response *rs, struct found *f)
{
	const struct verb *v = verb_of(t);
	enum outcome o = REFUSED;
	json_t *root = post_order_answer(t, rs, 1, f, &o);
	const char *file = json_id(t->arena, root, "fileId"), *opened = json_id(t->arena, root, "caseId");

	if (!root || !v)
		return o;
	if (v->is_signed)
		return money_moved(json_text(root, "refundStatus"), !strcmp(v->kind, "return.refund"), f);
	if (!strcmp(v->path, "/file/upload")) {
		if (!file) {
			fail(&f->err, "eBay: the answer to an upload names no file");
			return UNSURE;
		}
		buf_put(v == &label_upload ? &f->cursor : &f->remote, file);
		return v == &label_upload ? MORE : DONE;
	}
	if (opened)
		buf_put(&f->remote, opened);
	return DONE;
}

/* ---- what of ours the return shows ---- */

static int
is_one_of(const char *words, const char *word)
{
	char padded[64];

	if (!word || strlen(word) > 60 || strchr(word, ' '))
		return 0;
	sprintf(padded, " %s ", word);
	return strstr(words, padded) != NULL;
}

/* A movement of money to the buyer that has not failed, in the words of return_read.c: TYPE STATUS. */
static int
is_refund(const char *what)
{
	return (strstr(what, "REFUND") || !strncmp(what, "BUYER_PAYOUT", 12)) &&
	       strncmp(what, "REFUND_", 7) != 0 && !strstr(what, " FAILED");
}

static int
own_entries(const struct verb *v, const struct dispute *d, struct found *f)
{
	size_t i;

	for (i = 0; i < d->nhistory; i++) {
		const struct dispute_entry *e = &d->history[i];
		struct own own = {.remote = e->remote, .amount = e->amount, .at = e->at};

		if (e->actor == ACTOR_BUYER ||
		    !(is_one_of(v->activities, e->what) ||
		      (v->body == ebay_return_refund && e->actor == ACTOR_PLATFORM && is_refund(e->what))))
			continue;
		if (v->body == message && e->text && *e->text)
			own.text = e->text;
		if (f->own(f, &own))
			return -1;
	}
	return 0;
}

/* What was really refunded, which the history may not name. */
static int
own_refund(const struct task *t, const json_t *detail, struct found *f)
{
	const json_t *actual = json_at(detail, "refundInfo.actualRefundDetail");
	const char *status = json_text(actual, "refundStatus");
	const char *at = json_text(json_obj(actual, "refundIssuedDate"), "value");
	struct own own = {.remote = arena_fmt(t->arena, "refund %s", at ? at : ""),
			  .at = post_order_time(actual, "refundIssuedDate")};

	if (!actual || (status && !strcmp(status, "FAILED")))
		return 0;
	post_order_money(json_obj(actual, "actualRefund"), "totalAmount", &own.amount);
	return f->own(f, &own);
}

static int
own_files(const struct task *t, const json_t *files, struct found *f)
{
	size_t i;

	for (i = 0; i < json_array_size(files); i++) {
		const json_t *j = json_array_get(files, i);
		struct own own = {.remote = json_id(t->arena, j, "fileId"),
				  .at = post_order_time(j, "creationDate")};

		if (own.remote && post_order_actor(json_text(j, "submitter")) != ACTOR_BUYER &&
		    f->own(f, &own))
			return -1;
	}
	return 0;
}

/* Entries that have no name could be ours. */
static int
is_whole(const json_t *history)
{
	size_t i;

	for (i = 0; i < json_array_size(history); i++)
		if (!json_text(json_array_get(history, i), "activity"))
			return 0;
	return history != NULL;
}

int
ebay_return_own(const struct task *t, const struct dispute *d, const json_t *detail, struct found *f,
		int *complete)
{
	const struct verb *v = verb_of_kind(t->out->kind);

	*complete = v && is_whole(json_list(detail, "responseHistory"));
	if (!v)
		return 0;
	if (own_entries(v, d, f) || (v->body == ebay_return_refund && own_refund(t, detail, f)))
		return -1;
	return v->body == evidence ? own_files(t, json_list(detail, "files"), f) : 0;
}
