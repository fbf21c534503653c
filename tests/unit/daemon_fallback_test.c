/* Of approval and fallback exactly one wins; a fallback leaves only where a rule's action would, and moves money only inside its own limit. */
#include "daemon_action_test_kit.h"

#include "daemon/outbox/fallback.h"

#define UNTIL  (T0 + 3 * DAY) /* of the return */
#define BEFORE (4 * HOUR)
#define DUE    (UNTIL - BEFORE)

static const struct money up_to_20[] = {{2000, "EUR"}, {0, ""}};
static const struct money up_to_19[] = {{1999, "EUR"}, {0, ""}};
static const struct money up_to_dollars[] = {{9999, "USD"}, {0, ""}};
static const struct money two_above_20[] = {{2000, "EUR"}, {0, ""}};

struct clocked {
	struct acting a;
	struct conf conf;
	struct conf_account account;
	struct conf_rule rule;
	int64_t armed;
	struct outbox_row row; /* that waits */
};

/* A refund of 5 EUR that waits for approval, with this fallback; its limits are wide enough. */
static void
begin(struct clocked *c, void **state, const char *verb)
{
	struct wish w = a_refund("k/1", 500);

	kit_act(&c->a, *state);
	c->account = kit_account;
	c->account.second_person_above = two_above_20;
	c->rule = kit_rule;
	c->rule.mode = RULE_APPROVE;
	c->rule.fallback = (struct conf_fallback){verb, ""};
	c->rule.fallback_before = BEFORE;
	c->conf = (struct conf){.accounts = &c->account, .naccounts = 1, .rules = &c->rule, .nrules = 1};
	c->armed = T0 - DAY;
	c->a.r.conf = &c->account;
	c->a.d.conf = &c->conf;
	c->a.d.armed = &c->armed;
	c->a.d.runners = &c->a.r;
	c->a.d.nrunners = 1;
	w.how = RULE_APPROVE;
	w.deadline = UNTIL;
	c->row = kit_wish(&c->a, &w);
	assert_int_equal(c->row.state, OUTBOX_DRAFT);
}

static void
end(struct clocked *c)
{
	kit_commit(c->a.k);
}

static int64_t
pass(struct clocked *c, int64_t now)
{
	c->a.d.fallbacks_next = 0;
	return fallbacks_take(&c->a.d, now);
}

static int64_t
taken(struct clocked *c)
{
	return outbox_instead(c->a.k->store, c->row.id);
}

static enum outbox_state
state_of(struct clocked *c)
{
	c->row = kit_row(&c->a, c->row.id);
	return c->row.state;
}

static int
notices(struct clocked *c, const char *cause)
{
	char sql[160];

	snprintf(sql, sizeof sql, "SELECT count(*) FROM notice WHERE cleared IS NULL AND cause = '%s'",
		 cause);
	return (int)kit_number(c->a.k, sql);
}

/* The waiting one is over and the other leaves by itself. */
static void
assert_taken(struct clocked *c, const char *kind)
{
	const int64_t id = taken(c);
	struct outbox_row other;

	assert_int_not_equal(id, 0);
	other = kit_row(&c->a, id);
	assert_int_equal(state_of(c), OUTBOX_EXPIRED);
	assert_int_equal(other.state, OUTBOX_READY);
	assert_string_equal(other.kind, kind);
	assert_null(other.operator);
	assert_int_equal(other.instead_of, c->row.id);
	assert_int_equal(notices(c, "fallback/a1"), 1);
}

/* Everything is as it was, and somebody was told why. */
static void
assert_told(struct clocked *c)
{
	assert_int_equal(taken(c), 0);
	assert_int_equal(state_of(c), OUTBOX_DRAFT);
	assert_int_equal(notices(c, "fallback/a1"), 1);
	assert_int_equal(kit_number(c->a.k, "SELECT count(*) FROM journal WHERE kind = 'fallback'"), 1);
}

