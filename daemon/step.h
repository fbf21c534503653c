/* step.h - places where the process may be stopped by a test.
 *
 * `run --stop-after N` leaves at the N-th step with _exit(70), as a power cut would.  Only commits, requests, answers to people and files
 * outlive a process, so steps stand before and after each of them: commits, requests that leave, answers that came and are not stored
 * yet, pages, what people were told, pages that are freed, copies, migrations and the key.  `backup` takes the option, too.
 */
#ifndef STEP_H
#define STEP_H

void step_stop_after(long n);
void step(const char *name); /* a literal: "commit.before" … printed when it stops */

#endif
