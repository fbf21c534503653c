/* page.h - blocks of text become rows on pages of grey paper.
 *
 * Text may be of any script and hostile: it is wrapped, cut to its row's height so that stacked marks cannot reach other rows, and
 * what would steer the direction of the rest, or cannot be seen, is written out as [U+202E].
 */
#ifndef PAGE_H
#define PAGE_H

#include "base/buf.h"

enum style {
	STYLE_TITLE,
	STYLE_HEADING,
	STYLE_FACT,  /* label and value; always one paragraph */
	STYLE_HEAD,  /* who and when, above a quotation */
	STYLE_QUOTE, /* what somebody wrote: moved in, beside a bar */
	STYLE_SMALL, /* hashes */
	STYLE_NOTE,
};

struct block {
	enum style style;
	const char *label, *text; /* label: facts only */
	int group;                /* 0: always there; the higher the newer */
};

struct pages; /* laid out */

/* Lays out at most `max` pages.  When there is more, whole groups go, the oldest first, and a note stands in their place (it counts
 * `older` ones that were left out before, too); what is still too long is cut at its end, with a note. */
struct pages *pages_new(const struct block *, size_t n, int max, int older);
void pages_fit(struct pages *, int max); /* the same text again, on fewer pages */
int pages_count(const struct pages *);
int pages_left_out(const struct pages *); /* groups */
/* Draws one page as PNG; `footer` stands below, with its number.  0, or -1 when it outgrows the buffer. */
int pages_draw(const struct pages *, int page, const char *footer, int number, struct buf *png);
void pages_free(struct pages *);

#endif
