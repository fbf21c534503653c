/* Payment disputes: a sweep from the first row to the end of a dispute, and evidence, which takes several requests. */
#include "../test.h"

#include "base/json.h"
#include "connector.h"
#include "ebay/ebay.h"

static const struct setting settings[] = {{NULL, NULL}};
static const struct account account = {.name = "toys-de", .settings = settings, .connector = &ebay};

/* ---- one exchange after the other ---- */

struct play {
	struct found found; /* first */
	struct task task;
	struct outgoing out;
	struct request request;
	struct buf cursor;
	enum dispute_status status;
	int disputes, entries;
};

static int
on_dispute(struct found *f, const struct dispute *d)
{
	struct play *p = (struct play *)f;

	p->disputes++;
	p->status = d->status;
	p->entries = (int)d->nhistory;
	return 0;
}

static int
start(void **state)
{
	struct play *p = must_zalloc(sizeof *p);

	p->found.dispute = on_dispute;
	p->found.cursor = (struct buf)BUF_MAX(65536);
	p->found.remote = (struct buf)BUF_MAX(256);
	p->cursor = (struct buf)BUF_MAX(65536);
	buf_put(&p->cursor, "{\"wide\":1792500000000}"); /* everything was walked */
	p->request =
		(struct request){.url = BUF_MAX(4096), .headers = BUF_MAX(4096), .body = BUF_MAX(4 << 20)};
	p->task = (struct task){.account = &account,
				.out = &p->out,
				.token = "t",
				.grant = "",
				.cursor = "",
				.key = "",
				.now = INT64_C(1792501200000),
				.arena = arena_new()};
	*state = p;
	return 0;
}

static int
stop(void **state)
{
	struct play *p = *state;

	arena_free(p->task.arena);
	buf_free(&p->found.cursor);
	buf_free(&p->found.remote);
	buf_free(&p->cursor);
	buf_free(&p->request.url);
	buf_free(&p->request.headers);
	buf_free(&p->request.body);
	free(p);
	return 0;
}

static int
ask(struct play *p, int (*what)(const struct task *, struct request *, struct err *))
{
	buf_clear(&p->request.url);
	buf_clear(&p->request.headers);
	buf_clear(&p->request.body);
	p->request.once = 0;
	p->task.cursor = arena_strdup(p->task.arena, buf_str(&p->cursor));
	return what(&p->task, &p->request, &p->found.err);
}

static enum outcome
take(struct play *p, enum outcome (*read)(const struct task *, const struct response *, struct found *),
     const char *body)
{
	const struct response rs = {.status = 200, .body = body, .len = strlen(body)};
	enum outcome o;

	buf_clear(&p->found.cursor);
	o = read(&p->task, &rs, &p->found);
	if (p->found.cursor.len)
		buf_set(&p->cursor, buf_str(&p->found.cursor), p->found.cursor.len);
	return o;
}

/* ---- a sweep ---- */

#define LIST(rows) "{\"total\":1,\"paymentDisputeSummaries\":[" rows "]}"
#define ROW        "{\"paymentDisputeId\":\"501\",\"paymentDisputeStatus\":\"ACTION_NEEDED\"}"
#define ACTIVITY                                                                                             \
	"{\"activity\":[{\"activityDate\":\"2026-10-18T08:30:00.000Z\",\"activityType\":\"DISPUTE_OPENED\"," \
	"\"actor\":\"BUYER\"}]}"
#define WHOLE(status) "{\"paymentDisputeId\":\"501\",\"paymentDisputeStatus\":\"" status "\"}"

static enum outcome
poll(struct play *p, const char *expected_end, const char *body)
{
	const char *url;

	assert_int_equal(ask(p, ebay_payment_disputes_ask), 0);
	url = buf_str(&p->request.url);
	assert_true(strlen(url) > strlen(expected_end));
	assert_string_equal(url + strlen(url) - strlen(expected_end), expected_end);
	assert_int_equal(p->request.once, 0);
	return take(p, ebay_payment_disputes_read, body);
}

