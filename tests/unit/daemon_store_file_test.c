/* The file: kills, full disks, a second process, damage, older and newer versions, copies. */
#include "daemon_store_test_kit.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "daemon/step.h"

static const char *
english(const struct err *err)
{
	static char text[ERR_MAX];

	err_english(err->text, text, sizeof text);
	return text;
}

#define assert_says(err, words)                                                                              \
	do {                                                                                                 \
		if (!strstr(english(err), words))                                                            \
			fail_msg("\"%s\" does not say \"%s\"", english(err), words);                         \
	} while (0)

static void
reopen(struct kit *k)
{
	store_close(k->store);
	kit_open(k);
}

static void
private_and_alone(void **state)
{
	struct kit *k = *state;
	struct err err;
	struct stat st;
	char pid[24], name[128];

	assert_int_equal(stat(k->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	snprintf(name, sizeof name, "%s-wal", k->path);
	assert_int_equal(stat(name, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_null(store_open(k->path, &err));
	snprintf(pid, sizeof pid, "process %ld", (long)getpid());
	assert_says(&err, pid);
	store_close(k->store);
	k->store = store_open(k->path, &err); /* the lock goes with its holder */
	assert_non_null(k->store);
}

static void
durable_settings(void **state)
{
	struct kit *k = *state;
	char mode[16];

	kit_text(k, "PRAGMA journal_mode", mode, sizeof mode);
	assert_string_equal(mode, "wal");
	assert_int_equal(kit_number(k, "PRAGMA synchronous"), 2);
	assert_int_equal(kit_number(k, "PRAGMA foreign_keys"), 1);
	assert_int_equal(kit_number(k, "PRAGMA secure_delete"), 1);
	assert_int_equal(kit_number(k, "PRAGMA trusted_schema"), 0);
	assert_int_equal(kit_number(k, "PRAGMA mmap_size"), 0);
	assert_int_equal(kit_number(k, "PRAGMA cache_size"), -3072);
	assert_int_equal(
		kit_number(k,
			   "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
			   " AND NOT strict AND name NOT LIKE 'sqlite_%'"),
		0);
	assert_int_equal(kit_number(k, "SELECT length(value) FROM meta WHERE key = 'installation'"), 32);
}

/* Leaves at the n-th step of writing a turn; what another process then finds is all of it or nothing. */
static void
killed_turn_is_all_or_nothing(void **state)
{
	struct kit *k = *state;
	int64_t before, stored = 0;
	int status, n;

	for (n = 1; n <= 3; n++) {
		struct message m = a_message("M1", "C1", INCOMING, T0 + n, "text");
		char remote[8];
		pid_t child;

		snprintf(remote, sizeof remote, "M%d", n);
		m.remote = remote;
		before = kit_number(k, "SELECT count(*) FROM message");
		store_close(k->store);
		fflush(NULL);
		if (!(child = fork())) {
			struct stream_row stream = {.name = "messages", .cursor = remote};

			kit_open(k);
			step_stop_after(n);
			store_begin(k->store);
			record_message(k->store, k->account.id, &m, T0);
			stream_put(k->store, k->account.id, &stream);
			store_commit(k->store, NULL);
			_exit(0);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_int_equal(WEXITSTATUS(status), n <= 2 ? 70 : 0);
		kit_open(k);
		stored = kit_number(k, "SELECT count(*) FROM message") - before;
		assert_int_equal(stored, n >= 2); /* step 1 is before the commit, step 2 after it */
		assert_int_equal(kit_number(k, "SELECT count(*) FROM event"), before + stored);
		assert_int_equal(kit_number(k, "SELECT count(*) FROM stream"), before + stored > 0);
	}
}

static void
errors_stick_until_the_next_turn(void **state)
{
	struct kit *k = *state;
	struct message m = a_message("M1", "C1", INCOMING, T0, "text");
	struct account_row row;
	struct err err;

	kit_begin(k);
	record_message(k->store, k->account.id, &m, T0);
	record_message(k->store, 999, &(struct message){.remote = "X", .conversation = "X"},
		       T0); /* no such account */
	assert_true(store_failed(k->store));
	assert_int_equal(account_get_row(k->store, "toys", &row), 0);
	assert_null(meta_get(k->store, "installation"));
	assert_null(view_status(k->store, T0));
	assert_int_equal(record_message(k->store, k->account.id, &m, T0), 0);
	assert_int_equal(store_commit(k->store, &err), -1);
	assert_says(&err, "FOREIGN KEY");
	assert_int_equal(kit_number(k, "SELECT count(*) FROM message"), 0);
	assert_int_equal(take_message(k, &m, T0), 1);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM message"), 1);
}

static void
full_disk_loses_the_turn_not_the_store(void **state)
{
	struct kit *k = *state;
	char *big = calloc(1, (1 << 20) + 1);
	struct message m = a_message("M1", "C1", INCOMING, T0, big);
	struct err err;

	memset(big, 'x', 1 << 20);
	big[1 << 20] = '\0';
	assert_int_equal(sql_script(k->store->db, "", "PRAGMA max_page_count = 120", &err), 0);
	kit_begin(k);
	record_message(k->store, k->account.id, &m, T0);
	assert_int_equal(store_commit(k->store, &err), -1);
	assert_says(&err, "disk is full");
	assert_int_equal(sql_script(k->store->db, "", "PRAGMA max_page_count = 1000000", &err), 0);
	assert_int_equal(take_message(k, &m, T0), 1);
	free(big);
}

/* The same from the kernel: a write that fails inside the commit. */
static void
failed_write_loses_the_turn_not_the_store(void **state)
{
	struct kit *k = *state;
	struct rlimit was, small;
	char *big = calloc(1, (1 << 20) + 1);
	struct message m = a_message("M1", "C1", INCOMING, T0, big);
	struct err err;

	memset(big, 'x', 1 << 20);
	big[1 << 20] = '\0';
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	small = was;
	small.rlim_cur = 512 << 10;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	kit_begin(k);
	record_message(k->store, k->account.id, &m, T0);
	assert_int_equal(store_commit(k->store, &err), -1);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	assert_says(&err, "free space");
	assert_int_equal(kit_number(k, "SELECT count(*) FROM message"), 0);
	assert_int_equal(take_message(k, &m, T0), 1);
	reopen(k);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM message"), 1);
	free(big);
}

static void
overwrite(const char *path, long offset, const char *bytes, size_t len)
{
	int fd = open(path, O_WRONLY);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, bytes, len, offset), (ssize_t)len);
	close(fd);
}

static void
damage_is_told(void **state)
{
	struct kit *k = *state;
	struct message m = a_message("M1", "C1", INCOMING, T0, "text");
	static char noise[4096];
	struct err err;
	long pages;

	take_message(k, &m, T0);
	pages = (long)kit_number(k, "PRAGMA page_count");
	store_close(k->store);
	memset(noise, 0xa5, sizeof noise);
	for (long page = 1; page < pages; page++)
		overwrite(k->path, page * 4096, noise, sizeof noise);
	assert_null(store_open(k->path, &err));
	assert_says(&err, "damaged");
	assert_says(&err, "newest backup");
	overwrite(k->path, 0, noise, sizeof noise);
	assert_null(store_open(k->path, &err));
	assert_says(&err, "damaged");
	assert_int_equal(unlink(k->path), 0);
	kit_open(k);
}

static void
foreign_and_newer_files_are_refused(void **state)
{
	struct kit *k = *state;
	struct err err;

	assert_int_equal(sql_script(k->store->db, "", "PRAGMA user_version = 99", &err), 0);
	store_close(k->store);
	assert_null(store_open(k->path, &err));
	assert_says(&err, "version 99");
	assert_null(store_open_readonly(k->path, &err));
	assert_says(&err, "version 99");
	unlink(k->path);
	assert_null(store_open_readonly(k->path, &err));
	assert_int_not_equal(access(k->path, F_OK), 0); /* a reader creates nothing */
	{
		sqlite3 *db;

		assert_int_equal(sqlite3_open(k->path, &db), SQLITE_OK);
		assert_int_equal(sql_script(db, "", "CREATE TABLE recipe (x)", &err), 0);
		sqlite3_close(db);
	}
	assert_null(store_open(k->path, &err));
	assert_says(&err, "another program");
	unlink(k->path);
	kit_open(k);
}

/* ---- migration: a former version, as the program of that time left it ---- */

/* A row in every table of version 1, as the program of that time wrote them. */
static const char rows_1[] =
	"INSERT INTO meta VALUES ('installation', '0123456789abcdef0123456789abcdef');"
	"INSERT INTO account (id, name, platform, mode, created) VALUES (1, 'toys', 'ebay', 'auto', 1);"
	"INSERT INTO marketplace_mode VALUES (1, 'EBAY_DE', 'draft');"
	"INSERT INTO credential (account, name, token) VALUES (1, 'user', x'00');"
	"INSERT INTO stream (account, name, cursor) VALUES (1, 'orders', 'C');"
	"INSERT INTO buyer (id, account, remote, name) VALUES (1, 1, 'example_buyer', 'Erika Mustermann');"
	"INSERT INTO orders (id, account, remote, buyer, total, currency, created) VALUES (1, 1, 'O1', 1, "
	"2890, "
	"'EUR', 5);"
	"INSERT INTO item (order_id, remote, listing) VALUES (1, 'I1', 'L1');"
	"INSERT INTO shipment (account, order_remote, remote) VALUES (1, 'O1', 'H1');"
	"INSERT INTO conversation (id, account, remote, buyer, order_id, orders) VALUES (1, 1, 'C1', 1, 1, "
	"1);"
	"INSERT INTO message (id, account, remote, conversation, direction, automatic, sent, text)"
	" VALUES (1, 1, 'M1', 1, 'in', 0, 6, 'Wo ist mein Paket?');"
	"INSERT INTO message (id, account, remote, conversation, direction, automatic, sent, text, intent)"
	" VALUES (2, 1, 'M2', 1, 'in', 0, 6, 'Danke', 'thanks'), (3, 1, 'M3', 1, 'in', 0, 6, 'Wo?', "
	"'order_status'),"
	" (4, 1, 'M4', 1, 'in', 0, 6, 'Storno', 'cancel_order');"
	"INSERT INTO message_words (rowid, text) VALUES (1, 'Wo ist mein Paket?');"
	"INSERT INTO buyer_words (rowid, text) VALUES (1, 'example_buyer Erika Mustermann');"
	"INSERT INTO content VALUES (x'01', x'02', 7);"
	"INSERT INTO attachment (account, message, number, content) VALUES (1, 1, 0, x'01');"
	"INSERT INTO event (id, kind, at, account, message) VALUES (1, 'message.received', 6, 1, 1);"
	"INSERT INTO event (id, kind, at, account, order_id) VALUES (2, 'order.created', 5, 1, 1);"
	"INSERT INTO outbox (id, account, intent_key, kind, state, conversation, event, text, substantive,"
	" not_before, next_at, created, changed) VALUES (1, 1, 'K', 'reply', 'sent', 1, 1, 'Hallo', 1, 7, 7, "
	"7, 7);"
	"INSERT INTO attempt (outbox, attempt, at, outcome) VALUES (1, 1, 7, 'done');"
	"INSERT INTO journal VALUES (1, 7, 1, 'send', 'a1', '{}', x'03');"
	"INSERT INTO notice (cause, text, at) VALUES ('c', 't', 7);"
	"INSERT INTO note (ref, text, at) VALUES ('c1', 'n', 7);"
	"INSERT INTO odd (account, stream, hash, item, why, first_at, last_at) VALUES (1, 's', x'04', x'05', "
	"'w', 7, 7);"
	"INSERT INTO budget VALUES ('o', 'b', 7, 1);"
	"INSERT INTO rule VALUES ('r', 'h', 7);";

/* In the place of the kit's store. */
static void
make_version_1(struct kit *k)
{
	char name[120];
	struct err err;
	sqlite3 *db;

	store_close(k->store);
	k->store = NULL;
	unlink(k->path);
	snprintf(name, sizeof name, "%s-wal", k->path);
	unlink(name);
	assert_int_equal(sqlite3_open(k->path, &db), SQLITE_OK);
	assert_int_equal(store_migrate(db, k->path, migrations, 1, T0, &err), 0);
	assert_int_equal(sql_script(db, k->path, rows_1, &err), 0);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void
leave_now(sqlite3_context *context, int n, sqlite3_value **values)
{
	(void)context, (void)n, (void)values;
	_exit(71);
}

static int
backups(const struct kit *k)
{
	char command[200], line[16] = "";
	FILE *p;

	snprintf(command, sizeof command, "ls %s | grep -c 's.db.version-1.2025'", k->folder);
	assert_non_null(p = popen(command, "r"));
	assert_non_null(fgets(line, sizeof line, p));
	pclose(p);
	return atoi(line);
}

static void
migration_is_whole_or_not_at_all(void **state)
{
	struct kit *k = *state;
	static const char *const bad[] = {
		"", "ALTER TABLE buyer ADD COLUMN tax TEXT; UPDATE buyer SET tax = 'x'; SELECT leave_now()"};
	static const char *const good[] = {
		"", "ALTER TABLE buyer ADD COLUMN tax TEXT; UPDATE buyer SET tax = 'x'",
		"CREATE TABLE later (id INTEGER PRIMARY KEY) STRICT"};
	static const char *const wrong[] = {"", "ALTER TABLE buyer ADD COLUMN tax TEXT; NONSENSE"};
	struct store *raw = must_zalloc(sizeof *raw);
	char name[160];
	struct err err;
	sqlite3 *db;
	int status;
	pid_t child;

	make_version_1(k);
	fflush(NULL);
	if (!(child = fork())) {
		if (sqlite3_open(k->path, &db))
			_exit(1);
		sqlite3_create_function(db, "leave_now", 0, SQLITE_UTF8, NULL, leave_now, NULL, NULL);
		store_migrate(db, k->path, bad, 2, T0, &err);
		_exit(2);
	}
	waitpid(child, &status, 0);
	assert_int_equal(WEXITSTATUS(status), 71);

	assert_int_equal(sqlite3_open(k->path, &db), SQLITE_OK);
	raw->db = db;
	raw->lock = -1;
	raw->arena = arena_new();
	k->store = raw;
	assert_int_equal(kit_number(k, "PRAGMA user_version"), 1);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM pragma_table_info('buyer') WHERE name = 'tax'"),
			 0);
	assert_int_equal(backups(k), 1);
	assert_int_equal(store_migrate(db, k->path, wrong, 2, T0 + MINUTE, &err), -1);
	assert_says(&err, "NONSENSE");
	assert_int_equal(kit_number(k, "PRAGMA user_version"), 1);
	assert_int_equal(store_migrate(db, k->path, good, 3, T0 + HOUR, &err), 0);
	assert_int_equal(kit_number(k, "PRAGMA user_version"), 3);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM buyer WHERE tax = 'x'"), 1);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM later"), 0);
	assert_int_equal(backups(k), 3);
	assert_int_equal(store_migrate(db, k->path, good, 3, T0 + 2 * HOUR, &err),
			 0); /* nothing to do: no backup */
	assert_int_equal(backups(k), 3);
	store_close(raw);
	k->store = NULL;

	/* The copy made first is what the former program knew, and says that it is a copy. */
	snprintf(name, sizeof name, "%s/s.db.version-1.20251009T085320Z", k->folder);
	k->store = store_open(name, &err);
	if (!k->store)
		fail_msg("%s", english(&err));
	assert_int_equal(kit_number(k, "SELECT count(*) FROM message"), 4);
	assert_int_equal(kit_number(k, "SELECT value FROM meta WHERE key = 'lost_from'"), T0);
}

static int countdown;

static int
leave_at(void *ctx)
{
	(void)ctx;
	if (!--countdown)
		_exit(71);
	return 0;
}

/* The real step from version 1, killed in many places, then done. */
static void
version_1_is_upgraded(void **state)
{
	struct kit *k = *state;
	struct dispute d = {
		.remote = "R1", .kind = DISPUTE_RETURN, .order = "O1", .buyer = {.remote = "example_buyer"}};
	int status, left = 71, killed = 0;
	struct err err;
	pid_t child;

	make_version_1(k);
	for (int n = 1; left == 71; n += n / 4 + 1, killed++) {
		fflush(NULL);
		if (!(child = fork())) {
			sqlite3 *db;

			if (sqlite3_open(k->path, &db))
				_exit(1);
			countdown = n;
			sqlite3_progress_handler(db, 1, leave_at, NULL);
			_exit(store_migrate(db, k->path, migrations, migrations_count, T0 + n * SECOND, &err)
				      ? 2
				      : 0);
		}
		waitpid(child, &status, 0);
		left = WEXITSTATUS(status);
		if (left == 71) {
			sqlite3_stmt *q;
			sqlite3 *db;

			assert_int_equal(sqlite3_open(k->path, &db), SQLITE_OK);
			assert_int_equal(
				sqlite3_prepare_v2(db,
						   "SELECT user_version, (SELECT count(*) FROM sqlite_schema"
						   " WHERE name = 'dispute') FROM pragma_user_version",
						   -1, &q, NULL),
				SQLITE_OK);
			assert_int_equal(sqlite3_step(q), SQLITE_ROW);
			assert_int_equal(sqlite3_column_int(q, 0), 1);
			assert_int_equal(sqlite3_column_int(q, 1), 0);
			sqlite3_finalize(q);
			sqlite3_close(db);
		}
	}
	assert_int_equal(left, 0);
	assert_true(killed > 20);
	kit_open(k);
	assert_int_equal(kit_number(k, "PRAGMA user_version"), migrations_count);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
	assert_int_equal(
		kit_number(
			k,
			"SELECT (SELECT count(*) FROM outbox WHERE moves = 0 AND dispute IS NULL AND text = "
			"'Hallo') + (SELECT count(*) FROM event WHERE detail IS NULL)"
			" + (SELECT count(*) FROM buyer WHERE NOT erased) + (SELECT count(*) FROM message)"),
		1 + 2 + 1 + 4);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM message WHERE (id, intent) IN (VALUES "
				       "(2, 'thanks_or_positive'), (3, 'order_status_where_is_my_order'), "
				       "(4, 'cancel_order'))"),
			 3);
	assert_int_equal(kit_number(k, "SELECT intent IS NULL FROM message WHERE id = 1"), 1);
	kit_begin(k);
	assert_int_equal(record_dispute(k->store, k->account.id, &d, T0), 1);
	kit_commit(k);
	assert_int_equal(kit_number(k, "SELECT order_id FROM dispute"), 1);
}

