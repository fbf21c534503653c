/* world.h - what the simulated parts share: the sellers' marketplaces, what is counted, and the trace. */
#ifndef SIM_WORLD_H
#define SIM_WORLD_H

#include <stdio.h>

#include "base/instant.h"
#include "faults/faults.h"
#include "luck.h"
#include "world/ebay/ebay.h"

#define SELLERS    3
#define FIRST_PORT 9001 /* of the first seller's endpoint; only a name here */

/* What a seed went through; each is told at the end, so that nobody has to believe that something was tried. */
/* clang-format off */
#define COUNTS(X) \
	X(exchanges) X(turns) X(lives) X(kills) X(kills_at_steps) X(stops) X(clock_jumps) X(backups) X(restores) X(stale_copies) \
	X(outages) X(refused_429) X(failed_5xx) X(lost_requests) X(lost_answers) X(late_acts) X(late_visible) X(slow) X(cut) X(hung) \
	X(expired_tokens) X(pages_twice) X(pages_backwards) X(pages_short) X(pages_stuck) X(messages) X(messages_late) X(orders) \
	X(disputes) X(feedback) X(hand_answers) X(hand_answers_at_the_moment) X(hand_decisions) X(revocations) X(logins) \
	X(approved) X(edited) X(dropped) X(undone) X(resolved) X(resumed) X(by_hand_sends) X(by_hand_refunds) X(asked_again) \
	X(sent) X(in_doubt) X(in_doubt_arrived) X(in_doubt_absent) X(held) X(crossed) \
	X(refunds_by_rules) X(beyond_limits) X(contests) \
	X(approved_at_the_moment) X(fallbacks) X(fallbacks_money) X(fallbacks_refused)
/* clang-format on */

struct forgotten; /* forgotten.h */

struct counts {
#define X(name) long name;
	COUNTS(X)
#undef X
};

struct world {
	uint64_t seed;
	int64_t start, end; /* buyers live between these; afterwards everybody settles */
	int64_t now;
	struct ebay *sellers[SELLERS];
	struct forgotten *forgotten;
	size_t nforgotten;
	struct counts counts;
	int rush; /* rush.h: nothing goes wrong but answers that are lost, and one budget is nearly used up */
	FILE *trace; /* NULL: none */
};

/* A line of the trace: time, then the words. */
void trace(const struct world *, const char *pattern, ...) __attribute__((format(printf, 2, 3)));

#endif
