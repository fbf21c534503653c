/* queue.h - whose turn it is: the rows of all accounts that share budgets stand in one line (schedule.h), and each account's sending lane takes
 * from it what is its own.
 *
 * As long as the budgets have plenty for all that waits there is nothing to decide, and each account goes by its own deadlines.
 */
#ifndef QUEUE_H
#define QUEUE_H

#include "daemon/runner.h"

#define QUEUE_MAX 128 /* rows that are looked at: those with the earliest deadlines */

struct line {
	struct schedule_row rows[QUEUE_MAX];
	enum outbox_state
		state[QUEUE_MAX]; /* of the rows as they came, before they were put in order: by line_of */
	int64_t ids[QUEUE_MAX];
	int n;
	struct schedule_budget budgets[SCHEDULE_BUDGETS];
	struct {
		const struct budget *budget;
		const struct runner *owner; /* NULL: the application */
	} of[SCHEDULE_BUDGETS];
	int nbudgets;
};

/* The rows that wait for the same budgets as the account's: those that may leave now, or (all) also those that wait for a time, for approval, or
 * for the account to be let go again. */
void line_make(struct daemon *, struct runner *, int all, int64_t now, struct line *);
enum outbox_state line_state(const struct line *, int64_t id);
int line_lane(const struct daemon *, const struct runner *);

/* The row that the account sends next, if it is its turn: 1; 0, and when to look again. */
int queue_next(struct daemon *, struct runner *, int64_t now, struct outbox_row *, int64_t *next);
/* May this row, which was just looked at, make its send now? */
int queue_may(struct daemon *, struct runner *, const struct outbox_row *, int64_t now);
/* Something of the account left, or does not leave: others that wait look again whether it is their turn. */
void queue_moved(struct daemon *, struct runner *);
void queue_free(struct daemon *);

/* A look whose send has to wait is good for a while; then there is another.  What it showed of ours: NULL when there is none that is good. */
void looked_keep(struct daemon *, struct runner *, const struct action *, int64_t row, json_t *own,
		 int64_t now);
struct looked *looked_of(struct runner *, int64_t row, int64_t now);
void looked_forget(struct runner *, int64_t row); /* 0: all */

#endif
