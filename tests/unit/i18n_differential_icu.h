/* i18n_differential_icu.h - one text filled in twice: by our evaluator, and by ICU's own formatters.  C++ because only there ICU has named
 * arguments. */
#ifndef I18N_DIFFERENTIAL_ICU_H
#define I18N_DIFFERENTIAL_ICU_H

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <unicode/curramt.h>
#include <unicode/currunit.h>
#include <unicode/datefmt.h>
#include <unicode/listformatter.h>
#include <unicode/msgfmt.h>
#include <unicode/numberformatter.h>
#include <unicode/reldatefmt.h>
#include <unicode/timezone.h>

extern "C" {
#include "../test.h"

#include "i18n/message.h"
}

using icu::Formattable;
using icu::Locale;
using icu::MessageFormat;
using icu::UnicodeString;
using std::string;

static UnicodeString
wide(const string &s)
{
	return UnicodeString::fromUTF8(s);
}

static string
narrow(const UnicodeString &u)
{
	string s;

	u.toUTF8String(s);
	return s;
}

/* As messages are formatted: the calendar that parcels are delivered by, mostly Latin digits. */
static Locale
icu_locale(const char *tag, bool native_digits = false)
{
	UErrorCode e = U_ZERO_ERROR;
	Locale l = Locale::forLanguageTag(tag, e);

	l.setKeywordValue("calendar", "gregorian", e);
	if (!native_digits)
		l.setKeywordValue("numbers", "latn", e);
	return l;
}

/* ---- the values of one message ---- */

struct values {
	const char *tag, *zone, *name, *choice, *decimal;
	bool native_digits;
	int64_t n, when;
	struct money total;
	std::vector<const char *> items;
};

static const struct var_spec specs[] = {
	{"name", VAR_STR, 0},  {"n", VAR_INT, 0},      {"d", VAR_DEC, 0},         {"total", VAR_MONEY, 0},
	{"when", VAR_DATE, 0}, {"items", VAR_LIST, 0}, {"choice", VAR_SELECT, 0}, {NULL, VAR_STR, 0},
};

static struct var
present(const char *name)
{
	struct var v = {};

	v.name = name;
	v.state = var::PRESENT;
	return v;
}

/* What our evaluator makes of it, or "ERROR code words". */
static string
ours(const string &text, const values &x)
{
	struct var vars[] = {present("name"), present("n"),     present("d"),      present("total"),
			     present("when"), present("items"), present("choice"), {}};
	struct message_context context = {x.tag, x.zone, x.native_digits};
	struct pattern_error wrong;
	struct err err;
	struct buf out = {};
	char words[ERR_MAX];
	string result;
	struct message_pattern *p =
		message_compile(text.data(), text.size(), x.tag, specs, &wrong, NULL, NULL);

	if (!p) {
		err_english(wrong.err.text, words, sizeof words);
		return string("ERROR ") + wrong.code + " " + words;
	}
	vars[0].str = x.name;
	vars[1].num = x.n;
	vars[2].str = x.decimal;
	vars[3].money = x.total;
	vars[4].num = x.when;
	vars[5].list = x.items.data();
	vars[5].nlist = x.items.size();
	vars[6].str = x.choice;
	out.max = 256 * 1024;
	if (message_render(p, vars, &context, &out, &err)) {
		err_english(err.text, words, sizeof words);
		result = string("ERROR ") + words;
	} else {
		result = buf_str(&out);
	}
	buf_free(&out);
	message_free(p);
	return result;
}

/* ---- the same by ICU ---- */

struct arguments {
	std::vector<UnicodeString> names;
	std::vector<Formattable> values;

	void add(const char *name, const Formattable &value)
	{
		names.push_back(wide(name));
		values.push_back(value);
	}
};

static bool
is_rtl(const Locale &l, const char *value)
{
	return l.isRightToLeft() || (wide(value).char32At(0) >= 0x5D0 && wide(value).char32At(0) < 0x700);
}

static UnicodeString
isolated(const Locale &l, const char *value)
{
	return is_rtl(l, value) ? u"\u2068" + wide(value) + u"\u2069" : wide(value);
}

