#include <curl/curl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/instant.h"
#include "base/text.h"
#include "daemon/clock.h"
#include "daemon/transport/address.h"
#include "daemon/transport/failure.h"
#include "daemon/transport/inflate.h"
#include "daemon/transport/transport.h"

#define HEAD_MAX        (64 << 10) /* of all header blocks of one answer */
#define CONNECT_TIMEOUT (15 * SECOND)
#define IDLE_LINES      8 /* connections kept for the next poll; more are closed at once */
#define IDLE_EASIES     8

/* One request on its way, and then its answer. */
struct flight {
	struct answer answer;
	struct flight *next;
	CURL *easy;
	struct address address;
	struct curl_slist *headers;
	struct buf head; /* "name\0value\0" each, of the last block */
	struct buf body;
	size_t head_bytes;
	int mail, tls; /* it is a mail; TLS is demanded */
	struct curl_slist *recipients;
	struct buf letter; /* what goes up */
	size_t uploaded;
	int too_large;
	int64_t started; /* clock_mono */
	char words[CURL_ERROR_SIZE];
};

struct http {
	struct transport base;
	CURLM *multi;
	CURLSH *share;
	struct flight *flying;
	struct flight *finished, **last; /* in order of arrival */
	CURL *idle[IDLE_EASIES];
	int nidle;
	struct curl_waitfd *extra;
	unsigned extra_room;
};

/* ---- reading the answer ---- */

static size_t
on_header(char *line, size_t one, size_t len, void *ctx)
{
	struct flight *f = ctx;
	size_t end = len;
	char *colon;

	(void)one;
	f->head_bytes += len;
	if (f->head_bytes > HEAD_MAX) {
		f->too_large = 1;
		return 0;
	}
	if (len > 5 && !strncasecmp(line, "HTTP/", 5)) {
		buf_clear(&f->head); /* what came before was a 1xx */
		return len;
	}
	colon = memchr(line, ':', len);
	if (!colon || colon == line || memchr(line, '\0', len))
		return len;
	while (end > 0 && strchr(" \t\r\n", line[end - 1]))
		end--;
	buf_add(&f->head, line, (size_t)(colon - line));
	buf_char(&f->head, '\0');
	colon++;
	while (colon < line + end && (*colon == ' ' || *colon == '\t'))
		colon++;
	if (colon < line + end)
		buf_add(&f->head, colon, (size_t)(line + end - colon));
	buf_char(&f->head, '\0');
	return len;
}

static size_t
on_body(char *bytes, size_t one, size_t len, void *ctx)
{
	struct flight *f = ctx;

	(void)one;
	if (buf_add(&f->body, bytes, len) < 0) {
		f->too_large = 1;
		return 0;
	}
	return len;
}

/* libcurl calls this when the connection stands and the first byte of the request is about to go. */
static int
on_leaving(void *ctx, char *peer, char *local, int peer_port, int local_port)
{
	struct flight *f = ctx;

	(void)peer, (void)local, (void)peer_port, (void)local_port;
	f->answer.left = 1;
	return CURL_PREREQFUNC_OK;
}

static const char *
find_header(const struct response *response, const char *name)
{
	const struct flight *f =
		(const void *)((const char *)response - offsetof(struct flight, answer.response));
	const char *p = buf_str(&f->head), *end = p + f->head.len;

	while (p < end) {
		const char *value = p + strlen(p) + 1;

		if (!strcasecmp(p, name))
			return value;
		p = value + strlen(value) + 1;
	}
	return NULL;
}

/* Seconds or a date; within 0 and a day, whatever the host says. */
static int64_t
retry_after(const struct answer *answer)
{
	const char *text = find_header(&answer->response, "Retry-After");
	int64_t wait = 0;
	char *end;

	if (!text)
		return 0;
	if (*text >= '0' && *text <= '9') {
		wait = strtoll(text, &end, 10);
		wait = wait > DAY / SECOND ? DAY : wait * SECOND;
	} else if (instant_parse_http(text, &wait) == 0) {
		wait -= answer->date ? answer->date : clock_now();
	}
	return wait < 0 ? 0 : wait > DAY ? DAY : wait;
}

