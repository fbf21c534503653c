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
notices_open(struct store *s, const char *prefix, const char **causes, int max)
{
	sqlite3_stmt *q =
		QUERY(s,
		      "SELECT cause FROM notice WHERE cleared IS NULL AND cause >= ?1 AND cause < ?1 || "
		      "char(1114111) LIMIT ?2",
		      TEXT(prefix), INT(max));
	int n = 0;

	while (sql_row(s, q))
		causes[n++] = col_text(s, q, 0);
	return n;
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

/* What waits, and the cause of its notice. */
#define WAITING                                                                                              \
	"(SELECT 'd' AS letter, d.id, d.account, d.respond_by AS until, 'due/d' || d.id || '@' || "          \
	"d.respond_by AS cause"                                                                              \
	"  FROM dispute d WHERE d.our_turn IS NOT NULL AND ifnull(d.answered, 0) < d.our_turn"               \
	" UNION ALL SELECT 't', t.id, t.account, t.deadline, 'due/t' || t.id || '@' || t.deadline"           \
	"  FROM task t WHERE t.state IN ('open', 'snoozed') AND t.dispute IS NULL) w"

int
risks(struct store *s, int64_t now, int64_t early, int64_t late, struct risk *list, int max)
{
	sqlite3_stmt *q =
		QUERY(s,
		      "SELECT w.letter, w.id, w.account, w.until, w.cause, a.name FROM " WAITING
		      " JOIN account a ON a.id = w.account WHERE w.until > ?1 AND w.until <= ?2"
		      " AND (w.until <= ?3 OR w.letter = 't' OR NOT EXISTS (SELECT 1 FROM outbox b"
		      "  WHERE b.dispute = w.id AND b.state IN ('ready', 'sending', 'unsure')))"
		      " AND NOT EXISTS (SELECT 1 FROM notice n WHERE n.cause = w.cause AND n.cleared IS NULL)"
		      " ORDER BY w.until LIMIT ?4",
		      INT(now), INT(early), INT(late), INT(max));
	int n = 0;

	while (sql_row(s, q))
		list[n++] = (struct risk){.letter = *col_text(s, q, 0),
					  .id = col_int(q, 1),
					  .account = col_int(q, 2),
					  .until = col_int(q, 3),
					  .cause = col_text(s, q, 4),
					  .account_name = col_text(s, q, 5)};
	return n;
}

void
risks_over(struct store *s, int64_t now)
{
	DO(s,
	   "UPDATE notice SET cleared = ?1 WHERE cleared IS NULL AND cause > 'due/' AND cause < 'due0'"
	   " AND NOT EXISTS (SELECT 1 FROM " WAITING " WHERE w.letter = substr(notice.cause, 5, 1)"
	   "  AND w.id = CAST(substr(notice.cause, 6) AS INTEGER) AND w.cause = notice.cause)",
	   INT(now));
}

void
note_add(struct store *s, const char *id, const char *operator, const char * text, int64_t now)
{
	DO(s, "INSERT INTO note (ref, operator, text, at) VALUES (?, ?, ?, ?)", TEXT(id), TEXT0(operator),
	   TEXT(text), INT(now));
}
