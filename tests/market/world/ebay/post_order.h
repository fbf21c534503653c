/* post_order.h - what the calls of the Post-Order API share; private to world/ebay. */
#ifndef MARKET_EBAY_POST_ORDER_H
#define MARKET_EBAY_POST_ORDER_H

#include "call.h"
#include "disputes.h"

struct dispute *wanted_dispute(struct call *, enum dispute_kind); /* the route's; NULL: answered with 404 */

/* The deed of the route's dispute: the dispute, or NULL: answered with the error. */
struct dispute *serve_deed(struct call *, enum dispute_kind, struct deed *);
void serve_comment(struct call *, enum dispute_kind, const char *verb,
		   const char *key); /* a deed of a text alone, answered with {} */

/* The entry of a list: what `make` makes of it. */
void put_dispute(struct call *, struct rows *, struct dispute *,
		 json_t *(*make)(const struct call *, const struct dispute *));

/* What the query looks for: when it was opened (fields of these names), and item, transaction, order. */
struct search {
	int64_t from, to;
	int narrow; /* one of those three is named */
};
void search_read(struct call *, struct search *, const char *from, const char *to);
int search_finds(struct call *, const struct search *, const struct dispute *);

json_t *money_movement_json(const struct entry *); /* of an inquiry's or a case's history */
json_t *claim_history_json(const struct dispute *, int64_t now);

#endif
