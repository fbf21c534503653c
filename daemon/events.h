/* events.h - events whose time has come: guess language and intent, decide, wish. */
#ifndef EVENTS_H
#define EVENTS_H

#include "daemon/daemon.h"

/* Handles at most `max` events of this turn; says when the next one comes (now: more are waiting). */
int64_t events_decide(struct daemon *, int max, int64_t now);

/* Language and intent of its message: guessed once, when a rule or a person first needs them, and kept with it. */
void situation_guess(struct daemon *, struct situation *, int64_t now);

/* Whether somebody is there, and whether the buyer may be told that nobody is. */
void situation_presence(struct daemon *, struct situation *, const struct conf_account *, int64_t now);

#endif
