#include "daemon/gap.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "daemon/log.h"

#define BEHIND HOUR /* more than a stream usually is */

/* ---- what is known of an outage that goes on: a line for each stream ---- */

struct span {
	int64_t from, to; /* to 0: not read to its end yet */
	int64_t fresh, odd;
	int first; /* nothing had been read before */
};

static const char *
span_key(const struct daemon *d, const struct runner *r, const struct stream *s)
{
	return arena_fmt(store_arena(d->store), "outage/%s/%s", r->conf->name, s->name);
}

static int
span_get(struct daemon *d, const struct runner *r, const struct stream *s, struct span *x)
{
	const char *line = meta_get(d->store, span_key(d, r, s));
	long long from, to, fresh, odd;

	if (!line || sscanf(line, "%lld %lld %lld %lld %d", &from, &to, &fresh, &odd, &x->first) != 5)
		return 0;
	x->from = from, x->to = to, x->fresh = fresh, x->odd = odd;
	return 1;
}

static void
span_put(struct daemon *d, const struct runner *r, const struct stream *s, const struct span *x)
{
	meta_set(d->store, span_key(d, r, s),
		 arena_fmt(store_arena(d->store), "%lld %lld %lld %lld %d", (long long)x->from,
			   (long long)x->to, (long long)x->fresh, (long long)x->odd, x->first));
}

void
gap_open(struct daemon *d, struct runner *r)
{
	for (const struct stream *s = r->connector->streams; s && s->name && !r->outage; s++)
		r->outage = meta_get(d->store, span_key(d, r, s)) != NULL;
}

static int
is_behind(const struct runner *r, const struct stream *s, const struct stream_row *row, int64_t now)
{
	return row->covered + stream_every(r, s) + BEHIND < now;
}

static int
is_wanted(const struct runner *r, const struct stream *s)
{
	return !s->wanted || s->wanted(&r->view);
}

/* What the report has to say of a stream: also of one that had stopped before, and so was not read after the outage. */
static int
span_of(struct daemon *d, const struct runner *r, const struct stream *s, const struct stream_row *row,
	int64_t now, struct span *x)
{
	if (span_get(d, r, s, x))
		return 1;
	*x = (struct span){.from = row->covered ? row->covered : now - r->conf->history,
			   .first = !row->covered};
	return row->stopped && is_wanted(r, s) && is_behind(r, s, row, now);
}

/* ---- the report ---- */

struct tally {
	int64_t from, to, fresh, unknown;
	int first;              /* nothing had been read before */
	struct buf not_covered; /* names of the streams whose span is not known whole */
};

static json_t *
when(int64_t at)
{
	char text[INSTANT_TEXT];

	if (!at)
		return json_null();
	instant_format(at, text);
	return json_string(text);
}

/* Why the span of a stream is not known whole, though nothing of it was odd: packed, or "". */
static void
why_not(const struct stream *s, const struct stream_row *row, const struct span *x, int64_t now,
	char packed[ERR_MAX])
{
	*packed = '\0';
	if (row->stopped)
		snprintf(packed, ERR_MAX, "%s", row->stopped);
	else if (s->keeps && !x->first && x->from < now - s->keeps)
		pack(packed, "the platform shows only the last %lld days", (long long)(s->keeps / DAY));
	else if (!x->to)
		pack(packed, "it could not be read to its end");
}

/* One stream of the report. */
static json_t *
tell_stream(const struct stream *s, const struct stream_row *row, const struct span *x, int64_t now,
	    struct tally *t)
{
	char why[ERR_MAX];

	why_not(s, row, x, now, why);
	t->from = t->from && t->from < x->from ? t->from : x->from;
	t->to = t->to && (!x->to || t->to < x->to) ? t->to : x->to;
	t->fresh += x->fresh;
	t->unknown += x->odd + (*why != '\0');
	t->first &= x->first;
	if (x->odd || *why)
		buf_fmt(&t->not_covered, "%s%s", t->not_covered.len ? ", " : "", s->name);
	return json_pack("{s:s, s:o, s:o, s:I, s:I, s:o}", "name", s->name, "from_at", when(x->from), "to_at",
			 when(x->to), "new", (json_int_t)x->fresh, "odd", (json_int_t)x->odd, "why",
			 *why ? json_pack("{s:s}", "packed", why) : json_null());
}

