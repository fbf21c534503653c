/* stream.c - where each poll goes on. */
#include <string.h>

#include "daemon/store/db.h"

int
stream_get(struct store *s, int64_t account, const char *name, struct stream_row *row)
{
	sqlite3_stmt *q =
		QUERY(s,
		      "SELECT cursor, ack, next_at, last_ok, covered, fails, stopped, swept FROM stream"
		      " WHERE account = ? AND name = ?",
		      INT(account), TEXT(name));

	memset(row, 0, sizeof *row);
	row->name = arena_strdup(s->arena, name);
	row->cursor = row->ack = "";
	if (!sql_row(s, q))
		return 0;
	row->cursor = col_text(s, q, 0);
	row->ack = col_text(s, q, 1);
	row->next_at = col_int(q, 2);
	row->last_ok = col_int(q, 3);
	row->covered = col_int(q, 4);
	row->fails = (int)col_int(q, 5);
	row->stopped = col_text(s, q, 6);
	row->swept = col_int(q, 7);
	sql_end(s, q);
	return 1;
}

int
streams_get(struct store *s, int64_t account, struct stream_times *list, int max)
{
	sqlite3_stmt *q = QUERY(
		s, "SELECT name, next_at, swept, stopped IS NOT NULL FROM stream WHERE account = ? LIMIT ?",
		INT(account), INT(max));
	int n = 0;

	while (sql_row(s, q))
		list[n++] = (struct stream_times){.name = col_text(s, q, 0),
						  .next_at = col_int(q, 1),
						  .swept = col_int(q, 2),
						  .stopped = (int)col_int(q, 3)};
	return n;
}

void
stream_put(struct store *s, int64_t account, const struct stream_row *row)
{
	DO(s,
	   "INSERT INTO stream (account, name, cursor, ack, next_at, last_ok, covered, fails, stopped, swept)"
	   " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
	   " ON CONFLICT DO UPDATE SET (cursor, ack, next_at, last_ok, covered, fails, stopped, swept) = "
	   "(excluded.cursor,"
	   " excluded.ack, excluded.next_at, excluded.last_ok, excluded.covered, excluded.fails, "
	   "excluded.stopped,"
	   " excluded.swept)",
	   INT(account), TEXT(row->name), TEXT(row->cursor ? row->cursor : ""),
	   TEXT(row->ack ? row->ack : ""), INT(row->next_at), INT0(row->last_ok), INT0(row->covered),
	   INT(row->fails), TEXT0(row->stopped), INT0(row->swept));
}

void
stream_went_on(struct store *s, int64_t account, const struct stream_row *row)
{
	const int64_t before = sqlite3_total_changes64(s->db);

	stream_put(s, account, row);
	s->unhurried += sqlite3_total_changes64(s->db) - before;
}
