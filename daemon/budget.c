/* budget.c - call quotas.  A shared one belongs to the application, so all its accounts draw from it; the reserve is for sends alone.
 *
 * What polls may take of it is shared out evenly: an account may take as long as the others can still have what is theirs, which is as much
 * of an even share as the window has time left, less what they took before.  So whoever asks at an even pace always may, whatever one with a
 * backlog does; and what nobody asks for goes, as time passes, to those who do.  Sends are not shared out: the most urgent one is not to
 * wait for calls that others may never need.
 */
#include <stdio.h>
#include <string.h>

#include "daemon/log.h"
#include "daemon/runner.h"

/* Nothing may come in for hours: that is told, once a window. */
static void
tell(struct daemon *d, const struct runner *r, const char *cause, const struct budget *b, int64_t until,
     int64_t now)
{
	char packed[ERR_MAX], when[INSTANT_TEXT];

	instant_minute(until, when);
	pack(packed,
	     "%s: the %lld calls of the quota \"%s\" are used up until %s; what needs them waits (a longer "
	     "poll saves calls)",
	     r->conf->name, (long long)b->limit, b->name, when);
	if (notice_raise(d->store, cause, r->id, packed, now))
		log_reason(packed);
}

/* A quota as the store counts it: all calls, those of polls among them, and what of these is this account's. */
struct count {
	const char *all, *polls, *ours; /* owners */
	int64_t window;                 /* its beginning */
	int others;                     /* accounts that share it */
};

static struct count
count_of(struct daemon *d, const struct runner *r, const struct budget *b, int64_t now)
{
	const int shared = b->shared && r->conf->application;
	struct arena *a = store_arena(d->store);
	struct count c = {.all = shared ? r->conf->application->name : r->conf->name};

	c.polls = arena_fmt(a, "%s\n%s", c.all, b->name);
	c.ours = arena_fmt(a, "%s\n%s", c.polls, r->conf->name);
	c.window = now - (now - b->offset) % b->window;
	for (int i = 0; shared && i < d->conf->naccounts; i++)
		c.others += &d->conf->accounts[i] != r->conf &&
			    d->conf->accounts[i].application == r->conf->application;
	return c;
}

/* What the others may still need of the `limit` calls of this window. */
static int64_t
owed_to_others(struct daemon *d, const struct count *c, const struct budget *b, int64_t limit, int64_t now)
{
	const int64_t share = limit / (c->others + 1),
		      coming = share * (c->window + b->window - now) / b->window;

	return c->others * coming -
	       budget_beyond(d->store, c->polls, c->ours, b->name, c->window, share - coming, coming);
}

static void
take(struct daemon *d, const struct count *c, const struct budget *b, int sending)
{
	budget_add(d->store, c->all, b->name, c->window, 1);
	if (sending)
		return;
	budget_add(d->store, c->polls, b->name, c->window, 1);
	if (c->others)
		budget_add(d->store, c->ours, b->name, c->window, 1);
}

int
budget_take(struct daemon *d, struct runner *r, const struct exchange *x, int sending, int64_t now,
	    int64_t *again)
{
	const struct budget *b = r->connector->budgets;
	int64_t limit, used, polls, sends, reserve;
	struct count c;
	char cause[160];

	if (!x->budget)
		return 1;
	while (strcmp(b->name, x->budget) != 0)
		b++;
	c = count_of(d, r, b, now);
	snprintf(cause, sizeof cause, "quota/%s/%s", c.all, b->name);
	used = budget_used(d->store, c.all, b->name, c.window);
	polls = budget_used(d->store, c.polls, b->name, c.window);
	sends = used - polls;
	reserve = b->limit * b->reserve / 100;
	limit = b->limit - (sending ? polls : sends > reserve ? sends : reserve);
	if ((sending ? sends : polls) >= limit) {
		*again = c.window + b->window;
		tell(d, r, cause, b, *again, now);
		return 0;
	}
	if (c.others && !sending && polls >= limit - owed_to_others(d, &c, b, limit, now)) {
		*again = now + b->window / limit + 1; /* by then another call is nobody's */
		if (*again > c.window + b->window)
			*again = c.window + b->window;
		return 0;
	}
	if (!used)
		notice_clear(d->store, cause, now);
	take(d, &c, b, sending);
	return 1;
}
