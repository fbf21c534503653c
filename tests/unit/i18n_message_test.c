#include "i18n_message_helper.h"

static const struct message_context de = {"de-DE", "Europe/Berlin", 0};
static const struct message_context us = {"en-US", "America/New_York", 0};
static const char *const three[] = {"A", "B", "C"};

#define V_NAME(s)                                                                                            \
	{                                                                                                    \
		.name = "name", .state = PRESENT, .str = (s)                                                 \
	}
#define V_NICK(s)                                                                                            \
	{                                                                                                    \
		.name = "nick", .state = PRESENT, .str = (s)                                                 \
	}
#define V_N(i)                                                                                               \
	{                                                                                                    \
		.name = "n", .state = PRESENT, .num = (i)                                                    \
	}
#define V_D(s)                                                                                               \
	{                                                                                                    \
		.name = "d", .state = PRESENT, .str = (s)                                                    \
	}
#define V_TOTAL(m, c)                                                                                        \
	{                                                                                                    \
		.name = "total", .state = PRESENT, .money = {(m), c }                                        \
	}
#define V_WHEN(ms)                                                                                           \
	{                                                                                                    \
		.name = "when", .state = PRESENT, .num = (ms)                                                \
	}
#define V_CHOICE(s)                                                                                          \
	{                                                                                                    \
		.name = "choice", .state = PRESENT, .str = (s)                                               \
	}
#define V_ITEMS(l, k)                                                                                        \
	{                                                                                                    \
		.name = "items", .state = PRESENT, .list = (l), .nlist = (k)                                 \
	}
#define VARS(...) ((const struct var[]){__VA_ARGS__, {.name = NULL}})

#define JULY_1_2026_18H INT64_C(1782928800000) /* 2026-07-01T18:00Z */

static void
plain_values(void **state)
{
	(void)state;
	assert_string_equal(rendered("Hello {name}, thanks.", "en", &us, VARS(V_NAME("Erika"))),
			    "Hello Erika, thanks.");
	assert_string_equal(rendered("{ name }{\tname\n}", "en", &us, VARS(V_NAME("x"))), "xx");
	assert_string_equal(
		rendered("{\u200fn ,\u200e number\u2028, integer \u200f}", "ar", &us, VARS(V_N(5))), "5");
	assert_string_equal(rendered("", "en", &us, VARS(V_N(1))), "");
	assert_string_equal(rendered("{n}", "de", &de, VARS(V_N(1234567))), "1.234.567");
	assert_string_equal(rendered("{n, number, integer}", "de", &de, VARS(V_N(-5))), "-5");
	assert_string_equal(rendered("{d}", "de", &de, VARS(V_D("1234.50"))), "1.234,50");
	assert_string_equal(rendered("{d,number,integer}", "en", &us, VARS(V_D("12.70"))), "13");
	assert_string_equal(rendered("{d,number,percent}", "en", &us, VARS(V_D("0.25"))), "25%");
	assert_string_equal(rendered("{n,number,::percent}", "en", &us, VARS(V_N(25))), "25%");
	assert_string_equal(rendered("{d,number,:: .00 }", "en", &us, VARS(V_D("3"))), "3.00");
	assert_string_equal(rendered("{items}", "en", &us, VARS(V_ITEMS(three, 3))), "A, B, and C");
	assert_string_equal(rendered("{items,list,or}", "en", &us, VARS(V_ITEMS(three, 2))), "A or B");
	assert_string_equal(rendered("{n,reldays}", "en", &us, VARS(V_N(1))), "tomorrow");
	assert_string_equal(rendered("{n,reldays,numeric}", "en", &us, VARS(V_N(1))), "in 1 day");
	/* A value is never read as a pattern. */
	assert_string_equal(rendered("{name}", "en", &us, VARS(V_NAME("{total} '#'"))), "{total} '#'");
}

