/* poll.c - streams: what is due is asked for, and a page is stored whole with its cursor, or not at all.
 *
 * How long until it is asked again: pacing.h.  When nothing is due the lane fetches one file that a message pointed to.  Failures double the wait; a stream whose platform refuses it is
 * stopped and told, and starts again with `resume`.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/afresh.h"
#include "daemon/gap.h"
#include "daemon/intake.h"
#include "daemon/log.h"
#include "daemon/memory.h"
#include "daemon/pace/pacing.h"
#include "daemon/quarantine.h"
#include "daemon/same.h"

#define TELL_AFTER_FAILS 5
#define FILE_TRIES       5
#define STREAMS_MAX      64 /* of a connector */
#define AGAIN_SOON       (10 * SECOND)
#define MANY_PAGES       10 /* what they needed is given back */

/* What the seller wishes is for the stream that is asked most often; the others keep their proportion to it, since they have quotas
 * of their own. */
int64_t
stream_every(const struct runner *r, const struct stream *s)
{
	int64_t shortest = s->every;

	if (!r->conf->poll)
		return s->every;
	for (const struct stream *o = r->connector->streams; o->name; o++)
		if ((!o->wanted || o->wanted(&r->view)) && o->every < shortest)
			shortest = o->every;
	return shortest > 0 ? r->conf->poll * s->every / shortest : r->conf->poll;
}

static void
cause_of(const struct runner *r, const struct stream *s, char out[160])
{
	snprintf(out, 160, "stream/%s/%s", r->conf->name, s->name);
}

static int
start(struct daemon *d, struct runner *r, const struct stream *s, const struct stream_row *row, int64_t now,
      int64_t *again)
{
	const int acking = *row->ack != '\0';
	const struct exchange *x = acking ? &s->ack : &s->poll;
	struct stream_row changed = *row;
	struct err err = {""};
	const char *token;
	char cause[160];
	struct job *job;

	if (!runner_token(r, x, now, &token)) {
		*again = INT64_MAX; /* the login plans this lane again */
		return 0;
	}
	r->sweeping = quarantine_waits_for(d, r, row->swept) && !s->aside;
	if (!budget_take(d, r, x, 0, now, &changed.next_at)) {
		stream_put(d->store, r->id, &changed); /* the others have budgets of their own */
		*again = now;
		return 0;
	}
	job = job_new(d, r, acking ? JOB_ACK : JOB_POLL, LANE_POLL, x);
	job->stream = s;
	job->token = token ? must_strdup(token) : NULL;
	job->cursor = must_strdup(acking ? row->ack : row->cursor);
	job->now = runner_now(r, now);
	job->since = job->now - r->conf->history;
	if (!acking)
		afresh_start(d, job, &changed);
	if (job_ask(d, job, NULL, &err)) {
		changed.stopped = err.text;
		stream_put(d->store, r->id, &changed);
		cause_of(r, s, cause);
		notice_raise(d->store, cause, r->id, err.text, now);
		job_free(job);
		*again = now;
		return 0;
	}
	job_queue(d, job);
	return 1;
}

static int64_t
plan_file(struct daemon *d, struct runner *r, int64_t now)
{
	struct attachment_row a;
	struct job *job;

	if (!attachment_next(d->store, r->id, now, &a))
		return INT64_MAX;
	job = job_new(d, r, JOB_FILE, LANE_POLL, NULL);
	job->row = a.id;
	job->tries = a.tries + 1;
	buf_put(&job->request.url, a.url);
	job_queue(d, job);
	return INT64_MAX;
}

/* All zero for one that was never asked. */
static struct stream_times
times_of(const struct stream_times *list, int n, const struct stream *s)
{
	for (int i = 0; i < n; i++)
		if (!strcmp(list[i].name, s->name))
			return list[i];
	return (struct stream_times){0};
}

