/* What cannot be stored for what it says costs nothing but itself. */
#include "daemon_store_test_kit.h"

#include "daemon/events.h"
#include "daemon/runner.h"

static void
forbid(struct kit *k, const char *trigger)
{
	assert_int_equal(sqlite3_exec(k->store->db, trigger, NULL, NULL, NULL), SQLITE_OK);
}

#define NO_POISON                                                                                            \
	"CREATE TRIGGER no_poison BEFORE INSERT ON orders WHEN new.remote = 'POISON'"                        \
	" BEGIN SELECT raise(ABORT, 'no poison'); END"

static void
put_order(struct kit *k, const char *remote)
{
	struct order o = an_order(remote, one_item, 1, T0);

	record_order(k->store, k->account.id, &o, T0);
}

/* ---- pages ---- */

static void
a_spoiled_page_is_empty_and_the_turn_goes_on(void **state)
{
	struct kit *k = *state;
	struct err why = {""};

	forbid(k, NO_POISON);
	kit_begin(k);
	put_order(k, "before");
	store_page_begin(k->store);
	put_order(k, "with it");
	store_page_begin(k->store);
	put_order(k, "POISON");
	put_order(k, "after it");
	store_page_keep(k->store);
	assert_true(store_failed(k->store));
	assert_true(store_page_spoiled(k->store, &why));
	assert_non_null(strstr(why.text, "no poison"));
	assert_false(store_failed(k->store));
	assert_false(store_page_spoiled(k->store, &why));
	put_order(k, "instead");
	store_page_keep(k->store);
	kit_commit(k);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM orders"), 2);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM orders WHERE remote IN ('before', 'instead')"),
			 2);
}

/* What nobody took on himself is not forgiven by who comes after. */
static void
a_page_takes_on_only_its_own(void **state)
{
	struct kit *k = *state;
	struct err why;

	forbid(k, NO_POISON);
	for (int inside = 0; inside < 2; inside++) {
		kit_begin(k);
		if (inside)
			store_page_begin(k->store);
		put_order(k, "POISON");
		if (inside)
			store_page_keep(k->store);
		store_page_begin(k->store);
		put_order(k, "next");
		assert_false(store_page_spoiled(k->store, &why));
		store_page_keep(k->store);
		assert_int_equal(store_commit(k->store, &k->err), -1);
	}
	assert_int_equal(kit_number(k, "SELECT count(*) FROM orders"), 0);
}

static void
a_full_disk_is_nobodys_poison(void **state)
{
	struct kit *k = *state;
	static char much[1 << 20];
	struct message m = a_message("m", "c", INCOMING, T0, much);
	struct err why;

	memset(much, 'x', sizeof much - 1);
	forbid(k, "PRAGMA max_page_count = 1");
	kit_begin(k);
	store_page_begin(k->store);
	record_message(k->store, k->account.id, &m, T0);
	assert_true(store_failed(k->store));
	assert_false(store_page_spoiled(k->store, &why));
	store_page_keep(k->store);
	assert_int_equal(store_commit(k->store, &k->err), -1);
}

/* ---- answers ---- */

static int
ask(const struct task *t, struct request *r, struct err *err)
{
	(void)t, (void)err;
	return buf_put(&r->url, "https://api.example.com/orders");
}

static enum outcome
read_three_orders(const struct task *t, const struct response *rs, struct found *f)
{
	static const char *const remotes[] = {"first", "POISON", "last"};

	(void)t, (void)rs;
	for (int i = 0; i < 3; i++) {
		struct order o = an_order(remotes[i], one_item, 1, T0);

		if (f->order(f, &o))
			return LATER;
	}
	buf_put(&f->cursor, "page 2");
	return DONE;
}

static const struct stream streams[] = {
	{.name = "orders", .every = HOUR, .poll = {ask, read_three_orders, NULL, NULL}},
	{.name = NULL},
};
static const struct host hosts[] = {{"api.example.com", 1}, {NULL, 0}};
static const struct connector platform = {
	.name = "example", .title = "Example", .hosts = hosts, .streams = streams};

