/* sql.c - statements: prepared once, bound by type, failing once for the whole turn. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "daemon/store/db.h"

struct bind
INT(int64_t number) {
	return (struct bind){.type = BIND_INT, .number = number};
}

struct bind
INT0(int64_t number) {
	return (struct bind){.type = number ? BIND_INT : BIND_NULL, .number = number};
}

struct bind
TEXT(const char *text) {
	return (struct bind){.type = text ? BIND_TEXT : BIND_NULL, .bytes = text};
}

struct bind
TEXT0(const char *text) {
	return TEXT(text && *text ? text : NULL);
}

struct bind
BLOB(const void *bytes, size_t len) {
	return (struct bind){.type = bytes ? BIND_BLOB : BIND_NULL, .bytes = bytes, .len = len};
}

int
sql_explain(sqlite3 *db, const char *path, struct err *err)
{
	int code = sqlite3_extended_errcode(db);
	int cause = sqlite3_system_errno(db);

	switch (code & 0xff) {
	case SQLITE_FULL:
		return fail(err,
			    "store %s: the disk is full; free some space, the work goes on from where it was",
			    path);
	case SQLITE_IOERR:
		return fail(err, "store %s: cannot be read or written: %s; check the disk and its free space",
			    path, cause ? strerror(cause) : sqlite3_errstr(code));
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return fail(err,
			    "store %s: the file is damaged (%s); stop the service, keep the file, restore "
			    "the newest backup",
			    path, sqlite3_errmsg(db));
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return fail(err, "store %s: another program keeps it locked; close that program", path);
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return fail(err,
			    "store %s: may not be written; give the file and its folder to the user of the "
			    "service",
			    path);
	case SQLITE_CANTOPEN:
		return fail(err,
			    "store %s: cannot be opened: %s; check that the folder exists and who may use it",
			    path, cause ? strerror(cause) : sqlite3_errmsg(db));
	default: return fail(err, "store %s: %s", path, sqlite3_errmsg(db));
	}
}

int
sql_script(sqlite3 *db, const char *path, const char *sql, struct err *err)
{
	return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : sql_explain(db, path, err);
}

/* What was to be stored is to blame: not the disk, the memory or another program. */
static int
of_data(sqlite3 *db)
{
	switch (sqlite3_extended_errcode(db) & 0xff) {
	case SQLITE_CONSTRAINT:
	case SQLITE_TOOBIG:
	case SQLITE_MISMATCH:
	case SQLITE_RANGE:
	case SQLITE_ERROR: return 1; /* the last: as a sum that overflows */
	default: return 0;
	}
}

void
store_fail(struct store *s)
{
	if (s->failed)
		return;
	sql_explain(s->db, s->path, &s->err);
	s->failed = 1;
	s->failed_at = s->depth;
	s->of_data = of_data(s->db);
}

static sqlite3_stmt *
prepared(struct store *s, const char *literal)
{
	size_t i = ((uintptr_t)literal * UINT64_C(0x9e3779b97f4a7c15)) >> 55;

	static_assert(STATEMENTS == 512, "the hash keeps nine bits");
	for (size_t n = 0; n < STATEMENTS; n++, i = (i + 1) % STATEMENTS) {
		if (s->cache[i].literal == literal)
			return s->cache[i].stmt;
		if (s->cache[i].literal)
			continue;
		if (sqlite3_prepare_v3(s->db, literal, -1, SQLITE_PREPARE_PERSISTENT, &s->cache[i].stmt,
				       NULL)) {
			store_fail(s);
			return NULL;
		}
		s->cache[i].literal = literal;
		return s->cache[i].stmt;
	}
	assert(!"more literals than STATEMENTS");
	return NULL;
}

/* SQLite takes any bytes as text; what is stored here is always UTF-8, so that every reader can rely on it. */
const char *
clean_text(struct store *s, const char *text)
{
	char *clean;

	if (!text || utf8_valid(text, strlen(text)))
		return text;
	clean = arena_strdup(s->arena, text);
	clean[utf8_clean(clean, strlen(clean))] = '\0';
	return clean;
}

