/* mail.h - a notice as a mail: RFC 5322, UTF-8, marked as written by a machine so that nothing answers it. */
#ifndef NOTIFY_MAIL_H
#define NOTIFY_MAIL_H

#include <stdint.h>

#include "base/buf.h"

struct letter {
	const char *from;
	const char *const *to; /* NULL at the end */
	const char *subject, *text;
	const char *id; /* the same for the same content: unique left part of the Message-ID, [a-z0-9.-] */
	int64_t at;
};

/* The whole message, lines ending in CRLF.  Nothing in it can begin a header or end the mail. */
void mail_write(const struct letter *, struct buf *out);

#endif
