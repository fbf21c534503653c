/* wire.h - memory that the daemon's process and the world share, and whose turn it is.
 *
 * A life of the daemon is a process of its own, so that a kill is a kill.  It and the world never run at the same time: the daemon hands over
 * when it has nothing to do but wait, and goes on when the world hands back.  So the same seed gives the same run, whatever the
 * machine does.  What they say to each other stands in `bytes`, one message after the other; who hands over writes, who takes over reads.
 *
 *   daemon: REQUEST owner port timeout once method url headers body · DROP owner · REPLY json
 *   world:  ANSWER owner complete left status date took headers body why · ASK json · SIGNAL number
 */
#ifndef SIM_WIRE_H
#define SIM_WIRE_H

#include <semaphore.h>
#include <stddef.h>
#include <stdint.h>

#define WIRE_BYTES (64u << 20) /* only what is used takes memory */

enum wire_message { END_OF_MESSAGES, REQUEST, DROP, REPLY, ANSWER, ASK, SIGNAL };

struct wire {
	sem_t daemon_goes, world_goes;
	int64_t now; /* true time, ms UTC */
	int64_t quiet; /* before this nothing happens in the world: who only waits till then need not hand over */
	int64_t skew;      /* what the machine's clock shows more */
	uint64_t luck;     /* where the daemon's random numbers begin */
	long stop_in;      /* the daemon leaves at so many steps from now; 0: it does not */
	int64_t patience;  /* ms that the daemon waits at most */
	long turns;        /* of the daemon's loop */
	int ended, status; /* it left, with this */
	char step[32];     /* where */
	size_t len, at;
	char bytes[WIRE_BYTES];
};
extern struct wire *wire;

void wire_open(void);

void put_int(int64_t);
void put_text(const char *, size_t); /* NULL is kept */
int64_t get_int(void);               /* END_OF_MESSAGES at the end */
const char *get_text(size_t *len);   /* ended by a NUL that len does not count; lives until somebody writes */
char *take_text(size_t *len);        /* the same, copied; not for NULL */

void wire_clear(void); /* before writing */
void wire_read(void);  /* before reading */

#endif
