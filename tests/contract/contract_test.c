/* Every connector keeps the contract, and the contract test notices connectors that do not. */
#include "../test.h"

#include <stdio.h>
#include <unistd.h>

#include "base/json.h"
#include "base/text.h"
#include "contract.h"
#include "recorder.h"
#include "sample/sample.h"

static struct buf report = BUF_MAX(1 << 20);

/* What a connector brings along besides its code. */
static int
missing(const char *connector, const char *file, const char *what)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s/%s", CONNECTORS_DIR, connector, file);
	if (!access(path, R_OK))
		return 0;
	buf_fmt(&report, "%s: expected connectors/%s/%s, %s\n", connector, connector, file, what);
	return 1;
}

static void
expect_none(int failures)
{
	fputs(buf_str(&report), stderr);
	if (failures)
		fail_msg("connector.h was not kept to %d times; each kind is named above", failures);
}

static void
test_every_connector(void **state)
{
	const struct connector *const *c, *const *other;
	char tapes[512];
	int failures = 0;

	(void)state;
	buf_clear(&report);
	for (c = connectors; *c; c++) {
		snprintf(tapes, sizeof(tapes), "%s/%s/tape", CONTRACT_DIR, (*c)->name);
		failures += contract_check(*c, tapes, NULL, &report);
		failures += missing((*c)->name, "policy.conf",
				    "what the platform allows (daemon/policy/policy.h)");
		failures += missing((*c)->name, "README.md", "what the platform really does");
		for (other = connectors; other < c; other++)
			assert_string_not_equal((*c)->name, (*other)->name);
	}
	expect_none(failures);
}

/* The platforms' own samples, whole and damaged, to every exchange. */
static void
test_every_connector_with_its_platforms_samples(void **state)
{
	const char *specs = getenv("VENDOR_SPECS");
	const struct connector *const *c;
	char bodies[512];
	int failures = 0, checked = 0;

	(void)state;
	buf_clear(&report);
	for (c = connectors; *c; c++) {
		snprintf(bodies, sizeof(bodies), "%s/%s", specs && *specs ? specs : SPECS_DIR, (*c)->name);
		if (access(bodies, R_OK))
			continue;
		failures += contract_check(*c, NULL, bodies, &report);
		checked++;
	}
	expect_none(failures);
	if (!checked) {
		puts("skipped: no samples of the platforms here");
		skip();
	}
}

static void
test_the_sample(void **state)
{
	int failures;

	(void)state;
	buf_clear(&report);
	failures = contract_check(&sample, CONTRACT_DIR "/sample/tape", CONTRACT_DIR "/sample/tape", &report);
	expect_none(failures);
}

/* ---- the sample with one fault each ---- */

static const struct action *reply; /* the sample's own */
static const struct stream *events;
static struct capability few_capabilities[] = {{.kind = "events"}, {.kind = "reply"}, {0}};
static struct budget few_budgets[2]; /* those that they use */

/* The sample with just these two. */
static void
reduce(struct connector *c, struct action *actions, struct stream *streams)
{
	*c = sample;
	few_budgets[0] = sample.budgets[0];
	c->budgets = few_budgets;
	c->capabilities = few_capabilities;
	c->actions = actions;
	c->streams = streams;
}

static int
ask_forgets_once(const struct task *t, struct request *r, struct err *err)
{
	int result = reply->send.ask(t, r, err);

	r->once = 0;
	return result;
}

static int
ask_injects(const struct task *t, struct request *r, struct err *err)
{
	buf_fmt(&r->headers, "X-Text: %s\n", t->out->text);
	return reply->send.ask(t, r, err);
}

static int
ask_counts(const struct task *t, struct request *r, struct err *err)
{
	static int calls;
	int result = events->poll.ask(t, r, err);

	buf_fmt(&r->url, "&n=%d", calls++);
	return result;
}

static int
ask_tells_token(const struct task *t, struct request *r, struct err *err)
{
	int result = events->poll.ask(t, r, err);

	buf_fmt(&r->url, "&token=");
	url_encode(&r->url, t->token);
	return result;
}

static int
ask_elsewhere(const struct task *t, struct request *r, struct err *err)
{
	int result = events->poll.ask(t, r, err);

	buf_set(&r->url, "https://cdn.files.sample.example/x", 34);
	return result;
}

static int
ask_unknown_host(const struct task *t, struct request *r, struct err *err)
{
	int result = events->poll.ask(t, r, err);

	buf_set(&r->url, "https://api.sample.example.evil.example/", 40);
	return result;
}

