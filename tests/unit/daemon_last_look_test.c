/* Right before an action leaves: what became pointless is cancelled, and money is judged by what is known now. */
#include "daemon_action_test_kit.h"

/* An action that is ready, looked at an hour later. */
static int
look(struct acting *a, struct outbox_row *row)
{
	const struct action *action = connector_action(&kit_connector, &kit_account.view, row->kind);

	assert_string_equal(outbox_state_name(row->state), "ready");
	return last_look(&a->d, &a->r, action, row, NULL, T0 + HOUR);
}

static void
is(struct acting *a, const struct outbox_row *row, enum outbox_state state, const char *reason)
{
	const struct outbox_row now = kit_row(a, row->id);

	assert_string_equal(outbox_state_name(now.state), outbox_state_name(state));
	if (!now.reason || !strstr(now.reason, reason))
		fail_msg("found reason \"%s\", expected \"%s\"", now.reason ? now.reason : "", reason);
}

/* The return as the look shows it. */
static void
shown(struct acting *a, struct dispute x)
{
	record_dispute(a->k->store, a->k->account.id, &x, T0 + HOUR);
}

static struct outbox_row
by_hand(struct acting *a, const char *kind, int64_t minor)
{
	struct wish w = a_wish(kind, NULL);

	w.rule = NULL;
	w.operator= "erika";
	w.approver = 1;
	if (minor)
		w.amount = (struct money){minor, "EUR"};
	return kit_wish(a, &w);
}

static void
what_is_as_it_was_leaves(void **state)
{
	struct acting a;
	struct wish w = a_refund("i1", 1000);
	struct dispute x = a_return("R1", "O1", T0 + HOUR);
	struct outbox_row row;

	kit_act(&a, *state);
	row = kit_wish(&a, &w);
	x.revision = "v2";
	x.memo = "m2";
	shown(&a, x);
	assert_int_equal(look(&a, &row), 1);
	assert_string_equal(row.revision, "v2"); /* as of the last look */
	assert_string_equal(row.memo, "m2");
	/* and it stays so for a request that is repeated, whatever a poll shows */
	kit_save(a.k, &row, T0 + HOUR);
	x.changed = T0 + 2 * HOUR;
	x.revision = "v3";
	shown(&a, x);
	assert_string_equal(kit_row(&a, row.id).revision, "v2");
	kit_commit(a.k);
}

/* Nothing that is stored changes when a closure is over: a rule that asks for it is asked again. */
static void
what_was_said_of_a_closure_ends_with_it(void **state)
{
	static const char *const yes[] = {"yes", NULL};
	static const struct conf_period always[] = {{0, T0 + DAY}, {0, 0}};
	struct acting a;
	struct wish w = a_refund("i1", 500);
	struct outbox_row first, second;

	kit_act(&a, *state);
	first = kit_wish(&a, &w);
	w.intent_key = "i2";
	second = kit_wish(&a, &w);
	kit_rule.closed = yes;
	kit_account.closed = always;
	assert_int_equal(look(&a, &first), 1);
	kit_account.closed = NULL;
	assert_int_equal(look(&a, &second), 0);
	is(&a, &second, OUTBOX_CANCELLED, "no longer applies");
	kit_rule.closed = NULL;
	kit_commit(a.k);
}

/* What says that nobody is there is not said when somebody is, though nothing that is stored has changed. */
static void
what_was_said_out_of_hours_ends_with_them(void **state)
{
	static const char *const closed[] = {"closed", NULL};
	struct acting a;
	struct wish w = a_refund("i1", 500);
	struct outbox_row first, second;

	kit_act(&a, *state);
	first = kit_wish(&a, &w);
	w.intent_key = "i2";
	second = kit_wish(&a, &w);
	kit_rule.hours = closed;
	/* T0 is a Thursday, 08:53 */
	assert_int_equal(hours_parse("fri 09:00-18:00", &kit_account.hours), 0);
	assert_int_equal(look(&a, &first), 1);
	assert_int_equal(hours_parse("thu 08:54-18:00", &kit_account.hours), 0);
	assert_int_equal(look(&a, &second), 0);
	is(&a, &second, OUTBOX_CANCELLED, "no longer applies");
	kit_rule.hours = NULL;
	kit_account.hours.n = 0;
	kit_commit(a.k);
}

