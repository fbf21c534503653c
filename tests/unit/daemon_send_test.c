/* The sending lane does what an action declares: how a lost answer is settled, what is repeated, and what a person's word is worth. */
#include "daemon_action_test_kit.h"

#include "daemon/runner.h"

/* ---- a platform that answers as it is told ---- */

static struct {
	enum outcome send; /* what the next answer to a send means */
	const char *shown; /* ids that a look shows, between spaces: each is a refund of 5 EUR */
	int64_t at;        /* when it was made, 0: not said */
	int complete;
	int looks, sends;
	int pause;    /* nothing may leave any more when the look is answered */
	char key[33]; /* of the last send */
} platform;

static int
ask(const struct task *t, struct request *r, struct err *err)
{
	(void)err;
	buf_put(&r->url, "https://example.com/");
	buf_put(&r->body, t->key);
	return 0;
}

static int
ask_once(const struct task *t, struct request *r, struct err *err)
{
	r->once = 1;
	return ask(t, r, err);
}

static enum outcome
read_send(const struct task *t, const struct response *rs, struct found *f)
{
	(void)t;
	(void)rs;
	if (platform.send == DONE)
		buf_put(&f->remote, "ours");
	else
		pack(f->err.text, "the platform said so");
	return platform.send;
}

static enum outcome
read_look(const struct task *t, const struct response *rs, struct found *f)
{
	(void)rs;
	for (const char *p = platform.shown; *p; p += strcspn(p, " "), p += strspn(p, " ")) {
		const struct own own = {.remote = arena_strndup(t->arena, p, strcspn(p, " ")),
					.amount = {500, "EUR"},
					.at = platform.at};

		if (f->own(f, &own))
			return LATER;
	}
	f->complete = platform.complete;
	return DONE;
}

#define LOOK .look = {ask, read_look, NULL, NULL}, .visible_after = MINUTE
static const struct action actions[] = {
	{.kind = "return.refund",
	 .repeat = REPEAT_NEVER,
	 LOOK,
	 .send = {ask_once, read_send, NULL, NULL},
	 .takes = TAKES_AMOUNT | TAKES_TEXT,
	 .moves = MOVES_AMOUNT},
	{.kind = "return.accept", .repeat = REPEAT_NEVER, .send = {ask_once, read_send, NULL, NULL}},
	{.kind = "return.decline", .repeat = REPEAT_SAME_KEY, .send = {ask, read_send, NULL, NULL}},
	{.kind = "return.escalate", .repeat = REPEAT_GUARDED, LOOK, .send = {ask, read_send, NULL, NULL}},
	{.kind = NULL},
};
static const struct connector scripted = {.name = "example", .title = "Example", .actions = actions};

/* ---- one lane ---- */

static struct conf_account before;
static struct policy *policy;

static int64_t
begin(struct acting *a, void **state, const char *kind)
{
	struct outbox_row row = {.kind = kind,
				 .intent_key = "i1",
				 .text = "",
				 .state = OUTBOX_READY,
				 .operator= "erika",
				 .requester = "erika"};

	memset(&platform, 0, sizeof platform);
	platform.shown = "";
	platform.complete = 1;
	kit_account.connector = kit_account.view.connector = &scripted;
	kit_act(a, *state);
	a->r.connector = &scripted;
	a->r.policy = policy;
	row.account = a->k->account.id;
	row.dispute = a->s.dispute;
	row.order = a->s.order;
	row.amount = row.moves = (struct money){500, "EUR"};
	row.order_version = a->s.order_version;
	row.dispute_version = a->s.dispute_version;
	row.next_at = T0 + HOUR;
	assert_int_equal(outbox_insert(a->k->store, &row, T0 + HOUR), 1);
	return row.id;
}

static int
group_setup(void **state)
{
	const char *root = getenv("SUPERCARGO_SHARE");

	(void)state;
	return (policy = policy_load(root ? root : ".", "ebay", NULL)) ? 0 : -1;
}

static int
group_teardown(void **state)
{
	(void)state;
	policy_free(policy);
	return 0;
}

