#include "policy.h"

#include <string.h>

#include "connectors/base/instant.h"
#include "connectors/base/text.h"
#include "content.h"
#include "rows.h"

static int
in_force(const struct row *row, int64_t at)
{
	return row->from <= at && at < row->until;
}

static int
is_any_of(const char *const *patterns, const char *word)
{
	for (; *patterns; patterns++)
		if (glob_match(*patterns, word))
			return 1;
	return 0;
}

static int
is_for(const struct row *row, const char *kind)
{
	return is_any_of(row->kinds, kind);
}

/* The place and what stands around it, 40 characters in all (or the first 40 of the place). */
static void
around(const char *text, const struct place *place, char out[4 * 40 + 1])
{
	const char *start = text + place->start, *end = start;
	int n = 0, before = 0;

	for (; *end && end < start + place->len && n < 40; n++)
		while ((*++end & 0xc0) == 0x80)
			;
	for (; start > text && n < 40 && before < 16; n++, before++)
		while ((*--start & 0xc0) == 0x80 && start > text)
			;
	for (; *end && n < 40; n++)
		while ((*++end & 0xc0) == 0x80)
			;
	memcpy(out, start, (size_t)(end - start));
	out[end - start] = '\0';
}

/* How long a text is in the unit of the rule. */
static size_t
length_by(enum rule rule, const char *text)
{
	const size_t units = utf16_length(text);
	size_t n = 0;

	if (rule == MAX_UTF16)
		return units;
	if (rule == MAX_HTML) {
		for (n = units; *text; text++)
			n += *text == '&'                   ? strlen("amp;")
			     : *text == '"'                 ? strlen("quot;")
			     : *text == '<' || *text == '>' ? strlen("lt;")
							    : 0;
		return n;
	}
	for (; *text; text++)
		n += rule == MAX_BYTES || (*text & 0xc0) != 0x80;
	return n;
}

static int
is_too_long(const struct row *row, const char *text, struct err *err)
{
	const size_t units = length_by((enum rule)row->rule, text);

	if (units <= (size_t)row->limit)
		return 0;
	if (row->rule == MAX_BYTES)
		fail(err, "policy %s: found %zu bytes, expected at most %lld; make the text shorter",
		     row->label, units, (long long)row->limit);
	else
		fail(err, "policy %s: found %zu characters, expected at most %lld; make the text shorter",
		     row->label, units, (long long)row->limit);
	return 1;
}

/* The first character, from 1, of a place. */
static size_t
character(const char *text, const struct place *place)
{
	size_t n = 1;

	for (size_t i = 0; i < place->start; i++)
		n += (text[i] & 0xc0) != 0x80;
	return n;
}

/* 1: found, with its place and err. */
static int
breaks_row(const struct row *row, const char *text, struct place *place, struct err *err)
{
	int (*const simple[RULES])(const char *, struct place *) = {
		[NO_EMAIL] = content_email,
		[NO_PHONE] = content_phone,
		[NO_MESSENGER] = content_messenger,
		[NO_MARKUP] = content_markup,
		[NO_PLACEHOLDER] = content_placeholder,
	};
	const enum rule rule = (enum rule)row->rule;
	const char *word = NULL;
	char near[4 * 40 + 1];
	size_t at;

	if (rule <= MAX_HTML)
		return is_too_long(row, text, err);
	if (rule == NO_WORD           ? !(word = content_word(text, row->values, place))
	    : rule == NO_FOREIGN_LINK ? !content_link(text, row->values, place)
				      : !simple[rule](text, place))
		return 0;
	around(text, place, near);
	at = character(text, place);
	switch (rule) {
	case NO_EMAIL:
		fail(err, "policy %s: found an e-mail address in \"%s\" (character %zu); take it out",
		     row->label, near, at);
		break;
	case NO_PHONE:
		fail(err, "policy %s: found a phone number in \"%s\" (character %zu); take it out",
		     row->label, near, at);
		break;
	case NO_MESSENGER:
		fail(err, "policy %s: found a name in a messenger in \"%s\" (character %zu); take it out",
		     row->label, near, at);
		break;
	case NO_FOREIGN_LINK:
		fail(err, "policy %s: found a link to another site in \"%s\" (character %zu); take it out",
		     row->label, near, at);
		break;
	case NO_MARKUP:
		fail(err, "policy %s: found markup in \"%s\" (character %zu), expected plain text",
		     row->label, near, at);
		break;
	case NO_PLACEHOLDER:
		fail(err,
		     "policy %s: found a placeholder that was not filled in, in \"%s\" (character %zu); "
		     "write "
		     "what belongs there",
		     row->label, near, at);
		break;
	default:
		fail(err, "policy %s: found the word \"%s\" in \"%s\" (character %zu); take it out",
		     row->label, word, near, at);
	}
	return 1;
}

