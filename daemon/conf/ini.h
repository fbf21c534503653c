/* ini.h - the one syntax of all our settings files: supercargo.conf, template.conf, policy.conf.
 *
 *     # a comment: at the start of a line, or after a space
 *     [account "toys-de"]
 *     platform = ebay
 *     contains = "where is" tracking      two words; a quoted one may hold spaces, and \" \\ \n
 *
 * This only splits a file into sections, keys and words.  What a key means, whether it may come twice, includes: all that is the
 * caller's.  UTF-8; CR LF is fine.  Limits: file 1 MiB, line 8 KiB, 256 words.
 */
#ifndef INI_H
#define INI_H

#include <stddef.h>

#include "connectors/base/err.h"

enum { INI_FILE = 1 << 20, INI_LINE = 8192, INI_WORDS = 256 };

/* A section begins (key NULL), or a key in it.  Everything is borrowed until the callback returns. */
struct ini_item {
	const char *file;
	int line;
	const char *section; /* "" before the first one */
	const char *title;   /* "" = none */
	const char *key;
	const char *value;        /* the words joined by single spaces; "" when there are none */
	const char *const *words; /* NULL at the end */
	size_t nwords;
};

struct ini_reader {
	void (*each)(void *ctx, const struct ini_item *);
	void (*wrong)(
		void *ctx, const char *file, int line, int column,
		const struct err
			*); /* a line that cannot be split and is left out; err begins with FILE:LINE: */
	void *ctx;
};

/* Hands over every item in file order, and every wrong line, then goes on.  The number of wrong lines, or -1 with err when the file
 * cannot be read at all. */
int ini_read(const char *path, const struct ini_reader *, struct err *);

/* The same for text in memory; `file` is the name for messages. */
int ini_parse(const char *file, const char *text, size_t len, const struct ini_reader *);

#endif
