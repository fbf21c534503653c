/* returns_api.c - returns as the Post-Order API shows and takes them. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "post_order.h"

#define PAGE      "https://postorder.ebay.com/Return/ReturnDetails?returnId=%s"
#define FILE_MAX  (10u << 20) /* the size limit was not seen */
#define REMINDERS (30 * DAY)

static int
is_any(const char *word, const char *list)
{
	const char *at = strstr(list, word);
	size_t n = strlen(word);

	return at && (at == list || at[-1] == ' ') && (at[n] == ' ' || !at[n]);
}

/* What the seller may do, by status. */
static const char *
options_of(const struct dispute *d)
{
	if (d->closed)
		return "";
	if (is_any(d->status, "RETURN_REQUESTED PARTIAL_REFUND_DECLINED"))
		return "SELLER_APPROVE_REQUEST SELLER_DECLINE_REQUEST SELLER_OFFER_PARTIAL_REFUND "
		       "SELLER_ISSUE_REFUND "
		       "SELLER_SEND_MESSAGE";
	if (is_any(d->status, "READY_FOR_SHIPPING ITEM_SHIPPED"))
		return "SELLER_MARK_AS_RECEIVED SELLER_ISSUE_REFUND SELLER_SEND_MESSAGE";
	if (is_any(d->status, "WAITING_FOR_RETURN_LABEL"))
		return "SELLER_PROVIDE_LABEL SELLER_ISSUE_REFUND SELLER_SEND_MESSAGE";
	if (is_any(d->status, "ITEM_DELIVERED"))
		return "SELLER_ISSUE_REFUND SELLER_ESCALATE SELLER_SEND_MESSAGE";
	if (is_any(d->status, "LESS_THAN_A_FULL_REFUND_ISSUED"))
		return "SELLER_ISSUE_REFUND SELLER_SEND_MESSAGE";
	return "SELLER_SEND_MESSAGE";
}

static const char *
reason_type(const struct dispute *d)
{
	return is_any(d->reason, "NO_LONGER_NEED_ITEM FOUND_BETTER_PRICE ORDERED_ACCIDENTALLY "
				 "ORDERED_WRONG_ITEM WRONG_SIZE "
				 "NO_REASON")
		       ? "REMORSE"
		       : "SNAD";
}

static json_t *
options_json(const struct dispute *d)
{
	struct buf url = BUF_MAX(1024), word = BUF_MAX(256);
	json_t *list = json_array();

	buf_fmt(&url, PAGE, d->id);
	for (const char *p = options_of(d); *p; p += strspn(p, " ")) {
		size_t n = strcspn(p, " ");

		buf_set(&word, p, n);
		p += n;
		if (strcmp(buf_str(&word), "SELLER_DECLINE_REQUEST") || !strcmp(reason_type(d), "REMORSE"))
			json_array_append_new(list, json_pack("{s:s,s:s}", "actionType", buf_str(&word),
							      "actionURL", buf_str(&url)));
	}
	buf_free(&url);
	buf_free(&word);
	return list;
}

static json_t *
item_json(const struct dispute *d)
{
	char transaction[32];

	snprintf(transaction, sizeof transaction, "%" PRId64, transaction_of(d->line));
	return json_pack("{s:s,s:s,s:i}", "itemId", d->line->listing->item, "transactionId", transaction,
			 "returnQuantity", d->line->quantity);
}

static json_t *
escalation_json(const struct dispute *d)
{
	const struct turn *t = d->n_turns ? &d->turns[0] : NULL;
	int64_t from = t ? t->due : d->opened;

	return json_pack("{s:s*,s:{s:b,s:o,s:o},s:{s:b,s:o,s:o}}", "caseId", d->next ? d->next->id : NULL,
			 "buyerEscalationEligibilityInfo", "eligible", !d->closed, "startTime",
			 value_time_json(from), "endTime", value_time_json(from + 14 * DAY),
			 "sellerEscalationEligibilityInfo", "eligible",
			 !d->closed && !strcmp(d->status, "ITEM_DELIVERED"), "startTime",
			 value_time_json(from), "endTime", value_time_json(from + 14 * DAY));
}

static json_t *
total_json(const struct dispute *d)
{
	json_t *total = json_pack("{s:o}", "estimatedRefundAmount", number_json(&d->amount));

	if (d->refunded.minor)
		json_object_set_new(total, "actualRefundAmount", number_json(&d->refunded));
	return total;
}

