/* What leaves when: on seeded traces, against the best that can be had, against the order of arrival, and against the forecast.
 *
 *   daemon_schedule_test [TRACES]      so many of each kind; 30 when not said
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon_schedule_test_kit.h"

static int traces = 30;

typedef int planner(struct schedule_row *, int, const struct schedule_budget *, int, int64_t, int64_t);

static int
by_id(const void *a, const void *b)
{
	const struct schedule_row *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

/* Deadlines alone, nothing goes back. */
static int
plain_edf(struct schedule_row *rows, int n, const struct schedule_budget *budgets, int nbudgets, int64_t now,
	  int64_t gap)
{
	struct schedule_row *r = malloc((size_t)n * sizeof *r);
	int late;

	for (int i = 0; i < n; i++) { /* in the order of "arrival", which is that of deadlines here */
		r[i] = rows[i];
		r[i].ready = rows[i].deadline ? rows[i].deadline : INT64_MAX / 2;
	}
	late = schedule_fifo(r, n, budgets, nbudgets, now, gap);
	for (int i = 0; i < n; i++)
		for (int k = 0; k < n; k++)
			if (rows[k].id == r[i].id)
				r[i].ready = rows[k].ready;
	memcpy(rows, r, (size_t)n * sizeof *rows);
	free(r);
	return late;
}

/* Goes through the trace; leaves[id] says when each left.  How many came too late. */
static int
live(const struct trace *t, planner *plan, int64_t leaves[ROWS])
{
	struct schedule_budget budgets[SCHEDULE_BUDGETS];
	struct schedule_row waiting[ROWS], all[ROWS];
	int64_t free_at[LANES] = {0}, now = 0;
	int late = 0, left = t->n;

	memcpy(budgets, t->budgets, sizeof budgets);
	memcpy(all, t->rows, sizeof all);
	for (int guard = 0; left && guard < 200000; guard++) {
		int64_t next = INT64_MAX, when;
		int n = 0, went = 0;

		for (int i = 0; i < t->n; i++) {
			if (all[i].ready <= now && all[i].nsteps)
				waiting[n++] = all[i];
			else if (all[i].nsteps && all[i].ready < next)
				next = all[i].ready;
		}
		plan(waiting, n, budgets, t->nbudgets, now, GAP);
		for (int i = 0; i < n; i++) {
			all[waiting[i].id].plan = waiting[i].plan;
			all[waiting[i].id].late = waiting[i].late;
		}
		for (int lane = 0; lane < LANES && !went; lane++) {
			struct schedule_row *r;
			int i = -1;

			when = free_at[lane];
			if (when <= now)
				i = schedule_turn(waiting, n, budgets, t->nbudgets, now, lane, &when);
			if (i < 0) {
				next = when > now && when < next ? when : next;
				continue;
			}
			r = &all[waiting[i].id];
			for (int b = 0; b < t->nbudgets; b++)
				if (r->steps[0] >> b & 1) {
					assert_true(schedule_free(&budgets[b], now) > 0);
					schedule_take(&budgets[b], now);
				}
			memmove(r->steps, r->steps + 1, sizeof r->steps - sizeof *r->steps);
			free_at[lane] = now + GAP;
			went = 1;
			if (--r->nsteps)
				continue;
			leaves[r->id] = now;
			late += r->deadline && now > r->deadline;
			left--;
		}
		if (!went)
			now = next;
	}
	assert_int_equal(left, 0);
	return late;
}

static int
missed(const struct trace *t, planner *plan, const char *feasible)
{
	int64_t leaves[ROWS];
	int n = 0;

	live(t, plan, leaves);
	for (int i = 0; i < t->n; i++)
		n += feasible[i] && leaves[i] > t->rows[i].deadline;
	return n;
}