static int
restore(void **state)
{
	kit_account = before;
	return kit_teardown(state);
}

/* What is due at `now` leaves, each request answered at once or (lost) never.  How many left. */
static int
run(struct acting *a, int lost, int64_t now)
{
	int n = 0;

	plan_send(&a->d, &a->r, now);
	for (; a->d.starting; n++) {
		struct job *job = a->d.starting;
		const int sends = job->kind == JOB_SEND;
		struct answer answer = {.complete = !(sends && lost), .left = 1, .response = {.status = 200}};

		a->d.starting = job->next;
		a->r.busy[LANE_SEND] = NULL;
		if (sends)
			snprintf(platform.key, sizeof platform.key, "%s", job->key);
		platform.sends += sends;
		platform.looks += !sends;
		a->d.stopping = platform.pause;
		(sends ? send_finished : look_finished)(&a->d, job, &answer, now);
		job_free(job);
	}
	return n;
}

static void
is(struct acting *a, int64_t id, enum outbox_state state, int sends)
{
	const struct outbox_row row = kit_row(a, id);
	struct err err = {""};

	assert_string_equal(outbox_state_name(row.state), outbox_state_name(state));
	assert_int_equal(platform.sends, sends);
	if (outbox_check(a->k->store, &err))
		fail_msg("%s", err.text);
}

static void
never_is_settled_by_a_look(void **state)
{
	struct acting a;
	const int64_t id = begin(&a, state, "return.refund");
	char first[33];

	platform.shown = "r1";
	run(&a, 1, T0 + HOUR);
	is(&a, id, OUTBOX_UNSURE, 1);
	snprintf(first, sizeof first, "%s", platform.key);
	run(&a, 0, T0 + HOUR + 2 * SECOND); /* too early to be absent */
	is(&a, id, OUTBOX_UNSURE, 1);
	run(&a, 1, T0 + HOUR + 2 * MINUTE); /* absent: another attempt, lost as well */
	is(&a, id, OUTBOX_UNSURE, 2);
	assert_string_not_equal(platform.key, first);
	assert_int_equal(kit_row(&a, id).attempt, 2);
	platform.shown = "r1 r2";
	run(&a, 0, T0 + 2 * HOUR);
	is(&a, id, OUTBOX_SENT, 2);
	assert_string_equal(kit_row(&a, id).remote, "r2");
	kit_commit(a.k);
}

static void
never_without_a_look_is_held(void **state)
{
	struct acting a;
	const int64_t id = begin(&a, state, "return.accept");
	struct err err;

	run(&a, 1, T0 + HOUR);
	run(&a, 0, T0 + HOUR + 2 * SECOND);
	is(&a, id, OUTBOX_HELD, 1);
	assert_int_equal(outbox_approve(&a.d, id, "jan", T0 + 2 * HOUR, &err), -1);
	assert_int_equal(outbox_edit(&a.d, id, "Anders", "jan", T0 + 2 * HOUR, &err), -1);
	assert_int_equal(outbox_drop(&a.d, id, "jan", T0 + 2 * HOUR, &err), -1);
	kit_commit(a.k);
}

static void
same_key_sends_the_same_bytes_again(void **state)
{
	struct acting a;
	const int64_t id = begin(&a, state, "return.decline");
	char first[33];
	struct err err;

	run(&a, 1, T0 + HOUR);
	is(&a, id, OUTBOX_READY, 1);
	snprintf(first, sizeof first, "%s", platform.key);
	assert_int_equal(strlen(first), 32);
	assert_int_equal(outbox_undo(&a.d, id, "jan", T0 + HOUR, &err), -1); /* it may have arrived */
	assert_int_equal(outbox_edit(&a.d, id, "Anders", "jan", T0 + HOUR, &err), -1);
	assert_int_equal(outbox_drop(&a.d, id, "jan", T0 + HOUR, &err), -1);
	platform.send = DONE;
	run(&a, 0, T0 + 2 * HOUR);
	is(&a, id, OUTBOX_SENT, 2);
	assert_string_equal(platform.key, first);
	assert_int_equal(kit_row(&a, id).attempt, 1);
	kit_commit(a.k);
}

