/* The local API socket: what a client may do to it. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/json.h"
#include "daemon/api/server.h"
#include "daemon/clock.h"

#include <cmocka.h>

static struct server *server;
static char dir[64], path[100];
static int64_t mono = 1000;
static int handled;
static struct peer seen;

/* In place of clock.c's, so that ten minutes pass in no time. */
int64_t
clock_mono(void)
{
	return mono;
}

/* {"size": n} is answered with so many x; anything else comes back. */
static json_t *
echo(void *ctx, const struct peer *peer, json_t *request)
{
	int64_t size = json_int(request, "size", -1);
	char *text;
	json_t *answer;

	assert_ptr_equal(ctx, &handled);
	handled++;
	seen = *peer;
	if (size < 0)
		return json_pack("{s:b, s:O}", "ok", 1, "echo", request);
	text = malloc((size_t)size + 1);
	memset(text, 'x', (size_t)size);
	text[size] = '\0';
	answer = json_pack("{s:b, s:s}", "ok", 1, "text", text);
	free(text);
	return answer;
}

/* One turn of the loop; `ready` 0 when nobody would have woken it. */
static int
turn_until_flush(void)
{
	struct pollfd fds[100];
	unsigned n = server_fds(server, fds, 100);
	int ready = poll(fds, n, 0);

	server_read(server, fds, n, echo, &handled);
	return ready;
}

static int
turn(void)
{
	int ready = turn_until_flush();

	server_flush(server);
	return ready;
}

static void
turns(void)
{
	int i;

	for (i = 0; i < 10000 && turn() > 0; i++)
		;
	assert_true(i < 10000);
}

static int
setup(void **state)
{
	struct err err;

	(void)state;
	strcpy(dir, "/tmp/server_test.XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof(path), "%s/sock", dir);
	handled = 0;
	server = server_open(path, &err);
	return server ? 0 : -1;
}

static int
teardown(void **state)
{
	(void)state;
	server_close(server);
	server = NULL;
	return rmdir(dir); /* so the socket is gone */
}

static int
join(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	strcpy(address.sun_path, path);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	turn();
	return fd;
}

static void
put(int fd, const char *text)
{
	assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

/* What came, "" for nothing, "(end)" when it is closed. */
static const char *
take(int fd)
{
	static char text[8192];
	ssize_t n = recv(fd, text, sizeof(text) - 1, 0);

	if (n == 0 || (n < 0 && errno != EAGAIN))
		return "(end)";
	text[n > 0 ? n : 0] = '\0';
	return text;
}

static void
assert_invalid(const char *line, const char *part)
{
	json_t *answer = json_loads(line, 0, NULL);

	assert_int_equal(line[strlen(line) - 1], '\n');
	assert_non_null(answer);
	assert_int_equal(json_flag(answer, "ok", 1), 0);
	assert_string_equal(json_text(answer, "code"), "invalid");
	if (!strstr(json_text(answer, "text"), part))
		fail_msg("expected \"…%s…\", found %s", part, line);
	json_decref(answer);
}

static void
a_line_in_gives_a_line_out(void **state)
{
	struct stat st;
	int fd = join();

	(void)state;
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0660);
	put(fd, "{\"do\":\"stat");
	turns();
	assert_string_equal(take(fd), "");
	put(fd, "us\"}\n");
	turns();
	assert_string_equal(take(fd), "{\"ok\":true,\"echo\":{\"do\":\"status\"}}\n");
	assert_int_equal(seen.uid, getuid());
	assert_int_equal(seen.gid, getgid());
	assert_int_equal(seen.pid, getpid());
	close(fd);
	turns();
}

static void
nothing_is_said_before_the_commit(void **state)
{
	struct err err;
	int fd = join(), other;

	(void)state;
	put(fd, "{}\n");
	turn_until_flush();
	assert_int_equal(handled, 1);
	assert_string_equal(take(fd), "");
	other = join(); /* flushes */
	assert_string_equal(take(fd), "{\"ok\":true,\"echo\":{}}\n");

	put(fd, "{}\n");
	turn_until_flush();
	pack(err.text, "the store is full");
	server_spoil(server, err.text);
	server_flush(server);
	assert_string_equal(take(fd), "{\"ok\":false,\"code\":\"failed\",\"text\":\"the store is full\"}\n");
	close(fd);
	close(other);
}

static void
what_is_no_request_is_answered_and_the_next_one_works(void **state)
{
	static const struct {
		const char *line, *says;
	} rows[] = {
		{"hello\n", "not JSON"},
		{"\n", "not JSON"},
		{"{\"a\":1\n", "not JSON"},
		{"{} {}\n", "not JSON"},
		{"{\"a\":\"\xff\"}\n", "not JSON"},
		{"{\"a\":1,\"a\":2}\n", "not JSON"},
		{"[]\n", "expected a JSON object"},
		{"null\n", ""},
	};
	unsigned i;
	int fd = join();

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		put(fd, rows[i].line);
		turns();
		assert_invalid(take(fd), rows[i].says);
	}
	assert_int_equal(handled, 0);
	put(fd, "{}\n");
	turns();
	assert_string_equal(take(fd), "{\"ok\":true,\"echo\":{}}\n");
	close(fd);
}

