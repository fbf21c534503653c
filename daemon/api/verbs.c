#include "daemon/api/verbs.h"

#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "daemon/events.h"
#include "daemon/log.h"
#include "daemon/outbox/outbox.h"
#include "daemon/runner.h"

#define TEXT_MAX  (64u << 10) /* of a reply or note */
#define LIMIT_MAX 1000

struct ask {
	struct daemon *d;
	json_t *args;
	const char *operator; /* name of the person */
	enum role role;
	enum lang lang;
	int64_t now;
	const char *code; /* of the refusal */
	struct err err;
};

/* ---- arguments ---- */

static json_t *
refuse(struct ask *q, const char *code)
{
	q->code = code;
	return NULL;
}

static const char *
arg(const struct ask *q, const char *key)
{
	return json_text(q->args, key);
}

static int
limit(const struct ask *q, int otherwise)
{
	const int64_t n = json_int(q->args, "limit", otherwise);

	return n < 1 ? 1 : n > LIMIT_MAX ? LIMIT_MAX : (int)n;
}

/* "c12" of the kind that is wanted; 0 with a refusal. */
static int64_t
id_of(struct ask *q, const char *text, char kind)
{
	char found;
	int64_t id;

	if (text && !local_id(text, &found, &id) && found == kind)
		return id;
	fail(&q->err, "\"%s\" is no id of this kind; expected %c and a number, as the lists show",
	     text ? text : "", kind);
	q->code = "invalid";
	return 0;
}

static const struct conf_account *
account_arg(struct ask *q)
{
	const char *name = arg(q, "account");
	const struct conf_account *a = name ? daemon_account(q->d, name) : NULL;

	if (!a) {
		fail(&q->err, "there is no account \"%s\" in the configuration", name ? name : "");
		q->code = "not-found";
	}
	return a;
}

/* ---- looking ---- */

static json_t *
v_status(struct ask *q)
{
	json_t *r = view_status(q->d->store, q->now);
	char at[INSTANT_TEXT];

	instant_format(q->d->started, at);
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
	    !situation_load(q->d->store, &(struct around){.conversation = number}, q->now, s) || !s->oldest_unanswered)
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
	json_t *r = view_inbox(q->d->store, limit(q, 50), arg(q, "after"), arg(q, "account"),
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
	return view_find(q->d->store, arg(q, "words"), limit(q, 20));
}

static json_t *
v_show(struct ask *q)
{
	struct situation s;
	json_t *r;

	guess_waiting(q, arg(q, "id"), &s);
	r = view_show(q->d->store, arg(q, "id"));
	if (json_is_object(r))
		return r;
	json_decref(r);
	fail(&q->err, "there is nothing with the id \"%s\"", arg(q, "id"));
	return refuse(q, "not-found");
}

static json_t *
v_outbox(struct ask *q)
{
	return view_outbox(q->d->store, arg(q, "state"), arg(q, "account"), limit(q, 50), arg(q, "after"));
}

static json_t *
v_deadlines(struct ask *q)
{
	return view_deadlines(q->d->store, q->now, limit(q, 50));
}

static json_t *
v_explain(struct ask *q)
{
	json_t *r = view_explain(q->d->store, arg(q, "id"));

	if (json_is_object(r))
		return r;
	json_decref(r);
	fail(&q->err, "there is nothing with the id \"%s\"", arg(q, "id"));
	return refuse(q, "not-found");
}

static json_t *
v_odd(struct ask *q)
{
	return view_odd(q->d->store, limit(q, 50));
}

/* ---- work ---- */

static json_t *
action_shown(struct ask *q, int64_t id)
{
	char text[32];

	snprintf(text, sizeof text, "a%lld", (long long)id);
	return json_pack("{s:o}", "action", view_show(q->d->store, text));
}

