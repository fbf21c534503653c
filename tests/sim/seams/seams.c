#include "seams.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void
hand_over(void)
{
	sem_post(&wire->world_goes);
	while (sem_wait(&wire->daemon_goes) && errno == EINTR)
		;
}

void
seams_wait(int64_t patience)
{
	wire->turns++;
	if (!wire->len && wire->now + patience < wire->quiet) {
		wire->now += patience;
		return;
	}
	wire->patience = patience;
	hand_over();
	wire_read();
	for (;;) {
		switch (get_int()) {
		case END_OF_MESSAGES: wire_clear(); return;
		case ANSWER: transport_take(); break;
		case ASK: server_take(); break;
		case SIGNAL: signals_take((int)get_int()); break;
		default: abort();
		}
	}
}

void
seams_leave(int status, const char *step)
{
	snprintf(wire->step, sizeof wire->step, "%s", step);
	wire->status = status;
	wire->ended = 1;
	sem_post(&wire->world_goes);
	_exit(status);
}
