#include "width.h"

#include <string.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

int
char_width(const char **utf8)
{
	const char *s = *utf8;
	int32_t n = (int32_t)strnlen(s, 4), i = 0;
	UChar32 c;

	U8_NEXT(s, i, n, c);
	if (c < 0) {
		*utf8 = s + 1;
		return 1;
	}
	*utf8 = s + i;
	switch (u_charType(c)) {
	case U_NON_SPACING_MARK:
	case U_ENCLOSING_MARK:
	case U_FORMAT_CHAR:
	case U_CONTROL_CHAR: return 0;
	default: break;
	}
	if (c >= 0x1160 && c <= 0x11ff) /* Hangul vowels and finals stand inside the syllable */
		return 0;
	switch (u_getIntPropertyValue(c, UCHAR_EAST_ASIAN_WIDTH)) {
	case U_EA_FULLWIDTH:
	case U_EA_WIDE: return 2;
	default: return 1;
	}
}

int
text_width(const char *utf8)
{
	int n = 0;

	while (*utf8)
		n += char_width(&utf8);
	return n;
}

size_t
text_fit(const char *utf8, int columns)
{
	const char *p = utf8, *next = utf8;

	while (*next) {
		columns -= char_width(&next);
		if (columns < 0)
			break;
		p = next;
	}
	return (size_t)(p - utf8);
}