static void
assert_waits(struct clocked *c)
{
	assert_int_equal(taken(c), 0);
	assert_int_equal(notices(c, "fallback/a1"), 0);
}

static void
its_time_comes_before_the_deadline(void **state)
{
	struct clocked c;
	struct err err;

	begin(&c, state, "accept");
	assert_true(pass(&c, T0 + HOUR) == DUE - 4 * HOUR); /* then it is told */
	assert_true(pass(&c, DUE - 1) == DUE);
	assert_waits(&c);
	pass(&c, DUE);
	assert_taken(&c, "return.accept");
	assert_true(kit_row(&c.a, taken(&c)).deadline == UNTIL);
	pass(&c, DUE + HOUR);
	assert_int_equal(kit_number(c.a.k, "SELECT count(*) FROM outbox"), 2);
	assert_int_equal(outbox_approve(&c.a.d, c.row.id, "erika", DUE + HOUR, &err), -1);
	assert_non_null(strstr(err.text, "its fallback a%lld took its place"));
	assert_int_equal(state_of(&c), OUTBOX_EXPIRED);
	end(&c);
}

static void
who_approves_first_wins(void **state)
{
	struct clocked c;
	struct err err;

	begin(&c, state, "accept");
	pass(&c, DUE - HOUR);
	assert_int_equal(notices(&c, "approve/a1"), 1);
	assert_int_equal(outbox_approve(&c.a.d, c.row.id, "erika", DUE - 1, &err), 0);
	assert_int_equal(notices(&c, "approve/a1"), 0);
	pass(&c, DUE);
	pass(&c, DUE + HOUR);
	assert_waits(&c);
	assert_int_equal(state_of(&c), OUTBOX_READY);
	end(&c);
}

static void
what_was_dropped_has_none(void **state)
{
	struct clocked c;
	struct err err;

	begin(&c, state, "accept");
	assert_int_equal(outbox_drop(&c.a.d, c.row.id, "erika", DUE - 1, &err), 0);
	pass(&c, DUE);
	assert_waits(&c);
	end(&c);
}

static void
taken_back_its_clock_counts_again(void **state)
{
	struct clocked c;
	struct err err;

	begin(&c, state, "accept");
	assert_int_equal(outbox_approve(&c.a.d, c.row.id, "erika", DUE - 1, &err), 0);
	assert_int_equal(outbox_undo(&c.a.d, c.row.id, "erika", DUE + MINUTE, &err), 0);
	pass(&c, DUE + 30 * MINUTE); /* who takes it back has a while to think */
	assert_waits(&c);
	pass(&c, DUE + 31 * MINUTE);
	assert_taken(&c, "return.accept");
	end(&c);
}

static void
what_came_late_has_half_of_what_was_left(void **state)
{
	struct clocked c;
	struct dispute soon = a_return("R1", "O1", T0 + 20);

	begin(&c, state, "accept");
	c.rule.fallback_before = 30 * DAY;
	assert_true(pass(&c, T0 + MINUTE) == T0 + 10 + 30 * MINUTE);
	soon.respond_by = T0 + 20 * MINUTE + 10;
	record_dispute(c.a.k->store, c.a.k->account.id, &soon, T0 + 20);
	assert_true(pass(&c, T0 + MINUTE) == T0 + 10 + 10 * MINUTE);
	end(&c);
}

static void
it_moves_with_the_deadline(void **state)
{
	struct clocked c;
	struct dispute later = a_return("R1", "O1", T0 + HOUR);

	begin(&c, state, "accept");
	later.respond_by = UNTIL + DAY;
	record_dispute(c.a.k->store, c.a.k->account.id, &later, T0 + HOUR);
	pass(&c, DUE);
	assert_waits(&c);
	later.respond_by = UNTIL - DAY;
	later.changed = T0 + 2 * HOUR;
	record_dispute(c.a.k->store, c.a.k->account.id, &later, T0 + 2 * HOUR);
	pass(&c, DUE - DAY - 1);
	assert_waits(&c);
	pass(&c, DUE - DAY);
	assert_taken(&c, "return.accept");
	assert_true(kit_row(&c.a, taken(&c)).deadline == UNTIL - DAY);
	end(&c);
}

