/* outbox.c - rows of the outbox.  What may happen to them stands in daemon/outbox/outbox.h. */
#include <string.h>

#include "daemon/store/db.h"

static const char *const states[] = {
	[OUTBOX_OBSERVED] = "observed", [OUTBOX_DRAFT] = "draft",         [OUTBOX_READY] = "ready",
	[OUTBOX_SENDING] = "sending",   [OUTBOX_UNSURE] = "unsure",       [OUTBOX_HELD] = "held",
	[OUTBOX_SENT] = "sent",         [OUTBOX_CANCELLED] = "cancelled", [OUTBOX_DROPPED] = "dropped",
	[OUTBOX_EXPIRED] = "expired",
};

const char *
outbox_state_name(enum outbox_state state)
{
	return states[state];
}

int
outbox_state_value(const char *name)
{
	for (int i = 0; name && i < (int)(sizeof states / sizeof *states); i++)
		if (!strcmp(states[i], name))
			return i;
	return -1;
}

/* An amount and what moves share one currency. */
static struct bind
currency_of(const struct outbox_row *r)
{
	return TEXT0(*r->amount.currency ? r->amount.currency : r->moves.currency);
}

static struct bind
amount_of(const struct outbox_row *r)
{
	return *r->amount.currency ? INT(r->amount.minor) : INT0(0);
}

int
outbox_insert(struct store *s, struct outbox_row *r, int64_t now)
{
	r->id = GET(
		s, 0,
		"INSERT INTO outbox (account, intent_key, kind, state, reason, conversation, order_id, "
		"message, event,"
		" marketplace, rule, operator, template, locale, text, substantive, not_before, next_at, "
		"deadline,"
		" order_version, conversation_version, made_from, created, changed, dispute, feedback, "
		"dispute_version,"
		" feedback_version, line, code, amount, currency, moves, carrier, tracking, shipped, "
		"requester, revision, memo, given, needs, instead_of)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
		" ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
		" ON CONFLICT (intent_key) DO NOTHING RETURNING id",
		INT(r->account), TEXT0(r->intent_key), TEXT(r->kind), TEXT(outbox_state_name(r->state)),
		TEXT0(r->reason), INT0(r->conversation), INT0(r->order), INT0(r->message), INT0(r->event),
		TEXT0(r->marketplace), TEXT0(r->rule), TEXT0(r->operator), TEXT0(r->template_id),
		TEXT0(r->locale), TEXT(r->text), INT(r->substantive != 0), INT(r->not_before),
		INT(r->next_at), INT0(r->deadline), INT0(r->order_version), INT0(r->conversation_version),
		TEXT0(r->made_from), INT(now), INT(now), INT0(r->dispute), INT0(r->feedback),
		INT0(r->dispute_version), INT0(r->feedback_version), TEXT0(r->line), TEXT0(r->code),
		amount_of(r), currency_of(r), INT(r->moves.minor), TEXT0(r->carrier), TEXT0(r->tracking),
		INT0(r->shipped), TEXT0(r->requester), TEXT0(r->revision), TEXT0(r->memo), TEXT0(r->given),
		TEXT0(r->needs), INT0(r->instead_of));
	if (!r->id)
		return 0;
	r->created = r->changed = now;
	r->was = r->state;
	return 1;
}

void
outbox_wish_anew(struct store *s, const struct outbox_row *r, int64_t now)
{
	DO(s, "UPDATE outbox SET intent_key = NULL WHERE id = ? AND state = 'cancelled' AND attempt = 0",
	   INT(r->id));
	if (r->instead_of) /* nor did what it stood for ever leave */
		DO(s,
		   "UPDATE outbox SET intent_key = NULL WHERE id = ? AND state = 'expired' AND attempt = 0",
		   INT(r->instead_of));
	event_wait(s, r->event, now);
}

