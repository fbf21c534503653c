/* verbs.h - what may be asked over the API: one table, one function a verb.  The command line and the console use the same.
 *
 *   {"verb": "show", "args": {"id": "o12"}, "lang": "zh"}
 *   {"ok": true, "result": {…}}
 *   {"ok": false, "code": "not-found" | "denied" | "conflict" | "changed" | "invalid", "text": "…"}
 *
 * Who asks is known from the socket, or from the console's session; the operator's role decides what is allowed.  Texts are in the asked language.
 */
#ifndef API_VERBS_H
#define API_VERBS_H

#include "daemon/api/server.h"
#include "daemon/daemon.h"

json_t *verb_handle(struct daemon *, const struct peer *, json_t *request, int64_t now);
/* The same for somebody who is logged in at the console. */
json_t *verb_handle_as(struct daemon *, const struct conf_operator *, json_t *request, int64_t now);

#endif
