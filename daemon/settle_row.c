/* settle_row.c - an action of which an attempt may have arrived, after a look: it did, it did not, or that cannot be told yet.
 *
 * Not only unsure ones: what was found absent, or what a person did not find, is looked for once more before another attempt leaves.
 */
#include "daemon/lane.h"
#include "daemon/log.h"
#include "daemon/outbox/settle.h"

/* The next attempt is a new, numbered one; this look was its last look. */
static int
absent(struct daemon *d, struct runner *r, struct outbox_row *row, int64_t now)
{
	char packed[ERR_MAX];

	if (!row->attempt_key) /* nothing new */
		return 1;
	row->attempt_key = NULL;
	row->cursor = NULL;
	row->next_at = now;
	if (row->attempt >= ATTEMPTS_MAX) {
		pack(packed, "%d attempts were lost and none arrived", row->attempt);
		row_hold(d, row, packed, now);
		return 0;
	}
	if (row_save(d, row, OUTBOX_READY, NULL, now))
		return 0;
	log_info("%s: a%lld: attempt %d did not arrive; a new one is made", r->conf->name, (long long)row->id,
		 row->attempt);
	return 1;
}

int
settle_row(struct daemon *d, const struct job *job, struct outbox_row *row, const json_t *own, int complete,
	   int64_t now)
{
	const struct attempt attempt = {row->seen, row->text, row->amount, row->started, row->looked};
	const int64_t asked = job_asked(job, now);
	struct runner *r = job->runner;
	char packed[ERR_MAX];
	const char *remote;

	switch (settle(&attempt, own, complete, asked, job->action->visible_after, &remote)) {
	case SETTLED_FOUND:
		row->remote = remote;
		pack(packed, "the answer was lost; reading back showed that it arrived");
		row_arrived(d, r, row, packed, now);
		log_info("%s: a%lld: was unsure, found by reading back", r->conf->name, (long long)row->id);
		break;
	case SETTLED_ABSENT: return absent(d, r, row, now);
	case SETTLED_TOO_EARLY:
		row->next_at = row->started - r->offset + job->action->visible_after + SETTLE_MARGIN;
		outbox_save(d->store, row, now);
		break;
	case SETTLED_INCOMPLETE:
		if (++row->looks < LOOKS_MAX) {
			row_look_again(d, job, row, 0, now);
			break;
		}
		row->looks = 0;
		pack(packed, "the platform did not show the whole conversation; it cannot be seen "
			     "whether it arrived");
		row_hold(d, row, packed, now);
		break;
	}
	return 0;
}
