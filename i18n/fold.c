#include "fold.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>

/* A normalised copy of text, len updated; NULL when ICU refuses. */
static UChar *
normalized(const UNormalizer2 *form, const UChar *text, int32_t *len)
{
	UErrorCode e = U_ZERO_ERROR;
	int32_t room = *len + *len / 2 + 64, n;
	UChar *out = must_alloc((size_t)room * sizeof *out);

	n = unorm2_normalize(form, text, *len, out, room, &e);
	if (e == U_BUFFER_OVERFLOW_ERROR) {
		e = U_ZERO_ERROR;
		free(out);
		out = must_alloc((size_t)n * sizeof *out);
		n = unorm2_normalize(form, text, *len, out, n, &e);
	}
	*len = U_FAILURE(e) ? 0 : n;
	return out;
}

/* Scripts whose marks are optional in everyday writing.  In kana, Thai and Indic scripts they are letters. */
static int
marks_are_optional(UChar32 base)
{
	UErrorCode e = U_ZERO_ERROR;

	switch (uscript_getScript(base, &e)) {
	case USCRIPT_LATIN:
	case USCRIPT_GREEK:
	case USCRIPT_CYRILLIC:
	case USCRIPT_ARABIC:
	case USCRIPT_HEBREW: return 1;
	default: return 0;
	}
}

/* Letters that people interchange although Unicode does not decompose them; 0 = leave out. */
static UChar32
plain_letter(UChar32 c, UChar32 *second)
{
	*second = 0;
	switch (c) {
	case 0x0111: return 'd';                /* đ */
	case 0x0142: return 'l';                /* ł */
	case 0x00F8: return 'o';                /* ø */
	case 0x0131: return 'i';                /* ı */
	case 0x00E6: *second = 'e'; return 'a'; /* æ */
	case 0x0153: *second = 'e'; return 'o'; /* œ */
	case 0x00FE: *second = 'h'; return 't'; /* þ */
	case 0x0640: return 0;                  /* tatweel */
	case 0x0649:                            /* alef maksura */
	case 0x06CC: return 0x064A;             /* Persian yeh */
	case 0x0629: return 0x0647;             /* teh marbuta */
	case 0x06A9: return 0x0643;             /* keheh */
	default: return c;
	}
}

static int
is_gap(UChar32 c)
{
	return u_isUWhiteSpace(c) || (U_GET_GC_MASK(c) & (U_GC_P_MASK | U_GC_SK_MASK | U_GC_CC_MASK));
}

/* ASCII needs no ICU.  1, 0: it is not all ASCII. */
static int
fold_ascii(const char *s, size_t len, struct buf *out)
{
	size_t kept = 0;

	for (size_t i = 0; i < len; i++)
		if ((unsigned char)s[i] >= 0x80)
			return 0;
	buf_clear(out);
	if (buf_add(out, s, len))
		return 0; /* folded it may fit */
	for (size_t i = 0; i < len; i++) {
		const char c = out->data[i];

		if (c >= 'A' && c <= 'Z')
			out->data[kept++] = (char)(c | 0x20);
		else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || strchr("$+<=>|~", c))
			out->data[kept++] = c;
		else if (kept && out->data[kept - 1] != ' ')
			out->data[kept++] = ' ';
	}
	buf_cut(out, kept && out->data[kept - 1] == ' ' ? kept - 1 : kept);
	return 1;
}

void
text_fold(const char *utf8, struct buf *out)
{
	UErrorCode e = U_ZERO_ERROR;
	const UNormalizer2 *casefold = unorm2_getNFKCCasefoldInstance(&e);
	const UNormalizer2 *nfd = unorm2_getNFDInstance(&e), *nfc = unorm2_getNFCInstance(&e);
	int32_t room = (int32_t)strnlen(utf8, 1 << 24), n = 0, kept = 0, length = 0;
	UChar *wide = must_alloc(((size_t)room + 1) * sizeof *wide), *folded, *apart, *words, *whole;
	char *bytes;
	UChar32 base = 0;

	if (fold_ascii(utf8, (size_t)room, out)) {
		free(wide);
		return;
	}
	u_strFromUTF8WithSub(wide, room + 1, &n, utf8, room, 0xFFFD, NULL, &e);
	folded = normalized(casefold, wide, &n);
	apart = normalized(nfd, folded, &n);
	words = must_alloc(2 * ((size_t)n + 1) * sizeof *words);
	for (int32_t i = 0; i < n;) {
		UChar32 c, second;

		U16_NEXT(apart, i, n, c);
		if (u_charType(c) == U_NON_SPACING_MARK) {
			if (marks_are_optional(base))
				continue;
		} else {
			base = c;
		}
		if (is_gap(c)) {
			if (kept && words[kept - 1] != ' ')
				words[kept++] = ' ';
			continue;
		}
		if (!(c = plain_letter(c, &second)))
			continue;
		U16_APPEND_UNSAFE(words, kept, c);
		if (second)
			words[kept++] = (UChar)second;
	}
	if (kept && words[kept - 1] == ' ')
		kept--;
	whole = normalized(nfc, words, &kept);
	bytes = must_alloc(3 * (size_t)kept + 1);
	e = U_ZERO_ERROR;
	u_strToUTF8(bytes, 3 * kept + 1, &length, whole, kept, &e);
	buf_clear(out);
	buf_add(out, bytes, (size_t)length);
	free(bytes);
	free(whole);
	free(words);
	free(apart);
	free(folded);
	free(wide);
}
