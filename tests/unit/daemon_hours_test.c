/* When somebody is there, when the buyer sleeps, what is promised for then, and that no deadline knows of it. */

#include "daemon_store_test_kit.h"

#include "base/instant.h"
#include "daemon/events.h"
#include "daemon/hours/presence.h"
#include "daemon/hours/quiet.h"
#include "daemon/outbox/variables.h"
#include "daemon/runner.h"
#include "daemon/share.h"
#include "i18n/zones.h"

#define SHANGHAI "Asia/Shanghai"

static int64_t
at(const char *words)
{
	int64_t ms;

	assert_int_equal(instant_parse(words, &ms), 0);
	return ms;
}

static void
is_at(const char *what, int64_t is, const char *expected)
{
	char words[INSTANT_TEXT] = "never", wanted[INSTANT_TEXT] = "never";

	if (is != HOURS_NEVER)
		instant_format(is, words);
	if (expected)
		instant_format(at(expected), wanted);
	if (strcmp(words, wanted) != 0)
		fail_msg("%s: found %s, expected %s", what, words, wanted);
}

/* Spring festival 2027, and a day of May */
static struct conf_period festival[3];

static struct conf_account
an_account(const char *hours, int closes)
{
	struct conf_account a = {.name = "toys", .zone = SHANGHAI, .answer_within = DAY};

	if (hours)
		assert_int_equal(hours_parse(hours, &a.hours), 0);
	festival[0] = (struct conf_period){at("2027-05-01T00:00:00Z"), at("2027-05-01T00:00:00Z")};
	festival[1] = (struct conf_period){at("2027-02-05T00:00:00Z"), at("2027-02-12T00:00:00Z")};
	a.closed = closes ? festival : NULL;
	return a;
}

static const struct {
	const char *hours;
	int closes;
	const char *at, *there, *away, *promise; /* NULL: never */
} presences[] = {
	/* nothing is said: always */
	{NULL, 0, "2027-02-08T03:00:00Z", "2027-02-08T03:00:00Z", NULL, "2027-02-08T03:00:00Z"},
	/* a closure alone: promised is the first day after it, by the clock of the shop */
	{NULL, 1, "2027-02-04T15:59:59Z", "2027-02-04T15:59:59Z", "2027-02-04T16:00:00Z",
	 "2027-02-04T15:59:59Z"},
	{NULL, 1, "2027-02-04T16:00:00Z", "2027-02-12T16:00:00Z", "2027-02-04T16:00:00Z",
	 "2027-02-13T15:59:59Z"},
	{NULL, 1, "2027-02-12T15:59:59Z", "2027-02-12T16:00:00Z", "2027-02-12T15:59:59Z",
	 "2027-02-13T15:59:59Z"},
	{NULL, 1, "2027-02-12T16:00:00Z", "2027-02-12T16:00:00Z", "2027-04-30T16:00:00Z",
	 "2027-02-12T16:00:00Z"},
	{NULL, 1, "2027-06-01T00:00:00Z", "2027-06-01T00:00:00Z", NULL, "2027-06-01T00:00:00Z"},
	/* hours alone: Friday evening, promised is the end of Monday */
	{"mon-fri 09:00-18:00", 0, "2026-11-20T10:00:00Z", "2026-11-23T01:00:00Z", "2026-11-20T10:00:00Z",
	 "2026-11-23T10:00:00Z"},
	{"mon-fri 09:00-18:00", 0, "2026-11-20T09:59:00Z", "2026-11-20T09:59:00Z", "2026-11-20T10:00:00Z",
	 "2026-11-20T09:59:00Z"},
	{"09:00-24:00", 0, "2026-11-20T17:00:00Z", "2026-11-21T01:00:00Z", "2026-11-20T17:00:00Z",
	 "2026-11-21T15:59:59Z"},
	/* both: the festival ends on a Friday, somebody is there on Monday */
	{"mon-fri 09:00-18:00", 1, "2027-02-04T12:00:00Z", "2027-02-15T01:00:00Z", "2027-02-04T12:00:00Z",
	 "2027-02-15T10:00:00Z"},
	{"mon-fri 09:00-18:00", 1, "2027-04-30T09:00:00Z", "2027-04-30T09:00:00Z", "2027-04-30T10:00:00Z",
	 "2027-04-30T09:00:00Z"},
	/* at night, over midnight: 1 May is a Saturday, its night is that of Friday until it begins */
	{"22:00-06:00", 1, "2027-04-30T14:30:00Z", "2027-04-30T14:30:00Z", "2027-04-30T16:00:00Z",
	 "2027-04-30T14:30:00Z"},
	{"22:00-06:00", 1, "2027-04-30T16:00:00Z", "2027-05-01T16:00:00Z", "2027-04-30T16:00:00Z",
	 "2027-05-01T22:00:00Z"},
};

