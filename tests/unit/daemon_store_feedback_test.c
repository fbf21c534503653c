/* Feedback, grades and tasks. */
#include "daemon_store_test_kit.h"

static struct feedback
a_feedback(const char *remote, int64_t changed)
{
	return (struct feedback){.remote = remote,
				 .direction = INCOMING,
				 .rating = RATING_NEGATIVE,
				 .marketplace = "EBAY_DE",
				 .order = "O1",
				 .listing = "L1",
				 .title = "Wooden train",
				 .buyer = {.remote = "example_buyer"},
				 .text = "Kam zu spät",
				 .given = T0 + HOUR,
				 .changed = changed,
				 .revisable = 1};
}

static int
take(struct kit *k, const struct feedback *f, int64_t now)
{
	int r;

	kit_begin(k);
	r = record_feedback(k->store, k->account.id, f, now);
	kit_commit(k);
	return r;
}

static int64_t
events(struct kit *k, const char *kind)
{
	char sql[120];

	snprintf(sql, sizeof sql, "SELECT count(*) FROM event WHERE kind = '%s'", kind);
	return kit_number(k, sql);
}

static void
received_once_changed_when_it_says_otherwise(void **state)
{
	struct kit *k = *state;
	struct feedback f = a_feedback("F1", T0 + HOUR);
	char text[64];

	assert_int_equal(take(k, &f, T0 + 2 * HOUR), 1);
	assert_int_equal(take(k, &f, T0 + 2 * HOUR), 0);
	assert_int_equal(events(k, "feedback.received"), 1);
	f.reply = "Es tut uns leid."; /* ours: not what the buyer said */
	assert_int_equal(take(k, &f, T0 + 3 * HOUR), 1);
	f.text = NULL;
	assert_int_equal(take(k, &f, T0 + 3 * HOUR), 0);
	assert_int_equal(events(k, "feedback.changed"), 0);
	f.rating = RATING_POSITIVE;
	f.changed = T0 + 4 * HOUR;
	assert_int_equal(take(k, &f, T0 + 4 * HOUR), 1);
	assert_int_equal(events(k, "feedback.changed"), 1);
	f.rating = RATING_NEGATIVE; /* an older page */
	f.changed = T0 + HOUR;
	assert_int_equal(take(k, &f, T0 + 5 * HOUR), 0);
	f.rating = RATING_POSITIVE;
	f.changed = T0 + 5 * HOUR;
	f.text = "Doch gut";
	assert_int_equal(take(k, &f, T0 + 5 * HOUR), 1);
	assert_int_equal(events(k, "feedback.changed"), 2);
	kit_text(k, "SELECT rating || text || reply || revisable FROM feedback", text, sizeof text);
	assert_string_equal(text, "positiveDoch gutEs tut uns leid.1");

	f = a_feedback("F2", T0 + HOUR);
	f.direction = OUTGOING;
	take(k, &f, T0 + 2 * HOUR);
	assert_int_equal(events(k, "feedback.received"), 1);
	f.remote = NULL;
	assert_int_equal(take(k, &f, T0 + 2 * HOUR), 0);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM odd"), 1);
}

static void
the_facts_around_it(void **state)
{
	struct kit *k = *state;
	struct order o = an_order("O1", one_item, 1, T0 + 10);
	struct message m = a_message("M1", "C1", INCOMING, T0 + 5, "Wo ist mein Paket?");
	struct feedback f = a_feedback("F1", T0 + HOUR);
	struct situation t;
	int64_t next;

	take_message(k, &m, T0 + 10);
	take(k, &f, T0 + 2 * HOUR);
	take_order(k, &o, T0 + 2 * HOUR);
	kit_begin(k);
	while (event_next(k->store, T0 + DAY, &t, &next) && strcmp(t.kind, "feedback.received"))
		event_done(k->store, t.event);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(t.feedback, 1);
		assert_int_equal(t.rating, RATING_NEGATIVE);
		assert_int_equal(t.revisable, 1);
		assert_string_equal(t.feedback_text, "Kam zu spät");
		assert_null(t.feedback_reply);
		assert_string_equal(t.order_remote, "O1");
		assert_int_equal(t.order, 1);
		assert_string_equal(t.conversation_remote, "C1");
		assert_string_equal(t.buyer_country, "DE");
		assert_int_equal(t.refunded.minor, 0);
		assert_int_equal(situation_load(k->store, &(struct around){.feedback = 1}, T0 + DAY, &t), 1);
	}
	kit_commit(k);
}

