/* truth_reasons.c - nothing is left in doubt, and all that was not answered says why. */
#include <string.h>

#include "trial.h"

static void
left_over(struct trial *t)
{
	sqlite3_stmt *q = ask_store(t,
				    "SELECT id, kind, state, changed FROM outbox WHERE account = ?1 AND "
				    "(state IN ('sending', 'unsure') AND started < ?2"
				    " OR state = 'ready' AND max(next_at, not_before) < ?2)",
				    "ii", t->account, t->w->now - SETTLES);

	while (next_row(q))
		finding(t, &t->f->unexplained, "a%s (%s) is still %s, since %s", column(q, 0), column(q, 1),
			column(q, 2), when(sqlite3_column_int64(q, 3)));
	q = ask_store(t,
		      "SELECT id, kind, state FROM outbox WHERE account = ? AND reason IS NULL AND state IN "
		      "('held', 'cancelled', 'dropped', 'expired')",
		      "i", t->account);
	while (next_row(q))
		finding(t, &t->f->unexplained, "a%s (%s) is %s without a reason", column(q, 0), column(q, 1),
			column(q, 2));
}

/* Every event was decided, and the journal says how; older than the arming, its time says it.  (A clock that is put right may move the date of
 * the arming, but nobody armed anything before the weeks began.) */
static void
undecided(struct trial *t)
{
	sqlite3_stmt *q = ask_store(t,
				    "SELECT e.id, e.kind, e.at FROM event e WHERE e.account = ?1 AND "
				    "e.check_at IS NOT NULL AND e.check_at < ?2",
				    "ii", t->account, t->w->now - SETTLES);

	while (next_row(q))
		finding(t, &t->f->unexplained, "e%s (%s of %s) was never decided", column(q, 0), column(q, 1),
			when(sqlite3_column_int64(q, 2)));
	q = ask_store(
		t,
		"SELECT e.id, e.kind, e.at FROM event e JOIN account a ON a.id = e.account WHERE "
		"e.account = ?1 AND e.check_at IS NULL"
		" AND e.kind NOT LIKE 'order.%' AND e.at >= max(a.armed, ?2) AND NOT EXISTS (SELECT 1 FROM "
		"journal j WHERE j.ref = 'e' || e.id AND j.kind = 'decide')",
		"ii", t->account, t->w->start);
	while (next_row(q))
		finding(t, &t->f->unexplained, "e%s (%s of %s) was decided, and the journal does not say how",
			column(q, 0), column(q, 1), when(sqlite3_column_int64(q, 2)));
}

static void
without_event(struct trial *t)
{
	sqlite3_stmt *q = ask_store(
		t,
		"SELECT 'm' || id, sent FROM message m WHERE account = ?1 AND direction = 'in' AND NOT "
		"automatic"
		" AND NOT EXISTS (SELECT 1 FROM event e WHERE e.message = m.id AND e.kind = "
		"'message.received')"
		" UNION ALL SELECT 'd' || id, opened FROM dispute d WHERE account = ?1 AND kind <> 'case'"
		" AND NOT EXISTS (SELECT 1 FROM event e WHERE e.dispute = d.id)"
		" UNION ALL SELECT 'f' || id, given FROM feedback f WHERE account = ?1 AND direction = 'in'"
		" AND NOT EXISTS (SELECT 1 FROM event e WHERE e.feedback = f.id)",
		"i", t->account);

	while (next_row(q))
		finding(t, &t->f->unexplained, "%s of %s made no event", column(q, 0),
			when(sqlite3_column_int64(q, 1)));
}

/* A buyer's question that nobody answered stands in the inbox. */
static void
unanswered(struct trial *t, const struct ebay *e)
{
	for (size_t i = 0; i < e->n_conversations; i++) {
		const struct conversation *c = e->conversations[i];
		const struct message *m = latest_visible(c, t->w->now);

		if (!c->buyer || !m || m->from != FROM_BUYER || m->visible > t->w->now - SETTLES)
			continue;
		if (!number_of(t,
			       "SELECT oldest_unanswered FROM conversation WHERE remote = ? AND account = ?",
			       "si", c->id, t->account))
			finding(t, &t->f->unexplained,
				"conversation %s: message %s of %s is not answered, and the inbox does not "
				"show it",
				c->id, m->id, when(m->created));
	}
}

