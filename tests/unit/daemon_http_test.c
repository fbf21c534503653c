/* What leaves, what comes back, and what must never happen: over real sockets against scripted servers. */
#include <dlfcn.h>
#include <netdb.h>
#include <openssl/pem.h>
#include <semaphore.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <zlib.h>

#include "base/err.h"
#include "base/instant.h"
#include "daemon/clock.h"
#include "daemon/transport/transport.h"
#include "scripted_server.h"

#include <cmocka.h> /* after err.h: it has a fail() of its own */

#define PLAIN "https://api.shop.example/orders?limit=2"

static const struct host shop_hosts[] = {{"api.shop.example", 1}, {"*.files.example", 0}, {NULL, 0}};
static struct transport *transport;
static struct route route;
static char endpoint[64];
static char ca_file[64];
static struct identity authority;
static sem_t name_server;

/* The name server of these tests: libcurl looks names up through this. */
int
getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **out)
{
	int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **);

	*(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
	if (node && !strcmp(node, "gone.files.example"))
		return EAI_NONAME;
	if (node && !strcmp(node, "stuck.files.example")) {
		sem_wait(&name_server);
		return EAI_AGAIN;
	}
	return real(node, service, hints, out);
}

/* ---- the other side ---- */

static void
answer_all(struct wire *w)
{
	while (wire_request(w))
		wire_write(w, w->server->bytes, w->server->len);
}

static void
answer_and_close(struct wire *w)
{
	if (wire_request(w))
		wire_write(w, w->server->bytes, w->server->len);
}

/* The second connection works; the first answers once and dies under the next request. */
static void
die_when_reused(struct wire *w)
{
	if (wire_request(w) && !strncmp(w->server->last, "GET", 3)) {
		wire_write(w, w->server->bytes, w->server->len);
		if (wire_request(w) && w->number > 1)
			wire_write(w, w->server->bytes, w->server->len);
	}
}

static void
hang(struct wire *w)
{
	wire_request(w);
	wire_hang(w);
}

static void
hang_in_head(struct wire *w)
{
	wire_request(w);
	wire_say(w, "HTTP/1.1 200 OK\r\nContent-Le");
	wire_hang(w);
}

static void
trickle(struct wire *w)
{
	int i;

	wire_request(w);
	wire_say(w, "HTTP/1.1 200 OK\r\n\r\n");
	for (i = 0; i < 200; i++) {
		wire_say(w, "still here, still here, still here");
		usleep(20000);
	}
}

