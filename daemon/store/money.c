/* money.c - what went back to buyers or is about to, for the limits.
 *
 * What the platform shows of an order counts whoever sent it.  Of our own actions counts what it does not show yet: one that has begun to
 * send is met by the refund with its id, or else by one of the same amount that came after it began; each refund meets
 * one action only, so that of two equal ones the second still counts.
 */
#include <string.h>

#include "daemon/store/db.h"

#define CLOCKS (5 * MINUTE) /* how far the platform's clock may be behind ours */

/* About to be sent; held while an attempt is open it may have arrived.  ?5: only what has begun to leave. */
#define ABOUT                                                                                                \
	"(b.state IN ('sending', 'unsure') OR (b.state = 'held' AND b.attempt_key IS NOT NULL)"              \
	" OR (b.state = 'ready' AND (NOT ?5 OR b.attempt_key IS NOT NULL)))"
/* An offer moves nothing once it is our turn again: it was declined. */
#define DECLINED                                                                                             \
	"(b.state = 'sent' AND b.kind LIKE '%.offer' AND EXISTS"                                             \
	" (SELECT 1 FROM dispute t WHERE t.id = b.dispute AND t.our_turn > b.started))"
#define SENT   "(b.state = 'sent' AND NOT " DECLINED ")"
#define MOVING "(" SENT " OR " ABOUT ")"

struct shown {
	struct shown *next;
	const char *remote;
	int64_t amount, at;
	int failed, met;
};

static struct shown *
refunds_of(struct store *s, int64_t order, const char *currency)
{
	sqlite3_stmt *q =
		QUERY(s,
		      "SELECT r.remote, r.amount, r.at, r.status = 'failed' FROM orders o JOIN refund r"
		      " ON r.order_remote = o.remote AND r.account = o.account"
		      " WHERE o.id = ? AND r.currency = ? ORDER BY r.at DESC, r.id DESC",
		      INT(order), TEXT(currency));
	struct shown *list = NULL;

	while (sql_row(s, q)) {
		struct shown *r = arena_alloc(s->arena, sizeof *r);

		*r = (struct shown){.next = list,
				    .remote = col_text(s, q, 0),
				    .amount = col_int(q, 1),
				    .at = col_int(q, 2),
				    .failed = (int)col_int(q, 3)};
		list = r;
	}
	return list;
}

static struct shown *
shown_by_id(struct shown *list, const char *remote)
{
	for (struct shown *r = list; remote && r; r = r->next)
		if (!strcmp(r->remote, remote))
			return r;
	return NULL;
}

static struct shown *
shown_by_amount(struct shown *list, int64_t amount, int64_t started)
{
	for (struct shown *r = list; started && r; r = r->next)
		if (!r->met && !r->failed && r->amount == amount && r->at >= started - CLOCKS)
			return r;
	return NULL;
}

int64_t
money_of_order(struct store *s, int64_t order, const char *currency, int64_t except, int leaving)
{
	struct shown *list = refunds_of(s, order, currency), *met;
	int64_t sum = 0;
	sqlite3_stmt *q;

	for (const struct shown *r = list; r; r = r->next)
		sum += r->failed ? 0 : r->amount;
	/* First those that are known by their id, so that no other is taken for theirs. */
	q = QUERY(s,
		  "SELECT b.remote, b.moves, iif(b.state = 'ready', 0, b.started) FROM"
		  "  (SELECT id AS about FROM outbox WHERE order_id = ?1 UNION"
		  "   SELECT a.id FROM dispute d JOIN outbox a ON a.dispute = d.id WHERE d.order_id = ?1)"
		  " CROSS JOIN outbox b ON b.id = about" /* these few, not all that was ever sent */
		  " WHERE b.moves > 0 AND b.currency = ?2 AND b.id <> ?3 AND " MOVING
		  " ORDER BY NOT EXISTS (SELECT 1 FROM orders o JOIN refund r ON r.order_remote = o.remote"
		  "  AND r.account = o.account AND r.remote = b.remote WHERE o.id = ?1), b.id",
		  INT(order), TEXT(currency), INT(except), INT(0), INT(leaving));
	while (sql_row(s, q)) {
		int64_t moves = col_int(q, 1);

		if (!(met = shown_by_id(list, col_text(s, q, 0))))
			met = shown_by_amount(list, moves, col_int(q, 2));
		if (met)
			met->met = 1;
		else
			sum += moves;
	}
	return sum;
}

