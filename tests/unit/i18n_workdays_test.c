/* Business days: weekends, zones, both changes of the clocks, and what was seen on a platform. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include "base/instant.h"
#include "i18n/reckon.h"

#include <cmocka.h>

#define PACIFIC "America/Los_Angeles"

static int
days_after(int64_t from, int n, unsigned weekend, const char *zone, enum day_end end, int64_t *at)
{
	return reckon(
		&(struct reckoning){.start = from, .days = n, .weekend = weekend, .zone = zone, .end = end},
		NULL, NULL, at);
}

static const struct {
	const char *from;
	int n;
	const char *region, *zone; /* region NULL: every day counts */
	enum day_end end;
	const char *at;
} vectors[] = {
	/* Friday 23:50 in California, already Saturday elsewhere */
	{"2026-10-03T06:50:00Z", 3, "US", PACIFIC, SAME_TIME, "2026-10-08T06:50:00Z"},
	{"2026-10-03T06:50:00Z", 3, "US", PACIFIC, DAY_END, "2026-10-08T06:59:59Z"},
	{"2026-10-03T06:50:00Z", 3, "DE", "Europe/Berlin", SAME_TIME, "2026-10-07T06:50:00Z"},
	/* ten minutes later it is Saturday there, too, and the same Wednesday counts */
	{"2026-10-03T07:00:00Z", 3, "US", PACIFIC, SAME_TIME, "2026-10-07T07:00:00Z"},
	{"2026-10-03T07:00:00Z", 3, "US", PACIFIC, DAY_END, "2026-10-08T06:59:59Z"},
	/* seen: an inquiry, end of the third business day; a cancellation, three calendar days, inside the day */
	{"2020-08-11T01:21:57Z", 3, "US", PACIFIC, DAY_END, "2020-08-14T06:59:59Z"},
	{"2015-05-26T19:32:22Z", 3, NULL, PACIFIC, DAY_END, "2015-05-30T06:59:59Z"},
	{"2015-05-26T19:32:22Z", 3, NULL, PACIFIC, SAME_TIME, "2015-05-29T19:32:22Z"},
	/* over both changes of the clocks: the same time by the clock, an hour more or less */
	{"2026-03-06T20:00:00Z", 3, "US", PACIFIC, SAME_TIME, "2026-03-11T19:00:00Z"},
	{"2026-10-30T19:00:00Z", 3, "US", PACIFIC, SAME_TIME, "2026-11-04T20:00:00Z"},
	{"2026-10-31T19:00:00Z", 1, NULL, PACIFIC, DAY_END, "2026-11-02T07:59:59Z"},
	/* 02:30 does not exist on 8 March, 01:30 comes twice on 1 November: the earlier */
	{"2026-03-07T10:30:00Z", 1, NULL, PACIFIC, SAME_TIME, "2026-03-08T09:30:00Z"},
	{"2026-10-31T08:30:00Z", 1, NULL, PACIFIC, SAME_TIME, "2026-11-01T08:30:00Z"},
	/* on the day of the change, before and after it */
	{"2026-10-31T07:30:00Z", 1, NULL, PACIFIC, SAME_TIME, "2026-11-01T07:30:00Z"},
	{"2026-10-31T10:30:00Z", 1, NULL, PACIFIC, SAME_TIME, "2026-11-01T11:30:00Z"},
	{"2026-03-07T09:30:00Z", 1, NULL, PACIFIC, SAME_TIME, "2026-03-08T09:30:00Z"},
	{"2026-03-07T11:30:00Z", 1, NULL, PACIFIC, SAME_TIME, "2026-03-08T10:30:00Z"},
	/* the end of the year, and holidays that do not count as such */
	{"2026-12-30T18:00:00Z", 3, "US", PACIFIC, SAME_TIME, "2027-01-04T18:00:00Z"},
	{"2027-12-31T18:00:00Z", 1, "US", PACIFIC, SAME_TIME, "2028-01-03T18:00:00Z"},
	{"2028-02-28T18:00:00Z", 2, "US", PACIFIC, SAME_TIME, "2028-03-01T18:00:00Z"},
	/* weekends elsewhere: Thursday in Riyadh, Friday and Saturday are free; Emirates: Saturday and Sunday */
	{"2026-10-01T09:00:00Z", 1, "SA", "Asia/Riyadh", SAME_TIME, "2026-10-04T09:00:00Z"},
	{"2026-10-01T09:00:00Z", 3, "SA", "Asia/Riyadh", SAME_TIME, "2026-10-06T09:00:00Z"},
	{"2026-10-01T09:00:00Z", 2, "AE", "Asia/Dubai", SAME_TIME, "2026-10-05T09:00:00Z"},
	/* begun on a Sunday, and no days at all */
	{"2026-10-04T18:00:00Z", 1, "US", PACIFIC, SAME_TIME, "2026-10-05T18:00:00Z"},
	{"2026-10-04T18:00:00Z", 0, "US", PACIFIC, DAY_END, "2026-10-05T06:59:59Z"},
	/* before 1970 */
	{"1969-12-26T20:00:00Z", 3, "US", "UTC", SAME_TIME, "1969-12-31T20:00:00Z"},
};

