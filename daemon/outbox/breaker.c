/* breaker.c - too many automatic sends, too fast, or all alike: the rest waits for a person. */
#include <stdio.h>

#include "daemon/outbox/outbox.h"

#define IDENTICAL_MAX 25 /* automatic sends of one text a day before the breaker stops */
#define BURST_PART    4  /* a quarter of the daily cap within an hour is abnormal */

int
breaker_trips(struct daemon *d, const struct conf_account *a, const struct account_row *row, const char *text,
	      int64_t now, char packed[ERR_MAX])
{
	const int day = outbox_count_automatic(d->store, row->id, now - DAY, NULL);
	const int hour = day > 10 ? outbox_count_automatic(d->store, row->id, now - HOUR, NULL) : 0;
	const int same = day >= IDENTICAL_MAX && text && *text
				 ? outbox_count_automatic(d->store, row->id, now - DAY, text)
				 : 0;

	if (row->breaker)
		snprintf(packed, ERR_MAX, "%s", row->breaker);
	else if (day >= a->daily_cap)
		pack(packed,
		     "%s: %d automatic answers in 24 hours, the daily cap; look at them, then 'supercargo "
		     "resume %s'",
		     a->name, day, a->name);
	else if (hour > 10 && hour >= a->daily_cap / BURST_PART)
		pack(packed,
		     "%s: %d automatic answers within an hour is abnormal; look at them, then 'supercargo "
		     "resume %s'",
		     a->name, hour, a->name);
	else if (same >= IDENTICAL_MAX)
		pack(packed,
		     "%s: the same text was sent %d times in 24 hours; look at it, then 'supercargo resume "
		     "%s'",
		     a->name, same, a->name);
	else
		return 0;
	if (!row->breaker) {
		account_set_breaker(d->store, row->id, packed);
		notice_raise(d->store, arena_fmt(store_arena(d->store), "breaker/%s", a->name), row->id,
			     packed, now);
	}
	return 1;
}
