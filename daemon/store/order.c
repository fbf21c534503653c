/* order.c - orders, their items, and how they left.
 *
 * The platform's time of change decides: what is newer wins field by field; what is older only fills gaps.
 * What the platform does not say (NULL) never deletes what is known.
 */
#include <stdio.h>
#include <string.h>

#include "daemon/store/db.h"

#define FACTS                                                                                                \
	"marketplace, status, payment, fulfilment, cancellation, buyer, total, currency, created, ship_by, " \
	"eta_from, eta_to, buyer_note"
#define NEWER   "(excluded.changed IS NULL OR excluded.changed >= ifnull(orders.changed, 0))"
#define BEST(c) "iif(" NEWER ", ifnull(excluded." c ", orders." c "), ifnull(orders." c ", excluded." c "))"
#define MERGED                                                                                                   \
	BEST("marketplace")                                                                                      \
	"," BEST("status") "," BEST("payment") "," BEST("fulfilment") "," BEST("cancellation") "," BEST(         \
		"bu"                                                                                             \
		"ye"                                                                                             \
		"r") "," BEST("total") "," BEST("currency") "," BEST("created") "," BEST("ship_by") "," BEST("e" \
													     "t" \
													     "a" \
													     "_" \
													     "f" \
													     "r" \
													     "o" \
													     "m") "," BEST("eta_to") "," BEST("buyer_note")
#define LATEST "nullif(max(ifnull(excluded.changed, 0), ifnull(orders.changed, 0)), 0)"

static struct bind
word(int unknown, const char *name)
{
	return TEXT(unknown ? NULL : name);
}

/* `fresh`: nothing newer is known, so what is said about an item replaces what was known. */
static int
keep_items(struct store *s, int64_t order, const struct order *o, int fresh)
{
	char number[24];
	int changed = 0;

	for (size_t i = 0; i < o->nitems; i++) {
		const struct order_item *t = &o->items[i];
		int priced = *t->price.currency != '\0';

		snprintf(number, sizeof number, "#%zu", i + 1);
		changed += DO(
			s,
			"INSERT INTO item (order_id, remote, listing, sku, title, quantity, price, currency)"
			" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
			" ON CONFLICT DO UPDATE SET (listing, sku, title, quantity, price, currency) ="
			"  (ifnull(?3, listing), ifnull(?4, sku), ifnull(?5, title), ifnull(?6, quantity),"
			"   ifnull(?7, price), ifnull(?8, currency))"
			" WHERE ?9 AND (listing, sku, title, quantity, price, currency) IS NOT"
			"  (ifnull(?3, listing), ifnull(?4, sku), ifnull(?5, title), ifnull(?6, quantity),"
			"   ifnull(?7, price), ifnull(?8, currency))",
			INT(order), TEXT(t->remote && *t->remote ? t->remote : number), TEXT0(t->listing),
			TEXT0(t->sku), TEXT0(t->title), INT0(t->quantity),
			priced ? INT(t->price.minor) : INT0(0), TEXT0(t->price.currency), INT(fresh));
	}
	return changed;
}

/* One event for each thing that can happen to an order, made when the stored facts first show it. */
static void
tell_events(struct store *s, int64_t account, int64_t order, int is_new, int64_t now)
{
	sqlite3_stmt *q = QUERY(
		s,
		"SELECT ifnull(created, 0), ifnull(changed, 0), payment IN ('paid', 'partially_refunded', "
		"'refunded'),"
		" fulfilment IN ('shipped', 'delivered'), cancellation = 'done',"
		" (SELECT max(shipped) FROM shipment h WHERE h.order_remote = o.remote AND h.account = "
		"o.account)"
		" FROM orders o WHERE id = ?",
		INT(order));
	const struct subject of = {.order = order};
	int64_t created, changed, at, shipped_at;
	int paid, shipped, cancelled;

	if (!sql_row(s, q))
		return;
	created = col_int(q, 0);
	changed = col_int(q, 1);
	paid = (int)col_int(q, 2);
	shipped = (int)col_int(q, 3);
	cancelled = (int)col_int(q, 4);
	shipped_at = col_int(q, 5);
	sql_end(s, q);

	/* When an order is first seen late, nobody says when it was paid: the earliest possible time starts the least. */
	at = is_new ? first_of(created, changed, now) : first_of(changed, now, 0);
	if (is_new)
		event_add(s, "order.created", first_of(created, changed, now), account, &of, now);
	if (paid)
		event_add(s, "order.paid", at, account, &of, now);
	if (shipped)
		event_add(s, "order.shipped", first_of(shipped_at, changed, at), account, &of, now);
	if (cancelled)
		event_add(s, "order.cancelled", first_of(changed, at, 0), account, &of, now);
}

