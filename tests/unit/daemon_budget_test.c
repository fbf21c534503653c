/* Quotas: what polls may use, what is kept for sends, and who shares one. */
#include "daemon_store_test_kit.h"

#include "daemon/runner.h"

static const struct budget budgets[] = {
	{"calls", 10, DAY, 7 * HOUR, 20, 1},
	{"own", 2, DAY, 0, 0, 0},
	{.name = NULL},
};
static const struct connector platform = {.name = "example", .title = "Example", .budgets = budgets};
static const struct exchange counted = {.budget = "calls"}, own = {.budget = "own"}, free_of_charge = {0};

struct two { /* accounts of one application */
	struct conf_application application;
	struct conf_account accounts[2];
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
		assert_true(take(&t, 0, &counted, 0, T0));
	assert_false(take(&t, 0, &counted, 0, T0));
	assert_true(take(&t, 0, &counted, 1, T0));
	assert_true(take(&t, 0, &counted, 1, T0));
	assert_false(take(&t, 0, &counted, 1, T0));
	assert_true(take(&t, 0, &free_of_charge, 0, T0));
	close_two(&t, *state);
}

static void
accounts_of_an_application_share_its_quota(void **state)
{
	struct two t;

	open_two(&t, *state);
	for (int i = 0; i < 8; i++)
		assert_true(take(&t, i % 2, &counted, 0, T0));
	assert_false(take(&t, 0, &counted, 0, T0));
	assert_false(take(&t, 1, &counted, 0, T0));
	assert_true(take(&t, 0, &own, 0, T0));
	assert_true(take(&t, 0, &own, 0, T0));
	assert_false(take(&t, 0, &own, 0, T0));
	assert_true(take(&t, 1, &own, 0, T0));
	close_two(&t, *state);
}

static void
a_new_window_begins_when_the_platform_says(void **state)
{
	const int64_t begin = T0 - (T0 - 7 * HOUR) % DAY;
	struct two t;

	open_two(&t, *state);
	for (int i = 0; i < 8; i++)
		assert_true(take(&t, 0, &counted, 0, begin));
	assert_false(take(&t, 0, &counted, 0, begin + DAY - 1));
	assert_true(take(&t, 0, &counted, 0, begin + DAY));
	close_two(&t, *state);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_TEST(polls_leave_the_reserve_to_sends),
		KIT_TEST(accounts_of_an_application_share_its_quota),
		KIT_TEST(a_new_window_begins_when_the_platform_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
