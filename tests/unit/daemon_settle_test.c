#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/instant.h"
#include "daemon/outbox/settle.h"

#include <cmocka.h> /* last: it has a macro named fail */

#define START   INT64_C(1760000000000)
#define VISIBLE (2 * MINUTE)
#define TEXT    "Guten Tag, Ihr Paket ist unterwegs."

static const struct attempt attempt = {.seen = "[\"m1\"]", .text = TEXT, .started = START};

/* One listing with one own item (remote NULL: none), read `after` ms after the attempt began. */
static enum settled
judge(const char *remote, const char *text, int64_t at, int complete, int64_t after)
{
	json_t *own =
		remote ? json_pack("[{s:s, s:s, s:I}]", "remote", remote, "text", text, "at", (json_int_t)at)
		       : json_array();
	const char *found;
	enum settled r = settle(&attempt, own, complete, START + after, VISIBLE, &found);

	if (r == SETTLED_FOUND)
		assert_string_equal(found, remote);
	else
		assert_null(found);
	json_decref(own);
	return r;
}

static void
a_new_own_item_is_ours_at_once(void **state)
{
	(void)state;
	assert_int_equal(judge("m2", TEXT, START + SECOND, 0, SECOND), SETTLED_FOUND);
	assert_int_equal(judge("m2", "  Guten Tag,\n Ihr Paket ist unterwegs. ", 0, 1, SECOND),
			 SETTLED_FOUND);
}

static void
what_was_there_before_is_not_ours(void **state)
{
	(void)state;
	assert_int_equal(judge("m1", TEXT, START + SECOND, 1, VISIBLE), SETTLED_ABSENT);
	assert_int_equal(judge("m0", TEXT, START - DAY, 1, VISIBLE), SETTLED_ABSENT);
}

static void
another_text_is_not_ours(void **state)
{
	(void)state;
	assert_int_equal(judge("m2", "Kommt morgen!", START + SECOND, 1, VISIBLE), SETTLED_ABSENT);
	assert_int_equal(judge("m2", "Guten Tag", START + SECOND, 1, VISIBLE), SETTLED_ABSENT);
}

/* The same bytes were sent again for hours: the first time may have been the one that arrived. */
static void
it_may_be_as_old_as_the_last_look(void **state)
{
	const struct attempt again = {
		.seen = "[]", .text = TEXT, .started = START, .looked = START - 5 * HOUR};
	const struct attempt once = {.seen = "[]", .text = TEXT, .started = START};
	json_t *own = json_pack("[{s:s, s:s, s:I}]", "remote", "m2", "text", TEXT, "at",
				(json_int_t)(START - 4 * HOUR));
	const char *found;

	(void)state;
	assert_int_equal(settle(&again, own, 1, START + VISIBLE, VISIBLE, &found), SETTLED_FOUND);
	assert_int_equal(settle(&once, own, 1, START + VISIBLE, VISIBLE, &found), SETTLED_ABSENT);
	json_decref(own);
}

/* After an older store was put back, what its later lives sent is as new as what is looked for. */
static void
of_two_it_is_the_first(void **state)
{
	const struct attempt a = {.seen = "[\"m1\"]", .text = TEXT, .started = START};
	json_t *own = json_pack("[{s:s, s:s, s:I}, {s:s, s:s, s:I}, {s:s, s:s, s:I}]", "remote", "m3", "text",
				TEXT, "at", (json_int_t)(START + 12 * HOUR), "remote", "m2", "text", TEXT,
				"at", (json_int_t)(START + SECOND), "remote", "m4", "text", TEXT, "at",
				(json_int_t)(START + DAY));
	const char *found;

	(void)state;
	assert_int_equal(settle(&a, own, 1, START + 2 * DAY, VISIBLE, &found), SETTLED_FOUND);
	assert_string_equal(found, "m2");
	json_decref(own);
}