static void
somebody_is_there_by_hours_and_days(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof presences / sizeof *presences; i++) {
		const struct conf_account a = an_account(presences[i].hours, presences[i].closes);
		const int64_t when = at(presences[i].at);

		is_at(presences[i].at, presence_next(&a, NULL, when, 1), presences[i].there);
		is_at(presences[i].at, presence_next(&a, NULL, when, 0), presences[i].away);
		is_at(presences[i].at, presence_promise(&a, NULL, when), presences[i].promise);
		assert_int_equal(presence_there(&a, NULL, when), presence_next(&a, NULL, when, 1) == when);
	}
}

static void
the_own_zone_goes_before_that_of_the_site(void **state)
{
	struct conf_account a = an_account("09:00-18:00", 0);

	(void)state;
	is_at("own", presence_next(&a, "Europe/Berlin", at("2026-11-20T00:00:00Z"), 1),
	      "2026-11-20T01:00:00Z");
	a.zone = "";
	is_at("site", presence_next(&a, "Europe/Berlin", at("2026-11-20T00:00:00Z"), 1),
	      "2026-11-20T08:00:00Z");
	is_at("none", presence_next(&a, NULL, at("2026-11-20T00:00:00Z"), 1), "2026-11-20T09:00:00Z");
}

static void
an_event_is_missed_while_nobody_is_there(void **state)
{
	static const struct connector example = {.name = "example", .title = "Example"};
	struct conf_account a = an_account("mon-fri 09:00-18:00", 1);
	struct situation s = {.at = at("2026-11-20T10:30:00Z")};

	(void)state;
	a.connector = &example;
	assert_int_equal(presence_missed(&s, &a, s.at), 1);
	assert_int_equal(presence_missed(&s, &a, at("2026-11-23T00:59:00Z")), 1);
	assert_int_equal(presence_missed(&s, &a, at("2026-11-23T01:00:00Z")), 0); /* somebody is there now */
	s.at = at("2026-11-20T09:59:00Z");
	assert_int_equal(presence_missed(&s, &a, at("2026-11-20T10:01:00Z")), 0); /* somebody was */
	s.at = at("2027-02-08T03:00:00Z");
	assert_int_equal(presence_missed(&s, &a, s.at), 1); /* a Monday of the festival */
}

/* ---- what is promised ---- */

static const struct var *
named(const struct var *vars, const char *name)
{
	while (vars->name && strcmp(vars->name, name) != 0)
		vars++;
	assert_non_null(vars->name);
	return vars;
}

static const char *
site_zone(const char *marketplace)
{
	return marketplace && !strcmp(marketplace, "US") ? "America/Los_Angeles" : "Europe/Berlin";
}

static const struct connector market = {.name = "market", .title = "Market", .zone = site_zone};

