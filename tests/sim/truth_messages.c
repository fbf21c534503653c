/* truth_messages.c - what was written to buyers: each message through an API has its row, each row its message, and no question has two
 * answers of rules.
 */
#include <stdlib.h>
#include <string.h>

#include "trial.h"

#define SAME_TEXT_AGAIN HOUR
#define ARRIVES         (10 * MINUTE) /* after it left, at most */
#define CROSSES         (4 * MINUTE) /* a question this shortly before an answer may not have been seen by it */

struct answer { /* a message of ours through an API */
	const struct message *message;
	int64_t row;  /* of the outbox, 0: none */
	int64_t left; /* when it was sent, as far as that is known */
	int by_rule, approved, by_hand;
};

static int
is_answer(const struct message *m)
{
	return m->from == FROM_SELLER && m->via != VIA_SITE;
}

/* The row that sent it: by its id, or else by its text, when no other message has that row. */
static void
find_row(struct trial *t, const struct conversation *c, struct answer *a)
{
	sqlite3_stmt *q = ask_store(t,
				    "SELECT id, started, rule IS NOT NULL, operator IS NOT NULL FROM outbox "
				    "WHERE remote = ? AND account = ? AND state = 'sent'",
				    "si", a->message->id, t->account);

	if (!next_row(q)) {
		q = ask_store(t,
			      "SELECT b.id, b.started, b.rule IS NOT NULL, b.operator IS NOT NULL FROM "
			      "outbox b JOIN conversation c ON c.id = b.conversation"
			      " WHERE c.remote = ?1 AND c.account = ?2 AND b.state = 'sent' AND b.kind = "
			      "'reply' AND b.remote IS NULL AND b.text = ?3"
			      " AND abs(b.started - ?4) < ?5",
			      "sisii", c->id, t->account, a->message->text, a->message->created,
			      (int64_t)ARRIVES);
		if (!next_row(q))
			return;
	}
	a->row = sqlite3_column_int64(q, 0);
	a->left = sqlite3_column_int64(q, 1);
	a->by_rule = sqlite3_column_int(q, 2);
	a->approved = sqlite3_column_int(q, 3);
}

/* A question that somebody who wrote `later` may have answered, and who wrote `former` may not have seen. */
static int
question_between(const struct conversation *c, const struct answer *former, const struct answer *later)
{
	for (size_t i = 0; i < c->n_messages; i++) {
		const struct message *m = c->messages[i];

		if (m->from == FROM_BUYER && m->visible > former->left - CROSSES && m->visible <= later->left)
			return 1;
	}
	return 0;
}

/* Within an hour a rule may say it once, and people as often as they approve it; what was approved may have had to wait. */
static int
too_often(const struct trial *t, const struct answer *list, size_t n, const struct message *last)
{
	const int64_t since = last->created - SAME_TEXT_AGAIN;
	int copies = 0;

	for (size_t i = 0; i < n; i++)
		copies += list[i].message->created > since && list[i].message->created <= last->created &&
			  !strcmp(list[i].message->text, last->text);
	return copies > 1 + people_approved(t->people, t->seller, last->text, since - DAY);
}

static void
compare_answers(struct trial *t, const struct conversation *c, const struct answer *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = i + 1; k < n; k++) {
			const struct answer *a = &list[i], *b = &list[k];

			if (!strcmp(a->message->text, b->message->text) &&
			    b->message->created - a->message->created < SAME_TEXT_AGAIN &&
			    too_often(t, list, n, b->message))
				finding(t, &t->f->doubled,
					"conversation %s: the same text twice: %s (a%lld, %s) and %s (a%lld, "
					"%s): \"%.60s\"",
					c->id, a->message->id, (long long)a->row, when(a->message->created),
					b->message->id, (long long)b->row, when(b->message->created),
					a->message->text);
			else if (k == i + 1 && !a->by_hand && !b->by_hand && !question_between(c, a, b))
				finding(t, &t->f->doubled,
					"conversation %s: two answers to one question: %s (a%lld, %s) and %s "
					"(a%lld, %s)",
					c->id, a->message->id, (long long)a->row, when(a->left),
					b->message->id, (long long)b->row, when(b->left));
		}
}

/* Somebody had answered by hand, the service looked after that, and sent its own answer all the same.  Who answered after the look
 * crossed it, which is nobody's fault. */
static void
last_look(struct trial *t, const struct conversation *c, const struct answer *a)
{
	const struct message *by_hand = NULL;
	int64_t looked = 0;
	size_t n;
	const struct look *looks = people_looks(t->people, &n);

	if (!a->row || !a->by_rule)
		return;
	for (size_t i = 0; i < c->n_messages; i++) {
		if (c->messages[i]->visible >= a->message->created)
			continue;
		if (c->messages[i]->from == FROM_BUYER)
			by_hand = NULL;
		else if (c->messages[i]->from == FROM_SELLER && c->messages[i]->via == VIA_SITE)
			by_hand = c->messages[i];
	}
	if (!by_hand)
		return;
	for (size_t i = 0; i < n && looks[i].at + SECOND / 2 <= a->left; i++)
		if (looks[i].seller == t->seller && !strcmp(looks[i].about, c->id))
			looked = looks[i].at;
	if (looked > by_hand->visible && by_hand->visible < a->left)
		finding(t, &t->f->unexplained,
			"conversation %s: answered by hand at %s, looked at %s, and a%lld (%s) left at %s",
			c->id, when(by_hand->created), when(looked), (long long)a->row, a->message->id,
			when(a->left));
	else
		t->w->counts.crossed++;
}

