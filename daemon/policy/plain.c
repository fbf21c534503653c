#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "connectors/base/buf.h"
#include "plain.h"

/* One code point; a stray byte is taken as it is. */
static size_t
decode(const unsigned char *p, uint32_t *c)
{
	size_t n = *p < 0xc0 ? 1 : *p < 0xe0 ? 2 : *p < 0xf0 ? 3 : 4;

	*c = n == 1 ? *p : *p & (0xffu >> (n + 1));
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80) {
			*c = *p;
			return 1;
		}
		*c = *c << 6 | (p[i] & 0x3f);
	}
	return n;
}

static int
is_invisible(uint32_t c)
{
	return c == 0xad || c == 0x61c || (c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) ||
	       (c >= 0x2060 && c <= 0x2069) || c == 0xfeff;
}

/* The ASCII character that c is a variant of, or 0. */
static char
ascii_of(uint32_t c)
{
	if (c >= 0xff01 && c <= 0xff5e)
		return (char)(c - 0xff01 + '!');
	if (c >= 0x660 && c <= 0x669)
		return (char)(c - 0x660 + '0');
	if (c >= 0x6f0 && c <= 0x6f9)
		return (char)(c - 0x6f0 + '0');
	if (c == 0xa0 || c == 0x202f || c == 0x3000 || (c >= 0x2000 && c <= 0x200a))
		return ' ';
	if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0xfe63)
		return '-';
	if (c == 0x2024 || c == 0x3002 || c == 0xfe52 ||
	    c == 0xff61) /* browsers take them for dots in a host, too */
		return '.';
	if (c == 0xfe6b)
		return '@';
	if (c == 0xfe62 || c == 0x2795)
		return '+';
	if (c >= 0x1d7ce && c <= 0x1d7ff) /* styled digits, letters, and those in circles */
		return (char)('0' + (c - 0x1d7ce) % 10);
	if (c >= 0x1d400 && c <= 0x1d6a3)
		return "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"[(c - 0x1d400) % 52];
	if (c >= 0x24b6 && c <= 0x24e9)
		return "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"[c - 0x24b6];
	if (c >= 0x2460 && c <= 0x2468)
		return (char)('1' + (c - 0x2460));
	if (c == 0x24ea)
		return '0';
	if ((c >= 0x966 && c <= 0x96f) || (c >= 0xe50 && c <= 0xe59)) /* Devanagari, Thai */
		return (char)('0' + (c & 0xf) - (c < 0xe00 ? 6 : 0));
	return 0;
}

void
plain_make(struct plain *plain, const char *utf8)
{
	size_t len = strlen(utf8), n = 0, step;

	plain->text = must_alloc(len + 1);
	plain->at = must_alloc((len + 1) * sizeof *plain->at);
	for (size_t i = 0; i < len; i += step) {
		uint32_t c;
		char a;

		step = decode((const unsigned char *)utf8 + i, &c);
		if (step > 1 && is_invisible(c))
			continue;
		a = step > 1 ? ascii_of(c) : 0;
		for (size_t k = 0; k < (a ? 1 : step); k++) {
			plain->at[n] = i + k;
			plain->text[n++] = a ? a : utf8[i + k];
		}
	}
	plain->at[n] = len;
	plain->text[n] = '\0';
	plain->len = n;
}

int
plain_found(const struct plain *p, size_t start, size_t end, struct place *place)
{
	place->start = p->at[start];
	place->len = p->at[end] - p->at[start];
	return 1;
}

void
plain_free(struct plain *plain)
{
	free(plain->text);
	free(plain->at);
}
