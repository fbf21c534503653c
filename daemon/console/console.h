/* console.h - the page behind a link: people look at what waits for approval and let it leave, in a browser.
 *
 *     GET  /          what waits, the nearest deadline first        GET  /login, POST /login, POST /logout
 *     GET  /a/12      one action: what it answers, what will leave  POST /a/12    approve, drop or undo
 *
 * Plain HTTP on 127.0.0.1 behind the seller's TLS proxy (service/inbound.h); pages are made here and need no script.
 *
 * A GET changes nothing but when somebody was seen last.  A POST needs a session, the token that belongs to it, our own Host and Origin;
 * it is then a verb of the API (verb_handle_as), so that roles and limits are the same as everywhere, and names the version of what was
 * shown: what has changed since is shown again, not approved.  A second POST finds it done and says by whom.
 *
 * Passwords cost a tenth of a second of the loop, so at most one is tried a second; others wait (tries.h says how long).
 */
#ifndef CONSOLE_H
#define CONSOLE_H

#include "daemon/daemon.h"

struct console;

struct console *console_open(int port, struct err *); /* NULL with err */
int console_fd(const struct console *);
void console_serve(struct console *); /* after each wait */
/* Inside a turn: answers each request that waits. */
void console_judge(struct console *, struct daemon *, int64_t now);
int console_waits(const struct console *); /* some password waits to be tried */
void console_flush(struct console *);      /* after the commit */
void console_spoil(struct console *);      /* after a lost turn */
void console_close(struct console *);

#endif
