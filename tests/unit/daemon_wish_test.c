/* A wish becomes a row: what it lacks holds it, what it moves may make it wait. */
#include "daemon_action_test_kit.h"

static void
is(const struct outbox_row *row, enum outbox_state state, const char *reason)
{
	assert_string_equal(outbox_state_name(row->state), outbox_state_name(state));
	if (!reason)
		assert_null(row->reason);
	else if (!row->reason || !strstr(row->reason, reason))
		fail_msg("found reason \"%s\", expected \"%s\"", row->reason ? row->reason : "", reason);
}

static void
a_rule_within_the_limits_leaves(void **state)
{
	struct acting a;
	struct wish w = a_refund("i1", 1000);
	struct outbox_row row;

	kit_act(&a, *state);
	row = kit_wish(&a, &w);
	is(&row, OUTBOX_READY, NULL);
	assert_int_equal(row.moves.minor, 1000);
	assert_string_equal(row.moves.currency, "EUR");
	assert_string_equal(row.code, "ONE"); /* the preset */
	assert_null(row.requester);
	assert_int_equal(row.dispute, a.s.dispute);
	assert_int_equal(outbox_wish(&a.d, &a.s, &w, T0 + 11), 0); /* deciding twice is harmless */
	kit_commit(a.k);
}

static void
the_second_refund_of_a_day_waits(void **state)
{
	const struct order o = an_order("O2", one_item, 1, T0);
	const struct dispute other = a_return("R2", "O2", T0);
	struct acting a;
	struct wish w = a_refund("i1", 2000);
	struct outbox_row row;

	kit_act(&a, *state);
	row = kit_wish(&a, &w);
	is(&row, OUTBOX_READY, NULL);
	record_order(a.k->store, a.k->account.id, &o, T0);
	record_dispute(a.k->store, a.k->account.id, &other, T0);
	kit_due(&a, "R2");
	w = a_refund("i2", 1100);
	row = kit_wish(&a, &w);
	is(&row, OUTBOX_DRAFT, "refund_per_day");
	kit_commit(a.k);
}

/* A day is one of the platform, by whose clock the first was sent, also while ours is two hours ahead. */
static void
a_day_is_not_shortened_by_a_clock_ahead(void **state)
{
	static const int64_t ahead[] = {0, 2 * HOUR};

	for (int i = 0; i < 2; i++) {
		const struct order o = an_order("O2", one_item, 1, T0);
		const struct dispute other = a_return("R2", "O2", T0);
		struct wish w = a_refund("i1", 2000);
		struct acting a;
		struct outbox_row row;

		kit_act(&a, *state);
		a.d.runners = &a.r;
		a.d.nrunners = 1;
		a.r.offset = -ahead[i];
		row = kit_wish(&a, &w);
		row.started = T0 - 25 * HOUR;
		kit_state(a.k, &row, OUTBOX_SENDING, T0);
		kit_state(a.k, &row, OUTBOX_SENT, T0);
		record_order(a.k->store, a.k->account.id, &o, T0);
		record_dispute(a.k->store, a.k->account.id, &other, T0);
		kit_due(&a, "R2");
		w = a_refund("i2", 1100);
		row = kit_wish(&a, &w);
		is(&row, ahead[i] ? OUTBOX_DRAFT : OUTBOX_READY, ahead[i] ? "refund_per_day" : NULL);
		kit_commit(a.k);
		kit_teardown(state);
		kit_setup(state);
	}
}

static void
refunds_made_elsewhere_count(void **state)
{
	struct acting a;
	struct wish w = a_refund("i1", 1000);
	struct refund elsewhere = {
		.order = "O1", .remote = "X1", .amount = {1600, "EUR"}, .status = REFUND_DONE, .at = T0};
	struct outbox_row row;

	kit_act(&a, *state);
	record_refund(a.k->store, a.k->account.id, &elsewhere, T0);
	kit_due(&a, "R1");
	row = kit_wish(&a, &w);
	is(&row, OUTBOX_DRAFT, "refund_per_order");
	kit_commit(a.k);
}

static void
nobody_gives_back_more_than_was_paid(void **state)
{
	struct acting a;
	struct wish w = a_refund("i1", 2001); /* 20 are claimed */
	struct outbox_row row;

	kit_act(&a, *state);
	row = kit_wish(&a, &w);
	is(&row, OUTBOX_HELD, "more than can go back");
	w.intent_key = NULL;
	w.rule = NULL;
	w.operator= "erika";
	w.approver = 1;
	row = kit_wish(&a, &w);
	is(&row, OUTBOX_HELD, "more than can go back");
	kit_commit(a.k);
}

