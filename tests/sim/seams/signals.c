#include "daemon/service/service.h"

#include "seams.h"

static int waiting;

void
signals_take(int number)
{
	waiting = number;
}

int
signals_open(struct err *err)
{
	(void)err;
	return 0;
}

int
signals_next(int fd)
{
	const int number = waiting;

	(void)fd;
	waiting = 0;
	return number;
}
