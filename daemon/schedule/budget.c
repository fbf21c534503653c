/* budget.c - call quotas.  A shared one belongs to the application, so all its accounts draw from it; the reserve is for sends alone.  An
 * exchange may draw from several at once: it takes one call of each, or of none.
 *
 * A quota is counted in windows; of a rate only the time is kept when its bucket will be full again.  While a send waits for a rate, polls
 * leave it what it waits for, beyond the reserve.  Of all of them the application's `quota` says how much is ours.
 *
 * What polls may take of it is shared out evenly: an account may take as long as the others can still have what is theirs, which is as much
 * of an even share as the window has time left, less what they took before.  So whoever asks at an even pace always may, whatever one with a
 * backlog does; and what nobody asks for goes, as time passes, to those who do.  Sends are not shared out: the most urgent one is not to
 * wait for calls that others may never need.
 *
 * After a stop sends wait until everything was read once.  Polls that are needed for it may use the reserve (of a window half of it, so that
 * the sends can go then), and of a rate the other polls leave them a call.
 */
#include <stdio.h>
#include <string.h>

#include "daemon/log.h"
#include "daemon/outbox/needs.h"
#include "daemon/quarantine.h"
#include "daemon/runner.h"

/* What the seller left us of it, in percent. */
static int
quota_of(const struct runner *r)
{
	return r->conf->application && r->conf->application->quota ? r->conf->application->quota : 100;
}

int64_t
budget_part(const struct runner *r, int64_t limit)
{
	const int64_t part = limit * quota_of(r) / 100;

	return part > 0 ? part : 1;
}

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
	     r->conf->name, (long long)budget_part(r, b->limit), b->name, when);
	if (notice_raise(d->store, cause, r->id, packed, now))
		log_reason(packed);
}

/* A quota as the store counts it: all calls, those of polls among them, and what of these is this account's. */
struct count {
	const char *all, *polls, *ours; /* owners */
	int64_t window;                 /* its beginning */
	int64_t limit;                  /* what of it is ours to use */
	int others;                     /* accounts that share it */
};