static void
what_is_promised_names_a_day_on_which_somebody_is_there(void **state)
{
	static const struct {
		const char *hours;
		int closes;
		const char *asked, *by,
			*back; /* back: noon of the day, by the site's clock; NULL: it is not told */
		const char *marketplace;
	} cases[] = {
		{NULL, 0, "2027-02-04T10:00:00Z", "2027-02-05T10:00:00Z", NULL, "DE"},
		{NULL, 1, "2027-02-03T10:00:00Z", "2027-02-04T10:00:00Z", NULL, "DE"},
		{NULL, 1, "2027-02-04T10:00:00Z", "2027-02-13T15:59:59Z", NULL, "DE"},
		{NULL, 1, "2027-02-08T10:00:00Z", "2027-02-13T15:59:59Z", "2027-02-13T11:00:00Z", "DE"},
		{"mon-fri 09:00-18:00", 1, "2027-02-08T10:00:00Z", "2027-02-15T10:00:00Z",
		 "2027-02-15T11:00:00Z", "DE"},
		/* Monday in Shanghai begins on Sunday in California, and is told as Monday */
		{"mon-fri 09:00-18:00", 1, "2027-02-08T10:00:00Z", "2027-02-15T10:00:00Z",
		 "2027-02-15T20:00:00Z", "US"},
		{"mon-fri 09:00-18:00", 0, "2026-11-20T12:00:00Z", "2026-11-23T10:00:00Z",
		 "2026-11-23T11:00:00Z", "DE"},
		{"mon-fri 09:00-18:00", 0, "2026-11-19T08:00:00Z", "2026-11-20T08:00:00Z", NULL, "DE"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct conf_account a = an_account(cases[i].hours, cases[i].closes);
		struct situation s = {.at = at(cases[i].asked), .marketplace = cases[i].marketplace};
		struct var vars[VARIABLES_MAX];
		struct arena *arena = arena_new();

		a.connector = &market;
		variables_of(&s, &a, "en", NULL, s.at, arena, vars);
		assert_int_equal(named(vars, "answer_by")->state, PRESENT);
		is_at(cases[i].asked, named(vars, "answer_by")->num, cases[i].by);
		assert_int_equal(named(vars, "back_on")->state, cases[i].back ? PRESENT : ABSENT);
		if (cases[i].back)
			is_at(cases[i].asked, named(vars, "back_on")->num, cases[i].back);
		arena_free(arena);
	}
}

/* ---- the buyer's night ---- */

static void
zones_of_countries(void **state)
{
	struct zones z;

	(void)state;
	assert_int_equal(zones_of("JP", &z), 1);
	assert_string_equal(z.name[0], "Asia/Tokyo");
	assert_true(zones_of("US", &z) > 10);
	assert_true(zones_of("RU", &z) > 10);
	for (char a = 'A'; a <= 'Z'; a++)
		for (char b = 'A'; b <= 'Z'; b++)
			assert_true(zones_of((char[]){a, b, 0}, &z) < ZONES_MAX); /* none is cut */
	assert_int_equal(zones_of("", &z), 0);
	assert_int_equal(zones_of("us", &z), 0);
	assert_int_equal(zones_of("XQ", &z), 0);
	assert_int_equal(zones_of("001", &z), 0);
	assert_int_equal(zones_of("U;", &z), 0);
}

static const struct {
	const char *what, *country, *marketplace, *quiet, *at, *deadline, *leaves;
} nights[] = {
	{"by day", "DE", "DE", "22:00-08:00", "2026-11-20T12:00:00Z", NULL, "2026-11-20T12:00:00Z"},
	{"at night", "DE", "DE", "22:00-08:00", "2026-11-20T23:00:00Z", NULL, "2026-11-21T07:00:00Z"},
	{"it goes to Japan", "JP", "DE", "22:00-08:00", "2026-11-20T14:00:00Z", NULL, "2026-11-20T23:00:00Z"},
	{"it goes to Japan, by day there", "JP", "DE", "22:00-08:00", "2026-11-20T23:30:00Z", NULL,
	 "2026-11-20T23:30:00Z"},
	{"no country: the site", NULL, "DE", "22:00-08:00", "2026-11-20T23:00:00Z", NULL,
	 "2026-11-21T07:00:00Z"},
	{"no country we know: the site", "XQ", "US", "22:00-08:00", "2026-11-21T07:00:00Z", NULL,
	 "2026-11-21T16:00:00Z"},
	/* from New York (13:00Z) to Hawaii (18:00Z) and Adak */
	{"all of America is awake", "US", "US", "22:00-08:00", "2026-11-20T14:00:00Z", NULL,
	 "2026-11-20T18:00:00Z"},
	{"New York sleeps until Hawaii wakes", "US", "DE", "22:00-08:00", "2026-11-21T03:30:00Z", NULL,
	 "2026-11-21T18:00:00Z"},
	/* eleven zones have no hour in common outside of 20:00-11:00: the site's */
	{"Russia never is", "RU", "DE", "20:00-11:00", "2026-11-20T23:00:00Z", NULL, "2026-11-21T10:00:00Z"},
	{"Russia is", "RU", "DE", "22:00-08:00", "2026-11-20T02:00:00Z", NULL, "2026-11-20T06:00:00Z"},
	/* over the change of the clocks: 08:00 in Berlin is 06:00Z */
	{"the short night", "DE", "DE", "22:00-08:00", "2026-03-28T22:00:00Z", NULL, "2026-03-29T06:00:00Z"},
	{"a weekend", "DE", "DE", "22:00-08:00, sat-sun 00:00-24:00", "2026-11-20T22:00:00Z", NULL,
	 "2026-11-23T07:00:00Z"},
	/* four hours are left before the deadline, or it leaves at once */
	{"far", "DE", "DE", "22:00-08:00", "2026-11-20T23:00:00Z", "2026-11-21T11:00:00Z",
	 "2026-11-21T07:00:00Z"},
	{"near", "DE", "DE", "22:00-08:00", "2026-11-20T23:00:00Z", "2026-11-21T10:59:00Z",
	 "2026-11-20T23:00:00Z"},
	{"passed", "DE", "DE", "22:00-08:00", "2026-11-20T23:00:00Z", "2026-11-20T20:00:00Z",
	 "2026-11-20T23:00:00Z"},
	{"a weekend is too long", "DE", "DE", "22:00-08:00, sat-sun 00:00-24:00", "2026-11-20T22:00:00Z",
	 "2026-11-21T22:00:00Z", "2026-11-20T22:00:00Z"},
};

static void
what_is_not_urgent_waits_for_the_morning(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof nights / sizeof *nights; i++) {
		struct conf_account a = an_account(NULL, 0);
		struct situation s = {.buyer_country = nights[i].country,
				      .marketplace = nights[i].marketplace};
		struct hours quiet;

		a.connector = &market;
		assert_int_equal(hours_parse(nights[i].quiet, &quiet), 0);
		is_at(nights[i].what,
		      quiet_over(&quiet, &s, &a, at(nights[i].at),
				 nights[i].deadline ? at(nights[i].deadline) : 0),
		      nights[i].leaves);
		is_at("not asked for", quiet_over(&(struct hours){0}, &s, &a, at(nights[i].at), 0),
		      nights[i].at);
	}
}

