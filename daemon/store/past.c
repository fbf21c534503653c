/* past.c - history decided once more, beside the running service and without a trace.
 *
 * The file is opened for reading only, in one snapshot.  SQLite looks for a name among the temporary tables first: so what deciding writes
 * stands in empty copies of its tables that only this connection sees (in a file without a name, so that memory does not grow with the
 * history), and what deciding reads are views of the tables as they were at the time in `past`.  The code that decides knows nothing of it.
 * What nobody thought of here fails, since the file cannot be written.  (Beside a service its log cannot be emptied until this is over.)
 *
 * How it was then, as far as the store tells:
 *   messages      those that had been sent, as they were understood then; what rules of those days answered is left out, and what is decided
 *                 now stands in its place
 *   conversations clock and answers follow from these; which order they are about is today's knowledge
 *   orders        paid, shipped, cancelled, refunded since their events; "delivered" and the rest is today's
 *   disputes      whose turn it was, for what and until when, from the events of each turn; claim, reason and options are today's
 *   money         what had gone back
 *   accounts      armed from the first day on, in mode auto: what would leave by itself shows, and what would wait
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/clock.h"
#include "daemon/store/db.h"

#define NOW "(SELECT at FROM temp.past)"

/* ---- what is read: the tables as they were ---- */

/* By hand: with the name of who wished it, or on the platform's own pages. */
#define BY_HAND                                                                                              \
	" FROM main.message m LEFT JOIN main.outbox b ON b.id = m.outbox LEFT JOIN main.message q ON q.id"   \
	" = b.message WHERE m.conversation = t.id AND m.direction = 'out' AND NOT m.automatic"               \
	" AND m.sent <= " NOW " AND b.rule IS NULL"
/* Once more: what has left since the beginning. */
#define ONCE_MORE                                                                                            \
	" FROM temp.outbox b LEFT JOIN main.message q ON q.id = b.message"                                   \
	" WHERE b.conversation = t.id AND b.answered IS NOT NULL"
#define LATER(hand, again)                                                                                   \
	"nullif(max(ifnull((SELECT max(" hand ")" BY_HAND "), 0),"                                           \
	" ifnull((SELECT max(" again ")" ONCE_MORE "), 0)), 0)"
#define ANSWERED                                                                                             \
	LATER("iif(ifnull(b.substantive, 1), ifnull(q.sent, m.sent), 0)",                                    \
	      "iif(b.substantive, ifnull(q.sent, b.answered), 0)")
#define ACKNOWLEDGED                                                                                         \
	LATER("iif(b.substantive = 0, ifnull(q.sent, m.sent), 0)",                                           \
	      "iif(b.substantive, 0, ifnull(q.sent, b.answered))")

/* Has the order's event of that kind a time that is still to come? */
#define STILL_TO_COME(kind)                                                                                  \
	"ifnull((SELECT min(e.at) FROM main.event e WHERE e.order_id = t.id AND e.kind = '" kind             \
	"'), 0) > " NOW

#define UNPAID_YET      STILL_TO_COME("order.paid")
#define UNREFUNDED_YET  STILL_TO_COME("order.refunded")
#define UNSHIPPED_YET   STILL_TO_COME("order.shipped")
#define UNCANCELLED_YET STILL_TO_COME("order.cancelled")

/* Of the turn that a dispute was in: "ACTION@UNTIL" or "ACTION@UNTIL/SINCE". */
#define TURN(what)                                                                                           \
	"(SELECT " what " FROM main.event e WHERE e.dispute = t.id AND e.kind = 'dispute.due'"               \
	" AND e.at <= " NOW " ORDER BY e.at DESC, e.id DESC LIMIT 1)"
#define TURN_SINCE TURN("e.at")
#define HAD_TURN(then, otherwise)                                                                            \
	"CASE WHEN EXISTS (SELECT 1 FROM main.event e WHERE e.dispute = t.id AND e.kind = 'dispute.due')"    \
	" THEN " then " ELSE " otherwise " END"
#define ANSWERED_DISPUTE                                                                                     \
	"nullif(max("                                                                                        \
	"ifnull((SELECT max(n.at) FROM main.dispute_entry n LEFT JOIN main.outbox b ON b.id = n.outbox"      \
	"  WHERE n.dispute = t.id AND n.actor = 'seller' AND n.at <= " NOW " AND b.rule IS NULL), 0),"       \
	"ifnull((SELECT max(b.started) FROM main.outbox b WHERE b.dispute = t.id AND b.rule IS NULL"         \
	"  AND b.state = 'sent' AND b.started <= " NOW "), 0),"                                              \
	"ifnull((SELECT max(b.started) FROM temp.outbox b WHERE b.dispute = t.id AND b.state = 'sent'"       \
	"  AND b.kind NOT LIKE '%.message' AND b.kind NOT LIKE '%.evidence'), 0)), 0)"

