/* budget.c - calls counted in the current window of each budget. */
#include "daemon/store/db.h"

int64_t
budget_used(struct store *s, const char *owner, const char *budget, int64_t window_start)
{
	return GET(s, 0, "SELECT used FROM budget WHERE owner = ? AND budget = ? AND window_start = ?",
		   TEXT(owner), TEXT(budget), INT(window_start));
}

void
budget_add(struct store *s, const char *owner, const char *budget, int64_t window_start, int64_t n)
{
	DO(s,
	   "INSERT INTO budget (owner, budget, window_start, used) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE"
	   " SET used = excluded.used + iif(window_start = excluded.window_start, used, 0),"
	   " window_start = excluded.window_start",
	   TEXT(owner), TEXT(budget), INT(window_start), INT(n));
}

int64_t
budget_beyond(struct store *s, const char *these, const char *except, const char *budget,
	      int64_t window_start, int64_t free, int64_t most)
{
	return GET(s, 0,
		   "SELECT sum(max(0, min(?6, used - ?5))) FROM budget WHERE owner > ?1 || char(10)"
		   " AND owner < ?1 || char(11) AND owner <> ?2 AND budget = ?3 AND window_start = ?4",
		   TEXT(these), TEXT(except), TEXT(budget), INT(window_start), INT(free), INT(most));
}
