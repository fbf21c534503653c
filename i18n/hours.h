/* hours.h - weekly hours: when somebody is there, or when nobody is to be disturbed.
 *
 *     09:00-18:00                                  every day
 *     mon-fri 09:00-18:00, sat 10:00-14:00         times are those of the days before them
 *     mon wed 09:00-12:00 13:00-18:00              several days, several times; commas are as good as spaces
 *     fri 22:00-06:00                              over midnight: a window belongs to the day it begins on
 *     always                                       every day 00:00-24:00
 *
 * The end is not inside any more.  What counts is what clocks in the zone show: an hour that is left out is skipped, one that comes twice
 * is inside twice.  A zone that is "" or unknown is UTC.
 */
#ifndef I18N_HOURS_H
#define I18N_HOURS_H

#include <stdint.h>

struct buf;

#define HOURS_MAX 16 /* windows */

/* A value; all zero: none were given. */
struct hours {
	int n;
	struct {
		unsigned char days; /* on which it begins: bit 0 is Sunday */
		short from, to;     /* minutes of the day; to <= from: of the next one */
	} window[HOURS_MAX];
};

#define HOURS_NEVER INT64_MAX

/* 0, or -1: it is something else (of nothing, too), or has too many windows. */
int hours_parse(const char *, struct hours *);
/* As it would be written; nothing for none. */
void hours_print(const struct hours *, struct buf *);

int hours_open(const struct hours *, const char *zone, int64_t at); /* 1 inside, 0 */
/* The first instant from `at` on that is inside (open) or outside of them; HOURS_NEVER: none is. */
int64_t hours_next(const struct hours *, const char *zone, int64_t at, int open);

#endif
