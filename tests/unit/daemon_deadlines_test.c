/* Deadlines from end to end: golden vectors and what `explain` prints for them, byte for byte; conversations' clocks; what the platform says
 * beside what the policy says; stages.
 *
 * deadlines/vectors.tsv holds the vectors, deadlines/explain.en.txt and .zh.txt the answers; DEADLINES_WRITE=1 writes the latter: read the
 * difference before you keep it.
 */
#include "daemon_store_test_kit.h"

#include "daemon/api/verbs.h"
#include "daemon/cli/render.h"
#include "daemon/deadline/clocks.h"
#include "daemon/deadline/deadlines.h"

extern const struct connector ebay;

static const char *
share(void)
{
	const char *root = getenv("SUPERCARGO_SHARE");

	return root ? root : ".";
}

static int64_t
instant(const char *text)
{
	int64_t ms;

	assert_int_equal(instant_parse(text, &ms), 0);
	return ms;
}

/* ---- a service without its loop ---- */

static const struct conf_period closed[] = {
	{.first = INT64_C(1801785600000), .last = INT64_C(1804291200000)}, /* 2027-02-05..2027-03-06 */
	{0},
};

struct shop {
	struct kit *k;
	struct conf_account account;
	struct conf conf;
	struct policy *policies[16];
	struct daemon d;
};

/* Takes policy.conf from this text. */
static void
shop_policy(struct shop *s, const char *text)
{
	char path[128], command[160];
	struct err err = {""};
	FILE *f;

	snprintf(command, sizeof command, "mkdir -p '%s/connectors/ebay'", s->k->folder);
	assert_int_equal(system(command), 0);
	snprintf(path, sizeof path, "%s/connectors/ebay/policy.conf", s->k->folder);
	assert_non_null(f = fopen(path, "w"));
	fputs(text, f);
	fclose(f);
	for (int i = 0; connectors[i]; i++) {
		if (connectors[i] != &ebay)
			continue;
		policy_free(s->policies[i]);
		s->policies[i] = policy_load(s->k->folder, "ebay", &err);
		if (!s->policies[i])
			fail_msg("%s", err.text);
	}
}

static void
shop_open(struct shop *s, struct kit *k, const char *policy)
{
	memset(s, 0, sizeof *s);
	s->k = k;
	s->account = (struct conf_account){
		.name = "toys", .connector = &ebay, .answer_within = 2 * DAY, .shop = "Toys"};
	s->conf = (struct conf){.accounts = &s->account, .naccounts = 1};
	s->d = (struct daemon){.conf = &s->conf, .store = k->store, .policies = s->policies};
	shop_policy(s, policy);
}

static void
shop_close(struct shop *s)
{
	for (int i = 0; i < 16; i++)
		policy_free(s->policies[i]);
}

static json_t *
ask(struct shop *s, const char *verb, const char *id, const char *lang)
{
	const struct peer root = {.uid = 0};
	json_t *q = json_pack("{s:s, s:s, s:{s:s*}}", "verb", verb, "lang", lang, "args", "id", id), *answer,
	       *result;

	answer = verb_handle(&s->d, &root, q, T0);
	result = json_incref(json_object_get(answer, "result"));
	json_decref(answer);
	json_decref(q);
	assert_non_null(result);
	return result;
}

/* What `supercargo explain ID` prints.  Without the journal, whose ids of rows are others' affair. */
static void
explain(struct shop *s, const char *id, enum lang lang, struct buf *out)
{
	const struct view v = {.lang = lang, .now = T0};
	json_t *result = ask(s, "explain", id, lang == LANG_ZH ? "zh" : "en");

	json_object_set_new(result, "entries", json_array());
	render_explain(out, &v, result);
	json_decref(result);
}

static struct dispute
a_return(const char *remote, int64_t opened)
{
	return (struct dispute){.remote = remote,
				.kind = DISPUTE_RETURN,
				.status = DISPUTE_AWAITING_SELLER,
				.raw = "RETURN_REQUESTED",
				.due_action = "SELLER_DECIDE",
				.buyer = {.remote = "example_buyer"},
				.opened = opened,
				.changed = opened};
}

