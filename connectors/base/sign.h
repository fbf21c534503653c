/* sign.h - digests and signatures that platforms ask for. */
#ifndef BASE_SIGN_H
#define BASE_SIGN_H

#include <stddef.h>

#include "err.h"

#define SHA256_BYTES  32
#define ED25519_BYTES 64

void sha256(const void *, size_t, unsigned char out[SHA256_BYTES]);

/* Signs with an Ed25519 key: PKCS#8 in base64, with or without PEM lines around it.  0, or -1 with err, which never shows the key. */
int ed25519_sign(const char *private_key, const void *, size_t, unsigned char out[ED25519_BYTES],
		 struct err *);

/* An ECDSA signature on the curve P-256 (ASN.1 DER), made with `digest`, "SHA1" or "SHA256".  public_key: SubjectPublicKeyInfo in
 * base64, with or without PEM lines and line breaks.  0, or -1 with err: it is not genuine. */
int ecdsa_verify(const char *public_key, const char *digest, const void *bytes, size_t len,
		 const void *signature, size_t signature_len, struct err *);

#endif