/* New: read whole.  Unchanged: not asked again, until six hours are over.  Vanished: read whole once more, and forgotten when closed. */
static void
test_a_dispute_from_its_first_row_to_its_end(void **state)
{
	struct play *p = *state;

	assert_int_equal(poll(p, "offset=0", LIST(ROW)), MORE);
	assert_int_equal(poll(p, "/501/activity", ACTIVITY), MORE);
	assert_int_equal(p->disputes, 0);
	assert_int_equal(poll(p, "/501", WHOLE("ACTION_NEEDED")), DONE);
	assert_int_equal(p->disputes, 1);
	assert_int_equal(p->entries, 1);
	assert_int_equal(p->status, DISPUTE_AWAITING_SELLER);
	assert_true(p->found.covered == p->task.now);

	p->task.now += 30 * MINUTE;
	assert_int_equal(poll(p, "offset=0", LIST(ROW)), DONE);
	assert_int_equal(p->disputes, 1);

	p->task.now += 6 * HOUR;
	assert_int_equal(poll(p, "offset=0", LIST(ROW)), MORE);
	assert_int_equal(poll(p, "/501/activity", ACTIVITY), MORE);
	assert_int_equal(poll(p, "/501", WHOLE("ACTION_NEEDED")), DONE);
	assert_int_equal(p->disputes, 2);

	assert_int_equal(poll(p, "offset=0", "{\"total\":0}"), MORE);
	assert_int_equal(poll(p, "/501/activity", ACTIVITY), MORE);
	assert_int_equal(poll(p, "/501", WHOLE("CLOSED")), DONE);
	assert_int_equal(p->disputes, 3);
	assert_int_equal(p->status, DISPUTE_RESOLVED);

	assert_int_equal(poll(p, "offset=0", "{\"total\":0}"), DONE);
	assert_null(strstr(buf_str(&p->cursor), "501"));
}

/* ---- evidence ---- */

#define MEMO                                                                                                 \
	"{\"reason\":\"COUNTERFEIT\",\"evidenceType\":\"PROOF_OF_AUTHENTICITY\",\"lineItems\":[{\"itemId\":" \
	"\"220000000001\",\"lineItemId\":\"10012345678901\"}]}"

static const char *
boundary(struct play *p)
{
	const char *at = strstr(buf_str(&p->request.headers), "boundary=");

	assert_non_null(at);
	at += strlen("boundary=");
	return arena_strndup(p->task.arena, at, strcspn(at, "\n"));
}

/* Any bytes arrive as they are, between lines that do not occur in them. */
static void
test_a_file_goes_as_it_is(void **state)
{
	static const char tricky[] =
		"\xff\xd8\0--supercargo-000000000000002a\r\nsupercargo-000000000000002b\0\xff\xd9";
	const struct attachment_file file = {"..\"\r\nX: 1", "image/jpeg", tricky, sizeof tricky - 1};
	struct play *p = *state;
	const char *line, *first;

	p->out = (struct outgoing){.dispute = "501", .memo = MEMO, .files = &file, .nfiles = 1};
	p->task.seed = 42;
	assert_int_equal(ask(p, ebay_payment_evidence_ask), 0);
	line = boundary(p);
	assert_string_equal(line, "supercargo-000000000000002c");
	assert_null(memmem(tricky, sizeof tricky - 1, line, strlen(line)));
	assert_non_null(memmem(p->request.body.data, p->request.body.len, tricky, sizeof tricky - 1));
	first = strstr(buf_str(&p->request.body), "filename=\"..___X: 1\"\r\n");
	assert_non_null(first);
}

