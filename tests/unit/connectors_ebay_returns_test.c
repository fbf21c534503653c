/* Returns and cases: what is open is walked without losing what leaves it, whatever the list does meanwhile; refunds are shared out to the cent.
 *
 * A small eBay of our own answers: rows with a state, pages that begin where it counts from, closings between two pages. */
#include "../test.h"

#include <stdio.h>
#include <unistd.h>

#include "base/json.h"
#include "base/text.h"
#include "ebay/ebay.h"

#define ROWS  450
#define START INT64_C(1790946000000)
#define STEPS 2000 /* requests of one sweep, at most */

/* ---- the platform ---- */

static struct world {
	int rows;
	int from_one;          /* whether it counts rows from one */
	int ignores_offset;    /* each page is the first one */
	int listed[ROWS + 1];  /* in the list */
	int open[ROWS + 1];    /* not closed */
	int turn[ROWS + 1];    /* what its row shows */
	int close_after_first; /* so many of the oldest close after the first page */
	/* what was asked */
	int pages, wholes;
	int whole_of[ROWS + 1];
} world;

static void
world_begin(int rows)
{
	int i;

	world = (struct world){.rows = rows};
	for (i = 0; i < rows; i++)
		world.listed[i] = world.open[i] = 1;
}

static void
put_summary(struct buf *b, int i)
{
	buf_fmt(b,
		"{\"returnId\":\"5%09d\",\"state\":\"%s\",\"status\":\"%s\",\"orderId\":\"1-%d\","
		"\"sellerAvailableOptions\":"
		"[{\"actionType\":\"%s\"}],\"sellerTotalRefund\":{\"estimatedRefundAmount\":{\"value\":1.5,"
		"\"currency\":\"EUR\"}}}",
		i, world.open[i] ? "RETURN_REQUESTED" : "CLOSED",
		world.open[i] ? "RETURN_REQUESTED" : "CLOSED", i,
		world.turn[i] ? "SELLER_ISSUE_REFUND" : "SELLER_APPROVE_REQUEST");
}

static void
answer_page(const char *url, struct buf *out)
{
	struct buf value = BUF_MAX(64);
	int offset = 0, limit = 25, i, n = 0, total = 0, put = 0;

	if (url_query_get(url, "offset", &value) && !world.ignores_offset)
		offset = atoi(buf_str(&value)) - world.from_one;
	buf_clear(&value);
	if (url_query_get(url, "limit", &value))
		limit = atoi(buf_str(&value));
	buf_free(&value);
	for (i = 0; i < world.rows; i++)
		total += world.listed[i];
	buf_put(out, "{\"members\":[");
	for (i = 0; i < world.rows; i++) {
		if (!world.listed[i] || n++ < offset || put == limit)
			continue;
		buf_put(out, put++ ? "," : "");
		put_summary(out, i);
	}
	buf_fmt(out, "],\"total\":%d}", total);
	if (!world.pages++)
		for (i = 0; i < world.close_after_first; i++)
			world.listed[i] = world.open[i] = 0;
}

static void
answer_whole(int i, struct buf *out)
{
	assert_in_range(i, 0, world.rows - 1);
	world.wholes++;
	world.whole_of[i]++;
	buf_put(out, "{\"summary\":");
	put_summary(out, i);
	buf_put(out, ",\"detail\":{\"responseHistory\":[]}}");
}

/* ---- the daemon ---- */

struct store {
	struct found found; /* first */
	int disputes, odd;
	int status[ROWS + 1];
};

static int
on_dispute(struct found *f, const struct dispute *d)
{
	struct store *s = (struct store *)f;
	int i = atoi(d->remote + 1);

	s->disputes++;
	s->status[i] = (int)d->status;
	return 0;
}

static int
on_odd(struct found *f, const char *item, size_t len, const char *why)
{
	(void)item;
	(void)len;
	(void)why;
	((struct store *)f)->odd++;
	return 0;
}

static struct store store;
static struct buf cursor = BUF_MAX(256 * 1024);

