/* truth_fallbacks.c - of approval and fallback exactly one won: what was replaced never left and nobody had let it go, the other came when it
 * was due, and its money stayed inside its own limit.
 */
#include <string.h>

#include "place.h"
#include "trial.h"

#define PATIENCE (30 * MINUTE) /* what everybody has after touching it */

/* What a person did about it last before its fallback; what an older store had forgotten is not known. */
static int
was_let_go(struct trial *t, int64_t row, int64_t fallback)
{
	return number_of(t,
			 "SELECT kind IN ('approve', 'sending', 'sent', 'unsure') FROM journal WHERE ref = "
			 "'a' || ?1"
			 " AND kind IN ('approve', 'edit', 'undo', 'resolve', 'draft', 'wish', 'sending', "
			 "'sent',"
			 "  'unsure', 'drop')"
			 " AND id < (SELECT min(id) FROM journal WHERE ref = 'a' || ?2 AND kind = 'wish')"
			 " ORDER BY id DESC LIMIT 1",
			 "ii", row, fallback) != 0;
}

static void
replaced(struct trial *t, sqlite3_stmt *q)
{
	const int64_t row = sqlite3_column_int64(q, 0), fallback = sqlite3_column_int64(q, 1);

	if (strcmp(column(q, 2), "expired") != 0 || sqlite3_column_int(q, 3) || *column(q, 4))
		finding(t, &t->f->doubled, "a%lld took the place of a%lld, which is %s, attempt %d",
			(long long)fallback, (long long)row, column(q, 2), sqlite3_column_int(q, 3));
	if (was_let_go(t, row, fallback))
		finding(t, &t->f->doubled, "a%lld took the place of a%lld, which a person had let go",
			(long long)fallback, (long long)row);
	if (sqlite3_column_int64(q, 5) > FALLBACK_UP_TO)
		finding(t, &t->f->unexplained, "a%lld sends back %lld, and a fallback at most %d",
			(long long)fallback, (long long)sqlite3_column_int64(q, 5), FALLBACK_UP_TO);
	if (!strcmp(column(q, 6), "reply") &&
	    sqlite3_column_int64(q, 7) < sqlite3_column_int64(q, 8) - FALLBACK_BEFORE - MINUTE)
		finding(t, &t->f->unexplained, "a%lld came at %s, long before %s", (long long)fallback,
			when(sqlite3_column_int64(q, 7)), when(sqlite3_column_int64(q, 8)));
	if (sqlite3_column_int64(q, 7) > sqlite3_column_int64(q, 8))
		finding(t, &t->f->unexplained, "a%lld came at %s, after %s", (long long)fallback,
			when(sqlite3_column_int64(q, 7)), when(sqlite3_column_int64(q, 8)));
}

/* One decision of rules about one turn of a dispute; what was done there only counts when it left through an API. */
static void
decided_twice(struct trial *t)
{
	sqlite3_stmt *q = ask_store(
		t,
		"SELECT b.dispute, min(b.id), max(b.id) FROM outbox b WHERE b.account = ? AND b.event "
		"IS NOT NULL AND b.dispute IS NOT NULL AND b.state = 'sent' AND b.kind IN"
		" ('return.accept', 'return.message', 'cancellation.accept')"
		" AND b.event IN (SELECT event FROM outbox WHERE instead_of IS NOT NULL)"
		" GROUP BY b.event HAVING count(*) > 1",
		"i", t->account);

	while (next_row(q))
		finding(t, &t->f->doubled, "a%s and a%s both decided d%s", column(q, 1), column(q, 2),
			column(q, 0));
}

void
truth_of_fallbacks(struct trial *t)
{
	sqlite3_stmt *q =
		ask_store(t,
			  "SELECT b.id, i.id, b.state, ifnull(b.started, 0) <> 0, b.attempt_key, i.moves, "
			  "i.kind, i.created, "
			  "i.deadline FROM outbox i JOIN outbox b ON b.id = i.instead_of WHERE i.account = ?",
			  "i", t->account);

	while (next_row(q))
		replaced(t, q);
	decided_twice(t);
	q = ask_store(t,
		      "SELECT id FROM outbox b WHERE account = ? AND state = 'expired' AND reason LIKE "
		      "'nobody approved%' AND NOT EXISTS (SELECT 1 FROM outbox i WHERE i.instead_of = b.id)",
		      "i", t->account);
	while (next_row(q))
		finding(t, &t->f->lost, "a%s ended for a fallback that is not there", column(q, 0));
}