/* It comes in; what the policy says is noted beside it. */
static int64_t
take(struct shop *s, const struct dispute *x, int64_t now)
{
	struct situation about;
	int64_t id;

	kit_begin(s->k);
	record_dispute(s->k->store, s->k->account.id, x, now);
	id = dispute_id(s->k->store, s->k->account.id, x->kind, x->remote);
	assert_int_equal(situation_load(s->k->store, &(struct around){.dispute = id}, now, &about), 1);
	set_respond_by(&s->d, &s->account, &about, now);
	kit_commit(s->k);
	return id;
}

/* ---- golden vectors ---- */

enum { FIELD = 400, GOLDEN_MAX = 1 << 20 };

struct vector {
	char name[FIELD], rows[FIELD], start[FIELD], due[FIELD];
};

/* The next one; 0: the end. */
static int
vector_read(FILE *f, struct vector *v)
{
	char line[4 * FIELD];

	while (fgets(line, sizeof line, f)) {
		if (*line == '#')
			continue;
		assert_int_equal(sscanf(line, "%399[^\t]\t%399[^\t]\t%399[^\t]\t%399[^\n]", v->name, v->rows,
					v->start, v->due),
				 4);
		return 1;
	}
	return 0;
}

/* "days = 3; zone = UTC || hours = 24" as sections. */
static void
rows_to_conf(const char *rows, struct buf *conf)
{
	int n = 0;

	while (*rows) {
		const char *end = strstr(rows, "||");
		const size_t len = end ? (size_t)(end - rows) : strlen(rows);

		buf_fmt(conf, "[deadline \"row %d\"]\nclock = return\nsource = \"a vector\"\n", ++n);
		for (size_t i = 0; i < len; i++)
			buf_char(conf, rows[i] == ';' ? '\n' : rows[i]);
		buf_char(conf, '\n');
		rows += len + (end ? 2 : 0);
	}
}

static void
compare(const char *name, const struct buf *is)
{
	char path[512];
	struct buf golden = BUF_MAX(GOLDEN_MAX);
	char chunk[4096];
	size_t n;
	FILE *f;

	snprintf(path, sizeof path, "%s/tests/unit/deadlines/%s", share(), name);
	if (getenv("DEADLINES_WRITE")) {
		assert_non_null(f = fopen(path, "w"));
		assert_int_equal(fwrite(buf_str(is), 1, is->len, f), is->len);
		fclose(f);
		return;
	}
	assert_non_null(f = fopen(path, "r"));
	while ((n = fread(chunk, 1, sizeof chunk, f)))
		buf_add(&golden, chunk, n);
	fclose(f);
	for (const char *a = buf_str(is), *b = buf_str(&golden); *a || *b;) {
		const size_t la = strcspn(a, "\n"), lb = strcspn(b, "\n");

		if (la != lb || memcmp(a, b, la))
			fail_msg("%s: found \"%.*s\", expected \"%.*s\"", name, (int)la, a, (int)lb, b);
		a += la + (a[la] != '\0');
		b += lb + (b[lb] != '\0');
	}
	assert_int_equal(is->len, golden.len);
	buf_free(&golden);
}

static void
vectors_in(struct shop *s, enum lang lang, struct buf *out)
{
	char path[512], remote[32], id[32], due[INSTANT_TEXT];
	struct buf conf = BUF_MAX(8192);
	struct vector v;
	struct policy_clock c;
	int n = 0;
	FILE *f;

	snprintf(path, sizeof path, "%s/tests/unit/deadlines/vectors.tsv", share());
	assert_non_null(f = fopen(path, "r"));
	while (vector_read(f, &v)) {
		struct dispute x;
		int found;

		buf_clear(&conf);
		rows_to_conf(v.rows, &conf);
		shop_policy(s, buf_str(&conf));
		snprintf(remote, sizeof remote, "V%d/%d", ++n, lang);
		x = a_return(remote, instant(v.start));
		snprintf(id, sizeof id, "d%lld", (long long)take(s, &x, x.opened + MINUTE));
		found = policy_clock(daemon_policy(&s->d, &ebay), "return", NULL, x.opened, &c);
		snprintf(due, sizeof due, "-");
		if (found)
			instant_format(c.at, due);
		if (found && !strcmp(due + 19, ".000Z"))
			snprintf(due + 19, sizeof due - 19, "Z");
		if (strcmp(due, v.due))
			fail_msg("%s: found %s, expected %s", v.name, due, v.due);
		buf_fmt(out, "== %s: %s\n", v.name, v.rows);
		kit_begin(s->k);
		explain(s, id, lang, out);
		kit_commit(s->k);
		buf_char(out, '\n');
	}
	fclose(f);
	assert_true(n > 70);
	buf_free(&conf);
}

