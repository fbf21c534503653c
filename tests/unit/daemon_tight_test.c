/* The real sending lanes of several accounts on one small budget, in virtual time: traces at 95 % of what it gives, with the full cost of look, send
 * and read-back, and what is said before against what happens.
 *
 *   daemon_tight_test [TRACES]      so many; 8 when not said
 */
#include "daemon_action_test_kit.h"

#include "daemon/schedule/forecast.h"
#include "daemon/schedule/queue.h"
#include "daemon_schedule_test_kit.h"

#define ACCOUNTS LANES

static int traces = 8;

/* ---- a platform that shows what arrived, and answers after a second ---- */

static struct {
	int64_t sent[ROWS]; /* when the action of this row left; 0: not yet */
	int lost[ROWS];     /* the answer to it gets lost */
	long looks, sends, polls;
} platform;

static int
number_of(const struct task *t)
{
	return atoi(t->out->dispute + 1);
}

static int
ask_look(const struct task *t, struct request *r, struct err *err)
{
	(void)t;
	(void)err;
	buf_put(&r->url, "https://example.com/");
	return 0;
}

static int
ask_send(const struct task *t, struct request *r, struct err *err)
{
	r->once = 1;
	return ask_look(t, r, err);
}

static enum outcome
read_send(const struct task *t, const struct response *rs, struct found *f)
{
	(void)t;
	(void)rs;
	buf_put(&f->remote, "ours");
	return DONE;
}

static enum outcome
read_look(const struct task *t, const struct response *rs, struct found *f)
{
	const int n = number_of(t);
	const struct own own = {.remote = arena_fmt(t->arena, "own%d", n), .at = platform.sent[n]};

	(void)rs;
	f->complete = 1;
	return platform.sent[n] && f->own(f, &own) ? LATER : DONE;
}

static struct budget budgets[] = {{"calls", 60, HOUR, 0, 40, 1, 5}, {.name = NULL}};
static const struct action actions[] = {{.kind = "return.escalate",
					 .repeat = REPEAT_NEVER,
					 .visible_after = MINUTE,
					 .look = {ask_look, read_look, NULL, "calls"},
					 .send = {ask_send, read_send, NULL, "calls"}},
					{.kind = NULL}};
static const struct connector platform_of = {
	.name = "example", .title = "Example", .actions = actions, .budgets = budgets};
static const struct exchange a_poll = {.budget = "calls"};

/* ---- the accounts ---- */

struct shops {
	struct kit *k;
	struct conf_application application;
	struct conf_account accounts[ACCOUNTS];
	struct conf conf;
	struct daemon d;
	int64_t ids[ROWS];
	struct {
		struct job *job;
		int64_t at;
	} answers[ACCOUNTS];
};

static void
open_shops(struct shops *s, struct kit *k)
{
	static char names[ACCOUNTS][8];

	memset(s, 0, sizeof *s);
	memset(&platform, 0, sizeof platform);
	s->k = k;
	s->application = (struct conf_application){.name = "app", .connector = &platform_of, .quota = 100};
	for (int i = 0; i < ACCOUNTS; i++) {
		snprintf(names[i], sizeof names[i], "shop%d", i);
		s->accounts[i] = (struct conf_account){.name = names[i],
						       .connector = &platform_of,
						       .application = &s->application,
						       .view = {.name = names[i], .connector = &platform_of}};
	}
	s->conf = (struct conf){.accounts = s->accounts, .naccounts = ACCOUNTS};
	s->d = (struct daemon){.conf = &s->conf, .store = k->store, .installation = (char *)"test"};
	kit_begin(k);
	runners_make(&s->d, T0 - DAY);
	for (int i = 0; i < ACCOUNTS; i++) {
		account_set_mode(k->store, s->d.runners[i].id, MODE_AUTO, T0 - DAY);
		s->d.runners[i].sweep_from = 0;
	}
	kit_commit(k);
}

static void
close_shops(struct shops *s)
{
	for (int i = 0; i < ACCOUNTS; i++) {
		s->d.runners[i].busy[LANE_SEND] = NULL;
		job_free(s->answers[i].job);
	}
	queue_free(&s->d);
	runners_free(&s->d);
}

