#include "daemon/pace/pace.h"

#include <math.h>

#define STEPS 44 /* of halving the logarithm: beyond what a float tells apart */

double
pace_calls(const struct pace *p, double price)
{
	const double x = price > 0 ? sqrt(p->weight / price) : p->most;

	return x < p->least ? p->least : x > p->most ? p->most : x;
}

static double
sum_at(const struct pace *p, int n, double price, int only, const double *prices)
{
	double sum = 0;

	for (int i = 0; i < n; i++) {
		const int own = p[i].quota >= 0 && prices && prices[p[i].quota] > price;

		if (only < 0 || p[i].quota == only)
			sum += pace_calls(&p[i], own ? prices[p[i].quota] : price);
	}
	return sum;
}

double
pace_price(const struct pace *p, int n, double calls, int only, const double *prices)
{
	double low = INFINITY, high = 0;

	for (int i = 0; i < n; i++) { /* below all take the most, above all the least */
		if ((only >= 0 && p[i].quota != only) || p[i].weight <= 0)
			continue;
		low = fmin(low, p[i].weight / (p[i].most * p[i].most));
		high = fmax(high, p[i].weight / (p[i].least * p[i].least));
	}
	if (sum_at(p, n, 0, only, prices) <= calls)
		return 0;
	if (!(low <= high) || sum_at(p, n, INFINITY, only, prices) >= calls)
		return INFINITY;
	low = log(low), high = log(high);
	for (int i = 0; i < STEPS; i++) {
		const double middle = (low + high) / 2;

		if (sum_at(p, n, exp(middle), only, prices) > calls)
			low = middle;
		else
			high = middle;
	}
	return exp(high);
}
