/* conversation.c - who waits for whom, and which order it is about.
 *
 * The clock (oldest_unanswered) is the time of the oldest incoming message that came after our last substantive answer;
 * automatic messages neither start nor stop it, an acknowledging reply of ours does not stop it.  Every step gives the
 * same end whatever the order in which messages come in.  When it moves, answer_by is cleared and set anew (conversations_unclocked).
 *
 * The order is the one the platform names, else the only one of this buyer for this listing.  With two or more nobody
 * guesses: `orders` is 2 and there is none.
 */
#include "daemon/store/db.h"

static void
link_order(struct store *s, int64_t id)
{
	int64_t order, named;
	int n;

	named = GET(s, 0, "SELECT 1 FROM conversation WHERE id = ? AND order_remote IS NOT NULL", INT(id));
	if (named)
		order = order_only(
			s,
			QUERY(s,
			      "SELECT o.id FROM conversation c JOIN orders o ON o.remote = c.order_remote"
			      " AND o.account = c.account WHERE c.id = ?",
			      INT(id)),
			&n);
	else
		order = order_only(
			s,
			QUERY(s,
			      "SELECT o.id FROM conversation c JOIN orders o ON o.buyer = c.buyer"
			      " JOIN item i ON i.order_id = o.id AND i.listing = c.listing WHERE c.id = ?",
			      INT(id)),
			&n);
	DO(s,
	   "UPDATE conversation SET order_id = ?1, orders = ?2, version = version + 1"
	   " WHERE id = ?3 AND (order_id, orders) IS NOT (?1, ?2)",
	   INT0(order), INT(named ? 1 : n), INT(id));
}

int64_t
conversation_record(struct store *s, int64_t account, int64_t buyer, const struct message *m)
{
	sqlite3_stmt *q;
	int64_t id = 0;

	q = QUERY(s,
		  "INSERT INTO conversation (account, remote, marketplace, buyer, subject, listing, "
		  "order_remote)"
		  " VALUES (?, ?, ?, ?, ?, ?, ?)"
		  " ON CONFLICT DO UPDATE SET (marketplace, buyer, subject, listing, order_remote, version) ="
		  "  (ifnull(excluded.marketplace, marketplace), ifnull(excluded.buyer, buyer),"
		  "   ifnull(excluded.subject, subject), ifnull(excluded.listing, listing),"
		  "   ifnull(excluded.order_remote, order_remote), version + 1)"
		  " WHERE (marketplace, buyer, subject, listing, order_remote) IS NOT"
		  "  (ifnull(excluded.marketplace, marketplace), ifnull(excluded.buyer, buyer),"
		  "   ifnull(excluded.subject, subject), ifnull(excluded.listing, listing),"
		  "   ifnull(excluded.order_remote, order_remote))"
		  " RETURNING id",
		  INT(account), TEXT(m->conversation), TEXT0(m->marketplace), INT0(buyer), TEXT0(m->subject),
		  TEXT0(m->listing), TEXT0(m->order));
	if (sql_row(s, q)) {
		id = col_int(q, 0);
		sql_end(s, q);
		link_order(s, id);
		return id;
	}
	return GET(s, 0, "SELECT id FROM conversation WHERE remote = ? AND account = ?",
		   TEXT(m->conversation), INT(account));
}

void
conversations_link(struct store *s, int64_t order)
{
	sqlite3_stmt *q = QUERY(s,
				"SELECT c.id FROM orders o JOIN conversation c ON c.order_remote = o.remote"
				" AND c.account = o.account WHERE o.id = ?",
				INT(order));

	while (sql_row(s, q))
		link_order(s, col_int(q, 0));
	q = QUERY(s,
		  "SELECT c.id FROM orders o JOIN item i ON i.order_id = o.id"
		  " JOIN conversation c ON c.buyer = o.buyer AND c.listing = i.listing WHERE o.id = ?",
		  INT(order));
	while (sql_row(s, q))
		link_order(s, col_int(q, 0));
}

void
conversation_incoming(struct store *s, int64_t id, int64_t message, int64_t sent, int wants_answer)
{
	DO(s,
	   "UPDATE conversation SET version = version + 1,"
	   " last_message = iif(?2 >= ifnull(last_at, 0), ?1, last_message), last_at = max(?2, "
	   "ifnull(last_at, 0)),"
	   " (oldest_unanswered, answer_by, answer_given_by) = (SELECT oldest,"
	   "  iif(oldest IS oldest_unanswered, answer_by, NULL),"
	   "  iif(oldest IS oldest_unanswered, answer_given_by, NULL)"
	   "  FROM (SELECT iif(?3 AND ?2 > ifnull(answered, 0),"
	   "   min(?2, ifnull(oldest_unanswered, ?2)), oldest_unanswered) AS oldest)) WHERE id = ?4",
	   INT(message), INT(sent), INT(wants_answer), INT(id));
}

