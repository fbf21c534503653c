/* pattern.h - a message pattern as a tree.  Inside i18n/ only; message.h is what others see.
 *
 * pattern.c reads the syntax, check.c holds it against the variables, message.c fills it in.
 */
#ifndef I18N_PATTERN_H
#define I18N_PATTERN_H

#include "base/arena.h"
#include "message.h"

#define PATTERN_MAX  (16 * 1024)
#define NESTING_MAX  16
#define BRANCHES_MAX 12

enum piece_kind { PIECE_TEXT, PIECE_HASH, PIECE_VALUE, PIECE_PLURAL, PIECE_ORDINAL, PIECE_SELECT };

enum format {
	FORMAT_NONE,
	FORMAT_NUMBER,
	FORMAT_MONEY,
	FORMAT_DATE,
	FORMAT_TIME,
	FORMAT_DATETIME,
	FORMAT_LIST,
	FORMAT_RELDAYS
};

struct branch {
	struct branch *next;
	const char *selector; /* keyword; "" for an exact number */
	int64_t exact;
	size_t at; /* byte of the selector */
	struct piece *message;
};

struct piece {
	struct piece *next;
	enum piece_kind kind;
	size_t at;        /* byte where it begins, for error places */
	const char *text; /* TEXT */
	size_t len;
	const char *name; /* of the variable */
	enum format format;
	const char *style; /* trimmed, "" = none */
	size_t style_at;
	int64_t offset;
	struct branch *branches;
	/* filled in by the check */
	enum var_type type;
	int presence; /* SELECT on has_NAME; name is NAME */
};

/* Where findings go while a pattern is compiled. */
struct compiling {
	const char *text;
	size_t len;
	const char *locale;
	struct arena *arena;
	struct pattern_error *error;
	void (*warn)(void *, const struct pattern_error *);
	void *ctx;
};

/* Notes code and place of byte `at` in *e, and returns its err for the words. */
struct err *pattern_place(const struct compiling *, struct pattern_error *e, const char *code, size_t at);

/* Both return 0, or -1 with *error.  The pieces live in the arena. */
int pattern_parse(struct compiling *, struct piece **out);
int pattern_check(struct compiling *, struct piece *, const struct var_spec *);

#endif
