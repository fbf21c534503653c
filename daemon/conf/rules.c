/* rules.c - what a rule means on the platforms of its accounts: is there such an action, and does the rule give what it needs? */
#include <stdio.h>
#include <string.h>

#include "connectors/base/text.h"
#include "daemon/secret.h"
#include "reading.h"

void
rule_kind(const char *subject, const char *verb, char kind[KIND_MAX])
{
	if (!strcmp(verb, "reply") && !strcmp(subject, "order"))
		snprintf(kind, KIND_MAX, "reply");
	else
		snprintf(kind, KIND_MAX, "%s.%s", subject, verb);
}

/* Every word of the condition is one of `known`. */
static void
check_condition(struct reading *r, const struct instance *i, const char *key, const char *const *words,
		const char *const *known)
{
	const char *near;
	struct err e;

	for (; words && *words; words++) {
		if (is_one_of(known, *words))
			continue;
		if ((near = conf_nearest(*words, known)))
			fail(&e, "%s: found \"%s\", expected one of: %s; did you mean %s?", key, *words,
			     join_words(r->arena, known), near);
		else
			fail(&e, "%s: found \"%s\", expected one of: %s", key, *words,
			     join_words(r->arena, known));
		wrong(r, line_of(i, key)->file, line_of(i, key)->line, &e);
	}
}

/* One line a key in the order of the table, so that neither order, comments nor spelling of the file count.  A key of a newer version counts
 * where it says something: else an upgrade would make every rule a new one, and what came during it older than all of them. */
static void
rule_hash(const struct conf_rule *rule, char out[65])
{
	struct buf text = BUF_MAX(INT32_MAX);

	for (const struct field *f = sections[SECTION_RULE].fields; f->name; f++) {
		struct buf value = BUF_MAX(INT32_MAX);

		value_print(f, rule, &value);
		if (!f->later || strcmp(buf_str(&value), f->preset) != 0)
			buf_fmt(&text, "%s=%s\n", f->name, buf_str(&value));
		buf_free(&value);
	}
	sha256_hex(buf_str(&text), text.len, out);
	buf_free(&text);
}

/* What the event of a rule may be about. */
static const char *const *
subjects_of(struct reading *r, const struct conf_rule *rule)
{
	if (!strncmp(rule->on, "feedback.", 9))
		return split_words(r->arena, "feedback");
	if (strncmp(rule->on, "dispute.", 8) != 0)
		return split_words(r->arena, "order");
	return rule->dispute ? rule->dispute
			     : split_words(r->arena, field_find(&sections[SECTION_RULE], "dispute")->choices);
}

static int
applies_to(const struct conf_rule *rule, const struct conf_account *a)
{
	return a->connector && (!rule->account || is_one_of(rule->account, a->name)) &&
	       (!rule->platform || is_one_of(rule->platform, a->connector->name));
}

static int
by_person(const struct conf_account *a, const char *kind)
{
	const struct capability *c = connector_capability(a->connector, &a->view, kind);

	return c && c->how == BY_PERSON;
}

/* What the accounts of a rule have for its action. */
struct offer {
	int asked, offered;    /* pairs of account and subject */
	unsigned needs, takes; /* of all that are offered by API */
	int api;               /* some are */
	int moves, limited;    /* some move money; some of these accounts let it go without a person */
	const char *missing;   /* the first kind of an explicit list that nobody offers */
	const char *others;    /* what is offered instead, between spaces */
};

static int
names_currency(const struct money *list, const char *currency)
{
	for (; list && *list->currency; list++)
		if (!strcmp(list->currency, currency))
			return 1;
	return 0;
}

static int
has_limits(const struct conf_account *a)
{
	for (const struct money *m = a->refund_per_order; m && *m->currency; m++)
		if (names_currency(a->refund_per_buyer, m->currency) &&
		    names_currency(a->refund_per_day, m->currency))
			return 1;
	return 0;
}

