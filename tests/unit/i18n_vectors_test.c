/* Every row of the table of expected ICU outputs (35 locales), where it lies: locale, kind, input, expected. */
#include "i18n_message_helper.h"

#include "base/instant.h"
#include "i18n/locale.h"

static void
unescape(char *s)
{
	char *out = s;

	while (*s) {
		unsigned c;

		if (s[0] == '\\' && s[1] == 'u' && sscanf(s + 2, "%4x", &c) == 1) {
			struct buf b = BUF_MAX(8);

			if (c < 0x80)
				buf_char(&b, (char)c);
			else if (c < 0x800)
				buf_fmt(&b, "%c%c", 0xC0 | c >> 6, 0x80 | (c & 0x3F));
			else
				buf_fmt(&b, "%c%c%c", 0xE0 | c >> 12, 0x80 | (c >> 6 & 0x3F),
					0x80 | (c & 0x3F));
			memcpy(out, b.data, b.len);
			out += b.len;
			s += 6;
			buf_free(&b);
		} else {
			*out++ = *s++;
		}
	}
	*out = 0;
}

/* Without the isolates that right-to-left texts get around their values. */
static void
drop_isolates(char *s)
{
	char *out = s;

	while (*s)
		if (!strncmp(s, "\xe2\x81\xa8", 3) || !strncmp(s, "\xe2\x81\xa9", 3))
			s += 3;
		else
			*out++ = *s++;
	*out = 0;
}

static void
keywords(const char *pattern, const char *locale, const struct message_context *c, char *input,
	 struct buf *out)
{
	char *save = NULL;

	for (char *n = strtok_r(input, " ", &save); n; n = strtok_r(NULL, " ", &save)) {
		struct var vars[] = {{.name = "d", .state = PRESENT, .str = n}, {.name = NULL}};

		buf_fmt(out, "%s%s", out->len ? " " : "", rendered(pattern, locale, c, vars));
	}
}

/* So many rows of each kind has a locale. */
static struct {
	const char *name;
	int each, rows;
} kinds[] = {{"money", 5, 0},   {"date", 5, 0}, {"plural", 1, 0},
	     {"ordinal", 1, 0}, {"list", 2, 0}, {"reldays", 5, 0}};

#define LOCALES 35

static void
row(const char *icu_locale, const char *kind, char *input, char *expected)
{
	char locale[LOCALE_MAX], pattern[64], *rest = strchr(input, ' ');
	struct message_context c = {locale, "UTC", 0};
	struct var v[] = {{.state = PRESENT}, {.name = NULL}};
	struct buf out = BUF_MAX(4096);
	const char *list[8];

	unescape(expected);
	assert_int_equal(locale_canonical(icu_locale, locale), 0);
	if (!strcmp(kind, "money")) {
		*rest = 0;
		v[0].name = "total";
		assert_int_equal(money_parse(rest + 1, input, &v[0].money, NULL), 0);
		buf_put(&out, rendered("{total}", locale, &c, v));
	} else if (!strcmp(kind, "date")) {
		char iso[32];

		*rest = 0;
		v[0].name = "when";
		snprintf(iso, sizeof iso, "%.16s:00Z", rest + 1);
		assert_int_equal(instant_parse(iso, &v[0].num), 0);
		snprintf(pattern, sizeof pattern, "{when,date,::%s}", input);
		buf_put(&out, rendered(pattern, locale, &c, v));
		if (!strcmp(input, "yMMMMd"))
			assert_string_equal(rendered("{when}", locale, &c, v), buf_str(&out));
		if (!strcmp(input, "yMMMMdjm"))
			assert_string_equal(rendered("{when,datetime}", locale, &c, v), buf_str(&out));
	} else if (!strcmp(kind, "plural") || !strcmp(kind, "ordinal")) {
		keywords(*kind == 'p' ? "{d,plural,zero{zero}one{one}two{two}few{few}many{many}other{other}}"
				      : "{d,selectordinal,zero{zero}one{one}two{two}few{few}many{many}other{"
					"other}}",
			 locale, &c, input, &out);
	} else if (!strcmp(kind, "list")) {
		char *save = NULL;

		v[0] = (struct var){.name = "items", .state = PRESENT, .list = list};
		for (char *s = strtok_r(input, "|", &save); s; s = strtok_r(NULL, "|", &save))
			list[v[0].nlist++] = s;
		buf_put(&out, rendered("{items}", locale, &c, v));
		drop_isolates(out.data);
	} else if (!strcmp(kind, "reldays")) {
		v[0].name = "n";
		v[0].num = atoi(input);
		buf_put(&out, rendered("{n,reldays}", locale, &c, v));
	} else {
		differ("unknown kind %s", kind);
	}
	if (strcmp(out.data, expected))
		differ("%s %s %s\n\tfound    %s\n\texpected %s", icu_locale, kind, input, out.data, expected);
	buf_free(&out);
}

static void
all_rows(void **state)
{
	const char *folder = getenv("VENDOR_SPECS"), *share = getenv("SUPERCARGO_SHARE");
	char path[512], line[1024];
	FILE *f;
	int rows = 0;

	(void)state;
	if (folder && *folder)
		snprintf(path, sizeof path, "%s/../data/i18n_vectors.tsv", folder);
	else
		snprintf(path, sizeof path, "%s/../shared/data/i18n_vectors.tsv", share ? share : ".");
	f = fopen(path, "r");
	if (!f) {
		print_message("skipped: no i18n_vectors.tsv beside the vendors' specs\n");
		skip();
		return;
	}
	while (fgets(line, sizeof line, f)) {
		char *save = NULL, *locale = strtok_r(line, "\t\n", &save),
		     *kind = strtok_r(NULL, "\t\n", &save);
		char *input = strtok_r(NULL, "\t\n", &save), *expected = strtok_r(NULL, "\t\n", &save);

		if (*locale == '#')
			continue;
		assert_non_null(expected);
		for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
			kinds[i].rows += !strcmp(kind, kinds[i].name);
		row(locale, kind, input, expected);
		rows++;
	}
	fclose(f);
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		print_message("%d rows of %s\n", kinds[i].rows, kinds[i].name);
		assert_int_equal(kinds[i].rows, kinds[i].each * LOCALES);
	}
	assert_int_equal(rows, 665);
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
	const struct CMUnitTest tests[] = {cmocka_unit_test(all_rows)};

	return cmocka_run_group_tests(tests, NULL, cleanup);
}