static int
bind_text(struct store *s, sqlite3_stmt *q, int i, const char *text)
{
	text = clean_text(s, text);
	return sqlite3_bind_text64(q, i, text, strlen(text), SQLITE_STATIC, SQLITE_UTF8);
}

sqlite3_stmt *
sql_start(struct store *s, const char *literal, const struct bind *b, size_t n)
{
	sqlite3_stmt *q;
	int bad = 0;

	if (s->failed || !(q = prepared(s, literal)))
		return NULL;
	assert(!sqlite3_stmt_busy(q) && sqlite3_bind_parameter_count(q) == (int)n - 1);
	if (s->marked < s->depth && !sqlite3_stmt_readonly(q)) {
		pages_mark(s);
		if (s->failed)
			return NULL;
	}
	for (int i = 1; i < (int)n && !bad; i++) {
		switch (b[i].type) {
		case BIND_NULL: bad = sqlite3_bind_null(q, i); break;
		case BIND_INT: bad = sqlite3_bind_int64(q, i, b[i].number); break;
		case BIND_TEXT: bad = bind_text(s, q, i, b[i].bytes); break;
		case BIND_BLOB: bad = sqlite3_bind_blob64(q, i, b[i].bytes, b[i].len, SQLITE_STATIC); break;
		}
	}
	if (!bad)
		return q;
	store_fail(s);
	return NULL;
}

int
sql_row(struct store *s, sqlite3_stmt *q)
{
	if (!q || s->failed)
		return 0;
	switch (sqlite3_step(q)) {
	case SQLITE_ROW: return 1;
	case SQLITE_DONE: break;
	default: store_fail(s);
	}
	sqlite3_reset(q);
	return 0;
}

void
sql_end(struct store *s, sqlite3_stmt *q)
{
	/* One that writes checks its foreign keys only at its end. */
	if (q && !sqlite3_stmt_readonly(q))
		while (sql_row(s, q))
			;
	else
		sqlite3_reset(q);
}

int
sql_do(struct store *s, const char *literal, const struct bind *b, size_t n)
{
	sqlite3_stmt *q = sql_start(s, literal, b, n);
	int64_t before = sqlite3_total_changes64(s->db);

	if (!q)
		return 0;
	while (sql_row(s, q))
		;
	return s->failed ? 0 : (int)(sqlite3_total_changes64(s->db) - before);
}

int64_t
sql_get(struct store *s, int64_t otherwise, const char *literal, const struct bind *b, size_t n)
{
	sqlite3_stmt *q = sql_start(s, literal, b, n);

	if (!sql_row(s, q))
		return otherwise;
	if (sqlite3_column_type(q, 0) != SQLITE_NULL)
		otherwise = sqlite3_column_int64(q, 0);
	sql_end(s, q);
	return otherwise;
}

void
sql_free(struct store *s)
{
	for (size_t i = 0; i < STATEMENTS; i++)
		sqlite3_finalize(s->cache[i].stmt);
	memset(s->cache, 0, sizeof s->cache);
}

int64_t
col_int(sqlite3_stmt *q, int i)
{
	return sqlite3_column_int64(q, i);
}

const char *
col_text(struct store *s, sqlite3_stmt *q, int i)
{
	const char *text = (const char *)sqlite3_column_text(q, i);

	return text ? arena_strndup(s->arena, text, (size_t)sqlite3_column_bytes(q, i)) : NULL;
}

const void *
col_blob(struct store *s, sqlite3_stmt *q, int i, size_t *len)
{
	const void *bytes = sqlite3_column_blob(q, i);
	void *copy;

	*len = (size_t)sqlite3_column_bytes(q, i);
	if (sqlite3_column_type(q, i) == SQLITE_NULL)
		return NULL;
	copy = arena_alloc(s->arena, *len + 1);
	if (*len)
		memcpy(copy, bytes, *len);
	return copy;
}
