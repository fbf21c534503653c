/* style.c - is the style of an argument one that its format knows? */
#include <string.h>
#include <unicode/unumberformatter.h>

#include "format.h"
#include "formatter.h"

static int
one_of(const char *style, const char *const *words)
{
	for (; *words; words++)
		if (!strcmp(style, *words))
			return 0;
	return -1;
}

/* What ICU takes and a reply must not have: amounts have their own type, a bare number as currency/JPY would lose its fraction silently;
 * integer-width/##0 writes 1234 as 234; and ICU writes all the zeros of scale/1E999999999, for a minute and in gigabytes. */
static const char *
dangerous(const char *skeleton)
{
	static const char *const words[] = {"currency/", "integer-width/#"};
	const char *bad;

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if ((bad = strstr(skeleton, words[i])))
			return bad;
	bad = strstr(skeleton, "scale/");
	return bad && strspn(bad + 6, "0123456789.") != strcspn(bad + 6, " ") ? bad : NULL;
}

/* Some skeletons open and then format nothing (usage/road without a unit): tried with a number that has to be rounded. */
static int
check_number_skeleton(const char *skeleton, const char *locale, size_t *at)
{
	UChar wide[STYLE_MAX + 1];
	int32_t n = widen(skeleton, wide, STYLE_MAX + 1);
	UParseError place = {.offset = 0};
	UErrorCode e = U_ZERO_ERROR;
	UNumberFormatter *f;
	UFormattedNumber *shown;
	const char *bad = dangerous(skeleton);

	if (bad) {
		*at = (size_t)(bad - skeleton);
		return -1;
	}
	f = unumf_openForSkeletonAndLocaleWithError(wide, n, locale, &place, &e);
	shown = unumf_openResult(&e);
	unumf_formatDecimal(f, "1234.567890123", -1, shown, &e);
	unumf_closeResult(shown);
	unumf_close(f);
	*at = place.offset > 0 ? (size_t)place.offset : 0;
	return U_FAILURE(e) ? -1 : 0;
}

int
format_check(enum format format, const char *style, const char *locale, size_t *at)
{
	static const char *const number[] = {"", "integer", "percent", NULL};
	static const char *const money[] = {"", "iso", NULL};
	static const char *const date[] = {"", "short", "medium", "long", "full", NULL};
	static const char *const list[] = {"", "or", NULL};
	static const char *const reldays[] = {"", "numeric", NULL};
	int skeleton = !strncmp(style, "::", 2);
	int r;

	*at = 0;
	if (strlen(style) >= STYLE_MAX)
		return -1;
	for (const char *s = style; *s; s++)
		if (*s < ' ' || *s > '~') {
			*at = (size_t)(s - style);
			return -1;
		}
	switch (format) {
	case FORMAT_NONE: return 0;
	case FORMAT_MONEY: return one_of(style, money);
	case FORMAT_LIST: return one_of(style, list);
	case FORMAT_RELDAYS: return one_of(style, reldays);
	case FORMAT_NUMBER:
		if (!skeleton)
			return one_of(style, number);
		r = check_number_skeleton(style + 2, locale, at);
		break;
	default:
		if (!skeleton)
			return one_of(style, date);
		*at = strspn(style + 2, "GyYuUrQqMLwWEecdDFabBhHKkjJCmsSzZOvVXx");
		r = style[2] && !style[2 + *at] ? 0 : -1;
	}
	*at += 2;
	return r;
}