static enum outcome
read_believes_status(const struct task *t, const struct response *rs, struct found *f)
{
	enum outcome o = outcome_of(rs, 1, f);

	return o == DONE ? DONE : reply->send.read(t, rs, f);
}

static enum outcome
read_repeats_5xx(const struct task *t, const struct response *rs, struct found *f)
{
	return rs->status >= 500 ? outcome_of(rs, 0, f) : reply->send.read(t, rs, f);
}

static enum outcome
read_moves_cursor_first(const struct task *t, const struct response *rs, struct found *f)
{
	buf_set(&f->cursor, "next", 4);
	return events->poll.read(t, rs, f);
}

static int (*order_kept)(struct found *, const struct order *);

static int
order_ignored(struct found *f, const struct order *o)
{
	order_kept(f, o);
	return 0;
}

static enum outcome
read_ignores_callbacks(const struct task *t, const struct response *rs, struct found *f)
{
	enum outcome o;

	order_kept = f->order;
	f->order = order_ignored;
	o = events->poll.read(t, rs, f);
	f->order = order_kept;
	return o;
}

static enum outcome
read_ignores_login(const struct task *t, const struct response *rs, struct found *f)
{
	enum outcome o = events->poll.read(t, rs, f);

	return o == LOGIN ? REFUSED : o;
}

static enum outcome
read_gives_no_reason(const struct task *t, const struct response *rs, struct found *f)
{
	enum outcome o = events->poll.read(t, rs, f);

	f->err.text[0] = '\0';
	return o;
}

static const struct fault {
	int (*send_ask)(const struct task *, struct request *, struct err *);
	enum outcome (*send_read)(const struct task *, const struct response *, struct found *);
	int (*poll_ask)(const struct task *, struct request *, struct err *);
	enum outcome (*poll_read)(const struct task *, const struct response *, struct found *);
	const char *words; /* that the report must have */
} faults[] = {
	{.send_ask = ask_forgets_once, .words = "sample: send reply: expected once = 1"},
	{.send_ask = ask_injects, .words = "no header that came from a text"},
	{.send_read = read_believes_status, .words = "expected UNSURE for an empty answer, found DONE"},
	{.send_read = read_repeats_5xx, .words = "expected UNSURE for status 500"},
	{.poll_ask = ask_counts, .words = "the same bytes for the same task"},
	{.poll_ask = ask_tells_token, .words = "no secret in the address"},
	{.poll_ask = ask_elsewhere, .words = "no secret for a host that may not see it"},
	{.poll_ask = ask_unknown_host, .words = "expected a declared host"},
	{.poll_read = read_moves_cursor_first, .words = "the cursor untouched with LATER, for "},
	{.poll_read = read_ignores_callbacks, .words = "LATER when a record could not be stored"},
	{.poll_read = read_ignores_login, .words = "LOGIN for status 401, found REFUSED"},
	{.poll_read = read_gives_no_reason, .words = "a reason with LATER, for "},
};

static void
test_faults_are_noticed(void **state)
{
	struct action actions[] = {sample.actions[0], {0}};
	struct stream streams[] = {sample.streams[0], {0}};
	struct connector broken;

	(void)state;
	reply = &sample.actions[0];
	events = &sample.streams[0];
	reduce(&broken, actions, streams);
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		const struct fault *f = &faults[i];

		actions[0] = *reply;
		streams[0] = *events;
		if (f->send_ask)
			actions[0].send.ask = f->send_ask;
		if (f->send_read)
			actions[0].send.read = f->send_read;
		if (f->poll_ask)
			streams[0].poll.ask = f->poll_ask;
		if (f->poll_read)
			streams[0].poll.read = f->poll_read;
		buf_clear(&report);
		assert_int_not_equal(contract_check(&broken, CONTRACT_DIR "/sample/tape", NULL, &report), 0);
		if (!strstr(buf_str(&report), f->words))
			fail_msg("fault %zu: expected \"%s\", found:\n%.2000s", i, f->words,
				 buf_str(&report));
	}
}

/* A send that is repeated with the same key, and does not say which. */
static int
ask_forgets_key(const struct task *t, struct request *r, struct err *err)
{
	const int result = sample.actions[1].send.ask(t, r, err);

	buf_clear(&r->headers);
	return result;
}

