#include "daemon/pace/pacing.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/log.h"
#include "daemon/memory.h"
#include "daemon/outbox/needs.h"
#include "daemon/pace/pace.h"

#define POLLS_A_NEWS  100 /* guessed before anything came, at the connector's interval */
#define FLOOR         8   /* the shortest interval is this part of the usual one, ... */
#define SHORTEST      (15 * SECOND)
#define CEILING       4             /* ... the longest so many times it, ... */
#define LATER         (50 * MINUTE) /* ... and so much longer at most: gap.c calls an hour an outage */
#define RARELY        (6 * HOUR)    /* such streams keep their interval */
#define SURE          0.95 /* of a quota: sweeps of several pages, pushes and sends take calls, too */
#define DAY_HOURS     24
#define LOOK_EVERY    (10 * MINUTE) /* for silence */
#define WATCH         (14 * DAY)    /* before a silence is told */
#define SOON          (4 * HOUR)
#define HOURLY(every) ((double)HOUR / (double)(every))

static int
is_asked(const struct runner *r, const struct stream *s)
{
	return !s->wanted || s->wanted(&r->view);
}

static int
is_paced(const struct runner *r, const struct stream *s)
{
	return s->tells && *s->tells && !s->aside && is_asked(r, s) && stream_every(r, s) < RARELY;
}

static struct paced *
paced_of(const struct runner *r, const struct stream *s)
{
	return &r->paced[s - r->connector->streams];
}

static double
guess(const struct stream *s)
{
	return HOURLY(s->every) / POLLS_A_NEWS;
}

/* ---- urgency: a clock that the stream shows ---- */

/* 4: one ends within hours, 2: within a day, 1: none does. */
static int
urgency(struct daemon *d, const struct runner *r, const struct stream *s, int64_t now)
{
	int64_t first = INT64_MAX;

	for (const char *p = s->tells; *p; p += strspn(p, " ")) {
		const size_t n = strcspn(p, " ");
		const char *word = arena_strndup(store_arena(d->store), p, n);
		const int64_t at = !strcmp(word, "message")
					   ? clock_of_messages(d->store, r->id, now, now + DAY)
					   : clock_of_disputes(d->store, r->id, word, now);

		first = at < first ? at : first;
		p += n;
	}
	return first < now + SOON ? 4 : first < now + DAY ? 2 : 1;
}

/* ---- a pool: accounts that share their quotas ---- */

struct member {
	struct runner *runner;
	const struct stream *stream;
	struct pace usual; /* with its usual interval in `least` and `most` */
	struct arrivals news;
	double every;                         /* as far as the quota allows, ms */
	float rates[PACED_HOURS + DAY_HOURS]; /* news an hour, from the quota's day on */
};

struct pool {
	struct member *members;
	int n, room;
	int nquotas; /* shared ones first, then those of each account */
	int learned;
	int64_t begin; /* the quota's day */
};

static int
in_pool(const struct runner *first, const struct runner *r)
{
	return r == first || (r->conf->application && r->conf->application == first->conf->application);
}

static int
budgets_count(const struct connector *c)
{
	int n = 0;

	while (c->budgets && c->budgets[n].name)
		n++;
	return n;
}

/* Among the quotas of a pool; own: of the account whose own ones stand there. */
static int
place_of(const struct runner *r, int budget, int own)
{
	const struct budget *b = &r->connector->budgets[budget];

	return b->shared && r->conf->application ? budget : budget + own * budgets_count(r->connector);
}

static double
quota_an_hour(const struct runner *r, const struct budget *b)
{
	return SURE * (double)budget_part(r, b->limit) * (100 - b->reserve) / 100 * HOURLY(b->window);
}

/* Of those that a stream draws from the scarcest for all that want it: the one that its calls cost. */
static int
scarcest(const struct runner *r, const struct stream *s, int own, const double *wanted, const double *quotas)
{
	int best = -1;

	for (int i = 0; i < budgets_count(r->connector); i++) {
		const int q = place_of(r, i, own);

		if (words_hold(s->poll.budget, r->connector->budgets[i].name) &&
		    (best < 0 || wanted[q] * quotas[best] > wanted[best] * quotas[q]))
			best = q;
	}
	return best;
}

