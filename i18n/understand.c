#include "understand.h"

#include <stdio.h>
#include <string.h>

#include "key.h"

enum { FINDS = 20, FINDS_MORE = 15, SHORT = 60 }; /* tenths of a point; bytes */

/* Reads the text by the file of `language`; keeps the reading when it finds `more` than the best until now. */
static void
try_language(const struct phrases *p, const char *text, const char *language, int more,
	     struct understanding *best, char chosen[LOCALE_MAX])
{
	struct intent intent;

	(more < FINDS_MORE ? intent_classify : intent_as_written)(p, text, language, &intent);
	if (intent.score < best->intent.score + more) {
		buf_free(&intent.why);
		return;
	}
	buf_free(&best->intent.why);
	best->intent = intent;
	snprintf(chosen, LOCALE_MAX, "%s", language);
}

static int
is_ascii(const char *s)
{
	while (*s && !(*s & 0x80))
		s++;
	return !*s;
}

/* The detector is not sure, or names a language that we do not read.  `chosen`: by whose file the text was read, "" when none finds
 * anything.  English words are at home in many files: one that is only tried has to find as much again as English alone. */
static void
by_phrases(const struct phrases *p, const char *text, const char *hint, struct understanding *u,
	   char chosen[LOCALE_MAX])
{
	const char *detected = intent_reads(p, u->language.language),
		   *site = hint ? intent_reads(p, hint) : NULL;
	const char *language;
	int english;

	intent_classify(p, text, "en", &u->intent);
	english = u->intent.score;
	snprintf(chosen, LOCALE_MAX, "%s", english >= FINDS ? "en" : "");
	if (detected)
		try_language(p, text, detected, *chosen != '\0', u, chosen);
	if (site)
		try_language(p, text, site, *chosen != '\0', u, chosen);
	for (int i = 0; (language = intent_language(p, i)); i++)
		if (!key_is_unspaced(language) || !is_ascii(text))
			try_language(p, text, language, FINDS_MORE + english, u, chosen);
	if (u->intent.score < FINDS)
		*chosen = '\0';
}

void
understand(const struct phrases *p, const char *text, const char *hint, const char *title,
	   struct understanding *u)
{
	struct language_guess *g = &u->language;
	char chosen[LOCALE_MAX], tag[LOCALE_MAX];

	if (hint && (!*hint || locale_canonical(hint, tag)))
		hint = NULL;
	language_detect(text, hint, title, g);
	if (g->certainty == LANGUAGE_STRONG && intent_reads(p, g->language)) {
		intent_classify(p, text, g->language, &u->intent);
		if (u->intent.score >= FINDS || strlen(text) > SHORT)
			return;
		buf_free(&u->intent.why);
	}
	by_phrases(p, text, hint, u, chosen);
	if (!*chosen && g->certainty == LANGUAGE_UNKNOWN && hint)
		snprintf(chosen, sizeof chosen, "%s", intent_reads(p, hint) ? intent_reads(p, hint) : hint);
	if (*chosen && !locale_same_language(chosen, g->language) &&
	    (g->certainty != LANGUAGE_STRONG || intent_reads(p, g->language) ||
	     (hint && locale_same_language(hint, chosen)))) {
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
