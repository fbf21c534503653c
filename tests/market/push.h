/* push.h - sends notifications as eBay does: JSON, signed with ECDSA P-256 over SHA-1 by a key that is made at start.
 *
 * Each is posted by a thread of its own, because who receives it asks the market for the key before it answers.
 */
#ifndef MARKET_PUSH_H
#define MARKET_PUSH_H

#include "world/ebay/ebay.h"

struct pushes;

struct pushes *pushes_new(struct ebay *); /* makes the key and tells the world its public half */
void pushes_free(struct pushes *);        /* waits for those under way */

/* {to: "http://127.0.0.1:PORT/path", topic, …; forged: true signs other bytes}.  0, or -1 with err. */
int push_send(struct pushes *, struct ebay *, const json_t *what, int64_t now, struct err *);
json_t *pushes_report(
	struct pushes *); /* [{topic, body, signature, status}]; status 0: still under way, -1: no answer */

#endif
