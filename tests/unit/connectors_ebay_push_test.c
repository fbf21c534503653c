/* eBay's notifications: the question whose address it is, signatures, what becomes due, whose data goes. */
#include "../test.h"

#include <stdio.h>

#include "base/file.h"
#include "base/json.h"
#include "connector.h"
#include "ebay/ebay.h"

/* A notification signed with a key made for this test: openssl dgst -sha1 (-sha256) -sign KEY. */
#define BODY                                                                                                 \
	"{\"metadata\":{\"topic\":\"MARKETPLACE_ACCOUNT_DELETION\",\"schemaVersion\":\"1.0\","               \
	"\"deprecated\":false},"                                                                             \
	"\"notification\":{\"notificationId\":\"n-1\",\"data\":{\"username\":\"example_buyer\","             \
	"\"userId\":\"EXAMPLEBUYERID\",\"eiasToken\":\"x\"}}}"
#define KID "0b8ad1d2-0000-4000-8000-000000000001"
#define KEY                                                                                                  \
	"-----BEGIN PUBLIC "                                                                                 \
	"KEY-----"                                                                                           \
	"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEsYzUieYeZNjfCC0ohzaObhcgSHMPB71cynHGGzahQPzxag5uSO4u8N98zCrtxK" \
	"t3hp/y5hzOZ+1qHy0TpWUfLQ==-----END PUBLIC KEY-----"
#define SIGNED                                                                                               \
	"eyJhbGciOiJlY2RzYSIsImtpZCI6IjBiOGFkMWQyLTAwMDAtNDAwMC04MDAwLTAwMDAwMDAwMDAwMSIsInNpZ25hdHVyZSI6Ik" \
	"1FUUNJQThVdk16a1pZU2VYNUt5cTZ2RGxBWGNtU09yRm9QYmtndkhDaDN2Q1FZQ0FpQkJjSTBSRXFwYTRzaDNXSUlaVVo4MU41" \
	"dHpnYlRrMk91RUtJeFdBc1R5Q3c9PSIsImRpZ2VzdCI6IlNIQTEifQ=="
#define SIGNED_SHA256                                                                                        \
	"eyJhbGciOiJlY2RzYSIsImtpZCI6IjBiOGFkMWQyLTAwMDAtNDAwMC04MDAwLTAwMDAwMDAwMDAwMSIsInNpZ25hdHVyZSI6Ik" \
	"1FVUNJUUNMNmJLNnhFaTNhSGxHWFV1MVdlUHNsTGE5b1Zzemt4Z3g2RlBjU2V6SlhRSWdDbzBaTW9xMVd3YVNGanZJekU0OEJQ" \
	"R3BnNGsreFhwNGI4Rm5PRDloUTg4PSIsImRpZ2VzdCI6IlNIQTI1NiJ9"
#define SIGNED_OTHERWISE                                                                                     \
	"eyJhbGciOiJub25lIiwia2lkIjoiMGI4YWQxZDItMDAwMC00MDAwLTgwMDAtMDAwMDAwMDAwMDAxIiwic2lnbmF0dXJlIjoiTU" \
	"VRQ0lBOFV2TXprWllTZVg1S3lxNnZEbEFYY21TT3JGb1Bia2d2SENoM3ZDUVlDQWlCQmNJMFJFcXBhNHNoM1dJSVpVWjgxTjV0" \
	"emdiVGsyT3VFS0l4V0FzVHlDdz09IiwiZGlnZXN0IjoiU0hBMSJ9"

static const char *given_header;

static const char *
header(const struct response *rs, const char *name)
{
	(void)rs;
	return strcmp(name, "X-EBAY-SIGNATURE") ? NULL : given_header;
}

struct bench {
	struct account account;
	struct task task;
	struct response notification;
};

static const struct setting settings[] = {
	{"identity", "example_seller"},
	{"push_address", "https://shop.example/ebay"},
	{"verification_token", "token-for-the-test-0123456789abcdef"},
	{NULL, NULL},
};

