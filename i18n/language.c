#include "language.h"

#include <stdio.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include "base/buf.h"
#include "base/text.h"
#include "language_id.h"

#define TEXT_MAX    (16 * 1024) /* the beginning is enough to know a language */
#define LETTERS_MIN 4

/* Our names for CLD2's. */
static const char *const codes[][2] = {
	{"zh", "zh-Hans"}, {"zh-Hant", "zh-Hant"}, {"iw", "he"}, {"no", "nb"}, {"tl", "fil"}, {"jw", "jv"},
};

static void
from_cld(const char *code, char out[LOCALE_MAX])
{
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
		if (!strcmp(codes[i][0], code))
			code = codes[i][1];
	snprintf(out, LOCALE_MAX, "%s", code);
}

/* "de" -> "de,en": on a site its language and English are likely; without one all are. */
static void
hints_of(const char *language, char out[LOCALE_MAX + 4])
{
	char tag[LOCALE_MAX];

	*out = '\0';
	if (!language || locale_canonical(language, tag))
		return;
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
		if (locale_same_language(tag, codes[i][1]))
			strcpy(tag, codes[i][0]);
	if (strcmp(tag, "zh-Hant"))
		tag[strcspn(tag, "-")] = 0;
	snprintf(out, LOCALE_MAX + 4, strcmp(tag, "en") ? "%s,en" : "%s", tag);
}

static int
starts(const char *s, const char *with)
{
	return !strncmp(s, with, strlen(with));
}

/* A word that says nothing about the language: link, address, number, order or article id. */
static int
is_neutral(const char *word, size_t len)
{
	char copy[16];

	if (memchr(word, '@', len) || memmem(word, len, "://", 3) || strcspn(word, "0123456789") < len)
		return 1;
	snprintf(copy, sizeof copy, "%.*s", (int)(len < 15 ? len : 15), word);
	return starts(copy, "www.");
}

/* Copies what the buyer wrote in their own words.  Of a neutral word only letters beyond ASCII stay: Chinese or Thai puts no
 * space between a number and the sentence around it. */
static void
own_words(const char *text, const char *title, struct buf *out)
{
	size_t title_len = title ? strlen(title) : 0;
	int line_start = 1;

	while (*text && !out->over) {
		size_t space = strspn(text, " \t\r\n"), word;

		line_start |= !!memchr(text, '\n', space);
		text += space;
		buf_char(out, ' ');
		if (line_start && *text == '>') {
			text += strcspn(text, "\n");
			continue;
		}
		line_start = 0;
		if (title_len && !strncmp(text, title, title_len)) {
			text += title_len;
			continue;
		}
		word = strcspn(text, " \t\r\n");
		if (!is_neutral(text, word))
			buf_add(out, text, word);
		else
			for (size_t i = 0; i < word; i++)
				if ((unsigned char)text[i] >= 0x80)
					buf_char(out, text[i]);
		text += word;
	}
}

static int
letters(const struct buf *b)
{
	int n = 0;

	for (size_t i = 0; i < b->len;) {
		UChar32 c;

		U8_NEXT(b->data, i, b->len, c);
		n += c > 0 && u_isalpha(c);
	}
	return n;
}

void
language_detect(const char *text, const char *hint, const char *title, struct language_guess *guess)
{
	struct buf words = BUF_MAX(TEXT_MAX);
	char hints[LOCALE_MAX + 4];
	const char *code;
	int reliable = 0;

	memset(guess, 0, sizeof *guess);
	own_words(text, title, &words);
	if (words.len)
		buf_cut(&words, utf8_clean(words.data, words.len));
	if (letters(&words) < LETTERS_MIN)
		goto out;
	hints_of(hint, hints);
	code = language_id(words.data, (int)words.len, hints, 0, &reliable, &guess->percent);
	if (reliable && strcmp(code, "un")) {
		guess->certainty = LANGUAGE_STRONG;
	} else {
		code = language_id(words.data, (int)words.len, hints, 1, &reliable, &guess->percent);
		guess->certainty = strcmp(code, "un") ? LANGUAGE_WEAK : LANGUAGE_UNKNOWN;
	}
	if (guess->certainty == LANGUAGE_UNKNOWN)
		guess->percent = 0;
	else
		from_cld(code, guess->language);
out:
	buf_free(&words);
}
