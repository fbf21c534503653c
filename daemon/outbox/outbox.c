/* outbox.c - from a wish to a row, and what people may do with it. */
#include "daemon/outbox/outbox.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "daemon/clock.h"
#include "daemon/decide/decide.h"
#include "daemon/log.h"
#include "daemon/outbox/variables.h"
#include "daemon/runner.h"

#define TEXT_MAX      (64u << 10)
#define IDENTICAL_MAX 25 /* automatic sends of one text a day before the breaker stops */
#define BURST_PART    4  /* a quarter of the daily cap within an hour is abnormal */

/* ---- the text ---- */

struct made {
	struct buf text;
	char locale[LOCALE_MAX];
	const char *template_id;
	int fallback; /* the library has nothing in the buyer's language */
};

static int
render(struct daemon *d, const struct conf_account *a, const struct situation *s, const char *template_id,
       const char *want, int64_t now, struct made *m, struct err *err)
{
	struct var vars[VARIABLES_MAX];
	const char *zone = a->connector->zone ? a->connector->zone(s->marketplace) : NULL;

	variables_of(s, a, want, NULL, now, store_arena(d->store), vars);
	m->template_id = template_id;
	return library_render(d->library, template_id, want, s->buyer_country, zone ? zone : a->zone, vars,
			      &m->text, m->locale, err);
}

int
outbox_text(struct daemon *d, const struct situation *s, const char *template_id, const char *locale,
	    int64_t now, struct buf *text, char got[LOCALE_MAX], const char **used, struct err *err)
{
	const struct conf_account *a = daemon_account(d, s->account_name);
	const char *site = a->connector->language ? a->connector->language(s->marketplace) : NULL;
	struct made m = {.text = BUF_MAX(TEXT_MAX)};
	char want[LOCALE_MAX];
	int r;

	if (!library_scenario(d->library, template_id))
		return fail(err, "there is no template \"%s\"; see 'supercargo template list'", template_id);
	if (locale && *locale)
		snprintf(want, sizeof want, "%s", locale);
	else
		answer_language(s, site, a->language, want);
	if (locale_match(want, library_locales(d->library, template_id)) < 0 && !locale) {
		/* Never an automatic text in a language that was not asked for: the fallback, in the site's. */
		m.fallback = 1;
		template_id = "misc_language_fallback";
		snprintf(want, sizeof want, "%s", site ? site : a->language);
	}
	r = render(d, a, s, template_id, want, now, &m, err);
	if (!r)
		buf_set(text, buf_str(&m.text), m.text.len);
	snprintf(got, LOCALE_MAX, "%s", m.locale);
	*used = template_id;
	buf_free(&m.text);
	return r ? -1 : m.fallback;
}

/* What a text was made from, to see at last look whether that changed. */
static const char *
made_from(struct daemon *d, const char *rule, const char *template_id)
{
	const struct scenario *sc = template_id ? library_scenario(d->library, template_id) : NULL;
	const char *hash = "";

	for (int i = 0; rule && i < d->conf->nrules; i++)
		if (!strcmp(d->conf->rules[i].name, rule))
			hash = d->conf->rules[i].hash;
	return arena_fmt(store_arena(d->store), "%.16s/%.16s", hash, sc ? sc->version : "");
}

/* ---- what an automatic send may not do ---- */

