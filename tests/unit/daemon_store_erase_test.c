/* Forgetting a person: nothing personal is left in any table, page, log or later copy, and nothing comes back. */
#include "daemon_store_test_kit.h"

#include <fcntl.h>
#include <sys/stat.h>

/* Each stands somewhere else; the search index holds words in lower case. */
#define ID         "example_canary"
#define NAME       "Sigismunda Kanarienvogel"
#define WROTE      "zitronengelb"
#define NOTE       "dritterhinterhof"
#define ANSWER     "herzlichstgegruesst"
#define CLAIM      "quietschentenrad"
#define ENTRY      "lampenfieberkabel"
#define REVIEW     "unterirdischlahm"
#define PLATFORM   "angermuendestrasse"
#define DRAFT      "aufgabenentwurf"
#define REMARK     "anmerkungsperson"
#define UNREADABLE "unlesbarergegenstand"

static const char *const canaries[] = {ID,
				       "Sigismunda",
				       "sigismunda",
				       "Kanarienvogel",
				       "kanarienvogel",
				       WROTE,
				       NOTE,
				       ANSWER,
				       CLAIM,
				       ENTRY,
				       REVIEW,
				       PLATFORM,
				       DRAFT,
				       REMARK,
				       UNREADABLE,
				       "photo-of-canary"};

static const char photo[] = "\x89PNG\r\n\x1a\n photo-of-canary";

static const struct buyer person = {.remote = ID, .name = NAME, .locale = "de-DE", .country = "DE"};

/* Which canary the bytes of a file hold; NULL: none. */
static const char *
canary_in(const char *path)
{
	int fd = open(path, O_RDONLY);
	struct stat st;
	char *bytes;
	const char *found = NULL;

	if (fd < 0)
		return NULL;
	assert_int_equal(fstat(fd, &st), 0);
	bytes = malloc((size_t)st.st_size + 1);
	assert_int_equal(read(fd, bytes, (size_t)st.st_size), st.st_size);
	for (size_t i = 0; i < sizeof canaries / sizeof *canaries && !found; i++)
		if (memmem(bytes, (size_t)st.st_size, canaries[i], strlen(canaries[i])))
			found = canaries[i];
	free(bytes);
	close(fd);
	return found;
}

static struct message
said_by(const char *remote, int64_t sent, const char *text)
{
	struct message m = a_message(remote, "L1/" ID, INCOMING, sent, text);

	m.buyer = person;
	m.subject = WROTE;
	return m;
}

static struct dispute
claimed(void)
{
	static const struct dispute_entry history[] = {{.remote = "E1", .actor = ACTOR_BUYER, .text = ENTRY}};
	static const struct dispute_file files[] = {
		{.remote = "F1", .name = "photo-of-canary.png", .bytes = photo, .len = sizeof photo}};

	return (struct dispute){.remote = "R1",
				.kind = DISPUTE_RETURN,
				.buyer = person,
				.order = "O1",
				.text = CLAIM,
				.memo = "login=" ID,
				.due_action = "DECIDE",
				.history = history,
				.nhistory = 1,
				.files = files,
				.nfiles = 1};
}

static struct feedback
rated(void)
{
	return (struct feedback){
		.remote = "F1", .buyer = person, .order = "O1", .text = REVIEW, .reply = ANSWER};
}

static int64_t
action(struct kit *k, const char *key, enum outbox_state state, int attempt)
{
	char packed[ERR_MAX];
	struct outbox_row row = {
		.account = k->account.id,
		.intent_key = key,
		.kind = "reply",
		.text = ANSWER,
		.conversation = kit_number(k, "SELECT conversation FROM message WHERE remote = 'M1'"),
		.order = 1,
		.dispute = 1,
		.state = state,
		.rule = "r"};

	pack(packed, "eBay: %s (error %lld)", "no " PLATFORM, 7LL);
	row.reason = packed;
	assert_int_equal(outbox_insert(k->store, &row, T0), 1);
	row.attempt = attempt;
	row.memo = "login=" ID;
	kit_save(k, &row, T0);
	attempt_log(k->store, &row, "refused", 400, "12345678901234567890123456789012", packed, T0);
	outbox_file_add(k->store, row.id, 1, "photo-of-canary.png", "image/png", photo, sizeof photo, T0);
	journal_add(k->store, T0, k->account.id, "held",
		    arena_fmt(store_arena(k->store), "a%lld", (long long)row.id),
		    json_pack("{s:{s:s}, s:[{s:s}]}", "why", "packed", packed, "cautions", "packed", packed));
	return row.id;
}

