/* What people may do with an action that may have been sent. */
#include "daemon_store_test_kit.h"

#include "daemon/outbox/outbox.h"

/* A held row of an armed account, after so many attempts. */
static int64_t
held(struct kit *k, struct daemon *d, int attempts)
{
	static const struct connector platform = {.name = "example", .title = "Example"};
	static struct conf_account account = {.name = "toys", .connector = &platform};
	static struct conf conf = {.accounts = &account, .naccounts = 1};
	struct outbox_row row = {.account = k->account.id,
				 .intent_key = "i1",
				 .kind = "reply",
				 .text = "Guten Tag",
				 .state = OUTBOX_HELD};

	*d = (struct daemon){.conf = &conf, .store = k->store};
	account_set_mode(k->store, k->account.id, MODE_AUTO, T0);
	assert_int_equal(outbox_insert(k->store, &row, T0), 1);
	row.attempt = attempts;
	row.started = attempts ? T0 : 0;
	kit_save(k, &row, T0);
	return row.id;
}

static enum outbox_state
state_of(struct kit *k, int64_t id)
{
	struct outbox_row row;

	assert_int_equal(outbox_get(k->store, id, &row), 1);
	return row.state;
}

static void
what_may_have_arrived_is_only_resolved(void **state)
{
	struct kit *k = *state;
	struct daemon d;
	struct err err;
	int64_t id;

	kit_begin(k);
	id = held(k, &d, 1);
	assert_int_equal(outbox_approve(&d, id, "erika", T0 + 1, &err), -1);
	assert_non_null(strstr(err.text, "may have been sent"));
	assert_int_equal(outbox_edit(&d, id, "Anders", "erika", T0 + 1, &err), -1);
	assert_non_null(strstr(err.text, "may have been sent"));
	assert_int_equal(outbox_drop(&d, id, "erika", T0 + 1, &err), -1);
	assert_non_null(strstr(err.text, "may have been sent"));
	assert_int_equal(outbox_undo(&d, id, "erika", T0 + 1, &err), -1);
	assert_int_equal(state_of(k, id), OUTBOX_HELD);
	assert_int_equal(outbox_resolve(&d, id, 0, "erika", T0 + 1, &err), 0);
	assert_int_equal(state_of(k, id), OUTBOX_DRAFT); /* and waits for an approval again */
	kit_commit(k);
}

static void
what_never_left_is_not_resolved(void **state)
{
	struct kit *k = *state;
	struct daemon d;
	struct err err;
	int64_t id;

	kit_begin(k);
	id = held(k, &d, 0);
	assert_int_equal(outbox_resolve(&d, id, 1, "erika", T0 + 1, &err), -1);
	assert_int_equal(outbox_drop(&d, id, "erika", T0 + 1, &err), 0);
	assert_int_equal(state_of(k, id), OUTBOX_DROPPED);
	kit_commit(k);
}

static void
what_was_found_is_sent(void **state)
{
	struct kit *k = *state;
	struct daemon d;
	struct err err;
	int64_t id;

	kit_begin(k);
	id = held(k, &d, 1);
	assert_int_equal(outbox_resolve(&d, id, 1, "erika", T0 + 1, &err), 0);
	assert_int_equal(state_of(k, id), OUTBOX_SENT);
	assert_int_equal(outbox_resolve(&d, id, 0, "erika", T0 + 2, &err), -1);
	kit_commit(k);
}

/* When what is approved now leaves, with half a minute to take it back. */
static int64_t
leaves_after(int64_t until_deadline)
{
	struct conf conf = {.service = {.undo = 30 * SECOND}};
	struct daemon d = {.conf = &conf};

	return outbox_leaves_at(&d, until_deadline ? T0 + until_deadline : 0, T0) - T0;
}

static void
it_can_be_taken_back_unless_time_is_short(void **state)
{
	(void)state;
	assert_int_equal(leaves_after(0), 30 * SECOND);
	assert_int_equal(leaves_after(DAY), 30 * SECOND);
	assert_int_equal(leaves_after(MINUTE), 0);
	assert_int_equal(leaves_after(-HOUR), 30 * SECOND); /* it is too late anyway */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_TEST(what_may_have_arrived_is_only_resolved),
		KIT_TEST(what_never_left_is_not_resolved),
		KIT_TEST(what_was_found_is_sent),
		cmocka_unit_test(it_can_be_taken_back_unless_time_is_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
