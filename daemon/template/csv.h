/* csv.h - the seller's own texts from a table, as spreadsheets write it (RFC 4180; commas, semicolons or tabs; UTF-8, with or without byte
 * order mark).
 *
 *   id,locale,text,kinds,title
 *   own_thanks,de,"Hallo {buyer_name},
 *   danke!",reply,after a good review
 *
 * id, locale and text must be there; kinds and title (what the text is for) make the template.conf of an id that is not in the library yet: it
 * waits for approval, and its variables are those of daemon/outbox/variables.h that it uses.  Placeholders of other programs ({{name}},
 * [name], %name%, #{name}, ${name}, <name>) are mistakes that are told with the name that stands for it here: a buyer never sees one.
 */
#ifndef TEMPLATE_CSV_H
#define TEMPLATE_CSV_H

#include "incoming.h"

enum { CSV_FIELDS = 32 };
/* One row: 0 goes on, else it ends with that.  Fields are NUL-terminated and borrowed. */
typedef int csv_row(void *, int line, char *const *fields, int n);
/* Takes `text` apart in place.  0, what a row returned, or -1 with err: a quote is not closed, too many fields. */
int csv_rows(char *text, size_t len, csv_row *, void *, struct err *);

/* Adds what it says.  0, or -1 with err: it is no such table at all. */
int csv_read(struct incoming *, const char *bytes, size_t len, struct err *);

/* ---- foreign.c ---- */

/* The first placeholder as other programs write it, with the name inside: 1 and its place, 0. */
int foreign_placeholder(const char *text, size_t *start, size_t *len, char name[64]);
/* What is meant by a name: one of our variables, or NULL. */
const char *foreign_meaning(const char *name);

#endif