static void
a_closed_dispute_is_not_answered(void **state)
{
	struct acting a;
	struct wish w = a_refund("i1", 1000);
	struct dispute x = a_return("R1", "O1", T0 + HOUR);
	struct outbox_row rule, person;

	kit_act(&a, *state);
	rule = kit_wish(&a, &w);
	person = by_hand(&a, "return.accept", 0);
	x.status = DISPUTE_WITHDRAWN;
	shown(&a, x);
	assert_int_equal(look(&a, &rule), 0);
	is(&a, &rule, OUTBOX_CANCELLED, "withdrew");
	assert_int_equal(look(&a, &person), 0);
	is(&a, &person, OUTBOX_CANCELLED, "withdrew");
	kit_commit(a.k);
}

static void
a_rule_answers_only_in_our_turn(void **state)
{
	struct acting a;
	struct wish w = a_refund("i1", 1000);
	struct dispute x = a_return("R1", "O1", T0 + HOUR);
	struct outbox_row rule, person;

	kit_act(&a, *state);
	rule = kit_wish(&a, &w);
	person = by_hand(&a, "return.refund", 500);
	x.status = DISPUTE_AWAITING_BUYER;
	shown(&a, x);
	assert_int_equal(look(&a, &rule), 0);
	is(&a, &rule, OUTBOX_CANCELLED, "not our turn");
	assert_int_equal(look(&a, &person), 1);
	kit_commit(a.k);
}

static void
an_answered_dispute_is_not_answered_again(void **state)
{
	struct acting a;
	struct wish w = a_refund("i1", 1000);
	struct outbox_row rule, person;

	kit_act(&a, *state);
	rule = kit_wish(&a, &w);
	person = by_hand(&a, "return.accept", 0);
	dispute_answered(a.k->store, a.s.dispute, T0 + MINUTE);
	assert_int_equal(look(&a, &rule), 0);
	is(&a, &rule, OUTBOX_CANCELLED, "has been answered");
	assert_int_equal(look(&a, &person), 0);
	is(&a, &person, OUTBOX_DRAFT, "in the meantime");
	kit_commit(a.k);
}

static void
what_is_not_offered_is_not_sent(void **state)
{
	struct acting a;
	struct wish w = a_refund("i1", 1000);
	struct dispute x = a_return("R1", "O1", T0 + HOUR);
	struct outbox_row rule, person;

	kit_act(&a, *state);
	rule = kit_wish(&a, &w);
	person = by_hand(&a, "return.refund", 500);
	x.options = "accept decline";
	shown(&a, x);
	assert_int_equal(look(&a, &rule), 0);
	is(&a, &rule, OUTBOX_CANCELLED, "does not offer");
	assert_int_equal(look(&a, &person), 0);
	is(&a, &person, OUTBOX_HELD, "does not offer");
	kit_commit(a.k);
}

static void
a_changed_dispute_asks_its_rule_again(void **state)
{
	static const struct money up_to[] = {{2000, "EUR"}, {0, ""}};
	struct acting a;
	struct wish w = a_refund("i1", 1000);
	struct dispute x = a_return("R1", "O1", T0 + HOUR);
	struct outbox_row rule;

	kit_act(&a, *state);
	kit_rule.up_to = up_to;
	rule = kit_wish(&a, &w);
	x.amount.minor = 2500;
	shown(&a, x);
	assert_int_equal(look(&a, &rule), 0);
	is(&a, &rule, OUTBOX_CANCELLED, "no longer applies");
	kit_rule.up_to = NULL;
	kit_commit(a.k);
}

