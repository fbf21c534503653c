/* What the eBay connector does that a single saved exchange does not show. */
#include "../test.h"

#include "base/json.h"
#include "base/text.h"
#include "connector.h"
#include "ebay/ebay.h"

static const struct setting settings[] = {
	{"client_id", "ExampleApp"},
	{"client_secret", "ExampleSecret"},
	{"redirect", "Example_Seller-ExampleA-Exampl-abcdefg"},
	{NULL, NULL},
};
static const struct account account = {.name = "toys-de", .settings = settings, .connector = &ebay};

static int
start(void **state)
{
	struct task *t = must_zalloc(sizeof *t);

	*t = (struct task){.account = &account,
			   .token = "t",
			   .grant = "",
			   .cursor = "",
			   .key = "",
			   .arena = arena_new()};
	*state = t;
	return 0;
}

static int
stop(void **state)
{
	struct task *t = *state;

	arena_free(t->arena);
	free(t);
	return 0;
}

static int
redeem(const struct task *t, struct buf *body)
{
	struct request r = {.url = BUF_MAX(4096), .headers = BUF_MAX(4096), .body = BUF_MAX(4096)};
	struct err err;
	int bad = ebay.credentials[0].redeem.ask(t, &r, &err);

	buf_put(body, buf_str(&r.body));
	buf_free(&r.url);
	buf_free(&r.headers);
	buf_free(&r.body);
	return bad;
}

static void
test_only_its_own_consent_page_is_redeemed(void **state)
{
	struct task *t = *state;
	struct account other = account;
	struct buf url = BUF_MAX(4096), value = BUF_MAX(4096), body = BUF_MAX(4096);
	struct err err;

	assert_int_equal(ebay.credentials[0].consent(t, &url, &err), 0);
	assert_memory_equal(buf_str(&url),
			    "https://auth.ebay.com/oauth2/authorize?client_id=ExampleApp&redirect_uri=", 73);
	assert_int_equal(url_query_get(buf_str(&url), "scope", &value), 1);
	assert_string_equal(buf_str(&value),
			    "https://api.ebay.com/oauth/api_scope/commerce.identity.readonly "
			    "https://api.ebay.com/oauth/api_scope/sell.fulfillment "
			    "https://api.ebay.com/oauth/api_scope/sell.finances "
			    "https://api.ebay.com/oauth/api_scope/sell.payment.dispute "
			    "https://api.ebay.com/oauth/api_scope/commerce.feedback "
			    "https://api.ebay.com/oauth/api_scope/sell.analytics.readonly "
			    "https://api.ebay.com/oauth/api_scope/commerce.message");
	buf_clear(&value);
	assert_int_equal(url_query_get(buf_str(&url), "state", &value), 1);
	t->cursor =
		arena_fmt(t->arena, " https://seller.example/ok?code=v%%5E1.1%%23i&state=%s&expires_in=299\n",
			  buf_str(&value));

	assert_int_equal(redeem(t, &body), 0);
	assert_non_null(strstr(buf_str(&body), "code=v%5E1.1%23i&redirect_uri=Example_Seller"));
	other.name = "toys-fr";
	t->account = &other;
	assert_int_equal(redeem(t, &body), -1);
	buf_free(&url);
	buf_free(&value);
	buf_free(&body);
}

/* ---- a whole sweep over a list that changes while it is read ---- */

#define ROWS 460

static int seen[ROWS + 2];
static int left_out = -1; /* this order stands in no answer, though it counts */
static int every_page;    /* the list changes before every page but the first, not only before the second */
static int odd_expected, odd_seen;

static int
on_order(struct found *f, const struct order *o)
{
	(void)f;
	seen[atoi(o->remote)]++;
	return 0;
}

static int
on_odd(struct found *f, const char *item, size_t len, const char *why)
{
	(void)f;
	(void)item;
	(void)len;
	(void)why;
	odd_seen++;
	assert_true(odd_expected);
	return 0;
}

