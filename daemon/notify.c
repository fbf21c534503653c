/* notify.c - telling people: each notice goes once to every webhook that the seller chose.  One that does not take it holds up no other; when
 * none does, all are tried again.
 *
 * After a crash a notice may be told twice; an action may not.  Bodies hold no names and no texts of buyers.
 */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "daemon/clock.h"
#include "daemon/log.h"
#include "daemon/runner.h"

#define RETRY (5 * MINUTE)

static void
body(const struct conf_notify *n, const char *cause, const char *packed, const char *account, int64_t at,
     struct buf *out)
{
	struct buf text = BUF_MAX(4096);
	char when[INSTANT_TEXT];

	say_packed(&text, n->language, packed);
	instant_format(at, when);
	buf_put(out, "{\"service\":\"supercargo\",\"cause\":");
	json_quote(out, cause);
	buf_put(out, ",\"account\":");
	json_quote(out, account ? account : "");
	buf_put(out, ",\"text\":");
	json_quote(out, buf_str(&text));
	buf_fmt(out, ",\"at\":\"%s\"}", when);
	buf_free(&text);
}

int64_t
plan_notices(struct daemon *d, int64_t now)
{
	const char *cause, *packed, *account;
	struct job *job;
	int64_t id, at;

	if (d->telling || d->stopping)
		return INT64_MAX;
	if (d->tell_again > now)
		return d->tell_again;
	if (!notice_next_untold(d->store, &id, &cause, &packed, &account, &at))
		return INT64_MAX;
	if (d->conf->nnotifies == 0) {
		notice_told(d->store, id, now); /* the status page is the only channel that was chosen */
		return now;
	}
	job = job_new(d, NULL, JOB_NOTICE, LANE_POLL, NULL);
	job->row = id;
	job->request.method = "POST";
	buf_put(&job->request.url, d->conf->notifies[d->tell_next].webhook);
	buf_put(&job->request.headers, "Content-Type: application/json\n");
	body(&d->conf->notifies[d->tell_next], cause, packed, account, at, &job->request.body);
	d->telling = job;
	job_queue(d, job);
	return INT64_MAX;
}

void
notice_finished(struct daemon *d, struct job *job, const struct answer *a, int64_t now)
{
	const int taken = a->complete && a->response.status < 300;

	d->telling = NULL;
	if (d->tell_next >= d->conf->nnotifies)
		d->tell_next = 0; /* the configuration was read again meanwhile */
	else if (!taken)
		log_warn("notify %s: a notice could not be delivered", d->conf->notifies[d->tell_next].name);
	d->told |= taken;
	d->tell_again = 0;
	if (++d->tell_next < d->conf->nnotifies)
		return;
	d->tell_next = 0;
	if (d->told)
		notice_told(d->store, job->row, now);
	else
		d->tell_again = now + RETRY;
	d->told = 0;
}
