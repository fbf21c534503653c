/* lint.c - looks at finished texts: by themselves and before the policies of platforms. */

#include <stdlib.h>
#include <string.h>

#include "connectors/base/text.h"
#include "daemon/outbox/variables.h"
#include "daemon/policy/content.h"
#include "lint.h"
#include "scenario.h"

struct looking {
	const struct library *library;
	void (*each)(void *, const struct finding *);
	void *ctx;
	struct finding f;
};

/* Tells what is in l->f of a scenario's template.conf or, not NULL, of a text of it: where the `part` of the finished text stands in its
 * source. */
static void
tell(struct looking *l, const struct entry *e, const struct text *t, const char *part)
{
	const char *at = t && t->source && part && *part ? strstr(t->source, part) : NULL;

	l->f.error = 1;
	l->f.file = t && t->path ? t->path : e->conf;
	l->f.line = l->f.column = 1;
	if (at)
		text_position(t->source, (size_t)(at - t->source), &l->f.line, &l->f.column);
	l->each(l->ctx, &l->f);
}

/* ---- values ---- */

/* Which values a text is tried with. */
struct trial {
	int without_optional;
	int longest; /* the n-th set of long ones, from 1; 0: the samples */
};
enum { LONGEST = 7 };

struct picking {
	int n;
	const char *keyword;
};

static void
pick(void *ctx, const char *keyword, size_t at)
{
	struct picking *p = ctx;

	(void)at;
	if (!p->n--)
		p->keyword = keyword;
}

/* As long as a value gets: what variables_of() lets through, amounts in millions, every plural form and branch in turn. */
static void
lengthen(struct var *v, enum var_type type, const struct text *t, int round)
{
	static const char longest[] = "MMMMMMMMMM MMMMMMMMMM MMMMMMMMMM MMMMMMMMMM MMMMMMMMMM MMMMM";
	static const char title[] = "MMMMMMMMMMMMMMMMMMMMMMMMMMMMMM MMMMMMMMMMMMMMMMMMMMMMMMMMMMMM "
				    "MMMMMMMMMMMMMMMMMMMMMMMMMMMMM MMMMMMMMMMMMMMMMMMMMMMMMMMMMM";
	static const int64_t counts[LONGEST] = {1000000, 0, 1, 2, 3, 11, 100};
	struct picking p = {.n = round - 1};

	switch (type) {
	case VAR_STR:
		/* numbers and what people write have no other limit than good sense: the sample shows it */
		if (!strcmp(v->name, "item_title"))
			v->str = title;
		else if (strlen(v->str) < sizeof longest - 1 && variable_find(v->name) &&
			 !strstr(v->name, "_id") && !strstr(v->name, "number"))
			v->str = longest;
		break;
	case VAR_MONEY: v->money.minor = -999999999; break;
	case VAR_INT: v->num = counts[round - 1]; break;
	case VAR_DATE: instant_parse("2026-09-23T22:59:59Z", &v->num); break;
	case VAR_SELECT:
		message_choices(t->pattern, v->name, pick, &p);
		if (p.keyword)
			v->str = p.keyword;
		break;
	case VAR_DEC:
	case VAR_LIST: break;
	}
}

static int
is_short(const struct entry *e, const struct text *t)
{
	return t >= e->shorts && t < e->shorts + e->nshorts;
}

/* All texts, the short ones last; NULL begins and ends. */
static const struct text *
next_text(const struct entry *e, const struct text *t)
{
	if (!t || !is_short(e, t))
		t = t ? t + 1 : e->texts;
	else
		return t + 1 < e->shorts + e->nshorts ? t + 1 : NULL;
	return t < e->texts + e->ntexts ? t : e->nshorts ? e->shorts : NULL;
}

/* Where the long one does not fit, this one is taken. */
static int
has_short(const struct entry *e, const struct text *t)
{
	for (int i = 0; !is_short(e, t) && i < e->nshorts; i++)
		if (!strcmp(e->shorts[i].locale, t->locale))
			return 1;
	return 0;
}

