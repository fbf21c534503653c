/* form.h - how a webhook wants to be told: the JSON it takes, how often, how much, and what its answer means.
 *
 * A form is a text file: lines "word value" (# begins a comment), an empty line, then the body.  Words:
 *     posts 20, per 1m    no more than so many posts in that time; without them as often as there is something
 *     bytes 2048          of {text}, as UTF-8
 *     taken errcode=0     what the answer's JSON must say; without it any status of 200 to 299 will do
 * In the body, inside strings, {text} stands for what is told, {chat} for the channel's chat; {cause} {kind} {account} {at} {link} {urgent}
 * for what one notice has: then every notice is a post of its own.  {slack} is the text with & < > as Slack wants them.
 * Ours lie in forms/; a seller's own is named by `form` of a channel.
 */
#ifndef NOTIFY_FORM_H
#define NOTIFY_FORM_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "connectors/connector.h"

struct form {
	int posts; /* 0: no limit */
	int64_t per;
	size_t bytes;
	int single;                      /* a post for every notice */
	const char *taken, *taken_value; /* "": the status says it */
	const char *body;
};

/* What a body is filled with. */
struct filling {
	const char *text, *chat, *cause, *kind, *account, *at, *link;
	int urgent;
};

#define FORMS                                                                                                \
	"json wecom dingtalk feishu slack telegram" /* the dialects: `json` is the one that is no file */

/* The form of a dialect, or of a file (NULL: none); it lives in the arena.  NULL with err. */
const struct form *form_read(struct arena *, const char *dialect, const char *file, struct err *);
/* Time between two posts, so that no window ever has too many. */
int64_t form_spacing(const struct form *);
void form_fill(const struct form *, const struct filling *, struct buf *out);
/* 1: the answer says that it was taken; 0 with err. */
int form_taken(const struct form *, struct arena *, const struct response *, struct err *);

#endif
