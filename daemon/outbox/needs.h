/* needs.h - does a wish give what its action needs, and nothing that it does not take?  Pure. */
#ifndef OUTBOX_NEEDS_H
#define OUTBOX_NEEDS_H

#include "connectors/connector.h"

#define FILES_MAX 32 /* of one action */

/* 0, or -1 with err: what is missing or too much, and what to do. */
int needs_met(const struct action *, const struct outgoing *, struct err *);

int needs_text(const struct action *, const char *text, struct err *); /* the text alone */

/* Does a list of words between spaces hold this one?  NULL holds nothing. */
int words_hold(const char *words, const char *word);

#endif
