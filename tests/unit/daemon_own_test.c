/* The seller's folder: which file counts, all or none is written, and what was shipped then is known. */

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "connectors/base/file.h"
#include "daemon/template/own.h"

#include <cmocka.h>

static char root[] = "/tmp/own-XXXXXX", shipped[64], own[64];
static const struct folders folders = {shipped, own};

static void
put(const char *folder, const char *id, const char *name, const char *text)
{
	char path[256];

	snprintf(path, sizeof path, "%s/%s", folder, id);
	mkdir(folder, 0700);
	mkdir(path, 0700);
	snprintf(path, sizeof path, "%s/%s/%s", folder, id, name);
	assert_int_equal(file_write(path, text, strlen(text), NULL), 0);
}

static int
holds(const char *folder, const char *id, const char *name, const char *text)
{
	struct buf file = BUF_MAX(4096);
	char path[256];
	int same;

	snprintf(path, sizeof path, "%s/%s/%s", folder, id, name);
	same = file_read(path, &file, NULL) ? !text : text && !strcmp(buf_str(&file), text);
	buf_free(&file);
	return same;
}

static int
remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st, (void)flag, (void)ftw;
	return remove(path);
}

static int
setup(void **state)
{
	(void)state;
	strcpy(root + strlen(root) - 6, "XXXXXX");
	if (!mkdtemp(root))
		return -1;
	snprintf(shipped, sizeof shipped, "%s/shipped", root);
	snprintf(own, sizeof own, "%s/own", root);
	put(shipped, "one", "de.txt", "eins");
	put(shipped, "one", "en.txt", "one");
	put(shipped, "two", "de.txt", "zwei");
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	return nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void
test_own_wins(void **state)
{
	static const struct own_file mine[] = {{"one", "de.txt", "meins", 5}};
	const struct folders none = {shipped, ""};
	struct buf text = BUF_MAX(4096);

	(void)state;
	assert_int_equal(own_read(&folders, "one", "de.txt", &text, NULL), 0);
	assert_int_equal(own_write(shipped, own, mine, 1, NULL), 0);
	assert_int_equal(own_read(&folders, "one", "de.txt", &text, NULL), 1);
	assert_string_equal(buf_str(&text), "meins");
	assert_int_equal(own_read(&folders, "one", "en.txt", &text, NULL), 0);
	assert_int_equal(own_read(&none, "one", "de.txt", &text, NULL), 0);
	assert_int_equal(own_read(&folders, "one", "fr.txt", &text, NULL), -1);
	buf_free(&text);
}

static void
test_originals_are_known(void **state)
{
	static const struct own_file mine[] = {
		{"one", "de.txt", "meins", 5}, {"one", "en.txt", "mine", 4}, {"new", "de.txt", "neu", 3}};

	(void)state;
	put(own, "two", "de.txt", "by hand");
	assert_int_equal(own_write(shipped, own, mine, 3, NULL), 0);
	for (int upgraded = 0; upgraded < 2; upgraded++) {
		assert_int_equal(own_outdated(&folders, "one", "de.txt"), upgraded);
		assert_int_equal(own_outdated(&folders, "one", "en.txt"), 0);
		assert_int_equal(own_outdated(&folders, "two", "de.txt"), 0); /* nobody noted it */
		assert_int_equal(own_outdated(&folders, "new", "de.txt"), 0);
		put(shipped, "one", "de.txt", "Eins!");
		put(shipped, "two", "de.txt", "Zwei!");
	}
	assert_int_equal(own_seen(&folders, "one", NULL), 2);
	assert_int_equal(own_outdated(&folders, "one", "de.txt"), 0);
	put(shipped, "one", "de.txt", "Eins!!");
	put(shipped, "one", "en.txt", "One!!");
	assert_int_equal(own_outdated(&folders, "one", "de.txt"), 1);
	assert_int_equal(own_outdated(&folders, "one", "en.txt"), 1);
	put(own, "one", "de.txt", "Eins!!");
	assert_int_equal(own_outdated(&folders, "one", "de.txt"), 0); /* it is the new one */
	put(own, "one", ".originals", "rubbish\nde.txt\n\n");
	assert_int_equal(own_outdated(&folders, "one", "en.txt"), 0);
	assert_int_equal(own_seen(&folders, "none", NULL), -1);
}

static void
test_all_or_none(void **state)
{
	static const struct own_file files[] = {
		{"one", "de.txt", "meins", 5}, {"one", "fr.txt", "mien", 4}, {"two/x", "de.txt", "?", 1}};
	const mode_t mask = umask(077);
	struct err err = {""};
	struct stat st;
	char path[128];

	(void)state;
	put(own, "one", "de.txt", "before");
	assert_int_equal(own_write(shipped, own, files, 3, &err), -1);
	assert_non_null(strstr(err.text, "cannot be made"));
	assert_true(holds(own, "one", "de.txt", "before"));
	assert_true(holds(own, "one", "fr.txt", NULL));
	assert_true(holds(own, "one", ".de.txt.new", NULL));
	assert_true(holds(own, "one", ".fr.txt.new", NULL));
	assert_int_equal(own_write(shipped, own, files, 2, &err), 0);
	assert_true(holds(own, "one", "de.txt", "meins"));
	assert_true(holds(own, "one", "fr.txt", "mien"));
	snprintf(path, sizeof path, "%s/one/fr.txt", own);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0644); /* the service reads it */
	snprintf(path, sizeof path, "%s/no/where", root);
	assert_int_equal(own_write(shipped, path, files, 1, &err), -1);
	umask(mask);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_own_wins, setup, teardown),
		cmocka_unit_test_setup_teardown(test_originals_are_known, setup, teardown),
		cmocka_unit_test_setup_teardown(test_all_or_none, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
