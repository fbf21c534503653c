/* spelling.h - words that are one slip away from a word of the phrases: left out, doubled, exchanged, swapped ("recieved"). */
#ifndef I18N_SPELLING_H
#define I18N_SPELLING_H

#include "base/buf.h"

struct arena;
struct phrase_file;

/* Collects the words of a file that was read; once. */
void spelling_learn(struct phrase_file *, struct arena *);

/* Appends `text`, a key, with words that the file does not know but that are a slip away from one that it knows put right.  Short
 * words stay: too many others are near them. */
void spelling_mend(const struct phrase_file *, const char *text, struct buf *out);

#endif
