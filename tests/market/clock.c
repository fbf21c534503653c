#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "clock.h"

static double anchor, rate; /* rate 0: the wall clock as it is */

static int64_t
read_clock(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int
market_clock_setup(void)
{
	const char *s = getenv("SUPERCARGO_TEST_CLOCK");
	char rest;

	return s && (sscanf(s, "%lf:%lf%c", &anchor, &rate, &rest) != 2 || rate <= 0 || anchor < 0) ? -1 : 0;
}

int64_t
market_now(void)
{
	int64_t real = read_clock(CLOCK_REALTIME);

	return rate > 0 ? (int64_t)(anchor + ((double)real - anchor) * rate) : real;
}

int64_t
market_real_ms(void)
{
	return read_clock(CLOCK_MONOTONIC);
}
