/* i18n_message_helper.h - compile, render and compare in one line; the variables of an imagined shop. */
#ifndef I18N_MESSAGE_HELPER_H
#define I18N_MESSAGE_HELPER_H

#include <stdio.h>

#include "../test.h"

#include "i18n/message.h"

static const struct var_spec specs[] = {
	{"name", VAR_STR, 0},    {"nick", VAR_STR, 1},   {"n", VAR_INT, 0},      {"d", VAR_DEC, 0},
	{"total", VAR_MONEY, 0}, {"when", VAR_DATE, 0},  {"items", VAR_LIST, 0}, {"choice", VAR_SELECT, 0},
	{"eta", VAR_DATE, 1},    {"gifts", VAR_LIST, 1}, {NULL, VAR_STR, 0},
};

/* Fails with words of one's own. */
#define differ(...)                                                                                          \
	do {                                                                                                 \
		print_error(__VA_ARGS__);                                                                    \
		print_error("\n");                                                                           \
		_fail(__FILE__, __LINE__);                                                                   \
	} while (0)

static int warnings;
static struct pattern_error last_warning;

static inline void
note_warning(void *ctx, const struct pattern_error *w)
{
	(void)ctx;
	warnings++;
	last_warning = *w;
}

/* Compiles, renders with vars, and gives the text in a buffer that lasts until the next call; or "ERROR words". */
static inline const char *
rendered(const char *text, const char *language, const struct message_context *context,
	 const struct var *vars)
{
	static char shown[70 * 1024];
	struct pattern_error e;
	struct err err = {""};
	struct buf out = BUF_MAX(128 * 1024);
	struct message_pattern *p =
		message_compile(text, strlen(text), language, specs, &e, note_warning, NULL);

	if (!p) {
		char words[ERR_MAX];

		err_english(e.err.text, words, sizeof words);
		snprintf(shown, sizeof shown, "ERROR %s %d:%d %s", e.code, e.line, e.column, words);
		return shown;
	}
	if (message_render(p, vars, context, &out, &err)) {
		strcpy(shown, "ERROR ");
		err_english(err.text, shown + 6, ERR_MAX);
		assert_int_equal(out.len, 0);
	} else {
		snprintf(shown, sizeof shown, "%s", buf_str(&out));
	}
	message_free(p);
	buf_free(&out);
	return shown;
}

#endif
