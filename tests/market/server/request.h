/* request.h - reading one HTTP/1.1 request from what a connection brought so far. */
#ifndef MARKET_REQUEST_H
#define MARKET_REQUEST_H

#include "../world/http.h"

#define HEAD_MAX    (64u << 10)
#define BODY_MAX    (16u << 20)
#define HEADERS_MAX 100

struct request {
	struct http_msg msg; /* its strings lie in head and body */
	struct http_header headers[HEADERS_MAX];
	struct buf head, body;
	char host[256];
	int close;          /* the client wants no further request on this connection */
	int wants_continue; /* it waits for "100 Continue" before it sends the body */
	size_t used;        /* bytes of input that belong to it */
};

void request_init(struct request *);
void request_free(struct request *);

/* 1 a whole request, 0 more bytes are needed, -1 not HTTP or over the bounds. */
int request_read(struct request *, const char *bytes, size_t len);

#endif
