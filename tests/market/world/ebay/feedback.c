/* feedback.c - the Feedback API, and what buyers think. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "call.h"
#include "disputes.h"
#include "messages.h"

#define TEXT_MAX      500
#define REVISION_DAYS 30
#define LEAVE_DAYS    60

static const char *const ratings[] = {"POSITIVE", "NEUTRAL", "NEGATIVE", NULL};

static void
line_id(const struct line *l, char out[64])
{
	snprintf(out, 64, "%s-%" PRId64, l->listing->item, transaction_of(l));
}

static struct feedback *
find_feedback(const struct ebay *e, const char *id)
{
	for (size_t i = 0; i < e->n_feedback; i++)
		if (!strcmp(e->feedback[i]->id, id))
			return e->feedback[i];
	return NULL;
}

static struct feedback *
feedback_of(const struct ebay *e, const struct line *l, int left)
{
	for (size_t i = 0; i < e->n_feedback; i++)
		if (e->feedback[i]->line == l && e->feedback[i]->left == left)
			return e->feedback[i];
	return NULL;
}

static struct feedback *
add_feedback(struct ebay *e, struct order *o, struct line *l, int left, int64_t now)
{
	struct feedback *f = must_zalloc(sizeof *f);

	snprintf(f->id, sizeof f->id, "%" PRId64, INT64_C(3000000000000) + ++e->serial);
	f->order = o;
	f->line = l;
	f->left = left;
	f->at = f->changed = now;
	*GROW(e->feedback, e->n_feedback) = f;
	return f;
}

/* Might the buyer revise it, until revision_ends? */
static int
revisable(const struct feedback *f)
{
	return !f->left && !f->revised && !f->withdrawn && f->rating != POSITIVE;
}

static int64_t
revision_ends(const struct feedback *f)
{
	return f->at + REVISION_DAYS * DAY + 1; /* that day's last moment is in time */
}

static json_t *
comment_json(const char *text)
{
	return json_pack("{s:s,s:s}", "commentText", text, "state", "ACTIVE");
}

static json_t *
entry_json(struct call *c, const struct feedback *f)
{
	static const char *const stars[] = {"5", "3", "1"};
	char id[64];
	json_t *o;

	line_id(f->line, id);
	o = json_pack("{s:s,s:s,s:o,s:o,s:s,s:b,s:b,s:b,s:[{s:s,s:s}],s:{s:s,s:s,s:o,s:s},s:{s:s,s:s,s:i}}",
		      "feedbackId", f->id, "commentType", ratings[f->rating], "feedbackComment",
		      comment_json(f->text), "feedbackEnteredDate", time_json(f->at), "feedbackState",
		      f->withdrawn ? "WITHDRAWN" : "ACTIVE", "automatedFeedback", f->automated,
		      "eligibleForRevision", revisable(f) && !has_come(c, revision_ends(f)), "hasImages", 0,
		      "feedbackRatings", "ratingType", "OVERALL_EXPERIENCE", "value", stars[f->rating],
		      "orderLineItemSummary", "listingId", f->line->listing->item, "listingTitle",
		      f->line->listing->title, "listingPrice", number_json(&f->line->listing->price),
		      "orderLineItemId", id, "providerUserDetail", "userId",
		      f->left ? c->e->username : f->order->buyer->username, "role",
		      f->left ? "SELLER" : "BUYER", "feedbackScore", 12);
	if (f->reply && has_come(c, f->reply_visible))
		json_object_set_new(o, "replyComment", comment_json(f->reply));
	if (f->follow_up)
		json_object_set_new(o, "followupComment", comment_json(f->follow_up));
	return o;
}

static json_t *
pagination_json(const struct page *p, size_t count)
{
	return json_pack("{s:i,s:i,s:i,s:i}", "count", (int)count, "limit", (int)p->limit, "offset",
			 (int)p->offset, "total", (int)p->total);
}

/* filter=commentType:NEGATIVE,role:SELLER,period:30 */
static int
passes(struct call *c, const struct feedback *f, const char *filter)
{
	const char *type = strstr(filter, "commentType:"), *period = strstr(filter, "period:");
	char id[64];

	if (type && strncmp(type + 12, ratings[f->rating], strlen(ratings[f->rating])))
		return 0;
	if (period && f->at < c->now - strtoll(period + 7, NULL, 10) * DAY)
		return 0;
	line_id(f->line, id);
	return fits_query(c, "feedback_id", f->id) && fits_query(c, "order_line_item_id", id) &&
	       fits_query(c, "listing_id", f->line->listing->item);
}