static int
render(const struct looking *l, const struct entry *e, const struct text *t, struct trial trial,
       struct buf *text, struct err *err)
{
	struct var vars[VARIABLES + 1];
	char got[LOCALE_MAX];
	int n = 0;

	for (; n < e->nvars; n++) {
		vars[n] = e->samples[n];
		if (e->vars[n].optional && trial.without_optional)
			vars[n].state = ABSENT;
		else if (trial.longest && vars[n].state == PRESENT)
			lengthen(&vars[n], e->vars[n].type, t, trial.longest);
	}
	vars[n].name = NULL;
	buf_clear(text);
	if (is_short(e, t))
		return library_render_short(l->library, e->view.id, t->locale, "", "UTC", vars, text, err);
	return library_render(l->library, e->view.id, t->locale, "", "UTC", vars, text, got, err);
}

/* ---- texts by themselves ---- */

/* 1: told. */
static int
try_text(struct looking *l, const struct entry *e, const struct text *t, int without_optional)
{
	const char *dollar =
		t->source ? strstr(t->source, "${") : NULL; /* how others write {name}: it leaves a $ */
	struct buf text = BUF_MAX(64 << 10);
	struct place place;
	const char *part = NULL;

	l->f.code = NULL;
	if (render(l, e, t, (struct trial){without_optional, 0}, &text, &l->f.err)) {
		l->f.code = "bad-render";
	} else if (dollar || content_placeholder(buf_str(&text), &place)) {
		if (!dollar)
			buf_cut(&text, place.start + place.len);
		part = dollar ? "${" : text.data + place.start;
		fail(&l->f.err, "found the placeholder %s in the finished text, expected it filled in", part);
		l->f.code = "leftover-placeholder";
	}
	if (l->f.code)
		tell(l, e, t, part);
	buf_free(&text);
	return l->f.code != NULL;
}

/* Only who reads a text in its language can say that it may leave by itself. */
static void
look_for_readers(struct looking *l, const struct entry *e)
{
	struct buf unread = BUF_MAX(1024);

	for (int i = 0; i < e->ntexts && e->mode == RULE_AUTO; i++)
		if (!library_reviewed(l->library, e->view.id, e->texts[i].locale))
			buf_fmt(&unread, "%s%s", unread.len ? " " : "", e->texts[i].locale);
	if (unread.len) {
		fail(&l->f.err,
		     "the mode is auto, but nobody has reviewed %s; until `reviewed` names them they wait "
		     "for "
		     "approval",
		     unread.data);
		l->f.code = "unreviewed";
		l->f.error = 0;
		l->f.file = e->conf;
		l->f.line = l->f.column = 1;
		l->each(l->ctx, &l->f);
	}
	buf_free(&unread);
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
	struct looking l = {lib, each, ctx, {0}};

	for (const char *const *id = library_ids(lib); *id; id++) {
		const struct entry *e = library_entry(lib, *id);

		for (int i = 0; i < e->nvars; i++)
			if ((l.f.code = try_variable(&e->vars[i], &e->origins[i], &l.f.err)))
				tell(&l, e, NULL, NULL);
		for (const char *const *kind = e->view.kinds; *kind; kind++)
			if ((l.f.code = try_kind(*kind, &l.f.err)))
				tell(&l, e, NULL, NULL);
		for (const struct text *t = next_text(e, NULL); t; t = next_text(e, t))
			if (!try_text(&l, e, t, 0))
				try_text(&l, e, t, 1);
		look_for_readers(&l, e);
	}
}

/* ---- texts before platforms ---- */

static int
may_be_sent(const struct library *lib, const char *id, const char *platform)
{
	const char *permission = library_permission(lib, id, platform);

	return strcmp(permission, "N") != 0 && strcmp(permission, "O") != 0;
}

