/* lost.c - is this store as new as what was done with it?
 *
 * A store that was put back lacks a piece of its own past, the lost time: what it holds as ready may have been sent in it.  It shows by
 *
 *   the stamp      backup and restore write it into the copy;
 *   the witness    the lock file beside the store remembers the newest commit and the head of the journal;
 *   the clock      the newest commit is long ago, for whatever reason.
 *
 * The witness is written after each commit and never synced, so after a kill or a power cut it is at most older than the store, which says
 * nothing.  Where it is missing, or went back together with the store (a snapshot of the whole machine), only the clock tells.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "daemon/clock.h"
#include "daemon/store/db.h"

#define STALE_AFTER HOUR

void
witness_read(struct store *s)
{
	char line[WITNESS_SIZE + 1] = "";
	const ssize_t n = pread(s->lock, line, WITNESS_SIZE, WITNESS_AT);

	if (n == WITNESS_SIZE && sscanf(line, "%20" SCNd64 " %99s", &s->witness.commit, s->witness.head) != 2)
		s->witness.commit = 0;
}

/* One write a commit, never synced: that it is lost does no harm. */
void
witness_write(struct store *s, int64_t commit)
{
	char line[WITNESS_SIZE + 1];
	ssize_t n;

	if (s->lock < 0)
		return;
	snprintf(line, sizeof line, "%20" PRId64 " %-*s\n", commit, JOURNAL_HEAD - 1, s->head);
	n = pwrite(s->lock, line, WITNESS_SIZE, WITNESS_AT);
	(void)n;
}

static int
is_older_than_witnessed(struct store *s, int64_t last_commit)
{
	const char *colon = strchr(s->witness.head, ':');
	char hex[2 * CONTENT_HASH + 1] = "";
	const void *hash;
	sqlite3_stmt *q;
	int64_t id;
	size_t n;

	if (!s->witness.commit || !colon)
		return 0;
	if (last_commit < s->witness.commit)
		return 1;
	id = strtoll(s->witness.head, NULL, 10);
	q = QUERY(s, "SELECT hash FROM journal WHERE id = ?", INT(id));
	if (sql_row(s, q)) {
		hash = col_blob(s, q, 0, &n);
		if (n == CONTENT_HASH)
			hex_encode(hash, n, hex);
		sql_end(s, q);
	}
	return id && strcmp(hex, colon + 1) != 0;
}

/* Some account has not caught up with a former one. */
static int
still_behind(struct store *s, int64_t until)
{
	return GET(s, 0, "SELECT EXISTS (SELECT 1 FROM account WHERE ifnull(reconciled, 0) < ?)",
		   INT(until)) != 0;
}

/* As far as each account had been read, by its platform's clock; `still`: a former lost time goes on. */
static void
note_covered(struct store *s, int still)
{
	if (!still)
		DO(s, "DELETE FROM meta WHERE key GLOB 'lost_covered/*'");
	DO(s, "INSERT INTO meta SELECT 'lost_covered/' || account, CAST(max(covered) AS TEXT) FROM stream"
	      " WHERE covered IS NOT NULL GROUP BY account ON CONFLICT DO NOTHING");
}

void
lost_note(struct store *s)
{
	const char *stamp = meta_get(s, "backup_at"), *last = meta_get(s, "last_commit"), *why = NULL;
	const int64_t now = clock_now(), newest = last ? atoll(last) : 0;
	struct lost former;
	int64_t from, until;
	int still;

	if (stamp)
		why = "backup";
	else if (last && is_older_than_witnessed(s, newest))
		why = "replaced";
	else if (last && now - newest > STALE_AFTER)
		why = "stopped";
	if (!why)
		return;
	from = stamp ? atoll(stamp) : newest;
	until = now > from ? now : from; /* the clock may stand behind */
	still = store_lost(s, &former) && still_behind(s, former.until);
	if (still && former.from < from)
		from = former.from;
	note_covered(s, still);
	meta_set(s, "lost_from", arena_fmt(s->arena, "%lld", (long long)from));
	meta_set(s, "lost_until", arena_fmt(s->arena, "%lld", (long long)until));
	meta_set(s, "lost_why", why);
	DO(s, "DELETE FROM session"); /* some may have ended since */
	DO(s, "DELETE FROM meta WHERE key IN ('backup_of', 'backup_at')");
	journal_add(s, now, 0, "lost", NULL,
		    json_pack("{s:s, s:I, s:I, s:s*}", "why", why, "from", (json_int_t)from, "until",
			      (json_int_t)until, "witnessed", s->witness.commit ? s->witness.head : NULL));
}

int
store_lost(struct store *s, struct lost *l)
{
	const char *from = meta_get(s, "lost_from"), *until = meta_get(s, "lost_until"),
		   *why = meta_get(s, "lost_why");

	if (!from || !until || !why)
		return 0;
	*l = (struct lost){atoll(from), atoll(until), why};
	return 1;
}

int64_t
store_lost_from(struct store *s, int64_t account)
{
	const char *covered = meta_get(s, arena_fmt(s->arena, "lost_covered/%lld", (long long)account));

	return covered ? atoll(covered) : INT64_MAX;
}
