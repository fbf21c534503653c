/* wrong_clock.c - what a clock that had been ahead left behind: times to wait for, and dates that have not been yet. */
#include "daemon/store/db.h"

void
waits_end(struct store *s, int64_t now)
{
	DO(s, "UPDATE stream SET next_at = ?1 WHERE next_at > ?1", INT(now));
	DO(s, "UPDATE event SET check_at = ?1 WHERE check_at > ?1", INT(now));
	DO(s,
	   "UPDATE outbox SET (next_at, not_before) = (min(next_at, ?1), min(not_before, ?1))"
	   " WHERE state IN ('ready', 'unsure') AND max(next_at, not_before) > ?1",
	   INT(now));
}

void
dates_end(struct store *s, int64_t now)
{
	const char *text = arena_fmt(s->arena, "%lld", (long long)now);

	DO(s,
	   "UPDATE account SET (created, armed, reconciled) = (min(created, ?1), min(armed, ?1), "
	   "min(reconciled, ?1))"
	   " WHERE max(created, ifnull(armed, 0), ifnull(reconciled, 0)) > ?1",
	   INT(now));
	DO(s, "UPDATE rule SET armed = ?1 WHERE armed > ?1", INT(now));
	DO(s,
	   "UPDATE stream SET (last_ok, swept) = (min(last_ok, ?1), min(swept, ?1))"
	   " WHERE max(ifnull(last_ok, 0), ifnull(swept, 0)) > ?1",
	   INT(now));
	DO(s, "UPDATE arrivals SET (since, at) = (min(since, ?1), min(at, ?1)) WHERE max(since, at) > ?1",
	   INT(now));
	DO(s,
	   "UPDATE silence SET (since, last) = (min(since, ?1), min(last, ?1)) WHERE max(since, ifnull(last, "
	   "0)) > "
	   "?1",
	   INT(now));
	DO(s,
	   "UPDATE outbox SET (created, looked) = (min(created, ?1), min(looked, ?1))"
	   " WHERE state IN ('draft', 'ready', 'sending', 'unsure', 'held') AND max(created, ifnull(looked, "
	   "0)) > ?1",
	   INT(now));
	/* Nobody knows any more when a lost time began that begins later than now. */
	DO(s, "UPDATE meta SET value = '0' WHERE key = 'lost_from' AND CAST(value AS INTEGER) > ?", INT(now));
	DO(s, "UPDATE meta SET value = ?1 WHERE key = 'lost_until' AND CAST(value AS INTEGER) > ?2",
	   TEXT(text), INT(now));
	s->latest = now;
	s->lasts = 1;
}
