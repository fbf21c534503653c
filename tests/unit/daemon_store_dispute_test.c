/* Disputes: merging, whose turn it is, links, files, events, and the facts around them. */
#include "daemon_store_test_kit.h"

static const char picture[] = "\x89PNG\r\n\x1a\n picture";

static struct dispute
a_return(const char *remote, int64_t changed)
{
	return (struct dispute){
		.remote = remote,
		.kind = DISPUTE_RETURN,
		.status = DISPUTE_AWAITING_SELLER,
		.raw = "RETURN_REQUESTED",
		.marketplace = "EBAY_DE",
		.listing = "L1",
		.buyer = {.remote = "example_buyer", .name = "Erika Mustermann", .country = "DE"},
		.reason = "NOT_AS_DESCRIBED",
		.text = "Das Rad fehlt.",
		.amount = {2890, "EUR"},
		.due_action = "SELLER_DECIDE",
		.respond_by = T0 + 3 * DAY,
		.options = "accept decline offer",
		.revision = "1",
		.opened = T0 + HOUR,
		.changed = changed};
}

static int
take(struct kit *k, const struct dispute *d, int64_t now)
{
	int r;

	kit_begin(k);
	r = record_dispute(k->store, k->account.id, d, now);
	kit_commit(k);
	return r;
}

static int64_t
events(struct kit *k, const char *kind)
{
	char sql[120];

	snprintf(sql, sizeof sql, "SELECT count(*) FROM event WHERE kind = '%s'", kind);
	return kit_number(k, sql);
}

#define assert_column(k, column, expected)                                                                   \
	do {                                                                                                 \
		char got_[256];                                                                              \
		kit_text(k, "SELECT " column " FROM dispute ORDER BY id LIMIT 1", got_, sizeof got_);        \
		assert_string_equal(got_, expected);                                                         \
	} while (0)

static void
what_is_not_said_is_kept(void **state)
{
	struct kit *k = *state;
	struct dispute d = a_return("R1", T0 + 2 * HOUR), less = {.remote = "R1",
								  .kind = DISPUTE_RETURN,
								  .status = DISPUTE_AWAITING_SELLER,
								  .text = "",
								  .changed = T0 + 3 * HOUR};

	assert_int_equal(take(k, &d, T0 + 2 * HOUR), 1);
	assert_int_equal(take(k, &d, T0 + 3 * HOUR), 0);
	assert_int_equal(take(k, &less, T0 + 4 * HOUR), 0);
	assert_int_equal(kit_number(k, "SELECT version FROM dispute"), 1);
	assert_column(
		k, "text || reason || amount || currency || options || due_action || respond_by || given_by",
		"Das Rad fehlt.NOT_AS_DESCRIBED2890EURaccept decline "
		"offerSELLER_DECIDE1760259200000platform");
	d.options = "";
	d.changed = T0 + 5 * HOUR;
	assert_int_equal(take(k, &d, T0 + 5 * HOUR), 1);
	assert_column(k, "options", "");

	/* An older page comes late. */
	d = a_return("R1", T0 + 2 * HOUR);
	d.status = DISPUTE_RESOLVED;
	d.due_action = "";
	assert_int_equal(take(k, &d, T0 + 6 * HOUR), 0);
	assert_column(k, "status || due_action || ifnull(closed, '-')", "awaiting_sellerSELLER_DECIDE-");
	assert_int_equal(events(k, "dispute.closed"), 0);
	assert_int_equal(events(k, "dispute.opened"), 1);
	assert_int_equal(events(k, "dispute.due"), 1);
}

