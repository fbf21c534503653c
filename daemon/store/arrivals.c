/* arrivals.c - what was learned of when news comes, and which clocks wait for it. */
#include <math.h>
#include <string.h>

#include "daemon/store/db.h"

#define UNIT 1000.0 /* counts are kept in thousandths, four bytes each, the highest first */

static void
put_news(const float news[HOURS_A_WEEK], unsigned char out[4 * HOURS_A_WEEK])
{
	for (int i = 0; i < HOURS_A_WEEK; i++) {
		const uint32_t n = news[i] < 4e6 ? (uint32_t)lround(news[i] * UNIT) : 4000000000u;

		for (int b = 0; b < 4; b++)
			out[4 * i + b] = (unsigned char)(n >> (24 - 8 * b));
	}
}

static void
get_news(const unsigned char *bytes, size_t len, float news[HOURS_A_WEEK])
{
	for (size_t i = 0; i < HOURS_A_WEEK && 4 * i + 3 < len; i++) {
		const unsigned char *p = bytes + 4 * i;

		news[i] = (float)(((uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]) /
				  UNIT);
	}
}

int
arrivals_get(struct store *s, int64_t account, const char *stream, struct arrivals *a)
{
	sqlite3_stmt *q =
		QUERY(s, "SELECT since, at, news, age, aged FROM arrivals WHERE account = ? AND stream = ?",
		      INT(account), TEXT(stream));
	const void *news;
	size_t len;

	memset(a, 0, sizeof *a);
	if (!sql_row(s, q))
		return 0;
	a->since = col_int(q, 0);
	a->at = col_int(q, 1);
	if ((news = col_blob(s, q, 2, &len)))
		get_news(news, len, a->news);
	a->age = col_int(q, 3);
	a->aged = (int)col_int(q, 4);
	sql_end(s, q);
	return 1;
}

void
arrivals_put(struct store *s, int64_t account, const char *stream, const struct arrivals *a)
{
	unsigned char news[4 * HOURS_A_WEEK];
	const int64_t before = sqlite3_total_changes64(s->db);

	put_news(a->news, news);
	DO(s,
	   "INSERT INTO arrivals (account, stream, since, at, news, age, aged) VALUES (?, ?, ?, ?, ?, ?, ?)"
	   " ON CONFLICT DO UPDATE SET (since, at, news, age, aged) ="
	   " (excluded.since, excluded.at, excluded.news, excluded.age, excluded.aged)",
	   INT(account), TEXT(stream), INT(a->since), INT(a->at), BLOB(news, sizeof news), INT(a->age),
	   INT(a->aged));
	s->unhurried += sqlite3_total_changes64(s->db) - before;
}

int
silence_get(struct store *s, int64_t account, struct silence *x)
{
	sqlite3_stmt *q = QUERY(
		s, "SELECT since, last, gaps, tail, excess, came, expected FROM silence WHERE account = ?",
		INT(account));

	memset(x, 0, sizeof *x);
	if (!sql_row(s, q))
		return 0;
	x->since = col_int(q, 0);
	x->last = col_int(q, 1);
	x->gaps = (double)col_int(q, 2) / UNIT;
	x->tail = (double)col_int(q, 3) / UNIT;
	x->excess = (double)col_int(q, 4) / UNIT;
	x->came = (double)col_int(q, 5) / UNIT;
	x->expected = (double)col_int(q, 6) / UNIT;
	sql_end(s, q);
	return 1;
}

static struct bind
thousandths(double x)
{
	return INT(llround(fmin(x, 1e12) * UNIT));
}

void
silence_put(struct store *s, int64_t account, const struct silence *x)
{
	const int64_t before = sqlite3_total_changes64(s->db);

	DO(s,
	   "INSERT INTO silence (account, since, last, gaps, tail, excess, came, expected)"
	   " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
	   " ON CONFLICT DO UPDATE SET (since, last, gaps, tail, excess, came, expected) ="
	   " (excluded.since, excluded.last, excluded.gaps, excluded.tail, excluded.excess, excluded.came, "
	   "excluded.expected)",
	   INT(account), INT(x->since), INT0(x->last), thousandths(x->gaps), thousandths(x->tail),
	   thousandths(x->excess), thousandths(x->came), thousandths(x->expected));
	s->unhurried += sqlite3_total_changes64(s->db) - before;
}

int64_t
clock_of_messages(struct store *s, int64_t account, int64_t from, int64_t until)
{
	return GET(s, INT64_MAX,
		   "SELECT answer_by FROM conversation WHERE account = ? AND answer_by >= ? AND answer_by < ?"
		   " ORDER BY answer_by LIMIT 1",
		   INT(account), INT(from), INT(until));
}

int64_t
clock_of_disputes(struct store *s, int64_t account, const char *kind, int64_t from)
{
	return GET(s, INT64_MAX,
		   "SELECT respond_by FROM dispute WHERE account = ? AND our_turn IS NOT NULL AND kind = ?"
		   " AND respond_by >= ? ORDER BY respond_by LIMIT 1",
		   INT(account), TEXT(kind), INT(from));
}
