/* metric.c - how the platform grades the seller: the newest value of each name. */
#include "daemon/store/db.h"

int
record_metric(struct store *s, int64_t account, const struct metric *m, int64_t now)
{
	char why[ERR_MAX];
	int changed;

	if (!m->name || !*m->name) {
		pack(why, "a grade of the seller without a name");
		return record_refused(s, account, m->scope, why, now);
	}
	changed = DO(s,
		     "INSERT INTO metric (account, name, scope, value, level, worst, since, until, read)"
		     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
		     " ON CONFLICT DO UPDATE SET (value, level, worst, since, until, read) = (?4, ?5, ?6, "
		     "?7, ?8, ?9)"
		     " WHERE (value, level, worst, since, until) IS NOT (?4, ?5, ?6, ?7, ?8)"
		     " AND (?8 IS NULL OR ?8 >= ifnull(until, 0))",
		     INT(account), TEXT(m->name), TEXT(m->scope ? m->scope : ""), TEXT0(m->value),
		     TEXT0(m->level), TEXT0(m->limit), INT0(m->from), INT0(m->until), INT(now));
	if (!changed)
		DO(s, "UPDATE metric SET read = ? WHERE account = ? AND name = ? AND scope = ?", INT(now),
		   INT(account), TEXT(m->name), TEXT(m->scope ? m->scope : ""));
	return changed && !s->failed;
}