static void
each_turn_is_one_event(void **state)
{
	struct kit *k = *state;
	struct dispute d = a_return("R1", T0 + 2 * HOUR);

	take(k, &d, T0 + 2 * HOUR);
	assert_column(k, "(SELECT detail FROM event WHERE kind = 'dispute.due')",
		      "SELLER_DECIDE@1760259200000");
	assert_column(k, "our_turn", "1760003600000");
	d.raw = "WAITING";
	d.status = DISPUTE_AWAITING_BUYER;
	d.due_action = "";
	d.respond_by = 0;
	d.changed += HOUR;
	assert_int_equal(take(k, &d, d.changed), 1);
	assert_column(k,
		      "ifnull(our_turn, '-') || ifnull(due_action, '-') || ifnull(respond_by, '-') || "
		      "ifnull(given_by, '-')",
		      "----");
	assert_int_equal(events(k, "dispute.due"), 1);

	/* Again the same action, without a date: another turn. */
	for (int i = 2; i <= 3; i++) {
		d.status = DISPUTE_AWAITING_SELLER;
		d.due_action = "SELLER_REFUND";
		d.changed += HOUR;
		take(k, &d, d.changed);
		take(k, &d, d.changed + MINUTE);
		assert_int_equal(events(k, "dispute.due"), i);
		d.status = DISPUTE_AWAITING_BUYER;
		d.due_action = NULL;
		d.changed += HOUR;
		take(k, &d, d.changed);
		assert_int_equal(kit_number(k, "SELECT our_turn IS NULL FROM dispute"), 1);
	}
}

/* Business days end for all turns at the same time: what is due is the same, and yet it is another turn. */
static void
a_turn_that_ends_with_the_same_day(void **state)
{
	struct kit *k = *state;
	struct dispute d = a_return("R1", T0 + 2 * HOUR);

	take(k, &d, T0 + 2 * HOUR);
	assert_int_equal(events(k, "dispute.due"), 1);
	d.status = DISPUTE_AWAITING_BUYER;
	d.due_action = "";
	d.respond_by = 0;
	d.changed += HOUR;
	take(k, &d, d.changed);
	d = a_return("R1", T0 + 4 * HOUR);
	take(k, &d, T0 + 4 * HOUR);
	take(k, &d, T0 + 5 * HOUR);
	assert_int_equal(events(k, "dispute.due"), 2);
}

/* The buyer declined what we offered before a poll saw that it was offered. */
static void
a_turn_of_the_buyer_that_no_poll_saw(void **state)
{
	struct kit *k = *state;
	struct dispute d = a_return("R1", T0 + 2 * HOUR);

	take(k, &d, T0 + 2 * HOUR);
	kit_begin(k);
	dispute_answered(k->store, 1, T0 + 3 * HOUR);
	kit_commit(k);
	take(k, &d, T0 + 3 * HOUR); /* still what it was before our answer */
	assert_int_equal(events(k, "dispute.due"), 1);
	d.raw = "OFFER_DECLINED";
	d.changed = T0 + 4 * HOUR;
	take(k, &d, T0 + 5 * HOUR);
	take(k, &d, T0 + 6 * HOUR);
	assert_int_equal(events(k, "dispute.due"), 2);
	assert_column(k, "our_turn > answered", "1");
}

/* What is told at that time; several are joined. */
static const char *
at_risk(struct kit *k, int64_t now)
{
	static char causes[256];
	struct risk r[4];
	int n;

	kit_begin(k);
	risks_over(k->store, now);
	n = risks(k->store, now, r, 4);
	*causes = '\0';
	for (int i = 0; i < n; i++) {
		snprintf(causes + strlen(causes), sizeof causes - strlen(causes), "%s%s", i ? " " : "",
			 r[i].cause);
		notice_raise(k->store, r[i].cause, r[i].account, "told", now);
		assert_string_equal(r[i].account_name, "toys");
	}
	kit_commit(k);
	return causes;
}

#define OPEN_NOTICES "SELECT count(*) FROM notice WHERE cleared IS NULL"

