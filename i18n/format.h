/* format.h - ICU's formatters behind UTF-8 and a small cache.  Inside i18n/ only.
 *
 * All append to the buffer and return 0, or -1 with err.  Dates get their offset from the system's zone files: ICU's own copy of
 * them ages with the library (Mexico and Cairo are wrong in ICU 72).
 */
#ifndef I18N_FORMAT_H
#define I18N_FORMAT_H

#include "pattern.h"

/* A number as it is carried: decimal text when not NULL, else the integer. */
struct quantity {
	const char *decimal; /* checked by decimal_valid */
	int64_t integer;
};

int decimal_valid(const char *); /* -?digits[.digits], at most 40 bytes */
int quantity_equals(const struct quantity *, int64_t);

int format_number(struct buf *, const struct message_context *, const char *style, const struct quantity *,
		  struct err *);
int format_money(struct buf *, const struct message_context *, const char *style, const struct money *,
		 struct err *);
int format_date(struct buf *, const struct message_context *, enum format, const char *style, int64_t ms,
		struct err *);

/* A string value; where it must not turn the text around it, between U+2068 and U+2069. */
struct words {
	const char *text;
	int isolate;
};

void put_words(struct buf *, const struct words *);
int format_list(struct buf *, const struct message_context *, const char *style, const struct words *,
		size_t n, struct err *);
int format_reldays(struct buf *, const struct message_context *, const char *style, int64_t days,
		   struct err *);

#define KEYWORD_MAX 8 /* "other" and its NUL fit */
/* The plural (or ordinal) branch that the locale's grammar takes. */
int plural_keyword(const char *locale, int ordinal, const struct quantity *, char out[KEYWORD_MAX],
		   struct err *);

/* Is the style one of this format?  0, or -1 with the byte in the style where it goes wrong. */
int format_check(enum format, const char *style, const char *locale, size_t *at);

#endif
