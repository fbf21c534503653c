/* network.h - requests on their way to the marketplaces, and all that happens to them there and on the way back. */
#ifndef SIM_NETWORK_H
#define SIM_NETWORK_H

#include "world.h"

struct network;

/* `handled` hears of every request that a marketplace carried out, right after it did. */
struct network *network_new(struct world *,
			    void (*handled)(void *, int seller, const struct http_msg *,
					    const struct http_reply *),
			    void *ctx);
void network_free(struct network *);

void network_request(struct network *); /* the rest of a REQUEST of the daemon */
void network_drop(struct network *, int64_t owner);
/* The daemon is gone: what is under way may still arrive, but nobody hears the answer. */
void network_orphan(struct network *);

int64_t network_next(
	const struct network *); /* when something happens next; INT64_MAX: nothing is under way */
/* Lets happen what is due now; answers are written for the daemon.  How many. */
int network_act(struct network *);

#endif
