/* Every sample answer of eBay's in the vendor specs, read.  They stay where they lie: environment VENDOR_SPECS, or ../shared/specs beside the
 * project; without them the tests are skipped. */
#include "../test.h"

#include <fnmatch.h>
#include <ftw.h>
#include <stdio.h>
#include <unistd.h>

#include "base/json.h"
#include "connector.h"
#include "ebay/ebay.h"

typedef enum outcome reader(const struct task *, const struct response *, struct found *);

/* What each sample has to give.  `todo` is the head of the stream's list, where the sample is an answer about one thing; `wanted` the same for
 * lists of what is open, at this step; `kind` what is sent or looked for. */
static const struct row {
	const char *file;
	reader *read;
	long status;
	const char *todo;
	enum outcome outcome;
	int orders, shipments, messages, own, complete, disputes;
	const char *cursor; /* other than by `todo` or `wanted` */
	int feedback, refunds, metrics;
	const char *wanted, *kind;
	int step;
} rows[] = {
	{"fulfillment/getOrders.response.json", ebay_orders_read, 200, NULL, MORE, .orders = 2, .refunds = 1},
	{"fulfillment/getShippingFulfillments.response.json", ebay_orders_read, 200, "13-34567-89013", MORE,
	 .shipments = 1},
	{"fulfillment/getShippingFulfillments_empty.response.json", ebay_orders_read, 200, "13-34567-89013",
	 .outcome = MORE},
	{"fulfillment/getOrder.response.json", ebay_orders_read, 200, NULL,
	 .outcome = LATER}, /* see test_one_order */
	{"fulfillment/issueRefund.response.json", ebay_refund_read, 200, NULL, .outcome = DONE},
	{"fulfillment/getOrder.response.json", ebay_refund_look_read, 200, NULL, DONE, .orders = 1,
	 .complete = 1},
	{"fulfillment/getOrder.response.json", ebay_ship_read, 200, NULL, .outcome = MORE},
	{"fulfillment/getShippingFulfillments.response.json", ebay_ship_look_read, 200, NULL, DONE,
	 .shipments = 1, .own = 1, .complete = 1},
	{"fulfillment/getShippingFulfillments_empty.response.json", ebay_ship_look_read, 200, NULL, DONE,
	 .complete = 1},
	{"message/getConversations.response.json", ebay_order_message_look_read, 200, NULL, .outcome = MORE},
	{"message/sendMessage.response.json", ebay_reply_read, 201, NULL, .outcome = DONE},
	{"post_order/check_cancellation_eligibility.response.json", ebay_cancel_read, 200, NULL,
	 .outcome = MORE},
	{"post_order/create_cancellation.response.json", ebay_cancel_read, 201, NULL, DONE,
	 .cursor = "{\"eligible\":true}"},
	{"post_order/search_cancellations.response.json", ebay_cancel_look_read, 200, NULL, DONE, .own = 1,
	 .complete = 1},
	{"feedback/getFeedback.response.json", ebay_feedback_read, 200, NULL, MORE, .feedback = 1},
	{"feedback/getFeedback.response.json", ebay_feedback_look_read, 200, NULL, DONE, .feedback = 1,
	 .complete = 1},
	{"feedback/getItemsAwaitingFeedback.response.json", ebay_awaiting_look_read, 200, NULL, DONE,
	 .complete = 1},
	{"feedback/getItemsAwaitingFeedback.response.json", ebay_order_feedback_read, 200, NULL,
	 .outcome = MORE},
	{"feedback/leaveFeedback.response.json", ebay_order_feedback_read, 200, NULL, DONE,
	 .cursor = "{\"purchase\":\"110012345678-2000000000014\"}"},
	{"feedback/leaveFeedback_already_left.error.json", ebay_order_feedback_read, 409, NULL, UNSURE,
	 .cursor = "{\"purchase\":\"110012345678-2000000000014\"}"},
	{"analytics/findSellerStandardsProfiles.response.json", ebay_standards_read, 200, NULL, MORE,
	 .metrics = 4},
	{"analytics/getCustomerServiceMetric.response.json", ebay_standards_read, 200, NULL, MORE,
	 .cursor = "{\"step\":1}", .metrics = 3},
	{"errors/rest_missing_signature.error.json", ebay_refund_read, 403, NULL, .outcome = REFUSED},
	{"message/getConversations.response.json", ebay_messages_read, 200, NULL, .outcome = MORE},
	{"message/getConversation.response.json", ebay_messages_read, 200, "1000000001", MORE, .messages = 2},
	{"message/getConversation.response.json", ebay_reply_look_read, 200, NULL, DONE, .messages = 2,
	 .own = 1, .complete = 1},
	{"message/sendMessage.response.json", ebay_reply_read, 201, NULL, .outcome = DONE},
	{"message/bulkUpdateConversation.response.json", ebay_messages_read, 200, NULL, .outcome = LATER},
	{"oauth/token_authorization_code.response.json", ebay_redeem_read, 200, NULL, .outcome = DONE},
	{"oauth/token_refresh.response.json", ebay_refresh_read, 200, NULL, .outcome = DONE},
	{"oauth/token_client_credentials.response.json", ebay_refresh_read, 200, NULL, .outcome = DONE},
	{"oauth/token_invalid_grant.error.json", ebay_refresh_read, 400, NULL, .outcome = REFUSED},
	{"oauth/token_invalid_client.error.json", ebay_refresh_read, 401, NULL, .outcome = REFUSED},
	{"errors/rest_invalid_token.error.json", ebay_orders_read, 401, NULL, .outcome = LOGIN},
	{"errors/rest_insufficient_permissions.error.json", ebay_orders_read, 403, NULL, .outcome = REFUSED},
	{"errors/rest_missing_signature.error.json", ebay_orders_read, 403, NULL, .outcome = REFUSED},
	{"errors/rest_throttled.error.json", ebay_orders_read, 429, NULL, .outcome = LATER},
	{"errors/rest_throttled.error.json", ebay_reply_read, 429, NULL, .outcome = UNSURE},
	{"errors/post_order_error_array.error.json", ebay_orders_read, 400, NULL, .outcome = REFUSED},
	{"errors/post_order_errorMessage.error.json", ebay_orders_read, 400, NULL, .outcome = REFUSED},
	{"trading/GetMyMessages.response.xml", trading_messages_read, 200, NULL, .outcome = MORE},
	{"trading/GetMyMessages.response.xml", trading_messages_read, 200, "100000000001", MORE,
	 .messages = 1},
	{"trading/GetMemberMessages.response.xml", trading_look_read, 200, NULL, DONE, .complete = 1},
	{"trading/AddMemberMessageRTQ.response.xml", trading_reply_read, 200, NULL, .outcome = DONE},
	{"trading/AddMemberMessageRTQ_failure.response.xml", trading_reply_read, 200, NULL,
	 .outcome = REFUSED},
	{"trading/duplicate_invocation.response.xml", trading_reply_read, 200, NULL, .outcome = UNSURE},
	{"trading/error_expired_token.response.xml", trading_messages_read, 200, NULL, .outcome = LOGIN},
	{"payment_dispute/getPaymentDisputeSummaries.response.json", ebay_payment_disputes_read, 200, NULL,
	 .outcome = MORE},
	{"payment_dispute/getActivities.response.json", ebay_payment_disputes_read, 200, NULL, MORE,
	 .wanted = "5012345678"},
	{"payment_dispute/getPaymentDispute.response.json", ebay_payment_disputes_read, 200, NULL, DONE,
	 .disputes = 1, .wanted = "5012345678", .step = 1},
	{"payment_dispute/getPaymentDispute_closed.response.json", ebay_payment_disputes_read, 200, NULL,
	 DONE, .disputes = 1, .wanted = "5012345678", .step = 1},
	{"payment_dispute/getPaymentDispute.response.json", ebay_payment_look_read, 200, NULL, DONE,
	 .disputes = 1, .complete = 1, .kind = "chargeback.contest", .wanted = "5012345678"},
	{"payment_dispute/getPaymentDispute_closed.response.json", ebay_payment_look_read, 200, NULL, DONE,
	 .disputes = 1, .complete = 1, .own = 1, .kind = "chargeback.contest", .wanted = "5012345678"},
	{"payment_dispute/getPaymentDispute_closed.response.json", ebay_payment_look_read, 200, NULL, DONE,
	 .disputes = 1, .complete = 1, .kind = "chargeback.evidence",
	 .wanted = "5012345678"}, /* tracking is no file */
	{"payment_dispute/uploadEvidenceFile.response.json", ebay_payment_evidence_read, 200, NULL, MORE,
	 .kind = "chargeback.evidence"},
	{"payment_dispute/addEvidence.response.json", ebay_payment_evidence_read, 200, NULL, LATER,
	 .kind = "chargeback.evidence"}, /* no answer to an upload */
	{"payment_dispute/contest_conflict.error.json", ebay_payment_answer_read, 409, NULL,
	 .outcome = UNSURE},
	{"post_order/search_inquiries.response.json", ebay_inquiries_read, 200, NULL, .outcome = MORE},
	{"post_order/get_inquiry.response.json", ebay_inquiries_read, 200, NULL, DONE, .disputes = 1,
	 .wanted = "5000000302"},
	{"post_order/get_inquiry.response.json", ebay_inquiry_look_read, 200, NULL, DONE, .disputes = 1,
	 .own = 1, .complete = 1, .kind = "inquiry.refund", .wanted = "5000000302"},
	{"post_order/issue_inquiry_refund.response.json", ebay_inquiry_refund_read, 200, NULL,
	 .outcome = DONE},
	{"post_order/search_cancellations.response.json", ebay_cancellations_read, 200, NULL,
	 .outcome = MORE},
	{"post_order/get_cancellation.response.json", ebay_cancellations_read, 200, NULL, DONE, .disputes = 1,
	 .wanted = "5000000203"},
	{"post_order/get_cancellation.response.json", ebay_cancellation_look_read, 200, NULL, DONE,
	 .disputes = 1, .complete = 1, .kind = "cancellation.accept", .wanted = "5000000203"},
	{"post_order/search_returns.response.json", ebay_returns_read, 200, NULL, .outcome = MORE},
	{"post_order/get_return.response.json", ebay_return_look_read, 200, NULL, DONE, .disputes = 1,
	 .complete = 1, .wanted = "5000000101", .kind = "return.refund"},
	{"post_order/decide_return.response.json", ebay_return_act_read, 200, NULL, DONE,
	 .kind = "return.accept"},
	{"post_order/issue_return_refund.response.json", ebay_return_act_read, 200, NULL, DONE,
	 .kind = "return.refund"},
	{"post_order/upload_return_file.response.json", ebay_return_act_read, 200, NULL, DONE,
	 .kind = "return.evidence"},
	{"post_order/upload_return_file.response.json", ebay_return_act_read, 200, NULL, MORE,
	 .kind = "return.label"},
	{"post_order/escalate_return.response.json", ebay_return_act_read, 200, NULL, DONE,
	 .kind = "return.escalate"},
	{"post_order/search_cases.response.json", ebay_cases_read, 200, NULL, .outcome = MORE},
	{"post_order/get_case.response.json", ebay_cases_read, 200, NULL, DONE, .disputes = 1,
	 .wanted = "5100000001"},
	{"post_order/get_case.response.json", ebay_appeal_look_read, 200, NULL, DONE, .disputes = 1,
	 .complete = 1, .wanted = "5100000001", .kind = "case.appeal"},
	{"errors/post_order_error_array.error.json", ebay_inquiries_read, 400, NULL, .outcome = REFUSED},
	{"errors/post_order_errorMessage.error.json", ebay_inquiries_read, 400, NULL, .outcome = REFUSED},
	/* answers to calls that this connector does not make */
	{"trading/AddMemberMessageAAQToPartner.response.xml", trading_reply_read, 200, NULL,
	 .outcome = UNSURE},
	{"trading/LeaveFeedback.response.xml", trading_messages_read, 200, NULL, .outcome = LATER},
	{"trading/RespondToFeedback.response.xml", trading_messages_read, 200, NULL, .outcome = LATER},
	{"trading/SetNotificationPreferences.response.xml", trading_messages_read, 200, NULL,
	 .outcome = LATER},
	{"trading/GetNotificationPreferences.response.xml", trading_messages_read, 200, NULL,
	 .outcome = LATER},
	{"trading/GetItemsAwaitingFeedback.response.xml", trading_messages_read, 200, NULL, .outcome = LATER},
	{"trading/GetFeedback.response.xml", trading_messages_read, 200, NULL, .outcome = LATER},
};

