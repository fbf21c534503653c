/* luck.h - chance, from one seed.  Each part of the world has a stream of its own, so that a part that asks once more
 * does not change what happens elsewhere.
 */
#ifndef SIM_LUCK_H
#define SIM_LUCK_H

#include <stdint.h>

struct luck {
	uint64_t state;
};

struct luck luck_new(uint64_t seed, const char *part);
uint64_t luck_word(struct luck *);
int64_t luck_below(struct luck *, int64_t n);                  /* 0 … n-1 */
int64_t luck_between(struct luck *, int64_t from, int64_t to); /* both may come */
int luck_one_in(struct luck *, int n);                         /* once in n times */
int luck_weighted(struct luck *, const int *weights);          /* a place in the list, which ends with -1 */
int64_t luck_wait(struct luck *, int64_t mean); /* to the next of events that come independently */

#endif
