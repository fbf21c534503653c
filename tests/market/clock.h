/* clock.h - the market's time; SUPERCARGO_TEST_CLOCK=ANCHOR_MS:RATE lets it run as the service's does. */
#ifndef MARKET_CLOCK_H
#define MARKET_CLOCK_H

#include <stdint.h>

int market_clock_setup(void); /* reads the environment: 0, or -1 when the variable makes no sense */
int64_t market_now(void);     /* ms UTC: what the worlds and Date headers see */
int64_t market_real_ms(void); /* monotonic, for waiting */

#endif
