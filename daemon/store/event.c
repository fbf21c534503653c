/* event.c - changes that rules may answer. */
#include "daemon/store/db.h"

void
event_add(struct store *s, const char *kind, int64_t at, int64_t account, const struct subject *of,
	  int64_t now)
{
	int64_t check_at = at < account_since(s, account) ? 0 : now;

	/* An old one is kept as decided: it says that this has happened, so that a later poll does not take it for news. */
	DO(s,
	   "INSERT INTO event (kind, at, account, message, order_id, dispute, feedback, detail, check_at)"
	   " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
	   TEXT(kind), INT(at), INT(account), INT0(of->message), INT0(of->order), INT0(of->dispute),
	   INT0(of->feedback), TEXT0(of->detail), INT0(check_at));
}

void
event_done(struct store *s, int64_t event)
{
	DO(s, "UPDATE event SET check_at = NULL WHERE id = ?", INT(event));
}

void
event_wait(struct store *s, int64_t event, int64_t until)
{
	DO(s, "UPDATE event SET check_at = ? WHERE id = ?", INT(until), INT(event));
}

int
event_next(struct store *s, int64_t now, struct situation *t, int64_t *next)
{
	for (;;) {
		sqlite3_stmt *q = QUERY(s, "SELECT id, check_at FROM event WHERE check_at IS NOT NULL ORDER "
					   "BY check_at, id LIMIT 1");
		int64_t event;

		*next = INT64_MAX;
		if (!sql_row(s, q))
			return 0;
		event = col_int(q, 0);
		*next = col_int(q, 1);
		sql_end(s, q);
		if (*next > now)
			return 0;
		if (situation_load(s, &(struct around){.event = event}, now, t))
			return 1;
		event_done(
			s,
			event); /* nothing is left of what it was about: it must not stand before the others */
	}
}

int64_t
event_at(struct store *s, int64_t event)
{
	return GET(s, 0, "SELECT at FROM event WHERE id = ?", INT(event));
}
