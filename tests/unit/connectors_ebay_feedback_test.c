/* The feedback stream over many sweeps, against a list that grows, changes and shrinks while it is walked. */
#include "../test.h"

#include <stdio.h>

#include "base/json.h"
#include "base/text.h"
#include "connector.h"
#include "ebay/ebay.h"

#define MOST 600
#define NOW  INT64_C(1792587600000)

static const struct setting settings[] = {{"identity", "example_seller"}, {NULL, NULL}};
static const struct account account = {.name = "toys-de", .settings = settings, .connector = &ebay};

/* What eBay would show, newest purchase first, and what the stream handed over. */
struct world {
	struct found found; /* first */
	int ids[MOST];
	const char *ratings[MOST];
	int n;
	int seen[10000]; /* by id: how often */
	const char *last_rating[10000];
	int requests, rows, sent_pages;
	char period[8];
	int shift_at; /* after this request one more appears in front; 0: never */
	char cursor[4096];
	int64_t now;
};

static void
add(struct world *w, int place, int id)
{
	memmove(w->ids + place + 1, w->ids + place, (size_t)(w->n - place) * sizeof *w->ids);
	memmove(w->ratings + place + 1, w->ratings + place, (size_t)(w->n - place) * sizeof *w->ratings);
	w->ids[place] = id;
	w->ratings[place] = "POSITIVE";
	w->n++;
}

static void
drop(struct world *w, int place)
{
	w->n--;
	memmove(w->ids + place, w->ids + place + 1, (size_t)(w->n - place) * sizeof *w->ids);
	memmove(w->ratings + place, w->ratings + place + 1, (size_t)(w->n - place) * sizeof *w->ratings);
}

static int
on_feedback(struct found *f, const struct feedback *k)
{
	struct world *w = (struct world *)f;
	int id = atoi(k->remote);

	if (k->direction == INCOMING) {
		w->seen[id]++;
		w->last_rating[id] = rating_name(k->rating);
	}
	return 0;
}

static void
serve(struct world *w, const char *url, struct buf *body)
{
	struct buf value = BUF_MAX(200);
	int offset, limit, i, sent;

	assert_int_equal(url_query_get(url, "offset", &value), 1);
	offset = atoi(buf_str(&value));
	assert_int_equal(url_query_get(url, "limit", &value), 1);
	limit = atoi(buf_str(&value));
	assert_int_equal(url_query_get(url, "feedback_type", &value), 1);
	sent = !strcmp(buf_str(&value), "FEEDBACK_SENT");
	assert_int_equal(url_query_get(url, "filter", &value), 1);
	if (!sent)
		snprintf(w->period, sizeof w->period, "%s", strchr(buf_str(&value), ':') + 1);
	buf_free(&value);

	w->requests++;
	w->rows += limit;
	w->sent_pages += sent;
	buf_put(body, "{\"feedbackEntries\":[");
	for (i = offset; !sent && i < w->n && i < offset + limit; i++)
		buf_fmt(body, "%s{\"feedbackId\":\"%d\",\"commentType\":\"%s\"}", i > offset ? "," : "",
			w->ids[i], w->ratings[i]);
	buf_fmt(body, "],\"pagination\":{\"total\":%d}}", sent ? 0 : w->n);
	if (w->shift_at && w->requests == w->shift_at)
		add(w, 0, 9000);
}

/* One request and its answer. */
static enum outcome
step(struct world *w)
{
	struct request r = {.url = BUF_MAX(4096), .headers = BUF_MAX(4096), .body = BUF_MAX(16)};
	struct task t = {.account = &account,
			 .token = "t",
			 .grant = "",
			 .key = "",
			 .cursor = w->cursor,
			 .now = w->now};
	struct buf body = BUF_MAX(1 << 20);
	struct response rs = {.status = 200};
	enum outcome o;

	t.arena = arena_new();
	assert_int_equal(ebay_feedback_ask(&t, &r, NULL), 0);
	serve(w, buf_str(&r.url), &body);
	rs.body = buf_str(&body);
	rs.len = body.len;
	buf_clear(&w->found.cursor);
	o = ebay_feedback_read(&t, &rs, &w->found);
	snprintf(w->cursor, sizeof w->cursor, "%s", buf_str(&w->found.cursor));
	arena_free(t.arena);
	buf_free(&body);
	buf_free(&r.url);
	buf_free(&r.headers);
	buf_free(&r.body);
	return o;
}

/* A whole sweep; the number of requests it took. */
static int
sweep(struct world *w, int64_t later)
{
	enum outcome o;

	w->now += later;
	w->requests = w->rows = w->sent_pages = 0;
	w->found.covered = 0;
	while ((o = step(w)) == MORE)
		assert_true(w->requests < 50);
	assert_int_equal(o, DONE);
	return w->requests;
}

static int
start(void **state)
{
	struct world *w = must_zalloc(sizeof *w);
	int i;

	w->found.feedback = on_feedback;
	w->found.cursor.max = 64 * 1024;
	w->now = NOW;
	for (i = 0; i < 500; i++)
		add(w, 0, 1 + i);
	*state = w;
	return 0;
}

static int
stop(void **state)
{
	struct world *w = *state;

	buf_free(&w->found.cursor);
	free(w);
	return 0;
}

