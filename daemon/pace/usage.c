#include "daemon/pace/usage.h"

#include <string.h>

#include "daemon/outbox/needs.h"

static int
is_first(const struct daemon *d, const struct runner *r)
{
	for (const struct runner *o = d->runners; o < r; o++)
		if (o->conf->application && o->conf->application == r->conf->application)
			return 0;
	return 1;
}

static int
quota(struct daemon *d, const struct runner *r, const char *owner, const struct budget *b, int64_t now,
      struct usage *u)
{
	const int64_t window = now - (now - b->offset) % b->window;
	const int64_t used = budget_used(d->store, owner, b->name, window),
		      polls = budget_used(d->store,
					  arena_fmt(store_arena(d->store), "%s\n%s", owner, b->name), b->name,
					  window);
	const int64_t limit = budget_part(r, b->limit), reserve = limit * b->reserve / 100 - (used - polls);

	*u = (struct usage){.owner = owner,
			    .name = b->name,
			    .limit = limit,
			    .used = used,
			    .left = used < limit ? limit - used : 0,
			    .for_sends = reserve > 0 ? reserve : 0,
			    .until = window + b->window};
	return used > 0;
}

/* Of a rate only the time is kept when its bucket will be full: what is missing counts as used. */
static int
rate(struct daemon *d, const struct runner *r, const char *owner, const struct budget *b, int64_t now,
     struct usage *u)
{
	struct schedule_budget state;
	int64_t reserve;

	budget_state(d, r, b, now, &state);
	reserve = state.burst * b->reserve / 100;
	*u = (struct usage){.owner = owner,
			    .name = b->name,
			    .limit = state.burst,
			    .left = schedule_free(&state, now),
			    .until = state.full_at};
	u->used = u->limit - u->left;
	u->for_sends = reserve < u->left ? reserve : u->left;
	return u->used > 0;
}

int
usage_quotas(struct daemon *d, int64_t now, struct usage *list, int max)
{
	int n = 0;

	for (int i = 0; i < d->nrunners; i++) {
		const struct runner *r = &d->runners[i];

		for (const struct budget *b = r->connector->budgets; b && b->name && n < max; b++) {
			const int shared = b->shared && r->conf->application;

			if (!shared || is_first(d, r))
				n += (b->burst ? rate : quota)(
					d, r, shared ? r->conf->application->name : r->conf->name, b, now,
					&list[n]);
		}
	}
	return n;
}

int64_t
usage_news_age(struct daemon *d, const struct runner *r)
{
	int64_t sum = 0, n = 0;
	struct arrivals a;

	for (const struct stream *s = r->connector->streams; s && s->name; s++)
		if (words_hold(s->tells, "message") && arrivals_get(d->store, r->id, s->name, &a)) {
			sum += a.age * a.aged;
			n += a.aged;
		}
	return n ? sum / n : -1;
}
