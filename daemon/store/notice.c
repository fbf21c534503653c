/* notice.c - what the seller has to be told, once per cause until it is over. */
#include <string.h>

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
notices_untold(struct store *s, const char *channel, int64_t since, int max, struct notice_row **list)
{
	sqlite3_stmt *q =
		QUERY(s,
		      "SELECT n.id, n.cause, n.text, a.name, n.at FROM notice n LEFT JOIN account a ON a.id "
		      "= n.account"
		      " WHERE n.cleared IS NULL AND n.claimed IS NULL AND (n.told IS NULL OR n.told >= ?2)"
		      " AND NOT EXISTS (SELECT 1 FROM told t WHERE t.channel = ?1 AND t.notice = n.id)"
		      " ORDER BY n.id LIMIT ?3",
		      TEXT(channel), INT(since), INT(max));
	int n = 0, room = 0;

	*list = NULL;
	while (sql_row(s, q)) {
		if (n == room) {
			struct notice_row *more;

			room = room ? 2 * room : 32;
			more = arena_zalloc(s->arena, (size_t)room * sizeof *more);
			if (n)
				memcpy(more, *list, (size_t)n * sizeof *more);
			*list = more;
		}
		(*list)[n++] = (struct notice_row){.id = col_int(q, 0),
						   .cause = col_text(s, q, 1),
						   .packed = col_text(s, q, 2),
						   .account_name = col_text(s, q, 3),
						   .at = col_int(q, 4)};
	}
	return n;
}

int64_t
notice_newest(struct store *s)
{
	return GET(s, 0, "SELECT ifnull(max(id), 0) FROM notice");
}

void
notice_told(struct store *s, int64_t id, const char *channel, int counted, int64_t now)
{
	/* it may be gone, with a person who was forgotten meanwhile */
	DO(s,
	   "INSERT OR IGNORE INTO told (channel, notice, at, counted) SELECT ?, id, ?, ? FROM notice WHERE "
	   "id = ?",
	   TEXT(channel), INT(now), INT(counted), INT(id));
	DO(s, "UPDATE notice SET told = ? WHERE id = ? AND told IS NULL", INT(now), INT(id));
}

void
notices_told_to_nobody(struct store *s, int64_t now)
{
	if (GET(s, 0, "SELECT EXISTS (SELECT 1 FROM notice WHERE told IS NULL AND cleared IS NULL)"))
		DO(s, "UPDATE notice SET told = ? WHERE told IS NULL AND cleared IS NULL", INT(now));
}

int
notice_claim(struct store *s, int64_t id, const char *operator, int64_t now)
{
	return DO(s, "UPDATE notice SET (claimed, claimed_by) = (?, ?) WHERE id = ? AND cleared IS NULL",
		  INT(now), TEXT(operator), INT(id));
}

void
channel_get(struct store *s, const char *name, int64_t now, struct channel_row *row)
{
	sqlite3_stmt *q =
		QUERY(s, "SELECT since, posted, digest, fails, next_at, why FROM channel WHERE name = ?",
		      TEXT(name));

	*row = (struct channel_row){.since = now};
	if (!sql_row(s, q)) {
		DO(s, "INSERT INTO channel (name, since) VALUES (?, ?)", TEXT(name), INT(now));
		return;
	}
	*row = (struct channel_row){.since = col_int(q, 0),
				    .posted = col_int(q, 1),
				    .digest = col_int(q, 2),
				    .fails = (int)col_int(q, 3),
				    .next_at = col_int(q, 4),
				    .why = col_text(s, q, 5)};
	sql_end(s, q);
}

void
channel_put(struct store *s, const char *name, const struct channel_row *row)
{
	DO(s, "UPDATE channel SET (posted, digest, fails, next_at, why) = (?, ?, ?, ?, ?) WHERE name = ?",
	   INT0(row->posted), INT0(row->digest), INT(row->fails), INT0(row->next_at), TEXT(row->why),
	   TEXT(name));
}

/* ---- what only time brings ---- */

static void
look_for_unsure(struct store *s, int64_t unsure, int64_t now)
{
	sqlite3_stmt *q;
	char packed[ERR_MAX];

	DO(s,
	   "UPDATE notice SET cleared = ?1 WHERE cleared IS NULL AND cause > 'unsure/' AND cause < 'unsure0'"
	   " AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.id = CAST(substr(notice.cause, 9) AS INTEGER)"
	   "  AND o.state = 'unsure')",
	   INT(now));
	q = QUERY(s,
		  "SELECT o.id, o.account, a.name FROM outbox o JOIN account a ON a.id = o.account"
		  " WHERE o.state = 'unsure' AND o.started <= ? AND NOT EXISTS (SELECT 1 FROM notice n"
		  "  WHERE n.cause = 'unsure/a' || o.id AND n.cleared IS NULL) LIMIT 100",
		  INT(now - unsure));
	while (sql_row(s, q)) {
		const long long id = col_int(q, 0);

		pack(packed,
		     "%s: whether a%lld arrived is not known yet; it is looked up and not sent again before; "
		     "see "
		     "'supercargo show a%lld'",
		     col_text(s, q, 2), id, id);
		notice_raise(s, arena_fmt(s->arena, "unsure/a%lld", id), col_int(q, 1), packed, now);
	}
}

/* One notice a stream and day, however many items: it is over after a day, or when none are left. */
static void
look_for_odd(struct store *s, int64_t now)
{
	sqlite3_stmt *q;
	char packed[ERR_MAX];

	DO(s,
	   "UPDATE notice SET cleared = ?1 WHERE cleared IS NULL AND cause > 'odd/' AND cause < 'odd0'"
	   " AND (at <= ?2 OR NOT EXISTS (SELECT 1 FROM odd d JOIN account a ON a.id = d.account"
	   "  WHERE notice.cause = 'odd/' || a.name || '/' || d.stream))",
	   INT(now), INT(now - DAY));
	q = QUERY(s,
		  "SELECT d.account, a.name, d.stream, count(*) FROM odd d JOIN account a ON a.id = d.account"
		  " WHERE d.first_at > ifnull((SELECT max(n.at) FROM notice n WHERE n.cause = 'odd/' || "
		  "a.name || '/' ||"
		  "  d.stream), 0) GROUP BY d.account, d.stream LIMIT 100");
	while (sql_row(s, q)) {
		const char *account = col_text(s, q, 1), *stream = col_text(s, q, 2);

		pack(packed, "%s: %s: %lld items could not be understood; see 'supercargo odd'", account,
		     stream, (long long)col_int(q, 3));
		notice_raise(s, arena_fmt(s->arena, "odd/%s/%s", account, stream), col_int(q, 0), packed,
			     now);
	}
}

void
notices_look(struct store *s, int64_t unsure, int64_t now)
{
	look_for_unsure(s, unsure, now);
	look_for_odd(s, now);
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
