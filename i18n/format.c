/* format.c - numbers, money, dates, lists and plural rules by ICU's C API.
 *
 * Opening a formatter costs 20 to 250 µs, using one about 1 µs: the last CACHE of them stay open, the
 * least recently used one gives way.  Never compare a UErrorCode with zero: warnings are negative and normal.
 */
#include "format.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ucurr.h>
#include <unicode/udat.h>
#include <unicode/udatpg.h>
#include <unicode/ulistformatter.h>
#include <unicode/uloc.h>
#include <unicode/unumberformatter.h>
#include <unicode/upluralrules.h>
#include <unicode/ureldatefmt.h>
#include <unicode/ustring.h>

#include "base/instant.h"
#include "locale.h"

#define CACHE	  64
#define TEXT_MAX  512 /* UTF-16 units of one formatted value other than a list */
#define STYLE_MAX 64

enum tool { TOOL_NONE, TOOL_NUMBER, TOOL_DATE, TOOL_LIST, TOOL_RELDAYS, TOOL_PLURAL, TOOL_ORDINAL };

struct key {
	enum tool tool;
	const char *locale; /* BCP 47 */
	const char *style;  /* skeleton; of dates also full, long, medium or short; of lists "or" */
	enum format format; /* of dates */
	int native_digits;
	int offset; /* of dates: minutes east of UTC */
};

static struct {
	struct key key; /* owns its strings */
	uint32_t hash;
	uint64_t used;
	void *icu;
} cache[CACHE];
static uint64_t uses;
static UFormattedNumber *formatted;

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

static int
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
	UChar zone[16], skeleton[STYLE_MAX + 1], pattern[TEXT_MAX];
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
	n = udatpg_getBestPattern(generator, skeleton, n, pattern, TEXT_MAX, e);
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

/* The open formatter of that key; NULL with err. */
static void *
formatter(const struct key *key, struct err *err)
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
message_cleanup(void)
{
	for (int i = 0; i < CACHE; i++)
		forget(i);
	unumf_closeResult(formatted);
	formatted = NULL;
}

/* ---- text in and out ---- */

static int
put_wide(struct buf *out, const UChar *text, int32_t n, UErrorCode e, struct err *err)
{
	char small[3 * TEXT_MAX], *bytes = small;
	int32_t length = 0;

	if (U_FAILURE(e))
		return fail(err, "this value cannot be formatted: %s", u_errorName(e));
	if (n > TEXT_MAX)
		bytes = must_alloc(3 * (size_t)n);
	u_strToUTF8(bytes, n > TEXT_MAX ? 3 * n : (int32_t)sizeof small, &length, text, n, &e);
	if (!U_FAILURE(e))
		buf_add(out, bytes, (size_t)length);
	if (bytes != small)
		free(bytes);
	return U_FAILURE(e) ? fail(err, "this value cannot be formatted: %s", u_errorName(e)) : 0;
}

/* ---- numbers ---- */

int
decimal_valid(const char *s)
{
	size_t n = strlen(s);
	size_t i = s[0] == '-', digits = strspn(s + i, "0123456789");

	if (n > 40 || !digits)
		return 0;
	i += digits;
	if (s[i] == '.') {
		digits = strspn(s + i + 1, "0123456789");
		i = digits ? i + 1 + digits : i;
	}
	return i == n;
}

int
quantity_equals(const struct quantity *q, int64_t n)
{
	char text[24];
	const char *s = q->decimal, *point;
	size_t digits;
	int minus;

	if (!s)
		return q->integer == n;
	minus = *s == '-';
	s += minus;
	while (*s == '0' && s[1] >= '0' && s[1] <= '9')
		s++;
	digits = strcspn(s, ".");
	point = s + digits;
	if (strspn(point, ".0") != strlen(point))
		return 0;
	snprintf(text, sizeof text, "%llu", n < 0 ? 0ull - (unsigned long long)n : (unsigned long long)n);
	return (n == 0 || minus == (n < 0)) && strlen(text) == digits && !memcmp(text, s, digits);
}

