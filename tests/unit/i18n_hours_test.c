/* Weekly hours: days, midnight, both changes of the clocks, and what is no hours at all. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/instant.h"
#include "i18n/hours.h"

#include <cmocka.h>

static int64_t
at(const char *words)
{
	int64_t ms;

	assert_int_equal(instant_parse(words, &ms), 0);
	return ms;
}

static const struct {
	const char *hours, *zone, *at;
	int open;
	const char *opens, *closes; /* from then on; NULL: never */
} vectors[] = {
	/* a week: 2026-11-20 is a Friday */
	{"mon-fri 09:00-18:00, sat 10:00-14:00", "UTC", "2026-11-20T17:59:59Z", 1, "2026-11-20T17:59:59Z",
	 "2026-11-20T18:00:00Z"},
	{"mon-fri 09:00-18:00, sat 10:00-14:00", "UTC", "2026-11-20T18:00:00Z", 0, "2026-11-21T10:00:00Z",
	 "2026-11-20T18:00:00Z"},
	{"mon-fri 09:00-18:00, sat 10:00-14:00", "UTC", "2026-11-21T14:00:00Z", 0, "2026-11-23T09:00:00Z",
	 "2026-11-21T14:00:00Z"},
	{"mon-fri 09:00-18:00", "Asia/Shanghai", "2026-11-20T09:59:00Z", 1, "2026-11-20T09:59:00Z",
	 "2026-11-20T10:00:00Z"},
	{"mon-fri 09:00-18:00", "Asia/Shanghai", "2026-11-20T10:00:00Z", 0, "2026-11-23T01:00:00Z",
	 "2026-11-20T10:00:00Z"},
	/* Sunday evening in Los Angeles is Monday elsewhere */
	{"mon 00:00-24:00", "America/Los_Angeles", "2026-11-23T07:59:00Z", 0, "2026-11-23T08:00:00Z",
	 "2026-11-23T07:59:00Z"},
	{"mon 00:00-24:00", "America/Los_Angeles", "2026-11-23T08:00:00Z", 1, "2026-11-23T08:00:00Z",
	 "2026-11-24T08:00:00Z"},
	/* over midnight: it belongs to the day it begins on */
	{"22:00-08:00", "UTC", "2026-11-20T21:59:59Z", 0, "2026-11-20T22:00:00Z", "2026-11-20T21:59:59Z"},
	{"22:00-08:00", "UTC", "2026-11-21T03:00:00Z", 1, "2026-11-21T03:00:00Z", "2026-11-21T08:00:00Z"},
	{"sat 22:00-08:00", "UTC", "2026-11-22T07:59:00Z", 1, "2026-11-22T07:59:00Z", "2026-11-22T08:00:00Z"},
	{"sat 22:00-08:00", "UTC", "2026-11-21T07:00:00Z", 0, "2026-11-21T22:00:00Z", "2026-11-21T07:00:00Z"},
	{"sun 23:00-01:00", "UTC", "2026-11-23T00:30:00Z", 1, "2026-11-23T00:30:00Z", "2026-11-23T01:00:00Z"},
	{"sat-mon 12:00-00:00", "UTC", "2026-11-22T23:59:59Z", 1, "2026-11-22T23:59:59Z",
	 "2026-11-23T00:00:00Z"},
	/* windows that touch are one */
	{"00:00-12:00 12:00-24:00", "UTC", "2026-11-20T11:00:00Z", 1, "2026-11-20T11:00:00Z", NULL},
	{"mon-fri 00:00-12:00 12:00-24:00", "UTC", "2026-11-18T11:00:00Z", 1, "2026-11-18T11:00:00Z",
	 "2026-11-21T00:00:00Z"},
	{"always", "Europe/Berlin", "2026-11-20T11:00:00Z", 1, "2026-11-20T11:00:00Z", NULL},
	/* Berlin, 29 March 2026: 02:00 becomes 03:00 (01:00Z) */
	{"09:00-18:00", "Europe/Berlin", "2026-03-28T17:00:00Z", 0, "2026-03-29T07:00:00Z",
	 "2026-03-28T17:00:00Z"},
	{"22:00-08:00", "Europe/Berlin", "2026-03-28T21:00:00Z", 1, "2026-03-28T21:00:00Z",
	 "2026-03-29T06:00:00Z"},
	{"02:30-05:00", "Europe/Berlin", "2026-03-28T22:00:00Z", 0, "2026-03-29T01:00:00Z",
	 "2026-03-28T22:00:00Z"},
	{"01:00-02:30", "Europe/Berlin", "2026-03-29T00:30:00Z", 1, "2026-03-29T00:30:00Z",
	 "2026-03-29T01:00:00Z"},
	{"sun 02:10-02:50", "Europe/Berlin", "2026-03-28T22:00:00Z", 0, "2026-04-05T00:10:00Z",
	 "2026-03-28T22:00:00Z"},
	/* 25 October 2026: 03:00 becomes 02:00 (01:00Z): the hour comes twice */
	{"22:00-08:00", "Europe/Berlin", "2026-10-24T20:00:00Z", 1, "2026-10-24T20:00:00Z",
	 "2026-10-25T07:00:00Z"},
	{"01:00-02:30", "Europe/Berlin", "2026-10-24T23:30:00Z", 1, "2026-10-24T23:30:00Z",
	 "2026-10-25T00:30:00Z"},
	{"01:00-02:30", "Europe/Berlin", "2026-10-25T00:45:00Z", 0, "2026-10-25T01:00:00Z",
	 "2026-10-25T00:45:00Z"},
	{"01:00-02:30", "Europe/Berlin", "2026-10-25T01:10:00Z", 1, "2026-10-25T01:10:00Z",
	 "2026-10-25T01:30:00Z"},
	/* half an hour's change, and a zone of 45 minutes */
	{"08:00-17:00", "Australia/Lord_Howe", "2026-10-03T14:00:00Z", 0, "2026-10-03T21:00:00Z",
	 "2026-10-03T14:00:00Z"},
	{"08:00-17:00", "Asia/Kathmandu", "2026-11-20T02:14:59Z", 0, "2026-11-20T02:15:00Z",
	 "2026-11-20T02:14:59Z"},
	/* the end of the year, before 1970, no zone and no such zone */
	{"mon-fri 09:00-18:00", "UTC", "2027-12-31T18:00:00Z", 0, "2028-01-03T09:00:00Z",
	 "2027-12-31T18:00:00Z"},
	{"sat 09:00-18:00", "UTC", "1969-12-26T20:00:00Z", 0, "1969-12-27T09:00:00Z", "1969-12-26T20:00:00Z"},
	{"09:00-18:00", "", "2026-11-20T08:00:00Z", 0, "2026-11-20T09:00:00Z", "2026-11-20T08:00:00Z"},
	{"09:00-18:00", "Nowhere/Land", "2026-11-20T08:00:00Z", 0, "2026-11-20T09:00:00Z",
	 "2026-11-20T08:00:00Z"},
};

