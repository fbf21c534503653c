/* clock.c - until when something must be answered, and who says so. */
#include <string.h>

#include "daemon/store/db.h"

static int
of_dispute(struct store *s, int64_t id, struct clock_facts *f)
{
	sqlite3_stmt *q =
		QUERY(s,
		      "SELECT d.account, a.name, d.marketplace, d.kind, d.our_turn, d.opened, d.answered, "
		      "d.respond_by, d.given_by,"
		      " d.reckoned, d.reckoned_by, d.apart, d.reckoned_from IS d.our_turn, d.due_action"
		      " FROM dispute d JOIN account a ON a.id = d.account WHERE d.id = ?",
		      INT(id));

	if (!sql_row(s, q))
		return 0;
	*f = (struct clock_facts){.letter = 'd',
				  .id = id,
				  .account = col_int(q, 0),
				  .account_name = col_text(s, q, 1),
				  .marketplace = col_text(s, q, 2),
				  .kind = col_text(s, q, 3),
				  .since = col_int(q, 4),
				  .first = col_int(q, 5),
				  .answered = col_int(q, 6),
				  .until = col_int(q, 7),
				  .given_by = col_text(s, q, 8)};
	if (f->given_by && !strcmp(f->given_by, "platform"))
		f->platform = f->until;
	if (col_int(q, 12)) {
		f->policy = col_int(q, 9);
		f->policy_by = col_text(s, q, 10);
		f->apart = (int)col_int(q, 11);
	}
	if (f->answered < f->since)
		f->answered = 0;
	f->due_action = col_text(s, q, 13);
	sql_end(s, q);
	return 1;
}

static int
of_conversation(struct store *s, int64_t id, struct clock_facts *f)
{
	sqlite3_stmt *q =
		QUERY(s,
		      "SELECT c.account, a.name, c.marketplace, c.oldest_unanswered, c.answer_by, "
		      "c.answer_given_by,"
		      " (SELECT m.id FROM message m WHERE m.conversation = c.id AND m.direction = 'in'"
		      "   AND NOT m.automatic AND m.sent = c.oldest_unanswered ORDER BY m.id LIMIT 1)"
		      " FROM conversation c JOIN account a ON a.id = c.account WHERE c.id = ?",
		      INT(id));

	if (!sql_row(s, q))
		return 0;
	*f = (struct clock_facts){.letter = 'c',
				  .id = id,
				  .account = col_int(q, 0),
				  .account_name = col_text(s, q, 1),
				  .marketplace = col_text(s, q, 2),
				  .kind = "message",
				  .since = col_int(q, 3),
				  .first = col_int(q, 3),
				  .until = col_int(q, 4),
				  .given_by = col_text(s, q, 5),
				  .message = col_int(q, 6)};
	sql_end(s, q);
	return 1;
}

static int
of_feedback(struct store *s, int64_t id, struct clock_facts *f)
{
	sqlite3_stmt *q = QUERY(s,
				"SELECT f.account, a.name, f.marketplace, f.given FROM feedback f"
				" JOIN account a ON a.id = f.account WHERE f.id = ? AND f.direction = 'in'",
				INT(id));

	if (!sql_row(s, q))
		return 0;
	*f = (struct clock_facts){.letter = 'f',
				  .id = id,
				  .account = col_int(q, 0),
				  .account_name = col_text(s, q, 1),
				  .marketplace = col_text(s, q, 2),
				  .kind = "feedback",
				  .since = col_int(q, 3),
				  .first = col_int(q, 3)};
	sql_end(s, q);
	return 1;
}

/* Its deadline is that of what it is about, as it was when it was made. */
static int
of_task(struct store *s, int64_t id, struct clock_facts *f)
{
	struct task_row t;
	int there;

	if (!task_get(s, id, &t))
		return 0;
	there = t.dispute        ? of_dispute(s, t.dispute, f)
		: t.feedback     ? of_feedback(s, t.feedback, f)
		: t.conversation ? of_conversation(s, t.conversation, f)
				 : 0;
	if (!there)
		*f = (struct clock_facts){.letter = 't',
					  .id = id,
					  .account = t.account,
					  .account_name = t.account_name,
					  .kind = t.kind};
	f->task_deadline = t.deadline;
	return 1;
}

int
clock_facts(struct store *s, const char *id, struct clock_facts *f)
{
	int64_t number;
	char letter;

	if (local_id(id, &letter, &number))
		return 0;
	switch (letter) {
	case 'd': return of_dispute(s, number, f);
	case 'c': return of_conversation(s, number, f);
	case 'f': return of_feedback(s, number, f);
	case 't': return of_task(s, number, f);
	default: return 0;
	}
}