/* A refusal of the second may be because of the first: a person looks. */
static void
guarded_is_repeated_until_it_is_refused(void **state)
{
	struct acting a;
	const int64_t id = begin(&a, state, "return.escalate");
	struct err err;

	run(&a, 1, T0 + HOUR);
	is(&a, id, OUTBOX_READY, 1);
	platform.send = REFUSED;
	run(&a, 0, T0 + 2 * HOUR);
	is(&a, id, OUTBOX_HELD, 2);
	assert_int_equal(outbox_approve(&a.d, id, "jan", T0 + 3 * HOUR, &err), -1);
	assert_int_equal(outbox_resolve(&a.d, id, 1, "jan", T0 + 3 * HOUR, &err), 0);
	is(&a, id, OUTBOX_SENT, 2);
	kit_commit(a.k);
}

/* What may have arrived cannot be cancelled when it became pointless: it is looked up, not repeated. */
static void
what_became_pointless_is_looked_up(void **state)
{
	struct dispute closed = a_return("R1", "O1", T0 + HOUR);

	closed.status = DISPUTE_RESOLVED;
	for (int arrived = 0; arrived < 2; arrived++) {
		struct acting a;
		const int64_t id = begin(&a, state, "return.escalate");

		run(&a, 1, T0 + HOUR);
		record_dispute(a.k->store, a.k->account.id, &closed, T0 + HOUR);
		platform.shown = arrived ? "ours" : "";
		run(&a, 0, T0 + 2 * HOUR);
		is(&a, id, arrived ? OUTBOX_SENT : OUTBOX_CANCELLED, 1);
		kit_commit(a.k);
		restore(state);
		kit_setup(state);
	}
}

static void
later_and_refused_are_not_unsure(void **state)
{
	static const enum outcome outcomes[] = {LATER, LOGIN, REFUSED};

	for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++) {
		struct acting a;
		const int64_t id = begin(&a, state, "return.refund");
		struct err err;

		platform.send = outcomes[i];
		run(&a, 0, T0 + HOUR);
		is(&a, id, outcomes[i] == REFUSED ? OUTBOX_HELD : OUTBOX_READY, 1);
		assert_null(kit_row(&a, id).attempt_key);
		assert_int_equal(kit_row(&a, id).started, 0);
		assert_int_equal(outbox_resolve(&a.d, id, 1, "jan", T0 + HOUR, &err), -1);
		assert_int_equal(outbox_drop(&a.d, id, "jan", T0 + HOUR, &err), 0);
		kit_commit(a.k);
		restore(state);
		kit_setup(state);
	}
}

/* Held, since the platform never shows all of it. */
static int64_t
doubtful(struct acting *a, void **state)
{
	const int64_t id = begin(a, state, "return.refund");

	platform.shown = "r1";
	run(a, 1, T0 + HOUR);
	platform.complete = 0;
	for (int i = 1; i < 20 && kit_row(a, id).state == OUTBOX_UNSURE; i++)
		run(a, 0, T0 + HOUR + i * 20 * MINUTE);
	is(a, id, OUTBOX_HELD, 1);
	platform.complete = 1;
	return id;
}

/* A person did not find it and lets it go again: it is looked for once more, by what was there before. */
static void
a_person_may_be_wrong(void **state)
{
	struct acting a;
	const int64_t id = doubtful(&a, state);
	struct err err;

	assert_int_equal(outbox_resolve(&a.d, id, 0, "erika", T0 + DAY, &err), 0);
	is(&a, id, OUTBOX_DRAFT, 1);
	assert_int_equal(outbox_approve(&a.d, id, "jan", T0 + DAY, &err), 0);
	platform.shown = "r1 r2";
	platform.send = DONE;
	run(&a, 0, T0 + DAY);
	is(&a, id, OUTBOX_SENT, 1);
	assert_string_equal(kit_row(&a, id).remote, "r2");
	kit_commit(a.k);
}