static void
store_begin(void)
{
	buf_free(&store.found.cursor);
	store = (struct store){
		.found = {.dispute = on_dispute, .odd = on_odd, .cursor = BUF_MAX(256 * 1024)},
	};
	memset(store.status, -1, sizeof store.status);
	buf_clear(&cursor);
	buf_fmt(&cursor, "{\"wide\":%lld}", (long long)START); /* everything was walked */
}

/* One request and its answer, with nothing kept but the cursor. */
static enum outcome
step(int64_t now)
{
	static const struct setting settings[] = {{NULL, NULL}};
	struct account account = {.name = "example", .settings = settings, .connector = &ebay};
	struct request r = {.url = BUF_MAX(8192), .headers = BUF_MAX(8192), .body = BUF_MAX(8192)};
	struct buf body = BUF_MAX(4 << 20);
	struct task t = {.account = &account,
			 .token = "t",
			 .cursor = buf_str(&cursor),
			 .key = "",
			 .now = now,
			 .arena = arena_new()};
	struct response rs = {.status = 200};
	const char *url, *id;
	struct err err;
	enum outcome o;

	assert_int_equal(ebay_returns_ask(&t, &r, &err), 0);
	url = buf_str(&r.url);
	if ((id = strstr(url, "/return/5")))
		answer_whole(atoi(id + 9), &body);
	else
		answer_page(url, &body);
	rs.body = buf_str(&body);
	rs.len = body.len;
	buf_clear(&store.found.cursor);
	store.found.covered = 0;
	store.found.err.text[0] = '\0';
	o = ebay_returns_read(&t, &rs, &store.found);
	if (o == DONE || o == MORE)
		buf_set(&cursor, buf_str(&store.found.cursor), store.found.cursor.len);
	arena_free(t.arena);
	buf_free(&body);
	buf_free(&r.url);
	buf_free(&r.headers);
	buf_free(&r.body);
	return o;
}

static enum outcome
sweep(int64_t now)
{
	enum outcome o = MORE;
	int i;

	world.pages = world.wholes = 0;
	memset(world.whole_of, 0, sizeof world.whole_of);
	store.disputes = 0;
	for (i = 0; o == MORE && i < STEPS; i++)
		o = step(now + i);
	assert_true(i < STEPS);
	return o;
}

static void
expect_all(int status, int from, int to)
{
	for (; from < to; from++)
		if (store.status[from] != status)
			fail_msg("return %d has status %d, expected %d", from, store.status[from], status);
}

/* ---- sweeps ---- */

static void
everything_is_read_once(int from_one)
{
	world_begin(ROWS);
	store_begin();
	world.from_one = from_one;
	assert_int_equal(sweep(START), DONE);
	assert_int_equal(store.disputes, ROWS);
	assert_int_equal(world.wholes, ROWS);
	expect_all(DISPUTE_AWAITING_SELLER, 0, ROWS);
	assert_int_equal(store.found.covered, START);

	/* the same list again costs nothing but its pages */
	assert_int_equal(sweep(START + 10 * MINUTE), DONE);
	assert_int_equal(world.pages, 3);
	assert_int_equal(world.wholes, 0);
}

static void
test_a_list_counted_from_zero(void **state)
{
	(void)state;
	everything_is_read_once(0);
}

static void
test_a_list_counted_from_one(void **state)
{
	(void)state;
	everything_is_read_once(1);
}

static void
test_what_changed_is_read(void **state)
{
	(void)state;
	world_begin(ROWS);
	store_begin();
	assert_int_equal(sweep(START), DONE);
	world.turn[7] = world.turn[300] = 1;
	assert_int_equal(sweep(START + 10 * MINUTE), DONE);
	assert_int_equal(world.wholes, 2);
	assert_int_equal(world.whole_of[7] + world.whole_of[300], 2);
}

static void
test_what_closed_is_read_and_forgotten(void **state)
{
	(void)state;
	world_begin(ROWS);
	store_begin();
	assert_int_equal(sweep(START), DONE);
	world.listed[3] = world.open[3] = 0;
	assert_int_equal(sweep(START + 10 * MINUTE), DONE);
	assert_int_equal(world.wholes, 1);
	assert_int_equal(store.status[3], DISPUTE_RESOLVED);
	assert_int_equal(sweep(START + 20 * MINUTE), DONE);
	assert_int_equal(world.wholes, 0);
}

