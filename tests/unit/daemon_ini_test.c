/* The syntax of settings files. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "connectors/base/buf.h"
#include "daemon/conf/ini.h"

#include <cmocka.h>

static void
item(void *ctx, const struct ini_item *i)
{
	struct buf *out = ctx;

	if (!i->key)
		buf_fmt(out, "%d[%s|%s] ", i->line, i->section, i->title);
	else
		buf_fmt(out, "%d%s=%zu<%s> ", i->line, i->key, i->nwords, i->value);
	for (size_t k = 0; k < i->nwords; k++)
		assert_non_null(i->words[k]);
	assert_null(i->words[i->nwords]);
}

static void
wrong(void *ctx, const char *file, int line, int column, const struct err *err)
{
	char words[ERR_MAX], start[64];

	err_english(err->text, words, sizeof words);
	snprintf(start, sizeof start, "%s:%d: ", file, line);
	assert_int_equal(strncmp(words, start, strlen(start)), 0);
	buf_fmt(ctx, "!%d:%d ", line, column);
}

static void
check(const char *text, size_t len, const char *expected, int errors)
{
	struct buf out = BUF_MAX(1 << 20);
	struct ini_reader reader = {item, wrong, &out};
	char *copy = malloc(len + 1); /* exactly as long, so that the sanitizer sees every step too far */

	memcpy(copy, text, len);
	assert_int_equal(ini_parse("x.conf", copy, len, &reader), errors);
	assert_string_equal(buf_str(&out), expected);
	free(copy);
	buf_free(&out);
}

static void
test_syntax(void **state)
{
	static const struct {
		const char *text, *expected;
		int errors;
	} samples[] = {
		{"", "", 0},
		{"\xef\xbb\xbf# comment\r\n\r\n[a]\r\nb=c\r\n", "3[a|] 4b=1<c> ", 0},
		{"[account \"toys-de\"] # hello\nx = one two  three # four\n",
		 "1[account|toys-de] 2x=3<one two three> ", 0},
		{"x = \"a b\" c \"\" \"#\" d#e\n", "1x=5<a b c  # d#e> ", 0},
		{"x = \"q\\\"b\\\\n\\n\"\n", "1x=1<q\"b\\n\n> ", 0},
		{"x =\n", "1x=0<> ", 0},
		{"x = http://h/#f [y]\n", "1x=2<http://h/#f [y]> ", 0},
		{"größe = 1\ny=2", "!1:3 2y=1<2> ", 1},
		{"x = \"open\ny = 2\n", "!1:5 2y=1<2> ", 1},
		{"x = \"a\\t\"\n", "!1:7 ", 1},
		{"x = a\"b\"\n", "!1:6 ", 1},
		{"x = \"a\"b\n", "!1:8 ", 1},
		{"x = \"a\"]\n", "!1:8 ", 1},
		{"[a\nx = 1\n", "!1:3 2x=1<1> ", 1},
		{"[]\n[a b]\n[a \"b\"\n[a] x\n", "!1:2 !2:4 !3:7 !4:3 ", 4},
		{"= 3\nword\n", "!1:1 !2:5 ", 2},
		{"x = \xff\ny = 1\n", "!1:1 2y=1<1> ", 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof samples / sizeof *samples; i++)
		check(samples[i].text, strlen(samples[i].text), samples[i].expected, samples[i].errors);
	check("x = a\0b\ny=1", 11, "!1:1 2y=1<1> ", 1);
}

static void
test_limits(void **state)
{
	char *line = malloc(2 * INI_LINE);

	(void)state;
	memset(line, 'a', 2 * INI_LINE);
	memcpy(line, "x =", 3);
	check(line, INI_LINE + 1, "!1:1 ", 1);
	for (int i = 3; i < 3 + 2 * (INI_WORDS + 1); i++)
		line[i] = i % 2 ? ' ' : 'w';
	check(line, 3 + 2 * (INI_WORDS + 1), "!1:517 ", 1);
	free(line);
	assert_int_equal(ini_read("/nonexistent/x.conf", &(struct ini_reader){item, wrong, NULL}, NULL), -1);
	assert_int_equal(ini_read("/dev/zero", &(struct ini_reader){item, wrong, NULL}, NULL), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_syntax), cmocka_unit_test(test_limits)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