static int
breaker_trips(struct daemon *d, const struct conf_account *a, const struct account_row *row, const char *text,
	      int64_t now, char packed[ERR_MAX])
{
	const int day = outbox_count_automatic(d->store, row->id, now - DAY, NULL);
	const int hour = day > 10 ? outbox_count_automatic(d->store, row->id, now - HOUR, NULL) : 0;
	const int same =
		day >= IDENTICAL_MAX ? outbox_count_automatic(d->store, row->id, now - DAY, text) : 0;

	if (row->breaker)
		snprintf(packed, ERR_MAX, "%s", row->breaker);
	else if (day >= a->daily_cap)
		pack(packed,
		     "%s: %d automatic answers in 24 hours, the daily cap; look at them, then 'supercargo "
		     "resume %s'",
		     a->name, day, a->name);
	else if (hour > 10 && hour >= a->daily_cap / BURST_PART)
		pack(packed,
		     "%s: %d automatic answers within an hour is abnormal; look at them, then 'supercargo "
		     "resume %s'",
		     a->name, hour, a->name);
	else if (same >= IDENTICAL_MAX)
		pack(packed,
		     "%s: the same text was sent %d times in 24 hours; look at it, then 'supercargo resume "
		     "%s'",
		     a->name, same, a->name);
	else
		return 0;
	if (!row->breaker) {
		account_set_breaker(d->store, row->id, packed);
		notice_raise(d->store, arena_fmt(store_arena(d->store), "breaker/%s", a->name), row->id,
			     packed, now);
	}
	return 1;
}

/* The reason why this may not leave at all, in err. */
static int
forbidden(struct daemon *d, const struct conf_account *a, const char *kind, const char *template_id,
	  const char *text, int64_t now, struct err *err)
{
	const char *permission;

	if (!connector_action(a->connector, &a->view, kind))
		return fail(err, "%s offers no way to send \"%s\"", a->connector->title, kind);
	if (template_id) {
		permission = library_permission(d->library, template_id, a->connector->name);
		if (!strcmp(permission, "N") || !strcmp(permission, "O"))
			return fail(err, "%s does not allow the scenario %s as a message",
				    a->connector->title, template_id);
	}
	return policy_check_text(daemon_policy(d, a->connector), kind, text, now, err);
}

/* ---- a wish becomes a row ---- */

static void
supersede(struct daemon *d, int64_t conversation, int64_t except, int64_t now)
{
	struct outbox_row old;
	char packed[ERR_MAX];

	pack(packed, "the buyer wrote again; the newer message is answered");
	while (outbox_unsent_in_conversation(d->store, conversation, except, &old)) {
		old.state = OUTBOX_CANCELLED;
		old.reason = packed;
		outbox_save(d->store, &old, now);
		journal_add(d->store, now, old.account, "cancel",
			    arena_fmt(store_arena(d->store), "a%lld", (long long)old.id),
			    json_pack("{s:s}", "why", "superseded"));
	}
}

