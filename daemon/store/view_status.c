/* view_status.c - the state of the whole on one page, and the same as numbers for /metrics. */
#include <string.h>

#include "daemon/store/db.h"

static json_t *
stream_row(struct store *s, sqlite3_stmt *q)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:I, s:o}", "name", json_word(col_text(s, q, 0)), "last_ok_at",
			 json_when(col_int(q, 1)), "next_at", json_when(col_int(q, 2)), "covered_at",
			 json_when(col_int(q, 3)), "fails", col_int(q, 4), "stopped",
			 json_packed(col_text(s, q, 5)));
}

static json_t *
account_row(struct store *s, sqlite3_stmt *q)
{
	json_t *streams = view_list(s,
				    QUERY(s,
					  "SELECT name, last_ok, next_at, covered, fails, stopped FROM stream"
					  " WHERE account = ? ORDER BY name",
					  INT(col_int(q, 0))),
				    stream_row);

	return json_pack(
		"{s:o, s:o, s:o, s:b, s:o, s:o, s:o, s:o, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:o}",
		"name", json_word(col_text(s, q, 1)), "platform", json_word(col_text(s, q, 2)), "mode",
		json_word(col_text(s, q, 3)), "paused", (int)col_int(q, 4), "stopped",
		json_packed(col_text(s, q, 5)), "breaker", json_packed(col_text(s, q, 6)), "identity",
		json_word(col_text(s, q, 7)), "armed_at", json_when(col_int(q, 8)), "unanswered",
		col_int(q, 9), "drafts", col_int(q, 10), "held", col_int(q, 11), "unsure", col_int(q, 12),
		"sent_24h", col_int(q, 13), "disputes", col_int(q, 14), "tasks", col_int(q, 15), "streams",
		streams, "coverage", view_coverage(s, col_text(s, q, 1)));
}

json_t *
view_coverage(struct store *s, const char *account)
{
	const char *report = meta_get(s, arena_fmt(s->arena, "covered/%s", account));
	json_t *told = report ? json_loads(report, 0, NULL) : NULL;

	return told ? told : json_null();
}

static json_t *
notice_row(struct store *s, sqlite3_stmt *q)
{
	return json_pack("{s:o, s:o, s:o, s:o}", "cause", json_word(col_text(s, q, 0)), "account",
			 json_word(col_text(s, q, 1)), "text", json_packed(col_text(s, q, 2)), "at",
			 json_when(col_int(q, 3)));
}

json_t *
view_status(struct store *s, int64_t now)
{
	json_t *accounts, *notices;
	int64_t odd;

	accounts = view_list(
		s,
		QUERY(s,
		      "WITH open AS MATERIALIZED (SELECT account, state, count(*) AS n FROM outbox"
		      "  WHERE state IN ('draft', 'held', 'unsure') GROUP BY account, state)"
		      " SELECT id, name, platform, mode, paused, stopped, breaker, identity, armed,"
		      " (SELECT count(*) FROM conversation WHERE account = a.id AND "
		      "oldest_unanswered IS NOT NULL),"
		      " (SELECT n FROM open WHERE account = a.id AND state = 'draft'),"
		      " (SELECT n FROM open WHERE account = a.id AND state = 'held'),"
		      " (SELECT n FROM open WHERE account = a.id AND state = 'unsure'),"
		      " (SELECT count(*) FROM outbox WHERE account = a.id AND state = 'sent' AND "
		      "started >= ?),"
		      " (SELECT count(*) FROM dispute WHERE account = a.id AND our_turn IS NOT NULL),"
		      " (SELECT count(*) FROM task WHERE account = a.id AND state IN ('open', 'snoozed'))"
		      " FROM account a ORDER BY name",
		      INT(now - DAY)),
		account_row);
	notices = view_list(s,
			    QUERY(s, "SELECT n.cause, a.name, n.text, n.at FROM notice n LEFT JOIN account a "
				     "ON a.id = n.account"
				     " WHERE n.cleared IS NULL ORDER BY n.id DESC LIMIT 200"),
			    notice_row);
	odd = GET(s, 0, "SELECT count(*) FROM odd");
	return view_end(s,
			json_pack("{s:o, s:o, s:I}", "accounts", accounts, "notices", notices, "odd", odd));
}

