/* server.h - the Unix socket: one JSON object a line in, one a line out.
 *
 * Mode 0660; who is there is told by the kernel (SO_PEERCRED).  Never blocks: its descriptors sit in the loop's wait.  A request is at most 16 MiB;
 * at most 64 clients; an idle one is closed after 10 minutes.  Answers leave after the turn's commit (server_flush), so that what was said to be done is
 * done.  A client has one request in work at a time: the next is read when the answer to the last has gone out whole.  A line that never
 * ended is no request.
 *
 * What the server itself has to say is {"ok":false,"code":…,"text":…}: "invalid" (no JSON object, too long), "busy" (too many clients),
 * "failed" (server_spoil).  The text is in the language that the request names under "lang", else in that of the service.
 */
#ifndef API_SERVER_H
#define API_SERVER_H

#include <jansson.h>
#include <poll.h>
#include <sys/types.h>

#include "connectors/base/err.h"

struct server;
struct peer {
	uid_t uid;
	gid_t gid;
	pid_t pid;
};

/* Binds (replacing a stale socket, refusing a live one).  NULL with err. */
struct server *server_open(const char *path, struct err *);
void server_close(struct server *);
unsigned server_fds(struct server *, struct pollfd *fds, unsigned max); /* count written */
/* Reads what came; for each whole request calls handle, which returns the answer (new reference; queued, not sent). */
void server_read(struct server *, const struct pollfd *fds, unsigned n,
		 json_t *(*handle)(void *ctx, const struct peer *, json_t *request), void *ctx);
/* After a commit: sends what is queued; each turn, since it also goes on where a slow reader stopped.  After a lost turn: server_spoil replaces every queued answer by this error first. */
void server_flush(struct server *);
void server_spoil(struct server *, const char *packed);

#endif
