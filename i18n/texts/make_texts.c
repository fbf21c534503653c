/* make_texts.c - turns the catalogue of translations into C.
 *
 *     make_texts FILE.po… OUT.c        OUT "-": only check
 *
 * Reads the plain part of the PO format: comments, msgid, msgstr, continued lines.  Every mistake is told as
 * file:line, and with one nothing is written: a text without translation, one that stands twice, or one
 * whose translation takes other conversions ("%2$s" may change their order).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX        4096
#define TEXTS_MAX       8192
#define CONVERSIONS_MAX 16

struct entry {
	const char *file;
	int line;
	char *id, *translation;
};

static struct entry entries[TEXTS_MAX];
static size_t count;
static int mistakes;

static void
mistake(const char *file, int line, const char *what, const char *text)
{
	fprintf(stderr, "%s:%d: %s: \"%s\"\n", file, line, what, text);
	mistakes++;
}

static char *
copy(const char *s)
{
	char *c = strdup(s);

	if (!c)
		abort();
	return c;
}

/* Appends the quoted part of a line to text; -1 when it is no PO string. */
static int
add_string(const char *s, char text[TEXT_MAX])
{
	size_t n = strlen(text);

	if (*s++ != '"')
		return -1;
	for (; *s && *s != '"'; s++) {
		char c = *s;

		if (c == '\\') {
			static const char from[] = "nt\"\\", to[] = "\n\t\"\\";
			const char *known = s[1] ? strchr(from, *++s) : NULL;

			if (!known)
				return -1;
			c = to[known - from];
		}
		if (n + 1 >= TEXT_MAX)
			return -1;
		text[n++] = c;
	}
	text[n] = 0;
	return *s == '"' && s[1 + strspn(s + 1, " \r\n")] == 0 ? 0 : -1;
}

struct conversion {
	int number; /* of "%2$s", 0 = the next one */
	char letters[16];
};

/* -1 when there are too many or one is cut off. */
static int
conversions(const char *s, struct conversion out[CONVERSIONS_MAX])
{
	int n = 0;

	while ((s = strchr(s, '%'))) {
		size_t len, digits = strspn(s + 1, "0123456789");
		struct conversion c = {0, ""};

		if (s[1] == '%') {
			s += 2;
			continue;
		}
		s++;
		if (digits && s[digits] == '$') {
			c.number = atoi(s);
			s += digits + 1;
		}
		len = strspn(s, "-+ #0123456789.*hlzjt");
		if (!s[len] || len + 1 >= sizeof c.letters || n == CONVERSIONS_MAX)
			return -1;
		memcpy(c.letters, s, len + 1);
		out[n++] = c;
		s += len + 1;
	}
	return n;
}

static int
same_conversions(const char *id, const char *translation)
{
	struct conversion a[CONVERSIONS_MAX], b[CONVERSIONS_MAX];
	int n = conversions(id, a), next = 0, used[CONVERSIONS_MAX] = {0};

	if (n < 0 || conversions(translation, b) != n)
		return 0;
	for (int i = 0; i < n; i++) {
		int at = b[i].number ? b[i].number - 1 : next++;

		if (a[i].number || at < 0 || at >= n || used[at]++ || strcmp(a[at].letters, b[i].letters))
			return 0;
	}
	return 1;
}

static void
finish(const char *file, int line, const char *id, const char *translation)
{
	if (!*id) /* the header of a PO file */
		return;
	if (!*translation)
		mistake(file, line, "not translated", id);
	else if (!same_conversions(id, translation))
		mistake(file, line, "the translation has other conversions", id);
	if (count == TEXTS_MAX)
		mistake(file, line, "too many texts, raise TEXTS_MAX", id);
	else
		entries[count++] = (struct entry){file, line, copy(id), copy(translation)};
}

static void
read_catalogue(const char *file)
{
	char line[2 * TEXT_MAX], id[TEXT_MAX] = "", translation[TEXT_MAX] = "";
	int number = 0, id_line = 0;
	char *part = NULL; /* what a continued line continues */
	FILE *f = fopen(file, "r");

	if (!f) {
		perror(file);
		exit(1);
	}
	while (fgets(line, sizeof line, f)) {
		const char *string = line + strspn(line, " \t");

		number++;
		if (*string == '#' || !string[strspn(string, " \r\n")]) {
			if (*string == '#' && string[1] == ',' && strstr(string, "fuzzy"))
				mistake(file, number, "not translated for sure", "fuzzy");
			continue;
		}
		if (!strncmp(string, "msgid ", 6)) {
			if (id_line)
				finish(file, id_line, id, translation);
			id[0] = translation[0] = 0;
			id_line = number;
			part = id;
			string += 6;
		} else if (!strncmp(string, "msgstr ", 7) && part == id) {
			part = translation;
			string += 7;
		}
		if (!part || add_string(string, part))
			mistake(file, number, "expected msgid \"…\", msgstr \"…\" or a continued \"…\"",
				(line[strcspn(line, "\r\n")] = 0, line));
	}
	if (id_line)
		finish(file, id_line, id, translation);
	fclose(f);
}

static int
by_id(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order = strcmp(x->id, y->id);

	return order ? order : x->line - y->line;
}

static void
write_string(FILE *out, const char *s)
{
	putc('"', out);
	for (; *s; s++)
		if (*s == '"' || *s == '\\')
			fprintf(out, "\\%c", *s);
		else if ((unsigned char)*s < ' ' || *s == '?') /* no trigraphs */
			fprintf(out, "\\%03o", (unsigned char)*s);
		else
			putc(*s, out);
	putc('"', out);
}

static int
write_table(const char *file)
{
	FILE *out = fopen(file, "w");

	if (!out) {
		perror(file);
		return 1;
	}
	fprintf(out,
		"/* made by make_texts */\n#include \"texts_table.h\"\n\nconst struct text texts_zh[] = {\n");
	for (size_t i = 0; i < count; i++) {
		fprintf(out, "\t{ ");
		write_string(out, entries[i].id);
		fprintf(out, ",\n\t  ");
		write_string(out, entries[i].translation);
		fprintf(out, " },\n");
	}
	fprintf(out,
		"\t{ 0, 0 },\n};\nconst size_t texts_zh_count = sizeof texts_zh / sizeof *texts_zh - 1;\n");
	if (fclose(out)) {
		perror(file);
		return 1;
	}
	return 0;
}

int
main(int argc, char **argv)
{
	if (argc < 3) {
		fprintf(stderr, "usage: make_texts FILE.po… OUT.c\n");
		return 2;
	}
	for (int i = 1; i < argc - 1; i++)
		read_catalogue(argv[i]);
	qsort(entries, count, sizeof *entries, by_id);
	for (size_t i = 1; i < count; i++)
		if (!strcmp(entries[i].id, entries[i - 1].id))
			mistake(entries[i].file, entries[i].line, "stands here a second time", entries[i].id);
	if (mistakes)
		return 1;
	return strcmp(argv[argc - 1], "-") ? write_table(argv[argc - 1]) : 0;
}