/* Formats into `formatted`, which lasts until the next number. */
static int
apply_number(const struct key *key, const struct quantity *q, struct err *err)
{
	UErrorCode e = U_ZERO_ERROR;
	const UNumberFormatter *f = formatter(key, err);

	if (!f)
		return -1;
	if (!formatted)
		formatted = unumf_openResult(&e);
	if (q->decimal)
		unumf_formatDecimal(f, q->decimal, -1, formatted, &e);
	else
		unumf_formatInt(f, q->integer, formatted, &e);
	return U_FAILURE(e) ? fail(err, "this value cannot be formatted: %s", u_errorName(e)) : 0;
}

static int
put_number(struct buf *out, const struct key *key, const struct quantity *q, struct err *err)
{
	UErrorCode e = U_ZERO_ERROR;
	UChar text[TEXT_MAX];
	int32_t n;

	if (apply_number(key, q, err))
		return -1;
	n = unumf_resultToString(formatted, text, TEXT_MAX, &e);
	return put_wide(out, text, n, e, err);
}

/* A decimal shows exactly the digits it is carried with: "12.50" is not 12.5, and in English 1.0 is a plural. */
static const char *
plain_skeleton(const struct quantity *q, char out[STYLE_MAX])
{
	const char *point = q->decimal ? strchr(q->decimal, '.') : NULL;
	size_t n = point ? strlen(point) : 0;

	memset(out, '0', n);
	if (n)
		out[0] = '.';
	out[n] = 0;
	return out;
}

static const char *
number_skeleton(const char *style)
{
	if (!strcmp(style, "integer"))
		return "precision-integer";
	if (!strcmp(style, "percent"))
		return "percent scale/100";
	return style + 2; /* "::skeleton" */
}

int
format_number(struct buf *out, const struct message_context *c, const char *style, const struct quantity *q,
	      struct err *err)
{
	char plain[STYLE_MAX];
	struct key key = {.tool = TOOL_NUMBER, .locale = c->locale, .native_digits = c->native_digits};

	key.style = *style ? number_skeleton(style) : plain_skeleton(q, plain);
	return put_number(out, &key, q, err);
}

int
format_money(struct buf *out, const struct message_context *c, const char *style, const struct money *money,
	     struct err *err)
{
	char amount[MONEY_TEXT], skeleton[STYLE_MAX], *end;
	UChar code[4];
	UErrorCode e = U_ZERO_ERROR;
	int digits;
	struct quantity q = {.decimal = amount};
	struct key key = {
	    .tool = TOOL_NUMBER, .locale = c->locale, .style = skeleton, .native_digits = c->native_digits};

	if (money_digits(money->currency) < 0)
		return fail(err, "\"%s\" is not a currency", money->currency);
	money_format(money, amount);
	widen(money->currency, code, 4);
	end = skeleton + snprintf(skeleton, sizeof skeleton, "currency/%s%s", money->currency,
				  strcmp(style, "iso") ? "" : " unit-width-iso-code");
	/* ICU shows fewer digits of some currencies than ISO 4217 gives them (RSD, LBP): never round an amount. */
	if (strchr(amount, '.')) {
		const char *fraction = strchr(amount, '.') + 1;

		digits = (int)strlen(fraction);
		if (digits > ucurr_getDefaultFractionDigits(code, &e) &&
		    strspn(fraction, "0") != (size_t)digits)
			snprintf(end, sizeof skeleton - (size_t)(end - skeleton), " .%.*s", digits,
				 "0000000000");
	}
	return put_number(out, &key, &q, err);
}

int
plural_keyword(const char *locale, int ordinal, const struct quantity *q, char out[KEYWORD_MAX],
	       struct err *err)
{
	char plain[STYLE_MAX];
	UChar word[KEYWORD_MAX];
	UErrorCode e = U_ZERO_ERROR;
	struct key rules = {.tool = ordinal ? TOOL_ORDINAL : TOOL_PLURAL, .locale = locale, .style = ""};
	struct key number = {.tool = TOOL_NUMBER, .locale = locale, .style = plain_skeleton(q, plain)};
	const UPluralRules *r = formatter(&rules, err);
	int32_t n;

