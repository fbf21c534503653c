/* err.h - what went wrong, in words that can still be translated.
 *
 * A text names the place, what was found, what was expected and what to do.  It is kept as the
 * English pattern and its arguments already turned into text, joined by U+001F; i18n/texts.h turns that
 * into a sentence of the reader's language when it is shown.  So a reason stored today can be
 * read by two people in two languages tomorrow.
 *
 *     return fail(err, "account %s: the token was refused: %s", name, platform_words);
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdarg.h>
#include <stddef.h>

#define ERR_MAX 1024 /* bytes of the packed text, with its NUL; longer ones are cut at a character */
#define ERR_SEP '\x1f'

struct err {
	char text[ERR_MAX]; /* packed: pattern, then each argument, separated by ERR_SEP; "" = no error */
};

/* Sets err (which may be NULL) and returns -1.  Knows %s %.*s %d %u %ld %lu %lld %llu %zu %c %x %02x and %%;
 * control characters inside arguments become spaces.  The pattern must be a literal that stands in
 * the catalogue. */
int fail(struct err *, const char *pattern, ...) __attribute__((format(printf, 2, 3)));

int vfail(struct err *, const char *pattern, va_list) __attribute__((format(printf, 2, 0)));

/* The same text without an error: packs into `out` for a stored reason or a notice. */
void pack(char out[ERR_MAX], const char *pattern, ...) __attribute__((format(printf, 2, 3)));

/* The packed text in English, for logs and tests.  Writes at most `size` bytes with the NUL. */
void err_english(const char *packed, char *out, size_t size);

/* Writes a pattern, e.g. its translation, with the arguments of a packed text: conversions take them in their order or,
 * as "%2$s", by number.  A missing argument is written as "?". */
void err_render(const char *pattern, const char *packed, char *out, size_t size);

#endif
