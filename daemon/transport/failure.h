/* failure.h - why there is no answer, in words for the seller. */
#ifndef TRANSPORT_FAILURE_H
#define TRANSPORT_FAILURE_H

#include <curl/curl.h>

#include "base/err.h"

struct failure {
	CURLcode code;
	const char *host;
	const char *detail; /* libcurl's own words, may be "" */
	long proxy_status;  /* what the proxy answered when asked for the way, 0: nothing */
	int left;           /* the request was on its way */
	int too_large;      /* we stopped reading */
	size_t max_body;
};

void failure_say(const struct failure *, struct err *);

#endif
