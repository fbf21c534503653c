/* sim.c - one seed after the other: weeks of a seller's life with everything that goes wrong in them, and then the truth.
 *
 *   sim --seed N             one seed; --trace tells what happens, --days N, --keep leaves its folder behind
 *   sim --seed N --spoil     and then each fault that is put into its store must be found
 *   sim --seed N --tight     with small call quotas: rates that all sends and polls have to share
 *   sim --seed N --rush      on time: sends take 95 % of one budget, and none that can be in time may be late (rush.h)
 *   sim --seeds N            so many from --from N on, --jobs N side by side
 */
#include <errno.h>
#include <getopt.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/json.h"
#include "daemon/store/store.h"
#include "fate.h"
#include "forgotten.h"
#include "life.h"
#include "network.h"
#include "people.h"
#include "place.h"
#include "rush.h"
#include "seams/seams.h"
#include "spoil.h"
#include "truth.h"
#include "wire.h"

#define MONDAY                                                                                               \
	(INT64_C(1771833600) *                                                                               \
	 SECOND)           /* 2026-02-23T08:00:00Z: the weeks go over the start of summer time in America */
#define BAD_SEED 3         /* the status of a seed that says itself what is wrong */
#define SETTLING (2 * DAY) /* after the weeks nothing goes wrong any more, and all must come to an end */

struct options {
	uint64_t seeds, from;
	int days, jobs, trace, keep, spoil, tight, rush;
};

struct sim {
	struct world w;
	struct place place;
	struct people *people;
	struct network *network;
	struct fate *fate;
	int asked;     /* somebody waits for an answer of the service */
	int64_t alarm; /* when the daemon wants to go on at the latest */
	int crashed;
};

void
trace(const struct world *w, const char *pattern, ...)
{
	char time[INSTANT_TEXT];
	va_list args;

	if (!w->trace)
		return;
	instant_format(w->now, time);
	fprintf(w->trace, "%s  ", time);
	va_start(args, pattern);
	vfprintf(w->trace, pattern, args);
	va_end(args);
	fputc('\n', w->trace);
}

/* ---- the daemon's turn ---- */

