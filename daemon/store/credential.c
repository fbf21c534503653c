/* credential.c - sealed tokens.  What they say only daemon/secret.c can read. */
#include <string.h>

#include "daemon/store/db.h"

int
credential_get(struct store *s, int64_t account, const char *name, struct credential_row *row)
{
	sqlite3_stmt *q = QUERY(s,
				"SELECT name, token, refresh, pasted, token_until, refresh_until, refreshing"
				" FROM credential WHERE account = ? AND name = ?",
				INT(account), TEXT(name));

	memset(row, 0, sizeof *row);
	row->name = arena_strdup(s->arena, name);
	if (!sql_row(s, q))
		return 0;
	row->token = col_blob(s, q, 1, &row->ntoken);
	row->grant = col_blob(s, q, 2, &row->ngrant);
	row->pasted = col_blob(s, q, 3, &row->npasted);
	row->token_until = col_int(q, 4);
	row->grant_until = col_int(q, 5);
	row->refreshing = (int)col_int(q, 6);
	sql_end(s, q);
	return 1;
}

void
credential_put(struct store *s, int64_t account, const struct credential_row *row)
{
	DO(s,
	   "REPLACE INTO credential (account, name, token, token_until, refresh, refresh_until, pasted, "
	   "refreshing)"
	   " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
	   INT(account), TEXT(row->name), BLOB(row->token, row->ntoken), INT0(row->token_until),
	   BLOB(row->grant, row->ngrant), INT0(row->grant_until), BLOB(row->pasted, row->npasted),
	   INT(row->refreshing != 0));
}
