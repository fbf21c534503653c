/* rule.c - since when each rule may act. */
#include "daemon/store/db.h"

int64_t
rule_armed(struct store *s, const char *name, const char *hash, int64_t now)
{
	DO(s,
	   "INSERT INTO rule (name, hash, armed) VALUES (?, ?, ?) ON CONFLICT DO UPDATE"
	   " SET hash = excluded.hash, armed = excluded.armed WHERE hash IS NOT excluded.hash",
	   TEXT(name), TEXT(hash), INT(now));
	return GET(s, now, "SELECT armed FROM rule WHERE name = ?", TEXT(name));
}
