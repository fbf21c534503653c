/* schedule.h - what leaves when: rows that wait, the budgets that they draw from, and so the order, the times, and who comes too late.
 *
 * Pure: no store, no clock, no memory between calls.  The sender (queue.c) asks whose turn it is, the forecast (forecast.c) runs the same on to the
 * end, and the tests do both; there is no second model.
 *
 * The order.  The earliest deadline goes first, over all lanes that share a budget, one call at a time: of a row that has been looked at, the
 * send waits again for its turn.  Whoever comes later takes no call that one before it still needs (its whole cost: look, send, and the look
 * that settles a lost answer), but whatever those do not need is not held back.  What can no longer be in time stands behind all that can,
 * and has its rank again when it can.  A row without deadline stands where one with two days would; it is never the reason that another
 * comes too late.  Rows that have waited two days beyond their time get every twentieth call, so that nothing starves.
 *
 * A send whose look would grow too old while it waits for its turn goes before its turn, when that makes nobody late: another look would
 * cost the same call.
 *
 * With one budget that is the best possible when the rows cost the same.  With several nested ones nothing simple is, so the order is
 * compared with that of arrival, and the better one is taken.
 */
#ifndef SCHEDULE_H
#define SCHEDULE_H

#include <stdint.h>

#define SCHEDULE_BUDGETS 64
#define SCHEDULE_STEPS   4
#define LOOK_KEEPS                                                                                           \
	INT64_C(300000) /* ms: a last look is good so long; no row begins whose send would come later */

/* Either a bucket, or calls in a window. */
struct schedule_budget {
	int64_t burst;    /* a bucket holds so many calls; 0: it is a window */
	int64_t interval; /* a bucket gets one call more every so many ms */
	int64_t full_at;  /* when the bucket will be full */
	int64_t window;   /* ms */
	int64_t began;    /* the window began then, and has so many calls left */
	int64_t left;
	int64_t limit; /* calls of each later window */
};
int64_t schedule_free(const struct schedule_budget *, int64_t at); /* calls that may leave at once then */
int64_t schedule_when(const struct schedule_budget *, int64_t at,
		      int64_t n); /* from when, at `at` at the earliest, so many may leave at once */
void schedule_take(struct schedule_budget *, int64_t at);

/* What was decided about a row.  The plan that it stands for is kept, as long as no other is better: so what was said stays true. */
enum schedule_place {
	PLAN_NEW,
	PLAN_IN_TIME,
	PLAN_BACK,    /* it cannot be in time, or others could not: behind those that can */
	PLAN_ARRIVAL, /* all of them leave in the order of arrival, which is better now */
};

struct schedule_row {
	int64_t id;
	int64_t ready;                  /* not before */
	int64_t deadline;               /* 0: none */
	int lane;                       /* one call at a time in each; 0, 1, … */
	int nsteps;                     /* calls that it still needs ... */
	uint64_t steps[SCHEDULE_STEPS]; /* ... and of each the budgets, as bits */
	int64_t looked_until;           /* it was looked at, and after this has to be again; 0: it was not */
	/* what comes out */
	enum schedule_place plan; /* and before it, as it came out last; PLAN_NEW: not yet */
	int late;                 /* its deadline will have passed when it leaves */
	int64_t leaves;           /* its last call; INT64_MAX: not to be seen */
	/* within */
	int64_t key;
	int rank, done;
};

/* Puts the rows in order and says what becomes of each when nothing else comes.  gap: ms from one call of a lane to its next.  How many come
 * too late. */
int schedule_plan(struct schedule_row *, int n, const struct schedule_budget *, int nbudgets, int64_t now,
		  int64_t gap);
/* The same in the order of arrival, for comparison. */
int schedule_fifo(struct schedule_row *, int n, const struct schedule_budget *, int nbudgets, int64_t now,
		  int64_t gap);
/* Of rows in order, the first of this lane that may make its next call now; -1, and from when one may (INT64_MAX: there is none). */
int schedule_turn(const struct schedule_row *, int n, const struct schedule_budget *, int nbudgets,
		  int64_t now, int lane, int64_t *when);

#endif
