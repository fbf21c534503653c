/* presence.h - when somebody of the seller's is there: service hours, and days on which the shop is closed.
 *
 * This changes what is promised to buyers, which rules apply and who is told; never a deadline.
 */
#ifndef PRESENCE_H
#define PRESENCE_H

#include "daemon/conf/conf.h"
#include "daemon/policy/policy.h"
#include "daemon/store/store.h"
#include "daemon/template/library.h"

/* Times are by the account's own zone; by `zone` where it has none. */
int presence_there(const struct conf_account *, const char *zone, int64_t at);
/* The first instant from `at` on at which somebody is there, or nobody; HOURS_NEVER: there is none. */
int64_t presence_next(const struct conf_account *, const char *zone, int64_t at, int there);
/* Until when an answer may be promised that is due at `at`: then, when somebody is there; else the end of the next time that somebody is, or
 * of its first 24 hours.  0: nobody will be. */
int64_t presence_promise(const struct conf_account *, const char *zone, int64_t at);
/* The day (midnight UTC of its date by the account's clock) on which somebody is there again; 0: somebody is now, or nobody will be. */
int64_t presence_back(const struct conf_account *, const char *zone, int64_t now);

/* Did the event come while nobody was there, and is nobody yet? */
int presence_missed(const struct situation *, const struct conf_account *, int64_t now);

/* ---- a text that only says that nobody is there ---- */

/* Is a rule with this text one that leaves for that alone? */
int rule_acknowledges(const struct conf_rule *, const struct scenario *);
/* Notes it in all rules.  After reading both, and before decide. */
void acknowledgements_find(struct conf *, const struct library *);

#endif