void
conversation_outgoing(struct store *s, int64_t id, int64_t message, int64_t sent)
{
	DO(s,
	   "UPDATE conversation SET version = version + 1,"
	   " last_message = iif(?2 >= ifnull(last_at, 0), ?1, last_message), last_at = max(?2, "
	   "ifnull(last_at, 0))"
	   " WHERE id = ?3",
	   INT(message), INT(sent), INT(id));
	conversation_recount(s, id);
}

struct ours {
	int64_t last, answer, holding; /* 0: none */
};

static void
later_of(struct store *s, sqlite3_stmt *q, struct ours *t)
{
	int64_t *const times[] = {&t->last, &t->answer, &t->holding};

	if (!sql_row(s, q))
		return;
	for (int i = 0; i < 3; i++)
		if (col_int(q, i) > *times[i])
			*times[i] = col_int(q, i);
	sql_end(s, q);
}

/* From the outgoing messages (by hand, or of an action that says what it is worth) and the actions that have arrived.  A reply of ours answers
 * the message it was made for and what came before: what the buyer wrote meanwhile, and the platform showed later, still waits. */
void
conversation_recount(struct store *s, int64_t id)
{
	struct ours t = {0};
	int64_t oldest;

	later_of(s,
		 QUERY(s,
		       "SELECT max(m.sent), max(iif(ifnull(b.substantive, 1), ifnull(q.sent, m.sent), 0)), "
		       "max(iif(b.substantive = 0, ifnull(q.sent, m.sent), 0))"
		       " FROM message m LEFT JOIN outbox b ON b.id = m.outbox LEFT JOIN message q ON q.id = "
		       "b.message"
		       " WHERE m.conversation = ? AND m.direction = 'out' AND NOT m.automatic",
		       INT(id)),
		 &t);
	later_of(s,
		 QUERY(s,
		       "SELECT max(b.answered), max(iif(b.substantive, ifnull(q.sent, b.answered), 0)),"
		       " max(iif(b.substantive, 0, ifnull(q.sent, b.answered)))"
		       " FROM outbox b LEFT JOIN message q ON q.id = b.message"
		       " WHERE b.conversation = ? AND b.answered IS NOT NULL",
		       INT(id)),
		 &t);
	DO(s,
	   "UPDATE conversation SET (last_ours, answered, acknowledged) = (?1, ?2, ?3)"
	   " WHERE id = ?4 AND (last_ours, answered, acknowledged) IS NOT (?1, ?2, ?3)",
	   INT0(t.last), INT0(t.answer), INT0(t.holding), INT(id));
	oldest = GET(s, 0,
		     "SELECT sent FROM message WHERE conversation = ? AND direction = 'in' AND NOT automatic "
		     "AND sent > ?"
		     " ORDER BY sent LIMIT 1",
		     INT(id), INT(t.answer));
	DO(s,
	   "UPDATE conversation SET oldest_unanswered = ?1, answer_by = NULL, answer_given_by = NULL"
	   " WHERE id = ?2 AND oldest_unanswered IS NOT ?1",
	   INT0(oldest), INT(id));
}

void
conversation_answered(struct store *s, int64_t conversation, int64_t at, int substantive, int64_t outbox)
{
	DO(s,
	   "UPDATE outbox SET answered = ?1, substantive = ?2 WHERE id = ?3 AND (answered, substantive) IS "
	   "NOT (?1, ?2)",
	   INT(at), INT(substantive != 0), INT(outbox));
	conversation_recount(s, conversation);
}

int64_t
conversation_waits(struct store *s, int64_t account, const char *remote, int64_t *since)
{
	sqlite3_stmt *q =
		QUERY(s,
		      "SELECT id, oldest_unanswered FROM conversation WHERE remote = ? AND account = ?"
		      " AND oldest_unanswered IS NOT NULL",
		      TEXT(remote), INT(account));
	int64_t id = 0;

	if (sql_row(s, q)) {
		id = col_int(q, 0);
		*since = col_int(q, 1);
		sql_end(s, q);
	}
	return id;
}

void
conversation_set_answer_by(struct store *s, int64_t conversation, int64_t at, const char *given_by)
{
	if (DO(s,
	       "UPDATE conversation SET answer_by = ?1, answer_given_by = ?2"
	       " WHERE id = ?3 AND (answer_by, answer_given_by) IS NOT (?1, ?2)",
	       INT0(at), TEXT0(given_by), INT(conversation)) &&
	    at)
		outbox_follow(s, 'c', conversation, at);
}

int
conversations_unclocked(struct store *s, struct unclocked *list, int max)
{
	sqlite3_stmt *q =
		QUERY(s,
		      "SELECT c.id, c.oldest_unanswered, a.name FROM conversation c JOIN account a ON a.id = "
		      "c.account"
		      " WHERE c.oldest_unanswered IS NOT NULL AND c.answer_by IS NULL ORDER BY c.id DESC "
		      "LIMIT ?",
		      INT(max));
	int n = 0;

	while (sql_row(s, q))
		list[n++] = (struct unclocked){col_int(q, 0), col_int(q, 1), col_text(s, q, 2)};
	return n;
}

int64_t
conversation_buyer(struct store *s, int64_t conversation)
{
	return GET(s, 0, "SELECT buyer FROM conversation WHERE id = ?", INT(conversation));
}