int
policy_offence(const struct policy *p, const char *kind, const char *text, int64_t now,
	       struct offence *offence, struct err *err)
{
	struct place place = {0};

	for (const struct row *row = p->rows; row; row = row->next)
		if (row->what == CONTENT && in_force(row, now) && is_for(row, kind) &&
		    breaks_row(row, text, &place, err)) {
			*offence = (struct offence){row->name, row->source, row->rule <= MAX_HTML,
						    place.start, place.len};
			return 1;
		}
	return 0;
}

int
policy_check_text(const struct policy *p, const char *kind, const char *text, int64_t now, struct err *err)
{
	struct offence offence;

	return policy_offence(p, kind, text, now, &offence, err) ? -1 : 0;
}

static struct reckoning
span_of(const struct row *row, int64_t started)
{
	return (struct reckoning){.start = started,
				  .hours = row->unit == HOURS ? (int)row->n : 0,
				  .days = row->unit == HOURS ? 0 : (int)row->n,
				  .weekend = row->unit == BUSINESS_DAYS ? row->weekend : 0,
				  .zone = row->zone,
				  .end = row->ends,
				  .earlier = row->earlier};
}

/* Is the row about that turn?  When it is not said what the platform wants: about its first. */
static int
is_turn(const struct row *row, const char *kind, const char *due)
{
	const char *rest = row->clock + strlen(kind);

	if (row->due && due)
		return is_any_of(row->due, due);
	return !*rest;
}

static int
is_clock(const struct row *row, const char *kind)
{
	const size_t n = strlen(kind);

	return row->what == DEADLINE && !strncmp(row->clock, kind, n) &&
	       (!row->clock[n] || row->clock[n] == '.');
}

/* The earliest of the rows in force: of those about the turn, or (`any`) of all of that kind. */
static int
earliest(const struct policy *p, const char *kind, const char *due, int any, int64_t started,
	 struct policy_clock *c)
{
	int found = 0;

	for (const struct row *row = p->rows; row; row = row->next) {
		struct policy_clock one;

		if (!is_clock(row, kind) || !(any || is_turn(row, kind, due)) || !in_force(row, started))
			continue;
		one = (struct policy_clock){0, row->name, row->label, span_of(row, started),
					    !any && !row->clock[strlen(kind)]};
		reckon(&one.span, NULL, NULL, &one.at);
		if (!found || one.at < c->at) /* of two, the earlier one is safe */
			*c = one;
		found = 1;
	}
	return found;
}

int
policy_clock(const struct policy *p, const char *kind, const char *due, int64_t started,
	     struct policy_clock *c)
{
	if (due && !*due)
		due = NULL;
	return earliest(p, kind, due, 0, started, c) || (due && earliest(p, kind, due, 1, started, c));
}

int64_t
policy_deadline(const struct policy *p, const char *kind, int64_t started, const char **label)
{
	struct policy_clock c = {0};
	const int found = policy_clock(p, kind, NULL, started, &c);

	if (label)
		*label = found ? c.label : NULL;
	return found ? c.at : 0;
}

enum apart
policy_apart(const struct policy_clock *c, int64_t given)
{
	struct reckoning latest = c->span;
	int64_t at;

	latest.earlier = 0;
	latest.end = DAY_END;
	latest.days += latest.weekend != 0;
	reckon(&latest, NULL, NULL, &at);
	return given < c->at - HOUR ? APART_EARLIER : given > at + HOUR ? APART_LATER : APART_NOT;
}

int
policy_grade(const struct policy *p, const char *metric, int n, int64_t now, struct policy_grade *grade)
{
	for (const struct row *row = p->rows; row; row = row->next) {
		if (row->what != GRADE || !in_force(row, now) || strcmp(row->metric, metric) != 0 || n--)
			continue;
		*grade = (struct policy_grade){row->level, row->bound, row->at_least, row->label};
		return 1;
	}
	return 0;
}

int
policy_acknowledges(const struct policy *p, int64_t now, const char **label)
{
	const struct row *says = NULL;

	for (const struct row *row = p ? p->rows : NULL; row; row = row->next)
		if (row->what == ACKNOWLEDGEMENT && in_force(row, now) && (!says || !row->allowed))
			says = row;
	if (label)
		*label = says ? says->label : NULL;
	return says && says->allowed;
}

int
policy_kinds(const struct policy *p, int (*known)(const void *, const char *pattern), const void *ctx,
	     struct err *err)
{
	for (const struct row *row = p->rows; row; row = row->next)
		for (const char *const *k = row->what == CONTENT ? row->kinds : NULL; k && *k; k++)
			if (!known(ctx, *k))
				return fail(err, "%s: found the kind %s, expected one that an action has",
					    row->place, *k);
	return 0;
}
