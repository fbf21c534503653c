/* login.c - credentials: tokens are refreshed before they end, and never without need.
 *
 * A refresh that ends the old grant is marked in the store and committed before it leaves (job_queue starts it after the commit); the new pair is
 * committed before it is used.  A refused grant stops the account and tells a person; a failed call is tried again with backoff while the
 * account's other work goes on.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/log.h"
#include "daemon/runner.h"

#define REFRESH_BEFORE (5 * MINUTE) /* of the token's end */
#define GRANT_WARNING  (30 * DAY)
#define PLAIN_MAX      (64u << 10)

static void
label(const struct runner *r, const struct credential *c, const char *what, char out[200])
{
	snprintf(out, 200, "%s/%s/%s", r->conf->name, c->name, what);
}

/* The opened bytes, owned by the caller; NULL when absent or when they cannot be opened. */
static char *
open_sealed(struct daemon *d, const struct runner *r, const struct credential *c, const char *what,
	    const void *sealed, size_t len, struct err *err)
{
	struct buf plain = BUF_MAX(PLAIN_MAX);
	char name[200], *s = NULL;

	if (!sealed || !len)
		return NULL;
	label(r, c, what, name);
	if (!secret_open(d->key, name, sealed, len, &plain, err))
		s = must_strdup(buf_str(&plain));
	if (plain.data)
		explicit_bzero(plain.data, plain.len);
	buf_free(&plain);
	return s;
}

static void
wipe(char *s)
{
	if (s) {
		explicit_bzero(s, strlen(s));
		free(s);
	}
}

static struct token *
token_of(const struct runner *r, const char *credential)
{
	int i = 0;

	while (strcmp(r->connector->credentials[i].name, credential) != 0)
		i++;
	return &r->tokens[i];
}

int
runner_token(struct runner *r, const struct exchange *x, int64_t now, const char **token)
{
	struct token *t;

	*token = NULL;
	if (!x->credential)
		return 1;
	t = token_of(r, x->credential);
	if (t->value && t->until - REFRESH_BEFORE > runner_now(r, now)) {
		*token = t->value;
		return 1;
	}
	t->wanted = 1;
	r->due[LANE_LOGIN] = 0;
	return 0;
}

void
runner_token_judged(struct daemon *d, const struct job *job, enum outcome o, const char *packed, int64_t now)
{
	struct runner *r = job->runner;
	const struct exchange **refused = &r->refused[job->lane];
	struct token *t;

	if (o != LOGIN) {
		if (*refused == job->exchange)
			*refused = NULL;
		return;
	}
	t = job->exchange->credential ? token_of(r, job->exchange->credential) : NULL;
	if (t && (!t->value || strcmp(t->value, job->token) != 0))
		return; /* another lane was told already */
	if (!t || *refused) {
		*refused = NULL;
		runner_stop(d, r, packed, now);
		return;
	}
	*refused = job->exchange;
	wipe(t->value);
	t->value = NULL;
	t->wanted = 1;
	t->until = -1; /* known to be refused: do not take the stored one again */
	r->due[LANE_LOGIN] = 0;
}

/* Takes the token from the store when it still holds; then no call is needed. */
static int
token_from_store(struct daemon *d, struct runner *r, const struct credential *c, struct token *t,
		 const struct credential_row *row, int64_t now)
{
	if (t->until == -1 || row->token_until - REFRESH_BEFORE <= runner_now(r, now))
		return 0;
	wipe(t->value);
	t->value = open_sealed(d, r, c, "token", row->token, row->ntoken, NULL);
	t->until = row->token_until;
	return t->value != NULL;
}

