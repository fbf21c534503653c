/* signature.c - eBay's digital signatures: HTTP message signatures (a draft of RFC 9421) with one Ed25519 key for all sellers of the application.
 *
 * Sellers of the EU and the UK need them for whatever moves money; elsewhere they are ignored.  All refusals 215000 to 215122 are faults of the
 * configuration or the clock: asking again helps nothing.
 */
#include "ebay.h"

#include "base/sign.h"
#include "base/text.h"

#include <string.h>

#define MAX_BASE (32 * 1024)

/* The address in its parts: https://AUTHORITY/PATH?query */
struct address {
	const char *authority, *path;
	int authority_len, path_len;
};

static int
address_of(const struct request *r, struct address *a)
{
	const char *p = buf_str(&r->url);

	if (strncmp(p, "https://", 8))
		return -1;
	a->authority = p + 8;
	a->authority_len = (int)strcspn(a->authority, "/?");
	a->path = a->authority + a->authority_len;
	a->path_len = (int)strcspn(a->path, "?");
	return a->authority_len && a->path_len ? 0 : -1;
}

static void
digest_header(struct request *r, struct buf *base)
{
	unsigned char digest[SHA256_BYTES];
	struct buf value = BUF_MAX(128);

	sha256(buf_str(&r->body), r->body.len, digest);
	buf_put(&value, "sha-256=:");
	base64_encode(&value, digest, sizeof digest);
	buf_char(&value, ':');
	buf_fmt(base, "\"content-digest\": %s\n", buf_str(&value));
	buf_fmt(&r->headers, "Content-Digest: %s\n", buf_str(&value));
	buf_free(&value);
}

static int
sign(const struct task *t, struct request *r, const struct address *a, const char *jwe, struct err *err)
{
	const char *params = arena_fmt(
		t->arena, "(%s\"x-ebay-signature-key\" \"@method\" \"@path\" \"@authority\");created=%lld",
		r->body.len ? "\"content-digest\" " : "", (long long)(t->now / SECOND));
	struct buf base = BUF_MAX(MAX_BASE);
	unsigned char signature[ED25519_BYTES];
	int bad = 0;

	if (r->body.len)
		digest_header(r, &base);
	buf_fmt(&base, "\"x-ebay-signature-key\": %s\n\"@method\": %s\n", jwe, r->method);
	buf_fmt(&base, "\"@path\": %.*s\n\"@authority\": %.*s\n", a->path_len, a->path, a->authority_len,
		a->authority);
	buf_fmt(&base, "\"@signature-params\": %s", params);
	if (base.over) {
		bad = fail(err, "eBay: the request is longer than allowed");
	} else if (ed25519_sign(account_get(t->account, "signing_key"), base.data, base.len, signature,
				NULL)) {
		bad = fail(err,
			   "eBay: account %s: signing_key of its application cannot be read; paste the "
			   "private key as eBay "
			   "gave it, on one line",
			   t->account->name);
	} else if (!(bad = ebay_header(r, "x-ebay-signature-key", jwe, err))) {
		buf_fmt(&r->headers, "Signature-Input: sig1=%s\nSignature: sig1=:", params);
		base64_encode(&r->headers, signature, sizeof signature);
		buf_put(&r->headers, ":\n");
	}
	buf_free(&base);
	return bad;
}

int
ebay_sign(const struct task *t, struct request *r, struct err *err)
{
	const char *jwe = account_get(t->account, "signing_jwe");
	struct address a;

	if (ebay_fits(r, err))
		return -1;
	if (!ebay_setting_on(t->account, "signatures"))
		return 0;
	if (!*jwe || !*account_get(t->account, "signing_key"))
		return fail(err,
			    "eBay: account %s: signatures = yes needs signing_key and signing_jwe of its "
			    "application; "
			    "make a signing key in the eBay developer account",
			    t->account->name);
	if (address_of(r, &a))
		return fail(err, "eBay: the address %s cannot be signed", buf_str(&r->url));
	if (sign(t, r, &a, jwe, err))
		return -1;
	return ebay_fits(r, err);
}
