#include "luck.h"

#include <math.h>

uint64_t
luck_word(struct luck *l) /* splitmix64 */
{
	uint64_t z = l->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

struct luck
luck_new(uint64_t seed, const char *part)
{
	struct luck l = {seed};

	for (; *part; part++)
		l.state = luck_word(&l) ^ (unsigned char)*part;
	return l;
}

int64_t
luck_below(struct luck *l, int64_t n)
{
	return n > 0 ? (int64_t)(luck_word(l) % (uint64_t)n) : 0;
}

int64_t
luck_between(struct luck *l, int64_t from, int64_t to)
{
	return from + luck_below(l, to - from + 1);
}

int
luck_one_in(struct luck *l, int n)
{
	return luck_below(l, n) == 0;
}

int
luck_weighted(struct luck *l, const int *weights)
{
	int64_t sum = 0, at;
	int i = 0;

	for (const int *w = weights; *w >= 0; w++)
		sum += *w;
	for (at = luck_below(l, sum); at >= weights[i]; i++)
		at -= weights[i];
	return i;
}

int64_t
luck_wait(struct luck *l, int64_t mean)
{
	const double u = ((double)(luck_word(l) >> 11) + 1) / 9007199254740993.0;

	return 1 + (int64_t)(-log(u) * (double)mean);
}
