/* What the API shows of disputes, feedback, tasks and grades. */
#include "daemon_store_test_kit.h"

static struct dispute
a_dispute(const char *remote, enum dispute_kind kind, int64_t respond_by)
{
	return (struct dispute){.remote = remote,
				.kind = kind,
				.status = DISPUTE_AWAITING_SELLER,
				.raw = "OPEN",
				.order = "O1",
				.listing = "L1",
				.buyer = {.remote = "example_buyer", .name = "Erika Mustermann"},
				.text = "Das Rad fehlt.",
				.amount = {2890, "EUR"},
				.due_action = "DECIDE",
				.options = "accept decline",
				.respond_by = respond_by,
				.opened = T0 + HOUR};
}

static void
fill(struct kit *k)
{
	static const struct dispute_entry history[] = {
		{.remote = "E2",
		 .actor = ACTOR_SELLER,
		 .what = "OFFERED",
		 .amount = {500, "EUR"},
		 .at = T0 + 2 * HOUR},
		{.remote = "E1",
		 .actor = ACTOR_BUYER,
		 .what = "OPENED",
		 .text = "Das Rad fehlt.",
		 .at = T0 + HOUR},
	};
	static const struct dispute_file files[] = {
		{.remote = "F1",
		 .name = "a.png",
		 .actor = ACTOR_BUYER,
		 .bytes = "\x89PNG\r\n\x1a\n",
		 .len = 8},
		{.remote = "F2", .name = "b.png", .actor = ACTOR_BUYER, .url = "https://i.example/b"},
	};
	struct order o = an_order("O1", one_item, 1, T0);
	struct message m = a_message("M1", "C1", INCOMING, T0, "Wo ist mein Paket?");
	struct dispute later = a_dispute("R1", DISPUTE_RETURN, T0 + 3 * DAY),
		       soon = a_dispute("Q1", DISPUTE_INQUIRY, T0 + DAY),
		       waits = a_dispute("P1", DISPUTE_CHARGEBACK, 0),
		       over = a_dispute("X1", DISPUTE_CANCELLATION, 0);
	struct feedback f = {.remote = "F1",
			     .rating = RATING_NEGATIVE,
			     .order = "O1",
			     .text = "Kam zu spät",
			     .buyer = {.remote = "example_buyer"},
			     .given = T0 + HOUR,
			     .revisable = 1};
	struct task_row t = {.account = k->account.id,
			     .intent_key = "T",
			     .kind = "feedback.revision",
			     .feedback = 1,
			     .order = 1,
			     .text = "Bitte",
			     .link = "https://x.example",
			     .deadline = T0 + 2 * DAY};
	struct outbox_row r = {.account = k->account.id,
			       .intent_key = "K",
			       .kind = "return.offer",
			       .text = "",
			       .dispute = 1,
			       .state = OUTBOX_SENT,
			       .amount = {500, "EUR"},
			       .moves = {500, "EUR"},
			       .requester = "anna"};
	struct refund back = {
		.order = "O1", .remote = "B1", .amount = {500, "EUR"}, .status = REFUND_DONE, .at = T0 + DAY};

	kit_begin(k);
	record_order(k->store, k->account.id, &o, T0);
	record_message(k->store, k->account.id, &m, T0);
	later.history = history;
	later.nhistory = 2;
	later.files = files;
	later.nfiles = 2;
	later.next = (struct dispute_link){DISPUTE_CASE, "5001"};
	record_dispute(k->store, k->account.id, &later, T0 + HOUR);
	soon.next = (struct dispute_link){DISPUTE_RETURN, "R1"};
	record_dispute(k->store, k->account.id, &soon, T0 + HOUR);
	waits.status = DISPUTE_UNDER_REVIEW;
	waits.due_action = "";
	record_dispute(k->store, k->account.id, &waits, T0 + HOUR);
	over.status = DISPUTE_LOST;
	over.opened = T0 + 2 * HOUR;
	record_dispute(k->store, k->account.id, &over, T0 + HOUR);
	record_feedback(k->store, k->account.id, &f, T0 + HOUR);
	f.remote = "F2";
	f.reply = "Danke";
	record_feedback(k->store, k->account.id, &f, T0 + HOUR);
	record_refund(k->store, k->account.id, &back, T0 + DAY);
	assert_int_equal(task_insert(k->store, &t, T0), 1);
	assert_int_equal(outbox_insert(k->store, &r, T0), 1);
	r.remote = "E2";
	kit_save(k, &r, T0);
	outbox_file_add(k->store, r.id, 1, "c.pdf", "application/pdf", "%PDF-", 5, T0);
	journal_add(k->store, T0, k->account.id, "sent", "a1", json_pack("{s:i}", "attempt", 1));
	journal_add(k->store, T0, k->account.id, "task", "t1", json_pack("{s:s}", "verb", "open"));
	kit_commit(k);
}

