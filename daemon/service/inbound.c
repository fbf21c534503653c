#include "daemon/service/inbound.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "connectors/base/instant.h"
#include "daemon/clock.h"

#define TIMEOUT     10 /* seconds an idle client may stay, and a request may wait */
#define BRIEF       30 /* seconds that a connection may take in all */
#define RUNS_MAX    64 /* work done for clients in one turn of the loop */
#define HEADERS_MAX 4096
#define MEMORY      ((size_t)32768) /* of a connection: what its headers fit in */

enum phase { RECEIVING, WAITING, JUDGED, ANSWERED };

struct guest {
	struct inbound *in;
	struct MHD_Connection *connection;
	enum phase phase;
	int begun; /* its headers were seen */
	char *url, *method;
	struct buf body;
	int64_t since; /* real monotonic: waits since then */
	struct visit visit;
	struct guest *next;
};

/* A connection, for those that are to be brief. */
struct line {
	int fd;
	int64_t since;
	struct line *next;
};

struct inbound {
	struct MHD_Daemon *daemon;
	struct inbound_kind kind;
	struct guest *guests;
	struct line *lines;
};

const char *
visit_header(const struct visit *v, const char *name)
{
	const struct guest *g = (const struct guest *)((const char *)v - offsetof(struct guest, visit));

	return MHD_lookup_connection_value(g->connection, MHD_HEADER_KIND, name);
}

/* libmicrohttpd's first word about a request: kept as its state from then on. */
static void *
on_url(void *cls, const char *url, struct MHD_Connection *connection)
{
	struct inbound *in = cls;
	struct guest *g = must_zalloc(sizeof *g), **at;

	g->in = in;
	g->connection = connection;
	g->url = must_strdup(url);
	g->body = (struct buf)BUF_MAX(in->kind.body);
	g->visit.answer = (struct buf)BUF_MAX(in->kind.answer);
	g->visit.headers = (struct buf)BUF_MAX(HEADERS_MAX);
	for (at = &in->guests; *at; at = &(*at)->next) /* who came first is judged first */
		;
	*at = g;
	return g;
}

static void
on_end(void *cls, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode why)
{
	struct guest *g = *state, **at;

	(void)cls, (void)connection, (void)why;
	if (!g)
		return;
	for (at = &g->in->guests; *at != g; at = &(*at)->next)
		;
	*at = g->next;
	buf_free(&g->body);
	buf_free(&g->visit.answer);
	buf_free(&g->visit.headers);
	free(g->method);
	free(g->url);
	free(g);
	*state = NULL;
}

static void
on_line(void *cls, struct MHD_Connection *connection, void **state, enum MHD_ConnectionNotificationCode what)
{
	struct inbound *in = cls;
	struct line *l = *state, **at;

	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		l = must_zalloc(sizeof *l);
		l->fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
		l->since = clock_mono();
		l->next = in->lines;
		in->lines = l;
		*state = l;
		return;
	}
	for (at = &in->lines; *at != l; at = &(*at)->next)
		;
	*at = l->next;
	free(l);
	*state = NULL;
}

static void
add_headers(struct MHD_Response *response, const struct buf *headers)
{
	const char *p = buf_str(headers);
	char *line, *colon;

	for (; *p; p += strcspn(p, "\n"), p += *p == '\n') {
		line = must_strndup(p, strcspn(p, "\n"));
		if ((colon = strstr(line, ": "))) {
			*colon = '\0';
			MHD_add_response_header(response, line, colon + 2);
		}
		free(line);
	}
}

static enum MHD_Result
respond(struct guest *g, unsigned status)
{
	struct visit *v = &g->visit;
	struct MHD_Response *response =
		MHD_create_response_from_buffer(v->answer.len, v->answer.data, MHD_RESPMEM_MUST_COPY);
	enum MHD_Result r;

	if (!response)
		return MHD_NO;
	if (v->answer.len && v->type)
		MHD_add_response_header(response, "Content-Type", v->type);
	add_headers(response, &v->headers);
	if (g->in->kind.brief)
		MHD_add_response_header(response, "Connection", "close");
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
		MHD_add_response_header(response, "Allow", "GET, POST");
	if (status == MHD_HTTP_SERVICE_UNAVAILABLE)
		MHD_add_response_header(response, "Retry-After", "30");
	g->phase = ANSWERED;
	r = MHD_queue_response(g->connection, status, response);
	MHD_destroy_response(response);
	return r;
}

