/* server.h - markets on loopback ports: one poll() loop, many connections, plain or TLS. */
#ifndef MARKET_SERVER_H
#define MARKET_SERVER_H

#include <signal.h>

#include "../control.h"
#include "tls.h"

#define MARKETS_MAX 200

/* A listening socket on 127.0.0.1; *port 0 is replaced by the one given.  -1 with a line on stderr. */
int server_listen(int *port);

/* Serves n markets, each on its listener, until one quits or *stop is set (by a signal handler).  tls may be NULL; verbose: a line per request
 * on stderr. */
void server_run(struct market *, size_t n, SSL_CTX *tls, const volatile sig_atomic_t *stop, int verbose);

#endif
