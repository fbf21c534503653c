#include "daemon/schedule/queue.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/lane.h"
#include "daemon/outbox/needs.h"

#define ANSWERS     SECOND        /* one call of a lane follows the other after so long, usually */
#define SLOW        (10 * SECOND) /* whoever waits longer for an answer holds up no other account */
#define PLENTY      4             /* calls for each row that waits */
#define PLACES_MAX  1024
#define LOOKED_LONG (2 * HOUR) /* the longest that a look is good, however slow the budget of its send */

struct placed {
	int64_t id;
	enum schedule_place plan;
	int late;
};

/* ---- looks that wait ---- */

struct looked *
looked_of(struct runner *r, int64_t row, int64_t now)
{
	for (int i = 0; i < LOOKED; i++)
		if (r->looked[i].row == row && now >= r->looked[i].at && now <= r->looked[i].until)
			return &r->looked[i];
	return NULL;
}

void
looked_forget(struct runner *r, int64_t row)
{
	for (int i = 0; i < LOOKED; i++)
		if (r->looked[i].row && (!row || r->looked[i].row == row)) {
			json_decref(r->looked[i].own);
			r->looked[i] = (struct looked){0};
		}
}

/* As long as the send may have to wait when nothing more urgent comes (schedule.c begins no row that would have to wait longer). */
static int64_t
looked_good(struct daemon *d, const struct runner *r, const struct action *a, int64_t now)
{
	int64_t good = 2 * LOOK_KEEPS;

	for (const struct budget *b = r->connector->budgets; b && b->name; b++) {
		struct schedule_budget state;

		if (!b->burst || !words_hold(a->send.budget, b->name))
			continue;
		budget_state(d, r, b, now, &state);
		if (good < 2 * SCHEDULE_STEPS * state.interval)
			good = 2 * SCHEDULE_STEPS * state.interval;
	}
	return good < LOOKED_LONG ? good : LOOKED_LONG;
}

void
looked_keep(struct daemon *d, struct runner *r, const struct action *action, int64_t row, json_t *own,
	    int64_t now)
{
	struct looked *oldest = &r->looked[0];

	looked_forget(r, row);
	for (int i = 1; i < LOOKED; i++)
		if (r->looked[i].at < oldest->at)
			oldest = &r->looked[i];
	json_decref(oldest->own);
	*oldest = (struct looked){row, now, now + looked_good(d, r, action, now), json_incref(own)};
}

/* ---- the line ---- */

int
line_lane(const struct daemon *d, const struct runner *r)
{
	return r >= d->runners && r < d->runners + d->nrunners ? (int)(r - d->runners) : 0;
}

static int
shares(const struct runner *a, const struct runner *b)
{
	return a == b || (a->conf->application && a->conf->application == b->conf->application);
}

/* The bits of "a b c"; budgets that were not met before join the line's. */
static uint64_t
bits_of(struct daemon *d, struct line *l, const struct runner *r, const char *words, int64_t now)
{
	uint64_t bits = 0;

	for (const struct budget *b = r->connector->budgets; words && b && b->name; b++) {
		const struct runner *owner = b->shared && r->conf->application ? NULL : r;
		int i = 0;

		if (!words_hold(words, b->name))
			continue;
		while (i < l->nbudgets && (l->of[i].budget != b || l->of[i].owner != owner))
			i++;
		if (i == SCHEDULE_BUDGETS)
			continue; /* so many accounts with budgets of their own: those are left to budget_take */
		if (i == l->nbudgets) {
			l->of[i].budget = b;
			l->of[i].owner = owner;
			budget_state(d, r, b, now, &l->budgets[i]);
			l->nbudgets++;
		}
		bits |= UINT64_C(1) << i;
	}
	return bits;
}

/* The request that it makes next, and the one after that. */
static void
steps_of(struct daemon *d, struct line *l, struct runner *r, const struct action *a, const struct unsent *w,
	 struct schedule_row *row, int64_t now)
{
	const struct job *job = r->busy[LANE_SEND];
	const struct looked *look = looked_of(r, w->id, now);
	const int looked = look || (job && job->kind == JOB_LOOK && job->row == w->id);

	row->looked_until = look ? look->until : 0;
	if (a->look.ask && !looked && !(w->open && w->state == OUTBOX_READY))
		row->steps[row->nsteps++] = bits_of(d, l, r, a->look.budget, now);
	if (w->state != OUTBOX_UNSURE || !row->nsteps) /* most lost answers are found by the look */
		row->steps[row->nsteps++] = bits_of(d, l, r, a->send.budget, now);
}

/* Those who cannot send now hold up nobody. */
static int
takes_part(struct daemon *d, struct runner *r, int64_t now)
{
	const struct job *job = r->busy[LANE_SEND];
	struct account_row account;

	return !r->no_token && sending_allowed(d, r, &account) &&
	       !(job && runner_now(r, now) - job->now > SLOW);
}

static void
recall_place(const struct daemon *d, struct schedule_row *row)
{
	for (int i = 0; i < d->nplaced; i++)
		if (d->placed[i].id == row->id) {
			row->plan = d->placed[i].plan;
			row->late = d->placed[i].late;
		}
}

