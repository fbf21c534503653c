/* forgotten.h - what those stores knew that older ones replaced.
 *
 * A store is read before an old one takes its place.  What its lives did needs a row there when the store of today has none: that an old
 * one was put back excuses nothing by itself.
 */
#ifndef SIM_FORGOTTEN_H
#define SIM_FORGOTTEN_H

#include "world.h"

struct forgotten {
	int seller;
	const char *did; /* the kind of the action, of those in disputes the marketplace's word for it */
	char *about;     /* the marketplace's id of the conversation, order, dispute or feedback */
	char *text;
	int64_t minor;
	int left; /* or may have */
};

/* Its rows that have left or may have, and all about disputes, other than those that `old`, which takes its place, knows as sent. */
void forgotten_read(struct world *, const char *store, const char *old);
void forgotten_free(struct world *);

/* Had any of them a row that did this?  `text` NULL, `minor` 0: whichever. */
int was_forgotten(const struct world *, int seller, const char *did, const char *about, const char *text,
		  int64_t minor);
/* Had any of them a row about this dispute, in whatever state? */
int was_wished(const struct world *, int seller, const char *did, const char *about);

#endif
