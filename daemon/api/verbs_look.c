#include <string.h>

#include "base/instant.h"
#include "base/text.h"
#include "daemon/afresh.h"
#include "daemon/api/ask.h"
#include "daemon/deadline/clocks.h"
#include "daemon/events.h"
#include "daemon/hours/presence.h"
#include "daemon/outbox/fallback.h"
#include "daemon/pace/usage.h"
#include "daemon/quarantine.h"
#include "daemon/schedule/forecast.h"

#define FILE_TEXT_MAX (30u << 20) /* of an answer */
#define QUOTAS_MAX    256

/* Why an account sends nothing yet, beside it. */
static void
quarantine_shown(struct ask *q, json_t *accounts)
{
	char packed[ERR_MAX];
	json_t *a;
	size_t i;

	json_array_foreach(accounts, i, a)
		for (int n = 0; n < q->d->nrunners; n++)
			if (!strcmp(q->d->runners[n].conf->name, json_text(a, "name")) &&
			    quarantine_reason(q->d, &q->d->runners[n], packed))
				json_object_set_new(a, "quarantine", json_pack("{s:s}", "packed", packed));
}

/* Whether somebody is there, and until when (not so: nobody is) that stays; null: for ever. */
static void
presence_shown(const struct ask *q, const struct conf_account *a, json_t *shown)
{
	const int there = presence_there(a, NULL, q->now);
	const int64_t until = presence_next(a, NULL, q->now, !there);
	char at[INSTANT_TEXT];

	json_object_set_new(shown, "there", json_boolean(there));
	if (until != HOURS_NEVER)
		instant_format(until, at);
	json_object_set_new(shown, there ? "leaves_at" : "back_at",
			    until == HOURS_NEVER ? json_null() : json_string(at));
}

static void
presences_shown(struct ask *q, json_t *accounts)
{
	json_t *shown;
	size_t i;

	json_array_foreach(accounts, i, shown) {
		const struct conf_account *a = daemon_account(q->d, json_text(shown, "name"));

		if (a)
			presence_shown(q, a, shown);
	}
}

/* The accounts where nobody is. */
static json_t *
away(struct ask *q)
{
	json_t *list = json_array();

	for (int i = 0; i < q->d->nrunners; i++) {
		const struct conf_account *a = q->d->runners[i].conf;

		if (presence_there(a, NULL, q->now))
			continue;
		json_array_append_new(list, json_pack("{s:s}", "name", a->name));
		presence_shown(q, a, json_array_get(list, json_array_size(list) - 1));
	}
	return list;
}

static json_t *
quotas_shown(struct ask *q)
{
	struct usage list[QUOTAS_MAX];
	const int n = usage_quotas(q->d, q->now, list, QUOTAS_MAX);
	json_t *shown = json_array();
	char until[INSTANT_TEXT];

	for (int i = 0; i < n; i++) {
		instant_format(list[i].until, until);
		json_array_append_new(
			shown, json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:s}", "owner", list[i].owner,
					 "quota", list[i].name, "limit", (json_int_t)list[i].limit, "used",
					 (json_int_t)list[i].used, "left", (json_int_t)list[i].left,
					 "for_sends", (json_int_t)list[i].for_sends, "until_at", until));
	}
	return shown;
}

static void
age_shown(struct ask *q, json_t *accounts)
{
	json_t *a;
	size_t i;

	json_array_foreach(accounts, i, a)
		for (int n = 0; n < q->d->nrunners; n++)
			if (!strcmp(q->d->runners[n].conf->name, json_text(a, "name"))) {
				const int64_t age = usage_news_age(q->d, &q->d->runners[n]);

				json_object_set_new(a, "message_age_ms",
						    age < 0 ? json_null() : json_integer(age));
			}
}

static json_t *
v_status(struct ask *q)
{
	json_t *r = view_status(q->d->store, q->now);
	char at[INSTANT_TEXT];

	instant_format(q->d->started, at);
	quarantine_shown(q, json_object_get(r, "accounts"));
	presences_shown(q, json_object_get(r, "accounts"));
	age_shown(q, json_object_get(r, "accounts"));
	json_object_set_new(r, "quotas", quotas_shown(q));
	json_object_set_new(r, "version", json_string(SUPERCARGO_VERSION));
	json_object_set_new(r, "started_at", json_string(at));
	json_object_set_new(r, "language",
			    json_string(q->d->conf->service.language == LANG_ZH ? "zh-Hans" : "en"));
	json_object_set_new(r, "sends_wait_for_clock", json_boolean(q->d->clock_back));
	return r;
}

