/* A page and its cursor, whatever the connector says. */
#include "daemon_store_test_kit.h"

#include "daemon/runner.h"

static enum outcome says; /* what the platform below says after its one order */
static int64_t began;     /* when it says that the sweep began; 0: it does not say */
static int64_t ahead;     /* of the clock when it was asked, not when it answered */
static int64_t read_as;   /* when it was asked, as its reader is told */

static int
ask(const struct task *t, struct request *r, struct err *err)
{
	(void)t, (void)err;
	return buf_put(&r->url, "https://api.example.com/orders");
}

static enum outcome
read_one_order(const struct task *t, const struct response *rs, struct found *f)
{
	struct order o = an_order("12-34567-89012", one_item, 1, T0);

	(void)rs;
	read_as = t->now;
	if (f->order(f, &o))
		return LATER;
	buf_put(&f->cursor, "page 2");
	f->covered = began;
	pack(f->err.text, "the example says so");
	return says;
}

static const struct stream streams[] = {
	{.name = "orders", .every = HOUR, .poll = {ask, read_one_order, NULL, NULL}},
	{.name = NULL},
};
static const struct host hosts[] = {{"api.example.com", 1}, {NULL, 0}};
static const struct connector platform = {
	.name = "example", .title = "Example", .hosts = hosts, .streams = streams};

/* One poll from plan to answer, in one turn; then the stream. */
static struct stream_row
poll_once(struct kit *k, const struct answer *answer)
{
	struct conf_account account = {
		.name = "toys", .connector = &platform, .endpoint = "", .proxy = "", .ca = ""};
	struct conf conf = {.accounts = &account, .naccounts = 1};
	struct daemon d = {.conf = &conf, .store = k->store};
	struct stream_row row;
	struct job *job;

	kit_begin(k);
	runners_make(&d, T0);
	plan_poll(&d, d.runners, T0);
	job = d.starting;
	assert_non_null(job);
	d.runners->busy[LANE_POLL] = NULL;
	job->now += ahead;
	poll_finished(&d, job, answer, T0);
	kit_commit(k);
	kit_begin(k);
	stream_get(k->store, k->account.id, "orders", &row);
	job_free(job);
	runners_free(&d);
	return row;
}

static const struct answer whole = {
	.complete = 1, .left = 1, .response = {.status = 200, .body = "", .len = 0}};
static const struct answer cut = {.left = 1, .err = {"cut"}};

static void
a_whole_page_is_stored_with_its_cursor(void **state)
{
	struct kit *k = *state;
	struct stream_row row;

	says = DONE;
	row = poll_once(k, &whole);
	assert_string_equal(row.cursor, "page 2");
	assert_int_equal(kit_number(k, "SELECT count(*) FROM orders"), 1);
	assert_true(row.next_at == T0 + HOUR);
}

/* What comes between the true moment and the one that our clock showed would be skipped. */
static void
a_sweep_began_when_it_was_asked_for(void **state)
{
	says = DONE;
	ahead = HOUR;
	poll_once(*state, &whole);
	ahead = 0;
	assert_true(read_as == T0);
}

static void
an_unfinished_page_is_dropped_with_its_cursor(void **state)
{
	struct kit *k = *state;
	struct stream_row row;

	says = LATER;
	row = poll_once(k, &whole);
	assert_string_equal(row.cursor, "");
	assert_int_equal(kit_number(k, "SELECT count(*) FROM orders"), 0);
	assert_int_equal(row.fails, 1);
	assert_true(row.next_at > T0);
}

static void
a_cut_answer_is_not_read(void **state)
{
	struct kit *k = *state;
	struct stream_row row;

	says = DONE;
	row = poll_once(k, &cut);
	assert_string_equal(row.cursor, "");
	assert_int_equal(kit_number(k, "SELECT count(*) FROM orders"), 0);
	assert_int_equal(row.fails, 1);
}

static void
a_refused_stream_stops_and_is_told(void **state)
{
	struct kit *k = *state;
	struct stream_row row;

	says = REFUSED;
	row = poll_once(k, &whole);
	assert_string_equal(row.cursor, "");
	assert_non_null(row.stopped);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM notice"), 1);
}

/* A service that started while the clock was ahead would else send nothing until that time has come. */
static void
a_clock_that_went_back_makes_nobody_wait(void **state)
{
	struct kit *k = *state;
	struct conf_account account = {
		.name = "toys", .connector = &platform, .endpoint = "", .proxy = "", .ca = ""};
	struct conf conf = {.accounts = &account, .naccounts = 1};
	struct daemon d = {.conf = &conf, .store = k->store};

	kit_begin(k);
	runners_make(&d, T0 + 3 * DAY);
	d.runners->sweep_from = T0 + 3 * DAY;
	runners_clock_back(&d, T0);
	assert_true(d.runners->sweep_from == T0);
	runners_free(&d);
	kit_commit(k);
}

