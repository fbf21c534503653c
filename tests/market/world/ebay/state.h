/* state.h - what the eBay remembers; private to world/ebay. */
#ifndef MARKET_EBAY_STATE_H
#define MARKET_EBAY_STATE_H

#include <stdlib.h>

#include "base/instant.h"
#include "base/money.h"
#include "ebay.h"

/* The JSON text of an entry of a list, kept as long as it would be made the same again; call.h says how. */
struct row {
	char *text; /* NULL: not made yet */
	size_t len;
	long edition;        /* of what it shows */
	int64_t from, until; /* the times it holds for */
	unsigned uses;
};

struct listing {
	char *item, *title, *sku, *marketplace;
	struct money price, postage;
};

struct buyer {
	char *username, *name, *street, *city, *state, *postal, *country, *email, *phone;
};

struct line {
	struct listing *listing;
	char id[24];
	int quantity;
	int shipment; /* 1-based place in the order's shipments, 0 while it lies here */
};

struct shipment {
	char id[40];
	char *carrier, *tracking; /* may be NULL: sent as a letter */
	int64_t at, visible;
};

struct refund {
	char id[24];
	struct money amount;
	int64_t at, visible, settled; /* pending until settled */
	const char *via;              /* order, return, inquiry, case, cancellation, site */
	char *reason, *comment;
};

struct order {
	char id[24];
	struct buyer *buyer;
	char *marketplace;
	char *note; /* buyerCheckoutNotes, may be NULL */
	char *payment;
	int64_t created, modified, ship_by;
	struct line *lines;
	size_t n_lines;
	struct shipment *shipments;
	size_t n_shipments;
	struct refund *refunds;
	size_t n_refunds;
	char *cancel_state, *cancel_reason; /* reason NULL: nobody asked */
	int64_t cancel_at;
	long edition; /* counts the changes of it, of its disputes and of its feedback */
	struct row row;
};

enum sender { FROM_BUYER, FROM_SELLER, FROM_EBAY };
enum via { VIA_SITE, VIA_REST, VIA_TRADING };

struct media {
	char *name, *type, *url;
};

struct message {
	int64_t serial; /* every id of it is made from this */
	char id[24];    /* the Message API's */
	enum sender from;
	enum via via;
	int64_t created, visible; /* visible later than created: the listings lag */
	char *text, *subject;
	int read; /* by its recipient */
	struct media *media;
	size_t n_media;
	struct row row;
};

struct conversation {
	char id[24];
	struct buyer *buyer;     /* NULL: from eBay itself */
	struct listing *listing; /* NULL: about nothing */
	char *title;
	const char *status; /* ACTIVE, ARCHIVE, DELETE */
	int64_t created;
	struct message **messages; /* by time of creation */
	size_t n_messages;
	long edition; /* counts the changes of it and of its messages */
	struct row row;
};

enum rating { POSITIVE, NEUTRAL, NEGATIVE };

struct feedback {
	char id[24];
	struct order *order;
	struct line *line;
	int left; /* ours about the buyer; else the buyer's about us */
	enum rating rating;
	char *text, *reply, *follow_up;
	int64_t at, changed, reply_visible;
	int revised, automated, withdrawn, replies; /* replies through the API */
	struct row row;
};

struct token {
	char *value;
	int64_t ends;
	char *scopes;
	int application; /* client_credentials: no seller behind it */
	int refreshable; /* a refresh token, not an access token */
	long seen;       /* requests with it */
};

struct count {
	char *name;
	long n;
};

struct quota {
	char *resource;
	long limit, used;
	int64_t day;
};

