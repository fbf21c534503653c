/* people.h - who lives in the simulated world.
 *
 * Buyers buy, write, quarrel and leave feedback at the marketplaces.  The seller's people answer by hand on the web site, often at the very
 * moment that the service does; and they do what the service asks of them: log accounts in, arm them, approve, drop, take
 * back, say what became of held actions (after a look at the marketplace: they tell the truth), resume what was stopped.
 */
#ifndef SIM_PEOPLE_H
#define SIM_PEOPLE_H

#include "world.h"

struct people;

/* Sets up the sellers, their listings, buyers and a little past, and plans the weeks from w->start to w->end. */
struct people *people_new(struct world *);
void people_free(struct people *);

int64_t people_next(const struct people *); /* when something happens next */
void people_act(struct people *);           /* what is due now happens */

/* A marketplace carried out a request of the service; somebody may act at the same moment. */
void people_see(struct people *, int seller, const struct http_msg *, const struct http_reply *);

/* What somebody asks the service now (new reference), NULL: nothing.  Its answer comes by people_told, or never when the service
 * ends before; then people look first and ask again what still matters. */
json_t *people_ask(struct people *);
void people_told(struct people *, const json_t *answer);
void people_unanswered(struct people *); /* the service ended: what was asked last has no answer */

/* ---- what they remember, for the truth ---- */

/* The service read something, such as a conversation or a return, and the answer got back at once. */
struct look {
	int seller;
	char about[24]; /* the end of its path */
	int64_t at;
};
const struct look *people_looks(const struct people *, size_t *n); /* by time */

/* What a person wrote through the service, as reply or instead of a rule's text, or a sum that a person sent back. */
struct by_hand {
	int seller;
	char text[120]; /* unique */
	int64_t minor;  /* of a refund: unique in its shop */
	int times;      /* how often it was wished */
};
struct by_hand *const *people_by_hand(const struct people *, size_t *n);
/* How often a person let this text of a rule leave, since then. */
int people_approved(const struct people *, int seller, const char *text, int64_t since);

#endif