#define ROW                                                                                                  \
	"SELECT b.id, b.account, b.conversation, b.order_id, b.message, b.event, a.name, b.kind, "           \
	"b.intent_key,"                                                                                      \
	" b.marketplace, b.rule, b.operator, b.template, b.locale, b.text, b.substantive, b.state, "         \
	"b.reason,"                                                                                          \
	" b.attempt, b.attempt_key, b.not_before, b.next_at, b.deadline, b.started, b.seen, b.looked, "      \
	"b.cursor,"                                                                                          \
	" b.remote, b.order_version, b.conversation_version, b.made_from, b.created, b.changed,"             \
	" c.remote, m.remote, ifnull(o.remote, coalesce(d.order_remote, f.order_remote)),"                   \
	" coalesce(d.listing, f.listing, c.listing, (SELECT listing FROM item WHERE order_id = "             \
	"b.order_id"                                                                                         \
	"  ORDER BY remote LIMIT 1)), y.remote, b.dispute, b.feedback, b.dispute_version,"                   \
	" b.feedback_version, b.line, b.code, b.amount, b.currency, b.moves, b.carrier, b.tracking,"         \
	" b.shipped, b.requester, d.remote, f.remote, b.revision, b.memo, b.looks, b.writer,"                \
	" b.given, b.needs, b.instead_of"                                                                    \
	" FROM outbox b JOIN account a ON a.id = b.account LEFT JOIN conversation c ON c.id = "              \
	"b.conversation"                                                                                     \
	" LEFT JOIN message m ON m.id = b.message LEFT JOIN orders o ON o.id = b.order_id"                   \
	" LEFT JOIN dispute d ON d.id = b.dispute LEFT JOIN feedback f ON f.id = b.feedback"                 \
	" LEFT JOIN buyer y ON y.id = coalesce(c.buyer, o.buyer, d.buyer, f.buyer) "

static void
read_money(struct store *s, sqlite3_stmt *q, struct outbox_row *r)
{
	const char *currency = col_text(s, q, 45);

	if (!currency || strlen(currency) != sizeof r->amount.currency - 1)
		return;
	if (sqlite3_column_type(q, 44) != SQLITE_NULL) {
		r->amount.minor = col_int(q, 44);
		memcpy(r->amount.currency, currency, sizeof r->amount.currency);
	}
	r->moves.minor = col_int(q, 46);
	memcpy(r->moves.currency, currency, sizeof r->moves.currency);
}

static int
read_row(struct store *s, sqlite3_stmt *q, struct outbox_row *r)
{
	memset(r, 0, sizeof *r);
	if (!sql_row(s, q))
		return 0;
	r->id = col_int(q, 0);
	r->account = col_int(q, 1);
	r->conversation = col_int(q, 2);
	r->order = col_int(q, 3);
	r->message = col_int(q, 4);
	r->event = col_int(q, 5);
	r->account_name = col_text(s, q, 6);
	r->kind = col_text(s, q, 7);
	r->intent_key = col_text(s, q, 8);
	r->marketplace = col_text(s, q, 9);
	r->rule = col_text(s, q, 10);
	r->operator= col_text(s, q, 11);
	r->template_id = col_text(s, q, 12);
	r->locale = col_text(s, q, 13);
	r->text = col_text(s, q, 14);
	r->substantive = (int)col_int(q, 15);
	r->state = (enum outbox_state)outbox_state_value(col_text(s, q, 16));
	r->reason = col_text(s, q, 17);
	r->attempt = (int)col_int(q, 18);
	r->attempt_key = col_text(s, q, 19);
	r->not_before = col_int(q, 20);
	r->next_at = col_int(q, 21);
	r->deadline = col_int(q, 22);
	r->started = col_int(q, 23);
	r->seen = col_text(s, q, 24);
	r->looked = col_int(q, 25);
	r->cursor = col_text(s, q, 26);
	r->remote = col_text(s, q, 27);
	r->order_version = col_int(q, 28);
	r->conversation_version = col_int(q, 29);
	r->made_from = col_text(s, q, 30);
	r->created = col_int(q, 31);
	r->changed = col_int(q, 32);
	r->conversation_remote = col_text(s, q, 33);
	r->message_remote = col_text(s, q, 34);
	r->order_remote = col_text(s, q, 35);
	r->listing = col_text(s, q, 36);
	r->buyer_remote = col_text(s, q, 37);
	r->dispute = col_int(q, 38);
	r->feedback = col_int(q, 39);
	r->dispute_version = col_int(q, 40);
	r->feedback_version = col_int(q, 41);
	r->line = col_text(s, q, 42);
	r->code = col_text(s, q, 43);
	read_money(s, q, r);
	r->carrier = col_text(s, q, 47);
	r->tracking = col_text(s, q, 48);
	r->shipped = col_int(q, 49);
	r->requester = col_text(s, q, 50);
	r->dispute_remote = col_text(s, q, 51);
	r->feedback_remote = col_text(s, q, 52);
	r->revision = col_text(s, q, 53);
	r->memo = col_text(s, q, 54);
	r->looks = (int)col_int(q, 55);
	r->writer = col_text(s, q, 56);
	r->given = col_text(s, q, 57);
	r->needs = col_text(s, q, 58);
	r->instead_of = col_int(q, 59);
	r->was = r->state;
	r->was_open = r->attempt_key != NULL;
	sql_end(s, q);
	return 1;
}

