/* view_report.c - how the platform grades us, and what we computed from our own records, called so.
 *
 * A wait begins with the first message after our last answer and ends with the next answer; a reply that only acknowledges
 * ends none.  Who waits longer than the goal counts as late, answered or not.
 */
#include <stdlib.h>

#include "daemon/store/db.h"

#define GOAL DAY

static const int spans[] = {7, 30, 90}; /* days */
#define SPANS (int)(sizeof spans / sizeof *spans)

/* Of one account and one span. */
struct waits {
	int64_t *times; /* of those that were answered */
	size_t n, room;
	int64_t in_time, late;
};

static void
add_wait(struct waits *w, int64_t ms)
{
	if (w->n == w->room) {
		int64_t *more = must_alloc((w->room = 2 * w->room + 64) * sizeof *more);

		for (size_t i = 0; i < w->n; i++)
			more[i] = w->times[i];
		free(w->times);
		w->times = more;
	}
	w->times[w->n++] = ms;
	if (ms <= GOAL)
		w->in_time++;
	else
		w->late++;
}

static int
by_length(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void
wait_ends(struct waits w[SPANS], int64_t since, int64_t ms, int answered, int64_t now)
{
	for (int i = 0; i < SPANS; i++) {
		if (since < now - spans[i] * DAY)
			continue;
		if (answered)
			add_wait(&w[i], ms);
		else if (ms > GOAL)
			w[i].late++;
	}
}

static void
read_waits(struct store *s, int64_t account, int64_t now, struct waits w[SPANS])
{
	sqlite3_stmt *q = QUERY(s,
				"SELECT m.conversation, m.direction = 'in', m.sent, ifnull(b.substantive, 1)"
				" FROM conversation c JOIN message m ON m.conversation = c.id"
				" LEFT JOIN outbox b ON b.id = m.outbox"
				" WHERE c.account = ? AND c.last_at >= ? AND NOT m.automatic"
				" ORDER BY m.conversation, m.sent, m.id",
				INT(account), INT(now - spans[SPANS - 1] * DAY));
	int64_t conversation = 0, since = 0;

	while (sql_row(s, q)) {
		if (col_int(q, 0) != conversation) {
			if (since)
				wait_ends(w, since, now - since, 0, now);
			conversation = col_int(q, 0);
			since = 0;
		}
		if (col_int(q, 1)) {
			since = since ? since : col_int(q, 2);
		} else if (since && col_int(q, 3)) {
			wait_ends(w, since, col_int(q, 2) - since, 1, now);
			since = 0;
		}
	}
	if (since)
		wait_ends(w, since, now - since, 0, now);
}

/* ---- rows ---- */

static void
add_computed(json_t *list, const char *account, const char *name, const char *scope, json_t *value,
	     int64_t of, int64_t from, int64_t now)
{
	json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:o, s:n, s:n, s:b, s:I, s:o, s:o}", "account",
					      account, "name", name, "scope", scope, "value", value, "level",
					      "limit", "computed", 1, "of", (json_int_t)of, "from_at",
					      json_when(from), "until_at", json_when(now)));
}

static json_t *
share(int64_t part, int64_t whole)
{
	return json_sprintf("%.1f %%", 100.0 * (double)part / (double)whole);
}

static void
add_waits(struct store *s, json_t *list, int64_t account, const char *name, int64_t now)
{
	struct waits w[SPANS] = {{0}};

	read_waits(s, account, now, w);
	for (int i = 0; i < SPANS; i++) {
		const char *scope = arena_fmt(s->arena, "%d d", spans[i]);
		int64_t all = w[i].in_time + w[i].late;

		if (all)
			add_computed(list, name, "answered_within_24h", scope, share(w[i].in_time, all), all,
				     now - spans[i] * DAY, now);
		if (w[i].n) {
			int64_t median;

			qsort(w[i].times, w[i].n, sizeof *w[i].times, by_length);
			median = w[i].times[w[i].n / 2];
			add_computed(list, name, "median_time_to_answer", scope,
				     json_sprintf("%.1f h", (double)median / (double)HOUR), (int64_t)w[i].n,
				     now - spans[i] * DAY, now);
		}
		free(w[i].times);
	}
}

static void
add_disputes(struct store *s, json_t *list, int64_t account, const char *name, int64_t now)
{
	const int64_t from = now - 90 * DAY;
	int64_t orders = GET(s, 0, "SELECT count(*) FROM orders WHERE account = ? AND created >= ?",
			     INT(account), INT(from)),
		closed = 0, lost = 0;
	sqlite3_stmt *q =
		QUERY(s,
		      "SELECT kind, count(*), sum(closed IS NOT NULL), sum(status = 'lost') FROM dispute"
		      " WHERE account = ? AND opened >= ? GROUP BY kind ORDER BY kind",
		      INT(account), INT(from));

	while (sql_row(s, q)) {
		closed += col_int(q, 2);
		lost += col_int(q, 3);
		if (orders)
			add_computed(list, name, "disputes_per_order",
				     arena_fmt(s->arena, "%s, 90 d", col_text(s, q, 0)),
				     share(col_int(q, 1), orders), orders, from, now);
	}
	if (closed)
		add_computed(list, name, "disputes_lost", "90 d", share(lost, closed), closed, from, now);
}

static json_t *
metric_row(struct store *s, sqlite3_stmt *q)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:o, s:o, s:o}", "account",
			 json_word(col_text(s, q, 0)), "name", json_word(col_text(s, q, 1)), "scope",
			 json_word(col_text(s, q, 2)), "value", json_word(col_text(s, q, 3)), "level",
			 json_word(col_text(s, q, 4)), "limit", json_word(col_text(s, q, 5)), "computed", 0,
			 "from_at", json_when(col_int(q, 6)), "until_at", json_when(col_int(q, 7)), "read_at",
			 json_when(col_int(q, 8)));
}

json_t *
view_report(struct store *s, const char *account, int64_t now)
{
	json_t *list = view_list(
		s,
		QUERY(s,
		      "SELECT a.name, m.name, m.scope, m.value, m.level, m.worst, m.since, m.until, m.read"
		      " FROM account a JOIN metric m ON m.account = a.id"
		      " WHERE ?1 IS NULL OR a.name = ?1 ORDER BY a.name, m.name, m.scope",
		      TEXT(account)),
		metric_row);
	sqlite3_stmt *q = QUERY(s, "SELECT id, name FROM account WHERE ?1 IS NULL OR name = ?1 ORDER BY name",
				TEXT(account));
	json_t *coverage = json_array();

	while (sql_row(s, q)) {
		const char *name = col_text(s, q, 1);

		add_waits(s, list, col_int(q, 0), name, now);
		add_disputes(s, list, col_int(q, 0), name, now);
		json_array_append_new(
			coverage, json_pack("{s:s, s:o}", "account", name, "last", view_coverage(s, name)));
	}
	return view_end(s, json_pack("{s:o, s:o}", "metrics", list, "coverage", coverage));
}