/* Twice in the same words, and the same as ever. */
static void
vectors_are_explained_byte_for_byte(void **state)
{
	struct buf en = BUF_MAX(GOLDEN_MAX), zh = BUF_MAX(GOLDEN_MAX);
	struct shop s;

	shop_open(&s, *state, "");
	s.account.closed = closed;
	vectors_in(&s, LANG_EN, &en);
	vectors_in(&s, LANG_ZH, &zh);
	compare("explain.en.txt", &en);
	compare("explain.zh.txt", &zh);
	shop_close(&s);
	buf_free(&en);
	buf_free(&zh);
}

/* ---- conversations ---- */

#define MESSAGE_DAY "[deadline \"message\"]\nclock = message\nhours = 24\nsource = \"a test\"\n"

static int64_t
answer_by(struct shop *s, int64_t now)
{
	kit_begin(s->k);
	deadlines_tell(&s->d, now);
	kit_commit(s->k);
	return kit_number(s->k, "SELECT ifnull(answer_by, 0) FROM conversation WHERE id = 1");
}

static void
write_to(struct shop *s, const char *remote, enum direction direction, int64_t sent, int64_t now)
{
	struct message m = a_message(remote, "C1", direction, sent, "Hallo");

	take_message(s->k, &m, now);
}

/* What we wrote arrived: it answers, or only says that we are at it. */
static void
reply(struct shop *s, int64_t message, int substantive, int64_t at)
{
	char key[32];
	struct outbox_row row = {.kind = "reply",
				 .intent_key = key,
				 .text = "...",
				 .state = OUTBOX_READY,
				 .account = s->k->account.id,
				 .conversation = 1,
				 .message = message};

	snprintf(key, sizeof key, "%lld/%d", (long long)message, substantive);
	kit_begin(s->k);
	assert_int_equal(outbox_insert(s->k->store, &row, at), 1);
	kit_state(s->k, &row, OUTBOX_SENDING, at);
	kit_state(s->k, &row, OUTBOX_SENT, at);
	conversation_answered(s->k->store, 1, at, substantive, row.id);
	kit_commit(s->k);
}

static void
a_thread_counts_from_its_oldest_unanswered_message(void **state)
{
	struct shop s;

	shop_open(&s, *state, MESSAGE_DAY);
	write_to(&s, "m1", INCOMING, T0 + 2 * HOUR, T0 + 2 * HOUR);
	assert_true(answer_by(&s, T0 + 2 * HOUR) == T0 + 26 * HOUR);
	write_to(&s, "m2", INCOMING, T0 + 5 * HOUR, T0 + 5 * HOUR); /* a later one does not move it */
	assert_true(answer_by(&s, T0 + 5 * HOUR) == T0 + 26 * HOUR);
	reply(&s, 2, 0, T0 + 6 * HOUR); /* nor does an acknowledgement */
	assert_true(answer_by(&s, T0 + 6 * HOUR) == T0 + 26 * HOUR);
	write_to(&s, "m0", INCOMING, T0 + HOUR, T0 + 7 * HOUR); /* what came in late was written earlier */
	assert_true(answer_by(&s, T0 + 7 * HOUR) == T0 + 25 * HOUR);
	reply(&s, 1, 1,
	      T0 + 8 * HOUR); /* an answer to the first leaves the second waiting, with its own clock */
	assert_true(answer_by(&s, T0 + 8 * HOUR) == T0 + 29 * HOUR);
	write_to(&s, "hand", OUTGOING, T0 + 9 * HOUR, T0 + 10 * HOUR); /* by hand, elsewhere */
	assert_true(answer_by(&s, T0 + 10 * HOUR) == 0);
	write_to(&s, "late", INCOMING, T0 + 8 * HOUR, T0 + 11 * HOUR); /* that came before it */
	assert_true(answer_by(&s, T0 + 11 * HOUR) == 0);
	write_to(&s, "m3", INCOMING, T0 + 12 * HOUR, T0 + 12 * HOUR);
	assert_true(answer_by(&s, T0 + 12 * HOUR) == T0 + 36 * HOUR);
	shop_close(&s);
}

