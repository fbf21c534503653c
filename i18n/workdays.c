#include "workdays.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <unicode/ucal.h>

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
