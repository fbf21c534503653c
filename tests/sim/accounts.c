/* accounts.c - the seller's people log accounts in, arm them, and start again what was stopped. */
#include <stdlib.h>
#include <string.h>

#include "errands.h"
#include "wire.h"

void
nothing_told(struct people *p, const struct errand *e, const json_t *result)
{
	(void)p, (void)e, (void)result;
}

static void
consent_told(struct people *p, const struct errand *e, const json_t *result)
{
	const char *url = json_text(result, "url"), *state = url ? strstr(url, "state=") : NULL;
	struct buf pasted = BUF_MAX(8192);
	json_t *q;

	if (!state)
		return;
	buf_fmt(&pasted, "https://seller.example/accepted?state=%.*s&expires_in=299&code=",
		(int)strcspn(state + 6, "&"), state + 6);
	url_encode(&pasted, ebay_mint_code(p->w->sellers[atoi(e->id + 5) - 1], p->w->now));
	q = verb("account redeem", "account", e->id);
	json_object_set_new(json_object_get(q, "args"), "pasted", json_string(buf_str(&pasted)));
	errand(p, q, nothing_told, e->id);
	buf_free(&pasted);
	p->w->counts.logins++;
}

void
accounts_told(struct people *p, const struct errand *e, const json_t *result)
{
	json_t *list = json_list(result, "accounts"), *a;
	size_t i;

	(void)e;
	json_array_foreach(list, i, a)
		if (is_word(a, "login", "needed") || is_word(a, "login", "failed"))
			errand(p, verb("account consent", "account", json_text(a, "name")), consent_told,
			       json_text(a, "name"));
}

static void
arm(struct people *p, const char *account)
{
	const int first_drafts = !p->w->rush && p->w->now < p->w->start + DAY && !strcmp(account, "shop-2");
	json_t *q = verb("account arm", "account", account);

	json_object_set_new(json_object_get(q, "args"), "mode", json_string(first_drafts ? "draft" : "auto"));
	errand(p, q, nothing_told, account);
}

static void
look_at_account(struct people *p, const json_t *a)
{
	const char *name = json_text(a, "name");
	json_t *stream, *q;
	size_t i;
	int taken_in = 1,
	    stopped = json_object_get(a, "breaker") && !json_is_null(json_object_get(a, "breaker"));

	json_array_foreach(json_list(a, "streams"), i, stream) {
		if (is_word(stream, "name", "messages") || is_word(stream, "name", "orders"))
			taken_in &= json_text(stream, "covered_at") != NULL;
		stopped |= json_text(stream, "stopped") != NULL;
	}
	if (stopped) {
		errand(p, verb("resume", "account", name), nothing_told, name);
		p->w->counts.resumed++;
	}
	if (!json_text(a, "armed_at")) {
		if (taken_in && json_array_size(json_list(a, "streams")) && !json_text(a, "stopped"))
			arm(p, name);
	} else if (is_word(a, "mode", "draft") && p->w->now > p->w->start + DAY) {
		q = verb("account mode", "account", name);
		json_object_set_new(json_object_get(q, "args"), "mode", json_string("auto"));
		errand(p, q, nothing_told, name);
	}
}

void
status_told(struct people *p, const struct errand *e, const json_t *result)
{
	json_t *a;
	size_t i;

	(void)e;
	if (json_flag(result, "sends_wait_for_clock", 0) && !wire->skew) {
		errand(p, json_pack("{s:s,s:{s:b}}", "verb", "resume", "args", "all", 1), nothing_told, NULL);
		p->w->counts.resumed++;
	}
	json_array_foreach(json_list(result, "accounts"), i, a)
		look_at_account(p, a);
}
