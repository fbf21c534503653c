/* What people and polls may do with a task. */
#include "daemon_store_test_kit.h"

#include "daemon/task/task.h"

static struct dispute
a_return(enum dispute_status status, int64_t respond_by, int64_t changed)
{
	return (struct dispute){.remote = "R1",
				.kind = DISPUTE_RETURN,
				.status = status,
				.raw = "RETURN_REQUESTED",
				.buyer = {.remote = "example_buyer"},
				.opened = T0,
				.changed = changed,
				.due_action = status == DISPUTE_AWAITING_SELLER ? "SELLER_DECIDES" : "",
				.respond_by = respond_by,
				.options = "accept decline"};
}

/* What intake does with a dispute that a poll shows. */
static void
poll_shows(struct kit *k, enum dispute_status status, int64_t respond_by, int64_t now)
{
	const struct dispute x = a_return(status, respond_by, now);
	struct daemon d = {.store = k->store};
	struct situation s;

	kit_begin(k);
	record_dispute(k->store, k->account.id, &x, now);
	assert_int_equal(situation_load(k->store, &(struct around){.dispute = 1}, now, &s), 1);
	task_facts(&d, &s, now);
	kit_commit(k);
}

static int64_t
wish_task(struct kit *k, const char *kind, const struct around *about, const char *key)
{
	struct daemon d = {.store = k->store};
	struct situation s;
	int64_t id;

	kit_begin(k);
	assert_int_equal(situation_load(k->store, about, T0, &s), 1);
	id = task_open(&d, &s,
		       &(struct task_row){.account = k->account.id,
					  .kind = kind,
					  .intent_key = key,
					  .dispute = s.dispute,
					  .feedback = s.feedback,
					  .text = "Entwurf"},
		       T0);
	kit_commit(k);
	return id;
}

static int64_t
return_task(struct kit *k, const char *kind)
{
	poll_shows(k, DISPUTE_AWAITING_SELLER, T0 + 3 * DAY, T0);
	return wish_task(k, kind, &(struct around){.dispute = 1}, "i1");
}

static struct task_row
row(struct kit *k, int64_t id)
{
	struct task_row t;

	kit_begin(k);
	assert_int_equal(task_get(k->store, id, &t), 1);
	kit_commit(k);
	return t;
}

#define BY_HAND(k, call)                                                                                     \
	do {                                                                                                 \
		struct daemon d = {.store = (k)->store};                                                     \
		kit_begin(k);                                                                                \
		call;                                                                                        \
		kit_commit(k);                                                                               \
	} while (0)

static void
a_wish_makes_one_task(void **state)
{
	struct kit *k = *state;
	const int64_t id = return_task(k, "return.label");

	assert_int_equal(row(k, id).deadline, T0 + 3 * DAY); /* the dispute's own */
	assert_int_equal(row(k, id).state, TASK_OPEN);
	assert_int_equal(wish_task(k, "return.label", &(struct around){.dispute = 1}, "i1"), 0);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM journal WHERE kind = 'task'"), 1);
}

static void
it_sleeps_no_longer_than_its_deadline(void **state)
{
	struct kit *k = *state;
	const int64_t id = return_task(k, "return.label");
	int64_t next = 0;

	BY_HAND(k, assert_int_equal(task_snooze(&d, id, T0 + 4 * DAY, "erika", T0, &k->err), -1));
	assert_non_null(strstr(k->err.text, "cannot sleep longer"));
	BY_HAND(k, assert_int_equal(task_snooze(&d, id, T0 + 2 * DAY, "erika", T0, &k->err), 0));
	BY_HAND(k, next = tasks_wake(&d, T0 + DAY));
	assert_int_equal(next, T0 + 2 * DAY);
	assert_int_equal(row(k, id).state, TASK_SNOOZED);
	BY_HAND(k, next = tasks_wake(&d, T0 + 2 * DAY));
	assert_int_equal(next, INT64_MAX);
	assert_int_equal(row(k, id).state, TASK_OPEN);
}

static void
people_claim_do_and_drop(void **state)
{
	struct kit *k = *state;
	const int64_t id = return_task(k, "return.label");
	const int64_t other = wish_task(k, "return.message", &(struct around){.dispute = 1}, "i2");

	BY_HAND(k, assert_int_equal(task_claim(&d, id, "erika", T0, &k->err), 0));
	assert_string_equal(row(k, id).operator, "erika");
	BY_HAND(k, assert_int_equal(task_done(&d, id, "max", T0, &k->err), 0));
	assert_string_equal(row(k, id).done_by, "max");
	BY_HAND(k, assert_int_equal(task_done(&d, id, "max", T0, &k->err), -1));
	BY_HAND(k, assert_int_equal(task_snooze(&d, id, T0 + 1, "max", T0, &k->err), -1));
	BY_HAND(k, assert_int_equal(task_drop(&d, other, "max", T0, &k->err), 0));
	BY_HAND(k, assert_int_equal(task_claim(&d, other, "max", T0, &k->err), -1));
	BY_HAND(k, assert_int_equal(task_claim(&d, 99, "max", T0, &k->err), -1));
	assert_int_equal(row(k, other).state, TASK_DROPPED);
}

