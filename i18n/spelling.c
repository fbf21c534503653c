#include "spelling.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "phrases.h"

enum { LETTERS_MIN = 5, LETTERS_SURE = 6, LETTERS_MAX = 32 };

struct letters {
	uint32_t at[LETTERS_MAX];
	size_t n;
};

/* A word of a phrase.  Of one that is only begun the rest is free. */
struct known_word {
	struct letters letters;
	const char *text;
	size_t len;
	int prefix;
};

/* 0: it is too long to be looked at. */
static int
letters_of(const char *word, size_t len, struct letters *out)
{
	size_t used;

	for (out->n = 0; len; word += used, len -= used)
		if (out->n == LETTERS_MAX || !(used = utf8_next(word, len, &out->at[out->n++])))
			return 0;
	return 1;
}

static int
by_text(const void *a, const void *b)
{
	const struct known_word *x = a, *y = b;
	const int order = strcmp(x->text, y->text);

	return order ? order : x->prefix - y->prefix;
}

static void
learn_form(struct phrase_file *file, const struct form *form)
{
	const char *next;

	/* a form may be of several words */
	for (const char *word = form->text; word && *word; word = next) {
		const size_t len = strcspn(word, " ");
		struct known_word *k = &file->words[file->nwords];

		next = word + len + (word[len] == ' ');
		*k = (struct known_word){.text = word, .len = len, .prefix = form->prefix && !word[len]};
		file->nwords += letters_of(word, len, &k->letters) && k->letters.n >= LETTERS_MIN - 1;
	}
}

/* Each once: phrases are made of the same words over and over. */
static int
is_again(const struct known_word *a, const struct known_word *b)
{
	return a->len == b->len && a->prefix == b->prefix && !memcmp(a->text, b->text, a->len);
}

void
spelling_learn(struct phrase_file *file, struct arena *arena)
{
	struct known_word *all;
	size_t kept = 0;

	for (const struct line *line = file->lines; line; line = line->next)
		for (int i = 0; i < line->nelements; i++)
			for (const struct form *f = line->elements[i].forms; f; f = f->next)
				for (const char *s = f->text; s; s = strchr(s + 1, ' '))
					file->words_max++;
	file->words = all = must_alloc((file->words_max + 1) * sizeof *all);
	for (const struct line *line = file->lines; line; line = line->next)
		for (int i = 0; i < line->nelements; i++)
			for (const struct form *f = line->elements[i].forms; f; f = f->next)
				learn_form(file, f);
	qsort(all, file->nwords, sizeof *all, by_text);
	for (size_t i = 0; i < file->nwords; i++)
		if (!kept || !is_again(&all[i], &all[kept - 1]))
			all[kept++] = all[i];
	file->words = arena_alloc(arena, (kept + 1) * sizeof *file->words);
	memcpy(file->words, all, kept * sizeof *file->words);
	file->nwords = kept;
	free(all);
}

static size_t
common(const uint32_t *a, const uint32_t *b, size_t n)
{
	size_t i = 0;

	while (i < n && a[i] == b[i])
		i++;
	return i;
}

/* Is `word` one slip away from `known`?  The first letter is seldom wrong. */
static int
is_slip(const struct letters *word, const struct known_word *known)
{
	const struct letters *k = &known->letters;
	const size_t n = word->n < k->n ? word->n : k->n, same = common(word->at, k->at, n);
	const uint32_t *w = word->at + same, *v = k->at + same;
	const size_t wn = known->prefix && word->n > k->n ? k->n - same : word->n - same, vn = k->n - same;

	if (!same || n < LETTERS_MIN - 1 || (known->prefix && k->n < LETTERS_SURE))
		return 0;
	if (wn == vn && wn >= 2 && w[0] == v[1] && w[1] == v[0] && common(w + 2, v + 2, wn - 2) == wn - 2)
		return 1;
	if (wn == vn)
		return n >= LETTERS_SURE && wn && common(w + 1, v + 1, wn - 1) == wn - 1;
	if (known->prefix)
		return 0;
	if (wn + 1 == vn)
		return common(w, v + 1, wn) == wn;
	return wn == vn + 1 && common(w + 1, v, vn) == vn;
}

static int
is_known(const struct phrase_file *file, const char *word, size_t len)
{
	for (size_t i = 0; i < file->nwords; i++) {
		const struct known_word *k = &file->words[i];

		if ((k->prefix ? k->len <= len : k->len == len) && !memcmp(k->text, word, k->len))
			return 1;
	}
	return 0;
}

static const struct known_word *
nearest(const struct phrase_file *file, const char *word, size_t len)
{
	struct letters letters;

	if (!letters_of(word, len, &letters) || letters.n < LETTERS_MIN || is_known(file, word, len))
		return NULL;
	for (size_t i = 0; i < file->nwords; i++)
		if (is_slip(&letters, &file->words[i]))
			return &file->words[i];
	return NULL;
}

void
spelling_mend(const struct phrase_file *file, const char *text, struct buf *out)
{
	while (*text) {
		const size_t len = strcspn(text, " ");
		const struct known_word *k = nearest(file, text, len);

		buf_add(out, k ? k->text : text, k ? k->len : len);
		text += len;
		if (*text)
			buf_char(out, *text++);
	}
}
