/* policy.h - what a platform allows and when it wants an answer, as dated data (connectors/NAME/policy.conf).
 *
 * Each row has a source and from/until dates; the row in force at the given time counts.
 */
#ifndef POLICY_H
#define POLICY_H

#include <stdint.h>

#include "connectors/base/err.h"

struct policy;

/* Reads SHARE/connectors/NAME/policy.conf; that nothing with a hole in it is sent holds beside it, always.  NULL with err ("file:line: found, expected"). */
struct policy *policy_load(const char *share, const char *platform, struct err *);
void policy_free(struct policy *);

/* The content rules for a text of this action kind ("reply", "return.decline").  0, or -1 with err naming the rule, its source and the
 * offending place: too long (UTF-16 units), e-mail address, phone number, link to another site, left-over {placeholder}, markup, … */
int policy_check_text(const struct policy *, const char *kind, const char *text, int64_t now,
		      struct err *err);
/* The same for who points at it.  1: found, with err. */
struct offence {
	const char *row, *source; /* its name, and where the rule is known from; the policy's */
	int length;               /* the whole text is too long */
	size_t start, len;        /* else which bytes of it */
};
int policy_offence(const struct policy *, const char *kind, const char *text, int64_t now, struct offence *,
		   struct err *err);

/* When an answer is due for a clock of this kind that started then: ms UTC, 0 when the policy has none; of several rows the
 * earliest.  `label` names the row and its source for explain.  Clocks: "message", "feedback", the kinds of disputes
 * ("return", "inquiry", …) from when they were opened, "return.refund" from when the item is back, "appeal" from when the case was
 * closed.  What the platform itself says goes before: this is for what it leaves out. */
int64_t policy_deadline(const struct policy *, const char *kind, int64_t started, const char **label);

/* What the platform asks of a metric ("DEFECTIVE_TRANSACTION_RATE"), level by level. */
struct policy_grade {
	const char *level; /* "TOP_RATED" */
	const char *limit; /* percent: "0.5" */
	int at_least;      /* else at most */
	const char *label; /* the row and its source */
};
/* The n-th (from 0) level in force.  1, or 0 when there are no more. */
int policy_grade(const struct policy *, const char *metric, int n, int64_t now, struct policy_grade *);

/* May a text leave by itself that only says that nobody is there?  1; 0: a row in force says no, or none says yes.  `label` names the row that
 * decides, NULL: none. */
int policy_acknowledges(const struct policy *, int64_t now, const char **label);

/* 0, or -1 with err: a content row is for a kind that is not `known`.  Kinds may be patterns (return.*). */
int policy_kinds(const struct policy *, int (*known)(const void *, const char *pattern), const void *,
		 struct err *);

#endif
