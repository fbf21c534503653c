/* view_outbox.c - actions, deadlines, and why something was done. */
#include <stdlib.h>

#include "daemon/store/db.h"

static json_t *
action_row(struct store *s, sqlite3_stmt *q)
{
	const char *currency = col_text(s, q, 23);
	int64_t moves = col_int(q, 24);

	return json_pack(
		"{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:I, "
		"s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
		"id", json_local('a', col_int(q, 0)), "account", json_word(col_text(s, q, 1)), "kind",
		json_word(col_text(s, q, 2)), "state", json_word(col_text(s, q, 3)), "reason",
		json_packed(col_text(s, q, 4)), "conversation", json_local('c', col_int(q, 5)), "order",
		json_local('o', col_int(q, 6)), "rule", json_word(col_text(s, q, 7)), "operator",
		json_word(col_text(s, q, 8)), "template", json_word(col_text(s, q, 9)), "locale",
		json_word(col_text(s, q, 10)), "text", json_word(col_text(s, q, 11)), "not_before_at",
		json_when(col_int(q, 12)), "next_at", json_when(col_int(q, 13)), "deadline_at",
		json_when(col_int(q, 14)), "attempt", col_int(q, 15), "remote", json_word(col_text(s, q, 16)),
		"created_at", json_when(col_int(q, 17)), "changed_at", json_when(col_int(q, 18)), "dispute",
		json_local('d', col_int(q, 19)), "feedback", json_local('f', col_int(q, 20)), "code",
		json_word(col_text(s, q, 21)), "amount",
		sqlite3_column_type(q, 22) == SQLITE_NULL ? json_null()
							  : json_amount(col_int(q, 22), currency),
		"moves", moves ? json_amount(moves, currency) : json_null(), "carrier",
		json_word(col_text(s, q, 25)), "tracking", json_word(col_text(s, q, 26)), "requester",
		json_word(col_text(s, q, 27)), "message", json_local('m', col_int(q, 28)), "values",
		json_object_of(col_text(s, q, 29)), "needs", json_names(col_text(s, q, 30)), "instead_of",
		json_local('a', col_int(q, 31)), "instead", json_local('a', col_int(q, 32)));
}

#define ACTION_ROW                                                                                           \
	"SELECT b.id, a.name, b.kind, b.state, b.reason, b.conversation, b.order_id, b.rule, b.operator, "   \
	"b.template,"                                                                                        \
	" b.locale, b.text, b.not_before, b.next_at, b.deadline, b.attempt, b.remote, b.created, b.changed," \
	" b.dispute, b.feedback, b.code, b.amount, b.currency, b.moves, b.carrier, b.tracking, "             \
	"b.requester, b.message, b.given, b.needs, b.instead_of, "                                           \
	"(SELECT i.id FROM outbox i WHERE i.instead_of = b.id)"                                              \
	" FROM outbox b JOIN account a ON a.id = b.account "

json_t *
view_outbox(struct store *s, const char *state, const char *account, int limit, const char *after)
{
	int64_t of = account ? GET(s, -1, "SELECT id FROM account WHERE name = ?", TEXT(account)) : 0;
	int64_t before = after && *after ? strtoll(after, NULL, 10) : INT64_MAX, last = 0;
	json_t *list = json_array();
	sqlite3_stmt *q;
	int n = 0;

	if (state)
		q = QUERY(s,
			  ACTION_ROW "WHERE b.state = ?1 AND b.id < ?2 AND (?3 = 0 OR b.account = ?3) ORDER "
				     "BY b.id DESC LIMIT ?4",
			  TEXT(state), INT(before), INT(of), INT(limit));
	else
		q = QUERY(s,
			  ACTION_ROW
			  "WHERE b.id < ?1 AND (?2 = 0 OR b.account = ?2) ORDER BY b.id DESC LIMIT ?3",
			  INT(before), INT(of), INT(limit));
	for (; sql_row(s, q); n++) {
		last = col_int(q, 0);
		json_array_append_new(list, action_row(s, q));
	}
	return view_end(s,
			json_pack("{s:o, s:o}", "actions", list, "next",
				  n == limit && last ? json_sprintf("%lld", (long long)last) : json_null()));
}

