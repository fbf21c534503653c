/* world_test.c - what the eBay does as time passes; linked with the world alone. */
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

#define T0 INT64_C(1790000000000)

#define MEMBERS "/commerce/message/v1/conversation?conversation_type=FROM_MEMBERS"

static const char world[] =
	"{\"seller\": {\"username\": \"example_seller\", \"refresh_token\": \"refresh\", \"access_token\": "
	"\"access\"},"
	" \"listings\": [{\"item\": \"1\", \"title\": \"Thing\", \"price\": \"10.00\", \"postage\": "
	"\"2.50\"}],"
	" \"buyers\": [{\"username\": \"example_buyer\", \"name\": \"Erika Mustermann\", \"country\": \"DE\","
	"   \"email\": \"erika@members.example\"}],"
	" \"orders\": [{\"id\": \"10-00001-00001\", \"buyer\": \"example_buyer\", \"at\": \"-1h\", "
	"\"items\": "
	"[{\"item\": \"1\"}]}],"
	" \"messages\": [{\"buyer\": \"example_buyer\", \"item\": \"1\", \"at\": \"-1m\", \"text\": "
	"\"Hello?\"}]}";

struct fixture {
	struct ebay *e;
	struct faults *f;
	struct http_reply rs;
	json_t *body; /* of the last reply, NULL when it was no JSON */
};

static int
setup(void **state)
{
	struct fixture *x = calloc(1, sizeof *x);
	json_t *w = json_loads(world, 0, NULL);
	struct err err = {""};

	x->e = ebay_new(1);
	x->f = faults_new();
	reply_init(&x->rs);
	assert_int_equal(ebay_world(x->e, w, T0, &err), 0);
	json_decref(w);
	*state = x;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *x = *state;

	json_decref(x->body);
	reply_free(&x->rs);
	faults_free(x->f);
	ebay_free(x->e);
	free(x);
	return 0;
}

/* One request with the access token of the world; its status. */
static int
ask(struct fixture *x, const char *method, const char *target, const char *body, int64_t now)
{
	int form = !strncmp(target, "/identity", 9);
	const struct http_header headers[] = {
		{"Authorization", form ? "Basic RXhhbXBsZUNsaWVudElkOkV4YW1wbGVDbGllbnRTZWNyZXQ="
				  : !strncmp(target, "/post-order", 11) ? "IAF access"
									: "Bearer access"},
		{"Content-Type", form ? "application/x-www-form-urlencoded" : "application/json"},
	};
	struct http_msg rq = {method, target, "api.ebay.com", headers, 2, body, strlen(body)};

	reply_clear(&x->rs);
	faults_handle(x->f, x->e, &rq, now, &x->rs);
	json_decref(x->body);
	x->body = json_loadb(buf_str(&x->rs.body), x->rs.body.len, 0, NULL);
	return x->rs.status;
}

static int
total(struct fixture *x)
{
	return (int)json_int(x->body, "total", -1);
}

static void
an_access_token_lives_two_hours(void **state)
{
	assert_int_equal(ask(*state, "GET", MEMBERS, "", T0 + 2 * HOUR - 1), 200);
	assert_int_equal(ask(*state, "GET", MEMBERS, "", T0 + 2 * HOUR), 401);
}

static void
a_code_lives_299_seconds(void **state)
{
	struct fixture *x = *state;
	struct buf form = BUF_MAX(4096);
	const char *code = ebay_mint_code(x->e, T0);

	buf_put(&form, "grant_type=authorization_code&redirect_uri=Example_Seller-Example-RuName&code=");
	for (; *code; code++)
		buf_fmt(&form, "%%%02x", (unsigned char)*code);
	assert_int_equal(ask(x, "POST", "/identity/v1/oauth2/token", buf_str(&form), T0 + 299 * SECOND), 400);
	assert_string_equal(json_text(x->body, "error"), "invalid_grant");
	assert_int_equal(ask(x, "POST", "/identity/v1/oauth2/token", buf_str(&form), T0 + 298 * SECOND), 200);
	assert_non_null(json_text(x->body, "refresh_token"));
	buf_free(&form);
}

static void
a_refresh_token_lives_until_revoked(void **state)
{
	struct fixture *x = *state;
	static const char form[] = "grant_type=refresh_token&refresh_token=refresh";

	assert_int_equal(ask(x, "POST", "/identity/v1/oauth2/token", form, T0 + 500 * DAY), 200);
	assert_null(json_text(x->body, "refresh_token")); /* they do not rotate */
	ebay_revoke(x->e);
	assert_int_equal(ask(x, "POST", "/identity/v1/oauth2/token", form, T0), 400);
	assert_string_equal(json_text(x->body, "error"), "invalid_grant");
}

