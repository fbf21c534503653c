/* check.c - `supercargo check`: everything that a start would read, every mistake in one run. */
#include <stdio.h>
#include <string.h>

#include "daemon/conf/conf.h"
#include "daemon/policy/policy.h"
#include "daemon/share.h"
#include "daemon/template/lint.h"
#include "i18n/intent.h"
#include "verb.h"

struct checking {
	enum lang lang;
	int errors;
};

static void
tell(void *ctx, int warning, const char *line)
{
	struct checking *k = ctx;

	k->errors += !warning;
	printf("%s: %s\n", warning ? say(k->lang, "warning") : say(k->lang, "error"), line);
}

static void
tell_err(struct checking *k, const char *place, const struct err *err, int warning)
{
	struct buf line = BUF_MAX(8192);

	buf_fmt(&line, "%s%s", place, *place ? ": " : "");
	say_packed(&line, k->lang, err->text);
	tell(k, warning, buf_str(&line));
	buf_free(&line);
}

static void
tell_finding(void *ctx, const struct finding *f)
{
	char place[4200];

	snprintf(place, sizeof place, "%s:%d:%d", f->file, f->line, f->column);
	tell_err(ctx, place, &f->err, !f->error);
}

/* Words that stand in the list, or everything when there is no list. */
static int
may_concern(const char *const *list, const char *word)
{
	const char *const *w = list;

	while (w && *w && strcmp(*w, word) != 0)
		w++;
	return !w || *w;
}

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

/* A rule whose text is not there would do nothing; one that a platform forbids would only make held replies. */
static void
check_rule(struct checking *k, const struct conf *c, const struct conf_rule *rule,
	   const struct library *library)
{
	const char *const *ids = library_ids(library), *near;
	struct err err;

	if (!*rule->template_id)
		return;
	if (!library_scenario(library, rule->template_id)) {
		if ((near = conf_nearest(rule->template_id, ids)))
			fail(&err,
			     "template: found \"%s\", expected a folder of the reply library; did you mean "
			     "%s?",
			     rule->template_id, near);
		else
			fail(&err, "template: found \"%s\", expected a folder of the reply library",
			     rule->template_id);
		tell_err(k, rule->place, &err, 0);
		return;
	}
	if (!is_for_verb(library_scenario(library, rule->template_id), rule->action)) {
		fail(&err, "template: %s is not written for the action %s; its kinds say what it is for",
		     rule->template_id, rule->action);
		tell_err(k, rule->place, &err, 1);
	}
	for (int i = 0; i < c->naccounts; i++) {
		const struct conf_account *a = &c->accounts[i];

		if (rule->mode == RULE_OFF || !may_concern(rule->account, a->name) ||
		    !may_concern(rule->platform, a->connector->name) ||
		    strcmp(library_permission(library, rule->template_id, a->connector->name), "N") != 0)
			continue;
		fail(&err, "template: %s does not allow %s to be sent, but the rule includes account %s",
		     a->connector->title, rule->template_id, a->name);
		tell_err(k, rule->place, &err, 1);
	}
}

static void
check_library(struct checking *k, const struct conf *c)
{
	char folder[SHARE_PATH];
	struct library *library;
	struct err err;

	share_path("templates", folder);
	if (!(library = library_lint(folder, c->service.templates, tell_finding, k, &err))) {
		tell_err(k, "", &err, 0);
		return;
	}
	for (int i = 0; i < c->nrules; i++)
		check_rule(k, c, &c->rules[i], library);
	library_fires(library, c, tell_finding, k);
	library_free(library);
}

static void
check_phrases(struct checking *k, const struct conf *c)
{
	char folder[SHARE_PATH];
	struct phrases *phrases;
	struct err err;

	share_path("i18n/phrases", folder);
	if (!(phrases = phrases_load(folder, c->service.phrases, &err)))
		tell_err(k, "", &err, 0);
	phrases_free(phrases);
}

static int
is_known(const void *connector, const char *pattern)
{
	return kind_is_known(connector, pattern);
}

static void
check_policies(struct checking *k)
{
	struct policy *policy;
	struct err err;

	for (size_t i = 0; connectors[i]; i++) {
		if (!(policy = policy_load(share_root(), connectors[i]->name, &err)) ||
		    policy_kinds(policy, is_known, connectors[i], &err))
			tell_err(k, "", &err, 0);
		policy_free(policy);
	}
}

int
act_check(struct call *c)
{
	struct checking k = {.lang = c->lang};
	struct conf *conf = conf_read(c->conf_file, c->lang, tell, &k);
	struct buf text = BUF_MAX(16 << 20);

	if (conf) {
		check_library(&k, conf);
		check_phrases(&k, conf);
		if (json_object_get(c->args, "print"))
			conf_print(conf, &text);
	}
	check_policies(&k);
	fputs(buf_str(&text), stdout);
	if (k.errors || !conf)
		printf(say(c->lang, "%s: %d errors\n"), c->conf_file, k.errors);
	else
		printf(say(c->lang, "%s: no errors, %d accounts, %d rules\n"), c->conf_file, conf->naccounts,
		       conf->nrules);
	buf_free(&text);
	conf_free(conf);
	return k.errors || !conf;
}
