/* Finds phrases in a message: by words, or as substrings where words are not set apart. */

#include <string.h>

#include "phrases.h"

enum { TIMES_MAX = 3, CLITICS_MAX = 3, CLITIC_WORD_MIN = 6 };

/* ---- by words ---- */

/* The end of `form` at `at`, 0 when it does not stand there. */
static size_t
form_at(const char *text, size_t at, const struct form *form)
{
	size_t end = at + form->len;

	if (strncmp(text + at, form->text, form->len))
		return 0;
	if (form->prefix)
		end += strcspn(text + end, " ");
	return !text[end] || text[end] == ' ' ? end : 0;
}

/* The word at `at` without its first clitic (two bytes: Arabic, Hebrew), 0 when it has none.  The article is one of two letters. */
static size_t
after_clitic(const struct phrase_file *file, const char *text, size_t at)
{
	static const char article[] = "ال";

	if (!*file->clitics)
		return 0;
	if (!strncmp(text + at, article, strlen(article)))
		return at + strlen(article);
	for (const char *c = file->clitics; *c; c += 2)
		if (!strncmp(text + at, c, 2))
			return at + 2;
	return 0;
}

/* The same, also with clitics before it.  Short words only stand alone: too many others end like them. */
static size_t
word_at(const struct phrase_file *file, const char *text, size_t at, const struct form *form)
{
	size_t end = form_at(text, at, form);

	for (int i = 0; !end && form->len >= CLITIC_WORD_MIN && i < CLITICS_MAX; i++) {
		if (!(at = after_clitic(file, text, at)))
			return 0;
		end = form_at(text, at, form);
	}
	return end;
}

/* The rest of a line after `end`: where it ends, 0 when it does not fit. */
static size_t
rest_at(const struct phrase_file *file, const char *text, size_t end, const struct line *line, int i)
{
	int skip = i < line->nelements && line->elements[i].gap_before ? GAP_WORDS : 0;
	size_t at = end, r;

	if (i == line->nelements)
		return end;
	for (; text[at] == ' ' && skip >= 0; skip--) {
		at++;
		for (const struct form *form = line->elements[i].forms; form; form = form->next)
			if ((r = word_at(file, text, at, form)) && (r = rest_at(file, text, r, line, i + 1)))
				return r;
		at += strcspn(text + at, " ");
	}
	return 0;
}

/* The lines that begin at `at`, a word or what follows its clitics. */
static void
match_begin(const struct phrase_file *file, const char *text, size_t at, size_t form_min, struct hit *hits)
{
	size_t end;

	for (const struct begin *b = file->begins[phrase_bucket(text + at)]; b; b = b->next) {
		struct hit *hit = &hits[b->line->index];

		if (at >= hit->end && b->form->len >= form_min && (end = form_at(text, at, b->form)) &&
		    (end = rest_at(file, text, end, b->line, 1))) {
			hit->count++;
			hit->end = end;
		}
	}
}

static void
match_words(const struct phrase_file *file, const char *text, struct hit *hits)
{
	for (size_t at = 0; text[at]; at += strcspn(text + at, " "), at += text[at] == ' ') {
		size_t bare = at;

		match_begin(file, text, at, 0, hits);
		for (int i = 0; i < CLITICS_MAX && (bare = after_clitic(file, text, bare)); i++)
			match_begin(file, text, bare, CLITIC_WORD_MIN, hits);
	}
}

/* ---- as substrings ---- */

static int
continues(const struct phrase_file *file, const char *text, const struct line *line, int i)
{
	const char *p = text;

	if (i == line->nelements)
		return 1;
	for (int n = 0; n <= file->gap; n++) {
		for (const struct form *form = line->elements[i].forms; form; form = form->next)
			if (!strncmp(p, form->text, form->len) && continues(file, p + form->len, line, i + 1))
				return 1;
		if (!*p)
			return 0;
		while ((*++p & 0xc0) == 0x80)
			;
	}
	return 0;
}

static void
match_substrings(const struct phrase_file *file, const char *text, struct hit *hits)
{
	for (const struct line *line = file->lines; line; line = line->next)
		for (const struct form *form = line->elements[0].forms; form; form = form->next) {
			int *count = &hits[line->index].count;
			const char *p = text;

			while (*count < TIMES_MAX && (p = strstr(p, form->text))) {
				p += form->len;
				*count += continues(file, p, line, 1);
			}
		}
}

void
phrases_match(const struct phrase_file *file, const char *text, struct hit *hits)
{
	(file->unspaced ? match_substrings : match_words)(file, text, hits);
}
