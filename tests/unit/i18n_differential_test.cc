/* Our evaluator against ICU's own: generated patterns (nested, quoted, with values of every type) in 33 locales must give the same bytes as
 * icu::MessageFormat, and patterns with mistakes must be refused by both.  C++ because only there ICU has named arguments.
 *
 * What MessageFormat lacks (money, lists, days from now, date with time) comes from ICU's own formatters for it and goes into its pattern
 * as a string.  Where we differ on purpose, ICU is asked for what we want, and the difference itself stands in a table with its reason:
 * one that has gone is a failure, too.
 *
 *     i18n_differential_test [PATTERNS [SEED]]
 */
#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <unicode/basictz.h>
#include <unicode/currunit.h>
#include <unicode/curramt.h>
#include <unicode/datefmt.h>
#include <unicode/listformatter.h>
#include <unicode/msgfmt.h>
#include <unicode/numberformatter.h>
#include <unicode/reldatefmt.h>
#include <unicode/ucurr.h>

extern "C" {
#include "../test.h"

#include "i18n/message.h"
}

using icu::Formattable;
using icu::Locale;
using icu::MessageFormat;
using icu::UnicodeString;
using std::string;

static const char *const tags[] = {
	"en-US", "en-IN", "de-DE", "de-CH", "fr-FR", "fr-CA",      "es-ES",	   "es-MX", "it-IT", "nl-NL", "pl-PL",
	"pt-BR", "pt-PT", "ru-RU", "uk-UA", "cs-CZ", "sl-SI",      "lt-LT",	   "lv-LV", "ro-RO", "tr-TR", "cy-GB",
	"ga-IE", "ar-EG", "ar-AE", "he-IL", "fa-IR", "zh-Hans-CN", "zh-Hant-TW", "ja-JP", "ko-KR", "hi-IN", "th-TH",
	"vi-VN", "id-ID",
};
static const size_t LOCALES = sizeof tags / sizeof *tags;

static int patterns = 20000;
static uint64_t seed = 1;

static unsigned
draw(unsigned below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % below;
}

template <size_t N>
static const char *
one_of(const char *const (&of)[N])
{
	return of[draw(N)];
}

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

/* As messages are formatted: Latin digits, the calendar that parcels are delivered by. */
static Locale
icu_locale(const char *tag)
{
	UErrorCode e = U_ZERO_ERROR;
	Locale l = Locale::forLanguageTag(tag, e);

	l.setKeywordValue("calendar", "gregorian", e);
	l.setKeywordValue("numbers", "latn", e);
	return l;
}

/* ---- the values of one message ---- */

struct values {
	const char *tag, *zone, *name, *choice, *decimal;
	bool name_rtl;
	int64_t n, when;
	struct money total;
	std::vector<const char *> items;
};

