/* understand.h - one message as a whole: in which language it is, and what the buyer wants.
 *
 * A language that is surely detected is believed.  Of a few words without accents the detector makes little; then the phrases decide:
 * the message is in the language whose file finds most in it, that of the detector and that of the site first.  It stays WEAK.  A
 * language without a file of its own (Malay, Ukrainian) is read by the file that finds most.
 */
#ifndef I18N_UNDERSTAND_H
#define I18N_UNDERSTAND_H

#include "intent.h"
#include "language.h"

struct understanding {
	struct language_guess language;
	struct intent intent; /* free its why */
};

/* hint: language of the site ("de", "de-AT"), NULL when unknown; title: the item's, NULL when unknown. */
void understand(const struct phrases *, const char *text, const char *hint, const char *title,
		struct understanding *);

/* How sure the language is, 0 to 100: the part of the text that is in it, half of that when it is weak. */
int understanding_score(const struct understanding *);

#endif