static void
test_what_is_open_outside_of_the_list_is_looked_at_each_hour(void **state)
{
	int i, reads = 0;

	(void)state;
	world_begin(5);
	store_begin();
	assert_int_equal(sweep(START), DONE);
	world.listed[2] = 0;
	for (i = 1; i <= 12; i++) { /* two hours */
		assert_int_equal(sweep(START + i * 10 * MINUTE), DONE);
		reads += world.whole_of[2];
		assert_int_equal(world.wholes, world.whole_of[2]);
	}
	assert_int_equal(reads, 2);
	world.open[2] = 0;
	assert_int_equal(sweep(START + 3 * HOUR), DONE);
	assert_int_equal(store.status[2], DISPUTE_RESOLVED);
}

static void
test_rows_that_close_while_we_page_move_nothing_out_of_sight(void **state)
{
	(void)state;
	world_begin(ROWS);
	store_begin();
	world.close_after_first = 15; /* fewer than the pages overlap */
	assert_int_equal(sweep(START), DONE);
	assert_int_equal(world.wholes, ROWS);
	expect_all(DISPUTE_AWAITING_SELLER, 15, ROWS);
	expect_all(DISPUTE_RESOLVED, 0, 15);
}

static void
test_a_row_that_slips_between_pages_is_found_by_the_next_sweep(void **state)
{
	(void)state;
	world_begin(ROWS);
	store_begin();
	world.close_after_first = 100;
	assert_int_equal(sweep(START), DONE);
	assert_int_equal(store.found.covered, 0); /* more were counted than met */
	world.close_after_first = 0;
	assert_int_equal(sweep(START + 10 * MINUTE), DONE);
	expect_all(DISPUTE_AWAITING_SELLER, 100, ROWS);
	assert_true(store.found.covered > 0);
}

static void
test_a_known_row_that_slips_stays_known(void **state)
{
	(void)state;
	world_begin(ROWS);
	store_begin();
	assert_int_equal(sweep(START), DONE);
	world.close_after_first = 100;
	assert_int_equal(sweep(START + 10 * MINUTE), DONE);
	world.close_after_first = 0;
	expect_all(DISPUTE_AWAITING_SELLER, 100, ROWS);
	assert_true(world.whole_of[250] == 1); /* it was taken for gone, and proved open */
	assert_int_equal(sweep(START + 20 * MINUTE), DONE);
	assert_int_equal(world.whole_of[250], 0); /* it is in the list again */
	world.listed[250] = world.open[250] = 0;
	assert_int_equal(sweep(START + 30 * MINUTE), DONE);
	assert_int_equal(store.status[250], DISPUTE_RESOLVED);
}

static void
test_the_same_page_again_is_no_answer(void **state)
{
	struct buf before = BUF_MAX(256 * 1024);

	(void)state;
	world_begin(ROWS);
	store_begin();
	world.ignores_offset = 1;
	assert_int_equal(step(START), MORE);
	buf_set(&before, buf_str(&cursor), cursor.len);
	assert_int_equal(step(START), LATER);
	assert_string_equal(buf_str(&before), buf_str(&cursor));
	world.ignores_offset = 0;
	assert_int_equal(sweep(START), DONE);
	expect_all(DISPUTE_AWAITING_SELLER, 0, ROWS);
	buf_free(&before);
}

/* ---- the cursor ---- */

static struct task
task_with(const char *text, struct arena *arena)
{
	return (struct task){.cursor = text, .now = START, .arena = arena};
}