/* ---- copies ---- */

static void
backup_is_whole_and_stamped(void **state)
{
	struct kit *k = *state;
	struct store *reader, *copy;
	char name[128];
	struct err err;
	int status, n = 0;
	pid_t child;

	snprintf(name, sizeof name, "%s/copy.db", k->folder);
	fflush(NULL);
	if (!(child = fork())) { /* another process, while this one writes */
		for (int i = 0; i < 5; i++) {
			unlink(name);
			if (store_backup(k->path, name, T0 + 77, &err))
				_exit(1);
		}
		_exit(0);
	}
	while (!waitpid(child, &status, WNOHANG)) {
		char remote[16];
		struct message m = a_message(remote, remote, INCOMING, T0 + n, "text");

		snprintf(remote, sizeof remote, "M%d", n++);
		take_message(k, &m, T0);
	}
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_int_equal(store_backup(k->path, name, T0, &err), -1); /* never over a file */
	assert_says(&err, "there already");

	reader = store_open_readonly(name, &err);
	assert_non_null(reader);
	store_begin(reader);
	assert_string_equal(meta_get(reader, "backup_of"), k->path);
	assert_string_equal(meta_get(reader, "backup_at"), "1760000000077");
	assert_null(meta_get(reader, "lost_from"));
	store_close(reader);

	copy = store_open(name, &err);
	assert_non_null(copy);
	store_begin(copy);
	assert_string_equal(meta_get(copy, "lost_from"), "1760000000077");
	assert_null(meta_get(copy, "backup_at"));
	assert_int_equal(
		GET(copy, -1, "SELECT (SELECT count(*) FROM message) - (SELECT count(*) FROM event)"), 0);
	assert_int_equal(store_commit(copy, &err), 0);
	store_close(copy);
	assert_int_equal(store_backup("/nonexistent/file", "/tmp/never", T0, &err), -1);
	assert_int_not_equal(access("/tmp/never", F_OK), 0);
}

