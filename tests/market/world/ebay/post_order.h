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

/* Do from, to (creation), item, transaction, order of the query let it pass? */
int passes_search(struct call *, const struct dispute *, const char *from, const char *to);

int opened_in_range(struct call *, const char *name, int64_t at, int lower); /* one bound of the query */

json_t *money_movement_json(const struct entry *); /* of an inquiry's or a case's history */
json_t *claim_history_json(const struct dispute *, int64_t now);

#endif