static void
test_the_largest_list_fits_its_cursor(void **state)
{
	struct arena *arena = arena_new();
	struct task t = task_with("", arena);
	struct open_list *l = open_list_read(&t);
	struct found f = {.cursor = BUF_MAX(256 * 1024)};
	int i;

	(void)state;
	for (i = 0; i < OPEN_MAX; i++)
		assert_int_equal(open_list_meet(l, arena_fmt(arena, "5%011d", i), "0123456789abcdef"), 0);
	assert_int_equal(open_list_meet(l, "one too many", "0123456789abcdef"), -1);
	assert_int_equal(open_list_meet(l, "500000000007", "fedcba9876543210"), 0); /* a known one has room */
	for (i = 0; i < OPEN_MAX; i++)
		l->ids[i].note = "01234567";
	open_list_page(l, 200, 200, 200);
	assert_int_equal(open_list_next(l, &f), MORE);
	buf_free(&f.cursor);
	arena_free(arena);
}

static void
test_a_cursor_that_is_not_ours_begins_anew(void **state)
{
	static const char *const cursors[] = {
		"",
		"{}",
		"[]",
		"x",
		"{\"ids\":[1,2,3,4]}",
		"{\"ids\":[\"a\",\"\",\"\",0]}",
		"{\"ids\":[\"a\",\"z1\",\"\",0]}",
		"{\"offset\":-5,\"total\":9223372036854775807,\"step\":-1,\"tries\":99999}",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cursors / sizeof *cursors; i++) {
		struct arena *arena = arena_new();
		struct task t = task_with(cursors[i], arena);
		struct open_list *l = open_list_read(&t);

		assert_int_equal(l->nids, 0);
		assert_int_equal(l->offset, 0);
		assert_int_equal(l->total, 0);
		assert_int_equal(l->step, 0);
		assert_int_equal(l->tries, 0);
		assert_int_equal(l->start, START);
		arena_free(arena);
	}
}

/* ---- refunds ---- */

static int64_t
minor(const json_t *amount)
{
	struct money m;
	json_t *holder = json_pack("{sO}", "a", amount);

	assert_int_equal(json_money(holder, "a", &m), 1);
	json_decref(holder);
	return m.minor;
}

/* The refund's body for an amount and lines of {estimated, most}; 0: it is refused. */
static int
refund_body(int64_t amount, int64_t lines[][2], int n, struct buf *body)
{
	static const struct setting settings[] = {{NULL, NULL}};
	struct account account = {.name = "example", .settings = settings, .connector = &ebay};
	struct request r = {.url = BUF_MAX(8192), .headers = BUF_MAX(8192), .body = BUF_MAX(8192)};
	struct buf memo = BUF_MAX(4096);
	struct outgoing out = {.kind = "return.refund", .dispute = "5000000001", .amount = {amount, "EUR"}};
	struct task t = {.account = &account,
			 .out = &out,
			 .token = "t",
			 .cursor = "",
			 .now = START,
			 .arena = arena_new()};
	struct err err;
	int i, asked;

	buf_put(&memo, "{\"currency\":\"EUR\",\"fees\":[");
	for (i = 0; i < n; i++)
		buf_fmt(&memo, "%s[\"LINE_%d\",%lld,%lld]", i ? "," : "", i, (long long)lines[i][0],
			(long long)lines[i][1]);
	buf_put(&memo, "]}");
	out.memo = buf_str(&memo);
	asked = !ebay_return_act_ask(&t, &r, &err);
	buf_set(body, buf_str(&r.body), r.body.len);
	buf_free(&memo);
	buf_free(&r.url);
	buf_free(&r.headers);
	buf_free(&r.body);
	arena_free(t.arena);
	return asked;
}