static void
personal_data_of_old_orders_is_withheld(void **state)
{
	struct fixture *x = *state;
	static const char order[] = "/sell/fulfillment/v1/order/10-00001-00001";
	static const struct {
		int days, name, email;
	} ages[] = {{1, 1, 1}, {15, 1, 0}, {91, 0, 0}};

	for (size_t i = 0; i < sizeof ages / sizeof *ages; i++) {
		json_t *w = json_pack("{s:{s:s}}", "seller", "access_token", "access"), *to;

		/* the first token is over its time by then */
		assert_int_equal(ebay_world(x->e, w, T0 + ages[i].days * DAY, NULL), 0);
		json_decref(w);
		assert_int_equal(ask(x, "GET", order, "", T0 + ages[i].days * DAY), 200);
		to = json_at(json_array_get(json_object_get(x->body, "fulfillmentStartInstructions"), 0),
			     "shippingStep.shipTo");
		assert_int_equal(json_text(to, "fullName") != NULL, ages[i].name);
		assert_int_equal(json_text(to, "email") != NULL, ages[i].email);
	}
}

static void
a_late_message_is_delivered_but_not_listed(void **state)
{
	struct fixture *x = *state;
	json_t *rule = json_pack("{s:s,s:s,s:i}", "act", "late", "path", "*/send_message", "late_ms", 60000),
	       *sent;
	static const char text[] =
		"{\"otherPartyUsername\": \"example_buyer\", \"messageText\": \"On its way\","
		" \"reference\": {\"referenceType\": \"LISTING\", \"referenceId\": \"1\"}}";
	const char *latest;

	assert_int_equal(faults_add(x->f, rule, NULL), 0);
	json_decref(rule);
	assert_int_equal(ask(x, "POST", "/commerce/message/v1/send_message", text, T0), 201);
	sent = ebay_sent(x->e);
	assert_int_equal(json_array_size(sent), 1);
	json_decref(sent);
	for (int s = 59; s <= 60; s++) {
		assert_int_equal(ask(x, "GET", MEMBERS, "", T0 + s * SECOND), 200);
		latest = json_text(
			json_obj(json_array_get(json_list(x->body, "conversations"), 0), "latestMessage"),
			"messageBody");
		assert_string_equal(latest, s < 60 ? "Hello?" : "On its way");
	}
	/* the rule acted once: the next one is seen at once */
	assert_int_equal(ask(x, "POST", "/commerce/message/v1/send_message", text, T0 + 100 * SECOND), 201);
	assert_int_equal(ask(x, "GET", MEMBERS "&start_time=2026-09-21T14:14:59Z", "", T0 + 100 * SECOND),
			 200);
	assert_int_equal(total(x), 1);
}

static void
a_quota_lasts_a_day(void **state)
{
	struct fixture *x = *state;
	json_t *w = json_loads("{\"quota\": {\"commerce.message\": 2}}", 0, NULL);
	int64_t evening = T0 / DAY * DAY + 7 * HOUR; /* an hour before the day of the quota ends */

	assert_int_equal(ebay_world(x->e, w, T0, NULL), 0);
	json_decref(w);
	assert_int_equal(ask(x, "GET", MEMBERS, "", evening), 200);
	assert_int_equal(ask(x, "GET", MEMBERS, "", evening), 200);
	assert_int_equal(ask(x, "GET", MEMBERS, "", evening + HOUR - 1), 429);
	assert_int_equal(ask(x, "GET", MEMBERS, "", evening + HOUR), 200);
}

static void
what_lies_ahead_is_not_there_yet(void **state)
{
	struct fixture *x = *state;
	json_t *w = json_loads(
		"{\"orders\": [{\"buyer\": \"example_buyer\", \"at\": \"+10m\", \"items\": [{\"item\": "
		"\"1\"}]}],"
		" \"messages\": [{\"buyer\": \"example_buyer\", \"at\": \"+10m\", \"text\": \"Later\"}]}",
		0, NULL);

	assert_int_equal(ebay_world(x->e, w, T0, NULL), 0);
	json_decref(w);
	for (int m = 9; m <= 10; m++) {
		ask(x, "GET", "/sell/fulfillment/v1/order", "", T0 + m * MINUTE);
		assert_int_equal(total(x), m < 10 ? 1 : 2);
		ask(x, "GET", MEMBERS, "", T0 + m * MINUTE);
		assert_int_equal(total(x), m < 10 ? 1 : 2);
	}
}

