#include "daemon/loop.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/api/server.h"
#include "daemon/api/verbs.h"
#include "daemon/clock.h"
#include "daemon/console/console.h"
#include "daemon/deadline/deadlines.h"
#include "daemon/doctor.h"
#include "daemon/events.h"
#include "daemon/housekeeping.h"
#include "daemon/log.h"
#include "daemon/metrics.h"
#include "daemon/notify/notify.h"
#include "daemon/outbox/fallback.h"
#include "daemon/pace/pacing.h"
#include "daemon/push/push.h"
#include "daemon/runner.h"
#include "daemon/schedule/forecast.h"
#include "daemon/service/service.h"
#include "daemon/step.h"
#include "daemon/task/task.h"

#define EVENTS_A_TURN 200
#define LONGEST_WAIT  (30 * SECOND)
#define LOST_WAIT     (5 * SECOND)
#define FDS_MAX       80
#define CLOCK_SLACK   (2 * SECOND)
#define STOP_PATIENCE (90 * SECOND) /* real: longer than any request may take */

struct loop {
	struct daemon d;
	struct server *server;
	struct metrics *metrics;
	struct listener *push;
	struct console *console;
	int signals;
	struct answer **answers; /* come, and not yet in a committed turn */
	size_t nanswers, answers_room;
	int64_t stop_by; /* real monotonic */
	int lost;        /* the last turn was: what was kept in mind of it never was */
};

static int
send_in_flight(const struct daemon *d)
{
	for (int i = 0; i < d->nrunners; i++)
		if (d->runners[i].busy[LANE_SEND] || d->runners[i].busy[LANE_LOGIN])
			return 1;
	return 0;
}

/* ---- answers ---- */

static void
collect(struct loop *l)
{
	struct answer *a;

	while ((a = l->d.transport->next(l->d.transport))) {
		step("answer");
		if (l->nanswers == l->answers_room) {
			l->answers_room = l->answers_room ? l->answers_room * 2 : 16;
			l->answers = realloc(l->answers, l->answers_room * sizeof *l->answers);
			if (!l->answers)
				abort();
		}
		l->answers[l->nanswers++] = a;
	}
}

/* The platform's clock is learned from its Date; seconds of difference are normal.  A file may come out of a cache, with its old Date. */
static void
learn_offset(const struct job *job, const struct answer *a, int64_t now)
{
	struct runner *r = job->runner;

	if (r && a->date && job->kind != JOB_FILE)
		r->offset = llabs(a->date - now) > CLOCK_SLACK ? a->date - now : 0;
}

static void
finish(struct daemon *d, const struct answer *a, int64_t now)
{
	struct job *job = a->owner;

	if (job->runner)
		job->runner->busy[job->lane] = NULL;
	learn_offset(job, a, now);
	switch (job->kind) {
	case JOB_LOGIN: login_finished(d, job, a, now); break;
	case JOB_POLL:
	case JOB_ACK: poll_finished(d, job, a, now); break;
	case JOB_FILE: file_finished(d, job, a, now); break;
	case JOB_LOOK: look_finished(d, job, a, now); break;
	case JOB_SEND: send_finished(d, job, a, now); break;
	case JOB_NOTICE: notice_finished(d, job, a, now); break;
	case JOB_KEY: key_finished(d, job, a, now); break;
	case JOB_CHECK: check_finished(d, job, a, now); break;
	}
}

/* What cannot be stored of an answer, for what it says, must not cost the others their turn, again and again: it counts as an answer that
 * never came.  When even that cannot be stored the account stops. */
static void
finish_apart(struct daemon *d, const struct answer *a, int64_t now)
{
	const struct job *before = d->starting, *job = a->owner;
	struct answer lost = {.owner = a->owner, .left = a->left, .date = a->date, .took = a->took};

	store_page_begin(d->store);
	finish(d, a, now);
	if (store_page_spoiled(d->store, &lost.err)) {
		log_reason(lost.err.text);
		jobs_unqueue(d, before);
		finish(d, &lost, now);
	}
	if (store_page_spoiled(d->store, &lost.err) && job->runner) {
		jobs_unqueue(d, before);
		runner_stop(d, job->runner, lost.err.text, now);
	}
	store_page_keep(d->store);
}

static void
answers_stored(struct loop *l)
{
	for (size_t i = 0; i < l->nanswers; i++) {
		struct job *job = l->answers[i]->owner;

		l->d.transport->done(l->d.transport, l->answers[i]);
		job_free(job);
	}
	l->nanswers = 0;
}

/* ---- what starts after the commit ---- */

static void
start_all(struct loop *l)
{
	struct daemon *d = &l->d;

	while (d->starting) {
		struct job *job = d->starting;

		d->starting = job->next;
		job->next = NULL;
		step("request");
		d->transport->start(d->transport, &job->request, &job->route, job);
		step("handed");
	}
}

