/* crowd.h - what the files of the simulated people share: who sells what, and what somebody is going to do when.
 *
 * people.c keeps the plan; buyers.c buy and write, quarrels.c are disputes and feedback, desk.c is the seller's people on the marketplace's
 * own site, staff.c the same people at the service.
 */
#ifndef SIM_CROWD_H
#define SIM_CROWD_H

#include "base/json.h"
#include "base/text.h"
#include "people.h"
#include "texts.h"
#include "world/ebay/disputes.h"
#include "world/ebay/state.h"

struct shop {
	int number;
	const char *marketplace, *currency;
	const enum tongue *tongues; /* of its buyers; what comes more often stands more often */
	int ntongues;
	int buyers, listings;
	struct purchase **purchases; /* by time */
	size_t npurchases;
};

struct purchase {
	struct shop *shop;
	enum tongue tongue;
	struct order *order;
};

struct approval {
	int seller;
	int64_t at;
	char *text; /* owned by the people */
};

struct staff;

struct people {
	struct world *w;
	struct luck luck;
	struct shop shops[SELLERS];
	struct plan *plan; /* a heap */
	size_t nplan;
	uint64_t planned;
	struct staff *staff;
	void **owned; /* freed at the end */
	size_t nowned;
	struct look *looks;
	size_t nlooks;
	struct approval *approvals;
	size_t napprovals;
	struct by_hand **by_hand;
	size_t nby_hand;
};

/* At that time (never after the weeks) this is done, with `who`. */
typedef void deed(struct people *, void *who);
void plan(struct people *, int64_t at, deed *, void *who);
void *own(struct people *, size_t n); /* zeroed; lives as long as the people */

/* The next moment of something that happens every so often, rarer at night. */
int64_t some_time(struct people *, int64_t mean);
int awake(int64_t now);

struct ebay *market_of(const struct people *, const struct shop *);
void change_world(struct people *, const struct shop *, json_t *stolen);

/* A text of a person with a number in it: nobody else ever writes the same. */
struct by_hand *write_by_hand(struct people *, int seller, const char *what);

void buyers_live(struct people *); /* buyers.c */
struct purchase *buy(struct people *, struct shop *, int64_t at, int paid);
void change_order(struct people *, const struct purchase *, json_t *stolen);
void quarrels_live(struct people *); /* quarrels.c */
void desk_lives(struct people *);    /* desk.c */
void desk_sees(struct people *, int seller, const struct http_msg *, const struct http_reply *);
void staff_lives(struct people *); /* staff.c */
int64_t staff_next(const struct people *);
void staff_act(struct people *);
void staff_free(struct people *);

const char *deed_of_action(const char *kind); /* the market's word for "return.accept" */

#endif
