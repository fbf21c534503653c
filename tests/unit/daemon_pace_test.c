/* Calls shared out: the prices, what is learned, and what the service makes of both. */
#include "daemon_store_test_kit.h"

#include <math.h>

#include "daemon/pace/pace.h"
#include "daemon/pace/pacing.h"
#include "daemon/runner.h"

#define WEEK (7 * DAY)
#define MON  INT64_C(1760313600000) /* a Monday, 00:00 UTC, after T0 */

static uint64_t seed;

static double
luck(void)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (double)(seed >> 11) / 9007199254740992.0;
}

/* ---- the prices ---- */

#define N 12

static double
waits(const struct pace *p, const double *x)
{
	double sum = 0;

	for (int i = 0; i < N; i++)
		sum += p[i].weight / (2 * x[i]);
	return sum;
}

/* The same optimum found in another way: a little is moved from one to another wherever that helps, less and less. */
static double
by_moving(const struct pace *p, double calls)
{
	double x[N], sum = 0;

	for (int i = 0; i < N; i++)
		sum += x[i] = p[i].least;
	for (int i = 0; i < N; i++) {
		const double more = fmin(p[i].most - x[i], calls - sum);

		x[i] += more, sum += more;
	}
	for (double step = calls / 4; step > calls * 1e-9; step /= 2)
		for (int again = 1; again;) {
			again = 0;
			for (int i = 0; i < N; i++)
				for (int k = 0; k < N; k++) {
					const double before = p[i].weight / x[i] + p[k].weight / x[k];

					if (i == k || x[i] + step > p[i].most || x[k] - step < p[k].least ||
					    p[i].weight / (x[i] + step) + p[k].weight / (x[k] - step) >=
						    before * (1 - 1e-12))
						continue;
					x[i] += step, x[k] -= step, again = 1;
				}
		}
	return waits(p, x);
}

static void
one_price_is_the_optimum(void **state)
{
	(void)state;
	for (int trial = 0; trial < 200; trial++) {
		double x[N], least = 0, most = 0, calls, sum = 0, price;
		struct pace p[N];

		seed = (uint64_t)trial;
		for (int i = 0; i < N; i++) {
			const double usual = 0.5 + 20 * luck();

			p[i] = (struct pace){.weight = exp(8 * luck() - 4),
					     .least = usual / (1 + 4 * luck()),
					     .most = usual * (1 + 8 * luck()),
					     .quota = -1};
			least += p[i].least, most += p[i].most;
		}
		calls = least + (most - least) * (0.02 + 0.9 * luck());
		price = pace_price(p, N, calls, -1, NULL);
		for (int i = 0; i < N; i++)
			sum += x[i] = pace_calls(&p[i], price);
		assert_true(fabs(sum / calls - 1) < 1e-6);
		assert_true(waits(p, x) < by_moving(p, calls) * (1 + 1e-6));
	}
}

static void
bounds_hold_at_any_price(void **state)
{
	const struct pace p[] = {{4, 1, 8, -1}, {0, 2, 3, -1}, {9, 1, 5, -1}};

	(void)state;
	assert_true(pace_price(p, 3, 100, -1, NULL) == 0); /* there is more than enough */
	assert_true(pace_calls(&p[0], 0) == 8);
	assert_true(isinf(pace_price(p, 3, 4, -1, NULL))); /* not even the least */
	assert_true(pace_calls(&p[0], INFINITY) == 1);
	assert_true(pace_calls(&p[1], 0.001) == 2); /* nothing comes there */
	assert_true(pace_calls(&p[2], 1) == 3);     /* the root */
}

static void
a_quota_has_its_own_price(void **state)
{
	const struct pace p[] = {{16, 0.1, 100, 0}, {16, 0.1, 100, 0}, {1, 0.1, 100, 1}};
	double prices[2], price;

	(void)state;
	prices[0] = pace_price(p, 3, 4, 0, NULL);
	prices[1] = pace_price(p, 3, 50, 1, NULL);
	price = pace_price(p, 3, 12, -1, prices);
	assert_true(fabs(pace_calls(&p[0], prices[0]) - 2) < 1e-6); /* four for both, however many are left */
	assert_true(prices[0] > price);
	assert_true(fabs(pace_calls(&p[2], price) - 8) < 1e-6); /* the rest */
}