/* In every order of coming in the clock is the same. */
static void
out_of_order_is_the_same_clock(void **state)
{
	static const int orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
	struct shop s;

	shop_open(&s, *state, MESSAGE_DAY);
	for (int o = 0; o < 6; o++) {
		for (int i = 0; i < 3; i++) {
			const int which = orders[o][i];
			char remote[16], conversation[16];
			struct message m;

			snprintf(remote, sizeof remote, "%d/%d", o, which);
			snprintf(conversation, sizeof conversation, "C%d", o);
			m = a_message(remote, conversation, which == 1 ? OUTGOING : INCOMING,
				      T0 + (which + 1) * HOUR, "Hallo");
			take_message(s.k, &m, T0 + 4 * HOUR + i * MINUTE);
			kit_begin(s.k);
			deadlines_tell(&s.d, T0 + 4 * HOUR + i * MINUTE);
			kit_commit(s.k);
		}
	}
	assert_int_equal(kit_number(s.k, "SELECT count(*) FROM conversation"), 6);
	assert_int_equal(kit_number(s.k, "SELECT count(DISTINCT answer_by) FROM conversation"), 1);
	assert_true(kit_number(s.k, "SELECT min(answer_by) FROM conversation") == T0 + 27 * HOUR);
	shop_close(&s);
}

/* The notices that stand, joined. */
static const char *
notices(struct shop *s, int64_t now)
{
	static char causes[512];

	s->d.deadlines_next = 0;
	kit_begin(s->k);
	deadlines_tell(&s->d, now);
	kit_commit(s->k);
	kit_text(s->k,
		 "SELECT ifnull(group_concat(cause, ' '), '') FROM (SELECT cause FROM notice"
		 " WHERE cleared IS NULL ORDER BY cause)",
		 causes, sizeof causes);
	return causes;
}

static void
a_thread_is_at_risk_in_stages(void **state)
{
	const int64_t until = T0 + 25 * HOUR;
	char at[24], cause[96];
	struct shop s;

	shop_open(&s, *state, MESSAGE_DAY);
	snprintf(at, sizeof at, "%lld", (long long)until);
	write_to(&s, "old", INCOMING, T0 - 40 * DAY, T0 + HOUR); /* a first import is no alarm */
	assert_string_equal(notices(&s, T0 + HOUR), "");
	write_to(&s, "m1", OUTGOING, T0 - 39 * DAY, T0 + HOUR);
	write_to(&s, "m2", INCOMING, T0 + HOUR, T0 + HOUR);
	assert_string_equal(notices(&s, T0 + HOUR), ""); /* it has its whole time */
	assert_string_equal(notices(&s, until - 8 * HOUR - 1), "");
	snprintf(cause, sizeof cause, "due/8h/c1@%s", at);
	assert_string_equal(notices(&s, until - 8 * HOUR), cause);
	assert_string_equal(notices(&s, until - 2 * HOUR - 1), cause);
	reply(&s, 2, 0, until - 3 * HOUR); /* an acknowledgement ends nothing */
	snprintf(cause, sizeof cause, "due/2h/c1@%s", at);
	assert_string_equal(notices(&s, until - 2 * HOUR), cause);
	snprintf(cause, sizeof cause, "due/missed/c1@%s", at);
	assert_string_equal(notices(&s, until), cause);
	assert_string_equal(notices(&s, until + 3 * DAY), cause);
	assert_int_equal(kit_number(s.k, "SELECT count(*) FROM notice"), 3); /* each once */
	write_to(&s, "hand", OUTGOING, until + 3 * DAY, until + 3 * DAY);
	assert_string_equal(notices(&s, until + 4 * DAY), "");
	shop_close(&s);
}

/* A reply by a person has the same deadline, not one of its own reckoning; a clock of a short goal counts by the goal. */
static void
the_earlier_of_goal_and_policy_counts(void **state)
{
	struct buf en = BUF_MAX(1 << 16);
	struct shop s;

	shop_open(&s, *state, MESSAGE_DAY);
	s.account.answer_within = 6 * HOUR;
	write_to(&s, "m1", INCOMING, T0 + HOUR, T0 + HOUR);
	assert_true(answer_by(&s, T0 + HOUR) == T0 + 7 * HOUR);
	kit_begin(s.k);
	explain(&s, "c1", LANG_EN, &en);
	kit_commit(s.k);
	assert_non_null(strstr(buf_str(&en),
			       "In force: until 2025-10-09 15:53 UTC, for your goal is the earlier one."));
	buf_free(&en);
	shop_close(&s);
}

