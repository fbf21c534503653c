/* handle.c - which host, which operation, who asks, how often: then the operation. */
#include <string.h>

#include "../images.h"
#include "call.h"

#define API  "api.ebay.com"
#define APIZ "apiz.ebay.com"
#define IMG  "i.ebayimg.com"

#define SCOPE "https://api.ebay.com/oauth/api_scope/"

static const struct route {
	const char *host, *method, *path; /* {} stands for one segment */
	const char *name;                 /* in the counts */
	const char *resource;             /* whose quota it uses */
	const char *scopes[2];            /* one of them is needed; none: no bearer token is looked at */
	void (*serve)(struct call *);
} routes[] = {
	{API, "POST", "/identity/v1/oauth2/token", "token", "oauth", {0}, oauth_token},
	{APIZ,
	 "GET",
	 "/commerce/identity/v1/user/",
	 "getUser",
	 "commerce.identity",
	 {SCOPE "commerce.identity.readonly"},
	 identity_user},
	{API,
	 "GET",
	 "/sell/fulfillment/v1/order",
	 "getOrders",
	 "sell.fulfillment",
	 {SCOPE "sell.fulfillment", SCOPE "sell.fulfillment.readonly"},
	 orders_list},
	{API,
	 "GET",
	 "/sell/fulfillment/v1/order/{}",
	 "getOrder",
	 "sell.fulfillment",
	 {SCOPE "sell.fulfillment", SCOPE "sell.fulfillment.readonly"},
	 orders_get},
	{API,
	 "GET",
	 "/sell/fulfillment/v1/order/{}/shipping_fulfillment",
	 "getShippingFulfillments",
	 "sell.fulfillment",
	 {SCOPE "sell.fulfillment", SCOPE "sell.fulfillment.readonly"},
	 orders_shipments},
	{API,
	 "GET",
	 "/commerce/message/v1/conversation",
	 "getConversations",
	 "commerce.message",
	 {SCOPE "commerce.message"},
	 messages_list},
	{API,
	 "GET",
	 "/commerce/message/v1/conversation/{}",
	 "getConversation",
	 "commerce.message",
	 {SCOPE "commerce.message"},
	 messages_get},
	{API,
	 "POST",
	 "/commerce/message/v1/send_message",
	 "sendMessage",
	 "commerce.message",
	 {SCOPE "commerce.message"},
	 messages_send},
	{API,
	 "POST",
	 "/commerce/message/v1/update_conversation",
	 "updateConversation",
	 "commerce.message",
	 {SCOPE "commerce.message"},
	 messages_update},
	{API,
	 "POST",
	 "/commerce/message/v1/bulk_update_conversation",
	 "bulkUpdateConversation",
	 "commerce.message",
	 {SCOPE "commerce.message"},
	 messages_update_many},
	{API,
	 "POST",
	 "/ws/api.dll",
	 NULL,
	 NULL,
	 {0},
	 trading_call}, /* counts and checks for itself, by call name */
	{IMG, "GET", "/images/g/{}", "image", "images", {0}, image_get},
};

/* Does the path fit?  What stands for {} is put into arg. */
static int
fits(const char *pattern, const char *path, struct buf *arg)
{
	const char *hole = strstr(pattern, "{}");
	size_t before, segment;

	if (!hole)
		return !strcmp(pattern, path);
	before = (size_t)(hole - pattern);
	if (strncmp(pattern, path, before))
		return 0;
	segment = strcspn(path + before, "/");
	buf_set(arg, path + before, segment);
	return segment > 0 && !strcmp(path + before + segment, hole + 2);
}

static int
allowed(struct call *c, const struct route *r)
{
	const char *header = http_header(c->rq, "Authorization");
	const char *value = header && !strncmp(header, "Bearer ", 7) ? header + 7 : NULL;

	switch (check_token(c->e, value, c->now, &c->token)) {
	case TOKEN_NONE: rest_error(c, 1002); return 0;
	case TOKEN_UNKNOWN:
	case TOKEN_EXPIRED: rest_error(c, 1001); return 0;
	case TOKEN_GOOD: break;
	}
	if (c->token->application || (!has_scope(c->token->scopes, r->scopes[0]) &&
				      !(r->scopes[1] && has_scope(c->token->scopes, r->scopes[1])))) {
		rest_error(c, 1100);
		return 0;
	}
	return 1;
}

static void
serve(struct call *c, const struct route *r)
{
	if (r->name)
		count_call(c->e, r->name);
	if (r->resource && over_quota(c->e, r->resource, c->now)) {
		rest_error(c, 2001);
		return;
	}
	if (!r->scopes[0] || allowed(c, r))
		r->serve(c);
}

void
ebay_handle(struct ebay *e, const struct http_msg *rq, int64_t now, struct http_reply *rs)
{
	struct call c = {.e = e, .rq = rq, .now = now, .rs = rs};
	struct buf path = BUF_MAX(16 << 10), arg = BUF_MAX(16 << 10);
	const struct route *r = routes, *end = routes + sizeof routes / sizeof *routes;
	int method_wrong = 0;

	path_get(rq, &path);
	for (; r < end; r++) {
		if (strcmp(r->host, rq->host) || !fits(r->path, buf_str(&path), &arg))
			continue;
		if (!strcmp(r->method, rq->method))
			break;
		method_wrong = 1;
	}
	if (strpbrk(rq->target, "[]{}|\"<>\\^`")) {
		/* RFC 3986 wants them encoded; the web server in front says so without asking an API */
		rs->status = 400;
		rs->type = "text/html";
		buf_put(&rs->body, "<html><body><h1>Bad Request</h1></body></html>\n");
	} else if (r < end) {
		c.arg = buf_str(&arg);
		serve(&c, r);
	} else if (method_wrong) {
		rs->status = 405;
	} else {
		count_call(e, "unknown");
		rest_error(&c, 2002);
	}
	buf_free(&path);
	buf_free(&arg);
}

void
image_get(struct call *c)
{
	struct buf url = BUF_MAX(16 << 10);

	buf_fmt(&url, "https://%s%s", c->rq->host, c->rq->target);
	if (!find_media(c->e, buf_str(&url)))
		rest_error(c, 2002);
	else
		c->rs->type = image_make(&c->rs->body, buf_str(&url));
	buf_free(&url);
}