/* What the lost time sent may be missing on the first pages of a sweep that had begun before everything was visible. */
static void
only_a_whole_sweep_ends_a_quarantine(void **state)
{
	struct kit *k = *state;
	struct stream_row row;

	says = DONE;
	kit_begin(k);
	account_set_reconciled(k->store, k->account.id, T0 - DAY);
	meta_set(k->store, "lost_from", "1000");
	meta_set(k->store, "lost_until", arena_fmt(store_arena(k->store), "%lld", (long long)T0 - MINUTE));
	meta_set(k->store, "lost_why", "backup");
	kit_commit(k);
	began = T0 - 2 * MINUTE;
	row = poll_once(k, &whole);
	assert_true(row.swept == began);
	assert_in_range(row.next_at, T0, T0 + MINUTE); /* and does not wait an hour for the next */
	kit_commit(k);
	assert_int_equal(kit_number(k, "SELECT reconciled FROM account"), T0 - DAY);
	began = T0;
	kit_begin(k);
	stream_put(k->store, k->account.id, &(struct stream_row){.name = "orders", .next_at = T0});
	kit_commit(k);
	row = poll_once(k, &whole);
	kit_commit(k);
	assert_int_equal(kit_number(k, "SELECT reconciled FROM account"), T0);
	began = 0;
}

/* A service that was started with a wrong clock, and what it believed then. */
struct ahead {
	struct conf_account account;
	struct conf conf;
	struct daemon d;
};

static void
begin_ahead(struct ahead *a, struct kit *k, int64_t lost_until)
{
	*a = (struct ahead){
		.account = {.name = "toys", .connector = &platform, .endpoint = "", .proxy = "", .ca = ""},
		.conf = {.naccounts = 1},
		.d = {.store = k->store}};
	a->conf.accounts = &a->account;
	a->d.conf = &a->conf;
	kit_begin(k);
	meta_set(k->store, "lost_from", "1000");
	meta_set(k->store, "lost_until", arena_fmt(store_arena(k->store), "%lld", (long long)lost_until));
	meta_set(k->store, "lost_why", "backup");
}

static int64_t
waits_until(struct ahead *a, int64_t now)
{
	int64_t until;

	runners_make(&a->d, now);
	until = a->d.runners->sweep_from;
	runners_free(&a->d);
	return until;
}

/* Neither now nor after the next start. */
static void
no_quarantine_lasts_as_long_as_a_clock_was_ahead(void **state)
{
	struct ahead a;

	begin_ahead(&a, *state, T0 + 300 * DAY);
	assert_true(waits_until(&a, T0 + 300 * DAY) > T0 + 300 * DAY);
	daemon_clock_right(&a.d, T0 + HOUR);
	assert_in_range(waits_until(&a, T0 + HOUR), T0 + HOUR, T0 + HOUR + MINUTE);
	kit_commit(*state);
	free(a.d.armed);
}

static void
what_was_read_by_a_clock_ahead_ends_no_later_quarantine(void **state)
{
	struct kit *k = *state;
	struct ahead a;

	begin_ahead(&a, k, T0);
	account_set_reconciled(k->store, k->account.id, T0 + 300 * DAY);
	stream_put(k->store, k->account.id, &(struct stream_row){.name = "orders", .swept = T0 + 300 * DAY});
	daemon_clock_right(&a.d, T0 + HOUR);
	assert_int_equal(waits_until(&a, T0 + HOUR), 0); /* that one is over */
	kit_commit(k);
	free(a.d.armed);
	begin_ahead(&a, k, T0 + DAY);
	assert_true(waits_until(&a, T0 + DAY) >= T0 + DAY);
	assert_int_equal(kit_number(k, "SELECT swept FROM stream") > T0 + HOUR, 0);
	kit_commit(k);
}

/* Else nobody could say so once more. */
static void
what_a_person_said_in_a_lost_turn_was_not_said(void **state)
{
	struct kit *k = *state;
	const int64_t latest = store_latest(k->store) + 300 * DAY;
	struct ahead a;

	k->store->latest = latest;
	begin_ahead(&a, k, T0);
	kit_commit(k);
	assert_int_equal(sql_script(k->store->db, "",
				    "CREATE TRIGGER full BEFORE UPDATE ON meta BEGIN SELECT raise(ABORT, "
				    "'full'); END",
				    &k->err),
			 0);
	kit_begin(k);
	daemon_clock_right(&a.d, T0);
	assert_true(store_latest(k->store) == T0);
	assert_int_equal(store_commit(k->store, &k->err), -1);
	assert_true(store_latest(k->store) == latest);
	free(a.d.armed);
}

static void
what_was_armed_by_a_clock_ahead_may_act(void **state)
{
	struct kit *k = *state;
	struct ahead a;

	begin_ahead(&a, k, T0);
	rule_armed(k->store, "answer", "0", T0 + 300 * DAY);
	account_set_mode(k->store, k->account.id, MODE_AUTO, T0 + 300 * DAY);
	daemon_clock_right(&a.d, T0 + HOUR);
	assert_true(rule_armed(k->store, "answer", "0", T0 + HOUR) == T0 + HOUR);
	assert_true(account_since(k->store, k->account.id) == T0 + HOUR);
	kit_commit(k);
	free(a.d.armed);
}

/* ---- an answer that was read before ---- */

