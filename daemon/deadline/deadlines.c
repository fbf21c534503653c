/* deadlines.c - a clock that runs out is told while a person can still do something, in stages: a day before when nothing is on its way, eight
 * hours and two hours before, and when it is over without an answer.  Each stage once; it is over when it was answered, or has more time.
 */
#include "daemon/deadline/deadlines.h"

#include <stdio.h>
#include <string.h>

#include "base/instant.h"
#include "daemon/deadline/clocks.h"
#include "daemon/log.h"

#define LOOK_EVERY (5 * MINUTE)
#define AT_ONCE    100

static void
tell(struct daemon *d, const struct risk *r, int64_t now)
{
	const int over = !strcmp(r->stage, "missed");
	char packed[ERR_MAX], until[INSTANT_TEXT], id[32];

	instant_minute(r->until, until);
	snprintf(id, sizeof id, "%c%lld", r->letter, (long long)r->id);
	if (over && r->letter == 't')
		pack(packed, "%s: %s was to be done until %s, and was not done; see 'supercargo show %s'",
		     r->account_name, id, until, id);
	else if (over)
		pack(packed,
		     "%s: %s was to be answered until %s, and was not answered; see 'supercargo show %s'",
		     r->account_name, id, until, id);
	else if (r->letter == 't')
		pack(packed, "%s: %s has to be done until %s; see 'supercargo show %s'", r->account_name, id,
		     until, id);
	else
		pack(packed,
		     "%s: %s has to be answered until %s and is not answered yet; see 'supercargo show %s'",
		     r->account_name, id, until, id);
	if (notice_raise(d->store, r->cause, r->account, packed, now))
		log_reason(packed);
}

void
deadlines_tell(struct daemon *d, int64_t now)
{
	struct risk list[AT_ONCE];
	int n;

	clocks_set(d);
	if (d->deadlines_next > now && d->deadlines_next <= now + LOOK_EVERY)
		return;
	risks_over(d->store, now);
	n = risks(d->store, now, list, AT_ONCE);
	for (int i = 0; i < n; i++)
		tell(d, &list[i], now);
	d->deadlines_next = now + LOOK_EVERY;
}
