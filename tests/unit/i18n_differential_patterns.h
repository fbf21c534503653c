/* i18n_differential_patterns.h - random texts in our words and in ICU's, with the values that grammar, grouping, signs and directions turn
 * on.
 *
 * What MessageFormat lacks (money, lists, days from now, date with time) goes into its text as a string; where we differ on purpose, it is
 * asked for what we want. */
#ifndef I18N_DIFFERENTIAL_PATTERNS_H
#define I18N_DIFFERENTIAL_PATTERNS_H

#include "i18n_differential_icu.h"

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

#endif
