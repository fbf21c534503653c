/* inquiries.c - items that did not arrive: /post-order/v2/inquiry/search and /inquiry/{id}.  Post-Order: GraphQL will replace it.
 *
 * The row of the list names the buyer and the time until which we must answer; the inquiry itself has everything else.  So what is
 * only in the row is remembered in the list's cursor.  An inquiry that was escalated vanishes from the list; read by its id it is closed,
 * and goes on as a case (cases.c).
 */
#include "ebay.h"

#include "base/text.h"

#include <string.h>

#define PAGE        200
#define STEP        190 /* pages overlap */
#define MAX_HISTORY 200

/* ---- asking ---- */

int
ebay_inquiry_open(const struct task *t, struct request *r, const char *method, const char *id,
		  const char *what, struct err *err)
{
	if (!id || !*id)
		return fail(err, "eBay: it is not said which dispute is meant");
	if (post_order_open(t, r, method, "inquiry/", err))
		return -1;
	url_encode(&r->url, id);
	buf_put(&r->url, what);
	return ebay_fits(r, err);
}

int
ebay_inquiries_ask(const struct task *t, struct request *r, struct err *err)
{
	struct open_list *l = open_list_read(t);
	const struct open_id *wanted = open_list_wanted(l);
	char time[INSTANT_TEXT];

	if (wanted)
		return ebay_inquiry_open(t, r, "GET", wanted->id, "", err);
	if (post_order_open(t, r, "GET", "inquiry/search", err))
		return -1;
	if (open_list_everything(l)) {
		instant_format(open_list_since(l, t), time);
		buf_put(&r->url, "?inquiry_creation_date_range_from=");
		url_encode(&r->url, time);
	} else {
		buf_put(&r->url, "?inquiry_status=OPEN");
	}
	buf_fmt(&r->url, "&limit=%d", PAGE);
	if (l->offset)
		buf_fmt(&r->url, "&offset=%lld", (long long)l->offset);
	return ebay_fits(r, err);
}

/* ---- what its words mean ---- */

/* Why it was closed eBay does not say, so that all of these are no more than settled. */
static const struct post_order_word statuses[] = {
	{"OPEN", POST_ORDER_BY_STATE},
	{"WAITING_SELLER_RESPONSE", DISPUTE_AWAITING_SELLER},
	{"WAITING_BUYER_RESPONSE", DISPUTE_AWAITING_BUYER},
	{"PENDING", DISPUTE_UNDER_REVIEW},
	{"CLOSED", DISPUTE_RESOLVED},
	{"CLOSED_WITH_ESCALATION", DISPUTE_RESOLVED}, /* the case goes on */
	{"CS_CLOSED", DISPUTE_RESOLVED},
	{"OTHER", POST_ORDER_BY_STATE},
	{NULL, 0},
};

static const struct post_order_word states[] = {
	{"INITIAL", DISPUTE_AWAITING_SELLER},
	{"CREATED", DISPUTE_AWAITING_SELLER},
	{"PENDING_CREATED", DISPUTE_AWAITING_SELLER},
	{"SHIPPING_INFO_PROVIDED", DISPUTE_AWAITING_BUYER},
	{"TRACKING_PROVIDED", DISPUTE_AWAITING_BUYER},
	{"PARTIAL_REFUND_OFFERED", DISPUTE_AWAITING_BUYER},
	{"PARTIAL_REFUND_ACCEPTED", DISPUTE_UNDER_REVIEW},
	{"FULL_REFUND_AGREED", DISPUTE_UNDER_REVIEW},
	{"SELLER_ECHECK_FULL_REFUND_INITIATED", DISPUTE_UNDER_REVIEW},
	{"SELLER_ECHECK_PARTIAL_REFUND_INITIATED", DISPUTE_UNDER_REVIEW},
	{"SELLER_ECHECK_REFUND_GRACE_EXPIRED", DISPUTE_AWAITING_SELLER},
	{"ON_HOLD_FOR_UPLOAD", DISPUTE_UNDER_REVIEW},
	{"VOLUNTARY_REFUND_PAYOUT_PENDING", DISPUTE_UNDER_REVIEW},
	{"AUTO_DISPOSE_MONEY_MOVEMENT_PENDING", DISPUTE_UNDER_REVIEW},
	{"CLOSED", DISPUTE_RESOLVED},
	{"OTHER", DISPUTE_UNDER_REVIEW},
	{NULL, 0},
};

enum dispute_status
ebay_inquiry_status(const char *status, const char *state)
{
	return post_order_status(statuses, status, states, state);
}

static const char *
options_of(enum dispute_status status)
{
	switch (status) {
	case DISPUTE_AWAITING_SELLER:
	case DISPUTE_AWAITING_BUYER: return "tracking refund message escalate";
	case DISPUTE_UNDER_REVIEW: return "message";
	default: return "";
	}
}

/* ---- its history ---- */

static int
read_entry(const struct task *t, const json_t *j, struct dispute_entry *e)
{
	const json_t *money =
		json_array_get(json_list(json_obj(j, "moneyMovement"), "moneyMovementEntryList"), 0);
	char at[INSTANT_TEXT];

	*e = (struct dispute_entry){.what = json_text(j, "action"), .text = json_text(j, "description")};
	if (!(e->at = post_order_time(j, "date")) || !e->what)
		return -1;
	e->actor = post_order_actor(json_text(j, "actor"));
	if (post_order_money(money, "amount", &e->amount) < 0)
		return -1;
	instant_format(e->at, at);
	e->remote = ebay_fingerprint_of(t->arena, (const char *const[]){at, e->what, actor_name(e->actor),
									e->text ? e->text : "", NULL});
	return 0;
}