static void
what_is_due_first_is_on_top(void **state)
{
	struct kit *k = *state;
	json_t *v;

	fill(k);
	kit_begin(k);
	v = view_disputes(k->store, "toys", 0, 2, NULL);
	assert_shows(v, "disputes.0.remote", "\"Q1\"");
	assert_shows(v, "disputes.1.remote", "\"R1\"");
	assert_shows(v, "disputes.1.kind", "\"return\"");
	assert_shows(v, "disputes.1.status", "\"awaiting_seller\"");
	assert_shows(v, "disputes.1.amount", "{\"value\":\"28.90\",\"currency\":\"EUR\"}");
	assert_shows(v, "disputes.1.respond_by_at", "\"2025-10-12T08:53:20.000Z\"");
	assert_shows(v, "disputes.1.options", "\"accept decline\"");
	assert_shows(v, "disputes.1.order", "\"o1\"");
	assert_shows(v, "disputes.1.buyer", "\"Erika Mustermann\"");
	{
		json_t *rest =
			view_disputes(k->store, NULL, 0, 2, json_string_value(json_object_get(v, "next")));

		assert_int_equal(json_array_size(json_object_get(rest, "disputes")), 1);
		assert_shows(rest, "disputes.0.remote", "\"P1\"");
		assert_shows(rest, "disputes.0.respond_by_at", "null");
		assert_shows(rest, "next", "null");
		json_decref(rest);
	}
	json_decref(v);
	v = view_disputes(k->store, NULL, 1, 10, NULL);
	assert_int_equal(json_array_size(json_object_get(v, "disputes")), 4);
	assert_shows(v, "disputes.0.remote", "\"X1\"");
	json_decref(v);
	v = view_disputes(k->store, "other", 1, 10, NULL);
	assert_shows(v, "disputes", "[]");
	json_decref(v);

	v = view_feedback(k->store, NULL, 0, 10, NULL);
	assert_int_equal(json_array_size(json_object_get(v, "feedback")), 1);
	assert_shows(v, "feedback.0.rating", "\"negative\"");
	assert_shows(v, "feedback.0.reply", "null");
	json_decref(v);
	v = view_feedback(k->store, "toys", 1, 1, NULL);
	assert_shows(v, "feedback.0.id", "\"f2\"");
	{
		json_t *rest =
			view_feedback(k->store, "toys", 1, 1, json_string_value(json_object_get(v, "next")));

		assert_shows(rest, "feedback.0.id", "\"f1\"");
		json_decref(rest);
	}
	json_decref(v);

	v = view_inbox(k->store, 10, NULL, NULL, 0);
	assert_shows(v, "disputes", "2");
	assert_shows(v, "tasks", "1");
	json_decref(v);
	v = view_status(k->store, T0);
	assert_shows(v, "accounts.0.disputes", "2");
	assert_shows(v, "accounts.0.tasks", "1");
	json_decref(v);
	kit_commit(k);
}

static void
tasks_by_their_deadline(void **state)
{
	struct kit *k = *state;
	struct task_row none = {.account = k->account.id, .kind = "case.appeal", .dispute = 1},
			done = {.account = k->account.id, .kind = "case.appeal", .state = TASK_DONE};
	json_t *v;

	fill(k);
	kit_begin(k);
	assert_int_equal(task_insert(k->store, &none, T0), 1);
	assert_int_equal(task_insert(k->store, &done, T0), 1);
	v = view_tasks(k->store, NULL, 0, 1, NULL);
	assert_shows(v, "tasks.0.id", "\"t1\"");
	assert_shows(v, "tasks.0.feedback", "\"f1\"");
	{
		json_t *rest =
			view_tasks(k->store, "toys", 0, 2, json_string_value(json_object_get(v, "next")));

		assert_int_equal(json_array_size(json_object_get(rest, "tasks")), 1);
		assert_shows(rest, "tasks.0.id", "\"t2\"");
		json_decref(rest);
	}
	json_decref(v);
	v = view_tasks(k->store, NULL, 1, 10, NULL);
	assert_shows(v, "tasks.0.id", "\"t3\"");
	assert_int_equal(json_array_size(json_object_get(v, "tasks")), 3);
	json_decref(v);
	kit_commit(k);
}