int
outbox_get(struct store *s, int64_t id, struct outbox_row *r)
{
	return read_row(s, QUERY(s, ROW "WHERE b.id = ?", INT(id)), r);
}

/* The platform's id tells which message of the conversation, which line of the dispute's history is ours: perhaps one that was
 * taken for a person's. */
static void
claim(struct store *s, const struct outbox_row *r)
{
	if (!r->remote || !*r->remote)
		return;
	if (DO(s, "UPDATE message SET outbox = ?1 WHERE remote = ?2 AND account = ?3 AND outbox IS NOT ?1",
	       INT(r->id), TEXT(r->remote), INT(r->account)))
		conversation_recount(s, r->conversation);
	if (r->dispute)
		DO(s,
		   "UPDATE dispute_entry SET outbox = ?1 WHERE dispute = ?2 AND remote = ?3 AND outbox IS "
		   "NOT ?1",
		   INT(r->id), INT(r->dispute), TEXT(r->remote));
}

/* Our own mistake: a person looks, and the service goes on. */
static int
refuse(struct store *s, struct outbox_row *r, const struct err *why, int64_t now)
{
	const char *ref = arena_fmt(s->arena, "a%lld", (long long)r->id);

	DO(s,
	   "UPDATE outbox SET (state, reason, changed) = ('held', ?, ?) WHERE id = ?"
	   " AND state IN ('observed', 'draft', 'ready', 'sending', 'unsure')",
	   TEXT(why->text), INT(now), INT(r->id));
	notice_raise(s, arena_fmt(s->arena, "held/%s", ref), r->account, why->text, now);
	journal_add(s, now, r->account, "refused", ref, json_pack("{s:{s:s}}", "why", "packed", why->text));
	outbox_get(s, r->id, r);
	return -1;
}

