/* return_read.c - one return of the Post-Order API as a dispute.
 *
 * eBay gives a return in two halves: the summary (what it is about, whose turn it is, what may be done) and the detail (history, refund lines,
 * parcel, files).  GraphQL will replace this file.
 */
#include "ebay.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define MAX_ENTRIES 1000 /* of each list */
#define MAX_FILES   100

/* ---- whose turn it is, or how it ended ---- */

static const struct {
	enum dispute_status status;
	const char *states; /* finer; the words of `status` where the state says nothing */
} state_table[] = {
	{DISPUTE_AWAITING_SELLER,
	 " RETURN_REQUESTED RETURN_REQUEST_TIMEOUT RETURN_LABEL_REQUESTED RETURN_LABEL_REQUESTED_TIMEOUT"
	 " RETURN_LABEL_PENDING RETURN_LABEL_PENDING_TIMEOUT RMA_PENDING ITEM_DELIVERED "
	 "PARTIAL_REFUND_DECLINED"
	 " PARTIAL_REFUND_FAILED REFUND_FAILED REFUND_TIMEOUT REPLACEMENT_REQUESTED "
	 "REPLACEMENT_REQUEST_TIMEOUT"
	 " REPLACEMENT_LABEL_REQUESTED REPLACEMENT_LABEL_REQUESTED_TIMEOUT REPLACEMENT_LABEL_PENDING"
	 " REPLACEMENT_LABEL_PENDING_TIMEOUT REPLACEMENT_RMA_PENDING REPLACEMENT_STARTED"
	 /* words of the status only */
	 " RETURN_REQUESTED_TIMEOUT WAITING_FOR_RETURN_LABEL WAITING_FOR_RMA REPLACEMENT_WAITING_FOR_RMA "},
	{DISPUTE_AWAITING_BUYER,
	 " ITEM_READY_TO_SHIP ITEM_SHIPPED PARTIAL_REFUND_REQUESTED RETURN_REJECTED REPLACEMENT_OFFER_PENDING"
	 " REPLACEMENT_SHIPPED REPLACEMENT_DELIVERED REFUND_SENT_PENDING_CONFIRMATION"
	 " READY_FOR_SHIPPING "},
	{DISPUTE_UNDER_REVIEW,
	 " INITIAL AUTO_REFUND_INITIATED LESS_THAN_A_FULL_REFUND_ISSUED PARTIAL_REFUND_INITIATED"
	 " PARTIAL_REFUND_AS_PAYOUT_INITIATED PARTIAL_REFUND_NON_PAYPAL_INITIATED PAYOUT_INITIATED"
	 " REFUND_AS_PAYOUT_INITIATED REFUND_INITIATED ESCALATED "},
	{DISPUTE_RESOLVED, " CLOSED ITEM_KEPT PARTIAL_REFUNDED REPLACED REPLACEMENT_CLOSED "},
};

static const struct {
	const char *reason; /* why it was closed; any other: resolved */
	enum dispute_status status;
} close_table[] = {
	{"BUYER_CLOSED", DISPUTE_WITHDRAWN},    {"SHIPMENT_TIMEOUT", DISPUTE_WITHDRAWN},
	{"REQUEST_TIMEOUT", DISPUTE_WITHDRAWN}, {"REQUEST_DECLINED", DISPUTE_WON},
	{"RETURN_REJECTED", DISPUTE_WON},
};

/* -1: the word is unknown */
static int
status_of_word(const char *word)
{
	char padded[64];
	size_t i;

	if (!*word || strlen(word) > 60 || strchr(word, ' '))
		return -1;
	sprintf(padded, " %s ", word);
	for (i = 0; i < sizeof state_table / sizeof *state_table; i++)
		if (strstr(state_table[i].states, padded))
			return (int)state_table[i].status;
	return -1;
}

static enum dispute_status
status_of(const char *state, const char *status, const char *closed)
{
	int by_state = status_of_word(state), by_status = status_of_word(status);
	int s = by_state >= 0 ? by_state : by_status;
	size_t i;

	if (!strcmp(status, "ESCALATED") && strcmp(state, "CLOSED") != 0)
		s = DISPUTE_UNDER_REVIEW;
	if (s == DISPUTE_RESOLVED)
		for (i = 0; i < sizeof close_table / sizeof *close_table; i++)
			if (!strcmp(closed, close_table[i].reason))
				s = (int)close_table[i].status;
	return s >= 0 ? (enum dispute_status)s : DISPUTE_UNDER_REVIEW;
}

/* ---- what we may do ---- */

static const struct {
	const char *activity, *verb;
} verb_table[] = {
	{"SELLER_APPROVE_REQUEST", "accept"},  {"SELLER_OFFER_RETURNS", "accept"},
	{"SELLER_DECLINE_REQUEST", "decline"}, {"SELLER_OFFER_PARTIAL_REFUND", "offer"},
	{"SELLER_ISSUE_REFUND", "refund"},     {"SELLER_RETRY_REFUND", "refund"},
	{"SELLER_SEND_MESSAGE", "message"},    {"SELLER_MARK_AS_RECEIVED", "received"},
	{"SELLER_PROVIDE_LABEL", "label"},     {"SUBMIT_FILE", "evidence"},
	{"SELLER_SEND_MESSAGE", "evidence"}, /* a file needs no other state than a message */
	{"SELLER_ESCALATE", "escalate"},
};

