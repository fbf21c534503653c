/* clock.c - the time is what the world says; random numbers come from its seed. */
#include "daemon/clock.h"

#include <sodium.h>
#include <string.h>

#include "seams.h"

int64_t
clock_now(void)
{
	return wire->now + wire->skew;
}

int64_t
clock_mono(void)
{
	return wire->now;
}

int64_t
clock_real_ms(int64_t ms)
{
	return ms;
}

int
clock_is_test(void)
{
	return 1;
}

uint64_t
random_u64(void) /* splitmix64 */
{
	uint64_t z = wire->luck += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

void
random_bytes(void *out, unsigned n)
{
	for (unsigned char *p = out; n > 0;) {
		const uint64_t word = random_u64();
		const unsigned part = n < sizeof word ? n : sizeof word;

		memcpy(p, &word, part);
		p += part;
		n -= part;
	}
}

void
random_hex(char out[2 * RANDOM_HEX + 1])
{
	unsigned char bytes[RANDOM_HEX];

	random_bytes(bytes, sizeof bytes);
	sodium_bin2hex(out, 2 * RANDOM_HEX + 1, bytes, sizeof bytes);
}
