/* db.c - opening the file, and turns.
 *
 * One process writes: it holds a lock (flock) on FILE.lock, where its pid stands for people.  Anyone may read beside it.
 * Memory does not grow with the file: the page cache is bounded, nothing is mapped.
 */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/clock.h"
#include "daemon/step.h"
#include "daemon/store/db.h"

#define LONGEST      (64 << 20)   /* bytes of one value or row */
#define BUSY         5000         /* ms that we wait for another process */
#define LONGEST_OPEN (2 * MINUTE) /* what need not last is lost by a kill, so much of it at most */

/* What is told about the connection, before anything is read from it. */
int
store_configure(sqlite3 *db, const char *path, struct err *err)
{
	sqlite3_extended_result_codes(db, 1);
	sqlite3_busy_timeout(db, BUSY);
	sqlite3_limit(db, SQLITE_LIMIT_LENGTH, LONGEST);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	return sql_script(db, path,
			  "PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA mmap_size = 0;"
			  "PRAGMA cache_size = -3072;",
			  err);
}

struct store *
store_new(const char *path)
{
	struct store *s = must_zalloc(sizeof *s);

	/* There are no threads, and nobody asks for allocation statistics.  Without effect after the first time. */
	sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	s->path = must_strdup(path);
	s->lock = -1;
	s->arena = arena_new();
	return s;
}

/* The lock goes with the process, however it ends; the pid in the file is only for the message. */
int
store_lock(struct store *s, struct err *err)
{
	char *name = arena_fmt(s->arena, "%s.lock", s->path);
	char pid[WITNESS_AT + 1] = "";

	if ((s->lock = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)) < 0)
		return fail(err, "store %s: cannot make the lock file %s: %s", s->path, name,
			    strerror(errno));
	if (flock(s->lock, LOCK_EX | LOCK_NB)) {
		if (pread(s->lock, pid, WITNESS_AT, 0) > 0)
			pid[strcspn(pid, " \n")] = '\0';
		return fail(err, "store %s: process %s works with it already; stop that one first", s->path,
			    *pid ? pid : "?");
	}
	snprintf(pid, sizeof pid, "%-*ld\n", WITNESS_AT - 1, (long)getpid());
	if (pwrite(s->lock, pid, WITNESS_AT, 0) != WITNESS_AT)
		return fail(err, "store %s: cannot write the lock file %s: %s", s->path, name,
			    strerror(errno));
	witness_read(s);
	return 0;
}

