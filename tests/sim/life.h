/* life.h - the daemon's process, from its start to its end. */
#ifndef SIM_LIFE_H
#define SIM_LIFE_H

#include <sys/types.h>

enum life_state { LIFE_WAITS, LIFE_LEFT, LIFE_CRASHED };

/* Starts one with this configuration; what it says goes to `log`.  Returns when it waits for the first time, or ended. */
enum life_state life_begin(const char *conf, const char *log);
/* Lets it go on with what was written for it, until it waits again. */
enum life_state life_goes_on(void);
void life_kill(void); /* SIGKILL, at once */
int life_is(void);    /* there is one */

#endif