	if (!r || apply_number(&number, q, err))
		return -1;
	n = uplrules_selectFormatted(r, formatted, word, KEYWORD_MAX, &e);
	if (U_FAILURE(e) || n >= KEYWORD_MAX)
		return fail(err, "this value cannot be formatted: %s", u_errorName(e));
	u_UCharsToChars(word, out, n);
	out[n] = 0;
	return 0;
}

/* ---- dates, lists, days ---- */

int
format_date(struct buf *out, const struct message_context *c, enum format format, const char *style,
	    int64_t ms, struct err *err)
{
	UErrorCode e = U_ZERO_ERROR;
	UChar text[TEXT_MAX];
	int32_t n;
	struct key key = {
	    .tool = TOOL_DATE, .format = format, .locale = c->locale, .native_digits = c->native_digits};
	UDateFormat *f;

	if (zone_offset(c->zone, ms, &key.offset))
		return fail(err, "\"%s\" is not a time zone; name one like Europe/Berlin", c->zone);
	if (!strncmp(style, "::", 2))
		key.style = style + 2;
	else if (*style)
		key.style = style;
	else
		key.style = format == FORMAT_DATE ? "yMMMMd" : format == FORMAT_TIME ? "jm" : "yMMMMdjm";
	if (!(f = formatter(&key, err)))
		return -1;
	n = udat_format(f, (UDate)ms, text, TEXT_MAX, NULL, &e);
	return put_wide(out, text, n, e, err);
}

int
format_list(struct buf *out, const struct message_context *c, const char *style, const char *const *items,
	    size_t n, struct err *err)
{
	struct key key = {.tool = TOOL_LIST, .locale = c->locale, .style = style};
	const UListFormatter *f = formatter(&key, err);
	UErrorCode e = U_ZERO_ERROR;
	UChar **wide;
	UChar *text = NULL;
	int32_t *lengths, length = 0;
	size_t units = 64;
	int r;

	if (!f)
		return -1;
	wide = must_zalloc(n * sizeof *wide);
	lengths = must_zalloc(n * sizeof *lengths);
	for (size_t i = 0; i < n; i++) {
		size_t room = strlen(items[i]) + 1;

		wide[i] = must_alloc(room * sizeof **wide);
		u_strFromUTF8(wide[i], (int32_t)room, &lengths[i], items[i], -1, &e);
		units += room + 64;
	}
	text = must_alloc(units * sizeof *text);
	length =
	    ulistfmt_format(f, (const UChar *const *)wide, lengths, (int32_t)n, text, (int32_t)units, &e);
	r = put_wide(out, text, length, e, err);
	for (size_t i = 0; i < n; i++)
		free(wide[i]);
	free(wide);
	free(lengths);
	free(text);
	return r;
}

int
format_reldays(struct buf *out, const struct message_context *c, const char *style, int64_t days,
	       struct err *err)
{
	struct key key = {
	    .tool = TOOL_RELDAYS, .locale = c->locale, .style = "", .native_digits = c->native_digits};
	const URelativeDateTimeFormatter *f = formatter(&key, err);
	UErrorCode e = U_ZERO_ERROR;
	UChar text[TEXT_MAX];
	int32_t n;

	if (!f)
		return -1;
	n = (*style ? ureldatefmt_formatNumeric : ureldatefmt_format)(f, (double)days, UDAT_REL_UNIT_DAY,
								      text, TEXT_MAX, &e);
	return put_wide(out, text, n, e, err);
}

/* ---- styles ---- */

static int
one_of(const char *style, const char *const *words)
{
	for (; *words; words++)
		if (!strcmp(style, *words))
			return 0;
	return -1;
}

static int
check_number_skeleton(const char *skeleton, const char *locale, size_t *at)
{
	UChar wide[STYLE_MAX + 1];
	int32_t n = widen(skeleton, wide, STYLE_MAX + 1);
	UParseError place = {.offset = 0};
	UErrorCode e = U_ZERO_ERROR;
	UNumberFormatter *f;

	/* Amounts have their own type: a bare number as currency/JPY would lose its fraction silently. */
	if (strstr(skeleton, "currency/")) {
		*at = (size_t)(strstr(skeleton, "currency/") - skeleton);
		return -1;
	}
	f = unumf_openForSkeletonAndLocaleWithError(wide, n, locale, &place, &e);
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
