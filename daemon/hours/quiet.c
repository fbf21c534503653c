#include "daemon/hours/quiet.h"

#include "base/instant.h"
#include "daemon/outbox/variables.h"
#include "i18n/zones.h"

#define SAFE  (4 * HOUR) /* so much is left before the deadline */
#define AGAIN 64         /* quiet times of several zones that follow each other */
#define MOST  (8 * DAY)  /* a week without any time that suits them all has none */

/* The first time from `at` on that is quiet in no zone, HOURS_NEVER: there is none. */
static int64_t
quiet_nowhere(const struct hours *quiet, const struct zones *zones, int64_t at)
{
	int64_t t = at;

	for (int i = 0; i < AGAIN && t <= at + MOST; i++) {
		const int64_t before = t;

		for (int z = 0; z < zones->n && t != HOURS_NEVER; z++)
			t = hours_next(quiet, zones->name[z], t, 0);
		if (t == before)
			return t;
	}
	return HOURS_NEVER;
}

int64_t
quiet_over(const struct hours *quiet, const struct situation *s, const struct conf_account *a, int64_t at,
	   int64_t deadline)
{
	const char *site = variables_zone(s, a);
	int64_t over = HOURS_NEVER;
	struct zones zones;

	if (!quiet->n)
		return at;
	if (s->buyer_country && zones_of(s->buyer_country, &zones))
		over = quiet_nowhere(quiet, &zones, at);
	if (over == HOURS_NEVER && site && *site)
		over = hours_next(quiet, site, at, 0);
	if (over == HOURS_NEVER || (deadline && over > deadline - SAFE))
		return at;
	return over;
}