static int
save(struct store *s, struct outbox_row *r, int by_hand, int64_t now)
{
	struct err err = {""};

	outbox_close(r);
	if (!outbox_may_go(r->was, r->state, r->was_open, by_hand))
		fail(&err,
		     "a%lld was about to go from %s to %s, which it may not; look at it and at the platform",
		     (long long)r->id, outbox_state_name(r->was), outbox_state_name(r->state));
	if (*err.text || outbox_sound(r, &err))
		return refuse(s, r, &err, now);
	if (!DO(s,
		"UPDATE outbox SET state = ?, reason = ?, operator = ?, template = ?, locale = ?, text = ?, "
		"substantive = ?,"
		" attempt = ?, attempt_key = ?, not_before = ?, next_at = ?, deadline = ?, started = ?, seen "
		"= ?, looked = ?,"
		" cursor = ?, remote = ?, order_version = ?, conversation_version = ?, made_from = ?, "
		"changed = ?,"
		" dispute_version = ?, feedback_version = ?, line = ?, code = ?, amount = ?, currency = ?, "
		"moves = ?,"
		" carrier = ?, tracking = ?, shipped = ?, revision = ?, memo = ?, looks = ?, writer = ?,"
		" given = ?, needs = ? WHERE id = ? AND state = ?",
		TEXT(outbox_state_name(r->state)), TEXT0(r->reason), TEXT0(r->operator),
		TEXT0(r->template_id), TEXT0(r->locale), TEXT(r->text), INT(r->substantive != 0),
		INT(r->attempt), TEXT0(r->attempt_key), INT(r->not_before), INT(r->next_at),
		INT0(r->deadline), INT0(r->started), TEXT(r->seen), INT0(r->looked), TEXT0(r->cursor),
		TEXT0(r->remote), INT0(r->order_version), INT0(r->conversation_version), TEXT0(r->made_from),
		INT(now), INT0(r->dispute_version), INT0(r->feedback_version), TEXT0(r->line), TEXT0(r->code),
		amount_of(r), currency_of(r), INT(r->moves.minor), TEXT0(r->carrier), TEXT0(r->tracking),
		INT0(r->shipped), TEXT0(r->revision), TEXT0(r->memo), INT(r->looks), TEXT0(r->writer),
		TEXT0(r->given), TEXT0(r->needs), INT(r->id), TEXT(outbox_state_name(r->was))) &&
	    !s->failed) {
		fail(&err, "a%lld is no longer %s, as was thought; look at it and at the platform",
		     (long long)r->id, outbox_state_name(r->was));
		return refuse(s, r, &err, now);
	}
	r->was = r->state;
	r->was_open = r->attempt_key != NULL;
	claim(s, r);
	return 0;
}

int
outbox_save(struct store *s, struct outbox_row *r, int64_t now)
{
	return save(s, r, 0, now);
}

int
outbox_save_by_hand(struct store *s, struct outbox_row *r, int64_t now)
{
	return save(s, r, 1, now);
}

int
outbox_due(struct store *s, int64_t account, int64_t now, struct outbox_row *r, int64_t *next)
{
	*next = GET(s, INT64_MAX,
		    "SELECT max(next_at, not_before) FROM outbox WHERE account = ?1 AND state IN ('ready', "
		    "'unsure')"
		    " AND max(next_at, not_before) > ?2 ORDER BY max(next_at, not_before) LIMIT 1",
		    INT(account), INT(now));
	return read_row(
		s,
		QUERY(s,
		      ROW
		      "WHERE b.id = (SELECT id FROM outbox WHERE account = ?1 AND state IN ('ready', "
		      "'unsure')"
		      "  AND max(next_at, not_before) <= ?2 ORDER BY deadline IS NULL, deadline, id LIMIT 1)",
		      INT(account), INT(now)),
		r);
}

int
outbox_unsent(struct store *s, int64_t drafts, struct unsent *list, int max)
{
	sqlite3_stmt *q =
		QUERY(s,
		      "SELECT id, account, kind, state, attempt_key IS NOT NULL, max(next_at, "
		      "not_before), deadline, "
		      "created"
		      " FROM outbox WHERE state IN ('ready', 'unsure') OR ?1 AND state = 'draft' AND "
		      "coalesce(deadline > ?1, 1)"
		      " ORDER BY deadline IS NULL, deadline, id LIMIT ?2",
		      INT(drafts), INT(max));
	int n = 0;

	while (sql_row(s, q))
		list[n++] = (struct unsent){.id = col_int(q, 0),
					    .account = col_int(q, 1),
					    .kind = col_text(s, q, 2),
					    .state = (enum outbox_state)outbox_state_value(col_text(s, q, 3)),
					    .open = (int)col_int(q, 4),
					    .at = col_int(q, 5),
					    .deadline = col_int(q, 6),
					    .created = col_int(q, 7)};
	return n;
}

