/* last_look.c - right before an action leaves: is there still a point in it, may its money go, is its text still true? */
#include <stdio.h>
#include <string.h>

#include "daemon/decide/decide.h"
#include "daemon/events.h"
#include "daemon/hours/quiet.h"
#include "daemon/lane.h"
#include "daemon/outbox/money.h"
#include "daemon/outbox/needs.h"
#include "daemon/outbox/variables.h"
#include "daemon/quarantine.h"

static const struct conf_rule *
rule_named(const struct daemon *d, const char *name)
{
	for (int i = 0; name && i < d->conf->nrules; i++)
		if (!strcmp(d->conf->rules[i].name, name))
			return &d->conf->rules[i];
	return NULL;
}

int64_t
buyer_sleeps_until(struct daemon *d, const struct outbox_row *row, int64_t now)
{
	const struct conf_rule *rule = rule_named(d, row->rule);
	struct situation s;

	if (!rule || !rule->quiet.n || !outbox_situation(d, row, now, &s))
		return now;
	return quiet_over(&rule->quiet, &s, daemon_account(d, row->account_name), now, row->deadline);
}

/* Records, rule or template are not what the action was made from. */
static int
changed(struct daemon *d, const struct outbox_row *row, const struct situation *s)
{
	const struct scenario *sc = row->template_id ? library_scenario(d->library, row->template_id) : NULL;

	return s->order_version != row->order_version ||
	       s->conversation_version != row->conversation_version ||
	       s->dispute_version != row->dispute_version || s->feedback_version != row->feedback_version ||
	       (sc && !strstr(row->made_from, arena_fmt(store_arena(d->store), "/%.16s", sc->version)));
}

/* Why it is over for everybody, NULL: it is not. */
static const char *
over(const struct outbox_row *row, const struct situation *s)
{
	const int closed_on_purpose =
		!strcmp(kind_verb(row->kind), "appeal") || (s->kind && !strcmp(s->kind, "dispute.closed"));

	if (row->dispute && s->dispute_status >= DISPUTE_WON && !closed_on_purpose)
		return s->dispute_status == DISPUTE_WITHDRAWN ? TEXT("the buyer withdrew the dispute")
							      : TEXT("the dispute is closed");
	if (!strcmp(row->kind, "order.cancel") && s->cancellation == CANCELLATION_DONE)
		return TEXT("the order is cancelled already");
	if (!strcmp(row->kind, "feedback.reply") && s->feedback_reply && *s->feedback_reply)
		return TEXT("the feedback has a reply already");
	return NULL;
}

/* Why its rule would not wish it now, NULL: it would. */
static const char *
wished_no_more(struct daemon *d, const struct outbox_row *row, struct situation *s, int64_t now)
{
	const struct conf_account *a = daemon_account(d, s->account_name);
	const struct conf_rule *rule = rule_named(d, row->rule);

	if (!rule)
		return TEXT("its rule is no longer in the configuration");
	s->closed = a && account_closed(s, a, now);
	if (a)
		situation_presence(d, s, a, now);
	/* days pass without a new version */
	if ((rule->closed || rule->hours || changed(d, row, s)) && !rule_holds(rule, s))
		return TEXT("the facts changed; its rule no longer applies");
	return NULL;
}

/* Why a rule's wish is over, NULL: it is not. */
static const char *
over_for_rule(struct daemon *d, const struct outbox_row *row, struct situation *s, int64_t now)
{
	const char *why = decide_pointless(s, row->kind);

	if (row->conversation && row->message && !s->oldest_unanswered)
		return TEXT("it was answered by hand");
	if (row->message && s->newest != row->message)
		return TEXT("the buyer wrote again; the newer message is answered");
	if (why)
		return why;
	if (row->dispute && s->options && !words_hold(s->options, kind_verb(row->kind)))
		return TEXT("the platform does not offer this any more");
	return wished_no_more(d, row, s, now);
}

