/* pages.h - a listing's page, disturbed. */
#ifndef MARKET_PAGES_H
#define MARKET_PAGES_H

#include "../world/http.h"

enum disturbance { PAGE_TWICE, PAGE_BACKWARDS, PAGE_WITHOUT_ONE, PAGE_WITH_A_STRANGE_ONE };

/* Changes the items of a JSON or XML answer; an answer without a list stays as it is.  at: which one; in XML it is the first. */
void page_disturb(struct buf *body, enum disturbance, size_t at);

/* UTF-8 to ISO 8859-1; what does not fit becomes '?'. */
void body_to_latin1(struct buf *body);

#endif
