/* view_dispute.c - disputes: those that are open, what must be answered first on top; or all, newest first; and one with all
 * that belongs to it. */
#include <string.h>

#include "daemon/store/db.h"

json_t *
view_dispute(struct store *s, sqlite3_stmt *q)
{
	const int64_t our_turn = col_int(q, 13), policy = our_turn ? col_int(q, 24) : 0;
	const char *given_by = col_text(s, q, 15);
	const int given = our_turn && given_by && !strcmp(given_by, "platform");

	return json_pack(
		"{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, "
		"s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o,"
		" s:o}",
		"id", json_local('d', col_int(q, 0)), "account", json_word(col_text(s, q, 1)), "marketplace",
		json_word(col_text(s, q, 2)), "kind", json_word(col_text(s, q, 3)), "remote",
		json_word(col_text(s, q, 4)), "status", json_word(col_text(s, q, 5)), "raw",
		json_word(col_text(s, q, 6)), "reason", json_word(col_text(s, q, 7)), "order",
		json_local('o', col_int(q, 8)), "buyer", json_word(col_text(s, q, 9)), "amount",
		json_amount(col_int(q, 10), col_text(s, q, 11)), "due_action", json_word(col_text(s, q, 12)),
		"our_turn_since_at", json_when(our_turn), "respond_by_at",
		json_when(our_turn ? col_int(q, 14) : 0), "given_by", json_word(given_by), "platform_at",
		json_when(given ? col_int(q, 14) : 0), "policy_at", json_when(policy), "policy_by",
		json_word(policy ? col_text(s, q, 25) : NULL), "options", json_word(col_text(s, q, 16)),
		"opened_at", json_when(col_int(q, 17)), "closed_at", json_when(col_int(q, 18)), "answered_at",
		json_when(col_int(q, 19)), "text", json_word(col_text(s, q, 20)), "listing",
		json_word(col_text(s, q, 21)), "line", json_word(col_text(s, q, 22)));
}

/* By when it must be answered; then what has no date, then what is not ours to answer. */
#define URGENCY "iif(d.our_turn IS NOT NULL, ifnull(d.respond_by, 1 << 60), (1 << 61) + d.opened)"

static sqlite3_stmt *
open_ones(struct store *s, int64_t account, int64_t time, int64_t id, int limit)
{
	return QUERY(s,
		     DISPUTE_ROW "WHERE d.closed IS NULL AND (?1 = 0 OR d.account = ?1) AND (" URGENCY
				 ", d.id) > (?2, ?3) ORDER BY " URGENCY ", d.id LIMIT ?4",
		     INT(account), INT(time), INT(id), INT(limit));
}

static sqlite3_stmt *
newest(struct store *s, int64_t account, int64_t time, int64_t id, int limit)
{
	if (account)
		return QUERY(s,
			     DISPUTE_ROW "WHERE d.account = ? AND (d.opened, d.id) < (?, ?)"
					 " ORDER BY d.opened DESC, d.id DESC LIMIT ?",
			     INT(account), INT(time), INT(id), INT(limit));
	return QUERY(s,
		     DISPUTE_ROW "WHERE (d.opened, d.id) < (?, ?) ORDER BY d.opened DESC, d.id DESC LIMIT ?",
		     INT(time), INT(id), INT(limit));
}

json_t *
view_disputes(struct store *s, const char *account, int all, int limit, const char *after)
{
	int64_t of = account ? GET(s, -1, "SELECT id FROM account WHERE name = ?", TEXT(account)) : 0;
	int64_t time, id;
	const char *next = NULL;
	json_t *list = json_array();
	sqlite3_stmt *q;
	int n = 0;

	page_after(after, &time, &id, all ? INT64_MAX : INT64_MIN);
	q = all ? newest(s, of, time, id, limit) : open_ones(s, of, time, id, limit);
	while (sql_row(s, q)) {
		json_array_append_new(list, view_dispute(s, q));
		if (++n == limit)
			next = page_next(s, col_int(q, all ? 17 : 23), col_int(q, 0));
	}
	return view_end(s, json_pack("{s:o, s:o}", "disputes", list, "next", json_word(next)));
}

/* ---- one with all that belongs to it ---- */

/* Perhaps only its id is known yet. */
static json_t *
link_row(struct store *s, sqlite3_stmt *q)
{
	return json_pack("{s:o, s:o, s:o, s:o}", "id", json_local('d', col_int(q, 0)), "kind",
			 json_word(col_text(s, q, 1)), "remote", json_word(col_text(s, q, 2)), "status",
			 json_word(col_text(s, q, 3)));
}