static void
arrives(struct shops *s, const struct schedule_row *w, int64_t now)
{
	char remote[16];
	const int64_t account = s->d.runners[w->lane].id;
	struct outbox_row row = {.account = account,
				 .kind = "return.escalate",
				 .intent_key = arena_fmt(store_arena(s->k->store), "i%lld", (long long)w->id),
				 .text = "",
				 .state = OUTBOX_READY,
				 .operator= "erika",
				 .requester = "erika",
				 .not_before = now,
				 .next_at = now,
				 .deadline = w->deadline ? T0 + w->deadline : 0};
	struct dispute x;

	snprintf(remote, sizeof remote, "R%lld", (long long)w->id);
	x = a_return(remote, NULL, now);
	x.respond_by = T0 + 90 * DAY;
	record_dispute(s->k->store, account, &x, now);
	row.dispute = dispute_id(s->k->store, account, DISPUTE_RETURN, remote);
	row.dispute_version = 1;
	assert_int_equal(outbox_insert(s->k->store, &row, now), 1);
	s->ids[w->id] = row.id;
	platform.lost[w->id] = w->nsteps > 2;
	s->d.runners[w->lane].due[LANE_SEND] = 0;
}

static void
answered(struct shops *s, int lane, int64_t now)
{
	struct job *job = s->answers[lane].job;
	const int n = (int)(job->row - s->ids[0]);
	const int lost = job->kind == JOB_SEND && platform.lost[n];
	struct answer answer = {.complete = !lost, .left = 1, .response = {.status = 200}};

	s->answers[lane].job = NULL;
	s->d.runners[lane].busy[LANE_SEND] = NULL;
	(job->kind == JOB_SEND ? send_finished : look_finished)(&s->d, job, &answer, now);
	job_free(job);
}

/* A turn; when the next has to be. */
static int64_t
turn(struct shops *s, int64_t now)
{
	int64_t next = INT64_MAX;

	for (int i = 0; i < ACCOUNTS; i++)
		if (s->answers[i].job && s->answers[i].at <= now)
			answered(s, i, now);
	for (int i = 0; i < ACCOUNTS; i++)
		if (s->d.runners[i].due[LANE_SEND] <= now)
			s->d.runners[i].due[LANE_SEND] = plan_send(&s->d, &s->d.runners[i], now);
	while (s->d.starting) {
		struct job *job = s->d.starting;
		const int lane = line_lane(&s->d, job->runner), n = (int)(job->row - s->ids[0]);

		s->d.starting = job->next;
		if (job->kind == JOB_SEND)
			platform.sent[n] = now;
		*(job->kind == JOB_SEND ? &platform.sends : &platform.looks) += 1;
		s->answers[lane].job = job;
		s->answers[lane].at = now + SECOND;
	}
	for (int i = 0; i < ACCOUNTS; i++) {
		const int64_t at = s->answers[i].job ? s->answers[i].at : s->d.runners[i].due[LANE_SEND];

		next = at < next ? at : next;
	}
	return next > now ? next : now;
}

static void
set_budget(const struct schedule_budget *b)
{
	budgets[0].limit = 60;
	budgets[0].window = 60 * b->interval;
	budgets[0].burst = b->burst;
}

/* Polls take all that they may, all the time: `backlog`. */
static void
poll_all(struct shops *s, int64_t now)
{
	int64_t again;

	for (int i = 0; i < ACCOUNTS; i++)
		while (budget_take(&s->d, &s->d.runners[i], &a_poll, 0, now, &again))
			platform.polls++;
}

static void
live(struct shops *s, const struct trace *t, int backlog)
{
	int64_t now = T0, next;
	int came = 0;

	for (int guard = 0; guard < 100000; guard++) {
		int open = t->n - came;

		kit_begin(s->k);
		while (came < t->n && T0 + t->rows[came].ready <= now)
			arrives(s, &t->rows[came++], now);
		if (backlog)
			poll_all(s, now);
		next = turn(s, now);
		kit_commit(s->k);
		if (came < t->n && T0 + t->rows[came].ready < next)
			next = T0 + t->rows[came].ready;
		for (int i = 0; i < came; i++)
			open += !platform.sent[i];
		if (!open && next == INT64_MAX)
			return;
		if (backlog && next > now + SECOND)
			next = now + SECOND;
		if (!open && backlog)
			return;
		assert_true(next != INT64_MAX);
		now = next;
	}
	fail_msg("no end");
}

static int
late(const struct trace *t, const char *feasible)
{
	int n = 0;

	for (int i = 0; i < t->n; i++)
		n += feasible[i] && platform.sent[i] > T0 + t->rows[i].deadline;
	return n;
}

/* ---- tests ---- */

