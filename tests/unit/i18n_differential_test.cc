/* Our evaluator against ICU's own: generated patterns (nested, quoted, with values of every type) in 35 locales must give the same bytes as
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
#include <unicode/curramt.h>
#include <unicode/currunit.h>
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
	"en-US",      "en-IN",      "de-DE", "de-CH", "fr-FR", "fr-CA", "es-ES", "es-MX", "it-IT",
	"nl-NL",      "pl-PL",      "pt-BR", "pt-PT", "ru-RU", "uk-UA", "cs-CZ", "sl-SI", "lt-LT",
	"lv-LV",      "ro-RO",      "tr-TR", "cy-GB", "ga-IE", "ar-EG", "ar-AE", "he-IL", "fa-IR",
	"zh-Hans-CN", "zh-Hant-TW", "ja-JP", "ko-KR", "hi-IN", "th-TH", "vi-VN", "id-ID",
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

	void both(const string &s)
	{
		ours += s;
		icu += s;
	}

	void put(const string &our_words, const string &their_words)
	{
		ours += our_words;
		icu += their_words;
	}

	/* What ICU's pattern cannot say stands there as a string. */
	void put_computed(const char *our_words, const UnicodeString &text)
	{
		string name = "computed" + std::to_string(computed++);

		args.add(name.c_str(), text);
		put(our_words, "{" + name + "}");
	}

	/* A decimal with the digits that it is carried with; the DecimalFormat pattern, so that ICU's plural sees them. */
	string decimal() const
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
	"::.00",           "::percent",      "::sign-always", "::group-off",     "::integer-width/+000",
	"::compact-short", "::compact-long", "::@@@",         "::unit/kilogram", "::rounding-mode-up .0",
	"::.##",           "::scale/1000",
};

/* MessageFormat groups four digits everywhere, against CLDR's own minimum (pl, es: 1234); NumberFormatter does not. */
void
pattern::integer(const char *our_words, int64_t n)
{
	UErrorCode e = U_ZERO_ERROR;

	if (llabs(n) >= 1000 && llabs(n) < 10000)
		put_computed(our_words,
			     icu::number::NumberFormatter::withLocale(l).formatInt(n, e).toString(e));
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
		"{when,date,short}",        "{when,date,medium}", "{when,date,long}",
		"{when,date,full}",         "{when,time,short}",  "{when,time,medium}",
		"{when,time,long}",         "{when,time,full}",   "{when,date,::MMMd}",
		"{when,date,::yMMMMEEEEd}", "{when,time,::Hms}",  "{when,date,::MMMEdjm}",
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
	static const char *const texts[] = {"Hi ",     "it's ",       "don''t ", "'{'a'}'", "'{''}' ",
					    "é 你好 ", "\n",          "👋",       " ",       "سلام ",
					    "'#' ",    "a'{b # c'd ", "'''{n}'"};

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
	static const char *const zones[] = {
		"UTC",          "Europe/Berlin",    "America/New_York", "Asia/Tokyo",
		"Asia/Kolkata", "America/St_Johns", "Australia/Sydney"};
	static const char *const names[] = {
		"Erika Mustermann", "Zoë", "{n} '#'", "田中", "سارة", "שרה", "O'Neil"};
	static const char *const choices[] = {"yes", "a_1", "B", "_", "none", "other"};
	static const char *const decimals[] = {"0",     "1",     "1.0", "1.5",    "2",     "2.00",   "5",
					       "0.256", "12.50", "21",  "21.1",   "99.99", "-1",     "-3.50",
					       "0.0",   "0.125", "100", "999.95", "11.0",  "3.14159"};
	static const char *const items[] = {"A",    "cup", "Ibiza", "hielo", "oro", "ocho",
					    "תפוח", "مسك", "杯子",  "8",     "iglú"};
	static const char *const currencies[] = {"EUR", "USD", "JPY", "GBP", "KWD", "TWD", "HUF", "CLP",
						 "INR", "BRL", "PLN", "RSD", "CAD", "CHF", "LBP", "ISK"};
	static const int64_t numbers[] = {
		0,     1,      2,      3,      4,       5,       6,          7,       8,    10,   11,
		12,    14,     17,     20,     21,      22,      23,         25,      80,   99,   100,
		101,   102,    111,    112,    -1,      -2,      -5,         800,     1000, 1234, 10000,
		12345, 100000, 123456, 999999, 1000000, 2000000, 1234567890, -1234567};
	values x;

	x.tag = tag;
	x.native_digits = draw(6) == 0;
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
	std::vector<Locale> locales, native;
	int wrong = 0;
	size_t bytes = 0;

	for (const char *tag : tags) {
		locales.push_back(icu_locale(tag));
		native.push_back(icu_locale(tag, true));
	}
	for (int i = 0; i < patterns && wrong < 5; i++) {
		size_t which = (size_t)i % LOCALES;
		values x = draw_values(tags[which]);
		const Locale &l = x.native_digits ? native[which] : locales[which];
		string mine, theirs;

		icu::TimeZone::adoptDefault(fixed_zone(x).release());
		pattern p(x, l);
		p.message(0, {inside::NOTHING, 0});
		mine = ours(p.ours, x);
		theirs = by_icu(p.icu, l, p.args);
		bytes += mine.size();
		if (mine == theirs && mine.compare(0, 6, "ERROR "))
			continue;
		wrong++;
		print_error(
			"%s, pattern %d, n %lld, d %s, choice %s\nours %s\nICU  %s\n\tours %s\n\tICU  %s\n",
			x.tag, i, (long long)x.n, x.decimal, x.choice, p.ours.c_str(), p.icu.c_str(),
			mine.c_str(), theirs.c_str());
	}
	print_message("%d patterns in %zu locales, %zu bytes of text\n", patterns, LOCALES, bytes);
	assert_int_equal(wrong, 0);
}

