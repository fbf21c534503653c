/* notice.c - what the seller has to be told, once per cause until it is over. */
#include "daemon/store/db.h"

int
notice_raise(struct store *s, const char *cause, int64_t account, const char *packed, int64_t now)
{
	return DO(s,
		  "INSERT INTO notice (cause, account, text, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
		  TEXT(cause), INT0(account), TEXT(packed), INT(now));
}

void
notice_clear(struct store *s, const char *cause, int64_t now)
{
	DO(s, "UPDATE notice SET cleared = ? WHERE cause = ? AND cleared IS NULL", INT(now), TEXT(cause));
}

int
notice_next_untold(struct store *s, int64_t *id, const char **cause, const char **packed,
		   const char **account, int64_t *at)
{
	sqlite3_stmt *q = QUERY(s, "SELECT n.id, n.cause, n.text, a.name, n.at FROM notice n LEFT JOIN "
				   "account a ON a.id = n.account"
				   " WHERE n.cleared IS NULL AND n.told IS NULL ORDER BY n.id LIMIT 1");

	if (!sql_row(s, q))
		return 0;
	*id = col_int(q, 0);
	*cause = col_text(s, q, 1);
	*packed = col_text(s, q, 2);
	*account = col_text(s, q, 3);
	*at = col_int(q, 4);
	sql_end(s, q);
	return 1;
}

void
notice_told(struct store *s, int64_t id, int64_t now)
{
	DO(s, "UPDATE notice SET told = ? WHERE id = ?", INT(now), INT(id));
}

void
note_add(struct store *s, const char *id, const char *operator, const char * text, int64_t now)
{
	DO(s, "INSERT INTO note (ref, operator, text, at) VALUES (?, ?, ?, ?)", TEXT(id), TEXT0(operator),
	   TEXT(text), INT(now));
}
