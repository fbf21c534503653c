/* check.h - between the files of the contract test. */
#ifndef CONTRACT_CHECK_H
#define CONTRACT_CHECK_H

#include "contract.h"

struct inspection {
	const struct connector *c;
	struct buf *report;
	int failures;
	char place[128];   /* what is being checked: "send reply" */
	char told_of[128]; /* the place of the last failure */
	int told;          /* lines about it */
};

/* Notes a failure unless the condition holds; returns the condition. */
int expect(struct inspection *, int holds, const char *format, ...) __attribute__((format(printf, 3, 4)));

enum role { POLL, ACK, LOOK, SEND, REDEEM, REFRESH, CHECK, PUSH_KEY };
extern const char *const role_names[];

/* One of the connector's exchanges. */
struct place {
	enum role role;
	const char *name; /* of the stream, action, credential or check */
	const struct exchange *x;
	const struct action *action;         /* LOOK, SEND */
	const struct credential *credential; /* REDEEM, REFRESH */
};

/* The n-th exchange, or one without x after the last. */
struct place place_at(const struct connector *, int n);

void check_tables(struct inspection *);
void check_exchanges(struct inspection *, const char *tapes, const char *bodies);

#endif
