/* Files that people hand over: UTF-8, or surely GB18030, or nothing. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include "i18n/charset.h"

#include <cmocka.h>

#define HELLO                                                                                                \
	"\xc4\xfa\xba\xc3\xa3\xac\xc4\xfa\xb5\xc4\xb6\xa9\xb5\xa5\xd2\xd1\xbe\xad\xb7\xa2\xbb\xf5\xa1\xa3"
#define HELLO8 "您好，您的订单已经发货。"

static void
test_charsets(void **state)
{
	static const struct {
		const char *bytes, *text; /* NULL: refused */
	} cases[] = {
		{"", ""},
		{"abc", "abc"},
		{"\xef\xbb\xbfgr\xc3\xbc\xc3\x9f", "grüß"},
		{"\xef\xbb\xbf", ""},
		{HELLO HELLO HELLO, HELLO8 HELLO8 HELLO8},
		{"gr\xfc\xdf", NULL},
		{"Vielen Dank f\xfcr Ihre Bestellung, wir versenden sie m\xf6glichst bald. Sch\xf6ne "
		 "Gr\xfc\xdf"
		 "e",
		 NULL},
		{"\xff\xfe", NULL},
	};
	struct buf out = BUF_MAX(4096), small = BUF_MAX(8);

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		buf_clear(&out);
		assert_int_equal(charset_to_utf8(cases[i].bytes, strlen(cases[i].bytes), &out),
				 cases[i].text ? 0 : -1);
		assert_string_equal(buf_str(&out), cases[i].text ? cases[i].text : "");
	}
	assert_int_equal(charset_to_utf8(HELLO HELLO HELLO, strlen(HELLO HELLO HELLO), &small), -1);
	buf_free(&out);
	buf_free(&small);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_charsets)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