void
feedback_list(struct call *c)
{
	struct buf type = BUF_MAX(256), user = BUF_MAX(256), filter = BUF_MAX(4096), sort = BUF_MAX(64);
	struct rows rows = NO_ROWS;
	struct page p;
	size_t n = c->e->n_feedback, at;

	query_get(c->rq, "feedback_type", &type);
	query_get(c->rq, "user_id", &user);
	query_get(c->rq, "filter", &filter);
	query_get(c->rq, "sort", &sort);
	if (strcmp(buf_str(&user), c->e->username)) {
		rest_error(c, 501000);
	} else if (strcmp(buf_str(&type), "FEEDBACK_RECEIVED") && strcmp(buf_str(&type), "FEEDBACK_SENT")) {
		rest_error(c, 501001);
	} else if (sort.len && strcmp(buf_str(&sort), "TIME") && strcmp(buf_str(&sort), "RELEVANCE")) {
		rest_error(c, 501035);
	} else if (!page_read(c, 25, 200, 501002, 501002, &p)) {
		if (p.limit < 25)
			p.limit = 25;
		for (size_t i = 0; i < n; i++) {
			struct feedback *f;

			/* newest first; by relevance the worst orders come in no useful order */
			at = strcmp(buf_str(&sort), "TIME") ? (i * 7 + 3) % n : n - 1 - i;
			if (strcmp(buf_str(&sort), "TIME") && n % 7 == 0)
				at = i;
			f = c->e->feedback[at];
			if (f->at > c->now || f->left != !strcmp(buf_str(&type), "FEEDBACK_SENT") ||
			    !passes(c, f, buf_str(&filter)) || !on_page(&p))
				continue;
			if (row_over(c, &f->row, f->order->edition))
				row_keep(c, &f->row, entry_json(c, f));
			row_put(&rows, &f->row);
		}
		rows_answer(c, &rows, "{s:r,s:o}", "feedbackEntries", "pagination",
			    pagination_json(&p, rows.n));
	}
	buf_free(&type), buf_free(&user), buf_free(&filter), buf_free(&sort);
}

void
feedback_respond(struct call *c)
{
	static const char *const types[] = {"REPLY", "FOLLOW_UP", NULL};
	json_t *root = body_json(c);
	struct feedback *f;
	int bad = 0, follow;

	if (!root)
		return;
	f = find_feedback(c->e, text_of(root, "feedbackId"));
	follow = !strcmp(text_of(root, "responseType"), "FOLLOW_UP");
	if (!f || f->at > c->now)
		bad = 501026;
	else if (!one_of(text_of(root, "responseType"), types) || f->left != follow)
		bad = 501027;
	else if (!*text_of(root, "responseText"))
		bad = 501028;
	else if (utf16_length(text_of(root, "responseText")) > TEXT_MAX)
		bad = 501013;
	else if (strcmp(text_of(root, "recipientUserId"), f->order->buyer->username))
		bad = 501029;
	else if (f->automated)
		bad = 501031;
	else if (follow ? f->follow_up != NULL : f->reply != NULL)
		bad = follow ? 501033 : 501032;
	if (bad) {
		rest_error(c, bad);
	} else {
		set_text(follow ? &f->follow_up : &f->reply, text_of(root, "responseText"));
		f->reply_visible = c->now + c->e->hide_sent;
		f->replies++;
		f->order->edition++;
		json_answer(c, 200, json_object());
	}
	json_decref(root);
}

/* By order line, or by listing and transaction. */
static struct line *
find_line(const struct ebay *e, const json_t *root, struct order **o)
{
	char id[64], wish[128];

	if (*text_of(root, "orderLineItemId"))
		snprintf(wish, sizeof wish, "%s", text_of(root, "orderLineItemId"));
	else
		snprintf(wish, sizeof wish, "%s-%s", text_of(root, "listingId"),
			 text_of(root, "transactionId"));
	for (size_t i = 0; i < e->n_orders; i++)
		for (size_t k = 0; k < e->orders[i]->n_lines; k++) {
			line_id(&e->orders[i]->lines[k], id);
			if (!strcmp(id, wish)) {
				*o = e->orders[i];
				return &e->orders[i]->lines[k];
			}
		}
	return NULL;
}