/* ---- counting what is found ---- */

struct count {
	struct found found; /* first */
	int orders, shipments, messages, disputes, own, odd, feedback, refunds, metrics;
};

static int
on_order(struct found *f, const struct order *o)
{
	assert_non_null(o->buyer.remote);
	assert_int_equal(o->total.minor, 2890);
	assert_string_equal(o->total.currency, "EUR");
	assert_string_equal(o->marketplace, "EBAY_DE");
	assert_true(o->nitems > 0 && o->ship_by && o->eta_from < o->eta_to);
	((struct count *)f)->orders++;
	return 0;
}

static int
on_shipment(struct found *f, const struct shipment *s)
{
	assert_string_equal(s->carrier, "DHL");
	assert_non_null(s->tracking);
	((struct count *)f)->shipments++;
	return 0;
}

static int
on_message(struct found *f, const struct message *m)
{
	assert_string_equal(m->buyer.remote, "example_buyer");
	assert_true(m->sent && m->text && *m->text && *m->text != '<');
	((struct count *)f)->messages++;
	return 0;
}

static int
on_dispute(struct found *f, const struct dispute *d)
{
	assert_true(d->remote && d->raw && d->opened && d->amount.minor > 0 && d->options);
	assert_true(d->status != DISPUTE_AWAITING_SELLER || d->respond_by || !d->due_action);
	((struct count *)f)->disputes++;
	return 0;
}

