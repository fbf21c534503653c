/* cases_api.c - cases as the Post-Order API shows them; nothing but an appeal is left to be done. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "post_order.h"

static json_t *
member_json(const struct call *c, const struct dispute *d)
{
	return json_pack("{s:I,s:s,s:I,s:I,s:s,s:s,s:o,s:o,s:o}", "caseId",
			 (json_int_t)strtoll(d->id, NULL, 10), "caseStatusEnum", d->status, "itemId",
			 (json_int_t)strtoll(d->line->listing->item, NULL, 10), "transactionId",
			 (json_int_t)transaction_of(d->line), "buyer", d->order->buyer->username, "seller",
			 c->e->username, "claimAmount", number_json(&d->amount), "creationDate",
			 value_time_json(d->opened), "lastModifiedDate", value_time_json(d->changed));
}

static int
in_status(struct call *c, const struct dispute *d)
{
	struct buf wish = BUF_MAX(256);
	int in;

	query_get(c->rq, "case_status_filter", &wish);
	if (!wish.len)
		in = 1;
	else
		in = !strcmp(buf_str(&wish), "OPEN") ? !d->closed : !strcmp(buf_str(&wish), d->status);
	buf_free(&wish);
	return in;
}

void
cases_search(struct call *c)
{
	struct search s;
	struct rows rows = NO_ROWS;
	struct page p;

	if (page_from_zero(c, 25, 200, &p))
		return;
	search_read(c, &s, "case_creation_date_range_from", "case_creation_date_range_to");
	for (size_t i = c->e->n_disputes; i-- > 0;) {
		struct dispute *d = c->e->disputes[i];

		if (d->kind == CASE && search_finds(c, &s, d) &&
		    fits_query(c, "return_id",
			       d->parent && d->parent->kind == RETURN ? d->parent->id : "-") &&
		    in_status(c, d) && on_page(&p))
			put_dispute(c, &rows, d, member_json);
	}
	rows_answer(c, &rows, "{s:r,s:o,s:i}", "members", "paginationOutput", post_order_page_json(&p),
		    "totalNumberOfCases", (int)p.total);
}

void
cases_get(struct call *c)
{
	struct dispute *d = wanted_dispute(c, CASE);
	char transaction[32];
	int returned, appealable;
	json_t *o;

	if (!d)
		return;
	returned = d->parent && d->parent->kind == RETURN;
	appealable = d->closed && !d->appeal && !strncmp(d->ending, "BUYER_WINS", 10) &&
		     c->now <= d->closed + 30 * DAY;
	snprintf(transaction, sizeof transaction, "%" PRId64, transaction_of(d->line));
	o = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s*,s:o,s:o,s:o,s:{s:o,s:o},s:{s:b},s:{s:o}}", "caseId",
		      d->id, "caseType", returned ? "RETURN" : "ITEM_NOT_RECEIVED", "status", d->status,
		      "itemId", d->line->listing->item, "transactionId", transaction, "initiator", "BUYER",
		      "escalatedBy", d->n_history ? d->history[0].actor : "BUYER", "escalateReason",
		      d->reason, "claimAmount", number_json(&d->amount), "creationDate",
		      value_time_json(d->opened), "lastModifiedDate", value_time_json(d->changed),
		      "caseDetails", "creationDate", value_time_json(d->opened), "escalationDate",
		      value_time_json(d->opened), "appealDetails", "eligibleForAppeal", appealable,
		      "caseHistoryDetails", "history", claim_history_json(d, c->now));
	if (returned)
		json_object_set_new(o, "returnId", json_string(d->parent->id));
	if (d->closed) {
		json_object_set_new(o, "sellerClosureReason", json_string(d->ending));
		json_object_set_new(o, "buyerClosureReason", json_string(d->ending));
	}
	if (d->appeal) {
		json_object_set_new(json_object_get(o, "appealDetails"), "appealStatusEnum",
				    json_string(d->appeal));
		json_object_set_new(json_object_get(o, "appealDetails"), "appealDate",
				    value_time_json(d->appealed));
	}
	json_answer(c, 200, o);
}

void
cases_appeal(struct call *c)
{
	serve_comment(c, CASE, "appeal", "comments");
}
