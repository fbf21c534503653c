/* plain.h - a text as a careful reader sees it: ASCII forms of full-width characters and of Arabic digits, nothing invisible. */
#ifndef POLICY_PLAIN_H
#define POLICY_PLAIN_H

#include "content.h"

struct plain {
	char *text; /* NUL at the end */
	size_t *at; /* for each byte, and the end, its offset in the original */
	size_t len;
};

void plain_make(struct plain *, const char *utf8);
void plain_free(struct plain *);

/* Bytes [start, end) of it as a place in the original.  Always 1. */
int plain_found(const struct plain *, size_t start, size_t end, struct place *);

#endif
