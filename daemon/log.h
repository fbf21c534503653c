/* log.h - one line per thing a seller would ask about: account: what number: what happened, numbers.
 *
 * To standard error; with the sd-daemon priority prefix ("<4>") when the journal reads it.  No tokens, no addresses, no texts of buyers: callers
 * pass ids and counts only.  Control characters in arguments are replaced.  `text` is a catalogue pattern, printed in the language of the service.
 */
#ifndef LOG_H
#define LOG_H

#include "i18n/texts.h"

void log_setup(enum lang, int debug);
void log_info(const char *pattern, ...) __attribute__((format(printf, 1, 2)));
void log_warn(const char *pattern, ...) __attribute__((format(printf, 1, 2)));
void log_error(const char *pattern, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *pattern, ...) __attribute__((format(printf, 1, 2)));
void log_reason(const char *packed); /* an error as base/err.h packs it */
void log_hush(int hush);             /* what follows did not happen: history is decided once more */
void log_told(const char *packed);   /* news that a notice tells, too */
enum lang log_language(void);
int log_is_debug(void);

#endif
