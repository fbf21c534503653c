#include "daemon/events.h"

#include <string.h>

#include "daemon/decide/decide.h"
#include "daemon/log.h"
#include "daemon/outbox/outbox.h"
#include "daemon/runner.h"
#include "i18n/language.h"

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
	struct language_guess language;
	struct intent intent = {.why = BUF_MAX(4096)};

	if (!s->message || s->language)
		return;
	language_detect(s->text, site_language, s->item_title, &language);
	intent_classify(d->phrases, s->text, language.language, &intent);
	message_set_guess(d->store, s->message, language.language, (int)language.certainty, intent.intent,
			  intent.confident, intent.risk);
	journal_add(d->store, now, s->account, "read",
		    arena_fmt(store_arena(d->store), "m%lld", (long long)s->message),
		    json_pack("{s:s, s:i, s:i, s:s, s:s, s:b, s:b, s:s}", "language", language.language,
			      "certainty", (int)language.certainty, "percent", language.percent, "intent",
			      intent.intent, "second", intent.second, "confident", intent.confident, "risk",
			      intent.risk, "phrases", buf_str(&intent.why)));
	s->language = arena_strdup(store_arena(d->store), language.language);
	s->certainty = (int)language.certainty;
	s->intent = arena_strdup(store_arena(d->store), intent.intent);
	s->confident = intent.confident;
	s->risk = intent.risk;
	buf_free(&intent.why);
}

static void
explain(struct daemon *d, const struct situation *s, const struct verdict *v, int64_t action, int64_t now)
{
	json_t *losers = json_array(), *cautions = json_array();

	for (int i = 0; i < v->nlosers; i++)
		json_array_append_new(losers, json_string(v->losers[i]->name));
	for (int i = 0; v->caution[i]; i++)
		json_array_append_new(cautions, json_pack("{s:s}", "packed", v->caution[i]));
	journal_add(d->store, now, s->account, "decide",
		    arena_fmt(store_arena(d->store), "e%lld", (long long)s->event),
		    json_pack("{s:s, s:I, s:I, s:s*, s:o*, s:o, s:o, s:I}", "event", s->kind, "message",
			      (json_int_t)s->message, "conversation", (json_int_t)s->conversation, "rule",
			      v->rule ? v->rule->name : NULL, "nothing",
			      v->nothing ? json_pack("{s:s}", "packed", v->nothing) : NULL, "losers", losers,
			      "cautions", cautions, "action", (json_int_t)action));
}

int64_t
set_deadline(struct daemon *d, const struct conf_account *a, int64_t conversation, int64_t since)
{
	const char *row = NULL;
	int64_t deadline = policy_deadline(daemon_policy(d, a->connector), "message", since, &row);

	if (!deadline || deadline > since + a->answer_within) {
		deadline = since + a->answer_within;
		row = "goal: answer_within";
	}
	conversation_set_answer_by(d->store, conversation, deadline, row);
	return deadline;
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

static void
decide_one(struct daemon *d, struct situation *s, const int64_t *armed, int64_t now)
{
	const struct conf_account *a = daemon_account(d, s->account_name);
	struct verdict v;
	struct wish w = {0};
	int64_t deadline = 0, action = 0;

	if (!a)
		return; /* no longer configured: the record stays, nothing is done */
	situation_guess(d, s, now);
	if (s->conversation && s->oldest_unanswered)
		deadline = set_deadline(d, a, s->conversation, s->oldest_unanswered);
	decide(s, d->conf->rules, d->conf->nrules, armed, site_language_of(d, s), now, &v);
	if (s->message && (v.too_old || s->at < (s->armed ? s->armed : s->created)))
		runner_of(d, s->account)->too_old++;
	if (v.rule) {
		w.kind = v.rule->action;
		w.intent_key = arena_fmt(store_arena(d->store), "%s/e%lld/%s", d->installation,
					 (long long)s->event, v.rule->action);
		w.rule = v.rule->name;
		w.template_id = v.rule->template_id;
		w.how = v.how;
		w.why = v.caution[0];
		w.not_before = now + v.rule->delay;
		w.deadline = deadline;
		action = outbox_wish(d, s, &w, now);
	}
	explain(d, s, &v, action, now);
}

int64_t
events_decide(struct daemon *d, int max, int64_t now)
{
	int64_t *armed = arena_alloc(store_arena(d->store), (size_t)(d->conf->nrules + 1) * sizeof *armed);
	struct situation s;
	int64_t next = INT64_MAX;

	for (int i = 0; i < d->conf->nrules; i++)
		armed[i] = rule_armed(d->store, d->conf->rules[i].name, d->conf->rules[i].hash, now);
	while (event_next(d->store, now, &s, &next)) {
		if (store_failed(d->store))
			return INT64_MAX;
		if (max-- <= 0)
			return now;
		decide_one(d, &s, armed, now);
		event_done(d->store, s.event);
	}
	for (int i = 0; i < d->nrunners; i++)
		if (d->runners[i].too_old > d->runners[i].too_old_told && !d->runners[i].sweep_from &&
		    !d->runners[i].paging)
			digest(d, &d->runners[i], now);
	return next;
}
