/* charset.h - files that people hand over, in UTF-8. */
#ifndef I18N_CHARSET_H
#define I18N_CHARSET_H

#include <stddef.h>

#include "base/buf.h"

/* Appends the bytes as UTF-8 without byte order mark: they are UTF-8, or surely GB18030 (what Chinese spreadsheets write).  0, or -1: neither, or
 * they do not fit. */
int charset_to_utf8(const char *bytes, size_t len, struct buf *out);

#endif