static void
one_with_all_that_belongs_to_it(void **state)
{
	struct kit *k = *state;
	json_t *v;

	fill(k);
	kit_begin(k);
	v = view_show(k->store, "d1");
	assert_shows(v, "kind", "\"dispute\"");
	assert_shows(v, "type", "\"return\"");
	assert_shows(
		v, "parents",
		"[{\"id\":\"d2\",\"kind\":\"inquiry\",\"remote\":\"Q1\",\"status\":\"awaiting_seller\"}]");
	assert_shows(v, "children", "[{\"id\":null,\"kind\":\"case\",\"remote\":\"5001\",\"status\":null}]");
	assert_shows(v, "history.0.what", "\"OPENED\"");
	assert_shows(v, "history.1",
		     "{\"at\":\"2025-10-09T10:53:20.000Z\",\"actor\":\"seller\",\"what\":\"OFFERED\","
		     "\"text\":null,"
		     "\"amount\":{\"value\":\"5.00\",\"currency\":\"EUR\"},\"action\":\"a1\"}");
	assert_shows(v, "files.0",
		     "{\"name\":\"a.png\",\"type\":\"image/"
		     "png\",\"actor\":\"buyer\",\"fetched\":true,\"why\":null}");
	assert_shows(v, "files.1.fetched", "false");
	assert_shows(v, "orders.0.remote", "\"O1\"");
	assert_shows(v, "conversations.0.id", "\"c1\"");
	assert_shows(v, "actions.0.amount", "{\"value\":\"5.00\",\"currency\":\"EUR\"}");
	assert_shows(v, "actions.0.requester", "\"anna\"");
	assert_shows(v, "tasks", "[]");
	json_decref(v);
	v = view_show(k->store, "f1");
	assert_shows(v, "kind", "\"feedback\"");
	assert_shows(v, "tasks.0.id", "\"t1\"");
	assert_shows(v, "orders.0.remote", "\"O1\"");
	assert_shows(v, "conversations.0.id", "\"c1\"");
	json_decref(v);
	v = view_show(k->store, "t1");
	assert_shows(v, "kind", "\"task\"");
	assert_shows(v, "type", "\"feedback.revision\"");
	assert_shows(v, "link", "\"https://x.example\"");
	json_decref(v);
	v = view_show(k->store, "o1");
	assert_int_equal(json_array_size(json_object_get(v, "disputes")), 4);
	assert_shows(v, "refunds.0.amount.value", "\"5.00\"");
	assert_shows(v, "feedback.0.id", "\"f2\"");
	assert_shows(v, "tasks.0.id", "\"t1\"");
	json_decref(v);
	v = view_show(k->store, "c1");
	assert_int_equal(json_array_size(json_object_get(v, "disputes")), 4);
	json_decref(v);
	v = view_show(k->store, "a1");
	assert_shows(v, "files.0", "{\"name\":\"c.pdf\",\"type\":\"application/pdf\",\"bytes\":5}");
	assert_shows(v, "dispute", "\"d1\"");
	json_decref(v);
	v = view_show(k->store, "d99");
	assert_true(json_is_null(v));
	json_decref(v);
	v = view_explain(k->store, "d1");
	assert_shows(v, "entries.0.ref", "\"a1\"");
	json_decref(v);
	v = view_explain(k->store, "f1");
	assert_shows(v, "entries.0.ref", "\"t1\"");
	json_decref(v);
	kit_commit(k);
}