/* ---- ends ---- */

static void
easy_return(struct http *http, CURL *easy)
{
	curl_easy_reset(easy);
	if (http->nidle < IDLE_EASIES)
		http->idle[http->nidle++] = easy;
	else
		curl_easy_cleanup(easy);
}

static void
flight_free(struct http *http, struct flight *f)
{
	if (f->easy) {
		curl_multi_remove_handle(http->multi, f->easy);
		easy_return(http, f->easy);
	}
	curl_slist_free_all(f->headers);
	curl_slist_free_all(f->recipients);
	buf_free(&f->letter);
	address_free(&f->address);
	buf_free(&f->head);
	buf_free(&f->body);
	free(f);
}

static void
unlink_flight(struct http *http, struct flight *f)
{
	struct flight **at = &http->flying;

	while (*at != f)
		at = &(*at)->next;
	*at = f->next;
	f->next = NULL;
}

static void
cannot_read(struct flight *f, CURLcode code)
{
	struct failure failure = {.code = code,
				  .host = f->address.host,
				  .detail = f->words,
				  .left = f->answer.left,
				  .too_large = f->too_large,
				  .max_body = f->body.max};

	curl_easy_getinfo(f->easy, CURLINFO_HTTP_CONNECTCODE, &failure.proxy_status);
	failure_say(&failure, &f->answer.err);
}

/* We ask for gzip and nothing else.  0, or -1: the body is not what it should be. */
static int
decode_body(struct flight *f)
{
	const char *coding = find_header(&f->answer.response, "Content-Encoding");
	struct buf plain = BUF_MAX(f->body.max);
	enum inflated r;

	if (!coding || !strcasecmp(coding, "identity") || f->body.len == 0)
		return 0;
	if (strcasecmp(coding, "gzip") != 0 && strcasecmp(coding, "x-gzip") != 0)
		return fail(&f->answer.err, "%s: the answer is packed in a way we did not ask for (%s)",
			    f->address.host, coding);
	r = inflate_gzip(f->body.data, f->body.len, &plain);
	buf_free(&f->body);
	f->body = plain;
	f->too_large = r == INFLATE_TOO_LARGE;
	if (r == INFLATE_DAMAGED)
		return fail(&f->answer.err, "%s: the packed answer is damaged or was cut", f->address.host);
	if (r == INFLATE_TOO_LARGE)
		cannot_read(f, CURLE_WRITE_ERROR);
	return r == INFLATE_WHOLE ? 0 : -1;
}

static void
finish(struct http *http, struct flight *f, CURLcode code)
{
	struct answer *answer = &f->answer;
	const char *date = find_header(&answer->response, "Date");

	answer->took = clock_mono() - f->started;
	if (!date || instant_parse_http(date, &answer->date) < 0)
		answer->date = 0;
	if (code == CURLE_OK) {
		curl_easy_getinfo(f->easy, CURLINFO_RESPONSE_CODE, &answer->response.status);
		answer->complete = decode_body(f) == 0;
	} else {
		cannot_read(f, code);
	}
	if (answer->complete) {
		answer->response.body = buf_str(&f->body);
		answer->response.len = f->body.len;
		answer->response.retry_after = retry_after(answer);
		answer->response.header = find_header;
	}
	curl_multi_remove_handle(http->multi, f->easy);
	easy_return(http, f->easy);
	f->easy = NULL;
	unlink_flight(http, f);
	*http->last = f;
	http->last = &f->next;
}

static void
move_bytes(struct http *http)
{
	struct CURLMsg *message;
	struct flight *f;
	int n;

	curl_multi_perform(http->multi, &n);
	while ((message = curl_multi_info_read(http->multi, &n))) {
		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&f);
		finish(http, f, message->data.result);
	}
}

/* ---- beginnings ---- */

