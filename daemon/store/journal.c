/* journal.c - what was decided and done, append-only.
 *
 * Each row's hash is SHA-256 over the former row's hash and the row's own columns, each followed by a NUL (texts hold none), so
 * a changed, moved or missing row shows; a cut tail shows against a head that was told elsewhere.
 */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "daemon/store/db.h"

#define HASH crypto_hash_sha256_BYTES

static void
add_text(crypto_hash_sha256_state *h, const char *text)
{
	crypto_hash_sha256_update(h, (const unsigned char *)(text ? text : ""), text ? strlen(text) + 1 : 1);
}

static void
add_number(crypto_hash_sha256_state *h, int64_t n)
{
	char text[24];

	snprintf(text, sizeof text, "%lld", (long long)n);
	add_text(h, text);
}

static void
chain(unsigned char hash[HASH], int64_t id, int64_t at, int64_t account, const char *kind, const char *ref,
      const char *facts)
{
	crypto_hash_sha256_state h;

	crypto_hash_sha256_init(&h);
	crypto_hash_sha256_update(&h, hash, HASH);
	add_number(&h, id);
	add_number(&h, at);
	add_number(&h, account);
	add_text(&h, kind);
	add_text(&h, ref);
	add_text(&h, facts);
	crypto_hash_sha256_final(&h, hash);
}

static int
into_buf(const char *bytes, size_t len, void *buf)
{
	return buf_add(buf, bytes, len);
}

/* Id and hash of the last row; zeros before the first. */
static int64_t
last_row(struct store *s, unsigned char hash[HASH])
{
	sqlite3_stmt *q = QUERY(s, "SELECT id, hash FROM journal ORDER BY id DESC LIMIT 1");
	int64_t id = 0;

	memset(hash, 0, HASH);
	if (sql_row(s, q)) {
		id = col_int(q, 0);
		if (sqlite3_column_bytes(q, 1) == HASH)
			memcpy(hash, sqlite3_column_blob(q, 1), HASH);
		sql_end(s, q);
	}
	return id;
}

void
journal_add(struct store *s, int64_t now, int64_t account, const char *kind, const char *ref, json_t *facts)
{
	struct buf text = BUF_MAX(1 << 20);
	unsigned char hash[HASH];
	int64_t id = last_row(s, hash) + 1;

	if (facts && json_dump_callback(facts, into_buf, &text, JSON_COMPACT | JSON_SORT_KEYS))
		buf_set(&text, "{}", 2);
	if (!facts)
		buf_put(&text, "{}");
	ref = clean_text(s, ref);
	chain(hash, id, now, account, kind, ref, buf_str(&text));
	DO(s, "INSERT INTO journal (id, at, account, kind, ref, facts, hash) VALUES (?, ?, ?, ?, ?, ?, ?)",
	   INT(id), INT(now), INT0(account), TEXT(kind), TEXT0(ref), TEXT(buf_str(&text)),
	   BLOB(hash, sizeof hash));
	buf_free(&text);
	json_decref(facts);
}

const char *
journal_head(struct store *s)
{
	unsigned char hash[HASH];
	char hex[2 * HASH + 1];
	int64_t id = last_row(s, hash);

	hex_encode(hash, HASH, hex);
	return arena_fmt(s->arena, "%lld:%s", (long long)id, hex);
}

int
journal_verify(struct store *s, const char *head, int64_t *rows, struct err *err)
{
	sqlite3_stmt *q = QUERY(s, "SELECT id, at, account, kind, ref, facts, hash FROM journal ORDER BY id");
	unsigned char hash[HASH] = {0};
	char here[2 * HASH + 24];
	int found = !head || !*head;

	for (*rows = 0; sql_row(s, q); ++*rows) {
		int64_t id = col_int(q, 0);

		chain(hash, id, col_int(q, 1), col_int(q, 2), (const char *)sqlite3_column_text(q, 3),
		      (const char *)sqlite3_column_text(q, 4), (const char *)sqlite3_column_text(q, 5));
		if (sqlite3_column_bytes(q, 6) != HASH || memcmp(hash, sqlite3_column_blob(q, 6), HASH)) {
			sql_end(s, q);
			return fail(err, "journal: row %lld was changed, or one before it was taken out",
				    (long long)id);
		}
		snprintf(here, sizeof here, "%lld:", (long long)id);
		hex_encode(hash, HASH, here + strlen(here));
		found |= head && !strcmp(head, here);
	}
	if (s->failed) {
		if (err)
			*err = s->err;
		return -1;
	}
	return found ? 0 : fail(err, "journal: the head %s is not in it: rows at its end were cut off", head);
}
