/* language.h - which language a buyer wrote in, and how sure we are.
 *
 * CLD2 in two passes (language_id.cc is its C shim, the product's one C++ file): without best effort a "reliable" answer is STRONG;
 * else a best-effort answer is WEAK; a text with fewer than 4 letters has no language of its own.
 * Before that, quoted lines, addresses, links, numbers and the known item title are taken out.
 */
#ifndef I18N_LANGUAGE_H
#define I18N_LANGUAGE_H

#include "locale.h"

enum certainty { LANGUAGE_UNKNOWN, LANGUAGE_WEAK, LANGUAGE_STRONG };

struct language_guess {
	char language[LOCALE_MAX]; /* BCP 47, e.g. "zh-Hans"; "" when unknown */
	enum certainty certainty;
	int percent; /* of the text that is in this language */
};

/* hint: language of the site ("de"), NULL when unknown; title: the item's, NULL when unknown. */
void language_detect(const char *text, const char *hint, const char *title, struct language_guess *);

#endif
