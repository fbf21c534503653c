/* budget.c - call quotas.  A shared one belongs to the application, so all its accounts draw from it; the reserve is for sends alone. */
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

int
budget_take(struct daemon *d, struct runner *r, const struct exchange *x, int sending, int64_t now,
	    int64_t *again)
{
	const struct budget *b = r->connector->budgets;
	int64_t window, limit, used;
	const char *owner;
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
	if (!used)
		notice_clear(d->store, cause, now);
	budget_add(d->store, owner, b->name, window, 1);
	return 1;
}
