#include "../test.h"

#include "base/buf.h"
#include "base/sign.h"
#include "base/text.h"

/* The published test key of RFC 9421, B.1.4, and its signature of B.2.6 over that base. */
#define PRIVATE_KEY "MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF"

static const char base[] = "\"date\": Tue, 20 Apr 2021 02:07:55 GMT\n"
			   "\"@method\": POST\n"
			   "\"@path\": /foo\n"
			   "\"@authority\": example.com\n"
			   "\"content-type\": application/json\n"
			   "\"content-length\": 18\n"
			   "\"@signature-params\": (\"date\" \"@method\" \"@path\" \"@authority\" "
			   "\"content-type\" \"content-length\")"
			   ";created=1618884473;keyid=\"test-key-ed25519\"";

static void
test_ed25519(void **state)
{
	static const char *const keys[] = {
		PRIVATE_KEY,
		"-----BEGIN PRIVATE KEY-----\n" PRIVATE_KEY "\n-----END PRIVATE KEY-----\n",
		" MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50\r\nDFtMDoQikTmiCqirVv9mWG9qfSnF\n",
	};
	unsigned char signature[ED25519_BYTES];
	struct buf text = BUF_MAX(200);
	struct err err;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof keys / sizeof *keys; i++) {
		assert_int_equal(ed25519_sign(keys[i], base, strlen(base), signature, &err), 0);
		buf_clear(&text);
		base64_encode(&text, signature, sizeof signature);
		assert_string_equal(
			buf_str(&text),
			"wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lI"
			"p5WPpBKRCw==");
	}
	buf_free(&text);
}

static void
test_what_is_no_private_key(void **state)
{
	static const char *const keys[] = {
		"",
		"hunter2",
		"MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSn",
		"MC4CAQIwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF",
		"MC4CAQAwBQYDK2VuBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF", /* X25519 */
		"-----BEGIN PRIVATE KEY-----",
		"MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=",
	};
	unsigned char signature[ED25519_BYTES];
	struct err err;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof keys / sizeof *keys; i++) {
		assert_int_equal(ed25519_sign(keys[i], "x", 1, signature, &err), -1);
		assert_true(*err.text);
		assert_true(!*keys[i] || !strstr(err.text, keys[i]));
	}
}

/* Made with the openssl command: echo -n "supercargo" | openssl dgst -sha1 (-sha256) -sign KEY. */
#define EC_KEY                                                                                               \
	"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAELNGtTgyspO8Rv5HSD9FPMAGasmgh6sycQ9QqE7ZLmbRobui3+XRg+"          \
	"Ydl3Om0lw86Q/GO4uDTL6+EF0ng9jY4Xw=="
#define SHA1_SIGNATURE                                                                                       \
	"MEYCIQC93h7SBWDtzWP/F8uX4f2NtDgfsW0GkAB6CTuY0TxjLgIhAIj2icFlGwJqaTFnbrcJVBgeDLkKK706wSakhSjRenHx"
#define SHA256_SIGNATURE                                                                                     \
	"MEUCIQCnZVJwsh9XgoJoI605MvjftQyx96RP9biaHbT2qT5ghwIgKIicM5OMkzCRIdw12X9JcvzCYYJf/1axx1nspf6P+1g="
#define P384_KEY                                                                                             \
	"MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEHzhGLJOv3lt8wOPtOpntxc3gRJe7vuYDxri31kvAJ9ZuVutB5VYJPtkmmau/"       \
	"pQLb0TbM7cjgt/wegzRqb5dHBXdyh0bK60AUB8gmGXaZHd6TMnQQcyzu0jQWNaWlbtvc"
#define P384_SIGNATURE                                                                                       \
	"MGUCMEIyELmB4uGZvJtExwIfyhSf0fyRmfnnL7CW8R++wuT55sdNIPoIFx5VL0y/"                                   \
	"i0+RAwIxAMeqPq7ASBI5Hbx8W0ow+x+dD4HcsqoyG5dHeJAoDh6S3rQJjJvbpv/QqzGsXxmLCQ=="

static int
verify(const char *key, const char *digest, const char *text, const char *base64)
{
	struct buf signature = BUF_MAX(512);
	struct err err;
	int r;

	assert_int_equal(base64_decode(&signature, base64, strlen(base64)), 0);
	r = ecdsa_verify(key, digest, text, strlen(text), buf_str(&signature), signature.len, &err);
	if (r)
		assert_true(*err.text);
	buf_free(&signature);
	return r;
}

static void
test_ecdsa(void **state)
{
	static const char pem[] = "-----BEGIN PUBLIC KEY-----" EC_KEY "-----END PUBLIC KEY-----";

	(void)state;
	assert_int_equal(verify(pem, "SHA1", "supercargo", SHA1_SIGNATURE), 0);
	assert_int_equal(verify(EC_KEY, "SHA256", "supercargo", SHA256_SIGNATURE), 0);

	assert_int_equal(verify(pem, "SHA256", "supercargo", SHA1_SIGNATURE), -1);
	assert_int_equal(verify(pem, "SHA1", "supercargo", SHA256_SIGNATURE), -1);
	assert_int_equal(verify(pem, "SHA1", "supercargO", SHA1_SIGNATURE), -1);
	assert_int_equal(verify(pem, "MD5", "supercargo", SHA1_SIGNATURE), -1);
	assert_int_equal(verify(pem, "SHA1", "supercargo", ""), -1);
	assert_int_equal(verify("", "SHA1", "supercargo", SHA1_SIGNATURE), -1);
	assert_int_equal(verify("-----BEGIN", "SHA1", "supercargo", SHA1_SIGNATURE), -1);
	assert_int_equal(verify(P384_KEY, "SHA1", "supercargo", P384_SIGNATURE), -1);
}

static void
test_sha256(void **state)
{
	unsigned char digest[SHA256_BYTES];
	char hex[2 * SHA256_BYTES + 1];

	(void)state;
	sha256("abc", 3, digest);
	hex_encode(digest, sizeof digest, hex);
	assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ed25519),
		cmocka_unit_test(test_what_is_no_private_key),
		cmocka_unit_test(test_ecdsa),
		cmocka_unit_test(test_sha256),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