static void
what_nobody_answers_is_at_risk_in_stages(void **state)
{
	struct kit *k = *state;
	struct dispute d = a_return("R1", T0 + 2 * HOUR), other = a_return("R2", T0 + 2 * HOUR);
	const int64_t until = T0 + 3 * DAY;
	struct outbox_row row = {.kind = "return.accept",
				 .intent_key = "K",
				 .text = "",
				 .state = OUTBOX_READY,
				 .account = k->account.id,
				 .dispute = 2};

	take(k, &d, T0 + 2 * HOUR);
	take(k, &other, T0 + 2 * HOUR);
	kit_begin(k);
	assert_int_equal(outbox_insert(k->store, &row, T0), 1);
	kit_commit(k);
	assert_string_equal(at_risk(k, until - DAY - 1), "");
	assert_string_equal(at_risk(k, until - DAY), "due/24h/d1@1760259200000");
	assert_string_equal(at_risk(k, until - DAY), "");
	assert_string_equal(at_risk(k, until - 8 * HOUR - 1), "");
	assert_string_equal(at_risk(k, until - 8 * HOUR),
			    "due/8h/d1@1760259200000 due/8h/d2@1760259200000"); /* it did not leave */
	assert_string_equal(at_risk(k, until - 8 * HOUR), "");
	assert_int_equal(kit_number(k, OPEN_NOTICES), 2); /* the later stage in the place of the former */
	assert_string_equal(at_risk(k, until - 2 * HOUR), "due/2h/d1@1760259200000 due/2h/d2@1760259200000");
	assert_string_equal(at_risk(k, until - 1), "");

	d.respond_by = T0 + 5 * DAY; /* the platform gave more time */
	d.changed += HOUR;
	take(k, &d, d.changed);
	assert_string_equal(at_risk(k, until), "due/missed/d2@1760259200000");
	assert_string_equal(at_risk(k, until + DAY), "due/24h/d1@1760432000000");
	assert_string_equal(at_risk(k, until + DAY), "");
	assert_int_equal(kit_number(k, OPEN_NOTICES), 2);
	kit_begin(k);
	dispute_answered(k->store, 1, T0 + 4 * DAY);
	dispute_answered(k->store, 2, T0 + 4 * DAY);
	kit_commit(k);
	assert_string_equal(at_risk(k, T0 + 5 * DAY - HOUR), "");
	assert_int_equal(kit_number(k, OPEN_NOTICES), 0);
}

/* What was missed before we knew the account, or long ago, and what may have left just now, is no news. */
static void
what_was_missed_is_told_once(void **state)
{
	struct kit *k = *state;
	struct dispute old = a_return("R1", T0 - 9 * DAY), d = a_return("R2", T0 + HOUR);
	struct outbox_row row = {.kind = "return.accept",
				 .intent_key = "K",
				 .text = "",
				 .state = OUTBOX_READY,
				 .account = k->account.id,
				 .dispute = 2};

	old.opened = T0 - 10 * DAY;
	old.respond_by = T0 - HOUR;
	d.respond_by = T0 + DAY;
	take(k, &old, T0 + HOUR);
	take(k, &d, T0 + HOUR);
	assert_string_equal(at_risk(k, T0 + 2 * HOUR), "");
	kit_begin(k);
	assert_int_equal(outbox_insert(k->store, &row, T0), 1);
	kit_commit(k);
	kit_begin(k);
	kit_state(k, &row, OUTBOX_UNSURE, T0 + DAY - 1);
	kit_commit(k);
	assert_string_equal(at_risk(k, T0 + DAY), "");
	kit_begin(k);
	kit_state(k, &row, OUTBOX_HELD, T0 + DAY + HOUR);
	kit_commit(k);
	assert_string_equal(at_risk(k, T0 + DAY + HOUR), "due/missed/d2@1760086400000");
	assert_string_equal(at_risk(k, T0 + DAY + 2 * HOUR), "");
	kit_begin(k);
	assert_int_equal(notice_raise(k->store, "due/missed/d2@1760086400000", 0, "again", T0), 0);
	kit_commit(k);
	assert_string_equal(at_risk(k, T0 + 20 * DAY), "");
	assert_int_equal(kit_number(k, OPEN_NOTICES), 1); /* until it is answered */
}