/* A page of the orders with these numbers. */
static void
page(struct buf *out, const int *orders, int n, int offset)
{
	const char *comma = "";
	int i;

	buf_clear(out);
	buf_fmt(out, "{\"total\":%d,\"orders\":[", n);
	for (i = offset; i < n && i < offset + 200; i++) {
		if (orders[i] == left_out)
			continue;
		buf_fmt(out,
			"%s{\"orderId\":\"%d\",\"creationDate\":\"2026-10-01T00:00:00Z\","
			"\"lastModifiedDate\":\"2026-10-01T00:00:00Z\",\"lineItems\":[]}",
			comma, orders[i]);
		comma = ",";
	}
	buf_put(out, "]}");
}

/* Sweeps once; before the second page `change` alters the list.  Returns the time that found->covered tells. */
static int64_t
sweep(struct task *t, struct buf *cursor, int *orders, int *n, void (*change)(int *orders, int *n))
{
	struct found f = {.order = on_order, .odd = on_odd, .cursor = BUF_MAX(65536)};
	struct buf body = BUF_MAX(1 << 20);
	enum outcome o = MORE;
	int pages = 0;

	while (o == MORE) {
		struct request r = {.url = BUF_MAX(4096), .headers = BUF_MAX(4096), .body = BUF_MAX(16)};
		struct response rs = {.status = 200};
		struct buf offset = BUF_MAX(32);
		struct err err;

		assert_true(pages < 10);
		if (change && (pages == 1 || (every_page && pages)))
			change(orders, n);
		pages++;
		t->cursor = arena_strdup(t->arena, buf_str(cursor));
		assert_int_equal(ebay_orders_ask(t, &r, &err), 0);
		url_query_get(buf_str(&r.url), "offset", &offset);
		page(&body, orders, *n, atoi(buf_str(&offset)));
		rs.body = buf_str(&body);
		rs.len = body.len;
		o = ebay_orders_read(t, &rs, &f);
		buf_set(cursor, buf_str(&f.cursor), f.cursor.len);
		buf_free(&r.url);
		buf_free(&r.headers);
		buf_free(&r.body);
		buf_free(&offset);
	}
	assert_int_equal(o, DONE);
	buf_free(&body);
	buf_free(&f.cursor);
	return f.covered;
}

static void
remove_two(int *orders, int *n)
{
	*n -= 2;
	memmove(orders + 3, orders + 5, (size_t)(*n - 3) * sizeof *orders);
}

static void
insert_one(int *orders, int *n)
{
	memmove(orders + 4, orders + 3, (size_t)(*n - 3) * sizeof *orders);
	orders[3] = ROWS;
	++*n;
}

static void
begin(struct task *t, int *orders)
{
	int i;

	memset(seen, 0, sizeof seen);
	for (i = 0; i < ROWS; i++)
		orders[i] = i;
	t->now = INT64_C(1790900000000);
	t->since = INT64_C(1788000000000);
}

static void
test_a_row_that_slips_in_front_of_us_is_met_by_the_next_sweep(void **state)
{
	struct task *t = *state;
	struct buf cursor = BUF_MAX(65536);
	int orders[ROWS + 2], n = ROWS, i;

	begin(t, orders);
	assert_int_equal(sweep(t, &cursor, orders, &n, remove_two), 0);
	assert_int_equal(seen[200], 0);
	assert_string_equal(buf_str(&cursor),
			    "{\"from\":1788000000000,\"again\":1}"); /* the same window again */

	t->now += 5 * MINUTE;
	assert_int_equal(sweep(t, &cursor, orders, &n, NULL), t->now);
	for (i = 0; i < ROWS; i++)
		assert_true(seen[i] >= 1 || i == 3 || i == 4);
	buf_free(&cursor);
}

