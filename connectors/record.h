/* record.h - what every marketplace's orders and messages become.
 *
 * Strings are UTF-8 and borrowed: they need only live until the call that takes them returns.
 * NULL or "" = the platform did not say; the store then keeps what it knew.  Times are ms UTC, 0 = not said.
 * `remote` ids are the platform's own, as text.  The platform's raw status always goes along.
 *
 * What must be there: an order's `remote`; a shipment's `order`; a message's `remote`, `conversation` and
 * `direction`.  The same record may come again and again, whole or in parts; one that `changed` earlier than
 * what is known replaces nothing.  A deadline for the answer to a message has no place here yet: the platform's
 * policy.conf computes it.
 */
#ifndef RECORD_H
#define RECORD_H

#include <stddef.h>
#include <stdint.h>

#include "base/money.h"

/* An order has three facts, not one status. */
enum payment { PAYMENT_UNKNOWN, PAYMENT_UNPAID, PAYMENT_PAID, PAYMENT_PARTIALLY_REFUNDED, PAYMENT_REFUNDED };
enum fulfilment {
	FULFILMENT_UNKNOWN,
	FULFILMENT_OPEN,
	FULFILMENT_PARTIAL,
	FULFILMENT_SHIPPED,
	FULFILMENT_DELIVERED
};
enum cancellation { CANCELLATION_NONE, CANCELLATION_REQUESTED, CANCELLATION_DONE };

/* The words that stand for them in the store, in rules and in JSON ("paid", "shipped", …), and back (-1: no such word). */
const char *payment_name(enum payment);
const char *fulfilment_name(enum fulfilment);
const char *cancellation_name(enum cancellation);
int payment_value(const char *);
int fulfilment_value(const char *);
int cancellation_value(const char *);

struct buyer {
	const char *remote;  /* user name or opaque id: the key inside the account */
	const char *name;    /* as a person would be greeted; NULL when unknown or withheld */
	const char *locale;  /* BCP 47, when the platform states a preference */
	const char *country; /* ISO 3166, two letters */
};

struct order_item {
	const char *remote;  /* order line */
	const char *listing; /* what conversations refer to */
	const char *sku, *title;
	int64_t quantity;
	struct money price; /* of the line */
};

struct order {
	const char *remote;
	const char *marketplace; /* site of the sale, e.g. EBAY_DE; NULL where a platform has but one */
	const char *status;      /* the platform's raw words */
	enum payment payment;
	enum fulfilment fulfilment;
	enum cancellation cancellation;
	struct buyer buyer;
	struct money total;
	int64_t created, changed;
	int64_t ship_by;          /* the platform's own deadline for shipping */
	int64_t eta_from, eta_to; /* estimated delivery */
	const char *buyer_note;
	const struct order_item *items;
	size_t nitems;
};

/* How an order left: often found by a second request. */
struct shipment {
	const char *order;  /* remote id */
	const char *remote; /* the platform's id of the shipment */
	const char *carrier, *tracking;
	int64_t shipped;
};

enum direction { INCOMING, OUTGOING };

struct attachment {
	const char *name, *type; /* as stated; the daemon sniffs for itself */
	const char *url;         /* followed only to hosts that the connector declares, without our token */
};

struct message {
	const char *remote;
	const char *conversation; /* remote id */
	const char *marketplace;
	enum direction direction;
	struct buyer buyer; /* the other party, in both directions */
	const char *subject;
	const char *text;    /* plain text */
	const char *listing; /* what it is about, NULL when it is not said */
	const char *order;   /* remote order id, NULL when the platform does not say */
	int64_t sent;        /* the platform's time; 0: now */
	int automatic;       /* from the platform itself or an auto-responder: never answered */
	const struct attachment *attachments;
	size_t nattachments;
};

#endif
