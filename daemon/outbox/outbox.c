/* outbox.c - what people may do with an action, and what a row means to the rest. */
#include "daemon/outbox/outbox.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "daemon/decide/decide.h"
#include "daemon/events.h"
#include "daemon/log.h"
#include "daemon/outbox/fallback.h"
#include "daemon/outbox/given.h"
#include "daemon/outbox/money.h"
#include "daemon/outbox/needs.h"
#include "daemon/runner.h"

#define UNDO_PART                                                                                            \
	10 /* no more of what is left until the deadline than one part in so many goes to the undo window */

void
outbox_outgoing(struct daemon *d, const struct outbox_row *row, struct attachment_file files[],
		struct outgoing *out)
{
	const int n = outbox_files(d->store, row->id, files, FILES_MAX);

	*out = (struct outgoing){
		.kind = row->kind,
		.conversation = row->conversation_remote,
		.message = row->message_remote,
		.order = row->order_remote,
		.line = row->line,
		.listing = row->listing,
		.buyer = row->buyer_remote,
		.dispute = row->dispute_remote,
		.feedback = row->feedback_remote,
		.marketplace = row->marketplace,
		.text = row->text,
		.reason = row->code,
		.carrier = row->carrier,
		.tracking = row->tracking,
		.shipped = row->shipped,
		.amount = row->amount,
		.revision = row->revision,
		.memo = row->memo,
		.files = n ? files : NULL,
		.nfiles = (size_t)n,
	};
}

int
outbox_situation(struct daemon *d, const struct outbox_row *row, int64_t now, struct situation *s)
{
	const int reply = !strcmp(row->kind, "reply");
	const struct around about = {
		.event = row->event,
		.dispute = row->dispute,
		.feedback = row->feedback,
		.order = reply ? 0 : row->order,
		.conversation = row->conversation,
	};

	return situation_load(d->store, &about, now, s);
}

static const char *
held_cause(struct daemon *d, const struct outbox_row *row)
{
	return arena_fmt(store_arena(d->store), "held/a%lld", (long long)row->id);
}

void
outbox_tell_held(struct daemon *d, const struct outbox_row *row, int64_t now)
{
	char note[ERR_MAX];

	pack(note, "%s: a%lld is held and waits for you; see 'supercargo show a%lld'", row->account_name,
	     (long long)row->id, (long long)row->id);
	notice_raise(d->store, held_cause(d, row), row->account, note, now);
	log_warn("%s: a%lld: held", row->account_name, (long long)row->id);
}

void
outbox_arrived(struct daemon *d, const struct outbox_row *row)
{
	if (row->conversation)
		conversation_answered(d->store, row->conversation, row->started, row->substantive, row->id);
	if (row->dispute && verb_decides(kind_verb(row->kind)))
		dispute_answered(d->store, row->dispute, row->started);
}

int64_t
outbox_leaves_at(const struct daemon *d, int64_t deadline, int64_t now)
{
	const int64_t undo = d->conf->service.undo;

	return deadline > now && deadline - now < UNDO_PART * undo ? now : now + undo;
}

/* ---- by hand ---- */

/* The row, when its state is one of `states` (-1 at the end). */
static int
row_in(struct daemon *d, int64_t id, struct outbox_row *row, const char *verb, struct err *err, ...)
{
	va_list states;
	int state, ok = 0;
	int64_t other;

	if (!outbox_get(d->store, id, row))
		return fail(err, "there is no action a%lld", (long long)id);
	va_start(states, err);
	while ((state = va_arg(states, int)) != -1)
		ok |= row->state == (enum outbox_state)state;
	va_end(states);
	if (!ok && (other = outbox_instead(d->store, id)))
		return fail(err,
			    "nobody approved a%lld in time, so its fallback a%lld took its place; see "
			    "'supercargo show a%lld'",
			    (long long)id, (long long)other, (long long)other);
	return ok ? 0
		  : fail(err, "a%lld is %s; it cannot be changed by %s now", (long long)id,
			 outbox_state_name(row->state), verb);
}

/* What may have arrived is not decided anew.  0, or -1 with err. */
static int
none_open(const struct outbox_row *row, struct err *err)
{
	if (!row->attempt_key)
		return 0;
	if (row->state == OUTBOX_HELD)
		return fail(err,
			    "a%lld may have been sent; look at the platform, then 'supercargo resolve a%lld "
			    "sent' or 'not-sent'",
			    (long long)row->id, (long long)row->id);
	return fail(err, "a%lld is on its way; wait until it is known what became of it", (long long)row->id);
}

/* `hand`: in whose hands it is now; NULL: again in those of its rule.  0, or -1 with err: it may not go there. */
static int
by_hand(struct daemon *d, struct outbox_row *row, const char *verb, const char *hand, const char *operator,
	int64_t now, struct err *err)
{
	row->operator= hand;
	if (outbox_save_by_hand(d->store, row, now)) {
		snprintf(err->text, sizeof err->text, "%s", row->reason ? row->reason : "");
		return -1;
	}
	notice_clear(d->store, held_cause(d, row), now);
	fallback_touched(d, row, now);
	loop_noticed(d, row, now);
	journal_add(d->store, now, row->account, verb,
		    arena_fmt(store_arena(d->store), "a%lld", (long long)row->id),
		    json_pack("{s:s, s:s, s:o*, s:s*}", "operator", operator, "state",
			      outbox_state_name(row->state), "given", given_told(row->given), "needs",
			      row->needs));
	runner_touch(d, row->account);
	return 0;
}