/* The turn is lost: what it made never was, and the answers wait for the next one. */
static void
lose(struct loop *l, const struct err *err)
{
	struct daemon *d = &l->d;

	jobs_unqueue(d, NULL);
	for (size_t i = 0; i < l->nanswers; i++) {
		struct job *job = l->answers[i]->owner;

		if (job->runner)
			job->runner->busy[job->lane] = job;
		else
			telling_waits(d, job);
	}
	channels_recall(d);
	if (l->server)
		server_spoil(l->server, err->text);
	if (l->push)
		listener_spoil(l->push);
	if (l->console)
		console_spoil(l->console);
	runner_touch(d, 0);
	l->lost = 1;
	log_reason(err->text);
}

/* ---- a turn ---- */

static int
lane_due(const struct runner *r, int64_t now)
{
	for (int lane = 0; lane < LANES; lane++)
		if (r->due[lane] <= now)
			return 1;
	return 0;
}

static void
plan_runner(struct daemon *d, struct runner *r, int64_t now)
{
	if (r->due[LANE_POLL] <= now)
		r->due[LANE_POLL] = plan_poll(d, r, now);
	if (r->due[LANE_SEND] <= now)
		r->due[LANE_SEND] = plan_send(d, r, now);
	if (r->due[LANE_LOGIN] <= now)
		r->due[LANE_LOGIN] = plan_login(d, r, now);
}

/* An account whose work cannot even be planned stops; the others go on. */
static void
plan_apart(struct daemon *d, struct runner *r, int64_t now)
{
	const struct job *before = d->starting;
	struct err why;

	store_page_begin(d->store);
	plan_runner(d, r, now);
	if (store_page_spoiled(d->store, &why)) {
		jobs_unqueue(d, before);
		runner_stop(d, r, why.text, now);
	}
	store_page_keep(d->store);
}

static int64_t
plan(struct daemon *d, int64_t now)
{
	int64_t wake = INT64_MAX, told;

	for (int i = 0; i < d->nrunners; i++) {
		struct runner *r = &d->runners[i];

		if (lane_due(r, now))
			plan_apart(d, r, now);
		plan_doctor(d, r, now);
		for (int lane = 0; lane < LANES; lane++)
			wake = r->due[lane] < wake ? r->due[lane] : wake;
	}
	told = plan_notices(d, now); /* last, so that what all this raised is told at once */
	return told < wake ? told : wake;
}

/* A clock that went back would repeat windows and misjudge deadlines. */
static void
check_clock(struct daemon *d, int64_t now)
{
	const int back = now + CLOCK_SLACK < store_latest(d->store);
	char packed[ERR_MAX];

	if (back && !d->clock_back) {
		pack(packed, "the clock of this machine stands before the last work of the service; nothing "
			     "is sent until it has "
			     "caught up; when it is right now, say 'supercargo resume --all'");
		notice_raise(d->store, "clock", 0, packed, now);
		waits_end(d->store, now);
		runners_clock_back(d, now);
		runner_touch(d, 0);
		log_reason(packed);
	} else if (!back && d->clock_back) {
		notice_clear(d->store, "clock", now);
		runner_touch(d, 0);
	}
	d->clock_back = back;
}

struct request_context {
	struct loop *loop;
	int64_t now;
};

static json_t *
on_request(void *ctx, const struct peer *peer, json_t *request)
{
	const struct request_context *c = ctx;

	return verb_handle(&c->loop->d, peer, request, c->now);
}

static void
on_pushed(void *ctx, struct pushed *p)
{
	const struct request_context *c = ctx;

	push_judge(&c->loop->d, p, c->now);
}

/* Real ms to wait, -1 when the turn was lost. */
static int64_t
turn(struct loop *l, const struct pollfd *fds, unsigned nserver, int64_t now)
{
	struct daemon *d = &l->d;
	struct request_context ctx = {l, now};
	const int64_t commits = store_commits(d->store);
	const int clock_back = d->clock_back;
	struct err err = {""};
	int64_t wake, next;

	store_begin(d->store);
	if (l->lost)
		runners_recall(d, now);
	l->lost = 0;
	housekeeping(d, now);
	check_clock(d, now);
	for (size_t i = 0; i < l->nanswers; i++)
		finish_apart(d, l->answers[i], now);
	if (l->server)
		server_read(l->server, fds, nserver, on_request, &ctx);
	if (l->push)
		listener_judge(l->push, on_pushed, &ctx);
	if (l->console)
		console_judge(l->console, d, now);
	wake = events_decide(d, EVENTS_A_TURN, now);
	deadlines_tell(d, now);
	forecast_tell(d, now);
	next = fallbacks_take(d, now);
	wake = next < wake ? next : wake;
	notices_tell(d, now);
	pace_plan(d, now);
	next = tasks_wake(d, now);
	wake = next < wake ? next : wake;
	next = plan(d, now);
	wake = next < wake ? next : wake;
	if (store_commit(d->store, &err)) {
		d->clock_back = clock_back; /* else nobody would be told */
		lose(l, &err);
		if (l->server)
			server_flush(l->server);
		return -1;
	}
	answers_stored(l);
	start_all(l);
	if (l->server)
		server_flush(l->server);
	if (l->push)
		listener_flush(l->push);
	if (l->console)
		console_flush(l->console);
	if (store_commits(d->store) != commits)
		step("told");
	return wake <= now ? 0 : clock_real_ms(wake - now);
}