/* A person in every table, among a hundred others. */
static void
fill(struct kit *k)
{
	struct order o = an_order("O1", one_item, 1, T0);
	struct message m = said_by("M1", T0, WROTE " ist mein Lieblingston");
	struct attachment a[] = {{.name = "photo-of-canary.png", .url = "https://i.example/" ID}};
	struct dispute d = claimed();
	struct feedback f = rated();
	struct task_row t = {.account = k->account.id,
			     .kind = "feedback.revision",
			     .text = DRAFT,
			     .link = "https://x/" ID,
			     .feedback = 1,
			     .reason = DRAFT};
	static const char unread[] = "{\"from\":\"" ID "\",\"text\":\"" UNREADABLE "\"}";
	char packed[ERR_MAX], remote[32];
	struct attachment_row row;

	kit_begin(k);
	record_odd(k->store, k->account.id, "messages", unread, strlen(unread), "why", T0);
	record_odd(k->store, k->account.id, "messages", "another", 7, "why", T0);
	for (int i = 0; i < 50; i++) {
		struct message other = a_message(remote, remote, INCOMING, T0, "etwas ganz anderes");

		snprintf(remote, sizeof remote, "X%d", i);
		other.buyer.remote = remote;
		record_message(k->store, k->account.id, &other, T0);
	}
	m.attachments = a;
	m.nattachments = 1;
	record_message(k->store, k->account.id, &m, T0);
	if (attachment_next(k->store, k->account.id, T0, &row))
		attachment_store(k->store, row.id, photo, sizeof photo, "image/png", T0);
	o.buyer = person;
	o.buyer_note = NOTE;
	record_order(k->store, k->account.id, &o, T0);
	record_dispute(k->store, k->account.id, &d, T0);
	record_feedback(k->store, k->account.id, &f, T0);
	kit_commit(k);
	assert_int_equal(sqlite3_wal_checkpoint_v2(k->store->db, NULL, SQLITE_CHECKPOINT_FULL, NULL, NULL),
			 SQLITE_OK);
	kit_begin(k);
	assert_int_equal(task_insert(k->store, &t, T0), 1);
	action(k, "K1", OUTBOX_DRAFT, 0);
	action(k, "K2", OUTBOX_READY, 0);
	action(k, "K3", OUTBOX_HELD, 0);
	action(k, "K4", OUTBOX_SENT, 1);
	action(k, "K5", OUTBOX_UNSURE, 1);
	note_add(k->store, "o1", "anna", REMARK, T0);
	pack(packed, "eBay: %s (error %lld)", "nothing for " NAME, 7LL);
	notice_raise(k->store, "cause", k->account.id, packed, T0);
	json_decref(view_find(k->store, "zitronengelb", 10)); /* indexes the words */
	kit_commit(k);
	for (int i = 50; i < 100; i++) {
		struct message other = a_message(remote, remote, INCOMING, T0, "etwas ganz anderes");

		snprintf(remote, sizeof remote, "X%d", i);
		other.buyer.remote = remote;
		take_message(k, &other, T0);
	}
	kit_begin(k);
	json_decref(view_find(k->store, "etwas", 10));
	kit_commit(k);
	assert_int_equal(sqlite3_wal_checkpoint_v2(k->store->db, NULL, SQLITE_CHECKPOINT_FULL, NULL, NULL),
			 SQLITE_OK);
}