static void
readers_stand_beside(void **state)
{
	struct kit *k = *state;
	struct message m = a_message("M1", "C1", INCOMING, T0, "text");
	struct store *reader = store_open_readonly(k->path, &k->err);
	json_t *inbox;

	assert_non_null(reader);
	take_message(k, &m, T0);
	store_begin(reader);
	inbox = view_inbox(reader, 10, NULL, NULL, 0);
	assert_int_equal(json_array_size(json_object_get(inbox, "conversations")), 1);
	json_decref(inbox);
	meta_set(reader, "x", "y");
	assert_true(store_failed(reader));
	assert_int_equal(store_commit(reader, &k->err), -1);
	store_close(reader);
}

static void
turns_are_counted_when_they_write(void **state)
{
	struct kit *k = *state;
	int64_t n = store_commits(k->store);

	kit_begin(k);
	kit_commit(k);
	assert_int_equal(store_commits(k->store), n);
	kit_begin(k);
	meta_set(k->store, "a", "b");
	meta_set(k->store, "c", "d");
	kit_commit(k);
	assert_int_equal(store_commits(k->store), n + 1);
	assert_true(kit_number(k, "SELECT value FROM meta WHERE key = 'last_commit'") > T0);
}

static void
went_on(struct kit *k, int64_t at)
{
	const struct stream_row row = {.name = "orders", .cursor = "", .next_at = at};

	stream_went_on(k->store, k->account.id, &row);
}