/* Minutes east of UTC, of zones whose rules have not changed since ICU's copy was made. */
static std::unique_ptr<icu::TimeZone>
fixed_zone(const values &x)
{
	UErrorCode e = U_ZERO_ERROR;
	int32_t raw = 0, summer = 0, minutes;
	char name[16];
	std::unique_ptr<icu::TimeZone> zone(icu::TimeZone::createTimeZone(x.zone));

	zone->getOffset((UDate)x.when, false, raw, summer, e);
	minutes = (raw + summer) / 60000;
	snprintf(name, sizeof name, "GMT%c%02d:%02d", minutes < 0 ? '-' : '+', abs(minutes) / 60 % 100,
		 abs(minutes) % 60);
	return std::unique_ptr<icu::TimeZone>(icu::TimeZone::createTimeZone(name));
}

static string
by_icu(const string &pattern, const Locale &l, const arguments &args)
{
	UErrorCode e = U_ZERO_ERROR;
	MessageFormat format(wide(pattern), l, e);
	UnicodeString out;

	if (U_FAILURE(e))
		return string("ERROR ") + u_errorName(e);
	format.format(args.names.data(), args.values.data(), (int32_t)args.names.size(), out, e);
	return U_FAILURE(e) ? string("ERROR in format() ") + u_errorName(e) : narrow(out);
}

static arguments
arguments_of(const values &x, const Locale &l)
{
	UErrorCode e = U_ZERO_ERROR;
	arguments a;

	a.add("name", isolated(l, x.name));
	a.add("n", Formattable(x.n));
	a.add("d", Formattable(icu::StringPiece(x.decimal), e));
	a.add("when", Formattable((UDate)x.when, Formattable::kIsDate));
	a.add("choice", wide(x.choice));
	return a;
}

static UnicodeString
icu_money(const values &x, const Locale &l, bool iso)
{
	UErrorCode e = U_ZERO_ERROR;
	char amount[MONEY_TEXT];
	icu::CurrencyUnit unit(icu::StringPiece(x.total.currency), e);
	icu::number::LocalizedNumberFormatter f = icu::number::NumberFormatter::withLocale(l).unit(unit);
	const char *point;

	money_format(&x.total, amount);
	point = strchr(amount, '.');
	if (point && strspn(point, ".0") < strlen(point)) /* all digits of the amount: see the table */
		f = f.precision(icu::number::Precision::fixedFraction((int32_t)strlen(point) - 1));
	if (iso)
		f = f.unitWidth(UNUM_UNIT_WIDTH_ISO_CODE);
	return f.formatDecimal(amount, e).toString(e);
}

static UnicodeString
icu_list(const values &x, const Locale &l, UListFormatterType type)
{
	UErrorCode e = U_ZERO_ERROR;
	std::unique_ptr<icu::ListFormatter> f(
		icu::ListFormatter::createInstance(l, type, ULISTFMT_WIDTH_WIDE, e));
	std::vector<UnicodeString> items;
	UnicodeString text;
	icu::FieldPositionIterator places;
	icu::ConstrainedFieldPosition place;

	for (const char *s : x.items)
		items.push_back(wide(s));
	icu::FormattedList list = f->formatStringsToValue(items.data(), (int32_t)items.size(), e);
	text = list.toString(e);
	std::vector<int32_t> marks; /* from the end, so that earlier places stay */
	place.constrainField(UFIELD_CATEGORY_LIST, ULISTFMT_ELEMENT_FIELD);
	for (size_t i = 0; list.nextPosition(place, e); i++)
		if (is_rtl(l, x.items[i])) {
			marks.push_back(place.getStart());
			marks.push_back(place.getLimit());
		}
	for (size_t i = marks.size(); i-- > 0;)
		text.insert(marks[i], i % 2 ? (UChar)0x2069 : (UChar)0x2068);
	return text;
}

static UnicodeString
icu_days(const values &x, const Locale &l, bool numeric)
{
	UErrorCode e = U_ZERO_ERROR;
	icu::RelativeDateTimeFormatter f(l, e);
	UnicodeString out;

	return numeric ? f.formatNumeric((double)x.n, UDAT_REL_UNIT_DAY, out, e)
		       : f.format((double)x.n, UDAT_REL_UNIT_DAY, out, e);
}

static UnicodeString
icu_datetime(const values &x, const Locale &l, const char *style)
{
	icu::DateFormat::EStyle length = *style == 's'   ? icu::DateFormat::kShort
					 : *style == 'm' ? icu::DateFormat::kMedium
					 : *style == 'l' ? icu::DateFormat::kLong
							 : icu::DateFormat::kFull;
	std::unique_ptr<icu::DateFormat> f(icu::DateFormat::createDateTimeInstance(length, length, l));
	UnicodeString out;

	return f->format((UDate)x.when, out);
}

#endif
