/* A copy takes the place of the store, and a store that is older than what was done with it is noticed. */
#include "daemon_store_test_kit.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "daemon/clock.h"
#include "daemon/step.h"

static const char *
beside(const struct kit *k, const char *end)
{
	static char name[256][160]; /* each lives as long as a test */
	static int n;

	n = (n + 1) % 256;
	snprintf(name[n], sizeof name[n], "%s%s", k->path, end);
	return name[n];
}

static void
copy_bytes(const char *from, const char *to)
{
	char command[400];

	snprintf(command, sizeof command, "cp '%s' '%s'", from, to);
	assert_int_equal(system(command), 0);
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
work(struct kit *k, const char *remote)
{
	struct message m = a_message(remote, "C1", INCOMING, T0, "Wo ist mein Paket?");

	kit_begin(k);
	record_message(k->store, k->account.id, &m, T0);
	journal_add(k->store, T0, k->account.id, "decide", "m1", NULL);
	kit_commit(k);
}

static void
close_kit(struct kit *k)
{
	store_close(k->store);
	k->store = NULL;
}

/* Why the store says that it is behind; "": it is not. */
static const char *
behind(struct kit *k)
{
	static char why[16];
	struct lost lost;

	kit_begin(k);
	snprintf(why, sizeof why, "%s", store_lost(k->store, &lost) ? lost.why : "");
	kit_commit(k);
	return why;
}

static void
forget_lost(struct kit *k)
{
	assert_int_equal(sql_script(k->store->db, "", "DELETE FROM meta WHERE key LIKE 'lost_%'", &k->err),
			 0);
}

static void
lines_of_the_lock(struct kit *k, char out[400])
{
	int fd = open(beside(k, ".lock"), O_RDONLY);
	ssize_t n = read(fd, out, 399);

	assert_true(n > 0);
	out[n] = '\0';
	close(fd);
}

/* ---- noticing ---- */

static void
the_lock_file_remembers_the_newest_commit(void **state)
{
	struct kit *k = *state;
	char before[400], after[400];

	work(k, "M1");
	lines_of_the_lock(k, before);
	kit_begin(k);
	assert_non_null(strstr(before, journal_head(k->store)));
	kit_commit(k);
	kit_begin(k); /* a turn without effect writes nothing */
	kit_commit(k);
	lines_of_the_lock(k, after);
	assert_string_equal(before, after);
	work(k, "M2");
	lines_of_the_lock(k, after);
	kit_begin(k);
	assert_non_null(strstr(after, journal_head(k->store)));
	kit_commit(k);
	close_kit(k);
	kit_open(k);
	assert_string_equal(behind(k), "");
}

static void
an_older_file_is_noticed(void **state)
{
	struct kit *k = *state;
	const char *old = beside(k, ".old");

	work(k, "M1");
	close_kit(k);
	copy_bytes(k->path, old);
	kit_open(k);
	work(k, "M2");
	close_kit(k);
	copy_bytes(old, k->path);
	kit_open(k);
	assert_string_equal(behind(k), "replaced");
	close_kit(k);
	kit_open(k); /* it stays known, and is not found again */
	assert_int_equal(kit_number(k, "SELECT count(*) FROM journal WHERE kind = 'lost'"), 1);
}

/* The clock tells nothing when the lost turn was in the same moment, or the clock had been ahead. */
static void
another_past_is_noticed(void **state)
{
	struct kit *k = *state;
	const char *old = beside(k, ".old");

	work(k, "M1");
	close_kit(k);
	copy_bytes(k->path, old);
	kit_open(k);
	work(k, "M2");
	close_kit(k);
	copy_bytes(old, k->path);
	unlink(beside(k, ".lock")); /* the other one went on elsewhere */
	kit_open(k);
	work(k, "M3");
	work(k, "M4");
	assert_string_equal(behind(k), "");
	{
		char line[400], *head;

		close_kit(k);
		lines_of_the_lock(k, line);
		head = strchr(line, ':') + 1;
		*head = *head == '0' ? '1' : '0'; /* same number, other row */
		overwrite(beside(k, ".lock"), 0, line, strlen(line));
	}
	kit_open(k);
	assert_string_equal(behind(k), "replaced");
}

static void
a_kill_or_a_lost_lock_file_says_nothing(void **state)
{
	struct kit *k = *state;
	char line[400];

	work(k, "M1");
	lines_of_the_lock(k, line);
	work(k, "M2");
	close_kit(k);
	overwrite(beside(k, ".lock"), 0, line, strlen(line)); /* killed between COMMIT and the write */
	kit_open(k);
	assert_string_equal(behind(k), "");
	close_kit(k);
	unlink(beside(k, ".lock"));
	kit_open(k);
	assert_string_equal(behind(k), "");
	close_kit(k);
	memset(line, 0, sizeof line);
	overwrite(beside(k, ".lock"), 0, line, 200); /* as a power cut may leave it */
	kit_open(k);
	assert_string_equal(behind(k), "");
	close_kit(k);
	memset(line, '9', sizeof line); /* no sense at all: at most too careful */
	overwrite(beside(k, ".lock"), 0, line, 200);
	kit_open(k);
	close_kit(k);
	unlink(k->path); /* a new store has no past */
	kit_open(k);
	assert_string_equal(behind(k), "");
}

static void
a_store_that_stood_still_is_noticed(void **state)
{
	struct kit *k = *state;

	assert_int_equal(sql_script(k->store->db, "",
				    "UPDATE meta SET value = value - 7200000 WHERE key = 'last_commit'",
				    &k->err),
			 0);
	close_kit(k);
	unlink(beside(k, ".lock"));
	kit_open(k);
	assert_string_equal(behind(k), "stopped");
	forget_lost(k);
	close_kit(k);
	kit_open(k);
	assert_string_equal(behind(k), "");
}

/* A lost time that some account has not caught up with grows; one that is over does not. */
static void
lost_times_add_up(void **state)
{
	struct kit *k = *state;
	struct lost lost;

	work(k, "M1");
	assert_int_equal(sql_script(k->store->db, "",
				    "REPLACE INTO meta VALUES ('lost_from', '1000'), ('lost_until', '2000'), "
				    "('lost_why', 'backup'), ('backup_at', '5000')",
				    &k->err),
			 0);
	close_kit(k);
	kit_open(k);
	kit_begin(k);
	assert_int_equal(store_lost(k->store, &lost), 1);
	assert_int_equal(lost.from, 1000);
	assert_true(lost.until > T0);
	account_set_reconciled(k->store, k->account.id, lost.until + 1);
	meta_set(k->store, "backup_at", "5000");
	kit_commit(k);
	close_kit(k);
	kit_open(k);
	kit_begin(k);
	assert_int_equal(store_lost(k->store, &lost), 1);
	assert_int_equal(lost.from, 5000);
	kit_commit(k);
}

/* The clock of a machine that starts may stand behind: what the copy holds is from before the lost time all the same. */
static void
a_lost_time_ends_after_it_began(void **state)
{
	struct kit *k = *state;
	const int64_t stamped = clock_now() + DAY;
	struct lost lost;

	kit_begin(k);
	meta_set(k->store, "backup_at", arena_fmt(store_arena(k->store), "%lld", (long long)stamped));
	kit_commit(k);
	close_kit(k);
	kit_open(k);
	kit_begin(k);
	assert_int_equal(store_lost(k->store, &lost), 1);
	assert_true(lost.from == stamped && lost.until >= stamped);
	kit_commit(k);
}

/* How far each account had been read is told by its platform's clock; until all is caught up, the earliest counts. */
static void
a_lost_time_knows_how_far_was_read(void **state)
{
	struct kit *k = *state;
	struct stream_row row = {.name = "messages"};

	for (int n = 1; n <= 3; n++) {
		row.covered = T0 + n * MINUTE;
		kit_begin(k);
		stream_put(k->store, k->account.id, &row);
		meta_set(k->store, "backup_at", "5000");
		if (n == 3)
			account_set_reconciled(k->store, k->account.id, clock_now() + DAY);
		kit_commit(k);
		close_kit(k);
		kit_open(k);
		kit_begin(k);
		assert_true(store_lost_from(k->store, k->account.id) == T0 + (n < 3 ? 1 : 3) * MINUTE);
		kit_commit(k);
	}
}

/* ---- restoring ---- */

static int
restore(struct kit *k, const char *copy, struct restored *r)
{
	int result;

	if (k->store)
		close_kit(k);
	result = store_restore(k->path, copy, T0, r, &k->err);
	assert_int_not_equal(access(beside(k, ".restoring"), F_OK), 0); /* nothing half done stays */
	return result;
}

static void
refused(struct kit *k, const char *copy, const char *words)
{
	struct restored r;
	char text[ERR_MAX];

	assert_int_equal(restore(k, copy, &r), -1);
	buf_free(&r.kept);
	err_english(k->err.text, text, sizeof text);
	if (!strstr(text, words))
		fail_msg("\"%s\" does not say \"%s\"", text, words);
	kit_open(k); /* and the store is as it was */
	assert_int_equal(kit_number(k, "SELECT count(*) FROM message"), 2);
	assert_string_equal(behind(k), "");
	close_kit(k);
}

static void
a_restore_is_whole(void **state)
{
	struct kit *k = *state;
	const char *copy = beside(k, ".copy");
	struct restored r;
	struct stat st;
	struct lost lost;

	work(k, "M1");
	assert_int_equal(store_backup(k->path, copy, T0 + 5, &k->err), 0);
	work(k, "M2");
	if (restore(k, copy, &r))
		fail_msg("%s", k->err.text);
	assert_int_equal(r.at, T0 + 5);
	assert_false(r.other || r.unreadable || r.erased || r.stricter);
	assert_non_null(strstr(buf_str(&r.kept), ".replaced.20251009T085320Z"));
	assert_int_equal(stat(k->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_not_equal(access(beside(k, "-wal"), F_OK), 0);
	kit_open(k);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM message"), 1);
	assert_string_equal(behind(k), "backup");
	kit_begin(k);
	store_lost(k->store, &lost);
	assert_int_equal(lost.from, T0 + 5);
	kit_commit(k);
	close_kit(k);
	k->store = store_open_readonly(buf_str(&r.kept), &k->err); /* what was replaced is whole, too */
	assert_non_null(k->store);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM message"), 2);
	close_kit(k);
	assert_int_equal(access(copy, F_OK), 0);
	buf_free(&r.kept);
}

/* The log of a store that was killed belongs to it; so does that of a copy. */
static void
logs_go_with_their_file(void **state)
{
	struct kit *k = *state;
	const char *copy = beside(k, ".copy"), *log = beside(k, ".copy-wal");
	struct restored r;

	work(k, "M1");
	copy_bytes(k->path, copy);
	copy_bytes(beside(k, "-wal"), log);
	work(k, "M2");
	{
		const char *dead = beside(k, ".dead"), *dead_log = beside(k, ".dead-wal");

		copy_bytes(k->path, dead);
		copy_bytes(beside(k, "-wal"), dead_log);
		close_kit(k);
		copy_bytes(dead, k->path);
		copy_bytes(dead_log, beside(k, "-wal"));
	}
	assert_int_equal(restore(k, copy, &r), 0);
	kit_open(k);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM message"), 1);
	assert_string_equal(behind(k), "backup"); /* a copy without a stamp is stamped */
	close_kit(k);
	k->store = store_open_readonly(buf_str(&r.kept), &k->err);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM message"), 2);
	close_kit(k);
	buf_free(&r.kept);
}

static void
bad_copies_are_refused(void **state)
{
	struct kit *k = *state;
	const char *copy = beside(k, ".copy"), *bad = beside(k, ".bad");
	static char noise[4096];
	sqlite3 *db;

	work(k, "M1");
	work(k, "M2");
	assert_int_equal(store_backup(k->path, copy, T0 + 5, &k->err), 0);
	refused(k, beside(k, ".nothing"), "cannot be read");
	refused(k, k->path, "is the store itself");

	memset(noise, 0xa5, sizeof noise);
	copy_bytes(copy, bad);
	overwrite(bad, 0, noise, sizeof noise);
	refused(k, bad, "damaged");
	copy_bytes(copy, bad);
	overwrite(bad, 4096L * 9, noise, sizeof noise);
	refused(k, bad, "damaged");
	copy_bytes("/dev/null", bad);
	refused(k, bad, "no copy of a store");

	copy_bytes(copy, bad);
	assert_int_equal(sqlite3_open(bad, &db), SQLITE_OK);
	assert_int_equal(sql_script(db, bad, "PRAGMA user_version = 99", &k->err), 0);
	sqlite3_close(db);
	refused(k, bad, "version 99");

	copy_bytes(copy, bad);
	assert_int_equal(sqlite3_open(bad, &db), SQLITE_OK);
	assert_int_equal(
		sql_script(db, bad,
			   "DROP TRIGGER journal_not_changed; UPDATE journal SET at = at + 1 WHERE id = 1",
			   &k->err),
		0);
	sqlite3_close(db);
	refused(k, bad, "row 1 was changed");
}

static void
nobody_may_have_it_open(void **state)
{
	struct kit *k = *state;
	const char *copy = beside(k, ".copy");
	struct restored r;

	work(k, "M1");
	assert_int_equal(store_backup(k->path, copy, T0 + 5, &k->err), 0);
	assert_int_equal(store_restore(k->path, copy, T0, &r, &k->err), -1);
	assert_non_null(strstr(k->err.text, "works with it already"));
	buf_free(&r.kept);
}

/* Its account came after the copy: whom it had to forget stays forgotten when its history is read again. */
static void
who_was_forgotten_in_a_later_account_stays_so(void **state)
{
	struct kit *k = *state;
	const char *copy = beside(k, ".copy");
	struct account_row later;
	struct restored r;
	struct message m = a_message("M9", "C9", INCOMING, T0, "Ich bin Erika");
	int unsent;

	work(k, "M1");
	assert_int_equal(store_backup(k->path, copy, T0 + 5, &k->err), 0);
	kit_begin(k);
	account_ensure(k->store, "later", "ebay", T0, &later);
	record_message(k->store, later.id, &m, T0);
	assert_true(buyer_erase(k->store, later.id, m.buyer.remote, T0, &unsent) > 0);
	kit_commit(k);
	assert_int_equal(restore(k, copy, &r), 0);
	buf_free(&r.kept);
	kit_open(k);
	kit_begin(k);
	account_ensure(k->store, "later", "ebay", T0, &later);
	assert_int_equal(later.mode, MODE_OBSERVE);
	record_message(k->store, later.id, &m, T0);
	kit_commit(k);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM message WHERE remote = 'M9'"), 1);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM message WHERE text LIKE '%Erika%'"), 0);
}

static void
another_installation_is_named(void **state)
{
	struct kit *k = *state;
	const char *copy = beside(k, ".copy");
	struct restored r;

	work(k, "M1");
	assert_int_equal(store_backup(k->path, copy, T0 + 5, &k->err), 0);
	assert_int_equal(sql_script(k->store->db, "",
				    "UPDATE meta SET value = 'other' WHERE key = 'installation'", &k->err),
			 0);
	assert_int_equal(restore(k, copy, &r), 0);
	assert_true(r.other);
	buf_free(&r.kept);
}

/* Killed anywhere, the store is the old one or the new one, and whole; done again, it is done. */
static void
a_killed_restore_is_whole_or_none(void **state)
{
	struct kit *k = *state;
	const char *copy = beside(k, ".copy");
	int status = 0, n;

	work(k, "M1");
	assert_int_equal(store_backup(k->path, copy, T0 + 5, &k->err), 0);
	work(k, "M2");
	close_kit(k);
	for (n = 1; !status; n++) {
		pid_t child;
		int64_t messages;

		fflush(NULL);
		if (!(child = fork())) {
			struct restored r;

			step_stop_after(n);
			_exit(store_restore(k->path, copy, T0 + n * SECOND, &r, NULL) ? 2 : 1);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		status = WEXITSTATUS(status) == 70 ? 0 : WEXITSTATUS(status);
		k->store = store_open_readonly(k->path, &k->err);
		assert_non_null(k->store);
		messages = kit_number(k, "SELECT count(*) FROM message");
		assert_in_range(messages, 1, status ? 1 : 2);
		assert_null(store_damage(k->store));
		close_kit(k);
	}
	assert_int_equal(status, 1);
	assert_true(n > 5);
	kit_open(k);
	assert_string_equal(behind(k), "backup");
}

/* A store that is lost or damaged is what backups are for. */
static void
without_a_readable_store(void **state)
{
	struct kit *k = *state;
	const char *copy = beside(k, ".copy");
	static char noise[4096];
	struct restored r;

	work(k, "M1");
	assert_int_equal(store_backup(k->path, copy, T0 + 5, &k->err), 0);
	close_kit(k);
	memset(noise, 0xa5, sizeof noise);
	overwrite(k->path, 0, noise, sizeof noise);
	assert_int_equal(restore(k, copy, &r), 0);
	assert_true(r.unreadable);
	assert_int_equal(access(buf_str(&r.kept), F_OK), 0);
	buf_free(&r.kept);
	unlink(k->path);
	assert_int_equal(restore(k, copy, &r), 0);
	assert_false(r.unreadable);
	assert_int_equal(r.kept.len, 0);
	buf_free(&r.kept);
	kit_open(k);
	assert_string_equal(behind(k), "backup");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_TEST(the_lock_file_remembers_the_newest_commit),
		KIT_TEST(an_older_file_is_noticed),
		KIT_TEST(another_past_is_noticed),
		KIT_TEST(a_kill_or_a_lost_lock_file_says_nothing),
		KIT_TEST(a_store_that_stood_still_is_noticed),
		KIT_TEST(lost_times_add_up),
		KIT_TEST(a_lost_time_ends_after_it_began),
		KIT_TEST(a_lost_time_knows_how_far_was_read),
		KIT_TEST(a_restore_is_whole),
		KIT_TEST(logs_go_with_their_file),
		KIT_TEST(bad_copies_are_refused),
		KIT_TEST(nobody_may_have_it_open),
		KIT_TEST(who_was_forgotten_in_a_later_account_stays_so),
		KIT_TEST(another_installation_is_named),
		KIT_TEST(a_killed_restore_is_whole_or_none),
		KIT_TEST(without_a_readable_store),
	};

	json_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