static void
add_verb(struct buf *verbs, const char *verb)
{
	char padded[32];

	sprintf(padded, " %s ", verb);
	if (!strstr(buf_str(verbs), padded))
		buf_put(verbs, verbs->len ? padded + 1 : padded);
}

/* Allowed to us from when to when; NULL when it is not said. */
static const json_t *
escalation(const json_t *summary)
{
	const json_t *e = json_at(summary, "escalationInfo.sellerEscalationEligibilityInfo");

	return json_flag(e, "eligible", 0) ? e : NULL;
}

static const char *
options(const struct task *t, const json_t *summary)
{
	struct buf verbs = BUF_MAX(512);
	const json_t *list = json_list(summary, "sellerAvailableOptions"), *e = escalation(summary);
	const char *out;
	size_t i, k;

	for (i = 0; i < json_array_size(list); i++) {
		const char *activity = json_text(json_array_get(list, i), "actionType");

		for (k = 0; activity && k < sizeof verb_table / sizeof *verb_table; k++)
			if (!strcmp(activity, verb_table[k].activity))
				add_verb(&verbs, verb_table[k].verb);
	}
	if (e && post_order_time(e, "startTime") <= t->now &&
	    (!post_order_time(e, "endTime") || t->now <= post_order_time(e, "endTime")))
		add_verb(&verbs, "escalate");
	/* without the spaces around */
	out = verbs.len ? arena_strndup(t->arena, buf_str(&verbs) + 1, verbs.len - 2) : "";
	buf_free(&verbs);
	return out;
}

int64_t
ebay_return_look_again(const json_t *summary)
{
	return post_order_time(escalation(summary), "startTime");
}

/* ---- history ---- */

struct entries {
	struct dispute_entry *list;
	size_t n;
};

static void
add_entry(const struct task *t, struct entries *all, struct dispute_entry e, const char *const print[])
{
	char fingerprint[17];
	size_t i, twins = 0;

	ebay_fingerprint(print, fingerprint);
	for (i = 0; i < all->n; i++)
		twins += !strncmp(all->list[i].remote, fingerprint, 16);
	e.remote = twins ? arena_fmt(t->arena, "%s-%zu", fingerprint, twins)
			 : arena_strdup(t->arena, fingerprint);
	all->list[all->n++] = e;
}

static const char *
word(const json_t *o, const char *key)
{
	const char *s = json_text(o, key);

	return s ? s : "";
}

static const char *
time_word(const json_t *o, const char *key)
{
	return word(json_obj(o, key), "value");
}

static void
read_history(const struct task *t, const json_t *list, struct entries *all)
{
	size_t i;

	for (i = 0; i < json_array_size(list) && i < MAX_ENTRIES; i++) {
		const json_t *j = json_array_get(list, i);
		struct dispute_entry e = {.actor = post_order_actor(json_text(j, "author")),
					  .what = json_text(j, "activity"),
					  .text = json_text(j, "notes"),
					  .at = post_order_time(j, "creationDate")};

		if (!e.what)
			continue;
		post_order_money(json_obj(j, "attributes"), "partialRefundAmount", &e.amount);
		add_entry(t, all, e,
			  (const char *const[]){e.what, word(j, "author"), time_word(j, "creationDate"),
						word(j, "fromState"), word(j, "toState"), NULL});
	}
}

static void
read_movements(const struct task *t, const json_t *list, struct entries *all)
{
	size_t i;

	for (i = 0; i < json_array_size(list) && i < MAX_ENTRIES; i++) {
		const json_t *j = json_array_get(list, i);
		const char *type = json_text(j, "moneyMovementType");
		struct dispute_entry e = {.actor = ACTOR_PLATFORM, .at = post_order_time(j, "creationDate")};

		if (!type)
			continue;
		e.what = arena_fmt(t->arena, "%s %s", type, word(j, "status"));
		if (post_order_money(j, "actualAmount", &e.amount))
			post_order_money(j, "requestedAmount", &e.amount);
		add_entry(t, all, e, (const char *const[]){type, time_word(j, "creationDate"), NULL});
	}
}

/* Where the parcel that comes back is. */
static void
read_parcel(const struct task *t, const json_t *parcel, struct entries *all)
{
	const char *number = json_text(parcel, "trackingNumber"), *status = word(parcel, "deliveryStatus");
	const char *carrier = json_text(parcel, "carrierUsed");
	struct dispute_entry e = {.actor = ACTOR_BUYER, .what = status};

	if (!number || !*number)
		return;
	if (!carrier)
		carrier = word(parcel, "carrierName");
	e.text = arena_fmt(t->arena, "%s%s%s", carrier, *carrier ? " " : "", number);
	if (!strcmp(status, "DELIVERED"))
		e.at = post_order_time(parcel, "actualDeliveryDate");
	else if (!strcmp(status, "IN_TRANSIT"))
		e.at = post_order_time(parcel, "actualShipDate");
	add_entry(t, all, e, (const char *const[]){status, number, NULL});
}

