/* locale.h - languages and the best match between them (BCP 47 everywhere). */
#ifndef I18N_LOCALE_H
#define I18N_LOCALE_H

#include <stddef.h>

#define LOCALE_MAX 64

/* "de_CH.UTF-8", "iw", "zh_TW" -> "de-CH", "he", "zh-TW".  0, or -1 when it is no language tag. */
int locale_canonical(const char *in, char out[LOCALE_MAX]);

/* The best of `have` (NULL at the end) for `want`: its index, or -1.  es-MX takes es, zh-HK takes zh-Hant, pt-PT takes pt-BR; another
 * language or script is never taken (de for nl, zh-Hans for zh-TW, es for ca).  ICU's matcher plus codes that it does not know
 * (tl, no, cmn).  At most 128 of `have` are looked at. */
int locale_match(const char *want, const char *const have[]);

/* Same language and script after likely subtags: "zh-CN" and "zh-Hans" are, "zh-TW" and "zh-Hans" are not. */
int locale_same_language(const char *, const char *);

/* Language of the text with the country of the site: ("es-419","MX") -> "es-MX".  "" when the language is no tag. */
void locale_with_country(const char *language, const char *country, char out[LOCALE_MAX]);

int locale_is_rtl(const char *);

/* The language's name in itself ("Deutsch", "日本語") or, not NULL, in `in`.  0 or -1. */
int locale_language_name(const char *locale, const char *in, char *out, size_t size);

#endif