static void
test_a_row_that_comes_in_between_costs_nothing(void **state)
{
	struct task *t = *state;
	struct buf cursor = BUF_MAX(65536);
	int orders[ROWS + 2], n = ROWS, i;

	begin(t, orders);
	assert_int_equal(sweep(t, &cursor, orders, &n, insert_one), t->now);
	for (i = 0; i < ROWS; i++)
		assert_true(seen[i] >= 1);
	/* the new one stands on a page that was read already: the overlap of the next window covers its change */
	assert_string_equal(buf_str(&cursor),
			    "{\"from\":1790899400000,\"hour\":1790900000000,\"wide\":1790900000000}");
	buf_free(&cursor);
}

static void
remove_or_insert(int *orders, int *n)
{
	if (*n == ROWS)
		remove_two(orders, n);
	else
		insert_one(orders, n);
}

static void
remove_two_and_append_two(int *orders, int *n)
{
	remove_two(orders, n);
	orders[(*n)++] = ROWS;
	orders[(*n)++] = ROWS + 1;
}

static void
test_a_row_that_slips_away_is_not_made_up_for_by_one_that_comes(void **state)
{
	void (*const changes[])(int *, int *) = {remove_or_insert, remove_two_and_append_two};
	struct task *t = *state;
	struct buf cursor = BUF_MAX(65536);
	int orders[ROWS + 2], n, i, k;

	for (k = 0; k < 2; k++) {
		begin(t, orders);
		buf_clear(&cursor);
		n = ROWS;
		every_page = k == 0;
		assert_int_equal(sweep(t, &cursor, orders, &n, changes[k]), 0);
		every_page = 0;
		t->now += 5 * MINUTE;
		assert_int_equal(sweep(t, &cursor, orders, &n, NULL), t->now);
		for (i = 0; i < ROWS; i++)
			assert_true(seen[i] >= 1);
	}
	buf_free(&cursor);
}

/* Where it leaves out the first of few, the next page begins as it did: that is not the same page again. */
static void
test_a_row_that_a_page_leaves_out_is_met_by_the_next_sweep(void **state)
{
	static const struct {
		int rows, left_out;
	} cases[] = {{30, 7}, {ROWS, 7}, {2, 0}, {3, 0}, {4, 0}};
	struct task *t = *state;
	struct buf cursor = BUF_MAX(65536);
	int orders[ROWS + 2], n;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		begin(t, orders);
		buf_clear(&cursor);
		n = cases[i].rows;
		left_out = cases[i].left_out;
		assert_int_equal(sweep(t, &cursor, orders, &n, NULL), 0);
		assert_int_equal(seen[cases[i].left_out], 0);
		left_out = -1;
		t->now += 5 * MINUTE;
		assert_int_equal(sweep(t, &cursor, orders, &n, NULL), t->now);
		assert_int_equal(seen[cases[i].left_out], 1);
	}
	buf_free(&cursor);
}

static void
test_a_list_that_counts_what_it_never_shows_is_told_and_left(void **state)
{
	struct task *t = *state;
	struct buf cursor = BUF_MAX(65536);
	int orders[ROWS + 2], n = 30, tries;

	begin(t, orders);
	left_out = 7;
	odd_expected = 1;
	odd_seen = 0;
	for (tries = 0; tries < 5; tries++, t->now += 5 * MINUTE)
		assert_int_equal(sweep(t, &cursor, orders, &n, NULL), 0);
	assert_int_equal(odd_seen, 1);
	assert_null(strstr(buf_str(&cursor), "1788000000000"));
	left_out = -1;
	odd_expected = 0;
	buf_free(&cursor);
}

static int64_t
window_of(const struct buf *cursor)
{
	return atoll(buf_str(cursor) + strlen("{\"from\":"));
}