static void
set(struct bench *b, const char *key, const char *signature, const char *body)
{
	b->task.cursor = key;
	given_header = signature;
	b->notification =
		(struct response){.status = 200, .body = body, .len = strlen(body), .header = header};
}

static int
start(void **state)
{
	struct bench *b = must_zalloc(sizeof *b);

	b->account = (struct account){.name = "toys-de", .settings = settings, .connector = &ebay};
	b->task = (struct task){
		.account = &b->account, .token = "", .grant = "", .key = "", .arena = arena_new()};
	*state = b;
	return 0;
}

static int
stop(void **state)
{
	struct bench *b = *state;

	arena_free(b->task.arena);
	free(b);
	return 0;
}

static int
verify(struct bench *b, const char *key, const char *signature, const char *body)
{
	struct err err = {""};
	int r;

	set(b, key, signature, body);
	r = ebay.push->verify(&b->task, &b->notification, &err);
	assert_int_equal(!r, !*err.text);
	return r;
}

static void
test_challenge(void **state)
{
	struct bench *b = *state;
	struct buf answer = BUF_MAX(4096);
	struct err err = {""};

	assert_int_equal(ebay.push->challenge(&b->task, "challenge_code=abc%2D1", &answer, &err), 0);
	assert_string_equal(buf_str(&answer),
			    "{\"challengeResponse\":"
			    "\"aa338889fc09ead75ce4bf2da2ab239072454b1d0913ab10e431f5d9f2ad7e58\"}");
	buf_clear(&answer);
	assert_int_equal(ebay.push->challenge(&b->task, "", &answer, &err), -1);
	assert_int_equal(ebay.push->challenge(&b->task, "challenge=abc", &answer, &err), -1);
	b->account.settings = settings + 3;
	assert_int_equal(ebay.push->challenge(&b->task, "challenge_code=abc", &answer, &err), -1);
	assert_int_equal(answer.len, 0);
	buf_free(&answer);
}

static void
test_key_id(void **state)
{
	static const char *const unsigned_ones[] = {NULL, "", "hunter2", "e30=", SIGNED_OTHERWISE};
	struct bench *b = *state;
	struct buf id = BUF_MAX(4096);
	struct err err;
	size_t i;

	set(b, "", SIGNED, BODY);
	assert_int_equal(ebay.push->key_id(&b->task, &b->notification, &id, &err), 0);
	assert_string_equal(buf_str(&id), KID);
	for (i = 0; i < sizeof unsigned_ones / sizeof *unsigned_ones; i++) {
		buf_clear(&id);
		err.text[0] = '\0';
		set(b, "", unsigned_ones[i], BODY);
		assert_int_equal(ebay.push->key_id(&b->task, &b->notification, &id, &err), -1);
		assert_true(*err.text);
		assert_int_equal(id.len, 0);
	}
	buf_free(&id);
}

static void
test_only_the_bytes_that_were_signed(void **state)
{
	struct bench *b = *state;

	assert_int_equal(verify(b, "SHA1 " KEY, SIGNED, BODY), 0);
	assert_int_equal(verify(b, "SHA256 " KEY, SIGNED_SHA256, BODY), 0);

	assert_int_equal(verify(b, "SHA1 " KEY, SIGNED, BODY " "), -1);
	assert_int_equal(verify(b, "SHA1 " KEY, SIGNED, "{}"), -1);
	assert_int_equal(verify(b, "SHA1 " KEY, NULL, BODY), -1);
	assert_int_equal(verify(b, "SHA1 " KEY, SIGNED_OTHERWISE, BODY), -1);
	assert_int_equal(verify(b, "SHA1 " KEY, SIGNED_SHA256, BODY), -1);
	assert_int_equal(verify(b, "SHA256 " KEY, SIGNED, BODY), -1);
	assert_int_equal(verify(b, "SHA2 " KEY, SIGNED, BODY), -1);
	assert_int_equal(verify(b, "SHA1 MFkwnokey", SIGNED, BODY), -1);
	assert_int_equal(verify(b, KEY, SIGNED, BODY), -1);
	assert_int_equal(verify(b, "", SIGNED, BODY), -1);
}