static void
is_at(size_t i, int64_t is, const char *expected)
{
	char words[INSTANT_TEXT] = "never", wanted[INSTANT_TEXT] = "never";

	if (is != HOURS_NEVER)
		instant_format(is, words);
	if (expected)
		instant_format(at(expected), wanted);
	if (strcmp(words, wanted) != 0)
		print_error("%zu: %s, from %s\n", i, vectors[i].hours, vectors[i].at);
	assert_string_equal(words, wanted);
}

static void
test_vectors(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
		struct hours h;

		assert_int_equal(hours_parse(vectors[i].hours, &h), 0);
		if (hours_open(&h, vectors[i].zone, at(vectors[i].at)) != vectors[i].open)
			fail_msg("%zu: %s at %s", i, vectors[i].hours, vectors[i].at);
		is_at(i, hours_next(&h, vectors[i].zone, at(vectors[i].at), 1), vectors[i].opens);
		is_at(i, hours_next(&h, vectors[i].zone, at(vectors[i].at), 0), vectors[i].closes);
	}
}

/* What hours_next says is what one finds by looking at every minute. */
static void
test_every_minute(void **state)
{
	static const char *const sets[] = {"mon-fri 09:00-18:00, sat 10:00-14:00", "22:00-08:00",
					   "sun 02:10-02:50 01:00-01:20, thu-fri 23:30-00:15"};
	static const char *const zones[] = {"Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe",
					    "Africa/Casablanca"};
	static const char *const weeks[] = {"2026-03-08T00:00:00Z", "2026-03-26T00:00:00Z",
					    "2026-02-12T00:00:00Z", "2026-10-01T00:00:00Z",
					    "2026-10-30T00:00:00Z", "2026-10-22T00:00:00Z"};

	(void)state;
	for (int s = 0; s < 3; s++)
		for (int z = 0; z < 4; z++)
			for (int w = 0; w < 6; w++) {
				const int64_t begin = at(weeks[w]);
				int64_t change = begin + 8 * DAY;
				struct hours h;
				int last;

				assert_int_equal(hours_parse(sets[s], &h), 0);
				last = hours_open(&h, zones[z], change);
				/* backwards: when the next change is known at every minute */
				for (int64_t t = change - MINUTE; t >= begin; t -= MINUTE) {
					const int open = hours_open(&h, zones[z], t);

					if (open != last)
						change = t + MINUTE;
					last = open;
					if (t >= begin + DAY || t / MINUTE % 17 || change == begin + 8 * DAY)
						continue;
					assert_int_equal(hours_next(&h, zones[z], t, open), t);
					assert_int_equal(hours_next(&h, zones[z], t, !open), change);
				}
			}
}

