/* lint_rules.c - rules and accounts that a text never leaves by. */

#include <stdlib.h>
#include <string.h>

#include "connectors/base/text.h"
#include "connectors/record.h"
#include "daemon/hours/presence.h"
#include "daemon/outbox/variables.h"
#include "lint.h"

/* A rule on an account. */
struct pairing {
	const struct library *library;
	const struct conf_rule *rule;
	const struct conf_account *account;
	const struct scenario *scenario; /* NULL: the rule has no text */
	const struct policy *policy;     /* of the account's platform; NULL: it could not be read */
	int64_t now;
	struct err err;
};

/* Words that stand in the list, or everything when there is no list. */
static int
may_concern(const char *const *list, const char *word)
{
	const char *const *w = list;

	while (w && *w && strcmp(*w, word) != 0)
		w++;
	return !w || *w;
}

static int
has_word(const char *words, const char *word)
{
	const size_t n = strlen(word);

	for (; words && *words; words += strcspn(words, " "), words += strspn(words, " "))
		if (strcspn(words, " ") == n && !strncmp(words, word, n))
			return 1;
	return 0;
}

/* ---- what an event is about ---- */

/* Each subject that the event of a rule may have. */
static int
any_subject(const struct pairing *p, int (*holds)(const struct pairing *, const char *subject))
{
	const char *on = p->rule->on;

	if (strncmp(on, "dispute.", 8) != 0)
		return holds(p, !strncmp(on, "feedback.", 9)  ? "feedback"
				: !strncmp(on, "message.", 8) ? "message"
							      : "order");
	for (int kind = 0; kind <= DISPUTE_APPEAL; kind++)
		if (may_concern(p->rule->dispute, dispute_kind_name((enum dispute_kind)kind)) &&
		    holds(p, dispute_kind_name((enum dispute_kind)kind)))
			return 1;
	return 0;
}

/* Does some stream of the account bring records about this?  A connector that does not say may. */
static int
comes(const struct pairing *p, const char *subject)
{
	const struct account *view = &p->account->view;

	for (const struct stream *s = p->account->connector->streams; s && s->name; s++)
		if ((!s->wanted || s->wanted(view)) && (!s->tells || has_word(s->tells, subject)))
			return 1;
	return !p->account->connector->streams;
}

/* Can it be done here, by us or by a person? */
static int
can_be_done(const struct pairing *p, const char *subject)
{
	const struct conf_account *a = p->account;
	const struct capability *c;
	char kind[KIND_MAX];

	rule_kind(!strcmp(subject, "message") ? "order" : subject, p->rule->action, kind);
	c = connector_capability(a->connector, &a->view, kind);
	return connector_action(a->connector, &a->view, kind) || (c && c->how == BY_PERSON);
}

/* ---- why it never sends ---- */

/* How it leaves there. */
static enum rule_do
mode_of(const struct pairing *p)
{
	return p->rule->mode != RULE_AS_TEMPLATE ? p->rule->mode
	       : p->scenario ? library_mode(p->library, p->scenario->id, p->account->connector->name)
			     : RULE_AUTO;
}

static const char *
try_platform(struct pairing *p)
{
	const char *platform = p->account->connector->title, *permission;

	if (!any_subject(p, comes)) {
		fail(&p->err, "the rule %s waits for %s, which %s never tells on the account %s",
		     p->rule->name, p->rule->on, platform, p->account->name);
		return "never-fires";
	}
	if (!any_subject(p, can_be_done)) {
		fail(&p->err, "the rule %s wants %s, which %s does not offer for %s on the account %s",
		     p->rule->name, p->rule->action, platform, p->rule->on, p->account->name);
		return "never-fires";
	}
	permission = p->scenario
			     ? library_permission(p->library, p->scenario->id, p->account->connector->name)
			     : "?";
	if (!strcmp(permission, "N") || !strcmp(permission, "O")) {
		fail(&p->err,
		     "the rule %s uses %s, which %s does not allow as a message, so that it never leaves on "
		     "the "
		     "account %s",
		     p->rule->name, p->scenario->id, platform, p->account->name);
		return "never-fires";
	}
	return NULL;
}

/* A text that only says that nobody is there. */
static const char *
try_acknowledgement(struct pairing *p)
{
	const char *label;

	if (!p->policy || !rule_acknowledges(p->rule, p->scenario) ||
	    policy_acknowledges(p->policy, p->now, &label))
		return NULL;
	if (label)
		fail(&p->err,
		     "the rule %s only says that nobody is there, which %s does not take well, so that it "
		     "never fires on "
		     "the account %s: policy %s",
		     p->rule->name, p->account->connector->title, p->account->name, label);
	else
		fail(&p->err,
		     "the rule %s only says that nobody is there; no policy of %s says that this may be, so "
		     "that it never "
		     "fires on the account %s",
		     p->rule->name, p->account->connector->title, p->account->name);
	return "never-fires";
}

