/* errands.h - what the files of the seller's people at the service share: questions to it, one after the other.
 *
 * staff.c goes through all that waits; accounts.c logs in, arms and switches; approvals.c approves, edits, drops and takes back; resolving.c says
 * what became of what may have been sent, after a look at the marketplace; wishes.c answers and refunds by hand.
 */
#ifndef SIM_ERRANDS_H
#define SIM_ERRANDS_H

#include "crowd.h"

#define SHOWS_AFTER (6 * MINUTE) /* by then a marketplace shows whatever it did, however late */

struct errand;
/* `result` NULL: it was refused */
typedef void told(struct people *, const struct errand *, const json_t *result);

struct errand {
	json_t *question;
	told *told;
	char id[24];   /* what it is about: an account, "a9", "c3" */
	json_t *about; /* the row that was seen in a list */
	struct wish *wish;
};

/* Something a person wanted the service to do, and does not know whether it heard. */
struct wish {
	struct by_hand *hand;
	char conversation[24], order[24];
	int64_t asked; /* when there was no answer */
};

struct staff {
	struct errand *errands; /* first come, first served */
	size_t nerrands, next;
	int asking;           /* errands[next] has no answer yet */
	int64_t round, ready; /* when the next round begins; when the next question may be asked */
	struct wish **doubtful;
	size_t ndoubtful;
};

/* Takes the question over. */
struct errand *errand(struct people *, json_t *question, told *, const char *id);
json_t *verb(const char *name, const char *key, const char *value);

/* Of a row that the service showed. */
int shop_of(const json_t *row);
int is_word(const json_t *row, const char *key, const char *word);
int64_t age(const struct people *, const json_t *row, const char *key);
int in_a_hurry(const struct people *); /* after the weeks nobody puts anything off */

told nothing_told, accounts_told, status_told; /* accounts.c */
told drafts_told, ready_told, undone;          /* approvals.c */
void drop(struct people *, const char *id);
void edit(struct people *, const char *id, int seller);
told held_told, unsure_told;         /* resolving.c */
told inbox_told, tasks_told, wished; /* wishes.c */
void look_after_doubts(struct people *);

/* What the row would do was done already, as they see there: after an old store was put back. */
int is_done_already(const struct people *, const json_t *row);

#endif
