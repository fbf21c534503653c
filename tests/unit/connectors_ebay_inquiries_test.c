/* Inquiries and cancellations: every word of eBay's has a meaning, what only the list says is remembered, and a look shows only what its
 * own action can have made. */
#include "../test.h"

#include <stdio.h>
#include <unistd.h>

#include "base/json.h"
#include "connector.h"
#include "ebay/ebay.h"

static const struct setting settings[] = {{NULL, NULL}};
static const struct account account = {.name = "toys-de", .settings = settings, .connector = &ebay};

struct play {
	struct found found; /* first */
	struct task task;
	struct outgoing out;
	struct buf cursor;
	char buyer[64];
	int64_t respond_by;
	enum dispute_status status;
	int disputes, own;
};

static int
on_dispute(struct found *f, const struct dispute *d)
{
	struct play *p = (struct play *)f;

	p->disputes++;
	p->status = d->status;
	p->respond_by = d->respond_by;
	snprintf(p->buyer, sizeof p->buyer, "%s", d->buyer.remote ? d->buyer.remote : "");
	return 0;
}

static int
on_own(struct found *f, const struct own *o)
{
	assert_true(o->remote && *o->remote);
	((struct play *)f)->own++;
	return 0;
}

static int
start(void **state)
{
	struct play *p = must_zalloc(sizeof *p);

	p->found.dispute = on_dispute;
	p->found.own = on_own;
	p->found.cursor = (struct buf)BUF_MAX(65536);
	p->cursor = (struct buf)BUF_MAX(65536);
	buf_put(&p->cursor, "{\"wide\":1792501200000}"); /* everything was walked */
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
	buf_free(&p->cursor);
	free(p);
	return 0;
}

static enum outcome
take(struct play *p, const struct exchange *x, const char *body)
{
	const struct response rs = {.status = 200, .body = body, .len = strlen(body)};
	enum outcome o;

	p->own = 0;
	p->found.complete = 0;
	buf_clear(&p->found.cursor);
	p->task.cursor = arena_strdup(p->task.arena, buf_str(&p->cursor));
	o = x->read(&p->task, &rs, &p->found);
	if (p->found.cursor.len)
		buf_set(&p->cursor, buf_str(&p->found.cursor), p->found.cursor.len);
	return o;
}

static const struct exchange *
stream(const char *name)
{
	const struct stream *s;

	for (s = ebay.streams; strcmp(s->name, name) != 0; s++)
		;
	return &s->poll;
}

/* ---- words ---- */

static json_t *
enums(struct arena *arena)
{
	const char *specs = getenv("VENDOR_SPECS"), *root = getenv("SUPERCARGO_SHARE");
	struct buf body = BUF_MAX(1 << 20);
	char path[4096], chunk[4096];
	json_t *all = NULL;
	size_t n;
	FILE *f;

	if (specs && *specs)
		snprintf(path, sizeof path, "%s/ebay/post_order_v2.schema.json", specs);
	else
		snprintf(path, sizeof path, "%s/../shared/specs/ebay/post_order_v2.schema.json",
			 root ? root : ".");
	if ((f = fopen(path, "rb"))) {
		while ((n = fread(chunk, 1, sizeof chunk, f)))
			buf_add(&body, chunk, n);
		fclose(f);
		all = json_obj(json_read(arena, buf_str(&body), body.len, NULL), "x-enums");
		assert_non_null(all);
	} else {
		print_message("skipped: no schema at %s\n", path);
	}
	buf_free(&body);
	return all;
}

