#include "daemon/outbox/fallback.h"

#include <stdio.h>
#include <string.h>

#include "base/instant.h"
#include "daemon/decide/decide.h"
#include "daemon/events.h"
#include "daemon/lane.h"
#include "daemon/log.h"
#include "daemon/runner.h"

#define PATIENCE    (30 * MINUTE) /* nobody has less after touching it */
#define TELL_BEFORE (4 * HOUR)
#define LOOK_EVERY  (30 * SECOND)
#define AGAIN       (5 * MINUTE) /* what could not be done is tried again */
#define AT_ONCE     20
#define PAGE        100

static const struct conf_rule *
rule_armed_then(const struct daemon *d, const struct unapproved *w)
{
	for (int i = 0; w->rule && i < d->conf->nrules; i++)
		if (!strcmp(d->conf->rules[i].name, w->rule))
			return w->at >= d->armed[i] ? &d->conf->rules[i] : NULL;
	return NULL;
}

int
fallback_of(const struct daemon *d, const struct unapproved *w, struct fallback *f)
{
	const struct conf_rule *rule = rule_armed_then(d, w);
	int64_t left, touched;

	if (!rule || !rule->fallback.verb || !*rule->fallback.verb || w->instead_of || !w->until ||
	    w->until <= w->changed)
		return 0;
	left = (w->until - w->changed) / 2;
	touched = w->changed + (left < PATIENCE ? left : PATIENCE);
	*f = (struct fallback){.rule = rule, .at = w->until - rule->fallback_before, .until = w->until};
	rule_kind(!strcmp(w->kind, "reply")
			  ? "order"
			  : arena_strndup(store_arena(d->store), w->kind, strcspn(w->kind, ".")),
		  rule->fallback.verb, f->kind);
	if (f->at < touched)
		f->at = touched;
	return 1;
}

/* ---- whether it may be done now ---- */

enum may { MAY, NOT_YET, MAY_NOT }; /* not yet: nobody needs to know */

/* By the switches of the account: MAY_NOT with the reason. */
static enum may
may_by_switches(struct daemon *d, const struct runner *r, const struct unapproved *w,
		const struct situation *s, struct err *err)
{
	const enum mode mode = account_mode(d->store, w->account, s->marketplace);
	struct account_row account;

	account_get_row(d->store, w->account_name, &account);
	if (mode != MODE_AUTO)
		fail(err, "the mode of %s is now %s", w->account_name, mode_name(mode));
	else if (account.paused)
		fail(err, "%s is paused", w->account_name);
	else if (account.stopped || account.breaker)
		snprintf(err->text, sizeof err->text, "%s",
			 account.stopped ? account.stopped : account.breaker);
	return *err->text                                                   ? MAY_NOT
	       : d->stopping || d->reload || d->clock_back || r->sweep_from ? NOT_YET
									    : MAY;
}

/* Has something been let go already that answers the same? */
static int
is_under_way(struct daemon *d, const struct outbox_row *row, const char *kind)
{
	const char *subject = arena_strndup(store_arena(d->store), kind, strcspn(kind, "."));
	char other[KIND_MAX];

	if (!row->dispute)
		return outbox_let_go(d->store, row, NULL) != 0;
	for (const char *const *verb = deciding_verbs; *verb; verb++) {
		rule_kind(subject, *verb, other);
		if (outbox_let_go(d->store, row, other))
			return 1;
	}
	return outbox_let_go(d->store, row, kind) != 0;
}

static enum may
may_be_done(struct daemon *d, struct runner *r, const struct unapproved *w, const struct fallback *f,
	    const struct outbox_row *row, const struct situation *s, int64_t now, struct err *err)
{
	const char *text = f->rule->fallback.template_id;
	const struct connector *c = r->connector;
	const enum may may = may_by_switches(d, r, w, s, err);
	struct outbox_row as = *row;
	const char *why;

	if (may != MAY)
		return may;
	as.kind = f->kind;
	if (row_is_over(d, r, &as, now) || is_under_way(d, row, f->kind))
		return NOT_YET;
	if (conf_kind_mode(r->conf, f->kind) == RULE_OFF) {
		fail(err, "the account %s lets no rule do %s", r->conf->name, f->kind);
		return MAY_NOT;
	}
	if (row->started) {
		fail(err, "an attempt of it left once; look at the platform before anything else is done");
		return MAY_NOT;
	}
	why = decide_uncertain(s, *text != '\0', c->language ? c->language(s->marketplace) : NULL);
	if (!why && *text && library_mode(d->library, text, c->name) == RULE_OFF)
		why = TEXT("the template of the rule that fits is off for this platform");
	if (why)
		snprintf(err->text, sizeof err->text, "%s", why);
	return why ? MAY_NOT : MAY;
}

/* ---- doing it ---- */

static const char *
cause_of(struct daemon *d, const char *word, int64_t id)
{
	return arena_fmt(store_arena(d->store), "%s/a%lld", word, (long long)id);
}

static void
could_not(struct daemon *d, const struct unapproved *w, const char *kind, const struct err *why, int64_t now)
{
	const char *id = arena_fmt(store_arena(d->store), "a%lld", (long long)w->id);
	char packed[ERR_MAX];

	pack(packed,
	     "%s: a%lld was not approved in time, and its fallback (%s) may not leave by itself; see "
	     "'supercargo "
	     "explain a%lld'",
	     w->account_name, (long long)w->id, kind, (long long)w->id);
	if (!notice_raise(d->store, cause_of(d, "fallback", w->id), w->account, packed, now))
		return;
	log_reason(packed);
	journal_add(d->store, now, w->account, "fallback", id,
		    json_pack("{s:s, s:{s:s}}", "kind", kind, "why", "packed", why->text));
}