static void
the_newest_grade_counts(void **state)
{
	struct kit *k = *state;
	struct metric m = {
		.name = "DEFECT_RATE", .scope = "PROGRAM_DE", .value = "1.2", .level = "ABOVE", .until = T0};

	kit_begin(k);
	assert_int_equal(record_metric(k->store, k->account.id, &m, T0), 1);
	assert_int_equal(record_metric(k->store, k->account.id, &m, T0 + DAY), 0);
	m.value = "0.9";
	m.until = T0 - DAY;
	assert_int_equal(record_metric(k->store, k->account.id, &m, T0 + DAY), 0);
	m.until = T0 + DAY;
	assert_int_equal(record_metric(k->store, k->account.id, &m, T0 + 2 * DAY), 1);
	m.name = "";
	assert_int_equal(record_metric(k->store, k->account.id, &m, T0 + 2 * DAY), 0);
	kit_commit(k);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM metric WHERE value = '0.9'"), 1);
	assert_int_equal(kit_number(k, "SELECT read FROM metric"), T0 + 2 * DAY);
}

static void
tasks(void **state)
{
	struct kit *k = *state;
	struct feedback f = a_feedback("F1", T0 + HOUR);
	struct task_row t = {.intent_key = "K",
			     .kind = "feedback.revision",
			     .account = k->account.id,
			     .feedback = 1,
			     .text = "Bitte ändern",
			     .link = "https://x.example/f",
			     .deadline = T0 + DAY},
			again, got;
	int64_t next;

	take(k, &f, T0 + 2 * HOUR);
	kit_begin(k);
	assert_int_equal(task_insert(k->store, &t, T0), 1);
	again = t;
	assert_int_equal(task_insert(k->store, &again, T0), 0);
	assert_int_equal(task_about(k->store, 0, 1, 0, &got), 1);
	assert_string_equal(got.text, "Bitte ändern");
	assert_string_equal(got.account_name, "toys");
	assert_int_equal(got.state, TASK_OPEN);
	assert_int_equal(task_about(k->store, 0, 1, got.id, &got), 0);
	assert_int_equal(task_about(k->store, 1, 0, 0, &got), 0);
	t.state = TASK_SNOOZED;
	t.operator= "anna";
	t.snoozed_until = T0 + HOUR;
	task_save(k->store, &t, T0 + 1);
	assert_int_equal(task_wake(k->store, T0, &got, &next), 0);
	assert_int_equal(next, T0 + HOUR);
	assert_int_equal(task_wake(k->store, T0 + HOUR, &got, &next), 1);
	assert_int_equal(next, INT64_MAX);
	assert_string_equal(got.operator, "anna");
	got.state = TASK_DONE;
	got.done_by = "platform";
	task_save(k->store, &got, T0 + 2);
	assert_int_equal(task_wake(k->store, T0 + HOUR, &got, &next), 0);
	assert_int_equal(task_get(k->store, t.id, &got), 1);
	assert_int_equal(got.state, TASK_DONE);
	assert_string_equal(got.done_by, "platform");
	assert_int_equal(task_get(k->store, 99, &got), 0);
	kit_commit(k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_TEST(received_once_changed_when_it_says_otherwise),
		KIT_TEST(the_facts_around_it),
		KIT_TEST(the_newest_grade_counts),
		KIT_TEST(tasks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
