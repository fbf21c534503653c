#include "daemon/clock.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

static struct {
	int known, set; /* the variable was looked at; it is there */
	int64_t anchor;
	double rate;
} test;

static int64_t
read_clock(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* A value that cannot be read still counts as set, so that `run` refuses it; time then goes at its own pace. */
static void
know_test(void)
{
	const char *text = getenv("SUPERCARGO_TEST_CLOCK");
	char *end;

	test.known = 1;
	test.set = text != NULL;
	test.rate = 1;
	if (!text)
		return;
	test.anchor = strtoll(text, &end, 10);
	if (*end == ':')
		test.rate = strtod(end + 1, &end);
	if (*end || end == text || !(test.rate > 0 && test.rate <= 1e6))
		test.rate = 1;
}

int64_t
clock_now(void)
{
	int64_t real = read_clock(CLOCK_REALTIME);

	if (!test.known)
		know_test();
	if (test.rate == 1)
		return real;
	return test.anchor + (int64_t)((double)(real - test.anchor) * test.rate);
}

int64_t
clock_mono(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

int64_t
clock_real_ms(int64_t ms)
{
	int64_t real;

	if (!test.known)
		know_test();
	if (test.rate == 1)
		return ms;
	real = (int64_t)((double)ms / test.rate);
	return ms > 0 && real < 1 ? 1 : real;
}

int
clock_is_test(void)
{
	if (!test.known)
		know_test();
	return test.set;
}

void
random_bytes(void *out, unsigned n)
{
	unsigned char *p = out;
	ssize_t got;

	while (n > 0) {
		got = getrandom(p, n, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			perror("getrandom");
			abort();
		}
		p += got;
		n -= (unsigned)got;
	}
}

uint64_t
random_u64(void)
{
	uint64_t word;

	random_bytes(&word, sizeof(word));
	return word;
}

void
random_hex(char out[2 * RANDOM_HEX + 1])
{
	unsigned char bytes[RANDOM_HEX];

	random_bytes(bytes, sizeof bytes);
	sodium_bin2hex(out, 2 * RANDOM_HEX + 1, bytes, sizeof bytes);
}
