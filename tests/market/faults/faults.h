/* faults.h - what goes wrong, on request.
 *
 * A rule matches requests by method, path and pieces of query and body, and acts a number of times.  The first rule
 * that matches and is not used up acts; the others wait.  Like the world it has no sockets and no clock, so the
 * simulator uses the same rules: what a connection does is said in reply->how.
 *
 *     {"act": "status", "status": 429, "retry_after": "30", "method": "GET", "path": "*conversation*", "times": 2}
 *
 * act               further keys            what happens
 * status            status, retry_after     not executed; retry_after is text, or "date:+30s" for an HTTP date then
 * slow              ms                      executed; the answer waits (ms goes with every act)
 * cut               bytes                   executed; the body ends after so many bytes
 * accept-then-close                         executed; closed without an answer
 * drop                                      never executed; closed without an answer
 * drop-then-act     act_ms                  closed without an answer, executed so much later
 * reset                                     never executed; connection reset
 * hang                                      never executed, never answered
 * expire                                    every access token is over its time, then handled: 401
 * redirect          location                307, not executed
 * duplicate         -                       every item of the page twice
 * reorder           -                       the page's items backwards
 * omit              at                      the page's first item (or the one behind so many) is missing
 * strange           at                      that item's dates cannot be read
 * stuck             -                       the first page, whatever the offset
 * shift             rows                    a page behind the first begins so many rows later (or, below 0, earlier)
 * stale             stale_ms                executed as if it were so long ago: what came since is not there
 * mute              -                       what only reads (GET) is answered as it would have been when this first happened: nothing new, ever
 * late              late_ms, lost           executed; what it sent appears in listings so much later; "lost": true: closed without an answer
 * charset           -                       executed; the answer is in ISO 8859-1 without saying so
 * html              -                       executed; an HTML page with status 200
 * huge              bytes                   200 MB (or bytes) that never become JSON, made while they are sent
 * drip                                      executed; the answer leaves a byte a second (real)
 * deep, crowd       bytes                   JSON of so many brackets within each other, or of so many bytes in tiny values
 * bomb, external                            XML with an entity bomb, or with an entity from a file
 *
 * "executed": true lets status, reset, hang, huge, deep, crowd, bomb, external and redirect execute the request first.
 * Keys of every rule: method, path (* and ?), query, body (substrings), times (1; -1 for ever), skip (0: matches that pass first).
 */
#ifndef MARKET_FAULTS_H
#define MARKET_FAULTS_H

#include <jansson.h>

#include "../world/ebay/ebay.h"
#include "../world/http.h"

struct faults;

struct faults *faults_new(void);
void faults_free(struct faults *);
int faults_add(struct faults *, const json_t *rule, struct err *); /* 0, or -1 with err */
void faults_clear(struct faults *);
json_t *faults_report(const struct faults *); /* every rule with how often it matched and acted */

/* Handles the request in the world, with whatever goes wrong. */
void faults_handle(struct faults *, struct ebay *, const struct http_msg *, int64_t now, struct http_reply *);

#endif
