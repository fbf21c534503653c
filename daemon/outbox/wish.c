/* wish.c - from a wish to a row: its text, its files, its money, and whether it leaves, waits or is held. */
#include <stdio.h>
#include <string.h>

#include "base/instant.h"
#include "daemon/clock.h"
#include "daemon/decide/decide.h"
#include "daemon/evidence/evidence.h"
#include "daemon/outbox/given.h"
#include "daemon/outbox/money.h"
#include "daemon/outbox/needs.h"
#include "daemon/outbox/outbox.h"
#include "daemon/runner.h"

/* A row while it is made. */
struct making {
	struct daemon *d;
	const struct situation *s;
	const struct wish *w;
	int64_t now;
	const struct conf_account *account;
	struct account_row switches;
	const struct action *action; /* NULL: the platform has none */
	struct outbox_row row;
	struct buf text;
	struct telling telling;
	int fallback; /* the text is in another language than the buyer's; -1: there is none, err says why */
	struct attachment_file files[FILES_MAX];
	int nfiles;  /* -1: there are none, err says why */
	int unknown; /* money goes back, but it is not known how much */
	struct err err;
};

int
outbox_forbidden(struct daemon *d, const struct conf_account *a, const char *kind, const char *template_id,
		 const char *text, int64_t now, struct err *err)
{
	const struct capability *c = connector_capability(a->connector, &a->view, kind);
	const char *permission;

	if (!connector_action(a->connector, &a->view, kind)) {
		fail(err, "%s offers no way to send \"%s\"", a->connector->title, kind);
		if (c && c->how == NOT_HERE && c->why)
			snprintf(err->text, sizeof err->text, "%s", c->why);
		return -1;
	}
	if (template_id) {
		permission = library_permission(d->library, template_id, a->connector->name);
		if (!strcmp(permission, "N") || !strcmp(permission, "O"))
			return fail(err, "%s does not allow the scenario %s as a message",
				    a->connector->title, template_id);
		/* A plea to write in another language must not end up as the reason of a refusal. */
		if (!library_is_for(d->library, template_id, kind))
			return fail(
				err,
				"the text %s is not written for %s; kinds in its template.conf says what it "
				"is for",
				template_id, kind);
	}
	return text && *text ? policy_check_text(daemon_policy(d, a->connector), kind, text, now, err) : 0;
}

static void
make_row(struct making *m)
{
	const struct situation *s = m->s;
	const struct wish *w = m->w;
	const unsigned takes = m->action ? m->action->takes | m->action->needs : 0;
	const int reply = !strcmp(w->kind, "reply"), told = s->kind && !strncmp(s->kind, "message.", 8);
	char key[33];

	m->row = (struct outbox_row){
		.account = s->account,
		.account_name = s->account_name,
		.conversation = reply ? s->conversation : 0,
		.order = s->order,
		.message = reply || told ? s->message : 0,
		.event = s->event,
		.dispute = reply ? 0 : s->dispute,
		.feedback = s->feedback,
		.kind = w->kind,
		.intent_key = w->intent_key,
		.marketplace = s->marketplace,
		.rule = w->rule,
		.operator= w->operator,
		.requester = w->operator,
		.not_before = w->not_before,
		.next_at = w->not_before,
		.deadline = w->deadline,
		.order_version = s->order_version,
		.conversation_version = s->conversation_version,
		.dispute_version = s->dispute_version,
		.feedback_version = s->feedback_version,
		.conversation_remote = s->conversation_remote,
		.message_remote = reply || told ? s->message_remote : NULL,
		.order_remote = s->order_remote,
		.dispute_remote = s->dispute_remote,
		.feedback_remote = s->feedback_remote,
		.line = s->line,
		.listing = s->listing,
		.buyer_remote = s->buyer_remote,
		.revision = s->revision,
		.memo = s->memo,
		.amount = w->amount,
		.code = w->code,
		.carrier = w->carrier,
		.tracking = w->tracking,
		.shipped = w->shipped,
		.substantive = 1,
		.instead_of = w->instead ? w->instead->id : 0,
	};
	if (!w->intent_key) {
		random_hex(key);
		m->row.intent_key =
			arena_fmt(store_arena(m->d->store), "%s/by-hand/%s", m->d->installation, key);
	}
	if ((takes & TAKES_REASON) && (!m->row.code || !*m->row.code) && m->action->reasons)
		m->row.code = arena_strndup(store_arena(m->d->store), m->action->reasons,
					    strcspn(m->action->reasons, " "));
	if ((takes & TAKES_TRACKING) && (!w->tracking || !*w->tracking)) {
		m->row.carrier = s->carrier;
		m->row.tracking = s->tracking;
		m->row.shipped = s->shipped;
	}
}