static void
money(void **state)
{
	(void)state;
	assert_string_equal(rendered("{total}", "de", &de, VARS(V_TOTAL(2890, "EUR"))), "28,90\u00a0€");
	assert_string_equal(rendered("{total,money}", "en", &us, VARS(V_TOTAL(-1230, "GBP"))), "-£12.30");
	assert_string_equal(rendered("{total,money,iso}", "en", &us, VARS(V_TOTAL(123450, "USD"))),
			    "USD\u00a01,234.50");
	/* The minor unit is the currency's own: 1500 yen are not 15. */
	assert_string_equal(rendered("{total}", "en", &us, VARS(V_TOTAL(1500, "JPY"))), "¥1,500");
	assert_string_equal(rendered("{total}", "en", &us, VARS(V_TOTAL(3250, "KWD"))), "KWD\u00a03.250");
	/* ICU alone would show RSD 1,235: the amount must stay exact. */
	assert_string_equal(rendered("{total}", "en", &us, VARS(V_TOTAL(123456, "RSD"))),
			    "RSD\u00a01,234.56");
	assert_string_equal(rendered("{total}", "en", &us, VARS(V_TOTAL(123400, "RSD"))), "RSD\u00a01,234");
	assert_string_equal(rendered("{total}", "en", &us, VARS(V_TOTAL(1, ""))),
			    "ERROR \"\" is not a currency");
	assert_string_equal(rendered("{total}", "en", &us, VARS(V_TOTAL(1, "QQQ"))),
			    "ERROR \"QQQ\" is not a currency");
	/* A yen amount with a fraction cannot come in, neither as money nor through a number's skeleton. */
	struct money m;
	assert_int_equal(money_parse("1234.50", "JPY", &m, NULL), -1);
	assert_string_equal(rendered("{d,number,::currency/JPY}", "en", &us, VARS(V_D("1234.50"))),
			    "ERROR bad-style 1:13 \"::currency/JPY\" is not a style of {d, …}");
}

/* Whatever ICU thinks of a currency's digits: 12345 minor units are shown to the last one. */
static void
every_currency_is_shown_whole(void **state)
{
	int known = 0;

	(void)state;
	for (int i = 0; i < 26 * 26 * 26; i++) {
		char code[4] = {(char)('A' + i / 676), (char)('A' + i / 26 % 26), (char)('A' + i % 26), 0};
		char pattern[] = "{total,money,iso}", digits[16] = "";
		struct var v = V_TOTAL(12345, "");
		const char *text;
		size_t n = 0;

		if (money_digits(code) < 0)
			continue;
		known++;
		memcpy(v.money.currency, code, sizeof code);
		for (text = rendered(pattern, "en", &us, VARS(v)); *text && n < 15; text++)
			if (*text >= '0' && *text <= '9')
				digits[n++] = *text;
		if (strcmp(digits, "12345"))
			differ("%s: %s", code, rendered(pattern, "en", &us, VARS(v)));
	}
	assert_true(known > 150);
}

