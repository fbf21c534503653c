/* operator.c - `operator password`: a person's password for the console, from the terminal or standard input, never an argument. */
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "daemon/console/password.h"
#include "verb.h"

/* A line without its end, wiped after use: 0, -1. */
static int
read_line(char *line, size_t room)
{
	size_t n;

	if (!fgets(line, (int)room, stdin))
		return -1;
	n = strcspn(line, "\r\n");
	if (!line[n] && n + 1 == room)
		return -1; /* longer than any password */
	line[n] = '\0';
	return 0;
}

static int
read_hidden(const char *prompt, char *line, size_t room)
{
	struct termios shown, hidden;
	int r;

	if (!isatty(STDIN_FILENO) || tcgetattr(STDIN_FILENO, &shown))
		return read_line(line, room);
	hidden = shown;
	hidden.c_lflag &= (tcflag_t)~ECHO;
	fputs(prompt, stderr);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
	r = read_line(line, room);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
	fputc('\n', stderr);
	return r;
}

int
prepare_password(struct call *c, struct err *err)
{
	char first[PASSWORD_MOST + 3], again[PASSWORD_MOST + 3], hash[PASSWORD_HASH];
	int r = -1;

	if (sodium_init() < 0)
		return fail(err, "libsodium cannot start; no key can be used");
	if (read_hidden(say(c->lang, TEXT("Password: ")), first, sizeof first)) {
		fail(err, "password: expected %d to %d bytes of text", PASSWORD_LEAST, PASSWORD_MOST);
		goto out;
	}
	if (password_good(first, err))
		goto out;
	if (isatty(STDIN_FILENO) && (read_hidden(say(c->lang, TEXT("Once more: ")), again, sizeof again) ||
				     strcmp(first, again) != 0)) {
		fail(err, "password: the two are not the same; nothing was changed");
		goto out;
	}
	if (password_hash(first, hash, err))
		goto out;
	json_object_set_new(c->args, "hash", json_string(hash));
	r = 0;
out:
	sodium_memzero(first, sizeof first);
	sodium_memzero(again, sizeof again);
	return r;
}
