/* http.h - one request and one reply, as the worlds and the faults see them: no sockets.
 *
 * A reply also says how it is to be delivered, because most of what goes wrong between two programs is not in
 * the bytes: the server plays it on a real connection, the simulator on a virtual one.
 */
#ifndef MARKET_HTTP_H
#define MARKET_HTTP_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define REPLY_MAX (64u << 20) /* the largest body that is held in memory; larger ones are filler */

struct http_header {
	const char *name, *value;
};

struct http_msg {
	const char *method;
	const char *target; /* path and query as sent, still encoded */
	const char *host;   /* lower case, without port; "" when missing */
	const struct http_header *headers;
	size_t n_headers;
	const char *body; /* followed by a NUL that len does not count */
	size_t len;
};

enum ending {
	END_ANSWER, /* the reply is sent */
	END_CLOSE,  /* the connection is closed without one byte */
	END_RESET,  /* the same with a RST */
	END_HANG    /* nothing ever comes */
};

struct delivery {
	int64_t delay_ms; /* real time before anything happens to the connection */
	enum ending ending;
	int cut; /* send only cut_at bytes of the body, then close */
	size_t cut_at;
	int undeclared;  /* no Content-Length: the end of the connection is the end of the body */
	uint64_t filler; /* so many 'x' follow the body, made while they are sent */
	int drip;        /* a byte a second */
	int act_later; /* the request was not handled: hand it to the world after act_ms, nobody reads the reply */
	int64_t act_ms;
};

struct http_reply {
	int status;
	const char *type;   /* Content-Type; NULL for none */
	struct buf headers; /* further header lines, each "Name: value\r\n" */
	struct buf body;
	struct delivery how;
};

void reply_init(struct http_reply *);
void reply_clear(struct http_reply *); /* as after reply_init; keeps the memory */
void reply_free(struct http_reply *);

const char *http_header(const struct http_msg *, const char *name); /* value, or NULL */

/* The decoded value of a field in "a=1&b=2" (a query or a form; '+' is a space): 1, or 0 when absent. */
int form_get(const char *form, const char *name, struct buf *value);
int query_get(const struct http_msg *, const char *name, struct buf *value);

/* The path without query, percent-decoded. */
void path_get(const struct http_msg *, struct buf *);

#endif
