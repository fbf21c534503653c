/* parse.c - a command line against the table of verbs. */
#include <stdlib.h>
#include <string.h>

#include "daemon/conf/conf.h"
#include "verb.h"

enum { NAME_SIZE = 64 };

/* Does the row take this option?  Its list is "account all limit". */
static int
takes(const struct verb *v, const char *option)
{
	size_t n = strlen(option);

	for (const char *p = v->options; *p; p += strcspn(p, " "), p += strspn(p, " "))
		if (strcspn(p, " ") == n && !strncmp(p, option, n))
			return 1;
	return 0;
}

const struct verb *
verb_find(const char *name)
{
	const struct verb *v = verbs;

	while (v->name && strcmp(v->name, name))
		v++;
	return v->name ? v : NULL;
}

static int
find_verb(struct call *c, int argc, char **argv, int *used, struct err *err)
{
	const char *names[64] = {0}, *near;
	char two[NAME_SIZE];
	int n = 0;

	snprintf(two, sizeof two, "%s %s", argv[0], argc > 1 ? argv[1] : "");
	for (const struct verb *v = verbs; v->name; v++) {
		*used = strchr(v->name, ' ') ? 2 : 1;
		if (!strcmp(v->name, *used == 2 ? two : argv[0])) {
			c->verb = v;
			return 0;
		}
		names[n++] = v->name;
	}
	near = conf_nearest(two, names);
	near = near ? near : conf_nearest(argv[0], names);
	if (near)
		return fail(err, "found %s, expected a verb; did you mean %s?", argv[0], near);
	return fail(err, "found %s, expected a verb; supercargo help lists them", argv[0]);
}

static int
set_option(struct call *c, const struct option_row *o, const char *value, struct err *err)
{
	json_t *before;
	char *end;
	long n;

	if (!o->value) {
		json_object_set_new(c->args, o->name, json_true());
		return 0;
	}
	if (o->takes != ONE_NUMBER) {
		json_t *text = json_string(value);

		if (!text)
			return fail(err, "--%s: found bytes that are no text, expected UTF-8", o->name);
		if (o->takes == MANY_TEXTS && (before = json_object_get(c->args, o->name))) {
			if (!json_is_array(before))
				json_object_set_new(c->args, o->name, json_pack("[O]", before));
			json_array_append_new(json_object_get(c->args, o->name), text);
		} else {
			json_object_set_new(c->args, o->name, text);
		}
		return 0;
	}
	n = strtol(value, &end, 10);
	if (!*value || *end || n < 1 || n > 1000000000)
		return fail(err, "--%s: found %s, expected a number from 1", o->name, value);
	json_object_set_new(c->args, o->name, json_integer(n));
	return 0;
}

/* argv[0] begins with a dash.  The number of words it took, or -1 with err. */
static int
read_option(struct call *c, int argc, char **argv, struct err *err)
{
	const char *name = argv[0] + 2, *equals = strchr(name, '=');
	size_t n = equals ? (size_t)(equals - name) : strlen(name);
	const char *value = equals ? equals + 1 : argc > 1 ? argv[1] : NULL;
	int used = equals ? 1 : 2;

	if (!strcmp(argv[0], "--json")) {
		c->json = 1;
		return 1;
	}
	if (!strcmp(argv[0], "-c") || (!strncmp(argv[0], "--socket", 8) && n == 6)) {
		if (!value)
			return fail(err, "%s: found nothing, expected a file", argv[0]);
		*(argv[0][1] == 'c' ? &c->conf_file : &c->socket) = value;
		return used;
	}
	for (const struct option_row *o = options; o->name; o++) {
		if (strncmp(argv[0], "--", 2) || strlen(o->name) != n || strncmp(o->name, name, n) ||
		    !takes(c->verb, o->name))
			continue;
		if (!o->value && equals)
			return fail(err, "--%s: found a value, expected none", o->name);
		if (o->value && !value)
			return fail(err, "--%s: found nothing, expected %s", o->name, o->value);
		return set_option(c, o, value, err) ? -1 : o->value ? used : 1;
	}
	return fail(err, "found %s, expected another option; supercargo help %s lists them", argv[0],
		    c->verb->name);
}

/* Gives the words to the names of v->arguments. */
static int
set_arguments(struct call *c, char **words, int n, struct err *err)
{
	int at = 0;

	for (const char *p = c->verb->arguments; *p; p += strcspn(p, " "), p += strspn(p, " ")) {
		size_t len = strcspn(p, " +?.");
		const char *how = p + len;
		char name[NAME_SIZE];
		json_t *value;

		snprintf(name, sizeof name, "%.*s", (int)len, p);
		if (at == n) {
			if (memchr(how, '?', strcspn(how, " ")))
				continue;
			return fail(err, "found no %s, expected: supercargo %s %s", name, c->verb->name,
				    c->verb->arguments);
		}
		if (*how == '+') {
			value = json_array();
			while (at < n)
				json_array_append_new(value, json_string(words[at++]));
		} else if (*how == '.') {
			struct buf text = BUF_MAX(256 * 1024);

			for (int first = at; at < n; at++)
				buf_fmt(&text, "%s%s", at == first ? "" : " ", words[at]);
			value = json_string(buf_str(&text));
			buf_free(&text);
		} else {
			value = json_string(words[at++]);
		}
		if (!value)
			return fail(err, "%s: found bytes that are no text, expected UTF-8", name);
		json_object_set_new(c->args, name, value);
	}
	if (at < n)
		return fail(err, "found %s, expected nothing more: supercargo %s %s", words[at],
			    c->verb->name, c->verb->arguments);
	return 0;
}

int
call_parse(struct call *c, int argc, char **argv, struct err *err)
{
	char **words = must_alloc((size_t)(argc + 1) * sizeof *words);
	int n = 0, used, at = 0, r = -1;

	c->args = json_object();
	if (find_verb(c, argc, argv, &at, err))
		goto out;
	c->argc = argc - at;
	c->argv = argv + at;
	if (c->verb->act == act_demo) { /* its options are its own */
		r = 0;
		goto out;
	}
	for (int only_words = 0; at < argc; at += used) {
		used = 1;
		if (!only_words && !strcmp(argv[at], "--")) {
			only_words = 1;
		} else if (!only_words && (!strcmp(argv[at], "--help") || !strcmp(argv[at], "-h"))) {
			json_object_set_new(c->args, "verb", json_string(c->verb->name));
			c->verb = verb_find("help");
			r = 0;
			goto out;
		} else if (!only_words && argv[at][0] == '-' && argv[at][1]) {
			if ((used = read_option(c, argc - at, argv + at, err)) < 0)
				goto out;
		} else {
			words[n++] = argv[at];
		}
	}
	r = set_arguments(c, words, n, err);
out:
	free(words);
	return r;
}

const char *
arg_text(const struct call *c, const char *name)
{
	return json_string_value(json_object_get(c->args, name));
}
