/* transport.c - requests go to the world, answers come from it. */
#include "daemon/transport/transport.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "seams.h"

struct came {
	struct answer answer; /* first: done gets it back */
	char *headers;        /* "Name: value\r\n" each */
	char *body;
	struct came *next;
};

static struct came *first, **last = &first;

static const char *
header(const struct response *response, const char *name)
{
	static char value[4096];
	const struct came *c =
		(const void *)((const char *)response - offsetof(struct came, answer.response));
	const size_t n = strlen(name);

	for (const char *p = c->headers; *p; p += strcspn(p, "\n") + 1) {
		if (strncasecmp(p, name, n) || p[n] != ':')
			continue;
		p += n + 1 + strspn(p + n + 1, " ");
		snprintf(value, sizeof value, "%.*s", (int)strcspn(p, "\r\n"), p);
		return value;
	}
	return NULL;
}

static int64_t
retry_after(const struct came *c)
{
	const char *text = header(&c->answer.response, "Retry-After");
	int64_t wait = 0;

	if (text && *text >= '0' && *text <= '9')
		wait = strtoll(text, NULL, 10) * SECOND;
	else if (text && !instant_parse_http(text, &wait))
		wait -= c->answer.date;
	return wait < 0 ? 0 : wait > DAY ? DAY : wait;
}

void
transport_take(void)
{
	struct came *c = must_zalloc(sizeof *c);
	struct answer *a = &c->answer;
	const char *why;
	size_t len;

	a->owner = (void *)(uintptr_t)get_int();
	a->complete = (int)get_int();
	a->left = (int)get_int();
	a->response.status = (long)get_int();
	a->date = get_int();
	a->took = get_int();
	c->headers = take_text(&len);
	c->body = take_text(&len);
	a->response.body = c->body;
	a->response.len = len;
	a->response.header = header;
	a->response.retry_after = retry_after(c);
	if ((why = get_text(&len)))
		fail(&a->err, "the simulated network: %s", why);
	*last = c;
	last = &c->next;
}

static void
start(struct transport *t, const struct request *q, const struct route *route, void *owner)
{
	const char *port = strrchr(route->endpoint, ':');

	(void)t;
	put_int(REQUEST);
	put_int((int64_t)(uintptr_t)owner);
	put_int(port ? atoi(port + 1) : 0);
	put_int(route->timeout);
	put_int(q->once);
	put_text(q->method, strlen(q->method));
	put_text(buf_str(&q->url), q->url.len);
	put_text(buf_str(&q->headers), q->headers.len);
	put_text(buf_str(&q->body), q->body.len);
}

static void
wait(struct transport *t, struct pollfd *fds, unsigned n, int64_t timeout)
{
	(void)t, (void)fds, (void)n;
	seams_wait(timeout);
}

static struct answer *
next(struct transport *t)
{
	struct came *c = first;

	(void)t;
	if (!c)
		return NULL;
	first = c->next;
	if (!first)
		last = &first;
	return &c->answer;
}

static void
done(struct transport *t, struct answer *a)
{
	struct came *c = (struct came *)a;

	(void)t;
	free(c->headers);
	free(c->body);
	free(c);
}

static void
drop(struct transport *t, void *owner)
{
	for (struct came **at = &first; *at; at = &(*at)->next) {
		struct came *c = *at;

		if (c->answer.owner != owner)
			continue;
		*at = c->next;
		last = &first;
		while (*last)
			last = &(*last)->next;
		done(t, &c->answer);
		return;
	}
	put_int(DROP);
	put_int((int64_t)(uintptr_t)owner);
}

static void
free_transport(struct transport *t)
{
	(void)t;
}

struct transport *
transport_http(struct err *err)
{
	static struct transport simulated = {start, wait, next, done, drop, free_transport};

	(void)err;
	return &simulated;
}
