/* Reads template.conf. */

#include <stdlib.h>
#include <string.h>

#include "daemon/conf/ini.h"
#include "scenario.h"

struct reading {
	struct entry *entry;
	struct arena *arena;
	struct report *report;
	int errors;
	int variable, platform; /* the section we are in, -1: none */
	int in_template, has_phase, has_trigger;
	const char *seen[8]; /* keys of this section */
	int nseen;
};

void
report_finding(struct report *r, int error, const char *code, const char *file, int line, int column)
{
	struct finding f = {error, code, file, line, column, r->err};

	if (r->each && (error || r->warnings))
		r->each(r->ctx, &f);
}

static void
wrong(struct reading *r, const char *code, const struct ini_item *item)
{
	r->errors++;
	report_finding(r->report, ERROR, code, item->file, item->line, 1);
}

static void
wrong_line(void *ctx, const char *file, int line, int column, const struct err *err)
{
	struct reading *r = ctx;

	r->errors++;
	r->report->err = *err;
	report_finding(r->report, ERROR, "conf-syntax", file, line, column);
}

/* Which of the words (NULL at the end), or -1. */
static int
one_of(const char *value, const char *const *words)
{
	for (int i = 0; words[i]; i++)
		if (!strcmp(value, words[i]))
			return i;
	return -1;
}

static int
choice(struct reading *r, const struct ini_item *item, const char *const *words, const char *shown)
{
	int i = one_of(item->value, words);

	if (i < 0) {
		fail(&r->report->err, "found %s = \"%s\", expected one of %s", item->key, item->value, shown);
		wrong(r, "conf-value", item);
	}
	return i;
}

static int
yes_or_no(struct reading *r, const struct ini_item *item)
{
	static const char *const words[] = {"no", "yes", NULL};

	return choice(r, item, words, "yes no") == 1;
}

static enum rule_do
mode(struct reading *r, const struct ini_item *item)
{
	static const char *const modes[] = {"auto", "approve", "off", NULL}; /* as enum rule_do */
	const int i = choice(r, item, modes, "auto approve off");

	return i < 0 ? RULE_OFF : (enum rule_do)i;
}

static const char *const *
copy_words(struct arena *arena, const struct ini_item *item)
{
	const char **words = arena_alloc(arena, (item->nwords + 1) * sizeof *words);

	for (size_t i = 0; i < item->nwords; i++)
		words[i] = arena_strdup(arena, item->words[i]);
	words[item->nwords] = NULL;
	return words;
}

/* ---- [template] ---- */

static void
template_key(struct reading *r, const struct ini_item *item)
{
	static const char *const phases[] = {"pre", "in", "post", "misc", NULL};
	struct scenario *s = &r->entry->view;

	if (!strcmp(item->key, "phase")) {
		r->has_phase = 1;
		choice(r, item, phases, "pre in post misc");
		s->phase = arena_strdup(r->arena, item->value);
	} else if (!strcmp(item->key, "trigger")) {
		r->has_trigger = 1;
		s->trigger = arena_strdup(r->arena, item->value);
	} else if (!strcmp(item->key, "kinds")) {
		s->kinds = copy_words(r->arena, item);
	} else if (!strcmp(item->key, "answers")) {
		s->substantive = yes_or_no(r, item);
	} else if (!strcmp(item->key, "mode")) {
		r->entry->mode = mode(r, item);
	} else if (!strcmp(item->key, "reviewed")) {
		r->entry->reviewed = copy_words(r->arena, item);
	} else {
		fail(&r->report->err, "found the key %s, expected one of %s", item->key,
		     "phase trigger kinds answers mode reviewed");
		wrong(r, "conf-key", item);
	}
}

/* ---- [variable "NAME"] ---- */

const char *const variable_types[] = {"str", "int", "dec", "money", "date", "list", "select", NULL};

static int
is_variable_name(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

	return n && n < 64 && !s[n] && !(*s >= '0' && *s <= '9');
}

static void
start_variable(struct reading *r, const struct ini_item *item)
{
	struct entry *e = r->entry;

	if (!is_variable_name(item->title) || !strncmp(item->title, "has_", 4)) {
		fail(&r->report->err,
		     "found the variable name \"%s\", expected letters, digits and _, not beginning with "
		     "has_",
		     item->title);
		wrong(r, "conf-name", item);
		return;
	}
	for (int i = 0; i < e->nvars; i++) {
		if (!strcmp(e->vars[i].name, item->title)) {
			fail(&r->report->err, "found the variable %s twice, expected it once", item->title);
			wrong(r, "conf-twice", item);
			return;
		}
	}
	if (e->nvars == VARIABLES) {
		fail(&r->report->err, "found more than %d variables", VARIABLES);
		wrong(r, "conf-many", item);
		return;
	}
	r->variable = e->nvars++;
	e->lines[r->variable] = item->line;
	e->vars[r->variable].name = e->samples[r->variable].name = arena_strdup(r->arena, item->title);
}