/* Two uploads, which may be repeated, and one step that may not. */
static void
test_evidence_takes_a_request_for_each_file_and_one_more(void **state)
{
	const struct attachment_file files[] = {{"a.jpg", "image/jpeg", "A", 1},
						{"b.png", "image/png", "B", 1}};
	struct play *p = *state;

	p->out = (struct outgoing){.dispute = "501", .memo = MEMO, .files = files, .nfiles = 2};
	assert_int_equal(ask(p, ebay_payment_evidence_ask), 0);
	assert_int_equal(p->request.once, 0);
	assert_int_equal(take(p, ebay_payment_evidence_read, "{\"fileId\":\"f-1\"}"), MORE);
	assert_int_equal(ask(p, ebay_payment_evidence_ask), 0);
	assert_int_equal(p->request.once, 0);
	assert_non_null(strstr(buf_str(&p->request.body), "b.png"));
	assert_int_equal(take(p, ebay_payment_evidence_read, "{}"), LATER); /* no file id: uploaded again */
	assert_int_equal(take(p, ebay_payment_evidence_read, "{\"fileId\":\"f-2\"}"), MORE);
	assert_int_equal(ask(p, ebay_payment_evidence_ask), 0);
	assert_int_equal(p->request.once, 1);
	assert_string_equal(
		buf_str(&p->request.body),
		"{\"evidenceType\":\"PROOF_OF_AUTHENTICITY\",\"files\":[{\"fileId\":\"f-1\"},{\"fileId\":"
		"\"f-2\"}],\"lineItems\":[{\"itemId\":\"220000000001\",\"lineItemId\":\"10012345678901\"}]}");
	assert_int_equal(take(p, ebay_payment_evidence_read, "{}"), UNSURE);
	assert_int_equal(take(p, ebay_payment_evidence_read, "{\"evidenceId\":\"e-9\"}"), DONE);
	assert_string_equal(buf_str(&p->found.remote), "e-9");
}

static void
test_evidence_that_ebay_would_not_take_is_not_sent(void **state)
{
	static char bytes[EBAY_EVIDENCE_BYTES + 1];
	const struct attachment_file whole = {"a.jpg", "image/jpeg", bytes, EBAY_EVIDENCE_BYTES},
				     big = {"a.jpg", "image/jpeg", bytes, sizeof bytes},
				     empty = {"a.jpg", "image/jpeg", bytes, 0},
				     gif = {"a.gif", "image/gif", bytes, 10},
				     half = {"a.jpg", "image/jpeg", bytes, EBAY_EVIDENCE_BYTES / 2 + 1},
				     tiny = {"a.jpg", "image/jpeg", bytes, 1};
	const struct attachment_file two[] = {half, half}, six[] = {tiny, tiny, tiny, tiny, tiny, tiny};
	const struct {
		const struct attachment_file *files;
		size_t n;
		int result;
	} rows[] = {{&whole, 1, 0}, {&big, 1, -1}, {&empty, 1, -1}, {&gif, 1, -1},
		    {two, 2, -1},   {six, 6, -1},  {six, 5, 0},     {NULL, 0, -1}};
	struct play *p = *state;
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		p->out = (struct outgoing){
			.dispute = "501", .memo = MEMO, .files = rows[i].files, .nfiles = rows[i].n};
		assert_int_equal(ask(p, ebay_payment_evidence_ask), rows[i].result);
	}
}

/* A memo that is not ours, or a revision that is no number, goes nowhere. */
static void
test_answers_need_what_was_seen(void **state)
{
	static const char *const revisions[] = {NULL, "", "x", "1}", "-1", "99999999999"};
	const struct attachment_file file = {"a.jpg", "image/jpeg", "A", 1};
	struct play *p = *state;
	size_t i;

	for (i = 0; i < sizeof revisions / sizeof *revisions; i++) {
		p->out = (struct outgoing){.dispute = "501", .revision = revisions[i], .memo = MEMO};
		assert_int_equal(ask(p, ebay_payment_contest_ask), -1);
		assert_int_equal(ask(p, ebay_payment_accept_ask), -1);
	}
	p->out = (struct outgoing){
		.dispute = "501", .memo = "{\"evidenceType\":", .files = &file, .nfiles = 1};
	buf_clear(&p->cursor);
	buf_put(&p->cursor, "{\"files\":[\"f-1\"]}");
	assert_int_equal(ask(p, ebay_payment_evidence_ask), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_a_dispute_from_its_first_row_to_its_end, start, stop),
		cmocka_unit_test_setup_teardown(test_a_file_goes_as_it_is, start, stop),
		cmocka_unit_test_setup_teardown(test_evidence_takes_a_request_for_each_file_and_one_more,
						start, stop),
		cmocka_unit_test_setup_teardown(test_evidence_that_ebay_would_not_take_is_not_sent, start,
						stop),
		cmocka_unit_test_setup_teardown(test_answers_need_what_was_seen, start, stop),
	};

	json_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
