/* address.h - where a request may go.  Nothing else decides that.
 *
 * https to the hosts of the route, on the usual port; plain http only to this machine itself.  No user name, no control
 * character, no other byte that two parsers may read differently: the address is judged by libcurl's own parser.
 */
#ifndef TRANSPORT_ADDRESS_H
#define TRANSPORT_ADDRESS_H

#include <curl/curl.h>

#include "daemon/transport/transport.h"

struct address {
	char *url;  /* for libcurl: the original authority; plain http when the endpoint is */
	char *host; /* for texts */
	struct curl_slist *connect_to; /* the socket's way to the endpoint; NULL: to the host itself */
	int direct;                    /* never through a proxy */
};

/* 0, or -1 with err; then there is nothing to free. */
int address_find(struct address *, const char *url, const struct route *, struct err *);
/* The same for a mail server; *tls: it must be used. */
int address_find_mail(struct address *, const char *url, const struct route *, int *tls, struct err *);
void address_free(struct address *);

/* "Name: value\n" lines as libcurl wants them.  Refused: anything that could begin another header or change where and how
 * long the request is.  0 and *list, or -1 with err. */
int headers_list(const char *lines, struct curl_slist **list, struct err *);

#endif
