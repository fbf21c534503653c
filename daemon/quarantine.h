/* quarantine.h - accounts of a store that is behind the platforms (store.h, struct lost) send nothing until they have caught up.
 *
 * What the lost time sent may become visible as late as its action's visible_after.  So the quarantine of an account ends when every stream
 * was read to its end after the longest of these, counted from the last moment at which the lost time can have sent; what it does not
 * name as sent is then looked at with everything visible.  Polls and people's work go on meanwhile, decisions too but for those that lack their order (events.c); the modes stay as they
 * were, and what is ready leaves by itself afterwards.
 *
 * Each action that may have been wished in the lost time gets one doubt: when its look shows something of its kind that this store did not
 * send, or when there is no look, a person decides.
 */
#ifndef QUARANTINE_H
#define QUARANTINE_H

#include "daemon/runner.h"

/* When everything that the lost time sent can be seen; 0: there was none. */
int64_t quarantine_until(const struct daemon *, const struct connector *);
/* Why the account sends nothing yet: 1 and the reason, 0: it is not in quarantine. */
int quarantine_reason(const struct daemon *, const struct runner *, char packed[ERR_MAX]);
/* At start: says what is the matter. */
void quarantine_tell(struct daemon *, int64_t now);
/* An account has caught up. */
void quarantine_over(struct daemon *, struct runner *, int64_t now);

/* The row may have left in the lost time, and was not looked at since. */
int quarantine_row(const struct daemon *, const struct runner *, const struct outbox_row *);
/* Whether it may have been done already: 1 and the reason.  own: what the look showed, NULL: there is none. */
int quarantine_doubt(const struct daemon *, const struct runner *, const struct outbox_row *,
		     const json_t *own, char packed[ERR_MAX]);

/* Is a stream that was read last at `swept` one that sends wait for, since the service stood still or the store is behind?  (Sends of a new
 * account are none yet.) */
int quarantine_waits_for(const struct daemon *, const struct runner *, int64_t swept);

#endif
