/* instant.h - points in time: milliseconds since 1970-01-01T00:00:00Z, int64. */
#ifndef BASE_INSTANT_H
#define BASE_INSTANT_H

#include <stddef.h>
#include <stdint.h>

#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

#define INSTANT_TEXT 64 /* enough for every int64 */

/* RFC 3339 / ISO 8601 with a zone ("Z", "+01:00", "+0100"; fraction of any length, cut to ms).
 * 0, or -1 when it is anything else; a time without a zone is not an instant. */
int instant_parse(const char *, int64_t *ms);

/* A day as n bytes, "2026-10-09": its midnight UTC.  0 or -1. */
int day_parse(const char *, size_t n, int64_t *ms);

/* "2026-10-02T12:31:00.000Z" */
void instant_format(int64_t ms, char out[INSTANT_TEXT]);
/* For people: "2026-10-02 12:31 UTC" */
void instant_minute(int64_t ms, char out[INSTANT_TEXT]);

/* An HTTP date (RFC 9110 5.6.7, the three forms).  0 or -1. */
int instant_parse_http(const char *, int64_t *ms);

/* Minutes east of UTC at that instant by the system's zone files ("Europe/Berlin").  0, or -1 for an unknown zone. */
int zone_offset(const char *zone, int64_t ms, int *minutes);

#endif
