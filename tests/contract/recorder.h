/* recorder.h - what a test needs around a connector: a `found` that writes down what it is handed, and answers to read.
 *
 * Each callback becomes one line of JSON: {"order":{"remote":"o-1",...}}; members that were not said are left out.
 */
#ifndef CONTRACT_RECORDER_H
#define CONTRACT_RECORDER_H

#include "connector.h"

struct recorder {
	struct found found; /* hand &recorder.found to read() */
	struct buf lines;
	int calls;
	int fail_at; /* this callback fails, counted from 1; 0: none */
};

void recorder_init(struct recorder *);
void recorder_clear(struct recorder *); /* as after init; the memory is kept */
void recorder_free(struct recorder *);
void recorder_end(
	struct recorder *,
	enum outcome); /* the last line: outcome, cursor, ack, remote, complete, covered, wait, why */
const char *outcome_name(enum outcome);

/* An answer made by hand. */
struct answer {
	struct response rs;
	const char *headers; /* "Name: value\n" each, or NULL */
	char value[256];
};
void answer_set(struct answer *, long status, const char *body, size_t len); /* without headers */

/* A request with the sizes that the daemon allows. */
void request_init(struct request *);
void request_clear(struct request *);
void request_free(struct request *);

#endif
