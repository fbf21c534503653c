/* inquiries_api.c - inquiries as the Post-Order API shows and takes them. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "post_order.h"

static json_t *
member_json(const struct call *c, const struct dispute *d)
{
	const struct turn *t = turn_now(d);
	json_t *o =
		json_pack("{s:I,s:s,s:I,s:I,s:s,s:s,s:o,s:o,s:o}", "inquiryId",
			  (json_int_t)strtoll(d->id, NULL, 10), "inquiryStatusEnum", d->status, "itemId",
			  (json_int_t)strtoll(d->line->listing->item, NULL, 10), "transactionId",
			  (json_int_t)transaction_of(d->line), "buyer", d->order->buyer->username, "seller",
			  c->e->username, "claimAmount", number_json(&d->amount), "creationDate",
			  value_time_json(d->opened), "lastModifiedDate", value_time_json(d->changed));

	if (t)
		json_object_set_new(o, "respondByDate", value_time_json(t->due));
	return o;
}

/* OPEN is whatever is not over; escalated ones are never listed. */
static int
in_status(struct call *c, const struct dispute *d)
{
	struct buf wish = BUF_MAX(256);
	int in;

	query_get(c->rq, "inquiry_status", &wish);
	if (!strcmp(d->status, "CLOSED_WITH_ESCALATION"))
		in = 0;
	else if (!wish.len)
		in = 1;
	else
		in = !strcmp(buf_str(&wish), "OPEN") ? !d->closed : !strcmp(buf_str(&wish), d->status);
	buf_free(&wish);
	return in;
}

void
inquiries_search(struct call *c)
{
	struct search s;
	struct rows rows = NO_ROWS;
	struct page p;

	if (page_from_zero(c, 25, 200, &p))
		return;
	search_read(c, &s, "inquiry_creation_date_range_from", "inquiry_creation_date_range_to");
	for (size_t i = c->e->n_disputes; i-- > 0;) {
		struct dispute *d = c->e->disputes[i];

		if (d->kind == INQUIRY && search_finds(c, &s, d) && in_status(c, d) && on_page(&p))
			put_dispute(c, &rows, d, member_json);
	}
	rows_answer(c, &rows, "{s:r,s:o,s:i}", "members", "paginationOutput", post_order_page_json(&p),
		    "totalNumberOfInquiries", (int)p.total);
}

void
inquiries_get(struct call *c)
{
	struct dispute *d = wanted_dispute(c, INQUIRY);
	const struct listing *l;
	char transaction[32];
	json_t *o, *details;

	if (!d)
		return;
	l = d->line->listing;
	snprintf(transaction, sizeof transaction, "%" PRId64, transaction_of(d->line));
	details = json_pack("{s:o,s:o,s:o,s:o,s:{s:b}}", "creationDate", value_time_json(d->opened),
			    "expirationDate", value_time_json(d->opened + 30 * DAY), "totalAmount",
			    number_json(&d->amount), "refundAmounts",
			    json_pack("{s:o}", "refundAmount", number_json(&d->amount)), "appealDetails",
			    "eligibleForAppeal", 0);
	if (d->next)
		json_object_set_new(details, "escalationDate", value_time_json(d->closed));
	o = json_pack("{s:o,s:s,s:s,s:s,s:i,s:s,s:s,s:s,s:s,s:b,s:o,s:{s:s,s:o,s:s},s:o,s:o,s:{s:o}}",
		      "claimAmount", number_json(&d->amount), "creationReason", d->reason, "initiator",
		      "BUYER", "inquiryId", d->id, "inquiryQuantity", d->line->quantity, "itemId", l->item,
		      "transactionId", transaction, "state", d->state, "status", d->status,
		      "inquiryContentOnHold", 0, "sellerMakeItRightByDate", value_time_json(d->turns[0].due),
		      "itemDetails", "itemTitle", l->title, "itemPrice", number_json(&l->price),
		      "viewPurchasedItemUrl", "https://www.ebay.com/itm/0", "shippingCost",
		      number_json(&l->postage), "inquiryDetails", details, "inquiryHistoryDetails", "history",
		      claim_history_json(d, c->now));
	if (d->carrier)
		json_object_set_new(
			json_object_get(o, "inquiryHistoryDetails"), "shipmentTrackingDetails",
			json_pack("{s:s,s:s*}", "carrier", d->carrier, "trackingNumber", d->tracking));
	json_answer(c, 200, o);
}

void
inquiries_tracking(struct call *c)
{
	json_t *root = body_json(c);
	struct deed deed = {.verb = "tracking"};

	if (!root)
		return;
	deed.text = content_of(root, "sellerComments");
	deed.carrier = text_of(root, "shippingCarrierName");
	deed.tracking = text_of(root, "trackingNumber");
	json_time(json_obj(root, "shippingDate"), "value", &deed.shipped);
	if (serve_deed(c, INQUIRY, &deed))
		json_answer(c, 200, json_object());
	json_decref(root);
}

void
inquiries_refund(struct call *c)
{
	json_t *root = body_json(c);
	struct deed deed = {.verb = "refund"};

	if (!root)
		return;
	deed.text = content_of(root, "comments");
	if (serve_deed(c, INQUIRY, &deed))
		json_answer(c, 200,
			    json_pack("{s:{s:s,s:s}}", "refundResult", "refundSource", "OTHER",
				      "refundStatus", "SUCCESS"));
	json_decref(root);
}

void
inquiries_message(struct call *c)
{
	serve_comment(c, INQUIRY, "message", "message");
}

void
inquiries_escalate(struct call *c)
{
	serve_comment(c, INQUIRY, "escalate", "comments");
}
