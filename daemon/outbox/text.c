/* text.c - the words of an action: which template, in which language, from which facts. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "daemon/decide/decide.h"
#include "daemon/outbox/given.h"
#include "daemon/outbox/needs.h"
#include "daemon/outbox/outbox.h"

static int
uses(const struct scenario *s, const char *name)
{
	const struct var_spec *v = s->vars;

	while (v->name && strcmp(v->name, name) != 0)
		v++;
	return v->name != NULL;
}

static int
fits(struct daemon *d, const struct conf_account *a, const char *kind, const char *text, int64_t now)
{
	const struct action *action = connector_action(a->connector, &a->view, kind);
	struct err why;

	return !action || (!needs_text(action, text, &why) &&
			   !policy_check_text(daemon_policy(d, a->connector), kind, text, now, &why));
}

/* The text, or what it waits for, in the best locale for `want`. */
static int
render(struct daemon *d, const struct conf_account *a, const struct situation *s, struct telling *t,
       const char *want, int64_t now, struct err *err)
{
	const struct scenario *sc = library_scenario(d->library, t->used);
	const char *const *locales = library_locales(d->library, t->used);
	const int locale = locale_match(want, locales);
	const char *zone = variables_zone(s, a);
	struct arena *arena = store_arena(d->store);
	struct situation facts = *s;
	struct var vars[VARIABLES_MAX];
	struct buf text = BUF_MAX(OUTBOX_TEXT_MAX), fewer = BUF_MAX(OUTBOX_TEXT_MAX);
	int r;

	if (s->order && (uses(sc, "items") || uses(sc, "item_count")))
		facts.items = order_items(d->store, s->order);
	variables_of(&facts, a, want, &t->amount, now, arena, vars);
	given_fill(sc, a, t->given, zone, now, arena, vars);
	if (locale >= 0 && (t->needs = given_needs(sc, a, vars, arena))) {
		snprintf(t->got, LOCALE_MAX, "%s", locales[locale]);
		return 0;
	}
	r = library_render(d->library, t->used, want, s->buyer_country, zone, vars, &text, t->got, err);
	t->is_short = !r && t->kind && /* without an action there is nothing that it has to fit */
		      !library_render_short(d->library, t->used, t->got, s->buyer_country, zone, vars, &fewer,
					    NULL) &&
		      !fits(d, a, t->kind, buf_str(&text), now);
	if (!r)
		buf_set(t->text, buf_str(t->is_short ? &fewer : &text), t->is_short ? fewer.len : text.len);
	buf_free(&text);
	buf_free(&fewer);
	return r;
}

int
outbox_text(struct daemon *d, const struct situation *s, struct telling *t, int64_t now, struct err *err)
{
	const struct conf_account *a = daemon_account(d, s->account_name);
	const char *site = a->connector->language ? a->connector->language(s->marketplace) : NULL;
	char want[LOCALE_MAX];
	int fallback = 0;

	t->used = t->template_id;
	t->needs = NULL;
	t->is_short = 0;
	*t->got = '\0';
	if (!library_scenario(d->library, t->template_id))
		return fail(err, "there is no template \"%s\"; see 'supercargo template list'",
			    t->template_id);
	if (t->locale && *t->locale)
		snprintf(want, sizeof want, "%s", t->locale);
	else
		answer_language(s, a->connector->demanded ? a->connector->demanded(s->marketplace) : NULL,
				site, a->language, want);
	if (locale_match(want, library_locales(d->library, t->template_id)) < 0 && !t->locale) {
		/* Never an automatic text in a language that was not asked for: the fallback, in the site's. */
		fallback = 1;
		t->used = "misc_language_fallback";
		snprintf(want, sizeof want, "%s", site ? site : a->language);
		if (!library_scenario(d->library, t->used))
			return fail(err, "there is no template \"%s\"; see 'supercargo template list'",
				    t->used);
	}
	return render(d, a, s, t, want, now, err) ? -1 : fallback;
}

int
outbox_unreviewed(struct daemon *d, const struct telling *t, struct err *err)
{
	const char *const *accepted = d->conf->service.accept_unreviewed;
	char locale[LOCALE_MAX + 8], name[192];

	snprintf(locale, sizeof locale, "%s%s", t->got, t->is_short ? ".short" : "");
	snprintf(name, sizeof name, "%s/%s", t->used, locale);
	while (accepted && *accepted && !glob_match(*accepted, name))
		accepted++;
	if ((accepted && *accepted) || library_reviewed(d->library, t->used, locale))
		return 0;
	return fail(err, "the text %s/%s has not been reviewed", t->used, locale);
}

const char *
outbox_made_from(struct daemon *d, const char *rule, const char *template_id)
{
	const struct scenario *sc = template_id ? library_scenario(d->library, template_id) : NULL;
	const char *hash = "";

	for (int i = 0; rule && i < d->conf->nrules; i++)
		if (!strcmp(d->conf->rules[i].name, rule))
			hash = d->conf->rules[i].hash;
	return arena_fmt(store_arena(d->store), "%.16s/%.16s", hash, sc ? sc->version : "");
}
