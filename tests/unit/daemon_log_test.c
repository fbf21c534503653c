/* Log lines as they reach standard error: a datagram socket shows each write() by itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/log.h"

#include <cmocka.h>

static int ends[2], real_stderr;
static char line[8192];

static int
capture(void **state)
{
	(void)state;
	unsetenv("JOURNAL_STREAM");
	real_stderr = dup(STDERR_FILENO);
	return socketpair(AF_UNIX, SOCK_DGRAM, 0, ends) < 0 || dup2(ends[1], STDERR_FILENO) < 0 ? -1 : 0;
}

static int
release(void **state)
{
	(void)state;
	dup2(real_stderr, STDERR_FILENO);
	close(real_stderr);
	close(ends[0]);
	close(ends[1]);
	return 0;
}

/* The next write(), "" when there was none. */
static const char *
next(void)
{
	ssize_t n = recv(ends[0], line, sizeof(line) - 1, MSG_DONTWAIT);

	line[n > 0 ? n : 0] = '\0';
	return line;
}

static void
stream_is(int fd, char text[64])
{
	struct stat st;

	fstat(fd, &st);
	snprintf(text, 64, "%llu:%llu", (unsigned long long)st.st_dev, (unsigned long long)st.st_ino);
}

static void
a_line_is_one_write(void **state)
{
	(void)state;
	log_setup(LANG_EN, 0);
	log_info("%s: %d things", "toys-de", 3);
	assert_string_equal(next(), "toys-de: 3 things\n");
	assert_string_equal(next(), "");
}

static void
the_journal_gets_priorities(void **state)
{
	char stream[64];

	(void)state;
	stream_is(STDERR_FILENO, stream);
	setenv("JOURNAL_STREAM", stream, 1);
	log_setup(LANG_EN, 1);
	log_error("a");
	assert_string_equal(next(), "<3>a\n");
	log_warn("b");
	assert_string_equal(next(), "<4>b\n");
	log_info("c");
	assert_string_equal(next(), "<6>c\n");
	log_debug("d");
	assert_string_equal(next(), "<7>d\n");
	setenv("JOURNAL_STREAM", "1:1", 1); /* of a parent; our stream was turned elsewhere */
	log_setup(LANG_EN, 0);
	log_error("e");
	assert_string_equal(next(), "e\n");
}

static void
debug_is_silent_unless_wanted(void **state)
{
	(void)state;
	log_setup(LANG_EN, 0);
	log_debug("a");
	assert_string_equal(next(), "");
}

static void
an_argument_cannot_begin_a_line(void **state)
{
	(void)state;
	log_setup(LANG_EN, 0);
	log_info("%s|", "a\nb\r\tc\x1b[31md\x7f\xc2\x9b"
			"e\xc3\xa9");
	assert_string_equal(next(), "a b  c [31md   e\xc3\xa9|\n");
	assert_string_equal(next(), "");
}

static void
long_lines_are_cut_between_characters(void **state)
{
	char text[6001];
	unsigned shift;

	(void)state;
	log_setup(LANG_EN, 0);
	for (shift = 0; shift < 3; shift++) {
		size_t i, n;

		memset(text, 'x', shift);
		for (i = shift; i + 3 < sizeof(text); i += 3)
			memcpy(text + i, "\xe4\xb8\xad", 3);
		text[i] = '\0';
		log_info("%s", text);
		n = strlen(next());
		assert_in_range(n, 2040, 2048);
		assert_int_equal(line[n - 1], '\n');
		assert_int_equal((n - 1 - shift) % 3, 0);
		assert_string_equal(next(), "");
	}
}

static void
the_language_is_remembered(void **state)
{
	(void)state;
	log_setup(LANG_ZH, 0);
	assert_int_equal(log_language(), LANG_ZH);
	log_setup(LANG_EN, 0);
	assert_int_equal(log_language(), LANG_EN);
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, capture, release)
	const struct CMUnitTest tests[] = {
		CASE(a_line_is_one_write),
		CASE(the_journal_gets_priorities),
		CASE(debug_is_silent_unless_wanted),
		CASE(an_argument_cannot_begin_a_line),
		CASE(long_lines_are_cut_between_characters),
		CASE(the_language_is_remembered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
