/* event.c - changes that rules may answer, and the facts around them. */
#include <string.h>

#include "daemon/store/db.h"

void
event_add(struct store *s, const char *kind, int64_t at, int64_t account, int64_t message, int64_t order,
	  int64_t now)
{
	int64_t check_at = at < account_since(s, account) ? 0 : now;

	/* An old one is kept as decided: it says that this has happened, so that a later poll does not take it for news. */
	DO(s,
	   "INSERT INTO event (kind, at, account, message, order_id, check_at) VALUES (?, ?, ?, ?, ?, ?)"
	   " ON CONFLICT DO NOTHING",
	   TEXT(kind), INT(at), INT(account), INT0(message), INT0(order), INT0(check_at));
}

void
event_done(struct store *s, int64_t event)
{
	DO(s, "UPDATE event SET check_at = NULL WHERE id = ?", INT(event));
}

/* Where the facts begin: what an event or a conversation points to. */
struct start {
	int64_t message, conversation, order;
};

static int
event_load(struct store *s, int64_t event, struct situation *t, struct start *a)
{
	/* What is said to a buyer about an order goes to the newest conversation about it. */
	sqlite3_stmt *q = QUERY(
		s,
		"SELECT e.kind, e.at, e.account, e.message, e.order_id, ifnull(m.conversation,"
		"  (SELECT c.id FROM conversation c WHERE c.order_id = e.order_id ORDER BY c.last_at DESC, "
		"c.id DESC LIMIT 1))"
		" FROM event e LEFT JOIN message m ON m.id = e.message WHERE e.id = ?",
		INT(event));

	if (!sql_row(s, q))
		return 0;
	t->event = event;
	t->kind = col_text(s, q, 0);
	t->at = col_int(q, 1);
	t->account = col_int(q, 2);
	a->message = col_int(q, 3);
	a->order = col_int(q, 4);
	a->conversation = col_int(q, 5);
	sql_end(s, q);
	return 1;
}

static int
conversation_load(struct store *s, int64_t now, struct situation *t, struct start *a, int64_t *buyer)
{
	sqlite3_stmt *q;

	if (!a->conversation)
		return 1;
	q = QUERY(s,
		  "SELECT account, remote, marketplace, subject, listing, oldest_unanswered, acknowledged, "
		  "answered, last_ours,"
		  " version, orders, order_id, buyer,"
		  " (SELECT count(*) FROM outbox b WHERE b.conversation = c.id AND b.rule IS NOT NULL"
		  "   AND b.state IN ('sending', 'unsure', 'sent') AND b.started > ?2 - 86400000),"
		  " (SELECT m.id FROM message m WHERE m.conversation = c.id AND m.direction = 'in' AND NOT "
		  "m.automatic"
		  "   ORDER BY m.sent DESC, m.id DESC LIMIT 1)"
		  " FROM conversation c WHERE id = ?1",
		  INT(a->conversation), INT(now));
	if (!sql_row(s, q))
		return 0;
	t->conversation = a->conversation;
	t->account = col_int(q, 0);
	t->conversation_remote = col_text(s, q, 1);
	t->marketplace = col_text(s, q, 2);
	t->subject = col_text(s, q, 3);
	t->listing = col_text(s, q, 4);
	t->oldest_unanswered = col_int(q, 5);
	t->acknowledged = col_int(q, 6);
	t->answered = col_int(q, 7);
	t->last_ours = col_int(q, 8);
	t->conversation_version = col_int(q, 9);
	if (!a->order) {
		t->orders = (int)col_int(q, 10);
		a->order = col_int(q, 11);
	}
	*buyer = col_int(q, 12);
	t->ours_by_rule_24h = (int)col_int(q, 13);
	t->newest = col_int(q, 14);
	sql_end(s, q);
	return 1;
}

static void
message_load(struct store *s, struct situation *t, int64_t message)
{
	sqlite3_stmt *q;

	if (!message)
		return;
	q = QUERY(s,
		  "SELECT remote, text, subject, automatic, photos, language, certainty, intent, confident, "
		  "risk"
		  " FROM message WHERE id = ?",
		  INT(message));
	if (!sql_row(s, q))
		return;
	t->message = message;
	t->message_remote = col_text(s, q, 0);
	t->text = col_text(s, q, 1);
	if (sqlite3_column_type(q, 2) != SQLITE_NULL)
		t->subject = col_text(s, q, 2);
	t->automatic = (int)col_int(q, 3);
	t->photos = (int)col_int(q, 4);
	t->language = col_text(s, q, 5);
	t->certainty = (int)col_int(q, 6);
	t->intent = col_text(s, q, 7);
	t->confident = (int)col_int(q, 8);
	t->risk = (int)col_int(q, 9);
	sql_end(s, q);
}

static int
known(int value)
{
	return value < 0 ? 0 : value;
}