static void
after_the_deadline_nothing_is_done(void **state)
{
	struct clocked c;

	begin(&c, state, "accept");
	pass(&c, UNTIL);
	assert_waits(&c);
	end(&c);
}

static void
what_may_have_arrived_is_not_touched(void **state)
{
	static const enum outbox_state open[] = {OUTBOX_SENDING, OUTBOX_UNSURE, OUTBOX_HELD};
	struct clocked c;

	begin(&c, state, "accept");
	c.row.attempt_key = "00";
	c.row.attempt = 1;
	c.row.started = T0 + HOUR;
	kit_state(c.a.k, &c.row, OUTBOX_READY, T0 + HOUR);
	for (size_t i = 0; i < sizeof open / sizeof *open; i++) {
		c.row.attempt_key = "00";
		kit_state(c.a.k, &c.row, open[i], T0 + HOUR);
		pass(&c, DUE);
		assert_int_equal(state_of(&c), open[i]);
		assert_waits(&c);
	}
	end(&c);
}

/* A person says that it is not there; but they may be wrong. */
static void
what_left_once_is_not_replaced(void **state)
{
	struct clocked c;

	begin(&c, state, "accept");
	c.row.attempt = 1;
	c.row.started = T0 + HOUR;
	kit_save(c.a.k, &c.row, T0 + HOUR);
	pass(&c, DUE);
	assert_told(&c);
	end(&c);
}

static void
a_held_one_has_one_too(void **state)
{
	struct clocked c;

	begin(&c, state, "accept");
	kit_state(c.a.k, &c.row, OUTBOX_HELD, T0 + HOUR);
	notice_raise(c.a.k->store, "held/a1", c.row.account, "x", T0 + HOUR);
	pass(&c, DUE);
	assert_taken(&c, "return.accept");
	assert_int_equal(notices(&c, "held/a1"), 0);
	end(&c);
}

static void
money_moves_inside_its_own_limit(void **state)
{
	const struct {
		const struct money *up_to, *two_above;
		int64_t per_order;
		int moves;
	} cases[] = {
		{NULL, two_above_20, 2500, 0},     {up_to_dollars, two_above_20, 2500, 0},
		{up_to_19, two_above_20, 2500, 0}, {up_to_20, kit_two_above, 2500, 0},
		{up_to_20, two_above_20, 1999, 0}, /* the account's limits hold as well */
		{up_to_20, two_above_20, 2500, 1},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct money per_order[] = {{cases[i].per_order, "EUR"}, {0, ""}};
		struct clocked c;

		if (i) {
			kit_teardown(state);
			kit_setup(state);
		}
		begin(&c, state, "claimed");
		c.rule.fallback_up_to = cases[i].up_to;
		c.account.second_person_above = cases[i].two_above;
		c.account.refund_per_order = per_order;
		pass(&c, DUE);
		if (cases[i].moves)
			assert_taken(&c, "return.claimed");
		else
			assert_told(&c);
		end(&c);
	}
}

/* More is claimed than when it took its place: it goes back to people. */
static void
its_limit_holds_at_the_last_look(void **state)
{
	struct clocked c;
	struct outbox_row row;
	struct dispute more = a_return("R1", "O1", T0 + HOUR);

	begin(&c, state, "claimed");
	c.rule.fallback_up_to = up_to_20;
	c.account.second_person_above = NULL;
	pass(&c, DUE);
	assert_taken(&c, "return.claimed");
	row = kit_row(&c.a, taken(&c));
	c.rule.fallback_up_to = up_to_19; /* the seller thought again */
	more.text = "more";
	record_dispute(c.a.k->store, c.a.k->account.id, &more, T0 + HOUR);
	assert_int_equal(last_look(&c.a.d, &c.a.r,
				   connector_action(&kit_connector, &kit_account.view, row.kind), &row, NULL,
				   DUE + MINUTE),
			 0);
	assert_int_equal(row.state, OUTBOX_DRAFT);
	assert_non_null(strstr(row.reason, "fallback_up_to"));
	end(&c);
}

