/* task.h - what no API offers: a row for a person, with deadline, facts, drafted text and a link to where it is done.
 *
 *   open     --claim-->    open, with the name of who does it; whoever claims it last has it
 *            --snooze-->   snoozed until a time, never past its deadline, then open again
 *            --done-->     done by a person, or by 'platform' when a poll shows it
 *            --drop-->     dropped
 *   done     --contrary--> open again: the platform still shows it undone, with the reason
 *
 * Tasks come in beside the wishes (outbox_task): an action that the platform leaves to people becomes a task.
 *
 * Which facts count depends on what is to be done:
 *   an answer to a dispute (not: appeal, escalate)   met: it no longer waits for us     contrary: it still does, in the same turn
 *   feedback.reply                                   met: our reply stands there        contrary: it does not
 *   feedback.revision                                met: no longer negative or neutral no fact is contrary: asking was all we could do
 *   everything else                                  only a person says
 * A person's word stands for an hour, since platforms show late; what the platform had shown itself comes back at once.
 */
#ifndef TASK_H
#define TASK_H

#include "daemon/daemon.h"

/* By hand, each with the name of who did it.  0, or -1 with err (no such task, its state does not allow it). */
int task_claim(struct daemon *, int64_t id, const char *operator, int64_t now, struct err *);
int task_snooze(struct daemon *, int64_t id, int64_t until, const char *operator, int64_t now, struct err *);
int task_done(struct daemon *, int64_t id, const char *operator, int64_t now, struct err *);
int task_drop(struct daemon *, int64_t id, const char *operator, int64_t now, struct err *);

/* A new row from a wish: its id, 0 when it is there already.  `text` may be "".  Without a deadline it gets the dispute's. */
int64_t task_open(struct daemon *, const struct situation *, const struct task_row *wished, int64_t now);

/* To be called for every dispute or feedback that a poll shows, changed or not: what did not happen changes nothing. */
void task_facts(struct daemon *, const struct situation *, int64_t now);

/* Wakes what was snoozed; when to look again. */
int64_t tasks_wake(struct daemon *, int64_t now);

#endif