static void
quoting(void **state)
{
	static const struct {
		const char *pattern, *text;
	} t[] = {
		{"it's {name}", "it's X"},
		{"'{name}'", "{name}"},
		{"it''s", "it's"},
		{"'{it''s}'", "{it's}"},
		{"a 'b' c", "a 'b' c"},
		{"'}'", "}"},
		{"end'", "end'"},
		{"'{open", "{open"},
		{"#1", "#1"},
		{"'#'", "'#'"},
		{"{n,plural,other{'#'=#}}", "#=5"},
		{"{n,plural,other{'{#}'}}", "{#}"},
		{"{n,plural,other{'#''#'}}", "#'#"},
		{"{choice,select,other{'#'#}}", "'#'#"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		assert_string_equal(
			rendered(t[i].pattern, "en", &us, VARS(V_NAME("X"), V_N(5), V_CHOICE("a"))),
			t[i].text);
}

static void
plural_and_select(void **state)
{
	static const char nested[] =
		"{n, plural, =0 {none} one {# item} other {{choice, select, gift {# gifts} other "
		"{{n} items, #}}}}";
	static const char guests[] =
		"{n,plural,offset:1 =0{nobody}=1{{name}}one{{name} and # guest}other{{name} and # guests}}";

	(void)state;
	assert_string_equal(rendered(nested, "en", &us, VARS(V_N(0), V_CHOICE("x"))), "none");
	assert_string_equal(rendered(nested, "en", &us, VARS(V_N(1), V_CHOICE("x"))), "1 item");
	warnings = 0;
	assert_string_equal(rendered(nested, "en", &us, VARS(V_N(2), V_CHOICE("gift"))), "# gifts");
	assert_int_equal(warnings, 2);
	assert_string_equal(last_warning.code, "literal-hash");
	assert_string_equal(rendered(nested, "en", &us, VARS(V_N(2000), V_CHOICE("x"))), "2,000 items, #");
	assert_string_equal(rendered(guests, "en", &us, VARS(V_N(0), V_NAME("Jo"))), "nobody");
	assert_string_equal(rendered(guests, "en", &us, VARS(V_N(1), V_NAME("Jo"))), "Jo");
	assert_string_equal(rendered(guests, "en", &us, VARS(V_N(2), V_NAME("Jo"))), "Jo and 1 guest");
	assert_string_equal(rendered(guests, "en", &us, VARS(V_N(3), V_NAME("Jo"))), "Jo and 2 guests");
	assert_string_equal(rendered("{n,plural,offset:2 =1{#}other{#}}", "en", &us, VARS(V_N(1))), "-1");
	assert_string_equal(rendered("{n,plural,offset:9 other{#}}", "en", &us, VARS(V_N(INT64_MIN))),
			    "ERROR the variable \"n\" is too large");
	assert_string_equal(rendered("{n,plural,=-3{yes}other{no}}", "en", &us, VARS(V_N(-3))), "yes");
	assert_string_equal(
		rendered("{d,plural,=1{exact}one{one}other{other #}}", "en", &us, VARS(V_D("1.0"))), "exact");
	assert_string_equal(rendered("{d,plural,one{one}other{other #}}", "en", &us, VARS(V_D("1.0"))),
			    "other 1.0");
	assert_string_equal(rendered("{d,plural,one{one}other{other #}}", "fr", &us, VARS(V_D("1.0"))),
			    "one");
	assert_string_equal(
		rendered("{n,selectordinal,one{#st}two{#nd}few{#rd}other{#th}}", "en", &us, VARS(V_N(22))),
		"22nd");
	/* The grammar is that of the text, whichever the country's formats are. */
	assert_string_equal(rendered("{n,plural,one{a}other{b}}", "fr", &us, VARS(V_N(0))), "a");
}

static void
plural_forms_of_languages(void **state)
{
	static const char all[] = "{n,plural,zero{z}one{o}two{t}few{f}many{m}other{x}}";
	static const struct {
		const char *language, *forms; /* of 0 1 2 3 5 11 21 22 25 100 101 102 */
	} t[] = {
		{"pl", "moffmmmfmmmf"}, {"ru", "moffmmofmmof"}, {"ar", "zotffmmmmxxx"},
		{"en", "xoxxxxxxxxxx"}, {"fr", "ooxxxxxxxxxx"}, {"ja", "xxxxxxxxxxxx"},
	};
	static const int n[] = {0, 1, 2, 3, 5, 11, 21, 22, 25, 100, 101, 102};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		char forms[13] = "";

		for (int k = 0; k < 12; k++)
			forms[k] = *rendered(all, t[i].language, &us, VARS(V_N(n[k])));
		assert_string_equal(forms, t[i].forms);
	}
}

static void
missing_or_unusable_values(void **state)
{
	static const char *const hole[] = {"A", "", "C"};

	(void)state;
	assert_string_equal(rendered("Hello {name}", "en", &us, VARS(V_N(1))),
			    "ERROR the text needs the variable \"name\", which has no value");
	assert_string_equal(
		rendered("Hello {name}", "en", &us, VARS({.name = "name", .state = ABSENT, .str = "x"})),
		"ERROR the text needs the variable \"name\", which has no value");
	assert_string_equal(rendered("x {n,plural,other{{name}}}", "en", &us, VARS(V_N(1))),
			    "ERROR the text needs the variable \"name\", which has no value");
	assert_string_equal(rendered("x {n,plural,other{#}}", "en", &us, VARS(V_NAME("x"))),
			    "ERROR the text needs the variable \"n\", which has no value");
	assert_string_equal(rendered("{choice,select,other{}}", "en", &us, VARS(V_NAME("x"))),
			    "ERROR the text needs the variable \"choice\", which has no value");
	assert_string_equal(rendered("{name}", "en", &us, VARS(V_NAME(""))),
			    "ERROR the variable \"name\" is empty or not UTF-8");
	assert_string_equal(rendered("{name}", "en", &us, VARS(V_NAME(NULL))),
			    "ERROR the variable \"name\" is empty or not UTF-8");
	assert_string_equal(rendered("{name}", "en", &us, VARS(V_NAME("a\xff"))),
			    "ERROR the variable \"name\" is empty or not UTF-8");
	assert_string_equal(rendered("{d}", "en", &us, VARS(V_D("12x"))),
			    "ERROR the variable \"d\" is not a plain decimal number");
	assert_string_equal(rendered("{d}", "en", &us, VARS(V_D("1e999999999"))),
			    "ERROR the variable \"d\" is not a plain decimal number");
	assert_string_equal(rendered("{d}", "en", &us, VARS(V_D("5."))),
			    "ERROR the variable \"d\" is not a plain decimal number");
	assert_string_equal(rendered("{items}", "en", &us, VARS(V_ITEMS(three, 0))),
			    "ERROR the list \"items\" is empty or too long");
	assert_string_equal(rendered("{items}", "en", &us, VARS(V_ITEMS(hole, 3))),
			    "ERROR the list \"items\" has an entry that is empty or not UTF-8");
	assert_string_equal(
		rendered("{when}", "en", &(struct message_context){"en-US", "Mars/Base", 0}, VARS(V_WHEN(0))),
		"ERROR \"Mars/Base\" is not a time zone; name one like Europe/Berlin");
}

static void
optional_values(void **state)
{
	static const char hello[] = "{has_nick, select, yes{Hello {nick},} other{Hello,}}";

	(void)state;
	assert_string_equal(rendered(hello, "en", &us, VARS(V_NICK("Jo"))), "Hello Jo,");
	assert_string_equal(rendered(hello, "en", &us, VARS(V_NICK(""))), "Hello,");
	assert_string_equal(rendered(hello, "en", &us, VARS(V_N(1))), "Hello,");
	assert_string_equal(
		rendered("{has_eta,select,yes{{eta,date,short}}other{soon}}", "en", &us, VARS(V_N(1))),
		"soon");
	assert_string_equal(rendered("{has_eta,select,yes{{eta,date,short}}other{soon}}", "en", &us,
				     VARS({.name = "eta", .state = PRESENT, .num = JULY_1_2026_18H})),
			    "7/1/26");
	assert_string_equal(rendered("{has_gifts,select,yes{with {gifts}}other{-}}", "en", &us,
				     VARS({.name = "gifts", .state = PRESENT})),
			    "-");
}

static void
uses(void **state)
{
	static const char text[] =
		"{has_nick,select,yes{{nick}}other{{n,plural,other{{total}}}}}{has_eta,select,other{}}";
	struct pattern_error e;
	struct message_pattern *p = message_compile(text, strlen(text), "ja", specs, &e, NULL, NULL);

	(void)state;
	assert_non_null(p);
	assert_int_equal(message_uses(p, "nick"), 1);
	assert_int_equal(message_uses(p, "n"), 1);
	assert_int_equal(message_uses(p, "total"), 1);
	assert_int_equal(message_uses(p, "eta"), 0); /* only whether it is there */
	assert_int_equal(message_uses(p, "has_nick"), 0);
	assert_int_equal(message_uses(p, "name"), 0);
	message_free(p);
}

static void
dates_in_their_zone(void **state)
{
	static const struct {
		const char *locale, *zone, *style, *text;
	} t[] = {
		{"en-US", "UTC", "when,date", "July 1, 2026"},
		{"en-US", "UTC", "when", "July 1, 2026"},
		{"de-DE", "Europe/Berlin", "when,datetime", "1. Juli 2026 um 20:00"},
		{"de-DE", "Europe/Berlin", "when,time", "20:00"},
		{"de-DE", "Europe/Berlin", "when,date,short", "01.07.26"},
		/* The formatter of the line before is kept, and is not for these. */
		{"de-DE", "Europe/Berlin", "when,time,short", "20:00"},
		{"de-DE", "Pacific/Auckland", "when,date,short", "02.07.26"},
		{"de-DE", "Europe/Berlin", "when,date,full", "Mittwoch, 1. Juli 2026"},
		{"de-DE", "Europe/Berlin", "when,datetime,medium", "01.07.2026, 20:00:00"},
		{"de-DE", "Europe/Berlin", "when,date,::MMMd", "1. Juli"},
		/* Mexico ended and Egypt took up summer time after ICU's table was made. */
		{"es-MX", "America/Mexico_City", "when,time,::Hm", "12:00"},
		{"en-EG", "Africa/Cairo", "when,time,::Hm", "21:00"},
		{"ja-JP", "Asia/Tokyo", "when,date", "2026年7月2日"},
		{"en-IN", "Asia/Kolkata", "when,time,::Hm", "23:30"},
		{"en-CA", "America/St_Johns", "when,time,::Hm", "15:30"},
		/* Gregorian calendar and Latin digits everywhere. */
		{"th-TH", "Asia/Bangkok", "when,date,::yMd", "2/7/2026"},
		{"ar-SA", "Asia/Riyadh", "when,date,::Hm", "21:00"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct message_context c = {t[i].locale, t[i].zone, 0};
		char pattern[64];

		snprintf(pattern, sizeof pattern, "{%s}", t[i].style);
		assert_string_equal(rendered(pattern, "en", &c, VARS(V_WHEN(JULY_1_2026_18H))), t[i].text);
	}
	assert_string_equal(
		rendered("{n}", "ar", &(struct message_context){"ar-EG", "UTC", 0}, VARS(V_N(12))), "12");
	assert_string_equal(
		rendered("{n}", "ar", &(struct message_context){"ar-EG", "UTC", 1}, VARS(V_N(12))), "١٢");
}

static void
right_to_left_values_are_isolated(void **state)
{
	static const struct message_context ar = {"ar-AE", "Asia/Dubai", 0};
	static const char *const names[] = {"سارة", "Jo"};

	(void)state;
	assert_string_equal(rendered("طلبك {name}", "ar", &ar, VARS(V_NAME("302-1234567-7654321"))),
			    "طلبك \xe2\x81\xa8"
			    "302-1234567-7654321\xe2\x81\xa9");
	assert_string_equal(rendered("Hello {name}, {n} items", "en", &us, VARS(V_NAME("سارة"), V_N(3))),
			    "Hello \xe2\x81\xa8سارة\xe2\x81\xa9, 3 items");
	/* Latin first, Arabic last: the 3 would still be drawn to it. */
	assert_string_equal(rendered("{name}, 3", "en", &us, VARS(V_NAME("Cup حسن"))),
			    "\xe2\x81\xa8"
			    "Cup حسن\xe2\x81\xa9, 3");
	assert_string_equal(rendered("{items}", "en", &us, VARS(V_ITEMS(names, 2))),
			    "\xe2\x81\xa8سارة\xe2\x81\xa9 and Jo");
	assert_string_equal(rendered("Hello {name}", "en", &us, VARS(V_NAME("Zoë 田中"))), "Hello Zoë 田中");
}

/* In Hebrew "and" takes a hyphen before other scripts, in Spanish it is "e" before the sound i: the isolates do not hide the word. */
static void
lists_know_their_next_word(void **state)
{
	static const struct message_context he = {"he-IL", "UTC", 0}, es = {"es-ES", "UTC", 0};
	static const char *const fruit[] = {"תפוח", "בננה"}, *const mixed[] = {"תפוח", "Cup"},
				 *const islands[] = {"Mallorca", "Ibiza حسن"};

	(void)state;
	assert_string_equal(rendered("{items}", "he", &he, VARS(V_ITEMS(fruit, 2))),
			    "\u2068תפוח\u2069 ו\u2068בננה\u2069");
	assert_string_equal(rendered("{items}", "he", &he, VARS(V_ITEMS(mixed, 2))),
			    "\u2068תפוח\u2069 ו-\u2068Cup\u2069");
	assert_string_equal(rendered("{items}", "es", &es, VARS(V_ITEMS(islands, 2))),
			    "Mallorca e \u2068Ibiza حسن\u2069");
	assert_string_equal(rendered("{items,list,or}", "he", &he, VARS(V_ITEMS(fruit, 1))),
			    "\u2068תפוח\u2069");
}

/* Whatever is rendered, no brace of a placeholder is left, and a missing value never passes. */
static uint64_t seed = 42;

static unsigned
draw(unsigned below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % below;
}

static void
random_pattern(struct buf *b, int depth)
{
	static const char *const leaves[] = {
		"Hi ",  "{name}",          "{ n }", "{total, money, iso}", "{when,date,short}", "{items}",
		"it's", "{d,number,::.0}", " #",    "{n,reldays}"};

	for (unsigned k = draw(4); k-- > 0;) {
		switch (depth < 5 ? draw(8) : 7) {
		case 0:
			buf_fmt(b, "{n,plural,offset:%u =1{", draw(3));
			random_pattern(b, depth + 1);
			buf_put(b, "}one {");
			random_pattern(b, depth + 1);
			buf_put(b, "} other {");
			random_pattern(b, depth + 1);
			buf_put(b, "}}");
			break;
		case 1:
			buf_put(b, "{choice, select, a{");
			random_pattern(b, depth + 1);
			buf_put(b, "}other{");
			random_pattern(b, depth + 1);
			buf_put(b, "}}");
			break;
		case 2:
			buf_put(b, "{has_nick,select,yes{{nick}");
			random_pattern(b, depth + 1);
			buf_put(b, "}other{");
			random_pattern(b, depth + 1);
			buf_put(b, "}}");
			break;
		default: buf_put(b, leaves[draw(sizeof leaves / sizeof *leaves)]); break;
		}
	}
}

static void
no_placeholder_is_ever_left(void **state)
{
	static const char *const languages[] = {"en", "ru", "ar", "ja"};
	int done = 0, refused = 0;

	(void)state;
	for (int i = 0; i < 3000; i++) {
		struct buf text = BUF_MAX(16 * 1024);
		unsigned absent = draw(24);
		struct var vars[] = {V_NAME("Erika"),
				     V_N(draw(5)),
				     V_D("1.50"),
				     V_TOTAL(1250, "EUR"),
				     V_WHEN(JULY_1_2026_18H),
				     V_ITEMS(three, 3),
				     V_CHOICE(draw(2) ? "a" : "b"),
				     V_NICK("Jo"),
				     {.name = NULL}};
		const char *out, *gone = absent < 8 ? vars[absent].name : "";

		if (absent < 8)
			vars[absent].state = ABSENT;
		random_pattern(&text, 0);
		out = rendered(buf_str(&text), languages[draw(4)], &us, vars);
		if (!strncmp(out, "ERROR", 5)) {
			assert_true(*gone && strstr(out, gone));
			refused++;
		} else {
			assert_null(strpbrk(out, "{}"));
			done++;
		}
		buf_free(&text);
	}
	assert_true(done > 1000 && refused > 100);
}

static void
output_is_bounded(void **state)
{
	char pattern[400 * 6 + 1] = "", *name = malloc(40001);
	struct pattern_error e;
	struct message_pattern *p;
	struct buf small = BUF_MAX(10);
	struct err err;

	(void)state;
	memset(name, 'x', 40000);
	name[40000] = 0;
	assert_string_equal(rendered("{name}{name}", "en", &us, VARS(V_NAME(name))),
			    "ERROR the finished text is too long");
	for (int i = 0; i < 400; i++)
		strcat(pattern, "{name}");
	name[300] = 0;
	assert_string_equal(rendered(pattern, "en", &us, VARS(V_NAME(name))),
			    "ERROR the finished text is too long");
	p = message_compile("Hello {name}", 12, "en", specs, &e, NULL, NULL);
	buf_put(&small, "ab");
	assert_int_equal(message_render(p, VARS(V_NAME("Erika")), &us, &small, &err), -1);
	assert_string_equal(buf_str(&small), "ab");
	message_free(p);
	buf_free(&small);
	free(name);
}

/* More formatters than the cache holds, in turns: each answer must still be its own. */
static void
cache_gives_way(void **state)
{
	static const char *const locales[] = {"de-DE", "en-US", "fr-FR", "ja-JP",
					      "pl-PL", "ru-RU", "sv-SE", "he-IL"};

	(void)state;
	for (int round = 0; round < 3; round++)
		for (size_t l = 0; l < 8; l++)
			for (int k = 0; k < 15; k++) {
				struct message_context c = {locales[l], "UTC", 0};
				char pattern[64], expected[32];

				snprintf(pattern, sizeof pattern, "{n,number,::integer-width/+%.*s}", k + 1,
					 "000000000000000");
				snprintf(expected, sizeof expected, "%0*d", k + 1, 7);
				const char *out = rendered(pattern, "en", &c, VARS(V_N(7)));
				/* Digits without the locale's separators. */
				char digits[64];
				int n = 0;

				for (; *out && n < 63; out++)
					if (*out >= '0' && *out <= '9')
						digits[n++] = *out;
				digits[n] = 0;
				assert_string_equal(digits, expected);
			}
	message_cleanup();
	assert_string_equal(rendered("{n}", "de", &de, VARS(V_N(1000))), "1.000");
}

static int
cleanup(void **state)
{
	(void)state;
	message_cleanup();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_values),
		cmocka_unit_test(money),
		cmocka_unit_test(every_currency_is_shown_whole),
		cmocka_unit_test(quoting),
		cmocka_unit_test(plural_and_select),
		cmocka_unit_test(plural_forms_of_languages),
		cmocka_unit_test(missing_or_unusable_values),
		cmocka_unit_test(optional_values),
		cmocka_unit_test(uses),
		cmocka_unit_test(dates_in_their_zone),
		cmocka_unit_test(right_to_left_values_are_isolated),
		cmocka_unit_test(lists_know_their_next_word),
		cmocka_unit_test(no_placeholder_is_ever_left),
		cmocka_unit_test(output_is_bounded),
		cmocka_unit_test(cache_gives_way),
	};

	return cmocka_run_group_tests(tests, NULL, cleanup);
}
