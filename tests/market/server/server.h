/* server.h - the market on a loopback port: one poll() loop, many connections, plain or TLS. */
#ifndef MARKET_SERVER_H
#define MARKET_SERVER_H

#include <signal.h>

#include "../control.h"
#include "tls.h"

/* A listening socket on 127.0.0.1; *port 0 is replaced by the one given.  -1 with a line on stderr. */
int server_listen(int *port);

/* Serves until the market quits or *stop is set (by a signal handler).  tls may be NULL; verbose: a line per request on stderr. */
void server_run(int listener, struct market *, SSL_CTX *tls, const volatile sig_atomic_t *stop, int verbose);

#endif