static void
continue_for_ever(struct wire *w)
{
	int i;

	wire_request(w);
	for (i = 0; i < 20000; i++)
		wire_say(w, "HTTP/1.1 100 Continue\r\n\r\n");
	wire_say(w, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
}

static void
refuse_tunnel(struct wire *w)
{
	wire_request(w);
	wire_say(w, "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
}

static const char OK[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]";

/* ---- our side ---- */

static struct scripted *
serve_bytes(void (*script)(struct wire *), const void *bytes, size_t len)
{
	struct scripted *s = scripted_start(script, bytes, len, NULL);

	snprintf(endpoint, sizeof(endpoint), "http://127.0.0.1:%d", s->port);
	return s;
}

static struct scripted *
serve(void (*script)(struct wire *), const char *text)
{
	return serve_bytes(script, text, strlen(text));
}

/* What cannot even be started comes back at once: -1 and its reason; else 0. */
static int
refused(struct err *err)
{
	struct answer *a = transport->next(transport);

	if (!a)
		return 0;
	assert_false(a->complete);
	assert_false(a->left);
	*err = a->err;
	transport->done(transport, a);
	return -1;
}

static int
start(const char *method, const char *url, const char *headers, const char *body, int once, void *owner,
      struct err *err)
{
	struct request request = {.method = method,
				  .url = BUF_MAX(10000),
				  .headers = BUF_MAX(10000),
				  .body = BUF_MAX(10 << 20),
				  .once = once & 1};
	int r;

	buf_put(&request.url, url);
	buf_put(&request.headers, headers);
	buf_put(&request.body, body);
	transport->start(transport, &request, &route, owner);
	r = refused(err);
	buf_free(&request.url);
	buf_free(&request.headers);
	buf_free(&request.body);
	return r;
}

static struct answer *
await(void)
{
	struct answer *answer = NULL;
	int i;

	for (i = 0; i < 100 && !answer; i++) {
		transport->wait(transport, NULL, 0, 200);
		answer = transport->next(transport);
	}
	assert_non_null(answer);
	return answer;
}

static struct answer *
ask(const char *method, const char *url, const char *body, int once)
{
	struct err err = {""};

	if (start(method, url, "Authorization: Bearer planted-token\n", body, once, &route, &err) < 0)
		fail_msg("not started: %s", err.text);
	return await();
}

static struct answer *
get(void)
{
	return ask("GET", PLAIN, "", 0);
}

static void
assert_says(const struct err *err, const char *part)
{
	char text[ERR_MAX];

	err_english(err->text, text, sizeof(text));
	if (!strstr(text, part))
		fail_msg("expected \"…%s…\", found \"%s\"", part, text);
}

static void
assert_failed(struct answer *answer, int left, const char *part)
{
	assert_int_equal(answer->complete, 0);
	assert_says(&answer->err, part);
	assert_int_equal(answer->left, left);
	transport->done(transport, answer);
}

static void
assert_ok(struct answer *answer)
{
	if (!answer->complete)
		fail_msg("not complete: %s", answer->err.text);
	assert_int_equal(answer->response.status, 200);
	transport->done(transport, answer);
}

static int
setup(void **state)
{
	struct err err;

	(void)state;
	transport = transport_http(&err);
	route = (struct route){.endpoint = endpoint,
			       .proxy = "",
			       .ca = "",
			       .hosts = shop_hosts,
			       .timeout = 10000,
			       .max_body = 100000};
	endpoint[0] = '\0';
	return transport ? 0 : -1;
}

static int
teardown(void **state)
{
	(void)state;
	if (transport)
		transport->free(transport);
	return 0;
}

static void
stop(struct scripted *s)
{
	transport->free(transport);
	transport = NULL;
	scripted_stop(s);
}

/* ---- what leaves ---- */

static void
the_original_authority_stays(void **state)
{
	struct scripted *s =
		serve(answer_all, "HTTP/1.1 103 Early Hints\r\nX-Call-Limit: 1\r\n\r\n"
				  "HTTP/1.1 200 OK\r\nDate: Fri, 02 Oct 2026 12:31:00 GMT\r\n"
				  "X-Call-Limit:  7 \r\nRetry-After: 20\r\nContent-Length: 5\r\n\r\nhello");
	struct answer *answer = ask("POST", PLAIN, "{\"a\":1}", 1);

	(void)state;
	assert_int_equal(answer->complete, 1);
	assert_int_equal(answer->left, 1);
	assert_ptr_equal(answer->owner, &route);
	assert_int_equal(answer->response.status, 200);
	assert_int_equal(answer->response.len, 5);
	assert_string_equal(answer->response.body, "hello");
	assert_string_equal(answer->response.header(&answer->response, "x-call-LIMIT"), "7");
	assert_null(answer->response.header(&answer->response, "X-Call"));
	assert_int_equal(answer->response.retry_after, 20 * SECOND);
	assert_int_equal(answer->date, INT64_C(1790944260000));
	transport->done(transport, answer);

	assert_memory_equal(s->last, "POST /orders?limit=2 HTTP/1.1\r\n", 31);
	assert_non_null(strstr(s->last, "\r\nHost: api.shop.example\r\n"));
	assert_non_null(strstr(s->last, "\r\nAuthorization: Bearer planted-token\r\n"));
	assert_non_null(strstr(s->last, "\r\nUser-Agent: supercargo/"));
	assert_non_null(strstr(s->last, "\r\nAccept-Encoding: gzip\r\n"));
	assert_null(strcasestr(s->last, "Expect"));
	assert_null(strcasestr(s->last, "Content-Type"));
	stop(s);
}

static void
forbidden_addresses_never_start(void **state)
{
	static const struct {
		const char *url, *endpoint, *says;
	} rows[] = {
		{"https://evil.example/", "", "not a host"},
		{"https://api.shop.example.evil.example/", "", "not a host"},
		{"https://api.shop.example@evil.example/", "", "user name"},
		{"https://user:pw@api.shop.example/", "", "user name"},
		{"https://api.shop.example:8443/", "", "port 8443"},
		{"http://api.shop.example/", "", "plain http"},
		{"ftp://api.shop.example/", "", "expected https"},
		{"file:///etc/passwd", "", "expected https"},
		{"https://api.shop.example/a b", "", "space"},
		{"https://api.shop.example/\r\nX: y", "", "control"},
		{"https://api.shop.example\\@evil.example/", "", "address"},
		{"https://api.sh\xc3\xb6p.example/", "", "ASCII"},
		{"https://127.0.0.1/", "", "not a host"},
		{"api.shop.example/orders", "", "address"},
		{"", "", "address"},
		{PLAIN, "http://192.0.2.7:9000", "plain http"},
		{PLAIN, "http://127.0.0.1.evil.example:9000", "plain http"},
		{PLAIN, "127.0.0.1:9000", "endpoint"},
		{PLAIN, "http://127.0.0.1:9000/path", "endpoint"},
		{PLAIN, "http://u@127.0.0.1:9000", "endpoint"},
		{PLAIN, "http://127.0.0.1:99999", "endpoint"},
	};
	struct err err;
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		snprintf(endpoint, sizeof(endpoint), "%s", rows[i].endpoint);
		err.text[0] = '\0';
		if (start("GET", rows[i].url, "", "", 0, NULL, &err) == 0)
			fail_msg("%s via \"%s\" was started", rows[i].url, rows[i].endpoint);
		assert_says(&err, rows[i].says);
	}
	endpoint[0] = '\0';
	assert_int_equal(start("GE T", PLAIN, "", "", 0, NULL, &err), -1);
	route.proxy = "ftp://127.0.0.1";
	assert_int_equal(start("GET", PLAIN, "", "", 0, NULL, &err), -1);
}

static void
headers_cannot_be_injected(void **state)
{
	static const char *const rows[] = {
		"A: b\r\nC: d\n",
		"A: b\rC: d\n",
		"A: \x01\n",
		"A\n",
		"A b: c\n",
		": c\n",
		"\nA: b\n",
		"Host: evil.example\n",
		"content-LENGTH: 3\n",
		"Transfer-Encoding: chunked\n",
		"Connection: close\n",
		"Proxy-Authorization: x\n",
	};
	struct scripted *s = serve(answer_all, OK);
	struct request zero = {.method = "GET", .url = BUF_MAX(100), .headers = BUF_MAX(100)};
	struct err err;
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (start("GET", PLAIN, rows[i], "", 0, NULL, &err) == 0)
			fail_msg("started with header %u", i);
	buf_put(&zero.url, PLAIN);
	buf_add(&zero.headers, "A: b\0c\n", 7);
	transport->start(transport, &zero, &route, NULL);
	assert_int_equal(refused(&err), -1);
	buf_free(&zero.url);
	buf_free(&zero.headers);
	assert_int_equal(s->connections, 0);

	assert_int_equal(start("GET", PLAIN, "Empty:\nTwo: words here\n", "", 0, NULL, &err), 0);
	assert_ok(await());
	assert_non_null(strstr(s->last, "\r\nEmpty:\r\n"));
	assert_non_null(strstr(s->last, "\r\nTwo: words here\r\n"));
	stop(s);
}

/* ---- exactly once ---- */

static void
a_poll_goes_again_when_its_kept_connection_died(void **state)
{
	struct scripted *s = serve(die_when_reused, OK);

	(void)state;
	assert_ok(get());
	assert_ok(get());
	assert_int_equal(s->requests, 3);
	assert_int_equal(s->connections, 2);
	stop(s);
}

static void
a_post_marked_once_leaves_once(void **state)
{
	struct scripted *s = serve(die_when_reused, OK);

	(void)state;
	assert_ok(get());
	assert_failed(ask("POST", PLAIN, "text=hello", 1), 1, "ended before the answer");
	assert_int_equal(s->posts, 1);
	assert_int_equal(s->connections, 2);
	stop(s);
}

static void
polls_share_a_connection_and_sends_do_not(void **state)
{
	struct scripted *s = serve(answer_all, OK);

	(void)state;
	assert_ok(ask("POST", PLAIN, "x", 1));
	assert_ok(get());
	assert_int_equal(s->connections, 2);
	assert_ok(get());
	assert_int_equal(s->connections, 2);
	assert_ok(ask("POST", PLAIN, "x", 1));
	assert_int_equal(s->connections, 3);
	stop(s);
}

static void
no_answer_makes_libcurl_send_again(void **state)
{
	static const char *const answers[] = {
		"HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n",
		"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Negotiate, NTLM, Digest realm=\"a\", "
		"nonce=\"b\"\r\n"
		"Content-Length: 0\r\n\r\n",
		"HTTP/1.1 307 Temporary Redirect\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n",
		"HTTP/1.1 503 Unavailable\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n",
	};
	static char large[3 << 20];
	unsigned i;

	memset(large, 'x', sizeof(large) - 1);
	for (i = 0; i < sizeof(answers) / sizeof(*answers); i++) {
		struct scripted *s;
		struct answer *answer;

		setup(state);
		s = serve(answer_all, answers[i]);
		answer = ask("POST", PLAIN, large, 1);
		assert_int_equal(answer->complete, 1);
		assert_int_equal(answer->response.status, atoi(answers[i] + 9));
		transport->done(transport, answer);
		assert_int_equal(s->requests, 1);
		assert_null(strcasestr(s->last, "Expect:"));
		stop(s);
	}
}

/* ---- answers that are not whole ---- */

static void
cut_answers_are_never_complete(void **state)
{
	static const char *const answers[] = {
		"",
		"HTTP/1.1 200",
		"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n[1,2,3]",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
		"{\"not\": \"http\"}\r\n\r\n",
	};
	unsigned i;

	for (i = 0; i < sizeof(answers) / sizeof(*answers); i++) {
		struct scripted *s;
		struct answer *answer;

		setup(state);
		s = serve(answer_and_close, answers[i]);
		answer = ask("POST", PLAIN, "x", 1);
		if (answer->complete || !answer->left || !answer->err.text[0])
			fail_msg("answer %u: complete %d, left %d", i, answer->complete, answer->left);
		transport->done(transport, answer);
		stop(s);
	}
}

static void
an_answer_without_length_ends_with_its_connection(void **state)
{
	struct scripted *s = serve(answer_and_close, "HTTP/1.0 200 OK\r\n\r\n[1,2]");
	struct answer *answer = get();

	(void)state;
	assert_int_equal(answer->complete, 1);
	assert_string_equal(answer->response.body, "[1,2]");
	transport->done(transport, answer);
	stop(s);
}

/* A gzip answer in `out`; `cut` bytes of the stream are missing though the length says all is there. */
static size_t
gzip_answer(char *out, size_t room, const char *plain, size_t len, size_t cut)
{
	z_stream z = {.next_in = (z_const Bytef *)plain, .avail_in = (uInt)len};
	char *packed = malloc(room);
	size_t n, head;

	z.next_out = (Bytef *)packed;
	z.avail_out = (uInt)room;
	deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	n = z.total_out - cut;
	deflateEnd(&z);
	head = (size_t)sprintf(out,
			       "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %zu\r\n\r\n", n);
	memcpy(out + head, packed, n);
	free(packed);
	return head + n;
}

static void
gzip_is_inflated_and_a_cut_stream_noticed(void **state)
{
	static char text[50000], wire[60000];
	size_t len = gzip_answer(wire, sizeof(wire), text, sizeof(text), 0);
	struct scripted *s = serve_bytes(answer_all, wire, len);
	struct answer *answer = get();

	assert_int_equal(answer->complete, 1);
	assert_int_equal(answer->response.len, sizeof(text));
	transport->done(transport, answer);
	stop(s);

	setup(state);
	len = gzip_answer(wire, sizeof(wire), text, sizeof(text), 9); /* also without its checksum */
	s = serve_bytes(answer_all, wire, len);
	assert_failed(get(), 1, "damaged or was cut");
	stop(s);

	setup(state);
	s = serve(answer_all, "HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 2\r\n\r\n[]");
	assert_failed(get(), 1, "did not ask for (br)");
	stop(s);
}

static void
a_gzip_bomb_stops_at_the_limit(void **state)
{
	static char zeros[20 << 20], wire[60000];
	size_t len = gzip_answer(wire, sizeof(wire), zeros, sizeof(zeros), 0);
	struct scripted *s = serve_bytes(answer_all, wire, len);

	(void)state;
	assert_true(len < route.max_body);
	assert_failed(get(), 1, "larger than allowed");
	stop(s);
}

static void
large_answers_stop_at_the_limit(void **state)
{
	static char wire[200000];
	size_t head = (size_t)sprintf(wire, "HTTP/1.1 200 OK\r\n\r\n");
	struct scripted *s;

	memset(wire + head, 'x', sizeof(wire) - head);
	s = serve_bytes(answer_and_close, wire, sizeof(wire));
	assert_failed(get(), 1, "larger than allowed");
	stop(s);

	setup(state);
	head = (size_t)sprintf(wire, "HTTP/1.1 200 OK\r\n");
	while (head < sizeof(wire) - 200)
		head += (size_t)sprintf(wire + head, "X-%zu: %0100d\r\n", head, 1);
	head += (size_t)sprintf(wire + head, "Content-Length: 0\r\n\r\n");
	s = serve_bytes(answer_all, wire, head);
	assert_failed(get(), 1, "larger than allowed");
	stop(s);

	setup(state);
	s = serve(continue_for_ever, "");
	assert_failed(get(), 1, "larger than allowed");
	stop(s);
}

static void
retry_after_stays_within_a_day(void **state)
{
	static const struct {
		const char *text;
		int64_t ms;
	} rows[] = {
		{"0", 0},
		{"120", 120 * SECOND},
		{"99999999999999999999999", DAY},
		{"-5", 0},
		{"soon", 0},
		{"Fri, 02 Oct 2026 12:32:30 GMT", 90 * SECOND},
		{"Fri, 02 Oct 2026 12:00:00 GMT", 0},
		{"Fri, 01 Jan 2100 00:00:00 GMT", DAY},
	};
	char text[300];
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct scripted *s;
		struct answer *answer;

		snprintf(
			text, sizeof(text),
			"HTTP/1.1 429 Slow Down\r\nRetry-After: %s\r\nDate: Fri, 02 Oct 2026 12:31:00 GMT\r\n"
			"Content-Length: 0\r\n\r\n",
			rows[i].text);
		setup(state);
		s = serve(answer_all, text);
		answer = get();
		assert_int_equal(answer->complete, 1);
		assert_int_equal(answer->response.retry_after, rows[i].ms);
		transport->done(transport, answer);
		stop(s);
	}
}

