/* housekeeping.h - what is done from time to time, for nobody in particular. */
#ifndef HOUSEKEEPING_H
#define HOUSEKEEPING_H

#include "daemon/daemon.h"

/* At the beginning of a turn, before it writes.  The journal's head goes to the system log, at start and then each
 * hour, so that a tail cut off shows there; once a day what was only to be kept for a while goes (store_expire). */
void housekeeping(struct daemon *, int64_t now);
/* Between turns: the head, at the end of the work. */
void head_tell(struct daemon *);

#endif
