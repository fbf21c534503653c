#include "daemon/doctor.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/clock.h"
#include "daemon/quarantine.h"

#define GRANT_WARNING (30 * DAY)
#define CLOCK_WARNING MINUTE /* signatures are refused when the clock is out */
#define PUSH_SILENT   (30 * DAY)

enum health { HEALTH_ASKED, HEALTH_GOOD, HEALTH_WARNING, HEALTH_BAD };

/* Beside the connector's checks. */
struct checkup {
	int64_t until; /* what is not answered by then will not be (real monotonic) */
	struct {
		enum health health;
		char packed[ERR_MAX];
	} result[];
};

static const char *
word(enum health h)
{
	static const char *const words[] = {"asked", "good", "warning", "bad"};

	return words[h];
}

static int
wanted(const struct runner *r, const struct check *c)
{
	return !c->wanted || c->wanted(&r->view);
}

static size_t
checks_count(const struct connector *c)
{
	size_t n = 0;

	while (c->checks && c->checks[n].name)
		n++;
	return n;
}

void
doctor_free(struct runner *r)
{
	free(r->checkup);
	r->checkup = NULL;
}

void
doctor_start(struct daemon *d, struct runner *r)
{
	doctor_free(r);
	r->checkup = must_zalloc(sizeof *r->checkup +
				 (checks_count(r->connector) + 1) * sizeof r->checkup->result[0]);
	r->checkup->until = clock_mono() + 90 * SECOND;
	runner_touch(d, r->id);
}

/* ---- asked of the platform ---- */

static void
judged(struct runner *r, size_t i, enum health health, const char *packed)
{
	r->checkup->result[i].health = health;
	snprintf(r->checkup->result[i].packed, ERR_MAX, "%s", packed);
}

/* A login that cannot be had: it was refused, or keeps failing. */
static int
is_locked_out(struct daemon *d, const struct runner *r, const struct exchange *x)
{
	struct account_row account;
	int i = 0;

	account_get_row(d->store, r->conf->name, &account);
	while (r->connector->credentials[i].name && strcmp(r->connector->credentials[i].name, x->credential))
		i++;
	return account.stopped || r->tokens[i].fails;
}

int64_t
plan_doctor(struct daemon *d, struct runner *r, int64_t now)
{
	int64_t again = INT64_MAX;

	if (!r->checkup || r->busy[LANE_LOGIN] || d->stopping || d->reload)
		return INT64_MAX;
	for (size_t i = 0; i < checks_count(r->connector); i++) {
		const struct check *c = &r->connector->checks[i];
		struct err err = {""};
		const char *token;
		struct job *job;

		if (r->checkup->result[i].health != HEALTH_ASKED || !wanted(r, c))
			continue;
		if (!runner_token(r, &c->x, now, &token)) {
			if (is_locked_out(d, r, &c->x)) {
				pack(err.text, "it could not be asked: there is no login, or the platform "
					       "did not answer");
				judged(r, i, HEALTH_BAD, err.text);
			}
			continue; /* the login plans this lane again */
		}
		if (!budget_take(d, r, &c->x, 1, now, &again)) {
			pack(err.text, "the call limit is used up for now; ask again later");
			judged(r, i, HEALTH_WARNING, err.text);
			continue;
		}
		job = job_new(d, r, JOB_CHECK, LANE_LOGIN, &c->x);
		job->row = (int64_t)i;
		job->cursor = must_strdup(c->name);
		job->token = token ? must_strdup(token) : NULL;
		job->now = runner_now(r, now);
		if (job_ask(d, job, NULL, &err)) {
			judged(r, i, HEALTH_BAD, err.text);
			job_free(job);
			continue;
		}
		job_queue(d, job);
		return INT64_MAX;
	}
	return INT64_MAX;
}

void
check_finished(struct daemon *d, struct job *job, const struct answer *a, int64_t now)
{
	struct runner *r = job->runner;
	struct found f = {.cursor = BUF_MAX(4096), .identity = BUF_MAX(1024)};
	enum outcome o = LATER;
	struct task task;
	int again;

	if (a->complete) {
		job_task(job, NULL, store_arena(d->store), &task);
		o = job->exchange->read(&task, &a->response, &f);
	} else {
		f.err = a->err;
	}
	/* A token that was refused may just be old: a fresh one is tried.  But a question stops no account. */
	again = o == LOGIN && r->refused[LANE_LOGIN] != job->exchange;
	r->refused[LANE_LOGIN] = NULL;
	if (again)
		runner_token_judged(d, job, o, f.err.text, now);
	if (r->checkup && !again)
		judged(r, (size_t)job->row,
		       o != DONE     ? HEALTH_BAD
		       : *f.err.text ? HEALTH_WARNING
				     : HEALTH_GOOD,
		       f.err.text);
	buf_free(&f.cursor);
	buf_free(&f.identity);
	memset(r->due, 0, sizeof r->due);
}

/* ---- known here ---- */

/* name: packed, too */
static void
tell(json_t *checks, const char *name, enum health health, const char *packed)
{
	char english[ERR_MAX];

	err_english(name, english, sizeof english);
	json_array_append_new(
		checks, json_pack("{s:s, s:{s:s}, s:s, s:o}", "name", english, "title", "packed", name,
				  "health", word(health), "text",
				  packed && *packed ? json_pack("{s:s}", "packed", packed) : json_null()));
}