static json_t *
entry_row(struct store *s, sqlite3_stmt *q)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "at", json_when(col_int(q, 0)), "actor",
			 json_word(col_text(s, q, 1)), "what", json_word(col_text(s, q, 2)), "text",
			 json_word(col_text(s, q, 3)), "amount",
			 json_amount(col_int(q, 4), col_text(s, q, 5)), "action",
			 json_local('a', col_int(q, 6)));
}

static json_t *
file_row(struct store *s, sqlite3_stmt *q)
{
	return json_pack("{s:o, s:o, s:o, s:b, s:o}", "name", json_word(col_text(s, q, 0)), "type",
			 json_word(col_text(s, q, 1)), "actor", json_word(col_text(s, q, 2)), "fetched",
			 (int)col_int(q, 3), "why", json_packed(col_text(s, q, 4)));
}

json_t *
view_disputes_of(struct store *s, char kind, int64_t id)
{
	if (kind == 'c')
		return view_list(s,
				 QUERY(s,
				       DISPUTE_ROW
				       "WHERE d.id IN (SELECT x.id FROM conversation c JOIN dispute x"
				       "  ON x.order_id = c.order_id WHERE c.id = ?1"
				       " UNION SELECT x.id FROM conversation c JOIN dispute x"
				       "  ON x.buyer = c.buyer AND x.listing = c.listing WHERE c.id = ?1)"
				       " ORDER BY d.opened DESC, d.id DESC LIMIT 50",
				       INT(id)),
				 view_dispute);
	if (kind == 'o')
		return view_list(s,
				 QUERY(s,
				       DISPUTE_ROW
				       "WHERE d.order_id = ? ORDER BY d.opened DESC, d.id DESC LIMIT 50",
				       INT(id)),
				 view_dispute);
	return view_list(
		s,
		QUERY(s, DISPUTE_ROW "WHERE d.buyer = ? ORDER BY d.opened DESC, d.id DESC LIMIT 50", INT(id)),
		view_dispute);
}

static json_t *
links(struct store *s, int64_t id, int up)
{
	if (up)
		return view_list(s,
				 QUERY(s,
				       "SELECT p.id, l.parent_kind, l.parent, p.status FROM dispute d JOIN "
				       "dispute_link l"
				       " ON l.account = d.account AND l.kind = d.kind AND l.remote = d.remote"
				       " LEFT JOIN dispute p ON p.remote = l.parent AND p.account = l.account"
				       "  AND p.kind = l.parent_kind WHERE d.id = ? ORDER BY l.parent",
				       INT(id)),
				 link_row);
	return view_list(s,
			 QUERY(s,
			       "SELECT n.id, l.kind, l.remote, n.status FROM dispute d JOIN dispute_link l"
			       " ON l.account = d.account AND l.parent_kind = d.kind AND l.parent = d.remote"
			       " LEFT JOIN dispute n ON n.remote = l.remote AND n.account = l.account"
			       "  AND n.kind = l.kind WHERE d.id = ? ORDER BY l.remote",
			       INT(id)),
			 link_row);
}

json_t *
show_dispute(struct store *s, int64_t id)
{
	json_t *d = view_one(s, QUERY(s, DISPUTE_ROW "WHERE d.id = ?", INT(id)), view_dispute);

	if (!d)
		return NULL;
	json_object_set_new(d, "parents", links(s, id, 1));
	json_object_set_new(d, "children", links(s, id, 0));
	json_object_set_new(
		d, "history",
		view_list(s,
			  QUERY(s,
				"SELECT at, actor, what, text, amount, currency, outbox FROM dispute_entry"
				" WHERE dispute = ? ORDER BY at, remote",
				INT(id)),
			  entry_row));
	json_object_set_new(
		d, "files",
		view_list(s,
			  QUERY(s,
				"SELECT name, ifnull(sniffed, type), actor, content IS NOT NULL, why"
				" FROM dispute_file WHERE dispute = ? ORDER BY id",
				INT(id)),
			  file_row));
	json_object_set_new(
		d, "orders",
		view_list(s,
			  QUERY(s, ORDER_ROW "WHERE o.id = (SELECT order_id FROM dispute WHERE id = ?)",
				INT(id)),
			  view_order));
	json_object_set_new(
		d, "conversations",
		view_list(s,
			  QUERY(s,
				CONVERSATION_ROW
				"WHERE c.id IN (SELECT x.id FROM dispute d JOIN conversation x ON x.order_id "
				"= d.order_id"
				"  WHERE d.id = ?1 UNION SELECT x.id FROM dispute d JOIN conversation x"
				"  ON x.buyer = d.buyer AND x.listing = d.listing WHERE d.id = ?1)"
				" ORDER BY c.last_at DESC, c.id DESC LIMIT 50",
				INT(id)),
			  view_conversation));
	json_object_set_new(d, "actions", view_actions_of(s, 'd', id));
	json_object_set_new(d, "tasks", view_tasks_of(s, 'd', id));
	return d;
}
