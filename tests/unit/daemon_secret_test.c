#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/secret.h"

#include <cmocka.h>

static char dir[64], file[128];

static int
setup(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/secret_test.XXXXXX");
	unsetenv("CREDENTIALS_DIRECTORY");
	if (!mkdtemp(dir))
		return -1;
	snprintf(file, sizeof(file), "%s/supercargo.key", dir);
	return 0;
}

static int
teardown(void **state)
{
	char other[160];

	(void)state;
	snprintf(other, sizeof(other), "%s.elsewhere", file);
	unlink(other);
	unlink(file);
	return rmdir(dir);
}

static void
write_key(size_t n, mode_t mode)
{
	char bytes[64];
	int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	memset(bytes, 'k', sizeof(bytes));
	assert_int_equal(write(fd, bytes, n), n);
	fchmod(fd, mode);
	close(fd);
}

static void
assert_refused(const char *path, const char *part)
{
	struct err err = {""};
	char text[ERR_MAX];
	struct secret_key *key = secret_key_load(path, &err);

	assert_null(key);
	err_english(err.text, text, sizeof(text));
	if (!strstr(text, part))
		fail_msg("expected \"…%s…\", found \"%s\"", part, text);
}

static void
the_key_is_made_once_and_only_ours(void **state)
{
	struct err err;
	struct secret_key *key;
	struct stat st;
	char id[17], again[17];
	mode_t before = umask(0);

	(void)state;
	key = secret_key_load(file, &err);
	umask(before);
	assert_non_null(key);
	secret_key_id(key, id);
	secret_key_free(key);
	assert_int_equal(stat(file, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(st.st_size, 32);
	key = secret_key_load(file, &err);
	assert_non_null(key);
	secret_key_id(key, again);
	secret_key_free(key);
	assert_int_equal(strlen(id), 16);
	assert_string_equal(id, again);
	unlink(file);
	key = secret_key_load(file, &err);
	assert_non_null(key);
	secret_key_id(key, again);
	secret_key_free(key);
	assert_string_not_equal(id, again);
}

static void
a_key_that_others_read_is_refused(void **state)
{
	struct err err;
	struct secret_key *key;

	(void)state;
	write_key(32, 0640);
	assert_refused(file, "others may read");
	write_key(32, 0604);
	assert_refused(file, "others may read");
	write_key(32, 0400);
	key = secret_key_load(file, &err);
	assert_non_null(key);
	secret_key_free(key);
}

static void
a_wrong_file_is_refused(void **state)
{
	char other[160];

	(void)state;
	write_key(31, 0600);
	assert_refused(file, "found 31 bytes");
	write_key(33, 0600);
	assert_refused(file, "found 33 bytes");
	write_key(0, 0600);
	assert_refused(file, "found 0 bytes");
	write_key(32, 0600);
	snprintf(other, sizeof(other), "%s.elsewhere", file);
	rename(file, other);
	assert_int_equal(symlink(other, file), 0);
	assert_refused(file, "symbolic link");
	unlink(file);
	unlink(other);
	assert_int_equal(symlink(other, file), 0); /* to nothing: must not be made through the link */
	assert_refused(file, "symbolic link");
	unlink(file);
	assert_int_equal(mkfifo(file, 0600), 0);
	assert_refused(file, "not a regular file");
	unlink(file);
	assert_refused("/nowhere/key", "cannot be made");
}

static void
the_credential_is_used_when_no_file_is_named(void **state)
{
	struct err err;
	struct secret_key *key;

	(void)state;
	assert_refused("", "no credential");
	setenv("CREDENTIALS_DIRECTORY", dir, 1);
	assert_refused("", "cannot be read"); /* and is never made */
	assert_int_equal(access(file, F_OK), -1);
	write_key(32, 0440); /* as systemd shows it */
	key = secret_key_load("", &err);
	assert_non_null(key);
	secret_key_free(key);
}

static void
a_box_opens_only_under_its_label_and_key(void **state)
{
	static const char token[] = "planted-token";
	struct err err;
	struct secret_key *key, *other;
	struct buf sealed = BUF_MAX(1000), second = BUF_MAX(1000), plain = BUF_MAX(1000), small = BUF_MAX(5);
	size_t i;

	(void)state;
	key = secret_key_load(file, &err);
	unlink(file);
	other = secret_key_load(file, &err);
	assert_non_null(key);
	assert_non_null(other);
	secret_seal(key, "toys-de/user", token, strlen(token), &sealed);
	secret_seal(key, "toys-de/user", token, strlen(token), &second);
	assert_int_equal(sealed.len, second.len);
	assert_memory_not_equal(sealed.data, second.data, sealed.len);
	assert_null(memmem(sealed.data, sealed.len, token, 7));

	assert_int_equal(secret_open(key, "toys-de/user", sealed.data, sealed.len, &plain, &err), 0);
	assert_string_equal(buf_str(&plain), token);
	assert_int_equal(secret_open(key, "toys-fr/user", sealed.data, sealed.len, &plain, &err), -1);
	assert_int_equal(secret_open(other, "toys-de/user", sealed.data, sealed.len, &plain, &err), -1);
	assert_int_equal(secret_open(key, "toys-de/user", sealed.data, sealed.len, &small, &err), -1);
	for (i = 0; i < sealed.len; i++) {
		assert_int_equal(secret_open(key, "toys-de/user", sealed.data, i, &plain, &err), -1);
		sealed.data[i] ^= 1;
		assert_int_equal(secret_open(key, "toys-de/user", sealed.data, sealed.len, &plain, &err), -1);
		sealed.data[i] ^= 1;
	}
	secret_seal(key, "a", "", 0, &sealed);
	assert_int_equal(secret_open(key, "a", sealed.data, sealed.len, &plain, &err), 0);
	assert_int_equal(plain.len, 0);
	buf_free(&sealed);
	buf_free(&second);
	buf_free(&plain);
	buf_free(&small);
	secret_key_free(key);
	secret_key_free(other);
}

static void
hashes_are_sha256(void **state)
{
	char hex[65];

	(void)state;
	sha256_hex("abc", 3, hex);
	assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		CASE(the_key_is_made_once_and_only_ours),
		CASE(a_key_that_others_read_is_refused),
		CASE(a_wrong_file_is_refused),
		CASE(the_credential_is_used_when_no_file_is_named),
		CASE(a_box_opens_only_under_its_label_and_key),
		CASE(hashes_are_sha256),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
