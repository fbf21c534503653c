#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/instant.h"
#include "daemon/decide/decide.h"
#include "i18n/language.h"

#include <cmocka.h> /* last: it has a macro named fail */

#define T0 INT64_C(1760000000000)

static const char *const status[] = {"order_status", NULL};

/* Everything that an automatic answer needs. */
static struct situation
a_question(void)
{
	return (struct situation){
		.event = 1,
		.kind = "message.received",
		.at = T0,
		.account = 1,
		.account_name = "toys-de",
		.platform = "ebay",
		.marketplace = "EBAY_DE",
		.created = T0 - 30 * DAY,
		.armed = T0 - DAY,
		.message = 7,
		.text = "Wo bleibt mein Paket?",
		.language = "de",
		.certainty = LANGUAGE_STRONG,
		.intent = "order_status",
		.confident = 1,
		.conversation = 3,
		.oldest_unanswered = T0,
		.newest = 7,
		.orders = 1,
		.order = 5,
		.fulfilment = FULFILMENT_SHIPPED,
	};
}

static struct conf_rule
a_rule(void)
{
	return (struct conf_rule){.name = "where",
				  .on = "message.received",
				  .intent = status,
				  .action = "reply",
				  .template_id = "post_where_is_order",
				  .code = "",
				  .mode = RULE_AUTO,
				  .max_age = 72 * HOUR};
}

static struct verdict
verdict_on(const struct situation *s, const struct conf_rule *rule, int64_t armed, int64_t now)
{
	struct verdict v;

	decide(s, rule, 1, &armed, "de", now, &v, 1);
	return v;
}

static void
is_answered(const struct situation *s, enum rule_do how)
{
	const struct conf_rule rule = a_rule();
	const struct verdict v = verdict_on(s, &rule, 0, T0 + MINUTE);

	assert_non_null(v.rule);
	assert_int_equal(v.how, how);
	if (how == RULE_APPROVE)
		assert_non_null(v.caution[0]);
	else
		assert_null(v.caution[0]);
}

static void
a_plain_question_is_answered_freely(void **state)
{
	struct situation s = a_question();

	(void)state;
	is_answered(&s, RULE_AUTO);
}

static void
what_is_older_than_the_arming_starts_nothing(void **state)
{
	struct situation s = a_question();
	const struct conf_rule rule = a_rule();
	struct verdict v;

	(void)state;
	s.armed = T0 + 1;
	v = verdict_on(&s, &rule, 0, T0 + MINUTE);
	assert_null(v.rule);
	assert_int_equal(v.too_old, 1);
	s.armed = 0; /* never armed, in observe mode: then the day it was set up counts */
	s.created = T0 + 1;
	assert_null(verdict_on(&s, &rule, 0, T0 + MINUTE).rule);
}

static void
what_is_older_than_the_rule_starts_nothing(void **state)
{
	struct situation s = a_question();
	const struct conf_rule rule = a_rule();
	struct verdict v = verdict_on(&s, &rule, T0 + 1, T0 + MINUTE);

	(void)state;
	assert_null(v.rule);
	assert_int_equal(v.too_old, 1);
	assert_non_null(verdict_on(&s, &rule, T0, T0 + MINUTE).rule);
}

static void
what_is_older_than_max_age_starts_nothing(void **state)
{
	struct situation s = a_question();
	const struct conf_rule rule = a_rule();
	struct verdict v = verdict_on(&s, &rule, 0, T0 + rule.max_age + 1);

	(void)state;
	assert_null(v.rule);
	assert_int_equal(v.too_old, 1);
	assert_non_null(verdict_on(&s, &rule, 0, T0 + rule.max_age).rule);
}

static void
an_answered_question_starts_nothing(void **state)
{
	struct situation s = a_question();
	const struct conf_rule rule = a_rule();

	(void)state;
	s.answered = T0 + SECOND;
	s.oldest_unanswered = 0;
	assert_null(verdict_on(&s, &rule, 0, T0 + MINUTE).rule);
}

static void
a_risk_word_is_for_a_person(void **state)
{
	struct situation s = a_question();

	(void)state;
	s.risk = 1;
	is_answered(&s, RULE_APPROVE);
}

static void
an_uncertain_intent_is_for_a_person(void **state)
{
	struct situation s = a_question();

	(void)state;
	s.confident = 0;
	is_answered(&s, RULE_APPROVE);
}

static void
an_uncertain_language_is_for_a_person(void **state)
{
	struct situation s = a_question();

	(void)state;
	s.certainty = LANGUAGE_UNKNOWN;
	is_answered(&s, RULE_APPROVE);
	s.certainty = LANGUAGE_WEAK; /* but it is the site's */
	is_answered(&s, RULE_AUTO);
	s.language = "fr";
	is_answered(&s, RULE_APPROVE);
	s.buyer_locale = "fr-FR"; /* the platform says it */
	is_answered(&s, RULE_AUTO);
}

static void
one_of_several_orders_is_not_guessed(void **state)
{
	struct situation s = a_question();

	(void)state;
	s.order = 0;
	s.orders = 2;
	is_answered(&s, RULE_APPROVE);
}

static void
a_second_answer_within_a_day_is_for_a_person(void **state)
{
	struct situation s = a_question();

	(void)state;
	s.ours_by_rule_24h = 1;
	is_answered(&s, RULE_APPROVE);
}

static void
pictures_are_for_a_person(void **state)
{
	struct situation s = a_question();

	(void)state;
	s.photos = 1;
	is_answered(&s, RULE_APPROVE);
}

static void
the_first_rule_wins_and_the_losers_are_named(void **state)
{
	struct situation s = a_question();
	const struct conf_rule rules[] = {a_rule(), a_rule()};
	const int64_t armed[] = {0, 0};
	struct verdict v;

	(void)state;
	decide(&s, rules, 2, armed, "de", T0 + MINUTE, &v, 1);
	assert_ptr_equal(v.rule, &rules[0]);
	assert_int_equal(v.nlosers, 1);
	assert_ptr_equal(v.losers[0], &rules[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plain_question_is_answered_freely),
		cmocka_unit_test(what_is_older_than_the_arming_starts_nothing),
		cmocka_unit_test(what_is_older_than_the_rule_starts_nothing),
		cmocka_unit_test(what_is_older_than_max_age_starts_nothing),
		cmocka_unit_test(an_answered_question_starts_nothing),
		cmocka_unit_test(a_risk_word_is_for_a_person),
		cmocka_unit_test(an_uncertain_intent_is_for_a_person),
		cmocka_unit_test(an_uncertain_language_is_for_a_person),
		cmocka_unit_test(one_of_several_orders_is_not_guessed),
		cmocka_unit_test(a_second_answer_within_a_day_is_for_a_person),
		cmocka_unit_test(pictures_are_for_a_person),
		cmocka_unit_test(the_first_rule_wins_and_the_losers_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