/* The verbs that are there for a subject on this account. */
static void
add_others(struct reading *r, const struct conf_account *a, const char *subject, struct offer *o)
{
	const size_t n = strlen(subject);

	for (const struct action *x = a->connector->actions; x && x->kind; x++) {
		const char *verb = !strcmp(x->kind, "reply") && !strcmp(subject, "order") ? x->kind
				   : !strncmp(x->kind, subject, n) && x->kind[n] == '.'   ? x->kind + n + 1
											  : NULL;

		if (verb && (!x->wanted || x->wanted(&a->view)) &&
		    !is_one_of(split_words(r->arena, o->others), verb))
			o->others = arena_fmt(r->arena, "%s%s%s", o->others, *o->others ? " " : "", verb);
	}
}

static void
find_offer(struct reading *r, const struct conf_rule *rule, struct offer *o)
{
	*o = (struct offer){.others = ""};
	for (const char *const *subject = subjects_of(r, rule); *subject; subject++) {
		int here = 0, there = 0;
		char kind[KIND_MAX];

		rule_kind(*subject, rule->action, kind);
		for (int n = 0; n < r->conf->naccounts; n++) {
			const struct conf_account *a = &r->conf->accounts[n];
			const struct action *x;

			if (!applies_to(rule, a))
				continue;
			there++;
			x = connector_action(a->connector, &a->view, kind);
			add_others(r, a, *subject, o);
			here += x || by_person(a, kind);
			if (!x)
				continue;
			o->api = 1;
			o->needs |= x->needs;
			o->takes |= x->takes | x->needs;
			o->moves |= x->moves != MOVES_NOTHING;
			o->limited |= x->moves != MOVES_NOTHING && has_limits(a);
		}
		o->asked += there;
		o->offered += here;
		if (there && !here && rule->dispute && !o->missing)
			o->missing = arena_strdup(r->arena, kind);
	}
}

static void
check_offer(struct reading *r, const struct instance *i, const struct conf_rule *rule)
{
	const struct line *l = line_of(i, "action");
	const int line = l ? l->line : i->line;
	struct offer o;
	struct err e;

	find_offer(r, rule, &o);
	if (o.missing || (o.asked && !o.offered)) {
		if (o.missing)
			fail(&e, "action: found %s, but no platform of the rule offers %s; offered: %s",
			     rule->action, o.missing, *o.others ? o.others : "-");
		else
			fail(&e, "action: found %s, but no platform of the rule offers it on %s; offered: %s",
			     rule->action, rule->on, *o.others ? o.others : "-");
		wrong(r, i->file, line, &e);
		return;
	}
	if (!*rule->template_id && (!strcmp(rule->action, "reply") || (o.needs & TAKES_TEXT))) {
		fail(&e, "found [%s \"%s\"] without %s, expected %s = …", i->section->name, i->title,
		     "template", "template");
		wrong(r, i->file, i->line, &e);
	}
	if ((o.needs & TAKES_AMOUNT) && !rule->amount.percent && !rule->amount.sums) {
		fail(&e, "found [%s \"%s\"] without %s, expected %s = …", i->section->name, i->title,
		     "amount", "amount");
		wrong(r, i->file, i->line, &e);
	}
	if (o.api && (rule->amount.percent || rule->amount.sums) && !(o.takes & TAKES_AMOUNT)) {
		fail(&e, "amount: found a sum, but %s takes none", rule->action);
		wrong(r, i->file, line_of(i, "amount")->line, &e);
	}
	if (o.moves && !o.limited && (rule->mode == RULE_AUTO || rule->mode == RULE_AS_TEMPLATE)) {
		fail(&e,
		     "action: %s moves money and no account of the rule sets limits, so each one waits for "
		     "approval; see "
		     "refund_per_order, refund_per_buyer and refund_per_day",
		     rule->action);
		doubt(r, i->file, line, &e);
	}
}

static int
names_only_closed(const struct conf_rule *rule)
{
	return is_one_of(rule->hours, "closed") && !is_one_of(rule->hours, "open");
}

