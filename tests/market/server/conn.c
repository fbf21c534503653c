#include <errno.h>
#include <openssl/err.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "../clock.h"
#include "base/instant.h"
#include "conn.h"

struct conn *
conn_new(int fd, SSL_CTX *tls, struct market *m)
{
	struct conn *c = must_zalloc(sizeof *c);

	c->market = m;
	c->fd = fd;
	c->events = POLLIN;
	c->in = (struct buf)BUF_MAX(HEAD_MAX + 2 * BODY_MAX);
	c->out = (struct buf)BUF_MAX(REPLY_MAX + (1u << 20));
	request_init(&c->rq);
	reply_init(&c->rs);
	if (tls && (c->ssl = SSL_new(tls))) {
		SSL_set_fd(c->ssl, fd);
		SSL_set_accept_state(c->ssl);
	}
	return c;
}

static void
hang_up(struct conn *c)
{
	SSL_free(c->ssl);
	c->ssl = NULL;
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
	c->state = CLOSED;
}

void
conn_free(struct conn *c)
{
	hang_up(c);
	buf_free(&c->in);
	buf_free(&c->out);
	request_free(&c->rq);
	reply_free(&c->rs);
	free(c);
}

/* Bytes moved; 0 try again when poll says so; -1 the other side is gone. */
static ssize_t
outcome(struct conn *c, ssize_t n)
{
	int why;

	if (!c->ssl)
		return n > 0 ? n : n < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
	if (n > 0)
		return n;
	why = SSL_get_error(c->ssl, (int)n);
	ERR_clear_error();
	if (why == SSL_ERROR_WANT_READ)
		c->events = POLLIN;
	else if (why == SSL_ERROR_WANT_WRITE)
		c->events = POLLOUT;
	else
		return -1;
	return 0;
}

static ssize_t
receive(struct conn *c, void *bytes, size_t n)
{
	c->events = POLLIN;
	return outcome(c, c->ssl ? SSL_read(c->ssl, bytes, (int)n) : recv(c->fd, bytes, n, 0));
}

static ssize_t
transmit(struct conn *c, const void *bytes, size_t n)
{
	c->events = POLLOUT;
	return outcome(c, c->ssl ? SSL_write(c->ssl, bytes, (int)n) : send(c->fd, bytes, n, MSG_NOSIGNAL));
}

static const char *
reason(int status)
{
	static const struct {
		int status;
		const char *words;
	} reasons[] = {
		{200, "OK"},
		{201, "Created"},
		{204, "No Content"},
		{307, "Temporary Redirect"},
		{400, "Bad Request"},
		{401, "Unauthorized"},
		{403, "Forbidden"},
		{404, "Not Found"},
		{405, "Method Not Allowed"},
		{409, "Conflict"},
		{415, "Unsupported Media Type"},
		{429, "Too Many Requests"},
		{500, "Internal Server Error"},
		{503, "Service Unavailable"},
	};

	for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
		if (reasons[i].status == status)
			return reasons[i].words;
	return "Status";
}

static void
put_date(struct buf *out)
{
	time_t now = (time_t)(market_now() / SECOND);
	struct tm tm;
	char text[64];

	strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&now, &tm));
	buf_fmt(out, "Date: %s\r\n", text);
}

static void
write_answer(struct conn *c)
{
	const struct http_reply *rs = &c->rs;
	size_t body = rs->how.cut && rs->how.cut_at < rs->body.len ? rs->how.cut_at : rs->body.len;

	buf_fmt(&c->out, "HTTP/1.1 %d %s\r\n", rs->status, reason(rs->status));
	put_date(&c->out);
	if (rs->type)
		buf_fmt(&c->out, "Content-Type: %s\r\n", rs->type);
	buf_put(&c->out, buf_str(&rs->headers));
	if (!rs->how.undeclared && rs->status != 204)
		buf_fmt(&c->out, "Content-Length: %llu\r\n",
			(unsigned long long)(rs->body.len + rs->how.filler));
	c->close_after = c->rq.close || rs->how.undeclared || rs->how.cut;
	buf_fmt(&c->out, "Connection: %s\r\n\r\n", c->close_after ? "close" : "keep-alive");
	buf_add(&c->out, buf_str(&rs->body), body);
	c->filler = rs->how.cut ? 0 : rs->how.filler;
	c->state = WRITING;
	c->events = POLLOUT;
}

