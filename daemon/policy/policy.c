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
is_for(const struct row *row, const char *kind)
{
	for (const char *const *k = row->kinds; *k; k++)
		if (glob_match(*k, kind))
			return 1;
	return 0;
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

static int
check_row(const struct row *row, const char *text, struct err *err)
{
	struct place place = {0};
	char near[4 * 40 + 1];
	const char *word;
	size_t units;

	switch ((enum rule)row->rule) {
	case MAX_UTF16:
		units = utf16_length(text);
		if (units <= (size_t)row->limit)
			return 0;
		return fail(err,
			    "policy %s: found %zu characters, expected at most %lld; make the text shorter",
			    row->label, units, (long long)row->limit);
	case NO_WORD:
		if (!(word = content_word(text, row->values)))
			return 0;
		return fail(err, "policy %s: found the word \"%s\"; take it out", row->label, word);
	case NO_EMAIL:
		if (!content_email(text, &place))
			return 0;
		around(text, &place, near);
		return fail(err, "policy %s: found an e-mail address in \"%s\"; take it out", row->label,
			    near);
	case NO_PHONE:
		if (!content_phone(text, &place))
			return 0;
		around(text, &place, near);
		return fail(err, "policy %s: found a phone number in \"%s\"; take it out", row->label, near);
	case NO_FOREIGN_LINK:
		if (!content_link(text, row->values, &place))
			return 0;
		around(text, &place, near);
		return fail(err, "policy %s: found a link to another site in \"%s\"; take it out", row->label,
			    near);
	case NO_MARKUP:
		if (!content_markup(text, &place))
			return 0;
		around(text, &place, near);
		return fail(err, "policy %s: found markup in \"%s\", expected plain text", row->label, near);
	case NO_PLACEHOLDER:
		if (!content_placeholder(text, &place))
			return 0;
		around(text, &place, near);
		return fail(err,
			    "policy %s: found a placeholder that was not filled in, in \"%s\"; write what "
			    "belongs there",
			    row->label, near);
	case RULES: break;
	}
	return 0;
}

int
policy_check_text(const struct policy *p, const char *kind, const char *text, int64_t now, struct err *err)
{
	for (const struct row *row = p->rows; row; row = row->next)
		if (row->what == CONTENT && in_force(row, now) && is_for(row, kind) &&
		    check_row(row, text, err))
			return -1;
	return 0;
}

/* When a row's clock ends that began at `started`; a zone that the system does not know any more: as if every day had its 24 hours. */
static int64_t
end_of(const struct row *row, int64_t started)
{
	int64_t at;

	if (row->unit == HOURS)
		at = started + row->n * HOUR;
	else if (days_after(started, (int)row->n, row->unit == BUSINESS_DAYS ? row->weekend : 0, row->zone,
			    row->ends, &at))
		at = started + row->n * DAY;
	return at - row->earlier;
}

int64_t
policy_deadline(const struct policy *p, const char *kind, int64_t started, const char **label)
{
	const struct row *best = NULL;
	int64_t first = 0;

	for (const struct row *row = p->rows; row; row = row->next) {
		if (row->what != DEADLINE || !in_force(row, started) || strcmp(row->clock, kind) != 0)
			continue;
		if (!best || end_of(row, started) < first) { /* of two, the earlier one is safe */
			best = row;
			first = end_of(row, started);
		}
	}
	if (label)
		*label = best ? best->label : NULL;
	return first;
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