/* Where nobody knows what time it is there, nothing waits. */
static void
without_a_zone_nothing_waits(void **state)
{
	static const struct connector example = {.name = "example", .title = "Example"};
	const struct conf_account a = {.name = "toys", .connector = &example, .zone = ""};
	const struct situation s = {0};
	struct hours quiet;

	(void)state;
	assert_int_equal(hours_parse("22:00-08:00", &quiet), 0);
	is_at("none", quiet_over(&quiet, &s, &a, at("2026-11-20T23:00:00Z"), 0), "2026-11-20T23:00:00Z");
	assert_int_equal(hours_parse("always", &quiet), 0);
	is_at("always",
	      quiet_over(&quiet, &(struct situation){.buyer_country = "DE"}, &a, at("2026-11-20T23:00:00Z"),
			 0),
	      "2026-11-20T23:00:00Z");
}

/* ---- deadlines ---- */

/* A question and a return without a time of the platform come in while nobody is there, and are decided: every clock that runs. */
static void
clocks(struct kit *k, struct daemon *d, int n, int64_t sent, int64_t out[3])
{
	const char *c = arena_fmt(store_arena(k->store), "C%d", n),
		   *o = arena_fmt(store_arena(k->store), "O%d", n);
	struct message m = a_message(arena_fmt(store_arena(k->store), "M%d", n), c, INCOMING, sent,
				     "Wo ist mein Paket?");
	const struct dispute x = {.remote = arena_fmt(store_arena(k->store), "R%d", n),
				  .kind = DISPUTE_RETURN,
				  .status = DISPUTE_AWAITING_SELLER,
				  .raw = "OPEN",
				  .marketplace = "EBAY_DE",
				  .order = o,
				  .buyer = m.buyer,
				  .due_action = "SELLER_APPROVE_REQUEST",
				  .opened = sent,
				  .changed = sent};
	char sql[300];

	record_message(k->store, k->account.id, &m, sent);
	record_dispute(k->store, k->account.id, &x, sent);
	d->started = sent - DAY; /* what waits for its order does not */
	events_decide(d, 200, sent + 2 * HOUR);
	snprintf(sql, sizeof sql, "SELECT answer_by FROM conversation WHERE remote = '%s'", c);
	out[0] = kit_number(k, sql) - sent;
	snprintf(sql, sizeof sql, "SELECT respond_by FROM dispute WHERE remote = '%s'", x.remote);
	out[1] = kit_number(k, sql) - sent;
	snprintf(sql, sizeof sql,
		 "SELECT b.deadline FROM outbox b JOIN conversation c ON c.id = b.conversation WHERE "
		 "c.remote = '%s'",
		 c);
	out[2] = kit_number(k, sql) - sent;
}

