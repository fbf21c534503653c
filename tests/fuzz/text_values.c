/* text_values.c - any bytes as a buyer's name, as the tag of a language, and as a cell of a table.
 * Links: i18n
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "i18n/locale.h"
#include "i18n/message.h"
#include "i18n/width.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
require(int holds)
{
	if (!holds)
		abort();
}

static int
code_points(const char *s)
{
	int n = 0;

	for (; *s; s++)
		n += (*s & 0xC0) != 0x80;
	return n;
}

/* Valid, no longer than asked for, and cleaned again it is the same. */
static void
clean(const char *text, int max)
{
	struct buf once = BUF_MAX(4 << 20), twice = BUF_MAX(4 << 20);

	var_clean(text, max, &once);
	require(utf8_valid(buf_str(&once), once.len) && code_points(buf_str(&once)) <= max);
	var_clean(buf_str(&once), max, &twice);
	require(!strcmp(buf_str(&once), buf_str(&twice)));
	buf_free(&once);
	buf_free(&twice);
}

/* What is canonical stays so and can be used. */
static void
tag(const char *text)
{
	static const char *const have[] = {"en", "de", "es-419", "zh-Hant", "sr-Latn", NULL};
	char once[LOCALE_MAX], twice[LOCALE_MAX], joined[LOCALE_MAX], name[256];
	int best = locale_match(text, have);

	require(best >= -1 && best < 5 && (best < 0 || locale_same_language(text, have[best])));
	locale_with_country(text, "DE", joined);
	if (locale_canonical(text, once)) {
		require(!*once && !*joined && best < 0);
		return;
	}
	require(!locale_canonical(once, twice) && !strcmp(once, twice));
	require(!locale_canonical(joined, twice) && !strcmp(joined, twice));
	require(locale_is_rtl(once) == locale_is_rtl(text));
	locale_language_name(once, "ja", name, sizeof name);
	{
		struct message_context context = {once, "UTC", 0};
		struct var_spec specs[] = {{"n", VAR_INT, 0}, {NULL, VAR_STR, 0}};
		struct var vars[] = {{.name = "n", .state = PRESENT, .num = 7}, {.name = NULL}};
		struct buf out = BUF_MAX(1024);
		struct pattern_error e;
		struct message_pattern *p = message_compile("{n}", 3, once, specs, &e, NULL, NULL);

		require(p && !message_render(p, vars, &context, &out, NULL));
		message_free(p);
		buf_free(&out);
	}
}

static void
cell(const char *text, int columns)
{
	size_t n = text_fit(text, columns);
	char *part = must_strndup(text, n);

	require(n <= strlen(text) && text_width(part) <= columns);
	require(!text[n] || text_width(part) == text_width(text) || text_width(text) > columns);
	free(part);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *text;

	if (!len)
		return 0;
	text = must_strndup((const char *)data + 1, len - 1);
	clean(text, 1 + data[0] % 60);
	tag(text);
	cell(text, data[0]);
	free(text);
	return 0;
}