static void
member_rates(const struct pool *p, struct member *m, const float *shape, int64_t now)
{
	struct runner *r = m->runner;
	float rates[HOURS_A_WEEK];

	arrivals_rates(&m->news, guess(m->stream), shape, runner_now(r, now), r->east, rates);
	for (int i = 0; i < HOURS_A_WEEK; i++)
		r->expected[i] += rates[i];
	for (int i = 0; i < PACED_HOURS + DAY_HOURS; i++)
		m->rates[i] = rates[hour_of_week(p->begin + i * HOUR, r->east)];
}

/* What the accounts and streams have in common, a buyers' day and week, helps where one of them has little. */
static void
pool_rates(struct pool *p, int64_t now)
{
	struct arrivals all = {0};
	float shape[HOURS_A_WEEK];
	double hopes = 0;

	for (int i = 0; i < p->n; i++) {
		arrivals_add(&all, &p->members[i].news, now);
		hopes += guess(p->members[i].stream);
	}
	arrivals_rates(&all, hopes, NULL, now, p->n ? p->members[0].runner->east : 0, shape);
	for (int i = 0; i < p->n; i++)
		member_rates(p, &p->members[i], shape, now);
}

static void
pool_add(struct daemon *d, struct pool *p, struct runner *r, const struct stream *s, int64_t now)
{
	struct member *m;

	if (p->n == p->room) {
		p->room = p->room ? p->room * 2 : 16;
		p->members = realloc(p->members, (size_t)p->room * sizeof *p->members);
		if (!p->members)
			abort();
	}
	m = &p->members[p->n++];
	*m = (struct member){.runner = r, .stream = s, .every = (double)stream_every(r, s)};
	paced_of(r, s)->watched = arrivals_get(d->store, r->id, s->name, &m->news);
	if (!m->news.since)
		m->news.since = runner_now(r, now);
	p->learned |= m->news.at != 0;
	paced_of(r, s)->urgency = urgency(d, r, s, runner_now(r, now));
}

/* Streams that are asked. */
static void
pool_account(struct daemon *d, struct pool *p, struct runner *r, int64_t now)
{
	struct stream_times times[64];
	const int n = streams_get(d->store, r->id, times, 64);
	struct account_row row;

	account_get_row(d->store, r->conf->name, &row);
	if (!r->conf->zone || !*r->conf->zone || zone_offset(r->conf->zone, now, &r->east))
		r->east = 0;
	for (const struct stream *s = r->connector->streams; s && s->name; s++) {
		int stopped = row.mode == MODE_OFF || row.stopped;

		*paced_of(r, s) = (struct paced){.urgency = 1, .planned = 1};
		for (int i = 0; i < n; i++)
			stopped |= times[i].stopped && !strcmp(times[i].name, s->name);
		if (!stopped && is_paced(r, s))
			pool_add(d, p, r, s, now);
	}
	free(r->expected);
	r->expected = must_zalloc(HOURS_A_WEEK * sizeof *r->expected);
}

