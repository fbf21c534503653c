/* trial.h - what the files of the truth share: the store, read from outside, and how a finding is told. */
#ifndef SIM_TRIAL_H
#define SIM_TRIAL_H

#include <sqlite3.h>

#include "crowd.h"
#include "forgotten.h"
#include "truth.h"

#define SETTLES                                                                                              \
	(2 * HOUR) /* what a marketplace changed this shortly before the end may not have been read yet */

struct trial {
	struct world *w;
	const struct people *people;
	sqlite3 *db;
	sqlite3_stmt *statements[64]; /* by their text, which is a literal */
	const char *texts[64];
	int nstatements;
	struct findings *f;
	FILE *out;
	int seller;
	int64_t account; /* of the seller, in the store; 0: it is not there */
};

/* A finding: one line. */
void finding(struct trial *, int *count, const char *pattern, ...) __attribute__((format(printf, 3, 4)));

/* A statement with its values bound: "i" int64_t, "s" text (NULL is NULL).  It lives until the same literal is asked again. */
sqlite3_stmt *ask_store(struct trial *, const char *sql, const char *types, ...);
int next_row(sqlite3_stmt *);
int64_t number_of(struct trial *, const char *sql, const char *types,
		  ...);                  /* first column of the first row; 0 */
const char *column(sqlite3_stmt *, int); /* "" for NULL */

int is_hand_text(const struct trial *, const char *text);
const char *when(int64_t at); /* one of four spaces */

void truth_of_intake(struct trial *);   /* truth_intake.c: all that is there was taken in, and nothing else */
void truth_of_messages(struct trial *); /* truth_messages.c: what was written to buyers */
void truth_of_deeds(struct trial *);    /* truth_deeds.c: disputes, refunds, feedback */
void truth_of_money(struct trial *);    /* truth_money.c: what went back, and the limits */
void truth_of_fallbacks(struct trial *); /* truth_fallbacks.c: of approval and fallback one */
void truth_of_reasons(struct trial *);   /* truth_reasons.c: all is settled, and says why */

#endif
