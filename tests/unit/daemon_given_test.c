/* What people give: checked by its type, never instead of what is known, and gone when it is taken back. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include "base/instant.h"
#include "daemon/outbox/given.h"

#include <cmocka.h>

#define NOW INT64_C(1790000000000) /* 2026-09-21 */

static const struct connector market = {.name = "market", .title = "Market"};
static struct conf_account account = {.name = "toys", .connector = &market};

static const struct var_spec specs[] = {
	{"answer", VAR_STR, 0},         {"days_max", VAR_INT, 0},
	{"price", VAR_MONEY, 0},        {"new_ship_date", VAR_DATE, 1},
	{"missing_items", VAR_LIST, 1}, {"options", VAR_SELECT, 1},
	{"weight", VAR_DEC, 1},         {"delivered_date", VAR_DATE, 1},
	{"order_id", VAR_STR, 0},       {"duties_paid_by", VAR_SELECT, 1},
	{"days_min", VAR_INT, 1},       {0},
};
static const char *const wait[] = {"wait", "wait_or_cancel", NULL};
static const struct origin origins[] = {{0}, {0}, {0}, {0}, {0}, {ROOM_PERSON, wait},
					{0}, {0}, {0}, {0}, {0}, {0}};
static const struct scenario scenario = {.id = "test", .vars = specs, .origins = origins};

static struct arena *arena;
static struct err err;

