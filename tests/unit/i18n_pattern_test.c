#include "i18n_message_helper.h"

static const struct message_context us = {"en-US", "UTC", 0};
static const struct var none[] = {{.name = NULL}};

/* Code and place of the mistake, or "fine". */
static const char *
mistake(const char *text, size_t len, const char *language)
{
	static char shown[64];
	struct pattern_error e;
	struct message_pattern *p = message_compile(text, len, language, specs, &e, note_warning, NULL);

	if (p) {
		message_free(p);
		return "fine";
	}
	assert_true(e.err.text[0]);
	snprintf(shown, sizeof shown, "%s %d:%d", e.code, e.line, e.column);
	return shown;
}

static void
every_mistake_with_its_place(void **state)
{
	static const struct {
		const char *text, *mistake;
	} t[] = {
		{"Hello {name", "unmatched-brace 1:7"},
		{"Hello {", "unmatched-brace 1:7"},
		{"Hello {name,", "unmatched-brace 1:7"},
		{"{n,", "unmatched-brace 1:1"},
		{"{d,number,::.0", "unmatched-brace 1:1"},
		{"{n,plural,", "unmatched-brace 1:1"},
		{"{n,plural,other", "unmatched-brace 1:1"},
		{"{n,plural,other{x}", "unmatched-brace 1:1"},
		{"a\n{n,plural,\n  one{x\n other{y}}", "unmatched-brace 2:1"},
		{"{n,plural,other{x", "unmatched-brace 1:16"},
		{"你好\n订单 } x", "unmatched-brace 2:4"},
		{"{name}}", "unmatched-brace 1:7"},
		{"{n,plural,one{x}}", "missing-other 1:1"},
		{"x {n,plural,}", "missing-other 1:3"},
		{"{choice,select,yes{x}}", "missing-other 1:1"},
		{"Hi {nmae}", "unknown-variable 1:4"},
		{"é{zzz,plural,other{}}", "unknown-variable 1:2"},
		{"{has_name,select,yes{}other{}}", "wrong-type 1:1"}, /* is always there */
		{"{has_nick}", "wrong-type 1:1"},
		{"{has_foo,select,other{}}", "unknown-variable 1:1"},
		{"{name,number}", "wrong-type 1:1"},
		{"{n,money}", "wrong-type 1:1"},
		{"{total,number}", "wrong-type 1:1"},
		{"{when,list}", "wrong-type 1:1"},
		{"{items,date}", "wrong-type 1:1"},
		{"{d,reldays}", "wrong-type 1:1"},
		{"{choice}", "wrong-type 1:1"},
		{"{name,select,other{}}", "wrong-type 1:1"},
		{"{name,plural,other{}}", "wrong-type 1:1"},
		{"{total,plural,other{}}", "wrong-type 1:1"},
		{"{d,plural,offset:1 other{}}", "wrong-type 1:1"},
		{"{total,money,pretty}", "bad-style 1:14"},
		{"{n,number,currency}", "bad-style 1:11"},
		{"{n,number,}", "bad-style 1:11"},
		{"{n,number, }", "bad-style 1:12"},
		{"{n\u00a0,number}",
		 "bad-syntax 1:3"}, /* no-break space is none of the syntax, in ICU neither */
		{"{n,number,::.00 bogus}", "bad-style 1:17"},
		{"{n,number,::currency/EUR}", "bad-style 1:13"},
		{"{n,number,::scale/1E999999999}", "bad-style 1:13"},
		{"{n,number,::.0 scale/0.01}", "fine"},
		{"{n,number,::.0 integer-width/##0}", "bad-style 1:16"}, /* would write 1234 as 234 */
		{"{n,number,::integer-width/+000}", "fine"},
		/* ICU opens these, and then formats nothing. */
		{"{n,number,::usage/road}", "bad-style 1:13"},
		{"{n,number,::precision-increment/0}", "bad-style 1:13"},
		{"{n,number,::rounding-mode-unnecessary @@}", "bad-style 1:13"},
		{"{n,number,::precision-increment/0.05}", "fine"},
		{"{when,date,::}", "bad-style 1:14"},
		{"{when,date,::yMMM!d}", "bad-style 1:18"},
		{"{when,date,dd.MM.}", "bad-style 1:12"},
		{"{when,date,{x}}", "bad-style 1:12"},
		{"{n,number,é}", "bad-style 1:11"},
		{"{items,list,nor}", "bad-style 1:13"},
		{"Hi {nick}", "unguarded-optional 1:4"},
		{"{has_nick,select,yes{}other{{nick}}}", "unguarded-optional 1:29"},
		{"{has_nick,select,yes{{nick}}other{}}{nick}", "unguarded-optional 1:37"},
		{"{has_nick,select,yes{{eta}}other{}}", "unguarded-optional 1:22"},
		{"{has_nick,select,yes{{n,plural,other{{nick}}}}other{}}", "fine"},
		{"{has_nick,select,yes{{has_eta,select,yes{{nick}{eta}}other{}}}other{}}", "fine"},
		{"{has_nick,select,no{x}other{}}", "bad-selector 1:1"},
		{"{n,plural,tow{x}other{}}", "bad-selector 1:11"},
		{"{n,plural,oth{x}other{}}", "bad-selector 1:11"},
		{"{n,plural,=x{}other{}}", "bad-selector 1:12"},
		{"{n,plural,={}other{}}", "bad-selector 1:12"},
		{"{n,plural,=99999999999999999999{}other{}}", "bad-selector 1:12"},
		{"{n,plural,offset:99999999999999999999 other{}}", "bad-selector 1:18"},
		{"{n,plural,offset:other{}}", "bad-selector 1:18"},
		{"{n,plural,other{}other{}}", "duplicate-branch 1:18"},
		{"{n,plural,=1{}=1{}other{}}", "duplicate-branch 1:15"},
		{"{n,plural,=1{}=01{}other{}}", "duplicate-branch 1:15"},
		{"{n,plural,,other{}}", "bad-selector 1:11"},
		{"{choice,select,a-b{}other{}}", "bad-syntax 1:17"},
		{"{choice,select,=1{}other{}}", "bad-selector 1:16"},
		{"{choice,select,a{}b{}c{}d{}e{}f{}g{}h{}i{}j{}k{}l{}other{}}", "bad-selector 1:52"},
		{"{choice,select,a{}b{}c{}d{}e{}f{}g{}h{}i{}j{}k{}other{}}", "fine"},
		{"{}", "bad-syntax 1:2"},
		{"{0}", "bad-syntax 1:2"},
		{"{na me}", "bad-syntax 1:5"},
		{"{name，number}", "bad-syntax 1:6"}, /* full-width comma */
		{"{n,nubmer}", "bad-syntax 1:4"},
		{"{n,}", "bad-syntax 1:4"},
		{"{n,choice,0#x}", "bad-syntax 1:4"},
		{"{n,plural}", "bad-syntax 1:10"},
		{"{n,plural,other x}", "bad-syntax 1:17"},
		{"{n,number x}", "bad-syntax 1:11"},
		{"ab\ncd\xff", "not-utf8 2:3"},
		{"\xed\xa0\x80", "not-utf8 1:1"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		if (strcmp(mistake(t[i].text, strlen(t[i].text), "en"), t[i].mistake))
			differ("%s\n\tfound    %s\n\texpected %s", t[i].text,
			       mistake(t[i].text, strlen(t[i].text), "en"), t[i].mistake);
	assert_string_equal(mistake("a\0b", 3, "en"), "bad-syntax 1:2");
	assert_string_equal(mistake("a", 1, "no language"), "bad-locale 1:1");
}

static void
words_name_what_was_found(void **state)
{
	(void)state;
	assert_string_equal(rendered("{na，e}", "en", &us, none),
			    "ERROR bad-syntax 1:4 found \"，\", expected }");
	assert_string_equal(
		rendered("{n,日付}", "en", &us, none),
		"ERROR bad-syntax 1:4 found \"日\", expected number, money, date, time, datetime, list, "
		"reldays, plural, selectordinal or select");
	assert_string_equal(
		rendered("{has_nick}", "en", &us, none),
		"ERROR wrong-type 1:1 {has_nick} stands for a choice: {has_nick, select, yes{…} other{…}}, "
		"where the variable is optional");
	assert_string_equal(
		rendered("{nmae}", "en", &us, none),
		"ERROR unknown-variable 1:1 there is no variable \"nmae\" here; there are: name, nick, n, d, "
		"total, when, items, choice, eta, gifts");
}

static void
nested(struct buf *b, int depth)
{
	for (int i = 0; i < depth; i++)
		buf_put(b, "{n,plural,other{");
	buf_put(b, "x");
	for (int i = 0; i < depth; i++)
		buf_put(b, "}}");
}

static void
limits(void **state)
{
	struct buf b = BUF_MAX(1 << 20);

	(void)state;
	nested(&b, 16);
	assert_string_equal(mistake(b.data, b.len, "en"), "fine");
	buf_clear(&b);
	nested(&b, 17);
	assert_string_equal(mistake(b.data, b.len, "en"), "too-deep 1:257");
	buf_clear(&b);
	nested(&b, 900);
	assert_string_equal(mistake(b.data, b.len, "en"), "too-deep 1:257");

	buf_clear(&b);
	while (b.len < 16 * 1024)
		buf_char(&b, 'x');
	assert_string_equal(mistake(b.data, b.len, "en"), "fine");
	buf_char(&b, 'x');
	assert_string_equal(mistake(b.data, b.len, "en"), "too-long 1:16385");

	/* As many of everything as fits. */
	for (const char *const *s =
		     (const char *const[]){"{", "}", "'", "''", "{n}", "{n,plural,", "#", "'{", "\n", NULL};
	     *s; s++) {
		buf_clear(&b);
		while (b.len + strlen(*s) <= 16 * 1024)
			buf_put(&b, *s);
		mistake(b.data, b.len, "en");
	}
	buf_clear(&b);
	buf_put(&b, "{n,number,::");
	while (b.len < 16000)
		buf_char(&b, '0');
	buf_put(&b, "}");
	assert_string_equal(mistake(b.data, b.len, "en"), "bad-style 1:11");
	buf_free(&b);
}

/* How often the language's forms are missing, and which is named last. */
static void
assert_warns(const char *text, const char *language, int times, const char *form)
{
	char words[ERR_MAX];

	warnings = 0;
	assert_string_equal(mistake(text, strlen(text), language), "fine");
	assert_int_equal(warnings, times);
	if (!times)
		return;
	assert_string_equal(last_warning.code, "missing-branch");
	assert_int_equal(last_warning.line, 1);
	assert_int_equal(last_warning.column, 3);
	err_english(last_warning.err.text, words, sizeof words);
	assert_non_null(strstr(words, form));
}

static void
missing_branches(void **state)
{
	(void)state;
	assert_warns("a {n,plural,other{}}", "en", 1, "\"one\" here (as for 1)");
	assert_warns("a {n,plural,=1{}other{}}", "en", 0, NULL); /* one is only 1 in English ... */
	assert_warns("a {n,plural,=1{}few{}many{}other{}}", "ru", 1,
		     "\"one\" here (as for 21)"); /* ... not in Russian */
	assert_warns("a {n,plural,one{}other{}}", "pl", 2, "\"few\"");
	assert_warns("a {n,plural,one{}few{}many{}other{}}", "pl", 0, NULL);
	assert_warns("a {n,plural,other{}}", "ja", 0, NULL);
	assert_warns("a {n,plural,one{}other{}}", "ar", 4, "\"many\"");
	assert_warns("a {n,plural,one{}other{}}", "es", 0, NULL);      /* "many" is for millions */
	assert_warns("a {n,plural,one{}few{}other{}}", "cs", 0, NULL); /* "many" is for fractions */
	assert_warns("a {d,plural,one{}few{}other{}}", "cs", 1, "\"many\" here (as for 0.0)");
	assert_warns("a {n,selectordinal,one{}two{}few{}other{}}", "en", 0, NULL);
	assert_warns("a {n,selectordinal,one{}other{}}", "en", 2, "\"few\"");
}

/* Random bytes of the syntax's own alphabet: never a crash, always an answer. */
static void
hostile_bytes(void **state)
{
	static const char *const tokens[] = {
		"{",  "}",       "'",  ",",    "#", "n",  "plural", "select",   "other", "choice", " ",
		"=1", "offset:", "\n", "\xc3", "é", "::", "number", "has_nick", "yes",   "{n}"};
	uint64_t seed = 7;
	int fine = 0;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct buf b = BUF_MAX(4096);

		for (int k = 0; k < 12; k++) {
			seed = seed * 6364136223846793005u + 1442695040888963407u;
			buf_put(&b, tokens[(seed >> 33) % (sizeof tokens / sizeof *tokens)]);
		}
		fine += !strcmp(mistake(b.data, b.len, "en"), "fine");
		buf_free(&b);
	}
	assert_true(fine > 10 && fine < 19000);
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
		cmocka_unit_test(every_mistake_with_its_place),
		cmocka_unit_test(words_name_what_was_found),
		cmocka_unit_test(limits),
		cmocka_unit_test(missing_branches),
		cmocka_unit_test(hostile_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, cleanup);
}
