/* view_inbox.c - conversations: those that wait for us, oldest clock first; or all, newest first. */
#include "daemon/store/db.h"

json_t *
view_conversation(struct store *s, sqlite3_stmt *q)
{
	int64_t waiting = col_int(q, 9);

	return json_pack(
		"{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:s, s:I, s:o}", "id",
		json_local('c', col_int(q, 0)), "account", json_word(col_text(s, q, 1)), "marketplace",
		json_word(col_text(s, q, 2)), "buyer", json_word(col_text(s, q, 3)), "subject",
		json_word(col_text(s, q, 4)), "listing", json_word(col_text(s, q, 5)), "order",
		json_local('o', col_int(q, 6)), "orders", col_int(q, 14), "text",
		json_word(col_text(s, q, 7)), "last_at", json_when(col_int(q, 8)), "unanswered_since_at",
		json_when(waiting), "answer_by_at", json_when(waiting ? col_int(q, 10) : 0), "language",
		json_word(col_text(s, q, 11)), "intent", json_word(col_text(s, q, 12)), "state",
		waiting ? "open" : "waiting", "photos", col_int(q, 13), "needs",
		json_names(col_text(s, q, 15)));
}

static sqlite3_stmt *
waiting(struct store *s, int64_t account, int64_t time, int64_t id, int limit)
{
	if (account)
		return QUERY(s,
			     CONVERSATION_ROW "WHERE c.oldest_unanswered IS NOT NULL AND c.account = ?"
					      " AND (c.oldest_unanswered, c.id) > (?, ?) ORDER BY "
					      "c.oldest_unanswered, c.id LIMIT ?",
			     INT(account), INT(time), INT(id), INT(limit));
	return QUERY(s,
		     CONVERSATION_ROW
		     "WHERE c.oldest_unanswered IS NOT NULL AND (c.oldest_unanswered, c.id) > (?, ?)"
		     " ORDER BY c.oldest_unanswered, c.id LIMIT ?",
		     INT(time), INT(id), INT(limit));
}

static sqlite3_stmt *
newest(struct store *s, int64_t account, int64_t time, int64_t id, int limit)
{
	if (account)
		return QUERY(s,
			     CONVERSATION_ROW "WHERE c.account = ? AND (c.last_at, c.id) < (?, ?)"
					      " ORDER BY c.last_at DESC, c.id DESC LIMIT ?",
			     INT(account), INT(time), INT(id), INT(limit));
	return QUERY(s,
		     CONVERSATION_ROW
		     "WHERE (c.last_at, c.id) < (?, ?) ORDER BY c.last_at DESC, c.id DESC LIMIT ?",
		     INT(time), INT(id), INT(limit));
}

json_t *
view_inbox(struct store *s, int limit, const char *after, const char *account, int all)
{
	int64_t of = account ? GET(s, -1, "SELECT id FROM account WHERE name = ?", TEXT(account)) : 0;
	int64_t time, id;
	const char *next = NULL;
	json_t *list = json_array();
	sqlite3_stmt *q;
	int n = 0;

	page_after(after, &time, &id, all ? INT64_MAX : INT64_MIN);
	q = all ? newest(s, of, time, id, limit) : waiting(s, of, time, id, limit);
	while (sql_row(s, q)) {
		json_array_append_new(list, view_conversation(s, q));
		if (++n == limit)
			next = page_next(s, col_int(q, all ? 8 : 9), col_int(q, 0));
	}
	return view_end(s, json_pack("{s:o, s:o, s:I, s:I}", "conversations", list, "next", json_word(next),
				     "disputes",
				     GET(s, 0,
					 "SELECT count(*) FROM dispute WHERE our_turn IS NOT NULL AND (?1 = "
					 "0 OR account = ?1)",
					 INT(of)),
				     "tasks",
				     GET(s, 0,
					 "SELECT count(*) FROM task WHERE state IN ('open', 'snoozed')"
					 " AND (?1 = 0 OR account = ?1)",
					 INT(of))));
}
