/* conversation.c - who waits for whom, and which order it is about.
 *
 * The clock (oldest_unanswered) is the time of the oldest incoming message that came after our last substantive answer;
 * automatic messages neither start nor stop it, an acknowledging reply of ours does not stop it.  Every step gives the
 * same end whatever the order in which messages come in.
 *
 * The order is the one the platform names, else the only one of this buyer for this listing.  With two or more nobody
 * guesses: `orders` is 2 and there is none.
 */
#include "daemon/store/db.h"

#define OLDEST_AFTER(answered) \
	"(SELECT sent FROM message WHERE conversation = conversation.id AND direction = 'in' AND NOT automatic" \
	" AND sent > ifnull(" answered ", -1) ORDER BY sent LIMIT 1)"

static void
link_order(struct store *s, int64_t id)
{
	DO(s,
	   "WITH c AS MATERIALIZED (SELECT account, buyer, listing, order_remote FROM conversation WHERE id = ?1),"
	   " found AS MATERIALIZED ("
	   "  SELECT o.id FROM c JOIN orders o ON o.remote = c.order_remote AND o.account = c.account"
	   "  UNION SELECT o.id FROM c JOIN orders o ON o.buyer = c.buyer JOIN item i ON i.order_id = o.id"
	   "   WHERE c.order_remote IS NULL AND i.listing = c.listing LIMIT 2),"
	   " result AS MATERIALIZED (SELECT iif(count(*) = 1, min(id), NULL) AS one,"
	   "  iif((SELECT order_remote FROM c) IS NULL, count(*), 1) AS n FROM found)"
	   " UPDATE conversation SET order_id = one, orders = n, version = version + 1 FROM result"
	   " WHERE conversation.id = ?1 AND (order_id, orders) IS NOT (one, n)",
	   INT(id));
}

int64_t
conversation_record(struct store *s, int64_t account, int64_t buyer, const struct message *m)
{
	sqlite3_stmt *q;
	int64_t id = 0;

	q = QUERY(s,
	          "INSERT INTO conversation (account, remote, marketplace, buyer, subject, listing, order_remote)"
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
	return GET(s, 0, "SELECT id FROM conversation WHERE remote = ? AND account = ?", TEXT(m->conversation),
	           INT(account));
}

void
conversations_link(struct store *s, int64_t account, int64_t order)
{
	sqlite3_stmt *q = QUERY(s,
	                        "SELECT c.id FROM orders o JOIN conversation c ON c.order_remote = o.remote"
	                        "  AND c.account = ?1 WHERE o.id = ?2"
	                        " UNION SELECT c.id FROM orders o JOIN item i ON i.order_id = o.id"
	                        "  JOIN conversation c ON c.buyer = o.buyer AND c.listing = i.listing WHERE o.id = ?2",
	                        INT(account), INT(order));

	while (sql_row(s, q))
		link_order(s, col_int(q, 0));
}

void
conversation_incoming(struct store *s, int64_t id, int64_t message, int64_t sent, int wants_answer)
{
	DO(s,
	   "UPDATE conversation SET version = version + 1,"
	   " last_message = iif(?2 >= ifnull(last_at, 0), ?1, last_message), last_at = max(?2, ifnull(last_at, 0)),"
	   " oldest_unanswered = iif(?3 AND ?2 > ifnull(answered, -1),"
	   "  min(?2, ifnull(oldest_unanswered, ?2)), oldest_unanswered) WHERE id = ?4",
	   INT(message), INT(sent), INT(wants_answer), INT(id));
}

void
conversation_outgoing(struct store *s, int64_t id, int64_t message, int64_t sent)
{
	DO(s,
	   "UPDATE conversation SET version = version + 1,"
	   " last_message = iif(?2 >= ifnull(last_at, 0), ?1, last_message), last_at = max(?2, ifnull(last_at, 0))"
	   " WHERE id = ?3",
	   INT(message), INT(sent), INT(id));
	conversation_recount(s, id);
}

/* From the outgoing messages (by hand, or of an action that says what it is worth) and the actions that have arrived. */
void
conversation_recount(struct store *s, int64_t id)
{
	DO(s,
	   "WITH ours AS ("
	   "  SELECT m.sent AS at, ifnull(b.substantive, 1) AS substantive FROM message m"
	   "   LEFT JOIN outbox b ON b.id = m.outbox"
	   "   WHERE m.conversation = ?1 AND m.direction = 'out' AND NOT m.automatic"
	   "  UNION ALL SELECT answered, substantive FROM outbox WHERE conversation = ?1 AND answered IS NOT NULL),"
	   " last AS MATERIALIZED (SELECT max(at) AS any, max(iif(substantive, at, NULL)) AS answer,"
	   "  max(iif(substantive, NULL, at)) AS holding FROM ours)"
	   " UPDATE conversation SET last_ours = last.any, answered = last.answer, acknowledged = last.holding FROM last"
	   " WHERE conversation.id = ?1 AND (last_ours, answered, acknowledged) IS NOT (last.any, last.answer, last.holding)",
	   INT(id));
	DO(s,
	   "WITH clock AS MATERIALIZED (SELECT " OLDEST_AFTER("answered") " AS start FROM conversation WHERE id = ?1)"
	   " UPDATE conversation SET oldest_unanswered = clock.start, answer_by = NULL, answer_given_by = NULL"
	   " FROM clock WHERE conversation.id = ?1 AND oldest_unanswered IS NOT clock.start",
	   INT(id));
}

void
conversation_answered(struct store *s, int64_t conversation, int64_t at, int substantive, int64_t outbox)
{
	DO(s,
	   "UPDATE outbox SET answered = ?1, substantive = ?2 WHERE id = ?3 AND (answered, substantive) IS NOT (?1, ?2)",
	   INT(at), INT(substantive != 0), INT(outbox));
	conversation_recount(s, conversation);
}

void
conversation_set_answer_by(struct store *s, int64_t conversation, int64_t at, const char *given_by)
{
	DO(s,
	   "UPDATE conversation SET answer_by = ?1, answer_given_by = ?2"
	   " WHERE id = ?3 AND (answer_by, answer_given_by) IS NOT (?1, ?2)",
	   INT0(at), TEXT0(given_by), INT(conversation));
}