static void
redirects_are_handed_back(void **state)
{
	struct scripted *other = serve(answer_all, OK), *s;
	char text[200];
	struct answer *answer;

	(void)state;
	snprintf(text, sizeof(text),
		 "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:%d/\r\nContent-Length: 0\r\n\r\n",
		 other->port);
	s = serve(answer_all, text);
	answer = get();
	assert_int_equal(answer->complete, 1);
	assert_int_equal(answer->response.status, 302);
	transport->done(transport, answer);
	assert_int_equal(other->connections, 0);
	assert_int_equal(s->requests, 1);
	stop(s);
	scripted_stop(other);
}

/* ---- time ---- */

static void
slow_heads_run_out_of_time(void **state)
{
	struct scripted *s = serve(hang_in_head, "");

	(void)state;
	route.timeout = 300;
	assert_failed(get(), 1, "no whole answer in time");
	stop(s);
}

static void
a_trickle_runs_out_of_time(void **state)
{
	struct scripted *s = serve(trickle, "");

	(void)state;
	route.timeout = 300;
	assert_failed(get(), 1, "no whole answer in time");
	stop(s);
}

static void
silence_ends_an_exchange_before_its_time(void **state)
{
	struct scripted *s = serve(hang_in_head, "");
	struct answer *answer;

	(void)state;
	route.timeout = 8000;
	answer = get();
	assert_true(answer->took < 7000);
	assert_failed(answer, 1, "no whole answer in time");
	stop(s);
}

