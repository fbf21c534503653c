/* password.h - passwords of operators: Argon2id, as libsodium keeps it for interactive use (64 MiB, 2 passes). */
#ifndef PASSWORD_H
#define PASSWORD_H

#include <sodium.h>

#include "connectors/base/err.h"

#define PASSWORD_LEAST 12
#define PASSWORD_MOST  256
#define PASSWORD_HASH  crypto_pwhash_STRBYTES

int password_good(const char *password, struct err *); /* 0, or -1: too short or too long */
int password_hash(const char *password, char hash[PASSWORD_HASH], struct err *);
int password_fits(const char *hash, const char *password); /* 1, 0 */
/* Is it one of ours, of just this cost?  What costs more could stop the service. */
int password_is_hash(const char *hash);

#endif
