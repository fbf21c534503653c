/* service.h - being a system service: readiness, watchdog, signals, metrics. */
#ifndef SERVICE_H
#define SERVICE_H

#include <poll.h>
#include <stdint.h>

#include "connectors/base/buf.h"
#include "connectors/base/err.h"

/* sd_notify; nothing happens outside systemd or when built without it. */
void service_ready(void);
void service_status(const char *text);
void service_reloading(void);
void service_stopping(void);
void service_alive(void);          /* pets the watchdog; cheap, call each turn */
int64_t service_watchdog_ms(void); /* longest wait between turns, 0: none */

/* SIGTERM, SIGINT, SIGHUP as a descriptor (signalfd); SIGPIPE ignored; core dumps off (they would hold texts). */
int signals_open(struct err *);
int signals_next(int fd); /* the next signal number, 0 when there is none */

/* /metrics in Prometheus form on 127.0.0.1:port by libmicrohttpd, driven from our loop. */
struct metrics;
struct metrics *metrics_open(int port, void (*write)(void *ctx, struct buf *out), void *ctx, struct err *);
int metrics_fd(const struct metrics *);
void metrics_serve(struct metrics *);
void metrics_close(struct metrics *);

#endif