static void
test_the_first_walk_is_whole(void **state)
{
	struct world *w = *state;
	int i;

	assert_int_equal(sweep(w, 0), 5); /* the first rows, three pages, and one of what we gave */
	assert_int_equal(w->sent_pages, 1);
	assert_string_equal(w->period, "365");
	assert_int_equal(w->found.covered, NOW);
	for (i = 1; i <= 500; i++)
		assert_int_equal(w->seen[i], i > 475 ? 2 : 1);
}

static void
test_nothing_new_costs_one_small_request(void **state)
{
	struct world *w = *state;

	sweep(w, 0);
	sweep(w, 15 * MINUTE);
	assert_string_equal(w->period, "30");
	assert_int_equal(sweep(w, 15 * MINUTE), 1);
	assert_int_equal(w->rows, 25);
	assert_int_equal(w->found.covered, NOW + 30 * MINUTE);
}

/* Feedback for an old purchase stands deep in the list. */
static void
test_new_feedback_deep_in_the_list_is_met(void **state)
{
	struct world *w = *state;

	sweep(w, 0);
	add(w, 450, 7001);
	assert_int_equal(sweep(w, 15 * MINUTE), 4);
	assert_int_equal(w->seen[7001], 1);
	assert_int_equal(sweep(w, 15 * MINUTE), 1);
}

/* Where the first rows are all, nothing is asked twice. */
static void
test_a_short_list_is_one_request(void **state)
{
	struct world *w = *state;

	w->n = 20;
	assert_int_equal(sweep(w, 0), 2); /* with what we gave */
	add(w, 7, 7001);
	assert_int_equal(sweep(w, 15 * MINUTE), 1);
	assert_int_equal(w->seen[7001], 1);
	assert_int_equal(w->found.covered, NOW + 15 * MINUTE);
}

static void
test_a_revision_on_the_first_page_is_met_at_once(void **state)
{
	struct world *w = *state;

	sweep(w, 0);
	w->ratings[3] = "NEGATIVE";
	sweep(w, 15 * MINUTE);
	assert_string_equal(w->last_rating[w->ids[3]], "negative");
}

/* One came and one went, both beyond the first page: neither page nor total tell; the daily walk does. */
static void
test_the_daily_walk_meets_what_hides(void **state)
{
	struct world *w = *state;

	sweep(w, 0);
	add(w, 450, 7002);
	drop(w, 460);
	w->ratings[440] = "NEUTRAL";
	assert_int_equal(sweep(w, 15 * MINUTE), 1);
	assert_int_equal(w->seen[7002], 0);
	assert_int_equal(sweep(w, DAY), 5);
	assert_int_equal(w->seen[7002], 1);
	assert_string_equal(w->last_rating[w->ids[440]], "neutral");
	assert_string_equal(w->period, "30");
}

static void
test_after_a_gap_it_goes_back_a_year(void **state)
{
	struct world *w = *state;

	sweep(w, 0);
	sweep(w, DAY);
	assert_string_equal(w->period, "30");
	sweep(w, 40 * DAY);
	assert_string_equal(w->period, "365");
	assert_int_equal(w->found.covered, NOW + 41 * DAY);
}

/* While it is walked one appears in front: rows come twice, none slips away. */
static void
test_a_shift_loses_nothing(void **state)
{
	struct world *w = *state;
	int i;

	w->shift_at = 1;
	sweep(w, 0);
	for (i = 1; i <= 500; i++)
		assert_true(w->seen[i] > 0);
	sweep(w, 15 * MINUTE);
	assert_true(w->seen[9000] > 0);
}

/* Fewer rows than a page spoke of: nothing counts as covered, and the next sweep walks again. */
static void
test_a_row_that_slipped_away(void **state)
{
	struct world *w = *state;

	assert_int_equal(step(w), MORE);
	assert_int_equal(step(w), MORE);
	drop(w, 100);
	while (step(w) == MORE)
		;
	assert_int_equal(w->found.covered, 0);
	assert_int_equal(sweep(w, 15 * MINUTE), 5);
	assert_int_equal(w->found.covered, NOW + 15 * MINUTE);
}

/* The first rows told of one that the walk, answered from before it, does not count. */
static void
test_a_walk_shows_what_the_first_rows_counted(void **state)
{
	struct world *w = *state;

	sweep(w, 0);
	add(w, 300, 7003);
	w->now += 15 * MINUTE;
	assert_int_equal(step(w), MORE);
	drop(w, 300);
	w->found.covered = 0;
	while (step(w) == MORE)
		;
	assert_int_equal(w->found.covered, 0);
	add(w, 300, 7003);
	sweep(w, 15 * MINUTE);
	assert_int_equal(w->seen[7003], 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_the_first_walk_is_whole, start, stop),
		cmocka_unit_test_setup_teardown(test_nothing_new_costs_one_small_request, start, stop),
		cmocka_unit_test_setup_teardown(test_new_feedback_deep_in_the_list_is_met, start, stop),
		cmocka_unit_test_setup_teardown(test_a_revision_on_the_first_page_is_met_at_once, start,
						stop),
		cmocka_unit_test_setup_teardown(test_the_daily_walk_meets_what_hides, start, stop),
		cmocka_unit_test_setup_teardown(test_after_a_gap_it_goes_back_a_year, start, stop),
		cmocka_unit_test_setup_teardown(test_a_shift_loses_nothing, start, stop),
		cmocka_unit_test_setup_teardown(test_a_row_that_slipped_away, start, stop),
		cmocka_unit_test_setup_teardown(test_a_walk_shows_what_the_first_rows_counted, start, stop),
		cmocka_unit_test_setup_teardown(test_a_short_list_is_one_request, start, stop),
	};

	json_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
