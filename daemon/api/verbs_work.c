#include <stdio.h>
#include <string.h>

#include "daemon/api/ask.h"
#include "daemon/deadline/clocks.h"
#include "daemon/events.h"
#include "daemon/outbox/outbox.h"

static json_t *
action_shown(struct ask *q, int64_t id)
{
	char text[32];
	json_t *action;

	snprintf(text, sizeof text, "a%lld", (long long)id);
	action = view_show(q->d->store, text);
	fallback_shown(q, action);
	return json_pack("{s:o}", "action", action);
}

static json_t *
v_reply(struct ask *q)
{
	const int64_t id = id_of(q, arg(q, "conversation"), 'c');
	const struct conf_account *a;
	int64_t made;
	struct situation s;
	struct wish w = {.kind = "reply",
			 .operator= q->operator,
			 .approver = q->role >= ROLE_APPROVER,
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
	if (set_arg(q, a, w.template_id, &w.given))
		return refuse(q, "invalid");
	if (w.given)
		w.refused = &q->err;
	if (w.text && policy_check_text(daemon_policy(q->d, a->connector), w.kind, w.text, q->now, &q->err))
		return refuse(q, "invalid");
	w.deadline = s.oldest_unanswered ? set_deadline(q->d, a, s.conversation, s.oldest_unanswered) : 0;
	w.not_before = outbox_leaves_at(q->d, w.deadline, q->now);
	made = outbox_wish(q->d, &s, &w, q->now);
	return made ? action_shown(q, made) : refuse(q, "conflict");
}

static json_t *
v_approve(struct ask *q)
{
	return still_as_seen(q) ? NULL : act_on_each(q, 'a', "actions", outbox_approve);
}

static json_t *
v_drop(struct ask *q)
{
	return still_as_seen(q) ? NULL : act_on_each(q, 'a', "actions", outbox_drop);
}

static json_t *
v_undo(struct ask *q)
{
	return still_as_seen(q) ? NULL : act_on_each(q, 'a', "actions", outbox_undo);
}

static json_t *
v_edit(struct ask *q)
{
	const int64_t id = id_of(q, arg(q, "id"), 'a');
	const char *text = arg(q, "text");
	json_t *set = json_obj(q->args, "set");

	if (!id)
		return NULL;
	if (set && !text)
		return outbox_set(q->d, id, set, q->operator, q->now, &q->err) ? refuse(q, "conflict")
									       : action_shown(q, id);
	if (set) {
		fail(&q->err, "found more than one text, expected one of: text, set");
		return refuse(q, "invalid");
	}
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

const struct api_verb work_verbs[] = {
	{"reply", ROLE_AGENT, v_reply},
	{"edit", ROLE_AGENT, v_edit},
	{"drop", ROLE_AGENT, v_drop},
	{"undo", ROLE_AGENT, v_undo},
	{"note", ROLE_AGENT, v_note},
	{"task note", ROLE_AGENT, v_note},
	{"approve", ROLE_APPROVER, v_approve},
	{"resolve", ROLE_APPROVER, v_resolve},
	{0},
};
