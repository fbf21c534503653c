/* content.c - markup, placeholders and words. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "connectors/base/buf.h"
#include "content.h"
#include "i18n/fold.h"
#include "letters.h"

/* ---- markup and placeholders ---- */

int
content_markup(const char *text, struct place *place)
{
	for (const char *s = text; *s; s++) {
		const char *e = NULL;

		if (*s == '<' && (isalpha((unsigned char)s[1]) ||
				  (s[1] == '/' && isalpha((unsigned char)s[2])) || s[1] == '!'))
			e = strchr(s, '>');
		else if (*s == '&' && (isalpha((unsigned char)s[1]) || s[1] == '#'))
			for (e = s + 2; *e != ';';)
				if (!is_alnum(*e++) || e - s > 10) {
					e = NULL;
					break;
				}
		if (e) {
			place->start = (size_t)(s - text);
			place->len = (size_t)(e - s) + 1;
			return 1;
		}
	}
	return 0;
}

/* {name}, {name, …} */
static int
braced(const char *text, struct place *place)
{
	for (const char *s = strchr(text, '{'); s; s = strchr(s + 1, '{')) {
		const char *e = s + 1 + strspn(s + 1, " ");
		size_t n = 0;

		while (is_alnum(e[n]) || e[n] == '_')
			n++;
		e += n;
		e += strspn(e, " ");
		if (n && (*e == '}' || *e == ',')) {
			place->start = (size_t)(s - text);
			place->len = (size_t)(e - s) + 1;
			return 1;
		}
	}
	return 0;
}

static int
is_name(char c)
{
	return is_alnum(c) || c == '_';
}

/* Bytes of what other programs leave when they could not fill something in, at s: ${name} {{ [order_id] <name> %name% %s.  0: nothing. */
static size_t
leftover_at(const char *s)
{
	static const char *const names[] = {"name", "buyer",    "order",   "date", "title",
					    "item", "tracking", "carrier", NULL};
	const char close = *s == '[' ? ']' : *s == '<' ? '>' : '%';
	size_t n = 1;
	int underscore = 0;

	if ((s[0] == '{' && s[1] == '{') || (s[0] == '}' && s[1] == '}') || (s[0] == '$' && s[1] == '{'))
		return 2;
	if (*s == '%' && (s[1] == 's' || s[1] == 'd') && !is_name(s[2]))
		return 2;
	if (*s == '%' && is_digit(s[1]) && s[2] == '$' && (s[3] == 's' || s[3] == 'd'))
		return 4;
	if (*s != '[' && *s != '<' && *s != '%')
		return 0;
	for (; is_name(s[n]); n++)
		underscore |= s[n] == '_';
	if (s[n] != close || n < 2)
		return 0;
	for (const char *const *w = names; !underscore && *w; w++)
		underscore = strlen(*w) == n - 1 && !strncasecmp(s + 1, *w, n - 1);
	return underscore ? n + 1 : 0;
}

/* What programs write for nothing, as whole words at s. */
static size_t
nothing_at(const char *s)
{
	static const char *const words[] = {"null", "NULL", "undefined", "NaN", "[object Object]", NULL};

	for (const char *const *w = words; *w; w++) {
		const size_t n = strlen(*w);

		if (!strncmp(s, *w, n) && !is_word(s[n]))
			return n;
	}
	return 0;
}

int
content_placeholder(const char *text, struct place *place)
{
	if (braced(text, place))
		return 1;
	for (const char *s = text; *s; s++) {
		size_t n = leftover_at(s);

		if (!n && (s == text || !is_word(s[-1])))
			n = nothing_at(s);
		if (n) {
			*place = (struct place){(size_t)(s - text), n};
			return 1;
		}
	}
	return 0;
}

/* ---- words ---- */

/* Chinese, Japanese and Thai do not put spaces between words, and Korean none before particles. */
static int
needs_edges(const char *word)
{
	const unsigned char *w = (const unsigned char *)word;

	return !(*w >= 0xe3 && *w <= 0xed) && !(*w == 0xe0 && (w[1] == 0xb8 || w[1] == 0xb9));
}

static int
folded_has(const char *text, size_t len, const char *word)
{
	struct buf part = BUF_MAX(1 << 20), in = BUF_MAX(1 << 20);
	int r;

	buf_add(&part, text, len);
	text_fold(buf_str(&part), &in);
	r = strstr(buf_str(&in), word) != NULL;
	buf_free(&part);
	buf_free(&in);
	return r;
}

/* The shortest part of the text whose folded form has the word: its last beginning, then its first end.  Folding keeps no places. */
static void
place_of(const char *text, const char *word, struct place *place)
{
	size_t start = 0, len = strlen(text), after = len, before = 0;
	struct buf folded = BUF_MAX(8192);

	text_fold(word, &folded);
	while (after - start > 1) {
		const size_t middle = start + (after - start) / 2;

		if (folded_has(text + middle, len - middle, buf_str(&folded)))
			start = middle;
		else
			after = middle;
	}
	for (before = start, after = len; after - before > 1;) {
		const size_t middle = before + (after - before) / 2;

		if (folded_has(text + start, middle - start, buf_str(&folded)))
			after = middle;
		else
			before = middle;
	}
	*place = (struct place){start, after - start};
	buf_free(&folded);
}

const char *
content_word(const char *text, const char *const *words, struct place *place)
{
	struct buf in = BUF_MAX(1 << 20), word = BUF_MAX(8192);
	const char *hit = NULL;

	text_fold(text, &in);
	for (; !hit && *words; words++) {
		const char *s;

		text_fold(*words, &word);
		if (!word.len)
			continue;
		for (s = buf_str(&in); !hit && (s = strstr(s, word.data)); s++)
			if (!needs_edges(word.data) ||
			    ((s == in.data || s[-1] == ' ') && (s[word.len] == ' ' || !s[word.len])))
				hit = *words;
	}
	if (hit)
		place_of(text, hit, place);
	buf_free(&in);
	buf_free(&word);
	return hit;
}