/* As another process sees it. */
static int64_t
next_at_in_file(struct kit *k)
{
	struct kit reader = {0};
	int64_t at;

	assert_non_null(reader.store = store_open_readonly(k->path, &k->err));
	at = kit_number(&reader, "SELECT ifnull(max(next_at), 0) FROM stream");
	store_close(reader.store);
	return at;
}

static void
what_only_went_on_waits_for_a_turn_that_writes(void **state)
{
	struct kit *k = *state;
	const int64_t n = store_commits(k->store);

	for (int i = 1; i <= 2; i++) {
		kit_begin(k);
		went_on(k, T0 + i);
		kit_commit(k);
	}
	kit_begin(k);
	kit_commit(k);
	assert_int_equal(store_commits(k->store), n);
	assert_int_equal(next_at_in_file(k), 0);
	kit_begin(k);
	meta_set(k->store, "a", "b");
	kit_commit(k);
	assert_int_equal(store_commits(k->store), n + 1);
	assert_int_equal(next_at_in_file(k), T0 + 2);
	kit_begin(k);
	went_on(k, T0 + 3);
	kit_commit(k);
	store_close(k->store);
	assert_int_equal(next_at_in_file(k), T0 + 3);
	kit_open(k);
}

/* Whatever statement wrote it: what was taken in may be acknowledged, and then the platform never shows it again. */
static void
a_record_waits_for_nothing(void **state)
{
	struct kit *k = *state;
	struct order o = an_order("O1", one_item, 1, T0);
	int64_t n;

	kit_begin(k);
	record_order(k->store, k->account.id, &o, T0);
	kit_commit(k);
	n = store_commits(k->store);
	o.status = "SEEN";
	o.changed++;
	kit_begin(k);
	store_page_begin(k->store);
	record_order(k->store, k->account.id, &o, T0);
	went_on(k, T0 + 1);
	store_page_keep(k->store);
	kit_commit(k);
	assert_int_equal(store_commits(k->store), n + 1);
	assert_int_equal(next_at_in_file(k), T0 + 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_TEST(private_and_alone),
		KIT_TEST(durable_settings),
		KIT_TEST(killed_turn_is_all_or_nothing),
		KIT_TEST(errors_stick_until_the_next_turn),
		KIT_TEST(full_disk_loses_the_turn_not_the_store),
		KIT_TEST(failed_write_loses_the_turn_not_the_store),
		KIT_TEST(damage_is_told),
		KIT_TEST(foreign_and_newer_files_are_refused),
		KIT_TEST(migration_is_whole_or_not_at_all),
		KIT_TEST(version_1_is_upgraded),
		KIT_TEST(backup_is_whole_and_stamped),
		KIT_TEST(readers_stand_beside),
		KIT_TEST(turns_are_counted_when_they_write),
		KIT_TEST(what_only_went_on_waits_for_a_turn_that_writes),
		KIT_TEST(a_record_waits_for_nothing),
	};

	json_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