static int
has_content_type(const struct curl_slist *list)
{
	for (; list; list = list->next)
		if (!strncasecmp(list->data, "Content-Type:", 13))
			return 1;
	return 0;
}

static int
set_method(CURL *e, const struct request *request)
{
	const char *method = request->method;
	int r = 0;

	if (!strcmp(method, "HEAD"))
		return curl_easy_setopt(e, CURLOPT_NOBODY, 1L);
	if (request->body.len > 0 || !strcmp(method, "POST") || !strcmp(method, "PUT") ||
	    !strcmp(method, "PATCH")) {
		r |= curl_easy_setopt(e, CURLOPT_POST, 1L);
		r |= curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.len);
		r |= curl_easy_setopt(e, CURLOPT_COPYPOSTFIELDS, buf_str(&request->body));
	}
	r |= curl_easy_setopt(e, CURLOPT_CUSTOMREQUEST, method);
	return r;
}

/* The system's authorities are looked up one by one in their directory (their bundle would cost a megabyte and milliseconds
 * for each connection); libcurl's one file is then free for the account's own. */
static int
set_tls(CURL *e, const struct route *route)
{
	int r = 0;

	r |= curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, 1L);
	r |= curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, 2L);
	r |= curl_easy_setopt(e, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	r |= curl_easy_setopt(e, CURLOPT_CAINFO, *route->ca ? route->ca : NULL);
	return r;
}

/* An empty string, unlike NULL, keeps libcurl from looking into the environment. */
static int
set_way(CURL *e, struct flight *f, const struct route *route)
{
	int r = 0;

	r |= curl_easy_setopt(e, CURLOPT_URL, f->address.url);
	r |= curl_easy_setopt(e, CURLOPT_PATH_AS_IS, 1L);
	r |= curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "https,http");
	r |= curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
	r |= curl_easy_setopt(e, CURLOPT_CONNECT_TO, f->address.connect_to);
	r |= curl_easy_setopt(e, CURLOPT_PROXY, f->address.direct ? "" : route->proxy);
	r |= curl_easy_setopt(e, CURLOPT_NOPROXY, "");
	r |= curl_easy_setopt(e, CURLOPT_HTTPPROXYTUNNEL, 1L);
	r |= curl_easy_setopt(e, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	return r;
}

/* QUICK_EXIT: to give up on a name server must not mean to wait for it. */
static int
set_limits(CURL *e, const struct route *route)
{
	long whole = (long)(route->timeout > 0 ? route->timeout : 1); /* 0 would mean: for ever */
	long half = whole / 2 / SECOND;
	int r = 0;

	r |= curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	r |= curl_easy_setopt(e, CURLOPT_QUICK_EXIT, 1L);
	r |= curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, whole);
	r |= curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS,
			      whole < CONNECT_TIMEOUT ? whole : (long)CONNECT_TIMEOUT);
	r |= curl_easy_setopt(e, CURLOPT_LOW_SPEED_LIMIT, 10L);
	r |= curl_easy_setopt(e, CURLOPT_LOW_SPEED_TIME, half > 0 ? half : 1L);
	return r;
}

/* The Expect header is sent by nobody: after a 417 libcurl would send the body again. */
static int
set_once(CURL *e, int once)
{
	int r = 0;

	r |= curl_easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	r |= curl_easy_setopt(e, CURLOPT_FRESH_CONNECT, once ? 1L : 0L);
	r |= curl_easy_setopt(e, CURLOPT_FORBID_REUSE, once ? 1L : 0L);
	return r;
}

static int
set_callbacks(CURL *e, struct flight *f)
{
	int r = 0;

	r |= curl_easy_setopt(e, CURLOPT_PRIVATE, (char *)f);
	r |= curl_easy_setopt(e, CURLOPT_ERRORBUFFER, f->words);
	r |= curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, on_header);
	r |= curl_easy_setopt(e, CURLOPT_HEADERDATA, f);
	r |= curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
	r |= curl_easy_setopt(e, CURLOPT_WRITEDATA, f);
	r |= curl_easy_setopt(e, CURLOPT_PREREQFUNCTION, on_leaving);
	r |= curl_easy_setopt(e, CURLOPT_PREREQDATA, f);
	return r;
}

