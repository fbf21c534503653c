/* erase.c - a person asks to be forgotten.
 *
 * Rows stay, so that nothing is taken in twice and the journal verifies; what names the person goes: ids, names, notes, texts, files.
 * The buyer gets a pseudonym.  A salted hash of the id stays: by it later records about the same person are stored without
 * these things, too (buyer_record tells).  SQLite overwrites what is freed (secure_delete); the search index is written anew,
 * and the log is emptied after the commit (store_purge).
 */
#include <ctype.h>
#include <sodium.h>
#include <string.h>

#include "base/text.h"
#include "daemon/clock.h"
#include "daemon/store/db.h"

#define HASH           crypto_hash_sha256_BYTES
#define UNKNOWN_FOR    (100 * DAY) /* longer than any first import goes back */
#define PSEUDONYM_SIZE 12          /* bytes of the hash */

/* Platforms tell user names apart without case. */
static void
hash_of(struct store *s, int64_t account, const char *remote, unsigned char hash[HASH])
{
	const char *salt = meta_get(s, "salt");
	char made[33], *folded = arena_strdup(s->arena, remote);
	crypto_hash_sha256_state h;

	if (!salt) {
		random_hex(made);
		meta_set(s, "salt", made);
		salt = made;
	}
	for (char *p = folded; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	crypto_hash_sha256_init(&h);
	crypto_hash_sha256_update(&h, (const unsigned char *)salt, strlen(salt));
	crypto_hash_sha256_update(&h, (const unsigned char *)&account, sizeof account);
	crypto_hash_sha256_update(&h, (const unsigned char *)folded, strlen(folded));
	crypto_hash_sha256_final(&h, hash);
}

static const char *
pseudonym_of(struct store *s, const unsigned char hash[HASH])
{
	char hex[2 * PSEUDONYM_SIZE + 1];

	hex_encode(hash, PSEUDONYM_SIZE, hex);
	return arena_fmt(s->arena, "erased-%s", hex);
}

const char *
erased_as(struct store *s, int64_t account, const char *remote)
{
	unsigned char hash[HASH];

	if (!GET(s, 0, "SELECT EXISTS (SELECT 1 FROM erased WHERE account = ?)", INT(account)))
		return NULL;
	hash_of(s, account, remote, hash);
	if (!GET(s, 0, "SELECT 1 FROM erased WHERE account = ? AND hash = ?", INT(account),
		 BLOB(hash, sizeof hash)))
		return NULL;
	DO(s, "UPDATE erased SET known = 1 WHERE account = ? AND hash = ? AND NOT known", INT(account),
	   BLOB(hash, sizeof hash));
	return pseudonym_of(s, hash);
}

const char *
erased_from(struct store *s, const char *text, const char *remote, const char *pseudonym)
{
	struct buf out = BUF_MAX(64 << 10);
	size_t len = remote ? strlen(remote) : 0;
	const char *hit;

	if (!text || !len || !(hit = strcasestr(text, remote)))
		return text;
	for (; hit; hit = strcasestr(text, remote)) {
		buf_add(&out, text, (size_t)(hit - text));
		buf_put(&out, pseudonym);
		text = hit + len;
	}
	buf_put(&out, text);
	text = arena_strdup(s->arena, buf_str(&out));
	buf_free(&out);
	return text;
}

/* ---- what belongs to the person ---- */

/* Local ids, by their letter; and the contents of files. */
static void
gather(struct store *s, int64_t buyer)
{
	DO(s, "CREATE TEMP TABLE IF NOT EXISTS person (letter TEXT, id INTEGER, PRIMARY KEY (letter, id)) "
	      "WITHOUT ROWID");
	DO(s, "CREATE TEMP TABLE IF NOT EXISTS person_content (hash BLOB PRIMARY KEY) WITHOUT ROWID");
	DO(s, "DELETE FROM temp.person");
	DO(s, "DELETE FROM temp.person_content");
	DO(s, "INSERT INTO temp.person VALUES ('b', ?)", INT(buyer));
	DO(s, "INSERT INTO temp.person SELECT 'o', id FROM orders WHERE buyer = ?", INT(buyer));
	DO(s,
	   "INSERT INTO temp.person SELECT 'c', id FROM conversation WHERE buyer = ?1 UNION"
	   " SELECT 'c', c.id FROM temp.person p JOIN conversation c ON c.order_id = p.id"
	   " WHERE p.letter = 'o' AND c.buyer IS NULL",
	   INT(buyer));
	DO(s,
	   "INSERT INTO temp.person SELECT 'd', id FROM dispute WHERE buyer = ?1 UNION"
	   " SELECT 'd', d.id FROM temp.person p JOIN dispute d ON d.order_id = p.id"
	   " WHERE p.letter = 'o' AND d.buyer IS NULL",
	   INT(buyer));
	DO(s,
	   "INSERT INTO temp.person SELECT 'f', id FROM feedback WHERE buyer = ?1 UNION"
	   " SELECT 'f', f.id FROM temp.person p JOIN feedback f ON f.order_id = p.id"
	   " WHERE p.letter = 'o' AND f.buyer IS NULL",
	   INT(buyer));
	DO(s, "INSERT INTO temp.person SELECT 'm', m.id FROM temp.person p JOIN message m ON m.conversation "
	      "= p.id"
	      " WHERE p.letter = 'c'");
	DO(s,
	   "INSERT INTO temp.person"
	   " SELECT 'a', b.id FROM temp.person p JOIN outbox b ON b.conversation = p.id WHERE p.letter = 'c' "
	   "UNION"
	   " SELECT 'a', b.id FROM temp.person p JOIN outbox b ON b.order_id = p.id WHERE p.letter = 'o' "
	   "UNION"
	   " SELECT 'a', b.id FROM temp.person p JOIN outbox b ON b.dispute = p.id WHERE p.letter = 'd' UNION"
	   " SELECT 'a', b.id FROM temp.person p JOIN outbox b ON b.feedback = p.id WHERE p.letter = 'f'");
	DO(s,
	   "INSERT INTO temp.person"
	   " SELECT 't', t.id FROM temp.person p JOIN task t ON t.conversation = p.id WHERE p.letter = 'c' "
	   "UNION"
	   " SELECT 't', t.id FROM temp.person p JOIN task t ON t.order_id = p.id WHERE p.letter = 'o' UNION"
	   " SELECT 't', t.id FROM temp.person p JOIN task t ON t.dispute = p.id WHERE p.letter = 'd' UNION"
	   " SELECT 't', t.id FROM temp.person p JOIN task t ON t.feedback = p.id WHERE p.letter = 'f'");
	DO(s,
	   "INSERT INTO temp.person"
	   " SELECT 'e', e.id FROM temp.person p JOIN event e ON e.message = p.id WHERE p.letter = 'm' UNION"
	   " SELECT 'e', e.id FROM temp.person p JOIN event e ON e.order_id = p.id WHERE p.letter = 'o' UNION"
	   " SELECT 'e', e.id FROM temp.person p JOIN event e ON e.dispute = p.id WHERE p.letter = 'd' UNION"
	   " SELECT 'e', e.id FROM temp.person p JOIN event e ON e.feedback = p.id WHERE p.letter = 'f'");
}

#define OF(letter) " IN (SELECT id FROM temp.person WHERE letter = '" letter "')"

static void
files_go(struct store *s)
{
	DO(s, "INSERT INTO temp.person_content"
	      " SELECT content FROM attachment WHERE message" OF(
		      "m") " AND content IS NOT NULL UNION"
			   " SELECT content FROM dispute_file WHERE dispute" OF(
				   "d") " AND content IS NOT NULL UNION"
					" SELECT content FROM outbox_file WHERE outbox" OF("a"));
	DO(s, "UPDATE attachment SET (url, name, content, next_at, why) = (NULL, NULL, NULL, NULL, NULL)"
	      " WHERE message" OF("m"));
	DO(s, "UPDATE dispute_file SET (url, name, content, next_at, why) = (NULL, NULL, NULL, NULL, NULL)"
	      " WHERE dispute" OF("d"));
	DO(s, "DELETE FROM outbox_file WHERE outbox" OF("a"));
	DO(s, "DELETE FROM content WHERE hash IN (SELECT hash FROM temp.person_content)"
	      " AND hash NOT IN (SELECT content FROM attachment WHERE content IS NOT NULL)"
	      " AND hash NOT IN (SELECT content FROM dispute_file WHERE content IS NOT NULL)"
	      " AND hash NOT IN (SELECT content FROM outbox_file)");
}

static int
texts_go(struct store *s)
{
	int n = 0;

	n += DO(s, "UPDATE conversation SET subject = NULL WHERE id" OF("c"));
	n += DO(s, "UPDATE message SET (text, subject) = (NULL, NULL) WHERE id" OF("m"));
	n += DO(s, "UPDATE orders SET buyer_note = NULL WHERE id" OF("o"));
	n += DO(s, "UPDATE dispute SET text = NULL WHERE id" OF("d"));
	n += DO(s, "UPDATE dispute_entry SET text = NULL WHERE dispute" OF("d"));
	n += DO(s, "UPDATE feedback SET (text, reply, follow_up) = (NULL, NULL, NULL) WHERE id" OF("f"));
	n += DO(s, "UPDATE task SET (text, link, reason) = (NULL, NULL, NULL) WHERE id" OF("t"));
	n += DO(s, "UPDATE attempt SET answer = NULL WHERE outbox" OF("a"));
	n += DO(s, "DELETE FROM note WHERE ref IN (SELECT letter || id FROM temp.person)");
	n += DO(s, "DELETE FROM said WHERE ref IN (SELECT letter || id FROM temp.person)");
	return n;
}

/* What has not left is dropped; what may have left cannot be recognised any more: a person decides. */
static int
actions_go(struct store *s, int64_t now)
{
	char dropped[ERR_MAX], held[ERR_MAX];
	int unsent;

	pack(dropped, "the buyer had to be forgotten");
	pack(held, "the buyer had to be forgotten before it was known whether this arrived");
	DO(s,
	   "UPDATE outbox SET (text, salt, cursor, memo, given, needs) = ('', NULL, NULL, NULL, NULL, NULL), "
	   "reason = iif(state = "
	   "'held', "
	   "reason, NULL) "
	   "WHERE id" OF("a"));
	unsent = DO(s,
		    "UPDATE outbox SET (state, reason, changed) = ('dropped', ?, ?) WHERE id" OF(
			    "a") " AND state IN ('draft', 'ready', 'held') AND attempt_key IS NULL",
		    TEXT(dropped), INT(now));
	DO(s,
	   "UPDATE outbox SET (state, reason, changed) = ('held', ?, ?) WHERE id" OF(
		   "a") " AND state IN ('ready', 'sending', 'unsure', 'held')",
	   TEXT(held), INT(now));
	return unsent;
}

/* What was never understood, or told in words, is known only by what it says.  An id shorter than this is in everything. */
#define MENTION 4

static int
mentions_go(struct store *s, int64_t account, const char *what)
{
	if (!what || strlen(what) < MENTION)
		return 0;
	return DO(s,
		  "DELETE FROM odd WHERE account = ?1 AND (instr(lower(CAST(item AS TEXT)), lower(?2))"
		  " OR instr(item, CAST(?2 AS BLOB)) OR instr(lower(why), lower(?2)))",
		  INT(account), TEXT(what)) +
	       DO(s,
		  /* only what a text was told, not its own words: somebody may be called "waits" */
		  "DELETE FROM notice WHERE (account IS NULL OR account = ?) AND instr(text, char(31))"
		  " AND instr(lower(substr(text, instr(text, char(31)))), lower(?))",
		  INT(account), TEXT(what));
}

/* Nobody waits any more. */
static void
clocks_stop(struct store *s)
{
	DO(s, "UPDATE conversation SET (oldest_unanswered, answer_by, answer_given_by) = (NULL, NULL, NULL)"
	      " WHERE id" OF("c"));
	DO(s, "UPDATE event SET check_at = NULL WHERE message" OF("m"));
}

static void
conversations_rename(struct store *s, const char *remote, const char *pseudonym)
{
	sqlite3_stmt *q = QUERY(s,
				"SELECT id, remote FROM conversation WHERE id" OF(
					"c") " AND instr(lower(remote), lower(?)) ORDER BY id",
				TEXT(remote));

	while (sql_row(s, q))
		DO(s, "UPDATE conversation SET remote = ? WHERE id = ?",
		   TEXT(erased_from(s, col_text(s, q, 1), remote, pseudonym)), INT(col_int(q, 0)));
}

static void
memos_rename(struct store *s, const char *remote, const char *pseudonym)
{
	sqlite3_stmt *q = QUERY(s,
				"SELECT id, memo FROM dispute WHERE id" OF(
					"d") " AND instr(lower(memo), lower(?)) ORDER BY id",
				TEXT(remote));

	while (sql_row(s, q))
		DO(s, "UPDATE dispute SET memo = ? WHERE id = ?",
		   TEXT(erased_from(s, col_text(s, q, 1), remote, pseudonym)), INT(col_int(q, 0)));
}

static int64_t
buyer_find(struct store *s, int64_t account, const char *remote, const char **as, const char **name)
{
	sqlite3_stmt *q =
		QUERY(s,
		      "SELECT id, remote, name FROM buyer WHERE lower(remote) = lower(?) AND account = ?"
		      " AND NOT erased ORDER BY id LIMIT 1",
		      TEXT(remote), INT(account));
	int64_t id = 0;

	if (sql_row(s, q)) {
		id = col_int(q, 0);
		*as = col_text(s, q, 1);
		*name = col_text(s, q, 2);
		sql_end(s, q);
	}
	return id;
}

/* One row of the person: another spelling of the name may have one of its own.  Unsent actions that were dropped with it. */
static int
one_goes(struct store *s, int64_t account, int64_t buyer, const char *as, const char *pseudonym, int64_t now,
	 int *n)
{
	int unsent;

	if (GET(s, 0, "SELECT id FROM buyer WHERE remote = ? AND account = ?", TEXT(pseudonym), INT(account)))
		pseudonym = arena_fmt(s->arena, "%s-%lld", pseudonym, (long long)buyer);
	gather(s, buyer);
	messages_unindex(s);
	buyer_forget(s, buyer, pseudonym);
	conversations_rename(s, as, pseudonym);
	memos_rename(s, as, pseudonym);
	files_go(s);
	unsent = actions_go(s, now);
	clocks_stop(s);
	*n += 1 + unsent + texts_go(s);
	journal_add(s, now, account, "erase", arena_fmt(s->arena, "b%lld", (long long)buyer),
		    json_pack("{s:i}", "dropped", unsent));
	return unsent;
}

int
buyer_erase(struct store *s, int64_t account, const char *remote, int64_t now, int *unsent)
{
	const char *as = remote, *name = NULL, *pseudonym;
	int64_t buyer = buyer_find(s, account, remote, &as, &name);
	unsigned char hash[HASH];
	int n = 0;

	*unsent = 0;
	hash_of(s, account, remote, hash);
	pseudonym = pseudonym_of(s, hash);
	DO(s, "DELETE FROM erased WHERE NOT known AND at < ?", INT(now - UNKNOWN_FOR));
	DO(s,
	   "INSERT INTO erased (account, hash, at, known) VALUES (?1, ?2, ?3, ?4)"
	   " ON CONFLICT DO UPDATE SET known = max(known, ?4)",
	   INT(account), BLOB(hash, sizeof hash), INT(now), INT(buyer != 0));
	do {
		n += mentions_go(s, account, as) + mentions_go(s, account, name);
		if (buyer)
			*unsent += one_goes(s, account, buyer, as, pseudonym, now, &n);
	} while (!s->failed && buyer && (buyer = buyer_find(s, account, remote, &as, &name)));
	if (n)
		store_purge(s);
	return s->failed ? 0 : n;
}

/* The salt is this store's alone, so hashes say the same here when both come from one installation. */
static int
same_salt(struct store *s, struct store *from)
{
	const char *theirs = meta_get(from, "salt"), *ours = meta_get(s, "salt");

	if (!theirs)
		return 0;
	if (!ours)
		meta_set(s, "salt", theirs);
	return !ours || !strcmp(ours, theirs);
}

static int
erase_known(struct store *s, int64_t now)
{
	sqlite3_stmt *q = QUERY(s, "SELECT account, remote FROM buyer WHERE NOT erased ORDER BY id");
	int n = 0, unsent;

	while (sql_row(s, q)) {
		const int64_t account = col_int(q, 0);
		const char *remote = col_text(s, q, 1);

		if (erased_as(s, account, remote))
			n += buyer_erase(s, account, remote, now, &unsent) > 0;
	}
	return n;
}

int
erase_again(struct store *s, struct store *from, int64_t now)
{
	sqlite3_stmt *q;
	const void *hash;
	size_t len;

	if (!same_salt(s, from))
		return 0;
	q = QUERY(from,
		  "SELECT a.name, e.hash, e.at, e.known FROM erased e JOIN account a ON a.id = e.account");
	while (sql_row(from, q)) {
		hash = col_blob(from, q, 1, &len);
		DO(s,
		   "INSERT INTO erased (account, hash, at, known) SELECT id, ?2, ?3, ?4 FROM account WHERE "
		   "name = ?1 ON CONFLICT DO NOTHING",
		   TEXT(col_text(from, q, 0)), BLOB(hash, len), INT(col_int(q, 2)), INT(col_int(q, 3)));
	}
	return erase_known(s, now);
}