static void
a_hung_host_delays_no_other(void **state)
{
	struct scripted *hung = serve(hang, ""), *s;
	struct answer *answer;
	struct err err;
	int a, b;

	(void)state;
	assert_int_equal(start("GET", PLAIN, "", "", 0, &a, &err), 0);
	s = serve(answer_all, OK);
	assert_int_equal(start("GET", PLAIN, "", "", 0, &b, &err), 0);
	answer = await();
	assert_ptr_equal(answer->owner, &b);
	assert_ok(answer);
	transport->drop(transport, &a);
	transport->wait(transport, NULL, 0, 50);
	assert_null(transport->next(transport));
	assert_ok(get());
	stop(s);
	scripted_stop(hung);
}

static void
a_finished_answer_can_be_dropped(void **state)
{
	struct scripted *s = serve(answer_all, OK);
	struct err err;
	int a, b;

	(void)state;
	assert_int_equal(start("GET", PLAIN, "", "", 0, &a, &err), 0);
	transport->wait(transport, NULL, 0, 10000);
	transport->drop(transport, &a);
	assert_null(transport->next(transport));
	assert_int_equal(start("GET", PLAIN, "", "", 0, &b, &err), 0);
	assert_ok(await());
	stop(s);
}

static void
a_stuck_name_server_delays_no_other(void **state)
{
	struct scripted *s;
	struct answer *answer;
	struct err err;
	int64_t before = clock_mono();
	int a, b;

	(void)state;
	route.timeout = 200;
	assert_int_equal(start("GET", "https://stuck.files.example/", "", "", 0, &a, &err), 0);
	answer = await();
	assert_ptr_equal(answer->owner, &a);
	assert_failed(answer, 0, "no connection in time");
	s = serve(answer_all, OK);
	route.timeout = 10000;
	assert_int_equal(start("GET", PLAIN, "", "", 0, &b, &err), 0);
	assert_ok(await());
	assert_true(clock_mono() - before < 5000);
	sem_post(&name_server);
	stop(s);
}