static void
no_deadline_knows_of_hours(void **state)
{
	static const char *const hours[] = {NULL, "mon-fri 09:00-18:00", "sun 03:00-03:01",
					    "mon-fri 09:00-18:00", NULL};
	static const int closes[] = {0, 0, 0, 1, 1};
	struct kit *k = *state;
	struct conf_rule rule = {.name = "holding",
				 .on = "message.received",
				 .action = "reply",
				 .template_id = "post_complaint_holding",
				 .code = "",
				 .mode = RULE_AUTO,
				 .max_age = DAY,
				 .hash = "0"};
	struct conf_account account;
	struct conf conf = {.accounts = &account, .naccounts = 1, .rules = &rule, .nrules = 1};
	struct policy *policies[8] = {NULL};
	int64_t armed[1] = {0}, first[3], is[3];
	struct daemon d = {.conf = &conf,
			   .store = k->store,
			   .policies = policies,
			   .armed = armed,
			   .installation = (char *)"test"};
	char folder[SHARE_PATH];
	struct err err;

	policies[0] = policy_load(share_root(), connectors[0]->name, &err);
	share_path("templates", folder);
	d.library = library_load(folder, "", NULL, NULL, &err);
	share_path("i18n/phrases", folder);
	d.phrases = phrases_load(folder, "", &err);
	kit_begin(k);
	account_set_mode(k->store, k->account.id, MODE_DRAFT, T0 - DAY);
	for (int i = 0; i < 5; i++) {
		account = an_account(hours[i], closes[i]);
		account.connector = connectors[0];
		account.view = (struct account){.name = "toys", .connector = connectors[0]};
		runners_make(&d, T0);
		/* the Monday of the festival, in Shanghai at night */
		clocks(k, &d, i, at("2027-02-08T16:00:00Z"), i ? is : first);
		runners_free(&d);
		assert_true(first[0] == DAY && first[2] == DAY && first[1] > 2 * DAY);
		for (int n = 0; i && n < 3; n++)
			assert_true(is[n] == first[n]);
	}
	kit_commit(k);
	policy_free(policies[0]);
	library_free(d.library);
	phrases_free(d.phrases);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(somebody_is_there_by_hours_and_days),
		cmocka_unit_test(the_own_zone_goes_before_that_of_the_site),
		cmocka_unit_test(an_event_is_missed_while_nobody_is_there),
		cmocka_unit_test(what_is_promised_names_a_day_on_which_somebody_is_there),
		cmocka_unit_test(zones_of_countries),
		cmocka_unit_test(what_is_not_urgent_waits_for_the_morning),
		cmocka_unit_test(without_a_zone_nothing_waits),
		KIT_TEST(no_deadline_knows_of_hours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
