#include "daemon/push/listener.h"

#include <errno.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/service/inbound.h"

#define PREFIX "/push/"

struct listener {
	struct inbound *in;
};

/* A request while it is judged. */
struct shown {
	struct pushed pushed;
	const struct visit *visit;
};

struct judging {
	void (*judge)(void *ctx, struct pushed *);
	void *ctx;
};

static const char *
header(const struct response *rs, const char *name)
{
	const struct pushed *p =
		(const struct pushed *)((const char *)rs - offsetof(struct pushed, notification));

	return visit_header(((const struct shown *)p)->visit, name);
}

static unsigned
refuse(const struct visit *v)
{
	if (strcmp(v->method, "GET") != 0 && strcmp(v->method, "POST") != 0)
		return MHD_HTTP_METHOD_NOT_ALLOWED;
	return strncmp(v->url, PREFIX, strlen(PREFIX)) ? MHD_HTTP_NOT_FOUND : 0;
}

struct listener *
listener_open(int port, struct err *err)
{
	const struct inbound_kind kind = {
		.body = 256u << 10, .answer = 4096, .clients = 32, .refuse = refuse};
	struct inbound *in = inbound_open(&kind, port);
	struct listener *l;

	if (!in) {
		fail(err, "push: port %d on 127.0.0.1 cannot be opened: %s; choose another push_port", port,
		     strerror(errno));
		return NULL;
	}
	l = must_zalloc(sizeof *l);
	l->in = in;
	return l;
}

int
listener_fd(const struct listener *l)
{
	return inbound_fd(l->in);
}

void
listener_serve(struct listener *l)
{
	inbound_serve(l->in);
}

static void
judge_one(void *ctx, struct visit *v)
{
	const struct judging *j = ctx;
	const char *path = v->url + strlen(PREFIX), *mark = strchr(path, '?');
	char *application = must_strndup(path, mark ? (size_t)(mark - path) : strlen(path));
	struct shown s = {
		.visit = v,
		.pushed = {.application = application,
			   .query = strcmp(v->method, "GET") ? NULL
				    : mark                   ? mark + 1
							     : "",
			   .notification = {.status = 200, .body = v->body, .len = v->len, .header = header},
			   .answer = v->answer}};

	j->judge(j->ctx, &s.pushed);
	v->status = s.pushed.status;
	v->answer = s.pushed.answer;
	v->type = "application/json";
	free(application);
}

void
listener_judge(struct listener *l, void (*judge)(void *ctx, struct pushed *), void *ctx)
{
	inbound_judge(l->in, judge_one, &(struct judging){judge, ctx});
}

int
listener_waits(const struct listener *l)
{
	return inbound_waits(l->in);
}

void
listener_flush(struct listener *l)
{
	inbound_flush(l->in);
}

void
listener_spoil(struct listener *l)
{
	inbound_spoil(l->in);
}

void
listener_close(struct listener *l)
{
	if (!l)
		return;
	inbound_close(l->in);
	free(l);
}