static void
other_descriptors_end_the_sleep(void **state)
{
	struct pollfd fd = {.events = POLLIN};
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	fd.fd = ends[0];
	assert_int_equal(write(ends[1], "x", 1), 1);
	transport->wait(transport, &fd, 1, 60000);
	assert_int_equal(fd.revents, POLLIN);
	assert_int_equal(read(ends[0], &(char){0}, 1), 1);
	close(ends[1]);
	transport->wait(transport, &fd, 1, 60000);
	assert_int_equal(fd.revents, POLLHUP);
	close(ends[0]);
	transport->wait(transport, NULL, 0, 0);
}

/* ---- the way there ---- */

static void
nothing_left_when_there_is_no_way(void **state)
{
	struct scripted *s = serve(answer_all, OK);

	scripted_stop(s); /* its port refuses now */
	assert_failed(ask("POST", PLAIN, "x", 1), 0, "no connection");
	endpoint[0] = '\0';
	assert_failed(ask("POST", "https://gone.files.example/x", "x", 1), 0, "name cannot be looked up");
	(void)state;
}

static void
the_proxy_is_asked_for_a_tunnel_and_told_nothing(void **state)
{
	struct scripted *s = serve(refuse_tunnel, "");
	char proxy[64];

	(void)state;
	snprintf(proxy, sizeof(proxy), "%s", endpoint);
	endpoint[0] = '\0';
	route.proxy = proxy;
	assert_failed(ask("POST", PLAIN, "x", 1), 0, "proxy refused to connect there (status 403)");
	assert_memory_equal(s->last, "CONNECT api.shop.example:443 HTTP/1.1\r\n", 39);
	assert_null(strstr(s->last, "planted-token"));
	stop(s);
}

