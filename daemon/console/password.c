#include "daemon/console/password.h"

#include <string.h>

#include "connectors/base/text.h"

#define PASSES crypto_pwhash_OPSLIMIT_INTERACTIVE
#define MEMORY crypto_pwhash_MEMLIMIT_INTERACTIVE

int
password_good(const char *password, struct err *err)
{
	const size_t n = strlen(password);

	if (n < PASSWORD_LEAST || n > PASSWORD_MOST || !utf8_valid(password, n))
		return fail(err, "password: expected %d to %d bytes of text", PASSWORD_LEAST, PASSWORD_MOST);
	return 0;
}

int
password_hash(const char *password, char hash[PASSWORD_HASH], struct err *err)
{
	if (crypto_pwhash_str(hash, password, strlen(password), PASSES, MEMORY))
		return fail(err, "password: there is not enough memory");
	return 0;
}

int
password_fits(const char *hash, const char *password)
{
	return !crypto_pwhash_str_verify(hash, password, strlen(password));
}

int
password_is_hash(const char *hash)
{
	return strlen(hash) < PASSWORD_HASH &&
	       !strncmp(hash, crypto_pwhash_STRPREFIX, strlen(crypto_pwhash_STRPREFIX)) &&
	       !crypto_pwhash_str_needs_rehash(hash, PASSES, MEMORY);
}