/* ---- what is learned ---- */

static void
little_changes_little(void **state)
{
	struct arrivals a = {.since = MON};
	float rates[HOURS_A_WEEK], after[HOURS_A_WEEK];

	(void)state;
	arrivals_rates(&a, 0.2, NULL, MON + HOUR, 0, rates);
	for (int i = 0; i < HOURS_A_WEEK; i++)
		assert_true(fabs(rates[i] - 0.2) < 0.03);
	for (int i = 0; i < 5; i++)
		arrivals_note(&a, MON + i * MINUTE, 0, MON + HOUR);
	arrivals_rates(&a, 0.2, NULL, MON + 2 * HOUR, 0, after);
	for (int i = 0; i < HOURS_A_WEEK; i++)
		assert_in_range(after[i] * 1000, 150, 1500);
}

static void
hours_of_the_week_are_learned(void **state)
{
	struct arrivals a = {.since = MON};
	float rates[HOURS_A_WEEK];
	double n;

	(void)state;
	for (int64_t day = 0; day < 28; day++) /* every working day at nine and at ten, in Berlin's summer */
		for (int i = 0; i < 8 && day % 7 < 5; i++)
			arrivals_note(&a, MON + day * DAY + (7 + i % 2) * HOUR + i * MINUTE, 120,
				      MON + day * DAY + 9 * HOUR);
	n = arrivals_rates(&a, 0.1, NULL, MON + 28 * DAY, 120, rates);
	assert_in_range(n, 30, 45); /* of 40 a week */
	assert_true(rates[24 + 9] > 2 && rates[24 + 9] < 4.5);
	assert_true(rates[24 + 3] < 0.1);
	assert_true(rates[5 * 24 + 9] < rates[24 + 9] / 4); /* Saturday */
	assert_true(fabs(arrivals_expected(rates, 120, MON, MON + 28 * DAY) - 4 * n) < 0.01 * n);
	assert_true(arrivals_expected(rates, 120, MON + 7 * HOUR, MON + 9 * HOUR) > 4);
	assert_true(arrivals_expected(rates, 120, MON + 20 * HOUR, MON + 22 * HOUR) < 0.5);
}

static void
old_news_fades(void **state)
{
	struct arrivals a = {.since = MON};
	float rates[HOURS_A_WEEK];
	double n;

	(void)state;
	arrivals_note(&a, MON - 1, 0, MON + HOUR); /* from before anybody looked */
	assert_true(a.news[0] == 0 && a.news[HOURS_A_WEEK - 1] == 0);
	for (int64_t i = 0; i < 1000; i++)
		arrivals_note(&a, MON + i * HOUR, 0, MON + i * HOUR);
	n = arrivals_rates(&a, 0.01, NULL, MON + 1000 * HOUR, 0, rates);
	assert_in_range(n, 130, 175);
	n = arrivals_rates(&a, 0.01, NULL, MON + 1000 * HOUR + 52 * WEEK, 0, rates); /* a year of nothing */
	assert_in_range(n, 0, 3);
}

static void
what_was_learned_is_kept(void **state)
{
	struct kit *k = *state;
	struct arrivals a = {.since = MON, .at = MON + DAY, .age = 90000, .aged = 7}, b;
	struct silence x = {.since = MON,
			    .last = MON + HOUR,
			    .gaps = 12.5,
			    .tail = 3.25,
			    .excess = 7.125,
			    .came = 8,
			    .expected = 9.5},
		       y;

	for (int i = 0; i < HOURS_A_WEEK; i++)
		a.news[i] = (float)i * 123.25f;
	kit_begin(k);
	assert_int_equal(arrivals_get(k->store, k->account.id, "messages", &b), 0);
	arrivals_put(k->store, k->account.id, "messages", &a);
	silence_put(k->store, k->account.id, &x);
	kit_commit(k);
	kit_begin(k);
	assert_int_equal(arrivals_get(k->store, k->account.id, "messages", &b), 1);
	assert_true(b.since == a.since && b.at == a.at && b.age == a.age && b.aged == a.aged);
	for (int i = 0; i < HOURS_A_WEEK; i++)
		assert_true(b.news[i] == a.news[i]);
	assert_int_equal(silence_get(k->store, k->account.id, &y), 1);
	assert_memory_equal(&x, &y, sizeof x);
	kit_commit(k);
}

