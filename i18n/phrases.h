/* phrases.h - compiled phrase files: what phrases.c reads, match.c finds and intent.c weighs.  See intent.h for the syntax. */
#ifndef I18N_PHRASES_H
#define I18N_PHRASES_H

#include <stddef.h>

#include "base/arena.h"
#include "intent.h"

enum scenario_id {
	PRICE_INQUIRY,
	PRODUCT_QUESTION,
	PAYMENT_PROBLEM,
	SHIPPING_COST_OR_CUSTOMS,
	ORDER_STATUS_WHERE_IS_MY_ORDER,
	NOT_RECEIVED,
	CHANGE_ADDRESS,
	CANCEL_ORDER,
	RETURN_OR_EXCHANGE,
	REFUND_REQUEST,
	DEFECTIVE_OR_NOT_AS_DESCRIBED,
	MISSING_OR_WRONG_ITEM,
	INVOICE_REQUEST,
	FEEDBACK_OR_REVIEW,
	COMPLAINT,
	THANKS_OR_POSITIVE,
	DISCOUNT_OR_BULK,
	OTHER,
	RISK,
	AUTOMATIC,
	SCENARIO_COUNT
};
extern const char *const scenario_names[SCENARIO_COUNT];

enum { ELEMENTS = 16, GAPS = 3, GAP_WORDS = 4, GAP_IDEOGRAPHS = 8, GAP_LETTERS = 16, BUCKETS = 1024 };

/* One way to say an element: words as key.h makes them, the last one perhaps only begun. */
struct form {
	struct form *next;
	unsigned len : 31, prefix : 1;
	char text[];
};

/* A step of a phrase: words in one of several forms, after a gap or at once. */
struct element {
	struct form *forms;
	int gap_before;
};

struct line {
	struct line *next;
	int index;  /* in its file */
	int number; /* of the line in the file */
	enum scenario_id scenario;
	int weight; /* tenths */
	int negative;
	const char *source; /* the phrase as written */
	struct element *elements;
	int nelements;
};

/* A place where a line may begin: by the first two bytes of one of its first forms. */
struct begin {
	struct begin *next;
	struct line *line;
	struct form *form;
};

struct phrase_file {
	struct phrase_file *next;
	const char *language; /* BCP 47, from the file name */
	const char *name;     /* "de.txt" */
	int unspaced;         /* substrings, see key.h */
	int gap;              /* characters that ... stands for there */
	const char *clitics;  /* letters that are written onto the word after them: Arabic, Hebrew; "" */
	struct line *lines, **last;
	int nlines;
	struct begin *begins[BUCKETS];
	struct known_word *words; /* see spelling.h */
	size_t nwords, words_max;
	struct example *examples; /* see words.h */
	struct learnt *learnt;
};

struct phrases {
	struct arena *arena;
	struct phrase_file *files;
};

/* How often each line of the file stands in a text. */
struct hit {
	int count;
	size_t end;
};

/* hits: of nlines, zero at first.  text: a key of the file's language. */
void phrases_match(const struct phrase_file *, const char *text, struct hit *hits);

/* Of the first two bytes of a word. */
static inline unsigned
phrase_bucket(const char *word)
{
	unsigned a = (unsigned char)word[0], b = a && word[1] != ' ' ? (unsigned char)word[1] : 0;

	return (a * 31 + b) % BUCKETS;
}

#endif
