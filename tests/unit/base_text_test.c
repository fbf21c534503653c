#include "../test.h"

#include "base/text.h"

static void
test_url(void **state)
{
	struct buf b = BUF_MAX(100);

	(void)state;
	assert_int_equal(url_encode(&b, "aZ0-._~ /&\xc3\xa4\r\n"), 0);
	assert_string_equal(buf_str(&b), "aZ0-._~%20%2F%26%C3%A4%0D%0A");
	assert_int_equal(url_query_get("https://x.example/?xcode=1&code=a%2Fb+c%zz&state=s#t=u", "code", &b),
			 1);
	assert_string_equal(buf_str(&b), "a/b c%zz");
	assert_int_equal(url_query_get("https://x.example/#token=t%", "token", &b), 1);
	assert_string_equal(buf_str(&b), "t%");
	assert_int_equal(url_query_get("https://x.example/code=1", "code", &b), 0);
	assert_int_equal(url_query_get("https://x.example/?codes=1&cod", "code", &b), 0);
	assert_int_equal(url_query_get("", "code", &b), 0);
	buf_free(&b);
}

static void
test_base64_and_hex(void **state)
{
	static const char *const rows[][2] = {{"", ""},
					      {"f", "Zg=="},
					      {"fo", "Zm8="},
					      {"foo", "Zm9v"},
					      {"foob", "Zm9vYg=="},
					      {"fooba", "Zm9vYmE="},
					      {"foobar", "Zm9vYmFy"},
					      {"\xff\xfe\xfd", "//79"}};
	struct buf b = BUF_MAX(100);
	char hex[9];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		buf_clear(&b);
		assert_int_equal(base64_encode(&b, rows[i][0], strlen(rows[i][0])), 0);
		assert_string_equal(buf_str(&b), rows[i][1]);
	}
	hex_encode("\x00\x0f\xf0\xab", 4, hex);
	assert_string_equal(hex, "000ff0ab");
	buf_free(&b);
}

static void
test_base64_decode(void **state)
{
	static const char *const good[][2] = {{"", ""},
					      {"Zg==", "f"},
					      {"Zg", "f"},
					      {"Zm8=", "fo"},
					      {"Zm9v", "foo"},
					      {" Zm9v\r\nYg==\n", "foob"},
					      {"//79", "\xff\xfe\xfd"}};
	static const char *const bad[] = {
		"Z", "Zm9vY", "Zg=", "Zg===", "Z===", "Zm=v", "Zm9-", "=", "\xff\xff\xff\xff"};
	struct buf b = BUF_MAX(100), small = BUF_MAX(2);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof good / sizeof *good; i++) {
		buf_clear(&b);
		assert_int_equal(base64_decode(&b, good[i][0], strlen(good[i][0])), 0);
		assert_string_equal(buf_str(&b), good[i][1]);
	}
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(base64_decode(&b, bad[i], strlen(bad[i])), -1);
	assert_int_equal(base64_decode(&small, "Zm9v", 4), -1);
	buf_free(&small);
	buf_free(&b);
}

static void
test_utf8(void **state)
{
	static const char *const bad[] = {"\x80",
					  "\xc0\x80",
					  "\xc1\xbf",
					  "\xe0\x80\x80",
					  "\xed\xa0\x80",
					  "\xf0\x80\x80\x80",
					  "\xf4\x90\x80\x80",
					  "\xf8\x88\x80\x80\x80",
					  "\xff",
					  "\xc3",
					  "\xe4\xb8",
					  "a\xf0\x9f\x98"};
	char dirty[] = "a\x01\tb\n\r\xffz\xe4\xb8\xad\xe4\xb8";

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(utf8_valid(bad[i], strlen(bad[i])));
	assert_true(utf8_valid("a\xc3\xa4\xe4\xb8\xad\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf", 14));
	dirty[utf8_clean(dirty, sizeof(dirty) - 1)] = '\0';
	assert_string_equal(dirty, "a\tb\n?z\xe4\xb8\xad??");
	assert_int_equal(utf16_length("a\xc3\xa4\xe4\xb8\xad\xf0\x9f\x98\x80\xff"), 6);
	assert_int_equal(utf16_length("Grüße 👋"), 8);
	assert_int_equal(utf16_length("👨‍👩‍👧‍👦 family"), 18);
	assert_int_equal(utf16_length("สวัสดีครับ"), 10);
	assert_int_equal(utf16_length("🇩🇪🇫🇷"), 8);
	assert_int_equal(utf8_fit("\xe4\xb8\xad\xe4\xb8\xad", 6, 5), 3);
	assert_int_equal(utf8_fit("\xe4\xb8\xad\xe4\xb8\xad", 6, 3), 3);
	assert_int_equal(utf8_fit("\xf0\x9f\x98\x80", 4, 3), 0);
	assert_int_equal(utf8_fit("abc", 3, 3), 3);
}

static void
test_glob(void **state)
{
	static const struct {
		const char *pattern, *text;
		int match;
	} rows[] = {
		{"api.ebay.com", "API.ebay.COM", 1},
		{"*.ebay.com", "api.ebay.com", 1},
		{"*.ebay.com", "a.b.ebay.com", 1},
		{"*.ebay.com", "ebay.com", 0},
		{"*.ebay.com", "api.ebay.com.evil.example", 0},
		{"*.ebay.com", "evil-ebay.com", 0},
		{"api?.x", "api1.x", 1},
		{"api?.x", "api.x", 0},
		{"a*b*c", "aXbXbc", 1},
		{"a*b*c", "aXbXbcd", 0},
		{"*", "", 1},
		{"", "", 1},
		{"", "a", 0},
		{"**", "a", 1},
		{"a*a*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(glob_match(rows[i].pattern, rows[i].text), rows[i].match);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_url),           cmocka_unit_test(test_base64_and_hex),
		cmocka_unit_test(test_base64_decode), cmocka_unit_test(test_utf8),
		cmocka_unit_test(test_glob),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