static void
test_whose_data_goes(void **state)
{
	struct bench *b = *state;
	const char *buyers[4];

	set(b, "", NULL, BODY);
	assert_int_equal(ebay.push->erase(&b->task, &b->notification, buyers, 4), 2);
	assert_string_equal(buyers[0], "example_buyer");
	assert_string_equal(buyers[1], "EXAMPLEBUYERID");
	assert_int_equal(ebay.push->erase(&b->task, &b->notification, buyers, 1), 1);
	assert_int_equal(ebay.push->due(&b->task, &b->notification, buyers, 4), 0);

	set(b, "", NULL,
	    "{\"metadata\":{\"topic\":\"FEEDBACK_RECEIVED\"},\"notification\":{\"data\":{\"username\":"
	    "\"example_buyer\"}}}");
	assert_int_equal(ebay.push->erase(&b->task, &b->notification, buyers, 4), 0);
	set(b, "", NULL, "not JSON");
	assert_int_equal(ebay.push->erase(&b->task, &b->notification, buyers, 4), 0);
}

static void
test_what_becomes_due(void **state)
{
	static const struct {
		const char *topic, *data, *due;
	} rows[] = {
		{"NEW_MESSAGE",
		 "{\"senderUserName\":\"example_buyer\",\"recipientUserName\":\"Example_Seller\"}",
		 "messages my_messages"},
		{"NEW_MESSAGE",
		 "{\"senderUserName\":\"example_seller\",\"recipientUserName\":\"example_buyer\"}",
		 "messages my_messages"},
		{"NEW_MESSAGE",
		 "{\"senderUserName\":\"example_buyer\",\"recipientUserName\":\"another_seller\"}", ""},
		{"BUYER_QUESTION", "{}", "messages my_messages"},
		{"ORDER_CONFIRMATION", "{}", "orders"},
		{"ORDER_RETURN_ACTIVITY", "{\"orderReturn\":{\"seller\":{\"username\":\"example_seller\"}}}",
		 "returns cases orders"},
		{"ORDER_RETURN_ACTIVITY", "{\"orderReturn\":{\"seller\":{\"username\":\"another_seller\"}}}",
		 ""},
		{"ORDER_INQUIRY_ACTIVITY", "{}", "inquiries cases orders"},
		{"ORDER_CANCELLATION_ACTIVITY", "{}", "cancellations orders"},
		{"FEEDBACK_RECEIVED", "{}", "feedback"},
		{"SELLER_STANDARDS_PROFILE_METRICS", "{}", "standards"},
		{"SELLER_CUSTOMER_SERVICE_METRIC_RATING", "{}", "standards"},
		{"LISTING_PREVIEW", "{}", ""},
		{"", "[]", ""},
	};
	struct bench *b = *state;
	const char *streams[8];
	size_t i;
	int n, j;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf found = BUF_MAX(1000);

		set(b, "", NULL,
		    arena_fmt(b->task.arena,
			      "{\"metadata\":{\"topic\":\"%s\"},\"notification\":{\"data\":%s}}",
			      rows[i].topic, rows[i].data));
		n = ebay.push->due(&b->task, &b->notification, streams, 8);
		for (j = 0; j < n; j++)
			buf_fmt(&found, "%s%s", j ? " " : "", streams[j]);
		assert_string_equal(buf_str(&found), rows[i].due);
		buf_free(&found);
	}
	set(b, "", NULL, "{\"metadata\":{\"topic\":\"ORDER_RETURN_ACTIVITY\"}}");
	assert_int_equal(ebay.push->due(&b->task, &b->notification, streams, 1), 1);
}

/* ---- the vendor's own vectors ---- */

