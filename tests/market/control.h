/* control.h - what tests say to the market and ask it: everything under /_market/. */
#ifndef MARKET_CONTROL_H
#define MARKET_CONTROL_H

#include "faults/faults.h"
#include "push.h"

struct market {
	int listener, port;
	struct ebay *ebay;
	struct faults *faults;
	struct pushes *pushes;
	int quit;
};

int is_control(const struct http_msg *);
void control_handle(struct market *, const struct http_msg *, int64_t now, struct http_reply *);

#endif