static json_t *
odd_row(struct store *s, sqlite3_stmt *q)
{
	size_t len;
	const char *item = col_blob(s, q, 3, &len);
	const char *text = clean_text(s, arena_strndup(s->arena, item, len));

	return json_pack("{s:I, s:o, s:o, s:s, s:o, s:o, s:o, s:I}", "id", col_int(q, 0), "account",
			 json_word(col_text(s, q, 1)), "stream", json_word(col_text(s, q, 2)), "item", text,
			 "why", json_packed(col_text(s, q, 4)), "first_at", json_when(col_int(q, 5)),
			 "last_at", json_when(col_int(q, 6)), "seen", col_int(q, 7));
}

json_t *
view_odd(struct store *s, int limit)
{
	sqlite3_stmt *q =
		QUERY(s,
		      "SELECT d.id, a.name, d.stream, d.item, d.why, d.first_at, d.last_at, d.seen FROM odd d"
		      " JOIN account a ON a.id = d.account ORDER BY d.last_at DESC, d.id DESC LIMIT ?",
		      INT(limit));

	return view_end(s, json_pack("{s:o}", "odd", view_list(s, q, odd_row)));
}

static int
tell(struct store *s, sqlite3_stmt *q, const char *metric, const char *label,
     void (*each)(void *, const char *, const char *, const char *, int64_t), void *ctx)
{
	int n = 0;

	for (; sql_row(s, q); n++)
		each(ctx, metric, label, col_text(s, q, 0), col_int(q, 1));
	return n;
}

int
view_counts(struct store *s,
	    void (*each)(void *, const char *metric, const char *label, const char *value, int64_t n),
	    void *ctx)
{
	int n = 0;

	n += tell(s,
		  QUERY(s, "SELECT name, (SELECT count(*) FROM conversation WHERE account = a.id"
			   " AND oldest_unanswered IS NOT NULL) FROM account a ORDER BY name"),
		  "conversations_unanswered", "account", each, ctx);
	n += tell(s,
		  QUERY(s,
			"SELECT name, ifnull((SELECT oldest_unanswered FROM conversation WHERE account = a.id"
			" AND oldest_unanswered IS NOT NULL ORDER BY oldest_unanswered LIMIT 1), 0) FROM "
			"account a ORDER BY name"),
		  "oldest_unanswered_ms", "account", each, ctx);
	n += tell(s,
		  QUERY(s, "SELECT name, (SELECT count(*) FROM dispute WHERE account = a.id"
			   " AND our_turn IS NOT NULL) FROM account a ORDER BY name"),
		  "disputes_our_turn", "account", each, ctx);
	n += tell(s,
		  QUERY(s, "SELECT name, (SELECT count(*) FROM task WHERE account = a.id"
			   " AND state IN ('open', 'snoozed')) FROM account a ORDER BY name"),
		  "tasks_open", "account", each, ctx);
	n += tell(s, QUERY(s, "SELECT state, count(*) FROM outbox GROUP BY state"), "actions", "state", each,
		  ctx);
	n += tell(s,
		  QUERY(s, "SELECT a.name, count(*) FROM odd d JOIN account a ON a.id = d.account GROUP BY "
			   "a.name"),
		  "odd_items", "account", each, ctx);
	n += tell(s,
		  QUERY(s, "SELECT a.name, sum(t.fails) FROM stream t JOIN account a ON a.id = t.account "
			   "GROUP BY a.name"),
		  "stream_failures_in_a_row", "account", each, ctx);
	return s->failed ? 0 : n;
}
