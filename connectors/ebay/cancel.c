/* cancel.c - order.cancel: the seller cancels a whole order, POST /post-order/v2/cancellation.
 *
 * eBay is asked first whether the order may be cancelled, for which reasons.  What was paid goes back to the buyer by itself.  To be replaced by
 * GraphQL together with the other files that use post_order.c.
 */
#include "ebay.h"

#include "base/text.h"

#include <string.h>

#define PAGE 100

static const char reasons[] = EBAY_CANCEL_REASONS;

/* ---- look: cancellations of this order that the seller asked for ---- */

int
ebay_cancel_look_ask(const struct task *t, struct request *r, struct err *err)
{
	const struct sweep *s = sweep_read(t);

	if (!t->out->order || !*t->out->order)
		return fail(err, "eBay: it is not said which order is meant");
	if (post_order_open(t, r, "GET", "cancellation/search?legacy_order_id=", err))
		return -1;
	url_encode(&r->url, t->out->order);
	buf_fmt(&r->url, "&role=SELLER&limit=%d&offset=%lld", PAGE, (long long)s->offset);
	return ebay_fits(r, err);
}

enum outcome
ebay_cancel_look_read(const struct task *t, const struct response *rs, struct found *f)
{
	struct sweep *s = sweep_read(t);
	enum outcome o;
	json_t *root = post_order_answer(t, rs, 0, f, &o), *list;
	struct sweep_rows rows;
	int64_t total, at;
	size_t i, odd = 0;

	if (!root)
		return o;
	list = json_list(root, "cancellations");
	total = json_int(json_obj(root, "paginationOutput"), "totalEntries", json_int(root, "total", -1));
	if (total < 0 || (!list && total > 0))
		return later(f, "eBay: the answer is not a list of cancellations");
	rows = sweep_rows(t, list, "cancelId");
	if (sweep_repeats(s, rows))
		return later(f, "eBay: the list of cancellations shows the same page again");
	for (i = 0; i < json_array_size(list); i++) {
		json_t *j = json_array_get(list, i);
		const char *id = rows.ids[i], *by = json_text(j, "requestorType");

		at = post_order_time(j, "cancelRequestDate");
		odd += !id || !by;
		if (id && by && !strcmp(by, "SELLER") && f->own(f, &(struct own){.remote = id, .at = at}))
			return LATER;
	}
	sweep_page(s, rows, PAGE, 0, total);
	s->seen -= (int64_t)odd; /* one that was not understood might be ours */
	return sweep_look(s, f);
}

/* ---- send: may it be cancelled? then cancel it ---- */

static int
may_be_cancelled(const struct task *t)
{
	return *t->cursor &&
	       json_flag(json_read(t->arena, t->cursor, strlen(t->cursor), NULL), "eligible", 0);
}

int
ebay_cancel_ask(const struct task *t, struct request *r, struct err *err)
{
	const struct outgoing *out = t->out;
	int sure = may_be_cancelled(t);

	if (!out->order || !*out->order)
		return fail(err, "eBay: it is not said which order is meant");
	if (!out->reason || !ebay_one_of(reasons, out->reason))
		return fail(err, "eBay: \"%s\" is no reason here, expected one of: %s",
			    out->reason ? out->reason : "", reasons);
	if (post_order_open(t, r, "POST", sure ? "cancellation" : "cancellation/check_eligibility", err))
		return -1;
	buf_put(&r->body, "{\"legacyOrderId\":");
	json_quote(&r->body, out->order);
	if (sure) {
		buf_put(&r->body, ",\"cancelReason\":");
		json_quote(&r->body, out->reason);
	}
	buf_char(&r->body, '}');
	return ebay_sign(t, r, err);
}

static int
list_has(const json_t *list, const char *word)
{
	size_t i;

	for (i = 0; i < json_array_size(list); i++) {
		const char *s = json_string_value(json_array_get(list, i));

		if (s && !strcmp(s, word))
			return 1;
	}
	return 0;
}

static enum outcome
eligibility_read(const struct task *t, const struct response *rs, struct found *f)
{
	enum outcome o;
	json_t *root = post_order_answer(t, rs, 1, f, &o), *may;
	const char *why;

	if (!root)
		return o;
	if (!json_is_boolean(json_object_get(root, "eligible"))) {
		fail(&f->err, "eBay: the answer does not say whether the order may be cancelled");
		return UNSURE;
	}
	may = json_list(root, "eligibleCancelReason");
	why = json_string_value(json_array_get(json_list(root, "failureReason"), 0));
	if (!json_flag(root, "eligible", 0)) {
		fail(&f->err, "eBay: order %s cannot be cancelled: %s", t->out->order,
		     why ? why : "no reason given");
		return REFUSED;
	}
	if (may && !list_has(may, t->out->reason)) {
		fail(&f->err, "eBay: order %s cannot be cancelled for the reason %s", t->out->order,
		     t->out->reason);
		return REFUSED;
	}
	buf_put(&f->cursor, "{\"eligible\":true}");
	return MORE;
}

enum outcome
ebay_cancel_read(const struct task *t, const struct response *rs, struct found *f)
{
	enum outcome o;
	const char *id;
	json_t *root;

	if (!may_be_cancelled(t))
		return eligibility_read(t, rs, f);
	if (!(root = post_order_answer(t, rs, 1, f, &o)))
		return o;
	if (!(id = json_id(t->arena, root, "cancelId"))) {
		fail(&f->err, "eBay: the answer names no cancellation");
		return UNSURE;
	}
	buf_set(&f->remote, id, strlen(id));
	return DONE;
}
