#include <errno.h>
#include <string.h>

#include "base/json.h"
#include "call.h"
#include "disputes.h"

/* A whole number in the query: 1 and *value, 0 when absent, -1 when it is anything else. */
static int
number(struct call *c, const char *name, long *value)
{
	struct buf text = BUF_MAX(64);
	char *end;
	int r = query_get(c->rq, name, &text);

	if (r) {
		errno = 0;
		*value = strtol(buf_str(&text), &end, 10);
		if (!text.len || *end || errno)
			r = -1;
	}
	buf_free(&text);
	return r;
}

int
page_from_zero(struct call *c, long default_limit, long max_limit, struct page *p)
{
	*p = (struct page){.limit = default_limit};
	if (number(c, "limit", &p->limit) < 0 || p->limit < 1 || p->limit > max_limit ||
	    number(c, "offset", &p->offset) < 0 || p->offset < 0) {
		post_order_error(c, BAD_INPUT);
		return -1;
	}
	return 0;
}

int
on_page(struct page *p)
{
	size_t at = p->total++;

	return at >= (size_t)p->offset && at < (size_t)(p->offset + p->limit);
}

json_t *
post_order_page_json(const struct page *p)
{
	return json_pack("{s:i,s:i,s:i,s:i}", "offset", (int)p->offset, "limit", (int)p->limit, "totalPages",
			 (int)((p->total + (size_t)p->limit - 1) / (size_t)p->limit), "totalEntries",
			 (int)p->total);
}

int
page_read(struct call *c, long default_limit, long max_limit, int bad_limit, int bad_offset, struct page *p)
{
	*p = (struct page){.limit = default_limit};
	if (number(c, "limit", &p->limit) < 0 || p->limit < 1 || p->limit > max_limit) {
		rest_error(c, bad_limit);
		return -1;
	}
	if (number(c, "offset", &p->offset) < 0 || p->offset < 0) {
		rest_error(c, bad_offset);
		return -1;
	}
	return 0;
}

/* The address of the same listing at another offset: the caller's own query, limit and offset renewed. */
static void
put_address(struct call *c, struct buf *out, const char *name, long limit, long offset)
{
	struct buf url = BUF_MAX(16 << 10);
	const char *query = strchr(c->rq->target, '?');

	buf_fmt(&url, "https://%s%.*s?", c->rq->host, (int)strcspn(c->rq->target, "?"), c->rq->target);
	for (const char *p = query ? query + 1 : ""; *p;) {
		size_t n = strcspn(p, "&");

		if (n && strncmp(p, "limit=", 6) && strncmp(p, "offset=", 7)) {
			buf_add(&url, p, n);
			buf_char(&url, '&');
		}
		p += n + (p[n] == '&');
	}
	buf_fmt(&url, "limit=%ld&offset=%ld", limit, offset);
	buf_fmt(out, "\"%s\":", name);
	json_quote(out, buf_str(&url));
	buf_free(&url);
}

void
page_write(struct call *c, struct buf *out, const struct page *p)
{
	put_address(c, out, "href", p->limit, p->offset);
	buf_fmt(out, ",\"total\":%zu,\"limit\":%ld", p->total, p->limit);
	if (!p->by_token)
		buf_fmt(out, ",\"offset\":%ld", p->offset);
	if ((size_t)(p->offset + p->limit) < p->total) {
		buf_char(out, ',');
		put_address(c, out, "next", p->limit, p->offset + p->limit);
	}
	if (p->offset > 0) {
		buf_char(out, ',');
		put_address(c, out, "prev", p->limit, p->offset > p->limit ? p->offset - p->limit : 0);
	}
}
