/* Our evaluator against ICU's own: generated texts (nested, quoted, with values of every type) in 35 locales must come out with the same
 * bytes as from icu::MessageFormat, and texts with mistakes must be refused by both.  Where we differ on purpose stands in a table with the
 * reason: a difference that has gone is a failure, too.
 *
 *     i18n_differential_test [PATTERNS [SEED]]
 */
#include "i18n_differential_patterns.h"

static const char *const tags[] = {
	"en-US",      "en-IN",      "de-DE", "de-CH", "fr-FR", "fr-CA", "es-ES", "es-MX", "it-IT",
	"nl-NL",      "pl-PL",      "pt-BR", "pt-PT", "ru-RU", "uk-UA", "cs-CZ", "sl-SI", "lt-LT",
	"lv-LV",      "ro-RO",      "tr-TR", "cy-GB", "ga-IE", "ar-EG", "ar-AE", "he-IL", "fa-IR",
	"zh-Hans-CN", "zh-Hant-TW", "ja-JP", "ko-KR", "hi-IN", "th-TH", "vi-VN", "id-ID",
};
static const size_t LOCALES = sizeof tags / sizeof *tags;

static int patterns = 20000;
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
	{"a decimal shows the digits it is carried with: 12.50, not 12.5", "{d}", NULL, 35, as_it_is},
	{"and its plural is that of what is shown: in English 1.0 is not one",
	 "{d,plural,zero{z}one{o}two{t}few{f}many{m}other{x}}", NULL, 14, decimal_one},
	{"but not of how a branch shows it: ICU takes the 100 of a {n,number,percent} in it",
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
	{"a time of full length names the offset, not the zone: so it stays right (the line before)",
	 "{when,time,full}", NULL, 35, as_it_is},
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
		"\u200f",
		"\u00a0",
		"\u2028",
		"{",
		"}",
		"'",
		",",
		"#",
		"=",
		":",
		" ",
		"\t",
		"1",
		"-",
		".",
		"é",
		"other{}",
		"one{x}",
		"=1{y}",
		"offset:1",
		"{}",
		",#,##0",
		"=1.5{}",
		"=0.5{}",
		"=+1{}",
		"foo{}",
		"é{}",
		"{n,number,}",
		"a{}b{}c{}d{}e{}f{}g{}h{}i{}j{}k{}l{}m{}",
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