static int
is_told_by_people(const struct scenario *s, int i, const struct variable *known)
{
	const enum room room = known ? known->room : s->origins[i].room;

	return room == ROOM_PERSON || room == ROOM_LISTING;
}

static const char *
try_variables(struct pairing *p)
{
	const struct conf_rule *r = p->rule;
	const struct scenario *s = p->scenario;
	const char *code = NULL;

	for (int i = 0; s->vars[i].name; i++) {
		const struct var_spec *v = &s->vars[i];
		const struct variable *known = variable_find(v->name);

		if (v->optional || !variable_unfilled(v->name, p->account))
			continue;
		if (!is_told_by_people(s, i, known)) {
			if (known && known->key)
				fail(&p->err,
				     "the rule %s uses %s, whose variable %s nothing on the account %s "
				     "fills: it has no %s",
				     r->name, s->id, v->name, p->account->name, known->key);
			else
				fail(&p->err,
				     "the rule %s uses %s, whose variable %s nothing on the account %s "
				     "fills: no platform "
				     "tells it us",
				     r->name, s->id, v->name, p->account->name);
			return "never-fires";
		}
		if (!code && mode_of(p) == RULE_AUTO) {
			fail(&p->err,
			     "the rule %s uses %s, whose variable %s only people can tell; on the account %s "
			     "it will "
			     "always wait for a person",
			     r->name, s->id, v->name, p->account->name);
			code = "waits-for-a-person";
		}
	}
	return code;
}

static const char *
try_language(struct pairing *p, const char *language)
{
	const char *const *locales = library_locales(p->library, p->scenario->id);
	const int i = language && *language ? locale_match(language, locales) : -1;

	if (!language || !*language)
		return NULL;
	if (i < 0) {
		fail(&p->err, "the rule %s uses %s, which has no text for %s, the language of the account %s",
		     p->rule->name, p->scenario->id, language, p->account->name);
		return "missing-locale";
	}
	if (mode_of(p) != RULE_AUTO || library_reviewed(p->library, p->scenario->id, locales[i]))
		return NULL;
	fail(&p->err,
	     "the rule %s uses %s, whose text for %s nobody has reviewed; on the account %s it will always "
	     "wait for "
	     "a person",
	     p->rule->name, p->scenario->id, locales[i], p->account->name);
	return "waits-for-a-person";
}

/* The languages that buyers there are answered in when nothing else is known. */
static const char *
try_languages(struct pairing *p)
{
	const struct conf_account *a = p->account;
	const char *code = NULL;

	for (const char *const *m = p->rule->marketplace; !code && m && *m; m++)
		if (a->connector->language)
			code = try_language(p, a->connector->language(*m));
	return code || p->rule->marketplace ? code : try_language(p, a->language);
}

/* Where the account's own keys are stricter than the rule. */
static int
is_never(const struct pairing *p, const char *subject)
{
	char kind[KIND_MAX];

	rule_kind(!strcmp(subject, "message") ? "order" : subject, p->rule->action, kind);
	return conf_kind_mode(p->account, kind) == RULE_OFF;
}

static int
is_approved_first(const struct pairing *p, const char *subject)
{
	char kind[KIND_MAX];

	rule_kind(!strcmp(subject, "message") ? "order" : subject, p->rule->action, kind);
	return conf_kind_mode(p->account, kind) == RULE_APPROVE;
}

static const char *
try_account(struct pairing *p)
{
	if (any_subject(p, is_never)) {
		fail(&p->err,
		     "the rule %s wants %s, which never names on the account %s, so that no rule does it",
		     p->rule->name, p->rule->action, p->account->name);
		return "never-fires";
	}
	if (mode_of(p) != RULE_AUTO || !any_subject(p, is_approved_first))
		return NULL;
	fail(&p->err,
	     "the rule %s wants %s, which approve names on the account %s; it will always wait for a person",
	     p->rule->name, p->rule->action, p->account->name);
	return "waits-for-a-person";
}

