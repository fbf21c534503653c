#include "daemon/step.h"

#include "seams.h"

void
step_stop_after(long n)
{
	(void)n; /* the world says when */
}

void
step(const char *name)
{
	if (wire->stop_in && !--wire->stop_in)
		seams_leave(70, name);
}
