/* view_feedback.c - what buyers said that has no reply yet; or all, newest first. */
#include "daemon/store/db.h"

json_t *
view_feedback_row(struct store *s, sqlite3_stmt *q)
{
	return json_pack(
		"{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:b}", "id",
		json_local('f', col_int(q, 0)), "account", json_word(col_text(s, q, 1)), "marketplace",
		json_word(col_text(s, q, 2)), "remote", json_word(col_text(s, q, 3)), "direction",
		json_word(col_text(s, q, 4)), "rating", json_word(col_text(s, q, 5)), "order",
		json_local('o', col_int(q, 6)), "listing", json_word(col_text(s, q, 7)), "title",
		json_word(col_text(s, q, 8)), "buyer", json_word(col_text(s, q, 9)), "text",
		json_word(col_text(s, q, 10)), "reply", json_word(col_text(s, q, 11)), "follow_up",
		json_word(col_text(s, q, 12)), "given_at", json_when(col_int(q, 13)), "changed_at",
		json_when(col_int(q, 14)), "revisable", (int)col_int(q, 15), "automatic",
		(int)col_int(q, 16));
}

/* What could still get a reply. */
#define UNANSWERED "f.direction = 'in' AND f.reply IS NULL AND NOT f.automatic AND f.rating <> 'withdrawn'"

json_t *
view_feedback(struct store *s, const char *account, int all, int limit, const char *after)
{
	int64_t of = account ? GET(s, -1, "SELECT id FROM account WHERE name = ?", TEXT(account)) : 0;
	int64_t time, id;
	const char *next = NULL;
	json_t *list = json_array();
	sqlite3_stmt *q;
	int n = 0;

	page_after(after, &time, &id, INT64_MAX);
	if (of)
		q = QUERY(s,
			  FEEDBACK_ROW
			  "WHERE f.account = ? AND (f.given, f.id) < (?, ?) AND (? OR " UNANSWERED
			  ") ORDER BY f.given DESC, f.id DESC LIMIT ?",
			  INT(of), INT(time), INT(id), INT(all != 0), INT(limit));
	else
		q = QUERY(s,
			  FEEDBACK_ROW "WHERE (f.given, f.id) < (?, ?) AND (? OR " UNANSWERED
				       ") ORDER BY f.given DESC, f.id DESC LIMIT ?",
			  INT(time), INT(id), INT(all != 0), INT(limit));
	while (sql_row(s, q)) {
		json_array_append_new(list, view_feedback_row(s, q));
		if (++n == limit)
			next = page_next(s, col_int(q, 13), col_int(q, 0));
	}
	return view_end(s, json_pack("{s:o, s:o}", "feedback", list, "next", json_word(next)));
}

json_t *
view_feedback_of(struct store *s, char kind, int64_t id)
{
	if (kind == 'o')
		return view_list(s,
				 QUERY(s,
				       FEEDBACK_ROW
				       "WHERE f.order_id = ? ORDER BY f.given DESC, f.id DESC LIMIT 50",
				       INT(id)),
				 view_feedback_row);
	return view_list(
		s,
		QUERY(s, FEEDBACK_ROW "WHERE f.buyer = ? ORDER BY f.given DESC, f.id DESC LIMIT 50", INT(id)),
		view_feedback_row);
}

json_t *
show_feedback(struct store *s, int64_t id)
{
	json_t *f = view_one(s, QUERY(s, FEEDBACK_ROW "WHERE f.id = ?", INT(id)), view_feedback_row);

	if (!f)
		return NULL;
	json_object_set_new(
		f, "orders",
		view_list(s,
			  QUERY(s, ORDER_ROW "WHERE o.id = (SELECT order_id FROM feedback WHERE id = ?)",
				INT(id)),
			  view_order));
	json_object_set_new(
		f, "conversations",
		view_list(s,
			  QUERY(s,
				CONVERSATION_ROW
				"WHERE c.id IN (SELECT x.id FROM feedback f JOIN conversation x ON "
				"x.order_id = f.order_id"
				"  WHERE f.id = ?1 UNION SELECT x.id FROM feedback f JOIN conversation x"
				"  ON x.buyer = f.buyer AND x.listing = f.listing WHERE f.id = ?1)"
				" ORDER BY c.last_at DESC, c.id DESC LIMIT 50",
				INT(id)),
			  view_conversation));
	json_object_set_new(f, "actions", view_actions_of(s, 'f', id));
	json_object_set_new(f, "tasks", view_tasks_of(s, 'f', id));
	return f;
}