/* ---- disputes ---- */

#define RETURN_DAYS                                                                                          \
	"[deadline \"first answer\"]\nclock = return\ndue = SELLER_DECIDE\nbusiness_days = 3\n"              \
	"zone = America/Los_Angeles\nregion = US\nminutes_before = 10\nsource = \"help, 2020\"\n"            \
	"until = 2026-10-04\n"                                                                               \
	"[deadline \"refund\"]\nclock = return.refund\ndue = *_REFUND\nhours = 48\nsource = \"help, "        \
	"2020\"\n"                                                                                           \
	"[deadline \"new first answer\"]\nclock = return\ndue = SELLER_DECIDE\nhours = 24\n"                 \
	"source = \"help, 2027\"\nfrom = 2026-10-05\n"

static const char *
column(struct shop *s, const char *sql)
{
	static char text[256];

	kit_text(s->k, sql, text, sizeof text);
	return text;
}

#define BOTH                                                                                                 \
	"SELECT strftime('%d %H:%M', respond_by / 1000, 'unixepoch') || ' ' || given_by || ' ' ||"           \
	" ifnull(strftime('%d %H:%M', reckoned / 1000, 'unixepoch'), '-') || ' ' || ifnull(reckoned_by, "    \
	"'-')"                                                                                               \
	" FROM dispute ORDER BY id DESC LIMIT 1"

static void
both_are_kept_and_the_platforms_counts(void **state)
{
	const int64_t friday = instant("2026-10-03T06:50:00Z"); /* 23:50 in California */
	struct dispute x = a_return("R1", friday);
	struct shop s;

	shop_open(&s, *state, RETURN_DAYS);
	take(&s, &x, friday + MINUTE);
	assert_string_equal(column(&s, BOTH),
			    "08 06:40 first answer (help, 2020) 08 06:40 first answer (help, 2020)");
	x.respond_by = instant("2026-10-08T06:59:59Z");
	x.changed += HOUR;
	take(&s, &x, x.changed);
	assert_string_equal(column(&s, BOTH), "08 06:59 platform 08 06:40 first answer (help, 2020)");
	take(&s, &x, friday + 5 * DAY); /* a row that holds since then is not asked */
	assert_string_equal(column(&s, BOTH), "08 06:59 platform 08 06:40 first answer (help, 2020)");
	assert_string_equal(notices(&s, friday + HOUR), "");

	x.due_action = "SELLER_REFUND"; /* another turn has another row, from then on */
	x.respond_by = 0;
	x.changed = instant("2026-10-04T12:00:00Z");
	take(&s, &x, x.changed);
	assert_string_equal(column(&s, BOTH), "06 12:00 refund (help, 2020) 06 12:00 refund (help, 2020)");
	x.due_action = "SELLER_EXPLAIN"; /* of which no row speaks: the earliest of all */
	x.changed = instant("2026-10-05T12:00:00Z");
	take(&s, &x, x.changed);
	assert_string_equal(column(&s, BOTH),
			    "06 12:00 new first answer (help, 2027) 06 12:00 new first answer (help, 2027)");
	x.status = DISPUTE_RESOLVED;
	x.due_action = "";
	x.changed += HOUR;
	take(&s, &x, x.changed);
	assert_int_equal(kit_number(s.k, "SELECT count(*) FROM dispute WHERE our_turn IS NOT NULL"), 0);
	shop_close(&s);
}

