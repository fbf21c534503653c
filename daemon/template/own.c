#include "own.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "connectors/base/file.h"
#include "connectors/base/text.h"

#define NOTES     ".originals"
#define NOTES_MAX (64u << 10)

enum { HEX = 2 * crypto_hash_sha256_BYTES };

static int
path_of(char out[PATH_MAX], const char *folder, const char *id, const char *name, struct err *err)
{
	const int n = snprintf(out, PATH_MAX, "%s/%s/%s", folder, id, name);

	return n < 0 || n >= PATH_MAX ? fail(err, "%s: the path is too long", folder) : 0;
}

int
own_has(const struct folders *f, const char *id, const char *name)
{
	char path[PATH_MAX];

	return *f->own && !path_of(path, f->own, id, name, NULL) && !access(path, F_OK);
}

int
own_read(const struct folders *f, const char *id, const char *name, struct buf *out, struct err *err)
{
	const int own = own_has(f, id, name);
	char path[PATH_MAX];

	if (path_of(path, own ? f->own : f->shipped, id, name, err) || file_read(path, out, err))
		return -1;
	return own;
}

/* ---- what was noted ---- */

static int
hash_of(const char *folder, const char *id, const char *name, char hex[HEX + 1])
{
	unsigned char digest[crypto_hash_sha256_BYTES];
	struct buf file = BUF_MAX(TEMPLATE_FILE_MAX);
	char path[PATH_MAX];
	int r = -1;

	if (!path_of(path, folder, id, name, NULL) && !file_read(path, &file, NULL)) {
		crypto_hash_sha256(digest, (const unsigned char *)buf_str(&file), file.len);
		hex_encode(digest, sizeof digest, hex);
		r = 0;
	}
	buf_free(&file);
	return r;
}

static void
read_notes(const char *folder, const char *id, struct buf *notes)
{
	char path[PATH_MAX];

	buf_clear(notes);
	if (path_of(path, folder, id, NOTES, NULL) || file_read(path, notes, NULL))
		buf_clear(notes);
}

/* The line "HASH  NAME", NULL when there is none. */
static const char *
noted(const char *notes, const char *name)
{
	const size_t n = strlen(name);

	for (const char *line = notes; *line; line += strcspn(line, "\n"), line += *line == '\n')
		if (strcspn(line, "\n") == HEX + 2 + n && !strncmp(line + HEX + 2, name, n))
			return line;
	return NULL;
}

int
own_outdated(const struct folders *f, const char *id, const char *name)
{
	struct buf notes = BUF_MAX(NOTES_MAX);
	char now[HEX + 1], copy[HEX + 1];
	const char *line;
	int r = 0;

	if (*f->own) {
		read_notes(f->own, id, &notes);
		line = noted(buf_str(&notes), name);
		r = line && !hash_of(f->shipped, id, name, now) && strncmp(line, now, HEX) != 0 &&
		    !hash_of(f->own, id, name, copy) && strcmp(copy, now) != 0;
	}
	buf_free(&notes);
	return r;
}

/* ---- writing ---- */

/* "de.txt" is written as ".de.txt.new": no name of a text, so nobody reads half of one. */
static int
paths_of(const char *folder, const char *id, const char *name, char path[PATH_MAX], char fresh[PATH_MAX],
	 struct err *err)
{
	char hidden[NAME_MAX];
	const int n = snprintf(hidden, sizeof hidden, ".%s.new", name);

	if (n < 0 || n >= (int)sizeof hidden)
		return fail(err, "%s: the name is too long", name);
	return path_of(path, folder, id, name, err) || path_of(fresh, folder, id, hidden, err) ? -1 : 0;
}

/* The service reads them, whoever writes them with whatever umask. */
static int
make_folder(const char *path, struct err *err)
{
	if (!mkdir(path, 0755))
		return chmod(path, 0755) ? fail(err, "%s: cannot be written: %s", path, strerror(errno)) : 0;
	return errno == EEXIST ? 0 : fail(err, "%s: the folder cannot be made: %s", path, strerror(errno));
}

static int
write_fresh(const char *path, const char *text, size_t len, struct err *err)
{
	if (file_write(path, text, len, err))
		return -1;
	return chmod(path, 0644) ? fail(err, "%s: cannot be written: %s", path, strerror(errno)) : 0;
}

/* Notes how the shipped file is now, or that there is none. */
static int
note(const char *shipped, const char *folder, const char *id, const char *name, struct err *err)
{
	struct buf before = BUF_MAX(NOTES_MAX), after = BUF_MAX(NOTES_MAX);
	char path[PATH_MAX], fresh[PATH_MAX], hex[HEX + 1];
	const char *line;
	int r = 0;

	read_notes(folder, id, &before);
	if ((line = noted(buf_str(&before), name))) {
		const char *end = line + strcspn(line, "\n");

		buf_add(&after, before.data, (size_t)(line - before.data));
		buf_put(&after, *end ? end + 1 : end);
	} else {
		buf_put(&after, buf_str(&before));
	}
	if (!hash_of(shipped, id, name, hex))
		buf_fmt(&after, "%s  %s\n", hex, name);
	if (after.len != before.len || memcmp(buf_str(&after), buf_str(&before), after.len) != 0) {
		if (paths_of(folder, id, NOTES, path, fresh, err) ||
		    write_fresh(fresh, buf_str(&after), after.len, err))
			r = -1;
		if (!r && rename(fresh, path))
			r = fail(err, "%s: cannot be written: %s", path, strerror(errno));
	}
	buf_free(&before);
	buf_free(&after);
	return r;
}

int
own_write(const char *shipped, const char *folder, const struct own_file *files, size_t n, struct err *err)
{
	char path[PATH_MAX], fresh[PATH_MAX];
	size_t made = 0, named = 0;
	int r = 0;

	while (!r && made < n) {
		const struct own_file *f = &files[made++];

		if (path_of(path, folder, f->id, "", err) || make_folder(folder, err) ||
		    make_folder(path, err) || paths_of(folder, f->id, f->name, path, fresh, err) ||
		    write_fresh(fresh, f->text, f->len, err))
			r = -1;
	}
	for (; !r && named < n; named++) {
		const struct own_file *f = &files[named];

		paths_of(folder, f->id, f->name, path, fresh, NULL);
		r = rename(fresh, path) ? fail(err, "%s: cannot be written: %s", path, strerror(errno))
					: note(shipped, folder, f->id, f->name, err);
	}
	for (size_t i = named; i < made; i++)
		if (!paths_of(folder, files[i].id, files[i].name, path, fresh, NULL))
			unlink(fresh);
	return r;
}

int
own_seen(const struct folders *f, const char *id, struct err *err)
{
	char path[PATH_MAX], shipped[PATH_MAX];
	struct dirent *d;
	DIR *folder;
	int n = 0;

	if (path_of(path, f->own, id, "", err))
		return -1;
	if (!(folder = opendir(path)))
		return fail(err, "%s: cannot be read: %s", path, strerror(errno));
	while (n >= 0 && (d = readdir(folder)))
		if (*d->d_name != '.' && !path_of(shipped, f->shipped, id, d->d_name, NULL) &&
		    !access(shipped, F_OK))
			n = note(f->shipped, f->own, id, d->d_name, err) ? -1 : n + 1;
	closedir(folder);
	return n;
}
