#include "daemon/hours/presence.h"

#include <string.h>

#include "base/instant.h"
#include "daemon/outbox/variables.h"

#define AGAIN 64 /* closures and windows that follow each other */

static const char *
zone_of(const struct conf_account *a, const char *zone)
{
	return a->zone && *a->zone ? a->zone : zone ? zone : "";
}

static int64_t
wall_of(const char *zone, int64_t at)
{
	int minutes = 0;

	if (*zone && zone_offset(zone, at, &minutes))
		minutes = 0;
	return at + minutes * MINUTE;
}

/* The closure that holds then, NULL: none. */
static const struct conf_period *
closure_at(const struct conf_account *a, const char *zone, int64_t at)
{
	const int64_t wall = a->closed ? wall_of(zone, at) : 0;

	for (const struct conf_period *p = a->closed; p && p->last; p++)
		if (p->first <= wall && wall < p->last + DAY)
			return p;
	return NULL;
}

/* The first instant at which clocks of the zone show `wall` or more. */
static int64_t
instant_of(const char *zone, int64_t wall)
{
	int64_t before = wall - 2 * DAY, after = wall + 2 * DAY;

	while (after - before > 1) {
		const int64_t middle = before + (after - before) / 2;

		if (wall_of(zone, middle) < wall)
			before = middle;
		else
			after = middle;
	}
	return after;
}

static int
in_hours(const struct conf_account *a, const char *zone, int64_t at)
{
	return !a->hours.n || hours_open(&a->hours, zone, at);
}

int
presence_there(const struct conf_account *a, const char *zone, int64_t at)
{
	zone = zone_of(a, zone);
	return in_hours(a, zone, at) && !closure_at(a, zone, at);
}

static int64_t
next_there(const struct conf_account *a, const char *zone, int64_t at)
{
	const struct conf_period *closure;

	for (int i = 0; i < AGAIN; i++) {
		if (a->hours.n && (at = hours_next(&a->hours, zone, at, 1)) == HOURS_NEVER)
			return HOURS_NEVER;
		if (!(closure = closure_at(a, zone, at)))
			return at;
		at = instant_of(zone, closure->last + DAY);
	}
	return HOURS_NEVER;
}

static int64_t
next_away(const struct conf_account *a, const char *zone, int64_t at)
{
	int64_t next = a->hours.n ? hours_next(&a->hours, zone, at, 0) : HOURS_NEVER;

	if (closure_at(a, zone, at))
		return at;
	for (const struct conf_period *p = a->closed; p && p->last; p++) {
		const int64_t begins = instant_of(zone, p->first);

		if (begins >= at && begins < next)
			next = begins;
	}
	return next;
}

int64_t
presence_next(const struct conf_account *a, const char *zone, int64_t at, int there)
{
	zone = zone_of(a, zone);
	return there ? next_there(a, zone, at) : next_away(a, zone, at);
}

int64_t
presence_promise(const struct conf_account *a, const char *zone, int64_t at)
{
	int64_t from, until;

	zone = zone_of(a, zone);
	if ((from = next_there(a, zone, at)) == at)
		return at;
	if (from == HOURS_NEVER)
		return 0;
	until = next_away(a, zone, from);
	if (until > from + DAY)
		until = from + DAY;
	/* "until 24:00" would name the day after */
	return wall_of(zone, until) % DAY ? until : until - SECOND;
}

int64_t
presence_back(const struct conf_account *a, const char *zone, int64_t now)
{
	int64_t from, wall;

	zone = zone_of(a, zone);
	if ((from = next_there(a, zone, now)) == now || from == HOURS_NEVER)
		return 0;
	wall = wall_of(zone, from);
	return wall - wall % DAY;
}

int
presence_missed(const struct situation *s, const struct conf_account *a, int64_t now)
{
	const char *zone = variables_zone(s, a);

	return !presence_there(a, zone, s->at) && !presence_there(a, zone, now);
}

/* Does the condition ask for this and not for the contrary? */
static int
asks_only(const char *const *words, const char *word)
{
	return words && !strcmp(words[0], word) && (!words[1] || !strcmp(words[1], word));
}

int
rule_acknowledges(const struct conf_rule *r, const struct scenario *text)
{
	return text && !text->substantive && !strcmp(r->on, "message.received") &&
	       (asks_only(r->hours, "closed") || asks_only(r->closed, "yes"));
}

void
acknowledgements_find(struct conf *c, const struct library *l)
{
	for (int i = 0; i < c->nrules; i++) {
		struct conf_rule *r = &c->rules[i];

		r->acknowledges =
			rule_acknowledges(r, *r->template_id ? library_scenario(l, r->template_id) : NULL);
	}
}