/* The only entry of a list, at that time. */
static json_t *
only(struct fixture *x, const char *target, const char *list, int64_t now)
{
	assert_int_equal(ask(x, "GET", target, "", now), 200);
	assert_int_equal(json_array_size(json_list(x->body, list)), 1);
	return json_array_get(json_list(x->body, list), 0);
}

static void
change(struct fixture *x, const char *world_text, int64_t now)
{
	json_t *w = json_loads(world_text, 0, NULL);

	assert_int_equal(ebay_world(x->e, w, now, NULL), 0);
	json_decref(w);
}

#define ORDERS   "/sell/fulfillment/v1/order"
#define RETURNS  "/post-order/v2/return/search"
#define FEEDBACK "/commerce/feedback/v1/feedback?feedback_type=FEEDBACK_RECEIVED&user_id=example_seller"

/* The texts of a list's entries are kept, but never longer than they are true. */
static void
a_list_shows_every_change(void **state)
{
	struct fixture *x = *state;
	json_t *o, *rating;
	char read[256];

	assert_string_equal(json_text(only(x, ORDERS, "orders", T0), "orderFulfillmentStatus"),
			    "NOT_STARTED");
	assert_int_equal(ask(x, "POST", ORDERS "/10-00001-00001/shipping_fulfillment", "{}", T0), 201);
	assert_string_equal(json_text(only(x, ORDERS, "orders", T0), "orderFulfillmentStatus"), "FULFILLED");
	change(x, "{\"orders\": [{\"id\": \"10-00001-00001\", \"refund\": {\"value\": \"1.00\"}}]}", T0);
	o = json_obj(only(x, ORDERS, "orders", T0), "paymentSummary");
	assert_int_equal(json_array_size(json_list(o, "refunds")), 1);

	assert_int_equal(json_int(only(x, MEMBERS, "conversations", T0), "unreadCount", -1), 1);
	change(x, "{\"messages\": [{\"buyer\": \"example_buyer\", \"item\": \"1\", \"text\": \"Well?\"}]}",
	       T0);
	o = only(x, MEMBERS, "conversations", T0);
	assert_int_equal(json_int(o, "unreadCount", -1), 2);
	snprintf(read, sizeof read,
		 "{\"conversationId\": \"%s\", \"conversationType\": \"FROM_MEMBERS\", \"read\": true}",
		 json_text(o, "conversationId"));
	assert_int_equal(ask(x, "POST", "/commerce/message/v1/update_conversation", read, T0), 204);
	assert_int_equal(json_int(only(x, MEMBERS, "conversations", T0), "unreadCount", -1), 0);

	change(x, "{\"disputes\": [{\"order\": \"10-00001-00001\", \"kind\": \"return\"}]}", T0);
	o = only(x, RETURNS, "members", T0);
	assert_string_equal(json_text(o, "status"), "RETURN_REQUESTED");
	o = json_pack("{s:s,s:s,s:s}", "dispute", json_text(o, "returnId"), "by", "seller", "act", "APPROVE");
	assert_non_null(ebay_dispute_act(x->e, o, T0, NULL));
	json_decref(o);
	assert_string_equal(json_text(only(x, RETURNS, "members", T0), "status"), "READY_FOR_SHIPPING");

	change(x,
	       "{\"feedback\": [{\"order\": \"10-00001-00001\", \"rating\": \"NEGATIVE\", \"text\": "
	       "\"Late\"}]}",
	       T0);
	o = only(x, FEEDBACK, "feedbackEntries", T0);
	rating = json_pack("{s:s,s:s}", "feedback", json_text(o, "feedbackId"), "rating", "POSITIVE");
	assert_int_equal(json_flag(o, "eligibleForRevision", -1), 1);
	assert_non_null(ebay_feedback(x->e, rating, T0, NULL));
	json_decref(rating);
	o = only(x, FEEDBACK, "feedbackEntries", T0);
	assert_string_equal(json_text(o, "commentType"), "POSITIVE");
	assert_int_equal(json_flag(o, "eligibleForRevision", -1), 0);

	assert_string_equal(json_text(only(x, ORDERS, "orders", T0), "sellerId"), "example_seller");
	change(x, "{\"seller\": {\"username\": \"example_other\"}}", T0);
	assert_string_equal(json_text(only(x, ORDERS, "orders", T0), "sellerId"), "example_other");
	o = json_obj(only(x, MEMBERS, "conversations", T0), "latestMessage");
	assert_string_equal(json_text(o, "recipientUsername"), "example_other");
}

