/* draw.h - asks supercargo-pages for pages, in a process without our secrets and environment. */
#ifndef EVIDENCE_DRAW_H
#define EVIDENCE_DRAW_H

#include "base/json.h"
#include "daemon/daemon.h"

enum { DRAWN_MAX = 64 };
struct drawing {
	int count, left_out; /* pages; entries that did not fit */
	struct attachment_file pages[DRAWN_MAX];
};

/* `job` as daemon/pages/main.c describes it.  The bytes live in the arena.  0, or -1 with err. */
int draw_pages(struct arena *, const json_t *job, struct drawing *, struct err *);

#endif
