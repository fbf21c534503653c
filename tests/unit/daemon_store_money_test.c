/* Refunds and what counts against the limits; the columns of an action that moves money; its files. */
#include "daemon_store_test_kit.h"

static void
take(struct kit *k, const char *remote, int64_t minor, enum refund_status status, int64_t at)
{
	struct refund r = {
		.order = "O1", .remote = remote, .amount = {minor, "EUR"}, .status = status, .at = at};

	kit_begin(k);
	record_refund(k->store, k->account.id, &r, T0 + DAY);
	kit_commit(k);
}

static struct outbox_row
move(struct kit *k, int64_t minor, enum outbox_state state, int64_t started, const char *remote)
{
	static int n;
	char key[16];
	struct outbox_row row = {.account = k->account.id,
				 .order = 1,
				 .kind = "order.refund",
				 .text = "",
				 .state = state,
				 .intent_key = key,
				 .amount = {minor, "EUR"},
				 .moves = {minor, "EUR"}};

	snprintf(key, sizeof key, "K%d", n++);
	kit_begin(k);
	assert_int_equal(outbox_insert(k->store, &row, T0), 1);
	row.started = started;
	row.attempt = started != 0;
	row.remote = remote;
	kit_save(k, &row, T0);
	kit_commit(k);
	return row;
}

static int64_t
of_order(struct kit *k, int64_t except)
{
	int64_t n;

	kit_begin(k);
	n = money_of_order(k->store, 1, "EUR", except, 0);
	kit_commit(k);
	return n;
}

static int
setup(void **state)
{
	struct order o = an_order("O1", one_item, 1, T0);

	kit_setup(state);
	take_order(*state, &o, T0);
	return 0;
}

static void
a_refund_is_an_event_once(void **state)
{
	struct kit *k = *state;
	struct order o = an_order("O2", one_item, 1, T0);
	struct refund early = {
		.order = "O2", .remote = "B7", .amount = {100, "EUR"}, .status = REFUND_DONE, .at = T0 + 5};

	take(k, "B1", 500, REFUND_FAILED, T0 + 5);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM event WHERE kind = 'order.refunded'"), 0);
	take(k, "B1", 500, REFUND_PENDING, T0 + 5);
	take(k, "B1", 500, REFUND_DONE, T0 + 6);
	take(k, "B2", 500, REFUND_DONE, T0 + 7);
	assert_int_equal(
		kit_number(k, "SELECT count(*) FROM event WHERE kind = 'order.refunded' AND order_id = 1"),
		2);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM event WHERE detail = 'B1'"), 1);
	assert_int_equal(kit_number(k, "SELECT version FROM orders"), 5);
	take(k, "B2", 500, REFUND_DONE, T0 + 7);
	assert_int_equal(kit_number(k, "SELECT version FROM orders"), 5);

	kit_begin(k); /* before its order */
	record_refund(k->store, k->account.id, &early, T0 + 6);
	kit_commit(k);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM event WHERE detail = 'B7'"), 0);
	take_order(k, &o, T0 + 9);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM event WHERE detail = 'B7' AND order_id = 2"), 1);
	early.amount.currency[0] = '\0';
	kit_begin(k);
	assert_int_equal(record_refund(k->store, k->account.id, &early, T0 + 6), 0);
	kit_commit(k);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM odd"), 1);
}

static void
nothing_counts_twice(void **state)
{
	struct kit *k = *state;
	struct outbox_row first, second;

	take(k, "B0", 300, REFUND_DONE, T0); /* made elsewhere, before */
	assert_int_equal(of_order(k, 0), 300);
	first = move(k, 500, OUTBOX_SENT, T0 + HOUR, NULL);
	assert_int_equal(of_order(k, 0), 800);
	take(k, "B1", 500, REFUND_PENDING, T0 + HOUR + 5);
	assert_int_equal(of_order(k, 0), 800);
	second = move(k, 500, OUTBOX_READY, 0, NULL); /* has not left: no refund can be its */
	assert_int_equal(of_order(k, 0), 1300);
	assert_int_equal(of_order(k, second.id), 800);
	second.state = OUTBOX_SENDING;
	second.started = T0 + HOUR;
	second.attempt = 1;
	kit_begin(k);
	kit_save(k, &second, T0);
	kit_commit(k);
	assert_int_equal(of_order(k, 0), 1300); /* one refund is shown, two were sent */
	take(k, "B2", 500, REFUND_DONE, T0 + HOUR + 9);
	assert_int_equal(of_order(k, 0), 1300);
	(void)first;
}

/* One that comes back from a failed attempt has not left: the refund was made by hand. */
static void
ready_meets_nothing(void **state)
{
	struct kit *k = *state;

	take(k, "B1", 500, REFUND_DONE, T0 + HOUR + 5);
	move(k, 500, OUTBOX_READY, T0 + HOUR, NULL);
	assert_int_equal(of_order(k, 0), 1000);
}

