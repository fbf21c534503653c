/* lint.h - what can only be seen when a text is finished; library_load tells all the rest. */
#ifndef TEMPLATE_LINT_H
#define TEMPLATE_LINT_H

#include "library.h"

/* Renders every usable text from its samples, with and without the optional ones.  Tells "bad-render" and "leftover-placeholder"; the
 * finding and its file ("ID/LOCALE.txt") are borrowed until the callback returns. */
void library_try(const struct library *, void (*each)(void *, const struct finding *), void *ctx);

#endif
