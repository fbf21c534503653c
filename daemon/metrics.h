/* metrics.h - what /metrics says, in Prometheus' text form: numbers and names of accounts, never ids, names or texts of buyers. */
#ifndef METRICS_H
#define METRICS_H

#include "daemon/daemon.h"

void metrics_write(struct daemon *, struct buf *out);

#endif
