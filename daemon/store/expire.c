/* expire.c - what platforms said word for word is kept only until nobody can need it any more.
 *
 * Odd items, answers to requests whose action is done, and notices that are over.  The journal stays as it is; SQLite overwrites what is
 * freed, and the log is emptied after the commit.
 */
#include "daemon/store/db.h"

int
store_expire(struct store *s, int64_t before)
{
	int n = 0;

	n += DO(s, "DELETE FROM odd WHERE last_at < ?", INT(before));
	n += DO(s,
		"UPDATE attempt SET answer = NULL WHERE at < ? AND answer IS NOT NULL AND outbox IN (SELECT "
		"id FROM "
		"outbox WHERE state IN ('observed', 'sent', 'cancelled', 'dropped', 'expired'))",
		INT(before));
	n += DO(s, "DELETE FROM notice WHERE cleared < ?", INT(before));
	if (n)
		store_purge(s);
	return n;
}
