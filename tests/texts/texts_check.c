/* texts_check.c - finds every text that the program can show and demands that the catalogue has it.
 *
 *     texts_check FOLDER…       prints file:line of each one without translation; 1 when there is one
 *
 * A text is a literal in the pattern's place of say(), TEXT() or any function declared with the attribute format(printf, …), so
 * wrappers of fail() are found by themselves.  Functions that write data, not sentences, end in _fmt.  The tables of the connectors
 * hold texts too: the help of a key, the reason of a capability.
 * That a translation has the same conversions is seen to by make_texts.
 */
#include <ctype.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "connector.h"
#include "i18n/texts.h"

#define FILES_MAX     4096
#define FUNCTIONS_MAX 256
#define TEXT_MAX      4096

struct source {
	char *path, *text; /* comments and preprocessor lines blanked */
};

struct function {
	char name[64];
	int argument; /* from 0 */
};

static struct source sources[FILES_MAX];
static size_t nsources;
static struct function functions[FUNCTIONS_MAX] = {{"say", 1}, {"TEXT", 0}};
static size_t nfunctions = 2;
static size_t found, in_tables, missing;

/* The byte after a string or character literal. */
static char *
literal_end(char *s)
{
	char quote = *s++;

	while (*s && *s != quote)
		s += *s == '\\' && s[1] ? 2 : 1;
	return *s ? s + 1 : s;
}

static void
blank(char *from, const char *to)
{
	for (; from < to; from++)
		if (*from != '\n')
			*from = ' ';
}

static void
blank_comments(char *s)
{
	int line_start = 1;

	while (*s) {
		char *end = s + 1;

		if (*s == '"' || *s == '\'') {
			end = literal_end(s);
		} else if (!strncmp(s, "/*", 2)) {
			end = strstr(s + 2, "*/");
			end = end ? end + 2 : s + strlen(s);
			blank(s, end);
		} else if (!strncmp(s, "//", 2)) {
			end = s + strcspn(s, "\n");
			blank(s, end);
		} else if (*s == '#' && line_start) {
			for (end = s; *end && *end != '\n';)
				end += *end == '\\' && end[1] ? 2 : 1;
			blank(s, end);
		}
		line_start = *s == '\n' || (line_start && isspace((unsigned char)*s));
		s = end;
	}
}

static int
read_source(const char *path, const struct stat *st, int type, struct FTW *where)
{
	const char *dot = strrchr(path, '.');
	FILE *f;
	char *text;
	size_t n;

	(void)where;
	if (type != FTW_F || !dot || (strcmp(dot, ".c") && strcmp(dot, ".h")))
		return 0;
	text = must_zalloc((size_t)st->st_size + 1);
	if (!(f = fopen(path, "rb")) || nsources == FILES_MAX) {
		perror(path);
		exit(2);
	}
	n = fread(text, 1, (size_t)st->st_size, f);
	fclose(f);
	text[n] = 0;
	blank_comments(text);
	sources[nsources++] = (struct source){must_strdup(path), text};
	return 0;
}

static int
is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Of "…name(…) __attribute__((format(printf, 2, 3)))" the name and the 2. */
static void
note_functions(const char *text)
{
	static const char attribute[] = "format(printf,";

	for (const char *at = strstr(text, attribute); at; at = strstr(at + 1, attribute)) {
		struct function *f = &functions[nfunctions];
		char *rest;
		long argument = strtol(at + strlen(attribute), &rest, 10);
		const char *s = at, *end;
		int depth = 0;

		if (strtol(rest + strspn(rest, ", "), NULL, 10) == 0 || nfunctions + 1 == FUNCTIONS_MAX)
			continue; /* takes a va_list: its pattern comes from another one */
		while (s > text && *s != ')')
			s--;
		do {
			depth += *s == ')';
			depth -= *s == '(';
		} while (depth && s-- > text);
		for (end = s; end > text && isspace((unsigned char)end[-1]);)
			end--;
		for (s = end; s > text && is_name(s[-1]);)
			s--;
		snprintf(f->name, sizeof f->name, "%.*s", (int)(end - s), s);
		f->argument = (int)argument - 1;
		if (end - s > 4 && !strncmp(end - 4, "_fmt", 4))
			continue;
		nfunctions++;
	}
}

