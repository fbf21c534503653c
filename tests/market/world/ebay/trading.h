/* trading.h - one Trading call while it is served, and what its answer is made of; private to world/ebay. */
#ifndef MARKET_EBAY_TRADING_H
#define MARKET_EBAY_TRADING_H

#include "base/arena.h"
#include "base/xml.h"
#include "call.h"

struct trading {
	struct call *c;
	struct arena *arena;
	const struct xml_node *root; /* NULL: not XML */
	const char *name;            /* of the call, "" when unknown */
	struct buf *out;
};

/* An answer is head, version, the call's own elements, tail; a refusal is made whole. */
void trading_head(struct trading *, const char *ack);
void trading_version(struct trading *);
void trading_tail(struct trading *);
void trading_refuse(struct trading *, const char *code, const char *words,
		    const char *more); /* more: XML that follows the build */
void put_element(struct buf *, const char *name, const char *text);
void trading_time(struct buf *, const char *name, int64_t ms);

const char *trading_field(const struct trading *, const char *name); /* of the request; "" when missing */
const char *trading_message_id(const struct trading *,
			       const struct message *); /* the one that replies name as their parent */

/* Every message that can be seen, conversation by conversation. */
void trading_each(struct trading *,
		  void (*)(struct trading *, const struct conversation *, const struct message *, void *),
		  void *with);

/* The calls. */
void trading_my_messages(struct trading *);
void trading_member_messages(struct trading *);
void trading_reply(struct trading *);

#endif