json_t *
view_actions_of(struct store *s, char kind, int64_t id)
{
	return view_list(
		s,
		QUERY(s,
		      ACTION_ROW
		      "WHERE ?1 = 'a' AND b.id = ?2 OR ?1 = 'c' AND b.conversation = ?2"
		      " OR ?1 = 'o' AND b.order_id = ?2 OR ?1 = 'm' AND b.message = ?2"
		      " OR ?1 = 'd' AND b.dispute = ?2 OR ?1 = 'f' AND b.feedback = ?2 ORDER BY b.id",
		      TEXT((char[]){kind, '\0'}), INT(id)),
		action_row);
}

static json_t *
deadline_row(struct store *s, sqlite3_stmt *q)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:s, s:o, s:o, s:o, s:o}", "id",
			 json_local(*col_text(s, q, 0), col_int(q, 1)), "account",
			 json_word(col_text(s, q, 2)), "what", json_word(col_text(s, q, 3)), "at",
			 json_when(col_int(q, 4)), "given_by", json_word(col_text(s, q, 5)), "state",
			 col_int(q, 6) ? "late" : "open", "since_at", json_when(col_int(q, 7)), "platform_at",
			 json_when(col_int(q, 8)), "policy_at", json_when(col_int(q, 9)), "policy_by",
			 json_word(col_text(s, q, 10)));
}

json_t *
view_deadlines(struct store *s, int64_t now, int limit)
{
	sqlite3_stmt *q = QUERY(
		s,
		"SELECT * FROM (SELECT 'c', c.id, a.name, 'message.answer', c.answer_by AS at, "
		"c.answer_given_by,"
		"  c.answer_by < ?1, c.oldest_unanswered, NULL, NULL, NULL FROM conversation c JOIN account "
		"a ON a.id = c.account"
		"  WHERE c.answer_by IS NOT NULL AND c.oldest_unanswered IS NOT NULL ORDER BY c.answer_by "
		"LIMIT "
		"?2)"
		" UNION ALL SELECT * FROM (SELECT 'o', o.id, a.name, 'order.ship', o.ship_by, 'platform',"
		"  o.ship_by < ?1, NULL, o.ship_by, NULL, NULL FROM orders o JOIN account a ON a.id = "
		"o.account"
		"  WHERE o.ship_by IS NOT NULL AND ifnull(o.fulfilment, 'open') IN ('open', 'partial')"
		"  AND o.cancellation IS NOT 'done' ORDER BY o.ship_by LIMIT ?2)"
		" UNION ALL SELECT * FROM (SELECT 'd', d.id, a.name, d.kind, d.respond_by, d.given_by,"
		"  d.respond_by < ?1, d.our_turn, iif(d.given_by = 'platform', d.respond_by, NULL),"
		"  iif(d.reckoned_from = d.our_turn, d.reckoned, NULL),"
		"  iif(d.reckoned_from = d.our_turn, d.reckoned_by, NULL) FROM dispute d JOIN account a ON "
		"a.id = d.account WHERE d.our_turn IS "
		"NOT NULL"
		"  AND d.respond_by IS NOT NULL AND ifnull(d.answered, 0) < d.our_turn ORDER BY d.respond_by "
		"LIMIT ?2)"
		" UNION ALL SELECT * FROM (SELECT 't', t.id, a.name, t.kind, t.deadline, NULL, t.deadline < "
		"?1, NULL, NULL, NULL, NULL"
		"  FROM task t JOIN account a ON a.id = t.account WHERE t.state IN ('open', 'snoozed')"
		"  AND t.deadline IS NOT NULL ORDER BY t.deadline LIMIT ?2)"
		" ORDER BY at LIMIT ?2",
		INT(now), INT(limit));

	return view_end(s, json_pack("{s:o}", "deadlines", view_list(s, q, deadline_row)));
}

