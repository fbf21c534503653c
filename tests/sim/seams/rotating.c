/* rotating.c - eBay, but for credentials: a refresh may bring a new grant and end the old one, as other platforms do.  eBay's own does not,
 * and the marketplace that does it here is asked to (README of tests/market, "rotates").
 */
#include <stdlib.h>
#include <string.h>

#include "connectors/base/json.h"
#include "connectors/connector.h"
#include "seams/seams.h"

#define CREDENTIALS_MAX 8
#define BUDGETS_MAX     40
#define STREAMS_MAX     40
#define RUSHED          "message"

extern const struct connector ebay;

struct connector simulated; /* registry.c's; nobody writes it after the start */
static struct credential credentials[CREDENTIALS_MAX];
static const struct credential *user;

static struct budget budgets[BUDGETS_MAX];

void
budgets_are_tight(void)
{
	for (int i = 0; i < BUDGETS_MAX - 1 && ebay.budgets[i].name; i++) {
		struct budget *b = &budgets[i];

		*b = ebay.budgets[i];
		if (b->reserve) { /* what is sent draws from it */
			b->limit = getenv("SIM_LIMIT") ? atoi(getenv("SIM_LIMIT")) : 180;
			b->window = HOUR;
			b->offset = 0;
			b->burst = 10;
		}
	}
	simulated.budgets = budgets;
}

void
budget_is_nearly_used(int64_t interval, int64_t burst)
{
	static struct stream streams[STREAMS_MAX];

	for (int i = 0; i < BUDGETS_MAX - 1 && ebay.budgets[i].name; i++) {
		budgets[i] = ebay.budgets[i];
		if (!strcmp(budgets[i].name, RUSHED)) {
			budgets[i].limit = 60;
			budgets[i].window = 60 * interval;
			budgets[i].offset = 0;
			budgets[i].reserve = 50;
			budgets[i].burst = burst;
		}
	}
	for (int i = 0; i < STREAMS_MAX - 1 && ebay.streams[i].name; i++) {
		streams[i] = ebay.streams[i];
		if (!strcmp(streams[i].name, "messages"))
			streams[i].poll.budget = NULL;
	}
	simulated.budgets = budgets;
	simulated.streams = streams;
}

static enum outcome
read_new_grant(const struct task *t, const struct response *rs, struct found *f)
{
	const enum outcome o = user->refresh.read(t, rs, f);
	const char *grant =
		o == DONE ? json_text(json_read(t->arena, rs->body, rs->len, NULL), "refresh_token") : NULL;

	if (grant)
		buf_set(&f->grant, grant, strlen(grant));
	return o;
}

static void __attribute__((constructor)) let_grants_rotate(void)
{
	simulated = ebay;
	for (int i = 0; ebay.credentials[i].name; i++) {
		credentials[i] = ebay.credentials[i];
		if (!credentials[i].consent)
			continue;
		user = &ebay.credentials[i];
		credentials[i].rotates = 1;
		credentials[i].refresh.read = read_new_grant;
	}
	simulated.credentials = credentials;
}