/* ---- where we differ on purpose ---- */

static values
some_values(const char *tag)
{
	values x;

	x.tag = tag;
	x.native_digits = false;
	x.zone = "Europe/Berlin";
	x.name = "Erika";
	x.choice = "yes";
	x.decimal = "12.50";
	x.n = 1;
	x.when = INT64_C(1782928800000); /* 2026-07-01T18:00Z */
	x.total = {123456, "RSD"};
	x.items = {"A", "B"};
	return x;
}

struct difference {
	const char *what, *pattern, *icu_pattern; /* NULL: the same */
	int locales;                              /* where they differ */
	void (*prepare)(values &, Locale &, arguments &);
};

static void
as_it_is(values &, Locale &, arguments &)
{
}

static void
decimal_one(values &x, Locale &, arguments &)
{
	x.decimal = "1.0";
}

static void
part_of_a_percent(values &x, Locale &, arguments &)
{
	x.decimal = "0.125";
}

static void
four_digits(values &x, Locale &, arguments &)
{
	x.n = 1234;
}

static void
beyond_doubles(values &x, Locale &, arguments &)
{
	x.n = INT64_C(9007199254740995);
}

static void
in_mexico(values &x, Locale &, arguments &)
{
	x.zone = "America/Mexico_City";
}

/* The locale as it is, without our keywords. */
static void
unasked(values &x, Locale &l, arguments &)
{
	UErrorCode e = U_ZERO_ERROR;

	l = Locale::forLanguageTag(x.tag, e);
	x.n = 25;
}

static void
with_money(values &x, Locale &, arguments &a)
{
	UErrorCode e = U_ZERO_ERROR;

	x.total = {123450, "EUR"};
	a.add("total", Formattable(new icu::CurrencyAmount(Formattable(1234.5),
							   icu::UnicodeString("EUR").getBuffer(), e)));
}

static void
dinars(values &x, Locale &l, arguments &a)
{
	UErrorCode e = U_ZERO_ERROR;

	a.add("total", icu::number::NumberFormatter::withLocale(l)
			       .unit(icu::CurrencyUnit(icu::StringPiece("RSD"), e))
			       .formatDecimal("1234.56", e)
			       .toString(e));
	x.total = {123456, "RSD"};
}

static void
a_name_from_elsewhere(values &x, Locale &, arguments &)
{
	x.name = "سارة";
}

static void
hidden_first_letters(values &x, Locale &l, arguments &a)
{
	x.items = {"תפוח", "בננה"};
	UErrorCode e = U_ZERO_ERROR;
	UnicodeString items[] = {isolated(l, x.items[0]), isolated(l, x.items[1])}, text;
	std::unique_ptr<icu::ListFormatter> f(icu::ListFormatter::createInstance(l, e));

	a.add("items", f->format(items, 2, text, e));
}