static json_t *
summary_json(const struct call *c, const struct dispute *d)
{
	const struct turn *t = turn_now(d);
	json_t *o =
		json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:{s:o,s:s,s:s,s:s,s:o,s:{s:s}},s:o,s:o,s:o,s:o,s:[],"
			  "s:[],s:o,s:{s:b}}",
			  "returnId", d->id, "buyerLoginName", d->order->buyer->username, "sellerLoginName",
			  c->e->username, "currentType", "MONEY_BACK", "state", d->state, "status", d->status,
			  "orderId", d->order->id, "creationInfo", "item", item_json(d), "type", "MONEY_BACK",
			  "reason", d->reason, "reasonType", reason_type(d), "creationDate",
			  value_time_json(d->opened), "comments", "content", d->text ? d->text : "",
			  "sellerTotalRefund", total_json(d), "buyerTotalRefund", total_json(d),
			  "escalationInfo", escalation_json(d), "sellerAvailableOptions", options_json(d),
			  "buyerAvailableOptions", "dispositionRuleTriggered", "timeoutDate",
			  value_time_json(d->opened + REMINDERS), "returnPolicy", "RMARequired", 0);

	if (t)
		json_object_set_new(o, "sellerResponseDue",
				    json_pack("{s:s,s:o}", "activityDue", t->action, "respondByDate",
					      value_time_json(t->due)));
	return o;
}

static json_t *
files_json(const struct dispute *d, int with_data)
{
	struct buf data = BUF_MAX(2 * FILE_MAX);
	json_t *list = json_array(), *o;

	for (size_t i = 0; i < d->n_files; i++) {
		const struct file *f = &d->files[i];

		o = json_pack("{s:s,s:s,s:s,s:s,s:s,s:o}", "fileId", f->id, "filePurpose", f->purpose,
			      "fileFormat", f->type, "fileStatus", "PUBLISHED", "submitter",
			      strcmp(f->name, "buyer") ? "SELLER" : "BUYER", "creationDate",
			      value_time_json(f->at));
		if (with_data) {
			buf_clear(&data);
			base64_encode(&data, f->bytes, f->len);
			json_object_set_new(o, "fileData", json_string(buf_str(&data)));
		}
		json_array_append_new(list, o);
	}
	buf_free(&data);
	return list;
}

