#include "../test.h"

#include "base/instant.h"

static void
test_parses_times_with_a_zone(void **state)
{
	static const struct {
		const char *text;
		int64_t ms;
	} rows[] = {
		{"1970-01-01T00:00:00Z", 0},
		{"2026-10-02T12:31:00.000Z", 1790944260000},
		{"2026-10-02T14:31:00.000+02:00", 1790944260000},
		{"2026-10-02T14:31:00+0200", 1790944260000},
		{"2026-10-02T14:31+02", 1790944260000},
		{"2026-10-02 09:01:00-03:30", 1790944260000},
		{"2026-10-02T12:31:00.1239999999999999999999Z", 1790944260123},
		{"2026-10-02T12:31:00.9z", 1790944260900},
		{"2024-02-29T00:00:00Z", 1709164800000},
		{"2000-02-29T00:00:00Z", 951782400000},
		{"2016-12-31T23:59:60Z", 1483228800000}, /* leap second */
		{"1969-12-31T23:59:59.500Z", -500},
		{"0000-01-01T00:00:00Z", -62167219200000},
		{"9999-12-31T23:59:59.999Z", 253402300799999},
	};
	int64_t ms;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(instant_parse(rows[i].text, &ms), 0);
		assert_true(ms == rows[i].ms);
	}
}

static void
test_refuses_what_is_no_instant(void **state)
{
	static const char *const rows[] = {
		"",
		"2026",
		"2026-10-02",
		"2026-10-02T12:31:00",
		"2026-10-02T12:31:00.000",
		"2026-02-29T00:00:00Z",
		"2100-02-29T00:00:00Z",
		"2026-13-01T00:00:00Z",
		"2026-00-01T00:00:00Z",
		"2026-04-31T00:00:00Z",
		"2026-10-02T24:00:00Z",
		"2026-10-02T12:60:00Z",
		"2026-10-02T12:31:61Z",
		"2026-10-02T12:31:00.Z",
		"-2026-10-02T12:31:00Z",
		"+2026-10-02T12:31:00Z",
		"12026-10-02T12:31:00Z",
		"2026-10-02T12:31:00Zx",
		"2026-10-02T12:31:00+",
		"2026-10-02T12:31:00+2",
		"2026-10-02T12:31:00+02:",
		"2026-10-02T12:31:00+02:0",
		"2026-10-02T12:31:00+24:00",
		"2026-10-02T12:31:00+02:60",
		"2026-1-2T12:31:00Z",
		" 2026-10-02T12:31:00Z",
	};
	int64_t ms = 42;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(instant_parse(rows[i], &ms), -1);
		assert_true(ms == 42);
	}
}

static void
test_format_is_the_inverse(void **state)
{
	char text[INSTANT_TEXT];
	int64_t ms, again;

	(void)state;
	instant_format(1790944260007, text);
	assert_string_equal(text, "2026-10-02T12:31:00.007Z");
	instant_format(-1, text);
	assert_string_equal(text, "1969-12-31T23:59:59.999Z");
	for (ms = -62167219200000; ms < 253402300799999; ms += 86399999 * INT64_C(97)) {
		instant_format(ms, text);
		assert_int_equal(instant_parse(text, &again), 0);
		assert_true(again == ms);
	}
	instant_format(INT64_MIN, text);
	assert_string_equal(text, "-292275055-05-16T16:47:04.192Z");
	instant_format(INT64_MAX, text);
	assert_string_equal(text, "292278994-08-17T07:12:55.807Z");
	instant_minute(INT64_MAX, text);
	assert_string_equal(text, "292278994-08-17 07:12 UTC");
	instant_minute(1790944260007, text);
	assert_string_equal(text, "2026-10-02 12:31 UTC");
}

static void
test_http_dates(void **state)
{
	int64_t ms = 0;

	(void)state;
	assert_int_equal(instant_parse_http("Sun, 06 Nov 1994 08:49:37 GMT", &ms), 0);
	assert_true(ms == 784111777000);
	assert_int_equal(instant_parse_http("Sunday, 06-Nov-94 08:49:37 GMT", &ms), 0);
	assert_true(ms == 784111777000);
	assert_int_equal(instant_parse_http("Sun Nov  6 08:49:37 1994", &ms), 0);
	assert_true(ms == 784111777000);
	assert_int_equal(instant_parse_http("", &ms), -1);
	assert_int_equal(instant_parse_http("Sun, 06 Nov 1994 08:49:37", &ms), -1);
	assert_int_equal(instant_parse_http("Sun, 06 Nov 1994 08:49:37 GMT+1", &ms), -1);
	assert_int_equal(instant_parse_http("Sun, 31 Feb 1994 08:49:37 GMT", &ms), -1);
	assert_int_equal(instant_parse_http("Sun, 06 anF 1994 08:49:37 GMT", &ms), -1);
	assert_int_equal(instant_parse_http("Sun, 06 N 1994 08:49:37 GMT", &ms), -1);
	assert_int_equal(instant_parse_http("120", &ms), -1);
}

static void
test_zones_follow_the_systems_files(void **state)
{
	int minutes;

	(void)state;
	assert_int_equal(zone_offset("Europe/Berlin", 1790944260000, &minutes), 0);
	assert_int_equal(minutes, 120);
	assert_int_equal(zone_offset("Europe/Berlin", 1768435200000, &minutes), 0); /* January */
	assert_int_equal(minutes, 60);
	assert_int_equal(zone_offset("Europe/Berlin", 1774745999999, &minutes),
			 0); /* the last ms of winter 2026 */
	assert_int_equal(minutes, 60);
	assert_int_equal(zone_offset("Europe/Berlin", 1774746000000, &minutes), 0);
	assert_int_equal(minutes, 120);
	assert_int_equal(zone_offset("Asia/Kolkata", 0, &minutes), 0);
	assert_int_equal(minutes, 330);
	assert_int_equal(zone_offset("America/Los_Angeles", 1790944260000, &minutes), 0);
	assert_int_equal(minutes, -420);
	assert_int_equal(zone_offset("UTC", 0, &minutes), 0);
	assert_int_equal(minutes, 0);
	assert_int_equal(zone_offset("Mars/Olympus", 0, &minutes), -1);
	assert_int_equal(zone_offset("", 0, &minutes), -1);
	assert_int_equal(zone_offset("/etc/localtime", 0, &minutes), -1);
	assert_int_equal(zone_offset("../../../etc/localtime", 0, &minutes), -1);
	assert_int_equal(zone_offset("Europe/../Europe/Berlin", 0, &minutes), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parses_times_with_a_zone),
		cmocka_unit_test(test_refuses_what_is_no_instant),
		cmocka_unit_test(test_format_is_the_inverse),
		cmocka_unit_test(test_http_dates),
		cmocka_unit_test(test_zones_follow_the_systems_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
