/* view_approval.c - what waits for a person to let it leave, and all that this person should see before. */
#include <stdio.h>

#include "daemon/store/db.h"

#define MESSAGES  6       /* the newest of the conversation */
#define ENTRIES   6       /* of a dispute */
#define TEXT_SEEN "65536" /* characters of each */

/* The deadline that is in force: of the dispute, of the conversation, else its own. */
#define UNTIL                                                                                                \
	"coalesce(iif(d.our_turn IS NOT NULL, d.respond_by, NULL),"                                          \
	" iif(c.oldest_unanswered IS NOT NULL, c.answer_by, NULL), b.deadline)"
#define GIVEN_BY                                                                                             \
	"CASE WHEN d.our_turn IS NOT NULL AND d.respond_by IS NOT NULL THEN d.given_by"                      \
	" WHEN c.oldest_unanswered IS NOT NULL AND c.answer_by IS NOT NULL THEN c.answer_given_by END"
#define WAITING_ROW                                                                                          \
	"SELECT b.id, " UNTIL " AS until, " GIVEN_BY                                                         \
	", b.attempt_key IS NOT NULL, b.conversation, b.dispute, b.feedback, ifnull(u.name, u.remote)"       \
	" FROM outbox b LEFT JOIN dispute d ON d.id = b.dispute"                                             \
	" LEFT JOIN conversation c ON c.id = b.conversation LEFT JOIN feedback f ON f.id = b.feedback"       \
	" LEFT JOIN orders o ON o.id = b.order_id"                                                           \
	" LEFT JOIN buyer u ON u.id = coalesce(c.buyer, d.buyer, f.buyer, o.buyer) "

static json_t *
waiting_row(struct store *s, sqlite3_stmt *q)
{
	return json_pack("{s:o, s:o, s:o, s:b, s:o}", "id", json_local('a', col_int(q, 0)), "until_at",
			 json_when(col_int(q, 1)), "given_by", json_word(col_text(s, q, 2)), "open",
			 (int)col_int(q, 3), "buyer", json_word(col_text(s, q, 7)));
}

/* Puts the action into it. */
static void
add_action(struct store *s, json_t *waiting, int64_t id)
{
	json_t *list = view_actions_of(s, 'a', id);

	json_object_set(waiting, "action", json_array_get(list, 0));
	json_decref(list);
}

json_t *
view_approvals(struct store *s, int limit)
{
	json_t *list = view_list(s,
				 QUERY(s,
				       WAITING_ROW "WHERE b.state IN ('draft', 'held')"
						   " ORDER BY until IS NULL, until, b.id LIMIT ?",
				       INT(limit)),
				 waiting_row),
	       *w;
	int64_t number;
	char kind;
	size_t i;

	json_array_foreach(list, i, w)
		if (!local_id(json_string_value(json_object_get(w, "id")), &kind, &number))
			add_action(s, w, number);
	return view_end(s, json_pack("{s:o}", "approvals", list));
}

static json_t *
message_row(struct store *s, sqlite3_stmt *q)
{
	return json_pack("{s:o, s:o, s:o, s:b, s:o}", "from", json_word(col_text(s, q, 0)), "text",
			 json_word(col_text(s, q, 1)), "at", json_when(col_int(q, 2)), "answered",
			 (int)col_int(q, 3), "photos", json_integer(col_int(q, 4)));
}

static json_t *
file_row(struct store *s, sqlite3_stmt *q)
{
	return json_pack("{s:o, s:o, s:I, s:o}", "name", json_word(col_text(s, q, 0)), "type",
			 json_word(col_text(s, q, 1)), "bytes", col_int(q, 2), "hash",
			 json_word(col_text(s, q, 3)));
}

json_t *
view_approval(struct store *s, int64_t id)
{
	sqlite3_stmt *q = QUERY(s, WAITING_ROW "WHERE b.id = ?", INT(id));
	int64_t conversation, dispute, feedback;
	json_t *v;

	if (!sql_row(s, q))
		return view_end(s, json_null());
	v = waiting_row(s, q);
	conversation = col_int(q, 4);
	dispute = col_int(q, 5);
	feedback = col_int(q, 6);
	sql_end(s, q);
	add_action(s, v, id);
	json_object_set_new(
		v, "files",
		view_list(s,
			  QUERY(s,
				"SELECT f.name, f.type, length(c.bytes), hex(f.content) FROM outbox_file f"
				" JOIN content c ON c.hash = f.content WHERE f.outbox = ? ORDER BY f.number",
				INT(id)),
			  file_row));
	json_object_set_new(
		v, "messages",
		view_list(
			s,
			QUERY(s,
			      "SELECT * FROM (SELECT direction, substr(text, 1, " TEXT_SEEN
			      "), sent, id IS (SELECT message FROM outbox WHERE id = ?3), photos, id FROM "
			      "message"
			      "  WHERE conversation = ?1 ORDER BY sent DESC, id DESC LIMIT ?2) ORDER BY 3, 6",
			      INT(conversation), INT(MESSAGES), INT(id)),
			message_row));
	json_object_set_new(
		v, "entries",
		view_list(s,
			  QUERY(s,
				"SELECT * FROM (SELECT actor, substr(text, 1, " TEXT_SEEN
				"), at, 0, 0, remote FROM dispute_entry WHERE dispute = ? AND text <> ''"
				"  ORDER BY at DESC, remote DESC LIMIT ?) ORDER BY 3, 6",
				INT(dispute), INT(ENTRIES)),
			  message_row));
	if (dispute)
		json_object_set_new(
			v, "dispute",
			view_one(s, QUERY(s, DISPUTE_ROW "WHERE d.id = ?", INT(dispute)), view_dispute));
	if (feedback)
		json_object_set_new(v, "feedback",
				    view_one(s, QUERY(s, FEEDBACK_ROW "WHERE f.id = ?", INT(feedback)),
					     view_feedback_row));
	return view_end(s, v);
}