static int
on_own(struct found *f, const struct own *o)
{
	assert_non_null(o->remote);
	((struct count *)f)->own++;
	return 0;
}

static int
on_feedback(struct found *f, const struct feedback *k)
{
	assert_string_equal(k->remote, "3000000000001");
	assert_int_equal(k->rating, RATING_NEGATIVE);
	assert_string_equal(k->buyer.remote, "example_buyer");
	assert_true(k->revisable && k->given && k->text);
	((struct count *)f)->feedback++;
	return 0;
}

static int
on_refund(struct found *f, const struct refund *r)
{
	assert_true(r->order && r->remote && r->amount.minor > 0);
	((struct count *)f)->refunds++;
	return 0;
}

static int
on_metric(struct found *f, const struct metric *m)
{
	assert_true(*m->name && *m->scope && *m->value);
	((struct count *)f)->metrics++;
	return 0;
}

static int
on_odd(struct found *f, const char *item, size_t len, const char *why)
{
	(void)item;
	(void)len;
	(void)why;
	((struct count *)f)->odd++;
	return 0;
}

static const char *
no_header(const struct response *rs, const char *name)
{
	(void)rs;
	(void)name;
	return NULL;
}

static enum outcome
read_as(const struct row *row, const char *body, size_t len, struct count *c)
{
	static const struct setting settings[] = {{"identity", "example_seller"}, {NULL, NULL}};
	struct account account = {.name = "example", .settings = settings, .connector = &ebay};
	static const struct attachment_file file = {"a.png", "image/png", "P", 1};
	struct outgoing out = {.kind = row->kind,
			       .dispute = row->wanted,
			       .conversation = "1000000001",
			       .message = "1234567890013",
			       .order = "14-34567-89014",
			       .line = "",
			       .buyer = "example_buyer",
			       .listing = "110012345678",
			       .feedback = "3000000000001",
			       .reason = "OUT_OF_STOCK_OR_CANNOT_FULFILL",
			       .tracking = "00340434161234567890",
			       .files = &file,
			       .nfiles = 1};
	struct response rs = {.status = row->status, .body = body, .len = len, .header = no_header};
	struct task t = {.account = &account,
			 .out = &out,
			 .token = "",
			 .grant = "",
			 .cursor = "",
			 .key = "",
			 .now = INT64_C(1791000000000),
			 .arena = arena_new()};
	enum outcome o;

	if (row->cursor)
		t.cursor = row->cursor;
	if (row->todo)
		t.cursor = arena_fmt(t.arena, "{\"from\":1,\"start\":2,\"todo\":[\"%s\",\"\"]}", row->todo);
	if (row->wanted)
		t.cursor = arena_fmt(t.arena,
				     "{\"start\":2,\"last\":true,\"step\":%d,\"ids\":[\"%s\",\"g\",\"\",0]}",
				     row->step, row->wanted);
	*c = (struct count){.found = {.order = on_order,
				      .shipment = on_shipment,
				      .message = on_message,
				      .dispute = on_dispute,
				      .own = on_own,
				      .feedback = on_feedback,
				      .refund = on_refund,
				      .metric = on_metric,
				      .odd = on_odd,
				      .cursor = BUF_MAX(65536),
				      .token = BUF_MAX(8192),
				      .grant = BUF_MAX(8192),
				      .identity = BUF_MAX(256),
				      .remote = BUF_MAX(256)}};
	o = row->read(&t, &rs, &c->found);
	arena_free(t.arena);
	buf_free(&c->found.cursor);
	buf_free(&c->found.token);
	buf_free(&c->found.grant);
	buf_free(&c->found.identity);
	buf_free(&c->found.remote);
	return o;
}

