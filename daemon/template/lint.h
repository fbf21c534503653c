/* lint.h - what `template lint` and `template render` print, as JSON. */
#ifndef TEMPLATE_LINT_H
#define TEMPLATE_LINT_H

#include "i18n/texts.h"
#include "library.h"

/* Loads the library, renders every text with its samples, with and without the optional ones, and appends all findings:
 *     [{"error": true, "code": "unknown-variable", "file": "…/de.txt", "line": 3, "column": 14, "text": "…"}, …]
 * The number of errors (warnings do not count), or -1 with err. */
int library_lint(const char *shipped, const char *own, enum lang, struct buf *out, struct err *);

/* Appends the scenario rendered from its samples, in one locale or in all ("" or NULL):
 *     [{"locale": "de", "reviewed": true, "text": "…"}, …]        "error" instead of "text" where it does not work
 * 0, or -1 with err: no such scenario or locale. */
int library_preview(const struct library *, const char *id, const char *locale, enum lang, struct buf *out, struct err *);

#endif
