/* account.c - what people switched for an account, and what became of it. */
#include <string.h>

#include "daemon/store/db.h"

static const char *const modes[] = {"off", "observe", "draft", "auto"};

const char *
mode_name(enum mode mode)
{
	return modes[mode];
}

int
mode_value(const char *name)
{
	for (int i = 0; name && i < (int)(sizeof modes / sizeof *modes); i++)
		if (!strcmp(modes[i], name))
			return i;
	return -1;
}

static enum mode
mode_of(const char *name, enum mode otherwise)
{
	int mode = mode_value(name);

	return mode < 0 ? otherwise : (enum mode)mode;
}

int
account_get_row(struct store *s, const char *name, struct account_row *row)
{
	sqlite3_stmt *q =
		QUERY(s,
		      "SELECT id, name, platform, mode, paused, stopped, breaker, identity, created, armed,"
		      " reconciled FROM account WHERE name = ?",
		      TEXT(name));

	memset(row, 0, sizeof *row);
	if (!sql_row(s, q))
		return 0;
	row->id = col_int(q, 0);
	row->name = col_text(s, q, 1);
	row->platform = col_text(s, q, 2);
	row->mode = mode_of(col_text(s, q, 3), MODE_OFF);
	row->paused = (int)col_int(q, 4);
	row->stopped = col_text(s, q, 5);
	row->breaker = col_text(s, q, 6);
	row->identity = col_text(s, q, 7);
	row->created = col_int(q, 8);
	row->armed = col_int(q, 9);
	row->reconciled = col_int(q, 10);
	sql_end(s, q);
	return 1;
}

void
account_ensure(struct store *s, const char *name, const char *platform, int64_t now, struct account_row *row)
{
	DO(s, "INSERT INTO account (name, platform, created) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
	   TEXT(name), TEXT(platform), INT(now));
	account_get_row(s, name, row);
}

int64_t
account_since(struct store *s, int64_t id)
{
	return GET(s, 0, "SELECT ifnull(armed, created) FROM account WHERE id = ?", INT(id));
}

void
account_set_mode(struct store *s, int64_t id, enum mode mode, int64_t armed)
{
	DO(s, "UPDATE account SET mode = ?, armed = ifnull(?, armed) WHERE id = ?", TEXT(mode_name(mode)),
	   INT0(armed), INT(id));
}

void
account_set_marketplace_mode(struct store *s, int64_t id, const char *marketplace, enum mode mode)
{
	DO(s,
	   "INSERT INTO marketplace_mode (account, marketplace, mode) VALUES (?, ?, ?)"
	   " ON CONFLICT DO UPDATE SET mode = excluded.mode",
	   INT(id), TEXT(marketplace), TEXT(mode_name(mode)));
}

enum mode
account_mode(struct store *s, int64_t id, const char *marketplace)
{
	sqlite3_stmt *q = QUERY(s,
				"SELECT a.mode, m.mode FROM account a LEFT JOIN marketplace_mode m"
				" ON m.account = a.id AND m.marketplace = ? WHERE a.id = ?",
				TEXT(marketplace), INT(id));
	enum mode mode = MODE_OFF, site;

	if (sql_row(s, q)) {
		mode = mode_of(col_text(s, q, 0), MODE_OFF);
		site = mode_of(col_text(s, q, 1), mode);
		if (site < mode)
			mode = site;
		sql_end(s, q);
	}
	return mode;
}

void
account_set_paused(struct store *s, int64_t id, int paused)
{
	DO(s, "UPDATE account SET paused = ?1 WHERE paused IS NOT ?1 AND (id = ?2 OR ?2 = 0)",
	   INT(paused != 0), INT(id));
}

void
account_set_stopped(struct store *s, int64_t id, const char *packed)
{
	DO(s, "UPDATE account SET stopped = ?1 WHERE id = ?2 AND stopped IS NOT ?1", TEXT0(packed), INT(id));
}

void
account_set_breaker(struct store *s, int64_t id, const char *packed)
{
	DO(s, "UPDATE account SET breaker = ?1 WHERE id = ?2 AND breaker IS NOT ?1", TEXT0(packed), INT(id));
}

void
account_set_identity(struct store *s, int64_t id, const char *identity)
{
	DO(s, "UPDATE account SET identity = ?1 WHERE id = ?2 AND identity IS NOT ?1", TEXT0(identity),
	   INT(id));
}

void
account_set_reconciled(struct store *s, int64_t id, int64_t at)
{
	DO(s, "UPDATE account SET reconciled = ? WHERE id = ?", INT(at), INT(id));
}