static void
known_by_its_id(void **state)
{
	struct kit *k = *state;

	move(k, 500, OUTBOX_UNSURE, T0 + HOUR, NULL);
	move(k, 500, OUTBOX_SENT, T0 + HOUR, "B1");
	take(k, "B1", 500, REFUND_DONE, T0 + HOUR);
	assert_int_equal(of_order(k, 0), 1000); /* the first one is still open */
	take(k, "B1", 500, REFUND_FAILED, T0 + HOUR);
	assert_int_equal(of_order(k, 0), 500);
}

static void
what_may_have_moved_counts(void **state)
{
	struct kit *k = *state;

	move(k, 500, OUTBOX_HELD, T0 + HOUR, NULL);
	move(k, 40, OUTBOX_HELD, 0, NULL);
	move(k, 3, OUTBOX_DRAFT, 0, NULL);
	move(k, 2, OUTBOX_DROPPED, 0, NULL);
	assert_int_equal(of_order(k, 0), 500);
	kit_begin(k);
	assert_int_equal(money_of_order(k->store, 1, "USD", 0, 0), 0);
	kit_commit(k);
}

static void
of_a_day(void **state)
{
	struct kit *k = *state;
	struct order o = an_order("O2", one_item, 1, T0);
	struct outbox_row row;

	o.buyer.remote = "second_buyer";
	take_order(k, &o, T0);
	move(k, 500, OUTBOX_SENT, T0 - 2 * DAY, NULL);
	move(k, 40, OUTBOX_SENT, T0, NULL);
	row = move(k, 3, OUTBOX_READY, 0, NULL);
	kit_begin(k);
	assert_int_equal(money_of_account(k->store, k->account.id, "EUR", T0 - DAY, 0, 0), 43);
	assert_int_equal(money_of_account(k->store, k->account.id, "EUR", T0 - DAY, row.id, 0), 40);
	assert_int_equal(money_of_account(k->store, k->account.id, "USD", T0 - DAY, 0, 0), 0);
	assert_int_equal(money_of_buyer(k->store, 1, "EUR", T0 - DAY, 0, 0), 43);
	assert_int_equal(money_of_buyer(k->store, 1, "EUR", T0 - 3 * DAY, row.id, 0), 540);
	assert_int_equal(money_of_buyer(k->store, 2, "EUR", T0 - DAY, 0, 0), 0);
	/* What only waits to leave does not count for what leaves now. */
	assert_int_equal(money_of_account(k->store, k->account.id, "EUR", T0 - DAY, 0, 1), 40);
	assert_int_equal(money_of_buyer(k->store, 1, "EUR", T0 - DAY, 0, 1), 40);
	assert_int_equal(money_of_order(k->store, 1, "EUR", 0, 0) - money_of_order(k->store, 1, "EUR", 0, 1),
			 3);
	kit_commit(k);
}

/* A dispute that found its order only after the action was wished. */
static void
through_the_dispute(void **state)
{
	struct kit *k = *state;
	struct dispute d = {.remote = "R1", .kind = DISPUTE_RETURN, .order = "O1"};
	struct outbox_row row = {.kind = "return.refund",
				 .intent_key = "K",
				 .text = "",
				 .state = OUTBOX_READY,
				 .moves = {2890, "EUR"},
				 .account = k->account.id,
				 .dispute = 1};

	kit_begin(k);
	record_dispute(k->store, k->account.id, &d, T0);
	assert_int_equal(outbox_insert(k->store, &row, T0), 1);
	assert_int_equal(money_of_order(k->store, 1, "EUR", 0, 0), 2890);
	kit_commit(k);
}

/* The buyer who declines an offer of 5 EUR can have all the money back. */
static void
a_declined_offer_moves_nothing(void **state)
{
	struct kit *k = *state;
	struct dispute d = {.remote = "R1",
			    .kind = DISPUTE_RETURN,
			    .order = "O1",
			    .due_action = "DECIDE",
			    .changed = T0 + 1};
	struct outbox_row row = {.kind = "return.offer",
				 .intent_key = "K",
				 .text = "",
				 .state = OUTBOX_SENT,
				 .amount = {500, "EUR"},
				 .moves = {500, "EUR"},
				 .account = k->account.id,
				 .order = 1,
				 .dispute = 1};

	kit_begin(k);
	record_dispute(k->store, k->account.id, &d, T0 + 1);
	assert_int_equal(outbox_insert(k->store, &row, T0), 1);
	row.started = T0 + HOUR;
	kit_save(k, &row, T0);
	assert_int_equal(money_of_order(k->store, 1, "EUR", 0, 0), 500);
	assert_int_equal(money_paid_by(k->store, 1, 1, 0), row.id);
	d.status = DISPUTE_AWAITING_BUYER;
	d.due_action = "";
	d.changed = T0 + HOUR;
	record_dispute(k->store, k->account.id, &d, T0 + HOUR);
	assert_int_equal(money_of_order(k->store, 1, "EUR", 0, 0), 500);
	d.status = DISPUTE_AWAITING_SELLER;
	d.due_action = "DECIDE";
	d.changed = T0 + 2 * HOUR;
	record_dispute(k->store, k->account.id, &d, T0 + 2 * HOUR);
	assert_int_equal(money_of_order(k->store, 1, "EUR", 0, 0), 0);
	assert_int_equal(money_of_account(k->store, k->account.id, "EUR", 0, 0, 0), 0);
	assert_int_equal(money_of_buyer(k->store, 1, "EUR", 0, 0, 0), 0);
	assert_int_equal(money_paid_by(k->store, 1, 1, 0), 0);
	kit_commit(k);
}

