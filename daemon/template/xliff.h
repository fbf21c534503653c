/* xliff.h - texts for translators and back, as XLIFF 2.0 (OASIS, 2014): one file element per scenario, one unit "text" in it.
 *
 * Source is the English pattern, target the other one; both are message patterns (i18n/message.h) kept as they are, so that what comes back
 * untouched is the same bytes.  Notes say what the text is for and what its variables stand for.
 */
#ifndef TEMPLATE_XLIFF_H
#define TEMPLATE_XLIFF_H

#include "incoming.h"

/* Appends the document: all scenarios that have an English text, or those of `ids`.  How many, -1 with err. */
int xliff_put(const struct library *, const struct folders *, const char *const *ids, const char *locale,
	      struct buf *out, struct err *);

/* Adds what it says.  0, or -1 with err: it is no XLIFF 2 of ours at all. */
int xliff_read(struct incoming *, const char *bytes, size_t len, struct err *);

#endif