static void
make_text(struct making *m)
{
	const struct wish *w = m->w;
	const struct money told = money_told(m->action, m->s, &w->amount);
	const struct scenario *sc;
	struct telling *t = &m->telling;

	*t = (struct telling){.kind = w->kind,
			      .template_id = w->template_id,
			      .locale = w->locale,
			      .given = w->given,
			      .amount = told,
			      .text = &m->text};
	if (w->template_id)
		m->fallback = outbox_text(m->d, m->s, t, m->now, &m->err);
	else if (w->text)
		buf_put(&m->text, w->text);
	sc = t->used ? library_scenario(m->d->library, t->used) : NULL;
	if (sc)
		m->row.substantive = sc->substantive && m->fallback <= 0;
	m->row.template_id = t->used;
	m->row.locale = *t->got ? t->got : NULL;
	m->row.text = buf_str(&m->text);
	m->row.given = w->given;
	m->row.needs = t->needs;
	m->row.made_from = outbox_made_from(m->d, w->rule, t->used);
}

/* Those that were given, else what our records say, made into files. */
static void
make_files(struct making *m)
{
	const struct wish *w = m->w;

	if (w->nfiles > FILES_MAX) {
		m->nfiles = fail(&m->err, "files: found %d, expected at most %d", w->nfiles, FILES_MAX);
		return;
	}
	m->nfiles = w->nfiles;
	if (w->nfiles)
		memcpy(m->files, w->files, (size_t)w->nfiles * sizeof *w->files);
	else if (m->action && ((m->action->takes | m->action->needs) & TAKES_FILES) &&
		 !strcmp(kind_verb(w->kind), "evidence"))
		m->nfiles =
			evidence_pack(m->d, m->s, &m->action->files, m->files, FILES_MAX, m->now, &m->err);
}

/* A file's name is read by the buyer, too. */
static int
names_forbidden(struct making *m)
{
	const struct policy *policy = daemon_policy(m->d, m->account->connector);

	for (int i = 0; policy && i < m->nfiles; i++)
		if (policy_check_text(policy, m->w->kind, m->files[i].name, m->now, &m->err))
			return 1;
	return 0;
}

/* Why it cannot be done at all: 0, or -1 with m->err. */
static int
impossible(struct making *m)
{
	struct money_past past;
	int64_t same;
	struct outgoing out = {
		.text = m->row.text,
		.reason = m->row.code,
		.carrier = m->row.carrier,
		.tracking = m->row.tracking,
		.amount = m->row.amount,
		.files = m->files,
		.nfiles = m->nfiles > 0 ? (size_t)m->nfiles : 0,
	};

	if (m->fallback < 0) {
		if (m->w->why) /* why there can be no text, rather than what it lacks */
			snprintf(m->err.text, sizeof m->err.text, "%s", m->w->why);
		return -1;
	}
	if (outbox_forbidden(m->d, m->account, m->w->kind, m->row.template_id, m->row.text, m->now,
			     &m->err) ||
	    m->nfiles < 0 || names_forbidden(m) || (!m->row.needs && needs_met(m->action, &out, &m->err)))
		return -1;
	m->unknown = money_moves(m->action, m->s, &m->row.amount, &m->row.moves);
	if (!m->row.moves.minor)
		return 0;
	money_past_of(m->d, m->s, m->row.moves.currency, 0, 0, m->now, &past);
	if (money_within_bounds(m->s, &past, &m->row.moves, &m->err) < 0)
		return -1;
	if (m->w->operator&&(same = money_same(m->d->store, &m->row)))
		return fail(&m->err, "a%lld pays the same and is not done yet; look at it first",
			    (long long)same);
	*m->err.text = '\0'; /* a person may know what the records do not */
	return 0;
}

