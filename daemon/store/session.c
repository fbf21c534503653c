/* session.c - passwords of operators, and who is logged in at the console. */
#include "daemon/store/db.h"

#define IDLE    (12 * HOUR)
#define AT_MOST (7 * DAY)
#define EACH    10 /* sessions of one person */

const char *
password_get(struct store *s, const char *operator)
{
	sqlite3_stmt *q = QUERY(s, "SELECT hash FROM password WHERE operator = ?", TEXT(operator));
	const char *hash = NULL;

	if (sql_row(s, q)) {
		hash = col_text(s, q, 0);
		sql_end(s, q);
	}
	return hash;
}

void
password_set(struct store *s, const char *operator, const char * hash, int64_t now)
{
	DO(s,
	   "INSERT INTO password VALUES (?, ?, ?)"
	   " ON CONFLICT DO UPDATE SET (hash, changed) = (excluded.hash, excluded.changed)",
	   TEXT(operator), TEXT(hash), INT(now));
	DO(s, "DELETE FROM session WHERE operator = ?", TEXT(operator));
}

void
session_add(struct store *s, const void *hash32, const char *operator, int64_t now)
{
	DO(s, "DELETE FROM session WHERE created <= ? OR seen <= ?", INT(now - AT_MOST), INT(now - IDLE));
	DO(s,
	   "DELETE FROM session WHERE hash IN (SELECT hash FROM session WHERE operator = ?"
	   " ORDER BY created DESC, hash LIMIT -1 OFFSET ?)",
	   TEXT(operator), INT(EACH - 1));
	DO(s, "INSERT INTO session VALUES (?, ?, ?, ?)", BLOB(hash32, SESSION_HASH), TEXT(operator), INT(now),
	   INT(now));
}

int
session_get(struct store *s, const void *hash32, int64_t now, struct session_row *row)
{
	sqlite3_stmt *q = QUERY(s,
				"SELECT operator, created, seen FROM session"
				" WHERE hash = ? AND created > ? AND seen > ?",
				BLOB(hash32, SESSION_HASH), INT(now - AT_MOST), INT(now - IDLE));

	if (!sql_row(s, q))
		return 0;
	row->operator= col_text(s, q, 0);
	row->created = col_int(q, 1);
	row->seen = col_int(q, 2);
	sql_end(s, q);
	return 1;
}

void
session_seen(struct store *s, const void *hash32, int64_t now)
{
	DO(s, "UPDATE session SET seen = ? WHERE hash = ?", INT(now), BLOB(hash32, SESSION_HASH));
}

void
session_end(struct store *s, const void *hash32)
{
	DO(s, "DELETE FROM session WHERE hash = ?", BLOB(hash32, SESSION_HASH));
}

int
session_count(struct store *s, const char *operator, int64_t now)
{
	return (int)GET(s, 0, "SELECT count(*) FROM session WHERE operator = ? AND created > ? AND seen > ?",
			TEXT(operator), INT(now - AT_MOST), INT(now - IDLE));
}