static void
nothing_that_can_be_met_is_missed(void **state)
{
	static struct shops s;
	static struct trace t;
	long rows = 0, missed = 0, can = 0, looks = 0, calls = 0;
	char feasible[ROWS];

	kit_teardown(state);
	for (int seed = 1; seed <= traces; seed++) {
		kit_setup(state);
		busy_trace(&t, (uint64_t)seed, feasible);
		set_budget(&t.budgets[0]);
		open_shops(&s, *state);
		live(&s, &t, 0);
		for (int i = 0; i < t.n; i++) {
			can += feasible[i];
			calls += t.rows[i].nsteps;
			if (feasible[i] && platform.sent[i] > T0 + t.rows[i].deadline)
				print_message(
					"trace %d, row %d: left %lld s late\n", seed, i,
					(long long)((platform.sent[i] - T0 - t.rows[i].deadline) / SECOND));
		}
		rows += t.n;
		missed += late(&t, feasible);
		looks += platform.looks + platform.sends;
		close_shops(&s);
		if (seed < traces)
			kit_teardown(state);
	}
	print_message(
		"%d traces on %d accounts, %ld actions, %ld feasible: %ld missed; %ld calls, %ld needed\n",
		traces, ACCOUNTS, rows, can, missed, looks, calls);
	assert_int_equal(missed, 0);
	assert_true(looks <= calls + calls / 50); /* a look is not repeated while its send waits */
}

static void
the_forecast_is_what_happens(void **state)
{
	static struct shops s;
	static struct trace t;
	char feasible[ROWS];
	json_t *f, *a;
	size_t i;
	int n = 0;

	busy_trace(&t, 7, feasible);
	t.n = 60;
	for (int k = 0; k < t.n; k++) {
		t.rows[k].ready = 0;
		t.rows[k].nsteps = 2;
		t.rows[k].deadline = among(1, 150) * t.budgets[0].interval + 30 * SECOND;
	}
	t.budgets[0].burst = 3;
	set_budget(&t.budgets[0]);
	open_shops(&s, *state);
	kit_begin(s.k);
	for (int k = 0; k < t.n; k++)
		arrives(&s, &t.rows[k], T0);
	f = forecast_json(&s.d, T0);
	forecast_tell(&s.d, T0);
	assert_int_equal(
		kit_number(s.k, "SELECT count(*) FROM notice WHERE cause LIKE 'miss/a%' AND cleared IS NULL"),
		json_int(f, "late", 0));
	assert_int_equal(kit_number(s.k, "SELECT count(*) FROM notice WHERE cause = 'forecast/app'"), 1);
	kit_commit(s.k);
	assert_true(json_array_size(json_object_get(f, "help")) > 0);
	for (int64_t now = T0; n < t.n;) {
		int64_t next;

		kit_begin(s.k);
		next = turn(&s, now);
		kit_commit(s.k);
		for (int k = n = 0; k < t.n; k++)
			n += platform.sent[k] != 0;
		now = next;
	}
	n = 0;
	for (int k = 0; k < t.n; k++)
		n += platform.sent[k] > T0 + t.rows[k].deadline;
	assert_true(n > 0);
	assert_int_equal(json_int(f, "late", 0), n);
	json_array_foreach(json_object_get(f, "actions"), i, a) {
		const int k = (int)(atoll(json_text(a, "id") + 1) - s.ids[0]);

		assert_true(platform.sent[k] > T0 + t.rows[k].deadline);
	}
	json_decref(f);
	kit_begin(s.k);
	forecast_tell(&s.d, T0 + 30 * DAY);
	assert_int_equal(
		kit_number(s.k, "SELECT count(*) FROM notice WHERE cause LIKE 'miss/%' AND cleared IS NULL"),
		0);
	kit_commit(s.k);
	close_shops(&s);
}

/* All accounts read as much as they may; whatever has to leave does so within one interval, also when there is no reserve. */
static void
a_read_backlog_holds_up_no_send(void **state)
{
	static const int64_t bursts[] = {1, 5};

	kit_teardown(state);
	for (int b = 0; b < 2; b++) {
		static struct shops s;
		static struct trace t;

		kit_setup(state);
		memset(&t, 0, sizeof t);
		t.budgets[0] = (struct schedule_budget){.burst = bursts[b], .interval = 3 * MINUTE};
		set_budget(&t.budgets[0]);
		open_shops(&s, *state);
		for (int i = 0; i < 20; i++)
			row(&t, (30 + 45 * i) * MINUTE + 17 * SECOND, (600 + i) * HOUR, i % LANES, 2, 1, 1);
		live(&s, &t, 1);
		for (int i = 0; i < t.n; i++) /* the look within one, the send within the next */
			assert_true(platform.sent[i] - T0 - t.rows[i].ready <=
				    (bursts[b] == 1 ? 2 : 1) * 3 * MINUTE + 2 * SECOND);
		assert_true(platform.polls > 200);
		close_shops(&s);
		if (!b)
			kit_teardown(state);
	}
}

