/* replay/main.c - runs a fuzz target without libFuzzer: every file of a folder, then mutations of them.
 *
 *     fuzz_NAME FOLDER [MUTATIONS [SEED]]       fuzz_NAME FILE
 *
 * The same seed gives the same inputs.  An input that crashes is left in ./crash for replaying.
 */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define INPUT_MAX  (64 * 1024)
#define INPUTS_MAX 1024

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

struct input {
	uint8_t *data;
	size_t len;
};

static struct input inputs[INPUTS_MAX];
static size_t count;
static struct input running;
static uint64_t state;

static void
keep_crash(int number)
{
	int fd = running.data ? open("crash", O_WRONLY | O_CREAT | O_TRUNC, 0600) : -1;

	signal(number, SIG_DFL);
	if (fd >= 0 && write(fd, running.data, running.len) == (ssize_t)running.len)
		close(fd);
	raise(number);
}

/* In memory of exactly its size, so that a sanitizer sees a step beyond. */
static void
run(const uint8_t *data, size_t len)
{
	running.data = malloc(len ? len : 1);
	running.len = len;
	if (!running.data)
		abort();
	memcpy(running.data, data, len);
	LLVMFuzzerTestOneInput(running.data, len);
	free(running.data);
	running = (struct input){0};
}

static void
read_input(const char *path)
{
	static uint8_t bytes[INPUT_MAX];
	FILE *f = fopen(path, "rb");
	size_t n;

	if (!f) {
		perror(path);
		exit(1);
	}
	n = fread(bytes, 1, sizeof bytes, f);
	fclose(f);
	if (count == INPUTS_MAX || !(inputs[count].data = malloc(n ? n : 1)))
		abort();
	memcpy(inputs[count].data, bytes, n);
	inputs[count++].len = n;
}

static int
is_visible(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

static void
read_folder(const char *path)
{
	struct dirent **names;
	int n = scandir(path, &names, is_visible, alphasort);

	if (n < 0) {
		perror(path);
		exit(1);
	}
	for (int i = 0; i < n; i++) {
		char file[4096];

		snprintf(file, sizeof file, "%s/%s", path, names[i]->d_name);
		read_input(file);
		free(names[i]);
	}
	free(names);
}

static size_t
draw(size_t below)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return below ? (size_t)(state >> 33) % below : 0;
}

/* Replaces `gone` bytes at `at` by n others, as far as they fit. */
static size_t
replace_part(uint8_t *to, size_t len, size_t at, size_t gone, const uint8_t *from, size_t n)
{
	if (n > INPUT_MAX - (len - gone))
		n = INPUT_MAX - (len - gone);
	memmove(to + at + n, to + at + gone, len - at - gone);
	if (n)
		memmove(to + at, from, n);
	return len - gone + n;
}

static size_t
mutate(uint8_t *to)
{
	static uint8_t piece[INPUT_MAX];
	const struct input *base = &inputs[draw(count)];
	size_t len = base->len;

	memcpy(to, base->data, len);
	for (size_t k = 1 + draw(6); k > 0; k--) {
		const struct input *other = &inputs[draw(count)];
		size_t at = draw(len + 1), n = draw(32), from;
		uint8_t byte = (uint8_t)draw(256);

		switch (draw(6)) {
		case 0:
			if (at < len)
				to[at] ^= (uint8_t)(1u << draw(8));
			break;
		case 1: len = replace_part(to, len, at, 0, &byte, 1); break;
		case 2: len = replace_part(to, len, at, n < len - at ? n : len - at, NULL, 0); break;
		case 3: len = draw(4) ? len : at; break;
		case 4:
			from = draw(other->len);
			n = n < other->len - from ? n : other->len - from;
			len = replace_part(to, len, at, 0, other->data + from, n);
			break;
		default:
			n = n < len - at ? n : len - at;
			memcpy(piece, to + at, n);
			for (size_t times = draw(20); times > 0; times--)
				len = replace_part(to, len, at, 0, piece, n);
			break;
		}
	}
	return len;
}

int
main(int argc, char **argv)
{
	static uint8_t input[INPUT_MAX];
	size_t mutations = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;
	struct stat st;

	if (argc < 2) {
		fprintf(stderr, "usage: %s FOLDER [MUTATIONS [SEED]]\n", argv[0]);
		return 2;
	}
	state = argc > 3 ? strtoull(argv[3], NULL, 10) : 1;
	if (stat(argv[1], &st) == 0 && S_ISREG(st.st_mode))
		read_input(argv[1]);
	else
		read_folder(argv[1]);
	for (const int *s = (const int[]){SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, 0}; *s; s++)
		signal(*s, keep_crash);
	run(input, 0);
	for (size_t i = 0; i < count; i++)
		run(inputs[i].data, inputs[i].len);
	for (size_t i = 0; i < mutations && count; i++)
		run(input, mutate(input));
	printf("%zu files, %zu mutations\n", count, count ? mutations : 0);
	for (size_t i = 0; i < count; i++)
		free(inputs[i].data);
	return 0;
}
