#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "connectors/base/arena.h"
#include "connectors/base/buf.h"
#include "connectors/base/instant.h"
#include "connectors/base/text.h"
#include "content.h"
#include "daemon/conf/ini.h"
#include "policy.h"

enum rule { MAX_UTF16, NO_EMAIL, NO_PHONE, NO_FOREIGN_LINK, NO_MARKUP, NO_PLACEHOLDER, NO_WORD, RULES };

static const char *const rule_names[RULES] = {
	"max-utf16", "no-email", "no-phone", "no-foreign-link", "no-markup", "no-placeholder", "no-word",
};

/* A row of either kind; dates are the first instant it holds and the first it holds no more. */
struct row {
	struct row *next;
	enum { CONTENT, DEADLINE } what;
	const char *name, *source, *place; /* place: file:line of its section */
	int64_t from, until;
	const char *const *kinds; /* CONTENT */
	int rule;                 /* -1 until it is known */
	int64_t limit;
	const char *const *values;
	const char *clock; /* DEADLINE */
	int64_t hours;
	const char *label;
};

struct policy {
	struct arena *arena;
	struct row *rows, **last;
	/* while reading */
	struct row *row;
	struct err err;
	int bad;
};

/* ---- reading ---- */

/* Only the first complaint is kept: where to put this one. */
static struct err *
complaint(struct policy *p)
{
	return p->bad++ ? NULL : &p->err;
}

static void
wrong(void *ctx, const char *file, int line, int column, const struct err *err)
{
	struct err *to = complaint(ctx);

	(void)file, (void)line, (void)column;
	if (to)
		*to = *err;
}

/* What a row still lacks is only known at its end. */
static void
finish_row(struct policy *p)
{
	struct row *row = p->row;

	p->row = NULL;
	if (!row)
		return;
	if (!row->source)
		fail(complaint(p), "%s: found no source, expected source = where the rule is known from",
		     row->place);
	if (row->from >= row->until)
		fail(complaint(p), "%s: found an end before the beginning, expected until after from",
		     row->place);
	if (row->what == DEADLINE && (!row->clock || !row->hours))
		fail(complaint(p), "%s: found no clock or no hours, expected both", row->place);
	if (row->what == CONTENT && (!row->kinds || row->rule < 0))
		fail(complaint(p), "%s: found no kinds or no rule, expected both", row->place);
	else if (row->what == CONTENT &&
		 (row->rule == MAX_UTF16 ? row->limit <= 0 : row->rule == NO_WORD && !row->values))
		fail(complaint(p), "%s: found no value, expected one that fits the rule %s", row->place,
		     rule_names[row->rule]);
	row->label = arena_fmt(p->arena, "%s (%s)", row->name, row->source ? row->source : "");
}

static void
start_row(struct policy *p, const struct ini_item *item)
{
	struct row *row;

	finish_row(p);
	if ((strcmp(item->section, "content") && strcmp(item->section, "deadline")) || !*item->title) {
		fail(complaint(p),
		     "%s:%d: found the section %s, expected [content \"NAME\"] or [deadline \"NAME\"]",
		     item->file, item->line, item->section);
		return;
	}
	row = arena_zalloc(p->arena, sizeof *row);
	row->what = *item->section == 'c' ? CONTENT : DEADLINE;
	row->name = arena_strdup(p->arena, item->title);
	row->place = arena_fmt(p->arena, "%s:%d", item->file, item->line);
	row->from = INT64_MIN;
	row->until = INT64_MAX;
	row->rule = -1;
	*p->last = p->row = row;
	p->last = &row->next;
}

static int
read_date(const char *value, int64_t *ms)
{
	char whole[32];

	if (strlen(value) != 10)
		return -1;
	snprintf(whole, sizeof whole, "%sT00:00:00Z", value);
	return instant_parse(whole, ms);
}

static int
read_number(const char *value, int64_t max, int64_t *n)
{
	char *end;

	if (*value < '0' || *value > '9' || strlen(value) > 12)
		return -1;
	*n = strtoll(value, &end, 10);
	return *end || *n <= 0 || *n > max ? -1 : 0;
}

static const char *const *
copy_words(struct policy *p, const struct ini_item *item)
{
	const char **words = arena_alloc(p->arena, (item->nwords + 1) * sizeof *words);

	for (size_t i = 0; i < item->nwords; i++)
		words[i] = arena_strdup(p->arena, item->words[i]);
	words[item->nwords] = NULL;
	return item->nwords ? words : NULL;
}