/* ---- what the service makes of it ---- */

static int
ask(const struct task *t, struct request *r, struct err *err)
{
	(void)t, (void)err;
	return buf_put(&r->url, "https://api.example.com/");
}

static int comes, calls; /* messages that the next answer brings; answers */
static int64_t sent;

static enum outcome
read_some(const struct task *t, const struct response *rs, struct found *f)
{
	char remote[32];

	(void)rs;
	calls++;
	for (; comes; comes--) {
		snprintf(remote, sizeof remote, "m%lld.%d", (long long)t->now, comes);
		if (f->message(f, &(struct message){.remote = remote,
						    .conversation = remote,
						    .direction = INCOMING,
						    .buyer = {.remote = "buyer"},
						    .text = "Hello?",
						    .sent = sent ? sent : t->now}))
			return LATER;
	}
	f->covered = t->now;
	return DONE;
}

#define POLL(budget_name)                                                                                    \
	{                                                                                                    \
		ask, read_some, NULL, budget_name                                                            \
	}
static struct stream streams[] = {
	{.name = "messages", .tells = "message", .every = 6 * MINUTE, .poll = POLL("calls")},
	{.name = "returns", .tells = "return", .every = 12 * MINUTE, .poll = POLL("others")},
	{.name = "old", .tells = "case", .every = 12 * MINUTE, .keeps = 30 * MINUTE, .poll = POLL("others")},
	{.name = "system", .tells = "", .every = HOUR, .poll = POLL("calls")},
	{.name = NULL},
};
static struct budget budgets[] = {{"calls", 100000, DAY, 7 * HOUR, 20, 1, 0},
				  {"others", 100000, DAY, 7 * HOUR, 20, 1, 0},
				  {.name = NULL}};
static const struct host hosts[] = {{"api.example.com", 1}, {NULL, 0}};
static const struct connector platform = {
	.name = "example", .title = "Example", .hosts = hosts, .streams = streams, .budgets = budgets};

struct shop {
	struct kit *k;
	struct conf_application application;
	struct conf_account accounts[2];
	struct conf conf;
	struct daemon d;
};

static void
open_shop(struct shop *s, struct kit *k)
{
	*s = (struct shop){.k = k, .application = {.name = "app"}};
	for (int i = 0; i < 2; i++)
		s->accounts[i] = (struct conf_account){.name = i ? "tools" : "toys",
						       .connector = &platform,
						       .application = &s->application,
						       .endpoint = "",
						       .proxy = "",
						       .ca = "",
						       .zone = "",
						       .silence = 365 * DAY};
	s->conf = (struct conf){.accounts = s->accounts, .naccounts = 2};
	s->d = (struct daemon){.conf = &s->conf, .store = k->store};
	kit_begin(k);
	runners_make(&s->d, MON);
	kit_commit(k);
}

static void
close_shop(struct shop *s)
{
	kit_begin(s->k);
	runners_free(&s->d);
	kit_commit(s->k);
}

/* As if so much had come in the last four weeks, a week, at every hour alike. */
static void
learned(struct shop *s, int account, const char *stream, double a_week, int64_t now)
{
	struct arrivals a = {.since = now - 4 * WEEK, .at = now};

	for (int i = 0; i < HOURS_A_WEEK; i++)
		a.news[i] = (float)(a_week / HOURS_A_WEEK * 3.15); /* what is left of four weeks */
	kit_begin(s->k);
	arrivals_put(s->k->store, s->d.runners[account].id, stream, &a);
	kit_commit(s->k);
}

