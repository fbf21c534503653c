#include "texts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "texts_table.h"

enum lang
lang_of(const char *locale)
{
	if (!locale || strncmp(locale, "zh", 2))
		return LANG_EN;
	return locale[2] && strchr("-_.@", locale[2]) == NULL ? LANG_EN : LANG_ZH;
}

static int
by_english(const void *key, const void *row)
{
	return strcmp(key, ((const struct text *)row)->english);
}

const char *
say(enum lang lang, const char *english)
{
	const struct text *row = NULL;

	if (lang == LANG_ZH)
		row = bsearch(english, texts_zh, texts_zh_count, sizeof *texts_zh, by_english);
	return row ? row->translation : english;
}

void
say_packed(struct buf *out, enum lang lang, const char *packed)
{
	char pattern[ERR_MAX], sentence[2 * ERR_MAX];

	snprintf(pattern, sizeof pattern, "%.*s", (int)strcspn(packed, "\x1f"), packed);
	err_render(say(lang, pattern), packed, sentence, sizeof sentence);
	buf_put(out, sentence);
}