static void
disagreements_are_told_once_for_each_row(void **state)
{
	static const struct {
		const char *given, *told;
	} vectors[] = {
		/* reckoned: Thursday 8 October 06:40, with ten minutes to be safe */
		{"2026-10-08T05:41:00Z", ""}, /* 24 hours a day over a change of the clocks */
		{"2026-10-08T06:50:00Z", ""},
		{"2026-10-08T06:59:59Z", ""}, /* the end of that day */
		{"2026-10-09T06:59:59Z", ""}, /* one holiday */
		{"2026-10-08T05:39:00Z", "policy/toys/return/first answer/earlier"},
		{"2026-10-07T06:59:59Z", "policy/toys/return/first answer/earlier"},
		{"2026-10-08T06:59:59Z", ""}, /* it agrees again */
		{"2026-10-10T06:59:59Z", "policy/toys/return/first answer/later"},
		{"2026-10-15T06:59:59Z", "policy/toys/return/first answer/later"},
	};
	const int64_t friday = instant("2026-10-03T06:50:00Z");
	char remote[16], packed[ERR_MAX], text[ERR_MAX];
	struct dispute x;
	struct shop s;

	shop_open(&s, *state, RETURN_DAYS);
	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
		snprintf(remote, sizeof remote, "R%zu", i);
		x = a_return(remote, friday);
		x.respond_by = instant(vectors[i].given);
		take(&s, &x, friday + MINUTE);
		assert_string_equal(notices(&s, friday + HOUR), vectors[i].told);
		take(&s, &x, friday + HOUR); /* read once more: nothing new */
		assert_string_equal(notices(&s, friday + HOUR), vectors[i].told);
	}
	assert_int_equal(kit_number(s.k, "SELECT count(*) FROM notice"), 2);
	kit_text(s.k, "SELECT text FROM notice ORDER BY id LIMIT 1", packed, sizeof packed);
	err_english(packed, text, sizeof text);
	for (const char *const *part = (const char *const[]){"2026-10-08 05:39 UTC", "2026-10-08 06:40 UTC",
							     "d5", "policy.conf", NULL};
	     *part; part++)
		assert_non_null(strstr(text, *part));

	/* First seen when it was about something else: since when is not known. */
	x = a_return("late", friday);
	x.due_action = "SELLER_REFUND";
	x.respond_by = instant("2026-11-08T06:59:59Z");
	take(&s, &x, friday + 30 * DAY);
	kit_begin(s.k);
	notice_clear(s.k->store, "policy/toys/return/first answer/later", friday);
	kit_commit(s.k);
	assert_int_equal(
		kit_number(s.k, "SELECT count(*) FROM notice WHERE cleared IS NULL AND cause LIKE 'policy%'"),
		0);

	/* More time that is given later is no disagreement about the row. */
	x = a_return("longer", friday);
	x.respond_by = instant("2026-10-08T06:59:59Z");
	take(&s, &x, friday + MINUTE);
	assert_string_equal(notices(&s, friday + HOUR), "");
	x.respond_by += 7 * DAY;
	x.changed += HOUR;
	take(&s, &x, x.changed);
	assert_string_equal(notices(&s, friday + 2 * HOUR), "");
	shop_close(&s);
}

/* Thirty closed days: with and without them every deadline is the same. */
static void
a_closure_moves_no_deadline(void **state)
{
	const int64_t start = instant("2027-02-05T03:00:00Z");
	struct dispute x = a_return("R1", start);
	struct shop s;
	char open[256];

	shop_open(&s, *state,
		  "[deadline \"d\"]\nclock = return\nbusiness_days = 20\nzone = Asia/Shanghai\nregion = CN\n"
		  "source = s\n" MESSAGE_DAY);
	take(&s, &x, start);
	snprintf(open, sizeof open, "%s", column(&s, BOTH));
	s.account.closed = closed;
	x.remote = "R2";
	take(&s, &x, start);
	assert_string_equal(column(&s, BOTH), open);
	write_to(&s, "m1", INCOMING, start, start);
	assert_true(answer_by(&s, start) == start + DAY);
	shop_close(&s);
}

/* ---- whole answers ---- */

static void
put_answer(struct shop *s, const char *id, enum lang lang, struct buf *out)
{
	buf_fmt(out, "== explain %s\n", id);
	kit_begin(s->k);
	explain(s, id, lang, out);
	kit_commit(s->k);
	buf_char(out, '\n');
}

static void
a_task(struct shop *s, const char *key, int64_t dispute, int64_t conversation, int64_t deadline)
{
	struct task_row t = {.account = s->k->account.id,
			     .intent_key = key,
			     .kind = "return.look",
			     .state = TASK_OPEN,
			     .dispute = dispute,
			     .conversation = conversation,
			     .deadline = deadline};

	kit_begin(s->k);
	assert_int_equal(task_insert(s->k->store, &t, T0), 1);
	kit_commit(s->k);
}

