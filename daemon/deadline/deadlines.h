/* deadlines.h - what has to be answered soon, and is not, and what was missed, is told. */
#ifndef DEADLINES_H
#define DEADLINES_H

#include "daemon/daemon.h"

/* Inside a turn, after what rules wish.  Looks every five minutes and asks for no turn of its own: one comes at least every half minute. */
void deadlines_tell(struct daemon *, int64_t now);

#endif
