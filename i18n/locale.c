#include "locale.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <unicode/uenum.h>
#include <unicode/uldnames.h>
#include <unicode/uloc.h>
#include <unicode/ustring.h>

#define CANDIDATES_MAX 128

/* Codes that platforms and CLD2 use and ICU leaves alone. */
static const char *const renamed[][2] = {
	{"tl", "fil"}, {"no", "nb"}, {"cmn", "zh"}, {"arb", "ar"}, {"sh", "sr-Latn"}, {"jw", "jv"},
};

/* BCP 47 to ICU's id, which never carries keywords here. */
static int
icu_id(const char *tag, char out[LOCALE_MAX])
{
	UErrorCode e = U_ZERO_ERROR;
	int32_t parsed = 0;

	uloc_forLanguageTag(tag, out, LOCALE_MAX, &parsed, &e);
	return U_FAILURE(e) || e == U_STRING_NOT_TERMINATED_WARNING || !*out || (size_t)parsed != strlen(tag)
		       ? -1
		       : 0;
}

/* The tag as ICU writes it, without extensions and private use, which do not matter to us.  0 or -1. */
static int
canonical_tag(const char *in, char out[LOCALE_MAX])
{
	char id[LOCALE_MAX];
	UErrorCode e = U_ZERO_ERROR;
	size_t language;

	if (icu_id(in, id))
		return -1;
	id[strcspn(id, "@")] = 0;
	uloc_toLanguageTag(id, out, LOCALE_MAX, 1, &e);
	if (strstr(out, "-u-")) /* of the variant POSIX */
		*strstr(out, "-u-") = 0;
	language = strcspn(out, "-");
	return U_FAILURE(e) || language < 2 || language > 3 || !strcmp(out, "und") ? -1 : 0;
}

int
locale_canonical(const char *in, char out[LOCALE_MAX])
{
	char tag[LOCALE_MAX] = "";
	size_t len = in ? strcspn(in, ".@") : 0;

	out[0] = 0;
	if (len < 2 || len >= LOCALE_MAX / 2 || strlen(in) >= LOCALE_MAX)
		return -1;
	for (size_t i = 0; i < len; i++)
		tag[i] = in[i] == '_' ? '-' : in[i];
	if (canonical_tag(tag, out))
		goto bad;
	for (size_t i = 0; i < sizeof renamed / sizeof *renamed; i++) {
		size_t language = strlen(renamed[i][0]);

		if (!strncmp(out, renamed[i][0], language) && (!out[language] || out[language] == '-')) {
			snprintf(tag, sizeof tag, "%s%.40s", renamed[i][1], out + language);
			if (canonical_tag(tag, out))
				goto bad;
			break;
		}
	}
	return 0;
bad:
	out[0] = 0;
	return -1;
}

/* Language and script, with what is usual filled in: zh-TW is zh and Hant. */
struct writing {
	char locale[LOCALE_MAX], language[LOCALE_MAX], script[LOCALE_MAX]; /* language "": it is no locale */
};

static void
likely(const char *locale, struct writing *w)
{
	UErrorCode e = U_ZERO_ERROR;
	char tag[LOCALE_MAX], id[LOCALE_MAX], full[LOCALE_MAX];

	snprintf(w->locale, sizeof w->locale, "%s", locale);
	w->language[0] = w->script[0] = 0;
	if (locale_canonical(locale, tag) || icu_id(tag, id))
		return;
	uloc_addLikelySubtags(id, full, LOCALE_MAX, &e);
	uloc_getLanguage(full, w->language, LOCALE_MAX, &e);
	uloc_getScript(full, w->script, LOCALE_MAX, &e);
	if (U_FAILURE(e))
		w->language[0] = 0;
}

/* The same few are asked for again and again, and ICU takes long: what it said is kept until another one needs the place. */
static const struct writing *
writing_of(const char *locale)
{
	static struct writing known[64];
	static const struct writing none;
	struct writing *w;
	unsigned hash = 0;

	if (!locale || strlen(locale) >= LOCALE_MAX)
		return &none;
	for (const char *p = locale; *p; p++)
		hash = hash * 31 + (unsigned char)*p;
	w = &known[hash % (sizeof known / sizeof *known)];
	if (strcmp(w->locale, locale))
		likely(locale, w);
	return w;
}

