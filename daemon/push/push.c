#include "daemon/push/push.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/log.h"

#define STREAMS_MAX 16
#define BUYERS_MAX  8
#define ID_MAX      512
#define KEY_MAX     8192
#define ASK_AGAIN   (10 * SECOND) /* for a key; and between two sweeps of a stream */

struct public_key {
	const struct connector *connector;
	char *id, *key; /* key NULL: it could not be had */
	int64_t until;
	struct public_key *next;
};

static struct runner *
runner_of_application(const struct daemon *d, const char *application, const struct runner *after)
{
	struct runner *r = after ? d->runners + (after - d->runners) + 1 : d->runners;

	for (; r < d->runners + d->nrunners; r++)
		if (r->conf->application && !strcmp(r->conf->application->name, application) &&
		    r->connector->push)
			return r;
	return NULL;
}

/* ---- public keys ---- */

static struct public_key *
key_find(struct daemon *d, const struct connector *c, const char *id, int64_t now)
{
	struct public_key **at = &d->public_keys;

	while (*at) {
		struct public_key *k = *at;

		if (k->until > now) {
			if (k->connector == c && !strcmp(k->id, id))
				return k;
			at = &k->next;
			continue;
		}
		*at = k->next;
		free(k->id);
		free(k->key);
		free(k);
	}
	return NULL;
}

static void
key_keep(struct daemon *d, const struct connector *c, const char *id, const char *key, int64_t until)
{
	struct public_key *k = must_zalloc(sizeof *k);

	k->connector = c;
	k->id = must_strdup(id);
	k->key = key ? must_strdup(key) : NULL;
	k->until = until;
	k->next = d->public_keys;
	d->public_keys = k;
}

void
push_keys_free(struct daemon *d)
{
	struct public_key *k;

	while ((k = d->public_keys)) {
		d->public_keys = k->next;
		free(k->id);
		free(k->key);
		free(k);
	}
}

/* Starts the fetch when some account of the application can.  Nothing is promised: whoever waits looks again in the next turn. */
static void
key_fetch(struct daemon *d, const char *application, const char *id, int64_t now)
{
	struct account_row account;
	struct err err = {""};
	struct runner *r = NULL;
	const char *token;
	struct job *job;
	int64_t again;

	if (d->key_next > now)
		return;
	while ((r = runner_of_application(d, application, r))) {
		const struct exchange *x = &r->connector->push->key;

		account_get_row(d->store, r->conf->name, &account);
		if (account.stopped || r->busy[LANE_LOGIN] || !runner_token(r, x, now, &token) ||
		    !budget_take(d, r, x, 1, now, &again))
			continue;
		job = job_new(d, r, JOB_KEY, LANE_LOGIN, x);
		job->cursor = must_strdup(id);
		job->token = token ? must_strdup(token) : NULL;
		job->now = runner_now(r, now);
		if (job_ask(d, job, NULL, &err)) {
			log_reason(err.text);
			job_free(job);
			continue;
		}
		job_queue(d, job);
		d->key_next = now + ASK_AGAIN;
		return;
	}
}

void
key_finished(struct daemon *d, struct job *job, const struct answer *a, int64_t now)
{
	struct found f = {.cursor = BUF_MAX(KEY_MAX)};
	const struct push *push = job->runner->connector->push;
	enum outcome o = LATER;
	struct task task;

	if (a->complete) {
		job_task(job, NULL, store_arena(d->store), &task);
		o = job->exchange->read(&task, &a->response, &f);
	} else {
		f.err = a->err;
	}
	runner_token_judged(d, job, o, f.err.text, now);
	if (o == DONE && f.cursor.len)
		key_keep(d, job->runner->connector, job->cursor, buf_str(&f.cursor), now + push->key_for);
	else if (o == REFUSED) /* there is no such key: what it signs is forged */
		key_keep(d, job->runner->connector, job->cursor, NULL, now + push->key_for);
	if (o != DONE)
		log_reason(f.err.text);
	buf_free(&f.cursor);
	d->key_next = now + ASK_AGAIN; /* however long it took, a login goes between two keys */
	job->runner->due[LANE_LOGIN] = 0;
}

