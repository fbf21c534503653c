#include "life.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "daemon/clock.h"
#include "daemon/loop.h"
#include "seams/seams.h"

#define HANGS_AFTER 120 /* real seconds in one turn */

static pid_t pid;

static uint32_t
word(void)
{
	return (uint32_t)random_u64();
}

static void
bytes(void *out, size_t n)
{
	random_bytes(out, (unsigned)n);
}

static const char *
name(void)
{
	return "simulated";
}

/* The nonces of sealed tokens come from the seed, too. */
static void
tame_sodium(void)
{
	static randombytes_implementation tame = {.implementation_name = name, .random = word, .buf = bytes};

	randombytes_set_implementation(&tame);
}

static void
live(const char *conf, const char *log)
{
	const struct run_options o = {.conf_file = conf};
	int fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600), status;

	prctl(PR_SET_PDEATHSIG, SIGKILL); /* a world that aborts leaves nobody waiting for it */
	if (fd < 0 || dup2(fd, STDERR_FILENO) < 0)
		_exit(1);
	tame_sodium();
	wire_clear();
	status = loop_run(&o);
	fflush(NULL);
	seams_leave(status, "end");
}

/* Until it waits or is gone.  A process that neither waits nor ends is a fault like a crash. */
static enum life_state
watch(void)
{
	struct timespec until;

	for (int seconds = 0;; seconds++) {
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_sec++;
		if (!sem_timedwait(&wire->world_goes, &until)) {
			if (!wire->ended)
				return LIFE_WAITS;
			waitpid(pid, NULL, 0);
			pid = 0;
			return LIFE_LEFT;
		}
		if (errno == ETIMEDOUT && waitpid(pid, NULL, WNOHANG) == pid) {
			pid = 0;
			return LIFE_CRASHED;
		}
		if (seconds > HANGS_AFTER) {
			life_kill();
			return LIFE_CRASHED;
		}
	}
}

enum life_state
life_begin(const char *conf, const char *log)
{
	wire->ended = 0;
	fflush(NULL);
	if ((pid = fork()) < 0) {
		perror("fork");
		exit(1);
	}
	if (!pid)
		live(conf, log);
	return watch();
}

enum life_state
life_goes_on(void)
{
	sem_post(&wire->daemon_goes);
	return watch();
}

void
life_kill(void)
{
	if (pid > 0) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	pid = 0;
}

int
life_is(void)
{
	return pid > 0;
}
