/* What a list shows unchanged is not opened again: conversations and parcels over many sweeps. */
#include "../test.h"

#include <stdio.h>

#include "base/json.h"
#include "base/text.h"
#include "connector.h"
#include "ebay/ebay.h"

#define MOST 260
#define NOW  INT64_C(1790900000000)

static const struct setting settings[] = {{"identity", "example_seller"}, {NULL, NULL}};
static const struct account account = {.name = "toys-de", .settings = settings, .connector = &ebay};
static const struct exchange messages = {.ask = ebay_messages_ask, .read = ebay_messages_read};
static const struct exchange orders = {.ask = ebay_orders_ask, .read = ebay_orders_read};

/* A conversation with its messages 1 to n, or an order with n parcels. */
struct thing {
	int n;
	int unread;  /* stands in its row only */
	int left;    /* so many of them it does not show, */
	int counted; /* but counts */
	int odd;     /* the first of them cannot be read */
	int status;  /* of the answer; 0: 200 */
	int opened;  /* requests for it */
};

struct world {
	struct found found; /* first */
	struct thing things[MOST];
	int n;
	int odd;
	char cursor[65536];
	int64_t now;
};

static int
on_message(struct found *f, const struct message *m)
{
	(void)f, (void)m;
	return 0;
}

static int
on_order(struct found *f, const struct order *o)
{
	(void)f, (void)o;
	return 0;
}

static int
on_shipment(struct found *f, const struct shipment *s)
{
	(void)f, (void)s;
	return 0;
}

static int
on_odd(struct found *f, const char *item, size_t len, const char *why)
{
	(void)item, (void)len, (void)why;
	((struct world *)f)->odd++;
	return 0;
}

/* ---- what eBay shows ---- */

static void
message(struct buf *out, int thing, int number, int odd)
{
	buf_fmt(out, "{\"messageId\":\"%d-%d\",\"messageBody\":\"Hello?\",\"createdDate\":\"%s\",", thing,
		number, odd ? "yesterday" : "2026-10-01T00:00:00Z");
	buf_put(out, "\"senderUsername\":\"example_buyer\",\"recipientUsername\":\"example_seller\"}");
}

static void
conversation(struct buf *out, const struct thing *x, int i, int offset)
{
	int number, last = x->n - x->left - offset;

	buf_fmt(out, "{\"total\":%d,\"messages\":[", x->counted ? x->counted : x->n - x->left);
	for (number = last; number > 0 && number > last - 50; number--) {
		if (number < last)
			buf_char(out, ',');
		message(out, i, number, x->odd && number == 1);
	}
	buf_put(out, "]}");
}

static void
conversations(struct buf *out, const struct world *w, int offset)
{
	int i;

	buf_fmt(out, "{\"total\":%d,\"conversations\":[", w->n);
	for (i = offset; i < w->n && i < offset + 50; i++) {
		buf_fmt(out, "%s{\"conversationId\":\"%d\",\"unreadCount\":%d,\"latestMessage\":",
			i > offset ? "," : "", 1000 + i, w->things[i].unread);
		message(out, i, w->things[i].n, 0);
		buf_char(out, '}');
	}
	buf_put(out, "]}");
}

static void
parcels(struct buf *out, const struct thing *x)
{
	int number;

	buf_fmt(out, "{\"total\":%d,\"fulfillments\":[", x->n - x->left);
	for (number = 1; number <= x->n - x->left; number++)
		buf_fmt(out, "%s{\"fulfillmentId\":\"%d\",\"shippedDate\":\"%s\"}", number > 1 ? "," : "",
			number, x->odd && number == 1 ? "yesterday" : "2026-10-01T00:00:00Z");
	buf_put(out, "]}");
}

static void
all_orders(struct buf *out, const struct world *w, int offset)
{
	int i, number;

	buf_fmt(out, "{\"total\":%d,\"orders\":[", w->n);
	for (i = offset; i < w->n && i < offset + 200; i++) {
		buf_fmt(out,
			"%s{\"orderId\":\"%d\",\"creationDate\":\"2026-10-01T00:00:00Z\","
			"\"lastModifiedDate\":"
			"\"2026-10-01T00:00:00Z\",\"orderFulfillmentStatus\":\"FULFILLED\",\"lineItems\":[],"
			"\"fulfillmentHrefs\":[",
			i > offset ? "," : "", 1000 + i);
		for (number = 1; number <= w->things[i].n; number++)
			buf_fmt(out, "%s\"https://api.ebay.com/%d\"", number > 1 ? "," : "", number);
		buf_put(out, "]}");
	}
	buf_put(out, "]}");
}