static void
this_machine_is_reached_without_a_proxy(void **state)
{
	struct scripted *s = serve(answer_all, OK);

	(void)state;
	setenv("http_proxy", "http://127.0.0.1:1", 1);
	setenv("https_proxy", "http://127.0.0.1:1", 1);
	assert_ok(get());
	route.proxy = "http://127.0.0.1:1";
	assert_ok(get());
	unsetenv("http_proxy");
	unsetenv("https_proxy");
	stop(s);
}

static void
a_webhook_on_this_machine_needs_no_endpoint(void **state)
{
	struct scripted *s = serve(answer_all, OK);
	char url[80];

	(void)state;
	snprintf(url, sizeof(url), "%s/hook", endpoint);
	endpoint[0] = '\0';
	route.hosts = NULL;
	assert_ok(ask("POST", url, "{}", 0));
	assert_memory_equal(s->last, "POST /hook HTTP/1.1\r\nHost: 127.0.0.1:", 37);
	stop(s);
}

/* ---- TLS ---- */

static struct scripted *
serve_tls(const struct identity *id, SSL_CTX **ctx)
{
	struct scripted *s;

	*ctx = tls_context(id);
	s = scripted_start(answer_all, OK, strlen(OK), *ctx);
	snprintf(endpoint, sizeof(endpoint), "https://127.0.0.1:%d", s->port);
	return s;
}

