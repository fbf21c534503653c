/* texts.h - everything a person sees, in English and Simplified Chinese.
 *
 * One call for every text: say(LANG, "English pattern").  The English is the key; i18n/texts/zh-Hans.po holds the other, and is compiled into
 * the program.  A test extracts every key from the source and demands its translation with the same conversions.
 */
#ifndef I18N_TEXTS_H
#define I18N_TEXTS_H

#include <stddef.h>

#include "base/buf.h"

enum lang { LANG_EN, LANG_ZH };

/* Marks a pattern of the catalogue that stands in a table and meets say() later. */
#define TEXT(pattern) pattern

/* "zh", "zh_CN.UTF-8", "zh-Hans" -> LANG_ZH; everything else LANG_EN. */
enum lang lang_of(const char *locale);

/* The pattern in that language; English when there is no translation.  The compiler checks printf arguments by the English. */
const char *say(enum lang, const char *english) __attribute__((format_arg(2)));

/* A packed text (base/err.h) as a sentence.  Appends. */
void say_packed(struct buf *out, enum lang, const char *packed);

#endif