static int
argument_of(const char *name, size_t len)
{
	for (size_t i = 0; i < nfunctions; i++)
		if (strlen(functions[i].name) == len && !memcmp(functions[i].name, name, len))
			return functions[i].argument;
	return -1;
}

static void
demand(const struct source *source, const char *at, struct buf *text)
{
	const char *key = buf_str(text);
	int line = 1;

	if (!text->len)
		return;
	found++;
	if (say(LANG_ZH, key) == key) {
		for (const char *s = source->text; s < at; s++)
			line += *s == '\n';
		printf("%s:%d: not in the catalogue: \"%s\"\n", source->path, line, key);
		missing++;
	}
	buf_clear(text);
}

/* Appends what the literal means. */
static char *
add_literal(char *s, struct buf *text)
{
	char *end = literal_end(s);

	for (s++; s < end - 1; s++) {
		static const char from[] = "nt\"\\'?", to[] = "\n\t\"\\'?";
		const char *known;

		if (*s != '\\')
			buf_char(text, *s);
		else if ((known = strchr(from, *++s)))
			buf_char(text, to[known - from]);
		else if (*s == 'x' || (*s >= '0' && *s <= '7')) {
			char *rest;

			buf_char(text, (char)strtol(s + (*s == 'x'), &rest, *s == 'x' ? 16 : 8));
			s = rest - 1;
		}
	}
	return end;
}

/* The arguments of one call, up to behind its ")"; calls inside have their own. */
static char *
read_call(const struct source *source, char *s, int wanted)
{
	struct buf text = BUF_MAX(TEXT_MAX);
	const char *begin = s;
	int argument = 0, depth = 1;

	while (*s && depth) {
		if (isspace((unsigned char)*s)) {
			s++;
			continue;
		}
		if (*s == '"' && argument == wanted) {
			begin = text.len ? begin : s;
			s = add_literal(s, &text);
			continue;
		}
		demand(source, begin, &text);
		if (*s == '"' || *s == '\'') {
			s = literal_end(s);
		} else if (is_name(*s)) {
			char *name = s;

			while (is_name(*s))
				s++;
			char *open = s + strspn(s, " \t\n");
			if (*open == '(')
				s = read_call(source, open + 1, argument_of(name, (size_t)(s - name)));
		} else {
			depth += *s == '(' || *s == '[' || *s == '{';
			depth -= *s == ')' || *s == ']' || *s == '}';
			argument += *s == ',' && depth == 1;
			s++;
		}
	}
	demand(source, begin, &text);
	buf_free(&text);
	return s;
}

static void
demand_in_table(const char *connector, const char *row, const char *key)
{
	if (!key)
		return;
	in_tables++;
	if (say(LANG_ZH, key) == key) {
		printf("connectors/%s: %s: not in the catalogue: \"%s\"\n", connector, row, key);
		missing++;
	}
}

int
main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (nftw(argv[i], read_source, 16, FTW_PHYS)) {
			perror(argv[i]);
			return 2;
		}
	for (size_t i = 0; i < nsources; i++)
		note_functions(sources[i].text);
	for (size_t i = 0; i < nsources; i++) {
		for (char *s = sources[i].text;
		     *s;) /* the outermost text is like the inside of a call to nothing */
			s = read_call(&sources[i], s, -1);
		free(sources[i].path);
		free(sources[i].text);
	}
	for (const struct connector *const *c = connectors; *c; c++) {
		for (const struct key *k = (*c)->keys; k && k->name; k++)
			demand_in_table((*c)->name, k->name, k->help);
		for (const struct capability *k = (*c)->capabilities; k && k->kind; k++)
			demand_in_table((*c)->name, k->kind, k->why);
		for (const struct check *k = (*c)->checks; k && k->name; k++)
			demand_in_table((*c)->name, "check", k->name);
	}
	printf("%zu texts in %zu files and %zu in tables, %zu not in the catalogue%s\n", found, nsources,
	       in_tables, missing, missing ? " i18n/texts/zh-Hans.po" : "");
	return missing || !found;
}