/* Why a person should look again, NULL: need not. */
static const char *
done_meanwhile(const struct outbox_row *row, const struct situation *s, int64_t since)
{
	if (row->conversation && s->last_ours > since)
		return TEXT("somebody answered in the meantime; look at the conversation before you approve");
	if (row->dispute && s->dispute_answered > since && verb_decides(kind_verb(row->kind)))
		return TEXT("somebody answered the dispute in the meantime; look at it before you approve");
	return NULL;
}

/* Its text or tracking number may be those of an order that was only guessed.  What a person wrote to the buyer is about no order. */
static int
made_for_another_order(const struct outbox_row *row, const struct situation *s)
{
	return row->order && row->order != s->order && (s->order || s->orders > 1) &&
	       (row->rule || row->dispute);
}

/* Inside what its rule lets a fallback send back? */
static int
fallback_money(struct daemon *d, const struct runner *r, const struct outbox_row *row,
	       const struct money_past *past, const struct money *moves, struct err *err)
{
	const struct conf_rule *rule = rule_named(d, row->rule);

	return money_within_fallback(r->conf, rule ? rule->fallback_up_to : NULL, past, moves, err);
}

/* The money as it is now: 1, or 0 when the row went back to people.  `since`: what went back later was not known to who let it go; a rule
 * only knows its event, which is older than a store that was restored. */
static int
money_may_leave(struct daemon *d, struct runner *r, const struct action *action, struct outbox_row *row,
		const struct situation *s, int64_t since, int64_t now)
{
	const int automatic = row->rule && !row->operator;
	struct money_past past;
	struct money moves;
	struct err err = {""};
	int unknown, bounds;

	if (action->moves == MOVES_NOTHING)
		return 1;
	unknown = money_moves(action, s, &row->amount, &moves);
	money_past_of(d, s, moves.currency, row->id, 1, now, &past);
	bounds = moves.minor ? money_within_bounds(s, &past, &moves, &err) : 0;
	if (bounds < 0) {
		row_hold(d, row, err.text, now);
		return 0;
	}
	if (automatic && money_paid_already(d->store, s, row->id, &err))
		bounds = -1;
	else if (automatic && unknown)
		bounds = fail(&err, "money waits for approval: the platform does not say how much goes back");
	else if (automatic && !bounds && money_within_limits(r->conf, &past, &moves, &err))
		bounds = -1;
	else if (automatic && row->instead_of && fallback_money(d, r, row, &past, &moves, &err))
		bounds = -1;
	else if (s->last_refund > (automatic ? s->at : since))
		bounds =
			fail(&err,
			     "money went back for this order in the meantime; look at it before you approve");
	else if (!automatic && moves.minor > row->moves.minor && *row->moves.currency)
		bounds = fail(&err, "more goes back than when it was wished; look at it before you approve");
	else if (!automatic)
		bounds = 0;
	row->moves = moves;
	if (!bounds)
		return 1;
	row_draft(d, row, err.text, now);
	return 0;
}

/* The facts or the template changed since the text was made: it is made again, and different bytes need a new approval. */
static int
render_again(struct daemon *d, struct runner *r, const struct action *action, struct outbox_row *row,
	     const struct situation *s, int64_t now)
{
	struct buf text = BUF_MAX(OUTBOX_TEXT_MAX);
	struct telling t = {.kind = row->kind,
			    .template_id = row->template_id,
			    .locale = row->locale,
			    .given = row->given,
			    .amount = money_told(action, s, &row->amount),
			    .text = &text};
	struct err err = {""};
	int leaves = 1;

	if (outbox_text(d, s, &t, now, &err) < 0 ||
	    policy_check_text(r->policy, row->kind, buf_str(&text), now, &err)) {
		row_hold(d, row, err.text, now);
		leaves = 0;
	} else if (t.needs) { /* a template that asks for more, or a day that has passed */
		row->needs = t.needs;
		row_draft(d, row, TEXT("the facts changed; its text needs values that only people know"),
			  now);
		leaves = 0;
	} else if (row->rule && !row->operator&& outbox_unreviewed(d, &t, &err)) {
		row_draft(d, row, err.text, now);
		leaves = 0;
	} else if (strcmp(buf_str(&text), row->text) != 0) {
		row->text = arena_strdup(store_arena(d->store), buf_str(&text));
		if (row->operator) {
			row_draft(d, row,
				  TEXT("the facts changed; the text was made again and needs a new approval"),
				  now);
			leaves = 0;
		}
	}
	buf_free(&text);
	return leaves;
}