static void
erase(struct kit *k, int dropped)
{
	int unsent;

	kit_begin(k);
	assert_true(buyer_erase(k->store, k->account.id, ID, T0 + DAY, &unsent) > 5);
	assert_int_equal(unsent, dropped);
	kit_commit(k);
}

static void
assert_clean(struct kit *k)
{
	static int n;
	char wal[128], copy[128];
	const char *found;
	struct err err;

	snprintf(wal, sizeof wal, "%s-wal", k->path);
	snprintf(copy, sizeof copy, "%s/copy-%d.db", k->folder, n++);
	assert_int_equal(store_backup(k->path, copy, T0, &err), 0);
	if ((found = canary_in(k->path)))
		fail_msg("the file holds %s", found);
	if ((found = canary_in(wal)))
		fail_msg("the log holds %s", found);
	if ((found = canary_in(copy)))
		fail_msg("the copy holds %s", found);
}

static int64_t
hits(struct kit *k, const char *words)
{
	json_t *found;
	int64_t n;

	kit_begin(k);
	found = view_find(k->store, words, 10);
	n = (int64_t)(json_array_size(json_object_get(found, "orders")) +
		      json_array_size(json_object_get(found, "conversations")));
	json_decref(found);
	kit_commit(k);
	return n;
}

/* Its bytes may go again, and may have arrived: it is not dropped as if they had not. */
static void
what_may_have_arrived_is_held(void **state)
{
	struct kit *k = *state;
	struct outbox_row row;
	struct err err;
	int64_t id;

	fill(k);
	kit_begin(k);
	id = action(k, "K6", OUTBOX_READY, 1);
	assert_int_equal(outbox_get(k->store, id, &row), 1);
	row.attempt_key = "00ff";
	row.started = T0;
	assert_int_equal(outbox_save(k->store, &row, T0), 0);
	kit_commit(k);
	erase(k, 3);
	kit_begin(k);
	assert_int_equal(outbox_get(k->store, id, &row), 1);
	assert_int_equal(row.state, OUTBOX_HELD);
	assert_non_null(row.attempt_key);
	if (outbox_check(k->store, &err))
		fail_msg("%s", err.text);
	kit_commit(k);
}

static void
nothing_is_left(void **state)
{
	struct kit *k = *state;
	char pseudonym[64], text[128];
	struct err err;
	int64_t rows;
	int unsent;

	fill(k);
	assert_true(hits(k, "zitronengelb") > 0);
	assert_true(hits(k, "kanarienvogel") > 0);
	assert_non_null(canary_in(k->path));
	erase(k, 3);
	assert_clean(k);
	assert_int_equal(hits(k, "zitronengelb"), 0);
	assert_int_equal(hits(k, "kanarienvogel"), 0);
	assert_int_equal(hits(k, "etwas"), 10);
	kit_begin(k);
	if (journal_verify(k->store, NULL, &rows, &err))
		fail_msg("%s", err.text);
	assert_int_equal(rows, 6); /* and that it was done */
	kit_commit(k);

	/* What is no text stays: the order, its money, whose turn it is. */
	kit_text(k, "SELECT remote FROM buyer WHERE erased", pseudonym, sizeof pseudonym);
	assert_int_equal(strncmp(pseudonym, "erased-", 7), 0);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM buyer WHERE erased"), 1);
	assert_int_equal(kit_number(k, "SELECT total FROM orders WHERE remote = 'O1'"), 2890);
	assert_int_equal(kit_number(k, "SELECT our_turn IS NOT NULL FROM dispute"), 1);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM message"), 101);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM odd"), 1);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM content"), 0);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM outbox WHERE state = 'dropped'"), 3);
	kit_text(k,
		 "SELECT group_concat(state || ' ' || (reason IS NOT NULL), ', ') FROM outbox WHERE id > 3",
		 text, sizeof text);
	assert_string_equal(text, "sent 0, held 1");
	assert_int_equal(
		kit_number(k, "SELECT count(*) FROM conversation WHERE oldest_unanswered IS NOT NULL"), 100);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM event e JOIN message m ON m.id = e.message"
				       " WHERE e.check_at IS NOT NULL AND m.remote = 'M1'"),
			 0);
	kit_begin(k);
	assert_int_equal(buyer_erase(k->store, k->account.id, ID, T0 + DAY, &unsent), 0); /* once is enough */
	kit_commit(k);
}

