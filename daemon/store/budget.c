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
