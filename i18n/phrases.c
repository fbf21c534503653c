/* Reads phrase files. */

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "key.h"
#include "phrases.h"
#include "spelling.h"
#include "words.h"

const char *const scenario_names[SCENARIO_COUNT] = {
	"price_inquiry",
	"product_question",
	"payment_problem",
	"shipping_cost_or_customs",
	"order_status_where_is_my_order",
	"not_received",
	"change_address",
	"cancel_order",
	"return_or_exchange",
	"refund_request",
	"defective_or_not_as_described",
	"missing_or_wrong_item",
	"invoice_request",
	"feedback_or_review",
	"complaint",
	"thanks_or_positive",
	"discount_or_bulk",
	"other",
	"risk",
	INTENT_AUTOMATIC,
};

enum { FILE_BYTES = 1 << 20, LINES = 20000, LONGEST_LINE = 8192 };

struct reading {
	struct phrases *phrases;
	struct phrase_file *file;
	const char *path;
	int number;
	struct element elements[ELEMENTS]; /* of the line */
	struct buf key;
	struct err *err;
};

/* "3" or "2.5" in tenths, -1 for anything else. */
static int
tenths(const char *s)
{
	int n = 0, digits = 0;

	for (; *s >= '0' && *s <= '9' && digits < 3; s++, digits++)
		n = 10 * n + *s - '0';
	n *= 10;
	if (digits && *s == '.' && s[1] >= '0' && s[1] <= '9')
		n += s[1] - '0', s += 2;
	return digits && !*s ? n : -1;
}

/* Adds one form to an element, folded.  -1: nothing is left of it. */
static int
add_form(struct reading *r, struct element *e, char *word)
{
	struct form *form;
	size_t len = strlen(word);
	const int prefix = !r->file->unspaced && len && word[len - 1] == '*';

	if (prefix)
		word[len - 1] = '\0';
	key_of(word, r->file->language, &r->key);
	if (r->key.len < (prefix ? 2u : 1u))
		return -1;
	form = arena_alloc(r->phrases->arena, sizeof *form + r->key.len + 1);
	form->next = e->forms;
	form->len = (unsigned)r->key.len & 0x7fffffff;
	form->prefix = prefix;
	memcpy(form->text, r->key.data, r->key.len + 1);
	e->forms = form;
	return 0;
}

/* The words between two gaps; for unspaced languages all of them are one element. */
static int
read_part(struct reading *r, struct line *line, char *part, int gap)
{
	const char *end = r->file->unspaced ? "" : " ";
	char *save = NULL, *inner = NULL;
	int n = 0;

	for (char *word = strtok_r(part, end, &save); word; word = strtok_r(NULL, end, &save), n++) {
		struct element *e = &r->elements[line->nelements];

		if (line->nelements == ELEMENTS)
			return -1;
		e->gap_before = gap && !n;
		for (char *form = strtok_r(word, "|", &inner); form; form = strtok_r(NULL, "|", &inner))
			if (add_form(r, e, form))
				return -1;
		if (!e->forms)
			return -1;
		line->nelements++;
	}
	return n ? 0 : -1;
}

/* "where is|are ... order*" into elements. */
static int
read_phrase(struct reading *r, struct line *line, char *phrase)
{
	int gaps = 0;

	memset(r->elements, 0, sizeof r->elements);
	for (char *next = phrase; next; gaps++) {
		char *dots = strstr(next, "...");

		phrase = next;
		next = dots ? dots + 3 : NULL;
		if (dots)
			*dots = '\0';
		if (read_part(r, line, phrase, gaps > 0) || (dots && gaps == GAPS))
			return fail(
				r->err,
				"%s:%d: found \"%s\", expected words, with at most 3 gaps (...) between them",
				r->path, r->number, line->source);
	}
	line->elements = arena_alloc(r->phrases->arena, (size_t)line->nelements * sizeof *line->elements);
	memcpy(line->elements, r->elements, (size_t)line->nelements * sizeof *line->elements);
	return 0;
}

/* Where in a text the line may begin. */
static void
add_begins(struct reading *r, struct line *line)
{
	for (struct form *form = line->elements[0].forms; form; form = form->next) {
		struct begin *b = arena_alloc(r->phrases->arena, sizeof *b);
		struct begin **bucket = &r->file->begins[phrase_bucket(form->text)];

		*b = (struct begin){*bucket, line, form};
		*bucket = b;
	}
}

/* SCENARIO_COUNT: it is none. */
static int
scenario_of(const char *name)
{
	int id = 0;

	while (id < SCENARIO_COUNT && strcmp(name, scenario_names[id]))
		id++;
	return id;
}

static int
read_line(struct reading *r, char *text)
{
	struct line *line;
	char *weight, *phrase;
	int id;

	if (!(weight = strchr(text, '\t')) || !(phrase = strchr(weight + 1, '\t')))
		return fail(r->err, "%s:%d: found \"%s\", expected scenario TAB weight TAB phrase", r->path,
			    r->number, text);
	*weight++ = *phrase++ = '\0';
	id = scenario_of(text);
	if (id == SCENARIO_COUNT || id == OTHER)
		return fail(r->err, "%s:%d: found \"%s\", expected the name of a scenario, risk or automatic",
			    r->path, r->number, text);
	if (r->file->nlines == LINES)
		return fail(r->err, "%s:%d: found \"%s\", expected at most 20000 lines", r->path, r->number,
			    text);

	line = arena_zalloc(r->phrases->arena, sizeof *line);
	line->number = r->number;
	line->index = r->file->nlines++;
	line->scenario = (enum scenario_id)id;
	if ((line->weight = tenths(weight)) <= 0)
		return fail(r->err, "%s:%d: found \"%s\", expected a weight like 3 or 2.5", r->path,
			    r->number, weight);
	phrase += strspn(phrase, " \t");
	phrase[strcspn(phrase, "\t\r")] = '\0';
	line->source = arena_strdup(r->phrases->arena, phrase);
	line->negative = *phrase == '!';
	if (read_phrase(r, line, phrase + line->negative))
		return -1;
	*r->file->last = line;
	r->file->last = &line->next;
	if (!r->file->unspaced)
		add_begins(r, line);
	return 0;
}