static void
one_bucket_misses_nothing_that_can_be_met(void **state)
{
	long rows = 0, can = 0, ours = 0, fifo = 0, edf = 0;
	static struct trace t;
	char feasible[ROWS];

	(void)state;
	for (int seed = 1; seed <= traces; seed++) {
		int bad;

		busy_trace(&t, (uint64_t)seed, feasible);
		for (int i = 0; i < t.n; i++)
			can += feasible[i];
		rows += t.n;
		bad = missed(&t, schedule_plan, feasible);
		if (bad)
			print_message("trace %d: %d missed\n", seed, bad);
		ours += bad;
		fifo += missed(&t, schedule_fifo, feasible);
		edf += missed(&t, plain_edf, feasible);
	}
	print_message("one bucket, 95 %% used, %d traces, %ld rows, %ld of them feasible: missed %ld; in the "
		      "order of arrival %ld; by deadline without stepping back %ld\n",
		      traces, rows, can, ours, fifo, edf);
	assert_int_equal(ours, 0);
	assert_true(fifo > 0 && edf > 0);
}

/* Few enough to try all subsets: which rows, taken by deadline alone, are in time together? */
static int
best_of_all(const struct trace *t)
{
	char counts[ROWS], late[ROWS];
	int best = t->n;

	for (unsigned set = 0; set < 1u << t->n; set++) {
		for (int i = 0; i < t->n; i++)
			counts[i] = (char)(set >> i & 1);
		if (!reference(t, counts, 0, late) && t->n - __builtin_popcount(set) < best)
			best = t->n - __builtin_popcount(set);
	}
	return best;
}

static void
a_backlog_on_one_bucket_is_met_as_well_as_can_be(void **state)
{
	static struct trace t;
	int late = 0;

	(void)state;
	for (int seed = 1; seed <= traces * 10; seed++) {
		struct schedule_row rows[ROWS];
		int ours;

		state_of_luck = (uint64_t)seed;
		memset(&t, 0, sizeof t);
		t.nbudgets = 1;
		t.budgets[0] = (struct schedule_budget){.burst = among(1, 3), .interval = MINUTE};
		t.budgets[0].full_at = among(0, 3) * MINUTE;
		for (int i = (int)among(2, 8); i > 0; i--)
			row(&t, 0, among(1, 18) * MINUTE, i % LANES, (int)among(1, 3), 1, 1);
		memcpy(rows, t.rows, sizeof rows);
		ours = schedule_plan(rows, t.n, t.budgets, 1, 0, 0);
		assert_int_equal(ours, best_of_all(&t));
		late += ours;
	}
	assert_true(late > 0);
}

/* ---- several budgets on one call ---- */

/* A rate for each of three kinds of calls, one over all of them, and a daily quota over those. */
static void
nested_trace(struct trace *t, uint64_t seed)
{
	int64_t now = 0;

	state_of_luck = seed * 77;
	memset(t, 0, sizeof *t);
	t->nbudgets = 5;
	for (int b = 0; b < 3; b++)
		t->budgets[b] =
			(struct schedule_budget){.burst = among(1, 5), .interval = among(1, 10) * MINUTE};
	t->budgets[3] = (struct schedule_budget){.burst = among(2, 6), .interval = among(1, 4) * MINUTE};
	t->budgets[4] = (struct schedule_budget){
		.window = 6 * HOUR, .began = -among(0, 5) * HOUR, .left = among(5, 60)};
	t->budgets[4].limit = among(40, 120);
	while (t->n < ROWS / 2) {
		const int kind = (int)(luck() % 3), steps = luck() % 4 ? 2 : luck() % 2 ? 1 : 3;
		const uint64_t look = 1u << (luck() % 2 ? kind : 2) | 1 << 3 | 1 << 4,
			       send = 1u << kind | 1 << 3 | 1 << 4;

		row(t, now, luck() % 8 ? now + among(1, 60) * among(1, 10) * MINUTE : 0,
		    (int)(luck() % LANES), steps, look, send);
		if (luck() % 3)
			now += waiting(among(4, 25) * MINUTE);
	}
}