/* The one that is due first, and when; NULL: none. */
static const struct stream *
next_stream(struct daemon *d, const struct runner *r, int64_t *at)
{
	struct stream_times list[STREAMS_MAX];
	const int n = streams_get(d->store, r->id, list, STREAMS_MAX);
	const struct stream *best = NULL;

	for (const struct stream *s = r->connector->streams; s && s->name; s++) {
		const struct stream_times t = times_of(list, n, s);

		if (t.stopped || (best && t.next_at >= *at) || (s->wanted && !s->wanted(&r->view)))
			continue;
		best = s;
		*at = t.next_at;
	}
	return best;
}

int64_t
plan_poll(struct daemon *d, struct runner *r, int64_t now)
{
	struct stream_row row;
	struct account_row account;
	int64_t wake = INT64_MAX;

	if (r->busy[LANE_POLL] || d->stopping)
		return INT64_MAX;
	account_get_row(d->store, r->conf->name, &account);
	if (account.mode == MODE_OFF || account.stopped)
		return INT64_MAX;
	if (!r->due[LANE_POLL] || !r->next)
		r->next = next_stream(d, r, &r->next_at);
	if (r->next && r->next_at <= now) {
		const struct stream *due = r->next;

		r->next = NULL;
		stream_get(d->store, r->id, due->name, &row);
		row.name = due->name;
		if (start(d, r, due, &row, now, &wake))
			return INT64_MAX;
	} else if (r->next) {
		wake = r->next_at;
	}
	plan_file(d, r, now);
	return wake;
}

/* Sends of a store that stood still wait until everything was looked at once. */
static void
note_sweep(struct daemon *d, struct runner *r, int64_t now)
{
	struct stream_times list[STREAMS_MAX];
	const int n = streams_get(d->store, r->id, list, STREAMS_MAX);

	for (const struct stream *s = r->connector->streams; s && s->name; s++) {
		const struct stream_times t = times_of(list, n, s);

		if (!s->aside && !t.stopped && t.swept < r->sweep_from && (!s->wanted || s->wanted(&r->view)))
			return;
	}
	quarantine_over(d, r, now);
}

static void
works(struct daemon *d, struct job *job, struct stream_row *row, const struct intake *in, int64_t now)
{
	const struct found *f = &in->found;
	const int failed = row->fails;
	char cause[160];

	row->fails = 0;
	row->last_ok = now;
	if (f->identity.len) {
		account_set_identity(d->store, job->runner->id, buf_str(&f->identity));
		runner_set_identity(job->runner, buf_str(&f->identity));
	}
	if (failed) {
		cause_of(job->runner, job->stream, cause);
		notice_clear(d->store, cause, now);
	}
	if (in->fresh)
		log_debug("%s: %s: %d new or changed", job->runner->conf->name, job->stream->name, in->fresh);
}

static void
fails(struct daemon *d, struct job *job, struct stream_row *row, const struct intake *in, enum outcome o,
      int64_t now)
{
	struct runner *r = job->runner;
	char cause[160];

	cause_of(r, job->stream, cause);
	row->fails++;
	row->next_at = now + (in->found.wait > 0 ? in->found.wait : backoff(row->fails, job->seed));
	if (o == REFUSED) {
		row->stopped = in->found.err.text;
		notice_raise(d->store, cause, r->id, in->found.err.text, now);
	} else if (row->fails == TELL_AFTER_FAILS) {
		notice_raise(d->store, cause, r->id, in->found.err.text, now);
	}
	log_warn("%s: %s: did not work, try %d; next in %lld s", r->conf->name, job->stream->name, row->fails,
		 (long long)((row->next_at - now) / SECOND));
}

/* What a sweep shows that began earlier does not count for a quarantine: the next one is to come soon. */
static int64_t
next_for_quarantine(const struct runner *r, const struct stream_row *row, int64_t now)
{
	if (!r->sweep_from || row->swept >= r->sweep_from)
		return row->next_at;
	return r->sweep_from > now ? r->sweep_from : now + AGAIN_SOON;
}

