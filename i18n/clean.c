/* clean.c - makes text from outside fit to stand inside ours. */
#include <stdlib.h>
#include <string.h>
#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "message.h"

#define ELLIPSIS 0x2026

/* What shows nothing, or only changes how its surroundings look: controls, direction marks and embeddings, byte order marks, empty
 * spaces, tags, lone surrogates. */
static int
is_dropped(UChar32 c)
{
	return (u_charType(c) == U_CONTROL_CHAR && !u_isUWhiteSpace(c)) || c == 0x061C || c == 0x200E ||
	       c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF ||
	       c == 0x00AD || c == 0x200B || (c >= 0x2060 && c <= 0x2064) || (c >= 0xE0000 && c <= 0xE007F) ||
	       U_IS_SURROGATE(c);
}

static int
can_be_seen(const UChar *text, int32_t len)
{
	UChar32 c;

	for (int32_t i = 0; i < len;) {
		U16_NEXT(text, i, len, c);
		if (c != ' ' && !u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT))
			return 1;
	}
	return 0;
}

/* The longest whole-grapheme beginning of text that has at most max_points - 1 code points. */
static int32_t
cut_at(const UChar *text, int32_t len, int max_points)
{
	UErrorCode e = U_ZERO_ERROR;
	UBreakIterator *graphemes = ubrk_open(UBRK_CHARACTER, "", text, len, &e);
	int32_t limit = 0;

	U16_FWD_N(text, limit, len, max_points - 1);
	if (!U_FAILURE(e) && !ubrk_isBoundary(graphemes, limit))
		limit = ubrk_preceding(graphemes, limit);
	ubrk_close(graphemes);
	while (limit > 0 && text[limit - 1] == ' ')
		limit--;
	return limit < 0 ? 0 : limit;
}

void
var_clean(const char *in, int max_points, struct buf *out)
{
	UErrorCode e = U_ZERO_ERROR;
	const UNormalizer2 *nfc = unorm2_getNFCInstance(&e);
	int32_t n = 0, kept = 0, room = (int32_t)strnlen(in, 1 << 20);
	UChar *text = must_alloc(((size_t)room + 2) * sizeof *text);
	UChar *normal = must_alloc((3 * (size_t)room + 2) * sizeof *normal);
	char *bytes = NULL;
	int32_t length = 0;

	u_strFromUTF8WithSub(text, room + 2, &n, in, room, 0xFFFD, NULL, &e);
	for (int32_t i = 0; i < n;) {
		UChar32 c;

		U16_NEXT(text, i, n, c);
		if (is_dropped(c))
			continue;
		if (u_isUWhiteSpace(c)) {
			if (!kept || text[kept - 1] == ' ')
				continue;
			c = ' ';
		}
		if (c == '{' ||
		    c == '}') /* a name in braces would read like one of ours that was not filled in */
			c = c == '{' ? '(' : ')';
		U16_APPEND_UNSAFE(text, kept, c);
	}
	while (kept && text[kept - 1] == ' ')
		kept--;
	if (!can_be_seen(text, kept))
		kept = 0;
	n = unorm2_normalize(nfc, text, kept, normal, 3 * room + 2, &e);
	if (!U_FAILURE(e) && u_countChar32(normal, n) > max_points) {
		n = cut_at(normal, n, max_points);
		normal[n++] = ELLIPSIS;
	}
	buf_clear(out);
	bytes = must_alloc(3 * (size_t)n + 1);
	u_strToUTF8(bytes, 3 * n + 1, &length, normal, n, &e);
	if (!U_FAILURE(e))
		buf_add(out, bytes, (size_t)length);
	free(bytes);
	free(normal);
	free(text);
}