static void
nested_budgets_are_never_worse_than_arrival(void **state)
{
	static struct trace t;
	long ours = 0, fifo = 0, worse = 0, alone = 0;

	(void)state;
	for (int seed = 1; seed <= traces * 10; seed++) { /* a backlog: never, on none */
		struct schedule_row rows[ROWS];
		int a;

		nested_trace(&t, (uint64_t)seed);
		t.n = (int)among(2, 50);
		for (int i = 0; i < t.n; i++)
			t.rows[i].ready = -i;
		memcpy(rows, t.rows, sizeof rows);
		a = schedule_plan(rows, t.n, t.budgets, t.nbudgets, 0, GAP);
		assert_true(a <= schedule_fifo(rows, t.n, t.budgets, t.nbudgets, 0, GAP));
	}
	for (int seed = 1; seed <= traces; seed++) { /* and what comes later is not known before */
		int64_t leaves[ROWS];
		int a, b;

		nested_trace(&t, (uint64_t)seed);
		a = live(&t, schedule_plan, leaves);
		b = live(&t, schedule_fifo, leaves);
		if (a > b)
			print_message("trace %d: %d missed, in the order of arrival %d\n", seed, a, b);
		worse += a > b;
		ours += a;
		fifo += b;
		alone += live(&t, plain_edf, leaves);
	}
	print_message(
		"nested budgets, %d traces: missed %ld; in the order of arrival %ld; by deadline alone %ld; "
		"worse than arrival on %ld traces\n",
		traces, ours, fifo, alone, worse);
	assert_true(ours * 2 < fifo);
	assert_true(worse * 100 <= traces + 99); /* nobody who does not know what comes can promise more */
}

/* ---- what is said before is what happens ---- */

static void
the_forecast_is_the_outcome(void **state)
{
	static struct trace t;
	int late = 0;

	(void)state;
	for (int seed = 1; seed <= traces; seed++) {
		struct schedule_row rows[ROWS];
		int64_t leaves[ROWS];
		char feasible[ROWS];
		int said;

		if (seed % 2)
			nested_trace(&t, (uint64_t)seed);
		else
			busy_trace(&t, (uint64_t)seed, feasible);
		t.n = 40;
		for (int i = 0; i < t.n; i++)
			t.rows[i].ready = 0; /* all of it waits, nothing new comes */
		memcpy(rows, t.rows, sizeof rows);
		said = schedule_plan(rows, t.n, t.budgets, t.nbudgets, 0, GAP);
		live(&t, schedule_plan, leaves);
		qsort(rows, (size_t)t.n, sizeof *rows, by_id);
		for (int i = 0; i < t.n; i++) {
			const int was = t.rows[i].deadline && leaves[i] > t.rows[i].deadline;

			if (rows[i].late != was)
				fail_msg("trace %d, row %d: forecast %lld, left %lld, deadline %lld", seed, i,
					 (long long)rows[i].leaves, (long long)leaves[i],
					 (long long)rows[i].deadline);
		}
		late += said;
	}
	assert_true(late > 0);
}

/* ---- single cases ---- */

static const struct schedule_budget minute = {.burst = 1, .interval = MINUTE};

static int64_t
leaves_of(const struct schedule_row *rows, int n, int64_t id)
{
	for (int i = 0; i < n; i++)
		if (rows[i].id == id)
			return rows[i].leaves;
	return -1;
}

static void
the_earliest_deadline_goes_first_over_all_lanes(void **state)
{
	struct trace t = {.nbudgets = 1, .budgets = {minute}};
	int64_t when;

	(void)state;
	row(&t, 0, HOUR, 0, 1, 1, 1);
	row(&t, 0, MINUTE / 2, 1, 1, 1, 1);
	assert_int_equal(schedule_plan(t.rows, t.n, t.budgets, 1, 0, 0), 0);
	assert_int_equal(schedule_turn(t.rows, t.n, t.budgets, 1, 0, 0, &when), -1);
	assert_int_equal(when, MINUTE);
	assert_true(schedule_turn(t.rows, t.n, t.budgets, 1, 0, 1, &when) >= 0);
	assert_int_equal(leaves_of(t.rows, 2, 1), 0);
	assert_int_equal(leaves_of(t.rows, 2, 0), MINUTE);
}