static void
test_a_refund_is_shared_out_to_the_cent(void **state)
{
	uint64_t random = 88172645463325252u;
	struct buf body = BUF_MAX(8192);
	int round;

	(void)state;
	for (round = 0; round < 3000; round++) {
		int64_t lines[5][2], estimated = 0, most = 0, amount, sum = 0;
		int n, i;
		size_t k;

		random ^= random << 13, random ^= random >> 7, random ^= random << 17;
		n = 1 + (int)(random % 5);
		for (i = 0; i < n; i++) {
			random ^= random << 13, random ^= random >> 7, random ^= random << 17;
			lines[i][0] = (int64_t)(random % 5000);
			lines[i][1] = lines[i][0] + (int64_t)(random >> 32) % 300;
			estimated += lines[i][0];
			most += lines[i][1];
		}
		amount = round % 3 == 0   ? estimated
			 : round % 3 == 1 ? 1 + (int64_t)(random % (uint64_t)(most + 1))
					  : most + 1;
		if (amount <= 0)
			continue;
		if (amount > most) {
			assert_false(refund_body(amount, lines, n, &body));
			continue;
		}
		assert_true(refund_body(amount, lines, n, &body));
		struct arena *arena = arena_new();
		json_t *root = json_read(arena, buf_str(&body), body.len, NULL);
		json_t *items = json_list(json_obj(root, "refundDetail"), "itemizedRefundDetail");

		assert_int_equal(minor(json_at(root, "refundDetail.totalAmount")), amount);
		assert_true(json_array_size(items) > 0);
		for (k = 0; k < json_array_size(items); k++) {
			const json_t *item = json_array_get(items, k);
			int64_t part = minor(json_obj(item, "refundAmount"));
			int line = atoi(json_text(item, "refundFeeType") + 5);

			assert_in_range(part, 1, lines[line][1]);
			if (amount == estimated)
				assert_int_equal(part, lines[line][0]);
			sum += part;
		}
		assert_int_equal(sum, amount);
		arena_free(arena);
	}
	buf_free(&body);
}

/* ---- eBay's words ---- */

static enum dispute_status
status_of(const char *state, const char *status)
{
	struct arena *arena = arena_new();
	struct task t = {.now = START, .arena = arena};
	char *text =
		arena_fmt(arena, "{\"returnId\":\"1\",\"state\":\"%s\",\"status\":\"%s\"}", state, status);
	struct dispute d = {0};
	struct err why;

	ebay_return_read(&t, json_read(arena, text, strlen(text), NULL), NULL, &d, &why);
	arena_free(arena);
	return d.status;
}

static json_t *
enumeration(struct arena *arena, const char *name)
{
	const char *specs = getenv("VENDOR_SPECS"), *root = getenv("SUPERCARGO_SHARE");
	struct buf bytes = BUF_MAX(4 << 20);
	char path[4096], chunk[8192];
	json_t *schema;
	size_t n;
	FILE *f;

	if (specs && *specs)
		snprintf(path, sizeof path, "%s/ebay/post_order_v2.schema.json", specs);
	else
		snprintf(path, sizeof path, "%s/../shared/specs/ebay/post_order_v2.schema.json",
			 root ? root : ".");
	if (!(f = fopen(path, "rb"))) {
		print_message("skipped: no schema at %s\n", path);
		skip();
	}
	while ((n = fread(chunk, 1, sizeof chunk, f)))
		buf_add(&bytes, chunk, n);
	fclose(f);
	schema = json_read(arena, buf_str(&bytes), bytes.len, NULL);
	buf_free(&bytes);
	assert_non_null(json_list(json_obj(schema, "x-enums"), name));
	return json_list(json_obj(schema, "x-enums"), name);
}

/* A word that is not in the tables gives way to the other one. */
static void
test_every_state_and_status_is_known(void **state)
{
	struct arena *arena = arena_new();
	const json_t *words[] = {enumeration(arena, "ReturnStateEnum"),
				 enumeration(arena, "ReturnStatusEnum")};
	size_t i, k;

	(void)state;
	assert_int_equal(json_array_size(words[0]), 43);
	assert_int_equal(json_array_size(words[1]), 25);
	for (k = 0; k < 2; k++)
		for (i = 0; i < json_array_size(words[k]); i++) {
			const char *w = json_string_value(json_array_get(words[k], i));

			if (!strcmp(w, "UNKNOWN"))
				continue;
			if (k == 0 && status_of(w, "CLOSED") != status_of(w, "RETURN_REQUESTED"))
				fail_msg("state %s is not known", w);
			if (k == 1 && status_of("UNKNOWN", w) == DISPUTE_UNDER_REVIEW &&
			    strcmp(w, "ESCALATED") && strcmp(w, "LESS_THAN_A_FULL_REFUND_ISSUED") &&
			    strcmp(w, "PARTIAL_REFUND_INITIATED"))
				fail_msg("status %s is not known", w);
		}
	arena_free(arena);
}