/* Where a quota allows less than the intervals want, they are longer, in proportion: 1 then.  And the bounds. */
static int
pool_bounds(struct pool *p, double *wanted, double *quotas)
{
	int is_tight = 0, own = 1;

	for (int i = 0; i < p->n; i++) {
		const struct member *m = &p->members[i];
		const struct connector *c = m->runner->connector;

		own += i && m->runner != p->members[i - 1].runner;
		for (int k = 0; k < budgets_count(c); k++) {
			const int q = place_of(m->runner, k, own);

			if (!words_hold(m->stream->poll.budget, c->budgets[k].name))
				continue;
			quotas[q] = quota_an_hour(m->runner, &c->budgets[k]);
			wanted[q] += HOURLY(m->every);
		}
	}
	own = 1;
	for (int i = 0; i < p->n; i++) {
		own += i && p->members[i].runner != p->members[i - 1].runner;
		p->members[i].usual.quota =
			scarcest(p->members[i].runner, p->members[i].stream, own, wanted, quotas);
	}
	for (int i = 0; i < p->n; i++) {
		struct member *m = &p->members[i];
		const int q = m->usual.quota;
		const double tight = q >= 0 && wanted[q] > quotas[q] ? wanted[q] / quotas[q] : 1;
		const int most_urgent = m->runner->conf->poll && m->every <= (double)m->runner->conf->poll;
		double longest, shortest;

		is_tight |= tight > 1;
		m->every *= tight;
		longest = fmin(CEILING * m->every, (double)stream_every(m->runner, m->stream) + LATER);
		longest = fmax(longest, m->every);
		if (most_urgent)
			longest = m->every;
		if (m->stream->keeps)
			longest = fmin(longest, (double)m->stream->keeps / 2);
		shortest = fmin(fmax(m->every / FLOOR, SHORTEST), m->every);
		m->usual.least = fmin(HOURLY(longest), HOURLY(shortest));
		m->usual.most = HOURLY(shortest);
		/* With the rates that were guessed this gives the usual intervals. */
		m->usual.weight = (double)paced_of(m->runner, m->stream)->urgency * HOURLY(m->every) *
				  HOURLY(m->every) / guess(m->stream);
	}
	return is_tight;
}

static struct pace
at_hour(const struct member *m, int hour)
{
	struct pace p = m->usual;

	p.weight *= m->rates[hour];
	return p;
}

static void
pool_keep(const struct pool *p, double price, const double *prices, int64_t now)
{
	const int first = (int)((now - p->begin) / HOUR);

	for (int i = 0; i < p->n; i++) {
		const struct member *m = &p->members[i];
		struct paced *x = paced_of(m->runner, m->stream);
		const int q = m->usual.quota;

		x->from = p->begin + first * HOUR;
		x->least = (float)m->usual.least;
		x->most = (float)m->usual.most;
		x->planned = x->urgency;
		for (int k = 0; k < PACED_HOURS; k++) {
			const struct pace at = at_hour(m, first + k);

			x->calls[k] = (float)pace_calls(&at, q >= 0 && prices[q] > price ? prices[q] : price);
		}
	}
}

/* Even with the longest intervals there are not calls enough. */
static void
tell_small(struct daemon *d, const struct pool *p, const double *wanted, const double *quotas, int64_t now)
{
	const struct connector *c = p->n ? p->members[0].runner->connector : NULL;
	int own = 1;

	for (int i = 0; i < p->n; i++) {
		const struct runner *r = p->members[i].runner;

		own += i && r != p->members[i - 1].runner;
		for (int k = 0; k < budgets_count(c) && (!i || r != p->members[i - 1].runner); k++) {
			const int q = place_of(r, k, own), shared = q == k;
			char cause[160], packed[ERR_MAX];

			if (shared && i)
				continue;
			snprintf(cause, sizeof cause, "quota/%s/%s/small",
				 shared ? r->conf->application->name : r->conf->name, c->budgets[k].name);
			if (wanted[q] <= CEILING * quotas[q]) {
				notice_clear(d->store, cause, now);
				continue;
			}
			pack(packed,
			     "%s: the quota \"%s\" is too small for all accounts that draw from it: their "
			     "polls "
			     "want %lld calls a day and may make %lld; news comes in late, and sends wait "
			     "long "
			     "after each stop",
			     shared ? r->conf->application->name : r->conf->name, c->budgets[k].name,
			     (long long)(wanted[q] * DAY_HOURS), (long long)(quotas[q] * DAY_HOURS));
			if (notice_raise(d->store, cause, shared ? 0 : r->id, packed, now))
				log_reason(packed);
		}
	}
}

