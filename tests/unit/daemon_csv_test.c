/* Texts from a spreadsheet: rows, and placeholders of other programs. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/template/csv.h"

#include <cmocka.h>

static int
put_row(void *ctx, int line, char *const *fields, int n)
{
	buf_fmt(ctx, "%d", line);
	for (int i = 0; i < n; i++)
		buf_fmt(ctx, "|%s", fields[i]);
	buf_char(ctx, '/');
	return 0;
}

/* The rows as "LINE|FIELD|FIELD/", or what is wrong. */
static const char *
rows(const char *text, struct buf *out)
{
	char *copy = must_strdup(text);
	struct err err = {""};

	buf_clear(out);
	if (csv_rows(copy, strlen(copy), put_row, out, &err)) {
		buf_clear(out);
		buf_put(out, err.text);
	}
	free(copy);
	return buf_str(out);
}

static void
test_rows(void **state)
{
	static const struct {
		const char *text, *rows;
	} cases[] = {
		{"", ""},
		{"a", "1|a/"},
		{"a,b", "1|a|b/"},
		{"a,b\n", "1|a|b/"},
		{"a,b\r\nc,d\r\n", "1|a|b/2|c|d/"},
		{"a,\n,b\n", "1|a|/2||b/"},
		{"a,b\n\n\nc,d", "1|a|b/4|c|d/"},
		{"a;b,c;d\n", "1|a|b,c|d/"},
		{"a\tb\n\"c\td\"\te\n", "1|a|b/2|c\td|e/"},
		{"\"a\"\"b\",\"c,d\"", "1|a\"b|c,d/"},
		{"\"a\r\nb\",c\nd,e", "1|a\nb|c/3|d|e/"},
		{"\"\",\"\"\n", "1||/"},
		{"a,b\"c\n", "1|a|b\"c/"},
		{"sep=;\na;b,c\n", "2|a|b,c/"},
		{"sep=;", ""},
		{"a,b\rc\n", "1|a|b\rc/"},
	};
	struct buf out = BUF_MAX(4096);

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(rows(cases[i].text, &out), cases[i].rows);
	for (const char *const *bad =
		     (const char *const[]){"a,\"b", "a,\"", "a,\"b\"\"", "x\ny,\"b\n\n\n", NULL};
	     *bad; bad++)
		assert_non_null(strstr(rows(*bad, &out), "not closed"));
	assert_non_null(strstr(rows("\"a\"b,c", &out), "after a quotation mark"));
	assert_non_null(strstr(rows(",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,", &out), "more than"));
	buf_free(&out);
}

static void
test_placeholders_of_others(void **state)
{
	static const struct {
		const char *text, *place, *ours; /* place NULL: none */
	} cases[] = {
		{"Hi {{name}}!", "{{name}}", "buyer_name"},
		{"Hi {{ Buyer Name }}!", "{{ Buyer Name }}", "buyer_name"},
		{"No [Order Number].", "[Order Number]", "order_id"},
		{"No %ordernumber%.", "%ordernumber%", "order_id"},
		{"#{tracking.number}", "#{tracking.number}", "tracking_number"},
		{"${carrier}", "${carrier}", "carrier"},
		{"<shop name>", "<shop name>", "seller_name"},
		{"{has_carrier, select, yes{[carrier]} other{}}", "[carrier]", "carrier"},
		{"[zzzzqq]", "[zzzzqq]", NULL},
		{"{has_carrier, select, yes{{carrier}} other{}}", NULL, NULL},
		{"{n, plural, one{# Tag} other{# Tage}}", NULL, NULL},
		{"10% of 20% is 2 %", NULL, NULL},
		{"[1] a < b > c <3", NULL, NULL},
		{"} {{order_id}}", "{{order_id}}", "order_id"},
		{"{order_id}", NULL, NULL},
		{"", NULL, NULL},
	};
	char name[64];
	size_t start, len;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const int found = foreign_placeholder(cases[i].text, &start, &len, name);

		assert_int_equal(found, cases[i].place != NULL);
		if (!found)
			continue;
		assert_int_equal(len, strlen(cases[i].place));
		assert_memory_equal(cases[i].text + start, cases[i].place, len);
		if (cases[i].ours)
			assert_string_equal(foreign_meaning(name), cases[i].ours);
		else
			assert_null(foreign_meaning(name));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_placeholders_of_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
