/* runner.c - accounts at work: making and finding runners, and the life of a job. */
#include "daemon/runner.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/afresh.h"
#include "daemon/clock.h"
#include "daemon/doctor.h"
#include "daemon/gap.h"
#include "daemon/log.h"
#include "daemon/notify/notify.h"
#include "daemon/quarantine.h"
#include "daemon/schedule/queue.h"

#define REQUEST_BODY_MAX (32u << 20)
#define ANSWER_MAX       (16u << 20) /* the largest page seen is about 1 MB */
#define FILE_MAX         (8u << 20)
#define ANSWER_TIMEOUT   (60 * SECOND)

static size_t
settings_count(const struct setting *s)
{
	size_t n = 0;

	while (s && s[n].key)
		n++;
	return n;
}

void
runner_set_identity(struct runner *r, const char *identity)
{
	size_t n = settings_count(r->conf->view.settings);

	free(r->identity);
	free(r->settings);
	r->identity = must_strdup(identity ? identity : "");
	r->settings = must_zalloc((n + 2) * sizeof *r->settings);
	if (n)
		memcpy(r->settings, r->conf->view.settings, n * sizeof *r->settings);
	r->settings[n] = (struct setting){"identity", r->identity};
	r->view = (struct account){r->conf->name, r->settings, r->connector};
}

static int
credentials_count(const struct connector *c)
{
	int n = 0;

	while (c->credentials && c->credentials[n].name)
		n++;
	return n;
}

static int
streams_count(const struct connector *c)
{
	int n = 0;

	while (c->streams && c->streams[n].name)
		n++;
	return n;
}

/* Since when every stream has to be read before anything is sent: a new account, or one of a store that is behind.  0: it was. */
static int64_t
sweep_from(struct daemon *d, const struct runner *r, const struct account_row *row)
{
	const int64_t until = quarantine_until(d, r->connector);
	const int64_t from = until > row->created ? until : row->created;

	return row->reconciled >= from ? 0 : from;
}

/* Sends wait until every stream was read once: then none waits for its usual time, a day for some.  The longest unread comes first, so
 * that a service which is stopped again and again gets through. */
static void
read_all_soon(struct daemon *d, const struct runner *r, int64_t now)
{
	struct stream_row row;

	for (const struct stream *s = r->connector->streams; s && s->name; s++) {
		if (!stream_get(d->store, r->id, s->name, &row) || row.stopped || row.fails ||
		    row.swept >= r->sweep_from || row.next_at <= now || row.next_at <= r->sweep_from)
			continue;
		row.name = s->name;
		row.next_at = r->sweep_from > now ? r->sweep_from : row.swept;
		stream_put(d->store, r->id, &row);
	}
}

/* What a runner keeps in mind of the store. */
static void
recall(struct daemon *d, struct runner *r, int64_t now)
{
	struct account_row row;

	account_get_row(d->store, r->conf->name, &row);
	r->sweep_from = sweep_from(d, r, &row);
	if (r->sweep_from > row.created)
		read_all_soon(d, r, now);
	r->outage = r->afresh = 0;
	gap_open(d, r);
	afresh_open(d, r, now);
}

void
runners_make(struct daemon *d, int64_t now)
{
	d->nrunners = d->conf->naccounts;
	d->pace_next = d->pace_hour = 0;
	d->runners = must_zalloc((size_t)(d->nrunners + 1) * sizeof *d->runners);
	for (int i = 0; i < d->nrunners; i++) {
		struct runner *r = &d->runners[i];
		struct account_row row;

		r->conf = &d->conf->accounts[i];
		r->connector = r->conf->connector;
		r->policy = daemon_policy(d, r->connector);
		account_ensure(d->store, r->conf->name, r->connector->name, now, &row);
		r->id = row.id;
		r->tokens = must_zalloc(((size_t)credentials_count(r->connector) + 1) * sizeof *r->tokens);
		r->same = must_zalloc(((size_t)streams_count(r->connector) + 1) * sizeof *r->same);
		r->paced = must_zalloc(((size_t)streams_count(r->connector) + 1) * sizeof *r->paced);
		runner_set_identity(r, row.identity);
		recall(d, r, now);
	}
}

void
runners_recall(struct daemon *d, int64_t now)
{
	for (int i = 0; i < d->nrunners; i++)
		recall(d, &d->runners[i], now);
}

void
runners_free(struct daemon *d)
{
	for (int i = 0; i < d->nrunners; i++) {
		struct runner *r = &d->runners[i];

		for (int lane = 0; lane < LANES; lane++)
			if (r->busy[lane]) {
				d->transport->drop(d->transport, r->busy[lane]);
				job_free(r->busy[lane]);
			}
		for (int c = 0; c < credentials_count(r->connector); c++)
			free(r->tokens[c].value);
		free(r->tokens);
		free(r->same);
		free(r->paced);
		free(r->expected);
		free(r->settings);
		free(r->identity);
		looked_forget(r, 0);
		doctor_free(r);
	}
	free(d->runners);
	d->runners = NULL;
	d->nrunners = 0;
}

void
runners_clock_back(struct daemon *d, int64_t now)
{
	for (int i = 0; i < d->nrunners; i++)
		if (d->runners[i].sweep_from > now)
			d->runners[i].sweep_from = now;
}

