#include "hours.h"

#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/instant.h"

#define MINUTES_A_DAY  (24 * 60)
#define MINUTES_A_WEEK (7 * MINUTES_A_DAY)
#define ALL_DAYS       0x7f
#define LOOK           (22 * DAY) /* changes of the clocks can hide a window in one week, not in three */
#define STEP           (6 * HOUR) /* clocks change at most once in it */
#define FAR            (INT64_C(1) << 53) /* ms; beyond it nothing is reckoned */

static const char *const names[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

/* The day that n letters name, -1: none. */
static int
day_of(const char *word, size_t n)
{
	for (int day = 0; day < 7; day++)
		if (n == 3 && !strncasecmp(word, names[day], 3))
			return day;
	return -1;
}

/* "mon", "sat-mon": 0, or -1. */
static int
read_days(const char *word, size_t n, unsigned char *days)
{
	const char *dash = memchr(word, '-', n);
	const int first = day_of(word, dash ? (size_t)(dash - word) : n);
	const int last = dash ? day_of(dash + 1, n - (size_t)(dash + 1 - word)) : first;

	if (first < 0 || last < 0)
		return -1;
	for (int day = first;; day = (day + 1) % 7) {
		*days |= (unsigned char)(1u << day);
		if (day == last)
			return 0;
	}
}

static int
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* "9:00", "24:00": the minute of the day, and behind it; NULL: it is none. */
static const char *
read_minute(const char *p, const char *end, short *minute)
{
	int hour = 0, digits = 0;

	for (; p < end && is_digit(*p) && digits < 3; digits++)
		hour = hour * 10 + *p++ - '0';
	if (digits < 1 || digits > 2 || end - p < 3 || *p != ':' || p[1] < '0' || p[1] > '5' ||
	    !is_digit(p[2]))
		return NULL;
	*minute = (short)(hour * 60 + (p[1] - '0') * 10 + p[2] - '0');
	return *minute <= MINUTES_A_DAY ? p + 3 : NULL;
}

/* "09:00-18:00" of these days. */
static int
read_times(const char *word, size_t n, unsigned char days, struct hours *h)
{
	const char *end = word + n, *p;
	short from, to;

	if (h->n == HOURS_MAX || !(p = read_minute(word, end, &from)) || p == end || *p != '-' ||
	    !(p = read_minute(p + 1, end, &to)) || p != end || from == to || from == MINUTES_A_DAY)
		return -1;
	h->window[h->n].days = days;
	h->window[h->n].from = from;
	h->window[h->n++].to = to;
	return 0;
}

int
hours_parse(const char *text, struct hours *h)
{
	static const char space[] = " \t,";
	unsigned char days = 0;
	int timed = 1; /* the days before had their times */

	memset(h, 0, sizeof *h);
	if (!strcasecmp(text, "always"))
		text = "00:00-24:00";
	for (text += strspn(text, space); *text; text += strspn(text, space)) {
		const size_t n = strcspn(text, space);

		if (is_digit(*text)) {
			if (read_times(text, n, days ? days : ALL_DAYS, h))
				goto bad;
			timed = 1;
		} else {
			if (timed)
				days = 0;
			timed = 0;
			if (read_days(text, n, &days))
				goto bad;
		}
		text += n;
	}
	if (timed && h->n)
		return 0;
bad:
	memset(h, 0, sizeof *h);
	return -1;
}

static void
print_days(unsigned days, struct buf *out)
{
	/* begun on Monday, so that a weekend is one run */
	for (int i = 1, n; i <= 7; i += n + 1) {
		for (n = 0; i + n <= 7 && days >> (i + n) % 7 & 1; n++)
			;
		if (n > 0)
			buf_fmt(out, "%s ", names[i % 7]);
		if (n > 1) {
			out->len--;
			buf_fmt(out, "-%s ", names[(i + n - 1) % 7]);
		}
	}
}

void
hours_print(const struct hours *h, struct buf *out)
{
	for (int i = 0; i < h->n; i++) {
		const int from = h->window[i].from, to = h->window[i].to;

		if (i)
			buf_put(out, ", ");
		if (i || h->window[i].days != ALL_DAYS) /* without days they would be those before */
			print_days(h->window[i].days, out);
		buf_fmt(out, "%02d:%02d-%02d:%02d", from / 60, from % 60, to / 60, to % 60);
	}
}

/* What clocks of the zone show. */
static int64_t
wall_of(const char *zone, int64_t at)
{
	int minutes = 0;

	if (zone && zone_offset(zone, at, &minutes))
		minutes = 0;
	return at + minutes * MINUTE;
}

/* The ms of the week, from Sunday on; 1970-01-01 was a Thursday. */
static int64_t
of_week(int64_t wall)
{
	const int64_t ms = (wall + 4 * DAY) % (7 * DAY);

	return ms < 0 ? ms + 7 * DAY : ms;
}

static int
length_of(const struct hours *h, int i)
{
	const int n = h->window[i].to - h->window[i].from;

	return n > 0 ? n : n + MINUTES_A_DAY;
}

int
hours_open(const struct hours *h, const char *zone, int64_t at)
{
	int minute;

	if (at > FAR || at < -FAR)
		return 0;
	minute = (int)(of_week(wall_of(zone, at)) / MINUTE);
	for (int i = 0; i < h->n; i++)
		for (int day = 0; day < 7; day++)
			if (h->window[i].days >> day & 1 &&
			    (minute - day * MINUTES_A_DAY - h->window[i].from + 2 * MINUTES_A_WEEK) %
					    MINUTES_A_WEEK <
				    length_of(h, i))
				return 1;
	return 0;
}

/* How long until the next beginning or end of a window, by the clock: more than 0. */
static int64_t
to_next_edge(const struct hours *h, int64_t wall)
{
	const int64_t now = of_week(wall);
	int64_t least = 7 * DAY;

	for (int i = 0; i < h->n; i++)
		for (int day = 0; day < 7; day++)
			for (int end = 0; end < 2 && h->window[i].days >> day & 1; end++) {
				const int64_t edge =
					(day * MINUTES_A_DAY + h->window[i].from + end * length_of(h, i)) *
					MINUTE;
				int64_t wait = (edge - now + 14 * DAY) % (7 * DAY);

				if (!wait)
					wait = 7 * DAY;
				if (wait < least)
					least = wait;
			}
	return least;
}

/* The first instant after `at`, until `end`, at which clocks were changed; `end` when they were not. */
static int64_t
change_in(const char *zone, int64_t at, int64_t end)
{
	const int64_t offset = wall_of(zone, at) - at;

	if (wall_of(zone, end) - end == offset)
		return end;
	while (end - at > 1) {
		const int64_t middle = at + (end - at) / 2;

		if (wall_of(zone, middle) - middle == offset)
			at = middle;
		else
			end = middle;
	}
	return end;
}

int64_t
hours_next(const struct hours *h, const char *zone, int64_t at, int open)
{
	int64_t t = at;

	if (at > FAR - LOOK || at < -FAR)
		return HOURS_NEVER;
	while (hours_open(h, zone, t) != !!open) {
		int64_t wait = to_next_edge(h, wall_of(zone, t));

		if (t - at > LOOK)
			return HOURS_NEVER;
		t = change_in(zone, t, t + (wait < STEP ? wait : STEP));
	}
	return t;
}
