#include "daemon/schedule/schedule.h"

#include <stdlib.h>
#include <string.h>

#include "base/instant.h"

#define PATIENCE (2 * DAY) /* of a row without deadline */
#define TURNS                                                                                                \
	40 /* two in so many, a look and a send, for those that have waited longer than that beyond their time */
#define MOVES    64 /* of a row in a run, before it is given up */
#define READMITS 16

/* ---- a budget ---- */

static int64_t
left_of_window(const struct schedule_budget *b, int64_t at)
{
	return b->window - (at - b->began) % b->window;
}

int64_t
schedule_free(const struct schedule_budget *b, int64_t at)
{
	int64_t n;

	if (!b->burst)
		return at < b->began + b->window ? b->left : b->limit;
	if (at >= b->full_at)
		return b->burst;
	n = b->burst - (b->full_at - at + b->interval - 1) / b->interval;
	return n > 0 ? n : 0;
}

int64_t
schedule_when(const struct schedule_budget *b, int64_t at, int64_t n)
{
	int64_t when = at;

	if (b->burst)
		when = (b->full_at > at ? b->full_at : at) + (n - b->burst) * b->interval;
	else if (schedule_free(b, at) < n)
		when = at + left_of_window(b, at);
	return when > at ? when : at;
}

void
schedule_take(struct schedule_budget *b, int64_t at)
{
	if (b->burst) {
		b->full_at = (b->full_at > at ? b->full_at : at) + b->interval;
		return;
	}
	if (at >= b->began + b->window) {
		b->began = at - (at - b->began) % b->window;
		b->left = b->limit;
	}
	b->left--;
}

/* ---- whose turn it is ---- */

static int64_t
most(const struct schedule_budget *b)
{
	return b->burst ? b->burst : b->limit;
}

/* Calls that a row still needs of a budget. */
static int
needs(const struct schedule_row *r, int budget)
{
	int n = 0;

	for (int s = r->done; s < r->nsteps; s++)
		n += (int)(r->steps[s] >> budget & 1);
	return n;
}

/* A row that cannot go before `at` claims what it needs, but for what will be there again by then whoever takes one now. */
static void
claim(const struct schedule_row *r, const struct schedule_budget *budgets, int nbudgets, int64_t now,
      int64_t at, int claims[SCHEDULE_BUDGETS])
{
	for (int i = 0; i < nbudgets; i++) {
		const struct schedule_budget *b = &budgets[i];
		const int64_t from = b->full_at > now ? b->full_at : now;

		if (b->burst ? from + b->interval > at : at < now + left_of_window(b, now))
			claims[i] += needs(r, i);
	}
}

/* Its send must not come so late after its look that there is another look. */
static int64_t
may_begin(const struct schedule_budget *b, int need, int claimed, int64_t now)
{
	int64_t keeps = LOOK_KEEPS, when;

	if (!b->burst)
		return schedule_when(b, now, claimed + (need < b->limit ? need : b->limit));
	if (keeps < 2 * need * b->interval)
		keeps = 2 * need * b->interval;
	when = schedule_when(b, now, claimed + need) - keeps;
	return when > now ? when : now;
}

/* From when it may make its next call, as far as can be said now: those before it need what is claimed. */
static int64_t
may_go(const struct schedule_row *r, const struct schedule_budget *budgets, int nbudgets,
       const int claims[SCHEDULE_BUDGETS], int64_t now)
{
	int64_t at = now, when;

	for (int b = 0; b < nbudgets; b++) {
		const int need = needs(r, b);

		if (!need)
			continue;
		if (r->steps[r->done] >> b & 1) {
			when = schedule_when(&budgets[b], now, claims[b] + 1);
			at = when > at ? when : at;
		}
		if (!r->done && r->nsteps > 1) {
			when = may_begin(&budgets[b], need, claims[b], now);
			at = when > at ? when : at;
		}
		if (most(&budgets[b]) <= 0)
			return INT64_MAX;
	}
	return at;
}

