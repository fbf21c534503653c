/* clocks.h - until when something must be answered: what the platform says, else the policy; both are kept, and what differs is told.
 *
 * A conversation's clock starts at the platform's time of the oldest message of the buyer that is not answered; the earlier of the policy and the
 * seller's own goal counts.  A dispute's starts when it becomes our turn, the first time when it was opened.
 */
#ifndef CLOCKS_H
#define CLOCKS_H

#include "daemon/daemon.h"

/* Notes and returns when a conversation that waits `since` then must be answered. */
int64_t set_deadline(struct daemon *, const struct conf_account *, int64_t conversation, int64_t since);

/* A dispute that waits for us: notes what the policy says, takes it over where the platform says nothing, and tells when they differ. */
void set_respond_by(struct daemon *, const struct conf_account *, struct situation *, int64_t now);

/* Inside a turn: conversations whose clock moved get their deadline anew. */
void clocks_set(struct daemon *);

/* How the deadline of a dispute, conversation, feedback or task came about, for people: null when it has none. */
json_t *clock_explained(struct daemon *, const char *id);

#endif
