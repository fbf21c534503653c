/* Lint: broken templates, each with one mistake that must give its one code and no other, and, where it is cheap, the mended text, which must give
 * none. */

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "connectors/base/instant.h"
#include "daemon/outbox/variables.h"
#include "daemon/template/lint.h"
#include "daemon/template/scenario.h"

#include <cmocka.h>

/* `vars`: "name", "count:int", "when?:date" (optional), "colour:select=red,blue" (its words).  `conf` replaces "phase = post, trigger = t" and comes
 * before the variables; "" for that.  `text` is what stands in LOCALE.txt. */
struct broken {
	const char *code;
	int line, column;
	const char *locale, *vars, *text, *mended, *conf;
};

#include "daemon_lint_cases.h"

static char folder[] = "/tmp/lint-XXXXXX", own[] = "/tmp/lint-own-XXXXXX";

static const char *
root(void)
{
	const char *share = getenv("SUPERCARGO_SHARE");

	return share ? share : ".";
}

static int
remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st, (void)flag;
	return ftw->level ? remove(path) : 0;
}

static int
setup(void **state)
{
	(void)state;
	return mkdtemp(folder) && mkdtemp(own) ? 0 : -1;
}

static int
teardown(void **state)
{
	(void)state;
	nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	nftw(own, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	rmdir(folder);
	rmdir(own);
	message_cleanup();
	return 0;
}

static void
put(const char *where, const char *id, const char *name, const char *text, size_t len)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", where, id);
	mkdir(path, 0700);
	snprintf(path, sizeof path, "%s/%s/%s", where, id, name);
	assert_non_null(f = fopen(path, "w"));
	assert_int_equal(fwrite(text, 1, len, f), len);
	fclose(f);
}

static const char *
sample_of(const char *type, const char *words)
{
	return !strcmp(type, "int")      ? "3"
	       : !strcmp(type, "dec")    ? "2.5"
	       : !strcmp(type, "money")  ? "28.90 EUR"
	       : !strcmp(type, "date")   ? "2026-10-08T18:00:00Z"
	       : !strcmp(type, "list")   ? "a b"
	       : !strcmp(type, "select") ? words
					 : "Erika Mustermann";
}

/* template.conf of a case. */
static void
declare(const struct broken *b, struct buf *conf)
{
	char vars[512], *rest = vars, *word;

	buf_put(conf, *b->conf ? b->conf : "[template]\nphase = post\ntrigger = t\nmode = approve\n");
	snprintf(vars, sizeof vars, "%s", b->vars);
	while ((word = strsep(&rest, " "))) {
		char *words = strchr(word, '='), *type = strchr(word, ':'), *optional, first[32] = "red";
		const struct variable *known;

		if (words)
			*words++ = '\0';
		if (type)
			*type++ = '\0';
		if ((optional = strchr(word, '?')))
			*optional = '\0';
		if (!*word)
			continue;
		known = variable_find(word);
		if (words)
			snprintf(first, sizeof first, "%.*s", (int)strcspn(words, ","), words);
		for (char *c = words; c && *c; c++)
			*c = *c == ',' ? ' ' : *c;
		buf_fmt(conf,
			"[variable \"%s\"]\ntype = %s\noptional = %s\nsample = %s%s%s\nsource = \"%s: x\"\n",
			word, type ? type : "str", optional ? "yes" : "no",
			type && strcmp(type, "str") ? "" : "\"", sample_of(type ? type : "str", first),
			type && strcmp(type, "str") ? "" : "\"",
			known                                      ? room_words[known->room - ROOM_ORDER]
			: words || !type || strcmp(type, "select") ? "person"
								   : "dispute");
		if (words)
			buf_fmt(conf, "words = %s\n", words);
	}
}

struct seen {
	int n, line, column;
	int reviewed; /* as if somebody had */
	struct buf all;
	char code[64];
};

static void
see(void *ctx, const struct finding *f)
{
	struct seen *s = ctx;
	char words[ERR_MAX];

	if (s->reviewed && !strcmp(f->code, "unreviewed"))
		return;
	if (!s->n++) {
		snprintf(s->code, sizeof s->code, "%s", f->code);
		s->line = f->line;
		s->column = f->column;
	}
	err_english(f->err.text, words, sizeof words);
	buf_fmt(&s->all, "    %s:%d:%d [%s] %s\n", f->file, f->line, f->column, f->code, words);
}

