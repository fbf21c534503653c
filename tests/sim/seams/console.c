/* console.c - no browser: in the simulator people decide over the API, as they do behind the console. */
#include "daemon/console/console.h"

#include <stdlib.h>

struct console *
console_open(int port, struct err *err)
{
	(void)port, (void)err;
	abort(); /* console_port is 0 */
}

int
console_fd(const struct console *c)
{
	(void)c;
	return -1;
}

void
console_serve(struct console *c)
{
	(void)c;
}

void
console_judge(struct console *c, struct daemon *d, int64_t now)
{
	(void)c, (void)d, (void)now;
}

int
console_waits(const struct console *c)
{
	(void)c;
	return 0;
}

void
console_flush(struct console *c)
{
	(void)c;
}

void
console_spoil(struct console *c)
{
	(void)c;
}

void
console_close(struct console *c)
{
	(void)c;
}
