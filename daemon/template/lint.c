#include <stdlib.h>
#include <string.h>

#include "connectors/base/text.h"
#include "daemon/outbox/variables.h"
#include "daemon/policy/content.h"
#include "lint.h"
#include "scenario.h"

/* Samples with or without the optional variables. */
static void
samples(const struct library *lib, const char *id, int with_optional, struct var out[VARIABLES + 1])
{
	const struct var *v = library_samples(lib, id);
	const struct var_spec *spec = library_scenario(lib, id)->vars;
	int n = 0;

	for (; v[n].name; n++) {
		out[n] = v[n];
		if (spec[n].optional && !with_optional)
			out[n].state = ABSENT;
	}
	out[n].name = NULL;
}

static int
render(const struct library *lib, const char *id, const char *locale, int with_optional, struct buf *text,
       struct err *err)
{
	struct var vars[VARIABLES + 1];
	char got[LOCALE_MAX];

	buf_clear(text);
	samples(lib, id, with_optional, vars);
	return library_render(lib, id, locale, "", "UTC", vars, text, got, err);
}

/* Tells what is in `f`, with the name of its file. */
static void
tell(struct finding *f, const char *id, const char *locale, void (*each)(void *, const struct finding *),
     void *ctx)
{
	struct buf file = BUF_MAX(256);

	buf_fmt(&file, locale ? "%s/%s.txt" : "%s/template.conf", id, locale);
	f->file = buf_str(&file);
	f->error = 1;
	f->line = f->column = 1;
	each(ctx, f);
	buf_free(&file);
}

/* ---- texts by themselves ---- */

/* The code of what is wrong, with err; NULL when nothing is. */
static const char *
try_text(const struct library *lib, const char *id, const char *locale, int with_optional, struct err *err)
{
	struct buf text = BUF_MAX(64 << 10);
	struct place place;
	const char *code = NULL;

	if (render(lib, id, locale, with_optional, &text, err)) {
		code = "bad-render";
	} else if (content_placeholder(buf_str(&text), &place)) {
		fail(err, "found the placeholder %.*s in the finished text, expected it filled in",
		     (int)place.len, text.data + place.start);
		code = "leftover-placeholder";
	}
	buf_free(&text);
	return code;
}

/* ---- what template.conf says ---- */

/* What only people tell, and what they can look up. */
static int
is_told(enum room room)
{
	return room == ROOM_PERSON || room == ROOM_LISTING;
}

static const char *
try_variable(const struct var_spec *v, const struct origin *o, struct err *err)
{
	const struct variable *known = variable_find(v->name);

	if (!known && (v->optional || is_told(o->room)))
		return NULL;
	if (!known) {
		fail(err, "the variable %s has no source, so the text would never be sent; make it optional",
		     v->name);
		return "unfilled-variable";
	}
	if (known->type != v->type)
		fail(err, "the variable %s has the type %s, expected %s", v->name, variable_types[v->type],
		     variable_types[known->type]);
	else if (o->room != ROOM_NONE && o->room != known->room)
		fail(err, "the variable %s has a source in %s, expected %s", v->name,
		     room_words[o->room - ROOM_ORDER], room_words[known->room - ROOM_ORDER]);
	else
		return NULL;
	return "wrong-variable";
}

int
kind_is_known(const struct connector *c, const char *pattern)
{
	for (const struct action *a = c->actions; a && a->kind; a++)
		if (glob_match(pattern, a->kind))
			return 1;
	for (const struct capability *k = c->capabilities; k && k->kind; k++)
		if (glob_match(pattern, k->kind))
			return 1;
	return 0;
}

static const char *
try_kind(const char *kind, struct err *err)
{
	for (size_t i = 0; connectors[i]; i++)
		if (!strchr(kind, '*') && kind_is_known(connectors[i], kind))
			return NULL;
	fail(err, "found the kind %s, expected an action of a platform, like reply or return.message", kind);
	return "unknown-kind";
}

