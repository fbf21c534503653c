/* quiet.h - what is not urgent does not disturb the buyer at night. */
#ifndef QUIET_H
#define QUIET_H

#include "daemon/conf/conf.h"
#include "daemon/store/store.h"

/* When what could leave at `at` leaves by a rule with quiet hours: after them, by the clock of where the order goes (of a country with several
 * zones: outside of them in all, else by that of the site), else of the site, else of the account; at once when that would be too near to the
 * deadline (0: none), and where nobody knows what time it is there. */
int64_t quiet_over(const struct hours *quiet, const struct situation *, const struct conf_account *,
		   int64_t at, int64_t deadline);

#endif