/* A word that is not known counts as our turn: so none may, but those that are. */
static void
test_every_word_of_ebay_has_a_meaning(void **state)
{
	/* those that really are our turn */
	static const char *const ours[] = {"INITIAL",          "CREATED",
					   "PENDING_CREATED",  "SELLER_ECHECK_REFUND_GRACE_EXPIRED",
					   "APPROVAL_PENDING", NULL};
	static const struct {
		const char *list;
		enum dispute_status (*of)(const char *, const char *);
		int is_state;
	} rows[] = {{"InquiryStatusEnum", ebay_inquiry_status, 0},
		    {"InquiryStateEnum", ebay_inquiry_status, 1},
		    {"CancelStatusEnum", ebay_cancellation_status, 0},
		    {"CancelStateEnum", ebay_cancellation_status, 1}};
	struct play *p = *state;
	json_t *all = enums(p->task.arena), *list;
	size_t i, j, k;

	if (!all)
		skip();
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		list = json_list(all, rows[i].list);
		assert_true(json_array_size(list) >= 7);
		for (j = 0; j < json_array_size(list); j++) {
			const char *word = json_string_value(json_array_get(list, j));
			int is_ours = 0, found;

			for (k = 0; ours[k]; k++)
				is_ours |= !strcmp(ours[k], word);
			if (rows[i].is_state)
				found = is_ours || rows[i].of("OTHER", word) != DISPUTE_AWAITING_SELLER;
			else
				found = rows[i].of(word, "OTHER") != DISPUTE_AWAITING_SELLER ||
					!strcmp(word, "WAITING_SELLER_RESPONSE");
			if (!found)
				print_error("%s: %s has no meaning\n", rows[i].list, word);
			assert_true(found);
		}
	}
}

static void
test_an_unknown_word_is_our_turn(void **state)
{
	(void)state;
	assert_int_equal(ebay_inquiry_status("OPEN", "SOMETHING_NEW"), DISPUTE_AWAITING_SELLER);
	assert_int_equal(ebay_inquiry_status("SOMETHING_NEW", "SOMETHING_NEW"), DISPUTE_AWAITING_SELLER);
	assert_int_equal(ebay_inquiry_status("SOMETHING_NEW", "TRACKING_PROVIDED"), DISPUTE_AWAITING_BUYER);
	assert_int_equal(ebay_cancellation_status("CANCEL_REQUESTED", "SOMETHING_NEW"),
			 DISPUTE_AWAITING_SELLER);
	assert_int_equal(ebay_cancellation_status("CANCEL_CLOSED_NO_REFUND", "SOMETHING_NEW"),
			 DISPUTE_RESOLVED);
}

/* ---- what only the list says ---- */

#define ROW(by)                                                                                              \
	"{\"totalNumberOfInquiries\":1,\"members\":[{\"inquiryId\":77,\"inquiryStatusEnum\":\"OPEN\","       \
	"\"buyer\":"                                                                                         \
	"\"example_buyer\",\"respondByDate\":{\"value\":\"" by "\"}}]}"
#define WHOLE(status)                                                                                        \
	"{\"inquiryId\":\"77\",\"status\":\"" status                                                         \
	"\",\"state\":\"CREATED\",\"sellerMakeItRightByDate\":{\"value\":"                                   \
	"\"2026-10-24T06:59:59.000Z\"}}"

static void
test_the_buyer_and_the_earlier_deadline_come_from_the_row(void **state)
{
	const struct exchange *x = stream("inquiries");
	struct play *p = *state;
	int64_t by;

	assert_int_equal(take(p, x, ROW("2026-10-23T06:59:59.000Z")), MORE);
	assert_int_equal(take(p, x, WHOLE("WAITING_SELLER_RESPONSE")), DONE);
	assert_string_equal(p->buyer, "example_buyer");
	instant_parse("2026-10-23T06:59:59.000Z", &by);
	assert_true(p->respond_by == by);

	assert_int_equal(take(p, x, ROW("2026-10-25T06:59:59.000Z")), MORE);
	assert_int_equal(take(p, x, WHOLE("WAITING_SELLER_RESPONSE")), DONE);
	instant_parse("2026-10-24T06:59:59.000Z", &by);
	assert_true(p->respond_by == by);

	/* answered: no deadline of ours; vanished: the buyer is still known */
	assert_int_equal(take(p, x, "{\"totalNumberOfInquiries\":0}"), MORE);
	assert_int_equal(take(p, x, WHOLE("CLOSED_WITH_ESCALATION")), DONE);
	assert_int_equal(p->status, DISPUTE_RESOLVED);
	assert_string_equal(p->buyer, "example_buyer");
	assert_true(p->respond_by == 0);
	assert_null(strstr(buf_str(&p->cursor), "77"));
}

/* ---- looks ---- */

#define SELLER(action, more)                                                                                 \
	"{\"actor\":\"SELLER\",\"action\":\"" action                                                         \
	"\",\"date\":{\"value\":\"2026-10-20T12:58:00.000Z\"}" more "}"
