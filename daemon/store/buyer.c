/* buyer.c - the other party, by account and the platform's id. */
#include "daemon/store/db.h"

static void
index_words(struct store *s, int64_t id, const char *remote, const char *former, const char *name)
{
	struct buf words = BUF_MAX(WORDS_MAX);

	if (former) {
		words_index(&words, arena_fmt(s->arena, "%s %s", remote, former));
		DO(s, "INSERT INTO buyer_words (buyer_words, rowid, text) VALUES ('delete', ?, ?)", INT(id),
		   TEXT(buf_str(&words)));
	}
	words_index(&words, arena_fmt(s->arena, "%s %s", remote, name));
	DO(s, "INSERT INTO buyer_words (rowid, text) VALUES (?, ?)", INT(id), TEXT(buf_str(&words)));
	buf_free(&words);
}

int64_t
buyer_record(struct store *s, int64_t account, const struct buyer *b)
{
	sqlite3_stmt *q;
	const char *former = NULL;
	int64_t id = 0;

	if (!b->remote || !*b->remote)
		return 0;
	q = QUERY(s, "SELECT id, ifnull(name, '') FROM buyer WHERE remote = ? AND account = ?",
		  TEXT(b->remote), INT(account));
	if (sql_row(s, q)) {
		id = col_int(q, 0);
		former = col_text(s, q, 1);
		sql_end(s, q);
	}
	q = QUERY(s,
		  "INSERT INTO buyer (account, remote, name, locale, country) VALUES (?, ?, ?, ?, ?)"
		  " ON CONFLICT DO UPDATE SET (name, locale, country) = (ifnull(excluded.name, name),"
		  "   ifnull(excluded.locale, locale), ifnull(excluded.country, country))"
		  " WHERE (name, locale, country) IS NOT (ifnull(excluded.name, name),"
		  "   ifnull(excluded.locale, locale), ifnull(excluded.country, country))"
		  " RETURNING id, remote, ifnull(name, '')",
		  INT(account), TEXT(b->remote), TEXT0(b->name), TEXT0(b->locale), TEXT0(b->country));
	if (sql_row(s, q)) {
		const char *remote = col_text(s, q, 1), *name = col_text(s, q, 2);

		id = col_int(q, 0);
		sql_end(s, q);
		index_words(s, id, remote, former, name);
	}
	return id;
}
