/* Reads policy.conf. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "connectors/base/buf.h"
#include "connectors/base/instant.h"
#include "connectors/base/text.h"
#include "daemon/conf/ini.h"
#include "policy.h"
#include "rows.h"

static const char *const rule_names[RULES] = {
	"max-utf16",    "max-characters",  "max-bytes", "max-html",       "no-email", "no-phone",
	"no-messenger", "no-foreign-link", "no-markup", "no-placeholder", "no-word",
};

struct reading {
	struct policy *policy;
	struct arena *arena;
	struct row *row, **last;
	struct err err;
	int bad;
};

/* Only the first complaint is kept: where to put this one. */
static struct err *
complaint(struct reading *r)
{
	return r->bad++ ? NULL : &r->err;
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
finish_content(struct reading *r, const struct row *row)
{
	if (!row->kinds || row->rule < 0)
		fail(complaint(r), "%s: found no kinds or no rule, expected both", row->place);
	else if (row->rule <= MAX_HTML ? row->limit <= 0 : row->rule == NO_WORD && !row->values)
		fail(complaint(r), "%s: found no value, expected one that fits the rule %s", row->place,
		     rule_names[row->rule]);
}

static void
finish_deadline(struct reading *r, const struct row *row)
{
	if (!row->clock || !row->unit)
		fail(complaint(r), "%s: found no clock or no time, expected clock and one of %s", row->place,
		     "hours days business_days");
	else if (row->unit != HOURS && !row->zone)
		fail(complaint(r), "%s: found days but no zone, expected zone = whose days they are",
		     row->place);
	else if (row->unit == BUSINESS_DAYS && !row->weekend)
		fail(complaint(r),
		     "%s: found business days but no region, expected region = whose weekend it is",
		     row->place);
}

static void
finish_grade(struct reading *r, const struct row *row)
{
	if (!row->metric || !row->level || !row->bound)
		fail(complaint(r),
		     "%s: found no metric, level or limit, expected metric, level and one of %s", row->place,
		     "at_most at_least");
}

static void
finish_acknowledgement(struct reading *r, const struct row *row)
{
	if (row->allowed < 0)
		fail(complaint(r), "%s: found no allowed, expected allowed = yes or no", row->place);
}

static void
finish_row(struct reading *r)
{
	struct row *row = r->row;

	r->row = NULL;
	if (!row)
		return;
	if (!row->source)
		fail(complaint(r), "%s: found no source, expected source = where the rule is known from",
		     row->place);
	if (row->from >= row->until)
		fail(complaint(r), "%s: found an end before the beginning, expected until after from",
		     row->place);
	if (row->what == CONTENT)
		finish_content(r, row);
	else if (row->what == DEADLINE)
		finish_deadline(r, row);
	else if (row->what == GRADE)
		finish_grade(r, row);
	else
		finish_acknowledgement(r, row);
	row->label = arena_fmt(r->arena, "%s (%s)", row->name, row->source ? row->source : "");
}

static void
start_row(struct reading *r, const struct ini_item *item)
{
	static const char *const sections[] = {"content", "deadline", "grade", "acknowledgement"};
	struct row *row;
	int what = CONTENT;

	finish_row(r);
	while (what <= ACKNOWLEDGEMENT && strcmp(item->section, sections[what]) != 0)
		what++;
	if (what > ACKNOWLEDGEMENT || !*item->title) {
		fail(complaint(r),
		     "%s:%d: found the section %s, expected [content \"NAME\"], [deadline \"NAME\"], "
		     "[grade \"NAME\"] or [acknowledgement \"NAME\"]",
		     item->file, item->line, item->section);
		return;
	}
	row = arena_zalloc(r->arena, sizeof *row);
	row->what = what;
	row->name = arena_strdup(r->arena, item->title);
	row->place = arena_fmt(r->arena, "%s:%d", item->file, item->line);
	row->from = INT64_MIN;
	row->until = INT64_MAX;
	row->rule = row->allowed = -1;
	*r->last = r->row = row;
	r->last = &row->next;
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
copy_words(struct reading *r, const struct ini_item *item)
{
	const char **words = arena_alloc(r->arena, (item->nwords + 1) * sizeof *words);

	for (size_t i = 0; i < item->nwords; i++)
		words[i] = arena_strdup(r->arena, item->words[i]);
	words[item->nwords] = NULL;
	return item->nwords ? words : NULL;
}

static void
read_common(struct reading *r, const struct ini_item *item)
{
	static const char *const keys[] = {
		"kinds rule value source from until",
		"clock due hours days business_days zone region ends minutes_before source from until",
		"metric level at_most at_least source from until",
		"allowed source from until",
	};
	struct row *row = r->row;

	if (!strcmp(item->key, "source")) {
		row->source = arena_strdup(r->arena, item->value);
	} else if (!strcmp(item->key, "from")) {
		if (read_date(item->value, &row->from))
			fail(complaint(r), "%s:%d: found \"%s\", expected a date like 2026-10-01", item->file,
			     item->line, item->value);
	} else if (!strcmp(item->key, "until")) {
		if (read_date(item->value, &row->until))
			fail(complaint(r), "%s:%d: found \"%s\", expected a date like 2026-10-01", item->file,
			     item->line, item->value);
		else
			row->until += DAY; /* the last day counts */
	} else {
		fail(complaint(r), "%s:%d: found the key %s, expected one of %s", item->file, item->line,
		     item->key, keys[row->what]);
	}
}

static void
read_content(struct reading *r, const struct ini_item *item)
{
	struct row *row = r->row;

	if (!strcmp(item->key, "kinds")) {
		row->kinds = copy_words(r, item);
	} else if (!strcmp(item->key, "rule")) {
		for (row->rule = RULES - 1; row->rule >= 0 && strcmp(item->value, rule_names[row->rule]);
		     row->rule--)
			;
		if (row->rule < 0)
			fail(complaint(r), "%s:%d: found the rule \"%s\", expected one of %s", item->file,
			     item->line, item->value,
			     "max-utf16 max-characters max-bytes max-html no-email no-phone no-messenger "
			     "no-foreign-link no-markup no-placeholder no-word");
	} else if (!strcmp(item->key, "value")) {
		row->values = copy_words(r, item);
		if (read_number(item->value, 1 << 20, &row->limit))
			row->limit = 0;
	} else {
		read_common(r, item);
	}
}

/* Of two times the row would have to choose. */
static void
read_time(struct reading *r, const struct ini_item *item, enum unit unit, int max)
{
	struct row *row = r->row;

	if (row->unit)
		fail(complaint(r), "%s:%d: found a second time, expected one of %s", item->file, item->line,
		     "hours days business_days");
	else if (read_number(item->value, max, &row->n))
		fail(complaint(r), "%s:%d: found \"%s\", expected a number from 1 to %d", item->file,
		     item->line, item->value, max);
	row->unit = unit;
}

static void
read_deadline(struct reading *r, const struct ini_item *item)
{
	struct row *row = r->row;
	int minutes;

	if (!strcmp(item->key, "clock")) {
		row->clock = arena_strdup(r->arena, item->value);
	} else if (!strcmp(item->key, "due")) {
		row->due = copy_words(r, item);
	} else if (!strcmp(item->key, "hours")) {
		read_time(r, item, HOURS, 24 * 366);
	} else if (!strcmp(item->key, "days")) {
		read_time(r, item, DAYS, 366);
	} else if (!strcmp(item->key, "business_days")) {
		read_time(r, item, BUSINESS_DAYS, 260);
	} else if (!strcmp(item->key, "zone")) {
		row->zone = arena_strdup(r->arena, item->value);
		if (zone_offset(row->zone, 0, &minutes))
			fail(complaint(r),
			     "%s:%d: found \"%s\", expected a time zone like America/Los_Angeles", item->file,
			     item->line, item->value);
	} else if (!strcmp(item->key, "region")) {
		if (weekend_of(item->value, &row->weekend))
			fail(complaint(r), "%s:%d: found \"%s\", expected a country like US", item->file,
			     item->line, item->value);
	} else if (!strcmp(item->key, "ends")) {
		row->ends = strcmp(item->value, "day-end") ? SAME_TIME : DAY_END;
		if (row->ends == SAME_TIME && strcmp(item->value, "same-time") != 0)
			fail(complaint(r), "%s:%d: found \"%s\", expected same-time or day-end", item->file,
			     item->line, item->value);
	} else if (!strcmp(item->key, "minutes_before")) {
		if (read_number(item->value, 24 * 60, &row->earlier))
			fail(complaint(r), "%s:%d: found \"%s\", expected a number from 1 to %d", item->file,
			     item->line, item->value, 24 * 60);
		row->earlier *= MINUTE;
	} else {
		read_common(r, item);
	}
}

/* "2", "0.5": at most four digits after the point, so that it can be compared exactly. */
static int
is_percentage(const char *s)
{
	const size_t whole = strspn(s, "0123456789");
	const size_t part = s[whole] == '.' ? strspn(s + whole + 1, "0123456789") : 0;

	return whole && whole <= 3 && part <= 4 &&
	       (s[whole] == '.' ? part && !s[whole + 1 + part] : !s[whole]);
}

static void
read_grade(struct reading *r, const struct ini_item *item)
{
	struct row *row = r->row;

	if (!strcmp(item->key, "metric")) {
		row->metric = arena_strdup(r->arena, item->value);
	} else if (!strcmp(item->key, "level")) {
		row->level = arena_strdup(r->arena, item->value);
	} else if (!strcmp(item->key, "at_most") || !strcmp(item->key, "at_least")) {
		if (row->bound)
			fail(complaint(r), "%s:%d: found a second limit, expected one of %s", item->file,
			     item->line, "at_most at_least");
		if (!is_percentage(item->value))
			fail(complaint(r), "%s:%d: found \"%s\", expected a percentage like 0.5", item->file,
			     item->line, item->value);
		row->bound = arena_strdup(r->arena, item->value);
		row->at_least = !strcmp(item->key, "at_least");
	} else {
		read_common(r, item);
	}
}

static void
read_acknowledgement(struct reading *r, const struct ini_item *item)
{
	struct row *row = r->row;

	if (strcmp(item->key, "allowed") != 0) {
		read_common(r, item);
		return;
	}
	row->allowed = !strcmp(item->value, "yes");
	if (!row->allowed && strcmp(item->value, "no") != 0)
		fail(complaint(r), "%s:%d: found \"%s\", expected yes or no", item->file, item->line,
		     item->value);
}

static void
read_item(void *ctx, const struct ini_item *item)
{
	struct reading *r = ctx;

	if (!item->key)
		start_row(r, item);
	else if (!*item->section)
		fail(complaint(r), "%s:%d: found the key %s, expected a section first", item->file,
		     item->line, item->key);
	else if (r->row && r->row->what == CONTENT)
		read_content(r, item);
	else if (r->row && r->row->what == DEADLINE)
		read_deadline(r, item);
	else if (r->row && r->row->what == GRADE)
		read_grade(r, item);
	else if (r->row)
		read_acknowledgement(r, item);
}

/* Whatever a platform allows, and whenever: a text with a hole is never sent. */
static void
add_our_own(struct reading *r)
{
	static const char *const everything[] = {"*", NULL};
	struct row *row = arena_zalloc(r->arena, sizeof *row);

	*row = (struct row){
		.what = CONTENT,
		.name = "left-over placeholder",
		.source = "ours: a text with an unfilled variable is never sent",
		.label = "left-over placeholder (ours: a text with an unfilled variable is never sent)",
		.place = "",
		.from = INT64_MIN,
		.until = INT64_MAX,
		.kinds = everything,
		.rule = NO_PLACEHOLDER};
	*r->last = row;
}

struct policy *
policy_load(const char *share, const char *platform, struct err *err)
{
	struct policy *p = must_zalloc(sizeof *p);
	struct reading reading = {.policy = p, .arena = p->arena = arena_new(), .last = &p->rows};
	struct ini_reader reader = {read_item, wrong, &reading};
	int bad;

	bad = ini_read(arena_fmt(p->arena, "%s/connectors/%s/policy.conf", share, platform), &reader,
		       &reading.err);
	finish_row(&reading);
	add_our_own(&reading);
	if (bad || reading.bad) {
		if (err)
			*err = reading.err;
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
