#include "../test.h"

#include <inttypes.h>

#include "base/err.h"
#include "base/text.h"

static void
test_packs_pattern_and_arguments(void **state)
{
	struct err e;
	char out[ERR_MAX];

	(void)state;
	assert_int_equal(fail(&e, "%s:%d: found \"%.*s\", expected 100%%", "a.conf", 12, 3, "abcdef"), -1);
	assert_string_equal(e.text, "%s:%d: found \"%.*s\", expected 100%%\x1f"
				    "a.conf\x1f"
				    "12\x1f"
				    "abc");
	err_english(e.text, out, sizeof(out));
	assert_string_equal(out, "a.conf:12: found \"abc\", expected 100%");

	fail(&e, "%" PRId64 " %" PRIu64 " %zu %x %02x %c %ld %lld %u", INT64_MIN, UINT64_MAX, (size_t)7, 255,
	     10, 'q', -5L, -6LL, 4000000000u);
	err_english(e.text, out, sizeof(out));
	assert_string_equal(out, "-9223372036854775808 18446744073709551615 7 ff 0a q -5 -6 4000000000");
	assert_int_equal(fail(NULL, "nobody listens to %s", "this"), -1);
	fail(&e, "no arguments");
	err_english(e.text, out, sizeof(out));
	assert_string_equal(out, "no arguments");
	err_english("", out, sizeof(out));
	assert_string_equal(out, "");
}

static void
test_translations_may_change_the_order(void **state)
{
	char packed[ERR_MAX], out[64];

	(void)state;
	pack(packed, "%s of %d", "three", 9);
	err_render("%2$d \xe4\xb8\xad %1$s%%", packed, out, sizeof(out));
	assert_string_equal(out, "9 \xe4\xb8\xad three%");
	err_render("%s %s %s %7$s %", packed, out, sizeof(out));
	assert_string_equal(out, "three 9 ? ? ?");
	err_render("%2$d \xe4\xb8\xad %1$s", packed, out, 5); /* the character would not fit whole */
	assert_string_equal(out, "9 ");
}

static void
test_arguments_cannot_forge_others(void **state)
{
	char packed[ERR_MAX], out[ERR_MAX], huge[3000];

	(void)state;
	pack(packed, "said %s to %s",
	     "a\x1f"
	     "b\r\n\x7f%s\xff",
	     "c");
	err_english(packed, out, sizeof(out));
	assert_string_equal(out, "said a b   %s? to c");

	memset(huge, 0, sizeof(huge));
	for (size_t i = 0; i < sizeof(huge) - 3; i += 3)
		memcpy(huge + i, "\xe4\xb8\xad", 3);
	pack(packed, "x%s and %s", huge, "lost");
	assert_true(strlen(packed) < ERR_MAX);
	assert_true(strlen(packed) > ERR_MAX - 8);
	assert_true(utf8_valid(packed, strlen(packed)));
	assert_null(strchr(packed, '?'));
	err_english(packed, out, sizeof(out));
	assert_true(utf8_valid(out, strlen(out)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_packs_pattern_and_arguments),
		cmocka_unit_test(test_translations_may_change_the_order),
		cmocka_unit_test(test_arguments_cannot_forge_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
