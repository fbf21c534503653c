#include "daemon/schedule/forecast.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "daemon/log.h"
#include "daemon/schedule/queue.h"

#define LOOK_EVERY (5 * MINUTE)
#define ANSWERS    SECOND
#define SOON       DAY /* drafts whose deadline is nearer are named */
#define OPEN_MAX   1024

/* What might be otherwise. */
enum what_if { AS_IT_IS, ALL_OF_THE_QUOTA, NO_POLLS, TWICE_THE_QUOTA, NO_BUDGETS };

struct forecast {
	struct line line; /* in order, with what becomes of each */
	int late;
	int fewer[NO_BUDGETS + 1]; /* how many would be late if */
};

/* One of the accounts that share budgets stands for all. */
static int
stands_for_all(const struct daemon *d, int i)
{
	for (int k = 0; k < i; k++)
		if (d->runners[k].conf->application &&
		    d->runners[k].conf->application == d->runners[i].conf->application)
			return 0;
	return 1;
}

static const char *
name_of(const struct runner *r)
{
	return r->conf->application ? r->conf->application->name : r->conf->name;
}

static void
suppose(struct daemon *d, const struct line *l, const struct runner *r, enum what_if what, int64_t now,
	struct schedule_budget budgets[SCHEDULE_BUDGETS])
{
	const int quota =
		r->conf->application && r->conf->application->quota ? r->conf->application->quota : 100;

	for (int i = 0; i < l->nbudgets; i++) {
		struct schedule_budget *b = &budgets[i];
		const struct runner *of = l->of[i].owner ? l->of[i].owner : r;
		int64_t times = 100;

		*b = l->budgets[i];
		if (what != NO_POLLS)
			budget_expect_polls(d, of, l->of[i].budget, now, b);
		if (what == ALL_OF_THE_QUOTA)
			times = 10000 / quota;
		else if (what == TWICE_THE_QUOTA)
			times = 200;
		else if (what == NO_BUDGETS)
			times = 100000000;
		if (b->burst) {
			b->burst = b->burst * times / 100;
			b->interval = b->interval * 100 / times > 0 ? b->interval * 100 / times : 1;
			if (what == NO_BUDGETS)
				b->full_at = now;
			continue;
		}
		b->left += b->limit * times / 100 - b->limit;
		b->limit = b->limit * times / 100;
	}
}

static int
count_if(struct daemon *d, const struct line *l, const struct runner *r, enum what_if what, int64_t now)
{
	struct schedule_budget budgets[SCHEDULE_BUDGETS];
	struct schedule_row rows[QUEUE_MAX];

	memcpy(rows, l->rows, sizeof rows);
	for (int i = 0; i < l->n; i++)
		rows[i].plan = PLAN_NEW;
	suppose(d, l, r, what, now, budgets);
	return schedule_plan(rows, l->n, budgets, l->nbudgets, now, ANSWERS);
}

static struct forecast *
forecast(struct daemon *d, struct runner *r, int64_t now)
{
	struct schedule_budget budgets[SCHEDULE_BUDGETS];
	struct forecast *f = must_zalloc(sizeof *f);
	struct line *l = &f->line;

	line_make(d, r, 1, now, l);
	for (int i = 0; i < l->n; i++)
		if (l->rows[i].ready < now)
			l->rows[i].ready = now;
	suppose(d, l, r, AS_IT_IS, now, budgets);
	f->late = schedule_plan(l->rows, l->n, budgets, l->nbudgets, now, ANSWERS);
	for (int i = ALL_OF_THE_QUOTA; f->late && i <= NO_BUDGETS; i++)
		f->fewer[i] = f->late - count_if(d, l, r, (enum what_if)i, now);
	return f;
}

/* The late one that has to leave first: -1. */
static int
first_late(const struct line *l)
{
	int first = -1;

	for (int i = 0; i < l->n; i++)
		if (l->rows[i].late && (first < 0 || l->rows[i].deadline < l->rows[first].deadline))
			first = i;
	return first;
}

/* What would make fewer of them late, the easiest first; in the end, that nothing would. */
static void
help(const struct forecast *f, const struct runner *r, void (*each)(void *, const char *packed), void *ctx)
{
	char packed[ERR_MAX];

	if (f->fewer[ALL_OF_THE_QUOTA] > 0) {
		pack(packed,
		     "%d of them are in time when application %s may use its whole quota (quota = 100)",
		     f->fewer[ALL_OF_THE_QUOTA], name_of(r));
		each(ctx, packed);
	}
	if (f->fewer[NO_POLLS] > 0) {
		pack(packed, "%d of them are in time without the calls of polls: a longer poll saves some",
		     f->fewer[NO_POLLS]);
		each(ctx, packed);
	}
	if (f->fewer[TWICE_THE_QUOTA] > 0) {
		pack(packed, "%d of them are in time with twice the quota: ask the platform for a higher one",
		     f->fewer[TWICE_THE_QUOTA]);
		each(ctx, packed);
	}
	if (f->late > f->fewer[NO_BUDGETS]) {
		pack(packed,
		     "%d of them are too late whatever the quota; they leave as soon as they hold up nobody",
		     f->late - f->fewer[NO_BUDGETS]);
		each(ctx, packed);
	}
}

/* ---- for people who ask ---- */

static void
add_help(void *ctx, const char *packed)
{
	json_array_append_new(ctx, json_pack("{s:s}", "packed", packed));
}

static json_t *
when_of(int64_t at)
{
	char text[INSTANT_TEXT];

	if (at == INT64_MAX)
		return json_null();
	instant_format(at, text);
	return json_string(text);
}