static json_t *
vendor_json(struct bench *b, const char *name, struct buf *bytes)
{
	const char *specs = getenv("VENDOR_SPECS"), *root = getenv("SUPERCARGO_SHARE");
	const char *folder =
		specs && *specs ? specs : arena_fmt(b->task.arena, "%s/../shared/specs", root ? root : ".");
	const char *path = arena_fmt(b->task.arena, "%s/ebay/samples/notification/%s", folder, name);

	if (file_read(path, bytes, NULL)) {
		print_message("skipped: no vector at %s\n", path);
		buf_free(bytes);
		skip();
	}
	return json_read(b->task.arena, buf_str(bytes), bytes->len, NULL);
}

static void
test_the_vendors_challenge(void **state)
{
	struct bench *b = *state;
	struct buf bytes = BUF_MAX(65536), answer = BUF_MAX(4096);
	json_t *v = vendor_json(b, "challenge.vector.json", &bytes);
	const struct setting theirs[] = {{"push_address", json_text(v, "endpoint")},
					 {"verification_token", json_text(v, "verificationToken")},
					 {NULL, NULL}};

	b->account.settings = theirs;
	assert_int_equal(ebay.push->challenge(
				 &b->task,
				 arena_fmt(b->task.arena, "challenge_code=%s", json_text(v, "challengeCode")),
				 &answer, NULL),
			 0);
	assert_non_null(strstr(buf_str(&answer), json_text(json_obj(v, "response"), "challengeResponse")));
	buf_free(&answer);
	buf_free(&bytes);
}

static void
test_the_vendors_notification(void **state)
{
	struct bench *b = *state;
	struct buf bytes = BUF_MAX(65536), body = BUF_MAX(65536);
	json_t *v = vendor_json(b, "MARKETPLACE_ACCOUNT_DELETION.signature.json", &bytes);
	const char *pem = json_text(json_obj(v, "public_key_response"), "key"),
		   *signature = json_text(v, "header_value");
	const char *buyers[4];

	vendor_json(b, "MARKETPLACE_ACCOUNT_DELETION.body.json", &body);
	while (body.len && body.data[body.len - 1] == '\n')
		buf_cut(&body, body.len - 1);
	assert_int_equal(body.len, 434);
	assert_int_equal(verify(b, arena_fmt(b->task.arena, "SHA1 %s", pem), signature, buf_str(&body)), 0);
	assert_int_equal(verify(b, arena_fmt(b->task.arena, "SHA256 %s", pem), signature, buf_str(&body)),
			 -1);
	assert_int_equal(ebay.push->erase(&b->task, &b->notification, buyers, 4), 2);
	buf_cut(&body, body.len - 1);
	assert_int_equal(verify(b, arena_fmt(b->task.arena, "SHA1 %s", pem), signature, buf_str(&body)), -1);
	buf_free(&body);
	buf_free(&bytes);
}

/* Every sample of a notification that a poll answers makes a stream due. */
static void
test_the_vendors_topics(void **state)
{
	static const char *const files[] = {"NEW_MESSAGE.body.json", "ORDER_CANCELLATION_ACTIVITY.body.json",
					    "ORDER_INQUIRY_ACTIVITY.body.json",
					    "ORDER_RETURN_ACTIVITY.body.json"};
	struct bench *b = *state;
	const char *streams[8];
	size_t i;

	for (i = 0; i < sizeof files / sizeof *files; i++) {
		struct buf body = BUF_MAX(65536);

		vendor_json(b, files[i], &body);
		set(b, "", NULL, buf_str(&body));
		assert_true(ebay.push->due(&b->task, &b->notification, streams, 8) > 0);
		buf_free(&body);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_challenge, start, stop),
		cmocka_unit_test_setup_teardown(test_key_id, start, stop),
		cmocka_unit_test_setup_teardown(test_only_the_bytes_that_were_signed, start, stop),
		cmocka_unit_test_setup_teardown(test_whose_data_goes, start, stop),
		cmocka_unit_test_setup_teardown(test_what_becomes_due, start, stop),
		cmocka_unit_test_setup_teardown(test_the_vendors_challenge, start, stop),
		cmocka_unit_test_setup_teardown(test_the_vendors_notification, start, stop),
		cmocka_unit_test_setup_teardown(test_the_vendors_topics, start, stop),
	};

	json_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