static json_t *
v_reply(struct ask *q)
{
	const int64_t id = id_of(q, arg(q, "conversation"), 'c');
	const struct conf_account *a;
	struct situation s;
	struct wish w = {.kind = "reply",
			 .operator= q->operator,
			 .template_id = arg(q, "template"),
			 .locale = arg(q, "locale"),
			 .text = arg(q, "text"),
			 .how = RULE_AUTO};

	if (!id)
		return NULL;
	if (!situation_load(q->d->store, &(struct around){.conversation = id}, q->now, &s)) {
		fail(&q->err, "there is no conversation c%lld", (long long)id);
		return refuse(q, "not-found");
	}
	situation_guess(q->d, &s, q->now);
	if (!w.template_id && (!w.text || !*w.text || strlen(w.text) > TEXT_MAX)) {
		fail(&q->err, "a reply needs a text (at most 64 KiB) or a template");
		return refuse(q, "invalid");
	}
	if (!(a = daemon_account(q->d, s.account_name))) {
		fail(&q->err, "the account %s is not in the configuration", s.account_name);
		return refuse(q, "conflict");
	}
	if (account_mode(q->d->store, s.account, s.marketplace) <= MODE_OBSERVE) {
		fail(&q->err, "%s does not send: its mode is %s; arm it with 'supercargo account arm %s'",
		     s.account_name, mode_name(account_mode(q->d->store, s.account, s.marketplace)),
		     s.account_name);
		return refuse(q, "conflict");
	}
	if (w.text && policy_check_text(daemon_policy(q->d, a->connector), w.kind, w.text, q->now, &q->err))
		return refuse(q, "invalid");
	w.not_before = q->now + q->d->conf->service.undo;
	w.deadline = s.oldest_unanswered ? s.oldest_unanswered + a->answer_within : 0;
	return action_shown(q, outbox_wish(q->d, &s, &w, q->now));
}

/* One act on each of "ids" (or "id"); what was done stays done when a later one is refused. */
static json_t *
each_action(struct ask *q, int (*act)(struct daemon *, int64_t, const char *, int64_t, struct err *))
{
	json_t *ids = json_list(q->args, "ids"), *done = json_array(), *one;
	const char *single = arg(q, "id");
	size_t i = 0, n = ids ? json_array_size(ids) : single ? 1 : 0;
	int64_t id;

	for (i = 0; i < n; i++) {
		if (!(id = id_of(q, ids ? json_string_value(json_array_get(ids, i)) : single, 'a')))
			break;
		if (act(q->d, id, q->operator, q->now, &q->err)) {
			q->code = "conflict";
			break;
		}
		one = action_shown(q, id);
		json_array_append(done, json_object_get(one, "action"));
		json_decref(one);
	}
	if (n && i == n)
		return json_pack("{s:o}", "actions", done);
	json_decref(done);
	if (!n) {
		fail(&q->err, "no action was named; expected ids like a12");
		q->code = "invalid";
	}
	return NULL;
}

static json_t *
v_approve(struct ask *q)
{
	return each_action(q, outbox_approve);
}

static json_t *
v_drop(struct ask *q)
{
	return each_action(q, outbox_drop);
}

static json_t *
v_undo(struct ask *q)
{
	return each_action(q, outbox_undo);
}

static json_t *
v_edit(struct ask *q)
{
	const int64_t id = id_of(q, arg(q, "id"), 'a');
	const char *text = arg(q, "text");

	if (!id)
		return NULL;
	if (!text || !*text || strlen(text) > TEXT_MAX) {
		fail(&q->err, "an edit needs a text (at most 64 KiB)");
		return refuse(q, "invalid");
	}
	return outbox_edit(q->d, id, text, q->operator, q->now, &q->err) ? refuse(q, "conflict")
									 : action_shown(q, id);
}

static json_t *
v_resolve(struct ask *q)
{
	const int64_t id = id_of(q, arg(q, "id"), 'a');
	const char *outcome = arg(q, "outcome");

	if (!id)
		return NULL;
	if (!outcome || (strcmp(outcome, "sent") != 0 && strcmp(outcome, "not-sent") != 0)) {
		fail(&q->err, "found \"%s\", expected sent or not-sent", outcome ? outcome : "");
		return refuse(q, "invalid");
	}
	return outbox_resolve(q->d, id, !strcmp(outcome, "sent"), q->operator, q->now, &q->err)
		       ? refuse(q, "conflict")
		       : action_shown(q, id);
}

