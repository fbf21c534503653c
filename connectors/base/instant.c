#include "instant.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

/* Own calendar arithmetic: mktime and timegm depend on the process's zone and on the width of time_t. */

struct civil {
	int64_t year;
	int month, day, hour, minute, second;
};

/* Days since 1970-01-01, proleptic Gregorian.  Years are counted from March, so that the leap day comes last. */
static int64_t
days_of(int64_t year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t of_era = y - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static void
civil_of(int64_t days, struct civil *c)
{
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t of_era = z - era * 146097;
	int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * y + y / 4 - y / 100);
	int64_t m = (5 * of_year + 2) / 153;

	c->day = (int)(of_year - (153 * m + 2) / 5 + 1);
	c->month = (int)(m < 10 ? m + 3 : m - 9);
	c->year = y + era * 400 + (c->month <= 2);
}

static int
days_in_month(int64_t year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

/* 0, or -1 when there is no such time.  A leap second is the first moment of the next minute. */
static int
civil_ms(const struct civil *c, int64_t *ms)
{
	if (c->month < 1 || c->month > 12 || c->day < 1 || c->day > days_in_month(c->year, c->month) ||
	    c->hour < 0 || c->hour > 23 || c->minute < 0 || c->minute > 59 || c->second < 0 || c->second > 60)
		return -1;
	*ms = days_of(c->year, c->month, c->day) * DAY + c->hour * HOUR + c->minute * MINUTE +
	      c->second * SECOND;
	return 0;
}

/* Exactly n digits; moves on behind them.  0 or -1. */
static int
digits(const char **p, int n, int *value)
{
	for (*value = 0; n--; (*p)++) {
		if (**p < '0' || **p > '9')
			return -1;
		*value = *value * 10 + (**p - '0');
	}
	return 0;
}

static int
take(const char **p, const char *any_of)
{
	if (!**p || !strchr(any_of, **p))
		return -1;
	(*p)++;
	return 0;
}

/* "Z", "+01:00", "+0100", "+01" at the end of the text. */
static int
zone_parse(const char *p, int64_t *ms)
{
	int hours, minutes = 0, west = *p == '-';

	if (*p == 'Z' || *p == 'z') {
		*ms = 0;
		return p[1] ? -1 : 0;
	}
	if (take(&p, "+-") || digits(&p, 2, &hours))
		return -1;
	if (*p && ((*p == ':' && !*++p) || digits(&p, 2, &minutes)))
		return -1;
	if (*p || hours > 23 || minutes > 59)
		return -1;
	*ms = (hours * HOUR + minutes * MINUTE) * (west ? -1 : 1);
	return 0;
}

int
instant_parse(const char *s, int64_t *ms)
{
	struct civil c = {0};
	int64_t at, east, fraction = 0, weight = 100;
	int year;

	if (digits(&s, 4, &year) || take(&s, "-") || digits(&s, 2, &c.month) || take(&s, "-") ||
	    digits(&s, 2, &c.day) || take(&s, "Tt ") || digits(&s, 2, &c.hour) || take(&s, ":") ||
	    digits(&s, 2, &c.minute))
		return -1;
	c.year = year;
	if (*s == ':') {
		s++;
		if (digits(&s, 2, &c.second))
			return -1;
		if (*s == '.' || *s == ',') {
			if (*++s < '0' || *s > '9')
				return -1;
			for (; *s >= '0' && *s <= '9'; s++, weight /= 10)
				fraction += (*s - '0') * weight;
		}
	}
	if (zone_parse(s, &east) || civil_ms(&c, &at))
		return -1;
	*ms = at + fraction - east;
	return 0;
}

int
day_parse(const char *text, size_t n, int64_t *ms)
{
	char when[sizeof "2026-10-09T00:00:00Z"];

	if (n != 10 || memchr(text, '\0', n))
		return -1;
	snprintf(when, sizeof when, "%.10sT00:00:00Z", text);
	return instant_parse(when, ms);
}

void
instant_format(int64_t ms, char out[INSTANT_TEXT])
{
	int64_t days = ms / DAY - (ms % DAY < 0), rest = (ms % DAY + DAY) % DAY;
	struct civil c;

	civil_of(days, &c);
	snprintf(out, INSTANT_TEXT, "%04lld-%02d-%02dT%02d:%02d:%02d.%03dZ", (long long)c.year, c.month,
		 c.day, (int)(rest / HOUR), (int)(rest / MINUTE % 60), (int)(rest / SECOND % 60),
		 (int)(rest % SECOND));
}

void
instant_minute(int64_t ms, char out[INSTANT_TEXT])
{
	char exact[INSTANT_TEXT];
	int day;

	instant_format(ms, exact);
	day = (int)strcspn(exact, "T");
	snprintf(out, INSTANT_TEXT, "%.*s %.5s UTC", day, exact, exact + day + 1);
}

int
instant_parse_http(const char *s, int64_t *ms)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct civil c = {0};
	char month[4] = "";
	const char *at;
	int year = 0, end = 0;

	if (sscanf(s, "%*3[A-Za-z], %2d %3[A-Za-z] %4d %2d:%2d:%2d GMT%n", &c.day, month, &year, &c.hour,
		   &c.minute, &c.second, &end) == 6 &&
	    end && !s[end]) {
		c.year = year;
	} else if ((end = 0), sscanf(s, "%*[A-Za-z], %2d-%3[A-Za-z]-%2d %2d:%2d:%2d GMT%n", &c.day, month,
				     &year, &c.hour, &c.minute, &c.second, &end) == 6 &&
				      end && !s[end]) {
		c.year = year + (year < 70 ? 2000 : 1900);
	} else if ((end = 0), sscanf(s, "%*3[A-Za-z] %3[A-Za-z] %2d %2d:%2d:%2d %4d%n", month, &c.day,
				     &c.hour, &c.minute, &c.second, &year, &end) == 6 &&
				      end && !s[end]) {
		c.year = year;
	} else {
		return -1;
	}
	if (year < 0 || strlen(month) != 3 || !(at = strstr(months, month)) || (at - months) % 3)
		return -1;
	c.month = (int)(at - months) / 3 + 1;
	return civil_ms(&c, ms);
}

int
zone_offset(const char *zone, int64_t ms, int *minutes)
{
	static GTimeZone *last; /* accounts ask for the same few zones again and again */
	int64_t seconds = ms / SECOND - (ms % SECOND < 0);
	int interval;

	/* GLib would also read "/etc/passwd" or "../x" as a zone file, and take "" as the local zone. */
	if (!*zone || *zone == '/' ||
	    zone[strspn(zone, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/")])
		return -1;
	if (!last || strcmp(g_time_zone_get_identifier(last), zone) != 0) {
		GTimeZone *z = g_time_zone_new_identifier(zone);

		if (!z)
			return -1;
		if (last)
			g_time_zone_unref(last);
		last = z;
	}
	interval = g_time_zone_find_interval(last, G_TIME_TYPE_UNIVERSAL, seconds);
	if (interval < 0)
		return -1;
	*minutes = g_time_zone_get_offset(last, interval) / 60;
	return 0;
}
