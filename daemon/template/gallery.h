/* gallery.h - the whole reply library on one page: for reading it, and for showing it to who reads a language that you do not.
 *
 * One HTML file without scripts and without anything from elsewhere: every scenario in every language, from the samples of template.conf, with
 * and (where that makes another text) without what may be absent.
 */
#ifndef TEMPLATE_GALLERY_H
#define TEMPLATE_GALLERY_H

#include "i18n/texts.h"
#include "library.h"
#include "own.h"

/* Appends the page, its headings in the reader's language.  0, or -1 with err: it does not fit. */
int gallery_put(const struct library *, const struct folders *, enum lang, struct buf *out, struct err *);

#endif