static void
was_done(struct daemon *d, const struct unapproved *w, const char *kind, int64_t made, int64_t now)
{
	char packed[ERR_MAX];

	notice_clear(d->store, cause_of(d, "approve", w->id), now);
	notice_clear(d->store, cause_of(d, "fallback", w->id), now);
	notice_clear(d->store, cause_of(d, "held", w->id), now);
	pack(packed,
	     "%s: nobody approved a%lld in time; its fallback a%lld (%s) takes its place; see 'supercargo "
	     "show "
	     "a%lld'",
	     w->account_name, (long long)w->id, (long long)made, kind, (long long)made);
	notice_raise(d->store, cause_of(d, "fallback", w->id), w->account, packed, now);
	log_reason(packed);
}

/* When it cannot be done now, the next try has its time. */
static void
take(struct daemon *d, const struct unapproved *w, const struct fallback *f, int64_t now)
{
	struct runner *r = runner_of(d, w->account);
	struct err err = {""};
	struct outbox_row row;
	struct situation s;
	enum may may;
	struct wish wish = {
		.kind = f->kind,
		.rule = f->rule->name,
		.template_id = *f->rule->fallback.template_id ? f->rule->fallback.template_id : NULL,
		.how = RULE_AUTO,
		.not_before = now,
		.deadline = f->until,
		.refused = &err,
		.instead = &row,
		.up_to = f->rule->fallback_up_to,
	};
	int64_t made = 0;

	if (!r || !outbox_get(d->store, w->id, &row) || row.attempt_key ||
	    !outbox_situation(d, &row, now, &s)) {
		outbox_waiting_until(d->store, w->id, now + AGAIN);
		return;
	}
	situation_guess(d, &s, now);
	may = may_be_done(d, r, w, f, &row, &s, now, &err);
	if (may == MAY) {
		wish.intent_key = arena_fmt(store_arena(d->store), "%s/e%lld/%s/fallback", d->installation,
					    (long long)row.event, f->kind);
		made = outbox_wish(d, &s, &wish, now);
		if (!made && !*err.text)
			fail(&err, "%s was done already for the same event", f->kind);
	}
	if (made) {
		was_done(d, w, f->kind, made, now);
		return;
	}
	if (may != NOT_YET)
		could_not(d, w, f->kind, &err, now);
	outbox_waiting_until(d->store, w->id, now + AGAIN);
}

/* ---- told before ---- */

int
fallback_promised(struct daemon *d, const struct unapproved *w)
{
	struct account_row account;

	return account_get_row(d->store, w->account_name, &account) && account.mode == MODE_AUTO &&
	       !account.paused && !account.stopped && !account.breaker;
}

static void
tell(struct daemon *d, const struct unapproved *w, const struct fallback *f, int64_t now)
{
	char packed[ERR_MAX], at[INSTANT_TEXT];

	if (f && !fallback_promised(d, w))
		f = NULL;
	instant_minute(f ? f->at : w->until, at);
	if (f)
		pack(packed,
		     "%s: a%lld waits for approval until %s; without it its fallback (%s) is done; see "
		     "'supercargo "
		     "show a%lld'",
		     w->account_name, (long long)w->id, at, f->kind, (long long)w->id);
	else
		pack(packed,
		     "%s: a%lld waits for approval, and its deadline is %s; see 'supercargo show a%lld'",
		     w->account_name, (long long)w->id, at, (long long)w->id);
	if (notice_raise(d->store, cause_of(d, "approve", w->id), w->account, packed, now))
		log_reason(packed);
}

void
fallback_touched(struct daemon *d, const struct outbox_row *row, int64_t now)
{
	if (row->state != OUTBOX_DRAFT && row->state != OUTBOX_HELD)
		notice_clear(d->store, cause_of(d, "approve", row->id), now);
	notice_clear(d->store, cause_of(d, "fallback", row->id), now);
	outbox_waiting_until(d->store, row->id, 0);
	d->fallbacks_next = 0;
}

/* Looks at one that waits: 1 when its fallback was tried; *next: when to look again at the latest. */
static int
look_at(struct daemon *d, const struct unapproved *w, int64_t now, int64_t *next)
{
	struct fallback f;
	const int has = fallback_of(d, w, &f);
	int64_t tell_at = (has ? f.at : w->until) - TELL_BEFORE, due = has ? f.at : INT64_MAX;

	if (!w->until || now >= w->until)
		return 0;
	if (tell_at > now)
		*next = tell_at < *next ? tell_at : *next;
	else if (has || w->state == OUTBOX_DRAFT)
		tell(d, w, has ? &f : NULL, now);
	if (due < w->next)
		due = w->next;
	if (has && due <= now) {
		take(d, w, &f, now);
		return 1;
	}
	*next = due < *next ? due : *next;
	return 0;
}

int64_t
fallbacks_take(struct daemon *d, int64_t now)
{
	struct unapproved list[PAGE];
	int64_t after = 0, next = INT64_MAX;
	int n, tried = 0;

	if (d->fallbacks_next > now && d->fallbacks_next <= now + LOOK_EVERY)
		return d->fallbacks_next;
	waits_over(d->store, now);
	while ((n = outbox_waiting(d->store, after, list, PAGE)) > 0 && tried < AT_ONCE) {
		for (int i = 0; i < n && tried < AT_ONCE; i++)
			tried += look_at(d, &list[i], now, &next);
		after = list[n - 1].id;
	}
	if (tried == AT_ONCE)
		return d->fallbacks_next = now;
	d->fallbacks_next = next < now + LOOK_EVERY ? next : now + LOOK_EVERY;
	return next;
}