/* What is shown late by up to a span is met by the next sweep that reaches back so far, wherever between two of them it was shown. */
static void
test_windows_reach_back_for_what_is_shown_late(void **state)
{
	static const struct {
		int64_t span, often;
	} late[] = {{10 * MINUTE, 5 * MINUTE}, {HOUR, HOUR}, {DAY, DAY}};
	struct task *t = *state;
	struct buf cursor = BUF_MAX(65536);
	int orders[ROWS + 2], n = 1;
	int64_t began[3 * 24 * 12], shown;
	size_t i, k, met, now;

	begin(t, orders);
	for (i = 0; i < 3 * 24 * 12; i++, t->now += 5 * MINUTE) {
		began[i] = cursor.len ? window_of(&cursor) : t->since;
		sweep(t, &cursor, orders, &n, NULL);
	}
	for (k = 0; k < 3; k++)
		for (now = 24 * 12; now < 2 * 24 * 12 - 13; now++) {
			shown = INT64_C(1790900000000) + (int64_t)now * 5 * MINUTE - 2 * MINUTE;
			for (met = now; met < 3 * 24 * 12 - 1 && began[met] > shown - late[k].span;)
				met++;
			assert_true((int64_t)(met - now) * 5 * MINUTE <= late[k].often + 5 * MINUTE);
		}
	buf_free(&cursor);
}

static void
test_a_clock_that_was_ahead_leaves_no_gap(void **state)
{
	struct task *t = *state;
	struct buf cursor = BUF_MAX(65536);
	int orders[ROWS + 2], n = 1;
	int64_t right;

	begin(t, orders);
	sweep(t, &cursor, orders, &n, NULL);
	right = t->now;
	t->now = right + 3 * DAY;
	sweep(t, &cursor, orders, &n, NULL);
	sweep(t, &cursor, orders, &n, NULL);
	t->now = right + 20 * MINUTE;
	t->cursor = buf_str(&cursor);
	assert_true(sweep_read(t)->from < t->now);
	sweep(t, &cursor, orders, &n, NULL);
	assert_true(window_of(&cursor) <= right);
	t->now += 5 * MINUTE;
	sweep(t, &cursor, orders, &n, NULL);
	assert_true(window_of(&cursor) == t->now - 10 * MINUTE);
	buf_free(&cursor);
}

static void
test_a_cursor_that_is_not_ours_begins_anew(void **state)
{
	static const char *const cursors[] = {"",
					      "x",
					      "[]",
					      "{\"offset\":-7,\"seen\":\"a\"}",
					      "{\"todo\":[1,\"\",\"\"]}",
					      "{\"offset\":99999999999999}"};
	struct task *t = *state;
	size_t i;

	for (i = 0; i < sizeof cursors / sizeof *cursors; i++) {
		struct sweep *s;

		t->since = 4711;
		t->now = DAY;
		t->cursor = cursors[i];
		s = sweep_read(t);
		assert_int_equal(s->from, 4711);
		assert_int_equal(s->offset, 0);
		assert_int_equal(s->ntodo, 0);
	}
}

static void
test_no_header_is_smuggled_in(void **state)
{
	struct task *t = *state;
	struct request r = {.url = BUF_MAX(4096), .headers = BUF_MAX(4096), .body = BUF_MAX(4096)};
	struct err err = {""};

	t->token = "v^1.1\nX-Evil: 1";
	assert_int_equal(ebay_orders_ask(t, &r, &err), -1);
	assert_null(strstr(buf_str(&r.headers), "Evil"));
	buf_free(&r.url);
	buf_free(&r.headers);
	buf_free(&r.body);
}

static void
test_sites(void **state)
{
	(void)state;
	assert_string_equal(ebay.language("EBAY_DE"), "de");
	assert_string_equal(ebay.zone("EBAY_DE"), "Europe/Berlin");
	assert_null(ebay.language("EBAY_BE"));
	assert_null(ebay.language("AMAZON_DE"));
	assert_null(ebay.zone(NULL));
	assert_int_equal(ebay_site("EBAY_DE")->trading, 77);
	assert_int_equal(ebay_site("EBAY_PL")->trading, 212);
}

