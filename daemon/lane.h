/* lane.h - what the files of the sending lane share: send.c starts requests and reads their answers, last_look.c compares what an action
 * was made from with the facts as they are, settle_row.c finds out what became of a lost one.
 */
#ifndef LANE_H
#define LANE_H

#include "daemon/outbox/outbox.h"
#include "daemon/runner.h"

/* Nothing leaves while the service stops or reloads, the clock is wrong, the store has not caught up, or a person paused the account. */
int sending_allowed(struct daemon *, struct runner *, struct account_row *);

#define SETTLE_MARGIN SECOND
#define ATTEMPTS_MAX  8
#define LOOKS_MAX     12

/* It arrived: the clocks stop, and what the platform shows of it is read soon. */
void row_arrived(struct daemon *, struct runner *, struct outbox_row *, const char *packed, int64_t now);

/* A look that showed nothing useful: again later, each time more so. */
void row_look_again(struct daemon *, const struct job *, struct outbox_row *, int64_t wait, int64_t now);

/* Would the last look cancel it or give it back to people, as far as is known without asking? */
int row_is_over(struct daemon *, struct runner *, const struct outbox_row *, int64_t now);

/* May it leave as things are now?  1; 0: it went another way.  Takes over what the look showed for the request.
 * own: what the look showed of ours, NULL where there is no look. */
int last_look(struct daemon *, struct runner *, const struct action *, struct outbox_row *, const json_t *own,
	      int64_t now);

/* Its rule lets the buyer sleep: until when it waits, `now` when it does not. */
int64_t buyer_sleeps_until(struct daemon *, const struct outbox_row *, int64_t now);

/* A row of which an attempt may have arrived, after a look at what the platform shows of ours.  1: that attempt did not arrive, and the
 * row is ready for another; 0: it went another way, or has to wait. */
int settle_row(struct daemon *, const struct job *, struct outbox_row *, const json_t *own, int complete,
	       int64_t now);

#endif