static void
a_record_that_cannot_be_stored_is_odd_and_its_page_goes_on(void **state)
{
	struct kit *k = *state;
	static const struct answer whole = {
		.complete = 1, .left = 1, .response = {.status = 200, .body = "", .len = 0}};
	struct conf_account account = {
		.name = "toys", .connector = &platform, .endpoint = "", .proxy = "", .ca = ""};
	struct conf conf = {.accounts = &account, .naccounts = 1};
	struct daemon d = {.conf = &conf, .store = k->store};
	struct stream_row row;
	char item[16];

	forbid(k, NO_POISON);
	kit_begin(k);
	runners_make(&d, T0);
	plan_poll(&d, d.runners, T0);
	assert_non_null(d.starting);
	d.runners->busy[LANE_POLL] = NULL;
	poll_finished(&d, d.starting, &whole, T0);
	kit_commit(k);
	kit_begin(k);
	stream_get(k->store, k->account.id, "orders", &row);
	assert_string_equal(row.cursor, "page 2");
	assert_int_equal(row.fails, 0);
	kit_commit(k);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM orders"), 2);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM odd"), 1);
	kit_text(k, "SELECT CAST(item AS TEXT) FROM odd", item, sizeof item);
	assert_string_equal(item, "POISON");
	job_free(d.starting);
	runners_free(&d);
}

/* ---- events ---- */

static void
an_event_that_cannot_be_decided_stands_before_no_other(void **state)
{
	struct kit *k = *state;
	struct conf_account account = {.name = "toys", .connector = &platform, .answer_within = DAY};
	struct conf conf = {.accounts = &account, .naccounts = 1};
	struct policy *policies[8] = {NULL};
	struct daemon d = {.conf = &conf, .store = k->store, .policies = policies};

	kit_begin(k);
	put_order(k, "first");
	put_order(k, "POISON");
	put_order(k, "last");
	kit_commit(k);
	assert_true(kit_number(k, "SELECT count(*) FROM event WHERE check_at IS NOT NULL") > 2);
	forbid(k, "CREATE TRIGGER no_poison BEFORE INSERT ON journal WHEN new.ref = 'e2' AND new.facts LIKE"
		  " '%\"message\"%' BEGIN SELECT raise(ABORT, 'no poison'); END");
	kit_begin(k);
	runners_make(&d, T0);
	events_decide(&d, 200, T0);
	kit_commit(k);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM event WHERE check_at IS NOT NULL"), 0);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM journal WHERE ref = 'e2'"), 1);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM notice WHERE cause = 'undecided/e2'"), 1);
	runners_free(&d);
}

/* ---- whatever a platform says can be stored, or is odd ---- */

static uint64_t dice = 88172645463325252u;

static unsigned
roll(unsigned n)
{
	dice ^= dice << 13, dice ^= dice >> 7, dice ^= dice << 17;
	return (unsigned)(dice % n);
}

static const char *
a_text(void)
{
	static char much[1 << 16];
	static const char *const texts[] = {"",
					    "1",
					    "2",
					    "3",
					    "4",
					    "\xff\xfe",
					    "\xed\xa0\x80 x",
					    "a'b\"c",
					    "\x01\x7f",
					    "EUR",
					    much,
					    "12-34567-89012",
					    "{\"a\":[",
					    "%s%n"};

	memset(much, 'y', sizeof much - 1);
	return roll(6) ? texts[roll(sizeof texts / sizeof *texts)] : NULL;
}

static int64_t
a_number(void)
{
	static const int64_t numbers[] = {0, 1, -1, INT64_MAX, INT64_MIN, T0, T0 + DAY, -T0, 1000};

	return numbers[roll(sizeof numbers / sizeof *numbers)];
}

static struct money
a_sum(void)
{
	static const struct money sums[] = {
		{0, ""}, {2890, "EUR"}, {-5, "EUR"}, {MONEY_MAX, "EUR"}, {-MONEY_MAX, "EUR"}, {1, "JPY"}};

	return sums[roll(sizeof sums / sizeof *sums)];
}

static struct buyer
a_buyer(void)
{
	return (struct buyer){a_text(), a_text(), a_text(), a_text()};
}

static void
some_order(struct kit *k)
{
	struct order_item items[3];

	for (int i = 0; i < 3; i++)
		items[i] = (struct order_item){a_text(), a_text(), a_text(), a_text(), a_number(), a_sum()};
	record_order(k->store, k->account.id,
		     &(struct order){.remote = a_text(),
				     .marketplace = a_text(),
				     .status = a_text(),
				     .payment = (enum payment)roll(5),
				     .fulfilment = (enum fulfilment)roll(5),
				     .cancellation = (enum cancellation)roll(3),
				     .buyer = a_buyer(),
				     .total = a_sum(),
				     .created = a_number(),
				     .changed = a_number(),
				     .ship_by = a_number(),
				     .eta_from = a_number(),
				     .eta_to = a_number(),
				     .buyer_note = a_text(),
				     .items = items,
				     .nitems = roll(4)},
		     T0);
}