/* Since when a person does not know what happened. */
static int64_t
known_until(const struct runner *r, const struct outbox_row *row)
{
	return runner_now(r, row->looked > row->created ? row->looked : row->created);
}

int
row_is_over(struct daemon *d, struct runner *r, const struct outbox_row *row, int64_t now)
{
	struct situation s;

	return !outbox_situation(d, row, now, &s) || over(row, &s) ||
	       (row->rule ? over_for_rule(d, row, &s, now) : done_meanwhile(row, &s, known_until(r, row)));
}

/* What is stored may be older than the rules of the platform, or than ours: nothing leaves unread. */
static int
may_be_said(struct daemon *d, struct runner *r, struct outbox_row *row, int64_t now)
{
	struct err err;

	if (!row->text || !*row->text || !policy_check_text(r->policy, row->kind, row->text, now, &err))
		return 1;
	row_hold(d, row, err.text, now);
	return 0;
}

/* Is there still a point in it, and are its facts those of now?  1, or 0: the row went another way. */
static int
still_right(struct daemon *d, struct runner *r, const struct action *action, struct outbox_row *row,
	    const json_t *own, int64_t now)
{
	const int64_t since = known_until(r, row);
	char doubt[ERR_MAX];
	const int doubtful = quarantine_doubt(d, r, row, own, doubt);
	struct situation s;
	const char *why;
	int other, uncertain;

	row->looked = now;
	if (!outbox_situation(d, row, now, &s)) {
		row_save(d, row, OUTBOX_CANCELLED, TEXT("what it is about is no longer there"), now);
		return 0;
	}
	if ((why = over(row, &s)) || (row->rule && (why = over_for_rule(d, row, &s, now)))) {
		if (!row_save(d, row, OUTBOX_CANCELLED, why, now) && row->rule &&
		    wished_no_more(d, row, &s, now))
			outbox_wish_anew(d->store, row, now);
		return 0;
	}
	if (doubtful) {
		row_draft(d, row, doubt, now);
		return 0;
	}
	if (!row->rule && (why = done_meanwhile(row, &s, since))) {
		row_draft(d, row, why, now);
		return 0;
	}
	if (row->dispute && s.options && !words_hold(s.options, kind_verb(row->kind))) {
		row_hold(d, row, TEXT("the platform does not offer this any more"), now);
		return 0;
	}
	if (!money_may_leave(d, r, action, row, &s, since, now))
		return 0;
	other = changed(d, row, &s);
	uncertain = other && made_for_another_order(row, &s);
	row->order_version = s.order_version;
	row->conversation_version = s.conversation_version;
	row->dispute_version = s.dispute_version;
	row->feedback_version = s.feedback_version;
	row->revision = s.revision;
	row->memo = s.memo;
	if (uncertain) {
		row_draft(d, row,
			  TEXT("the order that it was made for is no longer certain; look at it before you "
			       "approve"),
			  now);
		return 0;
	}
	if (!other || !row->template_id)
		return 1;
	situation_guess(d, &s, now);
	return render_again(d, r, action, row, &s, now);
}

int
last_look(struct daemon *d, struct runner *r, const struct action *action, struct outbox_row *row,
	  const json_t *own, int64_t now)
{
	return still_right(d, r, action, row, own, now) && may_be_said(d, r, row, now);
}