static void
requests_in_a_row_are_answered_in_order(void **state)
{
	char text[2000] = "", expected[4000] = "";
	int fd = join(), i;

	(void)state;
	for (i = 0; i < 50; i++) {
		sprintf(text + strlen(text), "{\"n\":%d}\n", i);
		sprintf(expected + strlen(expected), "{\"ok\":true,\"echo\":{\"n\":%d}}\n", i);
	}
	put(fd, text);
	shutdown(fd, SHUT_WR);
	turn();
	assert_true(handled <= 1); /* none keeps the loop to itself */
	turns();
	assert_int_equal(handled, 50);
	assert_string_equal(take(fd), expected);
	assert_string_equal(take(fd), "(end)");
	close(fd);
}

static void
half_a_request_is_never_done(void **state)
{
	int fd = join();

	(void)state;
	put(fd, "{\"do\":\"approve\"}"); /* whole as JSON, but its line never ended */
	close(fd);
	turns();
	assert_int_equal(handled, 0);
}

static void
a_request_has_a_largest_size(void **state)
{
	static char text[65536];
	int fd = join(), other = join();
	size_t sent = 0;
	ssize_t n;

	(void)state;
	memset(text, ' ', sizeof(text));
	while (sent < (17 << 20)) {
		n = send(fd, text, sizeof(text), MSG_NOSIGNAL);
		if (n < 0 && errno != EAGAIN)
			break;
		sent += n > 0 ? (size_t)n : 0;
		turn();
	}
	assert_in_range(sent, 16 << 20, (17 << 20) - 1);
	assert_invalid(take(fd), "longer than 16777216 bytes");
	assert_string_equal(take(fd), "(end)");
	put(other, "{}\n");
	turns();
	assert_string_equal(take(other), "{\"ok\":true,\"echo\":{}}\n");
	close(fd);
	close(other);
}

static void
a_slow_reader_delays_nobody(void **state)
{
	static const char first[] = "{\"ok\":true,\"text\":\"\"}\n", second[] = "{\"ok\":true,\"echo\":{}}\n";
	static char piece[65536];
	int slow = join(), other = join();
	size_t total = 0, expected = 5000000 + strlen(first) + strlen(second);
	ssize_t n;

	(void)state;
	put(slow, "{\"size\":5000000}\n{}\n");
	turns(); /* comes to rest: no spinning on a full socket */
	assert_int_equal(handled, 1);
	put(other, "{}\n");
	turns();
	assert_string_equal(take(other), "{\"ok\":true,\"echo\":{}}\n");
	while (total < expected) {
		n = recv(slow, piece, sizeof(piece) - 1, 0);
		assert_int_not_equal(n, 0);
		if (n < 0)
			turns();
		else
			total += (size_t)n;
		if (total < expected / 2)
			assert_int_equal(handled, 2); /* its second request waits */
	}
	piece[n] = '\0';
	assert_int_equal(total, expected);
	assert_string_equal(piece + n - strlen(second), second);
	assert_int_equal(handled, 3);
	close(slow);
	close(other);
}

