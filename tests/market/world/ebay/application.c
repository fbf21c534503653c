/* application.c - what eBay keeps for a whole application: its call limits, its signing key, where notifications go. */
#include <string.h>

#include "base/json.h"
#include "call.h"

#define QUOTA_DAY  (24 * HOUR)
#define QUOTA_FROM (8 * HOUR) /* midnight US Pacific; taken as 08:00Z all year */

static const struct {
	const char *context, *api, *version, *resource;
	long limit; /* when the world names none */
} limits[] = {
	{"sell", "fulfillment", "v1", "sell.fulfillment", 100000},
	{"sell", "fulfillment", "v1", "sell.fulfillment.refund", 100000},
	{"sell", "post-order", "v2", "post-order.return", 5000},
	{"sell", "post-order", "v2", "post-order.cancellation", 5000},
	{"sell", "post-order", "v2", "post-order.inquiry", 5000},
	{"sell", "post-order", "v2", "post-order.casemanagement", 5000},
	{"sell", "analytics", "v1", "sell.analytics", 400},
	{"commerce", "message", "v1", "commerce.message", 5000},
	{"commerce", "feedback", "v1", "commerce.feedback", 5000},
	{"commerce", "identity", "v1", "commerce.identity", 5000},
	{"commerce", "notification", "v1", "commerce.notification", 10000},
};

static json_t *
limit_json(const struct call *c, const char *resource, long limit)
{
	int64_t day = (c->now - QUOTA_FROM) / QUOTA_DAY;
	long used = 0;

	for (size_t i = 0; i < c->e->n_quotas; i++) {
		const struct quota *q = &c->e->quotas[i];

		if (strcmp(q->resource, resource))
			continue;
		limit = q->limit;
		used = q->day == day ? q->used : 0;
	}
	return json_pack("{s:s,s:[{s:i,s:i,s:i,s:o,s:i}]}", "name", resource, "rates", "count", (int)used,
			 "limit", (int)limit, "remaining", (int)(limit - used), "reset",
			 time_json((day + 1) * QUOTA_DAY + QUOTA_FROM), "timeWindow",
			 (int)(QUOTA_DAY / SECOND));
}

void
rate_limits(struct call *c)
{
	json_t *all = json_array(), *last = NULL;

	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
		if (!fits_query(c, "api_context", limits[i].context) ||
		    !fits_query(c, "api_name", limits[i].api))
			continue;
		if (!last || strcmp(text_of(last, "apiName"), limits[i].api)) {
			last = json_pack("{s:s,s:s,s:s,s:[]}", "apiContext", limits[i].context, "apiName",
					 limits[i].api, "apiVersion", limits[i].version, "resources");
			json_array_append_new(all, last);
		}
		json_array_append_new(json_object_get(last, "resources"),
				      limit_json(c, limits[i].resource, limits[i].limit));
	}
	if (json_array_size(all))
		json_answer(c, 200, json_pack("{s:O}", "rateLimits", all));
	else
		c->rs->status = 204;
	json_decref(all);
}

/* The private key is shown once, when it is made. */
void
signing_keys(struct call *c)
{
	const struct ebay *e = c->e;
	int64_t ends = e->signing_ends ? e->signing_ends : c->now + 500 * DAY;
	json_t *keys = json_array();

	if (*e->signing_jwe)
		json_array_append_new(keys, json_pack("{s:s,s:s,s:I,s:I,s:s,s:s}", "signingKeyId",
						      "00000000-0000-4000-8000-00000000abcd",
						      "signingKeyCipher", "ED25519", "creationTime",
						      (json_int_t)((ends - 3 * 365 * DAY) / SECOND),
						      "expirationTime", (json_int_t)(ends / SECOND), "jwe",
						      e->signing_jwe, "publicKey", e->signing_key));
	json_answer(c, 200, json_pack("{s:o}", "signingKeys", keys));
}

/* What the world gave, as one page. */
static void
list(struct call *c, const char *name, const json_t *given)
{
	struct rows none = NO_ROWS;
	struct page p;

	if (page_read(c, 20, 100, 195004, 195005, &p))
		return;
	if (p.limit < 10) {
		rest_error(c, 195004);
		return;
	}
	p.total = json_array_size(given);
	p.by_token = 1;
	rows_answer(c, &none, "{s:o,p}", name, given ? json_deep_copy(given) : json_array(), &p);
}

void
destinations(struct call *c)
{
	list(c, "destinations", c->e->destinations);
}

void
subscriptions(struct call *c)
{
	list(c, "subscriptions", c->e->subscriptions);
}