static json_t *
v_note(struct ask *q)
{
	const char *id = arg(q, "id"), *text = arg(q, "text");
	json_t *about = id ? view_show(q->d->store, id) : NULL;
	const int there = json_is_object(about);

	json_decref(about);
	if (!there || !text || !*text || strlen(text) > TEXT_MAX) {
		fail(&q->err, "a note needs the id of something that is there, and a text (at most 64 KiB)");
		return refuse(q, there ? "invalid" : "not-found");
	}
	note_add(q->d->store, id, q->operator, text, q->now);
	return json_object();
}

/* ---- switches ---- */

static void
switched(struct ask *q, int64_t account, const char *what, const char *value)
{
	journal_add(q->d->store, q->now, account, what, "",
		    json_pack("{s:s, s:s*}", "operator", q->operator, "value", value));
	runner_touch(q->d, account);
}

static json_t *
accounts_shown(struct ask *q)
{
	json_t *status = view_status(q->d->store, q->now),
	       *r = json_pack("{s:O}", "accounts", json_object_get(status, "accounts"));

	json_decref(status);
	return r;
}

static json_t *
pause_or_resume(struct ask *q, int paused)
{
	const int all = json_flag(q->args, "all", 0);
	const struct conf_account *a = all ? NULL : account_arg(q);
	struct account_row row;

	if (!all && !a)
		return NULL;
	if (all && !paused && q->d->clock_back)
		meta_set(q->d->store, "last_commit",
			 arena_fmt(store_arena(q->d->store), "%lld", (long long)q->now));
	for (int i = 0; i < q->d->nrunners; i++) {
		struct runner *r = &q->d->runners[i];

		if (a && r->conf != a)
			continue;
		account_set_paused(q->d->store, r->id, paused);
		if (!paused && account_get_row(q->d->store, r->conf->name, &row)) {
			account_set_breaker(q->d->store, r->id, NULL);
			notice_clear(q->d->store,
				     arena_fmt(store_arena(q->d->store), "breaker/%s", r->conf->name),
				     q->now);
			runner_revive(q->d, r);
		}
		switched(q, r->id, paused ? "pause" : "resume", NULL);
		log_info(paused ? "%s: paused; nothing is sent" : "%s: resumed", r->conf->name);
	}
	return accounts_shown(q);
}

static json_t *
v_pause(struct ask *q)
{
	return pause_or_resume(q, 1);
}

static json_t *
v_resume(struct ask *q)
{
	return pause_or_resume(q, 0);
}

static int
set_mode(struct ask *q, const char *text, int armed)
{
	const struct conf_account *a = account_arg(q);
	const char *marketplace = arg(q, "marketplace");
	const int mode = text ? mode_value(text) : MODE_AUTO;
	struct account_row row;

	if (!a)
		return -1;
	if (mode < 0 || (armed && mode < MODE_DRAFT)) {
		q->code = "invalid";
		return fail(&q->err,
			    armed ? "found mode \"%s\", expected draft or auto"
				  : "found mode \"%s\", expected off, observe, draft or auto",
			    text);
	}
	account_get_row(q->d->store, a->name, &row);
	if (!armed && mode >= MODE_DRAFT && !row.armed) {
		q->code = "conflict";
		return fail(&q->err,
			    "%s was never armed; say 'supercargo account arm %s' when it may begin to answer",
			    a->name, a->name);
	}
	if (marketplace)
		account_set_marketplace_mode(q->d->store, row.id, marketplace, (enum mode)mode);
	else
		account_set_mode(q->d->store, row.id, (enum mode)mode, armed ? q->now : 0);
	switched(q, row.id, armed ? "arm" : "mode", mode_name((enum mode)mode));
	log_info("%s: mode %s", a->name, mode_name((enum mode)mode));
	return 0;
}

static json_t *
v_arm(struct ask *q)
{
	return set_mode(q, arg(q, "mode"), 1) ? NULL : accounts_shown(q);
}

static json_t *
v_mode(struct ask *q)
{
	return set_mode(q, arg(q, "mode") ? arg(q, "mode") : "", 0) ? NULL : accounts_shown(q);
}

/* ---- accounts and their logins ---- */

