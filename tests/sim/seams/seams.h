/* seams.h - the daemon's seams as they are in its simulated process: clock.c, step.c, signals.c, transport.c and server.c of this folder stand
 * where the program has daemon/clock.c, daemon/step.c, daemon/service/signals.c, daemon/transport/http.c and daemon/api/server.c.  They are
 * linked before the daemon's library, so nothing else of it differs.
 */
#ifndef SIM_SEAMS_H
#define SIM_SEAMS_H

#include "../wire.h"

/* Hands over to the world, and takes what it says: signals_take, transport_take, server_take. */
void seams_wait(int64_t patience);
_Noreturn void seams_leave(int status, const char *step); /* at once, as killed */

void signals_take(int number);
void transport_take(void); /* the rest of an ANSWER */
void server_take(void);    /* the rest of an ASK */

/* Before the first life: the quotas that sends draw from become rates of a call in 20 seconds, with bursts of ten (rotating.c). */
void budgets_are_tight(void);
/* Likewise: what replies draw from becomes a rate with half of its burst for sends alone.  Of polls only a rare one draws from it, so that the
 * calls of sends are what uses it up. */
void budget_is_nearly_used(int64_t interval, int64_t burst);

#endif
