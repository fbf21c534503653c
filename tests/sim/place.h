/* place.h - the seller's side as it is written down: the configuration with its rules, in a folder of the seed's own. */
#ifndef SIM_PLACE_H
#define SIM_PLACE_H

#include <stdio.h>

struct place {
	char folder[128], conf[160], store[160], log[160];
};

/* Makes the folder and writes supercargo.conf and the key into it. */
void place_make(struct place *, const char *folder);
/* The end of what the service said last, for when it crashed: a sanitizer's report stands there. */
void place_tell(const struct place *, FILE *out);
void place_remove(const struct place *);

#endif
