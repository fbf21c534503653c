/* cancellation_answers.c - a buyer's wish to cancel, approved or rejected: POST /post-order/v2/cancellation/{id}/approve and /reject.
 * Post-Order: GraphQL will replace it.
 *
 * To approve gives a paid order's money back at once.  To reject eBay wants to know how the order left.  Either shows in the history.
 */
#include "ebay.h"

#include <string.h>

int
ebay_cancellation_look_ask(const struct task *t, struct request *r, struct err *err)
{
	return ebay_cancellation_open(t, r, "GET", t->out->dispute, "", err);
}

enum outcome
ebay_cancellation_look_read(const struct task *t, const struct response *rs, struct found *f)
{
	const char *made = !strcmp(t->out->kind, "cancellation.accept") ? "SELLER_APPROVE" : "SELLER_REJECT";
	enum outcome o;
	json_t *root = post_order_answer(t, rs, 0, f, &o), *detail = json_obj(root, "cancelDetail");
	struct dispute d = {0};
	size_t i;

	if (!root)
		return o;
	if (!detail)
		return later(f, "eBay: the answer is not a cancellation");
	if (ebay_cancellation_read(t, detail, t->out->dispute, &d, &f->err) || f->dispute(f, &d))
		return LATER;
	for (i = 0; i < d.nhistory; i++)
		if (!strcmp(d.history[i].what, made) &&
		    f->own(f, &(struct own){.remote = d.history[i].remote, .at = d.history[i].at}))
			return LATER;
	/* all was understood; or it still waits for us, so that nothing was answered */
	f->complete = (d.nhistory && d.nhistory == json_array_size(json_list(detail, "activityHistories"))) ||
		      d.status == DISPUTE_AWAITING_SELLER;
	return DONE;
}

int
ebay_cancellation_accept_ask(const struct task *t, struct request *r, struct err *err)
{
	if (ebay_cancellation_open(t, r, "POST", t->out->dispute, "/approve", err) || ebay_sign(t, r, err))
		return -1;
	return ebay_fits(r, err);
}

int
ebay_cancellation_decline_ask(const struct task *t, struct request *r, struct err *err)
{
	const struct outgoing *out = t->out;
	char shipped[INSTANT_TEXT];

	if (!out->tracking || !*out->tracking || out->shipped <= 0)
		return fail(
			err,
			"eBay: to decline a cancellation the order must have left: a tracking number and the "
			"day it was shipped are needed");
	if (ebay_cancellation_open(t, r, "POST", out->dispute, "/reject", err))
		return -1;
	instant_format(out->shipped, shipped);
	buf_fmt(&r->body, "{\"shipmentDate\":{\"value\":\"%s\"},\"trackingNumber\":", shipped);
	json_quote(&r->body, out->tracking);
	buf_char(&r->body, '}');
	return ebay_fits(r, err);
}

enum outcome
ebay_cancellation_answer_read(const struct task *t, const struct response *rs, struct found *f)
{
	enum outcome o;

	return post_order_answer(t, rs, 1, f, &o) ? DONE : o;
}
