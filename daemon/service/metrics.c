#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/service/service.h"

#define BODY_MAX    (4 << 20)
#define CLIENTS_MAX 16
#define TIMEOUT     10 /* seconds an idle client may stay */
#define RUNS_MAX    64 /* work done for clients in one turn of the loop */

struct metrics {
	struct MHD_Daemon *daemon;
	void (*write)(void *ctx, struct buf *out);
	void *ctx;
};

/* A page in a browser can make its own name point to 127.0.0.1; then the Host header is still that name. */
static int
names_this_machine(const char *host)
{
	static const char *const names[] = {"127.0.0.1", "localhost", "[::1]"};
	unsigned i;

	for (i = 0; host && i < sizeof(names) / sizeof(*names); i++) {
		size_t n = strlen(names[i]);

		if (!strncasecmp(host, names[i], n) && (host[n] == '\0' || host[n] == ':'))
			return 1;
	}
	return 0;
}

static enum MHD_Result
respond(struct MHD_Connection *connection, unsigned status, struct buf *body)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(
		body ? body->len : 0, body ? body->data : NULL, MHD_RESPMEM_MUST_COPY);
	enum MHD_Result r = MHD_NO;

	if (!response)
		return MHD_NO;
	if (body)
		MHD_add_response_header(response, "Content-Type", "text/plain; version=0.0.4; charset=utf-8");
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
		MHD_add_response_header(response, "Allow", "GET");
	r = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return r;
}

static enum MHD_Result
on_request(void *cls, struct MHD_Connection *connection, const char *url, const char *method,
	   const char *version, const char *upload, size_t *upload_len, void **state)
{
	struct metrics *metrics = cls;
	struct buf body = BUF_MAX(BODY_MAX);
	enum MHD_Result r;

	(void)version, (void)upload;
	if (!*state) { /* called a first time with the headers; an answer to a request with a body waits for its end */
		*state = metrics;
		return MHD_YES;
	}
	if (*upload_len > 0) {
		*upload_len = 0;
		return MHD_YES;
	}
	if (!names_this_machine(MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Host")))
		return respond(connection, MHD_HTTP_FORBIDDEN, NULL);
	if (strcmp(url, "/metrics") != 0)
		return respond(connection, MHD_HTTP_NOT_FOUND, NULL);
	if (strcmp(method, "GET") != 0)
		return respond(connection, MHD_HTTP_METHOD_NOT_ALLOWED, NULL);
	metrics->write(metrics->ctx, &body);
	r = respond(connection, MHD_HTTP_OK, &body);
	buf_free(&body);
	return r;
}

struct metrics *
metrics_open(int port, void (*write)(void *ctx, struct buf *out), void *ctx, struct err *err)
{
	const struct sockaddr_in address = {.sin_family = AF_INET,
					    .sin_port = htons((uint16_t)port),
					    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct metrics *metrics = must_zalloc(sizeof(*metrics));

	metrics->write = write;
	metrics->ctx = ctx;
	metrics->daemon = MHD_start_daemon(MHD_USE_EPOLL, (uint16_t)port, NULL, NULL, on_request, metrics,
					   MHD_OPTION_SOCK_ADDR, (const struct sockaddr *)&address,
					   MHD_OPTION_CONNECTION_LIMIT, (unsigned)CLIENTS_MAX,
					   MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)TIMEOUT,
					   MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)16384, MHD_OPTION_END);
	if (!metrics->daemon) {
		fail(err, "metrics: port %d on 127.0.0.1 cannot be opened: %s; choose another metrics_port",
		     port, strerror(errno));
		free(metrics);
		return NULL;
	}
	return metrics;
}

int
metrics_fd(const struct metrics *metrics)
{
	return MHD_get_daemon_info(metrics->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
}

void
metrics_serve(struct metrics *metrics)
{
	MHD_UNSIGNED_LONG_LONG wait;
	int runs = 0;

	do
		MHD_run(metrics->daemon);
	while (++runs < RUNS_MAX && MHD_get_timeout(metrics->daemon, &wait) == MHD_YES && wait == 0);
}

void
metrics_close(struct metrics *metrics)
{
	if (!metrics)
		return;
	MHD_stop_daemon(metrics->daemon);
	free(metrics);
}