/* What waits for a person is shown with its language and intent, also when it is older than what rules look at. */
static int
guess_waiting(struct ask *q, const char *id, struct situation *s)
{
	int64_t number;
	char kind;

	if (!id || local_id(id, &kind, &number) || kind != 'c' ||
	    !situation_load(q->d->store, &(struct around){.conversation = number}, q->now, s) ||
	    !s->oldest_unanswered)
		return 0;
	situation_guess(q->d, s, q->now);
	return s->language != NULL;
}

static void
guess_shown(struct ask *q, json_t *conversation)
{
	struct situation s;

	if (!json_text(conversation, "unanswered_since_at") || json_text(conversation, "language") ||
	    !guess_waiting(q, json_text(conversation, "id"), &s))
		return;
	json_object_set_new(conversation, "language", json_string(s.language));
	json_object_set_new(conversation, "intent", json_string(s.intent));
}

static json_t *
v_inbox(struct ask *q)
{
	json_t *r = view_inbox(q->d->store, limit_arg(q, 50), arg(q, "after"), arg(q, "account"),
			       json_flag(q->args, "all", 0)),
	       *c;
	size_t i;

	json_array_foreach(json_object_get(r, "conversations"), i, c)
		guess_shown(q, c);
	return r;
}

static json_t *
v_find(struct ask *q)
{
	return view_find(q->d->store, arg(q, "words"), limit_arg(q, 20));
}

/* ---- what is done without approval ---- */

static void
put_fallback(json_t *thing, const struct fallback *f)
{
	char at[INSTANT_TEXT];

	instant_format(f->at, at);
	json_object_set_new(thing, "fallback", json_string(f->kind));
	json_object_set_new(thing, "fallback_at", json_string(at));
}

void
fallback_shown(struct ask *q, json_t *action)
{
	const char *state = json_text(action, "state");
	struct fallback f;
	struct unapproved w;
	int64_t id;
	char kind;

	if (state && (!strcmp(state, "draft") || !strcmp(state, "held")) &&
	    !local_id(json_text(action, "id"), &kind, &id) && kind == 'a' &&
	    outbox_waiting_one(q->d->store, id, &w) && fallback_of(q->d, &w, &f) &&
	    fallback_promised(q->d, &w))
		put_fallback(action, &f);
}

void
fallbacks_shown(struct ask *q, json_t *actions)
{
	json_t *action;
	size_t i;

	json_array_foreach(actions, i, action)
		fallback_shown(q, action);
}

/* The first that is done about what is due. */
static void
deadline_fallback(struct ask *q, json_t *deadline)
{
	struct unapproved list[8];
	struct fallback f, first = {.at = INT64_MAX};
	int64_t id;
	char kind;
	int n;

	if (local_id(json_text(deadline, "id"), &kind, &id) || (kind != 'd' && kind != 'c'))
		return;
	n = outbox_waiting_about(q->d->store, kind, id, list, 8);
	for (int i = 0; i < n; i++)
		if (fallback_of(q->d, &list[i], &f) && f.at < first.at && fallback_promised(q->d, &list[i]))
			first = f;
	if (first.rule)
		put_fallback(deadline, &first);
}

static json_t *
v_show(struct ask *q)
{
	struct situation s;
	json_t *r;

	guess_waiting(q, arg(q, "id"), &s);
	r = view_show(q->d->store, arg(q, "id"));
	if (json_is_object(r)) {
		beside_shown(q, r);
		beside_all(q, json_object_get(r, "actions"));
		fallback_shown(q, r);
		fallbacks_shown(q, json_object_get(r, "actions"));
		return r;
	}
	json_decref(r);
	fail(&q->err, "there is nothing with the id \"%s\"", arg(q, "id"));
	return refuse(q, "not-found");
}

static json_t *
v_outbox(struct ask *q)
{
	json_t *r = view_outbox(q->d->store, arg(q, "state"), arg(q, "account"), limit_arg(q, 50),
				arg(q, "after"));

	beside_all(q, json_object_get(r, "actions"));
	fallbacks_shown(q, json_object_get(r, "actions"));
	return r;
}