/* The only order that fitted was taken in first, as after a restore; then there are two. */
static void
a_guessed_order_that_is_no_longer_the_only_one(void **state)
{
	const struct order_item also = {
		.remote = "I2", .listing = "L1", .title = "Wooden train", .quantity = 1};
	const struct order o = an_order("O2", &also, 1, T0);
	const struct dispute x = a_return("R2", NULL, T0);
	struct acting a;
	struct wish w = a_wish("return.accept", "i1");
	struct outbox_row named, rule, person;

	kit_act(&a, *state);
	named = kit_wish(&a, &w);
	record_dispute(a.k->store, a.k->account.id, &x, T0);
	kit_due(&a, "R2");
	assert_int_not_equal(a.s.order, 0);
	w.intent_key = "i2";
	rule = kit_wish(&a, &w);
	person = by_hand(&a, "return.accept", 0);
	record_order(a.k->store, a.k->account.id, &o, T0 + MINUTE);
	assert_int_equal(look(&a, &rule), 0);
	is(&a, &rule, OUTBOX_DRAFT, "no longer certain");
	assert_int_equal(look(&a, &person), 0);
	is(&a, &person, OUTBOX_DRAFT, "no longer certain");
	person = kit_row(&a, person.id); /* approved all the same */
	kit_state(a.k, &person, OUTBOX_READY, T0 + HOUR);
	assert_int_equal(look(&a, &person), 1);
	assert_int_equal(look(&a, &named), 1);
	kit_commit(a.k);
}

static void
of_two_waiting_refunds_one_passes(void **state)
{
	const struct order o = an_order("O2", one_item, 1, T0);
	const struct dispute other = a_return("R2", "O2", T0);
	struct acting a;
	struct wish w = a_refund("i1", 2000);
	struct outbox_row first, second;

	kit_act(&a, *state);
	first = kit_wish(&a, &w);
	record_order(a.k->store, a.k->account.id, &o, T0);
	record_dispute(a.k->store, a.k->account.id, &other, T0);
	kit_due(&a, "R2");
	w = a_refund("i2", 2000);
	second = kit_wish(&a, &w);
	assert_string_equal(outbox_state_name(second.state), "draft");
	kit_state(a.k, &second, OUTBOX_READY,
		  T0 + 20);                    /* as if the limit had been higher when it was wished */
	assert_int_equal(look(&a, &first), 1); /* the other has not left */
	kit_state(a.k, &first, OUTBOX_SENDING, T0 + HOUR);
	assert_int_equal(look(&a, &second), 0);
	is(&a, &second, OUTBOX_DRAFT, "refund_per_day");
	kit_commit(a.k);
}

static void
a_refund_made_meanwhile_counts(void **state)
{
	struct refund elsewhere = {.order = "O1",
				   .remote = "X1",
				   .amount = {1600, "EUR"},
				   .status = REFUND_DONE,
				   .at = T0 + MINUTE};
	struct acting a;
	struct wish w = a_refund("i1", 1000);
	struct outbox_row rule, person;
	struct err err;

	kit_act(&a, *state);
	rule = kit_wish(&a, &w);
	person = by_hand(&a, "return.refund", 200);
	record_refund(a.k->store, a.k->account.id, &elsewhere, T0 + MINUTE);
	assert_int_equal(look(&a, &rule), 0);
	is(&a, &rule, OUTBOX_DRAFT, "refund_per_order");
	assert_int_equal(look(&a, &person), 0);
	is(&a, &person, OUTBOX_DRAFT, "in the meantime");
	/* Who approves now knows it. */
	assert_int_equal(outbox_approve(&a.d, person.id, "jan", T0 + HOUR + 1, &err), 0);
	person = kit_row(&a, person.id);
	assert_int_equal(last_look(&a.d, &a.r, &kit_actions[2], &person, NULL, T0 + HOUR + 2), 1);
	kit_commit(a.k);
}

/* As after a backup was restored: the rule paid 2 EUR already, and the store knows it from the platform only. */
static void
a_refund_after_the_event_may_be_the_rules_own(void **state)
{
	struct refund ours = {
		.order = "O1", .remote = "X1", .amount = {200, "EUR"}, .status = REFUND_DONE, .at = T0 + 5};
	struct acting a;
	struct wish w = a_refund("i1", 200);
	struct outbox_row rule;

	kit_act(&a, *state);
	record_refund(a.k->store, a.k->account.id, &ours, T0 + 5);
	kit_due(&a, "R1");
	rule = kit_wish(&a, &w); /* at T0 + 10 */
	assert_int_equal(look(&a, &rule), 0);
	is(&a, &rule, OUTBOX_DRAFT, "in the meantime");
	kit_commit(a.k);
}

