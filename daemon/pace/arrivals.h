/* arrivals.h - how much news comes in which hour of the week: learned from what came, forgotten over weeks.
 *
 * A pure estimator.  For each of the 168 hours of a week it keeps how much news came in it, each piece weighed with how long ago that was
 * (FORGET).  The rate of an hour is that count over the time that was watched, drawn towards what the hour of the day and the day of the week
 * say together, they towards the rate of all hours with the shape that others' weeks have, and this towards a first guess: so little data
 * changes little.
 */
#ifndef ARRIVALS_H
#define ARRIVALS_H

#include <stdint.h>

#include "base/instant.h"

#define HOURS_A_WEEK 168
#define FORGET       (8 * 7 * DAY) /* news so old counts 1/e */

struct arrivals {
	int64_t since; /* watched from then on; 0: never */
	int64_t at;    /* the counts are as of then */
	float news[HOURS_A_WEEK];
	int64_t age; /* how old news was when it came in: the recent mean, ms */
	int aged;    /* pieces of news that this was learned from, at most 50 */
};

/* 0: Monday, the first hour; `east`: minutes east of UTC. */
int hour_of_week(int64_t at, int east);
/* A piece of news from `at`, taken in now.  What came before `since` does not count. */
void arrivals_note(struct arrivals *, int64_t at, int east, int64_t now);
/* It was so old when it was taken in. */
void arrivals_aged(struct arrivals *, int64_t age);
/* News an hour, for each hour of the week; guess: before anything came; shape: how others' rates go up and down, NULL: not known.
 * Returns their sum, news a week. */
double arrivals_rates(const struct arrivals *, double guess, const float *shape, int64_t now, int east,
		      float rates[HOURS_A_WEEK]);
/* What others add to what is known of the hours of the week. */
void arrivals_add(struct arrivals *, const struct arrivals *, int64_t now);
/* The news that is expected from one time to another. */
double arrivals_expected(const float rates[HOURS_A_WEEK], int east, int64_t from, int64_t to);

#endif