static const difference differences[] = {
	{"a decimal shows the digits it is carried with: 12.50 is a price's half, not 12.5", "{d}", NULL, 35,
	 as_it_is},
	{"and its plural is of what is shown: 1.0 item is none of one item in English",
	 "{d,plural,zero{z}one{o}two{t}few{f}many{m}other{x}}", NULL, 14, decimal_one},
	{"nor is it of another look of the number that stands in the branch",
	 "{n,selectordinal,one{o}other{{n,number,percent}}}", NULL, 9, as_it_is},
	{"a percentage is not rounded to whole ones", "{d,number,percent}", NULL, 35, part_of_a_percent},
	{"MessageFormat groups four digits where CLDR does not (es, pl): ICU is wrong", "{n}", NULL, 4,
	 four_digits},
	{"MessageFormat's amounts: as above", "{total}", "{total,number,currency}", 4, with_money},
	{"ICU rounds amounts in currencies whose coins are out of use", "{total}", NULL, 35, dinars},
	{"ICU takes offsets off in floating point: the last digit is wrong", "{n,plural,offset:1 other{#}}",
	 NULL, 35, beyond_doubles},
	{"ICU's copy of the time zones ages: Mexico has no summer time", "{when,time,::Hm}", NULL, 35,
	 in_mexico},
	{"a time of full length names the offset, which is right for whoever reads it", "{when,time,full}",
	 NULL, 35, as_it_is},
	{"Latin digits, so that buyers can copy numbers", "{n}", NULL, 2, unasked},
	{"the Gregorian calendar", "{when,date,::yMMMMd}", NULL, 3, unasked},
	{"values in another direction are isolated", "{name}", NULL, 35, a_name_from_elsewhere},
	{"the isolates do not hide the first letter that the word for and depends on", "{items}", NULL, 1,
	 hidden_first_letters},
};

static void
named_differences_are_there(void **)
{
	int wrong = 0;

	for (const difference &d : differences) {
		int locales = 0;

		for (const char *tag : tags) {
			values x = some_values(tag);
			Locale l = icu_locale(tag);
			arguments mine;

			d.prepare(x, l, mine);
			arguments args = arguments_of(x, l);

			args.values[0] = Formattable(wide(x.name)); /* not isolated */
			args.names.insert(args.names.end(), mine.names.begin(), mine.names.end());
			args.values.insert(args.values.end(), mine.values.begin(), mine.values.end());
			icu::TimeZone::adoptDefault(icu::TimeZone::createTimeZone(x.zone));
			string we = ours(d.pattern, x),
			       they = by_icu(d.icu_pattern ? d.icu_pattern : d.pattern, l, args);

			if (!we.compare(0, 5, "ERROR") || !they.compare(0, 5, "ERROR")) {
				print_error("%s: %s\n\tours %s\n\tICU  %s\n", tag, d.what, we.c_str(),
					    they.c_str());
				wrong++;
			}
			locales += we != they;
		}
		print_message("%2d locales: %s\n", locales, d.what);
		wrong += locales != d.locales;
	}
	assert_int_equal(wrong, 0);
}

/* ---- what is refused ---- */

/* Mistakes to us, text to ICU.  `words` stand in our error. */
static struct refusal {
	const char *words, *why;
	int times;
} refusals[] = {
	{"this } closes nothing", "ICU prints the brace", 0},
	{"there is no variable", "ICU prints the placeholder", 0},
	{"which cannot be used like this", "ICU fails or guesses when the text is to be sent", 0},
	{"expected the name of a variable", "names are letters of ASCII, ICU's also numbers or of any script",
	 0},
	{", expected }", "the same inside a name", 0},
	{"expected number, money, date", "spellout, ordinal, duration, choice: not in all languages", 0},
	{"is not a style of",
	 "patterns like #,##0: fewer ways to say the same, and none to send a wrong number of digits", 0},
	{"expected a style", "an empty style", 0},
	{"expected the } that closes", "braces in a style", 0},
	{"stands here twice", "the second branch is never used", 0},
	{"expected =number, zero, one", "a branch that no language has", 0},
	{"expected a whole number", "=1.5 and =+1: what is counted is 1, 2, 3", 0},
	{"expected a branch like", "branches with letters beyond ASCII", 0},
	{"expected { and the text of this branch", "the same inside a name of a branch", 0},
	{"more than 12 branches", "more than any language has forms, or a choice should have", 0},
};

static bool
is_deliberate(const string &error)
{
	for (refusal &r : refusals)
		if (error.find(r.words) != string::npos) {
			r.times++;
			return true;
		}
	return false;
}

