/* key.h - the form in which phrases and messages are compared: folded (fold.h), and then what people write either way is one.
 *
 * Any number is 0.  A letter said again is one ("pleeease", "adress").  German ae, oe, ue are a, o, u as the folded ä, ö, ü are;
 * Hebrew final letters are plain ones; Chinese is simplified.  Languages without spaces between words lose those of the writer. */
#ifndef I18N_KEY_H
#define I18N_KEY_H

#include "base/buf.h"

/* Replaces *out. */
void key_of(const char *utf8, const char *language, struct buf *out);

/* Chinese, Japanese, Thai and Korean are compared as substrings: words are not set apart, or carry their endings. */
int key_is_unspaced(const char *language);

#endif