static void
test_every_zone_exists(void **state)
{
	static const char *const some[] = {"EBAY_US", "EBAY_GB", "EBAY_AU", "EBAY_AT", "EBAY_BE", "EBAY_FR",
					   "EBAY_DE", "EBAY_IT", "EBAY_NL", "EBAY_ES", "EBAY_CH", "EBAY_HK",
					   "EBAY_IN", "EBAY_IE", "EBAY_MY", "EBAY_PH", "EBAY_PL", "EBAY_SG",
					   "EBAY_CA", "EBAY_TW", "EBAY_VN", "EBAY_PR", "EBAY_IL", "EBAY_ZA"};
	size_t i;
	int minutes;

	(void)state;
	for (i = 0; i < sizeof some / sizeof *some; i++)
		assert_int_equal(zone_offset(ebay.zone(some[i]), 0, &minutes), 0);
}

/* A key set that owns less: nothing is asked for, polled or offered that it could not do. */
static void
test_a_key_set_that_may_only_read(void **state)
{
	static const struct setting reads[] = {
		{"client_id", "ExampleApp"}, {"redirect", "Example"}, {"scopes", "read"}, {NULL, NULL}};
	const struct account reader = {.name = "toys-de", .settings = reads, .connector = &ebay};
	const struct stream *s;
	struct task *t = *state;
	struct buf url = BUF_MAX(4096), value = BUF_MAX(4096);
	int polled = 0;

	t->account = &reader;
	assert_int_equal(ebay.credentials[0].consent(t, &url, NULL), 0);
	assert_int_equal(url_query_get(buf_str(&url), "scope", &value), 1);
	assert_string_equal(buf_str(&value),
			    "https://api.ebay.com/oauth/api_scope/commerce.identity.readonly "
			    "https://api.ebay.com/oauth/api_scope/sell.fulfillment.readonly "
			    "https://api.ebay.com/oauth/api_scope/commerce.message");
	assert_null(connector_action(&ebay, &reader, "order.refund"));
	assert_null(connector_action(&ebay, &reader, "feedback.reply"));
	assert_non_null(connector_action(&ebay, &reader, "reply"));
	assert_non_null(connector_action(&ebay, &account, "order.refund"));
	for (s = ebay.streams; s->name; s++)
		if (!strcmp(s->name, "feedback") || !strcmp(s->name, "standards")) {
			assert_false(s->wanted(&reader));
			assert_true(s->wanted(&account));
			polled++;
		}
	assert_int_equal(polled, 2);
	buf_free(&url);
	buf_free(&value);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_only_its_own_consent_page_is_redeemed, start, stop),
		cmocka_unit_test_setup_teardown(test_a_key_set_that_may_only_read, start, stop),
		cmocka_unit_test_setup_teardown(test_windows_reach_back_for_what_is_shown_late, start, stop),
		cmocka_unit_test_setup_teardown(test_a_row_that_slips_in_front_of_us_is_met_by_the_next_sweep,
						start, stop),
		cmocka_unit_test_setup_teardown(
			test_a_row_that_slips_away_is_not_made_up_for_by_one_that_comes, start, stop),
		cmocka_unit_test_setup_teardown(test_a_row_that_a_page_leaves_out_is_met_by_the_next_sweep,
						start, stop),
		cmocka_unit_test_setup_teardown(test_a_list_that_counts_what_it_never_shows_is_told_and_left,
						start, stop),
		cmocka_unit_test_setup_teardown(test_a_clock_that_was_ahead_leaves_no_gap, start, stop),
		cmocka_unit_test_setup_teardown(test_a_row_that_comes_in_between_costs_nothing, start, stop),
		cmocka_unit_test_setup_teardown(test_a_cursor_that_is_not_ours_begins_anew, start, stop),
		cmocka_unit_test_setup_teardown(test_no_header_is_smuggled_in, start, stop),
		cmocka_unit_test(test_sites),
		cmocka_unit_test(test_every_zone_exists),
	};

	json_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