void
library_try(const struct library *lib, void (*each)(void *, const struct finding *), void *ctx)
{
	struct finding f;

	for (const char *const *id = library_ids(lib); *id; id++) {
		const struct scenario *s = library_scenario(lib, *id);

		for (int i = 0; s->vars[i].name; i++)
			if ((f.code = try_variable(&s->vars[i], &s->origins[i], &f.err)))
				tell(&f, *id, NULL, each, ctx);
		for (const char *const *kind = s->kinds; *kind; kind++)
			if ((f.code = try_kind(*kind, &f.err)))
				tell(&f, *id, NULL, each, ctx);
		for (const char *const *locale = library_locales(lib, *id); *locale; locale++)
			if ((f.code = try_text(lib, *id, *locale, 1, &f.err)) ||
			    (f.code = try_text(lib, *id, *locale, 0, &f.err)))
				tell(&f, *id, *locale, each, ctx);
	}
}

static int
may_be_sent(const struct library *lib, const char *id, const char *platform)
{
	const char *permission = library_permission(lib, id, platform);

	return strcmp(permission, "N") != 0 && strcmp(permission, "O") != 0;
}

/* ---- rules and accounts that it never leaves by ---- */

/* Words that stand in the list, or everything when there is no list. */
static int
may_concern(const char *const *list, const char *word)
{
	const char *const *w = list;

	while (w && *w && strcmp(*w, word) != 0)
		w++;
	return !w || *w;
}

/* The code of what keeps a rule from ever sending by itself there, with err; NULL when nothing does. */
static const char *
try_rule(const struct conf_rule *r, const struct scenario *s, const struct conf_account *a, struct err *err)
{
	const char *code = NULL;

	for (int i = 0; s->vars[i].name; i++) {
		const struct var_spec *v = &s->vars[i];
		const struct variable *known = variable_find(v->name);

		if (v->optional || !variable_unfilled(v->name, a))
			continue;
		if (!is_told(known ? known->room : s->origins[i].room)) {
			if (known && known->key)
				fail(err,
				     "the rule %s uses %s, whose variable %s nothing on the account %s "
				     "fills: it has no %s",
				     r->name, s->id, v->name, a->name, known->key);
			else
				fail(err,
				     "the rule %s uses %s, whose variable %s nothing on the account %s "
				     "fills: no platform "
				     "tells it us",
				     r->name, s->id, v->name, a->name);
			return "never-fires";
		}
		if (!code && r->mode == RULE_AUTO) {
			fail(err,
			     "the rule %s uses %s, whose variable %s only people can tell; on the account %s "
			     "it will "
			     "always wait for a person",
			     r->name, s->id, v->name, a->name);
			code = "waits-for-a-person";
		}
	}
	return code;
}

void
library_fires(const struct library *lib, const struct conf *c, void (*each)(void *, const struct finding *),
	      void *ctx)
{
	struct finding f = {.error = 0, .column = 1};
	struct buf file = BUF_MAX(4096);

	for (const struct conf_rule *r = c->rules; r < c->rules + c->nrules; r++) {
		const struct scenario *s = *r->template_id ? library_scenario(lib, r->template_id) : NULL;
		const char *line = strrchr(r->place, ':');

		buf_clear(&file);
		buf_add(&file, r->place, line ? (size_t)(line - r->place) : strlen(r->place));
		f.file = buf_str(&file);
		f.line = line ? atoi(line + 1) : 1;
		for (const struct conf_account *a = c->accounts; s && a < c->accounts + c->naccounts; a++)
			if (r->mode != RULE_OFF && may_concern(r->account, a->name) &&
			    may_concern(r->platform, a->connector->name) &&
			    may_be_sent(lib, s->id, a->connector->name) &&
			    (f.code = try_rule(r, s, a, &f.err)))
				each(ctx, &f);
	}
	buf_free(&file);
}

/* ---- texts before a platform ---- */

void
library_judge(const struct library *lib, const struct connector *c, const struct policy *policy, int64_t now,
	      void (*each)(void *, const struct finding *), void *ctx)
{
	struct buf text = BUF_MAX(64 << 10);
	struct finding f = {.code = "forbidden"};

	for (const char *const *id = library_ids(lib); *id; id++) {
		if (!may_be_sent(lib, *id, c->name))
			continue;
		for (const char *const *locale = library_locales(lib, *id); *locale; locale++) {
			if (render(lib, *id, *locale, 1, &text, NULL))
				continue; /* library_try tells */
			for (const char *const *kind = library_scenario(lib, *id)->kinds; *kind; kind++) {
				if (!kind_is_known(c, *kind) ||
				    !policy_check_text(policy, *kind, buf_str(&text), now, &f.err))
					continue;
				tell(&f, *id, *locale, each, ctx);
				break;
			}
		}
	}
	buf_free(&text);
}
