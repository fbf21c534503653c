/* migrate.c - from one version of the schema to the next.
 *
 * Forward only, all steps in one transaction: a kill leaves the former version whole.  Before it a stamped copy is made
 * beside the file, which the program of that time can open.
 */
#include <stdio.h>
#include <string.h>

#include "daemon/step.h"
#include "daemon/store/db.h"

static int64_t
number(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *q;
	int64_t n = -1;

	if (sqlite3_prepare_v2(db, sql, -1, &q, NULL) == SQLITE_OK && sqlite3_step(q) == SQLITE_ROW)
		n = sqlite3_column_int64(q, 0);
	sqlite3_finalize(q);
	return n;
}

int
dated_name(struct buf *out, const char *path, const char *what, int64_t now, struct err *err)
{
	char when[INSTANT_TEXT];

	instant_format(now, when);
	when[19] = '\0'; /* to the second */
	for (char *c; (c = strpbrk(when, ":-"));)
		memmove(c, c + 1, strlen(c));
	buf_fmt(out, "%s.%s.%sZ", path, what, when);
	return out->over ? fail(err, "store %s: the name is too long", path) : 0;
}

static int
backup_first(const char *path, int version, int64_t now, struct err *err)
{
	struct buf copy = BUF_MAX(4096);
	char what[32];
	int r;

	snprintf(what, sizeof what, "version-%d", version);
	r = dated_name(&copy, path, what, now, err) ? -1 : store_backup(path, buf_str(&copy), now, err);
	buf_free(&copy);
	return r;
}

int
store_migrate(sqlite3 *db, const char *path, const char *const *steps, int count, int64_t now,
	      struct err *err)
{
	int64_t version = number(db, "PRAGMA user_version");
	char done[96];

	if (version < 0)
		return sql_explain(db, path, err);
	if (version > count)
		return fail(
			err,
			"store %s: has version %lld, this program knows %d; install the newer program again",
			path, (long long)version, count);
	if (version == count && number(db, "PRAGMA application_id") == APPLICATION)
		return 0;
	if (version == 0 ? number(db, "SELECT count(*) FROM sqlite_schema") != 0
			 : number(db, "PRAGMA application_id") != APPLICATION)
		return fail(err, "store %s: is a database of another program; name another file", path);
	if (version > 0 && backup_first(path, (int)version, now, err))
		return -1;

	if (sql_script(db, path, "BEGIN IMMEDIATE", err))
		return -1;
	snprintf(done, sizeof done, "PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT",
		 APPLICATION, count);
	for (int i = (int)version; i < count; i++) {
		if (sql_script(db, path, steps[i], err))
			goto undo;
		step("migration");
	}
	if (!sql_script(db, path, done, err)) {
		step("migrated");
		return 0;
	}
undo:
	sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	return -1;
}