/* Of those that share budgets with the account, as "[1,2]": what others have takes no place. */
static const char *
in_line(struct daemon *d, struct runner *r, int all, int64_t now)
{
	struct buf ids = BUF_MAX(64 * 1024);
	const char *list;

	buf_char(&ids, '[');
	for (int i = 0; i < d->nrunners; i++) {
		struct runner *of = &d->runners[i];

		if (shares(r, of) && (all || takes_part(d, of, now)))
			buf_fmt(&ids, "%s%lld", ids.len > 1 ? "," : "", (long long)of->id);
	}
	buf_char(&ids, ']');
	list = arena_strdup(store_arena(d->store), buf_str(&ids));
	buf_free(&ids);
	return list;
}

void
line_make(struct daemon *d, struct runner *r, int all, int64_t now, struct line *l)
{
	struct unsent list[QUEUE_MAX];
	const int n = outbox_unsent(d->store, in_line(d, r, all, now), all, now, list, QUEUE_MAX);

	l->n = l->nbudgets = 0;
	for (int i = 0; i < n; i++) {
		const struct unsent *w = &list[i];
		struct runner *of = w->account == r->id ? r : runner_of(d, w->account);
		struct schedule_row *row = &l->rows[l->n];
		const struct action *action;

		if (!of || !(action = connector_action(of->connector, &of->view, w->kind)))
			continue;
		*row = (struct schedule_row){
			.id = w->id, .ready = w->at, .deadline = w->deadline, .lane = line_lane(d, of)};
		steps_of(d, l, of, action, w, row, now);
		recall_place(d, row);
		l->ids[l->n] = w->id;
		l->state[l->n] = w->state;
		l->n++;
	}
}

enum outbox_state
line_state(const struct line *l, int64_t id)
{
	for (int i = 0; i < l->n; i++)
		if (l->ids[i] == id)
			return l->state[i];
	return OUTBOX_READY;
}

/* ---- whose turn ---- */

/* Rows of others stay as they were; those that are not there any more go when room is needed. */
static void
keep_places(struct daemon *d, const struct line *l)
{
	if (!d->placed && !(d->placed = calloc(PLACES_MAX, sizeof *d->placed)))
		abort();
	if (d->nplaced > PLACES_MAX - QUEUE_MAX)
		d->nplaced = 0;
	for (int i = 0; i < l->n; i++) {
		int k = 0;

		while (k < d->nplaced && d->placed[k].id != l->rows[i].id)
			k++;
		d->placed[k] = (struct placed){l->rows[i].id, l->rows[i].plan, l->rows[i].late};
		d->nplaced += k == d->nplaced;
	}
}

void
queue_free(struct daemon *d)
{
	free(d->placed);
	d->placed = NULL;
	d->nplaced = 0;
}

static const char *
drawn_by(const struct runner *r, const struct outbox_row *row)
{
	const struct action *a = connector_action(r->connector, &r->view, row->kind);

	return !a ? NULL : a->look.ask && !row->attempt_key ? a->look.budget : a->send.budget;
}

/* Is anything of what it draws from so scarce that it matters who goes first? */
static int
scarce(struct daemon *d, const struct runner *r, const struct action *a, int64_t now)
{
	const int64_t wanted = PLENTY * outbox_count_waiting(d->store);

	for (const struct budget *b = r->connector->budgets; b && b->name; b++) {
		struct schedule_budget state;

		if (!words_hold(a->look.budget, b->name) && !words_hold(a->send.budget, b->name))
			continue;
		budget_state(d, r, b, now, &state);
		if (schedule_free(&state, now) < wanted)
			return 1;
	}
	return 0;
}

/* The place in the line of the account's row whose turn it is, -1. */
static int
turn_of(struct daemon *d, struct runner *r, struct line *l, int64_t now, int64_t *when)
{
	line_make(d, r, 0, now, l);
	schedule_plan(l->rows, l->n, l->budgets, l->nbudgets, now, ANSWERS);
	keep_places(d, l);
	return schedule_turn(l->rows, l->n, l->budgets, l->nbudgets, now, line_lane(d, r), when);
}

int
queue_next(struct daemon *d, struct runner *r, int64_t now, struct outbox_row *row, int64_t *next)
{
	const struct action *a;
	struct line l;
	int64_t when;
	int i;

	r->send_waits = NULL;
	r->no_token = 0;
	if (!outbox_due(d->store, r->id, now, row, next))
		return 0;
	a = connector_action(r->connector, &r->view, row->kind);
	if (!a || !scarce(d, r, a, now))
		return 1;
	i = turn_of(d, r, &l, now, &when);
	if (i >= 0)
		return outbox_get(d->store, l.rows[i].id, row);
	r->send_waits = drawn_by(r, row);
	if (when == INT64_MAX)
		when = now + MINUTE; /* its rows are not among the first */
	*next = when < *next ? when : *next;
	return 0;
}

int
queue_may(struct daemon *d, struct runner *r, const struct outbox_row *row, int64_t now)
{
	const struct action *a = connector_action(r->connector, &r->view, row->kind);
	struct line l;
	int64_t when;
	int i;

	if (!a || !scarce(d, r, a, now))
		return 1;
	i = turn_of(d, r, &l, now, &when);
	return i >= 0 && l.rows[i].id == row->id;
}

void
queue_moved(struct daemon *d, struct runner *r)
{
	for (int i = 0; i < d->nrunners; i++)
		if (d->runners[i].send_waits && shares(r, &d->runners[i]))
			d->runners[i].due[LANE_SEND] = 0;
}