/* What was understood then, unless all is read again. */
#define UNDERSTOOD(what)                                                                                     \
	"iif(t.language IS NULL OR (SELECT afresh FROM temp.past),"                                          \
	" (SELECT g." what " FROM temp.guess g WHERE g.message = t.id), t." what ")"

static const struct {
	const char *table, *column; /* column NULL: which rows were there */
	const char *then;           /* of the row t */
} was[] = {
	{"message", NULL,
	 "t.sent <= " NOW " AND (t.outbox IS NULL OR t.direction = 'in' OR NOT EXISTS"
	 " (SELECT 1 FROM main.outbox b WHERE b.id = t.outbox AND b.rule IS NOT NULL))"},
	{"message", "language", UNDERSTOOD("language")},
	{"message", "certainty", UNDERSTOOD("certainty")},
	{"message", "intent", UNDERSTOOD("intent")},
	{"message", "confident", UNDERSTOOD("confident")},
	{"message", "risk", UNDERSTOOD("risk")},

	{"conversation", NULL,
	 "EXISTS (SELECT 1 FROM main.message m WHERE m.conversation = t.id AND m.sent <= " NOW ")"},
	{"conversation", "orders",
	 "iif(t.order_remote IS NOT NULL, 1, min(t.orders, (SELECT count(*) FROM (SELECT o.id FROM "
	 "main.orders o"
	 " JOIN main.item i ON i.order_id = o.id WHERE o.buyer = t.buyer AND i.listing = t.listing"
	 " AND " WAS_THERE(NOW) " GROUP BY o.id LIMIT 2))))"},
	{"conversation", "last_at",
	 "(SELECT max(m.sent) FROM main.message m WHERE m.conversation = t.id AND m.sent <= " NOW ")"},
	{"conversation", "last_ours", LATER("m.sent", "b.answered")},
	{"conversation", "answered", ANSWERED},
	{"conversation", "acknowledged", ACKNOWLEDGED},
	{"conversation", "oldest_unanswered",
	 "(SELECT min(w.sent) FROM main.message w WHERE w.conversation = t.id AND w.direction = 'in'"
	 " AND NOT w.automatic AND w.sent <= " NOW " AND w.sent > ifnull(" ANSWERED ", 0))"},
	{"conversation", "answer_by", "NULL"},
	{"conversation", "answer_given_by", "NULL"},

	{"orders", NULL, "ifnull(t.created, 0) <= " NOW},
	{"orders", "payment",
	 "CASE WHEN t.payment IN ('paid', 'partially_refunded', 'refunded') AND " UNPAID_YET " THEN 'unpaid'"
	 " WHEN t.payment IN ('partially_refunded', 'refunded') AND " UNREFUNDED_YET " THEN 'paid'"
	 " ELSE t.payment END"},
	{"orders", "fulfilment",
	 "CASE WHEN t.fulfilment IN ('partial', 'shipped', 'delivered') AND " UNSHIPPED_YET " THEN 'open'"
	 " ELSE t.fulfilment END"},
	{"orders", "cancellation",
	 "CASE WHEN t.cancellation = 'done' AND " UNCANCELLED_YET " THEN 'none' ELSE t.cancellation END"},
	{"shipment", NULL, "ifnull(t.shipped, 0) <= " NOW},
	{"refund", NULL,
	 "ifnull(t.at, 0) <= " NOW " AND NOT EXISTS (SELECT 1 FROM main.outbox b WHERE b.remote = t.remote"
	 " AND b.account = t.account AND b.rule IS NOT NULL)"},

	{"dispute", NULL, "t.opened <= " NOW},
	{"dispute", "status",
	 "CASE WHEN t.closed <= " NOW " THEN t.status"
	 " WHEN " TURN_SINCE " > ifnull(" ANSWERED_DISPUTE ", 0) THEN 'awaiting_seller'"
	 " WHEN t.closed IS NULL THEN " HAD_TURN("'under_review'", "t.status") " ELSE 'under_review' END"},
	{"dispute", "closed", "iif(t.closed <= " NOW ", t.closed, NULL)"},
	{"dispute", "answered", ANSWERED_DISPUTE},
	{"dispute", "due_action",
	 HAD_TURN(TURN("nullif(substr(e.detail, 1, instr(e.detail, '@') - 1), '')"), "t.due_action")},
	{"dispute", "respond_by",
	 HAD_TURN(TURN("nullif(CAST(substr(e.detail, instr(e.detail, '@') + 1) AS INTEGER), 0)"),
		  "iif(t.given_by = 'platform', t.respond_by, NULL)")},

	{"feedback", NULL, "t.given <= " NOW},
	{"feedback", "reply",
	 "ifnull((SELECT b.text FROM temp.outbox b WHERE b.feedback = t.id AND b.kind = 'feedback.reply'"
	 "  AND b.state = 'sent' LIMIT 1),"
	 " (SELECT t.reply FROM main.outbox b WHERE b.feedback = t.id AND b.kind = 'feedback.reply'"
	 "  AND b.state = 'sent' AND b.rule IS NULL AND b.started <= " NOW " LIMIT 1))"},
};

