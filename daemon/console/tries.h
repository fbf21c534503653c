/* tries.h - how long somebody who gave a wrong password has to wait: by the name that was given, and all together.
 *
 * After 5 wrong ones in a row a name waits 30 seconds, twice as long after each further one, 15 minutes at most; after a day without any
 * it is forgotten.  When 20 more came in than minutes have passed, everybody waits, a minute at most.  Names that nobody has wait just
 * so.  At most 64 of these are remembered; those that somebody has are never pushed out by them.  Kept in memory only.
 */
#ifndef TRIES_H
#define TRIES_H

#include <stdint.h>

#define TRIES_STRANGERS 64
#define TRIES_KNOWN     64
#define TRIES_KEY       16

struct tries {
	unsigned char key[TRIES_KEY]; /* random: names are kept hashed, in places that nobody can guess */
	struct tried {
		uint64_t name; /* 0: free */
		int fails;
		int64_t last, until;
	} known[TRIES_KNOWN], strangers[TRIES_STRANGERS];
	int all; /* wrong ones, one less every minute */
	int64_t all_at, all_until;
};

/* `known`: an operator has this name.  Times are monotonic ms. */
int64_t tries_wait(const struct tries *, const char *name, int known, int64_t now); /* 0: now */
void tries_wrong(struct tries *, const char *name, int known, int64_t now);
void tries_right(struct tries *, const char *name);

#endif
