/* listener.h - where platforms push their notifications: plain HTTP on 127.0.0.1, behind the seller's TLS proxy.
 *
 *     GET  /push/APPLICATION?…   the platform asks whether the address is ours
 *     POST /push/APPLICATION     a notification
 *
 * By libmicrohttpd, driven from our loop.  A request waits, suspended, until a turn has judged it and that turn is committed: what was
 * said to be taken is taken.  Whoever can reach the port may send anything, so bodies are at most 256 KiB, at most 32 requests wait, and
 * each for at most 10 seconds (then 503; platforms try again).
 */
#ifndef LISTENER_H
#define LISTENER_H

#include "connectors/connector.h"

struct listener;

struct pushed {
	const char *application; /* from the path */
	const char *query;       /* GET: as received, without '?'; NULL for a notification */
	struct response notification;
	unsigned
		status; /* set by the judge: HTTP status of the answer; 0: not yet, show it again in the next turn */
	struct buf answer; /* set by the judge: its body, JSON */
};

struct listener *listener_open(int port, struct err *); /* NULL with err */
int listener_fd(const struct listener *);
void listener_serve(struct listener *); /* after each wait: takes and sends bytes */
/* Inside a turn: shows each request that waits. */
void listener_judge(struct listener *, void (*judge)(void *ctx, struct pushed *), void *ctx);
int listener_waits(const struct listener *); /* some request waits to be judged */
/* After the commit the judged ones are answered; after a lost turn they are judged again in the next one. */
void listener_flush(struct listener *);
void listener_spoil(struct listener *);
void listener_close(struct listener *);

#endif
