/* workdays.h - which days are business days, and where a day ends.  What is reckoned from them: reckon.h.
 *
 * Holidays always count as working: a deadline is then never later than the true one, and to be early is always safe.
 */
#ifndef I18N_WORKDAYS_H
#define I18N_WORKDAYS_H

#include <stdint.h>

/* The days of the weekend in a region ("US", "SA"): bit 0 is Sunday, bit 6 Saturday.  0, or -1 for what is no region code. */
int weekend_of(const char *region, unsigned *days);

enum day_end {
	SAME_TIME, /* the same time by the clock; of two such instants, and of a time that is left out, the earlier */
	DAY_END, /* the last second of that day */
};

#endif