/* The text of the fallback: may it leave there at all? */
static const char *
try_fallback(struct pairing *p)
{
	const char *id = p->rule->fallback.template_id, *permission;
	const struct scenario *s = id && *id ? library_scenario(p->library, id) : NULL;

	if (!s)
		return NULL;
	permission = library_permission(p->library, s->id, p->account->connector->name);
	if (!strcmp(permission, "N") || !strcmp(permission, "O") ||
	    library_mode(p->library, s->id, p->account->connector->name) == RULE_OFF) {
		fail(&p->err,
		     "the fallback of the rule %s uses %s, which %s does not allow as a message, so that it "
		     "never "
		     "leaves on the account %s",
		     p->rule->name, s->id, p->account->connector->title, p->account->name);
		return "never-fires";
	}
	for (int i = 0; s->vars[i].name; i++) {
		if (s->vars[i].optional || !variable_unfilled(s->vars[i].name, p->account))
			continue;
		fail(&p->err,
		     "the fallback of the rule %s uses %s, whose variable %s nothing on the account %s "
		     "fills, so that "
		     "it never leaves",
		     p->rule->name, s->id, s->vars[i].name, p->account->name);
		return "never-fires";
	}
	return NULL;
}

static const char *
try_pairing(struct pairing *p)
{
	const char *code = try_platform(p);

	if (!code)
		code = try_acknowledgement(p);
	if (!code)
		code = try_account(p);
	if (!code)
		code = try_fallback(p);
	if (!code && p->scenario)
		code = try_variables(p);
	if (!code && p->scenario)
		code = try_languages(p);
	return code;
}

/* ---- whether there is such a text ---- */

/* A rule names the verb; its subject is known only with the event. */
static int
is_for_verb(const struct scenario *s, const char *verb)
{
	for (const char *const *kind = s->kinds; *kind; kind++) {
		const char *dot = strchr(*kind, '.');

		if (!strcmp(dot ? dot + 1 : *kind, verb))
			return 1;
	}
	return 0;
}

static const char *
try_template(const struct library *lib, const char *key, const char *template_id, const char *verb,
	     struct err *err)
{
	const struct scenario *s = library_scenario(lib, template_id);
	const char *near;

	if (!s) {
		if ((near = conf_nearest(template_id, library_ids(lib))))
			fail(err,
			     "%s: found \"%s\", expected a folder of the reply library; did you mean %s?",
			     key, template_id, near);
		else
			fail(err, "%s: found \"%s\", expected a folder of the reply library", key,
			     template_id);
		return "deleted-template";
	}
	if (verb && !is_for_verb(s, verb)) {
		fail(err, "%s: %s is not written for the action %s; its kinds say what it is for", key,
		     template_id, verb);
		return "wrong-template";
	}
	return NULL;
}

/* The rule's text, and that of its fallback. */
static const char *
try_templates(const struct library *lib, const struct conf_rule *r, struct err *err)
{
	const struct conf_fallback *b = &r->fallback;
	const char *code = NULL;

	if (*r->template_id)
		code = try_template(lib, "template", r->template_id, r->action, err);
	if (!code && b->template_id && *b->template_id)
		code = try_template(lib, "fallback", b->template_id, b->verb, err);
	return code;
}

/* ---- all rules ---- */

/* Where the section of a rule begins. */
static void
place(struct finding *f, const struct conf_rule *r, struct buf *file)
{
	const char *line = strrchr(r->place, ':');

	buf_clear(file);
	buf_add(file, r->place, line ? (size_t)(line - r->place) : strlen(r->place));
	f->file = buf_str(file);
	f->line = line ? atoi(line + 1) : 1;
	f->column = 1;
}

static const struct policy *
policy_of(struct policy *const policies[], const struct connector *connector)
{
	for (size_t i = 0; policies && connectors[i]; i++)
		if (connectors[i] == connector)
			return policies[i];
	return NULL;
}

void
library_fires(const struct library *lib, const struct conf *c, struct policy *const policies[], int64_t now,
	      void (*each)(void *, const struct finding *), void *ctx)
{
	struct buf file = BUF_MAX(4096);
	struct finding f = {0};

	for (const struct conf_rule *r = c->rules; r < c->rules + c->nrules; r++) {
		struct pairing p = {.library = lib, .rule = r, .now = now};

		place(&f, r, &file);
		if ((f.code = try_templates(lib, r, &f.err))) {
			f.error = !strcmp(f.code, "deleted-template");
			each(ctx, &f);
			continue;
		}
		p.scenario = *r->template_id ? library_scenario(lib, r->template_id) : NULL;
		f.error = 0;
		for (p.account = c->accounts; p.account < c->accounts + c->naccounts; p.account++) {
			if (mode_of(&p) == RULE_OFF || !may_concern(r->account, p.account->name) ||
			    !may_concern(r->platform, p.account->connector->name))
				continue;
			p.policy = policy_of(policies, p.account->connector);
			if (!(f.code = try_pairing(&p)))
				continue;
			f.err = p.err;
			each(ctx, &f);
		}
	}
	buf_free(&file);
}