static void
test_vectors(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
		char words[INSTANT_TEXT], expected[INSTANT_TEXT];
		int64_t from, at, is;
		unsigned weekend = 0;

		assert_int_equal(instant_parse(vectors[i].from, &from), 0);
		assert_int_equal(instant_parse(vectors[i].at, &at), 0);
		if (vectors[i].region)
			assert_int_equal(weekend_of(vectors[i].region, &weekend), 0);
		assert_int_equal(
			days_after(from, vectors[i].n, weekend, vectors[i].zone, vectors[i].end, &is), 0);
		instant_format(is, words);
		instant_format(at, expected);
		if (is != at)
			print_error("%zu: from %s\n", i, vectors[i].from);
		assert_string_equal(words, expected);
	}
}

/* More days are never earlier, whatever the hour: a year of hours. */
static void
test_order(void **state)
{
	int64_t from, at, last;

	(void)state;
	assert_int_equal(instant_parse("2026-01-01T00:00:00Z", &from), 0);
	for (int hour = 0; hour < 366 * 24; hour++, from += HOUR) {
		last = from - 1;
		for (int n = 0; n < 7; n++) {
			assert_int_equal(days_after(from, n, 0x41, PACIFIC, SAME_TIME, &at), 0);
			if (n) /* of a time that comes twice the earlier is taken */
				assert_true(at > last);
			assert_true(at >= from + n * DAY - HOUR);
			last = at;
		}
	}
}

static void
test_weekends(void **state)
{
	unsigned days;

	(void)state;
	assert_int_equal(weekend_of("US", &days), 0);
	assert_int_equal(days, 0x41);
	assert_int_equal(weekend_of("SA", &days), 0);
	assert_int_equal(days, 0x60);
	assert_int_equal(weekend_of("IN", &days), 0);
	assert_int_equal(days, 0x01);
	assert_int_equal(weekend_of("", &days), -1);
	assert_int_equal(weekend_of("us", &days), -1);
	assert_int_equal(weekend_of("USA", &days), -1);
}

static void
test_refusals(void **state)
{
	int64_t at;

	(void)state;
	assert_int_equal(days_after(0, 1, 0x41, "Not/AZone", SAME_TIME, &at), -1);
	assert_int_equal(days_after(0, 1, 0x41, "", DAY_END, &at), -1);
	assert_int_equal(days_after(0, 1, 0x7f, "UTC", SAME_TIME, &at), -1); /* nobody ever works */
	assert_true(at == DAY);                                              /* and yet it ends */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_weekends),
		cmocka_unit_test(test_refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
