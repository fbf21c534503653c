/* eBay's digital signatures, byte for byte: the vectors of the vendor specs, and one that stands here. */
#include "../test.h"

#include <stdio.h>

#include "base/file.h"
#include "base/json.h"
#include "connector.h"
#include "ebay/ebay.h"

/* The published test key of RFC 9421. */
#define PRIVATE_KEY "MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF"
#define JWE                                                                                                  \
	"eyJ6aXAiOiJERUYiLCJlbmMiOiJBMjU2R0NNIiwidGFnIjoiSXh2dVRMb0ZLS0hlS0Zoa3BxQ05CUSIsImFsZyI6IkEyNTZHQ0" \
	"1LVyIs"                                                                                             \
	"Iml2IjoiSFd4YTE2bWNhY3lBN1lOWSJ9.EXAMPLE.EXAMPLE.EXAMPLE.EXAMPLE"

/* What ebay_sign leaves in the headers of a request; NULL when it refuses, with the reason in err. */
static char *
headers_of(const struct setting *settings, const char *method, const char *url, const char *body,
	   int64_t created, struct err *err)
{
	const struct account account = {.name = "toys-de", .settings = settings, .connector = &ebay};
	struct request r = {
		.method = method, .url = BUF_MAX(8192), .headers = BUF_MAX(65536), .body = BUF_MAX(65536)};
	struct task t = {.account = &account, .token = "", .cursor = "", .now = created * SECOND + 999};
	char *headers = NULL;

	t.arena = arena_new();
	buf_put(&r.url, url);
	buf_put(&r.body, body);
	if (!ebay_sign(&t, &r, err))
		headers = must_strdup(buf_str(&r.headers));
	arena_free(t.arena);
	buf_free(&r.url);
	buf_free(&r.headers);
	buf_free(&r.body);
	return headers;
}

static void
test_a_refund(void **state)
{
	static const struct setting settings[] = {
		{"signatures", "yes"}, {"signing_key", PRIVATE_KEY}, {"signing_jwe", JWE}, {NULL, NULL}};
	char *headers = headers_of(
		settings, "POST",
		"https://api.ebay.com/sell/fulfillment/v1/order/12-34567-89012/issue_refund?ignored=1",
		"{\"reasonForRefund\":\"ITEM_NOT_RECEIVED\",\"comment\":\"Test vector\","
		"\"orderLevelRefundAmount\":{\"value\":\"12.50\",\"currency\":\"EUR\"}}",
		1767225600, NULL);

	(void)state;
	assert_non_null(headers);
	assert_string_equal(
		headers,
		"Content-Digest: sha-256=:DjqMSaGB4d+DkRcR0GTvfQxnCf0bM8jYnnUKoSC+H7M=:\n"
		"x-ebay-signature-key: " JWE "\n"
		"Signature-Input: sig1=(\"content-digest\" \"x-ebay-signature-key\" \"@method\" \"@path\" "
		"\"@authority\");created=1767225600\n"
		"Signature: "
		"sig1=:35bRtnSZ+TceyARPNPlomxPnz28u3epX1GL65IMuYvxrIPFbjwBGpVubJZAQcPpuMedSoRhGoGZ0VuS8"
		"Aos/AQ==:\n");
	free(headers);
}

static void
test_what_is_not_signed(void **state)
{
	static const struct setting no[] = {{"signing_key", PRIVATE_KEY}, {"signing_jwe", JWE}, {NULL, NULL}};
	static const struct setting keyless[] = {{"signatures", "yes"}, {"signing_jwe", JWE}, {NULL, NULL}};
	static const struct setting broken[] = {
		{"signatures", "yes"}, {"signing_key", "hunter2"}, {"signing_jwe", JWE}, {NULL, NULL}};
	static const struct setting split[] = {{"signatures", "yes"},
					       {"signing_key", PRIVATE_KEY},
					       {"signing_jwe", "a\r\nX-Injected: 1"},
					       {NULL, NULL}};
	const struct setting *const refused[] = {keyless, broken, split};
	struct err err = {""};
	char *headers;
	size_t i;

	(void)state;
	headers = headers_of(no, "GET", "https://api.ebay.com/x", "", 1, &err);
	assert_non_null(headers);
	assert_string_equal(headers, "");
	free(headers);
	for (i = 0; i < sizeof refused / sizeof *refused; i++) {
		err.text[0] = '\0';
		assert_null(headers_of(refused[i], "GET", "https://api.ebay.com/x", "", 1, &err));
		assert_true(*err.text && !strstr(err.text, "hunter2"));
	}
}

static const char *
vendor_file(char *path, size_t size)
{
	const char *specs = getenv("VENDOR_SPECS"), *root = getenv("SUPERCARGO_SHARE");

	if (specs && *specs)
		snprintf(path, size, "%s", specs);
	else
		snprintf(path, size, "%s/../shared/specs", root ? root : ".");
	snprintf(path + strlen(path), size - strlen(path),
		 "/ebay/samples/signature/digital_signature.vectors.json");
	return path;
}

/* The key's JWE: a line of the signature base. */
static const char *
jwe_of(struct arena *arena, const char *base)
{
	const char *p = strstr(base, "\"x-ebay-signature-key\": ");

	assert_non_null(p);
	p += strlen("\"x-ebay-signature-key\": ");
	return arena_strndup(arena, p, strcspn(p, "\n"));
}

static void
test_the_vendors_vectors(void **state)
{
	struct buf file = BUF_MAX(1 << 20);
	struct arena *arena = arena_new();
	char path[4096];
	json_t *root, *list;
	size_t i;

	(void)state;
	if (file_read(vendor_file(path, sizeof path), &file, NULL)) {
		print_message("skipped: no vectors at %s\n", path);
		arena_free(arena);
		buf_free(&file);
		skip();
	}
	root = json_read(arena, file.data, file.len, NULL);
	list = json_list(root, "vectors");
	assert_true(json_array_size(list) >= 3);
	for (i = 0; i < json_array_size(list); i++) {
		json_t *v = json_array_get(list, i);
		const char *body = json_text(v, "body"), *digest = json_text(v, "content_digest"),
			   *input = json_text(v, "signature_input");
		const struct setting settings[] = {
			{"signatures", "yes"},
			{"signing_key", json_text(json_obj(root, "keys"), "ed25519_private_pkcs8_b64")},
			{"signing_jwe", jwe_of(arena, json_text(v, "signature_base"))},
			{NULL, NULL}};
		char *headers = headers_of(
			settings, json_text(v, "method"),
			arena_fmt(arena, "https://%s%s", json_text(v, "authority"), json_text(v, "path")),
			body ? body : "", json_int(v, "created", 0), NULL);

		assert_non_null(headers);
		assert_non_null(strstr(
			headers, arena_fmt(arena, "\nSignature: %s\n", json_text(v, "signature_ed25519"))));
		if (input)
			assert_non_null(strstr(headers, arena_fmt(arena, "\nSignature-Input: %s\n", input)));
		if (digest)
			assert_ptr_equal(strstr(headers, arena_fmt(arena, "Content-Digest: %s\n", digest)),
					 headers);
		else
			assert_null(strstr(headers, "Content-Digest"));
		free(headers);
	}
	arena_free(arena);
	buf_free(&file);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_refund),
		cmocka_unit_test(test_what_is_not_signed),
		cmocka_unit_test(test_the_vendors_vectors),
	};

	json_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