int64_t
money_of_dispute(struct store *s, int64_t dispute, const char *currency, int64_t except, int leaving)
{
	return GET(s, 0,
		   "SELECT sum(b.moves) FROM outbox b WHERE b.dispute = ?1 AND b.moves > 0"
		   " AND b.currency = ?2 AND b.id <> ?3 AND " MOVING,
		   INT(dispute), TEXT(currency), INT(except), INT(0), INT(leaving));
}

#define SUM_OF_BUYER                                                                                         \
	"SELECT sum(b.moves) FROM buyer y JOIN outbox b ON b.account = y.account"                            \
	" LEFT JOIN dispute d ON d.id = b.dispute LEFT JOIN orders o ON o.id = b.order_id"                   \
	" LEFT JOIN conversation c ON c.id = b.conversation"                                                 \
	" WHERE y.id = ?1 AND b.moves > 0 AND b.currency = ?2 AND b.id <> ?3"                                \
	" AND coalesce(o.buyer, d.buyer, c.buyer) = y.id AND "

int64_t
money_of_buyer(struct store *s, int64_t buyer, const char *currency, int64_t since, int64_t except,
	       int leaving)
{
	return GET(s, 0, SUM_OF_BUYER ABOUT, INT(buyer), TEXT(currency), INT(except), INT(since),
		   INT(leaving)) +
	       GET(s, 0, SUM_OF_BUYER SENT " AND b.started >= ?4", INT(buyer), TEXT(currency), INT(except),
		   INT(since));
}

#define SUM_OF_ACCOUNT                                                                                       \
	"SELECT sum(b.moves) FROM outbox b WHERE b.account = ?1 AND b.moves > 0 AND b.currency = ?2"         \
	" AND b.id <> ?3 AND "

int64_t
money_of_account(struct store *s, int64_t account, const char *currency, int64_t since, int64_t except,
		 int leaving)
{
	return GET(s, 0, SUM_OF_ACCOUNT ABOUT, INT(account), TEXT(currency), INT(except), INT(since),
		   INT(leaving)) +
	       GET(s, 0, SUM_OF_ACCOUNT SENT " AND b.started >= ?4", INT(account), TEXT(currency),
		   INT(except), INT(since));
}

int64_t
money_paid_by(struct store *s, int64_t dispute, int64_t order, int64_t except)
{
	return GET(s, 0,
		   "SELECT b.id FROM (SELECT id AS about FROM outbox WHERE order_id = ?2"
		   "  UNION SELECT id FROM outbox WHERE dispute = ?1) CROSS JOIN outbox b ON b.id = about"
		   " WHERE b.moves > 0 AND b.id <> ?3 AND (b.state IN ('sending', 'unsure')"
		   "  OR b.state = 'held' AND b.attempt_key IS NOT NULL OR b.dispute = ?1 AND " SENT
		   ") LIMIT 1",
		   INT0(dispute), INT0(order), INT(except));
}

int64_t
money_same(struct store *s, const struct outbox_row *r)
{
	return GET(
		s, 0,
		"SELECT id FROM outbox WHERE id IN (SELECT id FROM outbox WHERE order_id = ?1"
		"  UNION SELECT id FROM outbox WHERE dispute = ?2)"
		" AND kind = ?3 AND dispute IS ?2 AND (moves, currency) = (?4, ?5) AND requester IS NOT NULL"
		" AND state IN ('draft', 'ready', 'sending', 'unsure') LIMIT 1",
		INT0(r->order), INT0(r->dispute), TEXT(r->kind), INT(r->moves.minor),
		TEXT(r->moves.currency));
}