/* Hours of the account that decide when it fires, and of the buyer that decide when it leaves. */
static void
check_hours(struct reading *r, const struct instance *i, const struct conf_rule *rule)
{
	int applies = 0, closes = 0;
	struct err e;

	for (int n = 0; n < r->conf->naccounts; n++)
		if (applies_to(rule, &r->conf->accounts[n])) {
			applies = 1;
			closes |= r->conf->accounts[n].hours.n || r->conf->accounts[n].closed;
		}
	if (names_only_closed(rule) && applies && !closes) {
		fail(&e, "hours: found closed, but no account of the rule has hours or closed, so that it "
			 "never fires");
		doubt(r, i->file, line_of(i, "hours")->line, &e);
	}
	if (rule->quiet.n && (!strcmp(rule->on, "dispute.opened") || !strcmp(rule->on, "dispute.due"))) {
		fail(&e, "quiet: found it on %s, expected it where nothing is urgent", rule->on);
		wrong(r, i->file, line_of(i, "quiet")->line, &e);
	}
	if (rule->quiet.n && hours_next(&rule->quiet, "UTC", 0, 0) == HOURS_NEVER) {
		fail(&e, "quiet: found hours that never end, expected some time of the week that is left");
		wrong(r, i->file, line_of(i, "quiet")->line, &e);
	}
}

/* ---- what is done without approval ---- */

/* The first kind that the rule's fallback would be and that may not leave by itself on an account; why is told. */
static void
check_fallback_kind(struct reading *r, const struct instance *i, const struct conf_rule *rule,
		    const struct conf_account *a, const char *subject)
{
	const struct line *l = line_of(i, "fallback");
	const struct action *x;
	enum rule_do mode;
	char kind[KIND_MAX];
	struct err e = {""};

	rule_kind(subject, rule->fallback.verb, kind);
	if (!(x = connector_action(a->connector, &a->view, kind))) {
		if (!rule->dispute && !strncmp(rule->on, "dispute.", 8))
			return; /* of some kinds of disputes it is there: check_fallback sees to it */
		fail(&e, "fallback: found %s, but the account %s offers no %s by API", rule->fallback.verb,
		     a->name, kind);
		wrong(r, l->file, l->line, &e);
		return;
	}
	if ((x->needs & TAKES_TEXT) && !*rule->fallback.template_id) {
		fail(&e, "fallback: found %s alone, but %s needs a text; write \"%s TEMPLATE\"",
		     rule->fallback.verb, kind, rule->fallback.verb);
		wrong(r, l->file, l->line, &e);
	} else if (*rule->fallback.template_id && !((x->takes | x->needs) & TAKES_TEXT) &&
		   strcmp(kind, "reply")) {
		fail(&e, "fallback: found a template, but %s takes no text", kind);
		wrong(r, l->file, l->line, &e);
	} else if (x->needs & TAKES_AMOUNT) {
		fail(&e, "fallback: found %s, but %s needs an amount, which no fallback names",
		     rule->fallback.verb, kind);
		wrong(r, l->file, l->line, &e);
	} else if (x->moves != MOVES_NOTHING && (!rule->fallback_up_to || !has_limits(a))) {
		fail(&e,
		     "fallback: %s moves money, and %s of the account %s names no sum, so that it is never "
		     "done",
		     kind,
		     rule->fallback_up_to ? "refund_per_order, refund_per_buyer or refund_per_day"
					  : "fallback_up_to",
		     a->name);
		doubt(r, l->file, l->line, &e);
	}
	if ((mode = conf_kind_mode(a, kind)) == RULE_AUTO)
		return;
	fail(&e, "fallback: the account %s names %s under %s, so that it is never done", a->name, kind,
	     mode == RULE_OFF ? "never" : "approve");
	doubt(r, l->file, l->line, &e);
}