static void
a_list_shows_what_time_brings(void **state)
{
	struct fixture *x = *state;
	json_t *o;

	change(x, "{\"feedback\": [{\"order\": \"10-00001-00001\", \"rating\": \"NEGATIVE\"}]}", T0);
	change(x,
	       "{\"messages\": [{\"buyer\": \"example_buyer\", \"item\": \"1\", \"text\": \"Well?\","
	       " \"visible\": \"+10m\"}]}",
	       T0);
	assert_int_equal(json_int(only(x, MEMBERS, "conversations", T0), "unreadCount", -1), 1);
	assert_int_equal(json_int(only(x, MEMBERS, "conversations", T0 + 10 * MINUTE), "unreadCount", -1), 2);
	assert_int_equal(json_int(only(x, MEMBERS, "conversations", T0), "unreadCount", -1),
			 1); /* and back */
	for (int days = 13; days <= 31; days++) {
		change(x, "{\"seller\": {\"access_token\": \"access\"}}", T0 + days * DAY);
		o = json_array_get(
			json_list(only(x, ORDERS, "orders", T0 + days * DAY), "fulfillmentStartInstructions"),
			0);
		assert_int_equal(json_text(json_at(o, "shippingStep.shipTo"), "email") != NULL, days < 14);
		o = only(x, FEEDBACK, "feedbackEntries", T0 + days * DAY);
		assert_int_equal(json_flag(o, "eligibleForRevision", -1), days <= 30);
	}
}

static char *
history_text(uint64_t seed)
{
	struct ebay *e = ebay_new(1);
	json_t *state;
	char *text;

	ebay_history(e, 90, 50, 80, seed, T0);
	state = ebay_state(e, T0);
	assert_int_equal(json_array_size(json_object_get(state, "orders")), 80);
	assert_int_equal(json_array_size(json_object_get(state, "conversations")), 50);
	text = json_dumps(state, 0);
	json_decref(state);
	ebay_free(e);
	return text;
}

static void
a_history_is_repeatable(void **state)
{
	char *a = history_text(7), *b = history_text(7), *c = history_text(8);

	(void)state;
	assert_string_equal(a, b);
	assert_string_not_equal(a, c);
	free(a), free(b), free(c);
}

static void
a_mistake_in_a_world_is_told(void **state)
{
	struct fixture *x = *state;
	static const struct {
		const char *world, *says;
	} mistakes[] = {
		{"{\"orders\": [{\"buyer\": \"nobody\"}]}", "world: no buyer \"nobody\""},
		{"{\"orders\": [{\"buyer\": \"example_buyer\"}]}", "has no \"items\""},
		{"{\"orders\": [{\"buyer\": \"example_buyer\", \"items\": [{\"item\": \"2\"}]}]}",
		 "world: no listing \"2\""},
		{"{\"messages\": [{\"buyer\": \"example_buyer\", \"at\": \"soon\", \"text\": \"x\"}]}",
		 "found \"soon\""},
		{"{\"messages\": [{\"buyer\": \"example_buyer\"}]}", "\"text\" is missing"},
		{"{\"listings\": [{\"item\": \"x\", \"title\": \"x\", \"price\": \"1\"}]}", "digits only"},
	};

	for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
		json_t *w = json_loads(mistakes[i].world, 0, NULL);
		struct err err = {""};
		char words[ERR_MAX];

		assert_int_equal(ebay_world(x->e, w, T0, &err), -1);
		err_english(err.text, words, sizeof words);
		assert_non_null(strstr(words, mistakes[i].says));
		json_decref(w);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
		TEST(an_access_token_lives_two_hours),
		TEST(a_code_lives_299_seconds),
		TEST(a_refresh_token_lives_until_revoked),
		TEST(personal_data_of_old_orders_is_withheld),
		TEST(a_late_message_is_delivered_but_not_listed),
		TEST(a_quota_lasts_a_day),
		TEST(what_lies_ahead_is_not_there_yet),
		TEST(a_list_shows_every_change),
		TEST(a_list_shows_what_time_brings),
		TEST(a_history_is_repeatable),
		TEST(a_mistake_in_a_world_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
