/* message_pattern.c - any bytes as a reply text: compiled, then filled in with values and without.
 * Links: i18n
 *
 * The first byte chooses the language.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "i18n/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static const struct var_spec specs[] = {
	{"name", VAR_STR, 0},   {"nick", VAR_STR, 1},      {"n", VAR_INT, 0},
	{"d", VAR_DEC, 0},      {"total", VAR_MONEY, 0},   {"when", VAR_DATE, 0},
	{"items", VAR_LIST, 0}, {"choice", VAR_SELECT, 0}, {NULL, VAR_STR, 0},
};
static const char *const items[] = {"cup", "مسك"};
static const struct var vars[] = {
	{.name = "name", .state = PRESENT, .str = "Erika"},
	{.name = "nick", .state = PRESENT, .str = "حسن"},
	{.name = "n", .state = PRESENT, .num = INT64_MIN},
	{.name = "d", .state = PRESENT, .str = "-1234567890123456789012345678901.500"},
	{.name = "total", .state = PRESENT, .money = {INT64_MAX, "RSD"}},
	{.name = "when", .state = PRESENT, .num = INT64_C(1782928800000)},
	{.name = "items", .state = PRESENT, .list = items, .nlist = 2},
	{.name = "choice", .state = PRESENT, .str = "yes"},
	{.name = NULL},
};

static void
require(int holds)
{
	if (!holds)
		abort();
}

static void
ignore(void *ctx, const struct pattern_error *warning)
{
	(void)ctx;
	require(warning->err.text[0] && warning->code);
}

static void
render(const struct message_pattern *p, const struct var *values, const char *locale)
{
	struct message_context context = {locale, "America/Mexico_City", 0};
	struct buf out = BUF_MAX(256 * 1024);
	struct err err = {""};

	buf_put(&out, "before");
	if (message_render(p, values, &context, &out, &err))
		require(out.len == 6 && err.text[0]);
	else
		require(out.len - 6 <= 64 * 1024 && utf8_valid(out.data, out.len));
	buf_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const char *const languages[] = {"en", "ar", "pl", "ja", "fr", "cy", "zh-Hant", "no such"};
	const char *language = languages[len ? data[0] % 8 : 0];
	struct pattern_error e;
	struct message_pattern *p;

	if (!len)
		return 0;
	p = message_compile((const char *)data + 1, len - 1, language, specs, &e, ignore, NULL);
	if (p) {
		render(p, vars, language);
		render(p, vars + 8, language);
		message_free(p);
	} else {
		require(e.code && e.line > 0 && e.column > 0 && e.err.text[0]);
	}
	return 0;
}
