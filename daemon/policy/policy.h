/* policy.h - what a platform allows and when it wants an answer, as dated data (connectors/NAME/policy.conf).
 *
 * Each row has a source and from/until dates; the row in force at the given time counts.
 */
#ifndef POLICY_H
#define POLICY_H

#include <stdint.h>

#include "connectors/base/err.h"

struct policy;

/* Reads SHARE/connectors/NAME/policy.conf.  NULL with err ("file:line: found, expected"). */
struct policy *policy_load(const char *share, const char *platform, struct err *);
void policy_free(struct policy *);

/* The content rules for a text of this kind ("reply").  0, or -1 with err naming the rule, its source and the offending
 * place: too long (UTF-16 units), e-mail address, phone number, link to another site, left-over {placeholder}, markup, … */
int policy_check_text(const struct policy *, const char *kind, const char *text, int64_t now, struct err *);

/* When an answer is due for a clock of this kind ("message") that started then: ms UTC, 0 when the policy has none.  `label` names the
 * row and its source for explain. */
int64_t policy_deadline(const struct policy *, const char *kind, int64_t started, const char **label);

#endif
