/* Every sample answer of eBay's in the vendor specs, read.  They stay where they lie: environment VENDOR_SPECS, or ../shared/specs beside the
 * project; without them the tests are skipped. */
#include "../test.h"

#include <glob.h>
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
	const char *wanted, *kind;
	int step;
} rows[] = {
	{"fulfillment/getOrders.response.json", ebay_orders_read, 200, NULL, MORE, .orders = 2},
	{"fulfillment/getShippingFulfillments.response.json", ebay_orders_read, 200, "13-34567-89013", MORE,
	 .shipments = 1},
	{"fulfillment/getShippingFulfillments_empty.response.json", ebay_orders_read, 200, "13-34567-89013",
	 .outcome = MORE},
	{"fulfillment/getOrder.response.json", ebay_orders_read, 200, NULL,
	 .outcome = LATER}, /* see test_one_order */
	{"fulfillment/issueRefund.response.json", ebay_orders_read, 200, NULL, .outcome = LATER},
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
	{"payment_dispute/getPaymentDisputeSummaries.response.json", payment_disputes_read, 200, NULL, .outcome = MORE},
	{"payment_dispute/getActivities.response.json", payment_disputes_read, 200, NULL, MORE, .wanted = "5012345678"},
	{"payment_dispute/getPaymentDispute.response.json", payment_disputes_read, 200, NULL, DONE, .disputes = 1,
	 .wanted = "5012345678", .step = 1},
	{"payment_dispute/getPaymentDispute_closed.response.json", payment_disputes_read, 200, NULL, DONE, .disputes = 1,
	 .wanted = "5012345678", .step = 1},
	{"payment_dispute/getPaymentDispute.response.json", payment_look_read, 200, NULL, DONE, .disputes = 1,
	 .complete = 1, .kind = "chargeback.contest"},
	{"payment_dispute/getPaymentDispute_closed.response.json", payment_look_read, 200, NULL, DONE, .disputes = 1,
	 .complete = 1, .own = 1, .kind = "chargeback.contest"},
	{"payment_dispute/getPaymentDispute_closed.response.json", payment_look_read, 200, NULL, DONE, .disputes = 1,
	 .complete = 1, .kind = "chargeback.evidence"}, /* tracking is no file */
	{"payment_dispute/uploadEvidenceFile.response.json", payment_evidence_read, 200, NULL, MORE,
	 .kind = "chargeback.evidence"},
	{"payment_dispute/addEvidence.response.json", payment_evidence_read, 200, NULL, LATER,
	 .kind = "chargeback.evidence"}, /* no answer to an upload */
	{"payment_dispute/contest_conflict.error.json", payment_answer_read, 409, NULL, .outcome = UNSURE},
	{"post_order/search_inquiries.response.json", inquiries_read, 200, NULL, .outcome = MORE},
	{"post_order/get_inquiry.response.json", inquiries_read, 200, NULL, DONE, .disputes = 1, .wanted = "5000000302"},
	{"post_order/get_inquiry.response.json", inquiry_look_read, 200, NULL, DONE, .disputes = 1, .own = 1,
	 .complete = 1, .kind = "inquiry.refund"},
	{"post_order/issue_inquiry_refund.response.json", inquiry_refund_read, 200, NULL, .outcome = DONE},
	{"post_order/search_cancellations.response.json", cancellations_read, 200, NULL, .outcome = MORE},
	{"post_order/get_cancellation.response.json", cancellations_read, 200, NULL, DONE, .disputes = 1,
	 .wanted = "5000000203"},
	{"post_order/get_cancellation.response.json", cancellation_look_read, 200, NULL, DONE, .disputes = 1,
	 .complete = 1, .kind = "cancellation.accept"},
	{"errors/post_order_error_array.error.json", inquiries_read, 400, NULL, .outcome = REFUSED},
	{"errors/post_order_errorMessage.error.json", inquiries_read, 400, NULL, .outcome = REFUSED},
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
	int orders, shipments, messages, disputes, own, odd;
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
on_refund(struct found *f, const struct refund *r)
{
	(void)f;
	assert_true(r->order && r->remote && r->amount.minor > 0);
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
on_odd(struct found *f, const char *item, size_t len, const char *why)
{
	(void)item;
	(void)len;
	(void)why;
	((struct count *)f)->odd++;
	return 0;
}

static enum outcome
read_as(const struct row *row, const char *body, size_t len, struct count *c)
{
	static const struct setting settings[] = {{"identity", "example_seller"}, {NULL, NULL}};
	struct account account = {.name = "example", .settings = settings, .connector = &ebay};
	static const struct attachment_file file = {"a.png", "image/png", "P", 1};
	struct outgoing out = {.kind = row->kind,
			       .conversation = "1000000001",
			       .message = "1234567890013",
			       .files = &file,
			       .nfiles = 1};
	struct response rs = {.status = row->status, .body = body, .len = len};
	struct task t = {.account = &account,
			 .out = &out,
			 .token = "",
			 .grant = "",
			 .cursor = "",
			 .key = "",
			 .now = INT64_C(1791000000000),
			 .arena = arena_new()};
	enum outcome o;

	if (row->todo)
		t.cursor = arena_fmt(t.arena, "{\"from\":1,\"start\":2,\"todo\":[\"%s\",\"\"]}", row->todo);
	if (row->wanted)
		t.cursor = arena_fmt(t.arena, "{\"start\":2,\"last\":true,\"step\":%d,\"ids\":[\"%s\",\"g\",\"\",0]}",
				     row->step, row->wanted);
	*c = (struct count){.found = {.order = on_order,
				      .shipment = on_shipment,
				      .message = on_message,
				      .dispute = on_dispute,
				      .refund = on_refund,
				      .own = on_own,
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

static void
test_no_sample_is_left_out(void **state)
{
	static const char *const kinds[] = {"fulfillment/*.response.json", "message/*.response.json",
					    "oauth/*.json", "errors/*.json", "trading/*.response.xml",
					    "payment_dispute/*.response.json", "payment_dispute/*.error.json",
					    "post_order/*inquir*.response.json", "post_order/*get_cancellation.response.json",
					    "post_order/search_cancellations.response.json"};
	size_t i, j, k, found = 0;
	char pattern[8192];
	glob_t files;

	(void)state;
	need_samples();
	for (i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		snprintf(pattern, sizeof pattern, "%s/%s", folder, kinds[i]);
		assert_int_equal(glob(pattern, 0, NULL, &files), 0);
		for (j = 0; j < files.gl_pathc; j++, found++) {
			const char *name = files.gl_pathv[j] + strlen(folder) + 1;

			for (k = 0; k < sizeof rows / sizeof *rows && strcmp(rows[k].file, name); k++)
				;
			if (k == sizeof rows / sizeof *rows)
				print_error("%s has no row\n", name);
			assert_true(k < sizeof rows / sizeof *rows);
		}
		globfree(&files);
	}
	assert_true(found >= 30);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_row),
		cmocka_unit_test(test_one_order),
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
