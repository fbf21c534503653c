/* disputes_test.c - what time does to disputes; linked with the world alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "base/json.h"
#include "faults/faults.h"

#include <cmocka.h> /* last: its fail() is a macro */

static const char world[] = "{\"seller\": {\"username\": \"example_seller\", \"access_token\": \"access\"},"
			    " \"listings\": [{\"item\": \"1\", \"title\": \"Thing\", \"price\": \"10.00\", "
			    "\"postage\": \"2.50\"}],"
			    " \"buyers\": [{\"username\": \"example_buyer\", \"name\": \"Erika Mustermann\", "
			    "\"country\": \"DE\"}],"
			    " \"orders\": [{\"id\": \"10-00001-00001\", \"buyer\": \"example_buyer\", "
			    "\"at\": \"-5d\", \"items\": [{\"item\": \"1\"}]},"
			    "   {\"id\": \"10-00002-00002\", \"buyer\": \"example_buyer\", \"at\": \"-5d\", "
			    "\"items\": [{\"item\": \"1\"}],"
			    "    \"payment\": \"PENDING\"}]}";

struct fixture {
	struct ebay *e;
	int64_t now;
	json_t *last;
};

static int64_t
at(const char *text)
{
	int64_t ms = 0;

	assert_int_equal(instant_parse(text, &ms), 0);
	return ms;
}

/* A world at that time. */
static struct fixture
begin(const char *when)
{
	struct fixture x = {ebay_new(1), at(when), NULL};
	json_t *w = json_loads(world, 0, NULL);

	assert_int_equal(ebay_world(x.e, w, x.now, NULL), 0);
	json_decref(w);
	return x;
}

static void
finish(struct fixture *x)
{
	json_decref(x->last);
	ebay_free(x->e);
}

static const char *
start(struct fixture *x, const char *kind, const char *order, const char *reason)
{
	json_t *o = json_pack("{s:s,s:s,s:s*}", "kind", kind, "order", order, "reason", reason);
	const char *id = ebay_dispute(x->e, o, x->now, NULL);

	json_decref(o);
	assert_non_null(id);
	return id;
}

static void
act(struct fixture *x, const char *id, const char *by, const char *what, int64_t now)
{
	json_t *o = json_pack("{s:s,s:s,s:s,s:s}", "dispute", id, "by", by, "act", what, "text", "Hello");

	assert_non_null(ebay_dispute_act(x->e, o, now, NULL));
	json_decref(o);
}

/* The truth of the dispute at a place, at that time. */
static json_t *
truth(struct fixture *x, size_t place, int64_t now)
{
	json_decref(x->last);
	x->last = ebay_disputes(x->e, now);
	assert_true(place < json_array_size(x->last));
	return json_array_get(x->last, place);
}

static void
is(const json_t *o, const char *key, const char *want)
{
	assert_non_null(json_text(o, key));
	assert_string_equal(json_text(o, key), want);
}

