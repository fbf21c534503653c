/* backup.c - a whole copy from any process, while the service writes.
 *
 * SQLite's backup interface in one step: one read transaction, so the copy is one moment.  It is made under another name, stamped,
 * made durable and then renamed: under its name there is never half a copy.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "daemon/step.h"
#include "daemon/store/db.h"

static int
copy_all(sqlite3 *to, sqlite3 *from, const char *copy, struct err *err)
{
	sqlite3_backup *b = sqlite3_backup_init(to, "main", from, "main");

	if (!b)
		return sql_explain(to, copy, err);
	sqlite3_backup_step(b, -1);
	return sqlite3_backup_finish(b) == SQLITE_OK ? 0 : sql_explain(to, copy, err);
}

static int
stamp(sqlite3 *db, const char *path, const char *copy, int64_t now, struct err *err)
{
	/* One file without companions: whoever opens it turns the log on again. */
	char *sql = sqlite3_mprintf("PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL;"
				    "REPLACE INTO meta VALUES ('backup_of', %Q), ('backup_at', '%lld')",
				    path, (long long)now);
	int r = sql_script(db, copy, sql, err);

	sqlite3_free(sql);
	return r;
}

static int
sync_file(const char *name, int flags)
{
	int fd = open(name, flags | O_CLOEXEC);
	int r = fd < 0 || fsync(fd) ? -1 : 0;

	if (fd >= 0)
		close(fd);
	return r;
}

int
put_in_place(const char *from, const char *to)
{
	char *folder = must_strdup(to);
	char *slash = strrchr(folder, '/');
	int r = sync_file(from, O_RDONLY);

	step("backup.durable");
	r = r || rename(from, to) ? -1 : 0;
	step("backup.named");

	if (slash)
		*(slash == folder ? slash + 1 : slash) = '\0';
	if (!r)
		r = sync_file(slash ? folder : ".", O_RDONLY | O_DIRECTORY);
	free(folder);
	return r;
}

int
store_backup(const char *path, const char *copy, int64_t now, struct err *err)
{
	struct buf part = BUF_MAX(4096);
	sqlite3 *from = NULL, *to = NULL;
	int r = -1, fd = -1, made = 0;

	if (!access(copy, F_OK)) {
		fail(err, "backup %s: a file of this name is there already; name another", copy);
		goto out;
	}
	if (buf_fmt(&part, "%s.part", copy)) {
		fail(err, "backup %s: the name is too long", copy);
		goto out;
	}
	if ((fd = open(part.data, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600)) < 0) {
		fail(err, "backup %s: cannot be made: %s", copy, strerror(errno));
		goto out;
	}
	made = 1;
	step("backup.begun");
	if (sqlite3_open_v2(path, &from, SQLITE_OPEN_READONLY, NULL)) {
		sql_explain(from, path, err);
		goto out;
	}
	sqlite3_busy_timeout(from, 5000);
	if (sqlite3_open_v2(part.data, &to, SQLITE_OPEN_READWRITE, NULL)) {
		sql_explain(to, copy, err);
		goto out;
	}
	if (copy_all(to, from, copy, err))
		goto out;
	step("backup.copied");
	if (stamp(to, path, copy, now, err))
		goto out;
	sqlite3_close(to);
	to = NULL;
	if (put_in_place(part.data, copy))
		fail(err, "backup %s: cannot be finished: %s", copy, strerror(errno));
	else
		r = 0;
out:
	sqlite3_close(to);
	sqlite3_close(from);
	if (fd >= 0)
		close(fd);
	if (r && made)
		unlink(part.data);
	buf_free(&part);
	return r;
}
