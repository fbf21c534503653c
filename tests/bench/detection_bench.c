/* detection_bench.c - how long buyers' messages wait until they are read, at the same number of calls.
 *
 * The service's own polling (pace_plan, plan_poll, poll_finished, its store and quotas) against a platform that is a trace: when which account gets
 * a message.  Three ways to spend the calls: the fixed interval; ours, learning from nothing, in its first week and after four; and the best that
 * is known for Poisson news: calls as the root of the trace's true rates, with no bounds, from the same number of calls a day.
 *
 *     detection_bench [WEEKS_MEASURED [SEED]]
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/pace/pacing.h"
#include "daemon/runner.h"

#define T0     INT64_C(1759708800000) /* a Monday, 00:00 UTC */
#define WEEK   (7 * DAY)
#define LEARN  (4 * WEEK)
#define MOST   64
#define PHASES 8

static uint64_t state;

static double
luck(void)
{
	uint64_t z = state += UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return (double)((z ^ (z >> 31)) >> 11) / 9007199254740992.0;
}

/* ---- a trace ---- */

struct trace {
	const char *name;
	int accounts, busy;   /* so many of them are */
	double much, little;  /* messages a day: of a busy one, of the others */
	double night;         /* the rate from 0 to 8 against the rest of the day */
	int zones;            /* half of them live twelve hours later */
	int64_t every, quota; /* the platform's: interval of the stream, calls a day for all */
};

static const struct trace traces[] = {
	{"skewed", 20, 3, 60, 1, 1, 0, 6 * MINUTE, 100000},
	{"daily", 20, 20, 15, 15, 0.05, 0, 6 * MINUTE, 100000},
	{"skewed and daily", 20, 3, 60, 1, 0.05, 0, 6 * MINUTE, 100000},
	{"both, two continents", 20, 4, 60, 1, 0.05, 1, 6 * MINUTE, 100000},
	{"both, a third of the calls", 20, 3, 60, 1, 0.05, 0, 6 * MINUTE, 1600},
};

static const struct trace *trace;

static double
rate(int account, int64_t at) /* an hour */
{
	const double mean = (account < trace->busy ? trace->much : trace->little) / 24;
	const int64_t there = at + (trace->zones && account % 2 ? 12 * HOUR : 0);
	const double all = (8 * trace->night + 16) / 24;

	return mean * (there % DAY < 8 * HOUR ? trace->night : 1) / all;
}

static struct account_news {
	int64_t *at;
	int n, room;
	int told; /* so many were read */
} news[MOST];

static void
make_news(int64_t until)
{
	for (int i = 0; i < trace->accounts; i++) {
		const double most = fmax(rate(i, T0), rate(i, T0 + 12 * HOUR));
		int64_t at = T0;

		news[i].n = news[i].told = 0;
		while ((at += llround(-log(1 - luck()) / most * HOUR)) < until) {
			if (luck() * most > rate(i, at))
				continue;
			if (news[i].n == news[i].room) {
				news[i].room = news[i].room * 2 + 64;
				news[i].at = realloc(news[i].at, (size_t)news[i].room * sizeof *news[i].at);
			}
			news[i].at[news[i].n++] = at;
		}
	}
}

/* ---- delays ---- */

struct delays {
	int64_t from, to; /* of messages from this time */
	double sum;
	long n, calls;
};
static struct delays *measured; /* several spans; ends with to 0 */

static void
call_made(int64_t now)
{
	for (struct delays *d = measured; d->to; d++)
		d->calls += now >= d->from && now < d->to;
}

static void
was_read(int64_t at, int64_t now)
{
	for (struct delays *d = measured; d->to; d++)
		if (at >= d->from && at < d->to)
			d->sum += (double)(now - at), d->n++;
}

static double
mean(const struct delays *d)
{
	return d->n ? d->sum / (double)d->n / SECOND : 0;
}

/* ---- the platform ---- */