static void
test_forgotten_keys_are_noticed(void **state)
{
	static const char words[] = "the attempt's key in a send";
	struct action actions[] = {sample.actions[1], {0}};
	struct stream streams[] = {sample.streams[0], {0}};
	static struct capability capabilities[] = {{.kind = "events"}, {.kind = "order.refund"}, {0}};
	struct connector broken;

	(void)state;
	assert_int_equal(actions[0].repeat, REPEAT_SAME_KEY);
	reduce(&broken, actions, streams);
	broken.capabilities = capabilities;
	buf_clear(&report);
	contract_check(&broken, CONTRACT_DIR "/sample/tape", NULL, &report);
	assert_null(strstr(buf_str(&report), words));
	actions[0].send.ask = ask_forgets_key;
	buf_clear(&report);
	assert_int_not_equal(contract_check(&broken, CONTRACT_DIR "/sample/tape", NULL, &report), 0);
	if (!strstr(buf_str(&report), words))
		fail_msg("expected \"%s\", found:\n%.2000s", words, buf_str(&report));
}

static void
test_faults_in_tables_are_noticed(void **state)
{
	struct action actions[] = {sample.actions[0], sample.actions[0], {0}};
	struct stream streams[] = {sample.streams[0], {0}};
	struct connector broken = sample;

	(void)state;
	broken.actions = actions;
	broken.streams = streams;
	actions[0].visible_after = 0;
	streams[0].tells = "order weather";
	actions[0].source = "";
	actions[1].send.budget = "no_such";
	actions[1].send.credential = "nobody";
	buf_clear(&report);
	assert_true(contract_check(&broken, NULL, NULL, &report) >= 5);
	assert_non_null(strstr(buf_str(&report), "tells of order, message, feedback"));
	assert_non_null(strstr(buf_str(&report), "visible_after above 0"));
	assert_non_null(strstr(buf_str(&report), "a source for repeat"));
	assert_non_null(strstr(buf_str(&report), "to be reached"));
	assert_non_null(strstr(buf_str(&report), "a budget of the table, found \"no_such\""));
	assert_non_null(strstr(buf_str(&report), "a credential of the table, found \"nobody\""));
}

static int
never(const struct account *a)
{
	(void)a;
	return 0;
}

/* People must not be told that an account can what it cannot, nor be left without a word. */
static void
test_false_promises_are_noticed(void **state)
{
	static const struct {
		struct capability row;
		int (*wanted)(const struct account *); /* of the action */
		const char *words;
	} rows[] = {
		{{.kind = "reply"}, never, "sample: capability reply: expected a row BY_API only where"},
		{{.kind = "reply", .wanted = never}, never, "expected a row that says how else"},
		{{.kind = "reply", .wanted = never},
		 NULL,
		 "expected a row BY_API, since this account has it"},
		{{.kind = "reply", .how = BY_PERSON, .why = "so", .link = "https://x.example/"},
		 NULL,
		 "expected a row BY_API, since this account has it"},
		{{.kind = "case.appeal"}, NULL, "expected a stream or an action of that name"},
	};
	struct action actions[] = {sample.actions[0], {0}};
	struct stream streams[] = {sample.streams[0], {0}};
	struct capability capabilities[] = {{.kind = "events"}, {0}, {0}};
	struct connector broken;
	size_t i;

	(void)state;
	reduce(&broken, actions, streams);
	broken.capabilities = capabilities;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		capabilities[1] = rows[i].row;
		actions[0].wanted = rows[i].wanted;
		buf_clear(&report);
		assert_int_not_equal(contract_check(&broken, NULL, NULL, &report), 0);
		if (!strstr(buf_str(&report), rows[i].words))
			fail_msg("row %zu: expected \"%s\", found:\n%.2000s", i, rows[i].words,
				 buf_str(&report));
	}
}

static void
test_faulty_checks_and_budgets_are_noticed(void **state)
{
	struct check checks[] = {sample.checks[0], sample.checks[0], {0}};
	struct budget budgets[] = {sample.budgets[0], sample.budgets[1], {"spare", 1, DAY, 0, 0, 0, 0}, {0}};
	struct connector broken = sample;

	(void)state;
	broken.checks = checks;
	broken.budgets = budgets;
	checks[0].x.budget = "no_such";
	buf_clear(&report);
	assert_int_equal(contract_check(&broken, NULL, NULL, &report), 3);
	assert_non_null(strstr(buf_str(&report), "check login: expected the name only once"));
	assert_non_null(strstr(buf_str(&report), "check login: expected a budget of the table"));
	assert_non_null(strstr(buf_str(&report), "budget spare: expected something that draws from it"));
}