int64_t
outbox_wish(struct daemon *d, const struct situation *s, const struct wish *w, int64_t now)
{
	const struct conf_account *a = daemon_account(d, s->account_name);
	struct buf text = BUF_MAX(TEXT_MAX);
	char got[LOCALE_MAX] = "", packed[ERR_MAX] = "", key[33];
	const char *used = w->template_id;
	struct account_row account;
	const struct scenario *sc;
	struct err err = {""};
	int fallback = 0, r;
	struct outbox_row row = {
		.account = s->account,
		.account_name = s->account_name,
		.conversation = s->conversation,
		.order = s->order,
		.message = s->message,
		.event = s->event,
		.kind = w->kind,
		.marketplace = s->marketplace,
		.rule = w->rule,
		.operator= w->operator,
		.not_before = w->not_before,
		.next_at = w->not_before,
		.deadline = w->deadline,
		.order_version = s->order_version,
		.conversation_version = s->conversation_version,
		.conversation_remote = s->conversation_remote,
		.message_remote = s->message_remote,
		.order_remote = s->order_remote,
		.listing = s->listing,
		.buyer_remote = s->buyer_remote,
		.state = OUTBOX_READY,
		.substantive = 1,
	};

	account_get_row(d->store, s->account_name, &account);
	if (w->template_id)
		fallback = outbox_text(d, s, w->template_id, w->locale, now, &text, got, &used, &err);
	else
		buf_put(&text, w->text);
	sc = used ? library_scenario(d->library, used) : NULL;
	if (sc)
		row.substantive = sc->substantive && fallback <= 0;
	if (w->intent_key) {
		row.intent_key = w->intent_key;
	} else {
		random_hex(key, 16);
		row.intent_key = arena_fmt(store_arena(d->store), "%s/by-hand/%s", d->installation, key);
	}
	if (fallback < 0 || forbidden(d, a, w->kind, used, buf_str(&text), now, &err)) {
		row.state = OUTBOX_HELD;
		row.reason = fallback < 0 && w->why
				     ? w->why
				     : err.text; /* why there can be no text, rather than what it lacks */
	} else if (account_mode(d->store, s->account, s->marketplace) <= MODE_OBSERVE) {
		row.state = OUTBOX_OBSERVED;
	} else if (account_mode(d->store, s->account, s->marketplace) == MODE_DRAFT) {
		row.state = OUTBOX_DRAFT;
	} else if (fallback) {
		row.state = OUTBOX_DRAFT;
		pack(packed, "the reply library has no text in the buyer's language");
		row.reason = packed;
	} else if (w->how == RULE_APPROVE) {
		row.state = OUTBOX_DRAFT;
		row.reason = w->why;
	} else if (w->rule && sc && !library_reviewed(d->library, used, got)) {
		row.state = OUTBOX_DRAFT;
		pack(packed, "the text %s/%s has not been reviewed", used, got);
		row.reason = packed;
	} else if (w->rule && breaker_trips(d, a, &account, buf_str(&text), now, packed)) {
		row.state = OUTBOX_DRAFT;
		row.reason = packed;
	}
	row.template_id = used;
	row.locale = *got ? got : NULL;
	row.text = buf_str(&text);
	row.made_from = made_from(d, w->rule, used);
	r = outbox_insert(d->store, &row, now);
	if (r) {
		if (w->rule && s->conversation)
			supersede(d, s->conversation, row.id, now);
		journal_add(d->store, now, row.account, "wish",
			    arena_fmt(store_arena(d->store), "a%lld", (long long)row.id),
			    json_pack("{s:s, s:s*, s:s*, s:s*, s:s*, s:I, s:I}", "state",
				      outbox_state_name(row.state), "rule", w->rule, "operator", w->operator,
				      "template", used, "locale", row.locale, "message",
				      (json_int_t)s->message, "event", (json_int_t)s->event));
		runner_touch(d, row.account);
	}
	buf_free(&text);
	return r ? row.id : 0;
}

/* ---- by hand ---- */

/* The row, when its state is one of `states` (-1 at the end). */
static int
row_in(struct daemon *d, int64_t id, struct outbox_row *row, const char *verb, struct err *err, ...)
{
	va_list states;
	int state, ok = 0;

	if (!outbox_get(d->store, id, row))
		return fail(err, "there is no action a%lld", (long long)id);
	va_start(states, err);
	while ((state = va_arg(states, int)) != -1)
		ok |= row->state == (enum outbox_state)state;
	va_end(states);
	return ok ? 0
		  : fail(err, "a%lld is %s; it cannot be changed by %s now", (long long)id,
			 outbox_state_name(row->state), verb);
}

static void
by_hand(struct daemon *d, struct outbox_row *row, const char *verb, const char *operator, int64_t now)
{
	row->operator= operator;
	outbox_save(d->store, row, now);
	journal_add(d->store, now, row->account, verb,
		    arena_fmt(store_arena(d->store), "a%lld", (long long)row->id),
		    json_pack("{s:s, s:s}", "operator", operator, "state", outbox_state_name(row->state)));
	runner_touch(d, row->account);
}

int
outbox_approve(struct daemon *d, int64_t id, const char *operator, int64_t now, struct err *err)
{
	const struct conf_account *a;
	struct outbox_row row;

	if (row_in(d, id, &row, "approve", err, OUTBOX_DRAFT, OUTBOX_HELD, -1))
		return -1;
	if (!(a = daemon_account(d, row.account_name)))
		return fail(err, "the account %s is not in the configuration", row.account_name);
	if (account_mode(d->store, row.account, row.marketplace) <= MODE_OBSERVE)
		return fail(err, "%s does not send: its mode is %s; arm it with 'supercargo account arm %s'",
			    row.account_name, mode_name(account_mode(d->store, row.account, row.marketplace)),
			    row.account_name);
	if (row.attempt && row.state == OUTBOX_HELD)
		return fail(err,
			    "a%lld may have been sent; look at the platform, then 'supercargo resolve a%lld "
			    "sent' or 'not-sent'",
			    (long long)id, (long long)id);
	if (!row.text || !*row.text)
		return fail(err, "a%lld has no text yet; write one with 'supercargo edit a%lld'",
			    (long long)id, (long long)id);
	if (forbidden(d, a, row.kind, row.template_id, row.text, now, err))
		return -1;
	row.state = OUTBOX_READY;
	row.reason = NULL;
	row.next_at = row.not_before > now ? row.not_before : now;
	by_hand(d, &row, "approve", operator, now);
	return 0;
}