/* ---- around it ---- */

static void
on_signal(struct loop *l)
{
	int signal;

	while ((signal = signals_next(l->signals)) != 0) {
		if (signal == SIGHUP) {
			l->d.reload = 1;
		} else {
			l->d.stopping = 1;
			l->stop_by = clock_mono() + STOP_PATIENCE;
			service_stopping();
			log_info("stopping; sends in flight are finished");
		}
	}
}

static void
reload(struct loop *l)
{
	struct err err = {""};

	service_reloading();
	store_begin(l->d.store);
	daemon_reload(&l->d, clock_now());
	if (!store_commit(l->d.store, &err))
		l->d.reload = 0; /* else once more */
	service_ready();
}

static void
cycle(struct loop *l, unsigned *nserver, struct pollfd *fds)
{
	const int64_t began = clock_mono();
	unsigned n = 0;
	int64_t wait;

	collect(l);
	wait = turn(l, fds, *nserver, clock_now());
	if (clock_mono() - began > l->d.longest_turn)
		l->d.longest_turn = clock_mono() - began;
	service_alive();
	if (wait < 0)
		wait = LOST_WAIT;
	if (l->d.stopping && !send_in_flight(&l->d))
		wait = 0;
	if (wait > LONGEST_WAIT)
		wait = LONGEST_WAIT;
	if (((l->push && listener_waits(l->push)) || (l->console && console_waits(l->console))) &&
	    wait > SECOND)
		wait = SECOND;
	if (service_watchdog_ms() && wait > service_watchdog_ms() / 2)
		wait = service_watchdog_ms() / 2;
	if (l->server)
		n = server_fds(l->server, fds, FDS_MAX - 4);
	*nserver = n;
	fds[n++] = (struct pollfd){.fd = l->signals, .events = POLLIN};
	if (l->metrics)
		fds[n++] = (struct pollfd){.fd = metrics_fd(l->metrics), .events = POLLIN};
	if (l->push)
		fds[n++] = (struct pollfd){.fd = listener_fd(l->push), .events = POLLIN};
	if (l->console)
		fds[n++] = (struct pollfd){.fd = console_fd(l->console), .events = POLLIN};
	l->d.transport->wait(l->d.transport, fds, n, wait);
	on_signal(l);
	if (l->metrics)
		metrics_serve(l->metrics);
	if (l->push)
		listener_serve(l->push);
	if (l->console)
		console_serve(l->console);
	if (l->d.reload && !send_in_flight(&l->d) && !l->nanswers)
		reload(l);
}

static void
write_metrics(void *ctx, struct buf *out)
{
	metrics_write(&((struct loop *)ctx)->d, out);
}

static int
open_all(struct loop *l, const struct run_options *o, struct err *err)
{
	if ((l->signals = signals_open(err)) < 0 || daemon_open(&l->d, o->conf_file, clock_now(), err))
		return -1;
	if (clock_is_test() && !daemon_on_loopback(&l->d))
		return fail(err, "SUPERCARGO_TEST_CLOCK is set, and not every account has an endpoint on "
				 "loopback; unset it");
	if (!(l->server = server_open(l->d.conf->service.socket, err)))
		return -1;
	if (l->d.conf->service.metrics_port &&
	    !(l->metrics = metrics_open(l->d.conf->service.metrics_port, write_metrics, l, err)))
		return -1;
	if (l->d.conf->service.push_port && !(l->push = listener_open(l->d.conf->service.push_port, err)))
		return -1;
	if (l->d.conf->service.console_port &&
	    !(l->console = console_open(l->d.conf->service.console_port, err)))
		return -1;
	return 0;
}

int
loop_run(const struct run_options *o)
{
	struct loop l = {.signals = -1};
	struct pollfd fds[FDS_MAX];
	struct err err = {""};
	unsigned nserver = 0;
	int status = 1;

	step_stop_after(o->stop_after);
	log_setup(LANG_EN, o->debug);
	if (open_all(&l, o, &err)) {
		log_reason(err.text);
		goto out;
	}
	service_ready();
	log_info("%d accounts, %d rules; ready", l.d.nrunners, l.d.conf->nrules);
	while (!l.d.stopping || ((send_in_flight(&l.d) || l.nanswers) && clock_mono() < l.stop_by))
		cycle(&l, &nserver, fds);
	head_tell(&l.d);
	log_info("stopped");
	status = 0;
out:
	console_close(l.console);
	listener_close(l.push);
	metrics_close(l.metrics);
	if (l.server)
		server_close(l.server);
	answers_stored(&l);
	free(l.answers);
	daemon_close(&l.d);
	return status;
}
