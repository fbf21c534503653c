/* attachment.c - files that came with messages and disputes: fetched later, each content stored once.
 *
 * A file of a dispute has its id below 0.
 */
#include <sodium.h>
#include <string.h>

#include "daemon/store/db.h"

/* By its first bytes; what a message claims is not believed. */
const char *
file_sniff(const void *bytes, size_t n)
{
	static const struct {
		const char *magic;
		size_t len;
		const char *type;
	} types[] = {
		{"\xff\xd8\xff", 3, "image/jpeg"}, {"\x89PNG\r\n\x1a\n", 8, "image/png"},
		{"GIF8", 4, "image/gif"},          {"BM", 2, "image/bmp"},
		{"%PDF-", 5, "application/pdf"},
	};
	const char *p = bytes;

	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (n >= types[i].len && !memcmp(p, types[i].magic, types[i].len))
			return types[i].type;
	if (n >= 12 && !memcmp(p, "RIFF", 4) && !memcmp(p + 8, "WEBP", 4))
		return "image/webp";
	return NULL;
}

void
content_put(struct store *s, const void *bytes, size_t len, int64_t now, unsigned char hash[CONTENT_HASH])
{
	crypto_hash_sha256(hash, bytes, len);
	DO(s, "INSERT INTO content (hash, bytes, stored) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
	   BLOB(hash, CONTENT_HASH), BLOB(len ? bytes : "", len), INT(now));
}

/* 1, 0: none that was due before *at, which becomes its time. */
static int
read_due(struct store *s, sqlite3_stmt *q, int64_t *at, struct attachment_row *r)
{
	if (!sql_row(s, q))
		return 0;
	*at = col_int(q, 0);
	*r = (struct attachment_row){.id = col_int(q, 1),
				     .account = col_int(q, 2),
				     .account_name = col_text(s, q, 3),
				     .url = col_text(s, q, 4),
				     .name = col_text(s, q, 5),
				     .tries = (int)col_int(q, 6)};
	sql_end(s, q);
	return 1;
}

#define DUE_COLUMNS ", f.account, a.name, f.url, f.name, f.tries FROM "
#define DUE_WHERE                                                                                            \
	" f JOIN account a ON a.id = f.account WHERE f.account = ? AND f.next_at < ?"                        \
	" ORDER BY f.next_at LIMIT 1"

int
attachment_next(struct store *s, int64_t account, int64_t now, struct attachment_row *r)
{
	int64_t before = now + 1;
	int found;

	memset(r, 0, sizeof *r);
	found = read_due(s,
			 QUERY(s, "SELECT f.next_at, f.id" DUE_COLUMNS "attachment" DUE_WHERE, INT(account),
			       INT(before)),
			 &before, r);
	found |= read_due(s,
			  QUERY(s, "SELECT f.next_at, -f.id" DUE_COLUMNS "dispute_file" DUE_WHERE,
				INT(account), INT(before)),
			  &before, r);
	return found;
}

void
attachment_store(struct store *s, int64_t id, const void *bytes, size_t len, const char *sniffed_type,
		 int64_t now)
{
	unsigned char hash[CONTENT_HASH];

	content_put(s, bytes, len, now, hash);
	if (id > 0)
		DO(s,
		   "UPDATE attachment SET content = ?, sniffed = ?, tries = tries + 1, next_at = NULL, why = "
		   "NULL "
		   "WHERE id = ?",
		   BLOB(hash, sizeof hash), TEXT0(sniffed_type), INT(id));
	else
		DO(s,
		   "UPDATE dispute_file SET content = ?, sniffed = ?, tries = tries + 1, next_at = NULL, why "
		   "= NULL "
		   "WHERE id = ?",
		   BLOB(hash, sizeof hash), TEXT0(sniffed_type), INT(-id));
}

void
attachment_fail(struct store *s, int64_t id, const char *packed, int64_t again, int64_t now)
{
	if (again && again < now)
		again = now;
	if (id > 0)
		DO(s, "UPDATE attachment SET tries = tries + 1, why = ?, next_at = ? WHERE id = ?",
		   TEXT0(packed), INT0(again), INT(id));
	else
		DO(s, "UPDATE dispute_file SET tries = tries + 1, why = ?, next_at = ? WHERE id = ?",
		   TEXT0(packed), INT0(again), INT(-id));
}
