/* gap.h - outages: how far an account is behind its platform, and what was covered once it has caught up.
 *
 * A stream is behind when what it has shown ends more than an hour earlier than it should: the service was down, the account stopped, the
 * platform failed, a list could not be read whole.  When every stream of the account has caught up, or is stopped, this is told once: in the
 * journal ("gap"), the log, a notice and `status`.  The first import is told in the same way, without a notice.
 *
 * What is known of an outage that goes on stands in the store (meta), so that a kill in the middle changes nothing.
 */
#ifndef GAP_H
#define GAP_H

#include "daemon/intake.h"

/* A page of a stream was kept (DONE, MORE), or the stream was stopped (REFUSED).  before: its row as it was. */
void gap_page(struct daemon *, const struct job *, const struct stream_row *before, const struct intake *,
	      enum outcome, int64_t now);
/* runners_make: whether an outage of the account was under way. */
void gap_open(struct daemon *, struct runner *);

#endif
