/* replay.h - what another configuration would have made of the history that the store holds.
 *
 * History is decided twice by events_decide, from event to event, each at its own time: by the running configuration and by the changed one,
 * over the same snapshot of the store (store/past.c), and what was wished is compared.  Nothing is sent, asked or written; a service may run
 * beside it.  Two equal configurations cannot differ: neither code nor facts nor time are others.
 */
#ifndef REPLAY_H
#define REPLAY_H

#include <jansson.h>
#include <stdint.h>

#include "base/err.h"

/* The difference since `from`, the first `limit` of it one by one (new reference), or NULL with err. */
json_t *replay(const char *running, const char *changed, int64_t from, int limit, struct err *);

/* How alike two texts are, in percent: the words that both have (each as often as in both), of all the words of both; without case, accents
 * and punctuation.  Where words are not parted by spaces, each letter is one. */
int texts_alike(const char *a, const char *b);

#endif
