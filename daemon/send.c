/* send.c - the sending lane: last look, mark, send, and what became of it.
 *
 * The earliest deadline goes first, over all accounts that share a budget (queue.h).  Before anything leaves, what the action is about is read again (the last look); what the look shows is
 * compared with what the text was made from.  Then the row is marked `sending`; job_queue starts the request only after that mark is
 * committed.  A lost answer makes the row unsure, and the next look settles it (outbox/settle.h).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/clock.h"
#include "daemon/intake.h"
#include "daemon/lane.h"
#include "daemon/log.h"
#include "daemon/outbox/needs.h"
#include "daemon/outbox/settle.h"
#include "daemon/quarantine.h"
#include "daemon/schedule/queue.h"

#define STALE_AFTER (72 * HOUR)   /* a rule's action that could not leave so long is not sent any more */
#define READ_AFTER  (30 * SECOND) /* platforms need a moment to show what was done */

void
row_look_again(struct daemon *d, const struct job *job, struct outbox_row *row, int64_t wait, int64_t now)
{
	row->next_at = now + (wait > 0 ? wait : backoff(row->looks, job->seed));
	outbox_save(d->store, row, now);
}

/* The streams that show what the action did are asked soon. */
static void
read_soon(struct daemon *d, struct runner *r, const char *kind, int64_t now)
{
	const char *subject = arena_strndup(store_arena(d->store), kind, strcspn(kind, "."));
	struct stream_row row;

	for (const struct stream *s = r->connector->streams; s && s->name; s++) {
		if (!words_hold(s->about, subject) || (s->wanted && !s->wanted(&r->view)))
			continue;
		stream_get(d->store, r->id, s->name, &row);
		if (row.next_at <= now + READ_AFTER)
			continue;
		row.name = s->name;
		row.next_at = now + READ_AFTER;
		stream_put(d->store, r->id, &row);
		r->due[LANE_POLL] = 0;
	}
}

void
row_arrived(struct daemon *d, struct runner *r, struct outbox_row *row, const char *packed, int64_t now)
{
	if (row_save(d, row, OUTBOX_SENT, packed, now))
		return;
	outbox_arrived(d, row);
	read_soon(d, r, row->kind, now);
}

/* ---- starting ---- */

static struct job *
job_for(struct daemon *d, struct runner *r, enum job_kind kind, const struct action *action,
	const struct exchange *x, const struct outbox_row *row, const char *token, const char *cursor,
	int64_t now)
{
	struct job *job = job_new(d, r, kind, LANE_SEND, x);

	job->action = action;
	job->row = row->id;
	job->token = token ? must_strdup(token) : NULL;
	job->cursor = must_strdup(cursor ? cursor : "");
	job->now = runner_now(r, now);
	if (row->attempt_key)
		snprintf(job->key, sizeof job->key, "%s", row->attempt_key);
	return job;
}

/* 1: started.  0: not now, *again says when.  -1: the row went another way. */
static int
start(struct daemon *d, struct runner *r, enum job_kind kind, const struct action *action,
      struct outbox_row *row, const char *cursor, json_t *own, int64_t now, int64_t *again)
{
	const struct exchange *x = kind == JOB_LOOK ? &action->look : &action->send;
	struct err err = {""};
	struct attachment_file files[FILES_MAX];
	struct outgoing out;
	const char *token;
	struct job *job;

	*again = INT64_MAX;
	if (!runner_token(r, x, now, &token)) {
		r->no_token = 1;
		return 0;
	}
	if (!budget_take(d, r, x, 1, now, again)) {
		r->send_waits = x->budget;
		return 0;
	}
	job = job_for(d, r, kind, action, x, row, token, cursor, now);
	job->own = json_incref(own);
	outbox_outgoing(d, row, files, &out);
	if (job_ask(d, job, &out, &err)) {
		job_free(job);
		row_hold(d, row, err.text, now);
		return -1;
	}
	job_queue(d, job);
	return 1;
}

/* Marks the row and queues its request: the mark is committed before the first byte leaves. */
static int
begin_send(struct daemon *d, struct runner *r, const struct action *action, struct outbox_row *row,
	   int64_t now, int64_t *again)
{
	const struct outbox_row before = *row;
	char key[33];
	int started;

	if (!row->attempt_key) {
		random_hex(key);
		row->attempt_key = arena_strdup(store_arena(d->store), key);
		row->attempt++;
	}
	row->started = runner_now(r, now); /* as the platform will date it, whatever becomes of our clock */
	row->state = OUTBOX_SENDING;
	row->reason = NULL;
	if (outbox_save(d->store, row, now))
		return -1;
	started = start(d, r, JOB_SEND, action, row, row->cursor, NULL, now, again);
	if (started == 1) {
		row_told(d, row, now);
	} else { /* nothing left: there was no attempt, and no look before its time */
		row->attempt = before.attempt;
		row->attempt_key = before.attempt_key;
		row->started = before.started;
		if (!started) { /* it keeps its place in the line */
			row->state = OUTBOX_READY;
			row->reason = before.reason;
			row->next_at = now;
		}
		outbox_save(d->store, row, now);
	}
	return started;
}

