/* language_id.h - CLD2 for C.  Inside i18n/ only; language.h is what others see. */
#ifndef I18N_LANGUAGE_ID_H
#define I18N_LANGUAGE_ID_H

#ifdef __cplusplus
extern "C" {
#endif

/* The code in CLD2's own spelling ("iw", "zh-Hant"), "un" when unknown or not UTF-8.  hints: "de,en".  With best_effort it
 * answers for short texts too, and always says reliable. */
const char *language_id(const char *text, int len, const char *hints, int best_effort, int *reliable,
			int *percent);

#ifdef __cplusplus
}
#endif

#endif