static int64_t
interval(struct shop *s, int account, int stream, int64_t now)
{
	int64_t next;

	kit_begin(s->k);
	pace_plan(&s->d, now);
	next = pace_next(&s->d.runners[account], &streams[stream], now);
	kit_commit(s->k);
	return next - now;
}

static void
what_never_brought_anything_stays_as_it_is(void **state)
{
	struct shop s;

	open_shop(&s, *state);
	for (int account = 0; account < 2; account++)
		for (int i = 0; i < 4; i++) {
			assert_true(pace_next(&s.d.runners[account], &streams[i], MON) - MON ==
				    streams[i].every);
			assert_true(interval(&s, account, i, MON) == streams[i].every);
		}
	close_shop(&s);
}

static double
an_hour(struct shop *s, int64_t now)
{
	double sum = 0;

	for (int account = 0; account < 2; account++)
		for (int i = 0; i < 3; i++)
			sum += (double)HOUR / (double)interval(s, account, i, now);
	return sum;
}

static void
calls_go_where_news_is(void **state)
{
	const int64_t now = MON + 20 * MINUTE;
	struct shop s;
	double before, after;

	open_shop(&s, *state);
	before = an_hour(&s, now);
	learned(&s, 0, "messages", 300, now);
	learned(&s, 1, "messages", 3, now);
	s.d.pace_hour = 0;
	after = an_hour(&s, now);
	assert_true(fabs(after / before - 1) < 0.05); /* as many as ever */
	assert_true(interval(&s, 0, 0, now) < 4 * MINUTE);
	assert_true(interval(&s, 1, 0, now) > 7 * MINUTE);
	assert_true(interval(&s, 0, 3, now) == HOUR); /* it brings no news */
	close_shop(&s);
}

static void
no_interval_leaves_its_bounds(void **state)
{
	const int64_t now = MON + 20 * MINUTE;
	struct shop s;

	open_shop(&s, *state);
	learned(&s, 0, "messages", 100000, now);
	for (int account = 0; account < 2; account++)
		for (int i = account == 0; i < 3; i++)
			learned(&s, account, streams[i].name, 0.01, now);
	streams[1].every = MINUTE; /* there is enough to take from */
	s.d.pace_hour = 0;
	assert_in_range(interval(&s, 0, 0, now), 6 * MINUTE / 8 - 2, 6 * MINUTE / 8 + 2);
	streams[1].every = 12 * MINUTE;
	s.d.pace_hour = 0;
	assert_in_range(interval(&s, 1, 0, now), 12 * MINUTE, 24 * MINUTE + 2);
	assert_in_range(interval(&s, 0, 1, now), 20 * MINUTE, 48 * MINUTE + 2);     /* four times as long */
	assert_in_range(interval(&s, 0, 2, now), 15 * MINUTE - 2, 15 * MINUTE + 2); /* half of what is kept */
	close_shop(&s);
}

static void
the_sellers_poll_is_a_promise(void **state)
{
	const int64_t now = MON + 20 * MINUTE;
	struct shop s;

	open_shop(&s, *state);
	s.accounts[1].poll = 3 * MINUTE;
	learned(&s, 0, "messages", 100000, now);
	for (int i = 0; i < 3; i++)
		learned(&s, 1, streams[i].name, 0.01, now);
	assert_in_range(interval(&s, 1, 0, now), 3 * MINUTE - 2, 3 * MINUTE + 2);
	assert_true(interval(&s, 1, 1, now) > 6 * MINUTE); /* all else on average */
	close_shop(&s);
}

static void
a_tight_quota_is_spread_over_its_day(void **state)
{
	const int64_t now = MON + 8 * HOUR;
	struct shop s;

	open_shop(&s, *state);
	budgets[0].limit = 240 / 0.8 * 20; /* 20 instead of ... */
	s.d.pace_hour = 0;
	assert_true(interval(&s, 0, 0, now) == streams[0].every);
	budgets[0].limit = 300; /* 228 calls of polls a day for two accounts that want 240 each */
	s.d.pace_hour = 0;
	assert_in_range(interval(&s, 0, 0, now), 12 * MINUTE, 13 * MINUTE);
	assert_in_range(interval(&s, 1, 0, now), 12 * MINUTE, 13 * MINUTE);
	assert_true(interval(&s, 0, 1, now) - streams[1].every < 5);
	budgets[0].limit = 100000;
	close_shop(&s);
}

