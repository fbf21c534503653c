/* Money goes back only within what is claimed and paid, and without a person only within the seller's limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "daemon/outbox/money.h"

#include <cmocka.h> /* last: it has a macro named fail */

#define EUR(m)                                                                                               \
	(struct money)                                                                                       \
	{                                                                                                    \
		.minor = (m), .currency = "EUR"                                                              \
	}

static const struct action refund = {.kind = "return.refund", .moves = MOVES_AMOUNT};
static const struct action accept_it = {.kind = "inquiry.refund", .moves = MOVES_CLAIM};
static const struct money per_order[] = {{2500, "EUR"}, {3000, "USD"}, {0, ""}};
static const struct money per_buyer[] = {{4000, "EUR"}, {3000, "USD"}, {0, ""}};
static const struct money per_day[] = {{10000, "EUR"}, {0, ""}};
static const struct money two_above[] = {{5000, "EUR"}, {0, ""}};
static const struct conf_account account = {.refund_per_order = per_order,
					    .refund_per_buyer = per_buyer,
					    .refund_per_day = per_day,
					    .second_person_above = two_above};

/* A return that claims 20 of an order of 50. */
static struct situation
a_return(void)
{
	return (struct situation){.dispute = 1,
				  .claimed = {2000, "EUR"},
				  .order = 1,
				  .payment = PAYMENT_PAID,
				  .total = {5000, "EUR"}};
}

static void
an_amount_moves_itself(void **state)
{
	struct situation s = a_return();
	struct money sum = EUR(700), moves;

	(void)state;
	assert_int_equal(money_moves(&refund, &s, &sum, &moves), 0);
	assert_int_equal(moves.minor, 700);
	assert_string_equal(moves.currency, "EUR");
	sum = (struct money){0};
	assert_int_equal(money_moves(&refund, &s, &sum, &moves), 1);
}

static void
a_claim_moves_what_is_left_of_it(void **state)
{
	struct situation s = a_return();
	const struct money none = {0};
	struct money moves;

	(void)state;
	assert_int_equal(money_moves(&accept_it, &s, &none, &moves), 0);
	assert_int_equal(moves.minor, 2000);
	s.refunded = EUR(2000); /* for something else */
	assert_int_equal(money_moves(&accept_it, &s, &none, &moves), 0);
	assert_int_equal(moves.minor, 2000);
	/* Does the platform take off what went back?  Nobody says so. */
	s.refunded = EUR(4000);
	assert_int_equal(money_moves(&accept_it, &s, &none, &moves), 1);
	assert_int_equal(moves.minor, 1000);
	s.order = 0; /* nothing is known of the order: the claim is the bound */
	s.refunded = EUR(500);
	assert_int_equal(money_moves(&accept_it, &s, &none, &moves), 1);
	assert_int_equal(moves.minor, 1500);
	/* A claim against an order that is not paid, or paid back, by what we know. */
	s = a_return();
	s.payment = PAYMENT_REFUNDED;
	assert_int_equal(money_moves(&accept_it, &s, &none, &moves), 1);
	s = a_return();
	s.payment = PAYMENT_UNPAID;
	assert_int_equal(money_moves(&accept_it, &s, &none, &moves), 1);
}

/* A text names the sum that really goes back: of a claim what is left of it, and nothing where nobody knows. */
static void
a_text_names_what_moves(void **state)
{
	struct situation s = a_return();
	const struct money none = {0}, sum = EUR(700);

	(void)state;
	assert_int_equal(money_told(&refund, &s, &sum).minor, 700);
	assert_int_equal(money_told(&accept_it, &s, &none).minor, 2000);
	assert_string_equal(money_told(&accept_it, &s, &none).currency, "EUR");
	s.claimed = (struct money){0};
	assert_string_equal(money_told(&accept_it, &s, &none).currency, "");
	assert_string_equal(money_told(&accept_it, &s, &sum).currency, "");
	assert_int_equal(money_told(NULL, &s, &sum).minor, 700); /* a person does it */
}

static void
an_unknown_claim_is_unknown(void **state)
{
	struct situation s = a_return();
	const struct money none = {0};
	struct money moves;

	(void)state;
	s.claimed = none;
	assert_int_equal(money_moves(&accept_it, &s, &none, &moves), 1);
	s = a_return();
	s.refunded = (struct money){100, "USD"};
	assert_int_equal(money_moves(&accept_it, &s, &none, &moves), 1);
}

/* The order says that money went back, though no refund of it can be read, or only one in another currency. */
static void
what_went_back_unseen_is_not_left(void **state)
{
	struct situation s = a_return();
	const struct money_past none = {0};
	int64_t left;

	(void)state;
	assert_int_equal(money_left(&s, &none, "EUR", &left), 0);
	assert_int_equal(left, 2000);
	s.payment = PAYMENT_PARTIALLY_REFUNDED;
	assert_int_equal(money_left(&s, &none, "EUR", &left), 1);
	s.payment = PAYMENT_REFUNDED;
	assert_int_equal(money_left(&s, &none, "EUR", &left), 0);
	assert_int_equal(left, 0);
	s = a_return();
	s.refunded = (struct money){100, "USD"};
	assert_int_equal(money_left(&s, &none, "EUR", &left), 1);
}

