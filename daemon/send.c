/* send.c - the sending lane: last look, mark, send, and what became of it.
 *
 * The earliest deadline goes first.  Before anything leaves, what the action is about is read again (the last look); what the look shows is
 * compared with what the text was made from.  Then the row is marked `sending`; job_queue starts the request only after that mark is
 * committed.  A lost answer makes the row unsure, and the next look settles it (outbox/settle.h).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/clock.h"
#include "daemon/decide/decide.h"
#include "daemon/events.h"
#include "daemon/intake.h"
#include "daemon/log.h"
#include "daemon/outbox/outbox.h"
#include "daemon/outbox/settle.h"

#define STALE_AFTER   (72 * HOUR) /* a rule's action that could not leave so long is not sent any more */
#define ATTEMPTS_MAX  8
#define LOOKS_MAX     12
#define SETTLE_MARGIN SECOND

static const char *
ref(struct daemon *d, int64_t id)
{
	return arena_fmt(store_arena(d->store), "a%lld", (long long)id);
}

static void
outgoing_of(const struct outbox_row *row, struct outgoing *out)
{
	*out = (struct outgoing){
		.kind = row->kind,
		.conversation = row->conversation_remote,
		.message = row->message_remote,
		.order = row->order_remote,
		.listing = row->listing,
		.buyer = row->buyer_remote,
		.text = row->text,
		.marketplace = row->marketplace,
	};
}

static void
save(struct daemon *d, struct outbox_row *row, enum outbox_state state, const char *packed, int64_t now)
{
	row->state = state;
	row->reason = packed && *packed ? arena_strdup(store_arena(d->store), packed) : NULL;
	outbox_save(d->store, row, now);
	journal_add(d->store, now, row->account, outbox_state_name(state), ref(d, row->id),
		    json_pack("{s:i, s:o*, s:s*}", "attempt", row->attempt, "why",
			      row->reason ? json_pack("{s:s}", "packed", row->reason) : NULL, "remote",
			      row->remote));
}