struct runner *
runner_of(const struct daemon *d, int64_t account)
{
	for (int i = 0; i < d->nrunners; i++)
		if (d->runners[i].id == account)
			return &d->runners[i];
	return NULL;
}

void
runner_touch(struct daemon *d, int64_t account)
{
	for (int i = 0; i < d->nrunners; i++)
		if (!account || d->runners[i].id == account)
			memset(d->runners[i].due, 0, sizeof d->runners[i].due);
}

int64_t
runner_now(const struct runner *r, int64_t now)
{
	return now + r->offset;
}

int64_t
clock_there(const struct daemon *d, int64_t account, int64_t now)
{
	const struct runner *r = runner_of(d, account);

	return r ? runner_now(r, now) : now;
}

int64_t
job_asked(const struct job *job, int64_t now)
{
	const int64_t answered = runner_now(job->runner, now);

	return answered < job->now ? answered : job->now;
}

int64_t
backoff(int fails, uint64_t seed)
{
	int64_t base = 15 * SECOND;

	for (int i = 1; i < fails && base < 15 * MINUTE; i++)
		base *= 2;
	if (base > 15 * MINUTE)
		base = 15 * MINUTE;
	return base - (int64_t)(seed % (uint64_t)(base / 4));
}

struct job *
job_new(struct daemon *d, struct runner *r, enum job_kind kind, enum lane lane, const struct exchange *x)
{
	struct job *job = must_zalloc(sizeof *job);

	(void)d;
	job->kind = kind;
	job->lane = lane;
	job->runner = r;
	job->exchange = x;
	job->seed = random_u64();
	job->request.method = "GET";
	job->request.url.max = 16 * 1024;
	job->request.headers.max = 64 * 1024;
	job->request.body.max = REQUEST_BODY_MAX;
	job->request.from.max = job->request.to.max = 1024;
	job->route.endpoint = job->route.proxy = job->route.ca = "";
	job->route.timeout = ANSWER_TIMEOUT;
	job->route.max_body = kind == JOB_FILE ? FILE_MAX : ANSWER_MAX;
	if (r) {
		job->route.endpoint = r->conf->endpoint;
		job->route.proxy = r->conf->proxy;
		job->route.ca = r->conf->ca;
		job->route.hosts = r->connector->hosts;
	}
	return job;
}

void
job_free(struct job *job)
{
	if (!job)
		return;
	buf_free(&job->request.url);
	buf_free(&job->request.headers);
	buf_free(&job->request.body);
	buf_free(&job->request.from);
	buf_free(&job->request.to);
	free(job->cursor);
	free(job->token);
	free(job->grant);
	json_decref(job->own);
	telling_free(job->telling);
	free(job);
}

void
job_task(const struct job *job, const struct outgoing *out, struct arena *arena, struct task *t)
{
	*t = (struct task){
		.account = &job->runner->view,
		.out = out,
		.token = job->token ? job->token : "",
		.grant = job->grant ? job->grant : "",
		.cursor = job->cursor ? job->cursor : "",
		.key = job->key,
		.now = job->now,
		.since = job->since,
		.seed = job->seed,
		.arena = arena,
	};
}

int
job_ask(struct daemon *d, struct job *job, const struct outgoing *out, struct err *err)
{
	struct task t;

	job_task(job, out, store_arena(d->store), &t);
	if (job->exchange->ask(&t, &job->request, err))
		return -1;
	if (job->request.url.over || job->request.headers.over || job->request.body.over)
		return fail(err, "%s: the request is larger than it may be", job->runner->connector->name);
	if (job->request.medium == BY_MAIL)
		return fail(err, "%s: this needs a mailbox, and the account has none",
			    job->runner->conf->name);
	return 0;
}

void
job_queue(struct daemon *d, struct job *job)
{
	if (job->runner)
		job->runner->busy[job->lane] = job;
	job->next = d->starting;
	d->starting = job;
}

void
jobs_unqueue(struct daemon *d, const struct job *until)
{
	while (d->starting != until) {
		struct job *job = d->starting;

		d->starting = job->next;
		if (job->runner)
			job->runner->busy[job->lane] = NULL;
		telling_unqueued(d, job);
		job_free(job);
	}
}

void
runner_stop(struct daemon *d, struct runner *r, const char *packed, int64_t now)
{
	char cause[128];

	account_set_stopped(d->store, r->id, packed);
	snprintf(cause, sizeof cause, "stopped/%s", r->conf->name);
	if (notice_raise(d->store, cause, r->id, packed, now))
		log_warn("%s: stopped; see 'supercargo status'", r->conf->name);
	runner_touch(d, r->id);
}

void
runner_revive(struct daemon *d, struct runner *r)
{
	char cause[128];
	const struct stream *s;
	struct stream_row row;

	account_set_stopped(d->store, r->id, NULL);
	snprintf(cause, sizeof cause, "stopped/%s", r->conf->name);
	notice_clear(d->store, cause, clock_now());
	for (s = r->connector->streams; s && s->name; s++) {
		stream_get(d->store, r->id, s->name, &row);
		if (!row.stopped)
			continue;
		row.name = s->name;
		row.stopped = NULL;
		row.next_at = 0;
		stream_put(d->store, r->id, &row);
		snprintf(cause, sizeof cause, "stream/%s/%s", r->conf->name, s->name);
		notice_clear(d->store, cause, clock_now());
	}
	runner_touch(d, r->id);
}