static void
an_unknown_sum_waits(void **state)
{
	struct acting a;
	struct wish w = a_wish("return.claimed", "i1");
	struct outbox_row row;

	kit_act(&a, *state);
	row = kit_wish(&a, &w);
	is(&row, OUTBOX_READY, NULL);
	assert_int_equal(row.moves.minor, 2000); /* all that is claimed */
	a.s.claimed = a.s.total = (struct money){0};
	w.intent_key = "i2";
	row = kit_wish(&a, &w);
	is(&row, OUTBOX_DRAFT, "does not say how much");
	kit_commit(a.k);
}

static void
money_of_an_agent_waits(void **state)
{
	struct acting a;
	struct wish w = a_refund(NULL, 1000);
	struct outbox_row row;
	struct err err;

	kit_act(&a, *state);
	w.rule = NULL;
	w.operator= "agent";
	row = kit_wish(&a, &w);
	is(&row, OUTBOX_DRAFT, "an approver");
	assert_string_equal(row.requester, "agent");
	assert_int_equal(outbox_approve(&a.d, row.id, "erika", T0 + 20, &err), 0);
	row = kit_row(&a, row.id);
	is(&row, OUTBOX_READY, NULL);
	assert_string_equal(row.operator, "erika");
	assert_string_equal(row.requester, "agent");
	kit_commit(a.k);
}

static void
an_approver_lets_small_sums_go_alone(void **state)
{
	struct acting a;
	struct wish w = a_refund(NULL, 1500);
	struct outbox_row row;
	struct err err;

	kit_act(&a, *state);
	w.rule = NULL;
	w.operator= "erika";
	w.approver = 1;
	row = kit_wish(&a, &w);
	is(&row, OUTBOX_READY, NULL);
	assert_int_equal(outbox_drop(&a.d, row.id, "erika", T0 + 11, &err), 0);
	w.amount.minor = 1501;
	row = kit_wish(&a, &w);
	is(&row, OUTBOX_DRAFT, "second_person_above");
	assert_int_equal(outbox_approve(&a.d, row.id, "erika", T0 + 20, &err), -1);
	assert_non_null(strstr(err.text, "second_person_above"));
	assert_int_equal(outbox_approve(&a.d, row.id, "jan", T0 + 20, &err), 0);
	kit_commit(a.k);
}

static void
who_wrote_the_text_is_not_alone_either(void **state)
{
	static const struct action refund = {
		.kind = "return.refund", .takes = TAKES_AMOUNT | TAKES_TEXT, .moves = MOVES_AMOUNT};
	static const struct action none = {.kind = NULL};
	const struct action table[] = {refund, none};
	const struct connector texts = {.name = "example", .title = "Example", .actions = table};
	const struct conf_account before = kit_account;
	struct acting a;
	struct wish w = a_refund("i1", 2000);
	struct outbox_row row;
	struct err err;

	kit_account.connector = kit_account.view.connector = &texts;
	kit_act(&a, *state);
	w.how = RULE_APPROVE;
	row = kit_wish(&a, &w);
	is(&row, OUTBOX_DRAFT, NULL);
	row.operator= row.writer = "jan"; /* as after an edit */
	kit_save(a.k, &row, T0 + 12);
	assert_int_equal(outbox_approve(&a.d, row.id, "jan", T0 + 20, &err), -1);
	assert_int_equal(outbox_approve(&a.d, row.id, "erika", T0 + 20, &err), 0);
	/* Taken back it is as it was wished, so that two people are enough; who wrote it is not forgotten. */
	assert_int_equal(outbox_undo(&a.d, row.id, "erika", T0 + 21, &err), 0);
	row = kit_row(&a, row.id);
	assert_null(row.operator);
	assert_int_equal(outbox_approve(&a.d, row.id, "jan", T0 + 22, &err), -1);
	assert_int_equal(outbox_approve(&a.d, row.id, "erika", T0 + 22, &err), 0);
	row = kit_row(&a, row.id);
	row_draft(&a.d, &row, "the facts changed", T0 + 23);
	assert_int_equal(outbox_approve(&a.d, row.id, "jan", T0 + 24, &err), -1);
	assert_int_equal(outbox_approve(&a.d, row.id, "erika", T0 + 22, &err), 0);
	kit_account = before;
	kit_commit(a.k);
}

