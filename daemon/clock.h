/* clock.h - the one file that knows the time.
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

/* Random bytes from the kernel; seeded and repeatable after random_seed (simulator). */
void random_bytes(void *, unsigned n);
uint64_t random_u64(void);
void random_hex(char *out, unsigned bytes); /* 2n+1 bytes written */
void random_seed(uint64_t);

#endif
