#include "daemon/events.h"

#include <string.h>

#include "base/instant.h"
#include "daemon/deadline/clocks.h"
#include "daemon/decide/decide.h"
#include "daemon/hours/presence.h"
#include "daemon/hours/quiet.h"
#include "daemon/log.h"
#include "daemon/outbox/money.h"
#include "daemon/outbox/outbox.h"
#include "daemon/outbox/variables.h"
#include "daemon/runner.h"
#include "i18n/understand.h"

#define ORDER_WAIT  HOUR
#define ORDER_AGAIN (30 * SECOND)

static const char *
site_language_of(const struct daemon *d, const struct situation *s)
{
	const struct conf_account *a = daemon_account(d, s->account_name);

	return a && a->connector->language ? a->connector->language(s->marketplace) : NULL;
}

void
situation_guess(struct daemon *d, struct situation *s, int64_t now)
{
	const char *site_language = site_language_of(d, s);
	const struct language_guess *language;
	const struct intent *intent;
	struct understanding u;

	if (!s->message || s->language)
		return;
	understand(d->phrases, s->text, site_language, s->item_title, &u);
	language = &u.language;
	intent = &u.intent;
	message_set_guess(d->store, s->message, language->language, (int)language->certainty, intent->intent,
			  intent->confident, intent->risk);
	journal_add(d->store, now, s->account, "read",
		    arena_fmt(store_arena(d->store), "m%lld", (long long)s->message),
		    json_pack("{s:s, s:i, s:i, s:s, s:s, s:b, s:b, s:s}", "language", language->language,
			      "certainty", (int)language->certainty, "percent", language->percent, "intent",
			      intent->intent, "second", intent->second, "confident", intent->confident,
			      "risk", intent->risk, "phrases", buf_str(&intent->why)));
	s->language = arena_strdup(store_arena(d->store), language->language);
	s->certainty = (int)language->certainty;
	s->intent = arena_strdup(store_arena(d->store), intent->intent);
	s->confident = intent->confident;
	s->risk = intent->risk;
	buf_free(&u.intent.why);
}

/* What a verdict became. */
struct deed {
	int64_t action, task;
	int64_t quiet_until; /* so long is the buyer not disturbed; 0 */
};

static void
explain(struct daemon *d, const struct situation *s, const struct verdict *v, const struct deed *deed,
	int64_t now)
{
	json_t *losers = json_array(), *cautions = json_array();
	char quiet[INSTANT_TEXT];

	instant_format(deed->quiet_until, quiet);
	for (int i = 0; i < v->nlosers; i++)
		json_array_append_new(losers, json_string(v->losers[i]->name));
	for (int i = 0; v->caution[i]; i++)
		json_array_append_new(cautions, json_pack("{s:s}", "packed", v->caution[i]));
	journal_add(d->store, now, s->account, "decide",
		    arena_fmt(store_arena(d->store), "e%lld", (long long)s->event),
		    json_pack("{s:s, s:I, s:I, s:I, s:I, s:s*, s:o*, s:o, s:o, s:I, s:I, s:s*, s:o*}",
			      "event", s->kind, "message", (json_int_t)s->message, "conversation",
			      (json_int_t)s->conversation, "dispute", (json_int_t)s->dispute, "feedback",
			      (json_int_t)s->feedback, "rule", v->rule ? v->rule->name : NULL, "nothing",
			      v->nothing ? json_pack("{s:s}", "packed", v->nothing) : NULL, "losers", losers,
			      "cautions", cautions, "action", (json_int_t)deed->action, "task",
			      (json_int_t)deed->task, "quiet_until_at", deed->quiet_until ? quiet : NULL,
			      "nobody_there", s->missed ? json_true() : NULL));
}

/* One digest instead of a flood: what was taken in too late to be answered automatically. */
static void
digest(struct daemon *d, struct runner *r, int64_t now)
{
	char packed[ERR_MAX];
	const char *cause = arena_fmt(store_arena(d->store), "older/%s", r->conf->name);

	pack(packed,
	     "%s: %d older messages were taken in and are not answered automatically; see 'supercargo inbox'",
	     r->conf->name, r->too_old);
	notice_clear(d->store, cause, now);
	notice_raise(d->store, cause, r->id, packed, now);
	log_info("%s: %d older messages were taken in and are not answered automatically", r->conf->name,
		 r->too_old);
	r->too_old_told = r->too_old;
}

/* When an answer to this event is due; 0: never. */
static int64_t
deadline_of(struct daemon *d, const struct conf_account *a, struct situation *s, int64_t now)
{
	const char *row;

	if (!strncmp(s->kind, "dispute.", 8)) {
		set_respond_by(d, a, s, now);
		return s->respond_by;
	}
	if (!strncmp(s->kind, "feedback.", 9))
		return policy_deadline(daemon_policy(d, a->connector), "feedback", s->at, &row);
	return s->conversation && s->oldest_unanswered
		       ? set_deadline(d, a, s->conversation, s->oldest_unanswered)
		       : 0;
}

static void
do_it(struct daemon *d, const struct situation *s, const struct verdict *v, int64_t deadline,
      struct deed *deed, int64_t now)
{
	const struct conf_rule *rule = v->rule;
	char kind[KIND_MAX];
	struct err err = {""};
	struct wish w = {
		.kind = kind,
		.rule = rule->name,
		.template_id = *rule->template_id ? rule->template_id : NULL,
		.how = v->how,
		.why = v->caution[0],
		.not_before = now + rule->delay,
		.deadline = deadline,
		.code = *rule->code ? rule->code : NULL,
	};

