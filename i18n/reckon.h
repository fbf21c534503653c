/* reckon.h - when a clock ends that began at some time, and each step on the way there.
 *
 * One arithmetic: who only needs the end has no listener, who explains it has one.  Wherever there are two readings the earlier counts, for
 * to be early is always safe.  Offsets are the system's zone files' (base/instant.h); where ICU's own data, which may be older, say something
 * else, a step tells it.
 */
#ifndef I18N_RECKON_H
#define I18N_RECKON_H

#include "base/err.h"
#include "workdays.h"

struct reckoning {
	int64_t start; /* ms UTC */
	int hours;     /* by the clock, whatever day it is; 0: days */
	int days;      /* the day of the beginning in the zone is day 0; the days after it count */
	unsigned
		weekend; /* days that do not count: weekend_of; 0: every day counts.  Holidays always count */
	const char *zone; /* whose days */
	enum day_end end;
	int64_t earlier; /* ms: so much before the end, to be safe */
};

struct step {
	char when[64];      /* "2026-10-03 06:50:00 UTC", "2026-10-02 23:50:00 UTC-07:00", "2026-10-05" */
	int weekday;        /* of a day, 0: Sunday; -1: it is none */
	char text[ERR_MAX]; /* packed */
};
typedef void step_fn(void *ctx, const struct step *);

/* The end.  `each` (or NULL) is told every step in turn.  0, or -1 for a zone that the system does not know and a weekend that leaves no day: then
 * as if each day had its 24 hours and all of them counted. */
int reckon(const struct reckoning *, step_fn *each, void *ctx, int64_t *at);

/* "Sunday" … as patterns of the catalogue, by weekday. */
extern const char *const weekday_names[7];

#endif