static void
a_poll_that_shows_it_ends_it(void **state)
{
	struct kit *k = *state;
	const int64_t id = return_task(k, "return.label");

	poll_shows(k, DISPUTE_AWAITING_SELLER, T0 + 3 * DAY, T0 + MINUTE);
	assert_int_equal(row(k, id).state, TASK_OPEN);
	poll_shows(k, DISPUTE_AWAITING_BUYER, 0, T0 + HOUR);
	assert_int_equal(row(k, id).state, TASK_DONE);
	assert_string_equal(row(k, id).done_by, "platform");
	poll_shows(k, DISPUTE_AWAITING_SELLER, T0 + 3 * DAY,
		   T0 + HOUR + MINUTE); /* the same turn: it was not done after all */
	assert_int_equal(row(k, id).state, TASK_OPEN);
	poll_shows(k, DISPUTE_RESOLVED, 0, T0 + 2 * HOUR);
	assert_int_equal(row(k, id).state, TASK_DONE);
}

static void
contrary_facts_reopen_it(void **state)
{
	struct kit *k = *state;
	const int64_t id = return_task(k, "return.label");

	BY_HAND(k, assert_int_equal(task_done(&d, id, "erika", T0 + DAY, &k->err), 0));
	poll_shows(k, DISPUTE_AWAITING_SELLER, T0 + 3 * DAY,
		   T0 + DAY + 59 * MINUTE); /* platforms show late */
	assert_int_equal(row(k, id).state, TASK_DONE);
	poll_shows(k, DISPUTE_AWAITING_SELLER, T0 + 3 * DAY, T0 + DAY + HOUR);
	assert_int_equal(row(k, id).state, TASK_OPEN);
	assert_non_null(strstr(row(k, id).reason, "erika"));
}

static void
the_next_turn_is_another_task(void **state)
{
	struct kit *k = *state;
	const int64_t id = return_task(k, "return.label");

	BY_HAND(k, assert_int_equal(task_done(&d, id, "erika", T0 + DAY, &k->err), 0));
	poll_shows(k, DISPUTE_AWAITING_SELLER, T0 + 9 * DAY, T0 + 2 * DAY);
	assert_int_equal(row(k, id).state, TASK_DONE);
}

static void
what_is_dropped_stays_so(void **state)
{
	struct kit *k = *state;
	const int64_t id = return_task(k, "return.label");

	BY_HAND(k, assert_int_equal(task_drop(&d, id, "erika", T0, &k->err), 0));
	poll_shows(k, DISPUTE_AWAITING_SELLER, T0 + 3 * DAY, T0 + DAY);
	assert_int_equal(row(k, id).state, TASK_DROPPED);
}

static void
an_appeal_is_not_about_whose_turn_it_is(void **state)
{
	struct kit *k = *state;
	const int64_t id = return_task(k, "case.appeal");

	poll_shows(k, DISPUTE_LOST, 0, T0 + HOUR);
	assert_int_equal(row(k, id).state, TASK_OPEN);
}

static void
feedback_shows(struct kit *k, enum rating rating, const char *reply, int64_t now)
{
	const struct feedback x = {.remote = "F1",
				   .direction = INCOMING,
				   .rating = rating,
				   .buyer = {.remote = "example_buyer"},
				   .text = "Kaputt",
				   .reply = reply,
				   .given = T0,
				   .changed = now,
				   .revisable = 1};
	struct daemon d = {.store = k->store};
	struct situation s;

	kit_begin(k);
	record_feedback(k->store, k->account.id, &x, now);
	assert_int_equal(situation_load(k->store, &(struct around){.feedback = 1}, now, &s), 1);
	task_facts(&d, &s, now);
	kit_commit(k);
}

static void
feedback_has_facts_of_its_own(void **state)
{
	struct kit *k = *state;
	int64_t revision, reply;

	feedback_shows(k, RATING_NEGATIVE, NULL, T0);
	revision = wish_task(k, "feedback.revision", &(struct around){.feedback = 1}, "i1");
	reply = wish_task(k, "feedback.reply", &(struct around){.feedback = 1}, "i2");
	BY_HAND(k, assert_int_equal(task_done(&d, revision, "erika", T0, &k->err), 0));
	BY_HAND(k, assert_int_equal(task_done(&d, reply, "erika", T0, &k->err), 0));
	feedback_shows(k, RATING_NEGATIVE, NULL, T0 + DAY);
	assert_int_equal(row(k, revision).state,
			 TASK_DONE); /* asked; that the buyer did not follow is no fault of the task */
	assert_int_equal(row(k, reply).state, TASK_OPEN); /* said, but not there */
	feedback_shows(k, RATING_NEGATIVE, "Das tut uns leid", T0 + 2 * DAY);
	assert_int_equal(row(k, reply).state, TASK_DONE);
	assert_string_equal(row(k, reply).done_by, "platform");
	revision = wish_task(k, "feedback.revision", &(struct around){.feedback = 1}, "i3");
	feedback_shows(k, RATING_NEGATIVE, "Das tut uns leid", T0 + 3 * DAY - 1);
	assert_int_equal(row(k, revision).state, TASK_OPEN);
	feedback_shows(k, RATING_POSITIVE, NULL, T0 + 3 * DAY);
	assert_int_equal(row(k, revision).state, TASK_DONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_TEST(a_wish_makes_one_task),         KIT_TEST(it_sleeps_no_longer_than_its_deadline),
		KIT_TEST(people_claim_do_and_drop),      KIT_TEST(a_poll_that_shows_it_ends_it),
		KIT_TEST(contrary_facts_reopen_it),      KIT_TEST(the_next_turn_is_another_task),
		KIT_TEST(what_is_dropped_stays_so),      KIT_TEST(an_appeal_is_not_about_whose_turn_it_is),
		KIT_TEST(feedback_has_facts_of_its_own),
	};

	json_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
