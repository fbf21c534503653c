/* truth_intake.c - all that a marketplace shows stands in the store once and as it is, and nothing else stands there. */
#include <string.h>

#include "trial.h"

static int
fresh(const struct trial *t, int64_t changed)
{
	return changed > t->w->now - SETTLES;
}

static int
same(const char *a, const char *b)
{
	return !strcmp(a ? a : "", b ? b : "");
}

/* ---- messages ---- */

static void
message(struct trial *t, const struct conversation *c, const struct message *m)
{
	const char *direction = m->from == FROM_SELLER ? "out" : "in";
	sqlite3_stmt *q = ask_store(
		t,
		"SELECT m.text, m.direction, c.remote, m.automatic, m.photos, b.remote FROM message m"
		" JOIN conversation c ON c.id = m.conversation LEFT JOIN buyer b ON b.id = c.buyer"
		" WHERE m.remote = ? AND m.account = ?",
		"si", m->id, t->account);

	if (!next_row(q)) {
		finding(t, &t->f->lost,
			"message %s of %s (visible %s) in conversation %s is not in the store", m->id,
			when(m->created), when(m->visible), c->id);
		return;
	}
	if (!same(column(q, 0), m->text) || strcmp(column(q, 1), direction) != 0 ||
	    strcmp(column(q, 2), c->id) != 0)
		finding(t, &t->f->lost, "message %s of %s stands in the store as %s in %s with \"%.80s\"",
			m->id, when(m->created), column(q, 1), column(q, 2), column(q, 0));
	if (sqlite3_column_int(q, 3) != (m->from == FROM_EBAY) ||
	    (size_t)sqlite3_column_int(q, 4) != m->n_media ||
	    (c->buyer && strcmp(column(q, 5), c->buyer->username) != 0))
		finding(t, &t->f->lost, "message %s of %s: automatic %s, %s photos, buyer %s in the store",
			m->id, when(m->created), column(q, 3), column(q, 4), column(q, 5));
}

static void
messages(struct trial *t, const struct ebay *e)
{
	int64_t n = 0;

	for (size_t i = 0; i < e->n_conversations; i++)
		for (size_t k = 0; k < e->conversations[i]->n_messages; k++) {
			const struct message *m = e->conversations[i]->messages[k];

			n++;
			if (!fresh(t, m->visible))
				message(t, e->conversations[i], m);
		}
	if (number_of(t, "SELECT count(*) FROM message WHERE account = ?", "i", t->account) > n)
		finding(t, &t->f->doubled, "the store has more messages than the marketplace, which has %lld",
			(long long)n);
}

/* ---- orders ---- */

static const char *
payment_of(const struct order *o)
{
	return !is_paid(o)                             ? "unpaid"
	       : !strcmp(o->payment, "PAID")           ? "paid"
	       : !strcmp(o->payment, "FULLY_REFUNDED") ? "refunded"
						       : "partially_refunded";
}

static void
refunds(struct trial *t, const struct order *o)
{
	sqlite3_stmt *q;

	for (size_t i = 0; i < o->n_refunds; i++) {
		const struct refund *r = &o->refunds[i];

		q = ask_store(t,
			      "SELECT amount, currency FROM refund WHERE order_remote = ? AND account = ? "
			      "AND remote = ?",
			      "sis", o->id, t->account, r->id);
		if (!next_row(q))
			finding(t, &t->f->lost, "refund %s of %s of order %s is not in the store", r->id,
				when(r->at), o->id);
		else if (sqlite3_column_int64(q, 0) != r->amount.minor ||
			 strcmp(column(q, 1), r->amount.currency) != 0)
			finding(t, &t->f->lost, "refund %s of order %s is %s %s in the store", r->id, o->id,
				column(q, 0), column(q, 1));
	}
	if (number_of(t, "SELECT count(*) FROM refund WHERE order_remote = ? AND account = ?", "si", o->id,
		      t->account) > (int64_t)o->n_refunds)
		finding(t, &t->f->doubled, "the store has more refunds of order %s than the marketplace",
			o->id);
}

