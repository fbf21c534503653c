/* outbox_file.c - files that go with an action. */
#include "daemon/store/db.h"

void
outbox_file_add(struct store *s, int64_t id, int number, const char *name, const char *type,
		const void *bytes, size_t len, int64_t now)
{
	unsigned char hash[CONTENT_HASH];

	if (s->past) /* as with the journal */
		return;
	content_put(s, bytes, len, now, hash);
	DO(s,
	   "INSERT INTO outbox_file (outbox, number, name, type, content) VALUES (?1, ?2, ?3, ?4, ?5)"
	   " ON CONFLICT DO UPDATE SET (name, type, content) = (?3, ?4, ?5)",
	   INT(id), INT(number), TEXT(name ? name : ""), TEXT(type ? type : ""), BLOB(hash, sizeof hash));
}

int
outbox_files(struct store *s, int64_t id, struct attachment_file *files, int max)
{
	sqlite3_stmt *q =
		QUERY(s,
		      "SELECT f.name, f.type, c.bytes FROM outbox_file f JOIN content c ON c.hash = f.content"
		      " WHERE f.outbox = ? ORDER BY f.number LIMIT ?",
		      INT(id), INT(max));
	int n = 0;

	for (; sql_row(s, q); n++) {
		files[n].name = col_text(s, q, 0);
		files[n].type = col_text(s, q, 1);
		files[n].bytes = col_blob(s, q, 2, &files[n].len);
	}
	return n;
}
