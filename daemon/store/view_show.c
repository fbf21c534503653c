/* view_show.c - one thing with all that belongs to it. */
#include "daemon/store/db.h"

#define MESSAGES 500 /* the newest of a conversation or order */

static json_t *
message_row(struct store *s, sqlite3_stmt *q)
{
	return json_pack("{s:o, s:o, s:b, s:o, s:o, s:o, s:o, s:I, s:o}", "id",
			 json_local('m', col_int(q, 0)), "direction", json_word(col_text(s, q, 1)),
			 "automatic", (int)col_int(q, 2), "text", json_word(col_text(s, q, 3)), "sent_at",
			 json_when(col_int(q, 4)), "language", json_word(col_text(s, q, 5)), "intent",
			 json_word(col_text(s, q, 6)), "photos", col_int(q, 7), "action",
			 json_local('a', col_int(q, 8)));
}

static json_t *
messages_of(struct store *s, int64_t conversation)
{
	return view_list(s,
			 QUERY(s,
			       "SELECT * FROM (SELECT id, direction, automatic, text, sent, language, "
			       "intent, photos, outbox"
			       "  FROM message WHERE conversation = ? ORDER BY sent DESC, id DESC LIMIT ?) "
			       "ORDER BY sent, "
			       "id",
			       INT(conversation), INT(MESSAGES)),
			 message_row);
}

static json_t *
item_row(struct store *s, sqlite3_stmt *q)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:I, s:o}", "remote", json_word(col_text(s, q, 0)), "listing",
			 json_word(col_text(s, q, 1)), "sku", json_word(col_text(s, q, 2)), "title",
			 json_word(col_text(s, q, 3)), "quantity", col_int(q, 4), "price",
			 json_amount(col_int(q, 5), col_text(s, q, 6)));
}

static json_t *
shipment_row(struct store *s, sqlite3_stmt *q)
{
	return json_pack("{s:o, s:o, s:o, s:o}", "remote", json_word(col_text(s, q, 0)), "carrier",
			 json_word(col_text(s, q, 1)), "tracking", json_word(col_text(s, q, 2)), "shipped_at",
			 json_when(col_int(q, 3)));
}

static json_t *
attempt_row(struct store *s, sqlite3_stmt *q)
{
	return json_pack("{s:I, s:o, s:o, s:I, s:o, s:o}", "attempt", col_int(q, 0), "at",
			 json_when(col_int(q, 1)), "outcome", json_word(col_text(s, q, 2)), "status",
			 col_int(q, 3), "answer", json_packed(col_text(s, q, 4)), "request",
			 json_word(col_text(s, q, 5)));
}

static json_t *
note_row(struct store *s, sqlite3_stmt *q)
{
	return json_pack("{s:o, s:o, s:o}", "at", json_when(col_int(q, 0)), "operator",
			 json_word(col_text(s, q, 1)), "text", json_word(col_text(s, q, 2)));
}

static json_t *
attachment_row(struct store *s, sqlite3_stmt *q)
{
	return json_pack("{s:o, s:o, s:o, s:b, s:o}", "message", json_local('m', col_int(q, 0)), "name",
			 json_word(col_text(s, q, 1)), "type", json_word(col_text(s, q, 2)), "fetched",
			 (int)col_int(q, 3), "why", json_packed(col_text(s, q, 4)));
}

static json_t *
refund_row(struct store *s, sqlite3_stmt *q)
{
	return json_pack("{s:o, s:o, s:o, s:o}", "remote", json_word(col_text(s, q, 0)), "amount",
			 json_amount(col_int(q, 1), col_text(s, q, 2)), "status",
			 json_word(col_text(s, q, 3)), "at", json_when(col_int(q, 4)));
}

static json_t *
outbox_file_row(struct store *s, sqlite3_stmt *q)
{
	return json_pack("{s:o, s:o, s:I}", "name", json_word(col_text(s, q, 0)), "type",
			 json_word(col_text(s, q, 1)), "bytes", col_int(q, 2));
}

static json_t *
show_order(struct store *s, int64_t id)
{
	json_t *o = view_one(s, QUERY(s, ORDER_ROW "WHERE o.id = ?", INT(id)), view_order);

	if (!o)
		return NULL;
	json_object_set_new(
		o, "items",
		view_list(s,
			  QUERY(s,
				"SELECT remote, listing, sku, title, quantity, price, currency FROM item"
				" WHERE order_id = ? ORDER BY remote",
				INT(id)),
			  item_row));
	json_object_set_new(
		o, "shipments",
		view_list(s,
			  QUERY(s,
				"SELECT h.remote, h.carrier, h.tracking, h.shipped FROM orders o JOIN "
				"shipment h"
				" ON h.order_remote = o.remote AND h.account = o.account WHERE o.id = ?"
				" ORDER BY h.shipped, h.id",
				INT(id)),
			  shipment_row));
	json_object_set_new(
		o, "conversations",
		view_list(s,
			  QUERY(s,
				CONVERSATION_ROW
				"WHERE c.order_id = ? ORDER BY c.last_at DESC, c.id DESC LIMIT 50",
				INT(id)),
			  view_conversation));
	json_object_set_new(
		o, "refunds",
		view_list(s,
			  QUERY(s,
				"SELECT r.remote, r.amount, r.currency, r.status, r.at FROM orders o"
				" JOIN refund r ON r.order_remote = o.remote AND r.account = o.account"
				" WHERE o.id = ? ORDER BY r.at, r.id",
				INT(id)),
			  refund_row));
	json_object_set_new(o, "disputes", view_disputes_of(s, 'o', id));
	json_object_set_new(o, "feedback", view_feedback_of(s, 'o', id));
	json_object_set_new(o, "actions", view_actions_of(s, 'o', id));
	json_object_set_new(o, "tasks", view_tasks_of(s, 'o', id));
	return o;
}