/* ---- the samples ---- */

static char folder[4096];

static void
read_file(const char *file, struct buf *out)
{
	char path[8192], chunk[4096];
	size_t n;
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", folder, file);
	f = fopen(path, "rb");
	assert_non_null(f);
	while ((n = fread(chunk, 1, sizeof chunk, f)))
		assert_int_equal(buf_add(out, chunk, n), 0);
	fclose(f);
}

static void
need_samples(void)
{
	if (!access(folder, R_OK))
		return;
	print_message("skipped: no samples at %s\n", folder);
	skip();
}

static void
test_every_row(void **state)
{
	size_t i;

	(void)state;
	need_samples();
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf body = BUF_MAX(1 << 20);
		struct count c;
		enum outcome o;

		read_file(rows[i].file, &body);
		o = read_as(&rows[i], buf_str(&body), body.len, &c);
		if (o != rows[i].outcome)
			print_error("%s: %s\n", rows[i].file, c.found.err.text);
		assert_int_equal(o, rows[i].outcome);
		assert_int_equal(c.orders, rows[i].orders);
		assert_int_equal(c.shipments, rows[i].shipments);
		assert_int_equal(c.messages, rows[i].messages);
		assert_int_equal(c.disputes, rows[i].disputes);
		assert_int_equal(c.own, rows[i].own);
		assert_int_equal(c.feedback, rows[i].feedback);
		assert_int_equal(c.refunds, rows[i].refunds);
		assert_int_equal(c.metrics, rows[i].metrics);
		assert_int_equal(c.odd, 0);
		assert_int_equal(c.found.complete, rows[i].complete);
		if (rows[i].outcome != DONE && rows[i].outcome != MORE)
			assert_true(*c.found.err.text);
		buf_free(&body);
	}
}

