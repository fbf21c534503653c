/* classify.c - what the phrase files make of messages: one a line on standard input, one line each on standard output. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/conf/conf.h"
#include "daemon/share.h"
#include "i18n/understand.h"
#include "verb.h"

enum { LINE_MAX_READ = 64 << 10, LOCALE_ROOM = 64 };

/* The locale after the last tab, taken off the line; NULL when there is none. */
static const char *
take_locale(char *line, size_t len)
{
	char *tab = memrchr(line, '\t', len);

	if (!tab || strlen(tab + 1) >= LOCALE_ROOM)
		return NULL;
	*tab = '\0';
	return tab + 1;
}

/* "en.txt:5 where is ... order 4.0; …" as a list. */
static json_t *
reasons(const struct intent *intent)
{
	json_t *list = json_array();
	char *copy = must_strdup(buf_str(&intent->why)), *next;

	for (char *one = copy; one && *one; one = next) {
		if ((next = strstr(one, "; ")))
			*next = '\0', next += 2;
		json_array_append_new(list, json_string(one));
	}
	if (*intent->second)
		json_array_append_new(list, json_sprintf("%s %d.%d, %s %d.%d", intent->intent,
							 intent->score / 10, intent->score % 10,
							 intent->second, (intent->score - intent->ahead) / 10,
							 (intent->score - intent->ahead) % 10));
	if (intent->risk)
		json_array_append_new(list, json_string("risk"));
	free(copy);
	return list;
}

static void
put_json(const struct understanding *u)
{
	json_t *o = json_pack("{s:s, s:i, s:s, s:b, s:o}", "language", u->language.language, "score",
			      understanding_score(u), "scenario", u->intent.intent, "confident",
			      u->intent.confident, "reasons", reasons(&u->intent));

	json_dumpf(o, stdout, JSON_COMPACT);
	json_decref(o);
}

static void
classify_line(const struct call *c, const struct phrases *p, char *line, size_t len)
{
	struct understanding u;
	const char *locale;

	locale = take_locale(line, len);
	understand(p, line, locale, NULL, &u);
	if (c->json)
		put_json(&u);
	else
		printf("%s\t%d\t%s\t%s\t%s", *u.language.language ? u.language.language : "-",
		       understanding_score(&u), u.intent.intent,
		       u.intent.confident ? say(c->lang, "confident") : say(c->lang, "not confident"),
		       buf_str(&u.intent.why));
	putchar('\n');
	buf_free(&u.intent.why);
}

/* Reads a line; what does not fit is read over.  Its length, or -1 at the end. */
static ssize_t
read_line(char *line, size_t room)
{
	size_t n = 0;
	int ch = getchar();

	if (ch == EOF)
		return -1;
	for (; ch != EOF && ch != '\n'; ch = getchar())
		if (n + 1 < room && ch)
			line[n++] = (char)ch;
	while (n && line[n - 1] == '\r')
		n--;
	line[n] = '\0';
	return (ssize_t)n;
}

int
act_classify(struct call *c)
{
	struct conf *conf = conf_read(c->conf_file, c->lang, NULL, NULL);
	const char *own = conf ? conf->service.phrases : CONF_PHRASES;
	struct phrases *p;
	char folder[SHARE_PATH], *line = must_alloc(LINE_MAX_READ);
	struct err err = {""};
	ssize_t n;

	share_path("i18n/phrases", folder);
	if (!(p = phrases_load(folder, own, &err))) {
		struct buf words = BUF_MAX(8192);

		say_packed(&words, c->lang, err.text);
		fprintf(stderr, "supercargo: %s\n", buf_str(&words));
		buf_free(&words);
	}
	while (p && (n = read_line(line, LINE_MAX_READ)) >= 0) {
		classify_line(c, p, line, (size_t)n);
		fflush(stdout); /* who asks one at a time waits for it */
	}
	free(line);
	n = p ? 0 : 1;
	phrases_free(p);
	conf_free(conf);
	return (int)n;
}