static void
where_rules_send_nothing_nothing_is_sent(void **state)
{
	for (int i = 0; i < 6; i++) {
		struct clocked c;

		if (i) {
			kit_teardown(state);
			kit_setup(state);
		}
		begin(&c, state, "accept");
		const int64_t account = c.a.k->account.id;
		static const char *const accept[] = {"return.acc*", NULL};

		switch (i) {
		case 0: account_set_mode(c.a.k->store, account, MODE_DRAFT, 0); break;
		case 1: account_set_mode(c.a.k->store, account, MODE_OBSERVE, 0); break;
		case 2: account_set_paused(c.a.k->store, account, 1); break;
		case 3: account_set_breaker(c.a.k->store, account, "too many"); break;
		case 4: c.account.approve = accept; break;
		case 5: c.account.never = accept; break;
		}
		pass(&c, DUE);
		assert_told(&c);
		account_set_mode(c.a.k->store, account, MODE_AUTO, 0);
		account_set_paused(c.a.k->store, account, 0);
		account_set_breaker(c.a.k->store, account, NULL);
		c.account.approve = c.account.never = NULL;
		pass(&c, DUE + 4 * MINUTE);
		assert_int_equal(taken(&c), 0);
		pass(&c, DUE + 5 * MINUTE);
		assert_taken(&c, "return.accept");
		end(&c);
	}
}

static void
nothing_unasked(void **state)
{
	struct clocked c;

	begin(&c, state, "accept");
	c.armed = T0 + DAY; /* its definition is newer than what happened */
	pass(&c, DUE);
	assert_waits(&c);
	c.armed = T0 - DAY;
	c.rule.name = "another";
	pass(&c, DUE);
	assert_waits(&c);
	c.rule.name = "refunds";
	c.rule.fallback.verb = "";
	pass(&c, DUE);
	assert_waits(&c);
	end(&c);
}

/* A person has let something else go about the same dispute. */
static void
another_answer_is_under_way(void **state)
{
	struct clocked c;
	struct outbox_row other;
	struct wish w = a_wish("return.accept", NULL);

	begin(&c, state, "accept");
	w.rule = NULL;
	w.operator= "erika";
	w.approver = 1;
	other = kit_wish(&c.a, &w);
	assert_int_equal(other.state, OUTBOX_READY);
	pass(&c, DUE);
	assert_waits(&c);
	assert_int_equal(state_of(&c), OUTBOX_DRAFT);
	kit_state(c.a.k, &other, OUTBOX_DROPPED, DUE);
	pass(&c, DUE + 5 * MINUTE);
	assert_taken(&c, "return.accept");
	end(&c);
}

static void
what_is_over_needs_none(void **state)
{
	struct clocked c;
	struct dispute closed = a_return("R1", "O1", T0 + HOUR);

	begin(&c, state, "accept");
	closed.status = DISPUTE_WITHDRAWN;
	closed.due_action = NULL;
	record_dispute(c.a.k->store, c.a.k->account.id, &closed, T0 + HOUR);
	pass(&c, DUE);
	assert_waits(&c);
	end(&c);
}

/* The fallback of one that could not leave after all has none itself. */
static void
a_fallback_has_no_fallback(void **state)
{
	struct clocked c;
	struct outbox_row other;
	struct err err;

	begin(&c, state, "accept");
	pass(&c, DUE);
	other = kit_row(&c.a, taken(&c));
	assert_int_equal(outbox_undo(&c.a.d, other.id, "erika", DUE + MINUTE, &err), 0);
	pass(&c, DUE + 2 * HOUR);
	assert_int_equal(outbox_instead(c.a.k->store, other.id), 0);
	assert_int_equal(notices(&c, "approve/a2"), 1);
	end(&c);
}

