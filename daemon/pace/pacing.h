/* pacing.h - how often each stream is asked, and what to make of it when nothing comes.
 *
 * All streams of an account, and of the accounts that share its application, together make as many calls as their intervals say (struct
 * stream: every; the account's `poll`), or as their quotas allow when that is less.  Once news has come, these calls are shared out anew every hour, over the
 * hours of the quota's day: as the root of how much news a stream brings in that hour of the week (arrivals.h) times how urgent it is (pace.h).  How
 * urgent: by the interval that the connector gave it, and more while a clock that it shows is about to end.  Bounds: an eighth of its interval;
 * four times that and 50 minutes more than that at most, no longer than the seller's `poll` for what is most urgent, and half of what the
 * platform keeps.  A push or something that was just sent makes a stream due as ever.
 *
 * Streams that bring no news (stream.tells "", or not said), that are asked less than four times a day, or for which nothing hangs on it (aside) keep
 * their interval.
 */
#ifndef PACING_H
#define PACING_H

#include "daemon/intake.h"

/* Inside a turn: shares the calls out when an hour has begun, and looks for silence. */
void pace_plan(struct daemon *, int64_t now);
/* When a stream is to be asked next that was asked now. */
int64_t pace_next(const struct runner *, const struct stream *, int64_t now);
/* Inside a page: what it brought.  before: the stream's row as it was. */
void pace_learn(struct daemon *, const struct job *, const struct stream_row *before, const struct intake *,
		enum outcome, int64_t now);

#endif