static void
absent_counts_only_late_enough(void **state)
{
	(void)state;
	assert_int_equal(judge(NULL, NULL, 0, 1, VISIBLE - 1), SETTLED_TOO_EARLY);
	assert_int_equal(judge(NULL, NULL, 0, 1, VISIBLE), SETTLED_ABSENT);
}

static void
absent_counts_only_in_a_whole_listing(void **state)
{
	(void)state;
	assert_int_equal(judge(NULL, NULL, 0, 0, VISIBLE), SETTLED_INCOMPLETE);
	assert_int_equal(judge("m2", "Kommt morgen!", START, 0, DAY), SETTLED_INCOMPLETE);
}

/* A refund of 5 EUR, after a look that showed r1; own: one item of this sum (0: none is stated) without a text. */
static enum settled
judge_sum(const char *seen, const char *remote, int64_t minor, const char *currency)
{
	const struct attempt refund = {
		.seen = seen, .text = "Entschuldigung!", .amount = {500, "EUR"}, .started = START};
	json_t *own = json_pack("[{s:s, s:I}]", "remote", remote, "at", (json_int_t)START);
	const char *found;
	enum settled r;

	if (minor)
		json_object_update_new(
			json_array_get(own, 0),
			json_pack("{s:I, s:s}", "minor", (json_int_t)minor, "currency", currency));
	r = settle(&refund, own, 1, START + VISIBLE, VISIBLE, &found);
	json_decref(own);
	return r;
}

static void
another_amount_is_not_ours(void **state)
{
	(void)state;
	assert_int_equal(judge_sum("[\"r1\"]", "r2", 500, "EUR"), SETTLED_FOUND);
	assert_int_equal(judge_sum("[\"r1\"]", "r2", 499, "EUR"), SETTLED_ABSENT);
	assert_int_equal(judge_sum("[\"r1\"]", "r2", 500, "USD"), SETTLED_ABSENT);
	assert_int_equal(judge_sum("[\"r1\"]", "r1", 500, "EUR"), SETTLED_ABSENT);
}

static void
what_states_nothing_is_told_by_its_newness(void **state)
{
	(void)state;
	assert_int_equal(judge_sum("[\"r1\"]", "r2", 0, NULL), SETTLED_FOUND);
	assert_int_equal(judge_sum("[\"r1\"]", "r1", 0, NULL), SETTLED_ABSENT);
}

static void
nothing_is_new_where_nobody_looked(void **state)
{
	(void)state;
	assert_int_equal(judge_sum(NULL, "r2", 500, "EUR"), SETTLED_INCOMPLETE);
	assert_int_equal(judge_sum(NULL, "r2", 0, NULL), SETTLED_INCOMPLETE);
	assert_int_equal(judge_sum(NULL, "r2", 499, "EUR"), SETTLED_ABSENT);
}

static void
ids_are_kept_for_the_next_look(void **state)
{
	json_t *own = json_pack("[{s:s, s:s, s:I}]", "remote", "m\"9", "text", TEXT, "at", (json_int_t)START);
	char *ids = settle_ids(own);
	const struct attempt next = {.seen = ids, .text = TEXT, .started = START};
	const char *found;

	(void)state;
	assert_int_equal(settle(&next, own, 1, START + VISIBLE, VISIBLE, &found), SETTLED_ABSENT);
	free(ids);
	json_decref(own);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_own_item_is_ours_at_once),
		cmocka_unit_test(what_was_there_before_is_not_ours),
		cmocka_unit_test(another_text_is_not_ours),
		cmocka_unit_test(it_may_be_as_old_as_the_last_look),
		cmocka_unit_test(of_two_it_is_the_first),
		cmocka_unit_test(absent_counts_only_late_enough),
		cmocka_unit_test(absent_counts_only_in_a_whole_listing),
		cmocka_unit_test(another_amount_is_not_ours),
		cmocka_unit_test(what_states_nothing_is_told_by_its_newness),
		cmocka_unit_test(nothing_is_new_where_nobody_looked),
		cmocka_unit_test(ids_are_kept_for_the_next_look),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
