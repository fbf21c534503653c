/* verify.c - is everything as it was written?
 *
 * The file itself (SQLite's own check), the journal's chain with what it quotes, and the texts of what was sent: an entry `sending` holds
 * the salted hash of the text that left, an entry `sent` that of a text that was found to have arrived.  Salt and text go together when a person is forgotten.
 */
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "daemon/clock.h"
#include "daemon/store/db.h"

const char *
store_damage(struct store *s)
{
	sqlite3_stmt *q = QUERY(s, "PRAGMA integrity_check(1)");
	const char *said = NULL;

	if (sql_row(s, q)) {
		said = col_text(s, q, 0);
		sql_end(s, q);
	}
	return s->failed                     ? arena_strdup(s->arena, s->err.text)
	       : said && !strcmp(said, "ok") ? NULL
	       : said                        ? said
					     : "?";
}

const char *
outbox_seal(struct store *s, int64_t id, const char *text)
{
	char salt[33], hex[2 * CONTENT_HASH + 1];

	random_hex(salt);
	salted_hash(salt, text, hex);
	DO(s, "UPDATE outbox SET salt = ? WHERE id = ?", TEXT(salt), INT(id));
	return arena_strdup(s->arena, hex);
}

/* An action that left: its text, the salt, and the newest entry about its leaving. */
static int
sent_is_whole(struct store *s, sqlite3_stmt *q, int64_t *sealed)
{
	const char *text = (const char *)sqlite3_column_text(q, 1),
		   *salt = (const char *)sqlite3_column_text(q, 2);
	json_t *facts = json_loads(col_text(s, q, 3) ? col_text(s, q, 3) : "{}", 0, NULL);
	const char *hash = json_text(facts, "text_hash");
	char hex[2 * CONTENT_HASH + 1] = "";
	int whole = 1;

	if (hash && salt) {
		salted_hash(salt, text ? text : "", hex);
		whole = !strcmp(hex, hash) && strlen(text ? text : "") == (size_t)sqlite3_column_bytes(q, 1);
		++*sealed;
	} else if (hash) {
		whole = !text || !*text; /* forgotten, both together */
	}
	json_decref(facts);
	return whole;
}

static int
verify_sent(struct store *s, int64_t *sealed, struct err *err)
{
	sqlite3_stmt *q =
		QUERY(s, "SELECT b.id, b.text, b.salt, (SELECT facts FROM journal WHERE ref = 'a' || b.id"
			 " AND kind IN ('sending', 'sent') AND instr(facts, 'text_hash') ORDER BY id DESC "
			 "LIMIT 1) FROM outbox b"
			 " WHERE b.state IN ('sending', 'unsure', 'sent') ORDER BY b.id");

	while (sql_row(s, q))
		if (!sent_is_whole(s, q, sealed)) {
			const int64_t id = col_int(q, 0);

			sql_end(s, q);
			return fail(err, "the text of a%lld is not the one that was sent", (long long)id);
		}
	return 0;
}

int
store_verify(struct store *s, const char *head, struct verified *v, struct err *err)
{
	const char *damage = store_damage(s);

	*v = (struct verified){0};
	if (damage)
		return fail(err, "store %s: is damaged: %s; restore the newest backup", s->path, damage);
	if (journal_verify(s, head, &v->rows, err) || verify_sent(s, &v->sent, err))
		return -1;
	v->said = GET(s, 0, "SELECT count(*) FROM said");
	if (s->failed && err)
		*err = s->err;
	return s->failed ? -1 : 0;
}