/* Wished by a rule, and approved by nobody. */
static int
automatic(const struct outbox_row *row)
{
	return row->rule && !row->operator;
}

/* Does the account still let rules do this? */
static int
kind_may_leave(struct daemon *d, struct runner *r, struct outbox_row *row, int64_t now)
{
	const enum rule_do mode = conf_kind_mode(r->conf, row->kind);
	char packed[ERR_MAX];

	if (mode == RULE_APPROVE) {
		pack(packed, "the account %s lets %s leave only when a person approves it", r->conf->name,
		     row->kind);
		row_draft(d, row, packed, now);
	} else if (mode == RULE_OFF) {
		pack(packed, "the account %s lets no rule do %s", r->conf->name, row->kind);
		row_save(d, row, OUTBOX_CANCELLED, packed, now);
	}
	return mode == RULE_AUTO;
}

/* May this row leave now, by the switches of the account?  A row that may not goes back to people. */
static int
may_leave(struct daemon *d, struct runner *r, const struct account_row *account, struct outbox_row *row,
	  int64_t now)
{
	const enum mode mode = account_mode(d->store, row->account, row->marketplace);
	const int64_t since = row->not_before > row->created ? row->not_before : row->created;
	char packed[ERR_MAX];

	if (mode <= MODE_OBSERVE || (mode == MODE_DRAFT && automatic(row))) {
		pack(packed, "the mode of %s is now %s", r->conf->name, mode_name(mode));
		row_draft(d, row, packed, now);
		return 0;
	}
	if (automatic(row) && !row->attempt_key && !kind_may_leave(d, r, row, now))
		return 0;
	if (automatic(row) && account->breaker) {
		row_draft(d, row, account->breaker, now);
		return 0;
	}
	if (automatic(row) && !row->attempt_key && now - since > STALE_AFTER) {
		pack(packed, "it could not leave within %d hours", (int)(STALE_AFTER / HOUR));
		row_save(d, row, OUTBOX_EXPIRED, packed, now);
		pack(packed, "%s: a%lld could not leave in time and is not sent any more", r->conf->name,
		     (long long)row->id);
		notice_raise(d->store, arena_fmt(store_arena(d->store), "expired/a%lld", (long long)row->id),
			     r->id, packed, now);
		return 0;
	}
	/* what could not leave by day */
	if (automatic(row) && !row->attempt_key && (row->next_at = buyer_sleeps_until(d, row, now)) > now) {
		outbox_save(d->store, row, now);
		return 0;
	}
	return 1;
}

/* An unsure row whose time has come: looked up, or simply repeated where the platform sees to it that it counts once. */
static int
plan_unsure(struct daemon *d, struct runner *r, const struct action *action, struct outbox_row *row,
	    int64_t now, int64_t *again)
{
	char packed[ERR_MAX];

	if (action->repeat != REPEAT_NEVER) {
		row_save(d, row, OUTBOX_READY, NULL, now); /* same key, same bytes */
		return -1;
	}
	if (!action->look.ask) {
		pack(packed,
		     "%s gives no way to see whether it arrived; look there, then 'supercargo resolve a%lld "
		     "sent' or 'not-sent'",
		     r->connector->title, (long long)row->id);
		row_hold(d, row, packed, now);
		return -1;
	}
	return start(d, r, JOB_LOOK, action, row, "", NULL, now, again);
}

int
sending_allowed(struct daemon *d, struct runner *r, struct account_row *account)
{
	if (d->stopping || d->reload || d->clock_back || r->sweep_from)
		return 0;
	account_get_row(d->store, r->conf->name, account);
	return !account->paused && !account->stopped && account->mode != MODE_OFF;
}

/* What was looked at and then had to wait for its turn. */
static int
send_looked_at(struct daemon *d, struct runner *r, const struct action *action, struct outbox_row *row,
	       const struct looked *looked, int64_t now, int64_t *again)
{
	const int64_t at = looked->at;
	int started;

	if (!last_look(d, r, action, row, looked->own, now)) {
		looked_forget(r, row->id);
		return -1;
	}
	row->looked = at;
	started = begin_send(d, r, action, row, now, again);
	if (started)
		looked_forget(r, row->id);
	return started;
}