static void
approval_knows_the_bounds(void **state)
{
	struct refund elsewhere = {
		.order = "O1", .remote = "X1", .amount = {1600, "EUR"}, .status = REFUND_DONE, .at = T0};
	struct acting a;
	struct wish w = a_refund(NULL, 1400);
	struct outbox_row row;
	struct err err;

	kit_act(&a, *state);
	w.rule = NULL;
	w.operator= "agent";
	row = kit_wish(&a, &w);
	is(&row, OUTBOX_DRAFT, "an approver");
	record_refund(a.k->store, a.k->account.id, &elsewhere, T0); /* 12.90 of 28.90 are left */
	assert_int_equal(outbox_approve(&a.d, row.id, "erika", T0 + 20, &err), -1);
	assert_non_null(strstr(err.text, "more than can go back"));
	kit_commit(a.k);
}

static void
what_it_lacks_holds_it(void **state)
{
	static const struct attachment_file files[] = {
		{"a.png", "image/png", "0123456789", 10},
		{"b.png", "image/png", "0123456789", 10},
		{"c.pdf", "application/pdf", "0", 1},
		{"d.png", "image/png", "0123456789a", 11},
	};
	struct acting a;
	struct wish w = a_wish("return.decline", "i1");
	struct outbox_row row;

	kit_act(&a, *state);
	row = kit_wish(&a, &w);
	is(&row, OUTBOX_HELD, "text: found none");
	w = a_wish("return.refund", "i2");
	w.amount = (struct money){0, "EUR"};
	row = kit_wish(&a, &w);
	is(&row, OUTBOX_HELD, "nothing above 0");
	w = a_wish("return.accept", "i3");
	w.amount = (struct money){100, "EUR"};
	row = kit_wish(&a, &w);
	is(&row, OUTBOX_HELD, "takes none");
	w = a_refund("i4", 100);
	w.code = "THREE";
	row = kit_wish(&a, &w);
	is(&row, OUTBOX_HELD, "expected one of: %s");
	w = a_wish("return.tracking", "i5");
	row = kit_wish(&a, &w);
	is(&row, OUTBOX_HELD, "tracking");
	w = a_wish("return.files", "i6");
	row = kit_wish(&a, &w);
	is(&row, OUTBOX_HELD, "files: found none");
	w.files = files;
	w.nfiles = 2;
	w.intent_key = "i7";
	row = kit_wish(&a, &w);
	is(&row, OUTBOX_HELD, "all together");
	w.files = &files[2];
	w.nfiles = 1;
	w.intent_key = "i8";
	row = kit_wish(&a, &w);
	is(&row, OUTBOX_HELD, "expected one of: %s");
	w.files = &files[3];
	w.intent_key = "i9";
	row = kit_wish(&a, &w);
	is(&row, OUTBOX_HELD, "bytes, expected at most");
	kit_commit(a.k);
}

/* What the library falls back to is a plea to write in another language: nothing to refuse a return with. */
static void
texts_go_where_they_are_meant_to(void **state)
{
	const char *share = getenv("SUPERCARGO_SHARE");
	struct acting a;
	struct wish w = a_wish("return.decline", "i1");
	struct outbox_row row;
	char folder[1024];

	snprintf(folder, sizeof folder, "%s/templates", share ? share : ".");
	kit_act(&a, *state);
	assert_non_null(a.d.library = library_load(folder, "", NULL, NULL, NULL));
	w.template_id = "misc_language_fallback";
	w.locale = "de";
	row = kit_wish(&a, &w);
	is(&row, OUTBOX_HELD, "is not written for");
	library_free(a.d.library);
	kit_commit(a.k);
}

static void
files_and_tracking_are_kept(void **state)
{
	static const struct attachment_file file = {"a.png", "image/png", "0123456789", 10};
	struct shipment shipped = {
		.order = "O1", .remote = "S1", .carrier = "DHL", .tracking = "00340", .shipped = T0};
	struct attachment_file files[4];
	struct outgoing out;
	struct acting a;
	struct wish w = a_wish("return.files", "i1");
	struct outbox_row row;

	kit_act(&a, *state);
	w.files = &file;
	w.nfiles = 1;
	row = kit_wish(&a, &w);
	is(&row, OUTBOX_READY, NULL);
	outbox_outgoing(&a.d, &row, files, &out);
	assert_int_equal(out.nfiles, 1);
	assert_string_equal(out.files[0].name, "a.png");
	assert_memory_equal(out.files[0].bytes, "0123456789", 10);
	record_shipment(a.k->store, a.k->account.id, &shipped, T0);
	kit_due(&a, "R1");
	w = a_wish("return.tracking", "i2");
	row = kit_wish(&a, &w);
	is(&row, OUTBOX_READY, NULL);
	assert_string_equal(row.carrier, "DHL");
	assert_string_equal(row.tracking, "00340");
	kit_commit(a.k);
}