static void
pool_share(struct daemon *d, struct pool *p, int64_t now)
{
	double *wanted = must_zalloc((size_t)(p->nquotas + 1) * sizeof *wanted),
	       *quotas = must_zalloc((size_t)(p->nquotas + 1) * sizeof *quotas),
	       *prices = must_zalloc((size_t)(p->nquotas + 1) * sizeof *prices), calls = 0, price;
	struct pace *all = must_zalloc((size_t)(p->n * DAY_HOURS + 1) * sizeof *all);
	int tight;

	tight = pool_bounds(p, wanted, quotas);
	tell_small(d, p, wanted, quotas, now);
	for (int i = 0; i < p->n; i++) {
		calls += HOURLY(p->members[i].every) * DAY_HOURS;
		for (int hour = 0; hour < DAY_HOURS; hour++)
			all[i * DAY_HOURS + hour] = at_hour(&p->members[i], hour);
	}
	for (int q = 0; q < p->nquotas;
	     q++) /* what a tight one costs by itself; one that nothing takes of costs nothing */
		if (wanted[q] > 0)
			prices[q] = pace_price(all, p->n * DAY_HOURS, quotas[q] * DAY_HOURS, q, NULL);
	price = pace_price(all, p->n * DAY_HOURS, calls, -1, prices);
	if (p->learned || tight) /* else all stays as it is */
		pool_keep(p, price, prices, now);
	free(wanted);
	free(quotas);
	free(prices);
	free(all);
}

/* A day of the quotas: those of one platform begin together. */
static int64_t
day_begins(const struct connector *c, int64_t now)
{
	const int64_t offset =
		c->budgets && c->budgets->name && c->budgets->window == DAY ? c->budgets->offset : 0;

	return now - (now - offset) % DAY;
}

static void
plan_pool(struct daemon *d, int first, int64_t now)
{
	struct runner *r = &d->runners[first];
	struct pool p = {.begin = day_begins(r->connector, now), .nquotas = budgets_count(r->connector)};

	for (int i = first; i < d->nrunners; i++)
		if (in_pool(r, &d->runners[i])) {
			pool_account(d, &p, &d->runners[i], now);
			p.nquotas += budgets_count(r->connector);
		}
	pool_rates(&p, now);
	pool_share(d, &p, now);
	free(p.members);
}

/* ---- silence ---- */

static const char *
silence_cause(struct daemon *d, const struct runner *r)
{
	return arena_fmt(store_arena(d->store), "silence/%s", r->conf->name);
}

/* So far everything was read that brings news; 0: not yet, or not any more. */
static int64_t
read_to(struct daemon *d, const struct runner *r)
{
	struct stream_times times[64];
	const int n = streams_get(d->store, r->id, times, 64);
	int64_t until = INT64_MAX;

	for (const struct stream *s = r->connector->streams; s && s->name; s++) {
		int64_t swept = 0;
		int stopped = 0;

		if (!is_paced(r, s))
			continue;
		for (int i = 0; i < n; i++)
			if (!strcmp(times[i].name, s->name))
				swept = times[i].swept, stopped = times[i].stopped;
		if (!stopped && swept < until)
			until = swept;
	}
	return until == INT64_MAX || !until ? 0 : until + r->offset;
}

static void
look_for_silence(struct daemon *d, struct runner *r, int64_t now)
{
	char packed[ERR_MAX], since[INSTANT_TEXT];
	struct account_row row;
	struct silence x;
	double expected;
	int64_t until;

	if (!r->conf->silence || !r->expected || r->sweep_from || !silence_get(d->store, r->id, &x) ||
	    !x.last || x.since + WATCH > now)
		return;
	account_get_row(d->store, r->conf->name, &row);
	if (row.mode == MODE_OFF || row.stopped || (until = read_to(d, r)) <= x.last)
		return;
	expected = arrivals_expected(r->expected, r->east, x.last, until);
	if (expected * silence_level(&x) <
	    silence_limit(&x, silence_rare(&x, arrivals_expected(r->expected, r->east, 0, 7 * DAY),
					   r->conf->silence)))
		return;
	instant_minute(x.last, since);
	pack(packed,
	     "%s: nothing new has come since %s, although every call works; by what usually comes there "
	     "should be about "
	     "%lld; look on the platform whether it shows there what is not told here",
	     r->conf->name, since, (long long)llround(expected * silence_level(&x)));
	if (notice_raise(d->store, silence_cause(d, r), r->id, packed, now))
		log_reason(packed);
}

/* ---- what the loop and poll.c call ---- */