static json_t *
v_deadlines(struct ask *q)
{
	json_t *r = view_deadlines(q->d->store, q->now, limit_arg(q, 50)), *deadline;
	size_t i;

	json_array_foreach(json_object_get(r, "deadlines"), i, deadline)
		deadline_fallback(q, deadline);
	json_object_set_new(r, "forecast", forecast_json(q->d, q->now));
	json_object_set_new(r, "away", away(q));
	return r;
}

static json_t *
v_explain(struct ask *q)
{
	json_t *r = view_explain(q->d->store, arg(q, "id")), *action;

	if (json_is_object(r) && arg(q, "id") && *arg(q, "id") == 'a') {
		action = view_show(q->d->store, arg(q, "id"));
		fallback_shown(q, action);
		if (json_object_get(action, "fallback")) {
			json_object_set(r, "fallback", json_object_get(action, "fallback"));
			json_object_set(r, "fallback_at", json_object_get(action, "fallback_at"));
		}
		json_decref(action);
	}
	if (json_is_object(r)) {
		json_object_set_new(r, "deadline", clock_explained(q->d, arg(q, "id")));
		return r;
	}
	json_decref(r);
	fail(&q->err, "there is nothing with the id \"%s\"", arg(q, "id"));
	return refuse(q, "not-found");
}

static json_t *
v_odd(struct ask *q)
{
	json_t *r;
	const int retry = json_flag(q->args, "retry", 0);
	int again = 0;

	if (retry && q->role < ROLE_AGENT)
		return deny(q);
	for (int i = 0; retry && i < q->d->nrunners; i++)
		again += afresh_want(q->d, &q->d->runners[i], q->now);
	r = view_odd(q->d->store, limit_arg(q, 50));
	json_object_set_new(r, "again", json_integer(again));
	return r;
}

static json_t *
v_disputes(struct ask *q)
{
	return view_disputes(q->d->store, arg(q, "account"), json_flag(q->args, "all", 0), limit_arg(q, 50),
			     arg(q, "after"));
}

static json_t *
v_feedback(struct ask *q)
{
	return view_feedback(q->d->store, arg(q, "account"), json_flag(q->args, "all", 0), limit_arg(q, 50),
			     arg(q, "after"));
}

static json_t *
v_report(struct ask *q)
{
	return view_report(q->d->store, arg(q, "account"), q->now);
}

/* One of the files of a thing, with its number; `of`: how many there are. */
static json_t *
v_file(struct ask *q)
{
	const int number = (int)json_int(q->args, "number", 1);
	struct attachment_file f;
	const int of = kept_file(q->d->store, arg(q, "id"), number, &f);
	struct buf bytes = BUF_MAX(FILE_TEXT_MAX);
	json_t *r;

	if (!of) {
		fail(&q->err, "\"%s\" has no file %d here", arg(q, "id") ? arg(q, "id") : "", number);
		return refuse(q, "not-found");
	}
	if (base64_encode(&bytes, f.bytes, f.len)) {
		buf_free(&bytes);
		fail(&q->err, "file %d of %s is too long", number, arg(q, "id"));
		return refuse(q, "conflict");
	}
	r = json_pack("{s:i, s:i, s:s?, s:s?, s:s%}", "number", number, "of", of, "name", f.name, "type",
		      f.type, "base64", buf_str(&bytes), bytes.len);
	buf_free(&bytes);
	return r;
}

const struct api_verb look_verbs[] = {
	{"status", ROLE_VIEWER, v_status},
	{"inbox", ROLE_VIEWER, v_inbox},
	{"find", ROLE_VIEWER, v_find},
	{"show", ROLE_VIEWER, v_show},
	{"outbox", ROLE_VIEWER, v_outbox},
	{"deadlines", ROLE_VIEWER, v_deadlines},
	{"explain", ROLE_VIEWER, v_explain},
	{"odd", ROLE_VIEWER, v_odd},
	{"disputes", ROLE_VIEWER, v_disputes},
	{"feedback", ROLE_VIEWER, v_feedback},
	{"report", ROLE_VIEWER, v_report},
	{"file", ROLE_VIEWER, v_file},
	{0},
};