#define TOLD                                                                                                 \
	"SELECT count(*) FROM notice WHERE cause = 'quota/app/others/small' AND account IS NULL AND "        \
	"cleared IS "                                                                                        \
	"NULL"

/* A stream that draws from two is asked as the scarcer of them allows; and what cannot work is told. */
static void
the_scarcest_of_several_quotas_counts(void **state)
{
	const int64_t now = MON + 8 * HOUR;
	struct shop s;

	open_shop(&s, *state);
	streams[1].poll.budget = "calls others";
	budgets[1].limit = 300; /* 480 are wanted, 228 may be made */
	s.d.pace_hour = 0;
	assert_true(interval(&s, 0, 1, now) > 25 * MINUTE);
	assert_int_equal(kit_number(s.k, TOLD), 0);
	budgets[1].limit = 100;
	s.d.pace_hour = 0;
	assert_true(interval(&s, 0, 1, now) > 70 * MINUTE);
	assert_int_equal(kit_number(s.k, TOLD), 1);
	budgets[1].limit = 100000;
	s.d.pace_hour = 0;
	assert_true(interval(&s, 0, 1, now) == streams[1].every);
	assert_int_equal(kit_number(s.k, TOLD), 0);
	streams[1].poll.budget = "others";
	close_shop(&s);
}

static void
clocks_that_run_are_looked_at_more_often(void **state)
{
	const int64_t now = MON + 20 * MINUTE;
	struct kit *k = *state;
	struct shop s;
	int64_t before, others;

	open_shop(&s, k);
	learned(&s, 0, "messages", 50, now);
	learned(&s, 1, "messages", 50, now);
	before = interval(&s, 0, 0, now);
	others = interval(&s, 1, 0, now);
	kit_begin(k);
	record_message(
		k->store, s.d.runners[0].id,
		&(struct message){
			.remote = "m", .conversation = "c", .direction = INCOMING, .text = "?", .sent = now},
		now);
	conversation_set_answer_by(k->store, 1, now + 2 * HOUR, "goal");
	kit_commit(k);
	s.d.pace_hour = 0;
	assert_true(interval(&s, 0, 0, now) < before * 3 / 4);
	assert_true(interval(&s, 1, 0, now) > others); /* at others' cost */
	close_shop(&s);
}

/* One answer of the stream, with so many messages. */
static void
poll_once(struct shop *s, int account, int n, int64_t at, int64_t now)
{
	const struct answer a = {.complete = 1, .left = 1, .response = {.status = 200, .body = "", .len = 0}};
	struct runner *r = &s->d.runners[account];
	struct job *job;

	kit_begin(s->k);
	pace_plan(&s->d, now);
	for (int i = 0; i < 4; i++) /* nothing else is due */
		stream_put(s->k->store, r->id,
			   &(struct stream_row){.name = streams[i].name,
						.covered = now - MINUTE,
						.swept = now - MINUTE,
						.last_ok = now - MINUTE,
						.next_at = i ? now + DAY : now});
	r->next = NULL;
	plan_poll(&s->d, r, now);
	job = s->d.starting;
	assert_non_null(job);
	s->d.starting = NULL;
	r->busy[LANE_POLL] = NULL;
	comes = n, sent = at;
	poll_finished(&s->d, job, &a, now);
	job_free(job);
	kit_commit(s->k);
}

static void
what_comes_is_learned_with_its_page(void **state)
{
	struct kit *k = *state;
	struct arrivals a;
	struct shop s;

	open_shop(&s, k);
	poll_once(&s, 0, 30, MON, MON); /* the first import teaches nothing */
	kit_begin(k);
	assert_int_equal(arrivals_get(k->store, s.d.runners[0].id, "messages", &a), 1);
	assert_true(a.since == MON && a.at == 0 && a.aged == 0);
	kit_commit(k);
	poll_once(&s, 0, 2, MON + 5 * MINUTE, MON + 6 * MINUTE);
	kit_begin(k);
	assert_int_equal(arrivals_get(k->store, s.d.runners[0].id, "messages", &a), 1);
	assert_true(fabs(a.news[0] - 2) < 0.01);
	assert_int_equal(a.aged, 2);
	assert_in_range(a.age, MINUTE - 1, MINUTE + 1);
	kit_commit(k);
	close_shop(&s);
}

