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

	instant_format(until, when);
	pack(packed,
	     "%s: the %lld calls of the quota \"%s\" are used up until %s; what needs them waits (a longer "
	     "poll saves calls)",
	     r->conf->name, (long long)b->limit, b->name, when);
	if (notice_raise(d->store, cause, r->id, packed, now))
		log_reason(packed);
}

static int
accounts_of(const struct daemon *d, const struct conf_application *application)
{
	int n = 0;

	for (int i = 0; i < d->conf->naccounts; i++)
		n += d->conf->accounts[i].application == application;
	return n;
}

/* An account's part of a quota that it shares with others. */
struct part {
	const char *all, *ours; /* owners in the store: of all parts, of this one */
	int others;
};

static struct part
part_of(struct daemon *d, const struct runner *r, const struct budget *b)
{
	struct part p = {0};

	if (!b->shared || !r->conf->application)
		return p;
	p.others = accounts_of(d, r->conf->application) - 1;
	p.all = arena_fmt(store_arena(d->store), "%s\n%s", r->conf->application->name, b->name);
	p.ours = arena_fmt(store_arena(d->store), "%s\n%s", p.all, r->conf->name);
	return p;
}

/* What the others may still need of the `limit` calls of this window. */
static int64_t
owed_to_others(struct daemon *d, const struct part *p, const struct budget *b, int64_t limit, int64_t window,
	       int64_t now)
{
	const int64_t share = limit / (p->others + 1),
		      coming = share * (window + b->window - now) / b->window;

	return p->others * coming -
	       budget_beyond(d->store, p->all, p->ours, b->name, window, share - coming, coming);
}

int
budget_take(struct daemon *d, struct runner *r, const struct exchange *x, int sending, int64_t now,
	    int64_t *again)
{
	const struct budget *b = r->connector->budgets;
	int64_t window, limit, used;
	const char *owner;
	struct part part;
	char cause[160];

	if (!x->budget)
		return 1;
	while (strcmp(b->name, x->budget) != 0)
		b++;
	owner = b->shared && r->conf->application ? r->conf->application->name : r->conf->name;
	snprintf(cause, sizeof cause, "quota/%s/%s", owner, b->name);
	window = now - (now - b->offset) % b->window;
	limit = sending ? b->limit : b->limit * (100 - b->reserve) / 100;
	used = budget_used(d->store, owner, b->name, window);
	if (used >= limit) {
		*again = window + b->window;
		tell(d, r, cause, b, *again, now);
		return 0;
	}
	part = part_of(d, r, b);
	if (part.others && !sending && used >= limit - owed_to_others(d, &part, b, limit, window, now)) {
		*again = now + b->window / limit + 1; /* by then another call is nobody's */
		if (*again > window + b->window)
			*again = window + b->window;
		return 0;
	}
	if (!used)
		notice_clear(d->store, cause, now);
	budget_add(d->store, owner, b->name, window, 1);
	if (part.others && !sending)
		budget_add(d->store, part.ours, b->name, window, 1);
	return 1;
}
