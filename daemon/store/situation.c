/* situation.c - the facts around an event, a dispute, feedback, an order or a conversation, as they are now. */
#include <string.h>

#include "daemon/store/db.h"

/* Where the facts begin, and what they lead to. */
struct start {
	int64_t message, conversation, order, dispute, feedback, buyer;
	int newest; /* the newest incoming message of the conversation belongs to it */
};

static int
event_load(struct store *s, int64_t event, struct situation *t, struct start *a)
{
	sqlite3_stmt *q =
		QUERY(s,
		      "SELECT e.kind, e.at, e.account, e.message, e.order_id, e.dispute, e.feedback, "
		      "m.conversation FROM event e LEFT JOIN message m ON m.id = e.message WHERE e.id = ?",
		      INT(event));

	if (!sql_row(s, q))
		return 0;
	t->event = event;
	t->kind = col_text(s, q, 0);
	t->at = col_int(q, 1);
	t->account = col_int(q, 2);
	a->message = col_int(q, 3);
	a->order = col_int(q, 4);
	a->dispute = col_int(q, 5);
	a->feedback = col_int(q, 6);
	a->conversation = col_int(q, 7);
	sql_end(s, q);
	return 1;
}

static int
known(int value)
{
	return value < 0 ? 0 : value;
}

static struct money
amount(struct store *s, sqlite3_stmt *q, int minor, int currency)
{
	struct money m = {0};
	const char *word = col_text(s, q, currency);

	if (word && strlen(word) == sizeof m.currency - 1) {
		memcpy(m.currency, word, sizeof m.currency);
		m.minor = col_int(q, minor);
	}
	return m;
}

/* Without an order's id: how many of this buyer's orders hold the listing, as in `orders` of a conversation.  (One would be the order.)  Of those
 * that were there `at` that time. */
static void
orders_count(struct store *s, struct situation *t, const struct start *a, int64_t at)
{
	t->orders = t->order_remote != NULL;
	if (!a->order && !t->order_remote && a->buyer && t->listing)
		t->orders = (int)GET(
			s, 0,
			"SELECT count(*) FROM (SELECT o.id FROM orders o JOIN item i ON i.order_id = o.id"
			" WHERE o.buyer = ? AND i.listing = ? AND " WAS_THERE("?") " GROUP BY o.id LIMIT 2)",
			INT(a->buyer), TEXT(t->listing), INT(at));
}

static int
dispute_load(struct store *s, struct situation *t, struct start *a)
{
	sqlite3_stmt *q;

	if (!a->dispute)
		return 1;
	q = QUERY(s,
		  "SELECT account, kind, status, remote, reason, text, due_action, options, revision, memo, "
		  "line,"
		  " given_by, respond_by, opened, answered, version, amount, currency, marketplace, listing,"
		  " order_id, buyer, order_remote, our_turn, reckoned_from, apart FROM dispute WHERE id = ?",
		  INT(a->dispute));
	if (!sql_row(s, q))
		return 0;
	t->dispute = a->dispute;
	t->account = col_int(q, 0);
	t->dispute_kind = (enum dispute_kind)known(dispute_kind_value(col_text(s, q, 1)));
	t->dispute_status = (enum dispute_status)known(dispute_status_value(col_text(s, q, 2)));
	t->dispute_remote = col_text(s, q, 3);
	t->dispute_reason = col_text(s, q, 4);
	t->dispute_text = col_text(s, q, 5);
	t->due_action = col_text(s, q, 6);
	t->options = col_text(s, q, 7);
	t->revision = col_text(s, q, 8);
	t->memo = col_text(s, q, 9);
	t->line = col_text(s, q, 10);
	t->respond_given_by = col_text(s, q, 11);
	t->respond_by = col_int(q, 12);
	t->opened = col_int(q, 13);
	t->dispute_answered = col_int(q, 14);
	t->dispute_version = col_int(q, 15);
	t->claimed = amount(s, q, 16, 17);
	t->marketplace = col_text(s, q, 18);
	t->listing = col_text(s, q, 19);
	a->order = col_int(q, 20);
	a->buyer = col_int(q, 21);
	t->order_remote = col_text(s, q, 22);
	t->our_turn = col_int(q, 23);
	t->reckoned_from = col_int(q, 24);
	t->apart = (int)col_int(q, 25);
	sql_end(s, q);
	orders_count(s, t, a, t->opened);
	a->newest = 1;
	return 1;
}

static int
feedback_load(struct store *s, struct situation *t, struct start *a)
{
	sqlite3_stmt *q;
	int64_t given;

	if (!a->feedback)
		return 1;
	q = QUERY(s,
		  "SELECT account, rating, remote, text, reply, revisable, automatic, version, marketplace, "
		  "listing,"
		  " line, order_id, buyer, title, order_remote, given FROM feedback WHERE id = ?",
		  INT(a->feedback));
	if (!sql_row(s, q))
		return 0;
	t->feedback = a->feedback;
	t->account = col_int(q, 0);
	t->rating = (enum rating)known(rating_value(col_text(s, q, 1)));
	t->feedback_remote = col_text(s, q, 2);
	t->feedback_text = col_text(s, q, 3);
	t->feedback_reply = col_text(s, q, 4);
	t->revisable = (int)col_int(q, 5);
	t->feedback_automatic = (int)col_int(q, 6);
	t->feedback_version = col_int(q, 7);
	t->marketplace = col_text(s, q, 8);
	t->listing = col_text(s, q, 9);
	t->line = col_text(s, q, 10);
	a->order = col_int(q, 11);
	a->buyer = col_int(q, 12);
	t->item_title = col_text(s, q, 13);
	t->order_remote = col_text(s, q, 14);
	given = col_int(q, 15);
	sql_end(s, q);
	orders_count(s, t, a, given);
	a->newest = 1;
	return 1;
}

