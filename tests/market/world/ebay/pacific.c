/* pacific.c - days in America/Los_Angeles, by the rule in force since 2007: the world needs no zone files. */
#include "base/instant.h"
#include "disputes.h"

/* Days since 1970-01-01 of a date; months from 1. */
static int64_t
days_of(int64_t y, int m, int d)
{
	y -= m <= 2;
	return 365 * y + y / 4 - y / 100 + y / 400 + (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1 - 719468;
}

/* 0 is Sunday; 1970-01-01 was a Thursday. */
static int
weekday(int64_t day)
{
	return (int)((day + 4) % 7);
}

static int64_t
nth_sunday(int64_t year, int month, int nth)
{
	int64_t first = days_of(year, month, 1);

	return first + (7 - weekday(first)) % 7 + 7 * (nth - 1);
}

static int64_t
offset(int64_t utc)
{
	int64_t year = 1970 + utc / DAY * 400 / 146097;

	/* summer time from 2:00 standard (10:00Z) to 2:00 summer time (9:00Z) */
	return utc >= nth_sunday(year, 3, 2) * DAY + 10 * HOUR &&
			       utc < nth_sunday(year, 11, 1) * DAY + 9 * HOUR
		       ? -7 * HOUR
		       : -8 * HOUR;
}

static int64_t
end_of(int64_t day)
{
	int64_t local = (day + 1) * DAY - SECOND;

	return local - offset(local + 8 * HOUR);
}

int64_t
pacific_day_end(int64_t now, int days)
{
	return end_of((now + offset(now)) / DAY + days);
}

int64_t
pacific_business_end(int64_t now, int days)
{
	int64_t day = (now + offset(now)) / DAY;

	while (days > 0) {
		day++;
		days -= weekday(day) != 0 && weekday(day) != 6;
	}
	return end_of(day);
}