static void
every_column_comes_back(void **state)
{
	struct kit *k = *state;
	struct dispute d = {.remote = "R1",
			    .kind = DISPUTE_RETURN,
			    .order = "O1",
			    .listing = "L1",
			    .buyer = {.remote = "example_buyer"},
			    .revision = "8", /* newer than the last look */
			    .memo = "other"};
	struct outbox_row row = {.kind = "return.offer",
				 .intent_key = "K",
				 .text = "Hallo",
				 .rule = "r",
				 .state = OUTBOX_READY,
				 .amount = {500, "EUR"},
				 .moves = {500, "EUR"},
				 .account = k->account.id,
				 .dispute = 1,
				 .dispute_version = 1,
				 .line = "I1",
				 .code = "CODE",
				 .carrier = "DHL",
				 .tracking = "0034",
				 .shipped = T0,
				 .revision = "7",
				 .memo = "memo",
				 .requester = "anna"},
			  got;
	struct attachment_file files[2];

	kit_begin(k);
	record_dispute(k->store, k->account.id, &d, T0);
	assert_int_equal(outbox_insert(k->store, &row, T0), 1);
	assert_int_equal(outbox_unsent_of_dispute(k->store, 1, "return.offer", 0, &got), 1);
	assert_int_equal(outbox_unsent_of_dispute(k->store, 1, NULL, row.id, &got), 0);
	assert_int_equal(outbox_unsent_of_dispute(k->store, 1, "return.refund", 0, &got), 0);
	assert_int_equal(outbox_unsent_of_dispute(k->store, 1, NULL, 0, &got), 1);
	assert_string_equal(got.dispute_remote, "R1");
	assert_string_equal(got.order_remote, "O1");
	assert_string_equal(got.buyer_remote, "example_buyer");
	assert_string_equal(got.listing, "L1");
	assert_string_equal(got.revision, "7");
	assert_string_equal(got.memo, "memo");
	assert_string_equal(got.line, "I1");
	assert_string_equal(got.code, "CODE");
	assert_string_equal(got.carrier, "DHL");
	assert_string_equal(got.tracking, "0034");
	assert_string_equal(got.requester, "anna");
	assert_int_equal(got.shipped, T0);
	assert_int_equal(got.dispute_version, 1);
	assert_int_equal(got.amount.minor, 500);
	assert_string_equal(got.amount.currency, "EUR");
	assert_int_equal(got.moves.minor, 500);
	got.amount = (struct money){0};
	got.moves.minor = 700;
	got.tracking = "0035";
	kit_save(k, &got, T0);
	assert_int_equal(outbox_get(k->store, row.id, &got), 1);
	assert_string_equal(got.amount.currency, "");
	assert_int_equal(got.moves.minor, 700);
	assert_string_equal(got.moves.currency, "EUR");
	assert_string_equal(got.tracking, "0035");

	outbox_file_add(k->store, row.id, 2, "b.pdf", "application/pdf", "second", 6, T0);
	outbox_file_add(k->store, row.id, 1, "a.png", "image/png", "first", 5, T0);
	assert_int_equal(outbox_files(k->store, row.id, files, 1), 1);
	assert_int_equal(outbox_files(k->store, row.id, files, 2), 2);
	assert_string_equal(files[0].name, "a.png");
	assert_string_equal(files[1].type, "application/pdf");
	assert_int_equal(files[1].len, 6);
	assert_memory_equal(files[1].bytes, "second", 6);
	kit_commit(k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_refund_is_an_event_once, setup, kit_teardown),
		cmocka_unit_test_setup_teardown(nothing_counts_twice, setup, kit_teardown),
		cmocka_unit_test_setup_teardown(ready_meets_nothing, setup, kit_teardown),
		cmocka_unit_test_setup_teardown(known_by_its_id, setup, kit_teardown),
		cmocka_unit_test_setup_teardown(what_may_have_moved_counts, setup, kit_teardown),
		cmocka_unit_test_setup_teardown(of_a_day, setup, kit_teardown),
		cmocka_unit_test_setup_teardown(through_the_dispute, setup, kit_teardown),
		cmocka_unit_test_setup_teardown(a_declined_offer_moves_nothing, setup, kit_teardown),
		cmocka_unit_test_setup_teardown(every_column_comes_back, setup, kit_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
