/* view_notice.c - what has to be told, who was told, who sees to it; and how much waits. */
#include "daemon/store/db.h"

#define NOTICE_ROW                                                                                           \
	"SELECT n.id, n.cause, a.name, n.text, n.at, n.told, n.claimed, n.claimed_by, n.cleared,"            \
	" (SELECT group_concat(channel, ', ') FROM told WHERE notice = n.id)"                                \
	" FROM notice n LEFT JOIN account a ON a.id = n.account "

static json_t *
notice_row(struct store *s, sqlite3_stmt *q)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "id",
			 json_local('n', col_int(q, 0)), "cause", json_word(col_text(s, q, 1)), "account",
			 json_word(col_text(s, q, 2)), "text", json_packed(col_text(s, q, 3)), "at",
			 json_when(col_int(q, 4)), "told_at", json_when(col_int(q, 5)), "claimed_at",
			 json_when(col_int(q, 6)), "claimed_by", json_word(col_text(s, q, 7)), "cleared_at",
			 json_when(col_int(q, 8)), "channels", json_names(col_text(s, q, 9)));
}

json_t *
view_notice(struct store *s, int64_t id)
{
	return view_one(s, QUERY(s, NOTICE_ROW "WHERE n.id = ?", INT(id)), notice_row);
}

json_t *
view_notices(struct store *s, int all, int limit, const char *after)
{
	int64_t time, id;
	const char *next = NULL;
	json_t *list = json_array();
	sqlite3_stmt *q;
	int n = 0;

	page_after(after, &time, &id, INT64_MAX);
	q = QUERY(s, NOTICE_ROW "WHERE n.id < ?1 AND (?2 OR n.cleared IS NULL) ORDER BY n.id DESC LIMIT ?3",
		  INT(id), INT(all), INT(limit));
	while (sql_row(s, q)) {
		json_array_append_new(list, notice_row(s, q));
		if (++n == limit)
			next = page_next(s, 0, col_int(q, 0));
	}
	return view_end(s, json_pack("{s:o, s:o}", "notices", list, "next", json_word(next)));
}

static json_t *
channel_row(struct store *s, sqlite3_stmt *q)
{
	return json_pack("{s:o, s:o, s:I, s:o}", "name", json_word(col_text(s, q, 0)), "posted_at",
			 json_when(col_int(q, 1)), "fails", (json_int_t)col_int(q, 2), "why",
			 json_packed(col_text(s, q, 3)));
}

json_t *
view_channels(struct store *s)
{
	return view_list(s, QUERY(s, "SELECT name, posted, fails, why FROM channel ORDER BY name"),
			 channel_row);
}

/* Deadlines of all that waits for us: one column, when. */
#define DEADLINES                                                                                            \
	"(SELECT answer_by AS at, account FROM conversation WHERE oldest_unanswered IS NOT NULL AND "        \
	"answer_by IS NOT NULL"                                                                              \
	" UNION ALL SELECT respond_by, account FROM dispute WHERE our_turn IS NOT NULL"                      \
	"  AND ifnull(answered, 0) < our_turn AND respond_by IS NOT NULL"                                    \
	" UNION ALL SELECT deadline, account FROM task WHERE state IN ('open', 'snoozed') AND deadline IS "  \
	"NOT NULL)"

void
backlog_count(struct store *s, const char *account, int64_t now, int64_t until, struct backlog *w)
{
	const int64_t of = account ? GET(s, -1, "SELECT id FROM account WHERE name = ?", TEXT(account)) : 0;

	*w = (struct backlog){
		.conversations = GET(s, 0,
				     "SELECT count(*) FROM conversation WHERE oldest_unanswered IS NOT NULL"
				     " AND (?1 = 0 OR account = ?1)",
				     INT(of)),
		.drafts =
			GET(s, 0,
			    "SELECT count(*) FROM outbox WHERE state = 'draft' AND (?1 = 0 OR account = ?1)",
			    INT(of)),
		.held = GET(s, 0,
			    "SELECT count(*) FROM outbox WHERE state = 'held' AND (?1 = 0 OR account = ?1)",
			    INT(of)),
		.unsure =
			GET(s, 0,
			    "SELECT count(*) FROM outbox WHERE state = 'unsure' AND (?1 = 0 OR account = ?1)",
			    INT(of)),
		.odd = GET(s, 0, "SELECT count(*) FROM odd WHERE ?1 = 0 OR account = ?1", INT(of)),
		.tasks = GET(s, 0,
			     "SELECT count(*) FROM task WHERE state IN ('open', 'snoozed') AND (?1 = 0 OR "
			     "account = ?1)",
			     INT(of)),
		.overdue =
			GET(s, 0,
			    "SELECT count(*) FROM " DEADLINES " WHERE at <= ?2 AND (?1 = 0 OR account = ?1)",
			    INT(of), INT(now)),
		.due = GET(s, 0,
			   "SELECT count(*) FROM " DEADLINES
			   " WHERE at > ?2 AND at <= ?3 AND (?1 = 0 OR account = ?1)",
			   INT(of), INT(now), INT(until)),
		.first = GET(s, 0,
			     "SELECT ifnull(min(at), 0) FROM " DEADLINES
			     " WHERE at > ?2 AND (?1 = 0 OR account = ?1)",
			     INT(of), INT(now)),
	};
}
