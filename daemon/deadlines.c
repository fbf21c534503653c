/* deadlines.c - a clock that runs out is told while a person can still do something: a day before when nothing is on its way, and shortly
 * before when what is on its way has not left.  Once for each turn; it is over when the dispute does not wait for us any more.
 */
#include "daemon/deadlines.h"

#include "base/instant.h"
#include "daemon/log.h"

#define EARLY      DAY
#define LATE       (2 * HOUR)
#define LOOK_EVERY (5 * MINUTE)
#define AT_ONCE    100

static void
tell(struct daemon *d, const struct risk *r, int64_t now)
{
	char packed[ERR_MAX], until[INSTANT_TEXT];

	instant_minute(r->until, until);
	if (r->letter == 'd')
		pack(packed,
		     "%s: d%lld has to be answered until %s and is not answered yet; see 'supercargo show "
		     "d%lld'",
		     r->account_name, (long long)r->id, until, (long long)r->id);
	else
		pack(packed, "%s: t%lld has to be done until %s; see 'supercargo show t%lld'",
		     r->account_name, (long long)r->id, until, (long long)r->id);
	if (notice_raise(d->store, r->cause, r->account, packed, now))
		log_reason(packed);
}

void
deadlines_tell(struct daemon *d, int64_t now)
{
	struct risk list[AT_ONCE];
	int n;

	if (d->deadlines_next > now && d->deadlines_next <= now + LOOK_EVERY)
		return;
	risks_over(d->store, now);
	n = risks(d->store, now, now + EARLY, now + LATE, list, AT_ONCE);
	for (int i = 0; i < n; i++)
		tell(d, &list[i], now);
	d->deadlines_next = now + LOOK_EVERY;
}
