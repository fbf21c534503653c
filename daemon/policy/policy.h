/* policy.h - what a platform allows and when it wants an answer, as dated data (connectors/NAME/policy.conf).
 *
 * Each row has a source and from/until dates; the row in force at the given time counts.
 */
#ifndef POLICY_H
#define POLICY_H

#include <stdint.h>

#include "connectors/base/err.h"
#include "i18n/reckon.h"

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

/* When an answer is due for a clock of this kind that started then, by the row in force at that time; of several rows the earliest.
 * Clocks: "message", "feedback", the kinds of disputes ("return", "inquiry", …) from when they were opened, "return.refund" from when
 * the item is back, "appeal" from when the case was closed.  What the platform itself says goes before: this is for what it leaves out. */
struct policy_clock {
	int64_t at;              /* its margin taken off */
	const char *row, *label; /* label: the row's name and its source, for people */
	struct reckoning span;   /* what was reckoned: again with a listener it is explained */
	int from_opening;        /* the row is about this, and about a clock that starts when it is opened */
};
/* `due`: what the platform wants now, NULL or "" when it is not said; rows may be about some of that only.  When none is about it, the earliest of
 * all rows of this kind ("return.refund" with "return") is taken for safety's sake.  1, or 0 when the policy has none. */
int policy_clock(const struct policy *, const char *kind, const char *due, int64_t started,
		 struct policy_clock *);
/* The same in short: ms UTC, 0 when the policy has none. */
int64_t policy_deadline(const struct policy *, const char *kind, int64_t started, const char **label);

/* How what the platform says fits what the row says.  Earlier than reckoned by more than an hour, beside the margin: then what is reckoned
 * elsewhere by this row is too late, and no reason is harmless.  (An hour: platforms that count 24 hours a day over a change of the clocks.)
 * Later by more than an hour than the end of that day, which rows that name no end of days leave out to be safe, and, of business days, than
 * the end of the next, for a holiday: then answers are only hurried. */
enum apart { APART_UNKNOWN, APART_NOT, APART_EARLIER, APART_LATER };
enum apart policy_apart(const struct policy_clock *, int64_t given);

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
