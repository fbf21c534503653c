/* recorder.h - a struct found that writes what it is given: one line of JSON for each record. */
#ifndef RECORDER_H
#define RECORDER_H

#include "connector.h"

struct recorder {
	struct found found; /* first: the callbacks get a pointer to it */
	struct buf *out;    /* NULL: only count */
	int records;	    /* handed over, odd ones too */
};

void recorder_init(struct recorder *, struct buf *out);
void recorder_outcome(const struct recorder *, enum outcome, struct buf *out); /* the last line */
void recorder_free(struct recorder *);

#endif