static struct outbox_row
row_of(struct shops *s, int n)
{
	struct outbox_row row;

	assert_int_equal(outbox_get(s->k->store, s->ids[n], &row), 1);
	return row;
}

static void
put(struct shops *s, const char *sql)
{
	assert_int_equal(sqlite3_exec(s->k->store->db, sql, NULL, NULL, NULL), SQLITE_OK);
}

/* More rows than are looked at, all with the earlier deadlines, and they cannot leave: the last one does not wait for them. */
static void
what_cannot_leave_takes_no_place(void **state)
{
	enum { ONE_PAUSED, LATER_ONES, WAYS };

	kit_teardown(state);
	for (int way = 0; way < WAYS; way++) {
		static struct shops s;
		static struct trace t;
		const int last = QUEUE_MAX + 5;

		kit_setup(state);
		memset(&t, 0, sizeof t);
		t.budgets[0] = (struct schedule_budget){.burst = 5, .interval = 3 * MINUTE};
		set_budget(&t.budgets[0]);
		open_shops(&s, *state);
		kit_begin(s.k);
		for (int i = 0; i <= last; i++) {
			row(&t, 0, (i + 1) * HOUR, way == ONE_PAUSED && i == last, 2, 1, 1);
			arrives(&s, &t.rows[i], T0);
			if (way == LATER_ONES && i < last) {
				struct outbox_row wait = row_of(&s, i);

				wait.not_before = T0 + DAY;
				assert_int_equal(outbox_save(s.k->store, &wait, T0), 0);
			}
		}
		if (way == ONE_PAUSED)
			account_set_paused(s.k->store, s.d.runners[0].id, 1);
		kit_commit(s.k);
		for (int64_t now = T0; now < T0 + HOUR && !platform.sent[last];) {
			kit_begin(s.k);
			now = turn(&s, now);
			kit_commit(s.k);
		}
		assert_true(platform.sent[last] && platform.sent[last] < T0 + HOUR);
		close_shops(&s);
		if (way < WAYS - 1)
			kit_teardown(state);
	}
}

/* What was missed weeks ago and still waits for approval is no forecast: it neither hides what will be, nor is it told again. */
static void
old_drafts_are_no_forecast(void **state)
{
	static struct shops s;
	static struct trace t;
	const int last = QUEUE_MAX + 5;
	json_t *f;

	memset(&t, 0, sizeof t);
	t.budgets[0] = (struct schedule_budget){.burst = 1, .interval = 10 * MINUTE};
	set_budget(&t.budgets[0]);
	open_shops(&s, *state);
	kit_begin(s.k);
	for (int i = 0; i <= last; i++) {
		row(&t, 0, i == last ? MINUTE : -DAY, 0, 2, 1, 1);
		arrives(&s, &t.rows[i], T0);
	}
	put(&s, "UPDATE outbox SET (state, operator) = ('draft', NULL) WHERE deadline < (SELECT "
		"max(deadline) FROM outbox)");
	forecast_tell(&s.d, T0);
	f = forecast_json(&s.d, T0);
	assert_int_equal(json_int(f, "late", 0), 1);
	assert_int_equal(kit_number(s.k, "SELECT count(*) FROM notice WHERE cause LIKE 'miss/a%'"), 1);
	json_decref(f);
	put(&s, "UPDATE outbox SET state = 'dropped' WHERE state = 'ready'");
	forecast_tell(&s.d, T0 + DAY);
	assert_int_equal(
		kit_number(s.k, "SELECT count(*) FROM notice WHERE cause LIKE 'miss/%' AND cleared IS NULL"),
		0);
	kit_commit(s.k);
	close_shops(&s);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		KIT_TEST(nothing_that_can_be_met_is_missed), KIT_TEST(the_forecast_is_what_happens),
		KIT_TEST(a_read_backlog_holds_up_no_send),   KIT_TEST(what_cannot_leave_takes_no_place),
		KIT_TEST(old_drafts_are_no_forecast),
	};

	if (argc > 1 || getenv("TRACES"))
		traces = atoi(argc > 1 ? argv[1] : getenv("TRACES"));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
