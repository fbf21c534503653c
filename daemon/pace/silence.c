#include "daemon/pace/silence.h"

#include <math.h>

#include "base/instant.h"

#define TAIL       1.0
#define FADE       (1 - 1 / 400.0) /* of what gaps teach, with each */
#define FADE_LATE  (1 - 1 / 25.0)  /* of what came of late */
#define LATE_WORTH 8.0             /* pieces of news that came as expected, before any did */
#define ENOUGH     30.0            /* gaps */
#define TAIL_WORTH 10.0            /* gaps as long as chance makes them */
#define MARGIN     1.7             /* what the tail was not seen to do yet: a holiday */
#define LEAST      6.0
#define LONGEST    30.0 /* of a gap, as far as it teaches: something was wrong then */

void
silence_gap(struct silence *s, double expected, int64_t at)
{
	if (s->last) {
		const double x = fmin(expected * silence_level(s), LONGEST);

		s->gaps = s->gaps * FADE + 1;
		s->tail = s->tail * FADE + (x > TAIL);
		s->excess = s->excess * FADE + (x > TAIL ? x - TAIL : 0);
		s->came = s->came * FADE_LATE + 1;
		s->expected = s->expected * FADE_LATE + fmin(expected, LONGEST);
	}
	s->last = at;
}

double
silence_level(const struct silence *s)
{
	const double level = (s->came + LATE_WORTH) / (s->expected + LATE_WORTH);

	return level < 1 ? level : 1;
}

double
silence_limit(const struct silence *s, double rare)
{
	const double mean = (s->excess + TAIL_WORTH) / (s->tail + TAIL_WORTH);
	const double often = (s->tail + TAIL_WORTH * exp(-TAIL)) / (s->gaps + TAIL_WORTH);
	double limit;

	if (s->gaps < ENOUGH)
		return INFINITY;
	limit = TAIL + (mean > 1 ? mean : 1) * MARGIN * log(fmax(rare * often, 1));
	return limit > LEAST ? limit : LEAST;
}

double
silence_rare(const struct silence *s, double week, int64_t ms)
{
	return week * silence_level(s) * (double)ms / (7 * DAY);
}
