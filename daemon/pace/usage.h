/* usage.h - what polling costs and brings: calls of each quota, and how old news was when it came in. */
#ifndef USAGE_H
#define USAGE_H

#include "daemon/runner.h"

struct usage {
	const char *owner, *name; /* application or account; the quota */
	int64_t limit, used, left;
	int64_t for_sends; /* of those left, polls may not take so many */
	int64_t until;     /* then it begins anew; of a rate: then its bucket is full again */
};
/* Quotas of which something was used in their window, and rates whose bucket (`limit`) is not full: their number, at most max.  The strings are the configuration's. */
int usage_quotas(struct daemon *, int64_t now, struct usage *, int max);
/* Mean age of an account's messages of late, when they were taken in, by the platform's clock; -1: none came yet. */
int64_t usage_news_age(struct daemon *, const struct runner *);

#endif