/* Does it give what its action needs? */
static int
whole(struct daemon *d, const struct conf_account *a, const struct outbox_row *row, struct err *err)
{
	struct attachment_file files[FILES_MAX];
	struct outgoing out;

	outbox_outgoing(d, row, files, &out);
	return needs_met(connector_action(a->connector, &a->view, row->kind), &out, err);
}

/* May this person let its money go?  Who asked for it, and who wrote its text, may not be alone in it above the sum. */
static int
money_approved(struct daemon *d, const struct conf_account *a, struct outbox_row *row, const char *operator,
	       int64_t now, struct err *err)
{
	struct money_past past;
	struct situation s;

	if (connector_action(a->connector, &a->view, row->kind)->moves == MOVES_NOTHING)
		return 0;
	if (!outbox_situation(d, row, now, &s))
		return fail(err, "what it is about is no longer there");
	money_past_of(d, &s, row->moves.currency, row->id, 0, now, &past);
	if (row->moves.minor && money_within_bounds(&s, &past, &row->moves, err) < 0)
		return -1;
	*err->text = '\0';
	if (money_needs_two(a, &past, &row->moves) &&
	    ((row->requester && !strcmp(row->requester, operator)) ||
	     (row->writer && !strcmp(row->writer, operator))))
		return fail(
			err,
			"a%lld moves more than second_person_above; somebody other than %s has to approve it",
			(long long)row->id, operator);
	return 0;
}

int
outbox_approve(struct daemon *d, int64_t id, const char *operator, int64_t now, struct err *err)
{
	const struct conf_account *a;
	struct outbox_row row;
	int64_t leaves;

	if (row_in(d, id, &row, "approve", err, OUTBOX_DRAFT, OUTBOX_HELD, -1))
		return -1;
	if (!(a = daemon_account(d, row.account_name)))
		return fail(err, "the account %s is not in the configuration", row.account_name);
	if (account_mode(d->store, row.account, row.marketplace) <= MODE_OBSERVE)
		return fail(err, "%s does not send: its mode is %s; arm it with 'supercargo account arm %s'",
			    row.account_name, mode_name(account_mode(d->store, row.account, row.marketplace)),
			    row.account_name);
	if (none_open(&row, err))
		return -1;
	if (row.needs)
		return fail(err, "a%lld needs %s; give it with 'supercargo edit a%lld --set NAME=VALUE'",
			    (long long)id, row.needs, (long long)id);
	if (!strcmp(row.kind, "reply") && (!row.text || !*row.text))
		return fail(err, "a%lld has no text yet; write one with 'supercargo edit a%lld'",
			    (long long)id, (long long)id);
	if (outbox_forbidden(d, a, row.kind, row.template_id, row.text, now, err) || whole(d, a, &row, err) ||
	    money_approved(d, a, &row, operator, now, err))
		return -1;
	row.state = OUTBOX_READY;
	row.reason = NULL;
	leaves = outbox_leaves_at(d, row.deadline, now);
	if (row.not_before < leaves)
		row.not_before = leaves;
	row.next_at = row.not_before;
	return by_hand(d, &row, "approve", operator, operator, now, err);
}

int
outbox_edit(struct daemon *d, int64_t id, const char *text, const char *operator, int64_t now,
	    struct err *err)
{
	const struct conf_account *a;
	struct outbox_row row;

	if (row_in(d, id, &row, "edit", err, OUTBOX_DRAFT, OUTBOX_HELD, OUTBOX_READY, -1))
		return -1;
	if (none_open(&row, err))
		return -1;
	if (!(a = daemon_account(d, row.account_name)))
		return fail(err, "the account %s is not in the configuration", row.account_name);
	if (outbox_forbidden(d, a, row.kind, NULL, text, now, err))
		return -1;
	if (needs_text(connector_action(a->connector, &a->view, row.kind), text, err))
		return -1;
	row.text = text;
	row.state = OUTBOX_DRAFT;
	row.reason = NULL;
	row.template_id = NULL; /* it is a person's text now: facts may change, the words stay */
	row.given = row.needs = NULL;
	row.made_from = outbox_made_from(d, row.rule, NULL);
	row.writer = operator;
	return by_hand(d, &row, "edit", operator, operator, now, err);
}