int
locale_same_language(const char *a, const char *b)
{
	const struct writing wa = *writing_of(a); /* b may take its place */
	const struct writing *wb = writing_of(b);

	return *wa.language && !strcmp(wa.language, wb->language) && !strcmp(wa.script, wb->script);
}

/* ICU's matcher would also take a neighbour (Spanish for Catalan, simplified for traditional Chinese): a reply must be in the
 * reader's own language and script, so only those stand for choice. */
int
locale_match(const char *want, const char *const have[])
{
	char ids[CANDIDATES_MAX][LOCALE_MAX], wanted[LOCALE_MAX], best[LOCALE_MAX];
	const char *list[CANDIDATES_MAX], *wants[1] = {wanted};
	int index[CANDIDATES_MAX], n = 0;
	UErrorCode e = U_ZERO_ERROR;
	UAcceptResult result = ULOC_ACCEPT_FAILED;
	UEnumeration *available;

	if (locale_canonical(want, best) || icu_id(best, wanted))
		return -1;
	for (int i = 0; have[i] && i < CANDIDATES_MAX; i++)
		if (!strcmp(best, have[i]))
			return i;
	for (int i = 0; have[i] && n < CANDIDATES_MAX; i++) {
		char tag[LOCALE_MAX];

		if (!locale_same_language(want, have[i]) || locale_canonical(have[i], tag) ||
		    icu_id(tag, ids[n]))
			continue;
		list[n] = ids[n];
		index[n++] = i;
	}
	if (n < 2)
		return n ? index[0] : -1;
	available = uenum_openCharStringsEnumeration(list, n, &e);
	uloc_acceptLanguage(best, LOCALE_MAX, &result, wants, 1, available, &e);
	uenum_close(available);
	if (!U_FAILURE(e) && result != ULOC_ACCEPT_FAILED)
		for (int i = 0; i < n; i++)
			if (!strcmp(best, ids[i]))
				return index[i];
	return index[0];
}

void
locale_with_country(const char *language, const char *country, char out[LOCALE_MAX])
{
	UErrorCode e = U_ZERO_ERROR;
	char tag[LOCALE_MAX], id[LOCALE_MAX], part[LOCALE_MAX], joined[LOCALE_MAX];
	int n;

	out[0] = 0;
	if (locale_canonical(language, tag) || icu_id(tag, id))
		return;
	strcpy(out, tag);
	if (!country || !isalpha((unsigned char)country[0]) || !isalpha((unsigned char)country[1]) ||
	    country[2])
		return;
	uloc_getLanguage(id, part, LOCALE_MAX, &e);
	n = snprintf(joined, sizeof joined, "%.8s", part);
	if (uloc_getScript(id, part, LOCALE_MAX, &e) > 0)
		n += snprintf(joined + n, sizeof joined - (size_t)n, "-%.8s", part);
	snprintf(joined + n, sizeof joined - (size_t)n, "-%s", country);
	if (locale_canonical(joined, tag) == 0)
		strcpy(out, tag);
}

int
locale_is_rtl(const char *locale)
{
	char tag[LOCALE_MAX], id[LOCALE_MAX];

	return !locale_canonical(locale, tag) && !icu_id(tag, id) && uloc_isRightToLeft(id);
}

int
locale_language_name(const char *locale, const char *in, char *out, size_t size)
{
	char tag[LOCALE_MAX], id[LOCALE_MAX], reader[LOCALE_MAX];
	UErrorCode e = U_ZERO_ERROR;
	ULocaleDisplayNames *names;
	UChar wide[128];
	int32_t n, length = 0;

	if (locale_canonical(locale, tag) || icu_id(tag, id) || locale_canonical(in ? in : locale, tag) ||
	    icu_id(tag, reader))
		return -1;
	names = uldn_open(reader, ULDN_DIALECT_NAMES, &e);
	n = uldn_localeDisplayName(names, id, wide, 128, &e);
	u_strToUTF8(out, (int32_t)size, &length, wide, n, &e);
	uldn_close(names);
	return U_FAILURE(e) || (size_t)length >= size ? -1 : 0;
}