static void
too_large_an_answer_is_said_so(void **state)
{
	int fd = join();

	(void)state;
	put(fd, "{\"size\":40000000}\n");
	turns();
	assert_invalid(take(fd), "ask for less");
	close(fd);
}

static void
a_vanished_client_costs_nothing(void **state)
{
	int fd = join();

	(void)state;
	put(fd, "{\"size\":5000000}\n");
	turns();
	close(fd);
	turns();
	fd = join();
	put(fd, "{}\n");
	turn_until_flush();
	close(fd); /* before its answer */
	server_flush(server);
	turns();
	assert_int_equal(handled, 2);
}

static void
the_sixty_fifth_client_is_told_to_wait(void **state)
{
	int fds[65], i;

	(void)state;
	for (i = 0; i < 65; i++)
		fds[i] = join();
	assert_non_null(strstr(take(fds[64]), "\"code\":\"busy\""));
	assert_string_equal(take(fds[64]), "(end)");
	close(fds[64]);
	close(fds[0]);
	turns();
	fds[0] = join();
	put(fds[0], "{}\n");
	put(fds[63], "{}\n");
	turns();
	assert_string_equal(take(fds[0]), "{\"ok\":true,\"echo\":{}}\n");
	assert_string_equal(take(fds[63]), "{\"ok\":true,\"echo\":{}}\n");
	for (i = 0; i < 64; i++)
		close(fds[i]);
}

static void
idle_clients_are_closed_after_ten_minutes(void **state)
{
	int fd = join(), slow = join();

	(void)state;
	put(slow, "{\"size\":5000000}\n");
	turns();
	mono += 9 * 60 * 1000;
	put(fd, "{}\n");
	turns();
	assert_string_equal(take(fd), "{\"ok\":true,\"echo\":{}}\n");
	mono += 2 * 60 * 1000;
	turns();
	assert_string_equal(take(fd), "");
	while (strcmp(take(slow), "(end)") != 0) /* what was in the socket, then the end */
		;
	mono += 9 * 60 * 1000;
	turns();
	assert_string_equal(take(fd), "(end)");
	close(fd);
	close(slow);
}

static void
a_live_socket_is_kept_and_a_stale_one_replaced(void **state)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct err err;
	char text[ERR_MAX], longer[200];
	int fd;

	(void)state;
	assert_null(server_open(path, &err));
	err_english(err.text, text, sizeof(text));
	assert_non_null(strstr(text, "already listens"));
	fd = join(); /* still there */
	close(fd);
	server_close(server);

	strcpy(address.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	close(fd); /* as after a kill */
	server = server_open(path, &err);
	assert_non_null(server);
	close(join());
	server_close(server);

	fd = open(path, O_CREAT | O_WRONLY, 0600);
	close(fd);
	assert_null(server_open(path, &err));
	err_english(err.text, text, sizeof(text));
	assert_non_null(strstr(text, "not a socket"));
	assert_int_equal(unlink(path), 0);
	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	assert_null(server_open(longer, &err));
	assert_null(server_open("/nowhere/sock", &err));
	server = server_open(path, &err);
	assert_non_null(server);
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		CASE(a_line_in_gives_a_line_out),
		CASE(nothing_is_said_before_the_commit),
		CASE(what_is_no_request_is_answered_and_the_next_one_works),
		CASE(requests_in_a_row_are_answered_in_order),
		CASE(half_a_request_is_never_done),
		CASE(a_request_has_a_largest_size),
		CASE(a_slow_reader_delays_nobody),
		CASE(too_large_an_answer_is_said_so),
		CASE(a_vanished_client_costs_nothing),
		CASE(the_sixty_fifth_client_is_told_to_wait),
		CASE(idle_clients_are_closed_after_ten_minutes),
		CASE(a_live_socket_is_kept_and_a_stale_one_replaced),
	};

	json_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
