/* truth_money.c - what rows say that went back did go back, and no more of it without a person than the seller's limits allow. */
#include <string.h>

#include "place.h"
#include "trial.h"

#define ROWS                                                                                                 \
	" FROM outbox b LEFT JOIN dispute d ON d.id = b.dispute JOIN orders o ON o.id = "                    \
	"coalesce(b.order_id, "                                                                              \
	"d.order_id) WHERE b.account = ? AND b.state = 'sent' AND b.moves > 0"

/* How the marketplace calls the way that it went back. */
static int
same_way(const char *kind, const char *via)
{
	const size_t n = strcspn(kind, ".");

	return strlen(via) == n && !strncmp(kind, via, n);
}

static const struct refund *
refund_of_row(const struct order *o, const char *kind, int64_t minor, const char *currency)
{
	for (size_t i = 0; i < o->n_refunds; i++)
		if (same_way(kind, o->refunds[i].via) && o->refunds[i].amount.minor == minor &&
		    !strcmp(o->refunds[i].amount.currency, currency))
			return &o->refunds[i];
	return NULL;
}

/* What had gone back for the order by then as far as it could be known: what was done elsewhere shortly before may not have been read yet. */
static int64_t
went_back_for(const struct order *o, const struct refund *last)
{
	int64_t sum = last->amount.minor;

	for (size_t i = 0; i < o->n_refunds; i++)
		if (&o->refunds[i] != last && o->refunds[i].visible < last->at - SETTLES)
			sum += o->refunds[i].amount.minor;
	return sum;
}

static void
sums(struct trial *t)
{
	sqlite3_stmt *q = ask_store(t,
				    "SELECT b.id, b.kind, b.moves, b.currency, o.remote, b.rule IS NOT NULL "
				    "AND b.operator IS NULL" ROWS,
				    "i", t->account);

	while (next_row(q)) {
		const struct order *o = find_order(t->w->sellers[t->seller], column(q, 4));
		const struct refund *r =
			o ? refund_of_row(o, column(q, 1), sqlite3_column_int64(q, 2), column(q, 3)) : NULL;

		if (!r)
			finding(t, &t->f->lost,
				"a%s (%s) says that %s minor units of %s went back for order %s",
				column(q, 0), column(q, 1), column(q, 2), column(q, 3), column(q, 4));
		else if (sqlite3_column_int(q, 5) &&
			 (strcmp(column(q, 3), LIMITS_IN) != 0 || went_back_for(o, r) > REFUND_PER_ORDER))
			finding(t, &t->f->unexplained,
				"a%s: with it %lld minor units of %s went back by rule for order %s",
				column(q, 0), (long long)went_back_for(o, r), column(q, 3), column(q, 4));
	}
}

/* Who approves may go beyond these two; what people let leave counts all the same. */
static void
limits(struct trial *t)
{
	sqlite3_stmt *q = ask_store(t,
				    "WITH paid AS (SELECT b.id, b.moves, b.started, o.buyer, b.rule IS NOT "
				    "NULL AND b.operator IS NULL AS alone" ROWS ")"
				    " SELECT id, (SELECT sum(p.moves) FROM paid p WHERE p.started BETWEEN "
				    "b.started - 86400000 + 1 AND b.started),"
				    " (SELECT sum(p.moves) FROM paid p WHERE p.buyer = b.buyer AND p.started "
				    "<= b.started) FROM paid b WHERE alone",
				    "i", t->account);

	while (next_row(q)) {
		if (sqlite3_column_int64(q, 1) > REFUND_PER_DAY)
			finding(t, &t->f->unexplained, "a%s: with it %s minor units went back within a day",
				column(q, 0), column(q, 1));
		if (sqlite3_column_int64(q, 2) > REFUND_PER_BUYER)
			finding(t, &t->f->unexplained, "a%s: with it %s minor units went back to one buyer",
				column(q, 0), column(q, 2));
	}
}

void
truth_of_money(struct trial *t)
{
	sums(t);
	limits(t);
}
