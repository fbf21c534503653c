/* buyer.c - the other party, by account and the platform's id. */
#include <stdlib.h>

#include "daemon/store/db.h"

#define INDEX_EVERY 256

static const char *
words_of(struct store *s, struct buf *words, const char *remote, const char *name)
{
	words_index(words, arena_fmt(s->arena, "%s %s", remote, name));
	return buf_str(words);
}

static int64_t
indexed(struct store *s)
{
	const char *mark = meta_get(s, "buyers_indexed");

	return mark ? strtoll(mark, NULL, 10) : 0;
}

/* As with messages: for many at once, and before somebody searches. */
void
buyers_index(struct store *s)
{
	struct buf words = BUF_MAX(WORDS_MAX);
	int64_t last = indexed(s);
	sqlite3_stmt *q = QUERY(s, "SELECT id, remote, ifnull(name, '') FROM buyer WHERE id > ? ORDER BY id",
				INT(last));
	int n = 0;

	for (; sql_row(s, q); n++) {
		last = col_int(q, 0);
		DO(s, "INSERT INTO buyer_words (rowid, text) VALUES (?, ?)", INT(last),
		   TEXT(words_of(s, &words, (const char *)sqlite3_column_text(q, 1),
				 (const char *)sqlite3_column_text(q, 2))));
	}
	if (n)
		meta_set(s, "buyers_indexed", arena_fmt(s->arena, "%lld", (long long)last));
	buf_free(&words);
}

static void
index_again(struct store *s, int64_t id, const char *remote, const char *former, const char *name)
{
	struct buf words = BUF_MAX(WORDS_MAX);

	if (id <= indexed(s)) {
		DO(s, "INSERT INTO buyer_words (buyer_words, rowid, text) VALUES ('delete', ?, ?)", INT(id),
		   TEXT(words_of(s, &words, remote, former)));
		DO(s, "INSERT INTO buyer_words (rowid, text) VALUES (?, ?)", INT(id),
		   TEXT(words_of(s, &words, remote, name)));
	}
	buf_free(&words);
}

const char *
buyer_pseudonym(struct store *s, int64_t buyer)
{
	sqlite3_stmt *q;
	const char *remote = NULL;

	if (!buyer)
		return NULL;
	q = QUERY(s, "SELECT remote FROM buyer WHERE id = ? AND erased", INT(buyer));
	if (sql_row(s, q)) {
		remote = col_text(s, q, 0);
		sql_end(s, q);
	}
	return remote;
}

/* A deleted word stays in the index until its parts are merged: so they are, at once. */
void
buyer_forget(struct store *s, int64_t buyer, const char *pseudonym)
{
	sqlite3_stmt *q = QUERY(s, "SELECT remote, ifnull(name, '') FROM buyer WHERE id = ?", INT(buyer));
	struct buf words = BUF_MAX(WORDS_MAX);

	if (sql_row(s, q)) {
		const char *remote = col_text(s, q, 0), *name = col_text(s, q, 1);

		sql_end(s, q);
		if (buyer <= indexed(s)) {
			DO(s, "INSERT INTO buyer_words (buyer_words, rowid, text) VALUES ('delete', ?, ?)",
			   INT(buyer), TEXT(words_of(s, &words, remote, name)));
			DO(s, "INSERT INTO buyer_words (rowid, text) VALUES (?, ?)", INT(buyer),
			   TEXT(words_of(s, &words, pseudonym, "")));
			DO(s, "INSERT INTO buyer_words (buyer_words) VALUES ('optimize')");
		}
	}
	DO(s,
	   "UPDATE buyer SET (remote, name, locale, country, erased) = (?, NULL, NULL, NULL, 1) WHERE id = ?",
	   TEXT(pseudonym), INT(buyer));
	buf_free(&words);
}

static int64_t
known(struct store *s, int64_t account, const char *remote, const char **name, const char **pseudonym)
{
	sqlite3_stmt *q = QUERY(
		s, "SELECT id, ifnull(name, ''), erased, remote FROM buyer WHERE remote = ? AND account = ?",
		TEXT(remote), INT(account));
	int64_t id = 0;

	if (sql_row(s, q)) {
		id = col_int(q, 0);
		*name = col_text(s, q, 1);
		if (col_int(q, 2))
			*pseudonym = col_text(s, q, 3);
		sql_end(s, q);
	}
	return id;
}

int64_t
buyer_record(struct store *s, int64_t account, const struct buyer *said, const char **pseudonym)
{
	struct buyer b = *said;
	const char *former = NULL;
	sqlite3_stmt *q;
	int64_t id;

	*pseudonym = NULL;
	if (!b.remote || !*b.remote)
		return 0;
	/* Who had to be forgotten is known by the pseudonym only: a connector may have it from a memo. */
	id = known(s, account, b.remote, &former, pseudonym);
	if (!id && (*pseudonym = erased_as(s, account, b.remote)))
		id = known(s, account, *pseudonym, &former, pseudonym);
	if (*pseudonym)
		b = (struct buyer){.remote = *pseudonym};
	q = QUERY(
		s,
		"INSERT INTO buyer (account, remote, name, locale, country, erased) VALUES (?, ?, ?, ?, ?, ?)"
		" ON CONFLICT DO UPDATE SET (name, locale, country) = (ifnull(excluded.name, name),"
		"   ifnull(excluded.locale, locale), ifnull(excluded.country, country))"
		" WHERE (name, locale, country) IS NOT (ifnull(excluded.name, name),"
		"   ifnull(excluded.locale, locale), ifnull(excluded.country, country))"
		" RETURNING id, remote, ifnull(name, '')",
		INT(account), TEXT(b.remote), TEXT0(b.name), TEXT0(b.locale), TEXT0(b.country),
		INT(*pseudonym != NULL));
	if (sql_row(s, q)) {
		const char *remote = col_text(s, q, 1), *name = col_text(s, q, 2);

		id = col_int(q, 0);
		sql_end(s, q);
		if (former)
			index_again(s, id, remote, former, name);
		else if (id % INDEX_EVERY == 0)
			buyers_index(s);
	}
	return id;
}
