/* text.c - the words of an action: which template, in which language, from which facts. */
#include <stdio.h>
#include <string.h>

#include "daemon/decide/decide.h"
#include "daemon/outbox/outbox.h"
#include "daemon/outbox/variables.h"

struct made {
	struct buf text;
	char locale[LOCALE_MAX];
	const char *template_id;
	int fallback; /* the library has nothing in the buyer's language */
};

static int
render(struct daemon *d, const struct conf_account *a, const struct situation *s, const char *template_id,
       const char *want, const struct money *amount, int64_t now, struct made *m, struct err *err)
{
	struct var vars[VARIABLES_MAX];
	const char *zone = a->connector->zone ? a->connector->zone(s->marketplace) : NULL;

	variables_of(s, a, want, amount, now, store_arena(d->store), vars);
	m->template_id = template_id;
	return library_render(d->library, template_id, want, s->buyer_country, zone ? zone : a->zone, vars,
			      &m->text, m->locale, err);
}

int
outbox_text(struct daemon *d, const struct situation *s, const char *template_id, const char *locale,
	    const struct money *amount, int64_t now, struct buf *text, char got[LOCALE_MAX],
	    const char **used, struct err *err)
{
	const struct conf_account *a = daemon_account(d, s->account_name);
	const char *site = a->connector->language ? a->connector->language(s->marketplace) : NULL;
	struct made m = {.text = BUF_MAX(OUTBOX_TEXT_MAX)};
	char want[LOCALE_MAX];
	int r;

	if (!library_scenario(d->library, template_id))
		return fail(err, "there is no template \"%s\"; see 'supercargo template list'", template_id);
	if (locale && *locale)
		snprintf(want, sizeof want, "%s", locale);
	else
		answer_language(s, site, a->language, want);
	if (locale_match(want, library_locales(d->library, template_id)) < 0 && !locale) {
		/* Never an automatic text in a language that was not asked for: the fallback, in the site's. */
		m.fallback = 1;
		template_id = "misc_language_fallback";
		snprintf(want, sizeof want, "%s", site ? site : a->language);
	}
	r = render(d, a, s, template_id, want, amount, now, &m, err);
	if (!r)
		buf_set(text, buf_str(&m.text), m.text.len);
	snprintf(got, LOCALE_MAX, "%s", m.locale);
	*used = template_id;
	buf_free(&m.text);
	return r ? -1 : m.fallback;
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