static void
an_own_authority_is_trusted_when_named(void **state)
{
	struct identity id = identity_new("api.shop.example", &authority, 30);
	SSL_CTX *ctx;
	struct scripted *s = serve_tls(&id, &ctx);

	(void)state;
	assert_failed(ask("POST", PLAIN, "x", 1), 0, "certificate is not accepted");
	assert_int_equal(s->requests, 0);
	route.ca = ca_file;
	assert_ok(ask("POST", PLAIN, "x", 1));
	assert_string_equal(s->name, "api.shop.example");
	assert_non_null(strstr(s->last, "\r\nHost: api.shop.example\r\n"));
	route.ca = "";
	assert_failed(ask("POST", PLAIN, "x", 1), 0, "certificate is not accepted");
	route.ca = "/nowhere/ca.pem";
	assert_failed(ask("POST", PLAIN, "x", 1), 0, "ca file cannot be read");
	stop(s);
	SSL_CTX_free(ctx);
	identity_free(&id);
}

/* A fresh connection need not mean a full handshake, whichever of libcurl's handles it uses. */
static void
handshakes_are_resumed_across_handles(void **state)
{
	struct identity id = identity_new("api.shop.example", &authority, 30);
	SSL_CTX *ctx;
	struct scripted *hung = serve(hang, ""), *s;
	struct err err;

	(void)state;
	s = serve_tls(&id, &ctx);
	route.ca = ca_file;
	assert_ok(ask("POST", PLAIN, "x", 1));
	assert_int_equal(s->resumed, 0);
	snprintf(endpoint, sizeof(endpoint), "http://127.0.0.1:%d", hung->port);
	assert_int_equal(start("GET", PLAIN, "", "", 0, NULL, &err), 0); /* keeps the first handle */
	snprintf(endpoint, sizeof(endpoint), "https://127.0.0.1:%d", s->port);
	assert_ok(ask("POST", PLAIN, "x", 1));
	assert_int_equal(s->resumed, 1);
	stop(s);
	scripted_stop(hung);
	SSL_CTX_free(ctx);
	identity_free(&id);
}

static void
wrong_certificates_see_no_request(void **state)
{
	struct identity ids[] = {identity_new("other.example", &authority, 30),
				 identity_new("api.shop.example", &authority, -1),
				 identity_new("api.shop.example", NULL, 30)};
	static const char *const says[] = {"api.shop.example", "expired", "self"};
	unsigned i;

	for (i = 0; i < 3; i++) {
		SSL_CTX *ctx;
		struct scripted *s;

		setup(state);
		route.ca = ca_file;
		s = serve_tls(&ids[i], &ctx);
		assert_failed(ask("POST", PLAIN, "x", 1), 0, says[i]);
		assert_int_equal(s->requests, 0);
		stop(s);
		SSL_CTX_free(ctx);
		identity_free(&ids[i]);
	}
}

static void
old_tls_is_refused(void **state)
{
	struct identity id = identity_new("api.shop.example", &authority, 30);
	SSL_CTX *ctx;
	struct scripted *s = serve_tls(&id, &ctx);

	(void)state;
	SSL_CTX_set_security_level(ctx, 0);
	SSL_CTX_set_min_proto_version(ctx, TLS1_VERSION);
	SSL_CTX_set_max_proto_version(ctx, TLS1_1_VERSION);
	route.ca = ca_file;
	assert_failed(get(), 0, "no secure connection");
	assert_int_equal(s->requests, 0);
	stop(s);
	SSL_CTX_free(ctx);
	identity_free(&id);
}

