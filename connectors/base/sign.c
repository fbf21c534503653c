#include "sign.h"

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <sodium.h>
#include <string.h>

#include "buf.h"
#include "text.h"

#define KEY_BYTES 4096 /* a key in DER is much shorter */

void
sha256(const void *bytes, size_t len, unsigned char out[SHA256_BYTES])
{
	crypto_hash_sha256(out, bytes, len);
}

/* The DER inside PEM lines, or of bare base64.  0, or -1. */
static int
der_of(const char *text, struct buf *der)
{
	const char *end;

	text += strspn(text, " \t\r\n");
	if (!strncmp(text, "-----", 5) && (end = strstr(text + 5, "-----")))
		text = end + 5;
	return base64_decode(der, text, strcspn(text, "-")) || !der->len ? -1 : 0;
}

/* ---- Ed25519, by libsodium ---- */

/* The seed inside PKCS#8 (RFC 8410): version 0, or 1 with the public key behind the private one. */
static const unsigned char *
ed25519_seed(const struct buf *der)
{
	static const unsigned char algorithm[] = {0x30, 0x05, 0x06, 0x03, 0x2b, 0x65,
						  0x70, 0x04, 0x22, 0x04, 0x20};
	const unsigned char *p = (const unsigned char *)der->data;

	if (der->len < 5 + sizeof algorithm + crypto_sign_SEEDBYTES || p[0] != 0x30 || p[1] != der->len - 2 ||
	    p[2] != 0x02 || p[3] != 0x01 || p[4] > 1 || memcmp(p + 5, algorithm, sizeof algorithm))
		return NULL;
	return p + 5 + sizeof algorithm;
}

int
ed25519_sign(const char *private_key, const void *bytes, size_t len, unsigned char out[ED25519_BYTES],
	     struct err *err)
{
	unsigned char pub[crypto_sign_PUBLICKEYBYTES], secret[crypto_sign_SECRETKEYBYTES];
	struct buf der = BUF_MAX(KEY_BYTES);
	const unsigned char *seed = NULL;
	int r = 0;

	if (der_of(private_key, &der) || !(seed = ed25519_seed(&der))) {
		r = fail(err, "the signing key cannot be read: expected an Ed25519 private key as PKCS#8 in "
			      "base64; "
			      "paste it as it was given");
	} else {
		crypto_sign_seed_keypair(pub, secret, seed);
		crypto_sign_detached(out, NULL, bytes, len, secret);
		sodium_memzero(secret, sizeof secret);
	}
	if (der.data)
		sodium_memzero(der.data, der.room);
	buf_free(&der);
	return r;
}

/* ---- ECDSA P-256, which libsodium has not ---- */

static EVP_PKEY *
p256_key(const char *text)
{
	struct buf der = BUF_MAX(KEY_BYTES);
	EVP_PKEY *key = NULL;
	char curve[32] = "";
	const unsigned char *p;

	if (!der_of(text, &der)) {
		p = (const unsigned char *)der.data;
		key = d2i_PUBKEY(NULL, &p, (long)der.len);
	}
	if (key &&
	    (EVP_PKEY_get_base_id(key) != EVP_PKEY_EC ||
	     !EVP_PKEY_get_group_name(key, curve, sizeof curve, NULL) || strcmp(curve, "prime256v1"))) {
		EVP_PKEY_free(key);
		key = NULL;
	}
	buf_free(&der);
	return key;
}

int
ecdsa_verify(const char *public_key, const char *digest, const void *bytes, size_t len, const void *signature,
	     size_t signature_len, struct err *err)
{
	const EVP_MD *md = !strcmp(digest, "SHA1")     ? EVP_sha1()
			   : !strcmp(digest, "SHA256") ? EVP_sha256()
						       : NULL;
	EVP_MD_CTX *context = NULL;
	EVP_PKEY *key = NULL;
	int r = -1;

	if (!md) {
		fail(err, "the signature was made with the digest %s: expected SHA1 or SHA256", digest);
	} else if (!(key = p256_key(public_key))) {
		fail(err, "the public key cannot be read: expected one of the curve P-256");
	} else {
		context = EVP_MD_CTX_new();
		if (context && EVP_DigestVerifyInit(context, NULL, md, NULL, key) == 1 &&
		    EVP_DigestVerify(context, signature, signature_len, bytes, len) == 1)
			r = 0;
		else
			fail(err, "the signature does not belong to these bytes");
	}
	EVP_MD_CTX_free(context);
	EVP_PKEY_free(key);
	ERR_clear_error();
	return r;
}