/* Nobody can have seen that it is not there before the platform has to show it, whatever our clock says meanwhile. */
static void
a_person_may_be_too_early(void **state)
{
	struct acting a;
	const int64_t id = begin(&a, state, "return.refund");
	struct err err;

	run(&a, 1, T0 + HOUR);
	is(&a, id, OUTBOX_UNSURE, 1);
	assert_int_equal(outbox_resolve(&a.d, id, 0, "erika", T0 + HOUR + 43 * SECOND, &err), -1);
	assert_non_null(strstr(err.text, "look again in"));
	a.d.runners = &a.r;
	a.d.nrunners = 1;
	a.r.id = a.k->account.id;
	a.r.offset = 2 * HOUR;
	assert_int_equal(outbox_resolve(&a.d, id, 0, "erika", T0 - HOUR + 43 * SECOND, &err), -1);
	is(&a, id, OUTBOX_UNSURE, 1);
	assert_int_equal(outbox_resolve(&a.d, id, 0, "erika", T0 - HOUR + MINUTE, &err), 0);
	is(&a, id, OUTBOX_DRAFT, 1);
	kit_commit(a.k);
}

/* By a person, who lets it go. */
static void
write_text(struct acting *a, int64_t id, const char *text)
{
	struct outbox_row row = kit_row(a, id);

	row.state = OUTBOX_DRAFT;
	row.text = text;
	assert_int_equal(outbox_save_by_hand(a->k->store, &row, T0 + HOUR), 0);
	row.state = OUTBOX_READY;
	assert_int_equal(outbox_save_by_hand(a->k->store, &row, T0 + HOUR), 0);
}

/* It is found after its text was written anew: nobody changed behind our back what was sent. */
static void
what_is_found_after_an_edit_verifies(void **state)
{
	struct acting a;
	const int64_t id = begin(&a, state, "return.refund");
	struct verified v;
	struct err err = {""};

	write_text(&a, id, "Guten Tag");
	run(&a, 1, T0 + HOUR);
	is(&a, id, OUTBOX_UNSURE, 1);
	assert_int_equal(outbox_resolve(&a.d, id, 0, "erika", T0 + HOUR + MINUTE, &err), 0);
	write_text(&a, id, "Guten Tag!");
	platform.shown = "r2";
	run(&a, 0, T0 + 2 * HOUR);
	is(&a, id, OUTBOX_SENT, 1);
	kit_commit(a.k);
	kit_begin(a.k);
	if (store_verify(a.k->store, NULL, &v, &err))
		fail_msg("%s", err.text);
	assert_int_equal(v.sent, 1);
	kit_commit(a.k);
	assert_int_equal(sql_script(a.k->store->db, "", "UPDATE outbox SET text = 'Guten Tag'", &a.k->err),
			 0);
	kit_begin(a.k);
	assert_int_equal(store_verify(a.k->store, NULL, &v, &err), -1);
	kit_commit(a.k);
}

static void
a_person_may_be_right(void **state)
{
	struct acting a;
	const int64_t id = doubtful(&a, state);
	struct err err;

	assert_int_equal(outbox_resolve(&a.d, id, 0, "erika", T0 + DAY, &err), 0);
	assert_int_equal(outbox_approve(&a.d, id, "jan", T0 + DAY, &err), 0);
	platform.complete = 0; /* and again nobody can tell */
	run(&a, 0, T0 + DAY);
	is(&a, id, OUTBOX_READY, 1);
	platform.complete = 1;
	platform.send = DONE;
	run(&a, 0, T0 + DAY + HOUR);
	is(&a, id, OUTBOX_SENT, 2);
	assert_int_equal(kit_row(&a, id).attempt, 2);
	kit_commit(a.k);
}

/* It shows only after it had been found absent and before the next attempt. */
static void
what_shows_very_late_is_still_found(void **state)
{
	struct acting a;
	const int64_t id = begin(&a, state, "return.refund");

	run(&a, 1, T0 + HOUR);
	platform.pause = 1;
	run(&a, 0, T0 + HOUR + 2 * MINUTE);
	is(&a, id, OUTBOX_READY, 1);
	assert_null(kit_row(&a, id).attempt_key);
	a.d.stopping = 0;
	platform.shown = "late";
	run(&a, 0, T0 + HOUR + 3 * MINUTE);
	is(&a, id, OUTBOX_SENT, 1);
	kit_commit(a.k);
}