static void
the_platforms_deadline_goes_before_ours(void **state)
{
	struct kit *k = *state;
	struct dispute d = a_return("R1", T0 + 2 * HOUR);

	take(k, &d, T0 + 2 * HOUR);
	kit_begin(k);
	dispute_reckoned(k->store, 1, &(struct reckoned){T0, T0 + DAY, "return: 3 business days", 1});
	kit_commit(k);
	assert_column(k, "respond_by || given_by", "1760259200000platform");

	d.respond_by = 0; /* it vanishes, and so does ours of it; then the policy's stands */
	d.changed += HOUR;
	take(k, &d, d.changed);
	assert_column(k, "ifnull(respond_by, '-') || ifnull(given_by, '-')", "--");
	assert_int_equal(events(k, "dispute.due"), 2);
	kit_begin(k);
	dispute_reckoned(k->store, 1, &(struct reckoned){T0, T0 + DAY, "return: 3 business days", 1});
	kit_commit(k);
	d.changed += HOUR;
	take(k, &d, d.changed);
	assert_column(k, "respond_by || given_by", "1760086400000return: 3 business days");
	d.respond_by = T0 + 2 * DAY;
	d.changed += HOUR;
	take(k, &d, d.changed);
	assert_column(k, "respond_by || given_by", "1760172800000platform");
	d.due_action = "SELLER_REFUND"; /* a new turn without a date: the former date is not its */
	d.respond_by = 0;
	d.changed += HOUR;
	take(k, &d, d.changed);
	assert_column(k, "ifnull(respond_by, '-') || due_action", "-SELLER_REFUND");
}

static void
closed_once_for_each_end(void **state)
{
	struct kit *k = *state;
	struct dispute d = a_return("R1", T0 + 2 * HOUR);

	take(k, &d, T0 + 2 * HOUR);
	d.status = DISPUTE_WON;
	d.changed += HOUR;
	take(k, &d, d.changed);
	take(k, &d, d.changed + HOUR);
	assert_int_equal(events(k, "dispute.closed"), 1);
	assert_column(k, "closed || ifnull(our_turn, '-')", "1760010800000-");
	d.status = DISPUTE_LOST; /* an appeal turned it */
	d.changed += HOUR;
	take(k, &d, d.changed);
	assert_int_equal(events(k, "dispute.closed"), 2);
}

static void
older_than_the_arming_starts_nothing(void **state)
{
	struct kit *k = *state;
	struct dispute d = a_return("R1", T0 + 2 * HOUR);

	d.opened = T0 - DAY;
	take(k, &d, T0 + 2 * HOUR);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM event"), 2);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM event WHERE check_at IS NOT NULL"), 0);
	d.due_action = "SELLER_REFUND";
	d.changed += HOUR;
	take(k, &d, d.changed);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM event WHERE check_at IS NOT NULL"), 1);
}