static void
lint_folder(const char *shipped, const char *mine, const struct conf *conf, struct seen *s)
{
	struct err err = {""};
	struct library *lib;
	int64_t now;

	assert_int_equal(instant_parse("2026-11-01T00:00:00Z", &now), 0);
	*s = (struct seen){.all = BUF_MAX(64 << 10), .reviewed = s->reviewed};
	lib = lint(root(), shipped, mine, conf, now, see, s, &err);
	assert_non_null(lib);
	library_free(lib);
}

/* 1: not as it should be. */
static int
differs(const struct broken *b, size_t i)
{
	struct buf conf = BUF_MAX(8192);
	char name[80];
	struct seen s = {.reviewed = strcmp(b->code, "unreviewed") != 0};
	int bad;

	nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	declare(b, &conf);
	put(folder, "post_case", "template.conf", buf_str(&conf), conf.len);
	snprintf(name, sizeof name, "%s.txt", b->locale);
	put(folder, "post_case", name, b->text, strlen(b->text));
	lint_folder(folder, "", NULL, &s);
	bad = s.n != 1 || strcmp(s.code, b->code) != 0 || s.line != b->line || s.column != b->column;
	if (bad)
		print_error("case %zu (%s) \"%.60s\": expected %s at %d:%d once, found %d:\n%s", i, b->locale,
			    b->text, b->code, b->line, b->column, s.n, buf_str(&s.all));
	buf_free(&s.all);
	if (b->mended) {
		put(folder, "post_case", name, b->mended, strlen(b->mended));
		lint_folder(folder, "", NULL, &s);
		if (s.n)
			print_error("case %zu (%s), mended \"%.60s\": expected nothing, found:\n%s", i,
				    b->locale, b->mended, buf_str(&s.all));
		bad |= s.n;
		buf_free(&s.all);
	}
	buf_free(&conf);
	return bad != 0;
}

static void
test_each_broken_template(void **state)
{
	const size_t n = sizeof broken / sizeof *broken;
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < n; i++)
		bad += differs(&broken[i], i);
	assert_true(n >= 120);
	assert_int_equal(bad, 0);
}

/* Bytes that a C string does not hold. */
static void
test_bytes(void **state)
{
	static const struct {
		const char *code, *bytes;
		size_t len;
	} cases[] = {
		{"control-character", "a\0b", 3}, {"not-utf8", "a\xff", 2}, {"control-character", "a\rb", 3}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct broken plain = {.vars = "", .conf = ""};
		struct buf conf = BUF_MAX(1024);
		struct seen s = {0};

		nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
		declare(&plain, &conf);
		put(folder, "post_case", "template.conf", buf_str(&conf), conf.len);
		put(folder, "post_case", "ko.txt", cases[i].bytes, cases[i].len);
		lint_folder(folder, "", NULL, &s);
		assert_int_equal(s.n, 1);
		assert_string_equal(s.code, cases[i].code);
		assert_int_equal(s.column, 2);
		buf_free(&s.all);
		buf_free(&conf);
	}
}

