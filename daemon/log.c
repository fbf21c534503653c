#include "daemon/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"

#define LINE_MAX_BYTES 2048

enum { ERROR = 3, WARNING = 4, INFO = 6, DEBUG = 7 }; /* as syslog and sd-daemon number them */

static enum lang language;
static int with_debug, to_journal, hushed;

/* The journal tells device and inode of the stream it reads; after a redirection it is not standard error. */
static int
journal_reads_stderr(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	unsigned long long device, inode;
	struct stat st;

	return stream && sscanf(stream, "%llu:%llu", &device, &inode) == 2 &&
	       fstat(STDERR_FILENO, &st) == 0 && st.st_dev == device && st.st_ino == inode;
}

void
log_setup(enum lang lang, int debug)
{
	language = lang;
	with_debug = debug;
	to_journal = journal_reads_stderr();
}

enum lang
log_language(void)
{
	return language;
}

int
log_is_debug(void)
{
	return with_debug;
}

/* Nothing in an argument may begin another line or steer a terminal: C0, DEL and C1 become spaces. */
static void
make_plain(char *text)
{
	unsigned char *p = (unsigned char *)text;

	for (; *p; p++) {
		if (*p < 0x20 || *p == 0x7f)
			*p = ' ';
		else if (*p == 0xc2 && p[1] >= 0x80 && p[1] < 0xa0)
			p[0] = p[1] = ' ';
	}
}

/* Where a text that was cut at `len` may end: not inside a character. */
static size_t
whole_characters(const char *text, size_t len)
{
	while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
		len--;
	return len;
}

static void write_line(int level, const char *pattern, va_list args) __attribute__((format(printf, 2, 0)));

/* One write() a line, so that lines of several processes do not mix. */
static void
write_line(int level, const char *pattern, va_list args)
{
	char line[LINE_MAX_BYTES];
	size_t used = 0, room;
	int n;

	if (hushed)
		return;
	if (to_journal)
		used = (size_t)snprintf(line, sizeof(line), "<%d>", level);
	room = sizeof(line) - used - 1;
	n = vsnprintf(line + used, room + 1, say(language, pattern), args);
	if (n < 0)
		return;
	make_plain(line + used);
	if ((size_t)n < room)
		used += (size_t)n;
	else
		used = whole_characters(line, sizeof(line) - 2);
	line[used++] = '\n';
	while (write(STDERR_FILENO, line, used) < 0 && errno == EINTR)
		;
}

void
log_info(const char *pattern, ...)
{
	va_list args;

	va_start(args, pattern);
	write_line(INFO, pattern, args);
	va_end(args);
}

void
log_warn(const char *pattern, ...)
{
	va_list args;

	va_start(args, pattern);
	write_line(WARNING, pattern, args);
	va_end(args);
}

void
log_error(const char *pattern, ...)
{
	va_list args;

	va_start(args, pattern);
	write_line(ERROR, pattern, args);
	va_end(args);
}

void
log_debug(const char *pattern, ...)
{
	va_list args;

	if (!with_debug)
		return;
	va_start(args, pattern);
	write_line(DEBUG, pattern, args);
	va_end(args);
}

void
log_hush(int hush)
{
	hushed = hush;
}

void
log_told(const char *packed)
{
	struct buf text = BUF_MAX(2 * ERR_MAX);

	say_packed(&text, language, packed);
	log_info("%s", buf_str(&text));
	buf_free(&text);
}

void
log_reason(const char *packed)
{
	struct buf text = BUF_MAX(2 * ERR_MAX);

	say_packed(&text, language, packed);
	log_error("%s", buf_str(&text));
	buf_free(&text);
}