/* The order may come in before or after: named by its id, by a line, or by buyer and listing. */
static void
finds_its_order(void **state)
{
	struct kit *k = *state;
	struct order o = an_order("O1", one_item, 1, T0 + 10);
	struct order_item second = one_item[0];
	struct dispute d = a_return("R1", T0 + 2 * HOUR);
	struct situation t;

	d.order = "O1";
	take(k, &d, T0 + 2 * HOUR);
	d = a_return("R2", T0 + 2 * HOUR);
	d.line = "I1";
	d.buyer.remote = NULL;
	take(k, &d, T0 + 2 * HOUR);
	d = a_return("R3", T0 + 2 * HOUR);
	take(k, &d, T0 + 2 * HOUR);
	d = a_return("R4", T0 + 2 * HOUR);
	d.order = "O9"; /* names another one */
	take(k, &d, T0 + 2 * HOUR);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM dispute WHERE order_id IS NOT NULL"), 0);
	take_order(k, &o, T0 + 3 * HOUR);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM dispute WHERE order_id = 1 AND version = 2"), 3);
	assert_int_equal(
		kit_number(k, "SELECT count(*) FROM dispute WHERE remote = 'R4' AND order_id IS NULL"), 1);
	d.remote = "R5";
	d.order = NULL;
	take(k, &d, T0 + 4 * HOUR);
	assert_int_equal(kit_number(k, "SELECT order_id FROM dispute WHERE remote = 'R5'"), 1);

	/* One that was bought after the return was opened is not meant. */
	second.remote = "I2";
	o = an_order("O2", &second, 1, T0 + 10);
	o.created = T0 + 2 * HOUR;
	take_order(k, &o, T0 + 4 * HOUR);
	assert_int_equal(kit_number(k, "SELECT order_id FROM dispute WHERE remote = 'R5'"), 1);

	/* With two orders of this buyer for this listing nobody guesses, nor stays with a guess; what was named stays. */
	o.created = T0;
	o.changed++;
	take_order(k, &o, T0 + 4 * HOUR);
	d.remote = "R6";
	take(k, &d, T0 + 5 * HOUR);
	assert_int_equal(kit_number(k, "SELECT order_id IS NULL FROM dispute WHERE remote = 'R6'"), 1);
	assert_int_equal(kit_number(k, "SELECT order_id IS NULL FROM dispute WHERE remote = 'R5'"), 1);
	assert_int_equal(
		kit_number(k, "SELECT count(*) FROM dispute WHERE remote IN ('R1', 'R2') AND order_id = 1"),
		2);
	kit_begin(k);
	assert_int_equal(
		situation_load(k->store,
			       &(struct around){.dispute = dispute_id(k->store, k->account.id, d.kind, "R6")},
			       T0 + 5 * HOUR, &t),
		1);
	assert_int_equal(t.order, 0);
	assert_int_equal(t.orders, 2);
	kit_commit(k);
	d.remote = "R7";
	d.line = "I2";
	take(k, &d, T0 + 5 * HOUR);
	assert_int_equal(kit_number(k, "SELECT order_id FROM dispute WHERE remote = 'R7'"), 2);
}

static void
links_go_both_ways(void **state)
{
	struct kit *k = *state;
	struct dispute d = a_return("R1", T0 + 2 * HOUR), c = a_return("5001", T0 + 2 * HOUR);

	take(k, &d, T0 + 2 * HOUR);
	d.next = (struct dispute_link){DISPUTE_CASE, "5001"};
	assert_int_equal(take(k, &d, T0 + 2 * HOUR), 1);
	assert_int_equal(take(k, &d, T0 + 2 * HOUR), 0);
	c.kind = DISPUTE_CASE;
	c.parent = (struct dispute_link){DISPUTE_RETURN, "R1"};
	take(k, &c, T0 + 3 * HOUR);
	assert_int_equal(
		kit_number(k,
			   "SELECT count(*) FROM dispute_link WHERE parent_kind = 'return' AND parent = 'R1'"
			   " AND kind = 'case' AND remote = '5001'"),
		1);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM dispute_link"), 1);
}

static void
history_knows_what_is_ours(void **state)
{
	struct kit *k = *state;
	struct dispute_entry e[] = {
		{.remote = "E1",
		 .actor = ACTOR_BUYER,
		 .what = "OPENED",
		 .text = "Das Rad fehlt.",
		 .at = T0 + HOUR},
		{.remote = "E2",
		 .actor = ACTOR_SELLER,
		 .what = "OFFER",
		 .amount = {500, "EUR"},
		 .at = T0 + 2 * HOUR},
		{.remote = "E3",
		 .actor = ACTOR_SELLER,
		 .what = "MESSAGE",
		 .text = "Danke",
		 .at = T0 + 2 * HOUR},
	};
	struct dispute d = a_return("R1", T0 + 2 * HOUR);
	struct outbox_row row = {.kind = "return.offer", .state = OUTBOX_SENT, .intent_key = "K", .text = ""};

	d.history = e;
	d.nhistory = 1;
	take(k, &d, T0 + 2 * HOUR);
	kit_begin(k);
	row.account = k->account.id;
	row.dispute = 1;
	assert_int_equal(outbox_insert(k->store, &row, T0 + 2 * HOUR), 1);
	row.remote = "E2";
	kit_save(k, &row, T0 + 2 * HOUR);
	kit_commit(k);
	d.nhistory = 3;
	assert_int_equal(take(k, &d, T0 + 3 * HOUR), 1);
	assert_int_equal(take(k, &d, T0 + 3 * HOUR), 0);
	assert_int_equal(kit_number(k, "SELECT version FROM dispute"), 2);
	assert_int_equal(
		kit_number(k, "SELECT count(*) FROM dispute_entry WHERE outbox = 1 AND remote = 'E2'"), 1);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM dispute_entry WHERE outbox IS NOT NULL"), 1);
	kit_begin(k);
	row.remote = "E3"; /* the other way round: the look found out afterwards */
	kit_save(k, &row, T0 + 4 * HOUR);
	kit_commit(k);
	assert_int_equal(kit_number(k, "SELECT outbox FROM dispute_entry WHERE remote = 'E3'"), 1);
}