static void
it_is_told_before(void **state)
{
	struct clocked c;

	begin(&c, state, "accept");
	pass(&c, DUE - 4 * HOUR - 1);
	assert_int_equal(notices(&c, "approve/a1"), 0);
	pass(&c, DUE - 4 * HOUR);
	pass(&c, DUE - 3 * HOUR);
	assert_int_equal(notices(&c, "approve/a1"), 1);
	pass(&c, DUE);
	assert_int_equal(notices(&c, "approve/a1"), 0);
	pass(&c, DUE + 25 * HOUR); /* nobody needs to know any more */
	assert_int_equal(notices(&c, "fallback/a1"), 0);
	end(&c);
}

/* What an account in draft mode, or one that is paused, will not do is not promised. */
static void
what_will_not_leave_is_not_promised(void **state)
{
	for (int way = 0; way < 3; way++) {
		struct clocked c;

		begin(&c, state, "accept");
		if (way == 0)
			account_set_mode(c.a.k->store, c.row.account, MODE_DRAFT, 0);
		else if (way == 1)
			account_set_paused(c.a.k->store, c.row.account, 1);
		pass(&c, DUE - HOUR);
		assert_int_equal(notices(&c, "approve/a1"), 1);
		assert_int_equal(
			kit_number(
				c.a.k,
				"SELECT text LIKE '%its fallback%' FROM notice WHERE cause = 'approve/a1'"),
			way == 2);
		end(&c);
		if (way < 2) {
			kit_teardown(state);
			kit_setup(state);
		}
	}
}

/* More of them than are tried in one turn, of an account that is not in the configuration any more: nobody spins. */
static void
those_of_nobody_are_not_tried_at_once_again(void **state)
{
	struct clocked c;

	begin(&c, state, "accept");
	for (int i = 2; i <= 25; i++) {
		struct outbox_row more = kit_row(&c.a, c.row.id);

		more.id = 0;
		more.intent_key = arena_fmt(store_arena(c.a.k->store), "k/%d", i);
		assert_int_equal(outbox_insert(c.a.k->store, &more, T0), 1);
	}
	c.a.d.nrunners = 0;
	for (int i = 0; i < 3; i++)
		pass(&c, DUE);
	assert_true(pass(&c, DUE) > DUE);
	assert_int_equal(kit_number(c.a.k, "SELECT count(*) FROM outbox WHERE state = 'draft'"), 25);
	end(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_TEST(its_time_comes_before_the_deadline),
		KIT_TEST(those_of_nobody_are_not_tried_at_once_again),
		KIT_TEST(what_will_not_leave_is_not_promised),
		KIT_TEST(who_approves_first_wins),
		KIT_TEST(what_was_dropped_has_none),
		KIT_TEST(taken_back_its_clock_counts_again),
		KIT_TEST(what_came_late_has_half_of_what_was_left),
		KIT_TEST(it_moves_with_the_deadline),
		KIT_TEST(after_the_deadline_nothing_is_done),
		KIT_TEST(what_may_have_arrived_is_not_touched),
		KIT_TEST(what_left_once_is_not_replaced),
		KIT_TEST(a_held_one_has_one_too),
		KIT_TEST(money_moves_inside_its_own_limit),
		KIT_TEST(its_limit_holds_at_the_last_look),
		KIT_TEST(where_rules_send_nothing_nothing_is_sent),
		KIT_TEST(nothing_unasked),
		KIT_TEST(another_answer_is_under_way),
		KIT_TEST(what_is_over_needs_none),
		KIT_TEST(a_fallback_has_no_fallback),
		KIT_TEST(it_is_told_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