/* The text anew, with these values over those given before.  0, or -1 with err. */
static int
tell_with(struct daemon *d, const struct conf_account *a, struct outbox_row *row, const json_t *set,
	  int64_t now, struct err *err)
{
	const struct action *action = connector_action(a->connector, &a->view, row->kind);
	const struct scenario *sc = library_scenario(d->library, row->template_id);
	struct buf text = BUF_MAX(OUTBOX_TEXT_MAX);
	struct telling t = {
		.kind = row->kind, .template_id = row->template_id, .locale = row->locale, .text = &text};
	struct situation s;
	int r = -1;

	if (!sc) {
		fail(err, "there is no template \"%s\"; see 'supercargo template list'", row->template_id);
		goto out;
	}
	if (!outbox_situation(d, row, now, &s)) {
		fail(err, "what it is about is no longer there");
		goto out;
	}
	situation_guess(d, &s, now);
	t.amount = action ? money_told(action, &s, &row->amount) : row->amount;
	if (!(t.given = given_take(sc, a, row->given, set, now, store_arena(d->store), err)) ||
	    outbox_text(d, &s, &t, now, err) < 0 ||
	    outbox_forbidden(d, a, row->kind, t.used, buf_str(&text), now, err) ||
	    (!t.needs && needs_text(action, buf_str(&text), err)))
		goto out;
	row->given = *t.given ? t.given : NULL;
	row->needs = t.needs;
	row->template_id = t.used;
	row->locale = arena_strdup(store_arena(d->store), t.got);
	row->text = arena_strdup(store_arena(d->store), buf_str(&text));
	row->made_from = outbox_made_from(d, row->rule, t.used);
	r = 0;
out:
	buf_free(&text);
	return r;
}

int
outbox_set(struct daemon *d, int64_t id, const json_t *set, const char *operator, int64_t now,
	   struct err *err)
{
	const struct conf_account *a;
	struct outbox_row row;

	if (row_in(d, id, &row, "edit", err, OUTBOX_DRAFT, OUTBOX_HELD, OUTBOX_READY, -1))
		return -1;
	if (none_open(&row, err))
		return -1;
	if (!(a = daemon_account(d, row.account_name)))
		return fail(err, "the account %s is not in the configuration", row.account_name);
	if (!row.template_id)
		return fail(err, "a%lld is of no template; change its text with 'supercargo edit a%lld'",
			    (long long)id, (long long)id);
	if (tell_with(d, a, &row, set, now, err))
		return -1;
	row.state = OUTBOX_DRAFT;
	row.reason = NULL;
	row.writer = operator;
	return by_hand(d, &row, "edit", operator, operator, now, err);
}

int
outbox_drop(struct daemon *d, int64_t id, const char *operator, int64_t now, struct err *err)
{
	struct outbox_row row;
	char packed[ERR_MAX];

	if (row_in(d, id, &row, "drop", err, OUTBOX_DRAFT, OUTBOX_HELD, OUTBOX_READY, OUTBOX_OBSERVED, -1))
		return -1;
	if (none_open(&row, err))
		return -1;
	pack(packed, "dropped by %s", operator);
	row.state = OUTBOX_DROPPED;
	row.reason = packed;
	return by_hand(d, &row, "drop", operator, operator, now, err);
}

int
outbox_undo(struct daemon *d, int64_t id, const char *operator, int64_t now, struct err *err)
{
	struct outbox_row row;
	char packed[ERR_MAX];

	if (!outbox_get(d->store, id, &row))
		return fail(err, "there is no action a%lld", (long long)id);
	if (row.state != OUTBOX_READY || row.attempt_key)
		return fail(err, "a%lld is %s; it can no longer be taken back", (long long)id,
			    outbox_state_name(row.state));
	pack(packed, "taken back by %s", operator);
	row.state = OUTBOX_DRAFT;
	row.reason = packed;
	return by_hand(d, &row, "undo", row.requester, operator, now, err);
}

/* How long what left may still take to be visible on the platform, by whose clock it left: ms, not above 0 when it no longer can. */
static int64_t
visible_in(struct daemon *d, const struct outbox_row *row, int64_t now)
{
	const struct conf_account *a = daemon_account(d, row->account_name);
	const struct action *action = a ? connector_action(a->connector, &a->view, row->kind) : NULL;

	return action ? row->started + action->visible_after - clock_there(d, row->account, now) : 0;
}

int
outbox_resolve(struct daemon *d, int64_t id, int sent, const char *operator, int64_t now, struct err *err)
{
	struct outbox_row row;
	char packed[ERR_MAX];
	int64_t wait;

	if (row_in(d, id, &row, "resolve", err, OUTBOX_HELD, OUTBOX_UNSURE, -1))
		return -1;
	if (!row.attempt_key)
		return fail(err, "a%lld never left; approve, edit or drop it", (long long)id);
	if (!sent && (wait = visible_in(d, &row, now)) > 0)
		return fail(err,
			    "a%lld left so shortly ago that the platform may not show it yet; look again in "
			    "%lld s",
			    (long long)id, (long long)((wait + SECOND - 1) / SECOND));
	pack(packed, sent ? "%s found it on the platform" : "%s did not find it on the platform", operator);
	row.reason = packed;
	row.state = sent ? OUTBOX_SENT : OUTBOX_DRAFT;
	if (by_hand(d, &row, "resolve", sent ? operator : row.requester, operator, now, err))
		return -1;
	if (sent)
		outbox_arrived(d, &row);
	return 0;
}
