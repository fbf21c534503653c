#include <string.h>

#include "daemon/api/ask.h"
#include "daemon/doctor.h"

static json_t *
capabilities(const struct runner *r, enum lang lang)
{
	static const char *const how[] = {"api", "person", "no"};
	json_t *list = json_array();

	for (const struct capability *c = r->connector->capabilities; c && c->kind; c++)
		if (connector_capability(r->connector, &r->view, c->kind) == c)
			json_array_append_new(
				list, json_pack("{s:s, s:s, s:s?, s:s?}", "kind", c->kind, "how", how[c->how],
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

static json_t *
v_account_doctor(struct ask *q)
{
	const struct conf_account *a = account_arg(q);
	struct account_row row;
	struct runner *r;

	if (!a)
		return NULL;
	account_get_row(q->d->store, a->name, &row);
	r = runner_of(q->d, row.id);
	if (json_flag(q->args, "start", 0))
		doctor_start(q->d, r);
	return doctor_report(q->d, r, q->now);
}

const struct api_verb account_verbs[] = {
	{"account doctor", ROLE_VIEWER, v_account_doctor},
	{"account list", ROLE_VIEWER, v_account_list},
	{"account consent", ROLE_ADMIN, v_account_consent},
	{"account redeem", ROLE_ADMIN, v_account_redeem},
	{0},
};