static int
set_headers(CURL *e, struct flight *f)
{
	int r = 0;

	if (!has_content_type(f->headers))
		f->headers = curl_slist_append(f->headers, "Content-Type:"); /* none, not libcurl's guess */
	f->headers = curl_slist_append(f->headers, "Expect:");
	f->headers = curl_slist_append(f->headers, "Accept-Encoding: gzip");
	r |= curl_easy_setopt(e, CURLOPT_HTTPHEADER, f->headers);
	r |= curl_easy_setopt(e, CURLOPT_USERAGENT, "supercargo/" SUPERCARGO_VERSION);
	return r;
}

static int
set_all(struct http *http, struct flight *f, const struct request *request, const struct route *route,
	struct err *err)
{
	int r = 0;

	r |= curl_easy_setopt(f->easy, CURLOPT_SHARE, http->share);
	r |= set_way(f->easy, f, route);
	r |= set_tls(f->easy, route);
	r |= set_limits(f->easy, route);
	r |= set_once(f->easy, request->once);
	r |= set_headers(f->easy, f);
	r |= set_method(f->easy, request);
	r |= set_callbacks(f->easy, f);
	return r ? fail(err, "%s: libcurl refuses the request; a newer libcurl may be needed",
			f->address.host)
		 : 0;
}

/* ---- mail ---- */

/* The server's last reply before the farewell is what it answered. */
static size_t
on_reply(char *line, size_t one, size_t len, void *ctx)
{
	struct flight *f = ctx;

	(void)one;
	if (len >= 3 && !strncmp(line, "221", 3))
		return len;
	f->head_bytes += len;
	if (f->head_bytes > HEAD_MAX || buf_set(&f->body, line, len) < 0) {
		f->too_large = 1;
		return 0;
	}
	while (f->body.len && strchr("\r\n", f->body.data[f->body.len - 1]))
		buf_cut(&f->body, f->body.len - 1);
	return len;
}

static size_t
on_upload(char *bytes, size_t one, size_t room, void *ctx)
{
	struct flight *f = ctx;
	const size_t left = f->letter.len - f->uploaded, n = left < one * room ? left : one * room;

	if (n)
		memcpy(bytes, f->letter.data + f->uploaded, n);
	f->uploaded += n;
	return n;
}

static int
set_mail(struct http *http, struct flight *f, const struct request *request, const struct route *route,
	 struct err *err)
{
	CURL *e = f->easy;
	int r = 0;

	r |= curl_easy_setopt(e, CURLOPT_SHARE, http->share);
	r |= curl_easy_setopt(e, CURLOPT_URL, f->address.url);
	r |= curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	r |= curl_easy_setopt(e, CURLOPT_USE_SSL, f->tls ? (long)CURLUSESSL_ALL : (long)CURLUSESSL_NONE);
	r |= curl_easy_setopt(e, CURLOPT_PROXY, f->address.direct ? "" : route->proxy);
	r |= curl_easy_setopt(e, CURLOPT_NOPROXY, "");
	r |= curl_easy_setopt(e, CURLOPT_HTTPPROXYTUNNEL, 1L);
	r |= set_tls(e, route);
	r |= set_limits(e, route);
	r |= curl_easy_setopt(e, CURLOPT_FRESH_CONNECT, 1L);
	r |= curl_easy_setopt(e, CURLOPT_FORBID_REUSE, 1L);
	r |= set_callbacks(e, f);
	r |= curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, on_reply);
	if (route->user && *route->user) {
		r |= curl_easy_setopt(e, CURLOPT_USERNAME, route->user);
		r |= curl_easy_setopt(e, CURLOPT_PASSWORD, route->password ? route->password : "");
	}
	r |= curl_easy_setopt(e, CURLOPT_MAIL_FROM, buf_str(&request->from));
	r |= curl_easy_setopt(e, CURLOPT_MAIL_RCPT, f->recipients);
	r |= curl_easy_setopt(e, CURLOPT_UPLOAD, 1L);
	r |= curl_easy_setopt(e, CURLOPT_INFILESIZE_LARGE, (curl_off_t)request->body.len);
	r |= curl_easy_setopt(e, CURLOPT_READFUNCTION, on_upload);
	r |= curl_easy_setopt(e, CURLOPT_READDATA, f);
	return r ? fail(err, "%s: libcurl refuses the request; a newer libcurl may be needed",
			f->address.host)
		 : 0;
}

