/* step.h - places where the process may be stopped by a test.
 *
 * `run --stop-after N` leaves at the N-th step with _exit(70), as a power cut would.  Steps stand before and after each commit, before
 * each request leaves and after each answer, before it is stored.
 */
#ifndef STEP_H
#define STEP_H

void step_stop_after(long n);
void step(const char *name); /* a literal: "commit.before" … printed when it stops */

#endif
