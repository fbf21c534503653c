/* The console: how long who guesses passwords waits; that no text is markup or reaches beyond itself; what a password costs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/instant.h"
#include "daemon/console/page.h"
#include "daemon/console/password.h"
#include "daemon/console/tries.h"

#include <cmocka.h> /* after err.h: it has a fail() of its own */

static void
a_name_waits_longer_each_time(void **state)
{
	static const int64_t waits[] = {0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900};
	struct tries t = {.key = "0123456789abcde"};
	int64_t now = HOUR;

	(void)state;
	for (size_t i = 0; i < sizeof waits / sizeof *waits; i++) {
		now += HOUR; /* so that all together wait for nothing */
		tries_wrong(&t, "erika", 1, now);
		assert_int_equal(waits[i] * SECOND, tries_wait(&t, "erika", 1, now));
		assert_int_equal(0, tries_wait(&t, "bob", 1, now));
	}
	assert_int_equal(0, tries_wait(&t, "erika", 1, now + 15 * MINUTE));
	tries_right(&t, "erika");
	tries_wrong(&t, "erika", 1, now + HOUR);
	assert_int_equal(0, tries_wait(&t, "erika", 1, now + HOUR));
	/* and after a day all is forgotten */
	for (int i = 0; i < 4; i++)
		tries_wrong(&t, "bob", 1, now + i * MINUTE);
	tries_wrong(&t, "bob", 1, now + 2 * DAY);
	assert_int_equal(0, tries_wait(&t, "bob", 1, now + 2 * DAY));
}

static void
all_wait_when_many_guess(void **state)
{
	struct tries t = {.key = "0123456789abcde"};
	const int64_t now = DAY;
	char name[32];

	(void)state;
	for (int i = 0; i < 20; i++) {
		snprintf(name, sizeof name, "guess %d", i);
		tries_wrong(&t, name, 0, now);
	}
	assert_int_equal(0, tries_wait(&t, "erika", 1, now));
	tries_wrong(&t, "another", 0, now);
	assert_int_equal(2 * SECOND, tries_wait(&t, "erika", 1, now));
	for (int i = 0; i < 100; i++)
		tries_wrong(&t, name, 0, now);
	assert_int_equal(MINUTE, tries_wait(&t, "erika", 1, now));
	tries_wrong(&t, "another", 0, now + 3 * HOUR);
	assert_int_equal(0, tries_wait(&t, "erika", 1, now + 3 * HOUR));
}

static void
strangers_push_nobody_out(void **state)
{
	struct tries t = {.key = "0123456789abcde"};
	int64_t now = DAY;
	char name[32];

	(void)state;
	for (int i = 0; i < 12; i++)
		tries_wrong(&t, "erika", 1, now);
	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof name, "guess %d", i);
		tries_wrong(&t, name, 0, now += 1);
	}
	assert_true(tries_wait(&t, "erika", 1, now) > 14 * MINUTE);
}

static void
escaped(const char *text, const char *expected)
{
	struct buf out = BUF_MAX(4096);

	page_escape(&out, text);
	assert_string_equal(expected, buf_str(&out));
	buf_free(&out);
}

static void
texts_are_no_markup(void **state)
{
	(void)state;
	escaped("<script>alert(\"1\")</script> & 'x'",
		"&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;");
	escaped("a\r\nb\tc", "a\nb\tc");
	escaped("\x01\x7f\xc2\x85\xff\xed\xa0\x80", "\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd");
	escaped("\u2028\u2029", "\ufffd\ufffd");
	escaped("מה נשמע 中文 😀", "מה נשמע 中文 😀");
}

static void
directions_end_with_the_text(void **state)
{
	(void)state;
	escaped("\u202eabc\u202c", "[U+202E]abc[U+202C]");
	escaped("\u2067abc", "\u2067abc\u2069");
	escaped("\u2068a\u2067b", "\u2068a\u2067b\u2069\u2069");
	escaped("\u2068a\u2069", "\u2068a\u2069");
	escaped("\u2069a", "[U+2069]a");
	escaped("\u2068a\u2069\u2069\u2067", "\u2068a\u2069[U+2069]\u2067\u2069");
	escaped("\u200e\u200f", "\u200e\u200f"); /* marks that reach nowhere */
}

static void
passwords(void **state)
{
	char hash[PASSWORD_HASH];
	struct timespec a, b;
	struct err err;

	(void)state;
	assert_int_equal(-1, password_good("too short", &err));
	assert_int_equal(-1, password_good("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", &err));
	assert_int_equal(0, password_good("correct horse battery", &err));
	assert_int_equal(0, password_hash("correct horse battery", hash, &err));
	assert_true(password_is_hash(hash));
	clock_gettime(CLOCK_MONOTONIC, &a);
	assert_true(password_fits(hash, "correct horse battery"));
	clock_gettime(CLOCK_MONOTONIC, &b);
	print_message("a password keeps the loop for %lld ms\n",
		      (long long)((b.tv_sec - a.tv_sec) * 1000 + (b.tv_nsec - a.tv_nsec) / 1000000));
	assert_false(password_fits(hash, "correct horse batterz"));
	assert_false(password_is_hash("$argon2id$v=19$m=1048576,t=9,p=1$c29tZXNhbHRzb21lc2FsdA$"
				      "RdescudvJCsgt3ub+b4dWRWJTmaaJObGRdescudvJCs"));
	assert_false(password_is_hash("$2b$12$abcdefghijklmnopqrstuu"));
	assert_false(password_is_hash(""));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_waits_longer_each_time), cmocka_unit_test(all_wait_when_many_guess),
		cmocka_unit_test(strangers_push_nobody_out),     cmocka_unit_test(texts_are_no_markup),
		cmocka_unit_test(directions_end_with_the_text),  cmocka_unit_test(passwords),
	};

	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