/* Of a store that was put back nobody knows what it did in between. */
static void
lose_time(struct acting *a, int64_t from, int64_t until)
{
	meta_set(a->k->store, "lost_from", arena_fmt(store_arena(a->k->store), "%lld", (long long)from));
	meta_set(a->k->store, "lost_until", arena_fmt(store_arena(a->k->store), "%lld", (long long)until));
	meta_set(a->k->store, "lost_why", "backup");
}

/* eBay names a contest only "CONTEST": the one in another dispute explains none in this one. */
static void
what_was_sent_elsewhere_explains_nothing(void **state)
{
	for (int same = 0; same < 2; same++) {
		struct acting a;
		const int64_t id = begin(&a, state, "return.refund");
		const struct dispute other = a_return("R2", "O1", T0);
		struct outbox_row row = {.account = a.k->account.id,
					 .kind = "return.refund",
					 .intent_key = "i2",
					 .text = "",
					 .state = OUTBOX_READY,
					 .order = a.s.order};

		record_dispute(a.k->store, a.k->account.id, &other, T0);
		row.dispute =
			same ? a.s.dispute : dispute_id(a.k->store, a.k->account.id, DISPUTE_RETURN, "R2");
		assert_int_equal(outbox_insert(a.k->store, &row, T0), 1);
		row.state = OUTBOX_SENDING;
		row.attempt = 1;
		row.attempt_key = "0123456789abcdef0123456789abcdef";
		row.started = T0;
		assert_int_equal(outbox_save(a.k->store, &row, T0), 0);
		row.state = OUTBOX_SENT;
		row.remote = "CONTEST";
		assert_int_equal(outbox_save(a.k->store, &row, T0), 0);
		lose_time(&a, T0 - HOUR, T0 + 2 * HOUR);
		platform.shown = "CONTEST";
		platform.send = DONE;
		run(&a, 0, T0 + 3 * HOUR);
		is(&a, id, same ? OUTBOX_SENT : OUTBOX_DRAFT, same);
		kit_commit(a.k);
		restore(state);
		kit_setup(state);
	}
}

/* The copy was made while our clock was hours ahead; the platform's clock tells what came after it. */
static void
a_lost_time_begins_by_the_platform_s_clock(void **state)
{
	for (int after = 0; after < 2; after++) {
		struct acting a;
		const int64_t id = begin(&a, state, "return.refund");

		lose_time(&a, T0 + 6 * HOUR, T0 + DAY);
		meta_set(a.k->store,
			 arena_fmt(store_arena(a.k->store), "lost_covered/%lld", (long long)a.r.id),
			 arena_fmt(store_arena(a.k->store), "%lld", (long long)T0 + HOUR));
		platform.shown = "theirs";
		platform.at = after ? T0 + 2 * HOUR : T0 - HOUR;
		platform.send = DONE;
		run(&a, 0, T0 + 2 * DAY);
		is(&a, id, after ? OUTBOX_DRAFT : OUTBOX_SENT, !after);
		kit_commit(a.k);
		restore(state);
		kit_setup(state);
	}
}

/* As a store that was put back has it: between two steps, and so long ago that a rule's action would not even begin. */
static int64_t
between_steps_before_a_lost_time(struct acting *a, void **state, const char *kind)
{
	const int64_t id = begin(a, state, kind);
	struct outbox_row row = kit_row(a, id);

	row.state = OUTBOX_SENDING;
	row.attempt = 1;
	row.attempt_key = "0123456789abcdef0123456789abcdef";
	row.started = T0 + HOUR;
	row.seen = "[]";
	outbox_save(a->k->store, &row, T0 + HOUR);
	row.state = OUTBOX_READY;
	row.cursor = "step 2";
	row.operator= NULL;
	assert_int_equal(outbox_save(a->k->store, &row, T0 + HOUR), 0);
	assert_int_equal(sql_script(a->k->store->db, "", "UPDATE outbox SET rule = 'refunds'", &a->k->err),
			 0);
	lose_time(a, T0 + HOUR, T0 + 5 * DAY);
	return id;
}

