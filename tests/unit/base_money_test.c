#include "../test.h"

#include "base/money.h"

static void
test_takes_exact_amounts(void **state)
{
	static const struct {
		const char *amount, *currency;
		int64_t minor;
		const char *text;
	} rows[] = {
		{"28.90", "EUR", 2890, "28.90"},
		{"28.9", "EUR", 2890, "28.90"},
		{"28.900000", "EUR", 2890, "28.90"},
		{"28", "EUR", 2800, "28.00"},
		{"-0.05", "USD", -5, "-0.05"},
		{"0", "EUR", 0, "0.00"},
		{"000012.5", "EUR", 1250, "12.50"},
		{"1500", "JPY", 1500, "1500"},
		{"1500.00", "JPY", 1500, "1500"},
		{"3.25", "KWD", 3250, "3.250"},
		{"1.2345", "CLF", 12345, "1.2345"},
		{"10000000000000.00", "EUR", MONEY_MAX, "10000000000000.00"},
		{"-10000000000000.00", "EUR", -MONEY_MAX, "-10000000000000.00"},
		{"-1000000000000000", "JPY", -MONEY_MAX, "-1000000000000000"},
	};
	char text[MONEY_TEXT];
	struct money m;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(money_parse(rows[i].amount, rows[i].currency, &m, NULL), 0);
		assert_true(m.minor == rows[i].minor);
		assert_string_equal(m.currency, rows[i].currency);
		money_format(&m, text);
		assert_string_equal(text, rows[i].text);
	}
}

static void
test_refuses_everything_else(void **state)
{
	static const char *const rows[][2] = {
		{"28.905", "EUR"},
		{"1500.5", "JPY"},
		{"0.0001", "KWD"},
		{"10000000000000.01", "EUR"},
		{"-10000000000000.01", "EUR"},
		{"92233720368547758.08", "EUR"},
		{"-92233720368547758.09", "EUR"},
		{"99999999999999999999999999999999", "EUR"},
		{"", "EUR"},
		{"-", "EUR"},
		{".5", "EUR"},
		{"5.", "EUR"},
		{"+5", "EUR"},
		{"1,50", "EUR"},
		{"1.2.3", "EUR"},
		{" 1", "EUR"},
		{"1 ", "EUR"},
		{"1e3", "EUR"},
		{"0x10", "EUR"},
		{"--1", "EUR"},
		{"NaN", "EUR"},
		{"1", "EURO"},
		{"1", "eur"},
		{"1", ""},
		{"1", "XXX"},
		{"1", "R U"},
		{"1", "UR "},
	};
	struct money m = {77, "USD"};
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		e.text[0] = '\0';
		assert_int_equal(money_parse(rows[i][0], rows[i][1], &m, &e), -1);
		assert_string_not_equal(e.text, "");
		assert_true(m.minor == 77);
	}
	assert_int_equal(money_digits("ISK"), 0);
	assert_int_equal(money_digits("TND"), 3);
	assert_int_equal(money_digits("TWD"), 2);
	assert_int_equal(money_digits("USDE"), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_takes_exact_amounts),
		cmocka_unit_test(test_refuses_everything_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