/* Patterns that both may know, of few enough kinds that mutations meet something. */
static void
simple_pattern(string &out, int depth)
{
	static const char *const leaves[] = {
		"Hi ", "#", "{name}", "{n}", "{n,number}", "''", "'{'x'}' ", "é", "{n,number,::percent}"};

	for (unsigned k = 1 + draw(2); k-- > 0;) {
		unsigned kind = depth < 3 ? draw(4) : 3;

		if (kind == 0) {
			out += draw(2) ? "{n,plural,offset:1 =2{" : "{ n , selectordinal , one {";
			simple_pattern(out, depth + 1);
			out += "}other{";
			simple_pattern(out, depth + 1);
			out += "}}";
		} else if (kind == 1) {
			out += "{choice,select,yes{";
			simple_pattern(out, depth + 1);
			out += "} other {";
			simple_pattern(out, depth + 1);
			out += "}}";
		} else {
			out += one_of(leaves);
		}
	}
}

static void
mutate(string &s)
{
	static const char *const tokens[] = {
		"{",           "}",
		"'",           ",",
		"#",           "=",
		":",           " ",
		"\t",          "1",
		"-",           ".",
		"é",           "other{}",
		"one{x}",      "=1{y}",
		"offset:1",    "{}",
		",#,##0",      "=1.5{}",
		"=0.5{}",      "=+1{}",
		"foo{}",       "é{}",
		"{n,number,}", "a{}b{}c{}d{}e{}f{}g{}h{}i{}j{}k{}l{}m{}",
	};
	static const char *const words[] = {"n",        "name",   "nmae",          "choice", "0",
					    "plural",   "select", "selectordinal", "number", "date",
					    "spellout", "other",  "one",           "yes",    "few",
					    "2",        "né"};
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz";
	size_t at = draw((unsigned)s.size() + 1), until;

	if (draw(2)) /* at some seam: there mistakes are made, and differences found */
		at = std::min(s.size(), s.find_first_of("{},", at) + draw(2));
	at = std::min(at, s.size());
	until = std::min(s.size(), at + 1 + draw(6));
	switch (draw(5)) {
	case 0: s.erase(at, draw(3) ? 1 : until - at); break;
	case 1:
		s.replace(at, draw(3) ? std::min<size_t>(1, s.size() - at) : until - at, one_of(tokens));
		break;
	case 2: s.insert(at, s.substr(at, until - at)); break;
	case 3:
		at = s.find_first_of(letters, at);
		if (at != string::npos)
			s.replace(at, std::min(s.find_first_not_of(letters, at), s.size()) - at,
				  one_of(words));
		break;
	default: s.insert(at, one_of(tokens));
	}
}

static bool
is_utf8(const string &s)
{
	return s == narrow(wide(s));
}

static void
mistakes_are_refused_by_both(void **)
{
	values x = some_values("en-US");
	Locale l = icu_locale(x.tag);
	arguments args = arguments_of(x, l);
	int wrong = 0, taken = 0, refused = 0;

	for (int i = 0; i < 2 * patterns && wrong < 5; i++) {
		string text, mine, theirs;

		simple_pattern(text, 0);
		for (unsigned k = draw(4); k-- > 0;)
			mutate(text);
		if (!is_utf8(text) || text.find(",percent}") != string::npos) /* its plurals: see the table */
			continue;
		mine = ours(text, x);
		theirs = by_icu(text, l, args);
		bool we_refuse = !mine.compare(0, 6, "ERROR "), they_refuse = !theirs.compare(0, 6, "ERROR ");

		taken += !we_refuse;
		refused += we_refuse;
		if (we_refuse ? they_refuse || is_deliberate(mine) : mine == theirs)
			continue;
		wrong++;
		print_error("%s\n\tours %s\n\tICU  %s\n", text.c_str(), mine.c_str(), theirs.c_str());
	}
	print_message("%d taken, %d refused; only by us:\n", taken, refused);
	for (const refusal &r : refusals) {
		print_message("%6d  %s: %s\n", r.times, r.words, r.why);
		wrong += patterns >= 20000 && !r.times;
	}
	assert_true(taken > patterns / 4 && refused > patterns / 4);
	assert_int_equal(wrong, 0);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(generated_patterns_agree),
		cmocka_unit_test(named_differences_are_there),
		cmocka_unit_test(mistakes_are_refused_by_both),
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