/* ---- what it says ---- */

static void
make_due(struct daemon *d, struct runner *r, const struct task *task, const struct response *notification,
	 int64_t now)
{
	const char *streams[STREAMS_MAX];
	const int n = r->connector->push->due(task, notification, streams, STREAMS_MAX);
	struct stream_row row;
	int64_t at;

	for (int i = 0; i < n; i++) {
		if (!stream_get(d->store, r->id, streams[i], &row) || row.stopped)
			continue;
		at = row.last_ok + ASK_AGAIN > now ? row.last_ok + ASK_AGAIN : now;
		if (row.next_at <= at)
			continue;
		row.name = streams[i];
		row.next_at = at;
		stream_put(d->store, r->id, &row);
		r->due[LANE_POLL] = 0;
	}
}

static void
erase(struct daemon *d, struct runner *r, const struct task *task, const struct response *notification,
      int64_t now)
{
	const char *buyers[BUYERS_MAX];
	int n = r->connector->push->erase ? r->connector->push->erase(task, notification, buyers, BUYERS_MAX)
					  : 0;

	for (int i = 0; i < n; i++) {
		int unsent = 0;
		const int rows = buyer_erase(d->store, r->id, buyers[i], now, &unsent);

		if (rows)
			log_info(
				"%s: a buyer was erased because the platform asked for it; %d unsent actions "
				"were dropped",
				r->conf->name, unsent);
	}
}

static void
task_of(struct daemon *d, const struct runner *r, const char *cursor, int64_t now, struct task *t)
{
	*t = (struct task){.account = &r->view,
			   .token = "",
			   .grant = "",
			   .cursor = cursor,
			   .key = "",
			   .now = runner_now(r, now),
			   .arena = store_arena(d->store)};
}

static void
challenge(struct daemon *d, const struct runner *r, struct pushed *p, int64_t now)
{
	struct err err = {""};
	struct task task;

	task_of(d, r, "", now, &task);
	p->status = 200;
	if (!r->connector->push->challenge ||
	    r->connector->push->challenge(&task, p->query, &p->answer, &err)) {
		log_reason(*err.text ? err.text : "the platform asks for no proof of an address");
		buf_clear(&p->answer);
		p->status = 400;
	}
}

void
push_judge(struct daemon *d, struct pushed *p, int64_t now)
{
	struct runner *r = runner_of_application(d, p->application, NULL);
	const struct push *push = r ? r->connector->push : NULL;
	struct buf id = BUF_MAX(ID_MAX);
	const struct public_key *key = NULL;
	struct err err = {""};
	struct task task;

	if (!r) {
		p->status = 404;
		return;
	}
	if (p->query) {
		challenge(d, r, p, now);
		return;
	}
	task_of(d, r, "", now, &task);
	if (push->key_id) {
		if (push->key_id(&task, &p->notification, &id, &err))
			goto refused;
		if (!(key = key_find(d, r->connector, buf_str(&id), now))) {
			key_fetch(d, p->application, buf_str(&id), now);
			goto out;
		}
		if (!key->key) {
			fail(&err, "the notification names a key that the platform does not know");
			goto refused;
		}
	}
	task_of(d, r, key ? key->key : "", now, &task);
	if (push->verify(&task, &p->notification, &err))
		goto refused;
	for (; r; r = runner_of_application(d, p->application, r)) {
		task_of(d, r, "", now, &task);
		make_due(d, r, &task, &p->notification, now);
		erase(d, r, &task, &p->notification, now);
	}
	meta_set(d->store, arena_fmt(store_arena(d->store), "pushed/%s", p->application),
		 arena_fmt(store_arena(d->store), "%lld", (long long)now));
	p->status = 204;
	goto out;
refused:
	log_reason(err.text);
	p->status = 412;
out:
	buf_free(&id);
}