int
record_order(struct store *s, int64_t account, const struct order *o, int64_t now)
{
	int64_t buyer, id = 0, version = 0, newest = 0, known = 0, after;
	const char *pseudonym;
	char why[ERR_MAX];
	sqlite3_stmt *q;
	int items;

	if (!o->remote || !*o->remote) {
		pack(why, "an order without an id");
		return record_refused(s, account, NULL, why, now);
	}
	buyer = buyer_record(s, account, &o->buyer, &pseudonym);
	q = QUERY(s, "SELECT id, version, changed, buyer FROM orders WHERE remote = ? AND account = ?",
		  TEXT(o->remote), INT(account));
	if (sql_row(s, q)) {
		id = col_int(q, 0);
		version = col_int(q, 1);
		newest = col_int(q, 2);
		known = col_int(q, 3);
		sql_end(s, q);
	}
	if (!buyer && o->buyer_note)
		pseudonym = buyer_pseudonym(s, known);
	q = QUERY(s,
		  "INSERT INTO orders (account, remote, changed, " FACTS ")"
		  " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
		  " ON CONFLICT DO UPDATE SET (changed, version, " FACTS ") = (" LATEST ", version + ((" FACTS
		  ") IS NOT (" MERGED ")), " MERGED ")"
		  " WHERE (changed, " FACTS ") IS NOT (" LATEST ", " MERGED ") RETURNING id, version",
		  INT(account), TEXT(o->remote), INT0(o->changed), TEXT0(o->marketplace), TEXT0(o->status),
		  word(o->payment == PAYMENT_UNKNOWN, payment_name(o->payment)),
		  word(o->fulfilment == FULFILMENT_UNKNOWN, fulfilment_name(o->fulfilment)),
		  word(0, cancellation_name(o->cancellation)), INT0(buyer),
		  *o->total.currency ? INT(o->total.minor) : INT0(0), TEXT0(o->total.currency),
		  INT0(o->created), INT0(o->ship_by), INT0(o->eta_from), INT0(o->eta_to),
		  TEXT0(pseudonym ? NULL : o->buyer_note));
	after = version;
	if (sql_row(s, q)) {
		id = col_int(q, 0);
		after = col_int(q, 1);
		sql_end(s, q);
	}
	items = keep_items(s, id, o, !o->changed || o->changed >= newest);
	if (items && version && after == version)
		DO(s, "UPDATE orders SET version = version + 1 WHERE id = ?", INT(id));
	if (after == version && !items)
		return 0;
	tell_events(s, account, id, !version, now);
	conversations_link(s, id);
	order_link(s, id);
	if (!version)
		refunds_tell(s, account, id, o->remote, now);
	return !s->failed;
}

int
record_shipment(struct store *s, int64_t account, const struct shipment *h, int64_t now)
{
	char why[ERR_MAX];

	if (!h->order || !*h->order) {
		pack(why, "a shipment that names no order");
		return record_refused(s, account, h->remote, why, now);
	}
	if (!DO(s,
		"INSERT INTO shipment (account, order_remote, remote, carrier, tracking, shipped) VALUES (?, "
		"?, ?, ?, ?, ?)"
		" ON CONFLICT DO UPDATE SET (carrier, tracking, shipped) = (ifnull(excluded.carrier, "
		"carrier),"
		"  ifnull(excluded.tracking, tracking), ifnull(excluded.shipped, shipped))"
		" WHERE (carrier, tracking, shipped) IS NOT (ifnull(excluded.carrier, carrier),"
		"  ifnull(excluded.tracking, tracking), ifnull(excluded.shipped, shipped))",
		INT(account), TEXT(h->order), TEXT(h->remote ? h->remote : ""), TEXT0(h->carrier),
		TEXT0(h->tracking), INT0(h->shipped)))
		return 0;
	DO(s, "UPDATE orders SET version = version + 1 WHERE remote = ? AND account = ?", TEXT(h->order),
	   INT(account));
	return !s->failed;
}