static struct count
count_of(struct daemon *d, const struct runner *r, const struct budget *b, int64_t now)
{
	const int shared = b->shared && r->conf->application;
	struct arena *a = store_arena(d->store);
	struct count c = {.all = shared ? r->conf->application->name : r->conf->name,
			  .limit = budget_part(r, b->limit)};

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

static int
window_free(struct daemon *d, struct runner *r, const struct budget *b, int sending, int64_t now,
	    int64_t *again)
{
	int64_t limit, used, polls, sends, reserve;
	struct count c = count_of(d, r, b, now);
	char cause[160];

	snprintf(cause, sizeof cause, "quota/%s/%s", c.all, b->name);
	used = budget_used(d->store, c.all, b->name, c.window);
	polls = budget_used(d->store, c.polls, b->name, c.window);
	sends = used - polls;
	reserve = c.limit * b->reserve / (r->sweeping ? 200 : 100);
	limit = c.limit - (sending ? polls : sends > reserve ? sends : reserve);
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
	return 1;
}

/* Calls of a rate that sends wait for. */
static int
waited_for(const struct daemon *d, const struct runner *r, const struct budget *b)
{
	int n = words_hold(r->send_waits, b->name);

	for (int i = 0; b->shared && r->conf->application && i < d->nrunners; i++)
		n += &d->runners[i] != r && d->runners[i].conf->application == r->conf->application &&
		     words_hold(d->runners[i].send_waits, b->name);
	return n;
}

/* Other accounts of which sends wait until they were read. */
static int
sweeps(const struct daemon *d, const struct runner *r, const struct budget *b)
{
	int n = 0;

	for (int i = 0; b->shared && r->conf->application && i < d->nrunners; i++)
		n += &d->runners[i] != r && d->runners[i].conf->application == r->conf->application &&
		     quarantine_waits_for(d, &d->runners[i], 0);
	return n;
}

static int
rate_free(struct daemon *d, struct runner *r, const struct budget *b, int sending, int64_t now,
	  int64_t *again)
{
	struct schedule_budget state;
	int64_t reserve;

	budget_state(d, r, b, now, &state);
	reserve = sending || r->sweeping ? 0 : state.burst * b->reserve / 100 + sweeps(d, r, b);
	if (reserve > state.burst - 1)
		reserve = state.burst - 1;
	if (!sending)
		reserve += waited_for(d, r, b);
	*again = schedule_when(&state, now, reserve + 1);
	return *again <= now;
}

/* The first budget of "a b c"; *words moves on.  NULL: there is no other. */
static const struct budget *
next_budget(const struct connector *c, const char **words)
{
	const struct budget *b = c->budgets;
	const char *word = *words ? *words + strspn(*words, " ") : "";
	const size_t n = strcspn(word, " ");

	*words = word + n;
	if (!n)
		return NULL;
	while (strlen(b->name) != n || strncmp(b->name, word, n) != 0)
		b++;
	return b;
}

int
budget_take(struct daemon *d, struct runner *r, const struct exchange *x, int sending, int64_t now,
	    int64_t *again)
{
	const char *words = x->budget;
	const struct budget *b;
	int64_t when, latest = 0;

	while ((b = next_budget(r->connector, &words)))
		if (!(b->burst ? rate_free : window_free)(d, r, b, sending, now, &when) && when > latest)
			latest = when;
	if (latest) {
		*again = latest;
		return 0;
	}
	for (words = x->budget; (b = next_budget(r->connector, &words));) {
		const struct count c = count_of(d, r, b, now);
		struct schedule_budget state;

		if (!b->burst) {
			take(d, &c, b, sending);
			continue;
		}
		budget_state(d, r, b, now, &state);
		schedule_take(&state, now);
		budget_add(d->store, c.all, b->name, state.full_at, 1);
	}
	return 1;
}

void
budget_expect_polls(struct daemon *d, const struct runner *r, const struct budget *b, int64_t now,
		    struct schedule_budget *state)
{
	const struct count c = count_of(d, r, b, now);
	const int64_t polls = budget_used(d->store, c.polls, b->name, c.window),
		      sends = budget_used(d->store, c.all, b->name, c.window) - polls,
		      reserve = c.limit * b->reserve / 100, gone = now - c.window;
	int64_t a_window, coming;

	if (b->burst)
		return; /* polls leave it alone while sends wait */
	a_window = polls * b->window / (gone > b->window / 24 ? gone : b->window / 24);
	if (a_window > c.limit - reserve)
		a_window = c.limit - reserve;
	coming = a_window * (b->window - gone) / b->window;
	if (coming > c.limit - polls - (sends > reserve ? sends : reserve))
		coming = c.limit - polls - (sends > reserve ? sends : reserve);
	state->limit -= a_window;
	state->left -= coming > 0 ? coming : 0;
	if (state->left < 0)
		state->left = 0;
}

void
budget_state(struct daemon *d, const struct runner *r, const struct budget *b, int64_t now,
	     struct schedule_budget *out)
{
	const struct count c = count_of(d, r, b, now);
	const int64_t calls = b->limit * quota_of(r); /* in as many windows as 100 percent have */

	*out = (struct schedule_budget){.limit = c.limit};
	if (b->burst) {
		out->burst = budget_part(r, b->burst);
		out->interval = (b->window * 100 + calls - 1) / calls;
		out->full_at = budget_window(d->store, c.all, b->name);
		if (out->full_at > now + out->burst * out->interval) /* the clock had been ahead */
			out->full_at = now + out->burst * out->interval;
		return;
	}
	out->window = b->window;
	out->began = c.window;
	out->left = c.limit - budget_used(d->store, c.all, b->name, c.window);
	if (out->left < 0)
		out->left = 0;
}