static void
start(struct daemon *d, struct runner *r, int i, struct credential_row *row, int64_t now)
{
	const struct credential *c = &r->connector->credentials[i];
	struct token *t = &r->tokens[i];
	const int redeem = row->pasted && row->npasted;
	struct err err = {""};
	struct job *job = job_new(d, r, JOB_LOGIN, LANE_LOGIN, redeem ? &c->redeem : &c->refresh);

	job->credential = c;
	job->redeem = redeem;
	job->now = runner_now(r, now);
	if (redeem)
		job->cursor = open_sealed(d, r, c, "pasted", row->pasted, row->npasted, &err);
	else
		job->grant = open_sealed(d, r, c, "grant", row->grant, row->ngrant, &err);
	if (*err.text || job_ask(d, job, NULL, &err)) {
		runner_stop(d, r, err.text, now);
		t->wanted = 0;
		job_free(job);
		return;
	}
	if (c->rotates && !redeem) {
		row->refreshing = 1;
		credential_put(d->store, r->id, row);
	}
	job_queue(d, job);
}

int64_t
plan_login(struct daemon *d, struct runner *r, int64_t now)
{
	struct account_row account;
	int64_t wake = INT64_MAX;

	if (r->busy[LANE_LOGIN] || d->stopping || d->reload)
		return INT64_MAX;
	account_get_row(d->store, r->conf->name, &account);
	for (int i = 0; r->connector->credentials && r->connector->credentials[i].name; i++) {
		const struct credential *c = &r->connector->credentials[i];
		struct token *t = &r->tokens[i];
		struct credential_row row = {0};
		const int there = credential_get(d->store, r->id, c->name, &row);
		char packed[ERR_MAX];
		int pasted;

		row.name = c->name;
		pasted = row.pasted && row.npasted;
		if (!pasted && (!t->wanted || account.stopped))
			continue;
		if (!pasted && there && token_from_store(d, r, c, t, &row, now)) {
			t->wanted = 0;
			memset(r->due, 0, sizeof r->due);
			continue;
		}
		if (!pasted && c->consent && !row.grant) {
			pack(packed, "%s: not logged in yet; run 'supercargo account login %s'",
			     r->conf->name, r->conf->name);
			runner_stop(d, r, packed, now);
			continue;
		}
		if (t->next_try > now) {
			wake = t->next_try < wake ? t->next_try : wake;
			continue;
		}
		start(d, r, i, &row, now);
		break;
	}
	return wake;
}

static void
seal(struct daemon *d, const struct runner *r, const struct credential *c, const char *what,
     const char *plain, struct buf *out)
{
	char name[200];

	label(r, c, what, name);
	secret_seal(d->key, name, plain, strlen(plain), out);
}

static const char *
login_cause(const struct daemon *d, const struct runner *r)
{
	return arena_fmt(store_arena(d->store), "login/%s", r->conf->name);
}

/* Stores what the platform gave: sealed, in this turn; used only when the turn is committed, since jobs start after it. */
static void
keep(struct daemon *d, struct job *job, const struct found *f, int64_t now)
{
	struct runner *r = job->runner;
	struct token *t = token_of(r, job->credential->name);
	struct credential_row row = {0};
	struct buf token = BUF_MAX(PLAIN_MAX + 128), grant = BUF_MAX(PLAIN_MAX + 128);
	char packed[ERR_MAX], cause[160], key[17];

	credential_get(d->store, r->id, job->credential->name, &row);
	row.name = job->credential->name;
	seal(d, r, job->credential, "token", buf_str(&f->token), &token);
	row.token = buf_str(&token), row.ntoken = token.len;
	row.token_until = f->token_until;
	if (f->grant.len) {
		seal(d, r, job->credential, "grant", buf_str(&f->grant), &grant);
		row.grant = buf_str(&grant), row.ngrant = grant.len;
		row.grant_until = f->grant_until;
	}
	row.pasted = NULL, row.npasted = 0;
	row.refreshing = 0;
	credential_put(d->store, r->id, &row);
	secret_key_id(d->key, key);
	meta_set(d->store, "key_check", key);
	notice_clear(d->store, "key", now);
	buf_free(&token);
	buf_free(&grant);
	wipe(t->value);
	t->value = must_strdup(buf_str(&f->token));
	t->until = f->token_until;
	t->wanted = t->fails = 0;
	t->next_try = 0;
	snprintf(cause, sizeof cause, "grant/%s/%s", r->conf->name, job->credential->name);
	if (row.grant_until && row.grant_until - now < GRANT_WARNING) {
		pack(packed,
		     "%s: the authorisation ends in %lld days; renew it with 'supercargo account login %s'",
		     r->conf->name, (long long)((row.grant_until - now) / DAY), r->conf->name);
		notice_raise(d->store, cause, r->id, packed, now);
	} else {
		notice_clear(d->store, cause, now);
	}
	runner_revive(d, r);
	if (job->redeem)
		notice_clear(d->store, login_cause(d, r), now);
	journal_add(d->store, now, r->id, job->redeem ? "login" : "refresh", job->credential->name,
		    json_pack("{s:I, s:I}", "token_until", (json_int_t)row.token_until, "grant_until",
			      (json_int_t)row.grant_until));
}

