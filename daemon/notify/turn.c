/* turn.c - whose turn it is to be told, and when. */
#include <string.h>

#include "daemon/notify/kinds.h"
#include "daemon/notify/notify.h"
#include "i18n/hours.h"

#define DEAD_AFTER 3 /* posts in a row: such a channel does not count as somebody on call */

static int
has_word(const char *const *list, const char *word)
{
	for (; list && *list; list++)
		if (!strcmp(*list, word))
			return 1;
	return 0;
}

static int
wants(const struct conf_notify *n, const struct notice_row *row)
{
	return (!n->kinds || has_word(n->kinds, kind_of(row->cause)->name)) &&
	       (!n->accounts || !row->account_name || has_word(n->accounts, row->account_name));
}

static int
is_on_call(const struct conf_notify *n, int64_t now)
{
	return !n->on_call.n || hours_open(&n->on_call, n->zone, now);
}

/* Somebody else who is told as soon as this channel would be is there; *until: no longer than this. */
static int
other_on_call(const struct daemon *d, int channel, const struct notice_row *row, int64_t now, int64_t *until)
{
	const struct conf_notify *n = &d->conf->notifies[channel];
	int found = 0;

	*until = now + HOUR; /* a channel may die meanwhile */
	for (int i = 0; i < d->conf->nnotifies; i++) {
		const struct conf_notify *o = &d->conf->notifies[i];

		if (i == channel || o->second_after > n->second_after || !wants(o, row) ||
		    !is_on_call(o, now) || d->channels[i].fails >= DEAD_AFTER)
			continue;
		found = 1;
		if (o->on_call.n) {
			const int64_t end = hours_next(&o->on_call, o->zone, now, 0);

			*until = end < *until ? end : *until;
		}
	}
	return found;
}

static int64_t
turn_of_urgent(const struct daemon *d, int channel, const struct notice_row *row, int64_t now)
{
	const struct conf_notify *n = &d->conf->notifies[channel];
	int64_t until, begins;

	if (is_on_call(n, now) || !other_on_call(d, channel, row, now, &until))
		return 0;
	begins = hours_next(&n->on_call, n->zone, now, 1);
	return begins < until ? begins : until;
}

static int64_t
turn_of_patient(const struct conf_notify *n, int64_t now)
{
	int64_t at = now;

	/* what ends the one may lie inside the other: then it is asked again there */
	if (n->quiet.n && hours_open(&n->quiet, n->zone, at))
		at = hours_next(&n->quiet, n->zone, at, 0);
	if (at != HOURS_NEVER && n->on_call.n && !hours_open(&n->on_call, n->zone, at))
		at = hours_next(&n->on_call, n->zone, at, 1);
	return at > now ? at : 0;
}

int64_t
channel_turn(const struct daemon *d, int channel, const struct notice_row *row, int64_t now)
{
	const struct conf_notify *n = &d->conf->notifies[channel];
	const int64_t urgent = urgent_from(row->cause, row->at);
	int64_t at;

	if (!wants(n, row))
		return INT64_MAX;
	if (n->second_after) {
		if (urgent == INT64_MAX)
			return INT64_MAX;
		if (urgent + n->second_after > now)
			return urgent + n->second_after;
	}
	if (urgent <= now)
		return turn_of_urgent(d, channel, row, now);
	at = turn_of_patient(n, now);
	return at < urgent ? at : urgent;
}

/* ---- the digest ---- */

static int64_t
offset(const struct conf_notify *n, int64_t at)
{
	int minutes = 0;

	return zone_offset(*n->zone ? n->zone : "UTC", at, &minutes) ? 0 : minutes * MINUTE;
}

int64_t
digest_next(const struct conf_notify *n, int64_t after)
{
	const int64_t local = after + offset(n, after);
	int64_t day = local - local % DAY, at = INT64_MAX;

	if (n->digest == CLOCK_NEVER)
		return INT64_MAX;
	do {
		const int64_t wanted = day + n->digest * MINUTE;

		at = wanted - offset(n, wanted - offset(n, after));
		day += DAY;
	} while (at <= after);
	return at;
}

void
local_minute(const struct conf_notify *n, int64_t at, char out[INSTANT_TEXT])
{
	instant_minute(at + offset(n, at), out);
	out[16] = '\0'; /* without the zone: it is the channel's */
}
