#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"

int
file_read(const char *path, struct buf *out, struct err *err)
{
	int r = -1;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	char piece[16384];
	ssize_t n;

	buf_clear(out);
	if (fd < 0 || fstat(fd, &st)) {
		fail(err, "%s: cannot be read: %s", path, strerror(errno));
		goto out;
	}
	if (!S_ISREG(st.st_mode)) {
		fail(err, "%s: found something else, expected a regular file", path);
		goto out;
	}
	while ((n = read(fd, piece, sizeof piece)) > 0 || (n < 0 && errno == EINTR)) {
		if (n > 0 && buf_add(out, piece, (size_t)n)) {
			fail(err, "%s: found more than %zu bytes; make it smaller or split it", path,
			     out->max);
			goto out;
		}
	}
	if (n < 0)
		fail(err, "%s: cannot be read: %s", path, strerror(errno));
	else
		r = 0;
out:
	if (fd >= 0)
		close(fd);
	return r;
}

int
file_write(const char *path, const char *bytes, size_t len, struct err *err)
{
	FILE *file = fopen(path, "we");
	int bad;

	if (!file)
		return fail(err, "%s: cannot be written: %s", path, strerror(errno));
	bad = fwrite(bytes, 1, len, file) != len || fflush(file) ||
	      (fsync(fileno(file)) && errno != EINVAL); /* a pipe */
	bad |= fclose(file) != 0;
	return bad ? fail(err, "%s: cannot be written: %s", path, strerror(errno)) : 0;
}
