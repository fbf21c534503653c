/* lane.h - what the files of the sending lane share: send.c starts requests and reads their answers, last_look.c compares what an action
 * was made from with the facts as they are, settle_row.c finds out what became of a lost one.
 */
#ifndef LANE_H
#define LANE_H

#include "daemon/outbox/outbox.h"
#include "daemon/runner.h"

#define SETTLE_MARGIN SECOND
#define ATTEMPTS_MAX  8
#define LOOKS_MAX     12

/* The row goes into this state, with the reason (packed, NULL or "": none). */
void row_save(struct daemon *, struct outbox_row *, enum outbox_state, const char *packed, int64_t now);
/* For a person: held, and told. */
void row_hold(struct daemon *, struct outbox_row *, const char *packed, int64_t now);
/* Back to people, who have not approved it as it is now. */
void row_draft(struct daemon *, struct outbox_row *, const char *packed, int64_t now);
/* It arrived: the clocks stop, and what the platform shows of it is read soon. */
void row_arrived(struct daemon *, struct runner *, struct outbox_row *, const char *packed, int64_t now);

/* May it leave as things are now?  1; 0: it went another way.  Takes over what the look showed for the request.
 * own: what the look showed of ours, NULL where there is no look. */
int last_look(struct daemon *, struct runner *, const struct action *, struct outbox_row *, const json_t *own,
	      int64_t now);

/* An unsure row after a look at what the platform shows of ours. */
void settle_row(struct daemon *, const struct job *, struct outbox_row *, const json_t *own, int complete,
		int64_t now);

#endif