static void
read_entries(const struct task *t, const json_t *detail, struct dispute *d)
{
	struct entries all = {.list = arena_alloc(t->arena, (2 * MAX_ENTRIES + 1) * sizeof *all.list)};
	size_t i;

	read_history(t, json_list(detail, "responseHistory"), &all);
	read_movements(t, json_list(detail, "moneyMovementInfo"), &all);
	read_parcel(t, json_at(detail, "returnShipmentInfo.shipmentTracking"), &all);
	for (i = 0; i < all.n; i++)
		if (all.list[i].at > d->changed)
			d->changed = all.list[i].at;
	d->history = all.list;
	d->nhistory = all.n;
}

/* ---- files ---- */

static const char *
type_of(const char *format)
{
	static const char *const types[][2] = {
		{"JPEG", "image/jpeg"}, {"JPG", "image/jpeg"}, {"PNG", "image/png"},
		{"GIF", "image/gif"},   {"BMP", "image/bmp"},
	};
	size_t i;

	for (i = 0; i < sizeof types / sizeof *types; i++)
		if (!strcmp(format, types[i][0]))
			return types[i][1];
	return NULL;
}

static int
decode(const struct task *t, const char *data, struct dispute_file *file)
{
	struct buf bytes = {.max = strlen(data)};
	char *copy;

	if (base64_decode(&bytes, data, strlen(data)) || !bytes.len) {
		buf_free(&bytes);
		return -1;
	}
	copy = arena_alloc(t->arena, bytes.len);
	memcpy(copy, buf_str(&bytes), bytes.len);
	file->bytes = copy;
	file->len = bytes.len;
	buf_free(&bytes);
	return 0;
}

void
ebay_return_files(const struct task *t, const json_t *list, struct dispute *d)
{
	struct dispute_file *files = arena_zalloc(t->arena, MAX_FILES * sizeof *files);
	size_t i;

	for (i = 0; i < json_array_size(list) && d->nfiles < MAX_FILES; i++) {
		const json_t *j = json_array_get(list, i);
		const char *format = word(j, "fileFormat"), *data = word(j, "fileData");
		struct dispute_file *file = &files[d->nfiles];

		if (!(file->remote = json_id(t->arena, j, "fileId")) || !*data || decode(t, data, file))
			continue;
		file->name = arena_fmt(t->arena, "%s.%s", word(j, "filePurpose"), *format ? format : "bin");
		file->type = type_of(format);
		file->actor = post_order_actor(json_text(j, "submitter"));
		d->nfiles++;
	}
	d->files = files;
}

/* ---- the whole ---- */

static int
read_amount(const json_t *summary, struct money *amount)
{
	const json_t *refund = json_obj(summary, "sellerTotalRefund");
	int r = post_order_money(refund, "estimatedRefundAmount", amount);

	return r == 1 ? post_order_money(refund, "actualRefundAmount", amount) : r;
}

int
ebay_return_read(const struct task *t, const json_t *summary, const json_t *detail, struct dispute *d,
		 struct err *why)
{
	const json_t *made = json_obj(summary, "creationInfo"), *due = json_obj(summary, "sellerResponseDue");
	const char *state = word(summary, "state"), *status = word(summary, "status");
	const char *closed = word(json_obj(detail, "closeInfo"), "returnCloseReason");

	d->kind = DISPUTE_RETURN;
	d->remote = json_id(t->arena, summary, "returnId");
	d->status = status_of(state, status, closed);
	d->raw = arena_fmt(t->arena, "%s/%s%s%s", state, status, *closed ? "/" : "", closed);
	d->marketplace = json_text(detail, "marketplaceId");
	d->order = json_id(t->arena, summary, "orderId");
	d->listing = json_id(t->arena, json_obj(made, "item"), "itemId");
	d->buyer.remote = json_text(summary, "buyerLoginName");
	d->reason = json_text(made, "reason");
	d->text = post_order_text(made, "comments");
	d->opened = d->changed = post_order_time(made, "creationDate");
	if (json_text(due, "activityDue") && d->status < DISPUTE_WON) {
		d->status = DISPUTE_AWAITING_SELLER;
		d->due_action = json_text(due, "activityDue");
		d->respond_by = post_order_time(due, "respondByDate");
	}
	d->options = d->status < DISPUTE_WON ? options(t, summary) : "";
	if ((d->next.remote = json_id(t->arena, json_obj(summary, "escalationInfo"), "caseId")))
		d->next.kind = DISPUTE_CASE;
	if (detail) {
		read_entries(t, detail, d);
		d->memo = ebay_return_memo(t, json_list(json_at(detail, "refundInfo.estimatedRefundDetail"),
							"itemizedRefundDetails"));
	}
	if (d->status >= DISPUTE_WON)
		d->closed = d->changed;
	if (read_amount(summary, &d->amount) < 0)
		return fail(why, "eBay: return %s: its amount cannot be read", d->remote ? d->remote : "");
	return 0;
}