static void
order_load(struct store *s, struct situation *t, int64_t order, int64_t *buyer)
{
	sqlite3_stmt *q;

	if (!order)
		return;
	/* The item that the conversation is about, else the first one. */
	q = QUERY(s,
		  "SELECT o.remote, o.status, o.payment, o.fulfilment, o.cancellation, o.total, o.currency, "
		  "o.created,"
		  " o.ship_by, o.eta_from, o.eta_to, o.version, o.buyer, o.marketplace, i.title, i.listing,"
		  " h.carrier, h.tracking, h.shipped, o.account"
		  " FROM orders o"
		  " LEFT JOIN item i ON i.order_id = o.id AND i.remote = (SELECT remote FROM item WHERE "
		  "order_id = o.id"
		  "   ORDER BY listing IS NOT ?2, remote LIMIT 1)"
		  " LEFT JOIN shipment h ON h.id = (SELECT id FROM shipment WHERE order_remote = o.remote"
		  "   AND account = o.account ORDER BY shipped DESC, id DESC LIMIT 1)"
		  " WHERE o.id = ?1",
		  INT(order), TEXT(t->listing));
	if (!sql_row(s, q))
		return;
	t->order = order;
	t->orders = 1;
	t->order_remote = col_text(s, q, 0);
	t->order_status = col_text(s, q, 1);
	t->payment = known(payment_value(col_text(s, q, 2)));
	t->fulfilment = known(fulfilment_value(col_text(s, q, 3)));
	t->cancellation = known(cancellation_value(col_text(s, q, 4)));
	t->total.minor = col_int(q, 5);
	if (sqlite3_column_type(q, 6) != SQLITE_NULL)
		memcpy(t->total.currency, col_text(s, q, 6), sizeof t->total.currency - 1);
	t->order_created = col_int(q, 7);
	t->ship_by = col_int(q, 8);
	t->eta_from = col_int(q, 9);
	t->eta_to = col_int(q, 10);
	t->order_version = col_int(q, 11);
	if (col_int(q, 12))
		*buyer = col_int(q, 12);
	if (!t->marketplace)
		t->marketplace = col_text(s, q, 13);
	t->item_title = col_text(s, q, 14);
	if (!t->listing)
		t->listing = col_text(s, q, 15);
	t->carrier = col_text(s, q, 16);
	t->tracking = col_text(s, q, 17);
	t->shipped = col_int(q, 18);
	sql_end(s, q);
}

static void
people_load(struct store *s, struct situation *t, int64_t buyer)
{
	sqlite3_stmt *q = QUERY(
		s,
		"SELECT a.name, a.platform, a.created, a.armed, b.id, b.remote, b.name, b.locale, b.country"
		" FROM account a LEFT JOIN buyer b ON b.id = ?2 WHERE a.id = ?1",
		INT(t->account), INT(buyer));

	if (!sql_row(s, q))
		return;
	t->account_name = col_text(s, q, 0);
	t->platform = col_text(s, q, 1);
	t->created = col_int(q, 2);
	t->armed = col_int(q, 3);
	t->buyer = col_int(q, 4);
	t->buyer_remote = col_text(s, q, 5);
	t->buyer_name = col_text(s, q, 6);
	t->buyer_locale = col_text(s, q, 7);
	t->buyer_country = col_text(s, q, 8);
	sql_end(s, q);
}

int
situation_load(struct store *s, const struct around *about, int64_t now, struct situation *t)
{
	struct start a = {.conversation = about->conversation};
	const int64_t event = about->event;
	int64_t buyer = 0;

	memset(t, 0, sizeof *t);
	if (event && !event_load(s, event, t, &a))
		return 0;
	if (!event)
		a.message = GET(
			s, 0,
			"SELECT id FROM message WHERE conversation = ? AND direction = 'in' AND NOT automatic"
			" ORDER BY sent DESC, id DESC LIMIT 1",
			INT(a.conversation));
	if (!conversation_load(s, now, t, &a, &buyer))
		return 0;
	message_load(s, t, a.message);
	order_load(s, t, a.order, &buyer);
	people_load(s, t, buyer);
	return t->account != 0 && !s->failed;
}

int
event_next(struct store *s, int64_t now, struct situation *t, int64_t *next)
{
	for (;;) {
		sqlite3_stmt *q = QUERY(s, "SELECT id, check_at FROM event WHERE check_at IS NOT NULL ORDER "
					   "BY check_at, id LIMIT 1");
		int64_t event;

		*next = INT64_MAX;
		if (!sql_row(s, q))
			return 0;
		event = col_int(q, 0);
		*next = col_int(q, 1);
		sql_end(s, q);
		if (*next > now)
			return 0;
		if (situation_load(s, &(struct around){.event = event}, now, t))
			return 1;
		event_done(
			s,
			event); /* nothing is left of what it was about: it must not stand before the others */
	}
}
