/* settle.h - whether an unsure action arrived.  Pure.
 *
 * Found is only what was not there at last look: an own item whose id is new.  Texts, amounts and times merely narrow the search, since two
 * answers may read the same and clocks differ; what either side does not state is not compared.  Where nothing was seen before, nothing
 * can be called new: then it cannot be told.  Of several it is the first: a later one may be what a life did of which our store knows nothing.  Absent counts only in a complete listing that was asked for at least `visible_after` after
 * the attempt began.
 */
#ifndef SETTLE_H
#define SETTLE_H

#include <jansson.h>
#include <stdint.h>

#include "base/money.h"

enum settled { SETTLED_FOUND, SETTLED_ABSENT, SETTLED_TOO_EARLY, SETTLED_INCOMPLETE };

struct attempt {
	const char *seen;    /* JSON array of remote ids at last look */
	const char *text;    /* NULL or "": it had none */
	struct money amount; /* currency "": it had none */
	int64_t started;     /* when it was tried last; ms, our clock */
	int64_t looked;      /* when `seen` was: nothing of it is older; 0: not known */
};

/* own: [{"remote", "text"?, "minor"?, "currency"?, "at"}] as listed now, `asked` ms by our clock.  FOUND: *remote is the id, borrowed from own. */
enum settled settle(const struct attempt *, const json_t *own, int complete, int64_t asked,
		    int64_t visible_after, const char **remote);

/* The ids of a listing as the JSON array that `seen` holds.  New string, free() it. */
char *settle_ids(const json_t *own);

#endif
