/* words.c - how texts are cut into words for searching.
 *
 * SQLite's unicode61 tokenizer cuts at spaces and punctuation.  Chinese, Japanese, Korean, Thai and their neighbours write without
 * spaces, so each of their characters is made a word of its own, in the index and in the query alike; the query is a phrase,
 * so that two characters find exactly those two side by side.  (The trigram tokenizer finds nothing shorter than three.)
 */
#include <ctype.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "daemon/store/db.h"

#define INDEXED (WORDS_MAX / 3) /* bytes of a text that can be found; each character may get two spaces */
#define WORDS   16              /* of a query */

static size_t
character(const char *p, uint32_t *code)
{
	const unsigned char *u = (const unsigned char *)p;
	size_t len = *u < 0x80 ? 1 : *u < 0xe0 ? 2 : *u < 0xf0 ? 3 : 4;

	*code = len == 1 ? *u : len == 2 ? *u & 0x1fu : len == 3 ? *u & 0x0fu : *u & 0x07u;
	for (size_t i = 1; i < len; i++)
		*code = *code << 6 | (u[i] & 0x3fu);
	return len;
}

static int
stands_alone(uint32_t c)
{
	return (c >= 0x0e00 && c < 0x1000) || /* Thai, Lao, Tibetan */
	       (c >= 0x1780 && c < 0x1800) || /* Khmer */
	       (c >= 0x3040 && c < 0xa000) || /* kana, CJK */
	       (c >= 0xac00 && c < 0xd800) || /* Hangul */
	       (c >= 0xf900 && c < 0xfb00) || c >= 0x20000;
}

/* Appends valid UTF-8 with a space around each character that stands alone; 1 when the last one does. */
static int
separate(struct buf *out, const char *text, size_t len)
{
	uint32_t code;
	int alone = 0;

	for (size_t i = 0, n; i < len; i += n) {
		n = character(text + i, &code);
		if (i + n > len)
			break;
		alone = stands_alone(code);
		if (alone)
			buf_char(out, ' ');
		buf_add(out, text + i, n);
		if (alone)
			buf_char(out, ' ');
	}
	return alone;
}

void
words_index(struct buf *out, const char *text)
{
	size_t len = strlen(text);

	if (len > INDEXED)
		for (len = INDEXED; len && (text[len] & 0xc0) == 0x80;)
			len--;
	buf_clear(out);
	separate(out, text, len);
}

const char *
words_query(struct arena *arena, const char *typed)
{
	struct buf out = BUF_MAX(16384);
	char *clean = arena_strdup(arena, typed), *word, *rest;
	int alone, words = 0;

	clean[utf8_clean(clean, strlen(clean))] = '\0';
	for (char *p = clean; *p; p++)
		if ((unsigned char)*p < 0x80 && !isalnum((unsigned char)*p))
			*p = ' '; /* as the tokenizer does; so nothing of the query language is left */
	for (word = strtok_r(clean, " ", &rest); word && words < WORDS;
	     word = strtok_r(NULL, " ", &rest), words++) {
		buf_put(&out, words ? " \"" : "\"");
		alone = separate(&out, word, strlen(word));
		buf_put(&out, alone ? "\"" : "\" *"); /* the beginning of a word is enough */
	}
	typed = out.len ? arena_strndup(arena, out.data, out.len) : NULL;
	buf_free(&out);
	return typed;
}
