/* odd.c - items that no connector could read: kept once each, shown to a person. */
#include <sodium.h>

#include "daemon/store/db.h"

#define KEPT 65536 /* bytes of an item */

void
record_odd(struct store *s, int64_t account, const char *stream, const char *item, size_t len,
	   const char *packed_why, int64_t now)
{
	unsigned char hash[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(hash, (const unsigned char *)item, len);
	DO(s,
	   "INSERT INTO odd (account, stream, hash, item, why, first_at, last_at) VALUES (?1, ?2, ?3, ?4, "
	   "?5, ?6, ?6)"
	   " ON CONFLICT DO UPDATE SET (why, last_at, seen) = (excluded.why, excluded.last_at, seen + 1)",
	   INT(account), TEXT(stream ? stream : ""), BLOB(hash, sizeof hash),
	   BLOB(item ? item : "", len < KEPT ? len : KEPT), TEXT(packed_why), INT(now));
}

int64_t
odd_first(struct store *s, int64_t account, const char *stream)
{
	return GET(s, 0, "SELECT ifnull(min(first_at), 0) FROM odd WHERE account = ? AND stream = ?",
		   INT(account), TEXT(stream));
}

void
odd_again(struct store *s, int64_t account, const char *stream)
{
	DO(s, "UPDATE odd SET seen = 0 WHERE account = ? AND stream = ?", INT(account), TEXT(stream));
}

int
odd_settle(struct store *s, int64_t account, const char *stream)
{
	return DO(s, "DELETE FROM odd WHERE account = ? AND stream = ? AND seen = 0", INT(account),
		  TEXT(stream));
}
