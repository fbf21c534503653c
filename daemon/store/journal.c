/* journal.c - what was decided and done, append-only.
 *
 * Packed texts may quote a platform, and so a person: the chain holds their pattern and a salted hash, the text itself stands in `said`,
 * from where it can go without a trace (erase.c).
 *
 * Each row's hash is SHA-256 over the former row's hash and the row's own columns, each followed by a NUL (texts hold none), so
 * a changed, moved or missing row shows; a cut tail shows against a head that was told elsewhere.
 */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "daemon/clock.h"
#include "daemon/store/db.h"

#define HASH crypto_hash_sha256_BYTES

/* A text that we write holds no NUL; one that somebody put there afterwards must not end it. */
static void
add_bytes(crypto_hash_sha256_state *h, const void *text, size_t len)
{
	if (len)
		crypto_hash_sha256_update(h, text, len);
	crypto_hash_sha256_update(h, (const unsigned char *)"", 1);
}

static void
add_text(crypto_hash_sha256_state *h, const char *text)
{
	add_bytes(h, text, text ? strlen(text) : 0);
}

static void
add_column(crypto_hash_sha256_state *h, sqlite3_stmt *q, int i)
{
	const void *text = sqlite3_column_text(q, i);

	add_bytes(h, text, (size_t)sqlite3_column_bytes(q, i));
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

/* ---- what was said ---- */

void
salted_hash(const char *salt, const char *text, char hex[2 * HASH + 1])
{
	crypto_hash_sha256_state h;
	unsigned char hash[HASH];

	crypto_hash_sha256_init(&h);
	add_text(&h, salt);
	add_text(&h, text);
	crypto_hash_sha256_final(&h, hash);
	hex_encode(hash, HASH, hex);
}

static void
keep_said(struct store *s, const char *ref, json_t *object, const char *packed)
{
	const char *end = strchr(packed, ERR_SEP);
	char salt[33], hex[2 * HASH + 1];

	if (!end)
		return;
	packed = arena_strdup(s->arena, packed);
	random_hex(salt);
	salted_hash(salt, packed, hex);
	DO(s, "INSERT INTO said (hash, ref, salt, text) VALUES (?, ?, ?, ?)", TEXT(hex), TEXT0(ref),
	   TEXT(salt), TEXT(packed));
	json_object_set_new(object, "packed", json_stringn(packed, strcspn(packed, (char[]){ERR_SEP, '\0'})));
	json_object_set_new(object, "said", json_string(hex));
}

/* Every {"packed": …} at any depth. */
static void
keep_all_said(struct store *s, const char *ref, json_t *facts)
{
	const char *packed = json_string_value(json_object_get(facts, "packed")), *key;
	json_t *value;
	size_t i;

	if (packed)
		keep_said(s, ref, facts, packed);
	json_object_foreach(facts, key, value)
		keep_all_said(s, ref, value);
	json_array_foreach(facts, i, value)
		keep_all_said(s, ref, value);
}

void
journal_told(struct store *s, json_t *facts)
{
	const char *hash = json_string_value(json_object_get(facts, "said")), *key;
	json_t *value;
	sqlite3_stmt *q;
	size_t i;

	if (hash) {
		q = QUERY(s, "SELECT text FROM said WHERE hash = ?", TEXT(hash));
		if (sql_row(s, q)) {
			json_object_set_new(facts, "packed", json_word(col_text(s, q, 0)));
			sql_end(s, q);
		}
		json_object_del(facts, "said");
	}
	json_object_foreach(facts, key, value)
		journal_told(s, value);
	json_array_foreach(facts, i, value)
		journal_told(s, value);
}

/* One row of `said`, which some entry about the same must quote: its hash is the one that its text has. */
static int
said_is_whole(sqlite3_stmt *q)
{
	crypto_hash_sha256_state h;
	unsigned char hash[HASH];
	char hex[2 * HASH + 1];

	crypto_hash_sha256_init(&h);
	add_column(&h, q, 1);
	add_column(&h, q, 2);
	crypto_hash_sha256_final(&h, hash);
	hex_encode(hash, HASH, hex);
	return sqlite3_column_bytes(q, 0) == 2 * HASH && !memcmp(hex, sqlite3_column_text(q, 0), 2 * HASH) &&
	       sqlite3_column_int(q, 4);
}

static int
verify_said(struct store *s, struct err *err)
{
	sqlite3_stmt *q = QUERY(s, "SELECT hash, salt, text, ref, EXISTS (SELECT 1 FROM journal j"
				   " WHERE j.ref IS s.ref AND instr(j.facts, s.hash)) FROM said s");

	while (sql_row(s, q))
		if (!said_is_whole(q)) {
			const char *ref = col_text(s, q, 3);

			sql_end(s, q);
			return fail(err, "journal: what was said about %s was changed", ref ? ref : "?");
		}
	return 0;
}

void
journal_add(struct store *s, int64_t now, int64_t account, const char *kind, const char *ref, json_t *facts)
{
	struct buf text = BUF_MAX(1 << 20);
	unsigned char hash[HASH];
	int64_t id;

	if (s->past) { /* it never happened */
		json_decref(facts);
		return;
	}
	id = last_row(s, hash) + 1;
	ref = clean_text(s, ref);
	if (facts)
		keep_all_said(s, ref, facts);
	if (facts && json_dump_callback(facts, into_buf, &text, JSON_COMPACT | JSON_SORT_KEYS))
		buf_set(&text, "{}", 2);
	if (!facts)
		buf_put(&text, "{}");
	chain(hash, id, now, account, kind, ref, buf_str(&text));
	DO(s, "INSERT INTO journal (id, at, account, kind, ref, facts, hash) VALUES (?, ?, ?, ?, ?, ?, ?)",
	   INT(id), INT(now), INT0(account), TEXT(kind), TEXT0(ref), TEXT(buf_str(&text)),
	   BLOB(hash, sizeof hash));
	s->head[0] = '\0';
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

/* The row's own columns after the hash of the former row, as `chain` has them. */
static int
row_is_whole(sqlite3_stmt *q, unsigned char hash[HASH])
{
	crypto_hash_sha256_state h;

	crypto_hash_sha256_init(&h);
	crypto_hash_sha256_update(&h, hash, HASH);
	for (int i = 0; i < 3; i++)
		add_number(&h, sqlite3_column_int64(q, i));
	for (int i = 3; i < 6; i++)
		add_column(&h, q, i);
	crypto_hash_sha256_final(&h, hash);
	if (sqlite3_column_bytes(q, 6) != HASH || memcmp(hash, sqlite3_column_blob(q, 6), HASH))
		return 0;
	/* Nothing said is NULL, never 0 or "". */
	return (sqlite3_column_type(q, 2) == SQLITE_NULL || sqlite3_column_int64(q, 2)) &&
	       (sqlite3_column_type(q, 4) == SQLITE_NULL || sqlite3_column_bytes(q, 4));
}

int
journal_verify(struct store *s, const char *head, int64_t *rows, struct err *err)
{
	sqlite3_stmt *q = QUERY(s, "SELECT id, at, account, kind, ref, facts, hash FROM journal ORDER BY id");
	unsigned char hash[HASH] = {0};
	char here[2 * HASH + 24];
	int found = !head || !*head;

	for (*rows = 0; sql_row(s, q); ++*rows) {
		const int64_t id = col_int(q, 0);

		if (!row_is_whole(q, hash)) {
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
	if (verify_said(s, err))
		return -1;
	return found ? 0 : fail(err, "journal: the head %s is not in it: rows at its end were cut off", head);
}
