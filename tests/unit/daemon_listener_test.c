/* The push listener: over real sockets, as a proxy in front of it would speak. */
#include <arpa/inet.h>
#include <dlfcn.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "daemon/push/listener.h"

#include <cmocka.h> /* after err.h: it has a fail() of its own */

static struct listener *listener;
static int port;
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

struct judge {
	unsigned status;
	int shown;
	char application[64], query[256], body[256], signature[64];
};

static void
judge(void *ctx, struct pushed *p)
{
	struct judge *j = ctx;
	const char *signature = p->notification.header(&p->notification, "X-Signature");

	j->shown++;
	snprintf(j->application, sizeof j->application, "%s", p->application);
	snprintf(j->query, sizeof j->query, "%s", p->query ? p->query : "(none)");
	snprintf(j->body, sizeof j->body, "%.*s", (int)p->notification.len, p->notification.body);
	snprintf(j->signature, sizeof j->signature, "%s", signature ? signature : "(none)");
	p->status = j->status;
	if (j->status == 200)
		buf_put(&p->answer, "{\"challengeResponse\":\"x\"}");
}

static int
say_to_it(const char *bytes, size_t len)
{
	const struct sockaddr_in address = {.sin_family = AF_INET,
					    .sin_port = htons((uint16_t)port),
					    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(connect(fd, (const struct sockaddr *)&address, sizeof address), 0);
	for (size_t at = 0; at < len;) { /* large ones leave in pieces, and may be cut off */
		ssize_t n = send(fd, bytes + at, len - at, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n > 0)
			at += (size_t)n;
		else if (listener_serve(listener), recv(fd, (char[1]){0}, 1, MSG_PEEK | MSG_DONTWAIT) == 0)
			break;
	}
	for (int i = 0; i < 50; i++) {
		listener_serve(listener);
		usleep(200);
	}
	return fd;
}

static int
ask(const char *request)
{
	return say_to_it(request, strlen(request));
}

/* What has come back so far. */
static const char *
heard(int fd)
{
	static char answer[4096];
	ssize_t n;

	for (int i = 0; i < 20; i++)
		listener_serve(listener);
	n = recv(fd, answer, sizeof answer - 1, MSG_DONTWAIT);
	answer[n > 0 ? n : 0] = '\0';
	return answer;
}

static int
setup(void **state)
{
	struct err err = {""};

	(void)state;
	for (port = 20000 + getpid() % 20000; !listener && port < 60000; port += 17)
		listener = listener_open(port, &err);
	port -= 17;
	ahead = 0;
	return !listener;
}

static int
teardown(void **state)
{
	(void)state;
	listener_close(listener);
	listener = NULL;
	return 0;
}

#define POSTED                                                                                               \
	"POST /push/main HTTP/1.1\r\nHost: shop.example\r\nX-Signature: abc\r\nContent-Length: "             \
	"7\r\n\r\n{\"a\":1}"

static void
test_taken_only_after_the_commit(void **state)
{
	struct judge j = {.status = 204};
	int fd = ask(POSTED);

	(void)state;
	assert_true(listener_waits(listener));
	listener_judge(listener, judge, &j);
	assert_string_equal(heard(fd), ""); /* the turn is not committed */
	listener_flush(listener);
	assert_memory_equal(heard(fd), "HTTP/1.1 204", 12);
	assert_string_equal(j.application, "main");
	assert_string_equal(j.query, "(none)");
	assert_string_equal(j.body, "{\"a\":1}");
	assert_string_equal(j.signature, "abc");
	assert_false(listener_waits(listener));
	close(fd);
}

static void
test_a_lost_turn_judges_again(void **state)
{
	struct judge j = {.status = 204};
	int fd = ask(POSTED);

	(void)state;
	listener_judge(listener, judge, &j);
	listener_spoil(listener);
	listener_flush(listener);
	assert_string_equal(heard(fd), "");
	listener_judge(listener, judge, &j);
	listener_flush(listener);
	assert_memory_equal(heard(fd), "HTTP/1.1 204", 12);
	assert_int_equal(j.shown, 2);
	close(fd);
}

static void
test_who_waits_is_shown_again_and_not_for_ever(void **state)
{
	struct judge j = {.status = 0};
	int fd = ask(POSTED);

	(void)state;
	listener_judge(listener, judge, &j);
	listener_flush(listener);
	assert_string_equal(heard(fd), "");
	ahead = 11;
	listener_judge(listener, judge, &j);
	listener_flush(listener);
	assert_memory_equal(heard(fd), "HTTP/1.1 503", 12);
	assert_int_equal(j.shown, 2);
	close(fd);
}

static void
test_a_challenge_comes_as_it_was_asked(void **state)
{
	struct judge j = {.status = 200};
	int fd = ask("GET /push/main?challenge_code=a%2Bb&x=1 HTTP/1.1\r\nHost: shop.example\r\n\r\n");
	const char *answer;

	(void)state;
	listener_judge(listener, judge, &j);
	listener_flush(listener);
	answer = heard(fd);
	assert_memory_equal(answer, "HTTP/1.1 200", 12);
	assert_non_null(strstr(answer, "Content-Type: application/json"));
	assert_non_null(strstr(answer, "{\"challengeResponse\":\"x\"}"));
	assert_string_equal(j.query, "challenge_code=a%2Bb&x=1");
	close(fd);
}

static void
test_what_is_not_for_it(void **state)
{
	static const struct {
		const char *request, *status;
	} cases[] = {
		{"GET /other HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 404"},
		{"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 404"},
		{"DELETE /push/main HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 405"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int fd = ask(cases[i].request);

		assert_memory_equal(heard(fd), cases[i].status, 12);
		assert_false(listener_waits(listener));
		close(fd);
	}
}

static void
test_a_flood_is_cut_off(void **state)
{
	const size_t len = 2 << 20;
	char *bytes = malloc(len + 200);
	int head, fd;

	(void)state;
	head = sprintf(bytes, "POST /push/main HTTP/1.1\r\nHost: x\r\nContent-Length: %zu\r\n\r\n", len);
	memset(bytes + head, 'x', len);
	fd = say_to_it(bytes, (size_t)head + len);
	assert_false(listener_waits(listener));
	close(fd);
	free(bytes);
}

static void
test_who_goes_while_waiting_harms_nobody(void **state)
{
	struct judge j = {.status = 204};
	int gone = ask(POSTED), fd = ask(POSTED);

	(void)state;
	close(gone);
	listener_serve(listener);
	listener_judge(listener, judge, &j);
	listener_flush(listener);
	assert_memory_equal(heard(fd), "HTTP/1.1 204", 12);
	close(fd);
	fd = ask(POSTED); /* and it may be closed while somebody waits */
	assert_true(listener_waits(listener));
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_taken_only_after_the_commit, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_lost_turn_judges_again, setup, teardown),
		cmocka_unit_test_setup_teardown(test_who_waits_is_shown_again_and_not_for_ever, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_a_challenge_comes_as_it_was_asked, setup, teardown),
		cmocka_unit_test_setup_teardown(test_what_is_not_for_it, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_flood_is_cut_off, setup, teardown),
		cmocka_unit_test_setup_teardown(test_who_goes_while_waiting_harms_nobody, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
