/* Silence: years of sellers, in which nothing is wrong, and then something is. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "daemon/pace/arrivals.h"
#include "daemon/pace/silence.h"

#include <cmocka.h>

#define T0     INT64_C(1759708800000) /* a Monday, 00:00 UTC */
#define WEEK   (7 * DAY)
#define YEAR   (365 * DAY)
#define YEARS  100
#define LEARN  (28 * DAY) /* before anything is judged, and longer where little comes */
#define RARE   YEAR       /* as configured: one false alarm in so long */
#define MUTES  20         /* tried in a year, each by itself */
#define EVENTS 200000

static uint64_t seed;

static double
luck(void)
{
	seed += UINT64_C(0x9E3779B97F4A7C15);
	uint64_t z = seed;
	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return (double)((z ^ (z >> 31)) >> 11) / 9007199254740992.0;
}

/* A seller: day and night, a week, a year that grows towards its end, two weeks of holidays at half the rate; and bursts. */
struct seller {
	double a_day;          /* occasions, on average */
	double night, weekend; /* against the rest */
	double season;         /* the end of the year against its beginning */
	double burst;          /* so often an occasion brings more than one piece of news */
	int64_t holidays;
};

static double
intensity(const struct seller *s, int64_t at)
{
	const int hour = hour_of_week(at, 0);
	const double year = (double)((at - T0) % YEAR) / YEAR;
	double x = s->a_day / 24;

	x *= hour % 24 < 7 ? s->night : 1.3;
	x *= hour / 24 >= 5 ? s->weekend : 1.1;
	x *= 1 + (s->season - 1) * year;
	return at >= s->holidays && at < s->holidays + 14 * DAY ? x / 2 : x;
}

static int
cmp(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static int
live(const struct seller *s, int64_t from, int64_t to, int64_t *events)
{
	const double most = s->a_day / 24 * 1.3 * 1.1 * fmax(s->season, 1);
	int64_t at = from;
	int n = 0;

	while ((at += (int64_t)(-log(1 - luck()) / most * HOUR)) < to && n < EVENTS - 20) {
		if (luck() * most > intensity(s, at))
			continue;
		events[n++] = at;
		if (luck() < s->burst)
			for (int more = 1 + (int)(luck() * 5); more; more--)
				events[n++] = at + (int64_t)(luck() * HOUR);
	}
	qsort(events, (size_t)n, sizeof *events, cmp);
	return n;
}

struct watch {
	struct arrivals a;
	struct silence x;
	float rates[HOURS_A_WEEK];
	int64_t day;
};

static void
look(struct watch *w, int64_t now)
{
	if (now / DAY == w->day)
		return;
	w->day = now / DAY;
	arrivals_rates(&w->a, 0.2, NULL, now, 0, w->rates);
}

static double
limit_of(const struct watch *w)
{
	return silence_limit(&w->x, silence_rare(&w->x, arrivals_expected(w->rates, 0, 0, WEEK), RARE));
}

static int
is_told(const struct watch *w, int64_t now)
{
	return arrivals_expected(w->rates, 0, w->x.last, now) * silence_level(&w->x) >= limit_of(w);
}

static double
median_of(double *list, int n, double part)
{
	for (int i = 1; i < n; i++)
		for (int k = i; k && list[k] < list[k - 1]; k--) {
			const double x = list[k];

			list[k] = list[k - 1], list[k - 1] = x;
		}
	return list[(int)(part * (n - 1))];
}

/* From then on nothing comes: when is it told?  In expected news since the mute, by what really would have come; -1: never in a year. */
static double
muted(struct watch w, const struct seller *s, int64_t at, int64_t *took)
{
	double really = 0;

	for (int64_t now = at; now < at + YEAR; now += HOUR) {
		look(&w, now);
		if (is_told(&w, now)) {
			*took = now - at;
			return really;
		}
		really += intensity(s, now) * (1 + s->burst * 3);
	}
	return -1;
}

static struct seller
a_seller(int number)
{
	seed = (uint64_t)number * 7919 + 17;
	return (struct seller){.a_day = exp(log(1) + luck() * log(60)),
			       .night = 0.05 + luck() * 0.4,
			       .weekend = 0.3 + luck() * 0.9,
			       .season = 0.5 + luck() * 2,
			       .burst = luck() * 0.4,
			       .holidays = T0 + LEARN + (int64_t)(luck() * (double)(YEAR - 14 * DAY))};
}

struct outcome_of_years {
	int alarms, worst, judged, mutes, missed, late;
	double delays[YEARS * MUTES], days[YEARS * MUTES];
};

static void
live_a_year(int number, struct outcome_of_years *o)
{
	static int64_t events[EVENTS];
	const struct seller s = a_seller(number);
	const int n = live(&s, T0, T0 + LEARN + YEAR, events);
	struct watch w = {.a = {.since = T0}, .x = {.since = T0}};
	int64_t next_mute = T0 + LEARN + (int64_t)(luck() * YEAR / MUTES);
	int alarms = 0;

	for (int i = 0; i < n; i++) {
		while (i && next_mute < events[i]) {
			struct watch copy = w;
			int64_t took = 0;
			const double delay = muted(copy, &s, next_mute, &took);

			if (isfinite(limit_of(&w))) {
				o->missed += delay < 0;
				o->late += delay > limit_of(&w) * 2;
				o->days[o->mutes] = (double)took / DAY;
				o->delays[o->mutes++] = delay;
			}
			next_mute += YEAR / MUTES;
		}
		look(&w, events[i]);
		if (events[i] > T0 + LEARN && is_told(&w, events[i]))
			alarms++;
		arrivals_note(&w.a, events[i], 0, events[i]);
		silence_gap(&w.x, arrivals_expected(w.rates, 0, w.x.last, events[i]), events[i]);
	}
	o->alarms += alarms;
	o->worst = alarms > o->worst ? alarms : o->worst;
	if (getenv("TRACE") && alarms)
		printf("year %d: %d alarms, %.1f a day, night %.2f weekend %.2f season %.2f burst %.2f\n",
		       number, alarms, s.a_day, s.night, s.weekend, s.season, s.burst);
}

static void
a_hundred_years(void **state)
{
	static struct outcome_of_years o;

	(void)state;
	for (int i = 0; i < YEARS; i++)
		live_a_year(i, &o);
	printf("%d account-years: %d false alarms, %d at most in one; %d mutes: %d never told; told after "
	       "%.1f pieces of expected news (median), %.1f (95 %%); "
	       "%.1f and %.1f days\n",
	       YEARS, o.alarms, o.worst, o.mutes, o.missed, median_of(o.delays, o.mutes, 0.5),
	       median_of(o.delays, o.mutes, 0.95), median_of(o.days, o.mutes, 0.5),
	       median_of(o.days, o.mutes, 0.95));
	assert_true(o.alarms <= YEARS);
	assert_true(o.mutes > YEARS);
	assert_int_equal(o.missed, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_hundred_years),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
