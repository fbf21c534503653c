#include "daemon/clock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

static struct {
	int known, set; /* the variable was looked at; it is there */
	int64_t anchor;
	double rate;
} test;

static uint64_t seed;
static int seeded;

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

/* splitmix64 */
static uint64_t
next_seeded(void)
{
	uint64_t z = seed += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

void
random_bytes(void *out, unsigned n)
{
	unsigned char *p = out;
	ssize_t got;

	while (n > 0) {
		if (seeded) {
			uint64_t word = next_seeded();

			got = n < sizeof(word) ? n : sizeof(word);
			memcpy(p, &word, (size_t)got);
		} else {
			got = getrandom(p, n, 0);
			if (got < 0 && errno == EINTR)
				continue;
			if (got < 0) {
				perror("getrandom");
				abort();
			}
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
random_hex(char *out, unsigned bytes)
{
	static const char digits[] = "0123456789abcdef";

	for (; bytes > 0; bytes--) {
		unsigned char byte;

		random_bytes(&byte, 1);
		*out++ = digits[byte >> 4];
		*out++ = digits[byte & 15];
	}
	*out = '\0';
}

void
random_seed(uint64_t value)
{
	seed = value;
	seeded = 1;
}
