#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../clock.h"
#include "conn.h"
#include "server.h"

#define CONNECTIONS_MAX 4000

int
server_listen(int *port)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
				.sin_port = htons((uint16_t)*port),
				.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof a;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) ||
	    bind(fd, (struct sockaddr *)&a, sizeof a) || listen(fd, 511) ||
	    getsockname(fd, (struct sockaddr *)&a, &n)) {
		perror("market: listen on 127.0.0.1");
		if (fd >= 0)
			close(fd);
		return -1;
	}
	*port = ntohs(a.sin_port);
	return fd;
}

struct server {
	struct conn *conns[CONNECTIONS_MAX];
	struct pollfd polls[CONNECTIONS_MAX + MARKETS_MAX];
	size_t n;
};

static void
accept_all(struct server *s, struct market *m, SSL_CTX *tls)
{
	int fd, on = 1;

	while (s->n < CONNECTIONS_MAX &&
	       (fd = accept4(m->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
		s->conns[s->n++] = conn_new(fd, tls, m);
	}
}

/* How long poll may sleep: until the first connection that waits for a time. */
static int
sleep_ms(const struct server *s, int64_t real)
{
	int64_t wake = real + 60000;

	for (size_t i = 0; i < s->n; i++)
		if ((s->conns[i]->state == WAITING || s->conns[i]->state == ACTING) &&
		    s->conns[i]->wake < wake)
			wake = s->conns[i]->wake;
	return wake > real ? (int)(wake - real) : 0;
}

static int
still_writing(const struct server *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->conns[i]->state == WRITING)
			return 1;
	return 0;
}

static int
quits(const struct market *m, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (m[i].quit)
			return 1;
	return 0;
}

void
server_run(struct market *m, size_t n, SSL_CTX *tls, const volatile sig_atomic_t *stop, int verbose)
{
	struct server *s = must_zalloc(sizeof *s);

	while (!*stop && (!quits(m, n) || still_writing(s))) {
		size_t polled = s->n, kept = 0;

		for (size_t i = 0; i < polled; i++)
			s->polls[i] = (struct pollfd){s->conns[i]->fd, s->conns[i]->events, 0};
		for (size_t i = 0; i < n; i++)
			s->polls[polled + i] =
				(struct pollfd){m[i].listener, polled < CONNECTIONS_MAX ? POLLIN : 0, 0};
		if (poll(s->polls, polled + n, sleep_ms(s, market_real_ms())) < 0 && errno != EINTR)
			break;
		for (size_t i = 0; i < polled; i++)
			conn_ready(s->conns[i], s->polls[i].revents, verbose);
		for (size_t i = 0; i < polled; i++)
			conn_tick(s->conns[i], market_real_ms());
		for (size_t i = 0; i < n; i++)
			if (s->polls[polled + i].revents)
				accept_all(s, &m[i], tls);
		for (size_t i = 0; i < s->n; i++) {
			if (s->conns[i]->state == CLOSED)
				conn_free(s->conns[i]);
			else
				s->conns[kept++] = s->conns[i];
		}
		s->n = kept;
	}
	for (size_t i = 0; i < s->n; i++)
		conn_free(s->conns[i]);
	free(s);
}
