/* record.h - what every marketplace's orders, messages, disputes, feedback and refunds become.
 *
 * Strings are UTF-8 and borrowed: they need only live until the call that takes them returns.
 * NULL or "" = the platform did not say; the store then keeps what it knew.  Times are ms UTC, 0 = not said.
 * `remote` ids are the platform's own, as text.  The platform's raw status always goes along.
 *
 * What must be there: an order's `remote`; a shipment's `order`; a message's `remote`, `conversation` and
 * `direction`; a dispute's `remote` and `kind`; a feedback's `remote`; a refund's `order` and `remote`.  The same record may come again and again, whole or in parts; one that `changed` earlier than
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

/* ---- disputes: anything with an adversary and a clock ---- */

enum dispute_kind {
	DISPUTE_CANCELLATION, /* asked by the buyer, or made by us */
	DISPUTE_INQUIRY,      /* not received */
	DISPUTE_RETURN,
	DISPUTE_CASE,       /* the platform decides */
	DISPUTE_CLAIM,      /* as an A-to-z claim */
	DISPUTE_CHARGEBACK, /* the buyer's bank or payment service */
	DISPUTE_APPEAL,     /* against a decided case */
};

/* In whose hands it is, or how it ended (from DISPUTE_WON on). */
enum dispute_status {
	DISPUTE_AWAITING_SELLER,
	DISPUTE_AWAITING_BUYER,
	DISPUTE_UNDER_REVIEW,
	DISPUTE_WON,
	DISPUTE_LOST,
	DISPUTE_RESOLVED,
	DISPUTE_WITHDRAWN,
};
const char *dispute_kind_name(enum dispute_kind);     /* "return" */
const char *dispute_status_name(enum dispute_status); /* "awaiting_seller" */
int dispute_kind_value(const char *);
int dispute_status_value(const char *);

enum actor { ACTOR_BUYER, ACTOR_SELLER, ACTOR_PLATFORM };
const char *actor_name(enum actor); /* "buyer" */
int actor_value(const char *);

/* One line of its history. */
struct dispute_entry {
	const char *remote; /* unique inside the dispute; a fingerprint where the platform has no id */
	enum actor actor;
	const char *what;    /* the platform's words for it */
	const char *text;    /* what was written, NULL */
	struct money amount; /* what was moved, currency "" when nothing was */
	int64_t at;
};

/* A photo or paper of a dispute: where it can be had, or the bytes that came along. */
struct dispute_file {
	const char *remote; /* unique inside the dispute */
	const char *name, *type;
	enum actor actor;
	const char *url; /* NULL when `bytes` came */
	const void *bytes;
	size_t len;
};

/* Another dispute of the same account, by the platform's id. */
struct dispute_link {
	enum dispute_kind kind;
	const char *remote; /* NULL: none */
};

struct dispute {
	const char *remote;
	enum dispute_kind kind;
	enum dispute_status status;
	const char *raw; /* the platform's status words */
	const char *marketplace;
	const char *order; /* remote order id; else the daemon finds it by line, or by buyer and listing */
	const char *line;  /* remote id of the order line */
	const char *listing;
	struct buyer buyer;
	const char *reason;  /* the platform's word: ITEM_NOT_RECEIVED */
	const char *text;    /* what the buyer says */
	struct money amount; /* what is claimed */
	const char
		*due_action; /* the platform's word for what we must do; "" or NULL when it is not our turn */
	int64_t respond_by;  /* until when, by the platform */
	const char *
		options; /* what we may do now, our verbs between spaces ("accept decline offer"); NULL: not said, "": nothing */
	const char *revision; /* expected back by platforms that lock optimistically */
	const char *
		memo; /* what the connector wants to have again in outgoing.memo: kept as it is, at most 16 KiB */
	int64_t opened, changed, closed;
	struct dispute_link parent; /* what it grew out of */
	struct dispute_link next;   /* what it became */
	const struct dispute_entry
		*history; /* entries that are known already may be left out or come again */
	size_t nhistory;
	const struct dispute_file *files;
	size_t nfiles;
};

/* ---- feedback ---- */

enum rating { RATING_POSITIVE, RATING_NEUTRAL, RATING_NEGATIVE, RATING_WITHDRAWN };
const char *rating_name(enum rating); /* "negative" */
int rating_value(const char *);

struct feedback {
	const char *remote;
	enum direction direction; /* INCOMING: about us */
	enum rating rating;
	const char *marketplace, *order, *line, *listing, *title;
	struct buyer buyer;
	const char *text, *reply, *follow_up; /* reply: ours to theirs */
	int64_t given, changed;
	int revisable; /* the buyer may still change it */
	int automatic; /* by the platform: cannot be answered */
};

/* ---- money that went back, whoever sent it ---- */

enum refund_status { REFUND_PENDING, REFUND_DONE, REFUND_FAILED };
const char *refund_status_name(enum refund_status);
int refund_status_value(const char *);

struct refund {
	const char *order, *remote; /* remote: unique inside the order */
	struct money amount;
	enum refund_status status;
	int64_t at;
};

/* ---- how the platform grades the seller: the newest value of each name counts ---- */

struct metric {
	const char *name;  /* "DEFECTIVE_TRANSACTION_RATE" */
	const char *scope; /* program, site, category: "PROGRAM_DE CURRENT"; "" when there is but one */
	const char *value, *level, *limit; /* the platform's own words and numbers; NULL when not said */
	int64_t from, until;               /* the time it looks at */
};

#endif