static json_t *
show_conversation(struct store *s, int64_t id)
{
	json_t *c = view_one(s, QUERY(s, CONVERSATION_ROW "WHERE c.id = ?", INT(id)), view_conversation);

	if (!c)
		return NULL;
	json_object_set_new(c, "messages", messages_of(s, id));
	json_object_set_new(
		c, "attachments",
		view_list(s,
			  QUERY(s,
				"SELECT t.message, t.name, ifnull(t.sniffed, t.type), t.content IS NOT NULL, "
				"t.why"
				" FROM message m JOIN attachment t ON t.message = m.id"
				" WHERE m.conversation = ? ORDER BY m.sent DESC, t.number LIMIT 200",
				INT(id)),
			  attachment_row));
	json_object_set_new(c, "disputes", view_disputes_of(s, 'c', id));
	json_object_set_new(c, "actions", view_actions_of(s, 'c', id));
	json_object_set_new(c, "tasks", view_tasks_of(s, 'c', id));
	return c;
}

static json_t *
show_message(struct store *s, int64_t id)
{
	json_t *m = view_one(
		s,
		QUERY(s,
		      "SELECT id, direction, automatic, text, sent, language, intent, photos, outbox "
		      "FROM message"
		      " WHERE id = ?",
		      INT(id)),
		message_row);

	if (!m)
		return NULL;
	json_object_set_new(
		m, "conversation",
		json_local('c', GET(s, 0, "SELECT conversation FROM message WHERE id = ?", INT(id))));
	json_object_set_new(m, "actions", view_actions_of(s, 'm', id));
	return m;
}

static json_t *
show_action(struct store *s, int64_t id)
{
	json_t *list = view_actions_of(s, 'a', id), *a = json_incref(json_array_get(list, 0));

	json_decref(list);
	if (!a)
		return NULL;
	json_object_set_new(
		a, "files",
		view_list(s,
			  QUERY(s,
				"SELECT f.name, f.type, length(c.bytes) FROM outbox_file f"
				" JOIN content c ON c.hash = f.content WHERE f.outbox = ? ORDER BY f.number",
				INT(id)),
			  outbox_file_row));
	json_object_set_new(a, "attempts",
			    view_list(s,
				      QUERY(s,
					    "SELECT attempt, at, outcome, status, answer, "
					    "lower(hex(request)) FROM attempt"
					    " WHERE outbox = ? ORDER BY id",
					    INT(id)),
				      attempt_row));
	return a;
}

static json_t *
buyer_row(struct store *s, sqlite3_stmt *q)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "id", json_local('b', col_int(q, 0)), "account",
			 json_word(col_text(s, q, 1)), "remote", json_word(col_text(s, q, 2)), "name",
			 json_word(col_text(s, q, 3)), "locale", json_word(col_text(s, q, 4)), "country",
			 json_word(col_text(s, q, 5)));
}

static json_t *
show_buyer(struct store *s, int64_t id)
{
	json_t *b = view_one(s,
			     QUERY(s,
				   "SELECT b.id, a.name, b.remote, b.name, b.locale, b.country FROM buyer b"
				   " JOIN account a ON a.id = b.account WHERE b.id = ?",
				   INT(id)),
			     buyer_row);

	if (!b)
		return NULL;
	json_object_set_new(
		b, "orders",
		view_list(s,
			  QUERY(s, ORDER_ROW "WHERE o.buyer = ? ORDER BY o.created DESC, o.id DESC LIMIT 100",
				INT(id)),
			  view_order));
	json_object_set_new(b, "conversations",
			    view_list(s,
				      QUERY(s,
					    CONVERSATION_ROW
					    "WHERE c.buyer = ? ORDER BY c.last_at DESC, c.id DESC LIMIT 100",
					    INT(id)),
				      view_conversation));
	json_object_set_new(b, "disputes", view_disputes_of(s, 'b', id));
	json_object_set_new(b, "feedback", view_feedback_of(s, 'b', id));
	return b;
}

json_t *
view_show(struct store *s, const char *id)
{
	static const struct {
		char letter;
		const char *kind;
		json_t *(*show)(struct store *, int64_t);
	} kinds[] = {
		{'o', "order", show_order},       {'c', "conversation", show_conversation},
		{'m', "message", show_message},   {'a', "action", show_action},
		{'b', "buyer", show_buyer},       {'d', "dispute", show_dispute},
		{'f', "feedback", show_feedback}, {'t', "task", show_task},
	};
	json_t *shown = NULL;
	int64_t number;
	char letter;

	if (local_id(id, &letter, &number))
		return json_null();
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (kinds[i].letter != letter || !(shown = kinds[i].show(s, number)))
			continue;
		if (json_object_get(shown, "kind")) /* of disputes, actions and tasks */
			json_object_set(shown, "type", json_object_get(shown, "kind"));
		json_object_set_new(shown, "kind", json_string(kinds[i].kind));
		json_object_set_new(
			shown, "notes",
			view_list(s,
				  QUERY(s, "SELECT at, operator, text FROM note WHERE ref = ? ORDER BY id",
					TEXT(id)),
				  note_row));
	}
	return view_end(s, shown ? shown : json_null());
}
