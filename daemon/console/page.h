/* page.h - what the console shows, as HTML without script.  Every text from outside passes one function, which leaves no markup, no control
 * character and no direction that reaches beyond the text. */
#ifndef CONSOLE_PAGE_H
#define CONSOLE_PAGE_H

#include <jansson.h>

#include "i18n/texts.h"

struct page {
	enum lang lang;
	int64_t now;
	const char *operator; /* who is logged in, NULL: nobody */
	int may_approve, may_drop;
	const char *token; /* of the session, for its forms */
	const char *path;  /* of this page, for the other language */
	const char *said;  /* what happened, a sentence; NULL */
	int bad;           /* that was not what was wanted */
	struct buf *out;
};

extern const char page_style[];

void page_escape(struct buf *, const char *);

void page_login(const struct page *, const char *next); /* next: "12", the action to show then; "" */
void page_list(const struct page *, const json_t *approvals);
void page_action(const struct page *, const json_t *approval);
void page_said(const struct page *); /* nothing else */

#endif
