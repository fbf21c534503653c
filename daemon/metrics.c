#include "daemon/metrics.h"

#include "daemon/clock.h"

static void
each(void *ctx, const char *metric, const char *label, const char *value, int64_t n)
{
	buf_fmt(ctx, "supercargo_%s{%s=\"%s\"} %lld\n", metric, label, value, (long long)n);
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
}