static void
test_printed(void **state)
{
	static const char *const pairs[][2] = {
		{"9:00-18:00", "09:00-18:00"},
		{" Mon-FRI 09:00-18:00 ,sat 10:00-14:00,", "mon-fri 09:00-18:00, sat 10:00-14:00"},
		{"mon wed fri-sun 09:00-12:00 13:00-24:00",
		 "mon wed fri-sun 09:00-12:00, mon wed fri-sun 13:00-24:00"},
		{"sat-mon 00:00-06:00", "mon sat-sun 00:00-06:00"},
		{"mon 10:00-11:00, mon-sun 20:00-21:00", "mon 10:00-11:00, mon-sun 20:00-21:00"},
		{"always", "00:00-24:00"},
		{"mon-mon 22:00-00:00", "mon 22:00-00:00"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		struct buf out = BUF_MAX(4096), again = BUF_MAX(4096);
		struct hours h, second;

		assert_int_equal(hours_parse(pairs[i][0], &h), 0);
		hours_print(&h, &out);
		assert_string_equal(buf_str(&out), pairs[i][1]);
		assert_int_equal(hours_parse(buf_str(&out), &second), 0);
		hours_print(&second, &again);
		assert_string_equal(buf_str(&again), pairs[i][1]);
		buf_free(&out);
		buf_free(&again);
	}
}

static void
test_hostile(void **state)
{
	static const char *const bad[] = {
		"",
		" ",
		",",
		"mon",
		"mon-fri",
		"09:00",
		"09:00-",
		"-18:00",
		"09:00-25:00",
		"24:00-25:00",
		"24:00-08:00",
		"24:01-08:00",
		"09:60-10:00",
		"09:00-09:00",
		"0900-1800",
		"9-18",
		"009:00-18:00",
		"09:00-18:00x",
		"09:00-18:00-20:00",
		"09:00 -18:00",
		"mon-fri-sun 09:00-18:00",
		"monday 09:00-18:00",
		"mo 09:00-18:00",
		"- 09:00-18:00",
		"mon- 09:00-18:00",
		"-mon 09:00-18:00",
		"mon 09:00-18:00 tue",
		"mon 09:00\xe2\x80\x93"
		"18:00",
		"09:00-18:0",
		"\xff\xfe",
		"99999999999999999999:00-18:00",
		"mon;09:00-18:00",
		"%s%n",
		"always never",
		"09:00-18:00\n",
	};
	struct buf many = BUF_MAX(4096);
	struct hours h;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		if (hours_parse(bad[i], &h) != -1)
			fail_msg("read: \"%s\"", bad[i]);
		assert_int_equal(h.n, 0);
	}
	for (int i = 0; i < HOURS_MAX; i++)
		buf_put(&many, "mon 09:00-18:00 ");
	assert_int_equal(hours_parse(buf_str(&many), &h), 0);
	assert_int_equal(h.n, HOURS_MAX);
	buf_put(&many, "mon 09:00-18:00 ");
	assert_int_equal(hours_parse(buf_str(&many), &h), -1);
	buf_free(&many);
	/* no hours at all, and times beyond all reckoning */
	memset(&h, 0, sizeof h);
	assert_int_equal(hours_open(&h, "UTC", 0), 0);
	assert_true(hours_next(&h, "UTC", 5, 0) == 5);
	assert_true(hours_next(&h, "UTC", 5, 1) == HOURS_NEVER);
	assert_int_equal(hours_parse("09:00-18:00", &h), 0);
	assert_int_equal(hours_open(&h, "Europe/Berlin", INT64_MAX), 0);
	assert_int_equal(hours_open(&h, "Europe/Berlin", INT64_MIN), 0);
	assert_true(hours_next(&h, "Europe/Berlin", INT64_MAX, 1) == HOURS_NEVER);
	assert_true(hours_next(&h, "Europe/Berlin", INT64_MIN, 0) == HOURS_NEVER);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_every_minute),
		cmocka_unit_test(test_printed),
		cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
