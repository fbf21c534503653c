/* tape.h - one saved exchange: a task, an answer, and what the connector makes of it.
 *
 * A tape is a text file: lines "word value", an empty line, then the answer's body as it came.
 *
 *     exchange  ebay stream orders       (or: redeem, refresh CREDENTIAL; look, send KIND; push key;
 *                                        check NAME, which is then the cursor, too)
 *     now       2026-10-02T13:00:00Z     task.now; since: task.since
 *     set       identity=example_seller  a setting of the account; may come again
 *     cursor    {"from":1}               task.cursor, grant: task.grant, key: task.key
 *     out       text=Hello               a field of what is to be sent; may come again
 *     out       amount=12.50 EUR         and shipped=TIME, file=NAME TYPE CONTENT
 *     status    200
 *     retry     5000                     retry_after
 *     header    Location: https://…      of the answer; may come again
 *
 * Its result is text: the request that ask() built, one JSON line for each record, the outcome with everything read() set.
 * Without a status only the request.
 */
#ifndef TAPE_H
#define TAPE_H

#include "connector.h"
#include "recorder.h"

struct tape {
	const struct connector *connector;
	const char *what, *name; /* "send", "order.refund" */
	struct exchange exchange;
	struct task task;
	struct answer answer;
	/* what the task points to */
	struct account account;
	struct outgoing out;
	struct attachment_file files[4];
	struct setting settings[16];
	struct arena *lines; /* the tape's own strings */
};

/* Reads a tape; a mistake in it ends the program with a word about it. */
struct tape *tape_read(const char *file);
void tape_free(struct tape *);

/* The whole result as text. */
void tape_play(const struct tape *, struct buf *result);

/* Reads only the answer, with other bytes: the outcome, and how many records and odd items came. */
enum outcome tape_answer(const struct tape *, const char *body, size_t len, int *records);

/* The request it asks; to be given back with request_free (recorder.h) whatever comes back.  As ask(). */
int tape_ask(const struct tape *, struct request *, struct err *);

#endif