static json_t *
entry_row(struct store *s, sqlite3_stmt *q)
{
	json_t *facts = json_loads(col_text(s, q, 3), 0, NULL);

	journal_told(s, facts);
	return json_pack("{s:o, s:o, s:o, s:o}", "at", json_when(col_int(q, 0)), "kind",
			 json_word(col_text(s, q, 1)), "ref", json_word(col_text(s, q, 2)), "facts",
			 facts ? facts : json_null());
}

/* Of an action also what led to it: its event, message, conversation, dispute and feedback; of these also what came of them. */
json_t *
view_explain(struct store *s, const char *id)
{
	int64_t number;
	char kind;
	sqlite3_stmt *q;

	if (local_id(id, &kind, &number))
		return json_null();
	q = QUERY(
		s,
		"WITH actions AS (SELECT * FROM outbox WHERE ?1 = 'a' AND id = ?2"
		"  UNION SELECT * FROM outbox WHERE ?1 = 'm' AND message = ?2"
		"  UNION SELECT * FROM outbox WHERE ?1 = 'c' AND conversation = ?2"
		"  UNION SELECT * FROM outbox WHERE ?1 = 'o' AND order_id = ?2"
		"  UNION SELECT * FROM outbox WHERE ?1 = 'd' AND dispute = ?2"
		"  UNION SELECT * FROM outbox WHERE ?1 = 'f' AND feedback = ?2),"
		" tasks AS (SELECT id FROM task WHERE ?1 = 't' AND id = ?2"
		"  UNION SELECT id FROM task WHERE ?1 = 'd' AND dispute = ?2"
		"  UNION SELECT id FROM task WHERE ?1 = 'f' AND feedback = ?2),"
		" refs AS (SELECT ?1 || ?2 AS ref UNION SELECT 'a' || id FROM actions"
		"  UNION SELECT 'a' || instead_of FROM actions WHERE ?1 = 'a'"
		"  UNION SELECT 'a' || id FROM outbox WHERE ?1 = 'a' AND instead_of = ?2"
		"  UNION SELECT 'e' || event FROM actions UNION SELECT 'm' || message FROM actions"
		"  UNION SELECT 'c' || conversation FROM actions WHERE ?1 = 'a'"
		"  UNION SELECT 'd' || dispute FROM actions WHERE ?1 = 'a'"
		"  UNION SELECT 'f' || feedback FROM actions WHERE ?1 = 'a' UNION SELECT 't' || id FROM tasks"
		"  UNION SELECT 'e' || id FROM event WHERE ?1 = 'd' AND dispute = ?2"
		"  UNION SELECT 'e' || id FROM event WHERE ?1 = 'f' AND feedback = ?2"
		"  UNION SELECT 'e' || id FROM event WHERE ?1 = 'm' AND message = ?2"
		"  UNION SELECT 'e' || id FROM event WHERE ?1 = 'o' AND order_id = ?2"
		"  UNION SELECT 'm' || id FROM message WHERE ?1 = 'c' AND conversation = ?2"
		"  UNION SELECT 'e' || e.id FROM message m JOIN event e ON e.message = m.id WHERE ?1 = 'c' "
		"AND m.conversation = ?2)"
		/* older than the arming: decided by its time alone, without a row in the journal (event_add) */
		" SELECT e.at, 'decide', ref, json_object('event', e.kind, 'message', ifnull(e.message, 0),"
		"   'nothing', json_object('packed', ?3))"
		"  FROM refs CROSS JOIN event e ON e.id = CAST(substr(ref, 2) AS INTEGER)"
		"  WHERE ref LIKE 'e%' AND e.check_at IS NULL"
		"   AND NOT EXISTS (SELECT 1 FROM journal WHERE journal.ref = refs.ref)"
		" UNION ALL SELECT * FROM (SELECT at, kind, ref, facts FROM journal WHERE ref IN (SELECT ref "
		"FROM refs)"
		"   ORDER BY id) LIMIT 1000",
		TEXT((char[]){kind, '\0'}), INT(number), TEXT("it is older than the arming of the account"));
	return view_end(s, json_pack("{s:s, s:o}", "id", id, "entries", view_list(s, q, entry_row)));
}