static int
ask(const struct task *t, struct request *r, struct err *err)
{
	(void)t, (void)err;
	return buf_put(&r->url, "https://api.example.com/messages");
}

static enum outcome
read_messages(const struct task *t, const struct response *rs, struct found *f)
{
	const int account = atoi(t->account->name + 1);
	struct account_news *x = &news[account];
	char remote[32], conversation[32];

	(void)rs;
	call_made(t->now);
	while (x->told < x->n && x->at[x->told] <= t->now) {
		snprintf(remote, sizeof remote, "m%d.%d", account, x->told);
		snprintf(conversation, sizeof conversation, "c%d.%d", account, x->told % 50);
		if (f->message(f, &(struct message){.remote = remote,
						    .conversation = conversation,
						    .direction = INCOMING,
						    .buyer = {.remote = "buyer"},
						    .text = "Hello?",
						    .sent = x->at[x->told]}))
			return LATER;
		was_read(x->at[x->told++], t->now);
	}
	f->covered = t->now;
	return DONE;
}

static struct stream streams[2];
static struct budget budgets[2];
static const struct host hosts[] = {{"api.example.com", 1}, {NULL, 0}};
static const struct connector platform = {
	.name = "example", .title = "Example", .hosts = hosts, .budgets = budgets, .streams = streams};

/* ---- the service ---- */

static int64_t
turn(struct daemon *d, int64_t now)
{
	const struct answer whole = {
		.complete = 1, .left = 1, .response = {.status = 200, .body = "", .len = 0}};
	int64_t wake = now + 10 * MINUTE;
	struct err err;

	store_begin(d->store);
	pace_plan(d, now);
	for (int i = 0; i < d->nrunners; i++) {
		struct runner *r = &d->runners[i];

		if (r->due[LANE_POLL] <= now)
			r->due[LANE_POLL] = plan_poll(d, r, now);
		while (d->starting) {
			struct job *job = d->starting;

			d->starting = NULL;
			r->busy[LANE_POLL] = NULL;
			poll_finished(d, job, &whole, now);
			job_free(job);
			r->due[LANE_POLL] = plan_poll(d, r, now);
		}
		if (r->due[LANE_POLL] < wake)
			wake = r->due[LANE_POLL];
	}
	if (store_commit(d->store, &err)) {
		fprintf(stderr, "%s\n", err.text);
		exit(1);
	}
	return wake > now ? wake : now + 1;
}

/* As the quota allows. */
static int64_t
fixed_interval(void)
{
	const int64_t even = llround((double)trace->accounts * DAY / (0.95 * (double)trace->quota));

	return even > trace->every ? even : trace->every;
}

static void
serve(const char *folder, int learns, int64_t until, struct delays *list)
{
	static struct conf_application application = {.name = "app"};
	static struct conf_account accounts[MOST];
	static char names[MOST][8];
	struct conf conf = {.accounts = accounts, .naccounts = trace->accounts};
	struct daemon d = {.conf = &conf};
	char path[512];
	struct err err;

	streams[0] = (struct stream){.name = "messages",
				     .tells = learns ? "message" : NULL,
				     .every = learns ? trace->every : fixed_interval(),
				     .poll = {ask, read_messages, NULL, "calls"}};
	budgets[0] = (struct budget){"calls", trace->quota, DAY, 0, 0, 1};
	for (int i = 0; i < trace->accounts; i++) {
		snprintf(names[i], sizeof names[i], "a%d", i);
		accounts[i] = (struct conf_account){.name = names[i],
						    .connector = &platform,
						    .application = &application,
						    .endpoint = "",
						    .proxy = "",
						    .ca = "",
						    .zone = "",
						    .silence = 365 * DAY};
		news[i].told = 0;
	}
	snprintf(path, sizeof path, "%s/%s-%d.db", folder, trace->name, learns);
	for (char *p = strrchr(path, '/'); *p; p++)
		if (*p == ' ' || *p == ',')
			*p = '_';
	if (!(d.store = store_open(path, &err))) {
		fprintf(stderr, "%s\n", err.text);
		exit(1);
	}
	measured = list;
	store_begin(d.store);
	runners_make(&d, T0);
	for (int i = 0; i < d.nrunners; i++) /* not all at once */
		stream_put(d.store, d.runners[i].id,
			   &(struct stream_row){.name = "messages",
						.next_at = T0 + trace->every * i / trace->accounts});
	store_commit(d.store, NULL);
	for (int64_t now = T0; now < until;)
		now = turn(&d, now);
	runners_free(&d);
	store_close(d.store);
}