static void
shipments(struct trial *t, const struct order *o)
{
	const int64_t n = number_of(t, "SELECT count(*) FROM shipment WHERE order_remote = ? AND account = ?",
				    "si", o->id, t->account);

	if (n != (int64_t)o->n_shipments)
		finding(t, n < (int64_t)o->n_shipments ? &t->f->lost : &t->f->doubled,
			"order %s: %lld of %zu shipments are in the store", o->id, (long long)n,
			o->n_shipments);
	for (size_t i = 0; i < o->n_shipments; i++)
		if (o->shipments[i].tracking &&
		    !number_of(t,
			       "SELECT count(*) FROM shipment WHERE order_remote = ? AND account = ? AND "
			       "tracking = ?",
			       "sis", o->id, t->account, o->shipments[i].tracking))
			finding(t, &t->f->lost, "order %s: the tracking number of %s is not in the store",
				o->id, when(o->shipments[i].at));
}

static void
order(struct trial *t, const struct order *o)
{
	const char *ships = order_fulfilment(o);
	const char *fulfilment = !strcmp(ships, "NOT_STARTED") ? "open"
				 : !strcmp(ships, "FULFILLED") ? "shipped"
							       : "partial";
	const char *cancellation = !strcmp(o->cancel_state, "CANCELED")         ? "done"
				   : !strcmp(o->cancel_state, "NONE_REQUESTED") ? "none"
										: "requested";
	sqlite3_stmt *q =
		ask_store(t,
			  "SELECT payment, fulfilment, ifnull(cancellation, 'none'), b.remote,"
			  " (SELECT count(*) FROM item WHERE order_id = o.id), o.id FROM orders o"
			  " LEFT JOIN buyer b ON b.id = o.buyer WHERE o.remote = ? AND o.account = ?",
			  "si", o->id, t->account);

	if (!next_row(q)) {
		finding(t, &t->f->lost, "order %s of %s is not in the store", o->id, when(o->created));
		return;
	}
	if (strcmp(column(q, 0), payment_of(o)) != 0 || strcmp(column(q, 1), fulfilment) != 0 ||
	    strcmp(column(q, 2), cancellation) != 0)
		finding(t, &t->f->lost,
			"order %s (o%s, changed %s) is %s, %s, cancellation %s; in the store %s, %s, %s",
			o->id, column(q, 5), when(o->modified), payment_of(o), fulfilment, cancellation,
			column(q, 0), column(q, 1), column(q, 2));
	if (strcmp(column(q, 3), o->buyer->username) != 0 || (size_t)sqlite3_column_int(q, 4) != o->n_lines)
		finding(t, &t->f->lost, "order %s has buyer %s and %s lines in the store", o->id,
			column(q, 3), column(q, 4));
	refunds(t, o);
	shipments(t, o);
}

static void
orders(struct trial *t, const struct ebay *e)
{
	for (size_t i = 0; i < e->n_orders; i++)
		if (!fresh(t, e->orders[i]->modified))
			order(t, e->orders[i]);
	if (number_of(t, "SELECT count(*) FROM orders WHERE account = ?", "i", t->account) >
	    (int64_t)e->n_orders)
		finding(t, &t->f->doubled, "the store has more orders than the marketplace, which has %zu",
			e->n_orders);
}

/* ---- disputes ---- */

/* Some disputes name only buyer and article: then it must not be guessed which of several orders is meant. */
static int
is_ambiguous(const struct trial *t, const struct dispute *d)
{
	const struct ebay *e = t->w->sellers[t->seller];
	int n = 0;

	for (size_t i = 0; i < e->n_orders; i++)
		for (size_t k = 0; k < e->orders[i]->n_lines; k++)
			n += e->orders[i]->buyer == d->order->buyer && e->orders[i]->created <= d->opened &&
			     e->orders[i]->lines[k].listing == d->line->listing;
	return n > 1;
}

