/* waiting.c - what waits for a person, what takes its place when nobody comes, and until when. */
#include "daemon/store/db.h"

#define ASLEEP (4 * HOUR) /* before its deadline nothing of a rule waits any more for a better hour */

/* The deadline in force: of a message's answer, of the dispute, else as it was wished.  Whoever was answered waits for nothing. */
#define WAITING                                                                                              \
	"SELECT b.id, b.account, a.name, b.rule, b.kind, b.state, b.changed, b.instead_of, b.instead_next,"  \
	" e.at, CASE WHEN e.kind LIKE 'message.%' OR b.kind = 'reply' THEN"                                  \
	"   (SELECT c.answer_by FROM conversation c WHERE c.id = coalesce(b.conversation, m.conversation)"   \
	"     AND c.oldest_unanswered IS NOT NULL)"                                                          \
	"  WHEN b.dispute IS NOT NULL THEN"                                                                  \
	"   (SELECT d.respond_by FROM dispute d WHERE d.id = b.dispute AND d.our_turn IS NOT NULL)"          \
	"  ELSE b.deadline END"                                                                              \
	" FROM outbox b JOIN account a ON a.id = b.account LEFT JOIN event e ON e.id = b.event"              \
	" LEFT JOIN message m ON m.id = e.message"                                                           \
	" WHERE b.state IN ('draft', 'held') AND b.attempt_key IS NULL "

static int
read_list(struct store *s, sqlite3_stmt *q, struct unapproved *list, int max)
{
	int n = 0;

	for (; n < max && sql_row(s, q); n++)
		list[n] = (struct unapproved){
			.id = col_int(q, 0),
			.account = col_int(q, 1),
			.account_name = col_text(s, q, 2),
			.rule = col_text(s, q, 3),
			.kind = col_text(s, q, 4),
			.state = (enum outbox_state)outbox_state_value(col_text(s, q, 5)),
			.changed = col_int(q, 6),
			.instead_of = col_int(q, 7),
			.next = col_int(q, 8),
			.at = col_int(q, 9),
			.until = col_int(q, 10),
		};
	sql_end(s, q);
	return n;
}

#define FOLLOW                                                                                               \
	"UPDATE outbox SET deadline = ?1,"                                                                   \
	" next_at = iif(next_at = not_before AND rule IS NOT NULL AND operator IS NULL,"                     \
	"  min(next_at, max(created, ?1 - ?3)), next_at),"                                                   \
	" not_before ="                                                                                      \
	"  iif(rule IS NOT NULL AND operator IS NULL, min(not_before, max(created, ?1 - ?3)), not_before)"   \
	" WHERE state IN ('draft', 'held', 'ready') AND attempt_key IS NULL AND deadline IS NOT ?1 AND "

void
outbox_follow(struct store *s, char kind, int64_t id, int64_t deadline)
{
	if (kind == 'd')
		DO(s, FOLLOW "dispute = ?2", INT(deadline), INT(id), INT(ASLEEP));
	else
		DO(s, FOLLOW "conversation = ?2 AND dispute IS NULL", INT(deadline), INT(id), INT(ASLEEP));
}

int
outbox_waiting(struct store *s, int64_t after, struct unapproved *list, int max)
{
	return read_list(s, QUERY(s, WAITING "AND b.id > ? ORDER BY b.id LIMIT ?", INT(after), INT(max)),
			 list, max);
}

int
outbox_waiting_one(struct store *s, int64_t id, struct unapproved *w)
{
	return read_list(s, QUERY(s, WAITING "AND b.id = ?", INT(id)), w, 1);
}

int
outbox_waiting_about(struct store *s, char kind, int64_t id, struct unapproved *list, int max)
{
	if (kind == 'd')
		return read_list(
			s, QUERY(s, WAITING "AND b.dispute = ? ORDER BY b.id LIMIT ?", INT(id), INT(max)),
			list, max);
	return read_list(s,
			 QUERY(s, WAITING "AND b.conversation = ? ORDER BY b.id LIMIT ?", INT(id), INT(max)),
			 list, max);
}

void
outbox_waiting_until(struct store *s, int64_t id, int64_t next)
{
	DO(s, "UPDATE outbox SET instead_next = ? WHERE id = ?", INT(next), INT(id));
}

int64_t
outbox_instead(struct store *s, int64_t id)
{
	return GET(s, 0, "SELECT id FROM outbox WHERE instead_of = ?", INT(id));
}

int64_t
outbox_let_go(struct store *s, const struct outbox_row *r, const char *kind)
{
	const int reply = r->conversation && !r->dispute;

	return GET(s, 0,
		   "SELECT id FROM outbox WHERE id <> ?1 AND (CASE WHEN ?2 THEN conversation = ?3 ELSE "
		   "dispute = ?4 "
		   "END)"
		   " AND (?5 IS NULL OR kind = ?5) AND (state IN ('ready', 'sending', 'unsure')"
		   "  OR state = 'held' AND attempt_key IS NOT NULL) LIMIT 1",
		   INT(r->id), INT(reply), INT0(r->conversation), INT0(r->dispute), TEXT(kind));
}

#define A_ROW(FROM) "CAST(substr(notice.cause, " FROM ") AS INTEGER)"

void
waits_over(struct store *s, int64_t now)
{
	DO(s,
	   "UPDATE notice SET cleared = ?1 WHERE cleared IS NULL AND cause > 'approve/a' AND cause < "
	   "'approve/b'"
	   " AND NOT EXISTS (SELECT 1 FROM outbox b WHERE b.id = " A_ROW(
		   "10") "  AND b.state IN ('draft', 'held') AND b.attempt_key IS NULL)",
	   INT(now));
	DO(s,
	   "UPDATE notice SET cleared = ?1 WHERE cleared IS NULL AND cause > 'fallback/a' AND cause < "
	   "'fallback/b'"
	   " AND at < ?2 AND NOT EXISTS (SELECT 1 FROM outbox b WHERE b.id = " A_ROW(
		   "11") "  AND b.state IN ('draft', 'held') AND b.attempt_key IS NULL)",
	   INT(now), INT(now - DAY));
	DO(s,
	   "UPDATE notice SET cleared = ?1 WHERE cleared IS NULL AND cause > 'expired/a' AND cause < "
	   "'expired/b' AND at < ?2",
	   INT(now), INT(now - 7 * DAY));
}