static void
deadlines_until_they_are_met(void **state)
{
	struct kit *k = *state;
	json_t *v;

	fill(k);
	kit_begin(k);
	v = view_deadlines(k->store, T0 + 25 * HOUR, 10);
	assert_shows(v, "deadlines.0",
		     "{\"id\":\"d2\",\"account\":\"toys\",\"what\":\"inquiry\",\"at\":\"2025-10-10T08:53:20."
		     "000Z\","
		     "\"given_by\":\"platform\",\"state\":\"late\",\"since_at\":\"2025-10-09T09:53:20.000Z\","
		     "\"platform_at\":"
		     "\"2025-10-10T08:53:20.000Z\",\"policy_at\":null,\"policy_by\":null}");
	assert_shows(v, "deadlines.1.what", "\"order.ship\"");
	assert_shows(v, "deadlines.2.id", "\"t1\"");
	assert_shows(v, "deadlines.3.id", "\"d1\"");
	assert_int_equal(json_array_size(json_object_get(v, "deadlines")), 4);
	json_decref(v);
	dispute_answered(k->store, 2, T0 + 2 * HOUR);
	v = view_deadlines(k->store, T0 + 25 * HOUR, 10);
	assert_int_equal(json_array_size(json_object_get(v, "deadlines")), 3);
	json_decref(v);
	kit_commit(k);
}

static const char *
value_of(json_t *report, const char *name, const char *scope)
{
	json_t *m;
	size_t i;

	json_array_foreach(json_object_get(report, "metrics"), i, m)
		if (!strcmp(json_string_value(json_object_get(m, "name")), name) &&
		    !strcmp(json_string_value(json_object_get(m, "scope")), scope))
			return json_string_value(json_object_get(m, "value"));
	return NULL;
}

static void
grades(void **state)
{
	struct kit *k = *state;
	struct metric m = {.name = "DEFECT_RATE",
			   .scope = "PROGRAM_DE",
			   .value = "0.4",
			   .level = "TOP_RATED",
			   .limit = "0.5"};
	struct {
		const char *remote, *conversation;
		enum direction direction;
		int64_t sent;
		int automatic;
	} said[] = {
		{"A1", "W1", INCOMING, -10 * DAY, 0},
		{"A2", "W1", INCOMING, -10 * DAY + HOUR, 0},
		{"A3", "W1", OUTGOING, -10 * DAY + 2 * HOUR, 0}, /* two hours after the first */
		{"B1", "W2", INCOMING, -3 * DAY, 0},
		{"B2", "W2", OUTGOING, -3 * DAY + HOUR, 1},
		{"B3", "W2", OUTGOING, -3 * DAY + 30 * HOUR, 0}, /* what is automatic answers nothing */
		{"C1", "W3", INCOMING, -2 * DAY, 0},             /* still waits */
		{"D1", "W4", INCOMING, -HOUR, 0},                /* not late yet */
		{"E1", "W5", INCOMING, -100 * DAY, 0},
		{"E2", "W5", OUTGOING, -50 * DAY, 0},
	};
	const int64_t now = T0 + 5 * DAY;
	json_t *v;

	fill(k);
	kit_begin(k);
	for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
		struct message x = a_message(said[i].remote, said[i].conversation, said[i].direction,
					     now + said[i].sent, "text");

		x.automatic = said[i].automatic;
		record_message(k->store, k->account.id, &x, now);
	}
	record_metric(k->store, k->account.id, &m, now);
	v = view_report(k->store, "toys", now);
	assert_shows(v, "metrics.0.level", "\"TOP_RATED\"");
	assert_shows(v, "metrics.0.limit", "\"0.5\"");
	assert_shows(v, "metrics.0.computed", "false");
	assert_shows(v, "metrics.1.computed", "true");
	assert_string_equal(value_of(v, "answered_within_24h", "7 d"), "0.0 %"); /* M1 of the order, B1, C1 */
	assert_string_equal(value_of(v, "answered_within_24h", "30 d"), "25.0 %"); /* and A1 */
	assert_string_equal(value_of(v, "answered_within_24h", "90 d"), "25.0 %");
	assert_string_equal(value_of(v, "median_time_to_answer", "7 d"), "30.0 h");
	assert_string_equal(value_of(v, "disputes_per_order", "return, 90 d"), "100.0 %");
	assert_string_equal(value_of(v, "disputes_lost", "90 d"), "100.0 %");
	json_decref(v);
	v = view_report(k->store, "other", now);
	assert_shows(v, "metrics", "[]");
	json_decref(v);
	kit_commit(k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_TEST(what_is_due_first_is_on_top),
		KIT_TEST(tasks_by_their_deadline),
		KIT_TEST(one_with_all_that_belongs_to_it),
		KIT_TEST(deadlines_until_they_are_met),
		KIT_TEST(grades),
	};

	json_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
