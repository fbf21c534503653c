/* restore.c - a copy takes the place of the store.
 *
 * All work is done on a copy of the copy, beside the store; then one rename puts it in place.  Killed before it, the old store is there as it
 * was; after it, the new one.  The old one keeps its file under a dated name (a link, so that the place is never empty), with the log
 * that belongs to it when that could not be copied back.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "daemon/step.h"
#include "daemon/store/db.h"

#define PIECE (1 << 16)

static int
copy_bytes(int from, int to)
{
	char piece[PIECE];
	ssize_t n;

	while ((n = read(from, piece, sizeof piece)) > 0)
		for (ssize_t done = 0, w; done < n; done += w)
			if ((w = write(to, piece + done, (size_t)(n - done))) < 0)
				return -1;
	return n < 0 ? -1 : 0;
}

/* Bytes as they are, for the service's eyes only: when root restores, the owner stays who he was. */
static int
copy_file(const char *from, const char *to, const struct stat *owner)
{
	int in = open(from, O_RDONLY | O_CLOEXEC), out = -1, r = -1;

	unlink(to);
	if (in < 0 || (out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) < 0)
		goto out;
	if ((!geteuid() && fchown(out, owner->st_uid, owner->st_gid)) || copy_bytes(in, out) || fsync(out))
		goto out;
	r = 0;
out:
	if (in >= 0)
		close(in);
	if (out >= 0)
		close(out);
	return r;
}

static char *
beside(struct store *s, const char *path, const char *end)
{
	return arena_fmt(s->arena, "%s%s", path, end);
}

/* Whose the new file will be: as the old one, or as the folder. */
static int
owner_of(struct store *s, struct stat *owner)
{
	char *folder = arena_strdup(s->arena, s->path), *slash = strrchr(folder, '/');

	if (!stat(s->path, owner))
		return 0;
	if (slash)
		slash[slash == folder] = '\0';
	return stat(slash ? folder : ".", owner);
}

/* The copy with the log that belongs to it, when it has one. */
static int
take(struct store *s, const char *copy, const char *part, struct err *err)
{
	struct stat owner, it, old;

	if (stat(copy, &it))
		return fail(err, "restore %s: cannot be read: %s; nothing was changed", copy,
			    strerror(errno));
	if (owner_of(s, &owner))
		return fail(err, "restore %s: cannot be put there: %s; nothing was changed", copy,
			    strerror(errno));
	if (!stat(s->path, &old) && old.st_ino == it.st_ino && old.st_dev == it.st_dev)
		return fail(err, "restore %s: this is the store itself; name a copy", copy);
	unlink(beside(s, part, "-wal"));
	if (copy_file(copy, part, &owner))
		return fail(err, "restore %s: cannot be copied: %s; nothing was changed", copy,
			    strerror(errno));
	if (!access(beside(s, copy, "-wal"), F_OK) &&
	    copy_file(beside(s, copy, "-wal"), beside(s, part, "-wal"), &owner))
		return fail(err, "restore %s: cannot be copied: %s; nothing was changed", copy,
			    strerror(errno));
	return 0;
}

static int
check(struct store *s, const char *copy, struct err *err)
{
	const int64_t version = GET(s, -1, "PRAGMA user_version");
	const char *damage;
	int64_t rows;

	if (GET(s, 0, "PRAGMA application_id") != APPLICATION || s->failed)
		return fail(err, "restore %s: is no copy of a store; nothing was changed", copy);
	if (version > migrations_count)
		return fail(err,
			    "restore %s: has version %lld, this program knows %d; install the newer program "
			    "first",
			    copy, (long long)version, migrations_count);
	if ((damage = store_damage(s)))
		return fail(err, "restore %s: is damaged (%s); take another copy; nothing was changed", copy,
			    damage);
	/* What an older program wrote is brought up to date by the service; `verify` can look at it then. */
	return version == migrations_count ? journal_verify(s, NULL, &rows, err) : 0;
}

/* From the strictest on. */
#define MODES          "WITH strict (mode, n) AS (VALUES ('off', 0), ('observe', 1), ('draft', 2), ('auto', 3)) "
#define STRICTNESS(of) "(SELECT n FROM strict WHERE mode = " of ")"

