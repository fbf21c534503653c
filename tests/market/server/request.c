#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "request.h"

void
request_init(struct request *r)
{
	*r = (struct request){.head = BUF_MAX(HEAD_MAX), .body = BUF_MAX(BODY_MAX)};
}

void
request_free(struct request *r)
{
	buf_free(&r->head);
	buf_free(&r->body);
}

/* Cuts the head into its strings, in place. */
static int
read_head(struct request *r)
{
	char *line = r->head.data, *end, *space, *colon;

	r->msg = (struct http_msg){.headers = r->headers, .method = line, .host = r->host};
	end = strstr(line, "\r\n");
	*end = '\0';
	if (!(space = strchr(line, ' ')))
		return -1;
	*space = '\0';
	r->msg.target = space + 1;
	if (!(space = strchr(space + 1, ' ')) || strncmp(space + 1, "HTTP/1.", 7))
		return -1;
	*space = '\0';
	r->close = !strcmp(space + 1, "HTTP/1.0");

	while (*(line = end + 2)) {
		if (!(end = strstr(line, "\r\n")))
			return -1;
		*end = '\0';
		if (!*line)
			break;
		if (!(colon = strchr(line, ':')) || r->msg.n_headers == HEADERS_MAX)
			return -1;
		*colon++ = '\0';
		r->headers[r->msg.n_headers].name = line;
		r->headers[r->msg.n_headers++].value = colon + strspn(colon, " \t");
	}
	return 0;
}

static void
read_host(struct request *r)
{
	const char *host = http_header(&r->msg, "Host");

	snprintf(r->host, sizeof r->host, "%.*s", (int)(host ? strcspn(host, ":") : 0), host ? host : "");
	for (char *c = r->host; *c; c++)
		*c = (char)tolower((unsigned char)*c);
}

/* Bytes used, 0 when more are needed, -1. */
static long
read_chunks(struct request *r, const char *s, size_t len)
{
	const char *at = s, *end = s + len;

	buf_clear(&r->body);
	for (;;) {
		const char *line = memchr(at, '\n', (size_t)(end - at));
		unsigned long n;

		if (!line)
			return 0;
		n = strtoul(at, NULL, 16);
		if (!isxdigit((unsigned char)*at) || n > BODY_MAX)
			return -1;
		at = line + 1;
		if ((size_t)(end - at) < n + 2)
			return 0;
		if (n == 0)
			return at + 2 - s; /* trailers are not expected */
		if (buf_add(&r->body, at, n))
			return -1;
		at += n + 2;
	}
}

static long
read_body(struct request *r, const char *s, size_t len)
{
	const char *coding = http_header(&r->msg, "Transfer-Encoding"),
		   *length = http_header(&r->msg, "Content-Length");
	unsigned long n = length ? strtoul(length, NULL, 10) : 0;

	if (coding)
		return strcasecmp(coding, "chunked") ? -1 : read_chunks(r, s, len);
	if (n > BODY_MAX)
		return -1;
	if (len < n)
		return 0;
	buf_set(&r->body, s, n);
	return (long)n;
}

int
request_read(struct request *r, const char *bytes, size_t len)
{
	const char *end = memmem(bytes, len, "\r\n\r\n", 4), *connection, *expect, *coding;
	size_t head = end ? (size_t)(end - bytes) + 4 : 0;
	long body;

	if (!end)
		return len > HEAD_MAX ? -1 : 0;
	if (memchr(bytes, '\0', head) || buf_set(&r->head, bytes, head) || read_head(r))
		return -1;
	read_host(r);
	connection = http_header(&r->msg, "Connection");
	r->close |= connection && !strcasecmp(connection, "close");
	expect = http_header(&r->msg, "Expect");
	r->wants_continue = expect && !strcasecmp(expect, "100-continue");
	coding = http_header(&r->msg, "Transfer-Encoding");
	body = read_body(r, bytes + head, len - head);
	if (body < 0)
		return -1;
	if (body == 0 && (coding || (http_header(&r->msg, "Content-Length") &&
				     strtoul(http_header(&r->msg, "Content-Length"), NULL, 10))))
		return 0;
	r->msg.body = buf_str(&r->body);
	r->msg.len = r->body.len;
	r->used = head + (size_t)body;
	return 1;
}