static void
keep_page(struct job *job, struct stream_row *row, const struct found *f, enum outcome o, int64_t now)
{
	const struct runner *r = job->runner;

	if (job->kind == JOB_ACK) {
		row->ack = "";
		row->next_at = now;
		return;
	}
	if (f->cursor.len)
		row->cursor = buf_str(&f->cursor);
	if (f->ack.len)
		row->ack = buf_str(&f->ack);
	if (o == MORE || f->ack.len)
		row->next_at = now + f->wait;
	else
		row->next_at = pace_next(job->runner, job->stream, now);
	if (o == DONE) {
		row->swept = (f->covered ? f->covered : job->now) - r->offset;
		if (f->covered)
			row->covered = f->covered;
		if (row->next_at > next_for_quarantine(r, row, now))
			row->next_at = next_for_quarantine(r, row, now);
	}
}

static enum outcome
read_page(struct daemon *d, struct job *job, const struct answer *a, struct intake *in, int64_t now)
{
	enum outcome o;
	struct task task;

	job->now = job_asked(job, now); /* a sweep that seems to begin later than it did would leave a gap */
	if (same_answer(job, &a->response, &in->found))
		return DONE;
	job_task(job, NULL, store_arena(d->store), &task);
	o = intake_read(in, job, &task, &a->response);
	same_note(job, &a->response, in, o);
	return o;
}

void
poll_finished(struct daemon *d, struct job *job, const struct answer *a, int64_t now)
{
	struct runner *r = job->runner;
	struct stream_row row, before;
	enum outcome o = LATER;
	struct intake in;

	stream_get(d->store, r->id, job->stream->name, &row);
	row.name = job->stream->name;
	before = row;
	intake_open(&in, d, r, job->stream->name, now);
	store_page_begin(d->store);
	if (a->complete)
		o = read_page(d, job, a, &in, now);
	else
		in.found.err = a->err;
	if (o == DONE || o == MORE) {
		if (job->kind == JOB_POLL)
			pace_learn(d, job, &before, &in, o, now);
		keep_page(job, &row, &in.found, o, now);
		works(d, job, &row, &in, now);
		stream_went_on(d->store, r->id, &row);
		if (job->kind == JOB_POLL)
			gap_page(d, job, &before, &in, o, now);
		if (job->kind == JOB_POLL && o == DONE)
			afresh_done(d, job, &in, now);
		store_page_keep(d->store);
		if (r->paging > MANY_PAGES && o == DONE)
			memory_give_back();
		r->paging = o == MORE ? r->paging + 1 : 0;
		if (o == DONE && r->sweep_from)
			note_sweep(d, r, now);
	} else {
		store_page_drop(d->store);
		if (o != LOGIN)
			fails(d, job, &row, &in, o, now);
		stream_went_on(d->store, r->id, &row);
		if (o == REFUSED && job->kind == JOB_POLL)
			gap_page(d, job, &before, &in, o, now);
	}
	runner_token_judged(d, job, o, in.found.err.text, now);
	intake_close(&in);
	r->due[LANE_POLL] = 0;
}

void
file_finished(struct daemon *d, struct job *job, const struct answer *a, int64_t now)
{
	const int64_t again = job->tries < FILE_TRIES ? now + backoff(job->tries, job->seed) : 0;
	const char *type = NULL;
	char packed[ERR_MAX];

	if (a->complete && a->response.status == 200)
		type = file_sniff(a->response.body, a->response.len);
	if (type) {
		attachment_store(d->store, job->row, a->response.body, a->response.len, type, now);
	} else if (!a->complete) {
		attachment_fail(d->store, job->row, a->err.text, again, now);
	} else if (a->response.status == 200) {
		pack(packed, "the file is no picture and no PDF; it is not kept");
		attachment_fail(d->store, job->row, packed, 0, now);
	} else {
		pack(packed, "the file could not be had: the server answered %ld", a->response.status);
		attachment_fail(d->store, job->row, packed, a->response.status >= 500 ? again : 0, now);
	}
	job->runner->due[LANE_POLL] = 0;
}
