#include "daemon/evidence/draw.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/clock.h"
#include "daemon/share.h"

#define PROGRAM  "supercargo-pages"
#define PATIENCE (10 * SECOND)
#define OUT_MAX  (32u << 20)

/* The whole job as a file in memory: the program reads at its own pace and nobody waits for a pipe. */
static int
job_file(const json_t *job)
{
	const int fd = memfd_create("pages", MFD_CLOEXEC);

	if (fd >= 0 && (json_dumpfd(job, fd, JSON_COMPACT) || lseek(fd, 0, SEEK_SET) < 0)) {
		close(fd);
		return -1;
	}
	return fd;
}

/* With these two descriptors, no other, and nothing in its environment.  0, or an errno. */
static int
spawn(const char *path, int in, int out, pid_t *pid)
{
	char name[] = PROGRAM, *argv[] = {name, NULL}, *environment[] = {NULL};
	posix_spawn_file_actions_t files;
	posix_spawnattr_t how;
	sigset_t none, pipes;
	int r;

	sigemptyset(&none);
	sigemptyset(&pipes);
	sigaddset(&pipes, SIGPIPE);
	posix_spawnattr_init(&how);
	posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigmask(&how, &none);
	posix_spawnattr_setsigdefault(&how, &pipes);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, in, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
	posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
	r = posix_spawn(pid, path, &files, &how, argv, environment);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&how);
	return r;
}

/* Until its end, or until patience ends. */
static int
receive(int fd, struct buf *out, struct err *err)
{
	const int64_t until = clock_mono() + PATIENCE;
	char piece[64 * 1024];
	ssize_t n;

	for (;;) {
		const int64_t left = until - clock_mono();
		struct pollfd p = {.fd = fd, .events = POLLIN};

		if (left <= 0 || (poll(&p, 1, (int)left) == 0))
			return fail(err,
				    "evidence: its pages are not drawn after %d seconds; make it by hand",
				    (int)(PATIENCE / SECOND));
		n = read(fd, piece, sizeof piece);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? fail(err, "evidence: the pages cannot be read: %s", strerror(errno))
				     : 0;
		if (buf_add(out, piece, (size_t)n))
			return fail(err, "evidence: its pages are longer than %d bytes; make it by hand",
				    (int)OUT_MAX);
	}
}

static int
run(const json_t *job, struct buf *out, struct err *err)
{
	char path[SHARE_PATH];
	int ends[2] = {-1, -1}, in = job_file(job), r = 0, status = 0;
	pid_t pid = 0;

	snprintf(path, sizeof path, "%s/%s", libexec_root(), PROGRAM);
	if (in < 0 || pipe2(ends, O_CLOEXEC) < 0 || (r = spawn(path, in, ends[1], &pid)) != 0) {
		r = fail(err, "evidence: %s cannot be started: %s; install the package again", path,
			 strerror(in < 0 || ends[0] < 0 ? errno : r));
		goto out;
	}
	close(ends[1]);
	ends[1] = -1;
	if ((r = receive(ends[0], out, err)))
		kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (!r && status)
		r = fail(err,
			 "evidence: not even one page fits within the platform's limits; make it by hand");
out:
	for (int i = 0; i < 2; i++)
		if (ends[i] >= 0)
			close(ends[i]);
	if (in >= 0)
		close(in);
	return r;
}

/* "PAGES LEFT_OUT", then length and bytes of each. */
static int
take_apart(struct arena *arena, const struct buf *out, int max, struct drawing *d)
{
	const char *at = buf_str(out), *end = at + out->len;
	char *next;

	d->count = (int)strtol(at, &next, 10);
	d->left_out = (int)strtol(next, &next, 10);
	if (d->count < 1 || d->count > max || d->count > DRAWN_MAX || *next != '\n')
		return -1;
	for (int i = 0; i < d->count; i++) {
		const size_t n = strtoul(next + 1, &next, 10);

		if (*next != '\n' || !n || n > (size_t)(end - next - 1))
			return -1;
		d->pages[i] = (struct attachment_file){
			.type = "image/png", .bytes = memcpy(arena_alloc(arena, n), next + 1, n), .len = n};
		next += n;
	}
	return next + 1 == end ? 0 : -1;
}

int
draw_pages(struct arena *arena, const json_t *job, struct drawing *d, struct err *err)
{
	struct buf out = BUF_MAX(OUT_MAX);
	int r = run(job, &out, err);

	if (!r && take_apart(arena, &out, (int)json_int(job, "pages", 0), d))
		r = fail(err, "evidence: the answer of %s is not understood; install the package again",
			 PROGRAM);
	buf_free(&out);
	return r;
}
