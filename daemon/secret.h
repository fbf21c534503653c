/* secret.h - tokens at rest: libsodium secretbox with a key that never stands in the store or a backup.
 *
 * The key is 32 bytes: the systemd credential "supercargo.key" ($CREDENTIALS_DIRECTORY), or a file with mode 0600 or stricter, made on
 * first use.  Sealed bytes are nonce + box; the caller's label (account/credential) is bound in, so that rows cannot be swapped.
 */
#ifndef SECRET_H
#define SECRET_H

#include "base/sign.h"
#include "connectors/base/buf.h"
#include "connectors/base/err.h"

struct secret_key;

/* NULL with err: unreadable, wrong size, open to others, cannot be made. */
struct secret_key *secret_key_load(const char *file, struct err *);
void secret_key_free(struct secret_key *); /* wiped */
/* 16 hex digits that tell keys apart, for the store's key_check. */
void secret_key_id(const struct secret_key *, char out[17]);

void secret_seal(const struct secret_key *, const char *label, const char *plain, size_t,
		 struct buf *sealed); /* replaces */
int secret_open(const struct secret_key *, const char *label, const void *sealed, size_t, struct buf *plain,
		struct err *);

void sha256_hex(const void *, size_t, char out[65]);

#endif
