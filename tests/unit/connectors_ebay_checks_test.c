/* What an account is offered, by its settings: by API, or by a person with eBay's page; and which checks it is asked. */
#include "../test.h"

#include "connector.h"
#include "ebay/ebay.h"

static const struct capability *
offered(const char *key, const char *value, const char *kind)
{
	const struct setting settings[] = {{key, value}, {NULL, NULL}};
	const struct account account = {.name = "toys-de", .settings = settings, .connector = &ebay};

	return connector_capability(&ebay, &account, kind);
}

static void
test_less_scopes_leave_it_to_people(void **state)
{
	static const char *const kinds[] = {"order.refund",     "order.cancel",   "order.ship",
					    "order.feedback",   "feedback.reply", "chargeback.contest",
					    "payment_disputes", "feedback",       "standards"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		assert_int_equal(offered("scopes", "full", kinds[i])->how, BY_API);
		assert_int_equal(offered("scopes", "read", kinds[i])->how, BY_PERSON);
		assert_true(offered("scopes", "read", kinds[i])->why &&
			    offered("scopes", "read", kinds[i])->link);
	}
	assert_int_equal(offered("scopes", "read", "return.refund")->how, BY_API);
	assert_int_equal(offered("scopes", "read", "reply")->how, BY_API);
}

static void
test_xml_calls_leave_order_messages_to_people(void **state)
{
	(void)state;
	assert_int_equal(offered("messages", "rest", "order.message")->how, BY_API);
	assert_int_equal(offered("messages", "trading", "order.message")->how, BY_PERSON);
	assert_non_null(strstr(offered("messages", "trading", "order.message")->link, "{order}"));
	assert_int_equal(offered("messages", "trading", "reply")->how, BY_API);
	assert_null(offered("messages", "trading", "messages"));
	assert_int_equal(offered("messages", "trading", "my_messages")->how, BY_API);
}

static int
is_asked(const char *key, const char *value, const char *name)
{
	const struct setting settings[] = {{key, value}, {NULL, NULL}};
	const struct account account = {.name = "toys-de", .settings = settings, .connector = &ebay};
	const struct check *c = ebay.checks;

	while (c->name && strcmp(c->name, name))
		c++;
	assert_non_null(c->name);
	return !c->wanted || c->wanted(&account);
}

/* What an account does not use it is not told to mend. */
static void
test_only_what_is_used_is_checked(void **state)
{
	(void)state;
	assert_true(is_asked("scopes", "full", "scope: feedback"));
	assert_false(is_asked("scopes", "read", "scope: feedback"));
	assert_false(is_asked("scopes", "read", "scope: payment disputes"));
	assert_false(is_asked("scopes", "read", "scope: seller standards"));
	assert_true(is_asked("scopes", "read", "scope: orders"));
	assert_false(is_asked("messages", "trading", "scope: messages"));
	assert_false(is_asked("signatures", "no", "signing key"));
	assert_true(is_asked("signatures", "yes", "signing key"));
	assert_false(is_asked("push_address", "", "deletion notices"));
	assert_true(is_asked("push_address", "https://seller.example/push", "deletion notices"));
}

static void
test_a_check_that_nobody_knows(void **state)
{
	const struct account account = {.name = "toys-de", .connector = &ebay};
	struct task t = {.account = &account, .token = "", .cursor = "no such", .arena = arena_new()};
	struct request r = {.url = BUF_MAX(8192), .headers = BUF_MAX(8192)};
	struct err err = {""};

	(void)state;
	assert_int_equal(ebay.checks[0].x.ask(&t, &r, &err), -1);
	assert_true(*err.text);
	buf_free(&r.url);
	buf_free(&r.headers);
	arena_free(t.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_less_scopes_leave_it_to_people),
		cmocka_unit_test(test_xml_calls_leave_order_messages_to_people),
		cmocka_unit_test(test_only_what_is_used_is_checked),
		cmocka_unit_test(test_a_check_that_nobody_knows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
