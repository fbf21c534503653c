#include "rush.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "crowd.h"
#include "errands.h"

#define BEGINS     (3 * HOUR)    /* by then the shops are armed, and everything was read once */
#define ORDERED    (40 * MINUTE) /* before they write: the order is known by then */
#define LAST_BURST (15 * MINUTE) /* before the end: more than can leave */
#define LAST_ONES  45
#define SHARE      95 /* percent */
#define MARGIN     (30 * SECOND)
#define MEAN_CALLS 2.1
#define BURST_OF   25 /* for shops that have promised less */
#define BURSTS     50 /* after so many */
#define SHOWN      (2 * MINUTE)
#define NEVER      INT64_MAX

/* ---- who writes what when ---- */

static void
writes(struct people *p, void *who)
{
	const struct purchase *b = who;
	struct err err = {""};
	json_t *m = json_pack("{s:s,s:s,s:s}", "buyer", b->order->buyer->username, "item",
			      b->order->lines[0].listing->item, "text",
			      "Hi, when will my package arrive? Nothing has come so far.");

	if (!ebay_message(market_of(p, b->shop), m, p->w->now, &err))
		abort();
	json_decref(m);
	p->w->counts.messages++;
}

static void
comes(struct people *p, struct shop *s, int shipped)
{
	struct purchase *b = buy(p, s, p->w->now, 1);

	if (shipped)
		change_order(p, b,
			     json_pack("{s:s,s:s,s:s}", "shipped", "now", "carrier", "DHL", "tracking",
				       "EXAMPLE000000000001"));
	plan(p, p->w->now + ORDERED, writes, b);
}

static void
come(struct people *p, void *who)
{
	const int64_t last = p->w->end - LAST_BURST - ORDERED;
	const double calls = MEAN_CALLS * (1 + (double)BURST_OF / BURSTS);
	const int many = p->w->counts.orders % (BURSTS + BURST_OF) == BURSTS - 1;

	(void)who;
	if (p->w->now >= last)
		return;
	comes(p, &p->shops[luck_below(&p->luck, SELLERS)], !luck_one_in(&p->luck, 4));
	for (int i = 0; many && i < BURST_OF; i++)
		comes(p, &p->shops[luck_between(&p->luck, 1, SELLERS - 1)], 1);
	plan(p, p->w->now + luck_wait(&p->luck, (int64_t)(calls * RUSH_INTERVAL * 100 / SHARE)), come, NULL);
}

static void
all_come_at_once(struct people *p, void *who)
{
	(void)who;
	for (int i = 0; i < LAST_ONES; i++)
		comes(p, &p->shops[0], 1);
}

/* ---- what the service said of the time to come ---- */

static struct { /* a seed is a process */
	int64_t at;
	int64_t late[256];
	int n;
} forecast;

static void
forecast_told(struct people *p, const struct errand *e, const json_t *result)
{
	json_t *list = json_list(json_obj(result, "forecast"), "actions"), *a;
	size_t i;

	(void)e;
	forecast.at = p->w->now;
	json_array_foreach(list, i, a)
		if (forecast.n < 256)
			forecast.late[forecast.n++] = atoll(json_text(a, "id") + 1);
}

static void
asks(struct people *p, void *who)
{
	(void)who;
	errand(p, json_pack("{s:s}", "verb", "deadlines"), forecast_told, NULL);
	p->staff->ready = p->w->now;
}

void
rush_lives(struct people *p)
{
	const struct world *w = p->w;

	plan(p, w->start + BEGINS, come, NULL);
	plan(p, w->end - LAST_BURST - ORDERED, all_come_at_once, NULL);
	plan(p, w->end, asks, NULL);
}

/* ---- what could be had ---- */

struct item {
	int64_t id, ready, deadline;
	int64_t sent; /* by the service; NEVER */
	int lost;     /* its answer was: another look is needed */
	/* within a reckoning */
	int calls;      /* it still needs */
	int64_t next;   /* not before */
	int64_t leaves; /* what came out */
	int period;     /* somebody waited from when to when: its number */
};

static int
goes_before(const struct item *a, const struct item *b, int arrival)
{
	const int64_t x = arrival ? a->ready : a->deadline, y = arrival ? b->ready : b->deadline;

	return x != y ? x < y : a->id < b->id;
}

/* Call by call, by deadline or by arrival, out of a bucket that holds what is reserved for sends.  Items stand in the order of `ready`. */
static void
reckon(struct item *items, int n, int arrival)
{
	const int64_t burst = RUSH_BURST / 2;
	int64_t full_at = 0, now = 0;
	int open = n, period = 0;

	for (int i = 0; i < n; i++) {
		items[i].calls = 2 + items[i].lost;
		items[i].next = items[i].ready;
	}
	while (open) {
		const int64_t token = full_at - (burst - 1) * RUSH_INTERVAL;
		int64_t next = NEVER;
		int best = -1;

		if (now < token)
			now = token;
		for (int i = 0; i < n; i++) {
			if (!items[i].calls)
				continue;
			if (items[i].next > now) {
				next = items[i].next < next ? items[i].next : next;
				if (items[i].ready > now)
					break;
			} else if (best < 0 || goes_before(&items[i], &items[best], arrival)) {
				best = i;
			}
		}
		if (best < 0) {
			period++;
			now = next;
			continue;
		}
		full_at = (full_at > now ? full_at : now) + RUSH_INTERVAL;
		items[best].calls--;
		items[best].period = period;
		if (items[best].calls == items[best].lost)
			items[best].leaves = now;
		if (items[best].lost && items[best].calls == 1)
			items[best].next = now + SHOWN;
		open -= !items[best].calls;
	}
}

