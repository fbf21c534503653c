/* variables.h - what a template may say: the facts of a situation as named values.  Each name is filled from one source only.
 *
 * Money has three names, so that no text speaks of the wrong sum: refund_amount is what this very action offers or pays back,
 * claimed_amount what the dispute asks for, refunded_amount what went back for the order before.
 *
 * What nothing on an account fills may be given by people (given.h); what something fills may not, also where it has nothing to say now.
 */
#ifndef VARIABLES_H
#define VARIABLES_H

#include "daemon/daemon.h"

#define VARIABLES_MAX 72 /* of ours, and as many as a template may declare */

/* Values live in the arena.  Texts of buyers and listings are cleaned.  A buyer name that is empty, an address, only digits or the user name itself is absent.
 * amount: what the action offers or pays back; NULL or without a currency: nothing. */
void variables_of(const struct situation *, const struct conf_account *, const char *locale,
		  const struct money *amount, int64_t now, struct arena *, struct var out[VARIABLES_MAX]);

/* The zone in which a buyer reads dates: that of the site, else the account's. */
const char *variables_zone(const struct situation *, const struct conf_account *);
/* Is the account closed now, by the clock of its shop? */
int account_closed(const struct situation *, const struct conf_account *, int64_t now);
/* A day without an hour (midnight UTC) is shown as this day in any zone: its noon there. */
int64_t day_shown(int64_t day, const char *zone);

/* One name that texts may use. */
struct variable {
	const char *name;
	enum var_type type;
	enum room room;
	/* what we store and are told by the configuration; nobody: nothing of that holds it, as yet; people: nothing ever will */
	enum { FROM_RECORDS, FROM_NOBODY, FROM_PEOPLE } from;
	int promise;     /* a date that is not told any more once it has passed */
	const char *key; /* of the account's section that fills it; NULL: none has to */
	int (*set)(const struct conf_account *); /* is it there? */
};
/* Every one, a NULL name at the end: a template may declare others for people to give, but nothing ever fills them. */
const struct variable *variables_known(void);
const struct variable *variable_find(const char *name); /* NULL */
/* Nothing on this account fills it, whatever happens: 1, 0.  Any name. */
int variable_unfilled(const char *name, const struct conf_account *);

#endif
