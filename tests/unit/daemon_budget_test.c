/* Quotas: what polls may use, what is kept for sends, and who shares one. */
#include "daemon_store_test_kit.h"

#include "daemon/pace/usage.h"
#include "daemon/quarantine.h"

static const struct budget budgets[] = {
	{"calls", 10, DAY, 7 * HOUR, 20, 1, 0},
	{"own", 2, DAY, 0, 0, 0, 0},
	{"polls", 5000, DAY, 7 * HOUR, 20, 1, 0},
	{"rate", 60, HOUR, 0, 40, 1, 5},
	{.name = NULL},
};
static const struct connector platform = {.name = "example", .title = "Example", .budgets = budgets};
static const struct exchange counted = {.budget = "calls"}, own = {.budget = "own"}, free_of_charge = {0},
			     polls = {.budget = "polls"}, rate = {.budget = "rate"},
			     both = {.budget = "rate calls"};

#define BEGIN (T0 - (T0 - 7 * HOUR) % DAY) /* of a window */

struct two { /* accounts of one application, or more */
	struct conf_application application;
	struct conf_account accounts[50];
	struct conf conf;
	struct daemon d;
};

static void
open_two(struct two *t, struct kit *k)
{
	*t = (struct two){
		.application = {.name = "app"},
		.accounts = {{.name = "toys", .connector = &platform, .application = &t->application},
			     {.name = "tools", .connector = &platform, .application = &t->application}}};
	t->conf = (struct conf){.accounts = t->accounts, .naccounts = 2};
	t->d = (struct daemon){.conf = &t->conf, .store = k->store};
	kit_begin(k);
	runners_make(&t->d, T0);
}

/* The others are idle as long as nobody uses them. */
static void
open_fifty(struct two *t, struct kit *k)
{
	static char names[50][8];

	open_two(t, k);
	runners_free(&t->d);
	for (int i = 2; i < 50; i++) {
		snprintf(names[i], sizeof names[i], "shop%d", i);
		t->accounts[i] = t->accounts[0];
		t->accounts[i].name = names[i];
	}
	t->conf.naccounts = 50;
	runners_make(&t->d, T0);
}

static void
close_two(struct two *t, struct kit *k)
{
	runners_free(&t->d);
	kit_commit(k);
}

static int
take(struct two *t, int account, const struct exchange *x, int sending, int64_t now)
{
	int64_t again = 0;
	int r = budget_take(&t->d, &t->d.runners[account], x, sending, now, &again);

	if (!r) {
		assert_true(again > now);
		assert_true(again <= now + DAY);
	}
	return r;
}

static void
polls_leave_the_reserve_to_sends(void **state)
{
	struct two t;

	open_two(&t, *state);
	for (int i = 0; i < 8; i++)
		assert_true(take(&t, i % 2, &counted, 0, BEGIN));
	assert_false(take(&t, 0, &counted, 0, BEGIN));
	assert_true(take(&t, 0, &counted, 1, BEGIN));
	assert_true(take(&t, 0, &counted, 1, BEGIN));
	assert_false(take(&t, 0, &counted, 1, BEGIN));
	assert_true(take(&t, 0, &free_of_charge, 0, BEGIN));
	close_two(&t, *state);
}

static void
accounts_of_an_application_share_its_quota(void **state)
{
	struct two t;

	open_two(&t, *state);
	for (int i = 0; i < 8; i++)
		assert_true(take(&t, i % 2, &counted, 0, BEGIN));
	assert_false(take(&t, 0, &counted, 0, BEGIN));
	assert_false(take(&t, 1, &counted, 0, BEGIN));
	assert_true(take(&t, 0, &own, 0, BEGIN));
	assert_true(take(&t, 0, &own, 0, BEGIN));
	assert_false(take(&t, 0, &own, 0, BEGIN));
	assert_true(take(&t, 1, &own, 0, BEGIN));
	close_two(&t, *state);
}

/* One with a backlog takes whatever it may, all day; another asks at an even pace and is never refused. */
static void
a_backlog_takes_no_share_of_others(void **state)
{
	const int64_t pace = DAY / (4000 / 50);
	struct two t;
	int64_t taken = 0, due = BEGIN;

	open_fifty(&t, *state);
	for (int64_t now = BEGIN; now < BEGIN + DAY; now += 10 * SECOND) {
		while (take(&t, 0, &polls, 0, now))
			taken++;
		if (now >= due) {
			assert_true(take(&t, 1, &polls, 0, now));
			due += pace;
		}
	}
	assert_true(taken >= 4000 - 4000 / 50 - 50); /* nobody else asked: it is not lost */
	close_two(&t, *state);
}