/* The same things are polled again, and new ones. */
static void
nothing_comes_back(void **state)
{
	struct kit *k = *state;
	struct order o = an_order("O1", one_item, 1, T0 + 5);
	struct message m = said_by("M1", T0, WROTE " ist mein Lieblingston"),
		       next = said_by("M2", T0 + DAY, WROTE), unnamed = said_by("M3", T0 + DAY, WROTE);
	struct dispute d = claimed(), silent = claimed();
	struct feedback f = rated();
	char pseudonym[64];

	fill(k);
	erase(k, 3);
	o.buyer = person;
	o.buyer_note = NOTE;
	take_order(k, &o, T0 + DAY);
	o.buyer.remote = NULL;
	o.changed++;
	take_order(k, &o, T0 + DAY);
	take_message(k, &m, T0 + DAY);
	take_message(k, &next, T0 + DAY);
	kit_begin(k);
	unnamed.conversation = arena_fmt(store_arena(k->store), "%s", "C9");
	record_message(k->store, k->account.id, &unnamed, T0 + DAY); /* makes the conversation known */
	unnamed.remote = "M4";
	unnamed.buyer = (struct buyer){0};
	record_message(k->store, k->account.id, &unnamed, T0 + DAY);
	record_dispute(k->store, k->account.id, &d, T0 + DAY);
	silent.buyer = (struct buyer){0};
	silent.memo = NULL;
	record_dispute(k->store, k->account.id, &silent, T0 + DAY);
	record_feedback(k->store, k->account.id, &f, T0 + DAY);
	f.remote = "F2";
	f.changed = T0 + DAY;
	record_feedback(k->store, k->account.id, &f, T0 + DAY);
	f.buyer = (struct buyer){0};
	record_feedback(k->store, k->account.id, &f, T0 + DAY);
	json_decref(view_find(k->store, "etwas", 10));
	kit_commit(k);
	kit_text(k, "SELECT substr(memo, 7) FROM dispute", pseudonym, sizeof pseudonym);
	kit_begin(k);
	d = claimed(); /* as a connector knows the person from what it left */
	d.buyer.remote = pseudonym;
	d.memo = NULL;
	record_dispute(k->store, k->account.id, &d, T0 + DAY);
	kit_commit(k);
	assert_clean(k);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM buyer WHERE erased"), 1);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM message WHERE remote IN ('M1', 'M2', 'M3', "
				       "'M4') AND text IS NULL"),
			 4);
	assert_int_equal(
		kit_number(k,
			   "SELECT count(DISTINCT conversation) FROM message WHERE remote IN ('M1', 'M2')"),
		1);
	assert_int_equal(
		kit_number(k, "SELECT count(*) FROM conversation WHERE oldest_unanswered IS NOT NULL"), 100);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM feedback WHERE text IS NULL"), 2);
}

/* The notice may come before anything of the person does. */
static void
unknown_persons_stay_unknown(void **state)
{
	struct kit *k = *state;
	struct message m = said_by("M1", T0, WROTE);
	int unsent;

	kit_begin(k);
	assert_int_equal(buyer_erase(k->store, k->account.id, "Example_Canary", T0, &unsent), 0);
	assert_int_equal(buyer_erase(k->store, k->account.id, "another_one", T0, &unsent), 0);
	kit_commit(k);
	take_message(k, &m, T0 + 1);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM message WHERE text IS NULL"), 1);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM buyer WHERE erased AND name IS NULL"), 1);
	assert_clean(k);
	kit_begin(k); /* of whom nothing ever came, nothing is kept */
	buyer_erase(k->store, k->account.id, "third_one", T0 + 101 * DAY, &unsent);
	kit_commit(k);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM erased"), 2);
	m.buyer.remote = "another_one";
	m.remote = "M2";
	m.conversation = "C2";
	take_message(k, &m, T0 + 1);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM message WHERE text IS NULL"), 1);
}