/* The status of the answer. */
static int
serve(struct world *w, const char *url, struct buf *out)
{
	const char *one = strstr(url, "/conversation/"), *order = strstr(url, "/order/"),
		   *at = strstr(url, "offset=");
	int offset = at ? atoi(at + strlen("offset=")) : 0;
	struct thing *x = NULL;
	int i = 0;

	if (one || order) {
		i = atoi(one ? one + strlen("/conversation/") : order + strlen("/order/")) - 1000;
		assert_in_range(i, 0, w->n - 1);
		x = &w->things[i];
		x->opened++;
	}
	if (x && x->status)
		buf_put(out, "{\"errors\":[{\"errorId\":1,\"message\":\"no\"}]}");
	else if (one)
		conversation(out, x, i, offset);
	else if (order)
		parcels(out, x);
	else if (strstr(url, "/conversation?"))
		conversations(out, w, offset);
	else
		all_orders(out, w, offset);
	return x && x->status ? x->status : 200;
}

/* ---- the stream ---- */

static enum outcome
step(struct world *w, const struct exchange *poll)
{
	struct request r = {.url = BUF_MAX(4096), .headers = BUF_MAX(4096), .body = BUF_MAX(16)};
	struct task t = {.account = &account,
			 .token = "t",
			 .grant = "",
			 .key = "",
			 .cursor = w->cursor,
			 .now = w->now,
			 .since = NOW - 30 * DAY};
	struct buf body = BUF_MAX(1 << 20);
	struct response rs = {0};
	enum outcome o;

	t.arena = arena_new();
	assert_int_equal(poll->ask(&t, &r, NULL), 0);
	rs.status = serve(w, buf_str(&r.url), &body);
	rs.body = buf_str(&body);
	rs.len = body.len;
	buf_clear(&w->found.cursor);
	o = poll->read(&t, &rs, &w->found);
	snprintf(w->cursor, sizeof w->cursor, "%s", buf_str(&w->found.cursor));
	arena_free(t.arena);
	buf_free(&body);
	buf_free(&r.url);
	buf_free(&r.headers);
	buf_free(&r.body);
	return o;
}

/* A whole sweep; how many things it opened. */
static int
sweep(struct world *w, const struct exchange *poll, int64_t later)
{
	int i, opened = 0, steps = 0;
	enum outcome o;

	w->now += later;
	for (i = 0; i < w->n; i++)
		w->things[i].opened = 0;
	while ((o = step(w, poll)) == MORE)
		assert_true(steps++ < 1000);
	assert_int_equal(o, DONE);
	for (i = 0; i < w->n; i++)
		opened += !!w->things[i].opened;
	return opened;
}

