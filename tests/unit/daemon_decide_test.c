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

static const char *const status[] = {"order_status_where_is_my_order", NULL};

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
		.intent = "order_status_where_is_my_order",
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
pictures_are_for_a_person(void **state)
{
	struct situation s = a_question();

	(void)state;
	s.photos = 1;
	is_answered(&s, RULE_APPROVE);
}

static void
an_open_dispute_is_for_a_person(void **state)
{
	struct situation s = a_question();

	(void)state;
	s.open_dispute = 1;
	is_answered(&s, RULE_APPROVE);
}

static void
answers_in(const struct situation *s, const char *demanded, const char *site, const char *expected)
{
	char language[LOCALE_MAX];

	answer_language(s, demanded, site, "en-GB", language);
	assert_string_equal(language, expected);
}

/* What the site demands, the platform says, the message shows, the site speaks, the shop is set to: in this order. */
static void
the_language_of_an_answer(void **state)
{
	struct situation s = a_question();

	(void)state;
	s.language = "pl";
	s.buyer_locale = "fr-FR";
	answers_in(&s, "en", "de", "en");
	answers_in(&s, NULL, "de", "fr-FR");
	s.buyer_locale = "";
	answers_in(&s, NULL, "de", "pl");
	s.certainty = LANGUAGE_WEAK;
	answers_in(&s, NULL, "de", "de");
	answers_in(&s, NULL, NULL, "en-GB");
	s.certainty = LANGUAGE_UNKNOWN;
	s.language = "";
	answers_in(&s, NULL, "", "en-GB");
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

/* ---- disputes and feedback ---- */

static struct situation
a_return(void)
{
	struct situation s = a_question();

	s.kind = "dispute.due";
	s.dispute = 9;
	s.dispute_kind = DISPUTE_RETURN;
	s.dispute_status = DISPUTE_AWAITING_SELLER;
	s.dispute_reason = "NOT_AS_DESCRIBED";
	s.dispute_text = "Der Zug ist kaputt";
	s.due_action = "SELLER_APPROVE";
	s.claimed = (struct money){2000, "EUR"};
	return s;
}

static struct conf_rule
an_answer(const char *verb)
{
	return (struct conf_rule){.name = verb,
				  .on = "dispute.due",
				  .action = verb,
				  .template_id = "",
				  .mode = RULE_AUTO,
				  .max_age = 72 * HOUR};
}

static void
a_dispute_is_told_by_its_facts(void **state)
{
	static const char *const returns[] = {"return", NULL}, *const cases[] = {"case", "inquiry", NULL};
	static const char *const described[] = {"NOT_AS_*", NULL}, *const other[] = {"NO_*", NULL};
	static const char *const due[] = {"SELLER_*", NULL}, *const broken[] = {"KAPUTT", NULL};
	static const struct money up_to_20[] = {{100, "USD"}, {2000, "EUR"}, {0, ""}};
	static const struct money up_to_19[] = {{1999, "EUR"}, {0, ""}}, dollars[] = {{9999, "USD"}, {0, ""}};
	struct situation s = a_return(), question = a_question();
	struct conf_rule r = an_answer("accept");

	(void)state;
	assert_true(rule_holds(&r, &s));
	r.dispute = returns;
	r.reason = described;
	r.due = due;
	r.contains = broken; /* what the buyer says there */
	r.up_to = up_to_20;
	assert_true(rule_holds(&r, &s));
	r.dispute = cases;
	assert_false(rule_holds(&r, &s));
	r.dispute = returns;
	r.reason = other;
	assert_false(rule_holds(&r, &s));
	r.reason = NULL;
	r.up_to = up_to_19;
	assert_false(rule_holds(&r, &s));
	r.up_to = dollars; /* nothing is known of euros */
	assert_false(rule_holds(&r, &s));
	r = an_answer("accept");
	r.on = "message.received";
	r.dispute = returns;
	assert_false(rule_holds(&r, &question));
}

static void
a_closed_account_has_its_rules(void **state)
{
	static const char *const yes[] = {"yes", NULL}, *const no[] = {"no", NULL};
	struct situation s = a_question();
	struct conf_rule r = a_rule();

	(void)state;
	r.closed = yes;
	assert_false(rule_holds(&r, &s));
	r.closed = no;
	assert_true(rule_holds(&r, &s));
	s.closed = 1;
	assert_false(rule_holds(&r, &s));
	r.closed = yes;
	assert_true(rule_holds(&r, &s));
	r.closed = NULL; /* not asked */
	assert_true(rule_holds(&r, &s));
}

/* Whether somebody was there; and a text that only says that nobody is goes where the platform lets it, and nowhere else. */
static void
hours_have_their_rules(void **state)
{
	static const char *const open[] = {"open", NULL}, *const closed[] = {"closed", NULL};
	struct situation s = a_question();
	struct conf_rule r = a_rule();

	(void)state;
	r.hours = closed;
	assert_false(rule_holds(&r, &s));
	r.hours = open;
	assert_true(rule_holds(&r, &s));
	s.missed = 1;
	assert_false(rule_holds(&r, &s));
	r.hours = closed;
	assert_true(rule_holds(&r, &s));
	s.no_acknowledgement = 1; /* an answer is an answer at any hour */
	assert_true(rule_holds(&r, &s));
	r.acknowledges = 1;
	assert_false(rule_holds(&r, &s));
	s.no_acknowledgement = 0;
	assert_true(rule_holds(&r, &s));
}

static void
feedback_is_told_by_its_rating(void **state)
{
	static const char *const bad[] = {"negative", "neutral", NULL};
	struct situation s = a_question();
	struct conf_rule r = an_answer("reply");

	(void)state;
	s.kind = r.on = "feedback.received";
	s.feedback = 4;
	r.rating = bad;
	s.rating = RATING_NEGATIVE;
	assert_true(rule_holds(&r, &s));
	assert_non_null(verdict_on(&s, &r, 0, T0 + MINUTE).rule);
	s.rating = RATING_POSITIVE;
	assert_false(rule_holds(&r, &s));
	s.rating = RATING_NEGATIVE;
	s.feedback_reply = "Danke";
	assert_null(verdict_on(&s, &r, 0, T0 + MINUTE).rule);
	s.feedback_reply = NULL;
	s.feedback_automatic = 1;
	assert_null(verdict_on(&s, &r, 0, T0 + MINUTE).rule);
}

static void
only_what_waits_for_us_is_answered(void **state)
{
	struct situation s = a_return();
	struct conf_rule r = an_answer("accept");

	(void)state;
	assert_non_null(verdict_on(&s, &r, 0, T0 + MINUTE).rule);
	s.dispute_status = DISPUTE_AWAITING_BUYER;
	assert_null(verdict_on(&s, &r, 0, T0 + MINUTE).rule);
	s.dispute_status = DISPUTE_RESOLVED;
	assert_null(verdict_on(&s, &r, 0, T0 + MINUTE).rule);
	s = a_return();
	s.dispute_answered = T0 + SECOND;
	assert_null(verdict_on(&s, &r, 0, T0 + MINUTE).rule);
	s.dispute_answered = T0 - DAY; /* in an earlier turn */
	assert_non_null(verdict_on(&s, &r, 0, T0 + MINUTE).rule);
	s.dispute_status = DISPUTE_LOST;
	s.kind = r.on = "dispute.closed"; /* a rule may answer that it is over */
	assert_non_null(verdict_on(&s, &r, 0, T0 + MINUTE).rule);
}

static void
the_message_beside_a_dispute_is_not_judged(void **state)
{
	struct situation s = a_return();
	struct conf_rule r = an_answer("accept");
	struct verdict v;

	(void)state;
	s.risk = s.photos = 1;
	s.answered = T0;
	s.oldest_unanswered = 0;
	s.certainty = LANGUAGE_UNKNOWN;
	v = verdict_on(&s, &r, 0, T0 + MINUTE);
	assert_non_null(v.rule);
	assert_int_equal(v.how, RULE_AUTO);
	r.template_id = "t"; /* now its language matters */
	v = verdict_on(&s, &r, 0, T0 + MINUTE);
	assert_int_equal(v.how, RULE_APPROVE);
}

static void
several_actions_but_one_answer(void **state)
{
	const struct conf_rule rules[] = {an_answer("accept"), an_answer("message"), an_answer("refund"),
					  an_answer("message")};
	const int64_t armed[] = {0, 0, 0, 0};
	struct situation s = a_return();
	struct verdict v[VERDICTS_MAX];

	(void)state;
	assert_int_equal(decide(&s, rules, 4, armed, "de", T0 + MINUTE, v, VERDICTS_MAX), 2);
	assert_ptr_equal(v[0].rule, &rules[0]);
	assert_int_equal(v[0].nlosers, 1);
	assert_ptr_equal(v[0].losers[0], &rules[2]); /* one answer excludes the other */
	assert_ptr_equal(v[1].rule, &rules[1]);
	assert_int_equal(v[1].nlosers, 1);
	assert_ptr_equal(v[1].losers[0], &rules[3]);
	s.kind = "order.paid";
	assert_int_equal(decide(&s, rules, 4, armed, "de", T0 + MINUTE, v, VERDICTS_MAX), 1);
	assert_null(v[0].rule);
	assert_non_null(v[0].nothing);
}

static void
kinds_have_a_subject_and_a_verb(void **state)
{
	struct situation s = a_return();
	char kind[KIND_MAX];

	(void)state;
	rule_kind(situation_subject(&s), "accept", kind);
	assert_string_equal(kind, "return.accept");
	s.kind = "message.received"; /* with a dispute beside it */
	rule_kind(situation_subject(&s), "reply", kind);
	assert_string_equal(kind, "reply");
	s = a_question();
	s.feedback = 1;
	s.kind = "feedback.changed";
	rule_kind(situation_subject(&s), "reply", kind);
	assert_string_equal(kind, "feedback.reply");
	s.kind = "order.paid";
	rule_kind(situation_subject(&s), "ship", kind);
	assert_string_equal(kind, "order.ship");
	assert_string_equal(kind_verb(kind), "ship");
	assert_string_equal(kind_verb("reply"), "reply");
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
		cmocka_unit_test(pictures_are_for_a_person),
		cmocka_unit_test(an_open_dispute_is_for_a_person),
		cmocka_unit_test(the_language_of_an_answer),
		cmocka_unit_test(the_first_rule_wins_and_the_losers_are_named),
		cmocka_unit_test(a_dispute_is_told_by_its_facts),
		cmocka_unit_test(a_closed_account_has_its_rules),
		cmocka_unit_test(hours_have_their_rules),
		cmocka_unit_test(feedback_is_told_by_its_rating),
		cmocka_unit_test(only_what_waits_for_us_is_answered),
		cmocka_unit_test(the_message_beside_a_dispute_is_not_judged),
		cmocka_unit_test(several_actions_but_one_answer),
		cmocka_unit_test(kinds_have_a_subject_and_a_verb),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
