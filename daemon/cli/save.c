/* save.c - pictures and papers that are kept, written into a folder.  Their names are ours: what a buyer called them is no path. */
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "connectors/base/json.h"
#include "verb.h"

static const char *
ending(const char *type)
{
	static const struct {
		const char *type, *ending;
	} endings[] = {{"image/png", "png"},   {"image/jpeg", "jpg"}, {"image/gif", "gif"},
		       {"image/webp", "webp"}, {"image/bmp", "bmp"},  {"application/pdf", "pdf"}};

	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
		if (!strcmp(endings[i].type, type))
			return endings[i].ending;
	return "bin";
}

static int
write_all(int fd, const char *bytes, size_t n)
{
	while (n) {
		const ssize_t done = write(fd, bytes, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return -1;
		bytes += done;
		n -= (size_t)done;
	}
	return 0;
}

/* A new file for its owner alone; what is there already, a link too, is left as it is. */
static int
write_file(int folder, const char *name, const char *bytes, size_t n, struct err *err)
{
	const int fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	int r;

	if (fd < 0)
		return errno == EEXIST ? fail(err, "%s is there already; name another folder", name)
				       : fail(err, "%s cannot be written: %s", name, strerror(errno));
	r = write_all(fd, bytes, n);
	if (close(fd) || r) {
		fail(err, "%s cannot be written: %s", name, strerror(errno));
		unlinkat(folder, name, 0);
		return -1;
	}
	return 0;
}

static int
save_one(int folder, const json_t *file, const char *id, char *name, size_t size, struct err *err)
{
	const char *base64 = text_of(file, "base64");
	const size_t max = strlen(base64) / 4 * 3 + 3;
	unsigned char *bytes = must_alloc(max);
	size_t n = 0;
	int r;

	snprintf(name, size, "%.20s-%lld.%s", id, (long long)json_int(file, "number", 0),
		 ending(text_of(file, "type")));
	r = sodium_base642bin(bytes, max, base64, strlen(base64), NULL, &n, NULL,
			      sodium_base64_VARIANT_ORIGINAL);
	r = r ? fail(err, "the service's answer is not understood")
	      : write_file(folder, name, (char *)bytes, n, err);
	free(bytes);
	return r;
}

/* All of them, one after the other: each may be large. */
static int
save_all(const struct call *c, int folder, const char *id, json_t *names, struct err *err)
{
	int64_t of = 1;
	char name[64];
	int r = 0;

	for (int64_t number = 1; !r && number <= of; number++) {
		json_t *args = json_pack("{s:s, s:I}", "id", id, "number", (json_int_t)number);
		json_t *file = client_ask(c, "file", args, err);

		r = file ? save_one(folder, file, id, name, sizeof name, err) : -1;
		if (!r)
			json_array_append_new(names, json_string(name));
		of = json_int(file, "of", 0);
		json_decref(file);
		json_decref(args);
	}
	return r;
}

json_t *
here_save(struct call *c, struct err *err)
{
	const char *id = arg_text(c, "id"), *path = arg_text(c, "folder") ? arg_text(c, "folder") : ".";
	const int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	json_t *names = json_array();
	int r;

	/* it becomes part of a file's name */
	if (strspn(id, "acdm0123456789") != strlen(id))
		r = fail(err, "%s: found no id, expected one like d3, a9, m7 or c12", id);
	else if (folder < 0)
		r = fail(err, "%s cannot be opened: %s", path, strerror(errno));
	else
		r = save_all(c, folder, id, names, err);
	if (folder >= 0)
		close(folder);
	if (!r)
		return json_pack("{s:s, s:o}", "folder", path, "files", names);
	json_decref(names);
	return NULL;
}
