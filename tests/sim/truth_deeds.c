/* truth_deeds.c - decisions in disputes, refunds and replies to feedback: as often at the marketplace as the store says, and none twice. */
#include <string.h>

#include "trial.h"

/* ---- disputes ---- */

static int64_t
rows_that_did(struct trial *t, const struct dispute *d, const char *did)
{
	sqlite3_stmt *q = ask_store(t,
				    "SELECT b.kind, count(*) FROM outbox b JOIN dispute d ON d.id = "
				    "b.dispute WHERE d.remote = ? AND d.account = ?"
				    " AND d.kind = ? AND b.state = 'sent' GROUP BY b.kind",
				    "sis", d->id, t->account, machine_of(d)->name);
	int64_t n = 0;

	while (next_row(q))
		if (!strcmp(deed_of_action(column(q, 0)), did))
			n += sqlite3_column_int64(q, 1);
	return n;
}

/* On the site, too: a service that was in doubt, and finds what the seller's people did at the same moment, cannot tell it from its own. */
static int64_t
done_there(const struct dispute *d, const char *did)
{
	int64_t n = 0;

	for (size_t i = 0; i < d->n_acts; i++)
		n += strcmp(d->acts[i].name, did) ? 0 : d->acts[i].n;
	for (size_t i = 0; i < d->n_by_hand; i++)
		n += strcmp(d->by_hand[i].name, did) ? 0 : d->by_hand[i].n;
	return n;
}

static void
dispute(struct trial *t, const struct dispute *d)
{
	sqlite3_stmt *q = ask_store(t,
				    "SELECT DISTINCT b.kind FROM outbox b JOIN dispute d ON d.id = b.dispute "
				    "WHERE d.remote = ? AND d.account = ?"
				    " AND d.kind = ? AND b.state = 'sent'",
				    "sis", d->id, t->account, machine_of(d)->name);

	while (next_row(q)) {
		const char *did = deed_of_action(column(q, 0));

		if (rows_that_did(t, d, did) > done_there(d, did))
			finding(t, &t->f->lost, "%s %s: %lld rows say %s, which happened %lld times",
				machine_of(d)->name, d->id, (long long)rows_that_did(t, d, did), column(q, 0),
				(long long)done_there(d, did));
	}
	for (size_t i = 0; i < d->n_acts; i++) {
		const int64_t rows = rows_that_did(t, d, d->acts[i].name);

		if (d->acts[i].n > 1)
			finding(t, &t->f->doubled, "%s %s: %s happened %ld times through an API",
				machine_of(d)->name, d->id, d->acts[i].name, d->acts[i].n);
		else if (d->acts[i].n > rows &&
			 !was_forgotten(t->w, t->seller, d->acts[i].name, d->id, NULL, 0))
			finding(t, &t->f->unexplained, "%s %s: %s happened, and %lld rows say so",
				machine_of(d)->name, d->id, d->acts[i].name, (long long)rows);
	}
}

/* ---- money ---- */

static int
wished_by_hand(const struct trial *t, int64_t minor)
{
	size_t n;
	struct by_hand *const *list = people_by_hand(t->people, &n);

	for (size_t i = 0; i < n; i++)
		if (list[i]->seller == t->seller && list[i]->minor == minor)
			return list[i]->times;
	return 0;
}

static int64_t
rows_of_refund(struct trial *t, const struct order *o, int64_t minor)
{
	return number_of(t,
			 "SELECT count(*) FROM outbox b JOIN orders o ON o.id = b.order_id WHERE o.remote = "
			 "? AND o.account = ?"
			 " AND b.kind = 'order.refund' AND b.state = 'sent' AND b.amount = ?",
			 "sii", o->id, t->account, minor);
}

static void
refunds(struct trial *t, const struct order *o)
{
	for (size_t i = 0; i < o->n_refunds; i++) {
		const struct refund *r = &o->refunds[i];
		int there = 0;

		if (strcmp(r->via, "order") != 0)
			continue;
		for (size_t k = 0; k < o->n_refunds; k++)
			there += !strcmp(o->refunds[k].via, "order") &&
				 o->refunds[k].amount.minor == r->amount.minor;
		if (there > wished_by_hand(t, r->amount.minor))
			finding(t, &t->f->doubled,
				"order %s: %lld minor units went back %d times, and were wished %d times "
				"(%s)",
				o->id, (long long)r->amount.minor, there, wished_by_hand(t, r->amount.minor),
				when(r->at));
		if (!rows_of_refund(t, o, r->amount.minor) &&
		    !was_forgotten(t->w, t->seller, "order.refund", o->id, NULL, r->amount.minor))
			finding(t, &t->f->unexplained, "order %s: refund %s of %s has no row", o->id, r->id,
				when(r->at));
	}
}

static void
refund_rows(struct trial *t, const struct ebay *e)
{
	sqlite3_stmt *q =
		ask_store(t,
			  "SELECT b.id, o.remote, b.amount, count(*) FROM outbox b JOIN orders o ON o.id = "
			  "b.order_id WHERE b.account = ?"
			  " AND b.kind = 'order.refund' AND b.state = 'sent' GROUP BY o.remote, b.amount",
			  "i", t->account);

	while (next_row(q)) {
		const struct order *o = find_order(e, column(q, 1));
		int there = 0;

		for (size_t i = 0; o && i < o->n_refunds; i++)
			there += !strcmp(o->refunds[i].via, "order") &&
				 o->refunds[i].amount.minor == sqlite3_column_int64(q, 2);
		if (there < sqlite3_column_int(q, 3))
			finding(t, &t->f->lost, "a%s is sent, but order %s has no such refund", column(q, 0),
				column(q, 1));
	}
}

/* ---- feedback ---- */

static void
feedback(struct trial *t, const struct feedback *f)
{
	const int64_t rows = number_of(t,
				       "SELECT count(*) FROM outbox b JOIN feedback f ON f.id = b.feedback "
				       "WHERE f.remote = ? AND f.account = ?"
				       " AND b.kind = 'feedback.reply' AND b.state = 'sent'",
				       "si", f->id, t->account);

	if (f->replies > 1)
		finding(t, &t->f->doubled, "feedback %s has %d replies", f->id, f->replies);
	if (rows > f->replies)
		finding(t, &t->f->lost,
			"feedback %s: %lld rows say that it was replied to, which happened %d times", f->id,
			(long long)rows, f->replies);
	if (rows < f->replies && !was_forgotten(t->w, t->seller, "feedback.reply", f->id, f->reply, 0))
		finding(t, &t->f->unexplained, "feedback %s has a reply, and no row says so", f->id);
}

void
truth_of_deeds(struct trial *t)
{
	const struct ebay *e = t->w->sellers[t->seller];

	for (size_t i = 0; i < e->n_disputes; i++)
		dispute(t, e->disputes[i]);
	for (size_t i = 0; i < e->n_orders; i++)
		refunds(t, e->orders[i]);
	refund_rows(t, e);
	for (size_t i = 0; i < e->n_feedback; i++)
		feedback(t, e->feedback[i]);
}
