/* same.h - an answer that a stream has read before, from the same place, is not read again.
 *
 * Connectors only translate: the same bytes at the same cursor mean the same, until the time that they say themselves (found.same_until).  Most
 * polls of a list of what is open are such.  Only a keyed hash is remembered, and only in memory.
 */
#ifndef SAME_H
#define SAME_H

#include "daemon/intake.h"

/* Whether that is so: then *found says what it said before. */
int same_answer(const struct job *, const struct response *, struct found *);
/* An answer was read, with this outcome. */
void same_note(const struct job *, const struct response *, const struct intake *, enum outcome);

#endif
