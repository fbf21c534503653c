#include "daemon/push/listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/clock.h"

#define BODY_MAX    (256u << 10)
#define ANSWER_MAX  4096
#define CLIENTS_MAX 32
#define TIMEOUT     10 /* seconds an idle client may stay, and a request may wait */
#define RUNS_MAX    64 /* work done for clients in one turn of the loop */
#define PREFIX      "/push/"

enum phase { RECEIVING, WAITING, JUDGED, ANSWERED };

struct guest {
	struct listener *listener;
	struct MHD_Connection *connection;
	enum phase phase;
	char *uri; /* path and query as received */
	char *application;
	struct buf body;
	int64_t since; /* real monotonic: waits since then */
	struct pushed pushed;
	struct guest *next;
};

struct listener {
	struct MHD_Daemon *daemon;
	struct guest *guests;
};

static const char *
header(const struct response *rs, const char *name)
{
	const struct pushed *p =
		(const struct pushed *)((const char *)rs - offsetof(struct pushed, notification));
	const struct guest *g = (const struct guest *)((const char *)p - offsetof(struct guest, pushed));

	return MHD_lookup_connection_value(g->connection, MHD_HEADER_KIND, name);
}

/* libmicrohttpd's first word about a request: kept as its state from then on. */
static void *
on_uri(void *cls, const char *uri, struct MHD_Connection *connection)
{
	struct listener *l = cls;
	struct guest *g = must_zalloc(sizeof *g);

	g->listener = l;
	g->connection = connection;
	g->uri = must_strdup(uri);
	g->body = (struct buf)BUF_MAX(BODY_MAX);
	g->pushed.answer = (struct buf)BUF_MAX(ANSWER_MAX);
	g->next = l->guests;
	l->guests = g;
	return g;
}

static void
on_end(void *cls, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode why)
{
	struct guest *g = *state, **at;

	(void)cls, (void)connection, (void)why;
	if (!g)
		return;
	for (at = &g->listener->guests; *at != g; at = &(*at)->next)
		;
	*at = g->next;
	buf_free(&g->body);
	buf_free(&g->pushed.answer);
	free(g->application);
	free(g->uri);
	free(g);
	*state = NULL;
}

static enum MHD_Result
respond(struct guest *g, unsigned status)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(
		g->pushed.answer.len, g->pushed.answer.data, MHD_RESPMEM_MUST_COPY);
	enum MHD_Result r;

	if (!response)
		return MHD_NO;
	if (g->pushed.answer.len)
		MHD_add_response_header(response, "Content-Type", "application/json");
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
		MHD_add_response_header(response, "Allow", "GET, POST");
	if (status == MHD_HTTP_SERVICE_UNAVAILABLE)
		MHD_add_response_header(response, "Retry-After", "30");
	g->phase = ANSWERED;
	r = MHD_queue_response(g->connection, status, response);
	MHD_destroy_response(response);
	return r;
}

/* The request came in whole: it waits for a turn. */
static enum MHD_Result
wait_for_turn(struct guest *g, int is_get)
{
	const char *path = g->uri + strlen(PREFIX), *mark = strchr(path, '?');

	g->application = mark ? strndup(path, (size_t)(mark - path)) : strdup(path);
	if (!g->application)
		abort();
	g->pushed.application = g->application;
	g->pushed.query = !is_get ? NULL : mark ? mark + 1 : "";
	g->pushed.notification = (struct response){
		.status = 200, .body = buf_str(&g->body), .len = g->body.len, .header = header};
	g->since = clock_mono();
	g->phase = WAITING;
	MHD_suspend_connection(g->connection);
	return MHD_YES;
}

static enum MHD_Result
on_request(void *cls, struct MHD_Connection *connection, const char *url, const char *method,
	   const char *version, const char *upload, size_t *upload_len, void **state)
{
	struct guest *g = *state;
	const int is_get = !strcmp(method, "GET"), is_post = !strcmp(method, "POST");

	(void)cls, (void)connection, (void)version;
	if (g->phase == JUDGED)
		return respond(g, g->pushed.status);
	if (*upload_len > 0) {
		buf_add(&g->body, upload, *upload_len);
		*upload_len = 0;
		return g->body.over ? MHD_NO : MHD_YES;
	}
	if (!g->since) { /* called a first time with the headers; an answer to a request with a body waits for its end */
		g->since = 1;
		return MHD_YES;
	}
	if (!is_get && !is_post)
		return respond(g, MHD_HTTP_METHOD_NOT_ALLOWED);
	if (strncmp(url, PREFIX, strlen(PREFIX)) != 0 || strncmp(g->uri, PREFIX, strlen(PREFIX)) != 0)
		return respond(g, MHD_HTTP_NOT_FOUND);
	return wait_for_turn(g, is_get);
}

struct listener *
listener_open(int port, struct err *err)
{
	const struct sockaddr_in address = {.sin_family = AF_INET,
					    .sin_port = htons((uint16_t)port),
					    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct listener *l = must_zalloc(sizeof *l);

	l->daemon = MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, (uint16_t)port, NULL, NULL,
				     on_request, l, MHD_OPTION_SOCK_ADDR, (const struct sockaddr *)&address,
				     MHD_OPTION_URI_LOG_CALLBACK, on_uri, l, MHD_OPTION_NOTIFY_COMPLETED,
				     on_end, NULL, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CLIENTS_MAX,
				     MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)TIMEOUT,
				     MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)32768, MHD_OPTION_END);
	if (!l->daemon) {
		fail(err, "push: port %d on 127.0.0.1 cannot be opened: %s; choose another push_port", port,
		     strerror(errno));
		free(l);
		return NULL;
	}
	return l;
}

int
listener_fd(const struct listener *l)
{
	return MHD_get_daemon_info(l->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
}

void
listener_serve(struct listener *l)
{
	MHD_UNSIGNED_LONG_LONG wait;
	int runs = 0;

	do
		MHD_run(l->daemon);
	while (++runs < RUNS_MAX && MHD_get_timeout(l->daemon, &wait) == MHD_YES && wait == 0);
}

void
listener_judge(struct listener *l, void (*judge)(void *ctx, struct pushed *), void *ctx)
{
	struct guest *g;

	for (g = l->guests; g; g = g->next) {
		if (g->phase != WAITING || g->pushed.status)
			continue;
		judge(ctx, &g->pushed);
		if (!g->pushed.status && clock_mono() - g->since > TIMEOUT * SECOND)
			g->pushed.status = MHD_HTTP_SERVICE_UNAVAILABLE;
	}
}

int
listener_waits(const struct listener *l)
{
	const struct guest *g;

	for (g = l->guests; g && g->phase != WAITING; g = g->next)
		;
	return g != NULL;
}

void
listener_flush(struct listener *l)
{
	struct guest *g;

	for (g = l->guests; g; g = g->next)
		if (g->phase == WAITING && g->pushed.status) {
			g->phase = JUDGED;
			MHD_resume_connection(g->connection);
		}
	listener_serve(l);
}

void
listener_spoil(struct listener *l)
{
	struct guest *g;

	for (g = l->guests; g; g = g->next) {
		g->pushed.status = 0;
		buf_clear(&g->pushed.answer);
	}
}

void
listener_close(struct listener *l)
{
	struct guest *g;

	if (!l)
		return;
	for (g = l->guests; g; g = g->next)
		if (g->phase == WAITING) { /* it may not end while it is suspended */
			g->pushed.status = MHD_HTTP_SERVICE_UNAVAILABLE;
			g->phase = JUDGED;
			MHD_resume_connection(g->connection);
		}
	MHD_stop_daemon(l->daemon);
	free(l);
}
