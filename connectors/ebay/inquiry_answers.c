/* inquiry_answers.c - what can be done about an item that did not arrive: POST /post-order/v2/inquiry/{id}/provide_shipment_info, issue_refund,
 * send_message, escalate.  Post-Order: GraphQL will replace it.
 *
 * Nothing makes a repetition harmless, so each is looked for in the inquiry: refunds and messages in its history, tracking and escalation in
 * its state, tracking also in the history.
 */
#include "ebay.h"

#include "base/text.h"

#include <string.h>

/* ---- the look ---- */

int
ebay_inquiry_look_ask(const struct task *t, struct request *r, struct err *err)
{
	return ebay_inquiry_open(t, r, "GET", t->out->dispute, "", err);
}

static int
is_among(const char *s, const char *const words[])
{
	for (; *words; words++)
		if (s && !strcmp(s, *words))
			return 1;
	return 0;
}

static int
look_escalation(const json_t *root, struct found *f)
{
	static const char *const escalated[] = {"CLOSED_WITH_ESCALATION", NULL};

	f->complete = 1;
	if (!post_order_time(json_obj(root, "inquiryDetails"), "escalationDate") &&
	    !is_among(json_text(root, "status"), escalated))
		return 0;
	return f->own(f, &(struct own){.remote = "escalated"});
}

/* What we did by the history: with money a refund, with words and no money a message.  A refund whose money has not moved yet shows in the
 * state only. */
static int
look_history(const json_t *root, const struct dispute *d, int refund, struct found *f)
{
	static const char *const agreed[] = {"FULL_REFUND_AGREED", "VOLUNTARY_REFUND_PAYOUT_PENDING",
					     "SELLER_ECHECK_FULL_REFUND_INITIATED", NULL};
	const json_t *list = json_list(json_obj(root, "inquiryHistoryDetails"), "history");
	size_t i;

	/* what is withheld or not understood may be ours */
	f->complete = d->nhistory == json_array_size(list) &&
		      (refund || !json_flag(root, "inquiryContentOnHold", 0));
	for (i = 0; i < d->nhistory; i++) {
		const struct dispute_entry *e = &d->history[i];
		const int money = !!e->amount.currency[0];

		if (e->actor != ACTOR_SELLER || money != refund || (!refund && !e->text))
			continue;
		if (f->own(f,
			   &(struct own){.remote = e->remote, .text = refund ? NULL : e->text, .at = e->at}))
			return -1;
	}
	if (refund && is_among(json_text(root, "state"), agreed))
		return f->own(f, &(struct own){.remote = "agreed"});
	return 0;
}

/* Something of ours that does not show which text it had. */
static int
said_without_words(const struct dispute *d)
{
	for (size_t i = 0; i < d->nhistory; i++)
		if (d->history[i].actor == ACTOR_SELLER && !d->history[i].amount.currency[0] &&
		    !d->history[i].text)
			return 1;
	return 0;
}

/* Tracking that was given as an answer: eBay also shows what came along with the order.  The state says it until the next thing happens; then it
 * is what we did in the history, if our text stands there. */
static int
look_tracking(const struct task *t, const json_t *root, const struct dispute *d, struct found *f)
{
	static const char *const given[] = {"TRACKING_PROVIDED", "SHIPPING_INFO_PROVIDED", NULL};
	const json_t *details = json_obj(json_obj(root, "inquiryHistoryDetails"), "shipmentTrackingDetails");
	const char *number = json_id(t->arena, details, "trackingNumber"), *state = json_text(root, "state");

	f->complete = !!state;
	if (is_among(state, given))
		return f->own(f, &(struct own){.remote = number ? number : "shipped"});
	if (!state || d->status == DISPUTE_AWAITING_SELLER)
		return 0;
	if (look_history(root, d, 0, f))
		return -1;
	f->complete &= !said_without_words(d);
	return 0;
}

