#include "daemon/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "daemon/step.h"

#define KEY_BYTES crypto_secretbox_KEYBYTES

struct secret_key {
	unsigned char bytes[KEY_BYTES];
};

static int
sync_directory_of(const char *file)
{
	const char *slash = strrchr(file, '/');
	char *dir = slash ? must_strndup(file, slash == file ? 1 : (size_t)(slash - file)) : must_strdup(".");
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r = fd < 0 ? -1 : fsync(fd);

	if (fd >= 0)
		close(fd);
	free(dir);
	return r;
}

/* A key counts as made only when it is sure to be there after a power cut: what is sealed with it may be the only copy of
 * a token.  Under its name there is never half a key, and never another one in the place of a key that is there. */
static int
make_file(const char *file, const unsigned char *key, struct err *err)
{
	struct buf part = BUF_MAX(4096);
	int fd = -1, r = -1;

	buf_fmt(&part, "%s.part", file);
	unlink(buf_str(&part)); /* of one who was stopped here */
	step("key");
	fd = open(buf_str(&part), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	step("key.begun");
	if (fd < 0 || fchmod(fd, 0600) < 0 || write(fd, key, KEY_BYTES) != (ssize_t)KEY_BYTES ||
	    fsync(fd) < 0 || link(buf_str(&part), file) < 0 || sync_directory_of(file) < 0)
		fail(err, "%s: the key file cannot be made: %s", file, strerror(errno));
	else
		r = 0;
	step("key.made");
	if (fd >= 0)
		close(fd);
	unlink(buf_str(&part));
	buf_free(&part);
	return r;
}

static int
read_file(int fd, const char *file, int ours, unsigned char *key, struct err *err)
{
	unsigned char more;
	struct stat st;
	ssize_t got;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return fail(err, "%s: not a regular file; the key must be a file of %d bytes", file,
			    (int)KEY_BYTES);
	if (ours && (st.st_mode & 077))
		return fail(err, "%s: others may read this key; run: chmod 600 %s", file, file);
	got = read(fd, key, KEY_BYTES);
	if (got < 0)
		return fail(err, "%s: the key cannot be read: %s", file, strerror(errno));
	if (got != (ssize_t)KEY_BYTES || read(fd, &more, 1) != 0)
		return fail(err,
			    "%s: found %lld bytes, expected a key of %d bytes; put the right file back, or "
			    "delete it "
			    "and log the accounts in again",
			    file, (long long)st.st_size, (int)KEY_BYTES);
	return 0;
}

/* The credential is guarded by systemd (its mode shows an ACL mask), so only a file of our own is judged by its mode. */
static int
load(const char *file, int ours, unsigned char *key, struct err *err)
{
	int fd = open(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	int r;

	if (fd < 0 && errno == ENOENT && ours) {
		randombytes_buf(key, KEY_BYTES);
		return make_file(file, key, err);
	}
	if (fd < 0 && errno == ELOOP)
		return fail(err, "%s: a symbolic link, expected the key file itself", file);
	if (fd < 0)
		return fail(err, "%s: the key cannot be read: %s", file, strerror(errno));
	r = read_file(fd, file, ours, key, err);
	close(fd);
	return r;
}

struct secret_key *
secret_key_load(const char *file, struct err *err)
{
	const char *dir = getenv("CREDENTIALS_DIRECTORY");
	struct secret_key *key;
	char credential[4096];
	int r;

	if (sodium_init() < 0) {
		fail(err, "libsodium cannot start; no key can be used");
		return NULL;
	}
	if (!*file && !dir) {
		fail(err, "no key: systemd gave no credential \"supercargo.key\"; name a key_file in the "
			  "configuration");
		return NULL;
	}
	key = sodium_malloc(sizeof(*key)); /* locked, guarded, wiped when freed */
	if (!key) {
		fail(err, "no locked memory for the key; raise LimitMEMLOCK");
		return NULL;
	}
	if (!*file) {
		snprintf(credential, sizeof(credential), "%s/supercargo.key", dir);
		r = load(credential, 0, key->bytes, err);
	} else {
		r = load(file, 1, key->bytes, err);
	}
	if (r < 0) {
		sodium_free(key);
		return NULL;
	}
	sodium_mprotect_readonly(key);
	return key;
}

void
secret_key_free(struct secret_key *key)
{
	sodium_free(key);
}

/* Every label has a key of its own, so a box that stands in the wrong row does not open. */
static void
key_of_label(const struct secret_key *key, const char *label, unsigned char out[KEY_BYTES])
{
	crypto_generichash(out, KEY_BYTES, (const unsigned char *)label, strlen(label), key->bytes,
			   KEY_BYTES);
}

void
secret_key_id(const struct secret_key *key, char out[17])
{
	unsigned char own[KEY_BYTES];

	key_of_label(key, "supercargo key id", own);
	sodium_bin2hex(out, 17, own, 8);
	sodium_memzero(own, sizeof(own));
}

void
secret_seal(const struct secret_key *key, const char *label, const char *plain, size_t len,
	    struct buf *sealed)
{
	size_t size = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + len;
	unsigned char *box = must_alloc(size);
	unsigned char own[KEY_BYTES];

	randombytes_buf(box, crypto_secretbox_NONCEBYTES);
	key_of_label(key, label, own);
	crypto_secretbox_easy(box + crypto_secretbox_NONCEBYTES, (const unsigned char *)plain, len, box, own);
	buf_set(sealed, box, size);
	sodium_memzero(own, sizeof(own));
	free(box);
}

int
secret_open(const struct secret_key *key, const char *label, const void *sealed, size_t len,
	    struct buf *plain, struct err *err)
{
	const size_t around = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;
	const unsigned char *box = sealed;
	unsigned char own[KEY_BYTES], *text;
	int r = -1;

	if (len < around)
		return fail(err, "%s: the stored secret is damaged; log the account in again", label);
	text = must_alloc(len - around + 1);
	key_of_label(key, label, own);
	if (crypto_secretbox_open_easy(text, box + crypto_secretbox_NONCEBYTES,
				       len - crypto_secretbox_NONCEBYTES, box, own) < 0)
		fail(err,
		     "%s: the stored secret does not open with this key; put the right key back or log the "
		     "account in again",
		     label);
	else if (buf_set(plain, text, len - around) < 0)
		fail(err, "%s: the stored secret is too long", label);
	else
		r = 0;
	sodium_memzero(own, sizeof(own));
	sodium_memzero(text, len - around + 1);
	free(text);
	return r;
}

void
sha256_hex(const void *bytes, size_t len, char out[65])
{
	unsigned char hash[crypto_hash_sha256_BYTES];

	sha256(bytes, len, hash);
	sodium_bin2hex(out, 65, hash, sizeof(hash));
}