static int
start(void **state)
{
	struct world *w = must_zalloc(sizeof *w);
	int i;

	w->found.message = on_message;
	w->found.order = on_order;
	w->found.shipment = on_shipment;
	w->found.odd = on_odd;
	w->found.cursor.max = sizeof w->cursor;
	w->now = NOW;
	w->n = 5;
	for (i = 0; i < MOST; i++)
		w->things[i].n = 2;
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

/* ---- conversations ---- */

static void
test_what_looks_the_same_is_not_opened(void **state)
{
	struct world *w = *state;

	assert_int_equal(sweep(w, &messages, 0), 5);
	assert_int_equal(sweep(w, &messages, 3 * MINUTE), 0);
	assert_int_equal(sweep(w, &messages, 3 * MINUTE), 0);
}

static void
test_what_looks_otherwise_is_opened(void **state)
{
	struct world *w = *state;

	sweep(w, &messages, 0);
	w->things[1].unread = 1;
	w->things[3].n++;
	assert_int_equal(sweep(w, &messages, 3 * MINUTE), 2);
	assert_int_equal(w->things[1].opened + w->things[3].opened, 2);
	assert_int_equal(sweep(w, &messages, 3 * MINUTE), 0);
	w->things[1].unread = 0; /* as it was, and yet another change */
	assert_int_equal(sweep(w, &messages, 3 * MINUTE), 1);
}

/* What was shown late may stand in a conversation whose row never changed. */
static void
test_a_window_that_reaches_back_opens_everything(void **state)
{
	struct world *w = *state;
	int hours, sweeps, opened;

	sweep(w, &messages, 0);
	for (hours = 0; hours < 30; hours++) {
		for (opened = sweeps = 0; sweeps < 20; sweeps++)
			opened += sweep(w, &messages, 3 * MINUTE);
		assert_in_range(opened, hours ? 5 : 0, 5);
	}
}

static void
test_a_long_conversation_is_known_too(void **state)
{
	struct world *w = *state;

	w->things[2].n = 120; /* the latest stands on the first of three pages */
	assert_int_equal(sweep(w, &messages, 0), 5);
	assert_int_equal(w->things[2].opened, 3);
	assert_int_equal(sweep(w, &messages, 3 * MINUTE), 0);
}

/* An answer from before the row: the conversation does not show the message that the row speaks of. */
static void
test_an_answer_older_than_its_row_is_not_the_whole(void **state)
{
	struct world *w = *state;

	w->things[2].left = 1;
	sweep(w, &messages, 0);
	assert_int_equal(sweep(w, &messages, 3 * MINUTE), 1);
	assert_int_equal(w->things[2].opened, 1);
	w->things[2].left = 0;
	assert_int_equal(sweep(w, &messages, 3 * MINUTE), 1);
	assert_int_equal(sweep(w, &messages, 3 * MINUTE), 0);
}

static void
test_what_lacks_a_message_is_opened_again(void **state)
{
	struct world *w = *state;

	w->things[2].counted = 3;
	sweep(w, &messages, 0);
	assert_int_equal(w->things[2].opened, 5);
	assert_int_equal(w->odd, 1);
	assert_int_equal(sweep(w, &messages, 3 * MINUTE), 1);
	w->things[2].counted = 0;
	assert_int_equal(sweep(w, &messages, 3 * MINUTE), 1);
	assert_int_equal(sweep(w, &messages, 3 * MINUTE), 0);
}

static void
test_what_is_not_understood_is_opened_again(void **state)
{
	struct world *w = *state;

	w->things[2].odd = 1;
	w->things[2].n = 60; /* it stands on the second page */
	sweep(w, &messages, 0);
	assert_int_equal(w->odd, 1);
	assert_int_equal(sweep(w, &messages, 3 * MINUTE), 1);
}

static void
test_what_cannot_be_had_is_opened_again(void **state)
{
	const struct exchange *const streams[] = {&messages, &orders};
	struct world *w = *state;
	int i, k;

	w->things[0].status = 404;
	w->things[1].status = 400;
	w->things[2].status = 500;
	for (k = 0; k < 2; k++) {
		w->cursor[0] = '\0';
		for (i = 0; i < 3; i++)
			assert_int_equal(sweep(w, streams[k], i * 3 * MINUTE), i ? 3 : 5);
	}
}

/* More than are remembered: some are opened again, none is left out. */
static void
test_so_many_are_remembered(void **state)
{
	struct world *w = *state;
	int i, opened;

	w->n = KNOWN_MAX;
	assert_int_equal(sweep(w, &messages, 0), KNOWN_MAX);
	assert_int_equal(sweep(w, &messages, 3 * MINUTE), 0);
	w->n = KNOWN_MAX + 50;
	opened = sweep(w, &messages, 3 * MINUTE);
	assert_true(opened >= 50);
	for (i = KNOWN_MAX; i < w->n; i++)
		assert_int_equal(w->things[i].opened, 1);
	assert_true(strlen(w->cursor) < KNOWN_MAX * 40);
	w->things[0].n++;
	sweep(w, &messages, 3 * MINUTE);
	assert_int_equal(w->things[0].opened, 1);
}

/* ---- parcels ---- */

static void
test_parcels_of_the_same_order_are_not_asked_for_again(void **state)
{
	struct world *w = *state;

	w->n = 230; /* the last row of a page begins the next one */
	assert_int_equal(sweep(w, &orders, 0), 230);
	assert_int_equal(w->things[199].opened, 1);
	w->n = 5;
	w->cursor[0] = '\0';
	assert_int_equal(sweep(w, &orders, 0), 5);
	assert_int_equal(sweep(w, &orders, 5 * MINUTE), 0);
	w->things[4].n = 3;
	assert_int_equal(sweep(w, &orders, 5 * MINUTE), 1);
	assert_int_equal(sweep(w, &orders, 5 * MINUTE), 0);
	assert_int_equal(sweep(w, &orders, HOUR), 0);
	assert_int_equal(sweep(w, &orders, 5 * MINUTE), 5);
}

static void
test_parcels_that_the_answer_leaves_out(void **state)
{
	struct world *w = *state;

	w->things[1].left = 1; /* the order names two */
	w->things[2].odd = 1;
	sweep(w, &orders, 0);
	assert_int_equal(sweep(w, &orders, 5 * MINUTE), 2);
	w->things[1].left = w->things[2].odd = 0;
	assert_int_equal(sweep(w, &orders, 5 * MINUTE), 2);
	assert_int_equal(sweep(w, &orders, 5 * MINUTE), 0);
}

/* ---- the cursor ---- */

static void
test_the_cursor_remembers(void **state)
{
	struct task t = {.now = NOW,
			 .cursor = "{\"from\":1,\"known\":[\"a\\\"b\",\"0f\",\"c\",\"1f\"],"
				   "\"open\":[\"d\",\"i\",\"2f\",\"m\",\"e\",\"\",\"\",\"\"]}"};
	struct buf out = BUF_MAX(4096);
	struct sweep *s;

	(void)state;
	t.arena = arena_new();
	s = sweep_read(&t);
	assert_true(known_same(&s->known, "a\"b", "0f"));
	assert_false(known_same(&s->known, "c", "0f"));
	assert_int_equal(s->ntodo, 2);
	assert_string_equal(s->todo[0].shows, "m");
	assert_null(s->todo[1].row);
	sweep_write(s, &out);
	assert_string_equal(buf_str(&out), t.cursor);
	arena_free(t.arena);
	buf_free(&out);
}

static void
test_a_cursor_of_the_former_form_goes_on(void **state)
{
	struct task t = {.cursor = "{\"from\":1,\"last\":true,\"todo\":[\"4001\",\"22\",\"4002\",\"\"]}"};
	struct sweep *s;

	(void)state;
	t.arena = arena_new();
	s = sweep_read(&t);
	assert_int_equal(s->ntodo, 2);
	assert_string_equal(s->todo[0].item, "22");
	assert_null(s->todo[1].item);
	sweep_done_one(s);
	assert_int_equal(s->known.n, 0); /* how its row looked is not known */
	arena_free(t.arena);
}

static void
test_a_cursor_that_is_not_ours_is_bounded(void **state)
{
	static const char *const cursors[] = {"{\"known\":7}", "{\"known\":[1,2,null,\"x\"]}",
					      "{\"known\":[\"alone\"]}", "{\"open\":[\"a\",\"b\",\"c\"]}",
					      "{\"open\":[\"\",\"b\",\"c\",\"d\",7,\"b\",\"c\",\"d\"]}"};
	struct buf many = BUF_MAX(65536);
	struct task t = {0};
	struct sweep *s;
	size_t i;

	(void)state;
	t.arena = arena_new();
	for (i = 0; i < sizeof cursors / sizeof *cursors; i++) {
		t.cursor = cursors[i];
		s = sweep_read(&t);
		assert_int_equal(s->known.n + s->ntodo, 0);
	}
	buf_put(&many, "{\"known\":[\"0\",\"r\"");
	for (i = 1; i < 1000; i++)
		buf_fmt(&many, ",\"%zu\",\"r\"", i % 300);
	buf_put(&many, "]}");
	t.cursor = buf_str(&many);
	s = sweep_read(&t);
	assert_int_equal(s->known.n, KNOWN_MAX);
	assert_true(known_same(&s->known, "99", "r"));
	arena_free(t.arena);
	buf_free(&many);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_what_looks_the_same_is_not_opened, start, stop),
		cmocka_unit_test_setup_teardown(test_what_looks_otherwise_is_opened, start, stop),
		cmocka_unit_test_setup_teardown(test_a_window_that_reaches_back_opens_everything, start,
						stop),
		cmocka_unit_test_setup_teardown(test_a_long_conversation_is_known_too, start, stop),
		cmocka_unit_test_setup_teardown(test_an_answer_older_than_its_row_is_not_the_whole, start,
						stop),
		cmocka_unit_test_setup_teardown(test_what_lacks_a_message_is_opened_again, start, stop),
		cmocka_unit_test_setup_teardown(test_what_is_not_understood_is_opened_again, start, stop),
		cmocka_unit_test_setup_teardown(test_what_cannot_be_had_is_opened_again, start, stop),
		cmocka_unit_test_setup_teardown(test_so_many_are_remembered, start, stop),
		cmocka_unit_test_setup_teardown(test_parcels_of_the_same_order_are_not_asked_for_again, start,
						stop),
		cmocka_unit_test_setup_teardown(test_parcels_that_the_answer_leaves_out, start, stop),
		cmocka_unit_test(test_the_cursor_remembers),
		cmocka_unit_test(test_a_cursor_of_the_former_form_goes_on),
		cmocka_unit_test(test_a_cursor_that_is_not_ours_is_bounded),
	};

	json_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
