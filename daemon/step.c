#include "daemon/step.h"

#include <stdio.h>
#include <unistd.h>

static long stop_after, count;

void
step_stop_after(long n)
{
	stop_after = n;
	count = 0;
}

void
step(const char *name)
{
	if (!stop_after || ++count < stop_after)
		return;
	dprintf(STDERR_FILENO, "step %ld: %s\n", count, name);
	_exit(70);
}