/* At once there is no more than its own for it, but all of that. */
static void
a_share_may_be_taken_at_once(void **state)
{
	struct two t;

	open_fifty(&t, *state);
	for (int i = 0; i < 80; i++)
		assert_true(take(&t, 7, &polls, 0, BEGIN));
	assert_false(take(&t, 7, &polls, 0, BEGIN));
	for (int i = 0; i < 80; i++)
		assert_true(take(&t, 8, &polls, 0, BEGIN));
	close_two(&t, *state);
}

/* They have a reserve, and do not come out of what polls have. */
static void
sends_take_their_reserve_first(void **state)
{
	struct two t;

	open_fifty(&t, *state);
	for (int i = 0; i < 1000; i++)
		assert_true(take(&t, 0, &polls, 1, BEGIN));
	for (int i = 0; i < 80; i++)
		assert_true(take(&t, 7, &polls, 0, BEGIN));
	close_two(&t, *state);
}

/* The most urgent reply may be of the account that has polled most. */
static void
sends_are_not_shared_out(void **state)
{
	struct two t;

	open_fifty(&t, *state);
	while (take(&t, 0, &polls, 0, BEGIN))
		;
	for (int i = 0; i < 4000; i++)
		assert_true(take(&t, 0, &polls, 1, BEGIN));
	close_two(&t, *state);
}

static void
a_new_window_begins_when_the_platform_says(void **state)
{
	struct two t;

	open_two(&t, *state);
	for (int i = 0; i < 8; i++)
		assert_true(take(&t, i % 2, &counted, 0, BEGIN));
	assert_false(take(&t, 0, &counted, 0, BEGIN + DAY - 1));
	assert_true(take(&t, 0, &counted, 0, BEGIN + DAY));
	close_two(&t, *state);
}

static void
a_rate_has_a_burst_and_comes_back_evenly(void **state)
{
	struct two t;
	int64_t again;

	open_two(&t, *state);
	for (int i = 0; i < 5; i++)
		assert_true(take(&t, i % 2, &rate, 1, T0));
	assert_int_equal(budget_take(&t.d, &t.d.runners[0], &rate, 1, T0, &again), 0);
	assert_int_equal(again, T0 + MINUTE);
	assert_false(take(&t, 1, &rate, 1, T0 + MINUTE - 1));
	assert_true(take(&t, 1, &rate, 1, T0 + MINUTE));
	assert_false(take(&t, 0, &rate, 1, T0 + MINUTE));
	for (int i = 0; i < 5; i++)
		assert_true(take(&t, 0, &rate, 1, T0 + DAY));
	assert_false(take(&t, 0, &rate, 1, T0 + DAY));
	close_two(&t, *state);
}

static void
polls_leave_the_reserve_of_a_rate(void **state)
{
	struct two t;

	open_two(&t, *state);
	for (int i = 0; i < 3; i++)
		assert_true(take(&t, i % 2, &rate, 0, T0));
	assert_false(take(&t, 0, &rate, 0, T0));
	assert_true(take(&t, 0, &rate, 1, T0));
	assert_true(take(&t, 1, &rate, 1, T0));
	assert_false(take(&t, 1, &rate, 1, T0));
	assert_false(take(&t, 1, &rate, 0, T0 + 2 * MINUTE));
	assert_true(take(&t, 1, &rate, 0, T0 + 3 * MINUTE));
	close_two(&t, *state);
}

/* A bucket without reserve: who waits to send is before who wants to read, in any account. */
static void
polls_leave_a_rate_to_sends_that_wait(void **state)
{
	struct two t;

	open_two(&t, *state);
	t.d.runners[1].send_waits = "other rate";
	for (int i = 0; i < 2; i++)
		assert_true(take(&t, 0, &rate, 0, T0));
	assert_false(take(&t, 0, &rate, 0, T0));
	t.d.runners[1].send_waits = NULL;
	assert_true(take(&t, 0, &rate, 0, T0));
	close_two(&t, *state);
}

static void
of_several_budgets_all_or_none_is_taken(void **state)
{
	struct two t;

	open_two(&t, *state);
	for (int i = 0; i < 5; i++)
		assert_true(take(&t, 0, &rate, 1, BEGIN));
	for (int i = 0; i < 20; i++) /* none of the other is spent on it */
		assert_false(take(&t, 0, &both, 1, BEGIN));
	for (int i = 0; i < 10; i++)
		assert_true(take(&t, 1, &both, 1, BEGIN + (i + 1) * MINUTE));
	assert_false(take(&t, 1, &both, 1, BEGIN + HOUR));
	for (int i = 0; i < 5; i++)
		assert_true(take(&t, 1, &rate, 1, BEGIN + HOUR));
	close_two(&t, *state);
}

