/* place.h - the seller's side as it is written down: the configuration with its rules, in a folder of the seed's own. */
#ifndef SIM_PLACE_H
#define SIM_PLACE_H

#include <stdio.h>

/* What may go back without a person, in minor units; low enough that all three are met in two weeks. */
#define LIMITS_IN        "EUR"
#define REFUND_PER_ORDER 10000
#define REFUND_PER_BUYER 12000
#define REFUND_PER_DAY   15000

/* What a fallback may send back; and how long before the deadline that of a message comes at the earliest (rules in place.c). */
#define FALLBACK_TEXT   "80.00"
#define FALLBACK_UP_TO  8000
#define FALLBACK_BEFORE (23 * HOUR)

struct place {
	char folder[128], conf[160], store[160], log[160];
};

/* Makes the folder and writes supercargo.conf and the key into it. */
void place_make(struct place *, const char *folder, int rush);
/* The end of what the service said last, for when it crashed: a sanitizer's report stands there. */
void place_tell(const struct place *, FILE *out);
void place_remove(const struct place *);

#endif
