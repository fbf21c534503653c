#include "daemon/console/tries.h"

#include <sodium.h>
#include <string.h>

#include "connectors/base/instant.h"

#define FREE_TRIES  5 /* of a name */
#define FIRST_WAIT  (30 * SECOND)
#define LONGEST     (15 * MINUTE)
#define FORGOTTEN   DAY
#define FREE_ALL    20
#define ALL_LONGEST MINUTE

static uint64_t
hash_of(const struct tries *t, const char *name)
{
	unsigned char hash[crypto_shorthash_BYTES];
	uint64_t n;

	_Static_assert(crypto_shorthash_BYTES == sizeof n && crypto_shorthash_KEYBYTES == TRIES_KEY, "hash");
	crypto_shorthash(hash, (const unsigned char *)name, strlen(name), t->key);
	memcpy(&n, hash, sizeof n);
	return n ? n : 1;
}

static struct tried *
places(struct tries *t, int known, int *n)
{
	*n = known ? TRIES_KNOWN : TRIES_STRANGERS;
	return known ? t->known : t->strangers;
}

static const struct tried *
find(const struct tries *t, const char *name, int known)
{
	const uint64_t hash = hash_of(t, name);
	int n;
	const struct tried *p = places((struct tries *)t, known, &n);

	for (int i = 0; i < n; i++)
		if (p[i].name == hash)
			return &p[i];
	return NULL;
}

int64_t
tries_wait(const struct tries *t, const char *name, int known, int64_t now)
{
	const struct tried *p = find(t, name, known);
	const int64_t own = p ? p->until - now : 0, all = t->all_until - now;
	const int64_t wait = own > all ? own : all;

	return wait > 0 ? wait : 0;
}

/* The place of this name; else a free one, else that of who was wrong the longest ago. */
static struct tried *
place_of(struct tries *t, const char *name, int known)
{
	const uint64_t hash = hash_of(t, name);
	int n;
	struct tried *p = places(t, known, &n), *oldest = p;

	for (int i = 0; i < n; i++) {
		if (p[i].name == hash)
			return &p[i];
		if (p[i].last < oldest->last) /* a free one: 0 */
			oldest = &p[i];
	}
	*oldest = (struct tried){.name = hash};
	return oldest;
}

static void
all_wrong(struct tries *t, int64_t now)
{
	const int64_t minutes = (now - t->all_at) / MINUTE;
	int64_t wait;

	t->all = minutes >= t->all ? 0 : t->all - (int)minutes;
	t->all_at += minutes * MINUTE;
	if (!t->all)
		t->all_at = now;
	if (++t->all <= FREE_ALL)
		return;
	wait = (t->all - FREE_ALL) * 2 * SECOND;
	t->all_until = now + (wait < ALL_LONGEST ? wait : ALL_LONGEST);
}

void
tries_wrong(struct tries *t, const char *name, int known, int64_t now)
{
	struct tried *p = place_of(t, name, known);
	int64_t wait = FIRST_WAIT;

	all_wrong(t, now);
	if (p->fails && now - p->last > FORGOTTEN)
		p->fails = 0;
	p->fails++;
	p->last = now;
	if (p->fails < FREE_TRIES)
		return;
	for (int i = FREE_TRIES; i < p->fails && wait < LONGEST; i++)
		wait *= 2;
	p->until = now + (wait < LONGEST ? wait : LONGEST);
}

void
tries_right(struct tries *t, const char *name)
{
	struct tried *p = (struct tried *)find(t, name, 1);

	if (p)
		memset(p, 0, sizeof *p);
}