	w.not_before =
		quiet_over(&rule->quiet, s, daemon_account(d, s->account_name), w.not_before, deadline);
	deed->quiet_until = w.not_before > now + rule->delay ? w.not_before : 0;
	rule_kind(situation_subject(s), rule->action, kind);
	w.intent_key =
		arena_fmt(store_arena(d->store), "%s/e%lld/%s", d->installation, (long long)s->event, kind);
	if (money_of_rule(&rule->amount, s, &w.amount, &err)) {
		w.how = RULE_APPROVE;
		w.why = err.text;
	}
	if (outbox_left_to_people(d, s, kind))
		deed->task = outbox_task(d, s, &w, now);
	else
		deed->action = outbox_wish(d, s, &w, now);
}

/* A rule that leaves it to its template. */
static void
as_template(const struct daemon *d, const struct situation *s, struct verdict *v)
{
	const enum rule_do mode = library_mode(d->library, v->rule->template_id, s->platform);

	if (mode == RULE_OFF) {
		v->nothing = TEXT("the template of the rule that fits is off for this platform");
		v->rule = NULL;
	} else if (v->how == RULE_AS_TEMPLATE) {
		v->how = mode;
	}
}

void
situation_presence(struct daemon *d, struct situation *s, const struct conf_account *a, int64_t now)
{
	s->missed = presence_missed(s, a, now);
	s->no_acknowledgement = !policy_acknowledges(daemon_policy(d, a->connector), now, NULL);
}

/* What the account lets no rule do. */
static void
by_account(const struct conf_account *a, const struct situation *s, struct verdict *v)
{
	char kind[KIND_MAX];

	rule_kind(situation_subject(s), v->rule->action, kind);
	if (conf_kind_mode(a, kind) != RULE_OFF)
		return;
	v->nothing = TEXT("the account lets no rule do this");
	v->rule = NULL;
}

static void
decide_one(struct daemon *d, struct situation *s, int64_t now)
{
	const struct conf_account *a = daemon_account(d, s->account_name);
	struct runner *r = runner_of(d, s->account); /* NULL: history is decided once more */
	struct verdict v[VERDICTS_MAX];
	int64_t deadline;
	int n;

	if (!a)
		return; /* no longer configured: the record stays, nothing is done */
	situation_guess(d, s, now);
	s->closed = account_closed(s, a, now);
	situation_presence(d, s, a, now);
	deadline = deadline_of(d, a, s, now);
	n = decide(s, d->conf->rules, d->conf->nrules, d->armed, site_language_of(d, s), now, v,
		   VERDICTS_MAX);
	if (r && !strncmp(s->kind, "message.", 8) &&
	    (v->too_old || s->at < (s->armed ? s->armed : s->created)))
		r->too_old++;
	for (int i = 0; i < n; i++) {
		struct deed deed = {0};

		if (v[i].rule && v[i].rule->mode == RULE_AS_TEMPLATE)
			as_template(d, s, &v[i]);
		if (v[i].rule)
			by_account(a, s, &v[i]);
		if (v[i].rule)
			do_it(d, s, &v[i], deadline, &deed, now);
		explain(d, s, &v[i], &deed, now);
	}
}

/* What cannot be decided must not stand before all the others, turn after turn: it is told, and a person sees to it. */
static void
undecided(struct daemon *d, int64_t event, const struct err *why, int64_t now)
{
	const char *id = arena_fmt(store_arena(d->store), "e%lld", (long long)event);
	char packed[ERR_MAX];

	pack(packed, "something that came in could not be decided; 'supercargo explain %s' says why", id);
	journal_add(d->store, now, 0, "decide", id,
		    json_pack("{s:I, s:{s:s}}", "event", (json_int_t)event, "nothing", "packed", why->text));
	notice_raise(d->store, arena_fmt(store_arena(d->store), "undecided/%s", id), 0, packed, now);
	log_reason(why->text);
}

/* Rules ask about orders: what names one that was not read yet waits for it, and what names none, while the account catches up; an hour at
 * most, and not into the last one of a clock.  Until when; 0: it does not wait. */
static int64_t
waits_for_its_order(const struct daemon *d, const struct situation *s, int64_t now)
{
	const struct runner *r = runner_of(d, s->account);
	int64_t most = (s->at > d->started ? s->at : d->started) + ORDER_WAIT;

	if (s->order || !r || (!s->order_remote && !r->sweep_from))
		return 0;
	if (s->respond_by && most > s->respond_by - ORDER_WAIT)
		most = s->respond_by - ORDER_WAIT;
	if (most <= now)
		return 0;
	return most < now + ORDER_AGAIN ? most : now + ORDER_AGAIN;
}

/* The oldest event that is due, in a page of its own: 1, 0 when there is none, and then when the next comes. */
static int
decide_next(struct daemon *d, int64_t now, int64_t *next)
{
	struct situation s = {0};
	int64_t later = 0;
	struct err why;
	int there;

	store_page_begin(d->store);
	there = event_next(d->store, now, &s, next);
	if (there)
		later = waits_for_its_order(d, &s, now);
	if (there && !later)
		decide_one(d, &s, now);
	if (store_page_spoiled(d->store, &why)) {
		undecided(d, s.event, &why, now);
		there = s.event != 0;
	}
	if (there && later)
		event_wait(d->store, s.event, later);
	else if (there)
		event_done(d->store, s.event);
	store_page_keep(d->store);
	return there && !store_failed(d->store);
}

int64_t
events_decide(struct daemon *d, int max, int64_t now)
{
	int64_t next = INT64_MAX;

	d->drawn = 0;
	while (decide_next(d, now, &next))
		if (--max <= 0 || d->drawn)
			return now;
	for (int i = 0; i < d->nrunners; i++)
		if (d->runners[i].too_old > d->runners[i].too_old_told && !d->runners[i].sweep_from &&
		    !d->runners[i].paging)
			digest(d, &d->runners[i], now);
	return next;
}
