#include "daemon/api/ask.h"
#include "daemon/log.h"
#include "daemon/runner.h"

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
		daemon_clock_right(q->d, q->now);
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

/* A person who has to be forgotten, as the law or the platform demands. */
static json_t *
v_erase(struct ask *q)
{
	const struct conf_account *a = account_arg(q);
	const char *buyer = arg(q, "buyer");
	struct account_row row;
	int rows, unsent = 0;

	if (!a)
		return NULL;
	account_get_row(q->d->store, a->name, &row);
	if (!buyer || !(rows = buyer_erase(q->d->store, row.id, buyer, q->now, &unsent))) {
		fail(&q->err,
		     "%s has nobody called \"%s\"; expected the name that the platform uses, as 'show' tells "
		     "it",
		     a->name, buyer ? buyer : "");
		return refuse(q, "not-found");
	}
	runner_touch(q->d, row.id);
	return json_pack("{s:i, s:i}", "rows", rows, "dropped", unsent);
}

/* What the service does by itself once a day. */
static json_t *
v_purge(struct ask *q)
{
	const int n = store_expire(q->d->store, q->now - q->d->conf->service.keep_raw);

	return json_pack("{s:i}", "rows", n);
}

const struct api_verb switch_verbs[] = {
	{"purge", ROLE_ADMIN, v_purge},
	{"erase", ROLE_ADMIN, v_erase},
	{"pause", ROLE_AGENT, v_pause},
	{"resume", ROLE_APPROVER, v_resume},
	{"account arm", ROLE_ADMIN, v_arm},
	{"account mode", ROLE_ADMIN, v_mode},
	{0},
};