static int reads;          /* of the list below */
static int says_odd;       /* one of its rows is not understood */
static const char *leads;  /* where it goes on */
static const char *moved;  /* where something else lets it go on, after the first poll; NULL */
static int64_t same_until; /* what it promises */

static enum outcome
read_list(const struct task *t, const struct response *rs, struct found *f)
{
	(void)rs;
	reads++;
	buf_put(&f->cursor, leads);
	f->covered = t->now;
	f->same_until = same_until;
	return says_odd && f->odd(f, "row", 3, "it is strange") ? LATER : DONE;
}

static const struct stream lists[] = {
	{.name = "list", .every = HOUR, .poll = {ask, read_list, NULL, NULL}},
	{.name = NULL},
};
static const struct connector lister = {
	.name = "example", .title = "Example", .hosts = hosts, .streams = lists};

static void
poll_list(struct daemon *d, const char *body, long status, int64_t now)
{
	const struct answer a = {
		.complete = 1, .left = 1, .response = {.status = status, .body = body, .len = strlen(body)}};
	struct job *job;

	plan_poll(d, d->runners, now);
	job = d->starting;
	assert_non_null(job);
	d->starting = NULL;
	d->runners->busy[LANE_POLL] = NULL;
	poll_finished(d, job, &a, now);
	job_free(job);
}

/* Polls a list twice, with these answers, an hour apart: so often it was read the second time. */
static int
read_again(struct kit *k, const char *body, long status)
{
	struct conf_account account = {
		.name = "toys", .connector = &lister, .endpoint = "", .proxy = "", .ca = ""};
	struct conf conf = {.accounts = &account, .naccounts = 1};
	struct daemon d = {.conf = &conf, .store = k->store};
	struct stream_row row;
	int before;

	kit_begin(k);
	stream_put(k->store, k->account.id, &(struct stream_row){.name = "list", .cursor = "here"});
	runners_make(&d, T0);
	poll_list(&d, "a page", 200, T0);
	before = reads;
	if (moved)
		stream_put(k->store, k->account.id,
			   &(struct stream_row){.name = "list", .cursor = moved, .next_at = T0 + HOUR});
	poll_list(&d, body, status, T0 + HOUR);
	stream_get(k->store, k->account.id, "list", &row);
	assert_true(row.covered == T0 + HOUR && row.swept == T0 + HOUR); /* read or not */
	assert_true(row.next_at == T0 + 2 * HOUR);
	assert_string_equal(row.cursor, leads);
	runners_free(&d);
	kit_commit(k);
	return reads - before;
}

static void
the_same_answer_is_read_once(void **state)
{
	leads = "here";
	same_until = INT64_MAX;
	assert_int_equal(read_again(*state, "a page", 200), 0);
	assert_int_equal(read_again(*state, "A page", 200), 1);
	assert_int_equal(read_again(*state, "a page", 201), 1);
}

static void
the_same_answer_is_read_when_its_time_has_come(void **state)
{
	leads = "here";
	same_until = T0 + HOUR + 1;
	assert_int_equal(read_again(*state, "a page", 200), 0);
	same_until = T0 + HOUR;
	assert_int_equal(read_again(*state, "a page", 200), 1);
	same_until = 0; /* it promises nothing */
	assert_int_equal(read_again(*state, "a page", 200), 1);
}

static void
the_same_answer_elsewhere_is_read(void **state)
{
	same_until = INT64_MAX;
	leads = "here";
	moved = "there";
	assert_int_equal(read_again(*state, "a page", 200), 1);
	leads = "there"; /* it led on, and does so again */
	moved = "here";
	assert_int_equal(read_again(*state, "a page", 200), 1);
	moved = NULL;
}

/* An odd row is met as often as it is shown: else it would count as settled. */
static void
an_answer_with_something_odd_is_read_again(void **state)
{
	leads = "here";
	same_until = INT64_MAX;
	says_odd = 1;
	assert_int_equal(read_again(*state, "a page", 200), 1);
	says_odd = 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_TEST(a_whole_page_is_stored_with_its_cursor),
		KIT_TEST(a_sweep_began_when_it_was_asked_for),
		KIT_TEST(an_unfinished_page_is_dropped_with_its_cursor),
		KIT_TEST(a_cut_answer_is_not_read),
		KIT_TEST(a_refused_stream_stops_and_is_told),
		KIT_TEST(a_clock_that_went_back_makes_nobody_wait),
		KIT_TEST(only_a_whole_sweep_ends_a_quarantine),
		KIT_TEST(no_quarantine_lasts_as_long_as_a_clock_was_ahead),
		KIT_TEST(what_was_read_by_a_clock_ahead_ends_no_later_quarantine),
		KIT_TEST(what_a_person_said_in_a_lost_turn_was_not_said),
		KIT_TEST(what_was_armed_by_a_clock_ahead_may_act),
		KIT_TEST(the_same_answer_is_read_once),
		KIT_TEST(the_same_answer_is_read_when_its_time_has_come),
		KIT_TEST(the_same_answer_elsewhere_is_read),
		KIT_TEST(an_answer_with_something_odd_is_read_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
