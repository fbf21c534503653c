/* intent.h - what a buyer wants, by phrase files that sellers can edit (i18n/phrases/LANGUAGE.txt).
 *
 * A line is  scenario TAB weight TAB phrase ; `word*` is a prefix, `a|b` alternatives (`do_not` joins two words inside one), `...` up
 * to four words between, `!phrase` takes the scenario's score away (negation).  For zh, ja, th phrases are plain substrings, with `...`
 * for up to eight characters between.  At most 3 gaps.  A phrase found twice or more counts up to 1.6 times.
 * The file of the message's language and English are used.  Confident: score >= 2 and 2 ahead of the second.
 */
#ifndef I18N_INTENT_H
#define I18N_INTENT_H

#include "base/buf.h"
#include "base/err.h"

struct phrases; /* all files of a folder, folded and compiled */

struct phrases *phrases_load(const char *folder, struct err *); /* NULL with "file:line: found, expected" */
void phrases_free(struct phrases *);

/* Out of office, not delivered: a machine wrote it, whatever else it says. */
#define INTENT_AUTOMATIC "automatic"

struct intent {
	char intent
		[40]; /* "order_status", "cancel_order", …; "other" when nothing matched; INTENT_AUTOMATIC */
	char second[40];  /* runner-up, "" */
	int score, ahead; /* in tenths */
	int confident;
	int risk;       /* a risk word (lawyer, injury, counterfeit, …): never answered automatically */
	struct buf why; /* "de.txt:12 wo ist...paket 3.0; …": for explain; free it */
};

void intent_classify(const struct phrases *, const char *text, const char *language, struct intent *);

#endif
