/* phrases.h - compiled phrase files: what phrases.c reads and intent.c matches.  See intent.h for the syntax. */
#ifndef I18N_PHRASES_H
#define I18N_PHRASES_H

#include <stddef.h>

#include "base/arena.h"
#include "intent.h"

enum scenario_id {
	PRICE_INQUIRY,
	PRODUCT_QUESTION,
	PAYMENT_PROBLEM,
	SHIPPING_COST,
	ORDER_STATUS,
	NOT_RECEIVED,
	CHANGE_ADDRESS,
	CANCEL_ORDER,
	RETURN_OR_EXCHANGE,
	REFUND_REQUEST,
	DEFECTIVE,
	MISSING_OR_WRONG,
	INVOICE_REQUEST,
	FEEDBACK_OR_REVIEW,
	COMPLAINT,
	THANKS,
	DISCOUNT,
	OTHER,
	RISK,
	AUTOMATIC,
	SCENARIO_COUNT
};
extern const char *const scenario_names[SCENARIO_COUNT];

enum { ELEMENTS = 16, GAPS = 3, GAP_WORDS = 4, GAP_CHARACTERS = 8, BUCKETS = 1024 };

/* One way to say an element: folded words, the last one perhaps only begun. */
struct form {
	struct form *next;
	const char *text;
	size_t len;
	int prefix;
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
	struct element elements[ELEMENTS];
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
	int unspaced;         /* zh, ja, th: substrings */
	struct line *lines, **last;
	int nlines;
	struct begin *begins[BUCKETS];
};

struct phrases {
	struct arena *arena;
	struct phrase_file *files;
};

/* Of the first two bytes of a word. */
static inline unsigned
phrase_bucket(const char *word)
{
	unsigned a = (unsigned char)word[0], b = a && word[1] != ' ' ? (unsigned char)word[1] : 0;

	return (a * 31 + b) % BUCKETS;
}

#endif