/* What a person pasted is used once, whatever came of it.  Whether an older login is left. */
static int
forget_pasted(struct daemon *d, struct job *job)
{
	struct credential_row row = {0};

	credential_get(d->store, job->runner->id, job->credential->name, &row);
	row.name = job->credential->name;
	row.pasted = NULL, row.npasted = 0;
	credential_put(d->store, job->runner->id, &row);
	return row.ngrant > 0;
}

/* A login that was refused ends the account, unless it works with the one that it has. */
static void
refused(struct daemon *d, struct job *job, const char *packed, int64_t now)
{
	struct runner *r = job->runner;
	struct account_row account;

	token_of(r, job->credential->name)->wanted = 0;
	account_get_row(d->store, r->conf->name, &account);
	if (!job->redeem || !forget_pasted(d, job) || account.stopped) {
		runner_stop(d, r, packed, now);
		return;
	}
	notice_clear(d->store, login_cause(d, r), now);
	notice_raise(d->store, login_cause(d, r), r->id, packed, now);
	log_reason(packed);
}

void
login_finished(struct daemon *d, struct job *job, const struct answer *a, int64_t now)
{
	struct runner *r = job->runner;
	struct token *t = token_of(r, job->credential->name);
	struct found f = {.token = BUF_MAX(PLAIN_MAX),
			  .grant = BUF_MAX(PLAIN_MAX),
			  .identity = BUF_MAX(1024),
			  .cursor = BUF_MAX(1024),
			  .ack = BUF_MAX(1024),
			  .remote = BUF_MAX(1024)};
	enum outcome o = LATER;
	struct task task;

	job_task(job, NULL, store_arena(d->store), &task);
	if (a->complete)
		o = job->exchange->read(&task, &a->response, &f);
	else
		f.err = a->err;
	if (o == DONE && f.token.len) {
		keep(d, job, &f, now);
		if (f.identity.len) {
			account_set_identity(d->store, r->id, buf_str(&f.identity));
			runner_set_identity(r, buf_str(&f.identity));
		}
		log_info("%s: logged in (%s)", r->conf->name, job->credential->name);
	} else if (o == REFUSED || o == LOGIN || (job->redeem && o != DONE && a->complete)) {
		refused(d, job, f.err.text, now);
	} else {
		t->fails++;
		t->next_try = now + (f.wait ? f.wait : backoff(t->fails, job->seed));
		log_warn("%s: login did not work, try %d; again in %lld s", r->conf->name, t->fails,
			 (long long)((t->next_try - now) / SECOND));
	}
	buf_free(&f.token);
	buf_free(&f.grant);
	buf_free(&f.identity);
	buf_free(&f.cursor);
	buf_free(&f.ack);
	buf_free(&f.remote);
	memset(r->due, 0, sizeof r->due);
}

void
login_pasted(struct daemon *d, const struct conf_account *a, const struct credential *c, const char *pasted,
	     int64_t now)
{
	struct credential_row row = {0};
	struct buf sealed = BUF_MAX(PLAIN_MAX + 128);
	struct account_row account;
	struct runner *r;

	account_ensure(d->store, a->name, a->connector->name, now, &account);
	r = runner_of(d, account.id);
	credential_get(d->store, r->id, c->name, &row);
	row.name = c->name;
	seal(d, r, c, "pasted", pasted, &sealed);
	row.pasted = buf_str(&sealed), row.npasted = sealed.len;
	credential_put(d->store, r->id, &row);
	token_of(r, c->name)->next_try = 0;
	buf_free(&sealed);
}
