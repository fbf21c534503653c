/* ebay.h - an eBay with memory: one seller, its buyers, orders, conversations, disputes and feedback.
 *
 * A pure state machine: requests and the time go in, replies come out, nothing else is touched, and the same
 * calls give the same bytes.  It serves OAuth, Identity, Fulfillment (orders, refunds, payment disputes), Message, Post-Order,
 * Feedback, Analytics, the keys of notifications and the message part of Trading as the vendor documents them, and refuses
 * what the vendor refuses.
 *
 * Everything else here is what no API offers: buyers who write, a seller who answers on the web site, and the
 * questions a test asks afterwards.  Times are ms UTC; in JSON they are ISO 8601 or relative to now: "-3d", "-2h30m".
 */
#ifndef MARKET_EBAY_H
#define MARKET_EBAY_H

#include <jansson.h>
#include <stdint.h>

#include "../http.h"
#include "base/err.h"

struct ebay;

struct ebay *ebay_new(uint64_t seed);
void ebay_free(struct ebay *);

void ebay_handle(struct ebay *, const struct http_msg *, int64_t now, struct http_reply *);

/* Adds what the document names (application, seller, listings, buyers, orders, messages, disputes, feedback, quota; see README.md); an
 * order whose id exists is changed instead: shipped, paid, cancelled, refunded.  0, or -1 with err: what came before the mistake stays. */
int ebay_world(struct ebay *, const json_t *world, int64_t now, struct err *);

/* So many orders and unanswered questions, spread over the days before now. */
void ebay_history(struct ebay *, int days, int messages, int orders, uint64_t seed, int64_t now);

/* One message as in the world's "messages": {buyer, item, text, images, from, at}.  Its id, or NULL with err. */
const char *ebay_message(struct ebay *, const json_t *message, int64_t now, struct err *);

/* The seller answers by hand on the web site: {conversation | buyer (+ item), text}.  The message's id, or NULL with err. */
const char *ebay_by_hand(struct ebay *, const json_t *answer, int64_t now, struct err *);

/* Disputes (README.md has the words): a buyer opens one, and any side acts without an API.  The id, or NULL with err. */
const char *ebay_dispute(struct ebay *, const json_t *dispute, int64_t now, struct err *);
const char *ebay_dispute_act(struct ebay *, const json_t *act, int64_t now, struct err *);

/* Feedback is left, revised, withdrawn by a buyer, or replied to on the web site. */
const char *ebay_feedback(struct ebay *, const json_t *feedback, int64_t now, struct err *);

/* What would be pushed: {topic, buyer | dispute | message, attempt}.  NULL with err.  The key is made and used by who sends it. */
json_t *ebay_notification(struct ebay *, const json_t *what, int64_t now, struct err *);
void ebay_push_key(struct ebay *, const char *kid, const char *pem);

const char *ebay_mint_code(
	struct ebay *,
	int64_t now); /* what the consent page would hand to the accept URL; lives 299 s, works once */
void ebay_revoke(struct ebay *); /* the seller takes the consent back: every token is dead */
void ebay_expire(struct ebay *); /* every access token is over its time now */
void ebay_hide_sent(struct ebay *,
		    int64_t ms); /* messages sent from now on appear in listings so much later; 0 ends it */

json_t *ebay_state(const struct ebay *, int64_t now); /* orders and conversations, for comparing ends */
json_t *ebay_sent(const struct ebay *); /* what reached buyers through an API, equal texts counted */
json_t *ebay_disputes(struct ebay *, int64_t now); /* every clock, what was done how often, what it cost */
json_t *ebay_refunds(struct ebay *, int64_t now);  /* each one that was paid */
json_t *ebay_feedback_report(const struct ebay *);
json_t *ebay_calls(const struct ebay *);  /* per operation, and which tokens were seen (hashed) */
json_t *ebay_tokens(const struct ebay *); /* every token in clear */

#endif
