/* signature.c - RFC 9421 as eBay wants it: a digest of the body, five components, Ed25519. */
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

#include "signature.h"

#define CLOCK_MAY_DIFFER (15 * MINUTE)

static int
digest_good(const struct http_msg *rq, const char *sent)
{
	unsigned char sum[EVP_MAX_MD_SIZE];
	struct buf want = BUF_MAX(256);
	unsigned n = 0;
	int good;

	EVP_Digest(rq->body, rq->len, sum, &n, EVP_sha256(), NULL);
	buf_put(&want, "sha-256=:");
	base64_encode(&want, sum, n);
	buf_char(&want, ':');
	good = !strcmp(sent, buf_str(&want));
	buf_free(&want);
	return good;
}

/* The value of one component, NULL when it is not one of ours. */
static const char *
component(const struct http_msg *rq, const char *name, struct buf *path)
{
	if (!strcmp(name, "@method"))
		return rq->method;
	if (!strcmp(name, "@authority"))
		return rq->host;
	if (!strcmp(name, "@path")) {
		buf_set(path, rq->target, strcspn(rq->target, "?"));
		return buf_str(path);
	}
	return strcmp(name, "content-digest") && strcmp(name, "x-ebay-signature-key") ? NULL
										      : http_header(rq, name);
}

/* The signature base, from what Signature-Input names.  0, or -1: not what eBay wants. */
static int
build_base(const struct http_msg *rq, const char *params, struct buf *base)
{
	static const char *const needed[] = {"@method", "@path", "@authority", "x-ebay-signature-key",
					     "content-digest"};
	struct buf path = BUF_MAX(16 << 10);
	char name[64];
	unsigned seen = 0;
	const char *p = params + 1, *value;
	int r = *params == '(' ? 0 : -1;

	while (!r && *p && *p != ')') {
		int n = 0;

		if (sscanf(p, "\"%63[^\"]\"%n", name, &n) != 1 || !n ||
		    !(value = component(rq, name, &path))) {
			r = -1;
			break;
		}
		for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
			seen |= strcmp(name, needed[i]) ? 0 : 1u << i;
		buf_fmt(base, "\"%s\": %s\n", name, value);
		p += n;
		p += *p == ' ';
	}
	buf_fmt(base, "\"@signature-params\": %s", params);
	buf_free(&path);
	return r || (seen & 15) != 15 || (rq->len && !(seen & 16)) ? -1 : 0;
}

static int
verify(const char *key, const char *signature, const struct buf *base)
{
	unsigned char der[256], sig[128];
	const unsigned char *p = der;
	size_t n = strcspn(signature, ":");
	EVP_PKEY *pk = NULL;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	int der_len, sig_len, good = 0;

	if (strlen(key) > 300 || n != 88)
		goto out;
	der_len = EVP_DecodeBlock(der, (const unsigned char *)key, (int)strlen(key));
	sig_len = EVP_DecodeBlock(sig, (const unsigned char *)signature, (int)n);
	if (der_len <= 0 || sig_len < 64 || !(pk = d2i_PUBKEY(NULL, &p, der_len)))
		goto out;
	good = EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, pk) == 1 &&
	       EVP_DigestVerify(ctx, sig, 64, (const unsigned char *)buf_str(base), base->len) == 1;
out:
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(pk);
	return good;
}

/* 0 or the error id. */
static int
check(struct call *c)
{
	const char *digest = http_header(c->rq, "content-digest"),
		   *key = http_header(c->rq, "x-ebay-signature-key");
	const char *input = http_header(c->rq, "signature-input"),
		   *signature = http_header(c->rq, "signature");
	const char *created = input ? strstr(input, ";created=") : NULL;
	struct buf base = BUF_MAX(64 << 10);
	int64_t at = created ? strtoll(created + 9, NULL, 10) * SECOND : 0;
	int bad = 0;

	if (c->rq->len && !digest)
		bad = 215000;
	else if (!key)
		bad = 215001;
	else if (!signature)
		bad = 215111;
	else if (!input)
		bad = 215112;
	else if (c->rq->len && !digest_good(c->rq, digest))
		bad = 215105;
	else if (at <= 0)
		bad = 215113;
	else if (at > c->now + CLOCK_MAY_DIFFER || at < c->now - CLOCK_MAY_DIFFER)
		bad = 215114;
	else if (strcmp(key, c->e->signing_jwe))
		bad = 215115;
	else if (strncmp(input, "sig1=", 5) || strncmp(signature, "sig1=:", 6) ||
		 build_base(c->rq, input + 5, &base))
		bad = 215121;
	else if (!verify(c->e->signing_key, signature + 6, &base))
		bad = 215120;
	buf_free(&base);
	return bad;
}

int
signature_good(struct call *c)
{
	int bad = check(c);

	if (bad)
		rest_error(c, bad);
	return !bad;
}
