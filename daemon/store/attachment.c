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

int
attachment_next(struct store *s, int64_t account, int64_t now, struct attachment_row *r)
{
	sqlite3_stmt *q = QUERY(
		s,
		"SELECT f.id, f.account, a.name, f.url, f.name, f.tries FROM ("
		"  SELECT * FROM (SELECT id, account, url, name, tries, next_at FROM attachment"
		"   WHERE account = ?1 AND next_at <= ?2 ORDER BY next_at LIMIT 1)"
		"  UNION ALL SELECT * FROM (SELECT -id, account, url, name, tries, next_at FROM dispute_file"
		"   WHERE account = ?1 AND next_at <= ?2 ORDER BY next_at LIMIT 1)) f"
		" JOIN account a ON a.id = f.account ORDER BY f.next_at, abs(f.id) LIMIT 1",
		INT(account), INT(now));

	memset(r, 0, sizeof *r);
	if (!sql_row(s, q))
		return 0;
	r->id = col_int(q, 0);
	r->account = col_int(q, 1);
	r->account_name = col_text(s, q, 2);
	r->url = col_text(s, q, 3);
	r->name = col_text(s, q, 4);
	r->tries = (int)col_int(q, 5);
	sql_end(s, q);
	return 1;
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
