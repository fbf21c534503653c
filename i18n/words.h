/* words.h - what the words of a message say by themselves: weak evidence beside the phrases, learned when a language is first asked for.
 *
 * It is counted in how many of the example messages of each scenario a word stands, one that begins like it, or a pair of words; where
 * words are not set apart, one to three characters.  What the phrases of a scenario are made of counts as one message more.  A word
 * says for a scenario the logarithm of how much more often it stands there than anywhere, and nothing against one.
 */
#ifndef I18N_WORDS_H
#define I18N_WORDS_H

#include "phrases.h"

/* A message as buyers write it, and what it is about. */
struct example {
	struct example *next;
	enum scenario_id scenario;
	const char *key;
};

enum { WORDS_SAY = 30 }; /* tenths of a point: nothing is understood that scores less */

/* From the phrases and the examples of a file that was read there is something to learn, when somebody asks: most sellers need few of the
 * languages.  What is learned stands in the arena.  Without examples there is nothing. */
void words_to_learn(struct phrase_file *, struct arena *);

/* Adds what the words of `key` say, in tenths: ten points at most. */
void words_score(const struct phrase_file *, const char *key, int score[SCENARIO_COUNT]);

/* Appends the words that say most for a scenario: "; de.tsv rechnung 1.2". */
void words_why(const struct phrase_file *, const char *key, enum scenario_id, struct buf *why);

#endif