int
schedule_turn(const struct schedule_row *rows, int n, const struct schedule_budget *budgets, int nbudgets,
	      int64_t now, int lane, int64_t *when)
{
	int claims[SCHEDULE_BUDGETS] = {0};
	int64_t at;

	*when = INT64_MAX;
	for (int i = 0; i < n; i++) {
		if (rows[i].done >= rows[i].nsteps)
			continue;
		at = rows[i].ready > now ? rows[i].ready : may_go(&rows[i], budgets, nbudgets, claims, now);
		if (rows[i].lane == lane && at <= now)
			return i;
		if (rows[i].lane == lane)
			*when = at < *when ? at : *when;
		if (rows[i].ready <= now)
			claim(&rows[i], budgets, nbudgets, now, at, claims);
	}
	return -1;
}

/* ---- on to the end ---- */

struct run {
	struct schedule_row *rows;
	int n, nbudgets;
	struct schedule_budget budgets[SCHEDULE_BUDGETS];
	int64_t *free_at; /* of the lanes */
	int64_t gap;
};

/* One call at `now`: 1; 0, and when the next may be. */
static int
advance(struct run *run, int64_t now, int64_t *next)
{
	int claims[SCHEDULE_BUDGETS] = {0};

	*next = INT64_MAX;
	for (int i = 0; i < run->n; i++) {
		struct schedule_row *r = &run->rows[i];
		int64_t at;

		if (r->done >= r->nsteps)
			continue;
		at = r->ready > now ? r->ready : may_go(r, run->budgets, run->nbudgets, claims, now);
		if (at > now || run->free_at[r->lane] > now) {
			if (r->ready <= now)
				claim(r, run->budgets, run->nbudgets, now, at, claims);
			at = at > run->free_at[r->lane] ? at : run->free_at[r->lane];
			*next = at < *next ? at : *next;
			continue;
		}
		for (int b = 0; b < run->nbudgets; b++)
			if (r->steps[r->done] >> b & 1)
				schedule_take(&run->budgets[b], now);
		run->free_at[r->lane] = now + run->gap;
		if (++r->done == r->nsteps)
			r->leaves = now;
		return 1;
	}
	return 0;
}

/* Rows are in order.  How many come too late. */
static int
outcome(struct schedule_row *rows, int n, const struct schedule_budget *budgets, int nbudgets, int64_t now,
	int64_t gap)
{
	struct run run = {.rows = rows, .n = n, .nbudgets = nbudgets, .gap = gap};
	int lanes = 0, late = 0;
	long moves = (long)n * MOVES + MOVES;
	int64_t next;

	for (int i = 0; i < n; i++) {
		rows[i].done = 0;
		rows[i].leaves = rows[i].nsteps ? INT64_MAX : now;
		lanes = rows[i].lane >= lanes ? rows[i].lane + 1 : lanes;
	}
	run.free_at = calloc((size_t)lanes + 1, sizeof *run.free_at);
	if (!run.free_at)
		abort();
	memcpy(run.budgets, budgets, (size_t)nbudgets * sizeof *budgets);
	while (moves-- > 0) {
		if (advance(&run, now, &next))
			continue;
		if (next == INT64_MAX)
			break;
		now = next;
	}
	free(run.free_at);
	for (int i = 0; i < n; i++) {
		rows[i].done = 0;
		rows[i].late = rows[i].deadline && rows[i].leaves > rows[i].deadline;
		late += rows[i].late;
	}
	return late;
}

/* ---- the order ---- */

enum { RANK_TURN, RANK_IN_TIME, RANK_BACK };

