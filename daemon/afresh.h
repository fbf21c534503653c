/* afresh.h - odd items, read once more.
 *
 * An odd item may be a part of an answer that means nothing alone, so what is read once more is its stream, from before the item was first met, by the
 * door that everything comes in by; records that are known stay as they are.  When the platform has shown everything and an item was not odd again it
 * was understood, or is not shown any more: it goes, and the journal keeps that ("odd").
 *
 * Happens when the program's version changed and when a person asks.  Which streams are to be read, and since when, stands in the store (meta).
 */
#ifndef AFRESH_H
#define AFRESH_H

#include "daemon/intake.h"

/* runners_make: another version than the one that read the account last wants its odd items again. */
void afresh_open(struct daemon *, struct runner *, int64_t now);
/* Streams of the account that will be read once more: those with odd items.  Their number. */
int afresh_want(struct daemon *, struct runner *, int64_t now);
/* A poll begins: where its stream goes on, and how far back, when it is to be read once more. */
void afresh_start(struct daemon *, struct job *, struct stream_row *);
/* A sweep ended: what is not odd any more is settled. */
void afresh_done(struct daemon *, const struct job *, const struct intake *, int64_t now);

#endif
