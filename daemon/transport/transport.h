/* transport.h - the seam to the outside: starts requests, hands back answers.
 *
 * http.c is the real one (libcurl, one multi handle, no threads of ours); the simulator has another.  What a request must not do twice
 * (`once`) goes over a fresh connection that is not reused, HTTP/1.1, with an empty Expect, no redirect and no auth negotiation, since
 * libcurl re-sends otherwise.
 *
 * Mail (BY_MAIL): url is smtps://host:port, or smtp://host:port, where TLS is demanded before anything is said; only on this machine, and when
 * the route names no ca, it may go in the clear.  `to` holds the recipients, a line each; body ends with CRLF.  The answer's status is the
 * server's last reply code, its body that reply.
 */
#ifndef TRANSPORT_H
#define TRANSPORT_H

#include <poll.h>
#include <stdint.h>

#include "connectors/connector.h"

/* How to reach a host for one account.  Borrowed until the answer comes. */
struct route {
	const char *
		endpoint; /* "http://127.0.0.1:9000" or https://…: only the socket goes there; "" = the real host */
	const char *proxy; /* "http://…", "socks5h://…", "" */
	const char *ca;    /* extra trust anchor: a PEM file, "" */
	const struct host *
		hosts; /* the only hosts that may be spoken to; pattern NULL at the end.  NULL: any (webhooks) */
	const char *user, *password; /* of a mail server; NULL: none */
	int64_t timeout;             /* real ms for the whole exchange; silence for half of it ends it too */
	size_t max_body;             /* bytes after inflation */
};

/* What came of a request.  Valid until transport_done. */
struct answer {
	void *owner;  /* as given to start */
	int complete; /* a whole response was read; else err says what happened */
	int left;     /* some byte of the request may have left us: only then can a send be unsure */
	struct response response; /* when complete */
	int64_t date;             /* the host's Date, ms UTC, 0 when absent */
	int64_t took;             /* ms */
	struct err err;
};

struct transport {
	/* Starts; takes a copy of the request's bytes, borrows the route until the answer was given back.  What cannot even be started (forbidden host, bad
	 * address, plain http off loopback) comes back from next like any other answer, with left = 0. */
	void (*start)(struct transport *, const struct request *, const struct route *, void *owner);
	/* Sleeps until an answer, one of the descriptors, or `timeout` real ms. */
	void (*wait)(struct transport *, struct pollfd *fds, unsigned nfds, int64_t timeout);
	/* The next finished one, NULL when there is none.  Give it back with done. */
	struct answer *(*next)(struct transport *);
	void (*done)(struct transport *, struct answer *);
	/* Drops a request: in flight or finished and not yet taken by next; no answer will come. */
	void (*drop)(struct transport *, void *owner);
	void (*free)(struct transport *);
};

struct transport *transport_http(struct err *);

#endif
