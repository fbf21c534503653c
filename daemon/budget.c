/* budget.c - call quotas.  A shared one belongs to the application, so all its accounts draw from it; the reserve is for sends alone. */
#include <string.h>

#include "daemon/runner.h"

int
budget_take(struct daemon *d, struct runner *r, const struct exchange *x, int sending, int64_t now,
	    int64_t *again)
{
	const struct budget *b = r->connector->budgets;
	const char *owner;
	int64_t window, limit;

	if (!x->budget)
		return 1;
	while (strcmp(b->name, x->budget) != 0)
		b++;
	owner = b->shared && r->conf->application ? r->conf->application->name : r->conf->name;
	window = now - (now - b->offset) % b->window;
	limit = sending ? b->limit : b->limit * (100 - b->reserve) / 100;
	if (budget_used(d->store, owner, b->name, window) >= limit) {
		*again = window + b->window;
		return 0;
	}
	budget_add(d->store, owner, b->name, window, 1);
	return 1;
}
