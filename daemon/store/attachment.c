/* attachment.c - files that came with messages: fetched later, each content stored once. */
#include <sodium.h>
#include <string.h>

#include "daemon/store/db.h"

int
attachment_next(struct store *s, int64_t account, int64_t now, struct attachment_row *r)
{
	sqlite3_stmt *q = QUERY(s,
				"SELECT t.id, t.account, a.name, t.url, t.name, t.tries FROM attachment t"
				" JOIN account a ON a.id = t.account"
				" WHERE t.account = ? AND t.next_at <= ? ORDER BY t.next_at, t.id LIMIT 1",
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
	unsigned char hash[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(hash, bytes, len);
	DO(s, "INSERT INTO content (hash, bytes, stored) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
	   BLOB(hash, sizeof hash), BLOB(len ? bytes : "", len), INT(now));
	DO(s,
	   "UPDATE attachment SET content = ?, sniffed = ?, tries = tries + 1, next_at = NULL, why = NULL "
	   "WHERE id = ?",
	   BLOB(hash, sizeof hash), TEXT0(sniffed_type), INT(id));
}

void
attachment_fail(struct store *s, int64_t id, const char *packed, int64_t again, int64_t now)
{
	DO(s, "UPDATE attachment SET tries = tries + 1, why = ?, next_at = ? WHERE id = ?", TEXT0(packed),
	   INT0(again && again < now ? now : again), INT(id));
}
