/* row.c - an action goes into another state: saved by the one door, journalled, told when a person has to know. */
#include "daemon/outbox/outbox.h"

/* What left is sealed when it leaves; what is found later, once more: its text may have been written anew in between. */
static int
is_sealed(const struct outbox_row *row)
{
	return row->text && *row->text &&
	       (row->state == OUTBOX_SENDING || (row->state == OUTBOX_SENT && row->reason));
}

void
row_told(struct daemon *d, const struct outbox_row *row, int64_t now)
{
	journal_add(d->store, now, row->account, outbox_state_name(row->state),
		    arena_fmt(store_arena(d->store), "a%lld", (long long)row->id),
		    json_pack("{s:i, s:o*, s:s*, s:s*}", "attempt", row->attempt, "why",
			      row->reason ? json_pack("{s:s}", "packed", row->reason) : NULL, "remote",
			      row->remote, "text_hash",
			      is_sealed(row) ? outbox_seal(d->store, row->id, row->text) : NULL));
}

int
row_save(struct daemon *d, struct outbox_row *row, enum outbox_state state, const char *packed, int64_t now)
{
	row->state = state;
	row->reason = packed && *packed ? arena_strdup(store_arena(d->store), packed) : NULL;
	if (outbox_save(d->store, row, now))
		return -1;
	row_told(d, row, now);
	return 0;
}

void
row_hold(struct daemon *d, struct outbox_row *row, const char *packed, int64_t now)
{
	if (!row_save(d, row, OUTBOX_HELD, packed, now))
		outbox_tell_held(d, row, now);
}

void
row_draft(struct daemon *d, struct outbox_row *row, const char *packed, int64_t now)
{
	if (row->attempt_key) {
		row_hold(d, row, packed, now);
		return;
	}
	row->operator= row->requester;
	row_save(d, row, OUTBOX_DRAFT, packed, now);
}
