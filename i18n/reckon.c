#include "reckon.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ucal.h>
#include <unicode/ustring.h>

#include "base/instant.h"
#include "texts.h"

const char *const weekday_names[7] = {
	TEXT("Sunday"),   TEXT("Monday"), TEXT("Tuesday"),  TEXT("Wednesday"),
	TEXT("Thursday"), TEXT("Friday"), TEXT("Saturday"),
};

struct walk {
	const struct reckoning *span;
	step_fn *each; /* NULL: nobody listens */
	void *ctx;
};

/* 1970-01-01 was a Thursday. */
static int
weekday(int64_t day)
{
	return (int)(((day + 4) % 7 + 7) % 7);
}

static int64_t
floor_day(int64_t ms)
{
	return ms / DAY - (ms % DAY < 0);
}

/* ---- what a step says ---- */

enum { OFFSET_TEXT = 16 };

static void
offset_text(int minutes, char out[OFFSET_TEXT])
{
	snprintf(out, OFFSET_TEXT, "UTC%c%02d:%02d", minutes < 0 ? '-' : '+', abs(minutes) / 60 % 100,
		 abs(minutes) % 60);
}

/* "2026-10-02 23:50:00" and what follows it. */
static void
time_text(int64_t ms, const char *after, char *out, size_t size)
{
	char exact[INSTANT_TEXT];
	int day;

	instant_format(ms, exact);
	day = (int)strcspn(exact, "T");
	snprintf(out, size, "%.*s %.8s%s%s", day, exact, exact + day + 1, *after ? " " : "", after);
}

static void
tell_instant(const struct walk *w, int64_t at, struct step *step)
{
	step->weekday = -1;
	time_text(at, "UTC", step->when, sizeof step->when);
	w->each(w->ctx, step);
}

static void
tell_wall(const struct walk *w, int64_t wall, const int *minutes, struct step *step)
{
	char offset[OFFSET_TEXT] = "";

	if (minutes)
		offset_text(*minutes, offset);
	step->weekday = -1;
	time_text(wall, offset, step->when, sizeof step->when);
	w->each(w->ctx, step);
}

static void
tell_day(const struct walk *w, int64_t day, struct step *step)
{
	char exact[INSTANT_TEXT];

	instant_format(day * DAY, exact);
	step->weekday = weekday(day);
	snprintf(step->when, sizeof step->when, "%.*s", (int)strcspn(exact, "T"), exact);
	w->each(w->ctx, step);
}

/* ICU's offset: 0, or -1 when it does not know the zone. */
static int
icu_offset(const char *zone, int64_t at, int *minutes)
{
	UErrorCode e = U_ZERO_ERROR;
	UChar id[64], canonical[64];
	UBool system;
	UCalendar *calendar;
	int32_t n;

	if (strlen(zone) >= 64)
		return -1;
	u_charsToUChars(zone, id, (int32_t)strlen(zone) + 1);
	n = ucal_getCanonicalTimeZoneID(id, -1, canonical, 64, &system, &e);
	if (U_FAILURE(e) || !n)
		return -1;
	calendar = ucal_open(id, -1, "en", UCAL_GREGORIAN, &e);
	ucal_setMillis(calendar, (UDate)at, &e);
	*minutes = (ucal_get(calendar, UCAL_ZONE_OFFSET, &e) + ucal_get(calendar, UCAL_DST_OFFSET, &e)) /
		   (int)MINUTE;
	ucal_close(calendar);
	return U_FAILURE(e) ? -1 : 0;
}

/* Where the data of the two differ: both readings, and which counts. */
static void
tell_stale(const struct walk *w, int64_t at)
{
	const char *zone = w->span->zone, *version;
	UErrorCode e = U_ZERO_ERROR;
	int system, icu;
	char ours[OFFSET_TEXT], theirs[OFFSET_TEXT];
	struct step step;

	if (!w->each || zone_offset(zone, at, &system))
		return;
	version = ucal_getTZDataVersion(&e);
	if (U_FAILURE(e))
		version = "?";
	offset_text(system, ours);
	if (icu_offset(zone, at, &icu)) {
		pack(step.text,
		     "ICU's zone data (%s) do not know %s; the system's zone files count, which say %s",
		     version, zone, ours);
	} else if (icu != system) {
		offset_text(icu, theirs);
		pack(step.text,
		     "ICU's zone data (%s) say %s here for %s; the system's zone files count, which say %s",
		     version, theirs, zone, ours);
	} else {
		return;
	}
	tell_instant(w, at, &step);
}

/* ---- times by the clock on a wall ---- */

enum times { ONCE, TWICE, NEVER };

static int
shows(const char *zone, int64_t at, int64_t wall)
{
	int minutes;

	return !zone_offset(zone, at, &minutes) && at + minutes * MINUTE == wall;
}

/* The instants at which clocks of the zone show `wall`: the earlier and the later reading.  When clocks are put back it comes twice, when they
 * are put forward never.  -1: unknown zone. */
