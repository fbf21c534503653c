/* here.c - verbs that need no service: they read files, or start something. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "connectors/base/json.h"
#include "daemon/clock.h"
#include "daemon/conf/conf.h"
#include "daemon/share.h"
#include "daemon/template/library.h"
#include "daemon/template/lint.h"
#include "library.h"
#include "verb.h"

int
act_run(struct call *c)
{
	struct run_options o = {
		.conf_file = c->conf_file,
		.stop_after = (long)json_int(c->args, "stop-after", 0),
		.debug = json_flag(c->args, "debug", 0),
	};

	return c->run(&o);
}

int
act_help(struct call *c)
{
	const char *name = arg_text(c, "verb");
	const struct verb *only = name ? verb_find(name) : NULL;
	struct buf text = BUF_MAX(1 << 20);

	if (name && !only) {
		fprintf(stderr, say(c->lang, "supercargo: there is no verb %s\n"), name);
		return 2;
	}
	usage(&text, c->lang, only);
	fputs(buf_str(&text), stdout);
	buf_free(&text);
	return 0;
}

/* What the demonstration needs beside it, unless the environment names another. */
static void
name_beside(const char *variable, const char *folder, const char *file)
{
	char path[PATH_MAX];

	snprintf(path, sizeof path, "%s/%s", folder, file);
	setenv(variable, path, 0);
}

/* The demonstration is a script; it finds this program, the marketplace and its worlds in the environment. */
int
act_demo(struct call *c)
{
	const char *folder = libexec_root();
	char self[PATH_MAX], script[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
	char **argv = must_zalloc((size_t)(c->argc + 2) * sizeof *argv);

	snprintf(script, sizeof script, "%s/demo", folder);
	if (n > 0)
		self[n] = '\0';
	setenv("SUPERCARGO", n > 0 ? self : c->program, 1);
	setenv("SUPERCARGO_SHARE", share_root(), 1);
	name_beside("MARKET", folder, "market");
	name_beside("WORLDS", folder, "worlds");
	argv[0] = script;
	for (int i = 0; i < c->argc; i++)
		argv[i + 1] = c->argv[i];
	execv(script, argv);
	fprintf(stderr, say(c->lang, "supercargo: %s cannot be started\n"), script);
	free(argv);
	return 1;
}

static void
put_key(struct buf *out, enum lang lang, const struct key *k)
{
	buf_fmt(out, "# %s\n", say(lang, k->help));
	if (k->type == KEY_SECRET)
		buf_fmt(out, "%s%s = file:/etc/supercargo/%s\n", k->required ? "" : "#", k->name, k->name);
	else
		buf_fmt(out, "%s%s = %s\n", k->required ? "" : "#", k->name,
			k->preset && *k->preset ? k->preset : "…");
}

static void
put_keys(struct buf *out, enum lang lang, const struct connector *platform, unsigned application)
{
	for (const struct key *k = platform->keys; k && k->name; k++)
		if (k->application == application)
			put_key(out, lang, k);
}

int
act_account_add(struct call *c)
{
	const struct connector *platform = connector_find(arg_text(c, "platform"));
	const char *application = arg_text(c, "application");
	struct buf out = BUF_MAX(1 << 20);

	if (!platform) {
		fprintf(stderr, say(c->lang, "supercargo: there is no platform %s; there are:"),
			arg_text(c, "platform"));
		for (size_t i = 0; connectors[i]; i++)
			fprintf(stderr, " %s", connectors[i]->name);
		fputc('\n', stderr);
		return 1;
	}
	buf_fmt(&out, "# %s\n",
		say(c->lang,
		    "Put this into the configuration file, fill in what is missing, then: supercargo check"));
	if (!application) {
		buf_fmt(&out, "[application \"%s-main\"]\nplatform = %s\n", platform->name, platform->name);
		put_keys(&out, c->lang, platform, 1);
		buf_char(&out, '\n');
	}
	buf_fmt(&out, "[account \"%s\"]\nplatform = %s\n", arg_text(c, "name"), platform->name);
	if (application)
		buf_fmt(&out, "application = %s\n", application);
	else
		buf_fmt(&out, "application = %s-main\n", platform->name);
	put_keys(&out, c->lang, platform, 0);
	fputs(buf_str(&out), stdout);
	buf_free(&out);
	return 0;
}

/* ---- the reply library ---- */

void
collect(void *ctx, const struct finding *f)
{
	struct findings *to = ctx;
	struct buf text = BUF_MAX(8192);

	say_packed(&text, to->lang, f->err.text);
	to->errors += f->error != 0;
	json_array_append_new(to->list, json_pack("{s:b, s:s, s:s, s:i, s:i, s:s}", "error", f->error != 0,
						  "code", f->code, "file", f->file, "line", f->line, "column",
						  f->column, "text", buf_str(&text)));
	buf_free(&text);
}

/* The library that is configured, or a folder of texts by itself. */
json_t *
here_template_lint(struct call *c, struct err *err)
{
	struct findings to = {.lang = c->lang, .list = json_array()};
	const char *named = arg_text(c, "folder");
	struct conf *conf = named ? NULL : conf_read(c->conf_file, c->lang, NULL, NULL);
	struct library *library;
	char folder[SHARE_PATH];

	share_path("templates", folder);
	library = lint(share_root(), named ? named : folder, conf ? conf->service.templates : "", conf,
		       clock_now(), collect, &to, err);
	conf_free(conf);
	if (!library) {
		json_decref(to.list);
		return NULL;
	}
	library_free(library);
	return json_pack("{s:o, s:i}", "findings", to.list, "errors", to.errors);
}
