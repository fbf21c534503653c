#include "daemon/same.h"

#include <sodium.h>
#include <string.h>

#include "daemon/clock.h"

static struct same *
same_of(const struct job *job)
{
	return &job->runner->same[job->stream - job->runner->connector->streams];
}

/* Keyed, so that nobody can write a text that makes two pages look alike. */
static uint64_t
hash(const void *bytes, size_t len)
{
	static unsigned char key[crypto_shorthash_KEYBYTES];
	static int keyed;
	union {
		unsigned char bytes[crypto_shorthash_BYTES];
		uint64_t number;
	} h;

	if (!keyed)
		random_bytes(key, sizeof key);
	keyed = 1;
	crypto_shorthash(h.bytes, bytes, len, key);
	return h.number;
}

int
same_answer(const struct job *job, const struct response *rs, struct found *f)
{
	const struct same *s = same_of(job);

	if (job->kind != JOB_POLL || job->now >= s->until || rs->status != 200 ||
	    hash(job->cursor, strlen(job->cursor)) != s->cursor || hash(rs->body, rs->len) != s->body)
		return 0;
	f->covered = job->now;
	return 1;
}

void
same_note(const struct job *job, const struct response *rs, const struct intake *in, enum outcome o)
{
	const struct found *f = &in->found;

	if (job->kind != JOB_POLL)
		return;
	*same_of(job) = (struct same){0};
	if (o == DONE && f->same_until && !in->odd && rs->status == 200 &&
	    !strcmp(buf_str(&f->cursor), job->cursor))
		*same_of(job) = (struct same){.until = f->same_until,
					      .cursor = hash(job->cursor, strlen(job->cursor)),
					      .body = hash(rs->body, rs->len)};
}