static void
answers_are_the_same_byte_for_byte(void **state)
{
	static const char *const ids[] = {"d1", "d2", "d3", "c1", "c2", "t1", "t2", "t3", NULL};
	const int64_t friday = instant("2026-10-03T06:50:00Z");
	struct dispute x = a_return("R1", friday);
	struct message m = a_message("m9", "C2", INCOMING, friday, "Hallo");
	struct buf en = BUF_MAX(1 << 17), zh = BUF_MAX(1 << 17);
	struct shop s;

	shop_open(&s, *state, RETURN_DAYS MESSAGE_DAY);
	s.account.closed = closed;
	x.respond_by = instant("2026-10-07T06:59:59Z"); /* d1: too early for the row, and answered */
	take(&s, &x, friday);
	kit_begin(s.k);
	dispute_answered(s.k->store, 1, friday + HOUR);
	kit_commit(s.k);
	x = a_return("R2",
		     instant("2027-02-06T12:00:00Z")); /* d2: the platform is silent, and we are closed */
	take(&s, &x, x.opened);
	x = a_return("R3", friday); /* d3: not our turn */
	x.status = DISPUTE_AWAITING_BUYER;
	x.due_action = "";
	take(&s, &x, friday);
	take_message(s.k, &m, friday);
	m.remote = "m10";
	m.sent += HOUR;
	take_message(s.k, &m, friday + HOUR);
	answer_by(&s, friday + HOUR);
	m = a_message("out", "C3", OUTGOING, friday, "Hallo"); /* c2: nobody waits */
	take_message(s.k, &m, friday);
	a_task(&s, "1", 1, 0, friday + DAY);
	a_task(&s, "2", 0, 1, friday + DAY);
	a_task(&s, "3", 0, 0, friday + DAY);
	for (int i = 0; ids[i]; i++) {
		put_answer(&s, ids[i], LANG_EN, &en);
		put_answer(&s, ids[i], LANG_ZH, &zh);
	}
	compare("answers.en.txt", &en);
	compare("answers.zh.txt", &zh);
	buf_free(&en);
	buf_free(&zh);
	shop_close(&s);
}

/* Both sides and who says so, for programs. */
static void
json_has_both_sides(void **state)
{
	const int64_t friday = instant("2026-10-03T06:50:00Z");
	struct dispute x = a_return("R1", friday);
	struct shop s;
	json_t *v;

	shop_open(&s, *state, RETURN_DAYS);
	x.respond_by = instant("2026-10-08T06:59:59Z");
	take(&s, &x, friday);
	kit_begin(s.k);
	v = ask(&s, "show", "d1", "en");
	assert_shows(v, "respond_by_at", "\"2026-10-08T06:59:59.000Z\"");
	assert_shows(v, "given_by", "\"platform\"");
	assert_shows(v, "platform_at", "\"2026-10-08T06:59:59.000Z\"");
	assert_shows(v, "policy_at", "\"2026-10-08T06:40:00.000Z\"");
	assert_shows(v, "policy_by", "\"first answer (help, 2020)\"");
	json_decref(v);
	v = ask(&s, "deadlines", NULL, "en");
	assert_shows(v, "deadlines.0.platform_at", "\"2026-10-08T06:59:59.000Z\"");
	assert_shows(v, "deadlines.0.policy_at", "\"2026-10-08T06:40:00.000Z\"");
	assert_shows(v, "deadlines.0.since_at", "\"2026-10-03T06:50:00.000Z\"");
	json_decref(v);
	v = ask(&s, "explain", "d1", "en");
	assert_shows(v, "deadline.until_at", "\"2026-10-08T06:59:59.000Z\"");
	assert_shows(v, "deadline.policy_at", "\"2026-10-08T06:40:00.000Z\"");
	assert_shows(v, "deadline.apart", "null");
	assert_shows(v, "deadline.steps.2",
		     "{\"when\":\"2026-10-02\",\"text\":\"the day it starts: does not count\",\"weekday\":"
		     "\"Friday\"}");
	json_decref(v);
	kit_commit(s.k);
	shop_close(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_TEST(vectors_are_explained_byte_for_byte),
		KIT_TEST(a_thread_counts_from_its_oldest_unanswered_message),
		KIT_TEST(out_of_order_is_the_same_clock),
		KIT_TEST(a_thread_is_at_risk_in_stages),
		KIT_TEST(the_earlier_of_goal_and_policy_counts),
		KIT_TEST(both_are_kept_and_the_platforms_counts),
		KIT_TEST(disagreements_are_told_once_for_each_row),
		KIT_TEST(a_closure_moves_no_deadline),
		KIT_TEST(answers_are_the_same_byte_for_byte),
		KIT_TEST(json_has_both_sides),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