static int64_t
silences(struct kit *k)
{
	return kit_number(k, "SELECT count(*) FROM notice WHERE cause = 'silence/toys' AND cleared IS NULL");
}

/* Every poll works, and nothing comes. */
static void
silence_is_told_once_and_ends_with_news(void **state)
{
	const struct silence x = {
		.since = MON - 3 * WEEK, .last = MON, .gaps = 100, .tail = 37, .excess = 37};
	struct kit *k = *state;
	int64_t now = MON, told;
	struct shop s;

	open_shop(&s, k);
	learned(&s, 0, "messages", 168, MON); /* one an hour */
	kit_begin(k);
	silence_put(k->store, s.d.runners[0].id, &x);
	kit_commit(k);
	for (; now < MON + 3 * DAY && !silences(k); now += 10 * MINUTE)
		poll_once(&s, 0, 0, 0, now);
	assert_in_range(now - MON, 8 * HOUR, 30 * HOUR);
	told = kit_number(k, "SELECT count(*) FROM notice");
	for (int i = 0; i < 10; i++)
		poll_once(&s, 0, 0, 0, now += 10 * MINUTE);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM notice"), told);
	poll_once(&s, 0, 1, 0, now += MINUTE);
	assert_int_equal(silences(k), 0);
	close_shop(&s);
}

static void
silence_needs_polls_that_work(void **state)
{
	const struct silence x = {
		.since = MON - 3 * WEEK, .last = MON, .gaps = 100, .tail = 37, .excess = 37};
	struct kit *k = *state;
	struct shop s;

	open_shop(&s, k);
	s.accounts[1].silence = 0; /* off */
	for (int i = 0; i < 2; i++) {
		learned(&s, i, "messages", 168, MON);
		kit_begin(k);
		silence_put(k->store, s.d.runners[i].id, &x);
		kit_commit(k);
	}
	for (int64_t now = MON; now < MON + 5 * DAY; now += HOUR) {
		poll_once(&s, 1, 0, 0, now);
		poll_once(&s, 0, 0, 0, now);
		kit_begin(k); /* but for one stream of the first */
		stream_put(k->store, s.d.runners[0].id,
			   &(struct stream_row){.name = "returns",
						.swept = MON,
						.covered = MON,
						.fails = 3,
						.next_at = now + DAY});
		pace_plan(&s.d, now + 30 * MINUTE);
		kit_commit(k);
	}
	assert_int_equal(kit_number(k, "SELECT count(*) FROM notice WHERE cause LIKE 'silence/%'"), 0);
	close_shop(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_price_is_the_optimum),
		cmocka_unit_test(bounds_hold_at_any_price),
		cmocka_unit_test(a_quota_has_its_own_price),
		cmocka_unit_test(little_changes_little),
		cmocka_unit_test(hours_of_the_week_are_learned),
		cmocka_unit_test(old_news_fades),
		KIT_TEST(what_was_learned_is_kept),
		KIT_TEST(what_never_brought_anything_stays_as_it_is),
		KIT_TEST(calls_go_where_news_is),
		KIT_TEST(no_interval_leaves_its_bounds),
		KIT_TEST(the_sellers_poll_is_a_promise),
		KIT_TEST(a_tight_quota_is_spread_over_its_day),
		KIT_TEST(the_scarcest_of_several_quotas_counts),
		KIT_TEST(clocks_that_run_are_looked_at_more_often),
		KIT_TEST(what_comes_is_learned_with_its_page),
		KIT_TEST(silence_is_told_once_and_ends_with_news),
		KIT_TEST(silence_needs_polls_that_work),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