static void
few_connections_are_kept(void **state)
{
	struct identity id = identity_new("*.files.example", &authority, 30);
	SSL_CTX *ctx;
	struct scripted *s;
	struct err err;
	char url[64];
	int i;

	(void)state;
	s = serve_tls(&id, &ctx);
	route.ca = ca_file;
	for (i = 0; i < 40; i++) {
		snprintf(url, sizeof(url), "https://h%d.files.example/", i);
		assert_int_equal(start("GET", url, "", "", 0, NULL, &err), 0);
		assert_ok(await());
	}
	assert_int_equal(s->connections, 40);
	assert_in_range(s->most_open, 2, 12); /* the server's threads may lag a little behind */
	stop(s);
	SSL_CTX_free(ctx);
	identity_free(&id);
}

/* So that only our own demand keeps old TLS away, not the policy of this machine. */
static void
allow_old_tls(const char *dir)
{
	static char path[80];
	FILE *f;

	snprintf(path, sizeof(path), "%s/openssl.cnf", dir);
	f = fopen(path, "w");
	fputs("openssl_conf = a\n[a]\nssl_conf = b\n[b]\nsystem_default = c\n[c]\nMinProtocol = TLSv1\n"
	      "CipherString = DEFAULT:@SECLEVEL=0\n",
	      f);
	fclose(f);
	setenv("OPENSSL_CONF", path, 1);
}

int
main(int argc, char **argv)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		CASE(the_original_authority_stays),
		CASE(forbidden_addresses_never_start),
		CASE(headers_cannot_be_injected),
		CASE(a_poll_goes_again_when_its_kept_connection_died),
		CASE(a_post_marked_once_leaves_once),
		CASE(polls_share_a_connection_and_sends_do_not),
		CASE(an_answer_without_length_ends_with_its_connection),
		CASE(gzip_is_inflated_and_a_cut_stream_noticed),
		CASE(a_gzip_bomb_stops_at_the_limit),
		CASE(large_answers_stop_at_the_limit),
		CASE(redirects_are_handed_back),
		CASE(slow_heads_run_out_of_time),
		CASE(a_trickle_runs_out_of_time),
		CASE(silence_ends_an_exchange_before_its_time),
		CASE(a_hung_host_delays_no_other),
		CASE(a_finished_answer_can_be_dropped),
		CASE(a_stuck_name_server_delays_no_other),
		CASE(other_descriptors_end_the_sleep),
		CASE(nothing_left_when_there_is_no_way),
		CASE(the_proxy_is_asked_for_a_tunnel_and_told_nothing),
		CASE(this_machine_is_reached_without_a_proxy),
		CASE(a_webhook_on_this_machine_needs_no_endpoint),
		CASE(an_own_authority_is_trusted_when_named),
		CASE(handshakes_are_resumed_across_handles),
		CASE(old_tls_is_refused),
		CASE(few_connections_are_kept),
		cmocka_unit_test(cut_answers_are_never_complete),
		cmocka_unit_test(no_answer_makes_libcurl_send_again),
		cmocka_unit_test(retry_after_stays_within_a_day),
		cmocka_unit_test(wrong_certificates_see_no_request),
	};
	char dir[] = "/tmp/http_test.XXXXXX";
	FILE *f;
	int failed;

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	if (!mkdtemp(dir))
		return 1;
	allow_old_tls(dir);
	signal(SIGPIPE, SIG_IGN);
	sem_init(&name_server, 0, 0);
	authority = identity_new(NULL, NULL, 30);
	snprintf(ca_file, sizeof(ca_file), "%s/ca.pem", dir);
	f = fopen(ca_file, "w");
	PEM_write_X509(f, authority.cert);
	fclose(f);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	identity_free(&authority);
	unlink(ca_file);
	unlink(getenv("OPENSSL_CONF"));
	rmdir(dir);
	return failed;
}
