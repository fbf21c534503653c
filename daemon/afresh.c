#include "daemon/afresh.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/log.h"
#include "daemon/memory.h"

#define CURSOR_MAX (256u << 10)
#define WANTED     "wanted"
#define UNDER_WAY  "under way"

static const char *
key_of(const struct daemon *d, const struct runner *r, const char *stream)
{
	return arena_fmt(store_arena(d->store), "afresh/%s/%s", r->conf->name, stream);
}

int
afresh_want(struct daemon *d, struct runner *r, int64_t now)
{
	struct stream_row row;
	int n = 0;

	for (const struct stream *s = r->connector->streams; s && s->name; s++) {
		if (!odd_first(d->store, r->id, s->name))
			continue;
		meta_set(d->store, key_of(d, r, s->name), WANTED);
		stream_get(d->store, r->id, s->name, &row);
		row.name = s->name;
		row.next_at = row.next_at < now ? row.next_at : now;
		stream_put(d->store, r->id, &row);
		n++;
	}
	r->afresh |= n > 0;
	r->due[LANE_POLL] = 0;
	return n;
}

void
afresh_open(struct daemon *d, struct runner *r, int64_t now)
{
	const char *key = arena_fmt(store_arena(d->store), "read_by/%s", r->conf->name);
	const char *by = meta_get(d->store, key);

	for (const struct stream *s = r->connector->streams; s && s->name; s++)
		r->afresh |= meta_get(d->store, key_of(d, r, s->name)) != NULL;
	if (by && !strcmp(by, SUPERCARGO_VERSION))
		return;
	meta_set(d->store, key, SUPERCARGO_VERSION);
	if (afresh_want(d, r, now))
		log_info("%s: another version read this account; what was odd is read once more",
			 r->conf->name);
}

/* `since` counts only while there is no cursor: also when the first page has to be asked for again. */
void
afresh_start(struct daemon *d, struct job *job, struct stream_row *row)
{
	struct runner *r = job->runner;
	const struct stream *s = job->stream;
	struct buf cursor = BUF_MAX(CURSOR_MAX);
	const char *state = r->afresh ? meta_get(d->store, key_of(d, r, s->name)) : NULL;
	struct task t;

	if (!state)
		return;
	job->since = odd_first(d->store, r->id, s->name) - r->conf->history;
	if (strcmp(state, WANTED) != 0)
		return;
	job_task(job, NULL, store_arena(d->store), &t);
	if (s->anew)
		s->anew(&t, &cursor);
	free(job->cursor);
	job->cursor = must_strdup(buf_str(&cursor));
	row->cursor = job->cursor;
	stream_put(d->store, r->id, row);
	odd_again(d->store, r->id, s->name);
	meta_set(d->store, key_of(d, r, s->name), UNDER_WAY);
	buf_free(&cursor);
}

void
afresh_done(struct daemon *d, const struct job *job, const struct intake *in, int64_t now)
{
	const struct runner *r = job->runner;
	const char *name = job->stream->name;
	const char *state = r->afresh ? meta_get(d->store, key_of(d, r, name)) : NULL;
	int settled;

	if (!state || strcmp(state, UNDER_WAY) != 0 || !in->found.covered)
		return;
	settled = odd_settle(d->store, r->id, name);
	meta_set(d->store, key_of(d, r, name), NULL);
	journal_add(d->store, now, r->id, "odd", NULL,
		    json_pack("{s:s, s:i, s:b}", "stream", name, "settled", settled, "left",
			      odd_first(d->store, r->id, name) != 0));
	log_info("%s: %s: %d items that had been odd are settled", r->conf->name, name, settled);
}
