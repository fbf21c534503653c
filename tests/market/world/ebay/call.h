/* call.h - one REST or Trading call while it is served; private to world/ebay. */
#ifndef MARKET_EBAY_CALL_H
#define MARKET_EBAY_CALL_H

#include "state.h"

struct call {
	struct ebay *e;
	const struct http_msg *rq;
	int64_t now;
	struct http_reply *rs;
	const char *arg; /* what stands for {} in the route, decoded */
	const struct token *token;
};

/* errors.c: the layouts of section 8 of the dossier */
void rest_error(struct call *, int error_id);
void oauth_error(struct call *, int status, const char *error, const char *description);
void json_answer(struct call *, int status, json_t *stolen);

/* paging.c: limit and offset, and the addresses of the pages around */
struct page {
	long limit, offset;
	size_t total;
};
int page_read(struct call *, long default_limit, long max_limit, int bad_limit, int bad_offset,
	      struct page *); /* 0, or -1: answered with the error */
void page_write(struct call *, json_t *answer, const struct page *);

json_t *time_json(int64_t ms);

/* The operations. */
void oauth_token(struct call *);
void identity_user(struct call *);
void orders_list(struct call *);
void orders_get(struct call *);
void orders_shipments(struct call *);
void messages_list(struct call *);
void messages_get(struct call *);
void messages_send(struct call *);
void messages_update(struct call *);
void messages_update_many(struct call *);
void trading_call(struct call *);
void image_get(struct call *);

#endif
