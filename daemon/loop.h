/* loop.h - the service: one process, one loop, one transaction a turn.
 *
 *   answers that came  ->  store          (page by page, each whole or not at all)
 *   requests of people ->  store
 *   events that are due -> decide -> outbox
 *   lanes that are free -> requests, made but not started
 *   commit
 *   start the requests, answer the people
 *   wait
 *
 * When the commit fails (disk full) the turn never happened: nothing starts, people get the reason, and the answers that came are
 * kept and stored by a later turn.
 *
 * What cannot be stored for what it says (store_page_spoiled) loses no turn, which would be lost again and again, for every account: a record
 * becomes odd, an answer counts as one that never came, an event is told and put aside, an account that cannot be planned stops.
 */
#ifndef LOOP_H
#define LOOP_H

#include "daemon/cli/cli.h"

/* Runs until SIGTERM.  The exit status: 0, or 1 when it could not start (the reason was logged). */
int loop_run(const struct run_options *);

#endif