int
outbox_edit(struct daemon *d, int64_t id, const char *text, const char *operator, int64_t now,
	    struct err *err)
{
	const struct conf_account *a;
	struct outbox_row row;

	if (row_in(d, id, &row, "edit", err, OUTBOX_DRAFT, OUTBOX_HELD, OUTBOX_READY, -1))
		return -1;
	if (row.attempt && row.state == OUTBOX_HELD)
		return fail(err, "a%lld may have been sent; its text can no longer be changed",
			    (long long)id);
	if (!(a = daemon_account(d, row.account_name)))
		return fail(err, "the account %s is not in the configuration", row.account_name);
	if (forbidden(d, a, row.kind, NULL, text, now, err))
		return -1;
	row.text = text;
	row.state = OUTBOX_DRAFT;
	row.reason = NULL;
	row.template_id = NULL; /* it is a person's text now: facts may change, the words stay */
	row.made_from = made_from(d, row.rule, NULL);
	by_hand(d, &row, "edit", operator, now);
	return 0;
}

int
outbox_drop(struct daemon *d, int64_t id, const char *operator, int64_t now, struct err *err)
{
	struct outbox_row row;
	char packed[ERR_MAX];

	if (row_in(d, id, &row, "drop", err, OUTBOX_DRAFT, OUTBOX_HELD, OUTBOX_READY, OUTBOX_OBSERVED, -1))
		return -1;
	if (row.attempt && row.state == OUTBOX_HELD)
		return fail(err,
			    "a%lld may have been sent; look at the platform, then 'supercargo resolve a%lld "
			    "sent' or 'not-sent'",
			    (long long)id, (long long)id);
	pack(packed, "dropped by %s", operator);
	row.state = OUTBOX_DROPPED;
	row.reason = packed;
	by_hand(d, &row, "drop", operator, now);
	return 0;
}

int
outbox_undo(struct daemon *d, int64_t id, const char *operator, int64_t now, struct err *err)
{
	struct outbox_row row;
	char packed[ERR_MAX];

	if (!outbox_get(d->store, id, &row))
		return fail(err, "there is no action a%lld", (long long)id);
	if (row.state != OUTBOX_READY || row.attempt)
		return fail(err, "a%lld is %s; it can no longer be taken back", (long long)id,
			    outbox_state_name(row.state));
	pack(packed, "taken back by %s", operator);
	row.state = OUTBOX_DRAFT;
	row.reason = packed;
	by_hand(d, &row, "undo", operator, now);
	return 0;
}

int
outbox_resolve(struct daemon *d, int64_t id, int sent, const char *operator, int64_t now, struct err *err)
{
	struct outbox_row row;
	char packed[ERR_MAX];

	if (row_in(d, id, &row, "resolve", err, OUTBOX_HELD, OUTBOX_UNSURE, -1))
		return -1;
	if (!row.attempt)
		return fail(err, "a%lld never left; approve, edit or drop it", (long long)id);
	pack(packed, sent ? "%s found it on the platform" : "%s did not find it on the platform", operator);
	row.reason = packed;
	row.attempt_key = NULL;
	if (sent) {
		row.state = OUTBOX_SENT;
		conversation_answered(d->store, row.conversation, row.started, row.substantive, row.id);
	} else {
		row.state = OUTBOX_DRAFT;
	}
	by_hand(d, &row, "resolve", operator, now);
	return 0;
}