/* Does the money wait for a person?  Then 1 and m->err. */
static int
money_waits(struct making *m)
{
	const struct money *moves = &m->row.moves;
	struct money_past past;

	if (m->action->moves == MOVES_NOTHING)
		return 0;
	money_past_of(m->d, m->s, moves->currency, 0, 0, m->now, &past);
	if (m->w->operator) {
		if (!m->w->approver)
			fail(&m->err, "%s wishes it; money waits for an approver", m->w->operator);
		else if (money_needs_two(m->account, &past, moves))
			fail(&m->err,
			     "it moves more than second_person_above; somebody other than %s has to approve "
			     "it",
			     m->w->operator);
		return *m->err.text != '\0';
	}
	if (money_paid_already(m->d->store, m->s, 0, &m->err))
		return 1;
	if (m->w->instead && m->s->last_refund > m->s->at) {
		fail(&m->err,
		     "money went back for this order in the meantime; look at it before you approve");
		return 1;
	}
	if (m->unknown) {
		fail(&m->err, "money waits for approval: the platform does not say how much goes back");
		return 1;
	}
	return money_within_bounds(m->s, &past, moves, &m->err) ||
	       money_within_limits(m->account, &past, moves, &m->err) ||
	       (m->w->instead && money_within_fallback(m->account, m->w->up_to, &past, moves, &m->err));
}

/* The state it begins in; a reason other than the rule's own is in m->err. */
static enum outbox_state
first_state(struct making *m)
{
	const struct wish *w = m->w;
	enum mode mode;

	if (impossible(m))
		return OUTBOX_HELD;
	mode = account_mode(m->d->store, m->s->account, m->s->marketplace);
	if (mode <= MODE_OBSERVE)
		return OUTBOX_OBSERVED;
	if (money_waits(m) || mode == MODE_DRAFT)
		return OUTBOX_DRAFT;
	if (m->fallback) {
		fail(&m->err, "the reply library has no text in the buyer's language");
		return OUTBOX_DRAFT;
	}
	if (w->how == RULE_APPROVE) {
		snprintf(m->err.text, sizeof m->err.text, "%s", w->why ? w->why : "");
		return OUTBOX_DRAFT;
	}
	if (w->rule && conf_kind_mode(m->account, w->kind) != RULE_AUTO) {
		fail(&m->err, "the account %s lets %s leave only when a person approves it", m->account->name,
		     w->kind);
		return OUTBOX_DRAFT;
	}
	if (m->row.needs)
		return OUTBOX_DRAFT;
	if (w->rule && m->row.template_id && outbox_unreviewed(m->d, &m->telling, &m->err))
		return OUTBOX_DRAFT;
	if (w->rule && loop_stops(m->d, m->account, m->s, w->kind, m->row.text, m->now, m->err.text))
		return OUTBOX_DRAFT;
	if (w->rule && breaker_trips(m->d, m->account, &m->switches, m->row.text, m->now, m->err.text))
		return OUTBOX_DRAFT;
	return OUTBOX_READY;
}

/* ---- older wishes about the same ---- */

void
outbox_dispute_over(struct daemon *d, const struct situation *s, int64_t now)
{
	const char *why = s->dispute_status >= DISPUTE_WON ? TEXT("the dispute is closed")
							   : TEXT("it is not our turn in the dispute");
	struct outbox_row old;
	char kind[KIND_MAX];

	for (const char *const *verb = deciding_verbs; *verb; verb++) {
		rule_kind(dispute_kind_name(s->dispute_kind), *verb, kind);
		while (outbox_unsent_of_dispute(d->store, s->dispute, kind, 0, &old) &&
		       !row_save(d, &old, OUTBOX_CANCELLED, why, now))
			;
	}
}

