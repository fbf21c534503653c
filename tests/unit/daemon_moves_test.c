/* Which state may follow which: all pairs, and what the door does with the others. */
#include "daemon_store_test_kit.h"

enum { STATES = OUTBOX_EXPIRED + 1 };

/* One letter a move, rows: from; columns: to, both in the order of the states (o d r S u h s c x e).
 * '.' none; 's' the service, 'p' a person, 'b' both; in capitals also while an attempt is open. */
static const char *const allowed[STATES] = {
	/*              odrSuhscxe */
	/* observed  */ ".......sb.",
	/* draft     */ "..p....sbs",
	/* ready     */ ".b.S.SSsbs",
	/* sending   */ "..S.SSS...",
	/* unsure    */ ".PS..SB...",
	/* held      */ ".Pp...Psbs",
	/* sent      */ "..........",
	/* cancelled */ "..........",
	/* dropped   */ "..........",
	/* expired   */ "..........",
};

static int
expected(int from, int to, int open, int by_hand)
{
	const char c = allowed[from][to], who = c >= 'a' ? c : (char)(c + 32);

	if (from == to)
		return 1;
	if (c == '.' || (open && c == who))
		return 0;
	return who == 'b' || (by_hand ? who == 'p' : who == 's');
}

static void
every_pair(void **state)
{
	(void)state;
	for (int i = 0; i < STATES * STATES * 4; i++) {
		const int from = i / 4 / STATES, to = i / 4 % STATES, open = i & 1, by_hand = i >> 1 & 1;

		if (outbox_may_go((enum outbox_state)from, (enum outbox_state)to, open, by_hand) !=
		    expected(from, to, open, by_hand))
			fail_msg("%s -> %s, %s, by %s", outbox_state_name((enum outbox_state)from),
				 outbox_state_name((enum outbox_state)to), open ? "open" : "none open",
				 by_hand ? "hand" : "the service");
	}
}

static struct outbox_row
a_row(struct kit *k, const char *key, enum outbox_state state)
{
	struct outbox_row r = {.account = k->account.id, .kind = "reply", .intent_key = key, .text = "Hallo"};

	assert_int_equal(outbox_insert(k->store, &r, T0), 1);
	kit_state(k, &r, state, T0);
	return r;
}

static enum outbox_state
stored(struct kit *k, int64_t id)
{
	struct outbox_row r;

	assert_int_equal(outbox_get(k->store, id, &r), 1);
	return r.state;
}

/* Every move that is none, tried at the door: what is under way is held and told, what is over stays so, and the service goes on. */
static void
the_door_refuses(void **state)
{
	struct kit *k = *state;
	int refused = 0;

	kit_begin(k);
	for (int i = 0; i < STATES * STATES; i++) {
		const enum outbox_state from = (enum outbox_state)(i / STATES),
					to = (enum outbox_state)(i % STATES);
		char key[16];
		struct outbox_row r;

		snprintf(key, sizeof key, "k%d", i);
		r = a_row(k, key, from);
		if (outbox_may_go(from, to, r.attempt_key != NULL, 0))
			continue;
		r.state = to;
		r.text = "Holla";
		assert_int_equal(outbox_save(k->store, &r, T0 + 1), -1);
		assert_int_equal(stored(k, r.id), from >= OUTBOX_SENT ? from : OUTBOX_HELD);
		assert_int_equal(r.state, stored(k, r.id));
		assert_string_equal(r.text, "Hallo"); /* nothing of it was saved */
		refused++;
	}
	kit_commit(k);
	assert_true(refused > 50);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM notice WHERE cause LIKE 'held/a%'"), refused);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM journal WHERE kind = 'refused'"), refused);
}

/* Saved from a state that it has left meanwhile. */
static void
an_old_copy_is_not_saved(void **state)
{
	struct kit *k = *state;
	struct outbox_row r, old;

	kit_begin(k);
	old = r = a_row(k, "k", OUTBOX_READY);
	r.state = OUTBOX_SENT;
	r.attempt = 1;
	r.started = T0;
	assert_int_equal(outbox_save(k->store, &r, T0 + 1), 0);
	old.state = OUTBOX_SENDING;
	old.attempt_key = "00";
	old.attempt = 1;
	old.started = T0;
	assert_int_equal(outbox_save(k->store, &old, T0 + 2), -1);
	assert_int_equal(stored(k, r.id), OUTBOX_SENT);
	kit_commit(k);
}

static void
state_and_facts_fit(void **state)
{
	static const struct outbox_row unsound[] = {
		{.state = OUTBOX_SENDING, .attempt = 1, .started = T0},
		{.state = OUTBOX_UNSURE, .attempt = 1, .started = T0},
		{.state = OUTBOX_SENDING, .attempt_key = "00", .attempt = 1},
		{.state = OUTBOX_SENDING, .attempt_key = "00", .started = T0},
		{.state = OUTBOX_SENT},
		{.state = OUTBOX_SENT, .attempt = 1, .started = T0, .attempt_key = "00"},
		{.state = OUTBOX_DRAFT, .attempt_key = "00"},
		{.state = OUTBOX_DROPPED, .cursor = "step 2"},
		{.state = OUTBOX_HELD, .remote = "M1"},
	};
	struct kit *k = *state;
	struct err err = {""};

	for (size_t i = 0; i < sizeof unsound / sizeof *unsound; i++)
		if (!outbox_sound(&unsound[i], &err))
			fail_msg("row %zu is sound", i);
	kit_begin(k);
	for (int i = 0; i < STATES; i++)
		a_row(k, (char[]){(char)('a' + i), '\0'}, (enum outbox_state)i);
	assert_int_equal(outbox_check(k->store, &err), 0);
	kit_commit(k);
	assert_int_equal(sql_script(k->store->db, "",
				    "UPDATE outbox SET attempt_key = 'ff' WHERE state = 'sent'", &err),
			 0);
	kit_begin(k);
	assert_int_equal(outbox_check(k->store, &err), -1);
	assert_non_null(strstr(err.text, "an attempt is open"));
	kit_commit(k);
}

/* What leaves the states of an open attempt closes it. */
static void
moving_on_closes_the_attempt(void **state)
{
	struct kit *k = *state;
	struct outbox_row r;

	kit_begin(k);
	r = a_row(k, "k", OUTBOX_UNSURE);
	r.state = OUTBOX_DRAFT;
	assert_int_equal(outbox_save_by_hand(k->store, &r, T0 + 1), 0);
	assert_int_equal(outbox_get(k->store, r.id, &r), 1);
	assert_null(r.attempt_key);
	assert_true(r.started); /* but it may have arrived all the same */
	kit_commit(k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_pair),           KIT_TEST(the_door_refuses),
		KIT_TEST(an_old_copy_is_not_saved),     KIT_TEST(state_and_facts_fit),
		KIT_TEST(moving_on_closes_the_attempt),
	};

	json_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