#define MONEY                                                                                                \
	",\"moneyMovement\":{\"moneyMovementEntryList\":[{\"amount\":{\"value\":28.9,\"currency\":\"EUR\"}}" \
	"]}"
#define INQUIRY(state, entry)                                                                                \
	"{\"inquiryId\":\"77\",\"status\":\"OPEN\",\"state\":\"" state                                       \
	"\",\"inquiryHistoryDetails\":{\"history\":[" entry "]}}"
#define CANCELLATION(activity)                                                                               \
	"{\"cancelDetail\":{\"cancelId\":\"88\",\"cancelStatus\":\"CANCEL_PENDING\",\"cancelState\":"        \
	"\"REFUND_PENDING\","                                                                                \
	"\"activityHistories\":[{\"activityType\":\"" activity                                               \
	"\",\"activityParty\":\"SELLER\",\"actionDate\":{\"value\":\"2026-10-20T12:58:00.000Z\"}}]}}"

static void
test_a_look_shows_only_what_its_action_can_have_made(void **state)
{
	static const struct {
		const char *kind, *body;
		int own, complete;
	} rows[] = {
		{"inquiry.refund", INQUIRY("CREATED", SELLER("refunded", MONEY)), 1, 1},
		{"inquiry.refund", INQUIRY("CREATED", SELLER("wrote", ",\"description\":\"Hello\"")), 0, 1},
		{"inquiry.refund", INQUIRY("FULL_REFUND_AGREED", ""), 1, 1},
		{"inquiry.message", INQUIRY("CREATED", SELLER("wrote", ",\"description\":\"Hello\"")), 1, 1},
		{"inquiry.message",
		 INQUIRY("CREATED", SELLER("refunded", ",\"description\":\"Hello\"" MONEY)), 0, 1},
		{"inquiry.message", INQUIRY("FULL_REFUND_AGREED", SELLER("refunded", MONEY)), 0, 1},
		{"inquiry.tracking", INQUIRY("CREATED", SELLER("wrote", ",\"description\":\"Hello\"")), 0, 1},
		{"inquiry.tracking", INQUIRY("SHIPPING_INFO_PROVIDED", ""), 1, 1},
		{"inquiry.tracking", INQUIRY("CLOSED", SELLER("shipped", ",\"description\":\"DHL\"")), 1, 1},
		{"inquiry.tracking", INQUIRY("CLOSED", SELLER("refunded", MONEY)), 0, 1},
		{"inquiry.tracking", INQUIRY("CLOSED", SELLER("shipped", "")), 0, 0},
		{"inquiry.escalate", INQUIRY("TRACKING_PROVIDED", SELLER("refunded", MONEY)), 0, 1},
		{"cancellation.accept", CANCELLATION("SELLER_APPROVE"), 1, 1},
		{"cancellation.accept", CANCELLATION("SELLER_REJECT"), 0, 1},
		{"cancellation.decline", CANCELLATION("SELLER_REJECT"), 1, 1},
		{"cancellation.decline", CANCELLATION("SELLER_APPROVE"), 0, 1},
	};
	struct play *p = *state;
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		p->out = (struct outgoing){.kind = rows[i].kind,
					   .dispute = *rows[i].kind == 'i' ? "77" : "88"};
		assert_int_equal(
			take(p, &connector_action(&ebay, &account, rows[i].kind)->look, rows[i].body), DONE);
		if (p->own != rows[i].own)
			print_error("row %zu: %s shows %d\n", i, rows[i].kind, p->own);
		assert_int_equal(p->own, rows[i].own);
		assert_int_equal(p->found.complete, rows[i].complete);
		assert_int_equal(p->disputes, (int)i + 1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_every_word_of_ebay_has_a_meaning, start, stop),
		cmocka_unit_test_setup_teardown(test_an_unknown_word_is_our_turn, start, stop),
		cmocka_unit_test_setup_teardown(test_the_buyer_and_the_earlier_deadline_come_from_the_row,
						start, stop),
		cmocka_unit_test_setup_teardown(test_a_look_shows_only_what_its_action_can_have_made, start,
						stop),
	};

	json_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