/* What was just told has stopped, and does not go on by itself. */
static void
tell_to_resume(const struct runner *r, json_t *checks)
{
	char packed[ERR_MAX];

	pack(packed, "when that is mended, go on with 'supercargo resume %s'", r->conf->name);
	json_object_set_new(json_array_get(checks, json_array_size(checks) - 1), "mend",
			    json_pack("{s:s}", "packed", packed));
}

static void
tell_login(struct daemon *d, struct runner *r, int64_t now, json_t *checks)
{
	char packed[ERR_MAX] = "";
	struct account_row account;
	enum health health = HEALTH_GOOD;

	account_get_row(d->store, r->conf->name, &account);
	if (account.stopped) {
		tell(checks, TEXT("account"), HEALTH_BAD, account.stopped);
		tell_to_resume(r, checks);
		return;
	}
	for (const struct credential *c = r->connector->credentials; c && c->name; c++) {
		struct credential_row row = {0};

		credential_get(d->store, r->id, c->name, &row);
		if (c->consent && !row.grant) {
			health = HEALTH_BAD;
			pack(packed, "%s: not logged in yet; run 'supercargo account login %s'",
			     r->conf->name, r->conf->name);
		} else if (row.grant_until && row.grant_until - now < GRANT_WARNING &&
			   health == HEALTH_GOOD) {
			health = HEALTH_WARNING;
			pack(packed,
			     "%s: the authorisation ends in %lld days; renew it with 'supercargo account "
			     "login %s'",
			     r->conf->name, (long long)((row.grant_until - now) / DAY), r->conf->name);
		}
	}
	tell(checks, TEXT("account"), health, packed);
}

static void
tell_clock(const struct runner *r, json_t *checks)
{
	char packed[ERR_MAX] = "";

	if (llabs(r->offset) >= CLOCK_WARNING)
		pack(packed,
		     "the clock of this machine is %lld s off the platform's; set it (timedatectl set-ntp "
		     "true), or "
		     "signed requests are refused",
		     (long long)(llabs(r->offset) / SECOND));
	tell(checks, TEXT("clock"), *packed ? HEALTH_BAD : HEALTH_GOOD, packed);
}

static void
tell_sending(struct daemon *d, const struct runner *r, json_t *checks)
{
	char packed[ERR_MAX] = "";
	const int waits = quarantine_reason(d, r, packed);

	tell(checks, TEXT("sending"), waits ? HEALTH_WARNING : HEALTH_GOOD, packed);
}

static void
tell_streams(struct daemon *d, const struct runner *r, json_t *checks)
{
	for (const struct stream *s = r->connector->streams; s && s->name; s++) {
		struct stream_row row;
		char name[ERR_MAX];

		if (s->wanted && !s->wanted(&r->view))
			continue;
		pack(name, "stream: %s", s->name);
		stream_get(d->store, r->id, s->name, &row);
		tell(checks, name,
		     row.stopped   ? HEALTH_BAD
		     : row.last_ok ? HEALTH_GOOD
				   : HEALTH_WARNING,
		     row.stopped   ? row.stopped
		     : row.last_ok ? ""
				   : TEXT("it has not been read yet"));
		if (row.stopped)
			tell_to_resume(r, checks);
	}
}

static void
tell_listener(struct daemon *d, const struct runner *r, int64_t now, json_t *checks)
{
	const char *application = r->conf->application ? r->conf->application->name : "", *last;
	char packed[ERR_MAX] = "";

	if (!r->connector->push)
		return;
	last = meta_get(d->store, arena_fmt(store_arena(d->store), "pushed/%s", application));
	if (!d->conf->service.push_port)
		pack(packed,
		     "%s pushes notifications, among them the duty to erase buyers, and push_port is 0; see "
		     "\"Push\" in the README",
		     r->connector->title);
	else if (!last || now - atoll(last) > PUSH_SILENT)
		pack(packed,
		     "the port is open, and no genuine notification has come for %d days; let the platform "
		     "send a "
		     "test",
		     (int)(PUSH_SILENT / DAY));
	tell(checks, TEXT("listener"), *packed ? HEALTH_WARNING : HEALTH_GOOD, packed);
}

json_t *
doctor_report(struct daemon *d, struct runner *r, int64_t now)
{
	json_t *checks = json_array();
	int done = 1;

	tell_login(d, r, now, checks);
	tell_clock(r, checks);
	tell_sending(d, r, checks);
	tell_streams(d, r, checks);
	tell_listener(d, r, now, checks);
	for (size_t i = 0; r->checkup && i < checks_count(r->connector); i++) {
		const struct check *c = &r->connector->checks[i];
		enum health health = r->checkup->result[i].health;
		char packed[ERR_MAX];

		if (!wanted(r, c))
			continue;
		snprintf(packed, sizeof packed, "%s", r->checkup->result[i].packed);
		if (health == HEALTH_ASKED && clock_mono() > r->checkup->until) {
			health = HEALTH_BAD;
			pack(packed,
			     "it could not be asked: there is no login, or the platform did not answer");
		}
		done &= health != HEALTH_ASKED;
		tell(checks, c->name, health, packed);
	}
	return json_pack("{s:b, s:o}", "done", r->checkup ? done : 1, "checks", checks);
}
