/* variables.h - what a template may say: the facts of a situation as named values.  Each name is filled from one source only. */
#ifndef VARIABLES_H
#define VARIABLES_H

#include "daemon/daemon.h"

#define VARIABLES_MAX 24

/* Values live in the arena.  Texts of buyers and listings are cleaned.  A buyer name that is empty, an address, only digits or the user name itself is absent. */
void variables_of(const struct situation *, const struct conf_account *, const char *locale, int64_t now,
		  struct arena *, struct var out[VARIABLES_MAX]);

#endif