/* Each of these rows promises something that cannot be kept. */
static void
test_faulty_actions_are_noticed(void **state)
{
	static const struct {
		struct action row;
		const char *words;
	} rows[] = {
		{{.kind = "refund"}, "SUBJECT.VERB"},
		{{.kind = "order.pay"}, "SUBJECT.VERB"},
		{{.kind = "parcel.ship"}, "SUBJECT.VERB"},
		{{.kind = "order.refund", .moves = MOVES_AMOUNT, .takes = TAKES_AMOUNT},
		 "a look, a key or a guard where money moves"},
		{{.kind = "order.refund", .moves = MOVES_AMOUNT, .repeat = REPEAT_SAME_KEY},
		 "an amount to be taken"},
		{{.kind = "case.escalate", .takes = TAKES_REASON}, "reasons where one is taken"},
		{{.kind = "case.escalate", .reasons = "OTHER"}, "reasons where one is taken"},
		{{.kind = "return.evidence", .needs = TAKES_FILES}, "rules for files where they are taken"},
		{{.kind = "return.evidence", .needs = TAKES_FILES, .files = {.count = 1}},
		 "name count, bytes and types"},
		{{.kind = "return.evidence", .needs = TAKES_TEXT, .takes = TAKES_TEXT},
		 "not among what else"},
	};
	struct action actions[] = {{0}, {0}};
	struct connector broken = sample;
	size_t i;

	(void)state;
	broken.actions = actions;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		actions[0] = rows[i].row;
		actions[0].source = "tape/";
		actions[0].send = sample.actions[0].send;
		buf_clear(&report);
		assert_int_not_equal(contract_check(&broken, NULL, NULL, &report), 0);
		if (!strstr(buf_str(&report), rows[i].words))
			fail_msg("row %zu: expected \"%s\", found:\n%.2000s", i, rows[i].words,
				 buf_str(&report));
	}
}

static void
test_a_need_that_is_not_looked_at_is_noticed(void **state)
{
	struct action actions[] = {sample.actions[0], {0}};
	struct stream streams[] = {sample.streams[0], {0}};
	struct connector broken;

	(void)state;
	reduce(&broken, actions, streams);
	actions[0].needs = TAKES_TEXT;
	buf_clear(&report);
	assert_int_equal(contract_check(&broken, NULL, NULL, &report), 1);
	assert_non_null(strstr(buf_str(&report), "no request without a text, which it needs"));
}

static void
test_streams_and_checks_without_a_tape_are_noticed(void **state)
{
	(void)state;
	buf_clear(&report);
	assert_int_equal(contract_check(&sample, CONTRACT_DIR "/no-tapes", NULL, &report), 2);
	assert_non_null(strstr(buf_str(&report), "poll-events.1.json or .xml; it is missing"));
	assert_non_null(strstr(buf_str(&report), "check-login.1.json or .xml; it is missing"));
	buf_clear(&report);
	assert_int_equal(missing("no_connector", "policy.conf", "x"), 1);
}

/* ---- push: only the platform's own notifications count ---- */

static void
test_push_of_the_sample(void **state)
{
	static const struct setting settings[] = {{"secret", "right"}, {0}};
	struct account account = {.name = "example", .settings = settings, .connector = &sample};
	struct task task = {.account = &account, .arena = arena_new()};
	const char *body = "{\"about\":\"events\"}", *streams[4];
	struct answer a;
	struct err err;

	(void)state;
	answer_set(&a, 0, body, strlen(body));
	assert_int_equal(sample.push->verify(&task, &a.rs, &err), -1);
	a.headers = "X-Sample-Key: wrong\n";
	assert_int_equal(sample.push->verify(&task, &a.rs, &err), -1);
	a.headers = "Host: x\nx-sample-key: right\n";
	assert_int_equal(sample.push->verify(&task, &a.rs, &err), 0);
	assert_int_equal(sample.push->due(&task, &a.rs, streams, 4), 1);
	assert_string_equal(streams[0], "events");
	assert_int_equal(sample.push->due(&task, &a.rs, streams, 0), 0);
	arena_free(task.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_connector),
		cmocka_unit_test(test_every_connector_with_its_platforms_samples),
		cmocka_unit_test(test_the_sample),
		cmocka_unit_test(test_faults_are_noticed),
		cmocka_unit_test(test_forgotten_keys_are_noticed),
		cmocka_unit_test(test_faults_in_tables_are_noticed),
		cmocka_unit_test(test_faulty_actions_are_noticed),
		cmocka_unit_test(test_a_need_that_is_not_looked_at_is_noticed),
		cmocka_unit_test(test_streams_and_checks_without_a_tape_are_noticed),
		cmocka_unit_test(test_false_promises_are_noticed),
		cmocka_unit_test(test_faulty_checks_and_budgets_are_noticed),
		cmocka_unit_test(test_push_of_the_sample),
	};
	int failed;

	json_setup();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	buf_free(&report);
	return failed;
}