/* Entries, and from them what the buyer wrote. */
static void
read_history(const struct task *t, const json_t *j, struct dispute *d)
{
	const json_t *list = json_list(json_obj(j, "inquiryHistoryDetails"), "history");
	struct dispute_entry *all = arena_zalloc(t->arena, MAX_HISTORY * sizeof *all);
	const int hidden = json_flag(j, "inquiryContentOnHold", 0);
	size_t i;

	d->history = all;
	for (i = 0; i < json_array_size(list) && d->nhistory < MAX_HISTORY; i++) {
		struct dispute_entry *e = &all[d->nhistory];

		if (read_entry(t, json_array_get(list, i), e))
			continue;
		d->nhistory++;
		if (!hidden && !d->text && e->actor == ACTOR_BUYER)
			d->text = e->text;
	}
}

/* ---- one inquiry ---- */

static void
earlier(int64_t *a, int64_t b)
{
	if (b && (!*a || b < *a))
		*a = b;
}

int
ebay_inquiry_read(const struct task *t, const json_t *j, const char *id, struct dispute *d, struct err *why)
{
	const char *status = json_text(j, "status"), *state = json_text(j, "state");
	const json_t *details = json_obj(j, "inquiryDetails");

	d->kind = DISPUTE_INQUIRY;
	if (!(d->remote = json_id(t->arena, j, "inquiryId")))
		return fail(why, "eBay: an inquiry without inquiryId");
	if (strcmp(d->remote, id) != 0)
		return fail(why, "eBay: the answer is about another dispute: found %s, expected %s",
			    d->remote, id);
	if (!status)
		return fail(why, "eBay: inquiry %s without a status", d->remote);
	if (post_order_money(j, "claimAmount", &d->amount) < 0)
		return fail(why, "eBay: inquiry %s: its amount cannot be read", d->remote);
	d->status = ebay_inquiry_status(status, state ? state : "");
	d->raw = arena_fmt(t->arena, "%s/%s", status, state ? state : "");
	d->listing = json_id(t->arena, j, "itemId");
	d->reason = json_text(j, "creationReason");
	if (!d->reason)
		d->reason = "ITEM_NOT_RECEIVED";
	if (!d->amount.currency[0] && post_order_money(details, "totalAmount", &d->amount) < 0)
		return fail(why, "eBay: inquiry %s: its amount cannot be read", d->remote);
	d->opened = post_order_time(details, "creationDate");
	d->closed = post_order_time(j, "inquiryClosureDate");
	if (d->status == DISPUTE_AWAITING_SELLER) {
		d->due_action = status;
		d->respond_by = post_order_time(j, "sellerMakeItRightByDate");
	}
	read_history(t, j, d);
	d->options = options_of(d->status);
	return 0;
}

/* ---- the list ---- */

/* What only the row tells: {"buyer": …, "by": ms} */
static const char *
note_of(const struct task *t, const json_t *row, const struct open_list *l)
{
	const char *buyer = json_text(row, "buyer"), *text;
	struct buf note = BUF_MAX(1024);

	if (l->nids > 1000) /* the cursor must hold them all */
		return "";
	buf_fmt(&note, "{\"by\":%lld", (long long)post_order_time(row, "respondByDate"));
	if (buyer) {
		buf_put(&note, ",\"buyer\":");
		json_quote(&note, buyer);
	}
	buf_char(&note, '}');
	text = note.over ? "" : arena_strdup(t->arena, buf_str(&note));
	buf_free(&note);
	return text;
}

static void
apply_note(const struct task *t, const char *note, struct dispute *d)
{
	const json_t *j = json_read(t->arena, note, strlen(note), NULL);

	d->buyer.remote = json_text(j, "buyer");
	if (d->status == DISPUTE_AWAITING_SELLER)
		earlier(&d->respond_by, json_int(j, "by", 0));
}

static const char *
print_of(const struct task *t, const json_t *row)
{
	const char *status = json_text(row, "inquiryStatusEnum");
	char changed[INSTANT_TEXT], until[INSTANT_TEXT];

	instant_format(post_order_time(row, "lastModifiedDate"), changed);
	instant_format(post_order_time(row, "respondByDate"), until);
	return ebay_fingerprint_of(t->arena,
				   (const char *const[]){status ? status : "", changed, until, NULL});
}

static const struct post_order_list pages = {
	.name = "inquiries",
	.rows = "members",
	.total = "totalNumberOfInquiries",
	.id = "inquiryId",
	.everything = 1,
	.step = STEP,
	.print = print_of,
	.note = note_of,
};

static enum outcome
read_one(const struct task *t, const struct response *rs, struct open_list *l, struct found *f)
{
	const struct open_id *one = open_list_wanted(l);
	enum outcome o;
	json_t *root = post_order_answer(t, rs, 0, f, &o);
	struct dispute d = {0};
	struct err why;

	if (!root)
		return open_list_failed(l, rs, o, f);
	if (ebay_inquiry_read(t, root, one->id, &d, &why)) {
		if (ebay_odd(f, root, why.text))
			return LATER;
	} else {
		apply_note(t, one->note, &d);
		if (f->dispute(f, &d))
			return LATER;
	}
	open_list_done_one(l, d.status < DISPUTE_WON);
	return open_list_next(l, f);
}

enum outcome
ebay_inquiries_read(const struct task *t, const struct response *rs, struct found *f)
{
	struct open_list *l = open_list_read(t);

	return open_list_wanted(l) ? read_one(t, rs, l, f) : post_order_page(t, rs, &pages, l, f);
}