/* What is said to a buyer goes to the newest conversation about the order, else to that about the listing. */
static void
conversation_find(struct store *s, const struct situation *t, struct start *a)
{
	if (a->conversation)
		return;
	if (a->order)
		a->conversation = GET(s, 0,
				      "SELECT id FROM conversation WHERE order_id = ? ORDER BY last_at DESC, "
				      "id DESC LIMIT 1",
				      INT(a->order));
	if (!a->conversation && a->buyer && t->listing)
		a->conversation = GET(s, 0,
				      "SELECT id FROM conversation WHERE buyer = ? AND listing = ?"
				      " ORDER BY last_at DESC, id DESC LIMIT 1",
				      INT(a->buyer), TEXT(t->listing));
}

static int
conversation_load(struct store *s, int64_t now, struct situation *t, struct start *a)
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
	if (!t->marketplace)
		t->marketplace = col_text(s, q, 2);
	t->subject = col_text(s, q, 3);
	if (!t->listing)
		t->listing = col_text(s, q, 4);
	t->oldest_unanswered = col_int(q, 5);
	t->acknowledged = col_int(q, 6);
	t->answered = col_int(q, 7);
	t->last_ours = col_int(q, 8);
	t->conversation_version = col_int(q, 9);
	if (!a->order && !t->order_remote) {
		t->orders = (int)col_int(q, 10);
		a->order = col_int(q, 11);
	}
	if (col_int(q, 12))
		a->buyer = col_int(q, 12);
	t->ours_by_rule_24h = (int)col_int(q, 13);
	t->newest = col_int(q, 14);
	sql_end(s, q);
	if (a->newest)
		a->message = t->newest;
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

static void
order_load(struct store *s, struct situation *t, int64_t order, struct start *a)
{
	sqlite3_stmt *q;

	if (!order)
		return;
	/* The item that the conversation is about, else the first one. */
	q = QUERY(s,
		  "SELECT o.remote, o.status, o.payment, o.fulfilment, o.cancellation, o.total, o.currency, "
		  "o.created,"
		  " o.ship_by, o.eta_from, o.eta_to, o.version, o.buyer, o.marketplace, i.title, i.listing,"
		  " h.carrier, h.tracking, h.shipped, o.account,"
		  " EXISTS (SELECT 1 FROM dispute d WHERE d.order_id = o.id"
		  "   AND d.status NOT IN ('won', 'lost', 'resolved', 'withdrawn'))"
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
	t->total = amount(s, q, 5, 6);
	t->order_created = col_int(q, 7);
	t->ship_by = col_int(q, 8);
	t->eta_from = col_int(q, 9);
	t->eta_to = col_int(q, 10);
	t->order_version = col_int(q, 11);
	if (col_int(q, 12))
		a->buyer = col_int(q, 12);
	if (!t->marketplace)
		t->marketplace = col_text(s, q, 13);
	if (!t->item_title)
		t->item_title = col_text(s, q, 14);
	if (!t->listing)
		t->listing = col_text(s, q, 15);
	t->carrier = col_text(s, q, 16);
	t->tracking = col_text(s, q, 17);
	t->shipped = col_int(q, 18);
	t->account = col_int(q, 19);
	t->open_dispute = (int)col_int(q, 20);
	sql_end(s, q);
}

#define TITLES_MAX 50 /* an order of more is not told item by item */

const struct order_titles *
order_items(struct store *s, int64_t order)
{
	struct order_titles *items = arena_zalloc(s->arena, sizeof *items);
	const char **titles = arena_zalloc(s->arena, TITLES_MAX * sizeof *titles);
	sqlite3_stmt *q =
		QUERY(s, "SELECT title, quantity FROM item WHERE order_id = ? ORDER BY remote", INT(order));
	int titled = 1, counted = 1;

	items->titles = titles;
	while (sql_row(s, q)) {
		const char *title = col_text(s, q, 0);

		titled &= title && *title && items->n < TITLES_MAX;
		if (titled)
			titles[items->n++] = title;
		counted &= col_int(q, 1) > 0;
		items->pieces += col_int(q, 1);
	}
	if (!titled)
		items->n = 0;
	if (!counted)
		items->pieces = 0;
	return items;
}

static void
refunds_load(struct store *s, struct situation *t)
{
	sqlite3_stmt *q;

	if (!t->order || !*t->total.currency)
		return;
	q = QUERY(s,
		  "SELECT sum(amount), max(ifnull(at, 0)) FROM refund WHERE order_remote = ? AND account = ?"
		  " AND currency = ? AND status <> 'failed' HAVING count(*) > 0",
		  TEXT(t->order_remote), INT(t->account), TEXT(t->total.currency));
	t->refunded = t->total;
	t->refunded.minor = 0;
	if (!sql_row(s, q))
		return;
	t->refunded.minor = col_int(q, 0);
	t->last_refund = col_int(q, 1);
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
	struct start a = {0};

	memset(t, 0, sizeof *t);
	if (about->event) {
		if (!event_load(s, about->event, t, &a))
			return 0;
	} else if (about->dispute) {
		a.dispute = about->dispute;
	} else if (about->feedback) {
		a.feedback = about->feedback;
	} else if (about->order) {
		a.order = about->order;
	} else {
		a.conversation = about->conversation;
	}
	a.newest = !about->event && !about->order;
	if (!dispute_load(s, t, &a) || !feedback_load(s, t, &a))
		return 0;
	conversation_find(s, t, &a);
	if (!conversation_load(s, now, t, &a))
		return 0;
	message_load(s, t, a.message);
	order_load(s, t, a.order, &a);
	refunds_load(s, t);
	people_load(s, t, a.buyer);
	return t->account != 0 && !s->failed;
}