/* For a person: held, and told. */
static void
hold(struct daemon *d, struct runner *r, struct outbox_row *row, const char *packed, int64_t now)
{
	char cause[64], note[ERR_MAX];

	save(d, row, OUTBOX_HELD, packed, now);
	snprintf(cause, sizeof cause, "held/a%lld", (long long)row->id);
	pack(note, "%s: a%lld is held and waits for you; see 'supercargo show a%lld'", r->conf->name,
	     (long long)row->id, (long long)row->id);
	notice_raise(d->store, cause, r->id, note, now);
	log_warn("%s: a%lld: held", r->conf->name, (long long)row->id);
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
	struct outgoing out;
	const char *token;
	struct job *job;

	*again = INT64_MAX;
	if (!runner_token(r, x, now, &token) || !budget_take(d, r, x, 1, now, again))
		return 0;
	job = job_for(d, r, kind, action, x, row, token, cursor, now);
	job->own = json_incref(own);
	outgoing_of(row, &out);
	if (job_ask(d, job, &out, &err)) {
		job_free(job);
		hold(d, r, row, err.text, now);
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
		random_hex(key, 16);
		row->attempt_key = arena_strdup(store_arena(d->store), key);
		row->attempt++;
	}
	row->started = runner_now(r, now); /* as the platform will date it, whatever becomes of our clock */
	started = start(d, r, JOB_SEND, action, row, row->cursor, NULL, now, again);
	if (started == 1) {
		save(d, row, OUTBOX_SENDING, NULL, now);
	} else { /* nothing left: there was no attempt, and no look before its time */
		row->attempt = before.attempt;
		row->attempt_key = before.attempt_key;
		row->started = before.started;
		if (!started)
			row->next_at = *again == INT64_MAX ? now : *again;
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

/* May this row leave now, by the switches of the account?  A row that may not goes back to people. */
static int
may_leave(struct daemon *d, struct runner *r, const struct account_row *account, struct outbox_row *row,
	  int64_t now)
{
	const enum mode mode = account_mode(d->store, row->account, row->marketplace);
	char packed[ERR_MAX];

	if (mode <= MODE_OBSERVE || (mode == MODE_DRAFT && automatic(row))) {
		pack(packed, "the mode of %s is now %s", r->conf->name, mode_name(mode));
		save(d, row, OUTBOX_DRAFT, packed, now);
		return 0;
	}
	if (automatic(row) && account->breaker) {
		save(d, row, OUTBOX_DRAFT, account->breaker, now);
		return 0;
	}
	if (automatic(row) && now - row->created > STALE_AFTER) {
		pack(packed, "it could not leave within %d hours", (int)(STALE_AFTER / HOUR));
		save(d, row, OUTBOX_EXPIRED, packed, now);
		pack(packed, "%s: a%lld could not leave in time and is not sent any more", r->conf->name,
		     (long long)row->id);
		notice_raise(d->store, arena_fmt(store_arena(d->store), "expired/a%lld", (long long)row->id),
			     r->id, packed, now);
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
		save(d, row, OUTBOX_READY, NULL, now); /* same key, same bytes */
		return -1;
	}
	if (!action->look.ask) {
		pack(packed,
		     "%s gives no way to see whether it arrived; look there, then 'supercargo resolve a%lld "
		     "sent' or 'not-sent'",
		     r->connector->title, (long long)row->id);
		hold(d, r, row, packed, now);
		return -1;
	}
	return start(d, r, JOB_LOOK, action, row, "", NULL, now, again);
}

/* Nothing leaves while the service stops or reloads, the clock is wrong, the store has not caught up, or a person paused the account. */
static int
sending_allowed(struct daemon *d, struct runner *r, struct account_row *account)
{
	if (d->stopping || d->reload || d->clock_back || r->sweep_from)
		return 0;
	account_get_row(d->store, r->conf->name, account);
	return !account->paused && !account->stopped && account->mode != MODE_OFF;
}

int64_t
plan_send(struct daemon *d, struct runner *r, int64_t now)
{
	int64_t next = INT64_MAX, again = INT64_MAX;
	struct account_row account;
	const struct action *action;
	struct outbox_row row;
	char packed[ERR_MAX];
	int started;

	if (r->busy[LANE_SEND] || !sending_allowed(d, r, &account))
		return INT64_MAX;
	while (outbox_due(d->store, r->id, now, &row, &next)) {
		if (store_failed(d->store))
			return INT64_MAX;
		action = connector_action(r->connector, &r->view, row.kind);
		if (!action) {
			pack(packed, "%s offers no way to send \"%s\"", r->connector->title, row.kind);
			hold(d, r, &row, packed, now);
			continue;
		}
		if (row.state == OUTBOX_UNSURE)
			started = plan_unsure(d, r, action, &row, now, &again);
		else if (!may_leave(d, r, &account, &row, now))
			continue;
		else if (action->look.ask && !row.cursor &&
			 !row.attempt_key) /* with a key: the same bytes again */
			started = start(d, r, JOB_LOOK, action, &row, "", NULL, now, &again);
		else
			started = begin_send(d, r, action, &row, now, &again);
		if (started >= 0)
			return started ? INT64_MAX : again;
	}
	return next;
}

/* ---- the last look ---- */

enum last_look { LOOK_SEND, LOOK_OVER };

static const struct conf_rule *
rule_named(const struct daemon *d, const char *name)
{
	for (int i = 0; name && i < d->conf->nrules; i++)
		if (!strcmp(d->conf->rules[i].name, name))
			return &d->conf->rules[i];
	return NULL;
}

static enum last_look
cancel(struct daemon *d, struct outbox_row *row, const char *why, int64_t now)
{
	char packed[ERR_MAX];

	snprintf(packed, sizeof packed, "%s", why);
	save(d, row, OUTBOX_CANCELLED, packed, now);
	return LOOK_OVER;
}

static enum last_look
ask_again(struct daemon *d, struct outbox_row *row, const char *why, int64_t now)
{
	char packed[ERR_MAX];

	snprintf(packed, sizeof packed, "%s", why);
	save(d, row, OUTBOX_DRAFT, packed, now);
	return LOOK_OVER;
}

/* The facts or the template changed since the text was made: it is made again, and different bytes need a new approval. */
static enum last_look
render_again(struct daemon *d, struct runner *r, struct outbox_row *row, const struct situation *s,
	     int64_t now)
{
	struct buf text = BUF_MAX(64u << 10);
	char got[LOCALE_MAX];
	const char *used;
	struct err err = {""};
	enum last_look result = LOOK_SEND;

	if (outbox_text(d, s, row->template_id, row->locale, now, &text, got, &used, &err) < 0 ||
	    policy_check_text(r->policy, row->kind, buf_str(&text), now, &err)) {
		hold(d, r, row, err.text, now);
		result = LOOK_OVER;
	} else if (strcmp(buf_str(&text), row->text) != 0) {
		row->text = arena_strdup(store_arena(d->store), buf_str(&text));
		if (row->operator)
			result = ask_again(
				d, row,
				TEXT("the facts changed; the text was made again and needs a new approval"),
				now);
	}
	buf_free(&text);
	row->order_version = s->order_version;
	row->conversation_version = s->conversation_version;
	return result;
}

static enum last_look
last_look(struct daemon *d, struct runner *r, struct outbox_row *row, int64_t now)
{
	const struct conf_rule *rule = rule_named(d, row->rule);
	const struct scenario *sc = row->template_id ? library_scenario(d->library, row->template_id) : NULL;
	struct situation s;
	int changed;

	if (!situation_load(d->store, &(struct around){.event = row->event, .conversation = row->conversation}, now, &s))
		return cancel(d, row, TEXT("what it is about is no longer there"), now);
	changed = s.order_version != row->order_version ||
		  s.conversation_version != row->conversation_version ||
		  (sc && !strstr(row->made_from, arena_fmt(store_arena(d->store), "/%.16s", sc->version)));
	if (row->rule) {
		if (!s.oldest_unanswered)
			return cancel(d, row, TEXT("it was answered by hand"), now);
		if (s.newest != row->message)
			return cancel(d, row, TEXT("the buyer wrote again; the newer message is answered"),
				      now);
		if (!rule)
			return cancel(d, row, TEXT("its rule is no longer in the configuration"), now);
		if (changed && !rule_holds(rule, &s))
			return cancel(d, row, TEXT("the facts changed; its rule no longer applies"), now);
	} else if (s.last_ours > runner_now(r, row->created)) {
		return ask_again(d, row,
				 TEXT("somebody answered in the meantime; look at the conversation before "
				      "you approve"),
				 now);
	}
	if (!changed || !row->template_id)
		return LOOK_SEND;
	situation_guess(d, &s, now);
	return render_again(d, r, row, &s, now);
}

/* ---- settling ---- */

static void
settle_row(struct daemon *d, struct job *job, struct outbox_row *row, const json_t *own, int complete,
	   int64_t now)
{
	const struct attempt attempt = {row->seen, row->text, row->started};
	const int64_t asked = job_asked(job, now);
	struct runner *r = job->runner;
	char packed[ERR_MAX];
	const char *remote;

	switch (settle(&attempt, own, complete, asked, job->action->visible_after, &remote)) {
	case SETTLED_FOUND:
		row->remote = remote;
		row->attempt_key = NULL;
		pack(packed, "the answer was lost; reading back showed that it arrived");
		save(d, row, OUTBOX_SENT, packed, now);
		conversation_answered(d->store, row->conversation, row->started, row->substantive, row->id);
		log_info("%s: a%lld: was unsure, found by reading back", r->conf->name, (long long)row->id);
		break;
	case SETTLED_ABSENT:
		if (row->attempt >= ATTEMPTS_MAX) {
			pack(packed, "%d attempts were lost and none arrived", row->attempt);
			hold(d, r, row, packed, now);
			break;
		}
		row->attempt_key = NULL; /* the next one is a new, numbered attempt, after a new last look */
		row->next_at = now;
		save(d, row, OUTBOX_READY, NULL, now);
		log_info("%s: a%lld: attempt %d did not arrive; a new one is made", r->conf->name,
			 (long long)row->id, row->attempt);
		break;
	case SETTLED_TOO_EARLY:
		row->next_at = row->started - r->offset + job->action->visible_after + SETTLE_MARGIN;
		outbox_save(d->store, row, now);
		break;
	case SETTLED_INCOMPLETE:
		if (++r->look_fails >= LOOKS_MAX) {
			pack(packed, "the platform did not show the whole conversation; it cannot be seen "
				     "whether it arrived");
			hold(d, r, row, packed, now);
			break;
		}
		row->next_at = now + backoff(r->look_fails, job->seed);
		outbox_save(d->store, row, now);
		break;
	}
}

static void
look_failed(struct daemon *d, struct job *job, struct outbox_row *row, enum outcome o, const struct found *f,
	    int64_t now)
{
	struct runner *r = job->runner;

	if (o == LOGIN)
		return;
	if (o == REFUSED) {
		hold(d, r, row, f->err.text, now);
		return;
	}
	r->look_fails++;
	row->next_at = now + (f->wait > 0 ? f->wait : backoff(r->look_fails, job->seed));
	outbox_save(d->store, row, now);
}

void
look_finished(struct daemon *d, struct job *job, const struct answer *a, int64_t now)
{
	struct runner *r = job->runner;
	enum outcome o = LATER;
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
	outgoing_of(&row, &out);
	intake_open(&in, d, r, job->action->kind, now);
	if (job->own)
		json_array_extend(in.own, job->own);
	store_page_begin(d->store);
	if (a->complete) {
		job_task(job, &out, store_arena(d->store), &task);
		o = job->exchange->read(&task, &a->response, &in.found);
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
	if (row.state == OUTBOX_UNSURE) {
		settle_row(d, job, &row, in.own, in.found.complete, now);
		goto out;
	}
	r->look_fails = 0;
	ids = settle_ids(in.own);
	row.seen = arena_strdup(store_arena(d->store), ids);
	row.looked = now;
	free(ids);
	if (sending_allowed(d, r, &account) && may_leave(d, r, &account, &row, now) &&
	    last_look(d, r, &row, now) == LOOK_SEND)
		begin_send(d, r, job->action, &row, now, &again);
out:
	intake_close(&in);
}

/* ---- the answer to a send ---- */

void
send_finished(struct daemon *d, struct job *job, const struct answer *a, int64_t now)
{
	struct runner *r = job->runner;
	const int once = job->request.once && job->action->repeat == REPEAT_NEVER;
	enum outcome o = LATER;
	struct outgoing out;
	struct outbox_row row;
	struct intake in;
	struct task task;
	int64_t again;

	r->due[LANE_SEND] = 0;
	if (!outbox_get(d->store, job->row, &row) || row.state != OUTBOX_SENDING)
		return;
	outgoing_of(&row, &out);
	intake_open(&in, d, r, job->action->kind, now);
	store_page_begin(d->store);
	if (a->complete) {
		job_task(job, &out, store_arena(d->store), &task);
		o = job->exchange->read(&task, &a->response, &in.found);
	} else {
		in.found.err = a->err;
		o = once && a->left ? UNSURE : LATER;
	}
	if (o == DONE || o == MORE)
		store_page_keep(d->store);
	else
		store_page_drop(d->store);
	runner_token_judged(d, job, o, in.found.err.text, now);
	attempt_log(d->store, &row,
		    o == DONE     ? "done"
		    : o == MORE   ? "step"
		    : o == LATER  ? "later"
		    : o == LOGIN  ? "login"
		    : o == UNSURE ? "unsure"
				  : "refused",
		    a->complete ? a->response.status : 0, job->hash, in.found.err.text, now);
	switch (o) {
	case DONE:
		row.remote = in.found.remote.len ? buf_str(&in.found.remote) : NULL;
		row.attempt_key = NULL;
		row.cursor = NULL;
		save(d, &row, OUTBOX_SENT, NULL, now);
		conversation_answered(d->store, row.conversation, row.started, row.substantive, row.id);
		log_info("%s: a%lld: %s sent, attempt %d", r->conf->name, (long long)row.id, row.kind,
			 row.attempt);
		break;
	case MORE:
		row.cursor = buf_str(&in.found.cursor);
		row.next_at = now + in.found.wait;
		save(d, &row, OUTBOX_READY, NULL, now);
		if (!in.found.wait)
			begin_send(d, r, job->action, &row, now, &again);
		break;
	case LOGIN:
		row.attempt_key = once ? NULL : row.attempt_key;
		row.next_at = now;
		save(d, &row, OUTBOX_READY, in.found.err.text, now);
		break;
	case LATER:
		if (row.attempt >= ATTEMPTS_MAX * 4) {
			hold(d, r, &row, in.found.err.text, now);
			break;
		}
		row.attempt_key = once ? NULL : row.attempt_key;
		row.next_at = now + (in.found.wait > 0 ? in.found.wait : backoff(row.attempt, job->seed));
		save(d, &row, OUTBOX_READY, in.found.err.text, now);
		log_warn("%s: a%lld: not sent, attempt %d; again in %lld s", r->conf->name, (long long)row.id,
			 row.attempt, (long long)((row.next_at - now) / SECOND));
		break;
	case UNSURE:
		row.next_at = now + SETTLE_MARGIN;
		save(d, &row, OUTBOX_UNSURE, in.found.err.text, now);
		log_warn("%s: a%lld: it is not certain whether it arrived; it is looked up before anything "
			 "else",
			 r->conf->name, (long long)row.id);
		break;
	case REFUSED:
		row.attempt_key = NULL;
		hold(d, r, &row, in.found.err.text, now);
		break;
	}
	intake_close(&in);
}
