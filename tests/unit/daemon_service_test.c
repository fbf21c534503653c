/* Each test is a process of its own: signals, limits and the environment belong to the whole process. */
#include <arpa/inet.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/service/service.h"

#include <cmocka.h>

static int
in_child(int (*check)(void))
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(check());
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* ---- the service manager ---- */

static int manager;

static int
told(const char *expected)
{
	char text[4096];
	ssize_t n = recv(manager, text, sizeof(text) - 1, MSG_DONTWAIT);

	text[n > 0 ? n : 0] = '\0';
	return !strncmp(text, expected, strlen(expected)) && (*expected || n <= 0);
}

static void
listen_as_manager(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	socklen_t size;

	snprintf(address.sun_path + 1, sizeof(address.sun_path) - 1, "supercargo-%d-test", (int)getpid());
	size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(address.sun_path + 1));
	manager = socket(AF_UNIX, SOCK_DGRAM, 0);
	if (bind(manager, (struct sockaddr *)&address, size) < 0)
		_exit(99);
	address.sun_path[0] = '@';
	setenv("NOTIFY_SOCKET", address.sun_path, 1);
}

static int
under_a_manager(void)
{
	char usec[32], pid[32];

	listen_as_manager();
	snprintf(usec, sizeof(usec), "%d", 60000000);
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	setenv("WATCHDOG_USEC", usec, 1);
	setenv("WATCHDOG_PID", pid, 1);
	if (service_watchdog_ms() != 30000)
		return 1;
	service_ready();
	if (!told("READY=1"))
		return 2;
	service_status("busy\nMAINPID=1");
	if (!told("STATUS=busy MAINPID=1"))
		return 3;
	service_reloading();
	if (!told("RELOADING=1\nMONOTONIC_USEC="))
		return 4;
	service_alive();
	if (!told("WATCHDOG=1"))
		return 5;
	service_alive(); /* not each turn */
	if (!told(""))
		return 6;
	service_stopping();
	return told("STOPPING=1") ? 0 : 7;
}

static int
alone(void)
{
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	service_ready();
	service_alive();
	return service_watchdog_ms() == 0 ? 0 : 1;
}

static void
the_manager_is_told(void **state)
{
	(void)state;
#ifndef HAVE_SYSTEMD
	skip();
#endif
	assert_int_equal(in_child(under_a_manager), 0);
}

static void
nothing_happens_without_a_manager(void **state)
{
	(void)state;
	assert_int_equal(in_child(alone), 0);
}

/* ---- signals ---- */

static int
signals(void)
{
	struct err err;
	struct rlimit core;
	int fd = signals_open(&err), ends[2];

	if (fd < 0 || signals_next(fd) != 0)
		return 1;
	raise(SIGHUP);
	raise(SIGTERM);
	if (signals_next(fd) + signals_next(fd) != SIGHUP + SIGTERM || signals_next(fd) != 0)
		return 2;
	if (pipe(ends) < 0 || close(ends[0]) < 0 || write(ends[1], "x", 1) != -1) /* alive after SIGPIPE */
		return 3;
	if (getrlimit(RLIMIT_CORE, &core) < 0 || core.rlim_cur != 0 || core.rlim_max != 0)
		return 4;
	return prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 ? 0 : 5;
}

static void
signals_come_as_numbers_and_leave_no_core(void **state)
{
	(void)state;
	assert_int_equal(in_child(signals), 0);
}

/* ---- metrics ---- */

static struct metrics *metrics;
static int port, written;

static void
write_metrics(void *ctx, struct buf *out)
{
	assert_ptr_equal(ctx, &port);
	written++;
	buf_put(out, "supercargo_up 1\n");
}

static int
metrics_setup(void **state)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(address);
	struct err err;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	(void)state;
	bind(fd, (struct sockaddr *)&address, size);
	getsockname(fd, (struct sockaddr *)&address, &size);
	port = ntohs(address.sin_port);
	close(fd);
	written = 0;
	metrics = metrics_open(port, write_metrics, &port, &err);
	return metrics ? 0 : -1;
}

static int
metrics_teardown(void **state)
{
	(void)state;
	metrics_close(metrics);
	return 0;
}

/* The whole answer, driven as the loop would: only when the descriptor says so. */
static const char *
request(const char *text)
{
	static char answer[8192];
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_port = htons((uint16_t)port),
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	struct pollfd fds[2] = {{.fd = metrics_fd(metrics), .events = POLLIN}, {.fd = fd, .events = POLLIN}};
	size_t n = 0;
	ssize_t got;

	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(send(fd, text, strlen(text), 0), strlen(text));
	for (;;) {
		assert_true(poll(fds, 2, 5000) > 0);
		if (fds[0].revents)
			metrics_serve(metrics);
		if (!fds[1].revents)
			continue;
		got = recv(fd, answer + n, sizeof(answer) - 1 - n, MSG_DONTWAIT);
		if (got == 0)
			break;
		n += got > 0 ? (size_t)got : 0;
	}
	close(fd);
	answer[n] = '\0';
	return answer;
}

static void
only_this_machine_reads_metrics(void **state)
{
	static const struct {
		const char *request;
		int status;
	} rows[] = {
		{"GET /metrics HTTP/1.1\r\nHost: localhost:9\r\nConnection: close\r\n\r\n", 200},
		{"GET /metrics HTTP/1.1\r\nHost: [::1]\r\nConnection: close\r\n\r\n", 200},
		{"GET /metrics HTTP/1.1\r\nHost: rebound.example\r\nConnection: close\r\n\r\n", 403},
		{"GET /metrics HTTP/1.1\r\nHost: 127.0.0.1.rebound.example\r\nConnection: close\r\n\r\n",
		 403},
		{"GET /metrics HTTP/1.0\r\n\r\n", 403},
		{"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", 404},
		{"GET /metrics/../etc HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", 404},
		{"DELETE /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", 405},
		{"POST /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: "
		 "2\r\n\r\nab",
		 405},
	};
	const char *answer = request("GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
	unsigned i;

	(void)state;
	assert_memory_equal(answer, "HTTP/1.1 200 ", 13);
	assert_non_null(strstr(answer, "text/plain; version=0.0.4"));
	assert_non_null(strstr(answer, "\r\n\r\nsupercargo_up 1\n"));
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		assert_int_equal(atoi(request(rows[i].request) + 9), rows[i].status);
	assert_int_equal(written, 3);
}

static void
a_taken_port_is_said_so(void **state)
{
	struct err err;
	char text[ERR_MAX];

	(void)state;
	assert_null(metrics_open(port, write_metrics, &port, &err));
	err_english(err.text, text, sizeof(text));
	assert_non_null(strstr(text, "choose another metrics_port"));
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, metrics_setup, metrics_teardown)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_manager_is_told),
		cmocka_unit_test(nothing_happens_without_a_manager),
		cmocka_unit_test(signals_come_as_numbers_and_leave_no_core),
		CASE(only_this_machine_reads_metrics),
		CASE(a_taken_port_is_said_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