static int
readings(int64_t wall, const char *zone, int64_t *early, int64_t *late)
{
	int before, after, is_early, is_late;

	if (zone_offset(zone, wall - DAY, &before) || zone_offset(zone, wall + DAY, &after))
		return -1;
	*early = wall - (before > after ? before : after) * MINUTE;
	*late = wall - (before > after ? after : before) * MINUTE;
	is_early = shows(zone, *early, wall);
	is_late = shows(zone, *late, wall);
	if (is_early && is_late)
		return *early == *late ? ONCE : TWICE;
	if (!is_early && !is_late)
		return NEVER;
	/* the later one only where it is the only one that shows this time */
	*early = *late = is_early ? *early : *late;
	return ONCE;
}

/* ---- days ---- */

static void
tell_passed(const struct walk *w, int64_t day, int free, int n)
{
	const struct reckoning *s = w->span;
	int64_t early, late;
	struct step step;

	if (!w->each)
		return;
	if (free)
		pack(step.text, "weekend: does not count");
	else if (readings(day * DAY + DAY / 2, s->zone, &early, &late) == NEVER)
		pack(step.text, "day %d of %d; the zone left it out, it counts all the same", n, s->days);
	else
		pack(step.text, "day %d of %d", n, s->days);
	tell_day(w, day, &step);
}

/* The same time by the clock; of two such instants, and of a time that is left out, the earlier. */
static int
same_time(const struct walk *w, int64_t wall, int64_t *at)
{
	int64_t late;
	int times = readings(wall, w->span->zone, at, &late), minutes;
	struct step step;

	if (times < 0)
		return -1;
	if (!w->each)
		return 0;
	if (times == TWICE)
		pack(step.text,
		     "the same time by the clock comes twice, for clocks are put back: the earlier one");
	else if (times == NEVER)
		pack(step.text,
		     "the same time by the clock is left out, for clocks are put forward: the earlier "
		     "reading");
	else
		pack(step.text, "the same time by the clock");
	tell_wall(w, wall, times == ONCE && !zone_offset(w->span->zone, *at, &minutes) ? &minutes : NULL,
		  &step);
	return 0;
}

/* The last second of the day.  When midnight is left out, the day ends where clocks are put forward. */
static int
day_end(const struct walk *w, int64_t day, int64_t *at)
{
	int64_t late;
	int times = readings((day + 1) * DAY, w->span->zone, at, &late), minutes;
	struct step step;

	if (times < 0)
		return -1;
	if (times == NEVER)
		*at = late;
	*at -= SECOND;
	if (w->each && !zone_offset(w->span->zone, *at, &minutes)) {
		pack(step.text, "the last second of that day");
		tell_wall(w, *at + minutes * MINUTE, &minutes, &step);
	}
	return 0;
}

static void
tell_start(const struct walk *w, int64_t wall, int minutes)
{
	struct step step;

	if (!w->each)
		return;
	tell_stale(w, w->span->start);
	pack(step.text, "by the clock in %s", w->span->zone);
	tell_wall(w, wall, &minutes, &step);
	pack(step.text, "the day it starts: does not count");
	tell_day(w, floor_day(wall), &step);
}

static int
days(const struct walk *w, int64_t *at)
{
	const struct reckoning *s = w->span;
	int64_t wall, day;
	int minutes, r;

	if ((s->weekend & 0x7f) == 0x7f || zone_offset(s->zone, s->start, &minutes))
		return -1;
	wall = s->start + minutes * MINUTE;
	day = floor_day(wall);
	tell_start(w, wall, minutes);
	for (int n = 0; n < s->days;) {
		const int free = s->weekend >> weekday(++day) & 1;

		n += !free;
		tell_passed(w, day, free, n);
	}
	r = s->end == DAY_END ? day_end(w, day, at) : same_time(w, wall + (day - floor_day(wall)) * DAY, at);
	if (!r)
		tell_stale(w, *at);
	return r;
}

/* How the end came about, and what is taken off to be safe. */
static void
tell_end(const struct walk *w, int64_t at, int known)
{
	const struct reckoning *s = w->span;
	struct step step;

	if (!w->each)
		return;
	if (s->hours)
		pack(step.text, "%d hours later, whatever days they are", s->hours);
	else if (!known)
		pack(step.text, "%d times 24 hours later: this system does not know the zone %s", s->days,
		     s->zone);
	else if (s->weekend)
		pack(step.text, "that is in UTC; holidays were counted, which can only be early");
	else
		pack(step.text, "that is in UTC");
	tell_instant(w, at, &step);
	if (!s->earlier)
		return;
	pack(step.text, "%d minutes earlier, to be safe", (int)(s->earlier / MINUTE));
	tell_instant(w, at - s->earlier, &step);
}

int
reckon(const struct reckoning *s, step_fn *each, void *ctx, int64_t *at)
{
	const struct walk w = {s, each, ctx};
	struct step step;
	int r = 0;

	if (each) {
		pack(step.text, "the clock starts");
		tell_instant(&w, s->start, &step);
	}
	if (s->hours)
		*at = s->start + s->hours * HOUR;
	else if ((r = days(&w, at)))
		*at = s->start + s->days * DAY;
	tell_end(&w, *at, !r);
	*at -= s->earlier;
	return r;
}
