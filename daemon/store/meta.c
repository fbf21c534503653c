/* meta.c - facts about the store itself, and ids as people see them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/store/db.h"

const char *
meta_get(struct store *s, const char *key)
{
	sqlite3_stmt *q = QUERY(s, "SELECT value FROM meta WHERE key = ?", TEXT(key));
	const char *value = NULL;

	if (sql_row(s, q)) {
		value = col_text(s, q, 0);
		sql_end(s, q);
	}
	return value;
}

void
meta_set(struct store *s, const char *key, const char *value)
{
	if (value)
		DO(s, "INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
		   TEXT(key), TEXT(value));
	else
		DO(s, "DELETE FROM meta WHERE key = ?", TEXT(key));
}

int
local_id(const char *text, char *kind, int64_t *id)
{
	char *end;

	if (!text || !*text || !strchr("ocmabedftn", *text) || text[1] < '1' || text[1] > '9')
		return -1;
	errno = 0;
	*id = strtoll(text + 1, &end, 10);
	*kind = *text;
	return *end || errno ? -1 : 0;
}