static const struct var_spec specs[] = {
	{"name", VAR_STR, 0},	{"n", VAR_INT, 0},     {"d", VAR_DEC, 0},	   {"total", VAR_MONEY, 0},
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
ours(const string &text, const values &x, int native_digits = 0)
{
	struct var vars[] = {present("name"), present("n"),	 present("d"),	    present("total"),
			     present("when"), present("items"), present("choice"), {}};
	struct message_context context = {x.tag, x.zone, native_digits};
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

	void
	add(const char *name, const Formattable &value)
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
	icu::DateFormat::EStyle length = *style == 's'	 ? icu::DateFormat::kShort
					 : *style == 'm' ? icu::DateFormat::kMedium
					 : *style == 'l' ? icu::DateFormat::kLong
							 : icu::DateFormat::kFull;
	std::unique_ptr<icu::DateFormat> f(icu::DateFormat::createDateTimeInstance(length, length, l));
	UnicodeString out;

	return f->format((UDate)x.when, out);
}

/* ---- patterns in our words and in ICU's ---- */

/* What # means where a message stands. */
struct inside {
	enum { NOTHING, INTEGER_PLURAL, DECIMAL_PLURAL } kind;
	int64_t offset;
};

struct pattern {
	string ours, icu;
	arguments args;
	const values &x;
	const Locale &l;
	int computed = 0;

	pattern(const values &with, const Locale &in) : args(arguments_of(with, in)), x(with), l(in)
	{
	}

	void
	both(const string &s)
	{
		ours += s;
		icu += s;
	}

	void
	put(const string &our_words, const string &their_words)
	{
		ours += our_words;
		icu += their_words;
	}

	/* What ICU's pattern cannot say stands there as a string. */
	void
	put_computed(const char *our_words, const UnicodeString &text)
	{
		string name = "computed" + std::to_string(computed++);

		args.add(name.c_str(), text);
		put(our_words, "{" + name + "}");
	}

	/* A decimal with the digits that it is carried with; the DecimalFormat pattern, so that ICU's plural sees them. */
	string
	decimal() const
	{
		const char *point = strchr(x.decimal, '.');

		return point ? "{d,number,0." + string(strlen(point) - 1, '0') + "}" : "{d,number}";
	}

	void integer(const char *our_words, int64_t n);
	void hash(inside);
	void message(int depth, inside);
	void leaf(inside);
	void number_leaf();
	void date_leaf();
	void plural(int depth);
	void select(int depth);
};

static const char *const skeletons[] = {
	"::.00",	"::percent",	    "::sign-always", "::group-off",	    "::integer-width/+000",
	"::compact-short", "::compact-long", "::@@@",	      "::unit/kilogram", "::rounding-mode-up .0",
	"::.##",	"::scale/1000",
};

/* MessageFormat groups four digits everywhere, against CLDR's own minimum (pl, es: 1234); NumberFormatter does not. */
void
pattern::integer(const char *our_words, int64_t n)
{
	UErrorCode e = U_ZERO_ERROR;

	if (llabs(n) >= 1000 && llabs(n) < 10000)
		put_computed(our_words, icu::number::NumberFormatter::withLocale(l).formatInt(n, e).toString(e));
	else
		both(our_words);
}

void
pattern::hash(inside in)
{
	if (in.kind == inside::INTEGER_PLURAL)
		integer("#", x.n - in.offset);
	else
		put("#", in.kind == inside::DECIMAL_PLURAL ? decimal() : "#");
}

void
pattern::number_leaf()
{
	static const char *const integers[] = {"{n}", "{n,number}", "{ n, number , integer }"};

	switch (draw(6)) {
	case 0: put("{d}", decimal()); break;
	case 1: put("{d,number,integer}", "{d,number,::precision-integer}"); break;
	case 2:
		draw(2) ? put("{d,number,percent}", "{d,number,::percent scale/100}")
			: put("{n,number,percent}", "{n,number,::percent scale/100}");
		break;
	case 3: both(string(draw(2) ? "{d" : "{ n ") + ",number," + one_of(skeletons) + "}"); break;
	default: integer(one_of(integers), x.n);
	}
}

void
pattern::date_leaf()
{
	static const char *const dates[] = {
		"{when,date,short}", "{when,date,medium}",	 "{when,date,long}",	 "{when,date,full}",
		"{when,time,short}", "{when,time,medium}",	 "{when,time,long}",	 "{when,time,full}",
		"{when,date,::MMMd}", "{when,date,::yMMMMEEEEd}", "{when,time,::Hms}", "{when,date,::MMMEdjm}",
	};
	static const char *const lengths[] = {"short", "medium", "long", "full"};
	string length;

	switch (draw(8)) {
	case 0: put(draw(2) ? "{when}" : "{when, date}", "{when,date,::yMMMMd}"); break;
	case 1: put("{when,time}", "{when,time,::jm}"); break;
	case 2: put("{when,datetime}", "{when,date,::yMMMMdjm}"); break;
	case 3:
		length = one_of(lengths);
		put_computed(("{when,datetime," + length + "}").c_str(), icu_datetime(x, l, length.c_str()));
		break;
	default: both(one_of(dates));
	}
}

void
pattern::leaf(inside in)
{
	static const char *const texts[] = {"Hi ",    "it's ",	"don''t ", "'{'a'}'", "'{''}' ", "é 你好 ",
					    "\n",     "👋",	" ",	   "سلام ",  "'#' ",	"a'{b # c'd ",
					    "'''{n}'"};

	switch (draw(12)) {
	case 0:
	case 1:
	case 2: both(one_of(texts)); break;
	case 3: hash(in); break;
	case 4: both(draw(4) ? "{name}" : "{\tname\n}"); break;
	case 5: put_computed(draw(2) ? "{total}" : "{total, money}", icu_money(x, l, false)); break;
	case 6: put_computed("{total,money,iso}", icu_money(x, l, true)); break;
	case 7:
		draw(2) ? put_computed("{items}", icu_list(x, l, ULISTFMT_TYPE_AND))
			: put_computed("{items,list,or}", icu_list(x, l, ULISTFMT_TYPE_OR));
		break;
	case 8:
		draw(2) ? put_computed("{n,reldays}", icu_days(x, l, false))
			: put_computed("{n,reldays,numeric}", icu_days(x, l, true));
		break;
	case 9: draw(2) ? date_leaf() : number_leaf(); break;
	default: number_leaf();
	}
}

void
pattern::plural(int depth)
{
	static const char *const words[] = {"zero", "one", "two", "few", "many"};
	bool decimal_plural = draw(3) == 0;
	int64_t offset = !decimal_plural && draw(2) ? draw(4) : 0;
	inside in = {decimal_plural ? inside::DECIMAL_PLURAL : inside::INTEGER_PLURAL, offset};
	int64_t exact = draw(3) ? x.n : (int64_t)draw(4) - 1;

	both(string(decimal_plural ? "{d," : "{n, ") + (draw(3) ? "plural," : "selectordinal ,"));
	if (offset || draw(8) == 0)
		both(" offset:" + string(draw(2) ? " " : "") + std::to_string(offset) + " ");
	if (draw(3) == 0) {
		both("=" + std::to_string(exact) + "{");
		message(depth + 1, in);
		both("}");
	}
	for (const char *word : words)
		if (draw(2)) {
			both(string(" ") + word + (draw(2) ? "{" : " {"));
			message(depth + 1, in);
			both("}");
		}
	both("other{");
	hash(in); /* first: tells ICU how the plural's number looks */
	message(depth + 1, in);
	both("}}");
}

void
pattern::select(int depth)
{
	static const char *const words[] = {"yes", "a_1", "B", "_"};

	both(draw(2) ? "{choice,select," : "{ choice , select , ");
	for (const char *word : words)
		if (draw(2)) {
			both(string(word) + " {");
			message(depth + 1, {inside::NOTHING, 0});
			both("}");
		}
	both("other{");
	message(depth + 1, {inside::NOTHING, 0});
	both("} }");
}

void
pattern::message(int depth, inside in)
{
	for (unsigned k = 1 + draw(depth ? 3 : 4); k-- > 0;) {
		unsigned kind = depth < 4 ? draw(9) : 8;

		if (kind == 0)
			plural(depth);
		else if (kind == 1)
			select(depth);
		else
			leaf(in);
	}
}

/* The values that grammar, grouping, signs and directions turn on. */
static values
draw_values(const char *tag)
{
	static const char *const zones[] = {"UTC", "Europe/Berlin", "America/New_York", "Asia/Tokyo",
					    "Asia/Kolkata", "America/St_Johns", "Australia/Sydney"};
	static const char *const names[] = {"Erika Mustermann", "Zoë", "{n} '#'", "田中", "سارة", "שרה", "O'Neil"};
	static const char *const choices[] = {"yes", "a_1", "B", "_", "none", "other"};
	static const char *const decimals[] = {"0",   "1",	 "1.0", "1.5",	 "2",	 "2.00", "5",	"0.256", "12.50",
					       "21",  "21.1", "99.99", "-1", "-3.50", "0.0", "0.125", "100", "999.95",
					       "11.0", "3.14159"};
	static const char *const items[] = {"A", "cup", "Ibiza", "hielo", "oro", "ocho", "תפוח", "مسك", "杯子", "8", "iglú"};
	static const char *const currencies[] = {"EUR", "USD", "JPY", "GBP", "KWD", "TWD", "HUF", "CLP",
						 "INR", "BRL", "PLN", "RSD", "CAD", "CHF", "LBP", "ISK"};
	static const int64_t numbers[] = {0,  1,  2,  3,   4,	 5,    6,	 7,	8,	  10,	 11,	12,   14,
					  17, 20, 21, 22,  23,	 25,   80,	 99,	100,	  101,	 102,	111,  112,
					  -1, -2, -5, 800, 1000, 1234, 10000, 12345, 100000, 123456, 999999, 1000000,
					  2000000, 1234567890, -1234567};
	values x;

	x.tag = tag;
	x.zone = one_of(zones);
	x.name = one_of(names);
	x.choice = one_of(choices);
	x.decimal = one_of(decimals);
	x.n = draw(3) ? numbers[draw(sizeof numbers / sizeof *numbers)] : (int64_t)draw(2000) - 20;
	x.when = INT64_C(1577836800000) + (int64_t)draw(12 * 365 * 24 * 60) * 60000 + draw(60000);
	x.total.minor = draw(2) ? (int64_t)draw(200000000) - 1000000 : (int64_t)draw(3000) * 100;
	snprintf(x.total.currency, sizeof x.total.currency, "%s", one_of(currencies));
	for (unsigned k = 1 + draw(5); k-- > 0;)
		x.items.push_back(one_of(items));
	return x;
}

static void
generated_patterns_agree(void **)
{
	std::vector<Locale> locales;
	int wrong = 0;
	size_t bytes = 0;

	for (const char *tag : tags)
		locales.push_back(icu_locale(tag));
	for (int i = 0; i < patterns && wrong < 5; i++) {
		size_t which = (size_t)i % LOCALES;
		values x = draw_values(tags[which]);
		string mine, theirs;

		icu::TimeZone::adoptDefault(fixed_zone(x).release());
		pattern p(x, locales[which]);
		p.message(0, {inside::NOTHING, 0});
		mine = ours(p.ours, x);
		theirs = by_icu(p.icu, locales[which], p.args);
		bytes += mine.size();
		if (mine == theirs && mine.compare(0, 6, "ERROR "))
			continue;
		wrong++;
		print_error("%s, pattern %d, n %lld, d %s, choice %s\nours %s\nICU  %s\n\tours %s\n\tICU  %s\n",
			    x.tag, i, (long long)x.n, x.decimal, x.choice, p.ours.c_str(), p.icu.c_str(),
			    mine.c_str(), theirs.c_str());
	}
	print_message("%d patterns in %zu locales, %zu bytes of text\n", patterns, LOCALES, bytes);
	assert_int_equal(wrong, 0);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(generated_patterns_agree),
	};
	int failed;

	if (argc > 1)
		patterns = atoi(argv[1]);
	if (argc > 2)
		seed = strtoull(argv[2], NULL, 10);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	message_cleanup();
	return failed;
}
