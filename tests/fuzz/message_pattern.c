/* message_pattern.c - any bytes as a reply text: compiled, then filled in with any values.
 * Links: i18n
 *
 * The first byte chooses the language; the text ends at a NUL, and the bytes after it are the values.  Without a NUL
 * the values are some that are hard to write.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "i18n/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

enum { NAME, NICK, N, D, TOTAL, WHEN, ITEMS, CHOICE, VARS };

static const struct var_spec specs[VARS + 1] = {
	{"name", VAR_STR, 0},   {"nick", VAR_STR, 1},      {"n", VAR_INT, 0},
	{"d", VAR_DEC, 0},      {"total", VAR_MONEY, 0},   {"when", VAR_DATE, 0},
	{"items", VAR_LIST, 0}, {"choice", VAR_SELECT, 0}, {NULL, VAR_STR, 0},
};
static const char *const items[] = {"cup", "مسك"};
static const struct var hard[VARS + 1] = {
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
static const struct var none[] = {{.name = NULL}};

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

/* ---- values out of bytes ---- */

#define ITEMS_MAX 8

struct values {
	const uint8_t *at;
	size_t left;
	struct message_context context;
	struct var vars[VARS + 1];
	const char *list[ITEMS_MAX];
	struct buf strings[ITEMS_MAX + 8];
	int nstrings;
};

static uint8_t
take(struct values *v)
{
	if (!v->left)
		return 0;
	v->left--;
	return *v->at++;
}

static int64_t
take_number(struct values *v)
{
	uint64_t n = 0;
	int bytes = take(v) % 9;

	for (int i = 0; i < bytes; i++)
		n = n << 8 | take(v);
	return bytes && bytes < 8 && n >> (8 * bytes - 1) ? (int64_t)(n - (UINT64_C(1) << 8 * bytes))
							  : (int64_t)n;
}

/* Of `letters` when given, else any bytes, sometimes cleaned as texts of buyers are. */
static const char *
take_string(struct values *v, const char *letters)
{
	struct buf *out = &v->strings[v->nstrings++], raw = BUF_MAX(256);
	size_t n = take(v);
	int clean = n & 1 && !letters;

	*out = (struct buf)BUF_MAX(1024);
	for (n = n / 2 < v->left ? n / 2 : v->left; n-- > 0;) {
		char c = (char)take(v);

		buf_char(&raw, letters ? letters[(uint8_t)c % strlen(letters)] : c);
	}
	if (clean)
		var_clean(buf_str(&raw), 60, out);
	else
		buf_put(out, buf_str(&raw));
	buf_free(&raw);
	return buf_str(out);
}

static const char *
take_locale(struct values *v)
{
	static const char *const locales[] = {"en-US", "ar-EG", "pl-PL",      "ja-JP", "he-IL",
					      "hi-IN", "de-CH", "zh-Hant-TW", "fa",    "es-ES"};
	uint8_t which = take(v);

	return which == 255 ? take_string(v, NULL) : locales[which % 10];
}

static void
take_values(struct values *v)
{
	static const char *const zones[] = {"UTC", "America/Mexico_City", "Asia/Kolkata", "Mars/Base"};
	static const char *const currencies[] = {"EUR", "JPY", "KWD", "RSD", "", "QQQ"};
	unsigned present, size;

	memcpy(v->vars, hard, sizeof hard);
	v->context.locale = take_locale(v);
	v->context.zone = zones[take(v) % 4];
	present = take(v);
	v->context.native_digits = take(v) & 1;
	for (int i = 0; i < VARS; i++)
		if (present >> i & 1)
			v->vars[i].state = ABSENT;
	v->vars[N].num = take_number(v);
	v->vars[WHEN].num = take_number(v);
	v->vars[TOTAL].money.minor = take_number(v);
	strcpy(v->vars[TOTAL].money.currency, currencies[take(v) % 6]);
	v->vars[D].str = take_string(v, "0123456789.-0123456789");
	v->vars[CHOICE].str = take_string(v, "yesother");
	v->vars[NAME].str = take_string(v, NULL);
	v->vars[NICK].str = take_string(v, NULL);
	size = take(v) % (ITEMS_MAX + 1);
	for (unsigned i = 0; i < size; i++)
		v->list[i] = take_string(v, NULL);
	v->vars[ITEMS].list = v->list;
	v->vars[ITEMS].nlist = size;
}

/* ---- what must hold ---- */

/* 0 with the text behind "before", or -1 and nothing. */
static int
render(const struct message_pattern *p, const struct var *vars, const struct message_context *context,
       struct buf *out)
{
	struct err err = {""};

	buf_put(out, "before");
	if (message_render(p, vars, context, out, &err)) {
		require(out->len == 6 && err.text[0]);
		return -1;
	}
	require(out->len - 6 <= 64 * 1024 && utf8_valid(out->data, out->len));
	return 0;
}

/* Without the values that it does not use a text is the same; without one that it needs there is none. */
static void
render_with(const struct message_pattern *p, struct values *v)
{
	struct buf all = BUF_MAX(256 * 1024), used = BUF_MAX(256 * 1024);
	int r = render(p, v->vars, &v->context, &all);

	for (int i = 0; i < VARS; i++)
		if (!message_uses(p, specs[i].name) && !specs[i].optional)
			v->vars[i].state = ABSENT;
	require(render(p, v->vars, &v->context, &used) == r && !strcmp(buf_str(&all), buf_str(&used)));
	buf_free(&all);
	buf_free(&used);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const char *const languages[] = {"en", "ar", "pl", "ja", "fr", "cy", "zh-Hant", "no such"};
	const char *language = languages[len ? data[0] % 8 : 0];
	const uint8_t *end = len ? memchr(data + 1, 0, len - 1) : NULL;
	struct values v = {.context = {language, "America/Mexico_City", 0}};
	struct buf without = BUF_MAX(256 * 1024);
	struct pattern_error e;
	struct message_pattern *p;

	if (!len)
		return 0;
	memcpy(v.vars, hard, sizeof hard);
	if (end) {
		v.at = end + 1;
		v.left = (size_t)(data + len - v.at);
		take_values(&v);
	}
	p = message_compile((const char *)data + 1, (end ? (size_t)(end - data) : len) - 1, language, specs,
			    &e, ignore, NULL);
	if (p) {
		render_with(p, &v);
		render(p, none, &v.context, &without);
		message_free(p);
	} else {
		require(e.code && e.line > 0 && e.column > 0 && e.err.text[0]);
	}
	buf_free(&without);
	for (int i = 0; i < v.nstrings; i++)
		buf_free(&v.strings[i]);
	return 0;
}