static void
test_one_order(void **state)
{
	const struct row page = {.read = ebay_orders_read, .status = 200};
	struct buf order = BUF_MAX(1 << 20), body = BUF_MAX(1 << 20);
	struct count c;

	(void)state;
	need_samples();
	read_file("fulfillment/getOrder.response.json", &order);
	buf_fmt(&body, "{\"total\":1,\"orders\":[%s]}", buf_str(&order));
	assert_int_equal(read_as(&page, buf_str(&body), body.len, &c), DONE);
	assert_int_equal(c.orders, 1);
	buf_free(&order);
	buf_free(&body);
}

/* ---- what `account doctor` asks ---- */

static enum outcome
check_read(const char *name, const char *jwe, const struct buf *body)
{
	const struct setting settings[] = {{"signing_jwe", jwe}, {NULL, NULL}};
	const struct account account = {.name = "example", .settings = settings, .connector = &ebay};
	struct task t = {.account = &account, .token = "", .cursor = name, .now = INT64_C(1791000000000)};
	struct response rs = {.status = 200, .body = body->data, .len = body->len, .header = no_header};
	struct found f = {.cursor = BUF_MAX(100)};
	const struct check *c = ebay.checks;
	enum outcome o;

	while (strcmp(c->name, name))
		c++;
	t.arena = arena_new();
	o = c->x.read(&t, &rs, &f);
	assert_int_equal(o == DONE, !*f.err.text);
	arena_free(t.arena);
	return o;
}

