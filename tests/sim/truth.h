/* truth.h - after the weeks: what happened at the marketplaces against what the service believes and was asked to do.
 *
 * lost         a record that a marketplace shows and the store has not; an action that the store calls sent and nobody got
 * doubled      a record stored twice; something done at a marketplace more often than it was wished
 * unexplained  something done at a marketplace that no row of the outbox accounts for; a buyer's message, dispute or feedback that was
 *              neither answered nor has a reason why not; a store that does not verify
 */
#ifndef SIM_TRUTH_H
#define SIM_TRUTH_H

#include "people.h"

struct findings {
	int lost, doubled, unexplained;
};

/* Each finding is also a line on `out`. */
void truth_check(struct world *, const struct people *, const char *store, struct findings *, FILE *out);

/* truth_verify.c: 1, or 0 with the reason. */
int store_is_sound(const char *store, char why[200]);

#endif
