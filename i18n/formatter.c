#include "formatter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/udat.h>
#include <unicode/udatpg.h>
#include <unicode/ulistformatter.h>
#include <unicode/uloc.h>
#include <unicode/unumberformatter.h>
#include <unicode/upluralrules.h>
#include <unicode/ureldatefmt.h>

#include "locale.h"

#define CACHE 64

static struct {
	struct key key; /* owns its strings */
	uint32_t hash;
	uint64_t used;
	void *icu;
} cache[CACHE];
static uint64_t uses;

static uint32_t
hash_string(uint32_t h, const char *s)
{
	while (*s)
		h = (h ^ (unsigned char)*s++) * 16777619u;
	return h * 31;
}

static void
close_formatter(enum tool tool, void *icu)
{
	switch (tool) {
	case TOOL_NUMBER: unumf_close(icu); break;
	case TOOL_DATE: udat_close(icu); break;
	case TOOL_LIST: ulistfmt_close(icu); break;
	case TOOL_RELDAYS: ureldatefmt_close(icu); break;
	case TOOL_PLURAL:
	case TOOL_ORDINAL: uplrules_close(icu); break;
	case TOOL_NONE: break;
	}
}

int32_t
widen(const char *ascii, UChar *out, int32_t room)
{
	int32_t n = 0;

	for (; ascii[n]; n++) {
		if (n + 1 >= room)
			return -1;
		out[n] = (unsigned char)ascii[n];
	}
	out[n] = 0;
	return n;
}

static void *
open_date(const char *id, const struct key *key, UErrorCode *e)
{
	static const char *const lengths[] = {"full", "long", "medium", "short"}; /* UDAT_FULL … UDAT_SHORT */
	char name[16];
	UChar zone[16], skeleton[STYLE_MAX + 1], pattern[WIDE_MAX];
	int32_t n;
	int minutes = abs(key->offset);
	UDateTimePatternGenerator *generator;

	snprintf(name, sizeof name, "GMT%c%02d:%02d", key->offset < 0 ? '-' : '+', minutes / 60 % 100,
		 minutes % 60);
	widen(name, zone, 16);
	for (int i = 0; i < 4; i++)
		if (!strcmp(key->style, lengths[i]))
			return udat_open(key->format == FORMAT_DATE ? UDAT_NONE : (UDateFormatStyle)i,
					 key->format == FORMAT_TIME ? UDAT_NONE : (UDateFormatStyle)i, id,
					 zone, -1, NULL, 0, e);
	n = widen(key->style, skeleton, STYLE_MAX + 1);
	generator = udatpg_open(id, e);
	n = udatpg_getBestPattern(generator, skeleton, n, pattern, WIDE_MAX, e);
	udatpg_close(generator);
	return udat_open(UDAT_PATTERN, UDAT_PATTERN, id, zone, -1, pattern, n, e);
}

static void *
open_formatter(const struct key *key, UErrorCode *e)
{
	char id[LOCALE_MAX + 64] = "";
	UChar style[STYLE_MAX + 1];
	int32_t n, parsed = 0;

	uloc_forLanguageTag(key->locale, id, LOCALE_MAX, &parsed, e);
	if (U_FAILURE(*e) || (size_t)parsed != strlen(key->locale) || strchr(id, '@')) {
		*e = U_ILLEGAL_ARGUMENT_ERROR;
		return NULL;
	}
	if (key->tool == TOOL_PLURAL || key->tool == TOOL_ORDINAL)
		return uplrules_openForType(
			id, key->tool == TOOL_PLURAL ? UPLURAL_TYPE_CARDINAL : UPLURAL_TYPE_ORDINAL, e);
	strcat(id, key->native_digits ? "@calendar=gregorian" : "@calendar=gregorian;numbers=latn");
	n = widen(key->style, style, STYLE_MAX + 1);
	if (n < 0) {
		*e = U_BUFFER_OVERFLOW_ERROR;
		return NULL;
	}
	switch (key->tool) {
	case TOOL_NUMBER: return unumf_openForSkeletonAndLocale(style, n, id, e);
	case TOOL_DATE: return open_date(id, key, e);
	case TOOL_LIST:
		return ulistfmt_openForType(id,
					    strcmp(key->style, "or") ? ULISTFMT_TYPE_AND : ULISTFMT_TYPE_OR,
					    ULISTFMT_WIDTH_WIDE, e);
	default: return ureldatefmt_open(id, NULL, UDAT_STYLE_LONG, UDISPCTX_CAPITALIZATION_NONE, e);
	}
}

static int
same_key(const struct key *a, const struct key *b)
{
	return a->tool == b->tool && a->format == b->format && a->native_digits == b->native_digits &&
	       a->offset == b->offset && !strcmp(a->locale, b->locale) && !strcmp(a->style, b->style);
}

static void
forget(int i)
{
	close_formatter(cache[i].key.tool, cache[i].icu);
	free((char *)cache[i].key.locale);
	free((char *)cache[i].key.style);
	memset(&cache[i], 0, sizeof cache[i]);
}

void *
formatter_get(const struct key *key, struct err *err)
{
	uint32_t hash = hash_string(hash_string(2166136261u + key->tool, key->locale), key->style);
	UErrorCode e = U_ZERO_ERROR;
	void *icu;
	int oldest = 0;

	for (int i = 0; i < CACHE; i++) {
		if (cache[i].icu && cache[i].hash == hash && same_key(&cache[i].key, key)) {
			cache[i].used = ++uses;
			return cache[i].icu;
		}
		if (cache[i].used < cache[oldest].used)
			oldest = i;
	}
	icu = open_formatter(key, &e);
	if (U_FAILURE(e)) {
		if (icu)
			close_formatter(key->tool, icu);
		fail(err, "no format \"%s\" for the language \"%s\": %s", key->style, key->locale,
		     u_errorName(e));
		return NULL;
	}
	forget(oldest);
	cache[oldest].key = *key;
	cache[oldest].key.locale = must_strdup(key->locale);
	cache[oldest].key.style = must_strdup(key->style);
	cache[oldest].hash = hash;
	cache[oldest].used = ++uses;
	return cache[oldest].icu = icu;
}

void
formatters_close(void)
{
	for (int i = 0; i < CACHE; i++)
		forget(i);
}
