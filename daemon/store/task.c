/* task.c - rows of what no API offers.  What may happen to them stands in daemon/task/task.h. */
#include <string.h>

#include "daemon/store/db.h"

static const char *const states[] = {
	[TASK_OPEN] = "open", [TASK_SNOOZED] = "snoozed", [TASK_DONE] = "done", [TASK_DROPPED] = "dropped"};

const char *
task_state_name(enum task_state state)
{
	return states[state];
}

static enum task_state
state_of(const char *name)
{
	for (int i = 0; name && i < (int)(sizeof states / sizeof *states); i++)
		if (!strcmp(states[i], name))
			return (enum task_state)i;
	return TASK_OPEN;
}

int
task_insert(struct store *s, struct task_row *r, int64_t now)
{
	r->id = GET(s, 0,
		    "INSERT INTO task (account, intent_key, kind, state, reason, dispute, feedback, order_id,"
		    " conversation, rule, template, locale, text, link, deadline, operator, snoozed_until, "
		    "created,"
		    " changed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
		    " ON CONFLICT (intent_key) DO NOTHING RETURNING id",
		    INT(r->account), TEXT0(r->intent_key), TEXT(r->kind), TEXT(task_state_name(r->state)),
		    TEXT0(r->reason), INT0(r->dispute), INT0(r->feedback), INT0(r->order),
		    INT0(r->conversation), TEXT0(r->rule), TEXT0(r->template_id), TEXT0(r->locale),
		    TEXT0(r->text), TEXT0(r->link), INT0(r->deadline), TEXT0(r->operator),
		    INT0(r->snoozed_until), INT(now), INT(now));
	if (!r->id)
		return 0;
	r->created = r->changed = now;
	return 1;
}

#define ROW                                                                                                  \
	"SELECT t.id, t.account, t.dispute, t.feedback, t.order_id, t.conversation, a.name, t.intent_key,"   \
	" t.kind, t.state, t.reason, t.rule, t.template, t.locale, t.text, t.link, t.operator, t.done_by,"   \
	" t.deadline, t.snoozed_until, t.created, t.changed FROM task t JOIN account a ON a.id = t.account "

static int
read_row(struct store *s, sqlite3_stmt *q, struct task_row *r)
{
	memset(r, 0, sizeof *r);
	if (!sql_row(s, q))
		return 0;
	r->id = col_int(q, 0);
	r->account = col_int(q, 1);
	r->dispute = col_int(q, 2);
	r->feedback = col_int(q, 3);
	r->order = col_int(q, 4);
	r->conversation = col_int(q, 5);
	r->account_name = col_text(s, q, 6);
	r->intent_key = col_text(s, q, 7);
	r->kind = col_text(s, q, 8);
	r->state = state_of(col_text(s, q, 9));
	r->reason = col_text(s, q, 10);
	r->rule = col_text(s, q, 11);
	r->template_id = col_text(s, q, 12);
	r->locale = col_text(s, q, 13);
	r->text = col_text(s, q, 14);
	r->link = col_text(s, q, 15);
	r->operator= col_text(s, q, 16);
	r->done_by = col_text(s, q, 17);
	r->deadline = col_int(q, 18);
	r->snoozed_until = col_int(q, 19);
	r->created = col_int(q, 20);
	r->changed = col_int(q, 21);
	sql_end(s, q);
	return 1;
}

int
task_get(struct store *s, int64_t id, struct task_row *r)
{
	return read_row(s, QUERY(s, ROW "WHERE t.id = ?", INT(id)), r);
}

void
task_save(struct store *s, const struct task_row *r, int64_t now)
{
	DO(s,
	   "UPDATE task SET state = ?, reason = ?, text = ?, link = ?, deadline = ?, operator = ?, done_by = "
	   "?,"
	   " snoozed_until = ?, changed = ? WHERE id = ?",
	   TEXT(task_state_name(r->state)), TEXT0(r->reason), TEXT0(r->text), TEXT0(r->link),
	   INT0(r->deadline), TEXT0(r->operator), TEXT0(r->done_by), INT0(r->snoozed_until), INT(now),
	   INT(r->id));
}

int
task_wake(struct store *s, int64_t now, struct task_row *r, int64_t *next)
{
	*next = GET(s, INT64_MAX,
		    "SELECT snoozed_until FROM task WHERE state = 'snoozed' AND snoozed_until > ?"
		    " ORDER BY snoozed_until LIMIT 1",
		    INT(now));
	return read_row(s,
			QUERY(s,
			      ROW "WHERE t.state = 'snoozed' AND t.snoozed_until <= ?"
				  " ORDER BY t.snoozed_until, t.id LIMIT 1",
			      INT(now)),
			r);
}

int
task_about(struct store *s, int64_t dispute, int64_t feedback, int64_t after, struct task_row *r)
{
	if (dispute)
		return read_row(s,
				QUERY(s, ROW "WHERE t.dispute = ? AND t.id > ? ORDER BY t.id LIMIT 1",
				      INT(dispute), INT(after)),
				r);
	return read_row(s,
			QUERY(s, ROW "WHERE t.feedback = ? AND t.id > ? ORDER BY t.id LIMIT 1", INT(feedback),
			      INT(after)),
			r);
}
