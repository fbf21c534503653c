/* forecast.h - what will come too late with today's budgets and all that waits, and what would help: the sender's own line (queue.h), run on to
 * its end.  Drafts count as approved now, polls as going on as they have in this window.
 */
#ifndef FORECAST_H
#define FORECAST_H

#include "daemon/daemon.h"

/* {"late", "first_at", "actions": [{id, account, state, deadline_at, leaves_at}], "approve": [{id, account, deadline_at, approve_by_at}],
 * "help": [packed]}: new reference. */
json_t *forecast_json(struct daemon *, int64_t now);
/* Inside a turn, every five minutes: "miss/aN@DEADLINE" for each action that cannot be in time any more, and "forecast/NAME" once for all of an
 * application (or account), until it is otherwise. */
void forecast_tell(struct daemon *, int64_t now);

#endif
