#include "../test.h"

#include "i18n/locale.h"

static void
canonical_tags(void **state)
{
	static const char *const t[][2] = {
		{"de", "de"},
		{"de_CH", "de-CH"},
		{"de_CH.UTF-8", "de-CH"},
		{"de_DE@euro", "de-DE"},
		{"PT_br", "pt-BR"},
		{"iw", "he"},
		{"in", "id"},
		{"mo", "ro"},
		{"tl", "fil"},
		{"no", "nb"},
		{"no-NO", "nb-NO"},
		{"cmn", "zh"},
		{"cmn-Hant", "zh-Hant"},
		{"arb", "ar"},
		{"sh", "sr-Latn"},
		{"zh_TW", "zh-TW"},
		{"zh_Hant_HK", "zh-Hant-HK"},
		{"es_419", "es-419"},
		{"en-US-u-ca-buddhist", "en-US"},
		{"non", "non"},
		{"zh-cmn", "zh"}, /* two languages: ICU gives cmn for it */
		{"zh_cmn_Hant", "zh-Hant"},
		{"sh_BA", "sr-Latn-BA"},
		{"en_US_POSIX", "en-US"},
		{"ca-valencia", "ca-valencia"},
		{"pt_BR.UTF-8", "pt-BR"},
	};
	static const char *const bad[] = {
		"",        "C",         "C.UTF-8",
		"POSIX",   "x",         "no language",
		"de--DE",  "../etc",    "de-",
		"english", "d\xc3\xa9", "12",
		"und",     "sh-Cyrl",   "de-aaaaaaaa-bbbbbbbb-cccccccc-dddddddd-eeeeeeee-ffffffff-gggggggg"};
	char out[LOCALE_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		assert_int_equal(locale_canonical(t[i][0], out), 0);
		assert_string_equal(out, t[i][1]);
		assert_int_equal(locale_canonical(t[i][1], out), 0);
		assert_string_equal(out, t[i][1]);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		if (!locale_canonical(bad[i], out))
			print_error("%s gives %s\n", bad[i], out);
		assert_int_equal(locale_canonical(bad[i], out), -1);
		assert_string_equal(out, "");
	}
	assert_int_equal(locale_canonical(NULL, out), -1);
}

static const char *
match(const char *want, const char *const have[])
{
	int i = locale_match(want, have);

	return i < 0 ? "none" : have[i];
}

static void
best_match(void **state)
{
	static const char *const many[] = {"en",      "de",      "es", "es-419", "pt-BR",
					   "zh-Hans", "zh-Hant", "ar", "ru",     NULL};
	static const char *const few[] = {"zh_CN", "en-GB", "en", "nb", "fil",
					  "pt-PT", "pt-BR", "sr", "he", NULL};
	static const char *const one[] = {"zh-Hans", NULL};
	static const char *const empty[] = {NULL};

	(void)state;
	assert_string_equal(match("es-MX", many), "es-419");
	assert_string_equal(match("es-ES", many), "es");
	assert_string_equal(match("es-AR", (const char *const[]){"en", "es", NULL}), "es");
	assert_string_equal(match("zh-TW", many), "zh-Hant");
	assert_string_equal(match("zh_HK", many), "zh-Hant");
	assert_string_equal(match("zh", many), "zh-Hans");
	assert_string_equal(match("zh-SG", many), "zh-Hans");
	assert_string_equal(match("pt-PT", many), "pt-BR");
	assert_string_equal(match("pt-AO", few), "pt-PT");
	assert_string_equal(match("pt", few), "pt-BR");
	assert_string_equal(match("de-CH", many), "de");
	assert_string_equal(match("en-AU", many), "en");
	assert_string_equal(match("en-AU", few), "en-GB");
	assert_string_equal(match("en-US", few), "en");
	assert_string_equal(match("ru", many), "ru");
	assert_string_equal(match("es-AR", many), "es-419");
	assert_string_equal(match("en-HK", few), "en-GB");
	assert_string_equal(match("en-HK", many), "en");
	assert_string_equal(match("sr-RS", few), "sr");
	assert_string_equal(match("sh", few), "none"); /* is written in Latin letters */
	assert_string_equal(match("yue", many), "none");
	assert_string_equal(match("ar-EG", many), "ar");
	assert_string_equal(match("no", few), "nb");
	assert_string_equal(match("tl", few), "fil");
	assert_string_equal(match("cmn", few), "zh_CN");
	assert_string_equal(match("iw", few), "he");
	/* Among countries of one language: the nearest, or the one that most of its speakers mean. */
	assert_string_equal(match("en", (const char *const[]){"en-GB", "en-US", NULL}), "en-US");
	assert_string_equal(match("en-CA", (const char *const[]){"en-GB", "en-US", NULL}), "en-US");
	assert_string_equal(match("en-ZA", (const char *const[]){"en-US", "en-GB", NULL}), "en-GB");
	assert_string_equal(match("fr-CH", (const char *const[]){"fr-CA", "fr-FR", NULL}), "fr-FR");
	assert_string_equal(match("es-US", (const char *const[]){"es-ES", "es-MX", NULL}), "es-MX");
	assert_string_equal(match("de", (const char *const[]){"de-CH", "de-AT", "de-DE", NULL}), "de-DE");
	assert_string_equal(match("zh-MO", (const char *const[]){"zh-CN", "zh-TW", "zh-HK", NULL}), "zh-HK");
	assert_string_equal(match("ar-MA", (const char *const[]){"ar-AE", "ar-EG", NULL}), "ar-EG");
	assert_string_equal(match("sr-ME", (const char *const[]){"sr", "sr-Latn", NULL}), "sr-Latn");
	/* Never a neighbour: it would be read as nonsense, or as an insult. */
	assert_string_equal(match("nl", many), "none");
	assert_string_equal(match("uk", many), "none");
	assert_string_equal(match("ca", many), "none");
	assert_string_equal(match("zh-TW", one), "none");
	assert_string_equal(match("zh-CN", (const char *const[]){"zh-Hant", NULL}), "none");
	assert_string_equal(match("sr-Latn", few), "none");
	assert_string_equal(match("de", empty), "none");
	assert_string_equal(match("", many), "none");
	assert_string_equal(match("xx", many), "none");
}

