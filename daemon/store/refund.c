/* refund.c - money that went back, whoever sent it. */
#include "daemon/store/db.h"

int
record_refund(struct store *s, int64_t account, const struct refund *r, int64_t now)
{
	struct subject of = {.detail = r->remote};
	char why[ERR_MAX];

	if (!r->order || !*r->order || !r->remote || !*r->remote || !*r->amount.currency) {
		pack(why, "a refund without an id, without its order or without an amount");
		return record_refused(s, account, r->remote ? r->remote : r->order, why, now);
	}
	if (!DO(s,
		"INSERT INTO refund (account, order_remote, remote, amount, currency, status, at)"
		" VALUES (?, ?, ?, ?, ?, ?, ?)"
		" ON CONFLICT DO UPDATE SET (amount, currency, status, at) = (excluded.amount, "
		"excluded.currency,"
		"  excluded.status, ifnull(excluded.at, at))"
		" WHERE (amount, currency, status, at) IS NOT (excluded.amount, excluded.currency,"
		"  excluded.status, ifnull(excluded.at, at))",
		INT(account), TEXT(r->order), TEXT(r->remote), INT(r->amount.minor), TEXT(r->amount.currency),
		TEXT(refund_status_name(r->status)), INT0(r->at)))
		return 0;
	of.order = GET(
		s, 0, "UPDATE orders SET version = version + 1 WHERE remote = ? AND account = ? RETURNING id",
		TEXT(r->order), INT(account));
	if (of.order && r->status != REFUND_FAILED)
		event_add(s, "order.refunded", r->at ? r->at : now, account, &of, now);
	return !s->failed;
}

void
refunds_tell(struct store *s, int64_t account, int64_t order, const char *remote, int64_t now)
{
	sqlite3_stmt *q = QUERY(
		s,
		"SELECT remote, at FROM refund WHERE order_remote = ? AND account = ? AND status <> 'failed'",
		TEXT(remote), INT(account));

	while (sql_row(s, q)) {
		struct subject of = {.order = order, .detail = col_text(s, q, 0)};

		event_add(s, "order.refunded", first_of(col_int(q, 1), now, 0), account, &of, now);
	}
}