static int
setup(void **state)
{
	(void)state;
	arena = arena_new();
	account.duties_paid_by = NULL;
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static const char *
take(const char *before, const char *json)
{
	json_t *set = json_loads(json, 0, NULL);
	const char *given;

	assert_non_null(set);
	*err.text = '\0';
	given = given_take(&scenario, &account, before, set, NOW, arena, &err);
	json_decref(set);
	return given;
}

static void
kept_as_people_write_it(void **state)
{
	static const struct {
		const char *set, *kept;
	} cases[] = {
		{"{\"answer\": \"a\\n b\\u202e\"}", "{\"answer\":\"a b\"}"},
		{"{\"days_max\": \"9\"}", "{\"days_max\":\"9\"}"},
		{"{\"days_max\": 9}", "{\"days_max\":\"9\"}"},
		{"{\"price\": \"12.50 eur\"}", "{\"price\":\"12.50 eur\"}"},
		{"{\"weight\": \"1.5\"}", "{\"weight\":\"1.5\"}"},
		{"{\"missing_items\": \"cup, lid\"}", "{\"missing_items\":[\"cup\",\"lid\"]}"},
		{"{\"missing_items\": [\"cup, blue\", \"lid\"]}",
		 "{\"missing_items\":[\"cup, blue\",\"lid\"]}"},
		{"{\"options\": \"wait\"}", "{\"options\":\"wait\"}"},
		{"{\"new_ship_date\": \"2026-10-09\"}", "{\"new_ship_date\":\"2026-10-09\"}"},
		{"{\"delivered_date\": \"2026-01-09\"}", "{\"delivered_date\":\"2026-01-09\"}"},
		{"{}", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *given = take(NULL, cases[i].set);

		if (!given)
			fail_msg("%s: %s", cases[i].set, err.text);
		assert_string_equal(given, cases[i].kept);
	}
	assert_string_equal(take("{\"answer\":\"a\",\"days_max\":\"9\"}", "{\"days_max\": \"8\"}"),
			    "{\"answer\":\"a\",\"days_max\":\"8\"}");
	assert_string_equal(take("{\"answer\":\"a\",\"days_max\":\"9\"}", "{\"answer\": \"\"}"),
			    "{\"days_max\":\"9\"}");
	assert_string_equal(take("{\"answer\":\"a\"}", "{\"answer\": \"\"}"), "");
}

static void
refused(void **state)
{
	static const char *const cases[] = {
		"{\"answer\": \" \"}",
		"{\"answer\": [\"a\", \"b\"]}",
		"{\"answer\": null}",
		"{\"answer\": {\"a\": \"b\"}}",
		"{\"days_max\": \"9 days\"}",
		"{\"days_max\": \"-1\"}",
		"{\"days_max\": \"1.5\"}",
		"{\"days_max\": \"99999999999999999999\"}",
		"{\"days_max\": \"1000000000\"}",
		"{\"price\": \"12.50\"}",
		"{\"price\": \"12.505 EUR\"}",
		"{\"price\": \"0 EUR\"}",
		"{\"price\": \"-1.00 EUR\"}",
		"{\"price\": \"12.50 EURO\"}",
		"{\"weight\": \"1.\"}",
		"{\"weight\": \".5\"}",
		"{\"missing_items\": \"cup,,lid\"}",
		"{\"missing_items\": []}",
		"{\"missing_items\": [1]}",
		"{\"options\": \"cancel\"}",
		"{\"options\": \"wait wait\"}",
		"{\"new_ship_date\": \"2026-02-30\"}",
		"{\"new_ship_date\": \"2026-09-19\"}", /* passed */
		"{\"new_ship_date\": \"2026-10-09T10:00:00Z\"}",
		"{\"colour\": \"red\"}",
		"{\"order_id\": \"12\"}",
		"{\"has_options\": \"yes\"}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		if (take(NULL, cases[i]))
			fail_msg("%s: taken", cases[i]);
		assert_string_not_equal(err.text, "");
	}
}

/* Nobody reads "5 to 5 days", nor "9 to 5", whichever of the two is given last. */
static void
a_range_has_two_ends(void **state)
{
	(void)state;
	assert_string_equal(take(NULL, "{\"days_min\": 5}"), "{\"days_min\":\"5\"}");
	assert_string_equal(take(NULL, "{\"days_min\": 5, \"days_max\": 10}"),
			    "{\"days_max\":\"10\",\"days_min\":\"5\"}");
	assert_null(take(NULL, "{\"days_min\": 5, \"days_max\": 5}"));
	assert_non_null(strstr(err.text, "days_max"));
	assert_null(take("{\"days_max\":\"5\"}", "{\"days_min\": 9}"));
	assert_null(take("{\"days_min\":\"9\"}", "{\"days_max\": 5}"));
	assert_string_equal(
		take("{\"days_max\":\"5\",\"days_min\":\"3\"}", "{\"days_min\": \"\", \"days_max\": 3}"),
		"{\"days_max\":\"3\"}");
}

static const struct var *
filled(const struct var *vars, const char *name)
{
	while (vars->name && strcmp(vars->name, name) != 0)
		vars++;
	return vars;
}

/* As variables_of leaves them: what is known, and what is known to be absent. */
static void
fill(const char *given, const char *zone, int64_t now, struct var vars[VARIABLES_MAX])
{
	memset(vars, 0, VARIABLES_MAX * sizeof *vars);
	vars[0] = (struct var){.name = "order_id", .state = PRESENT, .str = "12-34567"};
	vars[1] = (struct var){.name = "duties_paid_by",
			       .state = account.duties_paid_by ? PRESENT : ABSENT,
			       .str = account.duties_paid_by};
	given_fill(&scenario, &account, given, zone, now, arena, vars);
}

static void
what_is_known_counts(void **state)
{
	struct var vars[VARIABLES_MAX];
	const char *given = take(NULL, "{\"duties_paid_by\": \"buyer\"}"); /* nothing says otherwise yet */

	(void)state;
	assert_non_null(given);
	fill(given, "UTC", NOW, vars);
	assert_string_equal(filled(vars, "duties_paid_by")->str, "buyer");
	account.duties_paid_by = "seller";
	fill(given, "UTC", NOW, vars);
	assert_string_equal(filled(vars, "duties_paid_by")->str, "seller");
	assert_null(take(NULL, "{\"duties_paid_by\": \"buyer\"}"));
	fill("{\"order_id\":\"99\",\"answer\":\"a\"}", "UTC", NOW,
	     vars); /* whoever wrote that into the store */
	assert_string_equal(filled(vars, "order_id")->str, "12-34567");
	assert_string_equal(filled(vars, "answer")->str, "a");
}

static void
values_have_their_types(void **state)
{
	struct var vars[VARIABLES_MAX];
	int64_t noon;

	(void)state;
	fill("{\"answer\":\"a\",\"days_max\":\"09\",\"price\":\"12.50 "
	     "EUR\",\"new_ship_date\":\"2026-10-09\",\"missing_items\":"
	     "[\"b\",\"c\"],\"options\":\"wait\",\"weight\":\"1.50\"}",
	     "Asia/Shanghai", NOW, vars);
	assert_int_equal(filled(vars, "days_max")->num, 9);
	assert_int_equal(filled(vars, "price")->money.minor, 1250);
	assert_string_equal(filled(vars, "price")->money.currency, "EUR");
	assert_int_equal(filled(vars, "missing_items")->nlist, 2);
	assert_string_equal(filled(vars, "options")->str, "wait");
	assert_string_equal(filled(vars, "weight")->str, "1.50");
	assert_int_equal(instant_parse("2026-10-09T12:00:00+08:00", &noon), 0);
	assert_true(filled(vars, "new_ship_date")->num == noon);

	/* in the store something else than was given: nothing, rather than nonsense */
	fill("{\"answer\":[\"a\"],\"days_max\":\"x\",\"price\":7,\"options\":\"other\"}", "UTC", NOW, vars);
	for (const char *const *name = (const char *const[]){"answer", "days_max", "price", "options", NULL};
	     *name; name++)
		assert_int_equal(filled(vars, *name)->state, ABSENT);
	fill("not JSON", "UTC", NOW, vars);
	assert_int_equal(filled(vars, "answer")->state, ABSENT);

	/* a day that has passed in the meantime is no promise; what happened on a day did */
	fill("{\"new_ship_date\":\"2026-10-09\",\"delivered_date\":\"2026-09-09\"}", "UTC", NOW + 30 * DAY,
	     vars);
	assert_int_equal(filled(vars, "new_ship_date")->state, ABSENT);
	assert_int_equal(filled(vars, "delivered_date")->state, PRESENT);
}

static void
what_lacks_is_named(void **state)
{
	struct var vars[VARIABLES_MAX];

	(void)state;
	fill(NULL, "UTC", NOW, vars);
	assert_string_equal(given_needs(&scenario, &account, vars, arena), "answer, days_max, price");
	fill("{\"answer\":\"a\",\"price\":\"1.00 EUR\"}", "UTC", NOW, vars);
	assert_string_equal(given_needs(&scenario, &account, vars, arena), "days_max");
	fill("{\"answer\":\"a\",\"price\":\"1.00 EUR\",\"days_max\":\"2\"}", "UTC", NOW, vars);
	assert_null(given_needs(&scenario, &account, vars, arena));
	/* what only the platform says lacks: nobody is asked for the rest */
	fill(NULL, "UTC", NOW, vars);
	vars[0].state = ABSENT;
	assert_null(given_needs(&scenario, &account, vars, arena));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(kept_as_people_write_it, setup, teardown),
		cmocka_unit_test_setup_teardown(refused, setup, teardown),
		cmocka_unit_test_setup_teardown(a_range_has_two_ends, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_known_counts, setup, teardown),
		cmocka_unit_test_setup_teardown(values_have_their_types, setup, teardown),
		cmocka_unit_test_setup_teardown(what_lacks_is_named, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
