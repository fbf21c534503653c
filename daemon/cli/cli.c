/* cli.c - one command from argv to exit code. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "connectors/base/json.h"
#include "daemon/clock.h"
#include "verb.h"

#define CONF_FILE "/etc/supercargo/supercargo.conf"

enum lang
cli_language(void)
{
	static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};

	for (int i = 0; i < 3; i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			return lang_of(value);
	}
	return LANG_EN;
}

static void
put_verb(struct buf *out, enum lang lang, const struct verb *v)
{
	struct buf left = BUF_MAX(256);

	buf_put(&left, v->name);
	for (const char *p = v->arguments; *p; p += strcspn(p, " "), p += strspn(p, " ")) {
		size_t n = strcspn(p, " "), name = strcspn(p, " +?.");
		int may_lack = memchr(p, '?', n) != NULL;

		buf_char(&left, ' ');
		buf_put(&left, may_lack ? "[" : "");
		for (size_t i = 0; i < name; i++)
			buf_char(&left, (char)(p[i] - 'a' + 'A'));
		buf_put(&left, p[name] == '+' || p[name] == '.' ? "..." : "");
		buf_put(&left, may_lack ? "]" : "");
	}
	buf_fmt(out, "  %-32s %s\n", buf_str(&left), say(lang, v->help));
	buf_free(&left);
}

void
usage(struct buf *out, enum lang lang, const struct verb *only)
{
	buf_fmt(out, "%s\n\n",
		say(lang, "usage: supercargo VERB [ARGUMENT...] [--json] [-c FILE] [--socket FILE]"));
	for (const struct verb *v = verbs; v->name; v++)
		if (!only || v == only)
			put_verb(out, lang, v);
	for (const struct option_row *o = options; only && o->name; o++) {
		char name[64], list[256], word[66];

		snprintf(word, sizeof word, " %s ", o->name);
		snprintf(list, sizeof list, " %s ", only->options);
		if (!strstr(list, word))
			continue;
		snprintf(name, sizeof name, "--%s %s", o->name, o->value ? o->value : "");
		buf_fmt(out, "    %-30s %s\n", name, say(lang, o->help));
	}
}

static void
print_err(enum lang lang, const struct err *err)
{
	struct buf text = BUF_MAX(8192);

	say_packed(&text, lang, err->text);
	fprintf(stderr, "supercargo: %s\n", buf_str(&text));
	buf_free(&text);
}

static void
print_result(const struct call *c, const json_t *result)
{
	struct buf text = BUF_MAX(64 << 20);
	struct winsize size = {0};
	struct view view = {.lang = c->lang, .now = clock_now()};

	if (c->json) {
		json_dumpf(result, stdout, JSON_INDENT(2) | JSON_ENCODE_ANY);
		putchar('\n');
		return;
	}
	if (isatty(STDOUT_FILENO) && !ioctl(STDOUT_FILENO, TIOCGWINSZ, &size))
		view.columns = size.ws_col;
	c->verb->render(&text, &view, result);
	fwrite(buf_str(&text), 1, text.len, stdout);
	buf_free(&text);
}

/* Asks the service or answers here, then shows the result. */
static int
answer(struct call *c)
{
	json_t *result = NULL;
	struct err err;
	int code = 1;

	if (!c->verb->prepare || !c->verb->prepare(c, &err))
		result = c->verb->here ? c->verb->here(c, &err) : client_ask(c, c->verb->name, c->args, &err);
	if (result) {
		print_result(c, result);
		code = fflush(stdout) ? 1 : 0;
		if (c->verb->here && json_int(result, "errors", 0)) /* of lint and import */
			code = 1;
	} else {
		print_err(c->lang, &err);
	}
	json_decref(result);
	return code;
}

int
cli(int argc, char **argv, int (*run)(const struct run_options *))
{
	struct call c = {.lang = cli_language(), .program = argv[0], .conf_file = CONF_FILE, .run = run};
	char help[] = "help", *no_verb[] = {argv[0], help, NULL};
	struct err err;
	int code = 2;

	json_setup();
	if (argc > 1 && !strcmp(argv[1], "--version")) {
		puts("supercargo " SUPERCARGO_VERSION);
		return 0;
	}
	if (argc < 2 || !strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))
		argv = no_verb, argc = 2;
	if (call_parse(&c, argc - 1, argv + 1, &err))
		print_err(c.lang, &err);
	else
		code = c.verb->act ? c.verb->act(&c) : answer(&c);
	json_decref(c.args);
	return code;
}
