/* What a template may say: each name from its one source, and absent when there is nothing to say. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include "base/instant.h"
#include "daemon/outbox/variables.h"

#include <cmocka.h>

#define NOW (INT64_C(1790000000) * SECOND)

static const struct connector market = {.name = "market", .title = "Market"};
static struct conf_account account = {
	.connector = &market, .shop = "Toys", .answer_within = DAY, .return_days = 30};

static struct situation
whole(void)
{
	return (struct situation){
		.at = NOW - HOUR,
		.order = 1,
		.order_remote = "12-34567-89012",
		.item_title = "Wooden\ntrain",
		.carrier = "DHL",
		.tracking = "00340434161094015902",
		.total = {5780, "EUR"},
		.shipped = NOW - 5 * DAY,
		.order_created = NOW - 7 * DAY,
		.dispute = 2,
		.dispute_kind = DISPUTE_RETURN,
		.dispute_remote = "5012345678",
		.dispute_reason = "ARRIVED_DAMAGED",
		.respond_by = NOW + DAY,
		.opened = NOW - DAY,
		.claimed = {2890, "EUR"},
		.refunded = {500, "EUR"},
		.last_refund = NOW - 2 * DAY,
		.feedback = 3,
		.rating = RATING_NEGATIVE,
		.buyer_name = "Erika Mustermann",
		.buyer_remote = "example_buyer",
	};
}

struct filled {
	struct arena *arena;
	struct var vars[VARIABLES_MAX];
};

static struct filled
fill(const struct situation *s, const struct money *amount)
{
	struct filled f = {.arena = arena_new()};

	variables_of(s, &account, "en", amount, NOW, f.arena, f.vars);
	return f;
}

static const struct var *
find(const struct filled *f, const char *name)
{
	const struct var *v = f->vars;

	while (v->name && strcmp(v->name, name) != 0)
		v++;
	assert_non_null(v->name);
	return v;
}

static void
test_disputes(void **state)
{
	const struct situation s = whole();
	struct filled f = fill(&s, &(struct money){1000, "EUR"});

	(void)state;
	assert_string_equal(find(&f, "case_id")->str, "5012345678");
	assert_string_equal(find(&f, "dispute_kind")->str, "return");
	assert_string_equal(find(&f, "reason_code")->str, "ARRIVED_DAMAGED");
	assert_string_equal(find(&f, "rating")->str, "negative");
	assert_string_equal(find(&f, "item_title")->str, "Wooden train");
	assert_true(find(&f, "opened_date")->num == NOW - DAY);
	assert_true(find(&f, "deadline")->num == NOW + DAY);
	assert_true(find(&f, "refund_date")->num == NOW - 2 * DAY);
	/* three sums that are never taken for each other */
	assert_int_equal(find(&f, "claimed_amount")->money.minor, 2890);
	assert_int_equal(find(&f, "refund_amount")->money.minor, 1000);
	assert_int_equal(find(&f, "refunded_amount")->money.minor, 500);
	assert_int_equal(find(&f, "total")->money.minor, 5780);
	arena_free(f.arena);
}

/* An action that pays nothing back says nothing of money, whatever was claimed or went back before. */
static void
test_no_amount(void **state)
{
	const struct situation s = whole();
	const struct money none = {0, ""}, zero = {0, "EUR"};
	const struct money *const amounts[] = {NULL, &none, &zero};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct filled f = fill(&s, amounts[i]);

		assert_int_equal(find(&f, "refund_amount")->state, ABSENT);
		assert_int_equal(find(&f, "refunded_amount")->state, PRESENT);
		arena_free(f.arena);
	}
}

/* Nobody is called like that, and no carrier either. */
static void
test_no_names(void **state)
{
	static const char *const names[] = {"erika@shop.example",
					    "www.shop.example",
					    "shop dot com",
					    "+49 30 1234567",
					    "Tel 030 1234567",
					    "example_buyer",
					    "12345",
					    "null",
					    "-",
					    ""};
	struct situation s = whole();

	(void)state;
	s.buyer_remote = "example_buyer";
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct filled f;

		s.buyer_name = s.carrier = names[i];
		f = fill(&s, NULL);
		if (find(&f, "buyer_name")->state != ABSENT)
			fail_msg("%s is a name", names[i]);
		if (i >= 7)
			assert_int_equal(find(&f, "carrier")->state, ABSENT);
		arena_free(f.arena);
	}
}