static void
files_are_kept_or_fetched(void **state)
{
	struct kit *k = *state;
	struct dispute_file f[] = {
		{.remote = "F1",
		 .name = "a.png",
		 .actor = ACTOR_BUYER,
		 .bytes = picture,
		 .len = sizeof picture},
		{.remote = "F2", .name = "x.exe", .actor = ACTOR_BUYER, .bytes = "MZ", .len = 2},
		{.remote = "F3", .name = "b.png", .actor = ACTOR_BUYER, .url = "https://i.example/b.png"},
		{.remote = "F4", .actor = ACTOR_BUYER, .bytes = picture, .len = (16 << 20) + 1},
	};
	struct dispute d = a_return("R1", T0 + 2 * HOUR);
	struct attachment_row a;
	char *large = calloc(1, (16 << 20) + 1);

	memcpy(large, picture, sizeof picture);
	f[3].bytes = large;
	d.files = f;
	d.nfiles = 4;
	take(k, &d, T0 + 2 * HOUR);
	assert_int_equal(take(k, &d, T0 + 2 * HOUR), 0);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM dispute_file"), 4);
	assert_int_equal(
		kit_number(k, "SELECT count(*) FROM dispute_file WHERE content IS NOT NULL AND sniffed = "
			      "'image/png' AND remote = 'F1'"),
		1);
	assert_int_equal(
		kit_number(k, "SELECT count(*) FROM dispute_file WHERE why IS NOT NULL AND content IS NULL"),
		2);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM content"), 1);
	kit_begin(k);
	assert_int_equal(attachment_next(k->store, k->account.id + 1, T0 + 2 * HOUR, &a), 0);
	assert_int_equal(attachment_next(k->store, k->account.id, T0 + 2 * HOUR, &a), 1);
	assert_string_equal(a.url, "https://i.example/b.png");
	attachment_fail(k->store, a.id, "no answer", T0 + 3 * HOUR, T0 + 2 * HOUR);
	assert_int_equal(attachment_next(k->store, k->account.id, T0 + 2 * HOUR, &a), 0);
	assert_int_equal(attachment_next(k->store, k->account.id, T0 + 3 * HOUR, &a), 1);
	assert_int_equal(a.tries, 1);
	attachment_store(k->store, a.id, picture, sizeof picture, "image/png", T0 + 3 * HOUR);
	assert_int_equal(attachment_next(k->store, k->account.id, T0 + 9 * HOUR, &a), 0);
	kit_commit(k);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM content"), 1);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM dispute_file WHERE content IS NOT NULL"), 2);
	free(large);
}