struct ebay {
	uint64_t seed;
	int64_t serial;
	char *client_id, *client_secret, *ru_name;
	char *username, *marketplace, *scopes;
	int64_t hide_sent;
	int64_t quiet_until;             /* time alone changes no dispute before */
	int64_t refunds_take;            /* ms until a refund is no longer pending */
	int rotates;                     /* a refresh brings a new refresh token and ends the old one */
	int signatures;                  /* the seller lives where money moves only by signed requests */
	char *signing_key, *signing_jwe; /* SubjectPublicKeyInfo in base64 */
	int64_t signing_ends;            /* of the signing key; 0: in some time */
	char *push_kid, *push_key;       /* PEM on one line; what notifications are signed with */
	json_t *standards, *metrics, *destinations, *subscriptions; /* as the world gave them, or NULL */

	struct listing **listings;
	struct buyer **buyers;
	struct order **orders; /* by time of creation */
	struct conversation **conversations;
	struct dispute **disputes; /* by time of opening */
	struct feedback **feedback;
	struct token *tokens;
	struct token *codes;
	char **invocations;              /* InvocationIDs that were executed */
	struct count *operations, *seen; /* seen: tokens that we never gave */
	struct quota *quotas;
	size_t n_listings, n_buyers, n_orders, n_conversations, n_disputes, n_feedback, n_tokens, n_codes,
		n_invocations, n_operations, n_seen, n_quotas;
};

/* A new zeroed element at the end: struct line *l = GROW(order->lines, order->n_lines); */
#define GROW(array, n) (*(void **)&(array) = grow((array), (n), sizeof *(array)), &(array)[(n)++])
void *grow(void *array, size_t n, size_t size);

uint64_t mix(uint64_t *state);        /* splitmix64: repeatable noise */
void set_text(char **, const char *); /* replaces an owned string; NULL in, NULL out */
void row_free(struct row *);          /* as before it was made */

struct listing *find_listing(const struct ebay *, const char *item);
struct buyer *find_buyer(const struct ebay *, const char *username);
struct order *find_order(const struct ebay *, const char *id);
struct conversation *find_conversation(const struct ebay *, const char *id);
struct conversation *find_conversation_about(const struct ebay *, const struct buyer *,
					     const struct listing *);

struct order *add_order(struct ebay *, const char *id, struct buyer *, const char *marketplace,
			int64_t at); /* id NULL: a new one */
struct line *add_line(struct ebay *, struct order *, struct listing *, int quantity);
struct shipment *add_shipment(struct ebay *, struct order *, int64_t at);
const char *order_fulfilment(const struct order *); /* NOT_STARTED, IN_PROGRESS, FULFILLED */
void order_total(const struct order *, struct money *items, struct money *postage, struct money *total);

/* Money goes back to the buyer.  Nothing is looked at: who calls has done so. */
struct refund *pay_back(struct ebay *, struct order *, const struct money *, const char *via, int64_t now);
struct money order_remains(const struct order *); /* what has not been paid back */
int is_paid(const struct order *);

/* The conversation is found or opened; the text is copied. */
struct message *add_message(struct ebay *, struct conversation *, enum sender, enum via, const char *text,
			    int64_t at);
struct conversation *open_conversation(struct ebay *, struct buyer *, struct listing *, int64_t at);
struct media *add_media(struct message *, const char *name, const char *type, const char *url);
const struct message *latest_visible(const struct conversation *,
				     int64_t now); /* NULL: none can be seen yet */
int find_media(const struct ebay *, const char *url);

int relative_time(const char *, int64_t now, int64_t *ms); /* "now", "-3d", "+2h30m", ISO 8601.  0 or -1 */

/* Tokens. */
const char *mint_token(struct ebay *, const char *scopes, int64_t ends, int refreshable, int application);
enum token_state {
	TOKEN_NONE,
	TOKEN_UNKNOWN,
	TOKEN_EXPIRED,
	TOKEN_GOOD
} check_token(struct ebay *, const char *value, int64_t now, const struct token **);
void token_name(const char *token, char name[17]); /* what it is called in reports: a hash */
int has_scope(const char *scopes, const char *scope);
void count_call(struct ebay *, const char *operation);
void count_in(struct count **list, size_t *n, const char *name);
void counts_free(struct count *, size_t);
int over_quota(struct ebay *, const char *resource, int64_t now); /* counts the call too */

#endif
