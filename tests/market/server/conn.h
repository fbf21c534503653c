/* conn.h - one connection: bytes in, a request handled, the answer delivered as the reply says. */
#ifndef MARKET_CONN_H
#define MARKET_CONN_H

#include "../control.h"
#include "request.h"
#include "tls.h"

/* READING -> (WAITING ->) WRITING -> READING or CLOSED; (WAITING ->) HANGING until the client goes;
 * (WAITING ->) ACTING without a socket until the request is due -> CLOSED. */
enum conn_state { READING, WAITING, WRITING, HANGING, ACTING, CLOSED };

struct conn {
	struct market *market; /* whose port it came to */
	enum conn_state state;
	int fd; /* -1 once closed */
	SSL *ssl;
	short events; /* what to poll for */
	int64_t wake; /* real ms, while WAITING or ACTING */
	struct buf in, out;
	size_t sent;     /* bytes of out that have left */
	uint64_t filler; /* bytes still to follow out */
	int close_after; /* no further request: the answer is the last */
	int continued;
	struct request rq;
	struct http_reply rs;
};

struct conn *conn_new(int fd, SSL_CTX *tls, struct market *); /* owns fd */
void conn_free(struct conn *);

/* What poll() said; then, every turn, what time says.  The connection may be CLOSED afterwards. */
void conn_ready(struct conn *, short revents, int verbose);
void conn_tick(struct conn *, int64_t real);

#endif