static void
conversation(struct trial *t, const struct conversation *c)
{
	struct answer *list = must_alloc((c->n_messages + 1) * sizeof *list);
	size_t n = 0;

	for (size_t i = 0; i < c->n_messages; i++) {
		struct answer *a = &list[n];

		if (!is_answer(c->messages[i]))
			continue;
		*a = (struct answer){.message = c->messages[i], .left = c->messages[i]->created};
		a->by_hand = is_hand_text(t, a->message->text);
		find_row(t, c, a);
		n++;
		if (!a->row && !was_forgotten(t->w, t->seller, "reply", c->id, a->message->text, 0))
			finding(t, &t->f->unexplained,
				"message %s of %s in conversation %s has no row: \"%.60s\"", a->message->id,
				when(a->message->created), c->id, a->message->text);
		if (!a->by_hand && strchr(a->message->text, '{'))
			finding(t, &t->f->unexplained, "message %s (a%lld): \"%.80s\"", a->message->id,
				(long long)a->row, a->message->text);
		last_look(t, c, a);
	}
	compare_answers(t, c, list, n);
	free(list);
}

/* Much later only when a later attempt did it, which a store has forgotten that an older one replaced. */
static int
may_have_done(const struct trial *t, int64_t left, const struct conversation *c, const struct message *m)
{
	return m->created > left - ARRIVES &&
	       (m->created < left + ARRIVES || was_forgotten(t->w, t->seller, "reply", c->id, m->text, 0));
}

/* Rows that are called sent: each has a message, and no two the same. */
static void
rows(struct trial *t, const struct ebay *e)
{
	sqlite3_stmt *q =
		ask_store(t,
			  "SELECT b.id, b.remote, b.text, c.remote, b.started FROM outbox b LEFT JOIN "
			  "conversation c ON c.id = b.conversation"
			  " WHERE b.account = ? AND b.state = 'sent' AND b.kind = 'reply' ORDER BY b.remote",
			  "i", t->account);
	char former[32] = "";

	while (next_row(q)) {
		const struct conversation *c = find_conversation(e, column(q, 3));
		int there = 0;

		for (size_t i = 0; c && i < c->n_messages; i++)
			there |= is_answer(c->messages[i]) && !strcmp(c->messages[i]->text, column(q, 2)) &&
				 (*column(q, 1)
					  ? !strcmp(c->messages[i]->id, column(q, 1))
					  : may_have_done(t, sqlite3_column_int64(q, 4), c, c->messages[i]));
		if (!there)
			finding(t, &t->f->lost,
				"a%s is sent (%s, message %s), but conversation %s has no such message: "
				"\"%.60s\"",
				column(q, 0), when(sqlite3_column_int64(q, 4)), column(q, 1), column(q, 3),
				column(q, 2));
		if (*former && !strcmp(former, column(q, 1)))
			finding(t, &t->f->lost, "a%s and the row before it call themselves message %s",
				column(q, 0), former);
		snprintf(former, sizeof former, "%s", column(q, 1));
	}
	q = ask_store(t,
		      "SELECT min(id), max(id), message, count(*) FROM outbox WHERE account = ? AND state = "
		      "'sent' AND kind = 'reply'"
		      " AND rule IS NOT NULL AND message IS NOT NULL GROUP BY message HAVING count(*) > 1",
		      "i", t->account);
	while (next_row(q))
		finding(t, &t->f->doubled, "a%s and a%s both answered m%s", column(q, 0), column(q, 1),
			column(q, 2));
}

/* What a person wrote arrives at most as often as it was wished. */
static void
hand_texts(struct trial *t, const struct ebay *e)
{
	size_t n;
	struct by_hand *const *list = people_by_hand(t->people, &n);

	for (size_t k = 0; k < n; k++) {
		int there = 0;

		if (list[k]->seller != t->seller)
			continue;
		for (size_t i = 0; i < e->n_conversations; i++)
			for (size_t m = 0; m < e->conversations[i]->n_messages; m++)
				there += !strcmp(e->conversations[i]->messages[m]->text, list[k]->text);
		if (there > list[k]->times)
			finding(t, &t->f->doubled, "wished %d times, and %d times at the marketplace: %s",
				list[k]->times, there, list[k]->text);
	}
}

void
truth_of_messages(struct trial *t)
{
	const struct ebay *e = t->w->sellers[t->seller];

	for (size_t i = 0; i < e->n_conversations; i++)
		conversation(t, e->conversations[i]);
	rows(t, e);
	hand_texts(t, e);
}
