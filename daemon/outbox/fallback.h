/* fallback.h - what is done when nobody has approved an action in time.
 *
 * A rule may name a fallback: a holding text, accept, escalate, … (conf.h).  Its time comes `fallback_before` the deadline that is in force
 * then - when that moves, so does it -, but never less than half an hour after the waiting action was last touched, or half of what was left
 * until the deadline.  After the deadline nothing is done any more.
 *
 * Then the waiting action ends as expired and the fallback is wished as an action of its own, in one transaction; so of approval and
 * fallback exactly one wins, whichever comes first.  The fallback takes a place only when it leaves by itself: it passes every check that
 * a rule's action passes (mode, breaker, caps, language, policy, limits), and money moves only inside its own limit, too.  Else everything stays
 * as it is, and the reason is told.  What may have arrived is never touched, nor what a rule wished before it stood in the configuration
 * as it does now: for that it has no fallback.
 *
 * Shortly before, who may approve is told ("approve/a9"), also where there is only a deadline.
 */
#ifndef OUTBOX_FALLBACK_H
#define OUTBOX_FALLBACK_H

#include "daemon/outbox/outbox.h"

struct fallback {
	const struct conf_rule *rule; /* its `fallback` */
	char kind[KIND_MAX];          /* what it does: "return.escalate" */
	int64_t at, until;            /* when it is done; the deadline */
};
/* 1; 0: what waits has none. */
int fallback_of(const struct daemon *, const struct unapproved *, struct fallback *);
/* As the account is switched now, will it leave?  A marketplace may let less leave by itself, never more. */
int fallback_promised(struct daemon *, const struct unapproved *);

/* Inside a turn: does those whose time has come and says when the next one's comes. */
int64_t fallbacks_take(struct daemon *, int64_t now);

/* A person did something about an action. */
void fallback_touched(struct daemon *, const struct outbox_row *, int64_t now);

#endif
