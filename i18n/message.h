/* message.h - reply texts in ICU's message syntax, with named and typed variables.
 *
 *   message := ( text | '{' name '}' | '{' name ',' number|money|date|time|datetime|list|reldays [',' style] '}'
 *            | '{' name ',' plural|selectordinal ',' ['offset:' n] (selector '{' message '}')+ '}'
 *            | '{' name ',' select ',' (keyword '{' message '}')+ '}' )*
 *
 * ICU's own C formatter sends "{name}" to the buyer when a variable is missing; this one never does: a
 * pattern is compiled against the list of variables it may use, and a missing value is an error.
 * Syntax, quoting and plural choice are ICU's (tests compare them), so translators' tools work.  Names and keywords are made of ASCII
 * letters, digits and _.
 * Differences: a } that closes nothing is an error; a decimal and a percentage show the digits they are carried with ("12.50" stays 12.50),
 * and a plural goes by those.  tests/unit/i18n_differential_test.cc has every one.
 * Limits: nesting 16, pattern 16 KiB, output 64 KiB, 12 branches, 200 entries of a list.
 *
 * Styles: number: integer, percent (times 100, as in ICU; of what already is a percentage ::percent), ::skeleton
 *         money: iso (code instead of symbol)         list: or         reldays: numeric ("in 1 day", not "tomorrow")
 *         date, time, datetime: short, medium, long, full, ::skeleton; without style yMMMMd, jm, yMMMMdjm
 */
#ifndef I18N_MESSAGE_H
#define I18N_MESSAGE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/money.h"

enum var_type { VAR_STR, VAR_INT, VAR_DEC, VAR_MONEY, VAR_DATE, VAR_LIST, VAR_SELECT };

/* What a template may use: declared once per scenario. */
struct var_spec {
	const char *name;
	enum var_type type;
	int optional; /* then the derived select variable has_NAME (yes, other) exists, and NAME may
	                         * only stand inside its yes branch */
};

/* A value.  Strings are UTF-8 and borrowed; those that came from a buyer or a listing were cleaned by var_clean. */
struct var {
	const char *name;
	enum { ABSENT, PRESENT } state;
	const char *str;         /* STR, DEC (plain decimal), SELECT (keyword) */
	int64_t num;             /* INT, and DATE in ms UTC */
	struct money money;      /* MONEY */
	const char *const *list; /* LIST */
	size_t nlist;
};

struct message_pattern; /* compiled */

/* Where and why a pattern is wrong, for lint: stable code, place, and words. */
struct pattern_error {
	/* unmatched-brace missing-other unknown-variable wrong-type bad-style unguarded-optional too-long too-deep bad-selector
	 * bad-syntax not-utf8 bad-locale duplicate-branch; warnings: missing-branch unreachable-branch literal-hash bad-quoting */
	const char *code;
	int line, column; /* from 1; column in code points */
	struct err err;
};

/* Compiles for one locale (BCP 47).  NULL with *e.  Warnings that do not stop it (a plural branch the locale has but the text lacks, a # that
 * is only a #) go to `warn` when it is not NULL.
 * The pattern keeps its own copies; free with message_free.  Specs end with a NULL name. */
struct message_pattern *message_compile(const char *text, size_t len, const char *locale,
					const struct var_spec *, struct pattern_error *e,
					void (*warn)(void *, const struct pattern_error *), void *ctx);
void message_free(struct message_pattern *);

struct message_context {
	const char *locale; /* BCP 47 language of the text plus country of the site, e.g. "de-DE", "ar-AE" */
	const char *zone;   /* IANA name; dates are shown in it */
	int native_digits;  /* 0: Latin digits, so that buyers can copy numbers */
};

/* Appends the finished text.  0, or -1 with err: a variable missing or of the wrong kind, an amount ICU cannot take,
 * output too long.  Values end with a NULL name.  Strings are isolated (U+2068 … U+2069) when the text is
 * right-to-left or the value has right-to-left letters. */
int message_render(const struct message_pattern *, const struct var *, const struct message_context *,
		   struct buf *out, struct err *);

/* Each keyword that the text's choices by this select have a branch for, with its byte in the text. */
void message_choices(const struct message_pattern *, const char *name,
		     void (*each)(void *, const char *keyword, size_t at), void *);

/* Does the pattern use this variable? For choosing what must be there. */
int message_uses(const struct message_pattern *, const char *name);

/* Replaces *out by text from outside made fit for use as a value: NFC, no control, bidi or invisible characters, newlines to spaces, ( ) for braces, at most
 * max_points code points (cut at a grapheme, with an ellipsis). */
void var_clean(const char *in, int max_points, struct buf *out); /* "" when nothing of it can be seen */

/* Closes every cached formatter. */
void message_cleanup(void);

#endif
