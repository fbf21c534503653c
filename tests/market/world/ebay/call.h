/* call.h - one REST or Trading call while it is served; private to world/ebay. */
#ifndef MARKET_EBAY_CALL_H
#define MARKET_EBAY_CALL_H

#include "state.h"

struct call {
	struct ebay *e;
	const struct http_msg *rq;
	int64_t now;
	struct http_reply *rs;
	const char *arg, *arg2; /* what stands for the {} in the route, decoded */
	const struct token *token;
	int64_t until; /* what is being made holds no longer */
};

/* errors.c: the layouts of section 8 of the dossier */
void rest_error(struct call *, int error_id);
void oauth_error(struct call *, int status, const char *error, const char *description);
void json_answer(struct call *, int status, json_t *stolen);
char *json_line(json_t *stolen); /* as answers write it; NULL for NULL */

void post_order_error(struct call *, int error_id);

/* body.c: what requests and answers are made of */
json_t *body_json(struct call *); /* the request's object; NULL: answered with the error */
const char *text_of(const json_t *object, const char *key);    /* "" when it is no text */
const char *content_of(const json_t *object, const char *key); /* of a Post-Order text, {"content": …} */
int fits_query(struct call *, const char *name,
	       const char *value);         /* is absent from the query, or has this value */
json_t *amount_json(const struct money *); /* {"value": "12.50", "currency": "EUR"} */
json_t *number_json(const struct money *); /* the same with a number, as Post-Order and Feedback write it */
json_t *value_time_json(int64_t ms);       /* {"value": ISO 8601}, as Post-Order writes it */

/* paging.c: limit and offset, and the addresses of the pages around */
struct page {
	long limit, offset;
	size_t total;
	int by_token; /* the list goes on by continuation_token: no offset is told */
};
int page_read(struct call *, long default_limit, long max_limit, int bad_limit, int bad_offset,
	      struct page *);                                      /* 0, or -1: answered with the error */
void page_write(struct call *, struct buf *, const struct page *); /* "href": …, "total": …, and so on */

/* Those of Post-Order: entries from 0. */
int page_from_zero(struct call *, long default_limit, long max_limit, struct page *);
int on_page(struct page *); /* counts one more entry: does it belong on the page? */
json_t *post_order_page_json(const struct page *);

json_t *time_json(int64_t ms);

/* rows.c: lists are asked for far more often than their entries change, so the text of each entry is kept:
 *
 *	if (row_over(c, &o->row, o->edition))
 *		row_keep(c, &o->row, order_json(c, o));
 *	row_put(&rows, &o->row);
 *
 * It may show the seller's name, what `edition` counts the changes of, and which times have_come(), nothing else of the call. */
struct rows {
	struct buf text;
	size_t n;
};
#define NO_ROWS                                                                                              \
	{                                                                                                    \
		.text = BUF_MAX(REPLY_MAX)                                                                   \
	}
int has_come(struct call *, int64_t at); /* is it now or past? */
int row_over(struct call *, struct row *, long edition);
void row_keep(struct call *, struct row *, json_t *stolen);
void row_put(struct rows *, const struct row *);

/* The answer, in the language of json_pack: s text, i int, o object (stolen); and r the rows, p a page's fields. */
void rows_answer(struct call *, struct rows *, const char *shape, ...);

/* The operations. */
void oauth_token(struct call *);
void identity_user(struct call *);
void orders_list(struct call *);
void orders_get(struct call *);
void orders_shipments(struct call *);
void orders_ship(struct call *);
void orders_refund(struct call *);
void returns_search(struct call *);
void returns_get(struct call *);
void returns_files(struct call *);
void returns_decide(struct call *);
void returns_refund(struct call *);
void returns_message(struct call *);
void returns_received(struct call *);
void returns_label(struct call *);
void returns_upload(struct call *);
void returns_escalate(struct call *);
void inquiries_search(struct call *);
void inquiries_get(struct call *);
void inquiries_tracking(struct call *);
void inquiries_refund(struct call *);
void inquiries_message(struct call *);
void inquiries_escalate(struct call *);
void cases_search(struct call *);
void cases_get(struct call *);
void cases_appeal(struct call *);
void cancellations_search(struct call *);
void cancellations_get(struct call *);
void cancellations_approve(struct call *);
void cancellations_reject(struct call *);
void cancellations_eligible(struct call *);
void cancellations_create(struct call *);
void chargebacks_list(struct call *);
void chargebacks_get(struct call *);
void chargebacks_activity(struct call *);
void chargebacks_contest(struct call *);
void chargebacks_accept(struct call *);
void evidence_upload(struct call *);
void evidence_add(struct call *);
void evidence_update(struct call *);
void evidence_content(struct call *);
void feedback_list(struct call *);
void feedback_leave(struct call *);
void feedback_respond(struct call *);
void feedback_awaiting(struct call *);
void standards_list(struct call *);
void standards_get(struct call *);
void service_metric(struct call *);
void notification_key(struct call *);
void rate_limits(struct call *);
void signing_keys(struct call *);
void destinations(struct call *);
void subscriptions(struct call *);
void messages_list(struct call *);
void messages_get(struct call *);
void messages_send(struct call *);
void messages_update(struct call *);
void messages_update_many(struct call *);
void trading_call(struct call *);
void image_get(struct call *);

#endif