/* The request is handled: do with the connection what the reply says. */
static void
deliver(struct conn *c)
{
	struct linger at_once = {.l_onoff = 1};

	switch (c->rs.how.ending) {
	case END_ANSWER: write_answer(c); break;
	case END_HANG:
		c->state = HANGING;
		c->events = POLLRDHUP;
		break;
	case END_RESET:
		setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
		hang_up(c);
		break;
	case END_CLOSE:
		hang_up(c);
		if (c->rs.how.act_later) {
			c->state = ACTING;
			c->wake = market_real_ms() + c->rs.how.act_ms;
		}
		break;
	}
}

static void
wait_until(struct conn *c, int64_t wake)
{
	c->state = WAITING;
	c->events = POLLRDHUP;
	c->wake = wake;
}

static void
handle(struct conn *c, int verbose)
{
	struct market *m = c->market;

	reply_clear(&c->rs);
	if (is_control(&c->rq.msg))
		control_handle(m, &c->rq.msg, market_now(), &c->rs);
	else
		faults_handle(m->faults, m->ebay, &c->rq.msg, market_now(), &c->rs);
	if (verbose)
		fprintf(stderr, "market: %s %s%s: %d\n", c->rq.msg.method, c->rq.msg.host, c->rq.msg.target,
			c->rs.status);
	buf_clear(&c->out);
	c->sent = 0;
	c->continued = 0;
	if (c->rs.how.delay_ms > 0)
		wait_until(c, market_real_ms() + c->rs.how.delay_ms);
	else
		deliver(c);
}

static void
look_for_request(struct conn *c, int verbose)
{
	int r = request_read(&c->rq, buf_str(&c->in), c->in.len);

	if (r < 0) {
		hang_up(c);
	} else if (r > 0) {
		memmove(c->in.data, c->in.data + c->rq.used, c->in.len - c->rq.used);
		buf_cut(&c->in, c->in.len - c->rq.used);
		handle(c, verbose);
	} else if (c->rq.wants_continue && c->rq.msg.method && !c->continued) {
		c->continued = transmit(c, "HTTP/1.1 100 Continue\r\n\r\n", 25) == 25;
		c->events = POLLIN;
	}
}

static void
read_more(struct conn *c, int verbose)
{
	char bytes[32 << 10];
	ssize_t n;

	while (c->state == READING && (n = receive(c, bytes, sizeof bytes)) != 0) {
		if (n < 0 || buf_add(&c->in, bytes, (size_t)n)) {
			hang_up(c);
			return;
		}
		look_for_request(c, verbose);
	}
}

static void
write_more(struct conn *c)
{
	static char filler[64 << 10];
	ssize_t n;

	if (!filler[0])
		memset(filler, 'x', sizeof filler);
	while (c->sent < c->out.len || c->filler) {
		if (c->rs.how.drip) {
			if (transmit(c, c->out.data + c->sent++, 1) < 0)
				hang_up(c);
			else
				wait_until(c, market_real_ms() + 1000);
			return;
		}
		if (c->sent < c->out.len) {
			if ((n = transmit(c, c->out.data + c->sent, c->out.len - c->sent)) > 0)
				c->sent += (size_t)n;
		} else if ((n = transmit(c, filler,
					 c->filler < sizeof filler ? (size_t)c->filler : sizeof filler)) >
			   0) {
			c->filler -= (uint64_t)n;
		}
		if (n < 0)
			hang_up(c);
		if (n <= 0)
			return;
	}
	if (c->close_after) {
		if (c->ssl && !c->rs.how.cut)
			SSL_shutdown(c->ssl); /* a cut answer ends without a word */
		hang_up(c);
	} else {
		c->state = READING;
		c->events = POLLIN;
	}
}

void
conn_ready(struct conn *c, short revents, int verbose)
{
	if (!revents)
		return;
	if (c->state == READING)
		read_more(c, verbose);
	else if (c->state == HANGING || c->state == WAITING)
		hang_up(c); /* the client gave up */
	if (c->state == WRITING)
		write_more(c);
}

void
conn_tick(struct conn *c, int64_t real)
{
	if ((c->state != WAITING && c->state != ACTING) || real < c->wake)
		return;
	if (c->state == WAITING && c->sent) {
		c->state = WRITING; /* the next byte */
		c->events = POLLOUT;
	} else if (c->state == WAITING) {
		deliver(c);
	} else {
		reply_clear(&c->rs);
		ebay_handle(c->market->ebay, &c->rq.msg, market_now(), &c->rs);
		c->state = CLOSED;
	}
}
