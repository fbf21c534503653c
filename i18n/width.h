/* width.h - how many columns a text takes in a terminal: 2 for wide East Asian characters and emoji, 0 for marks that join. */
#ifndef I18N_WIDTH_H
#define I18N_WIDTH_H

#include <stddef.h>

/* Decodes one character at *utf8 and moves past it; its columns.  Anything that is not UTF-8 counts as one byte, one column. */
int char_width(const char **utf8);

int text_width(const char *utf8);

/* How many bytes of the text fit into so many columns; never splits a character or takes a mark from its letter. */
size_t text_fit(const char *utf8, int columns);

#endif