static int
by_rank(const void *a, const void *b)
{
	const struct schedule_row *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

static void
sort(struct schedule_row *rows, int n)
{
	qsort(rows, (size_t)n, sizeof *rows, by_rank);
}

static uint64_t
uses(const struct schedule_row *r)
{
	uint64_t all = 0;

	for (int s = 0; s < r->nsteps; s++)
		all |= r->steps[s];
	return all;
}

/* Who makes place for one that comes too late: one without deadline, else who costs most of those before it, else itself. */
static int
who_goes_back(const struct schedule_row *rows, int late)
{
	int best = late;

	for (int i = late; i >= 0; i--) {
		const struct schedule_row *r = &rows[i];

		if (r->rank != RANK_IN_TIME ||
		    (i != late && r->lane != rows[late].lane && !(uses(r) & uses(&rows[late]))))
			continue;
		if (!r->deadline)
			return i;
		if (r->nsteps > rows[best].nsteps)
			best = i;
	}
	return best;
}

static int
first_late(const struct schedule_row *rows, int n)
{
	for (int i = 0; i < n; i++)
		if (rows[i].rank == RANK_IN_TIME && rows[i].late)
			return i;
	return -1;
}

/* The longest interval of what a row draws from. */
static int64_t
pace_of(const struct schedule_row *r, const struct schedule_budget *budgets, int nbudgets)
{
	int64_t pace = 1;

	for (int b = 0; b < nbudgets; b++) {
		const struct schedule_budget *x = &budgets[b];
		const int64_t one = x->burst ? x->interval : x->window / (x->limit > 0 ? x->limit : 1);

		if (uses(r) >> b & 1 && one > pace)
			pace = one;
	}
	return pace;
}

/* One of those that have waited long gets its turn now and then; once it has been looked at it also leaves. */
static void
give_turn(struct schedule_row *rows, int n, const struct schedule_budget *budgets, int nbudgets, int64_t now)
{
	int oldest = -1;

	for (int i = 0; i < n; i++)
		if (rows[i].ready <= now && rows[i].key + PATIENCE < now &&
		    (oldest < 0 || rows[i].ready < rows[oldest].ready))
			oldest = i;
	if (oldest >= 0 && now / pace_of(&rows[oldest], budgets, nbudgets) % TURNS < 2)
		rows[oldest].rank = RANK_TURN;
}

/* All in time as far as is known, but those that went back when `keep`; and whose turn it is. */
static void
by_deadline(struct schedule_row *rows, int n, const struct schedule_budget *budgets, int nbudgets,
	    int64_t now, int keep)
{
	for (int i = 0; i < n; i++) {
		rows[i].key = rows[i].deadline ? rows[i].deadline : rows[i].ready + PATIENCE;
		rows[i].rank = keep && rows[i].plan == PLAN_BACK ? RANK_BACK : RANK_IN_TIME;
	}
	give_turn(rows, n, budgets, nbudgets, now);
	sort(rows, n);
}

/* Whoever went back although that helped nobody comes forward again. */
static int
readmit(struct schedule_row *rows, int n, const struct schedule_budget *budgets, int nbudgets, int64_t now,
	int64_t gap, int count)
{
	int tries = 0, again;

	for (int i = 0; i < n && tries < READMITS; i++) {
		const int64_t id = rows[i].id;

		if (rows[i].rank != RANK_BACK)
			continue;
		tries++;
		rows[i].rank = RANK_IN_TIME;
		sort(rows, n);
		again = outcome(rows, n, budgets, nbudgets, now, gap);
		if (again <= count && first_late(rows, n) < 0) {
			count = again;
			i = -1;
			continue;
		}
		for (int k = 0; k < n; k++)
			if (rows[k].id == id)
				rows[k].rank = RANK_BACK;
		sort(rows, n);
	}
	return outcome(rows, n, budgets, nbudgets, now, gap);
}

static int
step_back(struct schedule_row *rows, int n, const struct schedule_budget *budgets, int nbudgets, int64_t now,
	  int64_t gap, int keep)
{
	int late, count;

	by_deadline(rows, n, budgets, nbudgets, now, keep);
	while ((count = outcome(rows, n, budgets, nbudgets, now, gap)) > 0 &&
	       (late = first_late(rows, n)) >= 0) {
		rows[who_goes_back(rows, late)].rank = RANK_BACK;
		sort(rows, n);
	}
	if (count && !keep)
		count = readmit(rows, n, budgets, nbudgets, now, gap, count);
	for (int i = 0; i < n; i++)
		rows[i].plan = rows[i].rank == RANK_BACK ? PLAN_BACK : PLAN_IN_TIME;
	return count;
}

static int
plan_anew(struct schedule_row *rows, int n, const struct schedule_budget *budgets, int nbudgets, int64_t now,
	  int64_t gap)
{
	return step_back(rows, n, budgets, nbudgets, now, gap, 0);
}

int
schedule_fifo(struct schedule_row *rows, int n, const struct schedule_budget *budgets, int nbudgets,
	      int64_t now, int64_t gap)
{
	for (int i = 0; i < n; i++) {
		rows[i].key = rows[i].ready;
		rows[i].rank = RANK_IN_TIME;
		rows[i].plan = PLAN_ARRIVAL;
	}
	sort(rows, n);
	return outcome(rows, n, budgets, nbudgets, now, gap);
}

/* As it was decided before; what came since then stands by its deadline. */
static int
plan_kept(struct schedule_row *rows, int n, const struct schedule_budget *budgets, int nbudgets, int64_t now,
	  int64_t gap)
{
	for (int i = 0; i < n; i++)
		if (rows[i].plan == PLAN_ARRIVAL)
			return schedule_fifo(rows, n, budgets, nbudgets, now, gap);
	return step_back(rows, n, budgets, nbudgets, now, gap, 1);
}

typedef int planner(struct schedule_row *, int, const struct schedule_budget *, int, int64_t, int64_t);

/* Another plan, taken when fewer come too late by it. */
static int
better(planner *plan, struct schedule_row *rows, int n, const struct schedule_budget *budgets, int nbudgets,
       int64_t now, int64_t gap, int late)
{
	struct schedule_row *other = malloc((size_t)n * sizeof *other);
	int count;

	if (!other)
		abort();
	memcpy(other, rows, (size_t)n * sizeof *rows);
	count = plan(other, n, budgets, nbudgets, now, gap);
	if (count < late) {
		memcpy(rows, other, (size_t)n * sizeof *rows);
		late = count;
	}
	free(other);
	return late;
}

static int
best_plan(struct schedule_row *rows, int n, const struct schedule_budget *budgets, int nbudgets, int64_t now,
	  int64_t gap)
{
	int late, back = 0;

	for (int i = 0; i < n; i++)
		back |= rows[i].plan > PLAN_IN_TIME;
	if (!n)
		return 0;
	late = plan_kept(rows, n, budgets, nbudgets, now, gap);
	if (!late && !back)
		return 0;
	late = better(plan_anew, rows, n, budgets, nbudgets, now, gap, late + !late);
	return late ? better(schedule_fifo, rows, n, budgets, nbudgets, now, gap, late) : 0;
}

/* Who was looked at and would have to be again before its turn comes. */
static int
grows_old(const struct schedule_row *r, const struct schedule_budget *budgets, int nbudgets, int64_t now)
{
	return r->looked_until && r->ready <= now && r->rank != RANK_TURN && r->leaves > r->looked_until &&
	       now + 3 * pace_of(r, budgets, nbudgets) >= r->looked_until;
}

int
schedule_plan(struct schedule_row *rows, int n, const struct schedule_budget *budgets, int nbudgets,
	      int64_t now, int64_t gap)
{
	struct schedule_row *hurried;
	int late = best_plan(rows, n, budgets, nbudgets, now, gap), i = 0, count;

	while (i < n && !grows_old(&rows[i], budgets, nbudgets, now))
		i++;
	if (i == n)
		return late;
	hurried = malloc((size_t)n * sizeof *hurried);
	if (!hurried)
		abort();
	memcpy(hurried, rows, (size_t)n * sizeof *rows);
	hurried[i].rank = RANK_TURN;
	sort(hurried, n);
	count = outcome(hurried, n, budgets, nbudgets, now, gap);
	if (count <= late) {
		memcpy(rows, hurried, (size_t)n * sizeof *rows);
		late = count;
	}
	free(hurried);
	return late;
}
