/* view_task.c - what has to be done by hand: what is due first on top; or all, newest first. */
#include <stdlib.h>

#include "daemon/store/db.h"

#define TASK_ROW                                                                                             \
	"SELECT t.id, a.name, t.kind, t.state, t.reason, t.dispute, t.feedback, t.conversation, t.order_id," \
	" t.rule, t.template, t.locale, t.text, t.link, t.deadline, t.operator, t.done_by, t.snoozed_until," \
	" t.created, t.changed FROM task t JOIN account a ON a.id = t.account "

static json_t *
task_row(struct store *s, sqlite3_stmt *q)
{
	return json_pack(
		"{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, "
		"s:o, s:o}",
		"id", json_local('t', col_int(q, 0)), "account", json_word(col_text(s, q, 1)), "kind",
		json_word(col_text(s, q, 2)), "state", json_word(col_text(s, q, 3)), "reason",
		json_packed(col_text(s, q, 4)), "dispute", json_local('d', col_int(q, 5)), "feedback",
		json_local('f', col_int(q, 6)), "conversation", json_local('c', col_int(q, 7)), "order",
		json_local('o', col_int(q, 8)), "rule", json_word(col_text(s, q, 9)), "template",
		json_word(col_text(s, q, 10)), "locale", json_word(col_text(s, q, 11)), "text",
		json_word(col_text(s, q, 12)), "link", json_word(col_text(s, q, 13)), "deadline_at",
		json_when(col_int(q, 14)), "operator", json_word(col_text(s, q, 15)), "done_by",
		json_word(col_text(s, q, 16)), "snoozed_until_at", json_when(col_int(q, 17)), "created_at",
		json_when(col_int(q, 18)), "changed_at", json_when(col_int(q, 19)));
}

#define DUE "ifnull(t.deadline, 1 << 60)"

json_t *
view_tasks(struct store *s, const char *account, int all, int limit, const char *after)
{
	int64_t of = account ? GET(s, -1, "SELECT id FROM account WHERE name = ?", TEXT(account)) : 0;
	int64_t time, id;
	const char *next = NULL;
	json_t *list = json_array();
	sqlite3_stmt *q;
	int n = 0;

	page_after(after, &time, &id, all ? INT64_MAX : INT64_MIN);
	if (all)
		q = QUERY(s,
			  TASK_ROW
			  "WHERE t.id < ?1 AND (?2 = 0 OR t.account = ?2) ORDER BY t.id DESC LIMIT ?3",
			  INT(id), INT(of), INT(limit));
	else
		q = QUERY(s,
			  TASK_ROW "WHERE t.state IN ('open', 'snoozed') AND (?1 = 0 OR t.account = ?1)"
				   " AND (" DUE ", t.id) > (?2, ?3) ORDER BY " DUE ", t.id LIMIT ?4",
			  INT(of), INT(time), INT(id), INT(limit));
	while (sql_row(s, q)) {
		json_array_append_new(list, task_row(s, q));
		if (++n == limit)
			next = page_next(s, col_int(q, 14) ? col_int(q, 14) : INT64_C(1) << 60,
					 col_int(q, 0));
	}
	return view_end(s, json_pack("{s:o, s:o}", "tasks", list, "next", json_word(next)));
}

json_t *
view_tasks_of(struct store *s, char kind, int64_t id)
{
	return view_list(
		s,
		QUERY(s,
		      TASK_ROW
		      "WHERE ?1 = 'd' AND t.dispute = ?2 OR ?1 = 'f' AND t.feedback = ?2"
		      " OR ?1 = 'o' AND t.order_id = ?2 OR ?1 = 'c' AND t.conversation = ?2 ORDER BY t.id",
		      TEXT((char[]){kind, '\0'}), INT(id)),
		task_row);
}

json_t *
show_task(struct store *s, int64_t id)
{
	return view_one(s, QUERY(s, TASK_ROW "WHERE t.id = ?", INT(id)), task_row);
}
