#include "understand.h"

#include <stdio.h>
#include <string.h>

#include "key.h"

enum { FINDS = 20, FINDS_MORE = 15, SHORT = 60 }; /* tenths of a point; bytes */

/* Takes `language` when its phrases find `more` than those of the best until now. */
static void
try_language(const struct phrases *p, const char *text, const char *language, int more, int *best,
	     char chosen[LOCALE_MAX])
{
	const int finds = intent_finds(p, text, language, more < FINDS_MORE);

	if (finds < *best + more)
		return;
	*best = finds;
	snprintf(chosen, LOCALE_MAX, "%s", language);
}

static int
is_ascii(const char *s)
{
	while (*s && !(*s & 0x80))
		s++;
	return !*s;
}

/* The detector is not sure, or names a language that we do not read.  `chosen`: whose phrases find most, "" when none find anything.
 * English words are at home in many files: one that is only tried has to find as much again as English alone; none is where the
 * detector names the site's language. */
static void
by_phrases(const struct phrases *p, const char *text, const char *hint, const char *detected,
	   char chosen[LOCALE_MAX])
{
	const char *site = hint ? intent_reads(p, hint) : NULL, *language;
	const int english = intent_finds(p, text, "en", 1);
	const int agreed = detected && site && !strcmp(detected, site);
	int best = english;

	snprintf(chosen, LOCALE_MAX, "%s", english >= FINDS ? "en" : "");
	if (detected)
		try_language(p, text, detected, *chosen != '\0', &best, chosen);
	if (site)
		try_language(p, text, site, *chosen != '\0', &best, chosen);
	for (int i = 0; (language = intent_language(p, i)); i++)
		if (!agreed && (!key_is_unspaced(language) || !is_ascii(text)))
			try_language(p, text, language, FINDS_MORE + english, &best, chosen);
	if (best < FINDS)
		*chosen = '\0';
}

/* A language that is surely detected, and read, and has much to be detected by or phrases that are found. */
static int
is_sure(const struct phrases *p, const char *text, const struct language_guess *g)
{
	return g->certainty == LANGUAGE_STRONG && intent_reads(p, g->language) &&
	       (strlen(text) > SHORT || intent_finds(p, text, g->language, 1) >= FINDS);
}

void
understand(const struct phrases *p, const char *text, const char *hint, const char *title,
	   struct understanding *u)
{
	struct language_guess *g = &u->language;
	char chosen[LOCALE_MAX] = "", tag[LOCALE_MAX];
	const char *detected;

	if (hint && (!*hint || locale_canonical(hint, tag)))
		hint = NULL;
	language_detect(text, hint, title, g);
	detected = intent_reads(p, g->language);
	if (!is_sure(p, text, g))
		by_phrases(p, text, hint, detected, chosen);
	else
		snprintf(chosen, sizeof chosen, "%s", g->language);
	intent_classify(p, text, *chosen ? chosen : detected ? detected : hint ? hint : "", &u->intent);
	if (!*chosen && g->certainty == LANGUAGE_UNKNOWN && hint)
		snprintf(chosen, sizeof chosen, "%s", intent_reads(p, hint) ? intent_reads(p, hint) : hint);
	if (*chosen && !locale_same_language(chosen, g->language) &&
	    (g->certainty != LANGUAGE_STRONG || detected || (hint && locale_same_language(hint, chosen)))) {
		snprintf(g->language, sizeof g->language, "%s", chosen);
		g->certainty = LANGUAGE_WEAK;
		g->percent = 0; /* the detector did not find it */
	}
}

int
understanding_score(const struct understanding *u)
{
	switch (u->language.certainty) {
	case LANGUAGE_STRONG: return u->language.percent;
	case LANGUAGE_WEAK: return u->language.percent / 2;
	default: return 0;
	}
}
