#include "key.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/ustring.h>
#include <unicode/utf8.h>
#include <unicode/utrans.h>

#include "fold.h"

enum {
	LAST_ALPHABET = 0x06ff
}; /* Latin, Greek, Cyrillic, Hebrew, Arabic: a letter said again means nothing */

static int
is_language(const char *tag, const char *language)
{
	const size_t n = strlen(language);

	return !strncmp(tag, language, n) && (!tag[n] || tag[n] == '-');
}

int
key_is_unspaced(const char *language)
{
	return is_language(language, "zh") || is_language(language, "ja") || is_language(language, "th") ||
	       is_language(language, "ko");
}

/* Traditional characters as simplified ones.  What ICU cannot do stays as it is. */
static void
simplify(struct buf *text)
{
	static UTransliterator *simpler;
	UErrorCode e = U_ZERO_ERROR;
	const int32_t room = (int32_t)text->len + 16;
	UChar *wide = must_alloc((size_t)room * sizeof *wide);
	char *bytes = must_alloc(3 * (size_t)room);
	int32_t n = 0, end, length = 0;

	if (!simpler)
		simpler = utrans_openU(u"Hant-Hans", -1, UTRANS_FORWARD, NULL, 0, NULL, &e);
	u_strFromUTF8(wide, room, &n, buf_str(text), (int32_t)text->len, &e);
	end = n;
	if (simpler)
		utrans_transUChars(simpler, wide, &n, room, 0, &end, &e);
	u_strToUTF8(bytes, 3 * room, &length, wide, n, &e);
	if (U_SUCCESS(e))
		buf_set(text, bytes, (size_t)length);
	free(bytes);
	free(wide);
}

static UChar32
plain(UChar32 c)
{
	switch (c) {
	case 0x05da: return 0x05db; /* ך */
	case 0x05dd: return 0x05de; /* ם */
	case 0x05df: return 0x05e0; /* ן */
	case 0x05e3: return 0x05e4; /* ף */
	case 0x05e5: return 0x05e6; /* ץ */
	default: return u_charDigitValue(c) >= 0 ? '0' : c;
	}
}

static int
is_umlaut(UChar32 vowel, UChar32 c)
{
	return c == 'e' && (vowel == 'a' || vowel == 'o' || vowel == 'u');
}

void
key_of(const char *utf8, const char *language, struct buf *out)
{
	const int unspaced = key_is_unspaced(language), german = is_language(language, "de");
	UChar32 before = 0;
	size_t kept = 0;

	text_fold(utf8, out);
	for (size_t i = 0; i < out->len;) {
		const size_t start = i;
		UChar32 c;

		U8_NEXT(out->data, i, out->len, c);
		c = plain(c);
		if ((c == before && (c == '0' || (c > ' ' && c <= LAST_ALPHABET))) ||
		    (german && is_umlaut(before, c)) || (unspaced && c == ' '))
			continue;
		before = c;
		if (c == '0')
			out->data[kept++] = '0';
		else if (c >= 0x05d0 && c <= 0x05ea) /* both of two bytes, c perhaps another */
			U8_APPEND_UNSAFE(out->data, kept, c);
		else
			for (size_t k = start; k < i; k++)
				out->data[kept++] = out->data[k];
	}
	if (out->len)
		buf_cut(out, kept);
	if (is_language(language, "zh") && out->len)
		simplify(out);
}