enum outcome
ebay_inquiry_look_read(const struct task *t, const struct response *rs, struct found *f)
{
	const char *kind = t->out->kind;
	enum outcome o;
	json_t *root = post_order_answer(t, rs, 0, f, &o);
	struct dispute d = {0};
	int failed;

	if (!root)
		return o;
	if (ebay_inquiry_read(t, root, t->out->dispute, &d, &f->err))
		return LATER;
	d.due_action = NULL; /* the row of the list says until when: what is known of it stays */
	d.respond_by = 0;
	if (f->dispute(f, &d))
		return LATER;
	if (!strcmp(kind, "inquiry.tracking"))
		failed = look_tracking(t, root, &d, f);
	else if (!strcmp(kind, "inquiry.escalate"))
		failed = look_escalation(root, f);
	else
		failed = look_history(root, &d, !strcmp(kind, "inquiry.refund"), f);
	return failed ? LATER : DONE;
}

/* ---- sending ---- */

/* Opens a POST with a text that is not too long. */
static int
answer_open(const struct task *t, struct request *r, const char *what, struct err *err)
{
	const char *text = t->out->text ? t->out->text : "";

	if (utf16_length(text) > INQUIRY_TEXT_UTF16)
		return fail(err, "eBay: the text has %zu characters, at most %d are allowed",
			    utf16_length(text), INQUIRY_TEXT_UTF16);
	return ebay_inquiry_open(t, r, "POST", t->out->dispute, what, err);
}

int
ebay_inquiry_tracking_ask(const struct task *t, struct request *r, struct err *err)
{
	const struct outgoing *out = t->out;
	char shipped[INSTANT_TEXT];

	if (!out->tracking || !*out->tracking || !out->carrier || !*out->carrier || out->shipped <= 0)
		return fail(err, "eBay: how the order left must be known: carrier, tracking number and day");
	if (answer_open(t, r, "/provide_shipment_info", err))
		return -1;
	instant_format(out->shipped, shipped);
	buf_put(&r->body, "{\"shippedWithTracking\":true,\"shippingCarrierName\":");
	json_quote(&r->body, out->carrier);
	buf_put(&r->body, ",\"trackingNumber\":");
	json_quote(&r->body, out->tracking);
	buf_fmt(&r->body, ",\"shippingDate\":{\"value\":\"%s\"}", shipped);
	post_order_put_text(&r->body, "sellerComments", t->out->text);
	buf_char(&r->body, '}');
	return ebay_fits(r, err);
}

int
ebay_inquiry_refund_ask(const struct task *t, struct request *r, struct err *err)
{
	if (answer_open(t, r, "/issue_refund", err))
		return -1;
	buf_char(&r->body, '{');
	post_order_put_text(&r->body, "comments", t->out->text);
	buf_char(&r->body, '}');
	if (ebay_sign(t, r, err))
		return -1;
	return ebay_fits(r, err);
}

int
ebay_inquiry_message_ask(const struct task *t, struct request *r, struct err *err)
{
	if (!t->out->text || !*t->out->text)
		return fail(err, "eBay: a message needs a text");
	if (answer_open(t, r, "/send_message", err))
		return -1;
	buf_char(&r->body, '{');
	post_order_put_text(&r->body, "message", t->out->text);
	buf_char(&r->body, '}');
	return ebay_fits(r, err);
}

int
ebay_inquiry_escalate_ask(const struct task *t, struct request *r, struct err *err)
{
	if (!t->out->reason || !*t->out->reason)
		return fail(err, "eBay: an escalation needs a reason");
	if (answer_open(t, r, "/escalate", err))
		return -1;
	buf_put(&r->body, "{\"escalationReason\":");
	json_quote(&r->body, t->out->reason);
	post_order_put_text(&r->body, "comments", t->out->text);
	buf_char(&r->body, '}');
	return ebay_fits(r, err);
}

enum outcome
ebay_inquiry_answer_read(const struct task *t, const struct response *rs, struct found *f)
{
	enum outcome o;

	return post_order_answer(t, rs, 1, f, &o) ? DONE : o;
}

/* A refund tells what became of it. */
enum outcome
ebay_inquiry_refund_read(const struct task *t, const struct response *rs, struct found *f)
{
	enum outcome o;
	json_t *root = post_order_answer(t, rs, 1, f, &o);
	const char *status = json_text(json_obj(root, "refundResult"), "refundStatus");

	if (!root)
		return o;
	if (status && !strcmp(status, "FAILED")) {
		fail(&f->err, "eBay: the refund failed; look at how the account is funded");
		return REFUSED;
	}
	if (!status) {
		fail(&f->err, "eBay: the answer does not say what became of the refund");
		return UNSURE;
	}
	return DONE;
}