static void
what_is_left_to_people_becomes_a_task(void **state)
{
	struct acting a;
	struct wish w = a_wish("return.received", "i1");
	struct task_row task;
	struct outbox_row row;
	int64_t id;

	kit_act(&a, *state);
	w.text = "Bitte bestätigen";
	w.deadline = T0 + DAY;
	assert_non_null(outbox_left_to_people(&a.d, &a.s, w.kind));
	assert_null(outbox_left_to_people(&a.d, &a.s, "return.accept"));
	assert_null(outbox_left_to_people(&a.d, &a.s, "return.label"));
	id = outbox_task(&a.d, &a.s, &w, T0 + 10);
	assert_int_equal(task_get(a.k->store, id, &task), 1);
	assert_string_equal(task.link, "https://example.com/r/R1?o=O1");
	assert_string_equal(task.text, "Bitte bestätigen");
	assert_int_equal(task.dispute, a.s.dispute);
	assert_int_equal(task.deadline, T0 + DAY);
	assert_int_equal(outbox_task(&a.d, &a.s, &w, T0 + 11), 0);
	w = a_wish("return.label", "i2");
	row = kit_wish(&a, &w);
	is(&row, OUTBOX_HELD, "Example knows no labels");
	kit_commit(a.k);
}

static void
a_new_turn_takes_the_place_of_the_old(void **state)
{
	struct acting a;
	struct wish w = a_wish("return.accept", "i1");
	struct outbox_row first, other;

	kit_act(&a, *state);
	first = kit_wish(&a, &w);
	w = a_wish("return.tracking", "i2");
	w.carrier = "DHL";
	w.tracking = "1";
	other = kit_wish(&a, &w);
	first = kit_row(&a, first.id); /* both decide */
	is(&first, OUTBOX_CANCELLED, "newer turn");
	w = a_wish("return.files", "i3"); /* does not */
	kit_wish(&a, &w);
	other = kit_row(&a, other.id);
	is(&other, OUTBOX_READY, NULL);
	kit_commit(a.k);
}

static void
what_is_held_from_the_beginning_is_told(void **state)
{
	struct acting a;
	struct wish w = a_wish("return.tracking", "i1");
	struct outbox_row row;
	struct err err = {""};

	kit_act(&a, *state);
	row = kit_wish(&a, &w);
	assert_int_equal(row.state, OUTBOX_HELD);
	assert_int_equal(kit_number(a.k, "SELECT count(*) FROM notice WHERE cleared IS NULL"), 1);
	assert_int_equal(outbox_drop(&a.d, row.id, "erika", T0 + 20, &err), 0);
	assert_int_equal(kit_number(a.k, "SELECT count(*) FROM notice WHERE cleared IS NULL"), 0);
	kit_commit(a.k);
}

/* Who is impatient says it again. */
static void
the_same_payment_is_not_wished_twice(void **state)
{
	struct acting a;
	struct wish w = a_refund(NULL, 500);
	struct outbox_row row;

	kit_act(&a, *state);
	w.rule = NULL;
	w.operator= "erika";
	w.approver = 1;
	row = kit_wish(&a, &w);
	is(&row, OUTBOX_READY, NULL);
	w.operator= "jan";
	row = kit_wish(&a, &w);
	is(&row, OUTBOX_HELD, "pays the same");
	w.amount.minor = 501;
	row = kit_wish(&a, &w);
	is(&row, OUTBOX_READY, NULL);
	kit_commit(a.k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_TEST(the_same_payment_is_not_wished_twice),
		KIT_TEST(what_is_held_from_the_beginning_is_told),
		KIT_TEST(a_rule_within_the_limits_leaves),
		KIT_TEST(the_second_refund_of_a_day_waits),
		KIT_TEST(a_day_is_not_shortened_by_a_clock_ahead),
		KIT_TEST(refunds_made_elsewhere_count),
		KIT_TEST(nobody_gives_back_more_than_was_paid),
		KIT_TEST(an_unknown_sum_waits),
		KIT_TEST(money_of_an_agent_waits),
		KIT_TEST(an_approver_lets_small_sums_go_alone),
		KIT_TEST(who_wrote_the_text_is_not_alone_either),
		KIT_TEST(approval_knows_the_bounds),
		KIT_TEST(what_it_lacks_holds_it),
		KIT_TEST(texts_go_where_they_are_meant_to),
		KIT_TEST(files_and_tracking_are_kept),
		KIT_TEST(what_is_left_to_people_becomes_a_task),
		KIT_TEST(a_new_turn_takes_the_place_of_the_old),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
