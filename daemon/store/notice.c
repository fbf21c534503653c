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

/* How late it is at ?1, told once each: a day, eight hours, two hours before, and when it is over.  The first two only of clocks that have
 * at least twice as much time in all: else they would be at risk from their beginning. */
#define STAGE(until, since)                                                                                  \
	" CASE WHEN " until " <= ?1 THEN 'missed'"                                                           \
	" WHEN " until " - ?1 <= 7200000 THEN '2h'"                                                          \
	" WHEN " until " - ?1 <= 28800000 AND " until " - " since " >= 57600000 THEN '8h'"                   \
	" WHEN " until " - ?1 <= 86400000 AND " until " - " since " >= 172800000 THEN '24h' END "
#define STAGE_D STAGE("d.respond_by", "d.our_turn")
#define STAGE_C STAGE("c.answer_by", "c.oldest_unanswered")
#define STAGE_T STAGE("t.deadline", "t.created")

/* What waits, and how late it is.  Conversations: not those of before the account was known, which a first import brings by the hundred. */
#define WAITING                                                                                              \
	"(SELECT 'd' AS letter, d.id, d.account, d.respond_by AS until," STAGE_D "AS stage"                  \
	"  FROM dispute d WHERE d.our_turn IS NOT NULL AND ifnull(d.answered, 0) < d.our_turn"               \
	" UNION ALL SELECT 'c', c.id, c.account, c.answer_by," STAGE_C                                       \
	"  FROM conversation c WHERE c.answer_by IS NOT NULL AND c.oldest_unanswered >="                     \
	"   (SELECT created FROM account WHERE id = c.account)"                                              \
	" UNION ALL SELECT 't', t.id, t.account, t.deadline," STAGE_T                                        \
	"  FROM task t WHERE t.state IN ('open', 'snoozed') AND t.dispute IS NULL) w"

#define CAUSE "'due/' || w.stage || '/' || w.letter || w.id || '@' || w.until"

/* An action about it that answers, in one of these states. */
#define ACTION(states)                                                                                       \
	" EXISTS (SELECT 1 FROM outbox b WHERE b.dispute = w.id AND w.letter = 'd' AND b.state IN " states   \
	" UNION ALL SELECT 1 FROM outbox b WHERE b.conversation = w.id AND w.letter = 'c' AND b.substantive" \
	"  AND b.state IN " states ") "
#define ON_ITS_WAY  ACTION("('ready', 'sending', 'unsure')")
#define MAY_BE_SENT ACTION("('sending', 'unsure')")

int
risks(struct store *s, int64_t now, struct risk *list, int max)
{
	sqlite3_stmt *q = QUERY(
		s,
		"SELECT w.letter, w.id, w.account, w.until, w.stage, " CAUSE ", a.name FROM " WAITING
		" JOIN account a ON a.id = w.account"
		" WHERE w.until > ?1 - 604800000 AND w.until <= ?1 + 86400000 AND w.until > a.created"
		" AND CASE w.stage WHEN '24h' THEN NOT" ON_ITS_WAY "WHEN 'missed' THEN NOT" MAY_BE_SENT
		"  ELSE w.stage IS NOT NULL END"
		" AND NOT EXISTS (SELECT 1 FROM notice n WHERE n.cause = " CAUSE "  AND n.cleared IS NULL)"
		" ORDER BY w.until LIMIT ?2",
		INT(now), INT(max));
	int n = 0;

	while (sql_row(s, q))
		list[n++] = (struct risk){.letter = *col_text(s, q, 0),
					  .id = col_int(q, 1),
					  .account = col_int(q, 2),
					  .until = col_int(q, 3),
					  .stage = col_text(s, q, 4),
					  .cause = col_text(s, q, 5),
					  .account_name = col_text(s, q, 6)};
	return n;
}

/* "due/8h/d12@1760259200000": what stands behind the stage. */
#define REF "substr(notice.cause, 5 + instr(substr(notice.cause, 5), '/'))"

void
risks_over(struct store *s, int64_t now)
{
	DO(s,
	   "UPDATE notice SET cleared = ?1 WHERE cleared IS NULL AND cause > 'due/' AND cause < 'due0'"
	   " AND NOT EXISTS (SELECT 1 FROM " WAITING " WHERE w.letter = substr(" REF ", 1, 1)"
	   "  AND w.id = CAST(substr(" REF ", 2) AS INTEGER) AND " CAUSE " = notice.cause)",
	   INT(now));
}

void
note_add(struct store *s, const char *id, const char *operator, const char * text, int64_t now)
{
	DO(s, "INSERT INTO note (ref, operator, text, at) VALUES (?, ?, ?, ?)", TEXT(id), TEXT0(operator),
	   TEXT(text), INT(now));
}