static void
dispute(struct trial *t, const struct dispute *d)
{
	const char *kind = machine_of(d)->name;
	sqlite3_stmt *q = ask_store(t,
				    "SELECT d.raw, d.closed IS NOT NULL, d.order_remote, d.id, (SELECT "
				    "count(*) FROM dispute_entry WHERE dispute = d.id),"
				    " o.remote FROM dispute d LEFT JOIN orders o ON o.id = d.order_id"
				    " WHERE d.remote = ? AND d.account = ? AND d.kind = ?",
				    "sis", d->id, t->account, kind);

	if (!next_row(q)) {
		if (d->kind != INQUIRY ||
		    !d->next) /* an escalated inquiry is in none of eBay's lists: its case stands for it */
			finding(t, &t->f->lost, "%s %s of %s is not in the store", kind, d->id,
				when(d->opened));
		return;
	}
	if (!strstr(column(q, 0), d->status) || sqlite3_column_int(q, 1) != (d->closed != 0))
		finding(t, &t->f->lost, "%s %s (d%s, changed %s) is %s%s, in the store %s%s", kind, d->id,
			column(q, 3), when(d->changed), d->status, d->closed ? ", closed" : "", column(q, 0),
			sqlite3_column_int(q, 1) ? ", closed" : "");
	if (strcmp(column(q, 5), d->order->id) != 0 && (*column(q, 5) || !is_ambiguous(t, d)))
		finding(t, &t->f->lost, "%s %s (d%s) is about order %s, in the store about \"%s\"", kind,
			d->id, column(q, 3), d->order->id, column(q, 5));
}

static void
disputes(struct trial *t, const struct ebay *e)
{
	for (size_t i = 0; i < e->n_disputes; i++)
		if (!fresh(t, e->disputes[i]->changed) && !fresh(t, e->disputes[i]->closed))
			dispute(t, e->disputes[i]);
	if (number_of(t, "SELECT count(*) FROM dispute WHERE account = ?", "i", t->account) >
	    (int64_t)e->n_disputes)
		finding(t, &t->f->doubled, "the store has more disputes than the marketplace, which has %zu",
			e->n_disputes);
}

/* ---- feedback ---- */

static void
feedback(struct trial *t, const struct feedback *f)
{
	static const char *const ratings[] = {"positive", "neutral", "negative"};
	const char *rating = f->withdrawn ? "withdrawn" : ratings[f->rating];
	sqlite3_stmt *q =
		ask_store(t, "SELECT rating, text, reply, id FROM feedback WHERE remote = ? AND account = ?",
			  "si", f->id, t->account);

	if (!next_row(q)) {
		finding(t, &t->f->lost, "feedback %s of %s is not in the store", f->id, when(f->at));
		return;
	}
	if (strcmp(column(q, 0), rating) != 0 || !same(column(q, 1), f->text) ||
	    !same(column(q, 2), f->reply))
		finding(t, &t->f->lost,
			"feedback %s (f%s, changed %s) is %s \"%s\" reply \"%.40s\"; in the store %s \"%s\" "
			"reply \"%.40s\"",
			f->id, column(q, 3), when(f->changed), rating, f->text, f->reply ? f->reply : "",
			column(q, 0), column(q, 1), column(q, 2));
}

static void
all_feedback(struct trial *t, const struct ebay *e)
{
	for (size_t i = 0; i < e->n_feedback; i++)
		if (!fresh(t, e->feedback[i]->changed))
			feedback(t, e->feedback[i]);
	if (number_of(t, "SELECT count(*) FROM feedback WHERE account = ?", "i", t->account) >
	    (int64_t)e->n_feedback)
		finding(t, &t->f->doubled, "the store has more feedback than the marketplace, which has %zu",
			e->n_feedback);
}

void
truth_of_intake(struct trial *t)
{
	const struct ebay *e = t->w->sellers[t->seller];

	messages(t, e);
	orders(t, e);
	disputes(t, e);
	all_feedback(t, e);
}
