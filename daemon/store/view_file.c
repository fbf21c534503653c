/* view_file.c - pictures and papers that are kept, one at a time. */
#include <string.h>

#include "daemon/store/db.h"

/* What stands beside its bytes: name, type, content. */
static sqlite3_stmt *
files_of(struct store *s, char kind, int64_t id)
{
	switch (kind) {
	case 'a':
		return QUERY(s,
			     "SELECT name, type, content FROM outbox_file WHERE outbox = ? ORDER BY number",
			     INT(id));
	case 'd':
		return QUERY(s,
			     "SELECT name, ifnull(sniffed, type), content FROM dispute_file WHERE dispute = ?"
			     " AND content IS NOT NULL ORDER BY id",
			     INT(id));
	case 'm':
		return QUERY(s,
			     "SELECT name, ifnull(sniffed, type), content FROM attachment WHERE message = ?"
			     " AND content IS NOT NULL ORDER BY number",
			     INT(id));
	case 'c':
		return QUERY(
			s,
			"SELECT t.name, ifnull(t.sniffed, t.type), t.content FROM message m JOIN attachment t"
			" ON t.message = m.id WHERE m.conversation = ? AND t.content IS NOT NULL"
			" ORDER BY m.sent, m.id, t.number",
			INT(id));
	default: return NULL;
	}
}

static void
read_content(struct store *s, const void *hash, size_t len, struct attachment_file *f)
{
	sqlite3_stmt *q = QUERY(s, "SELECT bytes FROM content WHERE hash = ?", BLOB(hash, len));

	if (sql_row(s, q)) {
		f->bytes = col_blob(s, q, 0, &f->len);
		sql_end(s, q);
	}
}

int
kept_file(struct store *s, const char *id, int number, struct attachment_file *f)
{
	const void *hash = NULL;
	sqlite3_stmt *q;
	size_t len = 0;
	int64_t of;
	char kind;
	int n = 0;

	memset(f, 0, sizeof *f);
	if (!id || local_id(id, &kind, &of) || !(q = files_of(s, kind, of)))
		return 0;
	while (sql_row(s, q)) {
		if (++n != number)
			continue;
		f->name = col_text(s, q, 0);
		f->type = col_text(s, q, 1);
		hash = col_blob(s, q, 2, &len);
	}
	if (hash)
		read_content(s, hash, len, f);
	return number < 1 || number > n ? 0 : n;
}