static int64_t
earliest(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static void
ended(struct sim *s, enum life_state state)
{
	trace(&s->w, "the service ended: %s %s", state == LIFE_CRASHED ? "crashed" : "left", wire->step);
	s->crashed |= state == LIFE_CRASHED || (wire->status != 0 && wire->status != 70);
	network_orphan(s->network);
	if (s->asked)
		people_unanswered(s->people);
	s->asked = 0;
	s->alarm = INT64_MAX;
	fate_ended(s->fate, s->w.now);
}

/* What the daemon said before it waits. */
static void
listen(struct sim *s)
{
	size_t len;
	const char *text;
	json_t *answer;

	wire_read();
	for (;;) {
		switch (get_int()) {
		case END_OF_MESSAGES:
			wire_clear();
			s->alarm = s->w.now + wire->patience;
			return;
		case REQUEST: network_request(s->network); break;
		case DROP: network_drop(s->network, get_int()); break;
		case REPLY:
			text = get_text(&len);
			answer = json_loadb(text, len, 0, NULL);
			s->asked = 0;
			wire->patience = earliest(wire->patience, SECOND); /* they may have more to ask */
			people_told(s->people, answer);
			json_decref(answer);
			break;
		default: abort();
		}
	}
}

/* When the world has something to do next. */
static int64_t
world_next(const struct sim *s)
{
	return earliest(earliest(network_next(s->network), people_next(s->people)), fate_next(s->fate));
}

static void
came_back(struct sim *s, enum life_state state)
{
	s->w.now = wire->now;
	if (state == LIFE_WAITS) {
		listen(s);
		return;
	}
	if (state == LIFE_LEFT)
		listen(s); /* what it had already handed over is under way */
	ended(s, state);
}

static void
daemon_goes(struct sim *s)
{
	wire->quiet = world_next(s);
	came_back(s, life_goes_on());
}

static void
daemon_starts(struct sim *s)
{
	s->w.counts.lives++;
	trace(&s->w, "the service starts");
	wire->quiet = 0; /* the first time it waits, somebody may have something to ask */
	wire->luck = s->w.seed * 1000003 + (uint64_t)s->w.counts.lives;
	came_back(s, life_begin(s->place.conf, s->place.log));
}

/* ---- time ---- */

static void
handled(void *ctx, int seller, const struct http_msg *m, const struct http_reply *r)
{
	people_see(((struct sim *)ctx)->people, seller, m, r);
}

static int
ask(struct sim *s)
{
	json_t *question;
	char *text;

	if (s->asked || !(question = people_ask(s->people)))
		return 0;
	text = json_dumps(question, JSON_COMPACT);
	put_int(ASK);
	put_text(text, strlen(text));
	free(text);
	json_decref(question);
	s->asked = 1;
	return 1;
}

/* Until the next moment at which anything happens, and that moment. */
static void
moment(struct sim *s)
{
	const int64_t next = earliest(world_next(s), life_is() ? s->alarm : INT64_MAX);
	int woken = 0;

	if (next >
	    s->w.now) /* what was meant for a life that had ended by then comes at once, not in its past */
		s->w.now = next;
	wire->now = s->w.now;
	people_act(s->people);
	switch (fate_act(s->fate)) {
	case FATE_NOTHING: break;
	case FATE_STARTS: daemon_starts(s); return;
	case FATE_KILLS:
		life_kill();
		ended(s, LIFE_LEFT);
		return;
	case FATE_SIGNAL:
		put_int(SIGNAL);
		put_int(SIGTERM);
		woken = 1;
		break;
	}
	woken |= network_act(s->network) > 0;
	if (life_is()) {
		woken |= ask(s);
		if (woken || s->alarm <= s->w.now)
			daemon_goes(s);
	} else {
		wire_clear();
	}
}

/* ---- a seed ---- */

static double
cpu_seconds(void)
{
	struct rusage self, children;

	getrusage(RUSAGE_SELF, &self);
	getrusage(RUSAGE_CHILDREN, &children);
	return (double)(self.ru_utime.tv_sec + self.ru_stime.tv_sec + children.ru_utime.tv_sec +
			children.ru_stime.tv_sec) +
	       (double)(self.ru_utime.tv_usec + self.ru_stime.tv_usec + children.ru_utime.tv_usec +
			children.ru_stime.tv_usec) /
		       1e6;
}

static void
head_of_journal(const struct sim *s, char head[128])
{
	struct store *store = store_open_readonly(s->place.store, NULL);

	snprintf(head, 128, "?");
	if (!store)
		return;
	store_begin(store);
	snprintf(head, 128, "%s", journal_head(store));
	store_close(store);
}

static int
run_seed(const struct options *o, uint64_t seed)
{
	static struct sim s;
	struct findings f = {0};
	char folder[100], head[128];
	int good;

	snprintf(folder, sizeof folder, "/dev/shm/supercargo-sim-%d-%llu", (int)getpid(),
		 (unsigned long long)seed);
	s = (struct sim){.w = {.seed = seed,
			       .start = MONDAY,
			       .now = MONDAY,
			       .end = MONDAY + o->days * DAY,
			       .rush = o->rush,
			       .trace = o->trace ? stdout : NULL}};
	wire->now = MONDAY;
	place_make(&s.place, folder, o->rush);
	s.people = people_new(&s.w);
	s.network = network_new(&s.w, handled, &s);
	s.fate = fate_new(&s.w, &s.place);
	s.alarm = INT64_MAX;
	while (!s.crashed && s.w.now < s.w.end + SETTLING)
		moment(&s);
	if (life_is()) {
		life_kill();
		ended(&s, LIFE_LEFT);
	}
	s.w.counts.turns = wire->turns;
	head_of_journal(&s, head);
	truth_check(&s.w, s.people, s.place.store, &f, stdout);
	good = !s.crashed && !f.lost && !f.doubled && !f.unexplained;
	if (o->rush)
		good &= rush_judge(&s.w, s.place.store, stdout);
	if (o->spoil)
		good &= !spoil_each(&s.w, s.people, s.place.store, stdout);
	printf("seed %llu: %s: %d lost, %d doubled, %d unexplained%s; journal %s; cpu %.3f",
	       (unsigned long long)seed, good ? "good" : "BAD", f.lost, f.doubled, f.unexplained,
	       s.crashed ? ", the service crashed" : "", head, cpu_seconds());
#define X(name) printf(" " #name " %ld", s.w.counts.name);
	COUNTS(X)
#undef X
	printf("\n");
	if (!good)
		printf("again with: tests/sim/run --seed %llu --days %d%s --trace\n",
		       (unsigned long long)seed, o->days,
		       o->rush    ? " --rush"
		       : o->tight ? " --tight"
				  : "");
	fflush(stdout);
	if (s.crashed)
		place_tell(&s.place, stdout);
	fate_free(s.fate);
	network_free(s.network);
	people_free(s.people);
	forgotten_free(&s.w);
	for (int i = 0; i < SELLERS; i++)
		ebay_free(s.w.sellers[i]);
	if (!o->keep)
		place_remove(&s.place);
	else
		printf("kept: %s\n", folder);
	return good ? 0 : BAD_SEED;
}

/* The world and the daemon take turns: on one processor they need not wake each other up. */
static void
stay_on(int job)
{
	cpu_set_t all, one;
	int n = 0;

	if (sched_getaffinity(0, sizeof all, &all))
		return;
	job %= CPU_COUNT(&all);
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &all) && n++ == job) {
			CPU_ZERO(&one);
			CPU_SET(cpu, &one);
			sched_setaffinity(0, sizeof one, &one);
		}
}