int64_t
plan_send(struct daemon *d, struct runner *r, int64_t now)
{
	int64_t next = INT64_MAX, again = INT64_MAX;
	struct account_row account;
	const struct action *action;
	struct outbox_row row;
	struct looked *looked;
	char packed[ERR_MAX];
	int started, goes_on;

	if (r->busy[LANE_SEND] || !sending_allowed(d, r, &account))
		return INT64_MAX;
	while (queue_next(d, r, now, &row, &next)) {
		if (store_failed(d->store))
			return INT64_MAX;
		action = connector_action(r->connector, &r->view, row.kind);
		if (!action) {
			pack(packed, "%s offers no way to send \"%s\"", r->connector->title, row.kind);
			row_hold(d, &row, packed, now);
			continue;
		}
		/* The next step, or the same bytes again; but the lost time may have finished an attempt: it is looked at anew. */
		goes_on = row.attempt_key && !(action->repeat == REPEAT_NEVER && quarantine_row(d, r, &row));
		if (row.state == OUTBOX_UNSURE)
			started = plan_unsure(d, r, action, &row, now, &again);
		else if (!may_leave(d, r, &account, &row, now))
			continue;
		else if ((looked = looked_of(r, row.id, now)))
			started = send_looked_at(d, r, action, &row, looked, now, &again);
		else if (goes_on && !(action->look.ask && row_is_over(d, r, &row, now)))
			started = begin_send(d, r, action, &row, now, &again);
		else if (action->look.ask)
			started = start(d, r, JOB_LOOK, action, &row, "", NULL, now, &again);
		else if (!last_look(d, r, action, &row, NULL, now)) /* by what the polls showed */
			continue;
		else
			started = begin_send(d, r, action, &row, now, &again);
		if (started >= 0)
			return started ? INT64_MAX : again;
	}
	return next;
}

/* ---- the answer to a look ---- */

static void
look_failed(struct daemon *d, struct job *job, struct outbox_row *row, enum outcome o, const struct found *f,
	    int64_t now)
{
	if (o == REFUSED) {
		row_hold(d, row, f->err.text, now);
	} else if (o != LOGIN) {
		if (row->looks <
		    LOOKS_MAX / 2) /* an outage does not use up those that an incomplete listing gets */
			row->looks++;
		row_look_again(d, job, row, f->wait, now);
	}
}

/* Right after its look, or, when others need the call more, as soon as there is one for it. */
static void
send_in_turn(struct daemon *d, struct runner *r, const struct action *action, struct outbox_row *row,
	     json_t *own, int64_t now)
{
	int64_t again;

	looked_keep(d, r, action, row->id, own, now);
	if (!queue_may(d, r, row, now)) {
		row->next_at = now;
		outbox_save(d->store, row, now);
	} else if (begin_send(d, r, action, row, now, &again)) {
		looked_forget(r, row->id);
	}
}

void
look_finished(struct daemon *d, struct job *job, const struct answer *a, int64_t now)
{
	struct runner *r = job->runner;
	enum outcome o = LATER;
	struct attachment_file files[FILES_MAX];
	struct outgoing out;
	struct outbox_row row;
	struct account_row account;
	struct intake in;
	struct task task;
	int64_t again;
	char *ids;

	r->due[LANE_SEND] = 0;
	if (!outbox_get(d->store, job->row, &row) ||
	    (row.state != OUTBOX_READY && row.state != OUTBOX_UNSURE))
		return; /* a person was faster */
	outbox_outgoing(d, &row, files, &out);
	intake_open(&in, d, r, job->action->kind, now);
	if (job->own)
		json_array_extend(in.own, job->own);
	store_page_begin(d->store);
	if (a->complete) {
		job_task(job, &out, store_arena(d->store), &task);
		o = intake_read(&in, job, &task, &a->response);
	} else {
		in.found.err = a->err;
	}
	if (o != DONE && o != MORE) {
		store_page_drop(d->store);
		runner_token_judged(d, job, o, in.found.err.text, now);
		look_failed(d, job, &row, o, &in.found, now);
		goto out;
	}
	store_page_keep(d->store);
	runner_token_judged(d, job, o, in.found.err.text, now);
	if (o == MORE) {
		if (start(d, r, JOB_LOOK, job->action, &row, buf_str(&in.found.cursor), in.own, now,
			  &again) == 0) {
			row.next_at = again == INT64_MAX ? now : again;
			outbox_save(d->store, &row, now);
		}
		goto out;
	}
	if (row.started && !settle_row(d, job, &row, in.own, in.found.complete, now))
		goto out;
	row.looks = 0;
	ids = settle_ids(in.own);
	row.seen = arena_strdup(store_arena(d->store), ids);
	free(ids);
	if (row.not_before > now) /* taken back and let go again meanwhile: then there is a look of its own */
		goto out;
	if (sending_allowed(d, r, &account) && may_leave(d, r, &account, &row, now) &&
	    last_look(d, r, job->action, &row, in.own, now))
		send_in_turn(d, r, job->action, &row, in.own, now);
out:
	intake_close(&in);
	queue_moved(d, r);
}

