/* HTTP that waits for a turn: what a client may take of our time.  (The rest is daemon_listener_test.) */
#include <arpa/inet.h>
#include <dlfcn.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "daemon/service/inbound.h"

#include <cmocka.h>

static time_t ahead; /* the monotonic clock shows so many seconds more */

int
clock_gettime(clockid_t id, struct timespec *ts)
{
	int (*real)(clockid_t, struct timespec *);
	int r;

	*(void **)&real = dlsym(RTLD_NEXT, "clock_gettime");
	r = real(id, ts);
	if (id == CLOCK_MONOTONIC)
		ts->tv_sec += ahead;
	return r;
}

static unsigned
none(const struct visit *v)
{
	(void)v;
	return 0;
}

static struct inbound *
opened(int brief, int *port)
{
	const struct inbound_kind kind = {
		.body = 1000, .answer = 1000, .clients = 4, .brief = brief, .refuse = none};
	struct inbound *in = NULL;

	for (*port = 18000 + getpid() % 10000; !in; ++*port)
		in = inbound_open(&kind, *port + 1);
	return in;
}

static int
connected(int port)
{
	const struct sockaddr_in to = {.sin_family = AF_INET,
				       .sin_port = htons((uint16_t)port),
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(0, connect(fd, (const struct sockaddr *)&to, sizeof to));
	return fd;
}

/* A byte now and then, each well before a client counts as idle: is it still there after so long? */
static int
stays(int brief, int seconds)
{
	struct inbound *in;
	int port, fd, still = 1;
	char byte;

	ahead = 0;
	in = opened(brief, &port);
	fd = connected(port);
	assert_int_equal(8, send(fd, "GET /abc", 8, MSG_NOSIGNAL));
	for (int i = 0; i < seconds / 5; i++) {
		for (int k = 0; k < 3; k++)
			inbound_serve(in);
		ahead += 5;
		send(fd, "a", 1, MSG_NOSIGNAL);
		for (int k = 0; k < 3; k++)
			inbound_serve(in);
		still = recv(fd, &byte, 1, MSG_DONTWAIT) < 0;
	}
	close(fd);
	inbound_close(in);
	return still;
}

static void
who_sends_a_byte_now_and_then_is_ended(void **state)
{
	(void)state;
	assert_true(stays(1, 20));
	assert_false(stays(1, 45));
	assert_true(stays(0, 45));
}

struct told {
	int shown;
	unsigned status;
};

static void
judge(void *ctx, struct visit *v)
{
	struct told *t = ctx;

	t->shown++;
	assert_string_equal("/a?b=c", v->url);
	assert_string_equal("desk", visit_header(v, "host"));
	buf_put(&v->headers, "X-One: 1\nX-Two: a: b\n");
	buf_put(&v->answer, "hello");
	v->type = "text/plain";
	v->status = t->status;
}

static void
brief_ones_are_closed_after_the_answer(void **state)
{
	static const char request[] = "GET /a?b=c HTTP/1.1\r\nHost: desk\r\n\r\n";
	struct told t = {.status = 200};
	char answer[4096];
	struct inbound *in;
	int port, fd;
	ssize_t got, n = 0;

	(void)state;
	ahead = 0;
	in = opened(1, &port);
	fd = connected(port);
	assert_int_equal(sizeof request - 1, send(fd, request, sizeof request - 1, MSG_NOSIGNAL));
	for (int i = 0; i < 1000 && !inbound_waits(in); i++)
		inbound_serve(in);
	assert_true(inbound_waits(in));
	inbound_judge(in, judge, &t);
	inbound_spoil(in); /* the turn was lost: nothing of it is said */
	inbound_judge(in, judge, &t);
	assert_int_equal(2, t.shown);
	inbound_flush(in);
	inbound_serve(in);
	while ((got = recv(fd, answer + n, sizeof answer - 1 - (size_t)n, 0)) > 0)
		n += got;
	answer[n] = '\0';
	assert_int_equal(0, got);
	assert_non_null(strstr(answer, "HTTP/1.1 200"));
	assert_non_null(strstr(answer, "X-Two: a: b\r\n"));
	assert_non_null(strstr(answer, "\r\n\r\nhello"));
	assert_null(strstr(answer, "hellohello"));
	close(fd);
	inbound_close(in);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_sends_a_byte_now_and_then_is_ended),
		cmocka_unit_test(brief_ones_are_closed_after_the_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