/* Seeds FROM + job, FROM + job + jobs, …, each in a process of its own. */
static int
run_job(const struct options *o, int job)
{
	int bad = 0, status;
	pid_t child;

	stay_on(job);
	for (uint64_t i = (uint64_t)job; i < o->seeds; i += (uint64_t)o->jobs) {
		fflush(stdout);
		if (!(child = fork())) {
			wire_open();
			exit(run_seed(o, o->from + i));
		}
		if (child < 0 || waitpid(child, &status, 0) != child)
			status = -1;
		if (status && !(WIFEXITED(status) && WEXITSTATUS(status) == BAD_SEED))
			printf("seed %llu: BAD: it came to no end, status %d\n",
			       (unsigned long long)(o->from + i), status);
		bad |= status != 0;
	}
	return bad;
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {{"seed", 1, 0, 's'},
						{"seeds", 1, 0, 'n'},
						{"from", 1, 0, 'f'},
						{"days", 1, 0, 'd'},
						{"jobs", 1, 0, 'j'},
						{"trace", 0, 0, 't'},
						{"spoil", 0, 0, 'x'},
						{"keep", 0, 0, 'k'},
						{"tight", 0, 0, 'b'},
						{"rush", 0, 0, 'r'},
						{0}};
	struct options o = {.seeds = 1, .from = 1, .days = 14, .jobs = 1};
	int bad = 0, status, c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (c) {
		case 's': o.from = strtoull(optarg, NULL, 10); break;
		case 'n': o.seeds = strtoull(optarg, NULL, 10); break;
		case 'f': o.from = strtoull(optarg, NULL, 10); break;
		case 'd': o.days = atoi(optarg); break;
		case 'j': o.jobs = atoi(optarg); break;
		case 't': o.trace = 1; break;
		case 'k': o.keep = 1; break;
		case 'x': o.spoil = 1; break;
		case 'b': o.tight = 1; break;
		case 'r': o.rush = 1; break;
		default:
			fprintf(stderr, "usage: sim [--seed N | --seeds N [--from N] [--jobs N]] [--days N] "
					"[--trace] [--keep] [--spoil] [--tight | --rush]\n");
			return 2;
		}
	}
	setenv("LC_ALL", "C.UTF-8", 1);
	setenv("SUPERCARGO_SHARE", TREE, 0);
	setenv("SUPERCARGO_LIBEXEC", LIBEXEC, 0);
	if (o.tight)
		budgets_are_tight();
	if (o.rush)
		budget_is_nearly_used(RUSH_INTERVAL, RUSH_BURST);
	setvbuf(stdout, NULL, _IOLBF, 1 << 20);
	for (int job = 0; job < o.jobs; job++)
		if (!fork())
			exit(run_job(&o, job));
	while (wait(&status) > 0)
		bad |= status != 0;
	return bad;
}