static void
same_language(void **state)
{
	(void)state;
	assert_true(locale_same_language("zh-CN", "zh-Hans"));
	assert_true(locale_same_language("zh", "zh-Hans"));
	assert_false(locale_same_language("zh-TW", "zh-Hans"));
	assert_true(locale_same_language("zh-TW", "zh-Hant-HK"));
	assert_true(locale_same_language("de_AT", "de"));
	assert_true(locale_same_language("no", "nb"));
	assert_false(locale_same_language("de", "nl"));
	assert_false(locale_same_language("sr", "sr-Latn"));
	assert_false(locale_same_language("", ""));
}

static void
country(void **state)
{
	static const char *const t[][3] = {
		{"es-419", "MX", "es-MX"}, {"zh-Hant", "TW", "zh-Hant-TW"},
		{"de", "DE", "de-DE"},     {"en", "de", "en-DE"},
		{"pt-BR", "PT", "pt-PT"},  {"ar", "", "ar"},
		{"ar", NULL, "ar"},        {"ar", "ARE", "ar"},
		{"fr", "1!", "fr"},        {"no", "NO", "nb-NO"},
		{"not one", "DE", ""},
	};
	char out[LOCALE_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		locale_with_country(t[i][0], t[i][1], out);
		assert_string_equal(out, t[i][2]);
	}
}

static void
direction_and_names(void **state)
{
	static const char *const rtl[] = {"ar", "he", "fa-IR", "ur", "ckb", "yi", "ps", "az-Arab"};
	char out[64];

	(void)state;
	for (size_t i = 0; i < sizeof rtl / sizeof *rtl; i++)
		assert_true(locale_is_rtl(rtl[i]));
	assert_false(locale_is_rtl("az"));
	assert_false(locale_is_rtl("ja"));
	assert_false(locale_is_rtl("nonsense!"));
	assert_int_equal(locale_language_name("de", NULL, out, sizeof out), 0);
	assert_string_equal(out, "Deutsch");
	assert_int_equal(locale_language_name("ja", NULL, out, sizeof out), 0);
	assert_string_equal(out, "日本語");
	assert_int_equal(locale_language_name("zh-Hans", NULL, out, sizeof out), 0);
	assert_string_equal(out, "简体中文");
	assert_int_equal(locale_language_name("de", "zh-Hans", out, sizeof out), 0);
	assert_string_equal(out, "德语");
	assert_int_equal(locale_language_name("de", "en", out, sizeof out), 0);
	assert_string_equal(out, "German");
	assert_int_equal(locale_language_name("de", NULL, out, 4), -1);
	assert_int_equal(locale_language_name("?", NULL, out, sizeof out), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(canonical_tags),      cmocka_unit_test(best_match),
		cmocka_unit_test(same_language),       cmocka_unit_test(country),
		cmocka_unit_test(direction_and_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
