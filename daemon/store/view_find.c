/* view_find.c - orders and conversations by id, buyer or words. */
#include "daemon/store/db.h"

#define CANDIDATES 200 /* newest hits of words that are looked at */

json_t *
view_order(struct store *s, sqlite3_stmt *q)
{
	const char *payment = col_text(s, q, 5), *fulfilment = col_text(s, q, 6);

	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:s, s:s, s:o, s:o, s:o, s:o, s:o}", "id",
			 json_local('o', col_int(q, 0)), "account", json_word(col_text(s, q, 1)),
			 "marketplace", json_word(col_text(s, q, 2)), "remote", json_word(col_text(s, q, 3)),
			 "status", json_word(col_text(s, q, 4)), "payment",
			 payment ? payment : payment_name(PAYMENT_UNKNOWN), "fulfilment",
			 fulfilment ? fulfilment : fulfilment_name(FULFILMENT_UNKNOWN), "cancellation",
			 json_word(col_text(s, q, 7)), "buyer", json_word(col_text(s, q, 8)), "total",
			 json_amount(col_int(q, 9), col_text(s, q, 10)), "created_at",
			 json_when(col_int(q, 11)), "ship_by_at", json_when(col_int(q, 12)));
}

/* An id is found by its beginning; the index needs its range. */
static const char *
range_end(struct store *s, const char *begin)
{
	return arena_fmt(s->arena, "%s\xf4\x8f\xbf\xbf", begin);
}

#define BUYERS                                                                                               \
	"buyers AS (SELECT * FROM (SELECT id FROM buyer WHERE remote >= ?1 AND remote < ?2 LIMIT ?4)"        \
	"  UNION SELECT * FROM (SELECT rowid FROM buyer_words WHERE buyer_words MATCH ?3"                    \
	"   ORDER BY rowid DESC LIMIT ?4))"

json_t *
view_find(struct store *s, const char *words, int limit)
{
	const char *typed = clean_text(s, words ? words : ""), *last, *match;
	json_t *orders, *conversations;

	while (*typed == ' ')
		typed++;
	if (!(match = words_query(s->arena, typed)))
		return json_pack("{s:[], s:[]}", "orders", "conversations");
	if (s->lock >= 0) {
		messages_index(s);
		buyers_index(s);
	}
	last = range_end(s, typed);
	orders = view_list(
		s,
		QUERY(s,
		      "WITH " BUYERS ","
		      " hits AS (SELECT id FROM orders WHERE remote >= ?1 AND remote < ?2"
		      "  UNION SELECT o.id FROM buyers JOIN orders o ON o.buyer = buyers.id LIMIT "
		      "?4) " ORDER_ROW
		      "WHERE o.id IN (SELECT id FROM hits) ORDER BY o.created DESC, o.id DESC LIMIT ?5",
		      TEXT(typed), TEXT(last), TEXT(match), INT(CANDIDATES), INT(limit)),
		view_order);
	conversations = view_list(
		s,
		QUERY(s,
		      "WITH " BUYERS ","
		      " hits AS (SELECT * FROM (SELECT id FROM conversation WHERE remote >= ?1 AND remote < "
		      "?2 "
		      "LIMIT ?4)"
		      "  UNION SELECT conversation FROM message WHERE remote = ?1"
		      "  UNION SELECT c.id FROM buyers JOIN conversation c ON c.buyer = buyers.id"
		      "  UNION SELECT c.id FROM orders o JOIN conversation c ON c.order_id = o.id"
		      "   WHERE o.remote >= ?1 AND o.remote < ?2"
		      "  UNION SELECT conversation FROM message WHERE id IN (SELECT rowid FROM message_words"
		      "   WHERE message_words MATCH ?3 ORDER BY rowid DESC LIMIT ?4) LIMIT 2 * "
		      "?4) " CONVERSATION_ROW
		      "WHERE c.id IN (SELECT id FROM hits) ORDER BY c.last_at DESC, c.id DESC LIMIT ?5",
		      TEXT(typed), TEXT(last), TEXT(match), INT(CANDIDATES), INT(limit)),
		view_conversation);
	return view_end(s, json_pack("{s:o, s:o}", "orders", orders, "conversations", conversations));
}
