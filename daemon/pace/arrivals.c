#include "daemon/pace/arrivals.h"

#include <math.h>

#define WEEK    (7 * DAY)
#define GUESSED 168.0 /* hours that the first guess is worth */
#define OF_ALL                                                                                               \
	4.0 /* pieces of news that the rate of all hours is worth against that of an hour of the day, or of a day */
#define OF_BOTH  6.0 /* that these two are worth against an hour of the week */
#define AGED_MAX 50

int
hour_of_week(int64_t at, int east)
{
	const int64_t hour = (at + east * MINUTE) / HOUR + 72; /* 1970 began on a Thursday */

	return (int)(hour % HOURS_A_WEEK);
}

void
arrivals_note(struct arrivals *a, int64_t at, int east, int64_t now)
{
	const double faded = a->at && now > a->at ? exp(-(double)(now - a->at) / FORGET) : 1;

	if (!a->since || at < a->since)
		return;
	at = at < now ? at : now;
	for (int i = 0; i < HOURS_A_WEEK && faded < 1; i++)
		a->news[i] = (float)(a->news[i] * faded);
	a->at = now > a->at ? now : a->at;
	a->news[hour_of_week(at, east)] += (float)exp(-(double)(a->at - at) / FORGET);
}

void
arrivals_aged(struct arrivals *a, int64_t age)
{
	a->aged += a->aged < AGED_MAX;
	a->age += (age - a->age) / a->aged;
}

/* Hours of this hour of the week that were watched, weighed as the news is. */
static void
watched(const struct arrivals *a, int64_t now, int east, double hours[HOURS_A_WEEK])
{
	const int64_t first = a->since / HOUR,
		      last = now / HOUR; /* the hour that goes on counts as nothing yet */
	const double q = exp(-(double)WEEK / FORGET), h = exp(-(double)HOUR / FORGET);
	double weight = exp(-(double)(now - last * HOUR) / FORGET);

	for (int i = 0; i < HOURS_A_WEEK; i++) {
		const int64_t hour = last - 1 - i;
		const int64_t times = hour < first ? 0 : (hour - first) / HOURS_A_WEEK + 1;

		weight *= h;
		hours[hour_of_week(hour * HOUR, east)] =
			times ? weight * (1 - pow(q, (double)times)) / (1 - q) : 0;
	}
}

/* `n` in `hours`, drawn towards `before` as if that were `worth` pieces of news. */
static double
drawn(double n, double hours, double before, double worth)
{
	return before > 0 ? (n + worth) / (hours + worth / before) : 0;
}

void
arrivals_add(struct arrivals *sum, const struct arrivals *a, int64_t now)
{
	const double faded = a->at && now > a->at ? exp(-(double)(now - a->at) / FORGET) : 1;

	for (int i = 0; i < HOURS_A_WEEK; i++)
		sum->news[i] += (float)(a->news[i] * faded);
	sum->at = now;
	if (!sum->since || a->since < sum->since)
		sum->since = a->since;
}

double
arrivals_rates(const struct arrivals *a, double guess, const float *shape, int64_t now, int east,
	       float rates[HOURS_A_WEEK])
{
	const double faded = a->at && now > a->at ? exp(-(double)(now - a->at) / FORGET) : 1;
	double hours[HOURS_A_WEEK], of_hour[24] = {0}, in_hour[24] = {0}, of_day[7] = {0}, in_day[7] = {0};
	double by_hour[24] = {0}, by_day[7] = {0}, n = 0, all = 0, mean, sum = 0, shapes = 0;

	watched(a, now, east, hours);
	for (int i = 0; i < HOURS_A_WEEK; i++) {
		const double x = a->news[i] * faded;

		n += x, all += hours[i];
		of_hour[i % 24] += x, in_hour[i % 24] += hours[i];
		of_day[i / 24] += x, in_day[i / 24] += hours[i];
		by_hour[i % 24] += shape ? shape[i] / 7 : 1.0 / 7;
		by_day[i / 24] += shape ? shape[i] / 24 : 1.0 / 24;
		shapes += shape ? shape[i] / HOURS_A_WEEK : 1.0 / HOURS_A_WEEK;
	}
	mean = (n + guess * GUESSED) / (all + GUESSED);
	for (int i = 0; i < HOURS_A_WEEK; i++) {
		const double hour =
			drawn(of_hour[i % 24], in_hour[i % 24], mean * by_hour[i % 24] / shapes, OF_ALL);
		const double day =
			drawn(of_day[i / 24], in_day[i / 24], mean * by_day[i / 24] / shapes, OF_ALL);
		const double both = mean > 0 ? hour * day / mean : 0;

		rates[i] = (float)drawn(a->news[i] * faded, hours[i], both, OF_BOTH);
		sum += rates[i];
	}
	for (int i = 0; i < HOURS_A_WEEK && sum > 0; i++) /* of all of them together most is known */
		rates[i] = (float)(rates[i] * mean * HOURS_A_WEEK / sum);
	return mean * HOURS_A_WEEK;
}

double
arrivals_expected(const float rates[HOURS_A_WEEK], int east, int64_t from, int64_t to)
{
	const int64_t weeks = (to - from) / WEEK;
	double week = 0, sum = 0;
	int64_t at = from + weeks * WEEK;

	if (to <= from)
		return 0;
	for (int i = 0; i < HOURS_A_WEEK; i++)
		week += rates[i];
	sum = week * (double)weeks;
	while (at < to) {
		const int64_t hour = (at / HOUR + 1) * HOUR, end = hour < to ? hour : to;

		sum += rates[hour_of_week(at, east)] * (double)(end - at) / HOUR;
		at = end;
	}
	return sum;
}