/* ---- the answer to a send ---- */

/* SHA-256 of method, address and body */
static void
hash_request(const struct request *r, unsigned char hash[32])
{
	struct buf all = BUF_MAX(SIZE_MAX / 2);

	buf_fmt(&all, "%s %s\n", r->method, buf_str(&r->url));
	buf_add(&all, buf_str(&r->body), r->body.len);
	sha256(buf_str(&all), all.len, hash);
	buf_free(&all);
}

static void
never_left(struct outbox_row *row)
{
	row->attempt_key = NULL;
	row->started = 0;
}

void
send_finished(struct daemon *d, struct job *job, const struct answer *a, int64_t now)
{
	struct runner *r = job->runner;
	const int once = job->request.once && job->action->repeat == REPEAT_NEVER;
	enum outcome o = LATER;
	struct attachment_file files[FILES_MAX];
	struct outgoing out;
	struct outbox_row row;
	struct intake in;
	struct task task;
	unsigned char hash[32];
	int64_t again;

	r->due[LANE_SEND] = 0;
	if (!outbox_get(d->store, job->row, &row) || row.state != OUTBOX_SENDING)
		return;
	outbox_outgoing(d, &row, files, &out);
	intake_open(&in, d, r, job->action->kind, now);
	store_page_begin(d->store);
	if (a->complete) {
		job_task(job, &out, store_arena(d->store), &task);
		o = intake_read(&in, job, &task, &a->response);
	} else {
		in.found.err = a->err;
		o = once && a->left ? UNSURE : LATER;
	}
	if (o == DONE || o == MORE)
		store_page_keep(d->store);
	else
		store_page_drop(d->store);
	runner_token_judged(d, job, o, in.found.err.text, now);
	hash_request(&job->request, hash);
	attempt_log(d->store, &row,
		    o == DONE     ? "done"
		    : o == MORE   ? "step"
		    : o == LATER  ? "later"
		    : o == LOGIN  ? "login"
		    : o == UNSURE ? "unsure"
				  : "refused",
		    a->complete ? a->response.status : 0, hash, in.found.err.text, now);
	switch (o) {
	case DONE:
		row.remote = in.found.remote.len ? buf_str(&in.found.remote) : NULL;
		row_arrived(d, r, &row, NULL, now);
		log_info("%s: a%lld: %s sent, attempt %d", r->conf->name, (long long)row.id, row.kind,
			 row.attempt);
		break;
	case MORE:
		row.cursor = buf_str(&in.found.cursor);
		row.next_at = now + in.found.wait;
		row_save(d, &row, OUTBOX_READY, NULL, now);
		if (!in.found.wait)
			begin_send(d, r, job->action, &row, now, &again);
		break;
	case LOGIN:
		if (once)
			never_left(&row);
		row.next_at = now;
		row_save(d, &row, OUTBOX_READY, in.found.err.text, now);
		break;
	case LATER:
		if (once)
			never_left(&row);
		if (row.attempt >= ATTEMPTS_MAX * 4) {
			row_hold(d, &row, in.found.err.text, now);
			break;
		}
		row.next_at = now + (in.found.wait > 0 ? in.found.wait : backoff(row.attempt, job->seed));
		row_save(d, &row, OUTBOX_READY, in.found.err.text, now);
		log_warn("%s: a%lld: not sent, attempt %d; again in %lld s", r->conf->name, (long long)row.id,
			 row.attempt, (long long)((row.next_at - now) / SECOND));
		break;
	case UNSURE:
		row.next_at = now + SETTLE_MARGIN;
		row_save(d, &row, OUTBOX_UNSURE, in.found.err.text, now);
		log_warn("%s: a%lld: it is not certain whether it arrived; it is looked up before anything "
			 "else",
			 r->conf->name, (long long)row.id);
		break;
	case REFUSED: /* this attempt; not an earlier one that was lost, nor the same bytes before */
		if (row.attempt == 1 && job->action->repeat == REPEAT_NEVER)
			never_left(&row);
		row_hold(d, &row, in.found.err.text, now);
		break;
	}
	intake_close(&in);
	queue_moved(d, r);
}