static void
some_message(struct kit *k)
{
	struct attachment files[2] = {{a_text(), a_text(), a_text()}, {a_text(), a_text(), a_text()}};

	record_message(k->store, k->account.id,
		       &(struct message){.remote = a_text(),
					 .conversation = a_text(),
					 .marketplace = a_text(),
					 .direction = (enum direction)roll(2),
					 .buyer = a_buyer(),
					 .subject = a_text(),
					 .text = a_text(),
					 .listing = a_text(),
					 .order = a_text(),
					 .sent = a_number(),
					 .automatic = (int)roll(2),
					 .attachments = files,
					 .nattachments = roll(3)},
		       T0);
}

static void
some_dispute(struct kit *k)
{
	struct dispute_entry history[2];
	struct dispute_file files[2];

	for (int i = 0; i < 2; i++) {
		history[i] = (struct dispute_entry){a_text(), (enum actor)roll(3), a_text(), a_text(),
						    a_sum(),  a_number()};
		files[i] = (struct dispute_file){.remote = a_text(),
						 .name = a_text(),
						 .type = a_text(),
						 .actor = (enum actor)roll(3),
						 .url = a_text()};
		if (!files[i].url)
			files[i].bytes = "x", files[i].len = 1;
	}
	record_dispute(k->store, k->account.id,
		       &(struct dispute){.remote = a_text(),
					 .kind = (enum dispute_kind)roll(7),
					 .status = (enum dispute_status)roll(7),
					 .raw = a_text(),
					 .marketplace = a_text(),
					 .order = a_text(),
					 .line = a_text(),
					 .listing = a_text(),
					 .buyer = a_buyer(),
					 .reason = a_text(),
					 .text = a_text(),
					 .amount = a_sum(),
					 .due_action = a_text(),
					 .respond_by = a_number(),
					 .options = a_text(),
					 .revision = a_text(),
					 .memo = a_text(),
					 .opened = a_number(),
					 .changed = a_number(),
					 .closed = a_number(),
					 .parent = {(enum dispute_kind)roll(7), a_text()},
					 .next = {(enum dispute_kind)roll(7), a_text()},
					 .history = history,
					 .nhistory = roll(3),
					 .files = files,
					 .nfiles = roll(3)},
		       T0);
}

static void
some_other(struct kit *k)
{
	switch (roll(4)) {
	case 0:
		record_feedback(k->store, k->account.id,
				&(struct feedback){.remote = a_text(),
						   .direction = (enum direction)roll(2),
						   .rating = (enum rating)roll(4),
						   .marketplace = a_text(),
						   .order = a_text(),
						   .line = a_text(),
						   .listing = a_text(),
						   .title = a_text(),
						   .buyer = a_buyer(),
						   .text = a_text(),
						   .reply = a_text(),
						   .follow_up = a_text(),
						   .given = a_number(),
						   .changed = a_number()},
				T0);
		break;
	case 1:
		record_refund(k->store, k->account.id,
			      &(struct refund){a_text(), a_text(), a_sum(), (enum refund_status)roll(3),
					       a_number()},
			      T0);
		break;
	case 2:
		record_shipment(k->store, k->account.id,
				&(struct shipment){a_text(), a_text(), a_text(), a_text(), a_number()}, T0);
		break;
	default:
		record_metric(k->store, k->account.id,
			      &(struct metric){a_text(), a_text(), a_text(), a_text(), a_text(), a_number(),
					       a_number()},
			      T0);
	}
}

/* All the facts around each record, as rules need them. */
static void
load_all(struct kit *k)
{
	const int64_t n = kit_number(k, "SELECT ifnull(max(id), 0) FROM event");
	struct situation s;

	for (int64_t id = 1; id <= n; id++)
		situation_load(k->store, &(struct around){.event = id}, T0, &s);
}

static void
nothing_that_a_platform_says_loses_the_turn(void **state)
{
	struct kit *k = *state;
	static void (*const some[])(struct kit *) = {some_order, some_message, some_dispute, some_other};

	for (int turn = 0; turn < 60; turn++) {
		const uint64_t seed = dice;

		kit_begin(k);
		for (int i = 0; i < 40; i++)
			some[roll(4)](k);
		if (turn % 20 == 19)
			load_all(k);
		if (store_commit(k->store, &k->err))
			fail_msg("dice %llu: %s", (unsigned long long)seed, k->err.text);
	}
	assert_true(kit_number(k, "SELECT count(*) FROM message") > 0);
	assert_true(kit_number(k, "SELECT count(*) FROM dispute") > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_TEST(a_spoiled_page_is_empty_and_the_turn_goes_on),
		KIT_TEST(a_page_takes_on_only_its_own),
		KIT_TEST(a_full_disk_is_nobodys_poison),
		KIT_TEST(a_record_that_cannot_be_stored_is_odd_and_its_page_goes_on),
		KIT_TEST(an_event_that_cannot_be_decided_stands_before_no_other),
		KIT_TEST(nothing_that_a_platform_says_loses_the_turn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
