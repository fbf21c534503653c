/* push.h - what a pushed notification does: streams with news become due, and people whom the platform names are erased.
 *
 * Polling stays the truth: a notification that is lost costs minutes, one that is forged does nothing.  It counts only when the platform's key
 * signed it; the key is fetched once, kept in memory for as long as the connector says, and a key that cannot be had is asked for at most
 * every 10 seconds, whatever strangers send.
 */
#ifndef PUSH_H
#define PUSH_H

#include "daemon/push/listener.h"
#include "daemon/runner.h"

/* Inside a turn: answers what it can; a notification whose key is on its way stays as it is. */
void push_judge(struct daemon *, struct pushed *, int64_t now);
void push_keys_free(struct daemon *);

#endif