int64_t
outbox_count_waiting(struct store *s)
{
	return GET(s, 0, "SELECT count(*) FROM outbox WHERE state IN ('ready', 'unsure')");
}

int
outbox_sent_as(struct store *s, const struct outbox_row *r, const char *remote)
{
	return GET(s, 0,
		   "SELECT 1 FROM outbox WHERE remote = ? AND account = ? AND dispute IS ?"
		   " AND (conversation = ? OR order_id IS ?) LIMIT 1",
		   TEXT(remote), INT(r->account), INT0(r->dispute), INT0(r->conversation),
		   INT0(r->order)) != 0;
}

int
outbox_recover(struct store *s, int64_t now)
{
	sqlite3_stmt *q = QUERY(s, "SELECT id, account, attempt FROM outbox WHERE state = 'sending'");
	char why[ERR_MAX];
	int n = 0;

	pack(why, "the service ended while it was being sent; it is looked up");
	for (; sql_row(s, q); n++)
		journal_add(s, now, col_int(q, 1), outbox_state_name(OUTBOX_UNSURE),
			    arena_fmt(s->arena, "a%lld", (long long)col_int(q, 0)),
			    json_pack("{s:I, s:{s:s}}", "attempt", (json_int_t)col_int(q, 2), "why", "packed",
				      why));
	if (n)
		DO(s,
		   "UPDATE outbox SET state = 'unsure', reason = ?1, next_at = ?2, changed = ?2 WHERE state "
		   "= "
		   "'sending'",
		   TEXT(why), INT(now));
	return n;
}

int
outbox_unsent_in_conversation(struct store *s, int64_t conversation, int64_t except, struct outbox_row *r)
{
	return read_row(s,
			QUERY(s,
			      ROW "WHERE b.conversation = ? AND b.id <> ? AND b.rule IS NOT NULL AND "
				  "(b.state IN ('observed', 'draft')"
				  " OR b.state IN ('ready', 'held') AND b.attempt_key IS NULL) ORDER BY b.id "
				  "LIMIT 1",
			      INT(conversation), INT(except)),
			r);
}

int
outbox_unsent_of_dispute(struct store *s, int64_t dispute, const char *kind, int64_t except,
			 struct outbox_row *r)
{
	return read_row(s,
			QUERY(s,
			      ROW "WHERE b.dispute = ?1 AND b.id <> ?2 AND b.rule IS NOT NULL AND "
				  "(?3 IS NULL OR b.kind = ?3) AND (b.state IN ('observed', 'draft')"
				  " OR b.state IN ('ready', 'held') AND b.attempt_key IS NULL) ORDER BY b.id "
				  "LIMIT 1",
			      INT(dispute), INT(except), TEXT(kind)),
			r);
}

int
outbox_count_automatic(struct store *s, int64_t account, int64_t since, const char *text)
{
	return (int)GET(s, 0,
			"SELECT count(*) FROM outbox WHERE account = ? AND created >= ? AND rule IS NOT NULL"
			" AND operator IS NULL AND state IN ('ready', 'sending', 'unsure', 'sent')"
			" AND (?3 IS NULL OR text = ?3)",
			INT(account), INT(since), TEXT(text));
}

void
attempt_log(struct store *s, const struct outbox_row *r, const char *outcome, long status,
	    const void *request_hash32, const char *packed, int64_t now)
{
	DO(s,
	   "INSERT INTO attempt (outbox, attempt, key, at, outcome, status, request, answer)"
	   " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
	   INT(r->id), INT(r->attempt), TEXT0(r->attempt_key), INT(now), TEXT(outcome), INT0(status),
	   BLOB(request_hash32, 32), TEXT0(packed));
}