void
pace_plan(struct daemon *d, int64_t now)
{
	const int64_t hour = now / HOUR;

	if (d->pace_next > now && d->pace_next <= now + LOOK_EVERY && d->pace_hour == hour)
		return;
	for (int i = 0; i < d->nrunners && d->pace_hour != hour; i++) {
		int first = 0;

		while (!in_pool(&d->runners[first], &d->runners[i]))
			first++;
		if (first == i)
			plan_pool(d, first, now);
	}
	for (int i = 0; i < d->nrunners; i++)
		look_for_silence(d, &d->runners[i], now);
	d->pace_hour = hour;
	d->pace_next = now + LOOK_EVERY;
}

/* Calls an hour at a time: as planned, and by how urgent it has become since. */
static double
calls_at(const struct paced *x, int hour)
{
	const double calls = x->calls[hour] * sqrt((double)x->urgency / x->planned);

	return calls < x->least ? x->least : calls > x->most ? x->most : calls;
}

int64_t
pace_next(const struct runner *r, const struct stream *s, int64_t now)
{
	const struct paced *x = paced_of(r, s);
	double left = 1; /* of a call */
	int64_t at = now;
	int hour = (int)((now - x->from) / HOUR);

	if (!x->from || now < x->from)
		return now + stream_every(r, s);
	for (; hour < PACED_HOURS; hour++) {
		const double calls = calls_at(x, hour);
		const int64_t end = x->from + (hour + 1) * HOUR;

		if (left <= calls * (double)(end - at) / HOUR)
			return at + llround(left / calls * HOUR);
		left -= calls * (double)(end - at) / HOUR;
		at = end;
	}
	return now + stream_every(r, s); /* it was planned too long ago */
}

static int
by_time(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

/* The times of what the page brought, in their order; those that are not known, or lie before what had been shown already, are now. */
static int
news_of(const struct runner *r, const struct stream_row *before, const struct intake *in, int64_t now,
	int64_t times[NEWS_MAX])
{
	const int64_t there = runner_now(r, now), earliest = before->covered ? before->covered - HOUR : 0;

	for (int i = 0; i < in->nnews; i++)
		times[i] = in->news[i] > earliest && in->news[i] <= there ? in->news[i] : there;
	qsort(times, (size_t)in->nnews, sizeof *times, by_time);
	return in->nnews;
}

static void
end_of_silence(struct daemon *d, struct runner *r, const int64_t *times, int n, int64_t now)
{
	struct silence x;

	if (!silence_get(d->store, r->id, &x))
		x.since = now;
	for (int i = 0; i < n; i++)
		if (times[i] > x.last)
			silence_gap(&x,
				    r->expected ? arrivals_expected(r->expected, r->east, x.last, times[i])
						: 0,
				    times[i]);
	silence_put(d->store, r->id, &x);
	notice_clear(d->store, silence_cause(d, r), now);
}

void
pace_learn(struct daemon *d, const struct job *job, const struct stream_row *before, const struct intake *in,
	   enum outcome o, int64_t now)
{
	struct runner *r = job->runner;
	const struct stream *s = job->stream;
	int64_t times[NEWS_MAX];
	struct arrivals a;
	int n;

	if (!is_paced(r, s) || (!in->nnews && paced_of(r, s)->watched))
		return;
	if (!arrivals_get(d->store, r->id, s->name,
			  &a)) { /* what comes with the first import is not watched yet */
		if (o == DONE)
			arrivals_put(d->store, r->id, s->name,
				     &(struct arrivals){.since = runner_now(r, now)});
		paced_of(r, s)->watched = o == DONE;
		return;
	}
	n = news_of(r, before, in, now, times);
	for (int i = 0; i < n; i++)
		arrivals_note(&a, times[i], r->east, runner_now(r, now));
	for (int i = 0; i < in->nnews; i++)
		if (in->news[i] >= a.since)
			arrivals_aged(&a, in->news[i] < runner_now(r, now) ? runner_now(r, now) - in->news[i]
									   : 0);
	if (!n)
		return;
	arrivals_put(d->store, r->id, s->name, &a);
	end_of_silence(d, r, times, n, now);
	paced_of(r, s)->urgency = urgency(d, r, s, runner_now(r, now));
}