static void
other_tools_of_the_application_have_their_part(void **state)
{
	struct two t;

	open_two(&t, *state);
	t.application.quota = 40;
	for (int i = 0; i < 4; i++)
		assert_true(take(&t, 0, &counted, 1, BEGIN));
	assert_false(take(&t, 0, &counted, 1, BEGIN));
	assert_true(take(&t, 0, &rate, 1, T0));
	assert_true(take(&t, 0, &rate, 1, T0));
	assert_false(take(&t, 0, &rate, 1, T0 + 2 * MINUTE));
	assert_true(take(&t, 0, &rate, 1, T0 + 2 * MINUTE + MINUTE / 2));
	close_two(&t, *state);
}

/* After a stop nothing is sent until all was read: these polls go before others, and the reserve is theirs. */
static void
what_sends_wait_for_may_use_the_reserve(void **state)
{
	struct two t;
	struct runner *toys, *tools;

	open_two(&t, *state);
	toys = &t.d.runners[0];
	tools = &t.d.runners[1];
	meta_set(((struct kit *)*state)->store, "lost_from", "1000");
	meta_set(((struct kit *)*state)->store, "lost_until", "2000");
	meta_set(((struct kit *)*state)->store, "lost_why", "stopped");
	toys->sweep_from = quarantine_until(&t.d, toys->connector);
	assert_true(quarantine_waits_for(&t.d, toys, 1500));
	assert_false(quarantine_waits_for(&t.d, toys, toys->sweep_from));
	for (int i = 0; i < 2; i++) /* one less than usual */
		assert_true(take(&t, 1, &rate, 0, T0));
	assert_false(take(&t, 1, &rate, 0, T0));
	toys->sweeping = 1;
	tools->send_waits = "rate"; /* but not what a send waits for */
	for (int i = 0; i < 2; i++)
		assert_true(take(&t, 0, &rate, 0, T0));
	assert_false(take(&t, 0, &rate, 0, T0));
	for (int i = 0; i < 9; i++) /* of ten calls in a window two are for sends */
		assert_true(take(&t, 0, &counted, 0, BEGIN + DAY - MINUTE));
	assert_false(take(&t, 0, &counted, 0, BEGIN + DAY - MINUTE));
	toys->sweep_from = T0; /* a new account is in no hurry */
	assert_false(quarantine_waits_for(&t.d, toys, 0));
	close_two(&t, *state);
}

static void
usage_shows_what_is_left_of_a_rate(void **state)
{
	struct usage list[8];
	struct two t;

	open_two(&t, *state);
	for (int i = 0; i < 3; i++)
		assert_true(take(&t, i % 2, &rate, 0, T0));
	assert_int_equal(usage_quotas(&t.d, T0, list, 8), 1);
	assert_string_equal(list[0].owner, "app");
	assert_string_equal(list[0].name, "rate");
	assert_int_equal(list[0].limit, 5);
	assert_int_equal(list[0].used, 3);
	assert_int_equal(list[0].left, 2);
	assert_int_equal(list[0].for_sends, 2);
	assert_int_equal(list[0].until, T0 + 3 * MINUTE);
	assert_int_equal(usage_quotas(&t.d, T0 + 3 * MINUTE, list, 8), 0);
	close_two(&t, *state);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_TEST(polls_leave_the_reserve_to_sends),
		KIT_TEST(accounts_of_an_application_share_its_quota),
		KIT_TEST(a_backlog_takes_no_share_of_others),
		KIT_TEST(a_share_may_be_taken_at_once),
		KIT_TEST(sends_take_their_reserve_first),
		KIT_TEST(sends_are_not_shared_out),
		KIT_TEST(a_new_window_begins_when_the_platform_says),
		KIT_TEST(a_rate_has_a_burst_and_comes_back_evenly),
		KIT_TEST(polls_leave_the_reserve_of_a_rate),
		KIT_TEST(polls_leave_a_rate_to_sends_that_wait),
		KIT_TEST(of_several_budgets_all_or_none_is_taken),
		KIT_TEST(other_tools_of_the_application_have_their_part),
		KIT_TEST(what_sends_wait_for_may_use_the_reserve),
		KIT_TEST(usage_shows_what_is_left_of_a_rate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
