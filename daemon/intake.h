/* intake.h - where a connector's read() puts what it finds: the store, inside the page of the turn. */
#ifndef INTAKE_H
#define INTAKE_H

#include "daemon/runner.h"

#define NEWS_MAX 64 /* of a page; more is a backlog, which says nothing of when it came */

struct intake {
	struct found found; /* first: the callbacks get it back */
	struct daemon *d;
	struct runner *runner;
	const char *source; /* stream or action, for odd items */
	int64_t now;
	int64_t old;            /* what is older starts nothing */
	int fresh;              /* records that were new or changed */
	int odd;                /* items that could not be read */
	json_t *own;            /* looks: as settle.h wants them */
	int64_t news[NEWS_MAX]; /* the platform's times of what is new or changed and not ours; 0: not said */
	int nnews;
	int careful; /* one of the records could not be stored: each is tried by itself */
};

void intake_open(struct intake *, struct daemon *, struct runner *, const char *source, int64_t now);
void intake_close(struct intake *);

/* What the answer of a job holds, inside the caller's page.  A record that cannot be stored for what it says is odd, and costs the others
 * nothing. */
enum outcome intake_read(struct intake *, const struct job *, const struct task *, const struct response *);

#endif