static void
words_of(const struct runner *r, const struct tally *t, char packed[ERR_MAX])
{
	char from[INSTANT_TEXT], to[INSTANT_TEXT];

	instant_minute(t->from, from);
	instant_minute(t->to ? t->to : t->from, to);
	if (t->first)
		pack(packed, "%s: first import: covered from %s to %s, %lld new, %lld unknown", r->conf->name,
		     from, to, (long long)t->fresh, (long long)t->unknown);
	else if (!t->unknown)
		pack(packed, "%s: after an outage covered from %s to %s, %lld new or changed, 0 unknown",
		     r->conf->name, from, to, (long long)t->fresh);
	else
		pack(packed,
		     "%s: after an outage covered from %s to %s, %lld new or changed, %lld unknown (%s); see "
		     "'supercargo report' and 'supercargo odd'",
		     r->conf->name, from, to, (long long)t->fresh, (long long)t->unknown,
		     buf_str(&t->not_covered));
}

static void
tell(struct daemon *d, struct runner *r, int64_t now)
{
	struct tally t = {.first = 1, .not_covered = BUF_MAX(1024)};
	const char *const last = arena_fmt(store_arena(d->store), "covered/%s", r->conf->name);
	const char *const cause = arena_fmt(store_arena(d->store), "gap/%s", r->conf->name);
	json_t *streams = json_array(), *report;
	char packed[ERR_MAX], *text;
	struct stream_row row;
	struct span x;

	for (const struct stream *s = r->connector->streams; s && s->name; s++) {
		stream_get(d->store, r->id, s->name, &row);
		if (!span_of(d, r, s, &row, runner_now(r, now), &x))
			continue;
		json_array_append_new(streams, tell_stream(s, &row, &x, runner_now(r, now), &t));
		meta_set(d->store, span_key(d, r, s), NULL);
	}
	words_of(r, &t, packed);
	report = json_pack("{s:o, s:o, s:o, s:I, s:I, s:b, s:o, s:{s:s}}", "at", when(now), "from_at",
			   when(t.from), "to_at", when(t.to), "new", (json_int_t)t.fresh, "unknown",
			   (json_int_t)t.unknown, "first", t.first, "streams", streams, "text", "packed",
			   packed);
	text = json_dumps(report, JSON_COMPACT);
	meta_set(d->store, last, text);
	free(text);
	journal_add(d->store, now, r->id, "gap", NULL, report);
	if (!t.first) {
		notice_clear(d->store, cause, now);
		notice_raise(d->store, cause, r->id, packed, now);
	}
	log_told(packed);
	r->outage = 0;
	buf_free(&t.not_covered);
}

/* ---- when it is over ---- */

static void
tell_when_over(struct daemon *d, struct runner *r, int64_t now)
{
	struct stream_row row;

	for (const struct stream *s = r->connector->streams; s && s->name; s++) {
		if (!is_wanted(r, s))
			continue;
		stream_get(d->store, r->id, s->name, &row);
		if (!row.stopped && is_behind(r, s, &row, runner_now(r, now)))
			return;
	}
	tell(d, r, now);
}

void
gap_page(struct daemon *d, const struct job *job, const struct stream_row *before, const struct intake *in,
	 enum outcome o, int64_t now)
{
	const int kept = o == DONE || o == MORE;
	struct runner *r = job->runner;
	struct span x;

	if (is_behind(r, job->stream, before, job->now)) {
		if (!span_get(d, r, job->stream, &x))
			x = (struct span){.from = before->covered ? before->covered : job->since,
					  .first = !before->covered};
		x.fresh += kept ? in->fresh : 0;
		x.odd += kept ? in->odd : 0;
		x.to = kept ? in->found.covered : 0;
		span_put(d, r, job->stream, &x);
		r->outage = 1;
	}
	if (r->outage && o != MORE)
		tell_when_over(d, r, now);
}
