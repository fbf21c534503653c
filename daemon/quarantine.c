#include "daemon/quarantine.h"

#include <string.h>

#include "base/json.h"
#include "daemon/log.h"

#define MARGIN     SECOND
#define CLOCKS_OFF MINUTE /* platforms cut times to the second, and clocks differ */

int64_t
quarantine_until(const struct daemon *d, const struct connector *c)
{
	int64_t longest = 0;
	struct lost lost;

	if (!store_lost(d->store, &lost))
		return 0;
	for (const struct action *a = c->actions; a && a->kind; a++)
		longest = a->visible_after > longest ? a->visible_after : longest;
	return lost.until + longest + MARGIN;
}

int
quarantine_waits_for(const struct daemon *d, const struct runner *r, int64_t swept)
{
	return r->sweep_from && swept < r->sweep_from && r->sweep_from == quarantine_until(d, r->connector);
}

/* Since when the store knows nothing, for people. */
static const char *
since(const struct daemon *d, const struct lost *lost)
{
	char text[INSTANT_TEXT];

	instant_minute(lost->from, text);
	return arena_strdup(store_arena(d->store), text);
}

int
quarantine_reason(const struct daemon *d, const struct runner *r, char packed[ERR_MAX])
{
	const int64_t until = quarantine_until(d, r->connector);
	char earliest[INSTANT_TEXT];
	struct lost lost;

	if (!r->sweep_from)
		return 0;
	if (r->sweep_from != until || !store_lost(d->store, &lost)) {
		pack(packed, "nothing is sent until the account has been read once");
		return 1;
	}
	instant_minute(until, earliest);
	if (!strcmp(lost.why, "stopped"))
		pack(packed,
		     "the service did not work since %s; nothing is sent until everything was read after %s",
		     since(d, &lost), earliest);
	else
		pack(packed,
		     "the store was put back to %s; nothing is sent until everything was read after %s",
		     since(d, &lost), earliest);
	return 1;
}

static int
somebody_waits(const struct daemon *d)
{
	for (int i = 0; i < d->nrunners; i++)
		if (d->runners[i].sweep_from)
			return 1;
	return 0;
}

void
quarantine_tell(struct daemon *d, int64_t now)
{
	char packed[ERR_MAX];
	struct lost lost;

	if (!store_lost(d->store, &lost) || !somebody_waits(d))
		return;
	if (!strcmp(lost.why, "backup"))
		pack(packed,
		     "this store comes from a backup of %s; nothing is sent until every account has been "
		     "read, and what may have been sent since then waits for you as a draft",
		     since(d, &lost));
	else if (!strcmp(lost.why, "replaced"))
		pack(packed,
		     "this store is older than the service left it: it is as it was at %s; nothing is sent "
		     "until every account has been read, and what may have been sent since then waits for "
		     "you as a draft; restore backups with 'supercargo restore'",
		     since(d, &lost));
	else {
		log_info("the service did not work since %s; everything is read before anything is sent",
			 since(d, &lost));
		return;
	}
	notice_raise(d->store, "restored", 0, packed, now);
	log_reason(packed);
}

void
quarantine_over(struct daemon *d, struct runner *r, int64_t now)
{
	r->sweep_from = 0;
	r->due[LANE_SEND] = 0;
	account_set_reconciled(d->store, r->id, now);
	log_info("%s: everything was read; sends go on", r->conf->name);
	if (!somebody_waits(d))
		notice_clear(d->store, "restored", now);
}

int
quarantine_row(const struct daemon *d, const struct runner *r, const struct outbox_row *row)
{
	const int64_t until = quarantine_until(d, r->connector);

	return row->looked < until && (row->created < until ||
				       (row->event && event_at(d->store, row->event) < runner_now(r, until)));
}

/* Not sent by this store as it knows itself, and not before what it would answer. */
static int
is_unknown(const struct daemon *d, const struct runner *r, const struct outbox_row *row, const json_t *item,
	   const struct lost *lost)
{
	const int64_t at = json_int(item, "at", 0), asked = row->event ? event_at(d->store, row->event) : 0;
	const int64_t ours = runner_now(r, lost->from), theirs = store_lost_from(d->store, r->id);
	const int64_t from = (ours < theirs ? ours : theirs) - CLOCKS_OFF;

	return (!at || at >= (from > asked ? from : asked)) &&
	       !outbox_sent_as(d->store, row, json_text(item, "remote"));
}

int
quarantine_doubt(const struct daemon *d, const struct runner *r, const struct outbox_row *row,
		 const json_t *own, char packed[ERR_MAX])
{
	struct lost lost;
	json_t *item;
	size_t i;

	if (!quarantine_row(d, r, row) || !store_lost(d->store, &lost))
		return 0;
	if (!own) {
		pack(packed,
		     "the store knows nothing of the time after %s, and %s gives no way to see whether this "
		     "was done then; look at it before you approve",
		     since(d, &lost), r->connector->title);
		return 1;
	}
	json_array_foreach(own, i, item)
		if (is_unknown(d, r, row, item, &lost)) {
			pack(packed,
			     "the store knows nothing of the time after %s, and something like this was done "
			     "since then; look at it before you approve",
			     since(d, &lost));
			return 1;
		}
	return 0;
}