/* It was not paid when the person wished it: nothing went back by that. */
static void
a_claim_that_was_nothing_goes_back_to_people(void **state)
{
	struct acting a;
	struct order o = an_order("O1", one_item, 1, T0 + 1);
	struct outbox_row person;

	kit_act(&a, *state);
	o.payment = PAYMENT_UNPAID;
	record_order(a.k->store, a.k->account.id, &o, T0 + 1);
	kit_due(&a, "R1");
	person = by_hand(&a, "return.claimed", 0);
	assert_int_equal(person.moves.minor, 0);
	o.payment = PAYMENT_PAID;
	o.changed = T0 + MINUTE;
	record_order(a.k->store, a.k->account.id, &o, T0 + MINUTE);
	assert_int_equal(look(&a, &person), 0);
	is(&a, &person, OUTBOX_DRAFT, "more goes back");
	kit_commit(a.k);
}

/* Nobody knows the order of this return: what was paid in the return still counts. */
static void
without_its_order_a_claim_is_paid_once(void **state)
{
	struct dispute x = a_return("R3", NULL, T0);
	struct acting a;
	struct wish w = a_refund(NULL, 2000);
	struct outbox_row first;

	kit_act(&a, *state);
	x.buyer.remote = "another_buyer";
	x.listing = "L9";
	record_dispute(a.k->store, a.k->account.id, &x, T0);
	kit_due(&a, "R3");
	assert_int_equal(a.s.order, 0);
	w.rule = NULL;
	w.operator= "agent";
	first = kit_wish(&a, &w);
	kit_state(a.k, &first, OUTBOX_UNSURE, T0 + 20);
	assert_string_equal(outbox_state_name(kit_wish(&a, &w).state), "held");
	w.amount.minor = 1500; /* not the same again, and still more than is left */
	assert_string_equal(outbox_state_name(kit_wish(&a, &w).state), "held");
	kit_commit(a.k);
}

static void
nobody_passes_the_bounds(void **state)
{
	struct refund elsewhere = {.order = "O1",
				   .remote = "X1",
				   .amount = {2500, "EUR"},
				   .status = REFUND_DONE,
				   .at = T0 - DAY};
	struct acting a;
	struct outbox_row person;

	kit_act(&a, *state);
	person = by_hand(&a, "return.refund", 500);
	record_refund(a.k->store, a.k->account.id, &elsewhere, T0 + MINUTE);
	assert_int_equal(look(&a, &person), 0);
	is(&a, &person, OUTBOX_HELD, "more than can go back");
	kit_commit(a.k);
}

static void
a_claim_that_grew_goes_back_to_people(void **state)
{
	struct acting a;
	struct dispute x = a_return("R1", "O1", T0 + HOUR);
	struct outbox_row person;
	struct err err;

	kit_act(&a, *state);
	person = by_hand(&a, "return.claimed", 0); /* 20 EUR: above what one may let go */
	assert_int_equal(outbox_approve(&a.d, person.id, "jan", T0 + 20, &err), 0);
	person = kit_row(&a, person.id);
	x.amount.minor = 2500;
	shown(&a, x);
	assert_int_equal(look(&a, &person), 0);
	is(&a, &person, OUTBOX_DRAFT, "more goes back");
	assert_int_equal(kit_row(&a, person.id).moves.minor, 2500);
	kit_commit(a.k);
}