static json_t *
capabilities(const struct runner *r, enum lang lang)
{
	static const char *const how[] = {"api", "person", "no"};
	json_t *list = json_array();

	for (const struct capability *c = r->connector->capabilities; c && c->kind; c++)
		json_array_append_new(list,
				      json_pack("{s:s, s:s, s:s?, s:s?}", "kind", c->kind, "how", how[c->how],
						"why", c->why ? say(lang, c->why) : NULL, "link", c->link));
	return list;
}

static json_t *
account_shown(struct ask *q, struct runner *r)
{
	struct credential_row c = {0};
	const char *login = "ok";
	struct account_row row;
	char until[INSTANT_TEXT] = "";
	int64_t ends = 0;

	account_get_row(q->d->store, r->conf->name, &row);
	for (const struct credential *k = r->connector->credentials; k && k->name; k++) {
		const int there = credential_get(q->d->store, r->id, k->name, &c);

		if (there && c.npasted)
			login = "pending";
		else if (k->consent && (!there || !c.ngrant))
			login = row.stopped && there ? "failed" : "needed";
		else if (row.stopped)
			login = "failed";
		if (k->consent && there)
			ends = c.grant_until;
		if (strcmp(login, "ok") != 0)
			break;
	}
	if (ends)
		instant_format(ends, until);
	return json_pack("{s:s, s:s, s:s, s:s, s:o*, s:s*, s:o}", "name", r->conf->name, "platform",
			 r->connector->name, "mode", mode_name(row.mode), "login", login, "reason",
			 row.stopped ? json_pack("{s:s}", "packed", row.stopped) : NULL, "grant_until_at",
			 *until ? until : NULL, "capabilities", capabilities(r, q->lang));
}

static json_t *
v_account_list(struct ask *q)
{
	const char *only = arg(q, "account");
	json_t *list = json_array();

	for (int i = 0; i < q->d->nrunners; i++)
		if (!only || !strcmp(only, q->d->runners[i].conf->name))
			json_array_append_new(list, account_shown(q, &q->d->runners[i]));
	return json_pack("{s:o}", "accounts", list);
}

static const struct credential *
consented(const struct conf_account *a)
{
	for (const struct credential *c = a->connector->credentials; c && c->name; c++)
		if (c->consent)
			return c;
	return NULL;
}

static json_t *
v_account_consent(struct ask *q)
{
	const struct conf_account *a = account_arg(q);
	const struct credential *c = a ? consented(a) : NULL;
	struct buf url = BUF_MAX(16u << 10);
	struct runner *r = NULL;
	struct account_row row;
	struct task t = {0};
	json_t *result;

	if (!a)
		return NULL;
	account_get_row(q->d->store, a->name, &row);
	r = runner_of(q->d, row.id);
	if (!c) {
		fail(&q->err, "%s needs no login; its key stands in the configuration", a->name);
		return refuse(q, "conflict");
	}
	t = (struct task){.account = &r->view,
			  .token = "",
			  .grant = "",
			  .cursor = "",
			  .key = "",
			  .now = q->now,
			  .arena = store_arena(q->d->store)};
	if (c->consent(&t, &url, &q->err)) {
		buf_free(&url);
		return refuse(q, "conflict");
	}
	result = json_pack("{s:s}", "url", buf_str(&url));
	buf_free(&url);
	return result;
}

static json_t *
v_account_redeem(struct ask *q)
{
	const struct conf_account *a = account_arg(q);
	const struct credential *c = a ? consented(a) : NULL;
	const char *pasted = arg(q, "pasted");

	if (!a)
		return NULL;
	if (!c || !pasted || !*pasted || strlen(pasted) > 16384) {
		fail(&q->err, "nothing was pasted; expected the whole address that the browser shows after "
			      "you agreed");
		return refuse(q, "invalid");
	}
	login_pasted(q->d, a, c, pasted, q->now);
	switched(q, 0, "login", a->name);
	return json_object();
}

/* ---- the table ---- */

