/* format.c - numbers, money, plural rules, dates and lists by ICU's C API.
 *
 * Never compare a UErrorCode with zero: warnings are negative and normal.
 */
#include "format.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ucurr.h>
#include <unicode/udat.h>
#include <unicode/uformattedvalue.h>
#include <unicode/ulistformatter.h>
#include <unicode/unumberformatter.h>
#include <unicode/upluralrules.h>
#include <unicode/ureldatefmt.h>
#include <unicode/ustring.h>

#include "base/instant.h"
#include "formatter.h"

static UFormattedNumber *formatted;

void
message_cleanup(void)
{
	formatters_close();
	unumf_closeResult(formatted);
	formatted = NULL;
}

/* ---- text in and out ---- */

static int
put_wide(struct buf *out, const UChar *text, int32_t n, UErrorCode e, struct err *err)
{
	char bytes[3 * WIDE_MAX];
	int32_t length = 0;

	u_strToUTF8(bytes, sizeof bytes, &length, text, n, &e);
	if (U_FAILURE(e))
		return fail(err, "this value cannot be formatted: %s", u_errorName(e));
	buf_add(out, bytes, (size_t)length);
	return 0;
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
	const UNumberFormatter *f = formatter_get(key, err);

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
	UChar text[WIDE_MAX];
	int32_t n;

	if (apply_number(key, q, err))
		return -1;
	n = unumf_resultToString(formatted, text, WIDE_MAX, &e);
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
	struct key key = {.tool = TOOL_NUMBER,
			  .locale = c->locale,
			  .style = skeleton,
			  .native_digits = c->native_digits};

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
	const UPluralRules *r = formatter_get(&rules, err);
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
	UChar text[WIDE_MAX];
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
	if (!(f = formatter_get(&key, err)))
		return -1;
	n = udat_format(f, (UDate)ms, text, WIDE_MAX, NULL, &e);
	return put_wide(out, text, n, e, err);
}

void
put_words(struct buf *out, const struct words *words)
{
	if (words->isolate)
		buf_put(out, "\u2068");
	buf_put(out, words->text);
	if (words->isolate)
		buf_put(out, "\u2069");
}

/* The list with the isolates around its items.  ICU must not see them: in Hebrew and Spanish the word "and" depends on the first letter
 * of the item after it. */
static int
put_list(struct buf *out, const UFormattedList *list, const struct words *items, struct err *err)
{
	UErrorCode e = U_ZERO_ERROR;
	UConstrainedFieldPosition *place = ucfpos_open(&e);
	const UFormattedValue *value = ulistfmt_resultAsValue(list, &e);
	int32_t length = 0, done = 0, from, to;
	const UChar *text = ufmtval_getString(value, &length, &e);
	int r = 0;

	ucfpos_constrainCategory(place, UFIELD_CATEGORY_LIST_SPAN, &e);
	while (!r && ufmtval_nextPosition(value, place, &e)) {
		ucfpos_getIndexes(place, &from, &to, &e);
		r = put_wide(out, text + done, from - done, e, err);
		put_words(out, &items[ucfpos_getField(place, &e)]);
		done = to;
	}
	ucfpos_close(place);
	return r ? r : put_wide(out, text + done, length - done, e, err);
}

int
format_list(struct buf *out, const struct message_context *c, const char *style, const struct words *items,
	    size_t n, struct err *err)
{
	struct key key = {.tool = TOOL_LIST, .locale = c->locale, .style = style};
	const UListFormatter *f = formatter_get(&key, err);
	UErrorCode e = U_ZERO_ERROR;
	UFormattedList *list;
	UChar **wide;
	int32_t *lengths;
	int r;

	if (!f)
		return -1;
	list = ulistfmt_openResult(&e);
	wide = must_zalloc(n * sizeof *wide);
	lengths = must_zalloc(n * sizeof *lengths);
	for (size_t i = 0; i < n; i++) {
		size_t room = strlen(items[i].text) + 1;

		wide[i] = must_alloc(room * sizeof **wide);
		u_strFromUTF8(wide[i], (int32_t)room, &lengths[i], items[i].text, -1, &e);
	}
	ulistfmt_formatStringsToResult(f, (const UChar *const *)wide, lengths, (int32_t)n, list, &e);
	r = U_FAILURE(e) ? fail(err, "this value cannot be formatted: %s", u_errorName(e))
			 : put_list(out, list, items, err);
	for (size_t i = 0; i < n; i++)
		free(wide[i]);
	free(wide);
	free(lengths);
	ulistfmt_closeResult(list);
	return r;
}

int
format_reldays(struct buf *out, const struct message_context *c, const char *style, int64_t days,
	       struct err *err)
{
	struct key key = {
		.tool = TOOL_RELDAYS, .locale = c->locale, .style = "", .native_digits = c->native_digits};
	const URelativeDateTimeFormatter *f = formatter_get(&key, err);
	UErrorCode e = U_ZERO_ERROR;
	UChar text[WIDE_MAX];
	int32_t n;

	if (!f)
		return -1;
	n = (*style ? ureldatefmt_formatNumeric : ureldatefmt_format)(f, (double)days, UDAT_REL_UNIT_DAY,
								      text, WIDE_MAX, &e);
	return put_wide(out, text, n, e, err);
}
