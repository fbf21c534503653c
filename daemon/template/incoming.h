/* incoming.h - texts from a file on their way into the seller's folder.
 *
 * A reader (xliff.h, csv.h) adds what the file says and tells what it does not understand.  Then they are looked at as they will stand there,
 * together with what is there already, and with a single error nothing is written.
 */
#ifndef TEMPLATE_INCOMING_H
#define TEMPLATE_INCOMING_H

#include "connectors/base/arena.h"
#include "own.h"
#include "scenario.h"

enum { INCOMING_FILE_MAX = 16 << 20, INCOMING_MAX = 8000 };

struct incoming {
	const struct library *library; /* as it is now */
	struct folders folders;
	const char *file; /* what is read, for findings */
	int64_t now;      /* of the platforms' rules */
	struct report *report;
	int errors;
	struct arena *arena;
	struct own_file *files; /* those that differ from what counts now */
	size_t n, room, same;
};

/* Something in the file is wrong; the words stand in report->err. */
void incoming_tell(struct incoming *, int error, const char *code, int line);
/* A text without its final newline, or a whole template.conf. */
void incoming_text(struct incoming *, const char *id, const char *locale, const char *text, int line);
void incoming_conf(struct incoming *, const char *id, const char *text);
/* Is this scenario there, or coming? */
int incoming_knows(const struct incoming *, const char *id);

/* Lints them where they will stand, also by the rules of every platform, then (not `dry`) writes them.  0, or -1 with err: the disk.  Look at `errors`. */
int incoming_take(struct incoming *, int dry, struct err *);
void incoming_free(struct incoming *);

#endif