/* ---- the judgement ---- */

static int
read_items(const char *store, struct item **items)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *q = NULL;
	size_t n = 0;

	if (sqlite3_open_v2(store, &db, SQLITE_OPEN_READONLY, NULL) ||
	    sqlite3_prepare_v2(
		    db,
		    "SELECT id, max(created, not_before) AS ready, deadline,"
		    " (SELECT min(at) FROM journal WHERE ref = 'a' || o.id AND kind = 'sending'),"
		    " EXISTS (SELECT 1 FROM journal WHERE ref = 'a' || o.id AND kind = 'unsure')"
		    " FROM outbox o WHERE kind = 'reply' AND state IN ('ready', 'sending', 'unsure', 'sent')"
		    " AND deadline IS NOT NULL ORDER BY ready, id",
		    -1, &q, NULL)) {
		fprintf(stderr, "%s: %s\n", store, sqlite3_errmsg(db));
		abort();
	}
	while (sqlite3_step(q) == SQLITE_ROW)
		*GROW(*items, n) = (struct item){
			.id = sqlite3_column_int64(q, 0),
			.ready = sqlite3_column_int64(q, 1),
			.deadline = sqlite3_column_int64(q, 2),
			.sent = sqlite3_column_type(q, 3) == SQLITE_NULL ? NEVER : sqlite3_column_int64(q, 3),
			.lost = sqlite3_column_int(q, 4)};
	sqlite3_finalize(q);
	sqlite3_close(db);
	return (int)n;
}

static int
was_foretold(int64_t id)
{
	for (int i = 0; i < forecast.n; i++)
		if (forecast.late[i] == id)
			return 1;
	return 0;
}

/* Of those that waited then, each was late that was said to be, and no other. */
static int
judge_forecast(const struct world *w, const struct item *items, int n, int *late, FILE *out)
{
	int good = 1;

	*late = 0;
	for (int i = 0; i < n; i++) {
		const int was = items[i].sent > items[i].deadline, said = was_foretold(items[i].id);

		if (items[i].sent <= forecast.at || items[i].ready > forecast.at + DAY)
			continue;
		*late += was;
		if (was == said)
			continue;
		good = 0;
		fprintf(out,
			"seed %llu: the forecast said that a%lld would be %s, and it left %lld s %s its "
			"deadline\n",
			(unsigned long long)w->seed, (long long)items[i].id, said ? "late" : "in time",
			(long long)llabs(items[i].sent - items[i].deadline) / SECOND,
			was ? "after" : "before");
	}
	return good;
}

static int
judge_trace(const struct world *w, struct item *items, int n, FILE *out)
{
	char *hard = must_zalloc((size_t)n * 3 + 1); /* by periods: not all can be in time */
	int can = 0, missed = 0, by_arrival = 0, calls = 0, late = 0, more = 0, waits = 0;
	int64_t until = w->end - LAST_BURST;
	int *periods = must_zalloc((size_t)(n + 1) * sizeof *periods);

	reckon(items, n, 0);
	for (int i = 0; i < n; i++) {
		periods[i] = items[i].period;
		if (items[i].leaves + MARGIN > items[i].deadline) {
			hard[items[i].period] = 1;
			late++;
		}
		waits = items[i].period;
		if (items[i].ready < until)
			calls += 2 + items[i].lost;
		more += items[i].sent > items[i].deadline;
	}
	for (int i = 0; i < n; i++) {
		if (hard[periods[i]])
			continue;
		can++;
		if (items[i].sent <= items[i].deadline)
			continue;
		missed++;
		fprintf(out,
			"seed %llu: a%lld left %lld s late; by deadline it would have left %lld s before\n",
			(unsigned long long)w->seed, (long long)items[i].id,
			items[i].sent == NEVER ? -1 : (long long)(items[i].sent - items[i].deadline) / SECOND,
			(long long)(items[i].deadline - items[i].leaves) / SECOND);
	}
	reckon(items, n, 1);
	for (int i = 0; i < n; i++)
		by_arrival += !hard[periods[i]] && items[i].leaves > items[i].deadline;
	fprintf(out,
		"seed %llu: rush: %d replies, %.1f %% of the budget, %d times that somebody waited; of %d "
		"that can be in "
		"time %d were late, in the order of arrival %d would be; of all %d were late, %d by "
		"deadline\n",
		(unsigned long long)w->seed, n,
		(double)calls * 100 * RUSH_INTERVAL / (double)(until - w->start - BEGINS - ORDERED), waits,
		can, missed, by_arrival, more, late);
	free(hard);
	free(periods);
	return !missed && can > 0;
}

int
rush_judge(const struct world *w, const char *store, FILE *out)
{
	struct item *items = NULL;
	const int n = read_items(store, &items);
	int good = judge_trace(w, items, n, out), late = 0;

	good &= forecast.at && judge_forecast(w, items, n, &late, out);
	fprintf(out, "seed %llu: rush: the forecast named %d that would be late, %d were\n",
		(unsigned long long)w->seed, forecast.n, late);
	free(items);
	return good;
}