/* Platforms tell names apart without case, and do not always write them alike. */
static void
every_spelling_is_erased(void **state)
{
	struct kit *k = *state;
	const char *const spellings[] = {"Another_One", "another_one", "ANOTHER_ONE"};
	struct message m = said_by("M7", T0, WROTE);
	int unsent;

	for (int i = 0; i < 2; i++) {
		m.buyer.remote = spellings[i];
		m.remote = m.conversation = spellings[i];
		take_message(k, &m, T0);
	}
	kit_begin(k);
	assert_true(buyer_erase(k->store, k->account.id, spellings[2], T0 + 1, &unsent) > 0);
	kit_commit(k);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM message WHERE text IS NOT NULL"), 0);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM buyer WHERE remote LIKE 'another%'"), 0);
	take_message(k, &m, T0 + 2); /* nor does it come back */
	assert_int_equal(kit_number(k, "SELECT count(*) FROM message WHERE text IS NOT NULL"), 0);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM buyer WHERE remote LIKE 'another%'"), 0);
}

/* A reader keeps the log from being cut: a later commit does it, or the next start. */
static void
readers_only_delay_it(void **state)
{
	struct kit *k = *state;
	struct store *reader;
	char wal[128];
	struct err err;

	fill(k);
	snprintf(wal, sizeof wal, "%s-wal", k->path);
	reader = store_open_readonly(k->path, &err);
	assert_non_null(reader);
	store_begin(reader);
	json_decref(view_status(reader, T0));
	erase(k, 3);
	assert_non_null(canary_in(wal));
	assert_int_equal(kit_number(k, "SELECT count(*) FROM meta WHERE key = 'purge'"), 1);
	store_close(reader);
	kit_begin(k);
	meta_set(k->store, "anything", "1");
	kit_commit(k);
	assert_clean(k);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM meta WHERE key = 'purge'"), 0);
}

static void
what_was_said_is_explained_until_then(void **state)
{
	struct kit *k = *state;
	json_t *why;
	char *text;
	struct err err;
	int64_t rows;

	fill(k);
	kit_begin(k);
	why = view_explain(k->store, "a1");
	text = json_dumps(why, 0);
	assert_non_null(strstr(text, PLATFORM));
	free(text);
	json_decref(why);
	kit_commit(k);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM journal WHERE facts LIKE '%" PLATFORM "%'"), 0);
	kit_begin(k);
	DO(k->store, "UPDATE said SET text = text || 'x' WHERE ref = 'a2'");
	assert_int_equal(journal_verify(k->store, NULL, &rows, &err), -1);
	assert_non_null(strstr(err.text, "a2"));
	DO(k->store, "UPDATE said SET text = substr(text, 1, length(text) - 1) WHERE ref = 'a2'");
	assert_int_equal(journal_verify(k->store, NULL, &rows, &err), 0);
	kit_commit(k);
	erase(k, 3);
	kit_begin(k);
	why = view_explain(k->store, "a1");
	text = json_dumps(why, 0);
	assert_null(strstr(text, PLATFORM));
	assert_non_null(strstr(text, "eBay: %s (error %lld)"));
	free(text);
	json_decref(why);
	assert_int_equal(journal_verify(k->store, NULL, &rows, &err), 0);
	kit_commit(k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_TEST(nothing_is_left),
		KIT_TEST(what_may_have_arrived_is_held),
		KIT_TEST(nothing_comes_back),
		KIT_TEST(unknown_persons_stay_unknown),
		KIT_TEST(every_spelling_is_erased),
		KIT_TEST(readers_only_delay_it),
		KIT_TEST(what_was_said_is_explained_until_then),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
