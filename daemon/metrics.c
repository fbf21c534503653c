#include "daemon/metrics.h"

#include "daemon/clock.h"
#include "daemon/pace/usage.h"

#define QUOTAS_MAX 256

static void
each(void *ctx, const char *metric, const char *label, const char *value, int64_t n)
{
	buf_fmt(ctx, "supercargo_%s{%s=\"%s\"} %lld\n", metric, label, value, (long long)n);
}

static void
write_usage(struct daemon *d, struct buf *out)
{
	struct usage list[QUOTAS_MAX];
	const int n = usage_quotas(d, clock_now(), list, QUOTAS_MAX);

	for (int i = 0; i < n; i++)
		buf_fmt(out,
			"supercargo_calls_used{owner=\"%s\",quota=\"%s\"} %lld\n"
			"supercargo_calls_left{owner=\"%s\",quota=\"%s\"} %lld\n"
			"supercargo_calls_left_until_seconds{owner=\"%s\",quota=\"%s\"} %lld\n",
			list[i].owner, list[i].name, (long long)list[i].used, list[i].owner, list[i].name,
			(long long)list[i].left, list[i].owner, list[i].name,
			(long long)(list[i].until / SECOND));
	for (int i = 0; i < d->nrunners; i++) {
		const int64_t age = usage_news_age(d, &d->runners[i]);

		if (age >= 0)
			each(out, "message_age_ms", "account", d->runners[i].conf->name, age);
	}
}

void
metrics_write(struct daemon *d, struct buf *out)
{
	buf_fmt(out, "# TYPE supercargo_up_seconds gauge\nsupercargo_up_seconds %lld\n",
		(long long)((clock_now() - d->started) / SECOND));
	buf_fmt(out, "# TYPE supercargo_commits_total counter\nsupercargo_commits_total %lld\n",
		(long long)store_commits(d->store));
	buf_fmt(out, "# TYPE supercargo_turn_longest_ms gauge\nsupercargo_turn_longest_ms %lld\n",
		(long long)d->longest_turn);
	view_counts(d->store, each, out);
	write_usage(d, out);
}
