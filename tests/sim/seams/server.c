/* server.c - people ask the service; their answers leave after the turn's commit. */
#include "daemon/api/server.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "seams.h"

#define ASKED_MAX 64

struct server {
	json_t *asked[ASKED_MAX], *replies[ASKED_MAX];
	unsigned nasked, nreplies;
};
static struct server server;

void
server_take(void)
{
	size_t len;
	const char *text = get_text(&len);

	if (server.nasked == ASKED_MAX)
		abort();
	server.asked[server.nasked++] = json_loadb(text, len, 0, NULL);
}

struct server *
server_open(const char *path, struct err *err)
{
	(void)path, (void)err;
	return &server;
}

void
server_close(struct server *s)
{
	(void)s;
}

unsigned
server_fds(struct server *s, struct pollfd *fds, unsigned max)
{
	(void)s, (void)fds, (void)max;
	return 0;
}

void
server_read(struct server *s, const struct pollfd *fds, unsigned n,
	    json_t *(*handle)(void *ctx, const struct peer *, json_t *request), void *ctx)
{
	const struct peer peer = {0};

	(void)fds, (void)n;
	for (unsigned i = 0; i < s->nasked; i++) {
		s->replies[s->nreplies++] = handle(ctx, &peer, s->asked[i]);
		json_decref(s->asked[i]);
	}
	s->nasked = 0;
}

void
server_flush(struct server *s)
{
	for (unsigned i = 0; i < s->nreplies; i++) {
		char *text = json_dumps(s->replies[i], JSON_COMPACT);

		put_int(REPLY);
		put_text(text, strlen(text));
		free(text);
		json_decref(s->replies[i]);
	}
	s->nreplies = 0;
}

void
server_spoil(struct server *s, const char *packed)
{
	(void)packed;
	for (unsigned i = 0; i < s->nreplies; i++) {
		json_decref(s->replies[i]);
		s->replies[i] = json_pack("{s:b, s:s}", "ok", 0, "code", "failed");
	}
}