static void
supersede_older(struct making *m)
{
	const char *verb = kind_verb(m->row.kind);
	const char *const one[] = {verb, NULL}, *const *verbs = verb_decides(verb) ? deciding_verbs : one;
	struct daemon *d = m->d;
	struct outbox_row old;
	char kind[KIND_MAX];

	if (!m->w->rule)
		return;
	while (m->row.conversation &&
	       outbox_unsent_in_conversation(d->store, m->row.conversation, m->row.id, &old) &&
	       !row_save(d, &old, OUTBOX_CANCELLED,
			 TEXT("the buyer wrote again; the newer message is answered"), m->now))
		;
	for (; m->row.dispute && *verbs; verbs++) {
		rule_kind(situation_subject(m->s), *verbs, kind);
		while (outbox_unsent_of_dispute(d->store, m->row.dispute, kind, m->row.id, &old) &&
		       !row_save(d, &old, OUTBOX_CANCELLED,
				 TEXT("the dispute went on; the newer turn is answered"), m->now))
			;
	}
}

/* ---- fallbacks ---- */

/* What does not leave by itself takes nobody's place. */
static int
refused(struct making *m)
{
	if (!m->w->refused || (m->row.state != OUTBOX_HELD && !m->w->instead) ||
	    (m->w->instead && m->row.state == OUTBOX_READY))
		return 0;
	*m->w->refused = m->err;
	if (!*m->err.text)
		fail(m->w->refused, "it would wait for a person, too");
	return 1;
}

/* From now on the other waits no more: both in one transaction. */
static void
take_its_place(struct making *m)
{
	struct outbox_row *old = m->w->instead;
	char until[INSTANT_TEXT], packed[ERR_MAX];

	if (!old)
		return;
	instant_minute(m->w->deadline, until);
	pack(packed, "nobody approved it in time for %s; a%lld (%s) takes its place", until,
	     (long long)m->row.id, m->w->kind);
	row_save(m->d, old, OUTBOX_EXPIRED, packed, m->now);
}

int64_t
outbox_wish(struct daemon *d, const struct situation *s, const struct wish *w, int64_t now)
{
	struct making *m = arena_zalloc(store_arena(d->store), sizeof *m);
	int64_t id = 0;

	m->d = d;
	m->s = s;
	m->w = w;
	m->now = now;
	m->account = daemon_account(d, s->account_name);
	m->action = connector_action(m->account->connector, &m->account->view, w->kind);
	m->text.max = OUTBOX_TEXT_MAX;
	account_get_row(d->store, s->account_name, &m->switches);
	make_row(m);
	make_text(m);
	make_files(m);
	m->row.state = first_state(m);
	m->row.reason = *m->err.text ? m->err.text : NULL;
	if (refused(m)) {
		id = 0;
	} else if (outbox_insert(d->store, &m->row, now)) {
		id = m->row.id;
		take_its_place(m);
		for (int i = 0; i < m->nfiles; i++)
			outbox_file_add(d->store, id, i + 1, m->files[i].name, m->files[i].type,
					m->files[i].bytes, m->files[i].len, now);
		supersede_older(m);
		journal_add(d->store, now, m->row.account, "wish",
			    arena_fmt(store_arena(d->store), "a%lld", (long long)id),
			    json_pack("{s:s, s:s, s:o*, s:s*, s:s*, s:s*, s:s*, s:o*, s:s*, s:I, s:I, s:I, "
				      "s:I, s:s*, s:i, s:s*}",
				      "kind", w->kind, "state", outbox_state_name(m->row.state), "why",
				      m->row.reason ? json_pack("{s:s}", "packed", m->row.reason) : NULL,
				      "rule", w->rule, "operator", w->operator, "template",
				      m->row.template_id, "locale", m->row.locale, "given",
				      given_told(w->given), "needs", m->row.needs, "message",
				      (json_int_t)m->row.message, "event", (json_int_t)s->event, "dispute",
				      (json_int_t)m->row.dispute, "moves", (json_int_t)m->row.moves.minor,
				      "currency", *m->row.moves.currency ? m->row.moves.currency : NULL,
				      "files", m->nfiles, "instead_of",
				      m->row.instead_of ? arena_fmt(store_arena(d->store), "a%lld",
								    (long long)m->row.instead_of)
							: NULL));
		if (m->row.state == OUTBOX_HELD)
			outbox_tell_held(d, &m->row, now);
		runner_touch(d, m->row.account);
	}
	buf_free(&m->text);
	return id;
}