/* The platform set a new date while nobody knows whether the first half arrived: the rule does not pay another. */
static void
a_rule_pays_once_in_a_dispute(void **state)
{
	static const enum outbox_state may_have_paid[] = {OUTBOX_UNSURE, OUTBOX_SENDING, OUTBOX_SENT};

	for (size_t i = 0; i < sizeof may_have_paid / sizeof *may_have_paid; i++) {
		struct acting a;
		char keys[2][8];
		struct wish w = a_refund(keys[0], 500);
		struct dispute x = a_return("R1", "O1", T0 + HOUR);
		struct outbox_row first, next;

		for (int n = 0; n < 2; n++)
			snprintf(keys[n], sizeof keys[n], "k%zu%d", i, n);
		kit_act(&a, *state);
		first = kit_wish(&a, &w);
		w.intent_key = keys[1];
		first.attempt = 1;
		first.started = T0 + MINUTE;
		kit_state(a.k, &first, may_have_paid[i], T0 + MINUTE);
		x.respond_by += DAY;
		shown(&a, x);
		kit_due(&a, "R1");
		next = kit_wish(&a, &w);
		assert_string_equal(outbox_state_name(next.state), "draft");
		assert_non_null(strstr(next.reason, "has paid already"));
		kit_state(a.k, &next, OUTBOX_READY, T0 + HOUR); /* as if it had been ready before */
		assert_int_equal(look(&a, &next), 0);
		is(&a, &next, OUTBOX_DRAFT, "has paid already");
		kit_state(a.k, &first, OUTBOX_DROPPED, T0 + HOUR);
		kit_state(a.k, &next, OUTBOX_READY, T0 + HOUR);
		assert_int_equal(look(&a, &next), 1);
		kit_state(a.k, &next, OUTBOX_DROPPED, T0 + HOUR);
		kit_commit(a.k);
	}
}

static void
an_arrival_answers_the_dispute(void **state)
{
	static const struct stream streams[] = {
		{.name = "returns", .about = "return case"}, {.name = "orders"}, {0}};
	const struct connector polled = {.name = "example", .streams = streams};
	struct stream_row s = {.name = "returns", .cursor = "", .ack = "", .next_at = T0 + DAY};
	struct acting a;
	struct outbox_row row;

	kit_act(&a, *state);
	a.r.connector = &polled;
	stream_put(a.k->store, a.k->account.id, &s);
	s.name = "orders";
	stream_put(a.k->store, a.k->account.id, &s);
	row = by_hand(&a, "return.accept", 0);
	row.started = T0 + MINUTE;
	kit_state(a.k, &row, OUTBOX_SENDING, T0 + MINUTE);
	row_arrived(&a.d, &a.r, &row, NULL, T0 + HOUR);
	kit_due(&a, "R1");
	assert_int_equal(a.s.dispute_answered, T0 + MINUTE);
	stream_get(a.k->store, a.k->account.id, "returns", &s);
	assert_true(s.next_at < T0 + HOUR + MINUTE);
	stream_get(a.k->store, a.k->account.id, "orders", &s);
	assert_true(s.next_at == T0 + DAY);
	kit_commit(a.k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_TEST(what_is_as_it_was_leaves),
		KIT_TEST(what_was_said_of_a_closure_ends_with_it),
		KIT_TEST(what_was_said_out_of_hours_ends_with_them),
		KIT_TEST(a_closed_dispute_is_not_answered),
		KIT_TEST(a_rule_answers_only_in_our_turn),
		KIT_TEST(an_answered_dispute_is_not_answered_again),
		KIT_TEST(what_is_not_offered_is_not_sent),
		KIT_TEST(a_changed_dispute_asks_its_rule_again),
		KIT_TEST(a_guessed_order_that_is_no_longer_the_only_one),
		KIT_TEST(of_two_waiting_refunds_one_passes),
		KIT_TEST(a_refund_made_meanwhile_counts),
		KIT_TEST(a_refund_after_the_event_may_be_the_rules_own),
		KIT_TEST(a_claim_that_was_nothing_goes_back_to_people),
		KIT_TEST(without_its_order_a_claim_is_paid_once),
		KIT_TEST(nobody_passes_the_bounds),
		KIT_TEST(a_claim_that_grew_goes_back_to_people),
		KIT_TEST(a_rule_pays_once_in_a_dispute),
		KIT_TEST(an_arrival_answers_the_dispute),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
