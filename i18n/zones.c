#include "zones.h"

#include <ctype.h>
#include <string.h>
#include <unicode/ucal.h>

#include "base/instant.h"

int
zones_of(const char *country, struct zones *out)
{
	UErrorCode e = U_ZERO_ERROR;
	UEnumeration *all;
	const char *name;
	int minutes;

	out->n = 0;
	if (strlen(country) != 2 || !isupper((unsigned char)country[0]) ||
	    !isupper((unsigned char)country[1]))
		return 0;
	all = ucal_openTimeZoneIDEnumeration(UCAL_ZONE_TYPE_CANONICAL_LOCATION, country, NULL, &e);
	while (U_SUCCESS(e) && out->n < ZONES_MAX && (name = uenum_next(all, NULL, &e)))
		if (strlen(name) < ZONE_NAME && !zone_offset(name, 0, &minutes))
			strcpy(out->name[out->n++], name);
	uenum_close(all);
	return out->n;
}
