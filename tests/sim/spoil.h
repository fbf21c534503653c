/* spoil.h - is the truth told?  The store of a seed is spoilt in one way after the other, and each must be found. */
#ifndef SIM_SPOIL_H
#define SIM_SPOIL_H

#include "people.h"

/* So many ways were not found; each has a line on `out`. */
int spoil_each(struct world *, const struct people *, const char *store, FILE *out);

#endif