/* As the sample is, everything counts; with the longest values only the length does, for nobody's name is a phone number. */
static int
judge_trial(struct looking *l, const struct entry *e, const struct text *t, const struct policy *policy,
	    const char *kind, struct trial trial, int64_t now)
{
	struct buf text = BUF_MAX(64 << 10);
	struct place place;
	struct offence o;
	int told = 0;

	/* a placeholder is told by library_try */
	if (!render(l, e, t, trial, &text, NULL) && !content_placeholder(buf_str(&text), &place) &&
	    policy_offence(policy, kind, buf_str(&text), now, &o, &l->f.err) &&
	    (o.length ? !has_short(e, t) : !trial.longest)) {
		told = 1;
		l->f.code = o.length ? "over-length" : "forbidden";
		if (o.length)
			tell(l, e, t, NULL);
		else
			buf_cut(&text, o.start + o.len), tell(l, e, t, text.data + o.start);
	}
	buf_free(&text);
	return told;
}

static int
judge_kind(struct looking *l, const struct entry *e, const struct text *t, const struct policy *policy,
	   const char *kind, int64_t now)
{
	for (int without = 0; without < 2; without++)
		for (int n = 0; n <= LONGEST; n++)
			if (judge_trial(l, e, t, policy, kind, (struct trial){without, n}, now))
				return 1;
	return 0;
}

/* 1: told. */
static int
judge_text(struct looking *l, const struct entry *e, const struct text *t, struct policy *const policies[],
	   int64_t now)
{
	for (size_t i = 0; connectors[i]; i++) {
		if (!policies[i] || !may_be_sent(l->library, e->view.id, connectors[i]->name))
			continue;
		for (const char *const *kind = e->view.kinds; *kind; kind++)
			if (kind_is_known(connectors[i], *kind) &&
			    judge_kind(l, e, t, policies[i], *kind, now))
				return 1;
	}
	return 0;
}

/* Most platforms refuse contact data, also those that have no policy here yet. */
static void
look_for_contact(struct looking *l, const struct text *t)
{
	struct err *err = &l->f.err;
	struct place place;

	if (!t->source)
		return;
	if (content_email(t->source, &place))
		fail(err, "found an e-mail address; marketplaces refuse contact data");
	else if (content_phone(t->source, &place))
		fail(err, "found a phone number; marketplaces refuse contact data");
	else if (content_link(t->source, NULL, &place))
		fail(err, "found a link; most marketplaces refuse links");
	else
		return;
	l->f.code = "contact-data";
	l->f.error = 0;
	l->f.file = t->path;
	text_position(t->source, place.start, &l->f.line, &l->f.column);
	l->each(l->ctx, &l->f);
}

void
library_judge(const struct library *lib, struct policy *const policies[], int64_t now,
	      void (*each)(void *, const struct finding *), void *ctx)
{
	struct looking l = {lib, each, ctx, {0}};

	for (const char *const *id = library_ids(lib); *id; id++) {
		const struct entry *e = library_entry(lib, *id);

		for (const struct text *t = next_text(e, NULL); t; t = next_text(e, t))
			if (!judge_text(&l, e, t, policies, now))
				look_for_contact(&l, t);
	}
}

/* ---- all of it ---- */

struct library *
lint(const char *share, const char *shipped, const char *own, const struct conf *conf, int64_t now,
     void (*each)(void *, const struct finding *), void *ctx, struct err *err)
{
	struct library *lib = library_lint(shipped, own, each, ctx, err);
	struct policy **policies;
	size_t n = 0;

	if (!lib)
		return NULL;
	while (connectors[n])
		n++;
	policies = must_zalloc((n + 1) * sizeof *policies);
	for (size_t i = 0; i < n; i++) /* `check` tells what is wrong with one */
		policies[i] = policy_load(share, connectors[i]->name, NULL);
	library_try(lib, each, ctx);
	library_judge(lib, policies, now, each, ctx);
	if (conf)
		library_fires(lib, conf, policies, now, each, ctx);
	for (size_t i = 0; i < n; i++)
		policy_free(policies[i]);
	free(policies);
	return lib;
}
