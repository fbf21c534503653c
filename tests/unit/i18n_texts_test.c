#include "../test.h"

#include "base/err.h"
#include "i18n/texts.h"

static void
languages(void **state)
{
	static const char *const zh[] = {"zh", "zh_CN.UTF-8", "zh-Hans", "zh_TW", "zh.UTF-8", "zh@pinyin"};
	static const char *const en[] = {"", "C", "en_US.UTF-8", "de", "zha", "z", "ZH"};

	(void)state;
	for (size_t i = 0; i < sizeof zh / sizeof *zh; i++)
		assert_int_equal(lang_of(zh[i]), LANG_ZH);
	for (size_t i = 0; i < sizeof en / sizeof *en; i++)
		assert_int_equal(lang_of(en[i]), LANG_EN);
	assert_int_equal(lang_of(NULL), LANG_EN);
}

static void
says(void **state)
{
	static const char unknown[] = "a text that nobody has translated";

	(void)state;
	assert_string_equal(say(LANG_EN, "\"%s\" is not a currency"), "\"%s\" is not a currency");
	assert_string_equal(say(LANG_ZH, "\"%s\" is not a currency"), "“%s”不是货币代码");
	assert_ptr_equal(say(LANG_ZH, unknown), unknown);
	assert_string_equal(say(LANG_ZH, ""), "");
}

static void
says_what_was_packed(void **state)
{
	struct buf out = BUF_MAX(4096);
	char packed[ERR_MAX], *longest = malloc(2 * ERR_MAX);
	struct err err;

	(void)state;
	pack(packed, "there is no variable \"%s\" here; there are: %s", "nmae", "name, total");
	buf_put(&out, "de.txt:1: ");
	say_packed(&out, LANG_EN, packed);
	assert_string_equal(buf_str(&out),
			    "de.txt:1: there is no variable \"nmae\" here; there are: name, total");
	buf_clear(&out);
	say_packed(&out, LANG_ZH, packed);
	assert_string_equal(buf_str(&out), "此处没有变量“nmae”；可用变量：name, total");
	buf_clear(&out);
	say_packed(&out, LANG_ZH,
		   "not in the catalogue: %s\x1f"
		   "value");
	assert_string_equal(buf_str(&out), "not in the catalogue: value");
	buf_clear(&out);
	say_packed(&out, LANG_ZH, "");
	assert_string_equal(buf_str(&out), "");

	/* The longest there can be. */
	memset(longest, 'x', 2 * ERR_MAX - 1);
	longest[2 * ERR_MAX - 1] = 0;
	assert_int_equal(fail(&err, "\"%s\" is not a currency", longest), -1);
	say_packed(&out, LANG_ZH, err.text);
	assert_true(out.len > ERR_MAX - 100 && !strncmp(buf_str(&out), "“xxx", 6));
	free(longest);
	buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(languages),
		cmocka_unit_test(says),
		cmocka_unit_test(says_what_was_packed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