static const char *
was_then(const char *table, const char *column)
{
	for (size_t i = 0; i < sizeof was / sizeof *was; i++)
		if (!strcmp(was[i].table, table) &&
		    (column ? was[i].column && !strcmp(was[i].column, column) : !was[i].column))
			return was[i].then;
	return NULL;
}

/* All columns that the table has, also those of later versions. */
static void
put_view(struct store *s, struct buf *sql, const char *table)
{
	sqlite3_stmt *q = QUERY(s, "SELECT name FROM pragma_table_info(?, 'main')", TEXT(table));

	buf_fmt(sql, "CREATE TEMP VIEW %s AS SELECT ", table);
	for (int n = 0; sql_row(s, q); n++) {
		const char *column = (const char *)sqlite3_column_text(q, 0), *then = was_then(table, column);

		buf_put(sql, n ? ", " : "");
		if (then)
			buf_fmt(sql, "%s AS %s", then, column);
		else
			buf_fmt(sql, "t.%s", column);
	}
	buf_fmt(sql, " FROM main.%s t WHERE %s;", table, was_then(table, NULL));
}

/* ---- what is written: tables of the same form.  Another one that deciding writes has its place here. ---- */

static const char *const copied[] = {"account", "marketplace_mode", "event", "outbox",
				     "task",    "notice",           NULL};

/* "CREATE UNIQUE INDEX name ON …" and "CREATE TABLE name (…": the same among the temporary ones. */
static void
put_copy(struct store *s, struct buf *sql, const char *table)
{
	sqlite3_stmt *q = QUERY(
		s,
		"SELECT sql, name FROM main.sqlite_schema WHERE tbl_name = ? AND type IN ('table', 'index')"
		" AND sql IS NOT NULL ORDER BY type DESC",
		TEXT(table));

	while (sql_row(s, q)) {
		const char *text = col_text(s, q, 0), *name = col_text(s, q, 1), *at = strstr(text, name);

		if (at)
			buf_fmt(sql, "%.*stemp.%s;", (int)(at - text), text, at);
	}
}

static const char others[] =
	"CREATE TEMP TABLE past (at, side, afresh);" /* side: 0 before, 1 after; afresh: messages are read again */
	"INSERT INTO past VALUES (0, 0, 0);"
	"CREATE TEMP TABLE guess (message INTEGER PRIMARY KEY, language, certainty, intent, confident, risk);"
	/* what was wished, and until when an answer was due, on each side */
	"CREATE TEMP TABLE deed (side, key, event, kind, letter, rule, template, locale, text, state, reason,"
	" leaves, deadline, moves, currency, account, conversation, order_id, dispute, feedback);"
	"CREATE UNIQUE INDEX temp.deed_key ON deed (side, key);"
	"CREATE TEMP TABLE due (side, letter, id, since, at, given_by, PRIMARY KEY (side, letter, id, since))"
	" WITHOUT ROWID;";

static const char triggers[] =
	"INSERT INTO temp.account SELECT * FROM main.account;"
	"UPDATE temp.account SET (mode, created, armed, paused, stopped, breaker) = ('auto', 0, NULL, 0, "
	"NULL, NULL);"
	"CREATE TEMP TRIGGER message_guessed INSTEAD OF UPDATE ON message BEGIN INSERT OR REPLACE INTO guess "
	"VALUES"
	" (NEW.id, NEW.language, NEW.certainty, NEW.intent, NEW.confident, NEW.risk); END;"
	"CREATE TEMP TRIGGER conversation_due INSTEAD OF UPDATE ON conversation BEGIN INSERT OR REPLACE INTO "
	"due"
	" SELECT side, 'c', NEW.id, NEW.oldest_unanswered, NEW.answer_by, NEW.answer_given_by FROM past"
	" WHERE NEW.answer_by IS NOT NULL; END;"
	"CREATE TEMP TRIGGER dispute_due INSTEAD OF UPDATE ON dispute BEGIN INSERT OR REPLACE INTO due"
	" SELECT side, 'd', NEW.id, NEW.opened, NEW.respond_by, NEW.given_by FROM past"
	" WHERE NEW.respond_by IS NOT NULL; END;";

