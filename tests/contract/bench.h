/* bench.h - one exchange on the bench: the task it is given, the request it made, the answer it reads. */
#ifndef CONTRACT_BENCH_H
#define CONTRACT_BENCH_H

#include "check.h"
#include "recorder.h"

#define SETTINGS 64

/* Planted where secrets are; must never be seen in an address. */
#define TOKEN  "tokenCANARY1234567890"
#define GRANT  "grantCANARY1234567890"
#define SECRET "secretCANARY123456789"

struct bench {
	struct inspection *k;
	struct place p;
	struct setting settings[SETTINGS];
	struct account account;
	struct outgoing out;
	struct task task;
	struct request request;
	struct recorder recorder;
	struct answer answer;
	struct buf cursor; /* of a multi-step exchange */
	uint64_t random;
};

void task_fill(struct bench *); /* a whole, tame task; the arena is emptied */
int ask(struct bench *, struct err *);

void check_request(struct bench *); /* asks.c: what every request keeps to */
void check_asks(struct bench *);
void check_answers(struct bench *, const char *tapes, const char *bodies); /* answers.c */

#endif