static void
the_facts_around_it(void **state)
{
	struct kit *k = *state;
	struct message m = a_message("M1", "C1", INCOMING, T0 + 5, "Das Rad fehlt!");
	struct order o = an_order("O1", one_item, 1, T0 + 10);
	struct shipment h = {
		.order = "O1", .remote = "H1", .carrier = "DHL", .tracking = "0034", .shipped = T0 + 7};
	struct refund r = {
		.order = "O1", .remote = "B1", .amount = {500, "EUR"}, .status = REFUND_DONE, .at = T0 + 9};
	struct dispute d = a_return("R1", T0 + 2 * HOUR);
	struct situation t;
	int64_t next;

	take_message(k, &m, T0 + 10);
	take_order(k, &o, T0 + 11);
	kit_begin(k);
	record_shipment(k->store, k->account.id, &h, T0 + 12);
	record_refund(k->store, k->account.id, &r, T0 + 12);
	r.remote = "B2";
	r.status = REFUND_FAILED;
	record_refund(k->store, k->account.id, &r, T0 + 12);
	kit_commit(k);
	d.order = "O1";
	d.memo = "memo";
	take(k, &d, T0 + 2 * HOUR);
	kit_begin(k);
	dispute_answered(k->store, 1, T0 + 8 * HOUR);
	while (event_next(k->store, T0 + DAY, &t, &next) && strcmp(t.kind, "dispute.due"))
		event_done(k->store, t.event);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(t.dispute, 1);
		assert_int_equal(t.dispute_kind, DISPUTE_RETURN);
		assert_int_equal(t.dispute_status, DISPUTE_AWAITING_SELLER);
		assert_string_equal(t.dispute_remote, "R1");
		assert_string_equal(t.due_action, "SELLER_DECIDE");
		assert_string_equal(t.respond_given_by, "platform");
		assert_string_equal(t.memo, "memo");
		assert_int_equal(t.dispute_answered, T0 + 8 * HOUR);
		assert_int_equal(t.claimed.minor, 2890);
		assert_string_equal(t.claimed.currency, "EUR");
		assert_string_equal(t.order_remote, "O1");
		assert_string_equal(t.item_title, "Wooden train");
		assert_string_equal(t.tracking, "0034");
		assert_string_equal(t.buyer_name, "Erika Mustermann");
		assert_string_equal(t.conversation_remote, "C1");
		assert_string_equal(t.text, "Das Rad fehlt!");
		assert_string_equal(t.dispute_text, "Das Rad fehlt.");
		assert_string_equal(t.account_name, "toys");
		assert_int_equal(t.refunded.minor, 500);
		assert_string_equal(t.refunded.currency, "EUR");
		assert_int_equal(t.last_refund, T0 + 9);
		assert_int_equal(situation_load(k->store, &(struct around){.dispute = 1}, T0 + DAY, &t), 1);
	}
	assert_int_equal(situation_load(k->store, &(struct around){.order = 1}, T0 + DAY, &t), 1);
	assert_int_equal(t.order, 1);
	assert_int_equal(t.account, k->account.id);
	assert_int_equal(t.refunded.minor, 500);
	assert_int_equal(t.open_dispute, 1);
	assert_int_equal(sql_script(k->store->db, "", "UPDATE dispute SET status = 'resolved'", NULL), 0);
	assert_int_equal(situation_load(k->store, &(struct around){.order = 1}, T0 + DAY, &t), 1);
	assert_int_equal(t.open_dispute, 0);
	assert_int_equal(situation_load(k->store, &(struct around){.dispute = 9}, T0 + DAY, &t), 0);
	kit_commit(k);
}

static void
without_an_id_it_is_odd(void **state)
{
	struct kit *k = *state;
	struct dispute d = a_return("", T0);

	assert_int_equal(take(k, &d, T0), 0);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM odd"), 1);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM dispute"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_TEST(what_is_not_said_is_kept),
		KIT_TEST(each_turn_is_one_event),
		KIT_TEST(a_turn_that_ends_with_the_same_day),
		KIT_TEST(a_turn_of_the_buyer_that_no_poll_saw),
		KIT_TEST(what_nobody_answers_is_at_risk_in_stages),
		KIT_TEST(what_was_missed_is_told_once),
		KIT_TEST(the_platforms_deadline_goes_before_ours),
		KIT_TEST(closed_once_for_each_end),
		KIT_TEST(older_than_the_arming_starts_nothing),
		KIT_TEST(finds_its_order),
		KIT_TEST(links_go_both_ways),
		KIT_TEST(history_knows_what_is_ours),
		KIT_TEST(files_are_kept_or_fetched),
		KIT_TEST(the_facts_around_it),
		KIT_TEST(without_an_id_it_is_odd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
