/* silence.h - no news although every call works: from when on that cannot be chance.
 *
 * Pure.  Time is counted in expected news (arrivals.h), so that nights and weekends pass quickly.  In it the gaps between news would have the mean 1
 * and fall off as e^-x, if every piece came by itself.  They do not: orders bring several records, buyers come in bursts, holidays and seasons
 * change the rate.  So it is learned from the gaps themselves how their tail falls off (TAIL and longer: their mean excess, never taken for less than
 * that of chance), and how much less than expected came of late, when it was less; and the limit is where a gap comes so rarely as the seller
 * wishes.
 */
#ifndef SILENCE_H
#define SILENCE_H

#include <stdint.h>

struct silence {
	int64_t since;       /* watched from then on; 0: never */
	int64_t last;        /* the newest news, by the platform's time; 0: none yet */
	double gaps;         /* that were learned from; all these fade with the news that comes */
	double tail, excess; /* longer than TAIL; by how much, together */
	double came,
		expected; /* of late: pieces of news, and how much was expected until the newest of them */
};

/* The next gap has ended: `expected` news should have come in it. */
void silence_gap(struct silence *, double expected, int64_t at);
/* What of the expected news is to be believed: 1, or less when less came of late. */
double silence_level(const struct silence *);
/* So much believable news without any is a silence, when a false alarm may come once in `rare` pieces of expected news.  INFINITY: not
 * enough was learned. */
double silence_limit(const struct silence *, double rare);

/* That number, for one false alarm in so many ms where `week` pieces of news are expected a week. */
double silence_rare(const struct silence *, double week, int64_t ms);

#endif
