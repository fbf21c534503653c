/* variables.h - what a template may say: the facts of a situation as named values.  Each name is filled from one source only.
 *
 * Money has three names, so that no text speaks of the wrong sum: refund_amount is what this very action offers or pays back,
 * claimed_amount what the dispute asks for, refunded_amount what went back for the order before.
 */
#ifndef VARIABLES_H
#define VARIABLES_H

#include "daemon/daemon.h"

#define VARIABLES_MAX 32

/* Values live in the arena.  Texts of buyers and listings are cleaned.  A buyer name that is empty, an address, only digits or the user name itself is absent.
 * amount: what the action offers or pays back; NULL or without a currency: nothing. */
void variables_of(const struct situation *, const struct conf_account *, const char *locale,
		  const struct money *amount, int64_t now, struct arena *, struct var out[VARIABLES_MAX]);

/* Every name with its type, a NULL name at the end: a template may declare others, but nothing ever fills them. */
const struct var_spec *variables_known(void);

#endif