static void
never_more_than_is_left(void **state)
{
	struct situation s = a_return();
	const struct money_past none = {0}, most = {.order = 4000};
	struct err err;

	(void)state;
	assert_int_equal(money_within_bounds(&s, &none, &EUR(2000), &err), 0);
	assert_int_equal(money_within_bounds(&s, &none, &EUR(2001), &err), -1);
	assert_int_equal(money_within_bounds(&s, &most, &EUR(1000), &err), 0);
	assert_int_equal(money_within_bounds(&s, &most, &EUR(1001), &err), -1);
	assert_int_equal(money_within_bounds(&s, &none, &EUR(-1), &err), -1);
	s.payment = PAYMENT_UNPAID;
	assert_int_equal(money_within_bounds(&s, &none, &EUR(1), &err), -1);
	assert_int_equal(money_within_bounds(&s, &none, &(struct money){1, "USD"}, &err), 1);
}

static void
each_limit_is_asked(void **state)
{
	struct money_past past = {0};
	struct err err;

	(void)state;
	assert_int_equal(money_within_limits(&account, &past, &EUR(2500), &err), 0);
	assert_int_equal(money_within_limits(&account, &past, &EUR(2501), &err), -1);
	assert_non_null(strstr(err.text, "refund_per_order"));
	past = (struct money_past){.order = 2000};
	assert_int_equal(money_within_limits(&account, &past, &EUR(501), &err), -1);
	assert_non_null(strstr(err.text, "refund_per_order"));
	past = (struct money_past){.buyer = 2000};
	assert_int_equal(money_within_limits(&account, &past, &EUR(2001), &err), -1);
	assert_non_null(strstr(err.text, "refund_per_buyer"));
	past = (struct money_past){.day = 9000};
	assert_int_equal(money_within_limits(&account, &past, &EUR(1000), &err), 0);
	assert_int_equal(money_within_limits(&account, &past, &EUR(1001), &err), -1);
	assert_non_null(strstr(err.text, "refund_per_day"));
}

static void
a_currency_without_limit_waits(void **state)
{
	const struct money_past past = {0};
	const struct money usd = {100, "USD"}, jpy = {1, "JPY"};
	struct err err;

	(void)state;
	assert_int_equal(money_within_limits(&account, &past, &usd, &err), -1); /* the day has none */
	assert_non_null(strstr(err.text, "refund_per_day"));
	assert_int_equal(money_within_limits(&account, &past, &jpy, &err), -1);
	assert_int_equal(money_within_limits(&(struct conf_account){0}, &past, &EUR(1), &err), -1);
}

static void
two_people_above_the_sum(void **state)
{
	const struct money_past none = {0}, before = {.order = 1000};

	(void)state;
	assert_int_equal(money_needs_two(&account, &none, &EUR(5000)), 0);
	assert_int_equal(money_needs_two(&account, &none, &EUR(5001)), 1);
	assert_int_equal(money_needs_two(&account, &before, &EUR(4000)), 0); /* parts of an order add up */
	assert_int_equal(money_needs_two(&account, &before, &EUR(4001)), 1);
	assert_int_equal(money_needs_two(&account, &none, &(struct money){1, "USD"}), 1); /* not named */
	assert_int_equal(money_needs_two(&account, &none, &(struct money){0}), 1); /* nobody knows how much */
	assert_int_equal(money_needs_two(&(struct conf_account){0}, &none, &(struct money){0}), 0);
}

static void
a_rule_names_its_amount(void **state)
{
	static const struct money sums[] = {{500, "EUR"}, {0, ""}};
	struct situation s = a_return();
	struct money sum;
	struct err err;

	(void)state;
	s.claimed.minor = 1999;
	assert_int_equal(money_of_rule(&(struct conf_amount){.percent = 10}, &s, &sum, &err), 0);
	assert_int_equal(sum.minor, 199); /* never more than the part */
	assert_int_equal(money_of_rule(&(struct conf_amount){.sums = sums}, &s, &sum, &err), 0);
	assert_int_equal(sum.minor, 500);
	s.refunded = EUR(4500);
	assert_int_equal(money_of_rule(&(struct conf_amount){.percent = 100}, &s, &sum, &err), 0);
	assert_int_equal(sum.minor, 500);
	s.claimed = (struct money){100, "USD"};
	assert_int_equal(money_of_rule(&(struct conf_amount){.sums = sums}, &s, &sum, &err), -1);
	s.claimed = (struct money){0};
	assert_int_equal(money_of_rule(&(struct conf_amount){.percent = 10}, &s, &sum, &err), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_amount_moves_itself),
		cmocka_unit_test(a_claim_moves_what_is_left_of_it),
		cmocka_unit_test(an_unknown_claim_is_unknown),
		cmocka_unit_test(a_text_names_what_moves),
		cmocka_unit_test(what_went_back_unseen_is_not_left),
		cmocka_unit_test(never_more_than_is_left),
		cmocka_unit_test(each_limit_is_asked),
		cmocka_unit_test(a_currency_without_limit_waits),
		cmocka_unit_test(two_people_above_the_sum),
		cmocka_unit_test(a_rule_names_its_amount),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
