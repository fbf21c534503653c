/* check.c - `supercargo check`: everything that a start would read, every mistake in one run. */
#include <stdio.h>
#include <string.h>

#include "daemon/clock.h"
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

static void
check_library(struct checking *k, const struct conf *c)
{
	char folder[SHARE_PATH];
	struct library *library;
	struct err err;

	share_path("templates", folder);
	if (!(library = lint(share_root(), folder, c->service.templates, c, clock_now(), tell_finding, k,
			     &err)))
		tell_err(k, "", &err, 0);
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