/* A seller's text for a scenario that does not exist, with the name that was meant. */
static void
test_unknown_scenario(void **state)
{
	const struct broken plain = {.vars = "", .conf = ""};
	struct buf conf = BUF_MAX(1024);
	struct seen s = {0};

	(void)state;
	nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	declare(&plain, &conf);
	put(folder, "post_case", "template.conf", buf_str(&conf), conf.len);
	put(folder, "post_case", "en.txt", "Hello", 5);
	put(own, "post_caes", "de.txt", "Hallo", 5);
	lint_folder(folder, own, NULL, &s);
	assert_int_equal(s.n, 1);
	assert_string_equal(s.code, "unknown-scenario");
	assert_non_null(strstr(s.all.data, "did you mean post_case?"));
	buf_free(&s.all);
	nftw(own, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	put(own, "post_case", "de.txt", "Hallo", 5);
	lint_folder(folder, own, NULL, &s);
	assert_int_equal(s.n, 0);
	buf_free(&s.all);
	nftw(own, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	buf_free(&conf);
}

/* ---- rules ---- */

static const char *
no_language(const char *marketplace)
{
	return !strcmp(marketplace, "SITE_SE") ? "sv" : "en";
}

static const struct stream few_streams[] = {{.name = "messages", .tells = "message"}, {.name = NULL}};
static const struct action few_actions[] = {{.kind = "reply"}, {.kind = "return.decline"}, {.kind = NULL}};
static const struct capability few_capabilities[] = {{"return.received", BY_PERSON, "x", NULL, NULL},
						     {"return.label", NOT_HERE, "x", NULL, NULL},
						     {.kind = NULL}};
static const struct connector few = {.name = "few",
				     .title = "Few",
				     .streams = few_streams,
				     .actions = few_actions,
				     .capabilities = few_capabilities,
				     .language = no_language};

static void
test_rules(void **state)
{
	static const char *const sweden[] = {"SITE_SE", NULL};
	static const struct {
		const char *on, *action, *template_id, *code, *words;
		const char *const *marketplace;
	} cases[] = {
		{"message.received", "reply", "post_case", NULL, "", NULL},
		{"message.received", "reply", "post_caes", "deleted-template", "did you mean post_case?",
		 NULL},
		{"message.received", "reply", "other_kind", "wrong-template",
		 "not written for the action reply", NULL},
		{"message.received", "reply", "denied", "never-fires", "Few does not allow as a message",
		 NULL},
		{"message.received", "reply", "by_hand", "never-fires", "Few does not allow as a message",
		 NULL},
		{"feedback.received", "reply", "post_case", "never-fires",
		 "feedback.received, which Few never tells", NULL},
		{"order.shipped", "reply", "post_case", "never-fires", "order.shipped, which Few never tells",
		 NULL},
		{"dispute.opened", "decline", "other_kind", "never-fires",
		 "dispute.opened, which Few never tells", NULL},
		{"message.received", "refund", "", "never-fires", "wants refund, which Few does not offer",
		 NULL},
		{"message.received", "reply", "unread", "waits-for-a-person",
		 "text for en nobody has reviewed", NULL},
		{"message.received", "reply", "post_case", "missing-locale", "no text for sv", sweden},
	};
	static const struct {
		const char *id, *conf;
	} scenarios[] = {
		{"post_case", "reviewed = en\n"},
		{"other_kind", "kinds = return.decline\nreviewed = en\n"},
		{"denied", "reviewed = en\n[platform \"few\"]\npermission = N\n"},
		{"by_hand", "reviewed = en\n[platform \"few\"]\npermission = O\n"},
		{"unread", "mode = approve\n"},
	};
	struct conf_account account = {.name = "toys", .connector = &few, .language = "en"};
	struct conf_rule rule = {.name = "one", .place = "/etc/x.conf:12"};
	struct conf conf = {.accounts = &account, .naccounts = 1, .rules = &rule, .nrules = 1};

	(void)state;
	nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	for (size_t i = 0; i < sizeof scenarios / sizeof *scenarios; i++) {
		char text[256];

		snprintf(text, sizeof text, "[template]\nphase = post\ntrigger = t\n%s", scenarios[i].conf);
		put(folder, scenarios[i].id, "template.conf", text, strlen(text));
		put(folder, scenarios[i].id, "en.txt", "Hello", 5);
	}
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct seen s = {0};

		rule.on = cases[i].on;
		rule.action = cases[i].action;
		rule.template_id = cases[i].template_id;
		rule.marketplace = cases[i].marketplace;
		lint_folder(folder, "", &conf, &s);
		if (s.n != (cases[i].code != NULL) || !strstr(buf_str(&s.all), cases[i].words))
			print_error("%s %s %s:\n%s", rule.on, rule.action, rule.template_id, buf_str(&s.all));
		assert_int_equal(s.n, cases[i].code != NULL);
		assert_string_equal(s.code, cases[i].code ? cases[i].code : "");
		assert_non_null(strstr(buf_str(&s.all), cases[i].words));
		assert_int_equal(s.line, cases[i].code ? 12 : 0);
		buf_free(&s.all);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_broken_template),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_unknown_scenario),
		cmocka_unit_test(test_rules),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
