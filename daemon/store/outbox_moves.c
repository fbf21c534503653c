/* outbox_moves.c - from which state an action may go to which, by whose hand, and what must hold in each state.
 *
 * An attempt is open from the moment that its row is marked `sending` until it is known what became of it; as long as it has its key.  An
 * open attempt may have arrived: so it is only sent on, settled, or held for a person who looks at the platform.
 */
#include "daemon/store/db.h"

#define BY_US   1u /* the service, for a rule, for the facts or for the law */
#define BY_HAND 2u

static const struct way {
	enum outbox_state from, to;
	unsigned who;
	int open; /* also while an attempt is open */
} ways[] = {
	{OUTBOX_OBSERVED, OUTBOX_CANCELLED, BY_US, 0},
	{OUTBOX_OBSERVED, OUTBOX_DROPPED, BY_US | BY_HAND, 0},

	{OUTBOX_DRAFT, OUTBOX_READY, BY_HAND, 0}, /* approve */
	{OUTBOX_DRAFT, OUTBOX_CANCELLED, BY_US, 0},
	{OUTBOX_DRAFT, OUTBOX_EXPIRED, BY_US, 0}, /* its fallback took its place */
	{OUTBOX_DRAFT, OUTBOX_DROPPED, BY_US | BY_HAND, 0},

	{OUTBOX_READY, OUTBOX_SENDING, BY_US, 1},
	{OUTBOX_READY, OUTBOX_SENT, BY_US, 1}, /* an earlier attempt shows after all */
	{OUTBOX_READY, OUTBOX_HELD, BY_US, 1},
	{OUTBOX_READY, OUTBOX_DRAFT, BY_US | BY_HAND, 0}, /* undo, edit */
	{OUTBOX_READY, OUTBOX_CANCELLED, BY_US, 0},
	{OUTBOX_READY, OUTBOX_DROPPED, BY_US | BY_HAND, 0},
	{OUTBOX_READY, OUTBOX_EXPIRED, BY_US, 0},

	{OUTBOX_SENDING, OUTBOX_SENT, BY_US, 1},
	{OUTBOX_SENDING, OUTBOX_READY, BY_US, 1}, /* nothing happened, or one step of several did */
	{OUTBOX_SENDING, OUTBOX_UNSURE, BY_US, 1},
	{OUTBOX_SENDING, OUTBOX_HELD, BY_US, 1},

	{OUTBOX_UNSURE, OUTBOX_SENT, BY_US | BY_HAND, 1},
	{OUTBOX_UNSURE, OUTBOX_READY, BY_US, 1}, /* it did not arrive; or its bytes may go again */
	{OUTBOX_UNSURE, OUTBOX_HELD, BY_US, 1},
	{OUTBOX_UNSURE, OUTBOX_DRAFT, BY_HAND, 1}, /* resolve not-sent */

	{OUTBOX_HELD, OUTBOX_READY, BY_HAND, 0}, /* approve */
	{OUTBOX_HELD, OUTBOX_DRAFT, BY_HAND, 1}, /* edit; resolve not-sent */
	{OUTBOX_HELD, OUTBOX_SENT, BY_HAND, 1},  /* resolve sent */
	{OUTBOX_HELD, OUTBOX_CANCELLED, BY_US, 0},
	{OUTBOX_HELD, OUTBOX_EXPIRED, BY_US, 0},
	{OUTBOX_HELD, OUTBOX_DROPPED, BY_US | BY_HAND, 0},
};

int
outbox_may_go(enum outbox_state from, enum outbox_state to, int open, int by_hand)
{
	const unsigned who = by_hand ? BY_HAND : BY_US;

	if (from == to)
		return 1;
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
		if (ways[i].from == from && ways[i].to == to)
			return (ways[i].who & who) && (ways[i].open || !open);
	return 0;
}

/* Of a row in this state: is its attempt open, may it be? */
static int
is_open(enum outbox_state state)
{
	return state == OUTBOX_SENDING || state == OUTBOX_UNSURE;
}

static int
may_be_open(enum outbox_state state)
{
	return is_open(state) || state == OUTBOX_READY || state == OUTBOX_HELD;
}

void
outbox_close(struct outbox_row *r)
{
	if (!may_be_open(r->state))
		r->attempt_key = r->cursor = NULL;
}

int
outbox_sound(const struct outbox_row *r, struct err *err)
{
	const int left = is_open(r->state) || r->state == OUTBOX_SENT;

	if (is_open(r->state) && !r->attempt_key)
		return fail(err, "a%lld is %s, but no attempt is open", (long long)r->id,
			    outbox_state_name(r->state));
	if (!may_be_open(r->state) && (r->attempt_key || r->cursor))
		return fail(err, "a%lld is %s, but an attempt is open", (long long)r->id,
			    outbox_state_name(r->state));
	if (left && (!r->started || !r->attempt))
		return fail(err, "a%lld is %s, but nothing ever left", (long long)r->id,
			    outbox_state_name(r->state));
	if (r->state != OUTBOX_SENT && r->remote)
		return fail(err, "a%lld is %s, but the platform has named it", (long long)r->id,
			    outbox_state_name(r->state));
	return 0;
}

int
outbox_check(struct store *s, struct err *err)
{
	sqlite3_stmt *q =
		QUERY(s, "SELECT id, state, attempt_key, cursor, started, attempt, remote FROM outbox");
	int r = 0;

	while (!r && sql_row(s, q)) {
		const struct outbox_row row = {
			.id = col_int(q, 0),
			.state = (enum outbox_state)outbox_state_value(col_text(s, q, 1)),
			.attempt_key = col_text(s, q, 2),
			.cursor = col_text(s, q, 3),
			.started = col_int(q, 4),
			.attempt = (int)col_int(q, 5),
			.remote = col_text(s, q, 6),
		};

		r = outbox_sound(&row, err);
	}
	sql_end(s, q);
	return r;
}