/* How a rule of the place answers this turn; NULL: none does. */
static const char *
answer_of_rules(const struct dispute *d, size_t turn)
{
	static const char *const ours[] = {"DEFECTIVE_ITEM", "ARRIVED_DAMAGED", "NOT_AS_DESCRIBED"};
	const int shipped = !strcmp(order_fulfilment(d->order), "FULFILLED") &&
			    d->order->shipments[0].at < d->opened - SETTLES;

	if (d->kind == RETURN && !strcmp(d->turns[turn].action, "SELLER_ISSUE_REFUND"))
		return "return.refund";
	if (turn > 0) /* the others answer what was opened */
		return NULL;
	switch (d->kind) {
	case RETURN:
		for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
			if (!strcmp(d->reason, ours[i]))
				return "return.accept";
		return NULL;
	case INQUIRY: return shipped ? "inquiry.tracking" : NULL;
	case CANCELLATION:
		return shipped                  ? "cancellation.decline"
		       : !d->order->n_shipments ? "cancellation.accept"
						: NULL;
	case CHARGEBACK: return "chargeback.contest";
	default: return NULL;
	}
}

/* Nobody can answer what they have not read: since this turn began, and a while before its end. */
static int
was_read(const struct trial *t, const struct dispute *d, const char *answer, int64_t due)
{
	int64_t began = d->opened;
	size_t n;
	const struct look *looks = people_looks(t->people, &n);

	for (size_t i = 0; i < d->n_history && !strcmp(answer, "return.refund"); i++)
		if (d->history[i].to && !strcmp(d->history[i].to, "ITEM_DELIVERED"))
			began = d->history[i].at;
	for (size_t i = 0; i < n; i++)
		if (looks[i].seller == t->seller && looks[i].at > began && looks[i].at < due - HOUR &&
		    !strcmp(looks[i].about, d->id))
			return 1;
	return 0;
}

/* Of what it meets late the service does not know since when it waits, and reckons from its opening: older than rules may answer. */
static int
came_too_late(struct trial *t, const struct dispute *d)
{
	return number_of(t,
			 "SELECT count(*) FROM dispute d JOIN event e ON e.dispute = d.id JOIN journal j ON "
			 "j.ref = 'e' || e.id"
			 " AND j.kind = 'decide' AND j.facts LIKE '%max_age%' WHERE d.remote = ? AND "
			 "d.account = ? AND d.kind = ?"
			 " AND j.at > ?",
			 "sisi", d->id, t->account, machine_of(d)->name, d->opened + 3 * DAY) > 0;
}

/* A clock of eBay's that ran out: what a rule had to answer it with was stopped by somebody or something that is named; where no rule had
 * to, the event was decided. */
static void
missed(struct trial *t, const struct dispute *d, size_t turn)
{
	const int64_t due = d->turns[turn].due;
	const char *answer = answer_of_rules(d, turn);
	sqlite3_stmt *q;

	if (d->turns[turn].answered >= 0 || due > t->w->now || (d->kind == INQUIRY && d->next))
		return;
	if (number_of(t,
		      "SELECT count(*) FROM dispute d JOIN event e ON e.dispute = d.id JOIN account a ON "
		      "a.id = d.account"
		      " WHERE d.remote = ? AND d.account = ? AND d.kind = ? AND e.at < a.armed",
		      "sis", d->id, t->account, machine_of(d)->name))
		return;
	if (!answer) {
		if (!number_of(t,
			       "SELECT count(*) FROM dispute d JOIN event e ON e.dispute = d.id JOIN "
			       "journal j ON j.ref = 'e' || e.id AND j.kind = 'decide'"
			       " WHERE d.remote = ? AND d.account = ? AND d.kind = ?",
			       "sis", d->id, t->account, machine_of(d)->name))
			finding(t, &t->f->unexplained,
				"%s %s: nothing was done until %s, and nothing says why", machine_of(d)->name,
				d->id, when(due));
		return;
	}
	q = ask_store(t,
		      "SELECT b.id, b.state FROM outbox b JOIN dispute d ON d.id = b.dispute WHERE d.remote "
		      "= ? AND d.account = ?"
		      " AND b.kind = ? ORDER BY b.state IN ('draft', 'held', 'dropped', 'cancelled', "
		      "'expired') DESC, b.id DESC",
		      "sis", d->id, t->account, answer);
	if (next_row(q)) {
		if (!strcmp(column(q, 1), "sent") || !strcmp(column(q, 1), "ready"))
			finding(t, &t->f->unexplained, "%s %s: a%s is %s, and was not there until %s",
				machine_of(d)->name, d->id, column(q, 0), column(q, 1), when(due));
	} else if (was_read(t, d, answer, due) && !came_too_late(t, d) &&
		   !was_wished(t->w, t->seller, deed_of_action(answer), d->id)) {
		finding(t, &t->f->unexplained, "%s %s: until %s no rule wished %s", machine_of(d)->name,
			d->id, when(due), answer);
	}
}

void
truth_of_reasons(struct trial *t)
{
	const struct ebay *e = t->w->sellers[t->seller];

	left_over(t);
	undecided(t);
	without_event(t);
	unanswered(t, e);
	for (size_t i = 0; i < e->n_disputes; i++)
		for (size_t k = 0; k < e->disputes[i]->n_turns; k++)
			missed(t, e->disputes[i], k);
}
