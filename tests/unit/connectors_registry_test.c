#include "../test.h"

#include "connector.h"

static void
test_names_and_values_are_inverse(void **state)
{
	(void)state;
	for (int i = PAYMENT_UNKNOWN; i <= PAYMENT_REFUNDED; i++)
		assert_int_equal(payment_value(payment_name((enum payment)i)), i);
	for (int i = FULFILMENT_UNKNOWN; i <= FULFILMENT_DELIVERED; i++)
		assert_int_equal(fulfilment_value(fulfilment_name((enum fulfilment)i)), i);
	for (int i = CANCELLATION_NONE; i <= CANCELLATION_DONE; i++)
		assert_int_equal(cancellation_value(cancellation_name((enum cancellation)i)), i);
	assert_string_equal(payment_name(PAYMENT_PARTIALLY_REFUNDED), "partially_refunded");
	assert_int_equal(payment_value("PAID"), -1);
	assert_int_equal(fulfilment_value(""), -1);
	assert_int_equal(cancellation_value("x"), -1);
}

static int
never(const struct account *a)
{
	(void)a;
	return 0;
}

static void
test_settings_and_actions(void **state)
{
	static const struct key keys[] = {{.name = "site", .preset = "DE"}, {.name = "secret"}, {0}};
	static const struct action actions[] = {
		{.kind = "reply", .wanted = never}, {.kind = "reply", .source = "second"}, {0}};
	static const struct capability capabilities[] = {{.kind = "reply", .wanted = never},
							 {.kind = "reply", .why = "second"},
							 {.kind = "other", .wanted = never},
							 {0}};
	static const struct setting settings[] = {{"id", "4711"}, {0}};
	struct connector c = {.name = "x", .keys = keys, .actions = actions, .capabilities = capabilities};
	struct account a = {.name = "a", .settings = settings, .connector = &c};
	struct account bare = {.name = "bare"};

	(void)state;
	assert_string_equal(account_get(&a, "id"), "4711");
	assert_string_equal(account_get(&a, "site"), "DE");
	assert_string_equal(account_get(&a, "secret"), "");
	assert_string_equal(account_get(&a, "none"), "");
	assert_string_equal(account_get(&bare, "site"), "");
	assert_string_equal(connector_action(&c, &a, "reply")->source, "second");
	assert_null(connector_action(&c, &a, "refund"));
	assert_string_equal(connector_capability(&c, &a, "reply")->why, "second");
	assert_null(connector_capability(&c, &a, "other"));
	assert_null(connector_find("no-such-platform"));
}

static void
test_outcome_of_a_status(void **state)
{
	static const struct {
		long status;
		enum outcome poll, once;
	} rows[] = {
		{200, DONE, DONE},       {204, DONE, DONE},       {401, LOGIN, LOGIN},
		{408, LATER, UNSURE},    {425, LATER, UNSURE},    {429, LATER, UNSURE},
		{500, LATER, UNSURE},    {503, LATER, UNSURE},    {599, LATER, UNSURE},
		{301, LATER, UNSURE},    {400, REFUSED, REFUSED}, {403, REFUSED, REFUSED},
		{404, REFUSED, REFUSED}, {0, REFUSED, REFUSED},   {600, REFUSED, REFUSED},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct response rs = {.status = rows[i].status, .retry_after = 1234};
		struct found f = {0};

		assert_int_equal(outcome_of(&rs, 0, &f), rows[i].poll);
		assert_int_equal(outcome_of(&rs, 1, &f), rows[i].once);
		assert_int_equal(f.wait, 1234);
		assert_int_equal(f.err.text[0] == '\0', rows[i].poll == DONE);
	}
}

static void
test_later_says_why(void **state)
{
	struct found f = {0};
	char text[ERR_MAX];

	(void)state;
	assert_int_equal(later(&f, "not JSON: %s, line %d column %d", "x", 1, 2), LATER);
	err_english(f.err.text, text, sizeof(text));
	assert_string_equal(text, "not JSON: x, line 1 column 2");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_and_values_are_inverse),
		cmocka_unit_test(test_settings_and_actions),
		cmocka_unit_test(test_outcome_of_a_status),
		cmocka_unit_test(test_later_says_why),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
