/* verbs.h - what may be asked over the API: one table, one function a verb.  The command line and (later) the console use the same.
 *
 *   {"verb": "show", "args": {"id": "o12"}, "lang": "zh"}
 *   {"ok": true, "result": {…}}
 *   {"ok": false, "code": "not-found" | "denied" | "conflict" | "invalid", "text": "…"}
 *
 * Who asks is known from the socket; the operator's role decides what is allowed.  Texts are in the asked language.
 */
#ifndef API_VERBS_H
#define API_VERBS_H

#include "daemon/api/server.h"
#include "daemon/daemon.h"

json_t *verb_handle(struct daemon *, const struct peer *, json_t *request, int64_t now);

#endif