/* What people switched off since then stays off.  The accounts that this changed. */
static int
keep_switches(struct store *s, struct store *from)
{
	sqlite3_stmt *q = QUERY(from, "SELECT name, mode, paused, armed FROM account");
	int n = 0;

	while (sql_row(from, q)) {
		const char *name = col_text(from, q, 0);

		n += DO(s,
			MODES "UPDATE account SET paused = max(paused, ?3),"
			      " mode = iif(" STRICTNESS("?2") " < " STRICTNESS(
				      "account.mode") ", ?2, mode)"
						      " WHERE name = ?1 AND (paused < ?3 OR " STRICTNESS(
							      "?2") " < " STRICTNESS("account.mode") ")",
			TEXT(name), TEXT(col_text(from, q, 1)), INT(col_int(q, 2)));
		DO(s, "UPDATE account SET armed = ?2 WHERE name = ?1 AND armed < ?2", TEXT(name),
		   INT0(col_int(q, 3)));
	}
	q = QUERY(from, "SELECT a.name, m.marketplace, m.mode FROM marketplace_mode m"
			" JOIN account a ON a.id = m.account");
	while (sql_row(from, q))
		DO(s,
		   MODES "INSERT INTO marketplace_mode SELECT id, ?2, ?3 FROM account WHERE name = ?1"
			 " ON CONFLICT DO UPDATE SET mode = excluded.mode WHERE " STRICTNESS(
				 "excluded.mode") " < " STRICTNESS("marketplace_mode.mode"),
		   TEXT(col_text(from, q, 0)), TEXT(col_text(from, q, 1)), TEXT(col_text(from, q, 2)));
	return n;
}

/* What the replaced store knows better. */
static void
learn(struct store *s, const char *path, int64_t now, struct restored *r)
{
	struct store *old = store_open_readonly(path, NULL);
	const char *ours, *theirs;

	if (!old) {
		r->unreadable = 1;
		return;
	}
	store_begin(old);
	ours = meta_get(s, "installation");
	theirs = meta_get(old, "installation");
	r->other = !ours || !theirs || strcmp(ours, theirs) != 0;
	if (!r->other && GET(s, -1, "PRAGMA user_version") == migrations_count) {
		r->erased = erase_again(s, old, now);
		r->stricter = keep_switches(s, old);
	}
	r->unreadable = store_failed(old) != 0;
	store_close(old);
}

static void
stamp(struct store *s, const char *copy, struct restored *r)
{
	const char *at = meta_get(s, "backup_at"), *last = meta_get(s, "last_commit");

	if (!at)
		at = last ? last : "0";
	r->at = atoll(at);
	meta_set(s, "backup_of", copy);
	meta_set(s, "backup_at", at);
}

/* One file, checked and stamped. */
static int
make_ready(struct store *s, const char *path, const char *copy, int64_t now, struct restored *r,
	   struct err *err)
{
	if (sqlite3_open_v2(s->path, &s->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL))
		return sql_explain(s->db, copy, err);
	if (store_configure(s->db, copy, err) || check(s, copy, err) ||
	    sql_script(s->db, copy, "PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL", err))
		return -1;
	store_begin(s);
	stamp(s, copy, r);
	if (!access(path, F_OK))
		learn(s, path, now, r);
	return store_commit(s, err);
}

/* What the log still holds goes back into the old file; when that cannot be done, it keeps its log. */
static void
empty_log(const char *path)
{
	sqlite3 *db = NULL;

	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK)
		sqlite3_exec(db, "PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL, NULL);
	sqlite3_close(db);
}

static int
keep_old(struct store *s, const char *copy, int64_t now, struct restored *r, struct err *err)
{
	if (access(s->path, F_OK))
		return 0;
	if (dated_name(&r->kept, s->path, "replaced", now, err))
		return -1;
	empty_log(s->path);
	if (link(s->path, buf_str(&r->kept)))
		return fail(err, "restore %s: what it replaces cannot be kept: %s; nothing was changed", copy,
			    strerror(errno));
	if (!access(beside(s, s->path, "-wal"), F_OK) &&
	    link(beside(s, s->path, "-wal"), beside(s, buf_str(&r->kept), "-wal")))
		return fail(err, "restore %s: what it replaces cannot be kept: %s; nothing was changed", copy,
			    strerror(errno));
	step("restore.linked");
	unlink(beside(s, s->path, "-wal"));
	unlink(beside(s, s->path, "-shm"));
	return 0;
}

int
store_restore(const char *path, const char *copy, int64_t now, struct restored *r, struct err *err)
{
	struct store *s = store_new(path), *part = NULL;
	char *name = beside(s, path, ".restoring");
	int result = -1;

	*r = (struct restored){.kept = BUF_MAX(4096)};
	if (store_lock(s, err))
		goto out;
	part = store_new(name);
	if (take(s, copy, name, err) || make_ready(part, path, copy, now, r, err))
		goto out;
	store_close(part);
	part = NULL;
	step("restore.ready");
	if (keep_old(s, copy, now, r, err))
		goto out;
	step("restore.kept");
	result = put_in_place(name, path)
			 ? fail(err, "restore %s: cannot be put in place: %s; nothing was changed", copy,
				strerror(errno))
			 : 0;
out:
	store_close(part);
	if (result && s->lock >= 0) {
		unlink(name);
		unlink(beside(s, name, "-wal"));
		unlink(beside(s, name, "-shm"));
	}
	store_close(s);
	return result;
}
