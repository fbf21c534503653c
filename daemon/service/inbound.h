/* inbound.h - HTTP requests that wait for a turn: plain, on 127.0.0.1, behind the seller's TLS proxy.
 *
 * By libmicrohttpd, driven from our loop.  A request waits, suspended, until a turn has judged it and that turn is committed: what was
 * said to be done is done.  Whoever can reach the port may send anything, so bodies, clients and their time are bounded: at most 10
 * seconds without a byte, 10 seconds until it is judged (then 503), and for `brief` ones 30 seconds from connecting to the last byte.
 */
#ifndef INBOUND_H
#define INBOUND_H

#include <stddef.h>

#include "connectors/base/buf.h"

struct inbound;

struct visit {
	const char *method, *url; /* as received: the path, and what follows a '?' */
	const char *body;
	size_t len;
	/* set by the judge */
	unsigned status;    /* 0: not yet, show it again in the next turn */
	const char *type;   /* of the answer, a literal */
	struct buf answer;  /* its body */
	struct buf headers; /* "Name: value\n" each */
};
const char *visit_header(const struct visit *, const char *name); /* the first of that name, NULL */

struct inbound_kind {
	size_t body, answer; /* at most so many bytes */
	unsigned clients;
	int brief; /* one request a connection, 30 seconds in all */
	/* A status for what need not wait for a turn, 0: it waits. */
	unsigned (*refuse)(const struct visit *);
};

struct inbound *inbound_open(const struct inbound_kind *, int port); /* NULL with errno */
int inbound_fd(const struct inbound *);
void inbound_serve(struct inbound *); /* after each wait: takes and sends bytes */
/* Inside a turn: shows each request that waits. */
void inbound_judge(struct inbound *, void (*judge)(void *ctx, struct visit *), void *ctx);
int inbound_waits(const struct inbound *); /* some request waits to be judged */
/* After the commit the judged ones are answered; after a lost turn they are judged again in the next one. */
void inbound_flush(struct inbound *);
void inbound_spoil(struct inbound *);
void inbound_close(struct inbound *);

#endif