static int
is_envelope(const char *address, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (address[i] <= 0x20 || address[i] == 0x7f || address[i] == '<' || address[i] == '>')
			return 0;
	return n > 0;
}

/* The mail's own checks, and its address.  0, or -1 with err. */
static int
prepare_mail(struct flight *f, const struct request *request, const struct route *route, struct err *err)
{
	const char *to = buf_str(&request->to), *end;

	if (!is_envelope(buf_str(&request->from), request->from.len))
		return fail(err, "mail: found no proper address that it comes from; nothing was sent");
	for (; *to; to = *end ? end + 1 : end) {
		char *one;

		end = strchrnul(to, '\n');
		if (!is_envelope(to, (size_t)(end - to)))
			return fail(err, "mail: found no proper address that it goes to; nothing was sent");
		one = must_strndup(to, (size_t)(end - to));
		f->recipients = curl_slist_append(f->recipients, one);
		free(one);
	}
	if (!f->recipients)
		return fail(err, "mail: found nobody whom it goes to; nothing was sent");
	f->letter.max = request->body.len + 1;
	buf_add(&f->letter, buf_str(&request->body), request->body.len);
	return address_find_mail(&f->address, buf_str(&request->url), route, &f->tls, err);
}

static int
check_request(const struct request *request, const struct route *route, struct err *err)
{
	const char *method = request->method;

	if (strlen(buf_str(&request->url)) != request->url.len ||
	    strlen(buf_str(&request->headers)) != request->headers.len)
		return fail(err, "request: found a zero byte in the address or a header; nothing was sent");
	if (!*method || strspn(method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != strlen(method))
		return fail(err, "request: found method \"%s\", expected one like GET; nothing was sent",
			    method);
	if (*route->proxy && strncmp(route->proxy, "http://", 7) != 0 &&
	    strncmp(route->proxy, "socks5h://", 10) != 0)
		return fail(err, "proxy: expected an address that begins with http:// or socks5h://; nothing "
				 "was sent");
	return 0;
}

static void
http_start(struct transport *transport, const struct request *request, const struct route *route, void *owner)
{
	struct http *http = (struct http *)transport;
	struct flight *f = must_zalloc(sizeof(*f));
	struct err *err = &f->answer.err;

	f->answer.owner = owner;
	f->head.max = 2 * HEAD_MAX;
	f->body.max = route->max_body;
	f->started = clock_mono();
	f->mail = request->medium == BY_MAIL;
	if (f->mail ? prepare_mail(f, request, route, err) < 0
		    : check_request(request, route, err) < 0 ||
			      address_find(&f->address, buf_str(&request->url), route, err) < 0 ||
			      headers_list(buf_str(&request->headers), &f->headers, err) < 0)
		goto refused;
	f->easy = http->nidle > 0 ? http->idle[--http->nidle] : curl_easy_init();
	if (!f->easy) {
		fail(err, "%s: libcurl cannot take another request", f->address.host);
		goto refused;
	}
	if ((f->mail ? set_mail : set_all)(http, f, request, route, err) < 0)
		goto refused;
	curl_multi_add_handle(http->multi, f->easy);
	f->next = http->flying;
	http->flying = f;
	return;
refused: /* nothing left us */
	*http->last = f;
	http->last = &f->next;
}

/* ---- the loop's side ---- */

static void
sleep_with(struct http *http, struct pollfd *fds, unsigned n, int64_t timeout)
{
	unsigned i;

	if (n > http->extra_room) {
		free(http->extra);
		http->extra = must_alloc(n * sizeof(*http->extra));
		http->extra_room = n;
	}
	for (i = 0; i < n; i++)
		http->extra[i] = (struct curl_waitfd){
			.fd = fds[i].fd,
			.events = (short)((fds[i].events & POLLIN ? CURL_WAIT_POLLIN : 0) |
					  (fds[i].events & POLLOUT ? CURL_WAIT_POLLOUT : 0))};
	curl_multi_poll(http->multi, http->extra, n, timeout > INT_MAX ? INT_MAX : (int)timeout, NULL);
}

static void
http_wait(struct transport *transport, struct pollfd *fds, unsigned nfds, int64_t timeout)
{
	struct http *http = (struct http *)transport;
	int64_t until = clock_mono() + timeout, left;
	int ready;

	do {
		move_bytes(http);
		left = http->finished ? 0 : until - clock_mono();
		sleep_with(http, fds, nfds, left > 0 ? left : 0);
		ready = poll(fds, nfds, 0); /* libcurl does not hand on POLLHUP and POLLERR */
	} while (ready <= 0 && left > 0);
}

static struct answer *
http_next(struct transport *transport)
{
	struct http *http = (struct http *)transport;
	struct flight *f = http->finished;

	if (!f)
		return NULL;
	http->finished = f->next;
	if (!f->next)
		http->last = &http->finished;
	f->next = NULL;
	return &f->answer;
}

static void
http_done(struct transport *transport, struct answer *answer)
{
	flight_free((struct http *)transport,
		    (struct flight *)((char *)answer - offsetof(struct flight, answer)));
}

static void
drop_from(struct http *http, struct flight **list, const void *owner)
{
	while (*list) {
		struct flight *f = *list;

		if (f->answer.owner == owner) {
			*list = f->next;
			flight_free(http, f);
		} else {
			list = &f->next;
		}
	}
}

static void
http_drop(struct transport *transport, void *owner)
{
	struct http *http = (struct http *)transport;

	drop_from(http, &http->flying, owner);
	drop_from(http, &http->finished, owner);
	for (http->last = &http->finished; *http->last;)
		http->last = &(*http->last)->next;
}

static void
free_list(struct http *http, struct flight *f)
{
	while (f) {
		struct flight *next = f->next;

		flight_free(http, f);
		f = next;
	}
}

static void
http_free(struct transport *transport)
{
	struct http *http = (struct http *)transport;

	free_list(http, http->flying);
	free_list(http, http->finished);
	while (http->nidle > 0)
		curl_easy_cleanup(http->idle[--http->nidle]);
	if (http->multi)
		curl_multi_cleanup(http->multi);
	if (http->share)
		curl_share_cleanup(http->share);
	free(http->extra);
	free(http);
}

struct transport *
transport_http(struct err *err)
{
	const curl_version_info_data *version;
	struct http *http;

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		fail(err, "libcurl cannot start");
		return NULL;
	}
	version = curl_version_info(CURLVERSION_NOW);
	if (!version->capath) {
		fail(err, "this libcurl knows no directory of certificate authorities; use the libcurl4 of "
			  "Debian");
		return NULL;
	}
	http = must_zalloc(sizeof(*http));
	http->base = (struct transport){http_start, http_wait, http_next, http_done, http_drop, http_free};
	http->last = &http->finished;
	http->multi = curl_multi_init();
	http->share = curl_share_init();
	if (!http->multi || !http->share) {
		fail(err, "libcurl cannot start");
		http_free(&http->base);
		return NULL;
	}
	curl_multi_setopt(http->multi, CURLMOPT_MAXCONNECTS, (long)IDLE_LINES);
	curl_share_setopt(http->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
	return &http->base;
}
