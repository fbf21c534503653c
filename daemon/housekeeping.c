#include "daemon/housekeeping.h"

#include <stdlib.h>

#include "daemon/log.h"

#define EVERY HOUR

void
head_tell(struct daemon *d)
{
	store_begin(d->store);
	log_info("journal head %s", journal_head(d->store));
	store_commit(d->store, NULL);
}

/* Once a day, by the store's own memory. */
static void
expire(struct daemon *d, int64_t now)
{
	const char *last = meta_get(d->store, "expired");
	const int64_t done = last ? atoll(last) : 0;
	int n;

	if (done > now - DAY && done <= now)
		return;
	n = store_expire(d->store, now - d->conf->service.keep_raw);
	meta_set(d->store, "expired", arena_fmt(store_arena(d->store), "%lld", (long long)now));
	if (n)
		log_info("kept long enough and gone: %d texts of platforms", n);
}

void
housekeeping(struct daemon *d, int64_t now)
{
	if (d->head_next > now && d->head_next <= now + EVERY)
		return;
	log_info("journal head %s", journal_head(d->store));
	expire(d, now);
	d->head_next = now + EVERY;
}