static void
clocks_end_with_a_day_on_the_pacific_coast(void **state)
{
	static const struct {
		const char *kind, *opened, *due;
	} clocks[] = {
		/* the documented one: Monday evening there */
		{"inquiry", "2020-08-11T01:21:57Z", "2020-08-14T06:59:59.000Z"},
		/* Friday 23:50: Monday, Tuesday, Wednesday */
		{"return", "2026-11-07T07:50:00Z", "2026-11-12T07:59:59.000Z"},
		/* ten minutes later it is Saturday, which changes nothing */
		{"return", "2026-11-07T08:00:00Z", "2026-11-12T07:59:59.000Z"},
		/* summer time ends on the Sunday between */
		{"return", "2026-10-31T06:50:00Z", "2026-11-05T07:59:59.000Z"},
		/* and begins */
		{"return", "2026-03-07T07:50:00Z", "2026-03-12T06:59:59.000Z"},
		/* calendar days */
		{"cancellation", "2026-11-07T07:50:00Z", "2026-11-10T07:59:59.000Z"},
		{"chargeback", "2026-11-07T07:50:00Z", "2026-11-12T07:59:59.000Z"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof clocks / sizeof *clocks; i++) {
		struct fixture x = begin(clocks[i].opened);

		start(&x, clocks[i].kind, "10-00001-00001", NULL);
		is(truth(&x, 0, x.now), "due", clocks[i].due);
		finish(&x);
	}
}

static void
silence_becomes_a_case_and_is_lost(void **state)
{
	struct fixture x = begin("2026-11-07T07:50:00Z");
	int64_t due = at("2026-11-12T07:59:59Z");
	json_t *list;

	(void)state;
	start(&x, "return", "10-00001-00001", NULL);
	is(truth(&x, 0, due - 1), "status", "RETURN_REQUESTED");
	is(truth(&x, 0, due), "status", "ESCALATED");
	assert_true(json_is_false(json_object_get(truth(&x, 0, due), "met")));
	is(truth(&x, 1, due), "status", "WAITING_CS");
	is(truth(&x, 1, due + 7 * DAY), "ending", "BUYER_WINS_SELLER_FAULT");
	is(truth(&x, 1, due + 7 * DAY), "refunded", "12.50");
	list = ebay_refunds(x.e, due + 7 * DAY);
	assert_int_equal(json_array_size(list), 1);
	json_decref(list);
	finish(&x);
}

static void
any_answer_to_an_inquiry_stops_its_clock(void **state)
{
	struct fixture x = begin("2026-11-07T07:50:00Z");
	const char *id = start(&x, "inquiry", "10-00001-00001", NULL);
	int64_t due = at("2026-11-12T07:59:59Z");

	(void)state;
	act(&x, id, "seller", "message", due - 1);
	is(truth(&x, 0, due + DAY), "status", "WAITING_BUYER_RESPONSE");
	assert_true(json_is_true(json_object_get(truth(&x, 0, due + DAY), "met")));
	is(truth(&x, 0, due + 40 * DAY), "ending", "EXPIRED");
	finish(&x);
}

static void
a_message_answers_no_return(void **state)
{
	struct fixture x = begin("2026-11-07T07:50:00Z");
	const char *id = start(&x, "return", "10-00001-00001", NULL);
	int64_t due = at("2026-11-12T07:59:59Z");

	(void)state;
	act(&x, id, "seller", "message", due - 1);
	is(truth(&x, 0, due), "status", "ESCALATED");
	finish(&x);
}

static void
a_parcel_that_came_back_is_paid_in_two_days_or_by_ebay(void **state)
{
	struct fixture x = begin("2026-11-07T07:50:00Z");
	const char *id = start(&x, "return", "10-00001-00001", NULL);

	(void)state;
	act(&x, id, "seller", "APPROVE", x.now + DAY);
	act(&x, id, "buyer", "deliver", at("2026-11-17T18:00:00Z"));
	is(truth(&x, 0, at("2026-11-20T07:59:58Z")), "status", "ITEM_DELIVERED");
	is(truth(&x, 0, at("2026-11-20T07:59:59Z")), "ending", "AUTO_REFUNDED");
	is(truth(&x, 0, at("2026-11-20T07:59:59Z")), "refunded", "12.50");
	finish(&x);
}

static void
an_unanswered_cancellation_depends_on_the_payment(void **state)
{
	struct fixture x = begin("2026-11-07T07:50:00Z");
	int64_t due = at("2026-11-10T07:59:59Z");

	(void)state;
	start(&x, "cancellation", "10-00001-00001", NULL);
	start(&x, "cancellation", "10-00002-00002", NULL);
	is(truth(&x, 0, due), "ending", "SELLER_APPROVE_TIMEOUT_PAID");
	is(truth(&x, 0, due), "status", "CANCEL_REJECTED");
	is(truth(&x, 1, due), "ending", "SELLER_APPROVE_TIMEOUT_UNPAID");
	is(truth(&x, 1, due), "status", "CANCEL_CLOSED_NO_REFUND");
	finish(&x);
}

static void
an_unanswered_payment_dispute_is_lost(void **state)
{
	struct fixture x = begin("2026-11-07T07:50:00Z");

	(void)state;
	start(&x, "chargeback", "10-00001-00001", "FRAUD");
	is(truth(&x, 0, at("2026-11-12T07:59:59Z")), "ending", "SELLER_NO_RESPONSE");
	finish(&x);
}

/* One request as the service makes it, with whatever goes wrong; the answer's JSON. */
static json_t *
ask(struct fixture *x, struct faults *f, const char *method, const char *target, const char *body,
    int64_t now)
{
	const struct http_header headers[] = {
		{"Authorization", strstr(target, "post-order") ? "IAF access" : "Bearer access"},
		{"Content-Type", "application/json"},
	};
	struct http_msg rq = {method, target, "api.ebay.com", headers, 2, body, strlen(body)};
	struct http_reply rs;

	reply_init(&rs);
	faults_handle(f, x->e, &rq, now, &rs);
	assert_int_equal(rs.status, 200);
	json_decref(x->last);
	x->last = json_loadb(buf_str(&rs.body), rs.body.len, 0, NULL);
	reply_free(&rs);
	return x->last;
}

static void
what_was_done_may_show_late(void **state)
{
	struct fixture x = begin("2026-11-07T07:50:00Z");
	struct faults *f = faults_new();
	json_t *rule = json_pack("{s:s,s:i,s:i}", "act", "late", "late_ms", 60000, "times", 2), *list;
	static const char order[] = "/sell/fulfillment/v1/order/10-00001-00001",
			  wish[] = "{\"reasonForRefund\": \"OTHER_ADJUSTMENT\", \"orderLevelRefundAmount\": "
				   "{\"value\": \"1.00\", "
				   "\"currency\": \"EUR\"}}";
	char target[128];
	const char *id;

	(void)state;
	assert_int_equal(faults_add(f, rule, NULL), 0);
	json_decref(rule);
	snprintf(target, sizeof target, "%s/issue_refund", order);
	ask(&x, f, "POST", target, wish, x.now);
	id = start(&x, "return", "10-00001-00001", NULL);
	snprintf(target, sizeof target, "/post-order/v2/return/%s/send_message", id);
	ask(&x, f, "POST", target, "{\"message\": {\"content\": \"Hello\"}}", x.now);
	snprintf(target, sizeof target, "/post-order/v2/return/%s", id);
	for (int s = 59; s <= 60; s++) {
		list = json_at(ask(&x, f, "GET", order, "", x.now + s * SECOND), "paymentSummary.refunds");
		assert_int_equal(json_array_size(list), s < 60 ? 0 : 1);
		list = json_at(ask(&x, f, "GET", target, "", x.now + s * SECOND), "detail.responseHistory");
		assert_int_equal(json_array_size(list), s < 60 ? 1 : 2);
	}
	faults_free(f);
	finish(&x);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(clocks_end_with_a_day_on_the_pacific_coast),
		cmocka_unit_test(silence_becomes_a_case_and_is_lost),
		cmocka_unit_test(any_answer_to_an_inquiry_stops_its_clock),
		cmocka_unit_test(a_message_answers_no_return),
		cmocka_unit_test(a_parcel_that_came_back_is_paid_in_two_days_or_by_ebay),
		cmocka_unit_test(an_unanswered_cancellation_depends_on_the_payment),
		cmocka_unit_test(an_unanswered_payment_dispute_is_lost),
		cmocka_unit_test(what_was_done_may_show_late),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