const char *const room_words[] = {"order",    "shipment", "listing",  "account", "platform",
				  "policy",   "dispute",  "feedback", "return",  "action",
				  "language", "person",   NULL};

/* "order: the number that the buyer sees" */
static void
read_source(struct reading *r, const struct ini_item *item)
{
	const size_t n = strcspn(item->value, ":");
	int room = -1;

	if (item->value[n])
		room = one_of(arena_strndup(r->arena, item->value, n), room_words);
	if (room < 0) {
		fail(&r->report->err,
		     "found the source \"%s\", expected one of these words and a colon before what it says: "
		     "%s",
		     item->value,
		     "order shipment listing account platform policy dispute feedback return action language "
		     "person");
		wrong(r, "conf-source", item);
		return;
	}
	r->entry->origins[r->variable].room = (enum room)(room + ROOM_ORDER);
}

static int
is_number(const char *s, int fraction)
{
	size_t n;

	s += *s == '-';
	n = strspn(s, "0123456789");
	if (!n || n > 18)
		return 0;
	s += n;
	if (fraction && *s == '.' && (n = strspn(s + 1, "0123456789")) && n <= 18)
		s += 1 + n;
	return !*s;
}

/* The type comes first in the section, so that the sample can be read at once. */
static void
read_sample(struct reading *r, const struct ini_item *item)
{
	struct var *v = &r->entry->samples[r->variable];
	struct err *err = &r->report->err;
	int bad = 0;

	v->str = arena_strdup(r->arena, item->value);
	switch (r->entry->vars[r->variable].type) {
	case VAR_STR:
		if (!*v->str)
			bad = fail(err, "found the sample \"%s\", expected some text", item->value);
		break;
	case VAR_INT:
		v->num = strtoll(v->str, NULL, 10);
		if (!is_number(v->str, 0))
			bad = fail(err, "found the sample \"%s\", expected a whole number", item->value);
		break;
	case VAR_DEC:
		if (!is_number(v->str, 1))
			bad = fail(err, "found the sample \"%s\", expected a number like 12.50", item->value);
		break;
	case VAR_MONEY:
		if (item->nwords != 2 || money_parse(item->words[0], item->words[1], &v->money, NULL))
			bad = fail(err, "found the sample \"%s\", expected an amount like 28.90 EUR",
				   item->value);
		break;
	case VAR_DATE:
		if (instant_parse(v->str, &v->num))
			bad = fail(err, "found the sample \"%s\", expected a time like 2026-10-08T18:00:00Z",
				   item->value);
		break;
	case VAR_LIST:
		v->list = copy_words(r->arena, item);
		v->nlist = item->nwords;
		if (!v->nlist)
			bad = fail(err, "found the sample \"%s\", expected some words", item->value);
		break;
	case VAR_SELECT:
		if (item->nwords != 1)
			bad = fail(err, "found the sample \"%s\", expected one keyword", item->value);
		break;
	}
	if (bad)
		wrong(r, "conf-sample", item);
	else
		v->state = PRESENT;
}

static void
variable_key(struct reading *r, const struct ini_item *item)
{
	struct var_spec *v = &r->entry->vars[r->variable];
	int type;

	if (!strcmp(item->key, "type")) {
		if (r->entry->samples[r->variable].state == PRESENT) {
			fail(&r->report->err, "found the type after the sample, expected it before");
			wrong(r, "conf-value", item);
		}
		if ((type = choice(r, item, variable_types, "str int dec money date list select")) >= 0)
			v->type = (enum var_type)type;
	} else if (!strcmp(item->key, "optional")) {
		v->optional = yes_or_no(r, item);
	} else if (!strcmp(item->key, "sample")) {
		read_sample(r, item);
	} else if (!strcmp(item->key, "source")) {
		read_source(r, item);
	} else if (!strcmp(item->key, "words")) {
		r->entry->origins[r->variable].words = copy_words(r->arena, item);
	} else {
		fail(&r->report->err, "found the key %s, expected one of %s", item->key,
		     "type optional sample source words");
		wrong(r, "conf-key", item);
	}
}

/* ---- [platform "NAME"] ---- */

static void
start_platform(struct reading *r, const struct ini_item *item)
{
	struct entry *e = r->entry;

	for (int i = 0; i < e->nplatforms; i++) {
		if (!strcmp(e->platforms[i].name, item->title)) {
			fail(&r->report->err, "found the platform %s twice, expected it once", item->title);
			wrong(r, "conf-twice", item);
			return;
		}
	}
	if (e->nplatforms == PLATFORMS) {
		fail(&r->report->err, "found more than %d platforms", PLATFORMS);
		wrong(r, "conf-many", item);
		return;
	}
	r->platform = e->nplatforms++;
	e->platforms[r->platform].name = arena_strdup(r->arena, item->title);
	e->platforms[r->platform].permission = "?";
	e->platforms[r->platform].mode = RULE_AS_TEMPLATE;
}

