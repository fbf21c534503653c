#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "http.h"

void
reply_init(struct http_reply *rs)
{
	*rs = (struct http_reply){.status = 200, .headers = BUF_MAX(64 << 10), .body = BUF_MAX(REPLY_MAX)};
}

void
reply_clear(struct http_reply *rs)
{
	buf_clear(&rs->headers);
	buf_clear(&rs->body);
	rs->status = 200;
	rs->type = NULL;
	rs->how = (struct delivery){0};
}

void
reply_free(struct http_reply *rs)
{
	buf_free(&rs->headers);
	buf_free(&rs->body);
}

const char *
http_header(const struct http_msg *rq, const char *name)
{
	for (size_t i = 0; i < rq->n_headers; i++)
		if (!strcasecmp(rq->headers[i].name, name))
			return rq->headers[i].value;
	return NULL;
}

static int
hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : isxdigit((unsigned char)c) ? (c | 32) - 'a' + 10 : -1;
}

static void
decode(struct buf *out, const char *s, size_t n, int plus_is_space)
{
	buf_clear(out);
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '%' && i + 2 < n && hex_digit(s[i + 1]) >= 0 && hex_digit(s[i + 2]) >= 0) {
			buf_char(out, (char)(hex_digit(s[i + 1]) << 4 | hex_digit(s[i + 2])));
			i += 2;
		} else {
			buf_char(out, plus_is_space && s[i] == '+' ? ' ' : s[i]);
		}
	}
}

int
form_get(const char *form, const char *name, struct buf *value)
{
	size_t n = strlen(name);

	for (const char *p = form; p && *p; p = strchr(p, '&') ? strchr(p, '&') + 1 : NULL) {
		if (strncmp(p, name, n) || p[n] != '=')
			continue;
		p += n + 1;
		decode(value, p, strcspn(p, "&"), 1);
		return 1;
	}
	buf_clear(value);
	return 0;
}

int
query_get(const struct http_msg *rq, const char *name, struct buf *value)
{
	const char *query = strchr(rq->target, '?');

	return form_get(query ? query + 1 : "", name, value);
}

void
path_get(const struct http_msg *rq, struct buf *path)
{
	decode(path, rq->target, strcspn(rq->target, "?"), 0);
}
