/* task.h - what no API offers: a row for a person, with deadline, facts, drafted text and a link to where it is done.
 *
 *   open     --claim-->    open, with the name of who does it
 *            --snooze-->   snoozed until a time, then open again
 *            --done-->     done by a person, or by 'platform' when a poll shows it
 *            --drop-->     dropped
 *   done     --contrary-> open again: the platform still shows it undone, with the reason
 *
 * Tasks come in by the door of all wishes (outbox_wish): an action that the platform leaves to people becomes a task.
 */
#ifndef TASK_H
#define TASK_H

#include "daemon/daemon.h"

/* By hand, each with the name of who did it.  0, or -1 with err (no such task, its state does not allow it). */
int task_claim(struct daemon *, int64_t id, const char *operator, int64_t now, struct err *);
int task_snooze(struct daemon *, int64_t id, int64_t until, const char *operator, int64_t now, struct err *);
int task_done(struct daemon *, int64_t id, const char *operator, int64_t now, struct err *);
int task_drop(struct daemon *, int64_t id, const char *operator, int64_t now, struct err *);

/* A new row from a wish: its id, 0 when it is there already.  `text` may be "". */
int64_t task_open(struct daemon *, const struct situation *, const struct task_row *wished, int64_t now);

/* What a poll showed about a dispute or feedback: tasks about it that are met by it are done by the platform, and those
 * that a person called done although it still waits for us (an hour later at the earliest) are open again. */
void task_facts(struct daemon *, const struct situation *, int64_t now);

/* Wakes what was snoozed; when to look again. */
int64_t tasks_wake(struct daemon *, int64_t now);

#endif
