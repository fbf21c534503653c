/* given.h - what only people know, given by them for the text of one action: reply --set answer="…" --set days_max=9.
 *
 * Kept with the action as a JSON object of texts and lists, as people write them: an amount "12.50 EUR", a date "2026-10-09", list items
 * several times or between commas.  They are checked by the template's types when they are given and once more whenever the text is made;
 * texts are cleaned like those of buyers.  What a record or the configuration fills nobody may give, and where both are there, the record
 * counts.
 */
#ifndef OUTBOX_GIVEN_H
#define OUTBOX_GIVEN_H

#include "daemon/daemon.h"
#include "daemon/outbox/variables.h"

/* The values of `set` ({"NAME": "VALUE", "LIST": ["A", "B"]}, an empty VALUE takes one back) over those given before (NULL: none).  The
 * object as text, "" when nothing is left; NULL with err. */
const char *given_take(const struct scenario *, const struct conf_account *, const char *before,
		       const json_t *set, int64_t now, struct arena *, struct err *);

/* Fills what is still absent. */
void given_fill(const struct scenario *, const struct conf_account *, const char *given, const char *zone,
		int64_t now, struct arena *, struct var vars[VARIABLES_MAX]);

/* The names of what must be there, is not, and can be given: "answer, days_max".  NULL: none, or the text can never be made with what is
 * given, because something else is missing. */
const char *given_needs(const struct scenario *, const struct conf_account *, const struct var *vars,
			struct arena *);

/* For the journal: each value with its name, where a person's words can go without a trace.  NULL: nothing was given. */
json_t *given_told(const char *given);

#endif