static void
what_cannot_be_in_time_drags_nobody_along(void **state)
{
	struct trace t = {.nbudgets = 1, .budgets = {minute}};

	(void)state;
	for (int i = 0; i < 5; i++)
		row(&t, 0, 1, 0, 2, 1, 1); /* hopeless */
	row(&t, 0, 2 * MINUTE, 1, 2, 1, 1);
	assert_int_equal(schedule_plan(t.rows, t.n, t.budgets, 1, 0, 0), 5);
	assert_int_equal(leaves_of(t.rows, 6, 5), MINUTE);
	for (int i = 0; i < 6; i++)
		assert_int_equal(t.rows[i].plan, i ? PLAN_BACK : PLAN_IN_TIME);
	t.budgets[0] = (struct schedule_budget){.burst = 20, .interval = MINUTE}; /* a larger quota */
	t.rows[2].deadline = HOUR;
	assert_int_equal(schedule_plan(t.rows, t.n, t.budgets, 1, 0, 0), 0);
	for (int i = 0; i < 6; i++)
		assert_int_equal(t.rows[i].plan, PLAN_IN_TIME);
}

/* A daily quota is empty: what needs it waits, and takes nothing of the rate from those that do not. */
static void
an_empty_quota_holds_up_no_other(void **state)
{
	struct trace t = {.nbudgets = 2,
			  .budgets = {{.burst = 3, .interval = MINUTE},
				      {.window = DAY, .began = 0, .left = 0, .limit = 100}}};

	(void)state;
	for (int i = 0; i < 10; i++)
		row(&t, 0, 2 * DAY, i % 3, 1, 3, 3);
	row(&t, 0, 3 * DAY, 4, 2, 1, 1);
	assert_int_equal(schedule_plan(t.rows, t.n, t.budgets, 2, 0, 0), 0);
	assert_int_equal(leaves_of(t.rows, 11, 10), 0);
	assert_int_equal(leaves_of(t.rows, 11, 9), DAY + 7 * MINUTE);
}

/* The last call of the day is kept for who needs it, though its rate lets it go only later. */
static void
the_last_call_is_left_to_the_more_urgent(void **state)
{
	struct trace t = {.nbudgets = 3,
			  .budgets = {{.burst = 1, .interval = 10 * MINUTE, .full_at = 10 * MINUTE},
				      {.burst = 1, .interval = MINUTE},
				      {.window = DAY, .began = 0, .left = 1, .limit = 100}}};

	(void)state;
	row(&t, 0, HOUR, 0, 1, 5, 5);
	row(&t, 0, 2 * DAY, 1, 1, 6, 6);
	assert_int_equal(schedule_plan(t.rows, t.n, t.budgets, 3, 0, 0), 0);
	assert_int_equal(leaves_of(t.rows, 2, 0), 10 * MINUTE);
	assert_int_equal(leaves_of(t.rows, 2, 1), DAY);
}

static void
without_deadline_comes_last_but_comes(void **state)
{
	static struct trace t;
	int64_t leaves[ROWS];

	(void)state;
	memset(&t, 0, sizeof t);
	t.nbudgets = 1;
	t.budgets[0] = (struct schedule_budget){.burst = 1, .interval = HOUR};
	row(&t, 0, 0, 0, 2, 1, 1);
	while (t.n < ROWS) /* for a week more than can be done */
		row(&t, t.n * HOUR, t.n * HOUR + 4 * HOUR, 1 + t.n % 4, 2, 1, 1);
	live(&t, schedule_plan, leaves);
	assert_true(leaves[0] > 30 * HOUR);
	assert_true(leaves[0] <= 6 * DAY);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_earliest_deadline_goes_first_over_all_lanes),
		cmocka_unit_test(what_cannot_be_in_time_drags_nobody_along),
		cmocka_unit_test(an_empty_quota_holds_up_no_other),
		cmocka_unit_test(the_last_call_is_left_to_the_more_urgent),
		cmocka_unit_test(without_deadline_comes_last_but_comes),
		cmocka_unit_test(one_bucket_misses_nothing_that_can_be_met),
		cmocka_unit_test(a_backlog_on_one_bucket_is_met_as_well_as_can_be),
		cmocka_unit_test(nested_budgets_are_never_worse_than_arrival),
		cmocka_unit_test(the_forecast_is_the_outcome),
	};

	if (argc > 1 || getenv("TRACES"))
		traces = atoi(argc > 1 ? argv[1] : getenv("TRACES"));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
