/* fold.h - one canonical form for comparing texts: case, width, accents of Latin, Greek, Cyrillic, Arabic and Hebrew, and
 * space and punctuation do not count; kana, Thai and Indic marks do.  Used on lexicon and message alike. */
#ifndef I18N_FOLD_H
#define I18N_FOLD_H

#include "base/buf.h"

/* Replaces *out by the folded form: words separated by single spaces, no leading or trailing one. */
void text_fold(const char *utf8, struct buf *out);

#endif
