/* settle_row.c - an unsure action after a look: it arrived, it did not, or that cannot be told yet. */
#include "daemon/lane.h"
#include "daemon/log.h"
#include "daemon/outbox/settle.h"

void
settle_row(struct daemon *d, const struct job *job, struct outbox_row *row, const json_t *own, int complete,
	   int64_t now)
{
	const struct attempt attempt = {row->seen, row->text, row->amount, row->started};
	const int64_t asked = job_asked(job, now);
	struct runner *r = job->runner;
	char packed[ERR_MAX];
	const char *remote;

	switch (settle(&attempt, own, complete, asked, job->action->visible_after, &remote)) {
	case SETTLED_FOUND:
		row->remote = remote;
		row->attempt_key = NULL;
		pack(packed, "the answer was lost; reading back showed that it arrived");
		row_arrived(d, r, row, packed, now);
		log_info("%s: a%lld: was unsure, found by reading back", r->conf->name, (long long)row->id);
		break;
	case SETTLED_ABSENT:
		if (row->attempt >= ATTEMPTS_MAX) {
			pack(packed, "%d attempts were lost and none arrived", row->attempt);
			row_hold(d, row, packed, now);
			break;
		}
		row->attempt_key = NULL; /* the next one is a new, numbered attempt, after a new last look */
		row->cursor = NULL;
		row->next_at = now;
		row_save(d, row, OUTBOX_READY, NULL, now);
		log_info("%s: a%lld: attempt %d did not arrive; a new one is made", r->conf->name,
			 (long long)row->id, row->attempt);
		break;
	case SETTLED_TOO_EARLY:
		row->next_at = row->started - r->offset + job->action->visible_after + SETTLE_MARGIN;
		outbox_save(d->store, row, now);
		break;
	case SETTLED_INCOMPLETE:
		if (++r->look_fails >= LOOKS_MAX) {
			pack(packed, "the platform did not show the whole conversation; it cannot be seen "
				     "whether it arrived");
			row_hold(d, row, packed, now);
			break;
		}
		row->next_at = now + backoff(r->look_fails, job->seed);
		outbox_save(d->store, row, now);
		break;
	}
}