/* The file must exist with mode 0600 before SQLite makes its companions, which inherit the mode. */
static int
make_private(const char *path, struct err *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	int r = 0;

	if (fd < 0 || fchmod(fd, 0600))
		r = fail(err,
			 "store %s: cannot be opened: %s; check that the folder exists and who may use it",
			 path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return r;
}

static int
first_turn(struct store *s, struct err *err)
{
	const char *last;
	char id[33];

	store_begin(s);
	if ((last = meta_get(s, "last_commit")))
		s->latest = atoll(last);
	if (!meta_get(s, "installation")) {
		random_hex(id);
		meta_set(s, "installation", id);
	}
	lost_note(s);
	s->purge = meta_get(s, "purge") != NULL;
	return store_commit(s, err);
}

struct store *
store_open(const char *path, struct err *err)
{
	struct store *s = store_new(path);

	if (store_lock(s, err) || make_private(path, err))
		goto bad;
	if (sqlite3_open_v2(path, &s->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL)) {
		sql_explain(s->db, path, err);
		goto bad;
	}
	if (store_configure(s->db, path, err))
		goto bad;
	if (store_migrate(s->db, path, migrations, migrations_count, clock_now(), err))
		goto bad;
	/* The savepoint of a page then stays in memory, instead of a file of its own: a third of the work of taking it in.
	 * Set after a migration, which may sort whole tables. */
	if (sql_script(s->db, path,
		       "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY;"
		       "PRAGMA journal_size_limit = 16777216;",
		       err))
		goto bad;
	if (first_turn(s, err))
		goto bad;
	return s;
bad:
	store_close(s);
	return NULL;
}

struct store *
store_open_readonly(const char *path, struct err *err)
{
	struct store *s = store_new(path);
	int64_t version;

	if (sqlite3_open_v2(path, &s->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL)) {
		sql_explain(s->db, path, err);
		goto bad;
	}
	if (store_configure(s->db, path, err))
		goto bad;
	version = GET(s, -1, "PRAGMA user_version");
	if (s->failed) {
		if (err)
			*err = s->err;
		goto bad;
	}
	if (version != migrations_count) {
		fail(err,
		     "store %s: has version %lld, this program reads version %d; use the program that wrote "
		     "it, or start the service once",
		     path, (long long)version, migrations_count);
		goto bad;
	}
	return s;
bad:
	store_close(s);
	return NULL;
}

void
store_close(struct store *s)
{
	if (!s)
		return;
	if (s->waits) {
		s->lasts = 1;
		store_commit(s, NULL);
	}
	sql_free(s);
	sqlite3_close(s->db);
	if (s->lock >= 0)
		close(s->lock); /* the file stays: removing it would let a second one lock another inode */
	budgets_free(s);
	arena_free(s->arena);
	free(s->path);
	free(s);
}

/* ---- turns ---- */

static void
plain(struct store *s, const char *sql)
{
	sql_row(s, sql_start(s, sql, NULL, 1));
}

void
store_begin(struct store *s)
{
	arena_reset(s->arena);
	s->failed = s->depth = s->marked = s->lasts = 0;
	s->unhurried = 0;
	s->err.text[0] = '\0';
	s->former = s->latest;
	s->changes = sqlite3_total_changes64(s->db);
	if (!s->waits && !s->past)
		plain(s, "BEGIN");
}

static void
end_statements(struct store *s)
{
	for (sqlite3_stmt *q = NULL; (q = sqlite3_next_stmt(s->db, q));)
		sqlite3_reset(q);
}

static void
undo(struct store *s)
{
	end_statements(s);
	if (!sqlite3_get_autocommit(s->db))
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	s->latest = s->former;
	s->waits = 0;
}

void
store_purge(struct store *s)
{
	s->purge = 1;
	meta_set(s, "purge", "1"); /* also when we end before it is done */
}

/* What was overwritten still stands in the log until that is copied back and cut.  A reader delays it to a later commit. */
static void
purge(struct store *s)
{
	step("purge.before");
	sqlite3_busy_timeout(s->db, 0);
	if (sqlite3_wal_checkpoint_v2(s->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL) == SQLITE_OK &&
	    sqlite3_exec(s->db, "DELETE FROM meta WHERE key = 'purge'", NULL, NULL, NULL) == SQLITE_OK)
		s->purge = 0;
	step("purge.after");
	sqlite3_busy_timeout(s->db, BUSY);
}

/* What this turn wrote need not last by itself: it may stay in the open transaction for the next ones. */
static int
may_wait(struct store *s)
{
	if (s->lasts || s->failed || s->purge)
		return 0;
	if (!s->waits)
		s->waits_since = clock_mono();
	s->waits = 1;
	return clock_mono() - s->waits_since < LONGEST_OPEN;
}

/* It never goes back by itself: a clock that did is found by it. */
static void
note_time(struct store *s)
{
	const int64_t now = clock_now();

	if (now > s->latest)
		s->latest = now;
}

int64_t
store_latest(const struct store *s)
{
	return s->latest;
}

int
store_commit(struct store *s, struct err *err)
{
	const int64_t changes = sqlite3_total_changes64(s->db) - s->changes;
	const int wrote = s->waits || s->lasts || changes;

	s->lasts |= changes != s->unhurried;
	if (s->past) { /* one transaction for all of it, which nobody keeps */
		if (s->failed && err)
			*err = s->err;
		return -s->failed;
	}
	if (wrote)
		note_time(s);
	if (wrote && may_wait(s))
		return 0;
	if (wrote) {
		meta_set(s, "last_commit", arena_fmt(s->arena, "%lld", (long long)s->latest));
		budgets_write(s);
		if (!*s->head)
			snprintf(s->head, sizeof s->head, "%s", journal_head(s));
		step("commit.before");
	}
	plain(s, "COMMIT");
	if (wrote)
		budgets_written(s, !s->failed);
	if (s->failed) {
		undo(s);
		s->head[0] = '\0';
		if (err)
			*err = s->err;
		return -1;
	}
	s->waits = 0;
	if (wrote) {
		witness_write(s, s->latest);
		s->commits++;
		step("commit.after");
	}
	if (s->purge)
		purge(s);
	return 0;
}

int
store_failed(const struct store *s)
{
	return s->failed;
}

struct arena *
store_arena(struct store *s)
{
	return s->arena;
}

/* Pages are named by their depth: an outer one can be emptied whatever stands open in it. */
#define PAGES_MAX 3
static const char *const page_begin[] = {"SAVEPOINT page1", "SAVEPOINT page2", "SAVEPOINT page3"};
static const char *const page_empty[] = {"ROLLBACK TO page1", "ROLLBACK TO page2", "ROLLBACK TO page3"};
static const char *const page_end[] = {"RELEASE page1", "RELEASE page2", "RELEASE page3"};

void
store_page_begin(struct store *s)
{
	assert(s->depth < PAGES_MAX);
	s->depth++;
}

void
pages_mark(struct store *s)
{
	while (s->marked < s->depth)
		plain(s, page_begin[s->marked++]);
}

/* The innermost one, if anything was written in it. */
static void
page_do(struct store *s, const char *const *what)
{
	if (s->marked == s->depth)
		plain(s, what[s->depth - 1]);
}

void
store_page_keep(struct store *s)
{
	if (s->marked == s->depth)
		step("page");
	page_do(s, page_end);
	if (s->marked == s->depth--)
		s->marked--;
	if (s->failed && s->failed_at > s->depth)
		s->failed_at = s->depth;
}

void
store_page_drop(struct store *s)
{
	page_do(s, page_empty);
	store_page_keep(s);
}

int
store_page_spoiled(struct store *s, struct err *why)
{
	if (!s->failed || !s->of_data || s->failed_at < s->depth)
		return 0;
	end_statements(s);
	*why = s->err;
	s->failed = 0;
	s->err.text[0] = '\0';
	page_do(s, page_empty);
	return !s->failed;
}

int64_t
store_commits(const struct store *s)
{
	return s->commits;
}