/* It may have arrived: so it is looked for, however old it is, and not called expired. */
static void
steps_before_a_lost_time_are_looked_for(void **state)
{
	struct acting a;
	const int64_t id = between_steps_before_a_lost_time(&a, state, "return.refund");

	platform.shown = "done";
	run(&a, 0, T0 + 6 * DAY);
	is(&a, id, OUTBOX_SENT, 0);
	assert_int_equal(kit_number(a.k, "SELECT count(*) FROM journal WHERE kind = 'refused'"), 0);
	kit_commit(a.k);
}

static void
steps_before_a_lost_time_without_a_look_are_held(void **state)
{
	struct acting a;
	const int64_t id = between_steps_before_a_lost_time(&a, state, "return.accept");
	struct err err;

	run(&a, 0, T0 + 6 * DAY);
	is(&a, id, OUTBOX_HELD, 0);
	assert_int_equal(kit_number(a.k, "SELECT count(*) FROM journal WHERE kind = 'refused'"), 0);
	assert_int_equal(outbox_approve(&a.d, id, "jan", T0 + 6 * DAY, &err), -1); /* it may have arrived */
	kit_commit(a.k);
}

/* Taken back and let go again while a look was under way: its answer does not end the new undo window. */
static void
a_look_ends_no_undo_window(void **state)
{
	struct acting a;
	const int64_t id = begin(&a, state, "return.refund");
	static const struct answer answer = {.complete = 1, .left = 1, .response = {.status = 200}};
	struct conf conf = kit_conf;
	struct job *job;
	struct err err;

	conf.service.undo = 5 * MINUTE;
	a.d.conf = &conf;
	plan_send(&a.d, &a.r, T0 + HOUR);
	job = a.d.starting;
	assert_non_null(job);
	a.d.starting = NULL;
	a.r.busy[LANE_SEND] = NULL;
	assert_int_equal(outbox_undo(&a.d, id, "erika", T0 + HOUR, &err), 0);
	assert_int_equal(outbox_approve(&a.d, id, "jan", T0 + HOUR, &err), 0);
	look_finished(&a.d, job, &answer, T0 + HOUR + SECOND);
	job_free(job);
	assert_null(a.d.starting);
	is(&a, id, OUTBOX_READY, 0);
	run(&a, 0, T0 + HOUR + 4 * MINUTE);
	is(&a, id, OUTBOX_READY, 0);
	platform.send = DONE;
	run(&a, 0, T0 + HOUR + 6 * MINUTE);
	is(&a, id, OUTBOX_SENT, 1);
	kit_commit(a.k);
}

static void
each_row_counts_its_own_looks(void **state)
{
	struct acting a;
	const int64_t first = doubtful(&a, state);
	struct outbox_row second = {.account = a.k->account.id,
				    .kind = "return.refund",
				    .intent_key = "i2",
				    .text = "",
				    .state = OUTBOX_READY,
				    .operator= "erika",
				    .dispute = a.s.dispute,
				    .order = a.s.order,
				    .amount = {100, "EUR"},
				    .moves = {100, "EUR"},
				    .order_version = a.s.order_version,
				    .dispute_version = a.s.dispute_version};

	assert_int_equal(outbox_insert(a.k->store, &second, T0 + DAY), 1);
	run(&a, 1, T0 + DAY);
	is(&a, second.id, OUTBOX_UNSURE, 2);
	platform.complete = 0;
	run(&a, 0, T0 + DAY + HOUR);
	is(&a, second.id, OUTBOX_UNSURE, 2);
	assert_int_equal(kit_row(&a, second.id).looks, 1);
	is(&a, first, OUTBOX_HELD, 2);
	kit_commit(a.k);
}

