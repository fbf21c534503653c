#include "charset.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ucnv.h>
#include <unicode/ucsdet.h>

#include "base/text.h"

enum { SURE = 60 }; /* of 100; Western texts read as GB18030 reach 10 */

static int
is_gb18030(const char *bytes, size_t len)
{
	UErrorCode e = U_ZERO_ERROR;
	UCharsetDetector *detector = ucsdet_open(&e);
	const UCharsetMatch *match;
	int yes = 0;

	ucsdet_setText(detector, bytes, (int32_t)len, &e);
	match = ucsdet_detect(detector, &e);
	if (U_SUCCESS(e) && match) {
		const char *name = ucsdet_getName(match, &e);

		yes = U_SUCCESS(e) && !strcmp(name, "GB18030") && ucsdet_getConfidence(match, &e) >= SURE;
	}
	ucsdet_close(detector);
	return yes;
}

int
charset_to_utf8(const char *bytes, size_t len, struct buf *out)
{
	UErrorCode e = U_ZERO_ERROR;
	char *text;
	int32_t n;
	int r = -1;

	if (utf8_valid(bytes, len)) {
		const size_t mark = len >= 3 && !memcmp(bytes, "\xef\xbb\xbf", 3) ? 3 : 0;

		return buf_add(out, bytes + mark, len - mark);
	}
	if (len > INT_MAX / 4 || !is_gb18030(bytes, len))
		return -1;
	text = must_alloc(2 * len + 1); /* two bytes are three, four are four */
	n = ucnv_convert("UTF-8", "GB18030", text, (int32_t)(2 * len + 1), bytes, (int32_t)len, &e);
	if (U_SUCCESS(e) && n >= 0 && !memmem(text, (size_t)n, "\xef\xbf\xbd", 3))
		r = buf_add(out, text, (size_t)n);
	free(text);
	return r;
}
