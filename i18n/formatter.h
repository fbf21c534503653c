/* formatter.h - open ICU formatters, by what they are for.  Inside i18n/ only.
 *
 * Opening one costs 20 to 250 µs, using it about 1 µs: the last 64 stay open, the least recently used gives way.
 */
#ifndef I18N_FORMATTER_H
#define I18N_FORMATTER_H

#include <unicode/utypes.h>

#include "pattern.h"

#define WIDE_MAX  512 /* UTF-16 units of one formatted value other than a list */
#define STYLE_MAX 64

enum tool { TOOL_NONE, TOOL_NUMBER, TOOL_DATE, TOOL_LIST, TOOL_RELDAYS, TOOL_PLURAL, TOOL_ORDINAL };

struct key {
	enum tool tool;
	const char *locale; /* BCP 47 */
	const char *style;  /* skeleton; of dates also full, long, medium or short; of lists "or" */
	enum format format; /* of dates */
	int native_digits;
	int offset; /* of dates: minutes east of UTC */
};

/* The ICU object for it, valid until the next call; NULL with err. */
void *formatter_get(const struct key *, struct err *);
void formatters_close(void);

/* ASCII as UTF-16 with a NUL; its length, or -1 when it does not fit. */
int32_t widen(const char *ascii, UChar *out, int32_t room);

#endif