/* locale TAB scenario TAB text */
static int
read_example(struct reading *r, char *text)
{
	struct arena *arena = r->phrases->arena;
	struct example *e = arena_zalloc(arena, sizeof *e);
	char *scenario = strchr(text, '\t'), *message = scenario ? strchr(scenario + 1, '\t') : NULL;
	int id;

	if (!message)
		return fail(r->err, "%s:%d: found \"%s\", expected locale TAB scenario TAB text", r->path,
			    r->number, text);
	*scenario++ = *message++ = '\0';
	if ((id = scenario_of(scenario)) >= RISK)
		return fail(r->err, "%s:%d: found \"%s\", expected the name of a scenario or other", r->path,
			    r->number, scenario);
	key_of(message, r->file->language, &r->key);
	*e = (struct example){r->file->examples, (enum scenario_id)id, arena_strdup(arena, buf_str(&r->key))};
	r->file->examples = e;
	return 0;
}

/* Each line that is neither empty nor a comment. */
static int
read_lines(struct reading *r, int (*read_one)(struct reading *, char *))
{
	struct buf text = BUF_MAX(FILE_BYTES);
	char *next = NULL;
	int bad = file_read(r->path, &text, r->err);

	if (!bad && (!utf8_valid(buf_str(&text), text.len) || strlen(buf_str(&text)) < text.len))
		bad = fail(r->err, "%s: found bytes that are no text, expected UTF-8", r->path);
	for (char *line = text.len ? text.data : NULL; line && !bad; line = next) {
		if ((next = strchr(line, '\n')))
			*next++ = '\0';
		r->number++;
		line += strspn(line, " \t");
		line[strcspn(line, "\r")] = '\0';
		if (*line && *line != '#')
			bad = read_one(r, line);
	}
	buf_free(&text);
	return bad;
}

static const char *
clitics_of(const char *language)
{
	return !strcmp(language, "ar") ? "وفبلك" : !strcmp(language, "he") ? "ושהבלמכ" : "";
}

static int
read_file(struct phrases *p, const char *folder, const char *name, struct err *err)
{
	struct reading r = {.phrases = p, .key = BUF_MAX(LONGEST_LINE), .err = err};
	int bad;

	r.path = arena_fmt(p->arena, "%s/%s", folder, name);
	r.file = arena_zalloc(p->arena, sizeof *r.file);
	r.file->last = &r.file->lines;
	r.file->name = arena_strdup(p->arena, name);
	r.file->language = arena_strndup(p->arena, name, strlen(name) - 4);
	r.file->unspaced = key_is_unspaced(r.file->language);
	r.file->gap = strspn(r.file->language, "zhja") >= 2 ? GAP_IDEOGRAPHS : GAP_LETTERS;
	r.file->clitics = clitics_of(r.file->language);
	r.file->next = p->files;
	p->files = r.file;
	bad = read_lines(&r, read_line);
	spelling_learn(r.file, p->arena);
	buf_free(&r.key);
	return bad;
}

/* Messages that a folder may have for a file. */
static int
read_examples(struct phrases *p, struct phrase_file *file, const char *folder, struct err *err)
{
	struct reading r = {.phrases = p, .file = file, .key = BUF_MAX(LONGEST_LINE), .err = err};
	int bad;

	r.path = arena_fmt(p->arena, "%s/%s.tsv", folder, file->language);
	if (!*folder || access(r.path, F_OK))
		return 0;
	bad = read_lines(&r, read_example);
	buf_free(&r.key);
	return bad;
}

static int
is_read(const struct phrases *p, const char *name)
{
	for (const struct phrase_file *f = p->files; f; f = f->next)
		if (!strcmp(f->name, name))
			return 1;
	return 0;
}

/* All files of a folder but those whose names have been read.  A folder that need not be there may be missing. */
static int
read_folder(struct phrases *p, const char *folder, int needed, struct err *err)
{
	DIR *dir = opendir(folder);
	struct dirent *d;
	int bad = 0;

	if (!dir)
		return !needed && errno == ENOENT ? 0
						  : fail(err, "%s: the phrase files cannot be read: %s",
							 folder, strerror(errno));
	while (!bad && (d = readdir(dir))) {
		size_t n = strlen(d->d_name);

		if (*d->d_name != '.' && n > 4 && n < 64 && !strcmp(d->d_name + n - 4, ".txt") &&
		    !is_read(p, d->d_name))
			bad = read_file(p, folder, d->d_name, err);
	}
	closedir(dir);
	return bad;
}

struct phrases *
phrases_load(const char *shipped, const char *own, struct err *err)
{
	struct phrases *p = must_zalloc(sizeof *p);
	int bad;

	p->arena = arena_new();
	bad = (*own && read_folder(p, own, 0, err)) || read_folder(p, shipped, 1, err);
	for (struct phrase_file *f = p->files; f && !bad; f = f->next) {
		bad = read_examples(p, f, shipped, err) || read_examples(p, f, own, err);
		words_to_learn(f, p->arena);
	}
	if (!bad && !p->files)
		bad = fail(err, "%s: found no phrase files, expected LANGUAGE.txt", shipped);
	if (bad) {
		phrases_free(p);
		return NULL;
	}
	return p;
}

void
phrases_free(struct phrases *p)
{
	if (p)
		arena_free(p->arena);
	free(p);
}
