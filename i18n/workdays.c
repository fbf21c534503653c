#include "workdays.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <unicode/ucal.h>

#include "base/instant.h"

int
weekend_of(const char *region, unsigned *days)
{
	UErrorCode e = U_ZERO_ERROR;
	char locale[8];
	UCalendar *calendar;

	if (strlen(region) != 2 || !isupper((unsigned char)region[0]) || !isupper((unsigned char)region[1]))
		return -1;
	snprintf(locale, sizeof locale, "en_%s", region);
	calendar = ucal_open(u"UTC", -1, locale, UCAL_GREGORIAN, &e);
	*days = 0;
	for (int day = UCAL_SUNDAY; U_SUCCESS(e) && day <= UCAL_SATURDAY; day++)
		if (ucal_getDayOfWeekType(calendar, (UCalendarDaysOfWeek)day, &e) != UCAL_WEEKDAY)
			*days |= 1u << (day - UCAL_SUNDAY);
	ucal_close(calendar);
	return U_FAILURE(e) ? -1 : 0;
}

/* 1970-01-01 was a Thursday. */
static int
weekday(int64_t day)
{
	return (int)(((day + 4) % 7 + 7) % 7);
}

static int64_t
floor_day(int64_t ms)
{
	return ms / DAY - (ms % DAY < 0);
}

/* The instant at which clocks of the zone show `wall`.  When they are put back it comes twice, when they are put forward never:
 * the earlier reading. */
static int
at_wall(int64_t wall, const char *zone, int64_t *at)
{
	int before, after, is;
	int64_t early, late;

	if (zone_offset(zone, wall - DAY, &before) || zone_offset(zone, wall + DAY, &after))
		return -1;
	early = wall - (before > after ? before : after) * MINUTE;
	late = wall - (before > after ? after : before) * MINUTE;
	/* the later one only where it is the only one that shows this time */
	*at = early;
	if (!zone_offset(zone, early, &is) && early + is * MINUTE != wall && !zone_offset(zone, late, &is) &&
	    late + is * MINUTE == wall)
		*at = late;
	return 0;
}

int
days_after(int64_t from, int n, unsigned weekend, const char *zone, enum day_end end, int64_t *at)
{
	int64_t wall, day;
	int offset;

	if ((weekend & 0x7f) == 0x7f || zone_offset(zone, from, &offset))
		return -1;
	wall = from + offset * MINUTE;
	day = floor_day(wall);
	while (n > 0)
		n -= !(weekend >> weekday(++day) & 1);
	if (end == SAME_TIME)
		return at_wall(wall + (day - floor_day(wall)) * DAY, zone, at);
	if (at_wall((day + 1) * DAY, zone, at))
		return -1;
	*at -= SECOND;
	return 0;
}
