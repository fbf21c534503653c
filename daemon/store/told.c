/* told.c - what one buyer was told lately. */
#include "daemon/store/db.h"

/* An answer that waits in the same conversation is not counted: the newer one takes its place.  The + keeps SQLite from looking through all
 * that was ever sent. */
#define TOLD                                                                                                 \
	"SELECT b.id, b.conversation, b.created, b.started, b.text, m.text"                                  \
	" FROM outbox b LEFT JOIN message m ON m.id = b.message"                                             \
	" WHERE b.rule IS NOT NULL AND b.created >= ?3 AND +b.state IN ('ready', 'sending', 'unsure', "      \
	"'sent')"

int
outbox_told(struct store *s, int64_t buyer, int64_t conversation, int64_t since, struct told *list, int max)
{
	sqlite3_stmt *q = QUERY(s,
				"SELECT * FROM (" TOLD
				" AND b.conversation IN (SELECT id FROM conversation WHERE buyer = ?1 UNION "
				"SELECT ?2)"
				" AND (b.state <> 'ready' OR b.conversation <> ?2 OR b.attempt_key IS NOT "
				"NULL)"
				" UNION ALL " TOLD " AND b.kind LIKE '%.message'"
				" AND b.dispute IN (SELECT id FROM dispute WHERE buyer = ?1))"
				" ORDER BY id DESC LIMIT ?4",
				INT0(buyer), INT0(conversation), INT(since), INT(max));
	int n = 0;

	for (; n < max && sql_row(s, q); n++)
		list[n] = (struct told){
			.id = col_int(q, 0),
			.conversation = col_int(q, 1),
			.at = col_int(q, 2),
			.left = col_int(q, 3),
			.text = col_text(s, q, 4),
			.asked = col_text(s, q, 5),
		};
	sql_end(s, q);
	return n;
}

int64_t
message_told(struct store *s, int64_t buyer, int64_t conversation, int64_t since, const char *text)
{
	return GET(s, 0,
		   "SELECT id FROM message WHERE conversation IN (SELECT id FROM conversation WHERE buyer = "
		   "?1 UNION SELECT ?2)"
		   " AND sent > ?3 AND direction = 'out' AND text = ?4 LIMIT 1",
		   INT0(buyer), INT0(conversation), INT(since), TEXT(text));
}