static void
test_absent(void **state)
{
	static const char *const of_disputes[] = {"case_id",  "dispute_kind",   "reason_code", "opened_date",
						  "deadline", "claimed_amount", NULL};
	struct situation s = whole();
	struct filled f;

	(void)state;
	s.dispute = 0;
	s.feedback = 0;
	f = fill(&s, NULL);
	for (const char *const *name = of_disputes; *name; name++)
		assert_int_equal(find(&f, *name)->state, ABSENT);
	assert_int_equal(find(&f, "rating")->state, ABSENT);
	arena_free(f.arena);

	s = whole();
	s.respond_by = NOW; /* passed: no promise any more */
	s.dispute_reason = "Arrived {damaged}, select";
	s.refunded.minor = 0;
	s.claimed = (struct money){0, ""};
	s.opened = 0;
	f = fill(&s, NULL);
	assert_int_equal(find(&f, "deadline")->state, ABSENT);
	assert_int_equal(find(&f, "reason_code")->state, ABSENT); /* not a word a text could branch on */
	assert_int_equal(find(&f, "refunded_amount")->state, ABSENT);
	assert_int_equal(find(&f, "claimed_amount")->state, ABSENT);
	assert_int_equal(find(&f, "opened_date")->state, ABSENT);
	assert_int_equal(find(&f, "case_id")->state, PRESENT);
	arena_free(f.arena);
}

static const char *const two[] = {"Wooden\ntrain", "Bell"};

static void
test_items(void **state)
{
	const struct order_titles items = {two, 2, 3}, unknown = {two, 0, 0};
	struct situation s = whole();
	struct filled f;

	(void)state;
	s.items = &items;
	f = fill(&s, NULL);
	assert_int_equal(find(&f, "item_count")->num, 3);
	assert_int_equal(find(&f, "items")->nlist, 2);
	assert_string_equal(find(&f, "items")->list[0], "Wooden train");
	arena_free(f.arena);
	s.items = &unknown;
	f = fill(&s, NULL);
	assert_int_equal(find(&f, "item_count")->state, ABSENT);
	assert_int_equal(find(&f, "items")->state, ABSENT);
	arena_free(f.arena);
}

/* The closure that holds, by the clock of the shop, or the next within a week. */
static void
test_closures(void **state)
{
	static const struct {
		const char *now, *zone, *from, *to; /* NULL: none is told */
		int closed;
	} cases[] = {
		{"2027-01-28T23:59:00Z", "UTC", NULL, NULL, 0},
		{"2027-01-29T00:00:00Z", "UTC", "2027-02-05T12:00:00Z", "2027-02-12T12:00:00Z", 0},
		{"2027-02-04T23:59:00Z", "UTC", "2027-02-05T12:00:00Z", "2027-02-12T12:00:00Z", 0},
		{"2027-02-05T00:00:00Z", "UTC", "2027-02-05T12:00:00Z", "2027-02-12T12:00:00Z", 1},
		{"2027-02-12T23:59:00Z", "UTC", "2027-02-05T12:00:00Z", "2027-02-12T12:00:00Z", 1},
		{"2027-02-13T00:00:00Z", "UTC", NULL, NULL, 0},
		/* one day has no first and last */
		{"2027-04-30T08:00:00Z", "UTC", NULL, "2027-05-01T12:00:00Z", 0},
		{"2027-05-01T08:00:00Z", "UTC", NULL, "2027-05-01T12:00:00Z", 1},
		/* in Shanghai the last day ends 8 hours earlier, and its days are shown as days */
		{"2027-02-12T15:59:00Z", "Asia/Shanghai", "2027-02-05T12:00:00+08:00",
		 "2027-02-12T12:00:00+08:00", 1},
		{"2027-02-12T16:00:00Z", "Asia/Shanghai", NULL, NULL, 0},
		{"2027-02-04T16:00:00Z", "Asia/Shanghai", "2027-02-05T12:00:00+08:00",
		 "2027-02-12T12:00:00+08:00", 1},
		{"2028-01-01T00:00:00Z", "UTC", NULL, NULL, 0},
	};
	/* in no order */
	const struct conf_period closed[] = {{INT64_C(1809129600000), INT64_C(1809129600000)},
					     {INT64_C(1801785600000), INT64_C(1802390400000)},
					     {0, 0}};
	const struct situation s = whole();

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct filled f = {.arena = arena_new()};
		int64_t now, at;

		account.closed = closed;
		account.zone = cases[i].zone;
		assert_int_equal(instant_parse(cases[i].now, &now), 0);
		variables_of(&s, &account, "en", NULL, now, f.arena, f.vars);
		assert_int_equal(find(&f, "holiday_from")->state, cases[i].from ? PRESENT : ABSENT);
		assert_int_equal(find(&f, "holiday_to")->state, cases[i].to ? PRESENT : ABSENT);
		assert_int_equal(account_closed(&s, &account, now), cases[i].closed);
		if (cases[i].from) {
			assert_int_equal(instant_parse(cases[i].from, &at), 0);
			assert_true(find(&f, "holiday_from")->num == at);
		}
		if (cases[i].to) {
			assert_int_equal(instant_parse(cases[i].to, &at), 0);
			assert_true(find(&f, "holiday_to")->num == at);
		}
		arena_free(f.arena);
	}
	account.closed = NULL;
	account.zone = NULL;
}