static json_t *
action_of(const struct daemon *d, const struct line *l, const struct schedule_row *row)
{
	char id[24];

	snprintf(id, sizeof id, "a%lld", (long long)row->id);
	return json_pack("{s:s, s:s, s:s, s:o, s:o}", "id", id, "account", d->runners[row->lane].conf->name,
			 "state", outbox_state_name(line_state(l, row->id)), "deadline_at",
			 when_of(row->deadline), "leaves_at", when_of(row->leaves));
}

/* Those that are in time when somebody approves them. */
static void
add_draft(const struct daemon *d, json_t *list, const struct line *l, const struct schedule_row *row,
	  int64_t now)
{
	json_t *draft;

	if (line_state(l, row->id) != OUTBOX_DRAFT || row->late || !row->deadline ||
	    row->deadline > now + SOON)
		return;
	draft = action_of(d, l, row);
	json_object_set_new(draft, "approve_by_at", when_of(row->deadline - (row->leaves - now)));
	json_array_append_new(list, draft);
}

json_t *
forecast_json(struct daemon *d, int64_t now)
{
	json_t *actions = json_array(), *approve = json_array(), *helps = json_array();
	int64_t first = INT64_MAX;
	int late = 0;

	for (int i = 0; i < d->nrunners; i++) {
		struct forecast *f;

		if (!stands_for_all(d, i))
			continue;
		f = forecast(d, &d->runners[i], now);
		for (int k = 0; k < f->line.n; k++) {
			const struct schedule_row *row = &f->line.rows[k];

			add_draft(d, approve, &f->line, row, now);
			if (!row->late)
				continue;
			json_array_append_new(actions, action_of(d, &f->line, row));
			first = row->deadline < first ? row->deadline : first;
		}
		if (f->late)
			help(f, &d->runners[i], add_help, helps);
		late += f->late;
		free(f);
	}
	return json_pack("{s:i, s:o, s:o, s:o, s:o}", "late", late, "first_at", when_of(first), "actions",
			 actions, "approve", approve, "help", helps);
}

/* ---- told ---- */

/* It ends in the deadline, by which notify/kinds.h knows when it is urgent. */
static const char *
cause_of(struct daemon *d, const struct schedule_row *row)
{
	return arena_fmt(store_arena(d->store), "miss/a%lld@%lld", (long long)row->id,
			 (long long)row->deadline);
}

/* Of what may leave by itself; a draft has its own clock. */
static void
tell_late(struct daemon *d, const struct line *l, const struct schedule_row *row, int64_t now)
{
	const struct runner *r = &d->runners[row->lane];
	char packed[ERR_MAX], until[INSTANT_TEXT], leaves[INSTANT_TEXT];

	if (line_state(l, row->id) == OUTBOX_DRAFT)
		return;
	instant_minute(row->deadline, until);
	if (row->leaves == INT64_MAX) {
		pack(packed, "%s: a%lld has to leave until %s and cannot", r->conf->name, (long long)row->id,
		     until);
	} else {
		instant_minute(row->leaves, leaves);
		pack(packed,
		     "%s: a%lld has to leave until %s and cannot before %s; others that can be in time go "
		     "first",
		     r->conf->name, (long long)row->id, until, leaves);
	}
	if (notice_raise(d->store, cause_of(d, row), r->id, packed, now))
		log_reason(packed);
}

static void
tell_all(struct daemon *d, const struct runner *r, const struct forecast *f, int64_t now)
{
	const char *cause = arena_fmt(store_arena(d->store), "forecast/%s", name_of(r));
	const int first = first_late(&f->line);
	char packed[ERR_MAX], until[INSTANT_TEXT];

	if (first < 0) {
		notice_clear(d->store, cause, now);
		return;
	}
	instant_minute(f->line.rows[first].deadline, until);
	pack(packed,
	     "%s: %d actions will leave too late, the first is a%lld, which has to leave until %s; see "
	     "'supercargo deadlines' for what would help",
	     name_of(r), f->late, (long long)f->line.rows[first].id, until);
	if (notice_raise(d->store, cause, 0, packed, now))
		log_reason(packed);
}

/* Those that can be in time again, or left, or wait no more. */
static void
end_notices(struct daemon *d, const char *const *still, int n, int64_t now)
{
	const char *open[OPEN_MAX];
	const int count = notices_open(d->store, "miss/a", open, OPEN_MAX);

	if (n == OPEN_MAX)
		return; /* who is not among them may still be late */
	for (int i = 0; i < count; i++) {
		int k = 0;

		while (k < n && strcmp(open[i], still[k]) != 0)
			k++;
		if (k == n)
			notice_clear(d->store, open[i], now);
	}
}

void
forecast_tell(struct daemon *d, int64_t now)
{
	const char *still[OPEN_MAX];
	int n = 0;

	if (d->forecast_next > now && d->forecast_next <= now + LOOK_EVERY)
		return;
	d->forecast_next = now + LOOK_EVERY;
	for (int i = 0; i < d->nrunners; i++) {
		struct forecast *f;

		if (!stands_for_all(d, i))
			continue;
		f = forecast(d, &d->runners[i], now);
		for (int k = 0; k < f->line.n; k++) {
			const struct schedule_row *row = &f->line.rows[k];

			if (!row->late)
				continue;
			tell_late(d, &f->line, row, now);
			if (n < OPEN_MAX)
				still[n++] = cause_of(d, row);
		}
		tell_all(d, &d->runners[i], f, now);
		free(f);
	}
	end_notices(d, still, n, now);
}
