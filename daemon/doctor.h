/* doctor.h - `account doctor`: what must be right for an account to work, asked and told with what to do.
 *
 * Some of it is known here (login, clock, streams, listener); the rest is asked of the platform, one check after the other in the account's
 * login lane, by the connector's table of checks.  Results stay in memory; the command asks again until all are there.
 */
#ifndef DOCTOR_H
#define DOCTOR_H

#include "daemon/runner.h"

/* Asks everything anew. */
void doctor_start(struct daemon *, struct runner *);
/* {"done": bool, "checks": [{"name", "title": {"packed"}, "health": "good"|"warning"|"bad"|"asked", "text": {"packed"}|null,
 * "mend": {"packed"}}]}: "mend" where it does not go on by itself; a new reference. */
json_t *doctor_report(struct daemon *, struct runner *, int64_t now);
int64_t plan_doctor(struct daemon *, struct runner *, int64_t now);
void doctor_free(struct runner *);

#endif
