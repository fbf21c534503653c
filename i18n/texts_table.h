/* texts_table.h - the compiled catalogue; make_texts writes it from i18n/texts/zh-Hans.po, sorted by strcmp. */
#ifndef I18N_TEXTS_TABLE_H
#define I18N_TEXTS_TABLE_H

#include <stddef.h>

struct text {
	const char *english, *translation;
};

extern const struct text texts_zh[];
extern const size_t texts_zh_count;

#endif
