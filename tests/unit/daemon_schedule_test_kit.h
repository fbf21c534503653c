/* daemon_schedule_test_kit.h - seeded traces of rows that wait for budgets, and what the best order makes of them. */
#ifndef SCHEDULE_TEST_KIT_H
#define SCHEDULE_TEST_KIT_H

#include "base/instant.h"
#include "daemon/schedule/schedule.h"

#define ROWS  160
#define LANES 6
#define GAP   SECOND /* an answer takes so long */

/* ---- luck ---- */

static uint64_t state_of_luck;

static inline uint64_t
luck(void)
{
	uint64_t z = (state_of_luck += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static inline int64_t
among(int64_t low, int64_t high)
{
	return low + (int64_t)(luck() % (uint64_t)(high - low + 1));
}

/* With this mean: sums of a few throws would be too even, one is skewed enough. */
static inline int64_t
waiting(int64_t mean)
{
	int64_t t = 0;

	while (luck() % 8)
		t += mean / 7;
	return t + among(0, mean / 7);
}

/* ---- a trace, lived through: what comes is not known before it comes ---- */

struct trace {
	struct schedule_row rows[ROWS];
	int n, nbudgets;
	struct schedule_budget budgets[SCHEDULE_BUDGETS];
};

static inline void
row(struct trace *t, int64_t ready, int64_t deadline, int lane, int nsteps, uint64_t look, uint64_t send)
{
	struct schedule_row *r = &t->rows[t->n];

	*r = (struct schedule_row){
		.id = t->n++, .ready = ready, .deadline = deadline, .lane = lane, .nsteps = nsteps};
	for (int s = 0; s < nsteps; s++)
		r->steps[s] = s == nsteps - 1 && nsteps != 1 ? send : nsteps == 1 ? send : look;
}

/* ---- one bucket ---- */

/* The order by deadline, told apart from schedule.c: calls one by one, whoever has the earliest deadline.  Rows whose bit is not set have none. */
static inline int
reference(const struct trace *t, const char *counts, int64_t margin, char *late)
{
	struct schedule_budget b = t->budgets[0];
	int left[ROWS], n = 0, open = t->n;
	int64_t now = 0;

	for (int i = 0; i < t->n; i++) {
		left[i] = t->rows[i].nsteps;
		late[i] = 0;
	}
	while (open) {
		int64_t next = INT64_MAX;
		int best = -1;

		for (int i = 0; i < t->n; i++) {
			const int64_t d = counts[i] ? t->rows[i].deadline : DAY * 10000 + i;

			if (!left[i])
				continue;
			if (t->rows[i].ready > now)
				next = t->rows[i].ready < next ? t->rows[i].ready : next;
			else if (best < 0 || d < (counts[best] ? t->rows[best].deadline : DAY * 10000 + best))
				best = i;
		}
		if (best < 0) {
			now = next;
			continue;
		}
		if (b.full_at - (b.burst - 1) * b.interval > now) { /* nothing leaves before */
			const int64_t token = b.full_at - (b.burst - 1) * b.interval;

			now = token < next ? token : next;
			continue;
		}
		b.full_at = (b.full_at > now ? b.full_at : now) + b.interval;
		if (--left[best])
			continue;
		open--;
		if (counts[best] && now + margin > t->rows[best].deadline) {
			late[best] = 1;
			n++;
		}
	}
	return n;
}

/* Rows at 95 % of what a bucket gives, each with look and send, one in ten with the look that settles a lost answer.  What even the
 * best order cannot meet is made hopeless, as rows are that an outage kept; what is left can be met. */
static inline void
busy_trace(struct trace *t, uint64_t seed, char *feasible)
{
	static const int64_t intervals[] = {SECOND * 20, MINUTE, MINUTE * 3, MINUTE * 17};
	const int64_t interval = intervals[seed % 4];
	char late[ROWS];
	int64_t now = 0;

	state_of_luck = seed;
	memset(t, 0, sizeof *t);
	t->nbudgets = 1;
	t->budgets[0] = (struct schedule_budget){.burst = among(1, 8), .interval = interval};
	while (t->n < ROWS) {
		const int steps = luck() % 10 ? 2 : 3;

		row(t, now, now + steps * interval + among(2, 60) * among(1, 40) * interval / 20,
		    (int)(luck() % LANES), steps, 1, 1);
		now += waiting(interval * 210 / 95);
		if (luck() % 40 == 0) /* many at once */
			for (int i = 0; i < 8 && t->n < ROWS; i++)
				row(t, now, now + among(20, 90) * interval, (int)(luck() % LANES), 2, 1, 1);
	}
	memset(feasible, 1, ROWS);
	while (reference(t, feasible, 30 * SECOND, late))
		for (int i = 0; i < t->n; i++)
			if (late[i]) {
				feasible[i] = 0;
				t->rows[i].deadline = t->rows[i].ready - MINUTE;
			}
}

#endif