static void
read_common(struct policy *p, const struct ini_item *item)
{
	struct row *row = p->row;

	if (!strcmp(item->key, "source")) {
		row->source = arena_strdup(p->arena, item->value);
	} else if (!strcmp(item->key, "from")) {
		if (read_date(item->value, &row->from))
			fail(complaint(p), "%s:%d: found \"%s\", expected a date like 2026-10-01", item->file,
			     item->line, item->value);
	} else if (!strcmp(item->key, "until")) {
		if (read_date(item->value, &row->until))
			fail(complaint(p), "%s:%d: found \"%s\", expected a date like 2026-10-01", item->file,
			     item->line, item->value);
		else
			row->until += DAY; /* the last day counts */
	} else {
		fail(complaint(p), "%s:%d: found the key %s, expected one of %s", item->file, item->line,
		     item->key,
		     row->what == CONTENT ? "kinds rule value source from until"
					  : "clock hours source from until");
	}
}

static void
read_content(struct policy *p, const struct ini_item *item)
{
	struct row *row = p->row;

	if (!strcmp(item->key, "kinds")) {
		row->kinds = copy_words(p, item);
	} else if (!strcmp(item->key, "rule")) {
		for (row->rule = RULES - 1; row->rule >= 0 && strcmp(item->value, rule_names[row->rule]);
		     row->rule--)
			;
		if (row->rule < 0)
			fail(complaint(p), "%s:%d: found the rule \"%s\", expected one of %s", item->file,
			     item->line, item->value,
			     "max-utf16 no-email no-phone no-foreign-link no-markup no-placeholder no-word");
	} else if (!strcmp(item->key, "value")) {
		row->values = copy_words(p, item);
		if (read_number(item->value, 1 << 20, &row->limit))
			row->limit = 0;
	} else {
		read_common(p, item);
	}
}

static void
read_deadline(struct policy *p, const struct ini_item *item)
{
	if (!strcmp(item->key, "clock")) {
		p->row->clock = arena_strdup(p->arena, item->value);
	} else if (!strcmp(item->key, "hours")) {
		if (read_number(item->value, 24 * 366, &p->row->hours))
			fail(complaint(p), "%s:%d: found \"%s\", expected a number of hours from 1 to %d",
			     item->file, item->line, item->value, 24 * 366);
	} else {
		read_common(p, item);
	}
}

static void
read_item(void *ctx, const struct ini_item *item)
{
	struct policy *p = ctx;

	if (!item->key)
		start_row(p, item);
	else if (!*item->section)
		fail(complaint(p), "%s:%d: found the key %s, expected a section first", item->file,
		     item->line, item->key);
	else if (p->row && p->row->what == CONTENT)
		read_content(p, item);
	else if (p->row)
		read_deadline(p, item);
}

struct policy *
policy_load(const char *share, const char *platform, struct err *err)
{
	struct policy *p = must_zalloc(sizeof *p);
	struct ini_reader reader = {read_item, wrong, p};
	const char *file;
	int r;

	p->arena = arena_new();
	p->last = &p->rows;
	file = arena_fmt(p->arena, "%s/connectors/%s/policy.conf", share, platform);
	r = ini_read(file, &reader, &p->err);
	finish_row(p);
	if (r || p->bad) {
		if (err)
			*err = p->err;
		policy_free(p);
		return NULL;
	}
	return p;
}

void
policy_free(struct policy *p)
{
	if (p)
		arena_free(p->arena);
	free(p);
}

/* ---- asking ---- */

static int
in_force(const struct row *row, int64_t at)
{
	return row->from <= at && at < row->until;
}

static int
is_for(const struct row *row, const char *kind)
{
	for (const char *const *k = row->kinds; *k; k++)
		if (!strcmp(*k, kind) || !strcmp(*k, "*"))
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

int64_t
policy_deadline(const struct policy *p, const char *kind, int64_t started, const char **label)
{
	const struct row *best = NULL;

	for (const struct row *row = p->rows; row; row = row->next)
		if (row->what == DEADLINE && in_force(row, started) && !strcmp(row->clock, kind) &&
		    (!best || row->hours < best->hours)) /* of two, the earlier one is safe */
			best = row;
	if (label)
		*label = best ? best->label : NULL;
	return best ? started + best->hours * HOUR : 0;
}