static enum MHD_Result
on_request(void *cls, struct MHD_Connection *connection, const char *url, const char *method,
	   const char *version, const char *upload, size_t *upload_len, void **state)
{
	struct guest *g = *state;
	unsigned refused;

	(void)cls, (void)connection, (void)version, (void)url;
	if (g->phase == JUDGED)
		return respond(g, g->visit.status);
	if (*upload_len > 0) {
		buf_add(&g->body, upload, *upload_len);
		*upload_len = 0;
		return g->body.over ? MHD_NO : MHD_YES;
	}
	if (!g->begun) { /* called a first time with the headers; an answer to a request with a body waits for its end */
		g->begun = 1;
		return MHD_YES;
	}
	g->method = must_strdup(method);
	g->visit.method = g->method;
	g->visit.url = g->url;
	g->visit.body = buf_str(&g->body);
	g->visit.len = g->body.len;
	if ((refused = g->in->kind.refuse(&g->visit)))
		return respond(g, refused);
	g->since = clock_mono(); /* it came in whole: it waits for a turn */
	g->phase = WAITING;
	MHD_suspend_connection(g->connection);
	return MHD_YES;
}

struct inbound *
inbound_open(const struct inbound_kind *kind, int port)
{
	const struct sockaddr_in address = {.sin_family = AF_INET,
					    .sin_port = htons((uint16_t)port),
					    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct inbound *in = must_zalloc(sizeof *in);
	int why;

	in->kind = *kind;
	in->daemon = MHD_start_daemon(
		MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, (uint16_t)port, NULL, NULL, on_request, in,
		MHD_OPTION_SOCK_ADDR, (const struct sockaddr *)&address, MHD_OPTION_URI_LOG_CALLBACK, on_url,
		in, MHD_OPTION_NOTIFY_COMPLETED, on_end, NULL, MHD_OPTION_NOTIFY_CONNECTION, on_line, in,
		MHD_OPTION_CONNECTION_LIMIT, kind->clients, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)TIMEOUT,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, MEMORY, MHD_OPTION_END);
	if (!in->daemon) {
		why = errno;
		free(in);
		errno = why;
		return NULL;
	}
	return in;
}

int
inbound_fd(const struct inbound *in)
{
	return MHD_get_daemon_info(in->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
}

/* Who sends or takes a byte now and then is never idle. */
static void
end_slow(struct inbound *in)
{
	const int64_t before = clock_mono() - BRIEF * SECOND;

	for (struct line *l = in->kind.brief ? in->lines : NULL; l; l = l->next)
		if (l->since < before)
			shutdown(l->fd, SHUT_RDWR);
}

void
inbound_serve(struct inbound *in)
{
	MHD_UNSIGNED_LONG_LONG wait;
	int runs = 0;

	end_slow(in);
	do
		MHD_run(in->daemon);
	while (++runs < RUNS_MAX && MHD_get_timeout(in->daemon, &wait) == MHD_YES && wait == 0);
}

void
inbound_judge(struct inbound *in, void (*judge)(void *ctx, struct visit *), void *ctx)
{
	struct guest *g;

	for (g = in->guests; g; g = g->next) {
		if (g->phase != WAITING || g->visit.status)
			continue;
		judge(ctx, &g->visit);
		if (!g->visit.status && clock_mono() - g->since > TIMEOUT * SECOND)
			g->visit.status = MHD_HTTP_SERVICE_UNAVAILABLE;
	}
}

int
inbound_waits(const struct inbound *in)
{
	const struct guest *g;

	for (g = in->guests; g && g->phase != WAITING; g = g->next)
		;
	return g != NULL;
}

static void
resume(struct guest *g)
{
	g->phase = JUDGED;
	MHD_resume_connection(g->connection);
}

void
inbound_flush(struct inbound *in)
{
	struct guest *g;

	for (g = in->guests; g; g = g->next)
		if (g->phase == WAITING && g->visit.status)
			resume(g);
	inbound_serve(in);
}

void
inbound_spoil(struct inbound *in)
{
	struct guest *g;

	for (g = in->guests; g; g = g->next) {
		if (g->phase != WAITING)
			continue;
		g->visit.status = 0;
		buf_clear(&g->visit.answer);
		buf_clear(&g->visit.headers);
	}
}

void
inbound_close(struct inbound *in)
{
	struct guest *g;

	if (!in)
		return;
	for (g = in->guests; g; g = g->next)
		if (g->phase == WAITING) { /* it may not end while it is suspended */
			g->visit.status = MHD_HTTP_SERVICE_UNAVAILABLE;
			resume(g);
		}
	MHD_stop_daemon(in->daemon);
	free(in);
}