static json_t *
history_json(const struct dispute *d, int64_t now)
{
	json_t *list = json_array();

	for (size_t i = 0; i < d->n_history; i++) {
		const struct entry *x = &d->history[i];
		json_t *o;

		if (x->visible > now)
			continue;
		o = json_pack("{s:s,s:s,s:o,s:s,s:s,s:s*}", "activity", x->what, "author", x->actor,
			      "creationDate", value_time_json(x->at), "fromState", x->from, "toState", x->to,
			      "notes", x->text);
		if (x->amount.minor)
			json_object_set_new(
				o, "attributes",
				json_pack("{s:o}", "partialRefundAmount", number_json(&x->amount)));
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *
movements_json(const struct dispute *d, int64_t now)
{
	json_t *list = json_array();

	for (size_t i = 0; i < d->n_history; i++) {
		const struct entry *x = &d->history[i];

		if (!x->amount.minor || x->visible > now || !strcmp(x->what, "SELLER_OFFER_PARTIAL_REFUND"))
			continue;
		json_array_append_new(list, json_pack("{s:s,s:o,s:o,s:o,s:s}", "moneyMovementType",
						      "SELLER_VOLUNTARY_REFUND", "requestedAmount",
						      number_json(&x->amount), "actualAmount",
						      number_json(&x->amount), "creationDate",
						      value_time_json(x->at), "status", "SUCCESS"));
	}
	return list;
}

static json_t *
fee_json(const char *type, const struct money *m)
{
	struct money none = *m;

	none.minor = 0;
	return json_pack("{s:s,s:o,s:o,s:o}", "refundFeeType", type, "estimatedAmount", number_json(m),
			 "maxAmount", number_json(m), "minAmount", number_json(&none));
}

static json_t *
detail_json(const struct call *c, const struct dispute *d)
{
	struct money price = d->amount, postage = d->line->listing->postage;
	json_t *o;

	price.minor -= postage.minor;
	o = json_pack("{s:s,s:s,s:s,s:o,s:o,s:{s:{s:[o,o]}},s:o,s:o}", "buyerLoginName",
		      d->order->buyer->username, "sellerLoginName", c->e->username, "marketplaceId",
		      d->order->marketplace, "itemDetail", item_json(d), "files", files_json(d, 0),
		      "refundInfo", "estimatedRefundDetail", "itemizedRefundDetails",
		      fee_json("PURCHASE_PRICE", &price), fee_json("ORIGINAL_SHIPPING", &postage),
		      "responseHistory", history_json(d, c->now), "moneyMovementInfo",
		      movements_json(d, c->now));
	if (d->refunded.minor)
		json_object_set_new(json_object_get(o, "refundInfo"), "actualRefundDetail",
				    json_pack("{s:s,s:s}", "refundStatus", "SUCCESS", "refundInitiationType",
					      d->ending && !strcmp(d->ending, "AUTO_REFUNDED")
						      ? "AUTO_REFUND"
						      : "SELLER_INITIATED"));
	if (d->tracking)
		json_object_set_new(
			o, "returnShipmentInfo",
			json_pack("{s:{s:s,s:s*,s:s}}", "shipmentTracking", "trackingNumber", d->tracking,
				  "carrierUsed", d->carrier, "deliveryStatus",
				  strcmp(d->status, "ITEM_SHIPPED") ? "DELIVERED" : "IN_TRANSIT"));
	if (d->closed)
		json_object_set_new(o, "closeInfo", json_pack("{s:s}", "returnCloseReason", d->ending));
	return o;
}

static int
in_state(struct call *c, const struct dispute *d)
{
	struct buf wish = BUF_MAX(256);
	const char *w;
	int in;

	query_get(c->rq, "return_state", &wish);
	w = buf_str(&wish);
	if (!*w)
		in = 1;
	else if (is_any(w, "ALL_OPEN ALL_OPEN_RETURN"))
		in = !d->closed;
	else if (!strcmp(w, "SELLER_ACTION_DUE"))
		in = turn_now(d) != NULL;
	else if (!strcmp(w, "RETURN_STARTED"))
		in = !d->closed &&
		     is_any(d->status, "RETURN_REQUESTED READY_FOR_SHIPPING WAITING_FOR_RETURN_LABEL");
	else
		in = !strcmp(w, "CLOSED") ? d->closed != 0 : !strcmp(w, d->status);
	buf_free(&wish);
	return in;
}

void
returns_search(struct call *c)
{
	struct search s;
	struct rows rows = NO_ROWS;
	struct page p;
	int open = 0;

	if (page_from_zero(c, 25, 200, &p))
		return;
	search_read(c, &s, "creation_date_range_from", "creation_date_range_to");
	for (size_t i = 0; i < c->e->n_disputes; i++) {
		struct dispute *d = c->e->disputes[i];

		if (d->kind != RETURN || !search_finds(c, &s, d) || !fits_query(c, "return_id", d->id) ||
		    !in_state(c, d))
			continue;
		open += !d->closed;
		if (on_page(&p))
			put_dispute(c, &rows, d, summary_json);
	}
	rows_answer(c, &rows, "{s:r,s:[{s:s,s:i}],s:o,s:i}", "members", "countSummary", "type", "ALL_OPEN",
		    "count", open, "paginationOutput", post_order_page_json(&p), "total", (int)p.total);
}

/* FULL is the detail alone, as it is documented; who names no field group gets both. */
void
returns_get(struct call *c)
{
	struct dispute *d = wanted_dispute(c, RETURN);
	struct buf groups = BUF_MAX(256);
	json_t *o;

	if (!d)
		return;
	query_get(c->rq, "fieldgroups", &groups);
	o = json_object();
	if (strcmp(buf_str(&groups), "FULL"))
		json_object_set_new(o, "summary", summary_json(c, d));
	if (strcmp(buf_str(&groups), "SUMMARY"))
		json_object_set_new(o, "detail", detail_json(c, d));
	json_answer(c, 200, o);
	buf_free(&groups);
}

void
returns_files(struct call *c)
{
	struct dispute *d = wanted_dispute(c, RETURN);

	if (d)
		json_answer(c, 200, json_pack("{s:o}", "files", files_json(d, 1)));
}

void
returns_decide(struct call *c)
{
	json_t *root = body_json(c);
	struct deed deed = {0};

	if (!root)
		return;
	deed.verb = text_of(root, "decision");
	deed.text = content_of(root, "comments");
	if (json_money(root, "partialRefundAmount", &deed.amount) < 0)
		post_order_error(c, BAD_AMOUNT);
	else if (!is_any(deed.verb,
			 "APPROVE APPROVE_WITHOUT_EBAY_LABEL DECLINE OFFER_PARTIAL_REFUND OFFER_RETURN "
			 "OFFER_RETURN_WITHOUT_LABEL"))
		post_order_error(c, BAD_INPUT);
	else if (serve_deed(c, RETURN, &deed))
		json_answer(c, 200, json_object());
	json_decref(root);
}

/* The parts must make the total.  0 or -1. */
static int
read_refund(const json_t *detail, struct money *total)
{
	json_t *parts = json_list(detail, "itemizedRefundDetail"), *x;
	struct money one;
	int64_t sum = 0;
	size_t i;

	if (json_money(detail, "totalAmount", total) != 1 || total->minor <= 0 || !json_array_size(parts))
		return -1;
	json_array_foreach(parts, i, x) {
		if (!*text_of(x, "refundFeeType") || json_money(x, "refundAmount", &one) != 1 ||
		    one.minor < 0)
			return -1;
		sum += one.minor;
	}
	return sum == total->minor ? 0 : -1;
}

void
returns_refund(struct call *c)
{
	json_t *root = body_json(c);
	struct deed deed = {.verb = "refund"};

	if (!root)
		return;
	deed.text = content_of(root, "comments");
	if (read_refund(json_obj(root, "refundDetail"), &deed.amount))
		post_order_error(c, BAD_AMOUNT);
	else if (serve_deed(c, RETURN, &deed))
		json_answer(c, 200, json_pack("{s:s}", "refundStatus", "SUCCESS"));
	json_decref(root);
}

void
returns_message(struct call *c)
{
	serve_comment(c, RETURN, "message", "message");
}

void
returns_received(struct call *c)
{
	serve_comment(c, RETURN, "received", "comments");
}

void
returns_label(struct call *c)
{
	serve_comment(c, RETURN, "label", "comments");
}

void
returns_escalate(struct call *c)
{
	json_t *root = body_json(c);
	struct deed deed = {.verb = "escalate"};
	struct dispute *d;

	if (!root)
		return;
	if (!*text_of(root, "reason"))
		post_order_error(c, BAD_INPUT);
	else if ((d = serve_deed(c, RETURN, &deed)))
		json_answer(c, 200, json_pack("{s:s}", "caseId", d->next->id));
	json_decref(root);
}

static const char *
format_of(const char *bytes, size_t len)
{
	if (len > 3 && !memcmp(bytes, "\xff\xd8\xff", 3))
		return "JPEG";
	if (len > 8 && !memcmp(bytes, "\x89PNG\r\n\x1a\n", 8))
		return "PNG";
	return len > 4 && !memcmp(bytes, "GIF8", 4) ? "GIF" : NULL;
}

void
returns_upload(struct call *c)
{
	struct dispute *d = wanted_dispute(c, RETURN);
	json_t *root = d ? body_json(c) : NULL;
	struct buf bytes = BUF_MAX(FILE_MAX);
	const char *type, *data;
	char id[48];

	if (!root)
		return;
	data = text_of(root, "data");
	if (d->closed) {
		post_order_error(c, BAD_STATE);
	} else if (!*text_of(root, "fileName") || base64_decode(&bytes, data, strlen(data)) ||
		   !(type = format_of(buf_str(&bytes), bytes.len)) ||
		   !is_any(text_of(root, "filePurpose"), "ITEM_RELATED LABEL_RELATED REFUND_RELATED")) {
		post_order_error(c, BAD_INPUT);
	} else {
		snprintf(id, sizeof id, "%" PRId64, INT64_C(8000000000) + ++c->e->serial);
		take_file(d, id, text_of(root, "fileName"), text_of(root, "filePurpose"), type,
			  buf_str(&bytes), bytes.len, c->now);
		json_answer(c, 200, json_pack("{s:s}", "fileId", id));
	}
	buf_free(&bytes);
	json_decref(root);
}