static const struct api_verb {
	const char *name;
	enum role least;
	json_t *(*run)(struct ask *);
} table[] = {
	{"status", ROLE_VIEWER, v_status},
	{"inbox", ROLE_VIEWER, v_inbox},
	{"find", ROLE_VIEWER, v_find},
	{"show", ROLE_VIEWER, v_show},
	{"outbox", ROLE_VIEWER, v_outbox},
	{"deadlines", ROLE_VIEWER, v_deadlines},
	{"explain", ROLE_VIEWER, v_explain},
	{"odd", ROLE_VIEWER, v_odd},
	{"account list", ROLE_VIEWER, v_account_list},
	{"reply", ROLE_AGENT, v_reply},
	{"edit", ROLE_AGENT, v_edit},
	{"drop", ROLE_AGENT, v_drop},
	{"undo", ROLE_AGENT, v_undo},
	{"note", ROLE_AGENT, v_note},
	{"pause", ROLE_AGENT, v_pause},
	{"approve", ROLE_APPROVER, v_approve},
	{"resolve", ROLE_APPROVER, v_resolve},
	{"resume", ROLE_APPROVER, v_resume},
	{"account arm", ROLE_ADMIN, v_arm},
	{"account mode", ROLE_ADMIN, v_mode},
	{"account consent", ROLE_ADMIN, v_account_consent},
	{"account redeem", ROLE_ADMIN, v_account_redeem},
};

/* Who it is: the operator with that system user; root and, while no operator is configured, everybody who may open the socket is admin. */
static int
who(struct ask *q, const struct peer *peer, char name[64])
{
	const struct passwd *pw = getpwuid(peer->uid);
	const struct conf *c = q->d->conf;

	snprintf(name, 64, "%s", pw ? pw->pw_name : "?");
	q->operator= name;
	q->role = ROLE_ADMIN;
	for (int i = 0; i < c->noperators; i++) {
		if (strcmp(c->operators[i].user, name) != 0)
			continue;
		q->operator= c->operators[i].name;
		q->role = c->operators[i].role;
		return 0;
	}
	return c->noperators == 0 || peer->uid == 0 ? 0 : -1;
}

/* Every {"packed": …} becomes a sentence. */
static json_t *
in_words(json_t *v, enum lang lang)
{
	const char *key, *packed;
	struct buf text = BUF_MAX(8192);
	json_t *child;
	void *next;
	size_t i;

	if (json_is_object(v) && json_object_size(v) == 1 && (packed = json_text(v, "packed"))) {
		say_packed(&text, lang, packed);
		v = json_string(buf_str(&text));
		buf_free(&text);
		return v;
	}
	if (json_is_object(v)) {
		json_object_foreach_safe(v, next, key, child)
			json_object_set_new(v, key, in_words(child, lang));
	} else if (json_is_array(v)) {
		json_array_foreach(v, i, child)
			json_array_set_new(v, i, in_words(child, lang));
	}
	return json_incref(v);
}

json_t *
verb_handle(struct daemon *d, const struct peer *peer, json_t *request, int64_t now)
{
	const char *name = json_text(request, "verb");
	struct ask q = {.d = d,
			.now = now,
			.lang = lang_of(json_text(request, "lang")),
			.args = json_obj(request, "args"),
			.code = "invalid"};
	json_t *result = NULL, *told;
	struct buf text = BUF_MAX(8192);
	char operator[64];
	size_t i = 0;

	while (i < sizeof table / sizeof *table && (!name || strcmp(table[i].name, name) != 0))
		i++;
	if (i == sizeof table / sizeof *table) {
		fail(&q.err, "there is no verb \"%s\"", name ? name : "");
	} else if (who(&q, peer, operator) || q.role < table[i].least) {
		fail(&q.err, "%s may not do this; an admin gives roles in [operator] sections", q.operator);
		q.code = "denied";
	} else {
		result = table[i].run(&q);
	}
	if (result) {
		told = in_words(result, q.lang);
		json_decref(result);
		return json_pack("{s:b, s:o}", "ok", 1, "result", told);
	}
	say_packed(&text, q.lang, q.err.text);
	told = json_pack("{s:b, s:s, s:s}", "ok", 0, "code", q.code, "text", buf_str(&text));
	buf_free(&text);
	return told;
}