static void
platform_key(struct reading *r, const struct ini_item *item)
{
	static const char *const permissions[] = {"A", "R", "T", "O", "N", "?", NULL};
	int i;

	if (!strcmp(item->key, "permission")) {
		if ((i = choice(r, item, permissions, "A R T O N ?")) >= 0)
			r->entry->platforms[r->platform].permission = permissions[i];
	} else if (!strcmp(item->key, "mode")) {
		r->entry->platforms[r->platform].mode = mode(r, item);
	} else if (strcmp(item->key, "reason")) {
		fail(&r->report->err, "found the key %s, expected one of %s", item->key,
		     "permission mode reason");
		wrong(r, "conf-key", item);
	}
}

/* ---- the whole ---- */

static void
start_section(struct reading *r, const struct ini_item *item)
{
	r->in_template = 0;
	r->variable = r->platform = -1;
	r->nseen = 0;
	if (!strcmp(item->section, "template") && !*item->title) {
		r->in_template = 1;
	} else if (!strcmp(item->section, "variable") && *item->title) {
		start_variable(r, item);
	} else if (!strcmp(item->section, "platform") && *item->title) {
		start_platform(r, item);
	} else {
		fail(&r->report->err,
		     "found the section %s, expected [template], [variable \"NAME\"] or [platform \"NAME\"]",
		     item->section);
		wrong(r, "conf-section", item);
	}
}

static int
seen_before(struct reading *r, const struct ini_item *item)
{
	for (int i = 0; i < r->nseen; i++)
		if (!strcmp(r->seen[i], item->key))
			return 1;
	if (r->nseen < (int)(sizeof r->seen / sizeof *r->seen))
		r->seen[r->nseen++] = arena_strdup(r->arena, item->key);
	return 0;
}

static void
read_item(void *ctx, const struct ini_item *item)
{
	struct reading *r = ctx;

	if (!item->key) {
		start_section(r, item);
	} else if (!*item->section) {
		fail(&r->report->err, "found the key %s, expected a section first", item->key);
		wrong(r, "conf-section", item);
	} else if (seen_before(r, item)) {
		fail(&r->report->err, "found the key %s twice, expected it once", item->key);
		wrong(r, "conf-twice", item);
	} else if (r->in_template) {
		template_key(r, item);
	} else if (r->variable >= 0) {
		variable_key(r, item);
	} else if (r->platform >= 0) {
		platform_key(r, item);
	}
}

/* What only several keys together show. */
static void
check_variable(struct reading *r, const char *file, int i)
{
	const struct entry *e = r->entry;
	const struct var_spec *v = &e->vars[i];
	const struct origin *o = &e->origins[i];
	const struct var *sample = &e->samples[i];
	struct report *to = r->report;

	if (o->words ? v->type != VAR_SELECT : v->type == VAR_SELECT && o->room == ROOM_PERSON) {
		fail(&to->err,
		     o->words ? "found words for the variable %s, expected them only for a select"
			      : "found no words for the select %s, expected those that people may give",
		     v->name);
		report_finding(to, ERROR, "conf-words", file, e->lines[i], 1);
		r->errors++;
	} else if (o->words && sample->state == PRESENT && one_of(sample->str, o->words) < 0) {
		fail(&to->err, "found the sample \"%s\", expected one of the words of %s", sample->str,
		     v->name);
		report_finding(to, ERROR, "conf-sample", file, e->lines[i], 1);
		r->errors++;
	}
	if (sample->state == ABSENT && !r->errors) {
		fail(&to->err, "found no sample for the variable %s, expected one for previews", v->name);
		report_finding(to, WARNING, "missing-sample", file, e->lines[i], 1);
	}
}

int
scenario_read(struct entry *e, struct arena *arena, const char *file, const char *text, size_t len,
	      struct report *to)
{
	static const char *const nothing[] = {NULL}, *const replies[] = {"reply", NULL};
	struct reading r = {.entry = e, .arena = arena, .report = to, .variable = -1, .platform = -1};
	struct ini_reader reader = {read_item, wrong_line, &r};

	e->reviewed = nothing;
	e->view.kinds = replies;
	ini_parse(file, text, len, &reader);
	if (!r.has_phase || !r.has_trigger) {
		fail(&to->err, "found no phase or no trigger, expected both in [template]");
		report_finding(to, ERROR, "conf-missing", file, 1, 1);
		r.errors++;
	}
	for (int i = 0; i < e->nvars; i++)
		check_variable(&r, file, i);
	e->view.vars = e->vars;
	e->view.origins = e->origins;
	return r.errors ? -1 : 0;
}