static int
lay_over(struct store *s, struct err *err)
{
	struct buf sql = BUF_MAX(1 << 20);
	int r = -1;

	for (int i = 0; copied[i]; i++)
		put_copy(s, &sql, copied[i]);
	buf_put(&sql, others);
	for (size_t i = 0; i < sizeof was / sizeof *was; i++)
		if (!was[i].column)
			put_view(s, &sql, was[i].table);
	buf_put(&sql, triggers);
	if (s->failed)
		*err = s->err;
	else
		r = sql_script(s->db, s->path, buf_str(&sql), err);
	buf_free(&sql);
	return r;
}

/* The file without a name lies on the disk where texts of buyers may lie: beside the store, unless somebody else chose or it may not. */
static void
choose_disk(const char *path)
{
	const char *end = strrchr(path, '/');
	char *folder = end ? must_strndup(path, (size_t)(end - path) + 1) : NULL;

	if (folder)
		setenv("SQLITE_TMPDIR", folder, 0);
	free(folder);
}

struct store *
store_open_past(const char *path, struct err *err)
{
	struct store *s;

	choose_disk(path); /* before SQLite looks, which it does once */
	if (!(s = store_open_readonly(path, err)))
		return NULL;
	/* One snapshot of the file, from here to the end; and temporary rows are about rows that are not temporary. */
	if (sql_script(s->db, path,
		       "PRAGMA foreign_keys = OFF; PRAGMA temp.cache_size = -8192;"
		       "PRAGMA temp.journal_mode = MEMORY; BEGIN",
		       err) ||
	    lay_over(s, err)) {
		store_close(s);
		return NULL;
	}
	s->past = 1;
	return s;
}

/* ---- time ---- */

int64_t
past_begin(struct store *s, int64_t from, int after, int afresh)
{
	DO(s, "UPDATE past SET (at, side, afresh) = (0, ?, ?)", INT(after), INT(afresh));
	DO(s, "UPDATE account SET breaker = NULL");
	if (afresh)
		DO(s, "DELETE FROM guess");
	DO(s, "DELETE FROM outbox");
	DO(s, "DELETE FROM task");
	DO(s, "DELETE FROM notice");
	DO(s, "DELETE FROM event");
	return DO(
		s,
		"INSERT INTO event (id, kind, at, account, message, order_id, dispute, feedback, detail, "
		"check_at)"
		" SELECT id, kind, at, account, message, order_id, dispute, feedback, detail, max(at, ifnull("
		"  (SELECT min(j.at) FROM main.journal j WHERE j.ref = 'e' || e.id AND j.kind = 'decide'), "
		"at))"
		" FROM main.event e WHERE at >= ?",
		INT(from));
}

void
past_at(struct store *s, int64_t now)
{
	const int64_t then = GET(s, 0, "SELECT at FROM past");

	if (then == now)
		return;
	DO(s, "UPDATE past SET at = ?", INT(now));
	DO(s,
	   "UPDATE outbox SET (state, started, answered) = ('sent', not_before, not_before)"
	   " WHERE state = 'ready' AND not_before <= ?",
	   INT(now));
	/* A breaker that tripped was looked at by the next day. */
	if (then / DAY != now / DAY)
		DO(s, "UPDATE account SET breaker = NULL WHERE breaker IS NOT NULL");
}

void
past_end(struct store *s)
{
	DO(s, "INSERT INTO deed SELECT side, intent_key, event, kind, 'a', rule, template, locale, text,"
	      " CASE state WHEN 'ready' THEN 'leaves' WHEN 'sent' THEN 'leaves' WHEN 'draft' THEN 'waits'"
	      "  WHEN 'cancelled' THEN 'superseded' ELSE state END,"
	      " reason, not_before, deadline, moves, currency, account, conversation, order_id, dispute,"
	      " feedback"
	      " FROM outbox, past");
	/* of a task the key alone names the event: INSTALLATION/eN/KIND */
	DO(s,
	   "INSERT INTO deed SELECT side, intent_key, CAST(substr(intent_key, instr(intent_key, '/e') + 2)"
	   "  AS INTEGER), kind, 't', rule, template, locale, text, 'task', reason, NULL, deadline, 0, NULL,"
	   " account, conversation, order_id, dispute, feedback FROM task, past");
}
