/* events.h - events whose time has come: guess language and intent, decide, wish. */
#ifndef EVENTS_H
#define EVENTS_H

#include "daemon/daemon.h"

/* Handles at most `max` events of this turn; says when the next one comes (now: more are waiting). */
int64_t events_decide(struct daemon *, int max, int64_t now);

/* Language and intent of its message: guessed once, when a rule or a person first needs them, and kept with it. */
void situation_guess(struct daemon *, struct situation *, int64_t now);

/* Notes and returns when a conversation that waits `since` then must be answered: what the platform says, or the seller's own goal. */
int64_t set_deadline(struct daemon *, const struct conf_account *, int64_t conversation, int64_t since);

/* A dispute that waits for us and whose platform names no time: notes and takes over what the policy says. */
void set_respond_by(struct daemon *, const struct conf_account *, struct situation *);

/* Whether somebody is there, and whether the buyer may be told that nobody is. */
void situation_presence(struct daemon *, struct situation *, const struct conf_account *, int64_t now);

#endif