void
feedback_leave(struct call *c)
{
	json_t *root = body_json(c);
	struct order *o = NULL;
	struct feedback *f;
	struct line *l;
	int bad = 0;

	if (!root)
		return;
	l = find_line(c->e, root, &o);
	if (!l || o->created > c->now)
		bad = 501004;
	else if (!one_of(text_of(root, "commentType"), ratings))
		bad = 501006;
	else if (!*text_of(root, "commentText"))
		bad = 501005;
	else if (utf16_length(text_of(root, "commentText")) > TEXT_MAX)
		bad = 501013;
	else if (strcmp(text_of(root, "commentType"), "POSITIVE"))
		bad = 501020;
	else if (feedback_of(c->e, l, 1))
		bad = 501008;
	else if (o->created + LEAVE_DAYS * DAY < c->now)
		bad = 501010;
	if (bad) {
		rest_error(c, bad);
	} else {
		f = add_feedback(c->e, o, l, 1, c->now);
		set_text(&f->text, text_of(root, "commentText"));
		json_answer(c, 200, json_pack("{s:s}", "feedbackId", f->id));
	}
	json_decref(root);
}

void
feedback_awaiting(struct call *c)
{
	struct page p;
	json_t *list;
	char id[64], transaction[32];

	if (page_read(c, 25, 200, 501002, 501002, &p))
		return;
	list = json_array();
	for (size_t i = c->e->n_orders; i-- > 0;) {
		const struct order *o = c->e->orders[i];

		for (size_t k = 0; k < o->n_lines; k++) {
			const struct line *l = &o->lines[k];

			if (o->created > c->now || o->created + LEAVE_DAYS * DAY < c->now || !is_paid(o) ||
			    feedback_of(c->e, l, 1) || !on_page(&p))
				continue;
			line_id(l, id);
			snprintf(transaction, sizeof transaction, "%" PRId64, transaction_of(l));
			json_array_append_new(
				list, json_pack("{s:s,s:s,s:o,s:s,s:s,s:[]}", "listingId", l->listing->item,
						"listingTitle", l->listing->title, "listingPrice",
						number_json(&l->listing->price), "orderLineItemId", id,
						"transactionId", transaction, "ratingTemplates"));
		}
	}
	json_answer(c, 200,
		    json_pack("{s:{s:i,s:i},s:o,s:o}", "itemsAwaitingFeedbackCount", "asBuyer", 0, "asSeller",
			      (int)p.total, "lineItems", list, "pagination",
			      pagination_json(&p, json_array_size(list))));
}

/* What the control says: a buyer leaves, revises or withdraws feedback; the seller replies on the web site. */
const char *
ebay_feedback(struct ebay *e, const json_t *x, int64_t now, struct err *err)
{
	struct feedback *f = find_feedback(e, text_of(x, "feedback"));
	struct order *o = find_order(e, text_of(x, "order"));
	int64_t at = now;
	int rating = 0;

	if (*text_of(x, "at") && relative_time(text_of(x, "at"), now, &at))
		return fail(err, "feedback: \"at\": found \"%s\", expected a time", text_of(x, "at")), NULL;
	while (ratings[rating] && strcmp(ratings[rating], text_of(x, "rating")))
		rating++;
	if (!f && !o)
		return fail(err, "feedback: no \"order\" with this id, and no \"feedback\""), NULL;
	if (!f && !ratings[rating])
		return fail(err, "feedback: \"rating\": found \"%s\", expected POSITIVE, NEUTRAL or NEGATIVE",
			    text_of(x, "rating")),
		       NULL;
	if (f)
		f->order->edition++;
	if (f && *text_of(x, "reply")) {
		set_text(&f->reply, text_of(x, "reply"));
		f->changed = now;
		return f->id;
	}
	if (f && (!revisable(f) || now >= revision_ends(f)))
		return fail(err, "feedback: it cannot be revised any more"), NULL;
	if (!f) {
		f = add_feedback(e, o, &o->lines[0], 0, at);
		f->automated = json_flag(x, "automated", 0);
		set_text(&f->text, "");
	} else {
		f->revised = 1;
		f->changed = now;
	}
	f->withdrawn = json_flag(x, "withdraw", 0);
	if (ratings[rating])
		f->rating = (enum rating)rating;
	if (*text_of(x, "text"))
		set_text(&f->text, text_of(x, "text"));
	return f->id;
}

json_t *
ebay_feedback_report(const struct ebay *e)
{
	json_t *list = json_array();

	for (size_t i = 0; i < e->n_feedback; i++) {
		const struct feedback *f = e->feedback[i];

		json_array_append_new(
			list, json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s*,s:s*,s:i,s:b,s:b}", "feedback", f->id,
					"by", f->left ? "seller" : "buyer", "order", f->order->id, "buyer",
					f->order->buyer->username, "rating", ratings[f->rating], "text",
					f->text, "reply", f->reply, "follow_up", f->follow_up, "replies",
					f->replies, "revised", f->revised, "withdrawn", f->withdrawn));
	}
	return list;
}