/* The row is a rule's and due from then on. */
static int64_t
by_rule(struct acting *a, void **state, int64_t not_before)
{
	const int64_t id = begin(a, state, "return.decline");
	char sql[160];

	snprintf(sql, sizeof sql,
		 "UPDATE outbox SET operator = NULL, requester = NULL, rule = 'refunds', not_before = %lld, "
		 "next_at = %lld",
		 (long long)not_before, (long long)not_before);
	assert_int_equal(sqlite3_exec(a->k->store->db, sql, NULL, NULL, NULL), SQLITE_OK);
	return id;
}

/* T0 is 10:53 in Berlin, where the buyer lives. */
static void
what_could_not_leave_by_day_does_not_at_night(void **state)
{
	struct acting a;
	const int64_t id = by_rule(&a, state, T0 + HOUR), night = T0 + 14 * HOUR,
		      morning = 1760076000000; /* 06:00Z */

	assert_int_equal(hours_parse("22:00-08:00", &kit_rule.quiet), 0);
	platform.send = DONE; /* we were not there by day */
	run(&a, 0, night);
	is(&a, id, OUTBOX_READY, 0);
	assert_true(kit_row(&a, id).next_at == morning);
	assert_true(kit_row(&a, id).not_before == T0 + HOUR);
	run(&a, 0, morning - 1);
	is(&a, id, OUTBOX_READY, 0);
	run(&a, 0, morning);
	is(&a, id, OUTBOX_SENT, 1);
	kit_rule.quiet.n = 0;
	kit_commit(a.k);
}

/* A person decides for the night, too. */
static void
what_a_person_lets_go_leaves_at_night(void **state)
{
	struct acting a;
	const int64_t id = begin(&a, state, "return.decline");

	assert_int_equal(hours_parse("22:00-08:00", &kit_rule.quiet), 0);
	assert_int_equal(sqlite3_exec(a.k->store->db, "UPDATE outbox SET rule = 'refunds'", NULL, NULL, NULL),
			 SQLITE_OK);
	platform.send = DONE;
	run(&a, 0, T0 + 14 * HOUR);
	is(&a, id, OUTBOX_SENT, 1);
	kit_rule.quiet.n = 0;
	kit_commit(a.k);
}

/* How long something cannot leave is counted from when it could. */
static void
what_was_to_wait_for_days_leaves_then(void **state)
{
	struct acting a;
	int64_t id = by_rule(&a, state, T0 + 10 * DAY);

	platform.send = DONE;
	run(&a, 0, T0 + 10 * DAY + HOUR);
	is(&a, id, OUTBOX_SENT, 1);
	kit_commit(a.k);
}

static void
what_could_not_leave_for_days_expires(void **state)
{
	struct acting a;
	int64_t id = by_rule(&a, state, T0 + 10 * DAY);

	platform.send = DONE;
	run(&a, 0, T0 + 13 * DAY + HOUR);
	is(&a, id, OUTBOX_EXPIRED, 0);
	kit_commit(a.k);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, kit_setup, restore)
	const struct CMUnitTest tests[] = {
		TEST(never_is_settled_by_a_look),
		TEST(never_without_a_look_is_held),
		TEST(same_key_sends_the_same_bytes_again),
		TEST(guarded_is_repeated_until_it_is_refused),
		TEST(what_became_pointless_is_looked_up),
		TEST(later_and_refused_are_not_unsure),
		TEST(a_person_may_be_wrong),
		TEST(a_person_may_be_too_early),
		TEST(what_is_found_after_an_edit_verifies),
		TEST(a_person_may_be_right),
		TEST(what_shows_very_late_is_still_found),
		TEST(what_was_sent_elsewhere_explains_nothing),
		TEST(a_lost_time_begins_by_the_platform_s_clock),
		TEST(steps_before_a_lost_time_are_looked_for),
		TEST(steps_before_a_lost_time_without_a_look_are_held),
		TEST(a_look_ends_no_undo_window),
		TEST(each_row_counts_its_own_looks),
		TEST(what_could_not_leave_by_day_does_not_at_night),
		TEST(what_a_person_lets_go_leaves_at_night),
		TEST(what_was_to_wait_for_days_leaves_then),
		TEST(what_could_not_leave_for_days_expires),
	};

	before = kit_account;
	json_setup();
	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