/* The language that the buyer would have liked, named in that of the text; of its own language no text says that it is not ours. */
static void
test_language_name(void **state)
{
	static const struct {
		const char *locale, *prefers, *wrote, *name; /* NULL: not told */
	} cases[] = {
		{"de", NULL, "cs", "Tschechisch"}, {"en", "cs-CZ", "en", "Czech"},
		{"en", "zh-TW", NULL, "Chinese"},  {"de", NULL, "de", NULL},
		{"de", "de-AT", "cs", NULL},       {"de", NULL, NULL, NULL},
		{"pt-BR", NULL, "pt", NULL},       {"nl", "", "pl", "Pools"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct filled f = {.arena = arena_new()};
		struct situation s = whole();
		const struct var *v;

		s.buyer_locale = cases[i].prefers;
		s.language = cases[i].wrote;
		variables_of(&s, &account, cases[i].locale, NULL, NOW, f.arena, f.vars);
		v = find(&f, "lang_name");
		assert_int_equal(v->state, cases[i].name ? PRESENT : ABSENT);
		if (cases[i].name)
			assert_string_equal(v->str, cases[i].name);
		arena_free(f.arena);
	}
}

/* Nobody writes "between October 8 and October 8"; which day it is depends on where one reads it. */
static void
test_a_window_of_one_day_has_one_date(void **state)
{
	static const struct {
		const char *from, *to, *zone;
		int state;
	} cases[] = {
		{"2026-10-08T07:00:00Z", "2026-10-08T19:00:00Z", "UTC", ABSENT},
		{"2026-10-08T07:00:00Z", "2026-10-09T06:59:00Z", "UTC", PRESENT},
		{"2026-10-08T07:00:00Z", "2026-10-09T06:59:00Z", "America/Los_Angeles", ABSENT},
		{"2026-10-08T14:00:00Z", "2026-10-08T19:00:00Z", "Asia/Shanghai", PRESENT},
	};
	struct situation s = whole();

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct filled f = {.arena = arena_new()};

		account.zone = cases[i].zone;
		assert_int_equal(instant_parse(cases[i].from, &s.eta_from), 0);
		assert_int_equal(instant_parse(cases[i].to, &s.eta_to), 0);
		variables_of(&s, &account, "en", NULL, s.eta_from - DAY, f.arena, f.vars);
		assert_int_equal(find(&f, "eta_from")->state, cases[i].state);
		assert_int_equal(find(&f, "eta_to")->state, PRESENT);
		arena_free(f.arena);
	}
	account.zone = NULL;
}

/* The list that lint goes by is what is filled: the same names once each, and values of these types. */
static void
test_known(void **state)
{
	static const struct order_titles items = {two, 2, 3};
	struct situation s = whole();
	struct filled f;
	const struct variable *known = variables_known();
	int n = 0, m = 0, filled = 0;

	(void)state;
	s.items = &items;
	f = fill(&s, &(struct money){1000, "EUR"});
	while (f.vars[n].name)
		n++;
	for (; known[m].name; m++) {
		const struct var *v = f.vars;

		for (int i = m + 1; known[i].name; i++)
			assert_string_not_equal(known[m].name, known[i].name);
		assert_int_not_equal(known[m].room, ROOM_NONE);
		assert_int_equal(known[m].room == ROOM_PERSON, known[m].from == FROM_PEOPLE);
		assert_int_equal(known[m].key != NULL, known[m].set != NULL);
		if (known[m].from != FROM_RECORDS)
			continue;
		filled++;
		v = find(&f, known[m].name);
		if (v->state == ABSENT)
			continue;
		assert_int_equal(v->str != NULL, known[m].type == VAR_STR || known[m].type == VAR_SELECT);
		assert_int_equal(v->nlist != 0, known[m].type == VAR_LIST);
		assert_int_equal(v->num != 0, known[m].type == VAR_DATE || known[m].type == VAR_INT);
		assert_int_equal(*v->money.currency != '\0', known[m].type == VAR_MONEY);
	}
	assert_int_equal(n, filled);
	assert_true(n < VARIABLES_MAX);
	arena_free(f.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_disputes),
		cmocka_unit_test(test_no_amount),
		cmocka_unit_test(test_a_window_of_one_day_has_one_date),
		cmocka_unit_test(test_no_names),
		cmocka_unit_test(test_absent),
		cmocka_unit_test(test_items),
		cmocka_unit_test(test_closures),
		cmocka_unit_test(test_language_name),
		cmocka_unit_test(test_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
