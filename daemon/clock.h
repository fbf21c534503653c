/* clock.h - the one file that knows the time, and chance.
 *
 * Wall time is ms UTC; monotonic time is for waiting only and never leaves the process.  Tests may let it run faster: with
 * SUPERCARGO_TEST_CLOCK=ANCHOR_MS:RATE in the environment, now = ANCHOR + (real - ANCHOR) * RATE; the bundled marketplaces read the
 * same variable.  `run` refuses it unless every account's endpoint is on loopback.
 */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

int64_t clock_now(void);           /* wall, ms UTC */
int64_t clock_mono(void);          /* ms since some start */
int64_t clock_real_ms(int64_t ms); /* how long a span of clock_now's ms takes really, for waiting */
int clock_is_test(void);

/* Random bytes from the kernel. */
void random_bytes(void *, unsigned n);
uint64_t random_u64(void);
#define RANDOM_HEX 16                      /* bytes: enough that no two are ever alike */
void random_hex(char[2 * RANDOM_HEX + 1]); /* so many, as a string */

#endif