/* What a person may give as a reason goes to eBay as it is. */
static void
test_every_reason_is_a_word_of_ebays(void **state)
{
	static const struct {
		const char *kind, *words;
	} rows[] = {
		{"return.accept", "DecisionEnum"},
		{"return.escalate", "EscalateReasonEnum"},
		{"return.evidence", "FilePurposeEnum"},
	};
	struct arena *arena = arena_new();
	struct account account = {
		.name = "example", .settings = &(struct setting){NULL, NULL}, .connector = &ebay};
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		const json_t *words = enumeration(arena, rows[i].words);
		const char *p = connector_action(&ebay, &account, rows[i].kind)->reasons;

		for (; *p; p += strcspn(p, " "), p += *p == ' ') {
			const char *reason = arena_strndup(arena, p, strcspn(p, " "));

			for (k = 0; k < json_array_size(words); k++)
				if (!strcmp(reason, json_string_value(json_array_get(words, k))))
					break;
			if (k == json_array_size(words))
				fail_msg("%s: %s is no %s", rows[i].kind, reason, rows[i].words);
		}
	}
	arena_free(arena);
}

static void
test_whose_turn_it_is(void **state)
{
	static const struct {
		const char *state, *status;
		enum dispute_status ours;
	} rows[] = {
		{"RETURN_REQUESTED", "RETURN_REQUESTED", DISPUTE_AWAITING_SELLER},
		{"RMA_PENDING", "WAITING_FOR_RMA", DISPUTE_AWAITING_SELLER},
		{"ITEM_DELIVERED", "ITEM_DELIVERED", DISPUTE_AWAITING_SELLER},
		{"REFUND_FAILED", "ITEM_DELIVERED", DISPUTE_AWAITING_SELLER},
		{"ITEM_SHIPPED", "ITEM_SHIPPED", DISPUTE_AWAITING_BUYER},
		{"RETURN_REJECTED", "RETURN_REJECTED", DISPUTE_AWAITING_BUYER},
		{"ITEM_DELIVERED", "ESCALATED", DISPUTE_UNDER_REVIEW},
		{"CLOSED", "ESCALATED", DISPUTE_RESOLVED},
		{"REFUND_INITIATED", "LESS_THAN_A_FULL_REFUND_ISSUED", DISPUTE_UNDER_REVIEW},
		{"CLOSED", "CLOSED", DISPUTE_RESOLVED},
		{"", "", DISPUTE_UNDER_REVIEW},
		{"A WORD", " ", DISPUTE_UNDER_REVIEW},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		if (status_of(rows[i].state, rows[i].status) != rows[i].ours)
			fail_msg("%s/%s: found %s", rows[i].state, rows[i].status,
				 dispute_status_name(status_of(rows[i].state, rows[i].status)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_list_counted_from_zero),
		cmocka_unit_test(test_a_list_counted_from_one),
		cmocka_unit_test(test_what_changed_is_read),
		cmocka_unit_test(test_what_closed_is_read_and_forgotten),
		cmocka_unit_test(test_what_is_open_outside_of_the_list_is_looked_at_each_hour),
		cmocka_unit_test(test_rows_that_close_while_we_page_move_nothing_out_of_sight),
		cmocka_unit_test(test_a_row_that_slips_between_pages_is_found_by_the_next_sweep),
		cmocka_unit_test(test_a_known_row_that_slips_stays_known),
		cmocka_unit_test(test_the_same_page_again_is_no_answer),
		cmocka_unit_test(test_the_largest_list_fits_its_cursor),
		cmocka_unit_test(test_a_cursor_that_is_not_ours_begins_anew),
		cmocka_unit_test(test_a_refund_is_shared_out_to_the_cent),
		cmocka_unit_test(test_every_state_and_status_is_known),
		cmocka_unit_test(test_every_reason_is_a_word_of_ebays),
		cmocka_unit_test(test_whose_turn_it_is),
	};
	int failed;

	json_setup();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	buf_free(&store.found.cursor);
	buf_free(&cursor);
	return failed;
}