static void
check_fallback(struct reading *r, const struct instance *i, const struct conf_rule *rule)
{
	const struct line *l = line_of(i, "fallback"), *alone = line_of(i, "fallback_before");
	int there = 0, asked = 0;
	struct err e;

	alone = alone ? alone : line_of(i, "fallback_up_to");
	if (!*rule->fallback.verb) {
		if (alone && !l) {
			fail(&e, "%s: found it without %s, expected both", alone->key, "fallback");
			doubt(r, alone->file, alone->line, &e);
		}
		return;
	}
	if (!strncmp(rule->on, "order.", 6) || !strcmp(rule->on, "dispute.closed")) {
		fail(&e, "fallback: found %s, but %s has no deadline, and what has none has no fallback",
		     rule->fallback.verb, rule->on);
		wrong(r, l->file, l->line, &e);
		return;
	}
	if (rule->mode == RULE_OFF) {
		fail(&e, "fallback: found %s, but the rule is off", rule->fallback.verb);
		doubt(r, l->file, l->line, &e);
	}
	for (const char *const *subject = subjects_of(r, rule); *subject; subject++) {
		for (int n = 0; n < r->conf->naccounts; n++) {
			const struct conf_account *a = &r->conf->accounts[n];
			char kind[KIND_MAX];

			if (!applies_to(rule, a))
				continue;
			rule_kind(*subject, rule->fallback.verb, kind);
			asked++;
			there += connector_action(a->connector, &a->view, kind) != NULL;
			check_fallback_kind(r, i, rule, a, *subject);
		}
	}
	if (asked && !there && !rule->dispute && !strncmp(rule->on, "dispute.", 8)) {
		fail(&e, "fallback: found %s, but no platform of the rule offers it on %s",
		     rule->fallback.verb, rule->on);
		wrong(r, l->file, l->line, &e);
	}
}

/* ---- kinds that an account names ---- */

enum rule_do
conf_kind_mode(const struct conf_account *a, const char *kind)
{
	for (const char *const *w = a->never; w && *w; w++)
		if (glob_match(*w, kind))
			return RULE_OFF;
	for (const char *const *w = a->approve; w && *w; w++)
		if (glob_match(*w, kind))
			return RULE_APPROVE;
	return RULE_AUTO;
}

void
check_kinds(struct reading *r, const struct instance *i, const struct conf_account *a, const char *key,
	    const char *const *list)
{
	const char *names[128], *near;
	size_t n = 0;
	struct err e;

	for (const struct action *x = a->connector ? a->connector->actions : NULL; x && x->kind && n < 127;
	     x++)
		if (!n || strcmp(names[n - 1], x->kind) != 0) /* one kind in two ways stands together */
			names[n++] = x->kind;
	for (const struct capability *c = a->connector ? a->connector->capabilities : NULL;
	     c && c->kind && n < 127; c++)
		if (c->how == BY_PERSON)
			names[n++] = c->kind;
	names[n] = NULL;
	for (; n && list && *list; list++) {
		size_t k = 0;

		while (k < n && !glob_match(*list, names[k]))
			k++;
		if (k < n)
			continue;
		if ((near = conf_nearest(*list, names)))
			fail(&e, "%s: found \"%s\", expected kinds of actions like %s; did you mean %s?", key,
			     *list, "return.refund", near);
		else
			fail(&e, "%s: found \"%s\", expected kinds of actions: %s", key, *list,
			     join_words(r->arena, names));
		wrong(r, line_of(i, key)->file, line_of(i, key)->line, &e);
	}
}

void
check_rule(struct reading *r, const struct instance *i, struct conf_rule *rule)
{
	const char **accounts = arena_zalloc(r->arena, (size_t)(r->conf->naccounts + 1) * sizeof *accounts);

	for (int n = 0; n < r->conf->naccounts; n++)
		accounts[n] = r->conf->accounts[n].name;
	check_condition(r, i, "account", rule->account, accounts);
	check_condition(r, i, "platform", rule->platform, connector_names(r->arena));
	check_offer(r, i, rule);
	check_hours(r, i, rule);
	check_fallback(r, i, rule);
	rule->place = arena_fmt(r->arena, "%s:%d", i->file, i->line);
	rule_hash(rule, rule->hash);
}
