/* rows.h - policy.conf, read: what read.c leaves and policy.c asks.
 *
 *     [content "NAME"]   kinds = reply return.*            action kinds, * as in file names
 *                        rule  = max-utf16 | max-characters | max-bytes | max-html |
 *                                no-email | no-phone | no-messenger | no-foreign-link | no-markup | no-placeholder | no-word
 *                        value = a number, allowed hosts, or words
 *     [deadline "NAME"]  clock = return                    what is asked for
 *                        due   = SELLER_APPROVE_REQUEST    only when that is what the platform wants, * as in file names
 *                        one of hours = 24, days = 5, business_days = 3; the last two with
 *                        zone  = America/Los_Angeles       whose days they are
 *                        region = US                       business_days: whose weekend
 *                        ends  = same-time | day-end       same-time when nothing is said
 *                        minutes_before = 10               so much earlier than the platform says
 *     [grade "NAME"]     metric, level                     the platform's words
 *                        at_most = 2, or at_least = 95     percent, with a point and at most 4 digits after it
 *     [acknowledgement "NAME"]  allowed = yes | no         a text that only says that nobody is there: where it counts as no answer, or
 *                                                       against the seller, no
 *
 * and in every row: source = "where it is known from", from and until = 2026-10-01 (the last day counts).
 */
#ifndef POLICY_ROWS_H
#define POLICY_ROWS_H

#include "connectors/base/arena.h"
#include "i18n/reckon.h"

/* MAX_HTML: UTF-16 units with < > & " written as HTML. */
enum rule {
	MAX_UTF16,
	MAX_CHARACTERS,
	MAX_BYTES,
	MAX_HTML,
	NO_EMAIL,
	NO_PHONE,
	NO_MESSENGER,
	NO_FOREIGN_LINK,
	NO_MARKUP,
	NO_PLACEHOLDER,
	NO_WORD,
	RULES
};
enum unit { UNIT_NONE, HOURS, DAYS, BUSINESS_DAYS };

struct row {
	struct row *next;
	enum { CONTENT, DEADLINE, GRADE, ACKNOWLEDGEMENT } what;
	const char *name, *source, *place; /* place: file:line of its section */
	const char *label;                 /* name and source, for people */
	int64_t from, until;               /* the first instant it holds and the first it holds no more */
	/* CONTENT */
	const char *const *kinds;
	int rule; /* -1 until it is known */
	int64_t limit;
	const char *const *values;
	/* DEADLINE */
	const char *clock, *zone;
	const char *const *due; /* NULL: whatever the platform wants */
	enum unit unit;
	int64_t n;
	unsigned weekend; /* 0 until it is known */
	enum day_end ends;
	int64_t earlier; /* ms */
	/* GRADE */
	const char *metric, *level, *bound;
	int at_least;
	/* ACKNOWLEDGEMENT */
	int allowed; /* -1 until it is known */
};

struct policy {
	struct arena *arena;
	struct row *rows;
};

#endif
