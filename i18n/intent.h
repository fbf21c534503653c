/* intent.h - what a buyer wants, by phrase files that sellers can edit (i18n/phrases/LANGUAGE.txt).
 *
 * A line is  scenario TAB weight TAB phrase ; `word*` is a prefix, `a|b` alternatives (`do_not` joins two words inside one), `...` up
 * to four words between, `!phrase` takes the scenario's score away (negation), 0 is any number.  At most 3 gaps.  For zh, ja, th, ko
 * phrases are plain substrings, also with alternatives, with `...` for up to eight characters (th, ko: sixteen) between.  In Arabic and
 * Hebrew a word is also found with the letters that are written onto it (article, and, in, to).  Phrases and messages are compared as
 * key.h makes them, and a word that is one slip away from one of the file counts as that one.
 * A phrase found twice or more counts up to 1.6 times.
 * The phrases of the message's language and English are used; of a language that has example messages, what its words say is added
 * (words.h).  LANGUAGE.tsv holds them: locale TAB scenario TAB text.
 * Confident: five points and a third of its own ahead of the second; the phrases find at least two.
 */
#ifndef I18N_INTENT_H
#define I18N_INTENT_H

#include "base/buf.h"
#include "base/err.h"

struct phrases; /* all files of a folder, folded and compiled */

/* The shipped folder, and the seller's own ("" or missing: none), which wins file by file; but examples of both are read.  NULL with
 * "file:line: found, expected". */
struct phrases *phrases_load(const char *shipped, const char *own, struct err *);
void phrases_free(struct phrases *);

/* Out of office, not delivered: a machine wrote it, whatever else it says. */
#define INTENT_AUTOMATIC "automatic"

struct intent {
	char intent
		[40]; /* "not_received", "cancel_order", …; "other" when nothing matched; INTENT_AUTOMATIC */
	char second[40];  /* runner-up, "" */
	int score, ahead; /* in tenths */
	int confident;
	int risk;       /* a risk word (lawyer, injury, counterfeit, …): never answered automatically */
	struct buf why; /* "de.txt:12 wo ist...paket 3.0; de.tsv paket 0.9; …": for explain; free it */
};

/* language: BCP 47, "" when unknown. */
void intent_classify(const struct phrases *, const char *text, const char *language, struct intent *);
/* How much its phrases find, in tenths.  mend: slips are put right; in a language that is only tried, other words look like slips. */
int intent_finds(const struct phrases *, const char *text, const char *language, int mend);

/* The language of the file that reads a locale ("de" for "de-AT"), NULL: none does.  And those of all files, NULL at the end. */
const char *intent_reads(const struct phrases *, const char *locale);
const char *intent_language(const struct phrases *, int i);

#endif