/* A signing key stands in the list of all as its making showed it. */
static void
test_what_the_doctor_asks(void **state)
{
	struct buf key = BUF_MAX(1 << 20), body = BUF_MAX(1 << 20);
	struct arena *arena = arena_new();
	const char *jwe;

	(void)state;
	need_samples();
	read_file("key_management/createSigningKey.response.json", &key);
	jwe = json_text(json_read(arena, buf_str(&key), key.len, NULL), "jwe");
	assert_non_null(jwe);
	buf_fmt(&body, "{\"signingKeys\":[%s]}", buf_str(&key));
	assert_int_equal(check_read("signing key", jwe, &body), DONE);
	assert_int_equal(check_read("signing key", "another", &body), REFUSED);
	buf_clear(&body);
	read_file("analytics/getRateLimits.response.json", &body);
	assert_int_equal(check_read("key set", "", &body), DONE);
	buf_free(&key);
	buf_free(&body);
	arena_free(arena);
}

/* What is read nowhere in this file, and where or why. */
static const struct {
	const char *files, *where;
} elsewhere[] = {
	{"*.request.*", "judged by the vendor's contracts: tests/contract/vendor/samples.mjs"},
	{"notification/*.body.json", "connectors_ebay_push_test"},
	{"notification/*.signature.json", "connectors_ebay_push_test"},
	{"notification/challenge.vector.json", "connectors_ebay_push_test"},
	{"signature/*", "connectors_ebay_signature_test"},
	{"key_management/createSigningKey.response.json", "test_what_the_doctor_asks"},
	{"analytics/getRateLimits.response.json", "test_what_the_doctor_asks"},
	{"graphql/*", "not built: its scopes are not granted to every key set"},
	{"trading/platform_notification_*", "not built: MD5, and it does not cover the content"},
};

static size_t files_seen, files_lost;

static int
look_at(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	const char *name = path + strlen(folder) + 1;
	size_t i;

	(void)st;
	(void)ftw;
	if (type != FTW_F)
		return 0;
	files_seen++;
	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		if (!strcmp(rows[i].file, name))
			return 0;
	for (i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++)
		if (!fnmatch(elsewhere[i].files, name, 0))
			return 0;
	print_error("%s has no row\n", name);
	files_lost++;
	return 0;
}

static void
test_no_sample_is_left_out(void **state)
{
	(void)state;
	need_samples();
	assert_int_equal(nftw(folder, look_at, 16, FTW_PHYS), 0);
	assert_int_equal(files_lost, 0);
	assert_true(files_seen >= 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_row),
		cmocka_unit_test(test_one_order),
		cmocka_unit_test(test_what_the_doctor_asks),
		cmocka_unit_test(test_no_sample_is_left_out),
	};
	const char *specs = getenv("VENDOR_SPECS"), *root = getenv("SUPERCARGO_SHARE");

	if (specs && *specs)
		snprintf(folder, sizeof folder, "%s/ebay/samples", specs);
	else
		snprintf(folder, sizeof folder, "%s/../shared/specs/ebay/samples", root ? root : ".");
	json_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
