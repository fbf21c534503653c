/* deadlines.h - what has to be answered soon, and is not, is told. */
#ifndef DEADLINES_H
#define DEADLINES_H

#include "daemon/daemon.h"

/* Inside a turn, after what rules wish: the time to look again. */
int64_t deadlines_tell(struct daemon *, int64_t now);

#endif