/* ---- the root of the true rates ---- */

static void
ideal(double calls_a_day, int64_t from, int64_t to, struct delays *list)
{
	double all = 0; /* roots of a day */

	measured = list;
	for (int i = 0; i < trace->accounts; i++)
		for (int64_t at = T0; at < T0 + DAY; at += HOUR)
			all += sqrt(rate(i, at));
	for (int i = 0; i < trace->accounts; i++) {
		double done = luck();
		int k = 0;

		while (k < news[i].n && news[i].at[k] < from)
			k++;
		for (int64_t at = from; at < to + DAY; at += MINUTE) { /* more often than any interval */
			const double calls = calls_a_day / all * sqrt(rate(i, at)) / 60;
			const double next = floor(done + calls) - done;

			if (done + calls >= floor(done) + 1) {
				const int64_t now = at + llround(next / calls * MINUTE);

				call_made(now);
				while (k < news[i].n && news[i].at[k] <= now)
					was_read(news[i].at[k++], now);
			}
			done += calls;
			done -= done > 1e6 ? 1e6 : 0;
		}
	}
}

int
main(int argc, char **argv)
{
	const int64_t span = (argc > 1 ? atoi(argv[1]) : 2) * WEEK;
	char folder[] = "/dev/shm/detection-XXXXXX", command[64];
	int bad = 0;

	state = argc > 2 ? (uint64_t)atoll(argv[2]) : 1;
	if (!mkdtemp(folder))
		return 1;
	printf("Mean time until a message is read, seconds; calls a day.  Ours: after four weeks, and in its "
	       "first week.\n\n");
	printf("%-28s %8s %8s %8s %8s   %7s %7s   %s\n", "trace", "fixed", "ours", "root", "ours/root",
	       "calls", "root's", "first week: ours/fixed");
	for (size_t i = 0; i < sizeof traces / sizeof *traces; i++) {
		struct delays fixed[3] = {{.from = T0, .to = T0 + WEEK},
					  {.from = T0 + LEARN, .to = T0 + LEARN + span}};
		struct delays ours[3] = {fixed[0], fixed[1]}, root[2] = {fixed[1]};

		trace = &traces[i];
		make_news(T0 + LEARN + span);
		serve(folder, 0, T0 + LEARN + span, fixed);
		serve(folder, 1, T0 + LEARN + span, ours);
		for (int k = 0; k < PHASES; k++) /* where between two calls a message falls is chance */
			ideal((double)ours[1].calls * DAY / (double)span, T0 + LEARN, T0 + LEARN + span,
			      root);
		printf("%-28s %8.1f %8.1f %8.1f %8.3f   %7.0f %7.0f   %.3f\n", trace->name, mean(&fixed[1]),
		       mean(&ours[1]), mean(&root[0]), mean(&ours[1]) / mean(&root[0]),
		       (double)ours[1].calls * DAY / (double)span,
		       (double)root[0].calls * DAY / (double)span / PHASES, mean(&ours[0]) / mean(&fixed[0]));
		fflush(stdout);
		bad |= mean(&ours[1]) > 1.1 * mean(&root[0]);
	}
	snprintf(command, sizeof command, "rm -rf %s", folder);
	return system(command) || bad;
}
